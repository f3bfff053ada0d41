"""Requests of phases I and II as those of phase III that say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12.codec import Operation as Early
from sim.csta.phase12.filters import read_filter
from sim.csta.phase12.names import alone, connection_of, device_of
from sim.csta.wires import Declined

_INVALID_FEATURE: Final = Declined(("operation", csta.OperationErrors.INVALID_FEATURE))
_NOT_SERVED: Final = Declined(("operation", csta.OperationErrors.SERVICE_NOT_SUPPORTED))

Read = tuple[int, Any]


def read(operation: int, argument: Any) -> Read | None:
    """Give operation and argument of phase III; ``None`` where there are none such."""
    reader = _READERS.get(operation)
    return None if reader is None else reader(argument)


def _bare(argument: Any) -> Any:
    """Give what may stand alone, or in a SEQUENCE with extensions."""
    form, value = argument
    if form == "extended":
        return getattr(value, value.__struct_fields__[0])
    return value


def _one(operation: Operation, made: Callable[[Any], Any]) -> Callable[[Any], Read]:
    return lambda argument: (operation, made(connection_of(_bare(argument))))


def _two(operation: Operation, made: type[Any]) -> Callable[[Any], Read]:
    def read_two(argument: Any) -> Read:
        form, told = _bare(argument)
        if form == "bothCalls":
            held, active = connection_of(told.held_call), connection_of(told.active_call)
        else:
            given = connection_of(told)
            whose = alone(given)
            held, active = (given, whose) if form == "heldCall" else (whose, given)
        return operation, made(held_call=held, active_call=active)

    return read_two


def _make_call(told: phase12.MakeCallArgument) -> Read:
    argument = csta.MakeCallArgument(
        device_of(told.calling_device),
        device_of(told.called_directory_number),
        account_code=told.account_code,
        correlator_data=told.correlator_data,
    )
    return Operation.MAKE_CALL, argument


def _predictive(told: phase12.MakePredictiveCallArgument) -> Read:
    signalling = None
    if told.allocation is not None:
        condition = csta.SignallingCondition(int(told.allocation == 1))
        signalling = csta.SignallingDetection(condition, csta.SignallingConditionsAction(0))
    argument = csta.MakePredictiveCallArgument(
        device_of(told.calling_device),
        device_of(told.called_directory_number),
        signalling,
        account_code=told.account_code,
        correlator_data=told.correlator_data,
    )
    return Operation.MAKE_PREDICTIVE_CALL, argument


def _consult(told: phase12.ConsultationCallArgument) -> Read:
    argument = csta.ConsultationCallArgument(
        connection_of(told.existing_call),
        device_of(told.called_directory_number),
        account_code=told.account_code,
        correlator_data=told.correlator_data,
    )
    return Operation.CONSULTATION_CALL, argument


def _hold(told: phase12.HoldCallArgument) -> Read:
    return Operation.HOLD_CALL, csta.HoldCallArgument(connection_of(told.call_to_be_held))


def _divert(argument: Any) -> Read:
    _, told = _bare(argument)
    match told:
        case phase12.Deflect(call, to):
            return Operation.DEFLECT_CALL, csta.DeflectCallArgument(
                connection_of(call), device_of(to)
            )
        case phase12.DirectedPickup(call, taker):
            return Operation.DIRECTED_PICKUP_CALL, csta.DirectedPickupCallArgument(
                connection_of(call), device_of(taker)
            )
        case _:
            return Operation.GROUP_PICKUP_CALL, csta.GroupPickupCallArgument(device_of(told))


def _associate(told: phase12.AssociateDataArgument) -> Read:
    argument = csta.AssociateDataArgument(
        connection_of(told.call_to_be_associated),
        account_code=told.account_code,
        correlator_data=told.correlator_data,
    )
    return Operation.ASSOCIATE_DATA, argument


def _park(told: phase12.ParkCallArgument) -> Read:
    return Operation.PARK_CALL, csta.ParkCallArgument(
        connection_of(told.call_to_be_parked), device_of(told.park_to)
    )


def _send_digits(told: phase12.SendDTMFTonesArgument) -> Read:
    return Operation.GENERATE_DIGITS, csta.GenerateDigitsArgument(
        connection_of(told.connection), characters_to_send=told.digits
    )


def _join(told: phase12.SingleStepConfArgument) -> Read:
    return Operation.SINGLE_STEP_CONFERENCE, csta.SingleStepConfArgument(
        connection_of(told.active_call), device_of(told.device_to_join)
    )


def _give_away(told: phase12.SingleStepTransArgument) -> Read:
    return Operation.SINGLE_STEP_TRANSFER, csta.SingleStepTransArgument(
        connection_of(told.active_call), device_of(told.transferred_to)
    )


# Features.

_QUERIES: Final[dict[int, tuple[Operation, Callable[[Any], Any]]]] = {
    phase12.QueryDeviceFeature.MSG_WAITING: (
        Operation.GET_MESSAGE_WAITING_INDICATOR,
        csta.GetMessageWaitingIndicatorArgument,
    ),
    phase12.QueryDeviceFeature.DO_NOT_DISTURB: (
        Operation.GET_DO_NOT_DISTURB,
        csta.GetDoNotDisturbArgument,
    ),
    phase12.QueryDeviceFeature.FORWARD: (
        Operation.GET_FORWARDING,
        csta.GetForwardingArgument,
    ),
    phase12.QueryDeviceFeature.DEVICE_INFO: (
        Operation.GET_LOGICAL_DEVICE_INFORMATION,
        csta.GetLogicalDeviceInformationArgument,
    ),
    phase12.QueryDeviceFeature.AGENT_STATE: (
        Operation.GET_AGENT_STATE,
        csta.GetAgentStateArgument,
    ),
}
_STATES: Final = {
    "notReady": csta.ReqAgentState.NOT_READY,
    "ready": csta.ReqAgentState.READY,
    "workNotReady": csta.ReqAgentState.WORKING_AFTER_CALL,
    "workReady": csta.ReqAgentState.WORKING_AFTER_CALL,
}


def _query(told: phase12.QueryDeviceArgument) -> Read:
    operation, made = _QUERIES.get(told.feature, (Operation.GET_AGENT_STATE, None))
    return operation, made(device_of(told.device)) if made else _INVALID_FEATURE


def _set_feature(told: phase12.SetFeatureArgument) -> Read:
    device = device_of(told.device)
    feature: Any = told.feature
    match feature:
        case ("msgWaiting", bool(on)):
            return (
                Operation.SET_MESSAGE_WAITING_INDICATOR,
                csta.SetMessageWaitingIndicatorArgument(device, on),
            )
        case ("doNotDisturb", bool(on)):
            return Operation.SET_DO_NOT_DISTURB, csta.SetDoNotDisturbArgument(device, on)
        case ("forward", phase12.ForwardParameter(kind, to)):
            argument = csta.SetForwardingArgument(
                device,
                forwarding_type=kind // 2,
                activate_forward=kind % 2 == 0,
                forward_dn=csta.DeviceID(("dialingNumber", to)) if to else None,
            )
            return Operation.SET_FORWARDING, argument
        case ("requestedAgentState", wanted):
            return Operation.SET_AGENT_STATE, _agent(device, wanted)
        case _:
            return Operation.SET_AGENT_STATE, _INVALID_FEATURE


def _agent(device: csta.DeviceID, wanted: Any) -> csta.SetAgentStateArgument:
    form, told = wanted
    match told:
        case phase12.LoggedOnInfo(agent, password, group):
            into = device_of(group) if group else None
            state = csta.ReqAgentState.LOGGED_ON
            return csta.SetAgentStateArgument(device, state, agent, password, into)
        case phase12.LoggedOffInfo(agent, group):
            out_of = device_of(group) if group else None
            state = csta.ReqAgentState.LOGGED_OFF
            return csta.SetAgentStateArgument(device, state, agent, None, out_of)
        case _:
            return csta.SetAgentStateArgument(device, _STATES[form])


# Routes, monitors, snapshots, status.


def _route_select(told: phase12.RouteSelectRequestArgument) -> Read:
    argument = csta.RouteSelectRequestArgument(
        told.cross_ref_identifier,
        route_selected=device_of(told.route_selected),
        route_used_req=told.route_used_req,
    )
    return Operation.ROUTE_SELECT_REQUEST, argument


def _route_end(told: phase12.RouteEndRequestArgument) -> Read:
    argument = csta.RouteEndRequestArgument(told.cross_ref_identifier)
    return Operation.ROUTE_END_REQUEST, argument


def _monitor(told: phase12.MonitorStartArgument) -> Read:
    wanted: Any
    match told.monitor_object:
        case ("device", device):
            wanted = ("deviceObject", device_of(device))
        case (_, call):
            wanted = ("callObject", connection_of(call))
    argument = csta.MonitorStartArgument(
        wanted, read_filter(told.monitor_filter), told.monitor_type
    )
    return Operation.MONITOR_START, argument


def _change(told: phase12.ChangeMonitorFilterArgument) -> Read:
    shown = read_filter(told.filter) or csta.MonitorFilter()
    argument = csta.ChangeMonitorFilterArgument(told.cross_ref_identifier, shown)
    return Operation.CHANGE_MONITOR_FILTER, argument


_READERS: Final[dict[int, Callable[[Any], Read]]] = {
    Early.ALTERNATE_CALL: _two(Operation.ALTERNATE_CALL, csta.AlternateCallArgument),
    Early.ANSWER_CALL: _one(Operation.ANSWER_CALL, csta.AnswerCallArgument),
    Early.CLEAR_CALL: _one(Operation.CLEAR_CALL, csta.ClearCallArgument),
    Early.CLEAR_CONNECTION: _one(Operation.CLEAR_CONNECTION, csta.ClearConnectionArgument),
    Early.CONFERENCE_CALL: _two(Operation.CONFERENCE_CALL, csta.ConferenceCallArgument),
    Early.CONSULTATION_CALL: _consult,
    Early.DIVERT_CALL: _divert,
    Early.HOLD_CALL: _hold,
    Early.MAKE_CALL: _make_call,
    Early.MAKE_PREDICTIVE_CALL: _predictive,
    Early.QUERY_DEVICE: _query,
    Early.RECONNECT_CALL: _two(Operation.RECONNECT_CALL, csta.ReconnectCallArgument),
    Early.RETRIEVE_CALL: _one(Operation.RETRIEVE_CALL, csta.RetrieveCallArgument),
    Early.SET_FEATURE: _set_feature,
    Early.TRANSFER_CALL: _two(Operation.TRANSFER_CALL, csta.TransferCallArgument),
    Early.ASSOCIATE_DATA: _associate,
    Early.PARK_CALL: _park,
    Early.SEND_DTMF_TONES: _send_digits,
    Early.SINGLE_STEP_CONFERENCE: _join,
    Early.SINGLE_STEP_TRANSFER: _give_away,
    Early.ROUTE_SELECT_REQUEST: _route_select,
    Early.ROUTE_END_REQUEST: _route_end,
    Early.ESCAPE: lambda _: (Operation.ESCAPE, _NOT_SERVED),
    Early.SYSTEM_STATUS: lambda told: (
        Operation.SYSTEM_STATUS,
        csta.SystemStatusArg(system_status=_bare(told)),
    ),
    Early.MONITOR_START: _monitor,
    Early.CHANGE_MONITOR_FILTER: _change,
    Early.MONITOR_STOP: lambda told: (
        Operation.MONITOR_STOP,
        csta.MonitorStopArgument(_bare(told)),
    ),
    Early.SNAPSHOT_DEVICE: lambda told: (
        Operation.SNAPSHOT_DEVICE,
        csta.SnapshotDeviceArgument(device_of(_bare(told))),
    ),
    Early.SNAPSHOT_CALL: _one(Operation.SNAPSHOT_CALL, csta.SnapshotCallArgument),
}
SERVED: Final = frozenset(_READERS)
"""Operations of phases I and II that the exchange serves, by code."""
SECOND: Final = frozenset(
    {
        *(Early.ASSOCIATE_DATA, Early.PARK_CALL, Early.SEND_DTMF_TONES),
        *(Early.SINGLE_STEP_CONFERENCE, Early.SINGLE_STEP_TRANSFER),
    }
)
"""Those that phase I does not have."""
