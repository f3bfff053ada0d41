"""Services of a link: which operation leads where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import (
    MonitorType,
    OperationErrors,
    SystemResourceAvailabilityErrors,
)
from protocols.csta.phase3.codec import Invoke, Operation
from sim.csta import beats
from sim.csta.causes import failure
from sim.csta.monitors import actual, suppressed
from sim.csta.ports import Action, Serve
from sim.csta.requests import NO_DATA, Failure, verb_of
from sim.exchange.verbs import Dial, RouteEnd, RouteSelect
from sim.exchange.views import Sight
from sim.exchange.words import LegState, Reason

if TYPE_CHECKING:
    from sim.csta.face import Face

_QUESTIONS: Final = frozenset(
    {
        Operation.SNAPSHOT_DEVICE,
        Operation.SNAPSHOT_CALL,
        Operation.GET_FORWARDING,
        Operation.GET_DO_NOT_DISTURB,
        Operation.GET_AGENT_STATE,
        Operation.GET_MESSAGE_WAITING_INDICATOR,
        Operation.GET_LOGICAL_DEVICE_INFORMATION,
    }
)
_LOOKS: Final = _QUESTIONS | {Operation.DIAL_DIGITS}
_MONITORS: Final = frozenset(
    {Operation.MONITOR_START, Operation.CHANGE_MONITOR_FILTER, Operation.MONITOR_STOP}
)
UNANSWERED: Final = frozenset(
    {
        Operation.ROUTE_SELECT_REQUEST,
        Operation.ROUTE_END_REQUEST,
        Operation.ROUTE_REJECT,
    }
)
"""Operations without a result: only errors answer them."""
ALWAYS: Final = frozenset(
    {Operation.SYSTEM_STATUS, Operation.REQUEST_SYSTEM_STATUS, Operation.ESCAPE}
)
"""Operations that are served whatever the status."""
SERVED: Final = (
    _QUESTIONS
    | _MONITORS
    | UNANSWERED
    | ALWAYS
    | {
        *(Operation.MAKE_CALL, Operation.ANSWER_CALL, Operation.CLEAR_CALL),
        *(Operation.CLEAR_CONNECTION, Operation.HOLD_CALL, Operation.RETRIEVE_CALL),
        *(Operation.ALTERNATE_CALL, Operation.RECONNECT_CALL, Operation.TRANSFER_CALL),
        *(Operation.CONFERENCE_CALL, Operation.CONSULTATION_CALL, Operation.PARK_CALL),
        *(Operation.SINGLE_STEP_CONFERENCE, Operation.SINGLE_STEP_TRANSFER),
        *(Operation.DEFLECT_CALL, Operation.DIAL_DIGITS, Operation.DIRECTED_PICKUP_CALL),
        *(Operation.GROUP_PICKUP_CALL, Operation.ASSOCIATE_DATA, Operation.GENERATE_DIGITS),
        *(Operation.SEND_USER_INFORMATION, Operation.MAKE_PREDICTIVE_CALL),
        *(Operation.SET_MESSAGE_WAITING_INDICATOR, Operation.SET_AGENT_STATE),
        *(Operation.SET_DO_NOT_DISTURB, Operation.SET_FORWARDING),
        *(Operation.ROUTE_REGISTER, Operation.ROUTE_REGISTER_CANCEL),
    }
)
"""Operations of the switching function; all others are unrecognized."""


def serve(face: Face, invoke: Invoke, at: str) -> list[Action]:
    """Serve one request whose argument is of the right type."""
    argument: Any = invoke.argument
    operation, invoke_id = invoke.operation, invoke.invoke_id
    if operation in _LOOKS:
        return [face.look(invoke_id, argument)]
    if operation in _MONITORS:
        return _monitor(face, invoke_id, argument)
    match argument:
        case csta.SystemStatusArg():
            return [face.result(invoke_id, operation, NO_DATA)]
        case csta.RequestSysStatArg():
            status = csta.SystemStatus(face.status)
            return [face.result(invoke_id, operation, csta.RequestSysStatRes(status))]
        case csta.EscapeArgument():
            return _escape(face, invoke_id, argument, at)
        case (
            csta.RouteRegisterArgument()
            | csta.RouteRegisterCancelArgument()
            | csta.RouteSelectRequestArgument()
            | csta.RouteEndRequestArgument()
            | csta.RouteRejectArgument()
        ):
            return _route(face, invoke_id, operation, argument)
        case _:
            wanted = verb_of(operation, argument, face.numbers)
            if wanted is None:
                return [face.error(invoke_id, ("operation", OperationErrors.GENERIC))]
            if isinstance(wanted, tuple):
                return [face.error(invoke_id, wanted)]
            return [face.ask(invoke_id, operation, wanted)]


# Monitors.


def _monitor(face: Face, invoke_id: int, argument: Any) -> list[Action]:
    match argument:
        case csta.MonitorStartArgument():
            return _monitor_start(face, invoke_id, argument)
        case csta.ChangeMonitorFilterArgument(reference, wanted):
            monitor = face.monitors.find(reference)
            if monitor is None:
                return [face.error(invoke_id, _NO_MONITOR)]
            names = suppressed(wanted, face.dialect)
            face.monitors.change(monitor, names)
            shown = actual(names) if face.dialect.answers_filter else None
            changed = csta.ChangeMonitorFilterResult(shown)
            return [face.result(invoke_id, Operation.CHANGE_MONITOR_FILTER, changed)]
        case _:
            monitor = face.monitors.find(argument.cross_ref_identifier)
            if monitor is None:
                return [face.error(invoke_id, _NO_MONITOR)]
            face.monitors.stop(monitor)
            return [face.result(invoke_id, Operation.MONITOR_STOP, NO_DATA)]


_NO_MONITOR: Final[Failure] = (
    "operation",
    OperationErrors.INVALID_MONITOR_CROSS_REF_ID,
)
_FULL: Final[Failure] = (
    "systemResourceAvailability",
    SystemResourceAvailabilityErrors.OVERALL_MONITOR_LIMIT_EXCEEDED,
)


def _monitor_start(
    face: Face, invoke_id: int, argument: csta.MonitorStartArgument
) -> list[Action]:
    device, call = "", 0
    match argument.monitor_object:
        case ("deviceObject", csta.DeviceID() as named):
            device = face.numbers.read_device(named)
            if device not in face.numbers.devices:
                wrong = failure(Operation.MONITOR_START, Reason.INVALID_DEVICE)
                return [face.error(invoke_id, wrong)]
            if argument.monitor_type == MonitorType.CALL:
                wrong = ("operation", OperationErrors.INVALID_MONITOR_TYPE)
                return [face.error(invoke_id, wrong)]
        case (_, connection):
            if not face.dialect.call_monitors:
                wrong = ("operation", OperationErrors.INVALID_MONITOR_OBJECT)
                return [face.error(invoke_id, wrong)]
            call, _ = face.numbers.read_connection(connection)
            if call <= 0:
                wrong = failure(Operation.MONITOR_START, Reason.INVALID_CALL)
                return [face.error(invoke_id, wrong)]
            return [face.look(invoke_id, argument)]
    return begin(face, invoke_id, device, 0, argument.requested_monitor_filter)


def begin(
    face: Face,
    invoke_id: int,
    device: str,
    call: int,
    wanted: csta.MonitorFilter | None,
) -> list[Action]:
    """Begin a monitor and answer for it."""
    names = suppressed(wanted, face.dialect)
    monitor = face.monitors.start(device, call, names)
    if monitor is None:
        return [face.error(invoke_id, _FULL)]
    shown = actual(names) if face.dialect.answers_filter else None
    started = csta.MonitorStartResult(monitor.cross_reference, shown)
    return [face.result(invoke_id, Operation.MONITOR_START, started)]


def monitor_call(
    face: Face, invoke_id: int, argument: csta.MonitorStartArgument, sight: Sight
) -> list[Action]:
    """Begin a monitor of a call, if there is such a call."""
    match argument.monitor_object:
        case ("callObject", connection):
            call, _ = face.numbers.read_connection(connection)
        case _:
            call = 0
    if all(one.call != call for one in sight.calls):
        wrong = failure(Operation.MONITOR_START, Reason.INVALID_CALL)
        return [face.error(invoke_id, wrong)]
    return begin(face, invoke_id, "", call, argument.requested_monitor_filter)


def dial(
    face: Face, invoke_id: int, argument: csta.DialDigitsArgument, sight: Sight
) -> list[Action]:
    """Dial on a connection, if that one has dial tone."""
    number, device = face.numbers.read_connection(argument.dialling_connection)
    call = next((one for one in sight.calls if one.call == number), None)
    reason = Reason.INVALID_CALL
    if call is not None:
        states = {party.device: party.state for party in call.parties}
        if states.get(device) is LegState.INITIATED:
            digits = face.numbers.read_device(argument.dialling_sequence)
            return [face.ask(invoke_id, Operation.DIAL_DIGITS, Dial(device, digits))]
        reason = Reason.INVALID_STATE if device in states else Reason.INVALID_CONNECTION
    return [face.error(invoke_id, failure(Operation.DIAL_DIGITS, reason))]


# Routes.


def _route(face: Face, invoke_id: int, operation: int, argument: Any) -> list[Action]:
    match argument:
        case csta.RouteRegisterArgument(named):
            return _register(face, invoke_id, named)
        case csta.RouteRegisterCancelArgument(registration):
            points = face.routes.cancel(registration)
            if not points:
                return [face.error(invoke_id, _NO_REGISTRATION)]
            cancelled = face.result(invoke_id, operation, NO_DATA)
            return [cancelled, *(Serve(point, on=False) for point in points)]
        case csta.RouteSelectRequestArgument(reference):
            route = face.routes.find(reference)
            if route is None:
                return [face.error(invoke_id, failure(operation, Reason.INVALID_ROUTE))]
            face.routes.select(argument)
            to = face.numbers.read_device(argument.route_selected)
            verb = RouteSelect(route, to, argument.correlator_data or b"")
            return [face.ask(invoke_id, operation, verb)]
        case _:
            route = face.routes.find(argument.cross_ref_identifier)
            if route is None:
                return [face.error(invoke_id, failure(operation, Reason.INVALID_ROUTE))]
            return [face.ask(invoke_id, operation, RouteEnd(route))]


def _register(face: Face, invoke_id: int, named: csta.DeviceID | None) -> list[Action]:
    """Register for one route point, or without a name for all."""
    device = face.numbers.read_device(named) if named else ""
    points = [device] if named else sorted(face.numbers.points)
    if not points or not face.numbers.points.issuperset(points):
        wrong = failure(Operation.ROUTE_REGISTER, Reason.INVALID_DEVICE)
        return [face.error(invoke_id, wrong)]
    if face.full.intersection(points):
        return [face.error(invoke_id, _NO_MORE_REGISTRATIONS)]
    registration = face.routes.register(device, points)
    if registration is None:
        wrong = failure(Operation.ROUTE_REGISTER, Reason.NOTHING_TO_DO)
        return [face.error(invoke_id, wrong)]
    result = csta.RouteRegisterResult(registration)
    done = face.result(invoke_id, Operation.ROUTE_REGISTER, result)
    return [done, *(Serve(point, on=True) for point in points)]


_NO_MORE_REGISTRATIONS: Final[Failure] = (
    "subscribedResourceAvailability",
    csta.SubscribedResourceAvailabilityErrors.OBJECT_REGISTRATION_LIMIT_EXCEEDED,
)
_NO_REGISTRATION: Final[Failure] = (
    "operation",
    OperationErrors.INVALID_ROUTE_REGISTRATION_CROSS_REF_ID,
)


def route_refused(
    face: Face, invoke_id: int, verb: RouteSelect, reason: Reason
) -> list[Action]:
    """Answer a route that cannot be taken; the request stays open until its time is up."""
    refusal = face.error(invoke_id, failure(Operation.ROUTE_SELECT_REQUEST, reason))
    again = face.routes.again(verb.route)
    return [refusal] if again is None else [refusal, face.invoke(*again)]


# Escape.


def _escape(face: Face, invoke_id: int, argument: csta.EscapeArgument, at: str) -> list[Action]:
    if face.dialect.beats:
        seconds = beats.period(argument)
        answer: Any = csta.CSTACommonArguments(private_data=(beats.beat(at),))
        sent = face.result(invoke_id, Operation.ESCAPE, ("extensions", answer))
        return [sent] if seconds is None else [sent, *face.beats(seconds)]
    if face.dialect.system_data:
        return [face.result(invoke_id, Operation.ESCAPE, NO_DATA)]
    return [face.error(invoke_id, ("operation", OperationErrors.SERVICE_NOT_SUPPORTED))]
