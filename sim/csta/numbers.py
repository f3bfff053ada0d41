"""Names of devices and connections on a link, both ways.

Stations, groups, route points and park slots are dialling numbers everywhere. Trunk members
and the outside parties behind them are named as the dialect does.
"""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from sim.csta.dialects import CallIds, Dialect, Trunks
from sim.exchange.views import Party
from sim.exchange.words import GroupKind
from sim.plan import Dialling, ExchangePlan

_TRUNK_NUMBERS: Final = 0x01310000
"""Panasonic: deviceNumber of the first trunk member, less one."""

Subject = csta.SubjectDeviceID
NOT_KNOWN: Final = ("notKnown", None)


def number(digits: str) -> csta.DeviceID:
    """Name a dialling number."""
    return csta.DeviceID(device_identifier=("dialingNumber", digits))


class Numbers:
    """Devices and connections of one exchange in the words of one dialect."""

    def __init__(self, dialect: Dialect, plan: ExchangePlan) -> None:
        self._dialect = dialect
        self.dialling = Dialling(plan)
        self.trunks = [
            f"{group.name}/{member}"
            for group in plan.trunk_groups
            for member in range(1, group.members + 1)
        ]
        self.stations = frozenset(station.number for station in plan.stations)
        self.points = frozenset(point.number for point in plan.route_points)
        self.groups = frozenset(group.number for group in plan.groups)
        self.hunt_groups = frozenset(
            group.number for group in plan.groups if group.kind is GroupKind.HUNT
        )
        self.slots = frozenset(plan.park)
        self.devices = frozenset(
            (*self.stations, *self.groups, *self.points, *plan.park, *self.trunks)
        )
        """Everything that can be monitored."""
        self._index = {trunk: index for index, trunk in enumerate(self.trunks, start=1)}
        self._dynamic = [*self.trunks]
        self._octets = 2
        """Devices whose connections have a dynamicID, which counts them, and its length."""
        if dialect.dynamic_connections:
            self._dynamic, self._octets = (
                [*self.trunks, *sorted(self.devices.difference(self.trunks))],
                4,
            )
        elif dialect.trunks is Trunks.NUMBER:
            self._dynamic = []
        self._local = {name: index for index, name in enumerate(self._dynamic, start=1)}
        self._did = {
            f"{group.name}/{member}": group
            for group in plan.trunk_groups
            for member in range(1, group.members + 1)
        }

    # To the link.

    def is_trunk(self, device: str) -> bool:
        """Tell whether a device is a trunk member."""
        return device in self._index

    def device(self, device: str) -> csta.DeviceID:
        """Name a device of the exchange."""
        index = self._index.get(device)
        if index is None:
            return number(device)
        match self._dialect.trunks:
            case Trunks.NUMBER | Trunks.LINE:
                return csta.DeviceID(device_identifier=("deviceNumber", _TRUNK_NUMBERS + index))
            case Trunks.OTHER:
                return csta.DeviceID(device_identifier=("other", device.encode()))
            case Trunks.DIALLED:
                return number(device)

    def subject(self, device: str) -> Subject:
        """Name a device that something happened to."""
        return ("deviceIdentifier", self._told(self.device(device)))

    def party(self, party: Party) -> Subject:
        """Name a party by its number: behind a trunk that of the outside party."""
        if party.device in self._index:
            return self.outside(party.number)
        return self.subject(party.device)

    def outside(self, digits: str) -> Subject:
        """Name somebody by a number that may be missing, or be that of a device."""
        if self._dialect.public_numbers and digits and digits not in self.devices:
            return ("deviceIdentifier", csta.DeviceID(("implicitPublic", digits)))
        return self.dialled(digits)

    def dialled(self, digits: str) -> Subject:
        """Name a destination by the digits that lead there, which may be missing."""
        return ("deviceIdentifier", self._told(number(digits))) if digits else NOT_KNOWN

    def redirection(self, device: str) -> csta.RedirectionDeviceID:
        """Name the device that sent the call on, or say that there was none."""
        if device:
            return ("numberdialed", self._told(self.device(device)))
        if self._dialect.no_redirection == "notKnown":
            return ("notKnown", None)
        return ("notRequired", None)

    def internal(self, trunk: str, called: str) -> str:
        """Give the own number that the network's called number stands for."""
        group = self._did.get(trunk)
        if group is None or called in self.devices:
            return called
        return group.did.get(called, group.default) or called

    def call_id(self, call: int) -> bytes:
        """Write a call's id."""
        match self._dialect.call_ids:
            case CallIds.BINARY:
                return call.to_bytes(2, "big")
            case CallIds.HEX_TEXT:
                return f"{call:04X}".encode()

    def connection(self, call: int, device: str) -> csta.ConnectionID:
        """Name a connection."""
        local: csta.LocalDeviceID = ("staticID", self.device(device))
        index = self._local.get(device)
        if index is not None:
            local = ("dynamicID", index.to_bytes(self._octets, "big"))
        both = csta.ConnectionIDBoth(call_id=self.call_id(call), device_id=local)
        return ("both", both)

    # From the link.

    def read_device(self, device: csta.DeviceID) -> str:
        """Give the name in the exchange; empty for a form that names nothing here."""
        identifier: Any = device.device_identifier
        match identifier:
            case ("dialingNumber" | "implicitPublic" | "implicitPrivate", str(digits)):
                return digits
            case ("deviceNumber", int(value)):
                index = value - _TRUNK_NUMBERS
                return self.trunks[index - 1] if 0 < index <= len(self.trunks) else ""
            case ("other", bytes(name)):
                return name.decode("ascii", "replace")
            case ("explicitPublic" | "explicitPrivate", (_, str(digits))):
                return digits
            case _:
                return ""

    def read_call(self, octets: bytes) -> int:
        """Give a call's number; -1 for octets that are no id of this switch."""
        match self._dialect.call_ids:
            case CallIds.BINARY if len(octets) == 2:
                return int.from_bytes(octets, "big")
            case CallIds.HEX_TEXT if len(octets) == 4:
                try:
                    return int(octets, 16)
                except ValueError:
                    return -1
            case _:
                return -1

    def read_connection(self, connection: Any) -> tuple[int, str]:
        """Give call and device: 0 and empty where not given, -1 for a call that cannot be."""
        match connection:
            case ("both", csta.ConnectionIDBoth(call_id, device)):
                return self.read_call(call_id) or -1, self._read_local(device)
            case ("callID", bytes(call_id)):
                return self.read_call(call_id) or -1, ""
            case ("deviceID", tuple(device)):
                return 0, self._read_local(device)
            case _:
                return -1, ""

    def _read_local(self, device: object) -> str:
        match device:
            case ("staticID", csta.DeviceID() as static):
                return self.read_device(static)
            case ("dynamicID", bytes(octets)):
                index = int.from_bytes(octets, "big") if len(octets) == self._octets else 0
                return self._dynamic[index - 1] if 0 < index <= len(self._dynamic) else ""
            case _:
                return ""

    def _told(self, device: csta.DeviceID) -> csta.DeviceID:
        """Name a device as events do."""
        match device.device_identifier:
            case ("dialingNumber", digits) if self._dialect.private_numbers:
                return csta.DeviceID(("implicitPrivate", digits))
            case _:
                return device
