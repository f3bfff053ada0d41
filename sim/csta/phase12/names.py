"""Devices and connections of phases I and II from those of phase III, and the other way.

A device of phase III is a SEQUENCE and a connection a CHOICE; in phases I and II it is the
other way round, and numbers of public and private plans only stand where events name a device.
"""

from __future__ import annotations

from typing import Any

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase12 import _codec_phase12 as phase12


def written(value: Any) -> Any:
    """Write a device, a connection, a list of them; any other value stays as it is."""
    match value:
        case csta.DeviceID(named):
            return named
        case ("both", csta.ConnectionIDBoth(call, device)):
            return phase12.ConnectionID(call, _local(device))
        case ("callID", bytes(call)):
            return phase12.ConnectionID(call)
        case ("deviceID", tuple(device)):
            return phase12.ConnectionID(None, _local(device))
        case ("deviceIdentifier" | "numberdialed", csta.DeviceID(named)):
            return ("deviceIdentifier", _extended(named))
        case (csta.ConnectionListEntry(), *_):
            return ("callInformation", tuple(_listed(entry) for entry in value))
        case _:
            return value


def device_of(device: Any) -> csta.DeviceID:
    """Read a device, wherever it stands; a number that is not known is empty."""
    match device:
        case ("deviceIdentifier", named):
            return device_of(named)
        case (str(), None):
            return csta.DeviceID(("dialingNumber", ""))
        case named:
            return csta.DeviceID(named)


def connection_of(connection: phase12.ConnectionID) -> csta.ConnectionID:
    """Read a connection; one that names nothing is a call without an id."""
    local: Any = connection.device
    if local is not None and local[0] == "staticID":
        local = ("staticID", device_of(local[1]))
    if local is None:
        return ("callID", connection.call or b"")
    if connection.call is None:
        return ("deviceID", local)
    return ("both", csta.ConnectionIDBoth(connection.call, local))


def alone(connection: csta.ConnectionID) -> csta.ConnectionID:
    """Give the device of a connection without its call."""
    match connection:
        case ("both", csta.ConnectionIDBoth(_, device)):
            return ("deviceID", device)
        case _:
            return connection


def _local(device: Any) -> Any:
    form, named = device
    return ("staticID", named.device_identifier) if form == "staticID" else device


def _extended(named: Any) -> Any:
    """Put a device where numbers of a plan may stand beside it."""
    own = named[0] in ("dialingNumber", "deviceNumber")
    return ("deviceIdentifier", named) if own else named


def _listed(entry: csta.ConnectionListEntry) -> phase12.CallInfo:
    connection = written(entry.new_connection)
    match entry.endpoint:
        case ("deviceID", csta.DeviceID(("dialingNumber" | "deviceNumber", _) as named)):
            return phase12.CallInfo(connection, named)
        case _:
            return phase12.CallInfo(connection)
