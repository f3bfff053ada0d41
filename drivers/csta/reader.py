"""Reading one CSTA phase III event: what all mappings of events share."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from cti.facts import DeviceForm, NativeDevice
from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData
from cti.model.events import SwitchTime
from cti.model.objects import CallNumbers
from cti.model.states import ConnectionState, Direction
from drivers.csta.causes import causes_of
from drivers.csta.dialects import Dialect
from drivers.csta.identifiers import (
    AnyDeviceID,
    connection_of,
    subject_of,
    switch_time,
    told_number,
)
from drivers.csta.private import vendor_data
from protocols.csta.phase3 import _codec_phase3 as c

NOT_NORMALIZED: Final = frozenset(
    {
        "telephonyTonesGeneratedEvent",
        "serviceCompletionFailure",
        "mediaAttached",
        "mediaDetached",
        "buttonInformation",
        "buttonPress",
        "displayUpdated",
        "lampMode",
        "microphoneGain",
        "microphoneMute",
        "ringerStatus",
        "speakerMute",
        "speakerVolume",
        "autoAnswer",
        "autoWorkMode",
        "callBack",
        "callBackMessage",
        "callerIDStatus",
        "routeingMode",
        "presenceState",
        "privateEvent",
        "play",
        "record",
        "review",
        "stop",
        "suspendPlay",
        "suspendRecord",
        "voiceAttributesChange",
    }
)
"""Events that are understood and for which the model has no event: buttons, tones, voice."""

LOCAL_STATES: Final[dict[int | None, ConnectionState]] = {
    c.LocalConnectionState.NULL: ConnectionState.NULL,
    c.LocalConnectionState.INITIATED: ConnectionState.INITIATED,
    c.LocalConnectionState.ALERTING: ConnectionState.ALERTING,
    c.LocalConnectionState.CONNECTED: ConnectionState.CONNECTED,
    c.LocalConnectionState.HOLD: ConnectionState.HELD,
    c.LocalConnectionState.QUEUED: ConnectionState.QUEUED,
    c.LocalConnectionState.FAIL: ConnectionState.FAILED,
}
"""States of a connection (LocalConnectionState)."""


class Reader:
    """One event being read; collects what is common and what is not known."""

    def __init__(self, dialect: Dialect, monitored: NativeDevice | None) -> None:
        self.dialect = dialect
        self.monitored = monitored
        self.unmapped: list[str] = []

    # Members that most events share.

    def common(self, event: Any) -> dict[str, Any]:
        """Give cause and time of an event."""
        members: dict[str, Any] = {}
        code = getattr(event, "cause", None)
        if code is not None:
            cause = causes_of(self.dialect.phase).get(code)
            if cause is None:
                cause = Cause.UNKNOWN
                self.unmapped.append(f"cause {int(code)}")
            members["cause"] = cause
            members["cause_native"] = NativeCause(int(code), name_of(code))
        time = self._time(event.extensions)
        if time is not UNSET:
            members["ts_switch"] = time
        return members

    def _time(self, extensions: c.CSTACommonArguments | None) -> SwitchTime | UnsetType:
        if extensions is None or extensions.security is None:
            return UNSET
        told = extensions.security.timestamp
        return UNSET if told is None else switch_time(told)

    def call(self, event: Any) -> dict[str, Any]:
        """Give cause, time, numbers, data and global reference of a call event."""
        members = self.common(event)
        numbers: dict[str, Any] = {}
        for role, member in _ROLES:
            told: AnyDeviceID | None = getattr(event, member, None)
            if told is not None:
                numbers[role] = told_number(told)
        if numbers:
            members["numbers"] = CallNumbers(**numbers)
        data: dict[str, Any] = {}
        for kind, member in _DATA:
            octets = getattr(event, member, None)
            if octets is not None:
                data[kind] = octets
        extensions: c.CSTACommonArguments | None = event.extensions
        if extensions is not None and (vendor := vendor_data(extensions.private_data or ())):
            data["vendor"] = vendor
        if data:
            members["data"] = CallData(**data)
        linkage = getattr(event, "call_linkage_data", None)
        if linkage is None and (both := getattr(event, "call_linkage_data_list", None)):
            linkage = both.new_call_linkage_data
        if linkage is not None:
            members["global_ref"] = linkage.global_call_data.global_call_linkage_id[1].hex()
        if self._line(event) is not None:
            members["direction"] = Direction.INBOUND
        return members

    def _line(self, event: Any) -> NativeDevice | None:
        """Give the trunk of a caller outside: events have one for such alone (ECMA-269)."""
        told: AnyDeviceID | None = getattr(event, "associated_calling_device", None)
        line = subject_of(told, self.dialect)
        return None if line is None else NativeDevice(line.key, DeviceForm.TRUNK)

    def connection(
        self,
        event: Any,
        told: c.ConnectionID,
        subject: AnyDeviceID | None,
        *,
        own: bool = False,
    ) -> dict[str, Any] | None:
        """Give everything a connection fact needs; None when call or device is not told.

        ``own`` says that the subject is the monitored device where the event names none.
        """
        named = subject_of(subject, self.dialect) or (self.monitored if own else None)
        call, device = connection_of(told, self.dialect, named)
        if call is None or device is None:
            self.unmapped.append("connection without call or device")
            return None
        members = self.call(event)
        members["call"], members["device"] = call, device
        if (calling := self._calling(event, call)) is not None:
            members["calling"] = calling
        return members

    def _calling(self, event: Any, call: str) -> NativeDevice | None:
        """Give who calls, by its connection where the event has one."""
        calling = subject_of(getattr(event, "calling_device", None), self.dialect)
        originating = getattr(event, "originating_nid_connection", None)
        if originating is not None:
            at, device = connection_of(originating, self.dialect, calling)
            if at == call and device is not None:
                return device
        # Who withholds the number is on a trunk all the same.
        return calling or self._line(event)

    def device(self, told: c.SubjectDeviceID) -> NativeDevice | None:
        """Give the device an event is about: the monitored one where the event names none."""
        device = subject_of(told, self.dialect) or self.monitored
        if device is None:
            self.unmapped.append("event without a device")
        return device

    def other(self, name: str) -> None:
        """Take an event that gives no fact: on purpose, or because nobody knows it."""
        if name not in NOT_NORMALIZED:
            self.unmapped.append(f"event {name}")


_ROLES: Final = (
    ("calling", "calling_device"),
    ("called", "called_device"),
    ("redirecting", "last_redirection_device"),
    ("network_calling", "network_calling_device"),
    ("network_called", "network_called_device"),
)
_DATA: Final = (
    ("correlator", "correlator_data"),
    ("uui", "user_data"),
    ("account", "account_info"),
    ("auth", "auth_code"),
)


def name_of(code: int) -> str:
    """Give the standard's name of a code that has one."""
    name = getattr(code, "name", "")
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
