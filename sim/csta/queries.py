"""Questions that change nothing: snapshots, settings of a set, state of an agent."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import AgentState as Work
from protocols.csta.phase3._codec_phase3 import OperationErrors
from protocols.csta.phase3.codec import Operation
from sim.csta.causes import failure
from sim.csta.dialects import Dialect
from sim.csta.events import STATES
from sim.csta.features import FORWARDING, PENDING
from sim.csta.numbers import Numbers
from sim.csta.requests import Failure
from sim.exchange.views import AgentView, CallView, Party, Sight
from sim.exchange.words import AgentState, Reason

_STATES: Final = {
    AgentState.LOGGED_OFF: Work.AGENT_NULL,
    AgentState.NOT_READY: Work.AGENT_NOT_READY,
    AgentState.READY: Work.AGENT_READY,
    AgentState.BUSY: Work.AGENT_BUSY,
    AgentState.AFTER_CALL: Work.AGENT_WORKING_AFTER_CALL,
}
_SIMPLE: Final = frozenset(int(state) for state in csta.SimpleCallState)


_NO_DEVICE: Final = Reason.INVALID_DEVICE
_ABOUT: Final[dict[type[Any], str]] = {
    csta.GetMessageWaitingIndicatorArgument: "device",
    csta.GetLogicalDeviceInformationArgument: "device",
    csta.SnapshotDeviceArgument: "snapshot_object",
    csta.SnapshotCallArgument: "snapshot_object",
    csta.GetForwardingArgument: "device",
    csta.GetDoNotDisturbArgument: "device",
    csta.GetAgentStateArgument: "device",
    csta.MonitorStartArgument: "monitor_object",
    csta.DialDigitsArgument: "dialling_connection",
}
"""Field that names what a question is about."""


_PARTS: Final[dict[int, tuple[int, type[Any]]]] = {
    Operation.SNAPSHOT_DEVICE: (
        Operation.SNAPSHOT_DEVICE_DATA,
        csta.SnapshotDeviceDataArgument,
    ),
    Operation.SNAPSHOT_CALL: (Operation.SNAPSHOT_CALL_DATA, csta.SnapshotCallDataArgument),
}
"""What brings the parts of a snapshot."""
_CATEGORIES: Final = (
    ("stations", csta.DeviceCategory.STATION),
    ("groups", csta.DeviceCategory.ACD),
    ("points", csta.DeviceCategory.ROUTEING_DEVICE),
    ("slots", csta.DeviceCategory.PARK),
)


class Parts(Struct, frozen=True, gc=False):
    """An answer that says where it will be given, and the parts that give it."""

    operation: int
    result: Any
    further: int
    """Operation of the invokes that bring the parts."""
    parts: tuple[Any, ...]


class Queries:
    """Answer questions from what is seen of the exchange."""

    def __init__(self, dialect: Dialect, numbers: Numbers, segment: int = 0) -> None:
        self._dialect = dialect
        self._numbers = numbers
        self._segment = segment
        self._snapshots = 0

    def about(self, argument: Any) -> tuple[str, int]:
        """Give the device and the call that a question is about; empty and 0 for none."""
        read = _ABOUT.get(type(argument))
        if read is None:
            return "", 0
        asked = getattr(argument, read)
        if isinstance(asked, csta.DeviceID):
            return self._numbers.read_device(asked), 0
        if isinstance(argument, csta.MonitorStartArgument):
            _, asked = asked
        return "", max(0, self._numbers.read_connection(asked)[0])

    def answer(self, argument: Any, sight: Sight) -> tuple[int, Any] | Parts | Failure | None:
        """Give operation and result, or the failure; ``None`` for what is no question."""
        match argument:
            case csta.SnapshotDeviceArgument(snapshot_object):
                device = self._numbers.read_device(snapshot_object)
                if device not in self._numbers.devices:
                    return failure(Operation.SNAPSHOT_DEVICE, Reason.INVALID_DEVICE)
                return self._parted(Operation.SNAPSHOT_DEVICE, self._device(device, sight))
            case csta.SnapshotCallArgument(snapshot_object):
                number, _ = self._numbers.read_connection(snapshot_object)
                call = next((one for one in sight.calls if one.call == number), None)
                if call is None:
                    return failure(Operation.SNAPSHOT_CALL, Reason.INVALID_CALL)
                return self._parted(Operation.SNAPSHOT_CALL, self._call(call))
            case csta.GetForwardingArgument():
                return self._forwarding(sight)
            case csta.GetDoNotDisturbArgument():
                if sight.station is None:
                    return failure(Operation.GET_DO_NOT_DISTURB, Reason.INVALID_DEVICE)
                quiet = csta.GetDoNotDisturbResult(sight.station.do_not_disturb)
                return Operation.GET_DO_NOT_DISTURB, quiet
            case csta.GetMessageWaitingIndicatorArgument():
                if sight.station is None:
                    return failure(Operation.GET_MESSAGE_WAITING_INDICATOR, _NO_DEVICE)
                lamp = csta.GetMessageWaitingIndicatorResult(sight.station.message_waiting)
                return Operation.GET_MESSAGE_WAITING_INDICATOR, lamp
            case csta.GetLogicalDeviceInformationArgument():
                return self._information(sight)
            case csta.GetAgentStateArgument():
                return self._agent(argument, sight)
            case _:
                return None

    def _parted(
        self, operation: int, whole: csta.SnapshotDeviceResult | csta.SnapshotCallResult
    ) -> tuple[int, Any] | Parts:
        """Divide a snapshot that is longer than one part may be."""
        entries: tuple[Any, ...] = whole.snapshot_data or ()
        size = self._segment
        if not size or len(entries) <= size:
            return operation, whole
        self._snapshots = self._snapshots % 0x7FFF + 1
        reference = self._snapshots.to_bytes(2, "big")
        further, made = _PARTS[operation]
        starts = range(0, len(entries), size)
        parts = tuple(
            made(reference, number, start == starts[-1], entries[start : start + size])
            for number, start in enumerate(starts, start=1)
        )
        head = msgspec.structs.replace(
            whole, service_cross_ref_id=reference, snapshot_data=None
        )
        return Parts(operation, head, further, parts)

    def _device(self, device: str, sight: Sight) -> csta.SnapshotDeviceResult:
        entries = []
        for call in sight.calls:
            own = next((party for party in call.parties if party.device == device), None)
            if own is None:
                continue
            others = [party for party in call.parties if party is not own]
            endpoint: Any = self._numbers.party(others[0]) if len(others) == 1 else None
            entries.append(
                csta.SnapshotDeviceResponseInfo(
                    connection_identifier=self._numbers.connection(call.call, device),
                    endpoint_device=endpoint,
                    local_call_state=self._state(own, others),
                )
            )
        return csta.SnapshotDeviceResult(snapshot_data=tuple(entries))

    def _state(self, own: Party, others: list[Party]) -> csta.CallState:
        """Give the state of a call at a device: its own connection's stands first."""
        if self._dialect.compound_states:
            states = tuple(STATES[party.state] for party in (own, *others))
            return ("compoundCallState", states)
        # A simple state is two connection states: that of the far end times 16, and the own.
        far = STATES[others[0].state] if others else 0
        simple = far * 16 + STATES[own.state]
        return ("simpleCallState", simple) if simple in _SIMPLE else ("unknown", None)

    def _call(self, call: CallView) -> csta.SnapshotCallResult:
        numbers = self._numbers
        return csta.SnapshotCallResult(
            snapshot_data=tuple(
                csta.SnapshotCallResponseInfo(
                    device_on_call=numbers.party(party),
                    call_identifier=numbers.connection(call.call, party.device),
                    local_connection_state=STATES[party.state],
                )
                for party in call.parties
            ),
            calling_device=numbers.outside(call.calling),
            called_device=numbers.dialled(numbers.internal(call.trunk, call.called)),
            correlator_data=call.data or None,
        )

    def _forwarding(self, sight: Sight) -> tuple[int, Any] | Failure:
        if sight.station is None:
            return failure(Operation.GET_FORWARDING, Reason.INVALID_DEVICE)
        entries = []
        for kind, number in FORWARDING.items():
            to = sight.station.forwarding.get(kind)
            where = self._numbers.device(to) if to else None
            entries.append(csta.ForwardListEntry(number, to is not None, where))
        return Operation.GET_FORWARDING, csta.GetForwardingResult(tuple(entries))

    def _information(self, sight: Sight) -> tuple[int, Any] | Failure:
        """Say what a device is."""
        device, numbers = sight.device, self._numbers
        category = next(
            (kind for names, kind in _CATEGORIES if device in getattr(numbers, names)), None
        )
        if numbers.is_trunk(device):
            category = csta.DeviceCategory.NETWORK_INTERFACE
        if device in numbers.hunt_groups:
            category = csta.DeviceCategory.GROUP
        if category is None:
            return failure(Operation.GET_LOGICAL_DEVICE_INFORMATION, _NO_DEVICE)
        information = csta.GetLogicalDeviceInformationResult(
            device_category=category,
            has_physical_element=category is csta.DeviceCategory.STATION,
            acd_models="0",
            appearance_addressable=False,
            appearance_type=csta.AppearanceType.BASIC_STANDARD,
        )
        return Operation.GET_LOGICAL_DEVICE_INFORMATION, information

    def _agent(
        self, argument: csta.GetAgentStateArgument, sight: Sight
    ) -> tuple[int, Any] | Failure:
        """List the agents of a set, or all who are logged on in a group, each with its set."""
        device, group = sight.device, ""
        if device in self._numbers.groups:
            group = device
        elif device not in self._numbers.stations:
            return failure(Operation.GET_AGENT_STATE, Reason.INVALID_DEVICE)
        if argument.acd_group is not None:
            group = self._numbers.read_device(argument.acd_group)
            if group not in self._numbers.groups:
                return ("operation", OperationErrors.INVALID_AGENT_GROUP)
        entries = tuple(
            self._entry(agent, (group,) if group else agent.groups)
            for agent in sight.agents
            if not group or group in agent.groups
        )
        empty = (csta.AgentStateEntry(logged_on=False),)
        return Operation.GET_AGENT_STATE, csta.GetAgentStateResult(entries or empty)

    def _entry(self, agent: AgentView, groups: tuple[str, ...]) -> csta.AgentStateEntry:
        pending = PENDING.get(agent.pending) if agent.pending else None
        information = tuple(
            csta.AgentInfo(
                acd_group=self._numbers.device(group) if group else None,
                agent_state=_STATES[agent.state],
                pending_agent_state=pending,
            )
            for group in groups or ("",)
        )
        return csta.AgentStateEntry(agent.agent.encode(), True, information)  # noqa: FBT003
