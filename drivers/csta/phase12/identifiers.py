"""Devices, connections, failures and times of phases I and II in the terms of phase III."""

from __future__ import annotations

from typing import Any, Final

from drivers.csta.identifiers import number_of
from protocols.ber.jsonform import full_year
from protocols.csta.phase3 import _codec_phase3 as c3
from protocols.csta.phase12 import _codec_phase12 as c

# --- to phase III -----------------------------------------------------------------------


def device(told: c.DeviceID) -> c3.DeviceID:
    """Give a device."""
    return c3.DeviceID(told)


def party(told: Any) -> Any:
    """Give a calling, called, subject or redirection device; what is told of it stays."""
    match told:
        case ("deviceIdentifier", ("deviceIdentifier", inner)):
            return "deviceIdentifier", c3.DeviceID(inner)
        case ("deviceIdentifier", extended):
            return "deviceIdentifier", c3.DeviceID(extended)
        case _:
            return told


def redirection(told: c.RedirectionDeviceID) -> c3.RedirectionDeviceID:
    """Give a redirection device, which phase III names otherwise."""
    match party(told):
        case ("deviceIdentifier", found):
            return "numberdialed", found
        case other:
            redirected: c3.RedirectionDeviceID = other
            return redirected


def connection(told: c.ConnectionID) -> c3.ConnectionID:
    """Give a connection. One without call and device names no call either."""
    local: c3.LocalDeviceID | None = None
    match told.device:
        case ("staticID", static):
            local = ("staticID", device(static))
        case ("dynamicID", octets):
            local = ("dynamicID", octets)
        case None:
            pass
    if told.call is not None and local is not None:
        return "both", c3.ConnectionIDBoth(told.call, local)
    if local is not None:
        return "deviceID", local
    return "callID", told.call or b""  # which names no call


_FAILURES: Final = {
    "operationalErrors": "operation",
    "stateErrors": "stateIncompatibility",
    "systemResourceErrors": "systemResourceAvailability",
    "subscribedResourceAvailabilityErrors": "subscribedResourceAvailability",
    "performanceErrors": "performanceManagement",
    "securityErrors": "security",
    "unspecifiedErrors": "unspecified",
}
_CATEGORIES: Final = {name: early for early, name in _FAILURES.items()}


def failure(told: Any) -> Any:
    """Give a universal failure; its number keeps the name that the older phase has for it."""
    match told:
        case (str(category), code) if category in _FAILURES:
            return _FAILURES[category], code
        case ("nonStandardErrors" | "plainNonStandardErrors", _):
            return "privateData", 1
        case (_, bytes()):
            return "unspecified", None
        case _:
            return told


def extensions(
    told: c.CSTACommonArguments | None, *private: c.TaggedPrivateData | None
) -> c3.CSTACommonArguments | None:
    """Give time and private data of a message, from wherever they stand in it."""
    security: c3.CSTASecurityData | None = None
    found: list[Any] = []
    if told is not None:
        if told.security is not None:
            security = _security(told.security)
        found += [("manufacturer", data) for _, data in told.private_data or ()]
    found += [("manufacturer", data) for data in private if data is not None]
    if security is None and not found:
        return None
    return c3.CSTACommonArguments(security, tuple(found) or None)


def _security(told: c.CSTASecurityData) -> c3.CSTASecurityData:
    time = told.timestamp
    if time is not None and (full := full_year(time)) is not None:
        time = full + "Z"
    return c3.CSTASecurityData(told.message_sequence_number, time)


# --- from phase III ---------------------------------------------------------------------


def early_device(told: c3.DeviceID) -> c.DeviceID:
    """Give a device of the switch: its digits, or its number."""
    match told.device_identifier:
        case ("deviceNumber", value):
            return "deviceNumber", value
        case _:
            return "dialingNumber", number_of(told).raw


def early_called(told: c3.DeviceID) -> c.CalledDeviceID:
    """Give a number to call."""
    match told.device_identifier:
        case ("dialingNumber" | "deviceNumber", _) as plain:
            return "deviceIdentifier", ("deviceIdentifier", plain)
        case extended:
            return "deviceIdentifier", extended


def early_connection(told: c3.ConnectionID) -> c.ConnectionID:
    """Give a connection."""
    match told:
        case ("both", both):
            return c.ConnectionID(both.call_id, _local(both.device_id))
        case ("callID", octets):
            return c.ConnectionID(octets)
        case ("deviceID", local):
            return c.ConnectionID(None, _local(local))


def _local(told: c3.LocalDeviceID) -> c.ConnectionDevice:
    match told:
        case ("staticID", static):
            return "staticID", early_device(static)
        case ("dynamicID", octets):
            return "dynamicID", octets


_CROSS_REFERENCE: Final = {60: c.Operations.INVALID_CROSS_REF_ID}
"""Operation errors of phase III that phase I has another number for."""


def early_failure(told: c3.UniversalFailure) -> c.UniversalFailure:
    """Give a universal failure."""
    found: Any = ("unspecifiedErrors", None)
    match told:
        case ("operation", int(code)):
            known = _CROSS_REFERENCE.get(code, code)
            found = ("operationalErrors", known if known <= 19 else c.Operations.GENERIC)
        case (str(category), int(code)) if category in _CATEGORIES:
            found = (_CATEGORIES[category], code)
        case _:
            pass
    early: c.UniversalFailure = found
    return early
