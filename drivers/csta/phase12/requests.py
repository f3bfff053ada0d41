"""Requests of phase III as those of phases I and II."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import structs

from cti.model.errors import ErrorClass
from drivers.csta.phase12.identifiers import (
    early_called,
    early_connection,
    early_device,
    early_failure,
)
from drivers.csta.target import Unwritable
from protocols.csta.phase3 import _codec_phase3 as c3
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12 import _codec_phase12 as c
from protocols.csta.phase12.codec import Operation as Early
from protocols.errors import DecodeError

Written = tuple[Early, Any]
"""Operation and argument of an older phase."""
_Write = Callable[[Any], Written]


def _on_connection(operation: Early) -> _Write:
    return lambda a: (operation, ("connection", early_connection(a.connection)))


def _on_two(operation: Early) -> _Write:
    def write(a: Any) -> Written:
        both = c.BothCalls(early_connection(a.held_call), early_connection(a.active_call))
        return operation, ("calls", ("bothCalls", both))

    return write


def _divert(info: Any) -> Written:
    return Early.DIVERT_CALL, ("divertInfo", info)


def _complete(kind: str, member: str) -> _Write:
    return lambda a: (
        Early.CALL_COMPLETION,
        ("featureInfo", (kind, early_connection(getattr(a, member)))),
    )


def _query(feature: c.QueryDeviceFeature) -> _Write:
    return lambda a: (
        Early.QUERY_DEVICE,
        c.QueryDeviceArgument(early_device(a.device), feature),
    )


def _set(told: c3.DeviceID, feature: Any) -> Written:
    return Early.SET_FEATURE, c.SetFeatureArgument(early_device(told), feature)


def _data(a: Any) -> dict[str, Any]:
    """Give the data of a call that phase II has a place for."""
    return {
        "account_code": a.account_code,
        "auth_code": a.auth_code,
        "correlator_data": a.correlator_data,
    }


def _make_call(a: c3.MakeCallArgument) -> Written:
    calling, called = early_device(a.calling_device), early_called(a.called_directory_number)
    return Early.MAKE_CALL, c.MakeCallArgument(calling, called, **_data(a))


def _make_predictive_call(a: c3.MakePredictiveCallArgument) -> Written:
    argument = c.MakePredictiveCallArgument(
        early_device(a.calling_device),
        early_called(a.called_directory_number),
        c.AllocationState.CALL_ESTABLISHED,
        **_data(a),
    )
    return Early.MAKE_PREDICTIVE_CALL, argument


def _consultation(a: c3.ConsultationCallArgument) -> Written:
    existing, called = early_connection(a.existing_call), early_called(a.consulted_device)
    return Early.CONSULTATION_CALL, c.ConsultationCallArgument(existing, called, **_data(a))


def _hold(a: c3.HoldCallArgument) -> Written:
    reserve = bool(a.connection_reservation)
    return Early.HOLD_CALL, c.HoldCallArgument(early_connection(a.connection), reserve)


def _deflect(a: c3.DeflectCallArgument) -> Written:
    call, to = early_connection(a.call_to_be_diverted), early_called(a.new_destination)
    return _divert(("deflect", c.Deflect(call, to)))


def _pickup(a: c3.DirectedPickupCallArgument) -> Written:
    call, by = early_connection(a.call_to_be_picked_up), early_device(a.requesting_device)
    return _divert(("pickup", c.DirectedPickup(call, by)))


def _park(a: c3.ParkCallArgument) -> Written:
    argument = c.ParkCallArgument(early_connection(a.parking), early_called(a.park_to))
    return Early.PARK_CALL, argument


def _single_step_conference(a: c3.SingleStepConfArgument) -> Written:
    kind: Any = a.participation_type
    argument = c.SingleStepConfArgument(
        early_connection(a.active_call), early_called(a.device_to_join), kind
    )
    return Early.SINGLE_STEP_CONFERENCE, argument


def _single_step_transfer(a: c3.SingleStepTransArgument) -> Written:
    argument = c.SingleStepTransArgument(
        early_connection(a.active_call), early_called(a.transferred_to), **_data(a)
    )
    return Early.SINGLE_STEP_TRANSFER, argument


def _send_dtmf(a: c3.GenerateDigitsArgument) -> Written:
    argument = c.SendDTMFTonesArgument(
        early_connection(a.connection_to_send_digits),
        a.characters_to_send,
        a.tone_duration,
        a.pause_duration,
    )
    return Early.SEND_DTMF_TONES, argument


def _associate(a: c3.AssociateDataArgument) -> Written:
    argument = c.AssociateDataArgument(early_connection(a.existing_call), **_data(a))
    return Early.ASSOCIATE_DATA, argument


def _forward(a: c3.SetForwardingArgument) -> Written:
    kind = a.forwarding_type
    if kind is None or kind > c3.ForwardingType.FORWARD_NO_ANS_EXT:
        raise Unwritable(
            ErrorClass.UNSUPPORTED, "this phase has no such forwarding", "args.kind"
        )
    number = 2 * int(kind) + (0 if a.activate_forward else 1)
    to = None if a.forward_dn is None else early_device(a.forward_dn)
    digits = to[1] if to is not None and to[0] == "dialingNumber" else None
    parameter = c.ForwardParameter(c.ForwardingType(number), digits)
    return _set(a.device, ("forward", parameter))


_AGENT: Final[dict[int, str]] = {
    c3.ReqAgentState.NOT_READY: "notReady",
    c3.ReqAgentState.READY: "ready",
    c3.ReqAgentState.WORKING_AFTER_CALL: "workNotReady",
}


def _agent_state(a: c3.SetAgentStateArgument) -> Written:
    group = None if a.group is None else early_device(a.group)
    wanted: Any
    match a.requested_agent_state:
        case c3.ReqAgentState.LOGGED_ON:
            wanted = ("logOn", c.LoggedOnInfo(a.agent_id, a.password, group))
        case c3.ReqAgentState.LOGGED_OFF:
            wanted = ("logOff", c.LoggedOffInfo(a.agent_id, group))
        case state:
            wanted = (_AGENT[state], None)
    return _set(a.device, ("requestedAgentState", wanted))


def _monitor_start(a: c3.MonitorStartArgument) -> Written:
    # Without a filter all events are reported.
    match a.monitor_object:
        case ("deviceObject", told):
            return Early.MONITOR_START, c.MonitorStartArgument(("device", early_device(told)))
        case ("callObject", call):
            told_call = early_connection(call)
            return Early.MONITOR_START, c.MonitorStartArgument(("call", told_call))


def _monitor_stop(a: c3.MonitorStopArgument) -> Written:
    return Early.MONITOR_STOP, ("crossRefIdentifier", a.cross_ref_identifier)


def _snapshot_device(a: c3.SnapshotDeviceArgument) -> Written:
    return Early.SNAPSHOT_DEVICE, ("snapshotObject", early_device(a.snapshot_object))


def _snapshot_call(a: c3.SnapshotCallArgument) -> Written:
    return Early.SNAPSHOT_CALL, ("connection", early_connection(a.snapshot_object))


def _status(a: c3.RequestSysStatArg) -> Written:
    """Say how we are instead of asking how the switch is: either side answers that."""
    del a
    return Early.SYSTEM_STATUS, ("systemStatus", c.SystemStatus.NORMAL)


def _route_select(a: c3.RouteSelectRequestArgument) -> Written:
    argument = c.RouteSelectRequestArgument(
        a.cross_ref_identifier,
        early_called(a.route_selected),
        route_used_req=a.route_used_req,
    )
    return Early.ROUTE_SELECT_REQUEST, argument


def _route_end(a: c3.RouteEndRequestArgument) -> Written:
    error = None if a.error_value is None else early_failure(a.error_value)
    return Early.ROUTE_END_REQUEST, c.RouteEndRequestArgument(a.cross_ref_identifier, error)


def _escape(a: c3.EscapeArgument) -> Written:
    match a.private_data:
        case ("hipath", c3.HiPathPrivateData(oid=oid, data=octets)):
            pass
        case _:
            detail = "private data of this phase has an object identifier"
            raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args.payload.oid")
    data: Any = octets
    private = c.CODEC.use("CSTAPrivateData").definition.fields[1]
    if oid in private.types:
        try:
            data = c.CODEC.decode(private.types[oid].definition.name, octets)
        except DecodeError as error:
            raise Unwritable(
                ErrorClass.INVALID_ARGUMENT, str(error), "args.payload.hex"
            ) from None
    told = ("plain", c.EscapeWithoutTag(None, (("plain", c.CSTAPrivateData(oid, data)),)))
    return Early.ESCAPE, told


_F: Final = c.QueryDeviceFeature

_BOTH: Final[dict[Operation, _Write]] = {
    Operation.ALTERNATE_CALL: _on_two(Early.ALTERNATE_CALL),
    Operation.ANSWER_CALL: _on_connection(Early.ANSWER_CALL),
    Operation.CALL_BACK: _complete("callBack", "callback_connection"),
    Operation.CALL_BACK_MESSAGE: _complete("callBackMessage", "callback_message_connection"),
    Operation.CAMP_ON_CALL: _complete("campOn", "campon_connection"),
    Operation.CLEAR_CALL: _on_connection(Early.CLEAR_CALL),
    Operation.CLEAR_CONNECTION: _on_connection(Early.CLEAR_CONNECTION),
    Operation.CONFERENCE_CALL: _on_two(Early.CONFERENCE_CALL),
    Operation.CONSULTATION_CALL: _consultation,
    Operation.DEFLECT_CALL: _deflect,
    Operation.DIRECTED_PICKUP_CALL: _pickup,
    Operation.ESCAPE: _escape,
    Operation.GET_AGENT_STATE: _query(_F.AGENT_STATE),
    Operation.GET_DO_NOT_DISTURB: _query(_F.DO_NOT_DISTURB),
    Operation.GET_FORWARDING: _query(_F.FORWARD),
    Operation.GET_LOGICAL_DEVICE_INFORMATION: _query(_F.DEVICE_INFO),
    Operation.GET_MESSAGE_WAITING_INDICATOR: _query(_F.MSG_WAITING),
    Operation.GROUP_PICKUP_CALL: lambda a: _divert(("group", early_device(a.new_destination))),
    Operation.HOLD_CALL: _hold,
    Operation.INTRUDE_CALL: _complete("intrude", "intrude"),
    Operation.MAKE_CALL: _make_call,
    Operation.MAKE_PREDICTIVE_CALL: _make_predictive_call,
    Operation.MONITOR_START: _monitor_start,
    Operation.MONITOR_STOP: _monitor_stop,
    Operation.RECONNECT_CALL: _on_two(Early.RECONNECT_CALL),
    Operation.REQUEST_SYSTEM_STATUS: _status,
    Operation.RETRIEVE_CALL: _on_connection(Early.RETRIEVE_CALL),
    Operation.ROUTE_END_REQUEST: _route_end,
    Operation.ROUTE_SELECT_REQUEST: _route_select,
    Operation.SET_AGENT_STATE: _agent_state,
    Operation.SET_DO_NOT_DISTURB: lambda a: _set(
        a.device, ("doNotDisturb", a.do_not_disturb_on)
    ),
    Operation.SET_FORWARDING: _forward,
    Operation.SET_MESSAGE_WAITING_INDICATOR: lambda a: _set(
        a.device, ("msgWaiting", a.message_waiting_on)
    ),
    Operation.SNAPSHOT_CALL: _snapshot_call,
    Operation.SNAPSHOT_DEVICE: _snapshot_device,
    Operation.TRANSFER_CALL: _on_two(Early.TRANSFER_CALL),
}
WRITTEN: Final[dict[str, Mapping[Operation, _Write]]] = {
    "I": _BOTH,
    "II": {
        **_BOTH,
        Operation.ASSOCIATE_DATA: _associate,
        Operation.GENERATE_DIGITS: _send_dtmf,
        Operation.PARK_CALL: _park,
        Operation.SINGLE_STEP_CONFERENCE: _single_step_conference,
        Operation.SINGLE_STEP_TRANSFER: _single_step_transfer,
    },
}
"""Requests that each phase has, and how they are written."""

_DATA: Final = {"account_code": "account", "auth_code": "auth", "correlator_data": "correlator"}
_NEVER: Final = {
    "auto_originate": "mode",
    "call_characteristics": "priority",
    "user_data": "uui",
    "ring_count": "ring_count",
    "consult_options": "purpose",
    "participation_type": "participation",
    "signalling_detection": "machine",
    "alert_time": "ring_seconds",
}
_KEPT: Final = frozenset({(Operation.SINGLE_STEP_CONFERENCE, "participation_type")})


def ignored(phase: str, operation: Operation, argument: Any) -> tuple[str, ...]:
    """Name the arguments of a command that a request of this phase has no place for."""
    places = _NEVER | (_DATA if phase == "I" else {})
    if operation is Operation.SET_AGENT_STATE:
        logs = argument.requested_agent_state <= c3.ReqAgentState.LOGGED_OFF
        places = {} if logs else {"agent_id": "agent", "password": "password", "group": "queue"}
    return tuple(
        name
        for member, name in places.items()
        if (operation, member) not in _KEPT and getattr(argument, member, None) is not None
    )


def write(phase: str, operation: Operation, argument: Any) -> Written:
    """Write a request; raise ``Unwritable`` for one that this phase does not have."""
    make = WRITTEN[phase].get(operation)
    if make is None:
        name = operation.name.lower()
        raise Unwritable(ErrorClass.UNSUPPORTED, f"phase {phase} has no {name}", "verb")
    early, told = make(argument)
    if phase == "I" and hasattr(told, "correlator_data"):
        told = structs.replace(told, account_code=None, auth_code=None, correlator_data=None)
    return early, told
