"""Results and questions of a switch of phase I or II in the terms of phase III."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from drivers.csta.phase12.events import forwarding_of, report
from drivers.csta.phase12.identifiers import connection, device, extensions, failure, party
from protocols.csta.phase3 import _codec_phase3 as c3
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12 import _codec_phase12 as c
from protocols.csta.phase12.codec import Operation as Early

_NO_DATA: Final[c3.Acknowledgement] = ("noData", None)


def plain(told: Any) -> Any:
    """Give what stands alone or with extensions."""
    match told:
        case ("extended", record):
            return getattr(record, record.__struct_fields__[0])
        case (str(), inner):
            return inner
        case _:
            return told


# --- results ----------------------------------------------------------------------------


def _connection(told: Any) -> c3.ConnectionID:
    return connection(plain(told))


def _snapshot_device(told: Any) -> c3.SnapshotDeviceResult:
    entries = tuple(
        c3.SnapshotDeviceResponseInfo(
            connection(one.call_identifier),
            None if one.device_on_call is None else party(one.device_on_call),
            _call_state(one),
        )
        for one in plain(told)
    )
    return c3.SnapshotDeviceResult(snapshot_data=entries)


def _call_state(one: c.SnapshotDeviceResponseInfo) -> Any:
    if one.local_call_state is not None:
        return one.local_call_state
    if one.local_connection_state is not None:
        return "compoundCallState", (one.local_connection_state,)
    return "unknown", None


def _snapshot_call(told: Any) -> c3.SnapshotCallResult:
    entries: Any = tuple(
        c3.SnapshotCallResponseInfo(
            party(one.device_on_call),
            connection(one.call_identifier),
            one.local_connection_state,
        )
        for one in plain(told)
    )
    return c3.SnapshotCallResult(snapshot_data=entries)


def _agent(told: Any, states: Sequence[int]) -> c3.GetAgentStateResult | None:
    match plain(told):
        case ("agentState", int(number)) if 0 <= number < len(states):
            state = c3.AgentState(states[number])
        case _:
            return None
    logged_on = state is not c3.AgentState.AGENT_NULL
    infos = (c3.AgentInfo(agent_state=state),) if logged_on else None
    return c3.GetAgentStateResult((c3.AgentStateEntry(None, logged_on, infos),))


def _forwarding(told: Any) -> c3.GetForwardingResult | None:
    match plain(told):
        case ("forward", items):
            pass
        case _:
            return None
    pairs: list[tuple[int, str | None]] = []
    for kind, item in items:
        match kind:
            case "parameter":
                pairs.append((item.forwarding_type, item.forward_dn))
            case "forwardingType":
                pairs.append((item, None))
            case _ if pairs:
                pairs[-1] = (pairs[-1][0], item)
            case _:
                pass  # a number without a type
    entries = []
    for number, digits in pairs:
        code, on = forwarding_of(number)
        to = None if digits is None else device(("dialingNumber", digits))
        entries.append(c3.ForwardListEntry(code, on, to))
    return c3.GetForwardingResult(tuple(entries))


def _flag(feature: str, record: Callable[[bool], Any]) -> Callable[[Any], Any]:
    def read(told: Any) -> Any:
        match plain(told):
            case (str(name), bool(on)) if name == feature:
                return record(on)
            case _:
                return None

    return read


_TYPES: Final[dict[int, tuple[c3.DeviceCategory, c3.NamedDeviceTypes]]] = {
    c.DeviceType.STATION: (c3.DeviceCategory.STATION, c3.NamedDeviceTypes.STATION),
    c.DeviceType.LINE: (c3.DeviceCategory.OTHER, c3.NamedDeviceTypes.LINE),
    c.DeviceType.BUTTON: (c3.DeviceCategory.OTHER, c3.NamedDeviceTypes.BUTTON),
    c.DeviceType.ACD: (c3.DeviceCategory.ACD, c3.NamedDeviceTypes.ACD),
    c.DeviceType.TRUNK: (c3.DeviceCategory.NETWORK_INTERFACE, c3.NamedDeviceTypes.TRUNK),
    c.DeviceType.OPERATOR: (c3.DeviceCategory.STATION, c3.NamedDeviceTypes.OPERATOR),
    c.DeviceType.STATION_GROUP: (c3.DeviceCategory.GROUP, c3.NamedDeviceTypes.STATION_GROUP),
    c.DeviceType.LINE_GROUP: (c3.DeviceCategory.GROUP, c3.NamedDeviceTypes.LINE_GROUP),
    c.DeviceType.BUTTON_GROUP: (c3.DeviceCategory.GROUP, c3.NamedDeviceTypes.BUTTON_GROUP),
    c.DeviceType.ACD_GROUP: (c3.DeviceCategory.GROUP, c3.NamedDeviceTypes.ACD_GROUP),
    c.DeviceType.TRUNK_GROUP: (
        c3.DeviceCategory.NETWORK_INTERFACE,
        c3.NamedDeviceTypes.TRUNK_GROUP,
    ),
    c.DeviceType.OPERATOR_GROUP: (c3.DeviceCategory.GROUP, c3.NamedDeviceTypes.OPERATOR_GROUP),
}


def _device_information(told: Any) -> c3.GetLogicalDeviceInformationResult | None:
    match plain(told):
        case ("deviceInfo", c.DeviceInfo(device_type=int(number))):
            category, name = _TYPES.get(
                number, (c3.DeviceCategory.OTHER, c3.NamedDeviceTypes.OTHER)
            )
        case _:
            return None
    return c3.GetLogicalDeviceInformationResult(
        device_category=category,
        named_device_types=name,
        has_physical_element=False,
        acd_models="",
        appearance_addressable=False,
        appearance_type=c3.AppearanceType.BASIC_STANDARD,
    )


def _monitor(told: c.MonitorStartResult) -> c3.MonitorStartResult:
    return c3.MonitorStartResult(told.cross_ref_identifier)


def _conference(record: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda told: record(connection(told.conference_call))


def _transfer(record: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda told: record(connection(told.transferred_call or c.ConnectionID()))


def _nothing(record: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda _: record()


_RESULTS: Final[Mapping[int, Callable[[Any], Any]]] = {
    Operation.CALL_BACK: _nothing(c3.CallBackResult),
    Operation.CONFERENCE_CALL: _conference(c3.ConferenceCallResult),
    Operation.CONSULTATION_CALL: lambda told: c3.ConsultationCallResult(_connection(told)),
    Operation.DIRECTED_PICKUP_CALL: _nothing(c3.DirectedPickupCallResult),
    Operation.GET_DO_NOT_DISTURB: _flag("doNotDisturb", c3.GetDoNotDisturbResult),
    Operation.GET_FORWARDING: _forwarding,
    Operation.GET_LOGICAL_DEVICE_INFORMATION: _device_information,
    Operation.GET_MESSAGE_WAITING_INDICATOR: _flag(
        "msgWaiting", c3.GetMessageWaitingIndicatorResult
    ),
    Operation.GROUP_PICKUP_CALL: _nothing(c3.GroupPickupCallResult),
    Operation.INTRUDE_CALL: _nothing(c3.IntrudeCallResult),
    Operation.MAKE_CALL: lambda told: c3.MakeCallResult(_connection(told)),
    Operation.MAKE_PREDICTIVE_CALL: lambda told: c3.MakePredictiveCallResult(_connection(told)),
    Operation.MONITOR_START: _monitor,
    Operation.PARK_CALL: _nothing(c3.ParkCallResult),
    Operation.REQUEST_SYSTEM_STATUS: lambda _: None,
    Operation.SET_AGENT_STATE: _nothing(c3.SetAgentStateResult),
    Operation.SINGLE_STEP_CONFERENCE: _conference(c3.SingleStepConfResult),
    Operation.SINGLE_STEP_TRANSFER: _transfer(c3.SingleStepTransResult),
    Operation.SNAPSHOT_CALL: _snapshot_call,
    Operation.SNAPSHOT_DEVICE: _snapshot_device,
    Operation.TRANSFER_CALL: _transfer(c3.TransferCallResult),
}


def result(operation: int, told: Any, states: Sequence[int]) -> Any:
    """Give the result of an operation of phase III; None where there is none."""
    if told is None or isinstance(told, bytes):
        return None
    if operation == Operation.GET_AGENT_STATE:
        return _agent(told, states)
    read = _RESULTS.get(operation)
    return _NO_DATA if read is None else read(told)


# --- what the switch asks ---------------------------------------------------------------


def _route_request(told: c.RouteRequestArgument) -> c3.RouteRequestArgument:
    return c3.RouteRequestArgument(
        told.cross_ref_identifier,
        current_route=party(told.current_route),
        calling_device=None if told.calling_device is None else party(told.calling_device),
        routed_call=None if told.routed_call is None else connection(told.routed_call),
        extensions=extensions(told.extensions, told.private_data),
    )


def asked(operation: int, told: Any) -> tuple[int, Any]:
    """Give an operation that the switch asks, with its argument; None where it is unknown."""
    match told:
        case c.EventReportArgument() | c.CSTAEventReportArgument():
            return Operation.CSTA_EVENT_REPORT, report(told)
        case c.RouteRequestArgument():
            return Operation.ROUTE_REQUEST, _route_request(told)
        case c.ReRouteRequestArgument(cross_ref_identifier=reference):
            return Operation.RE_ROUTE_REQUEST, c3.ReRouteRequestArgument(reference)
        case c.RouteUsedRequestArgument(cross_ref_identifier=reference, route_used=used):
            argument = c3.RouteUsedRequestArgument(reference, route_used=party(used))
            return Operation.ROUTE_USED_REQUEST, argument
        case c.RouteEndRequestArgument(cross_ref_identifier=reference, error_value=error):
            why = None if error is None else failure(error)
            return Operation.ROUTE_END_REQUEST, c3.RouteEndRequestArgument(reference, None, why)
        case _:
            pass
    match operation:
        case Early.SYSTEM_STATUS if isinstance(told, tuple):
            return Operation.SYSTEM_STATUS, c3.SystemStatusArg(system_status=plain(told))
        case Early.MONITOR_STOP if isinstance(told, tuple):
            return Operation.MONITOR_STOP, c3.MonitorStopArgument(plain(told))
        case Early.ESCAPE if isinstance(told, tuple):
            return Operation.ESCAPE, c3.EscapeArgument(private_data=("private", None))
        case Early.SYSTEM_STATUS:
            return Operation.SYSTEM_STATUS, None
        case _:
            return operation, None


# --- what an observed client asks -------------------------------------------------------


def observed(operation: int, told: Any) -> tuple[int, Any]:
    """Give a request that an observed client made, as far as its result has a meaning."""
    match told:
        case c.MonitorStartArgument(monitor_object=("device", named)):
            argument: Any = c3.MonitorStartArgument(("deviceObject", device(named)))
            return Operation.MONITOR_START, argument
        case c.MonitorStartArgument(monitor_object=("call", call)):
            argument = c3.MonitorStartArgument(("callObject", connection(call)))
            return Operation.MONITOR_START, argument
        case _:
            pass
    match operation:
        case Early.MONITOR_STOP if isinstance(told, tuple):
            return Operation.MONITOR_STOP, c3.MonitorStopArgument(plain(told))
        case Early.SNAPSHOT_DEVICE if isinstance(told, tuple):
            return Operation.SNAPSHOT_DEVICE, c3.SnapshotDeviceArgument(device(plain(told)))
        case Early.SNAPSHOT_CALL if isinstance(told, tuple):
            return Operation.SNAPSHOT_CALL, c3.SnapshotCallArgument(_connection(told))
        case Early.MAKE_CALL | Early.CONSULTATION_CALL | Early.MAKE_PREDICTIVE_CALL:
            return operation, told
        case _:
            return Operation.REQUEST_SYSTEM_STATUS, None  # its result tells nothing
