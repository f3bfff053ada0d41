"""Requests that the exchange carries out: arguments become verbs, answers become results."""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import (
    ForwardingType,
    OperationErrors,
    ReqAgentState,
)
from sim.csta.causes import failure
from sim.csta.features import FORWARDING, PENDING
from sim.csta.merges import connection_list
from sim.csta.numbers import Numbers
from sim.exchange import verbs
from sim.exchange.facts import Accepted, Fact, Merged
from sim.exchange.verbs import Verb
from sim.exchange.words import AgentState, Forwarding, Reason

NO_DATA: Final = ("noData", None)

Failure = csta.UniversalFailure
_NOT_SAME: Final[Failure] = ("operation", OperationErrors.NOT_SAME_DEVICE)
_MISSING: Final[Failure] = (
    "operation",
    OperationErrors.AT_LEAST_ONE_CONDITIONAL_PARAMETER_NOT_PROVIDED,
)
_AGENT_STATES: Final[dict[int, AgentState]] = {
    ReqAgentState.NOT_READY: AgentState.NOT_READY,
    ReqAgentState.READY: AgentState.READY,
    ReqAgentState.WORKING_AFTER_CALL: AgentState.AFTER_CALL,
}
_FORWARDING: Final[dict[int, Forwarding]] = {
    number: kind for kind, number in FORWARDING.items()
}


_Carrying = (
    csta.MakeCallArgument | csta.MakePredictiveCallArgument | csta.ConsultationCallArgument
)


def verb_of(operation: int, argument: Any, numbers: Numbers) -> Verb | Failure | None:
    """Give what a request asks of the exchange, or why it cannot be asked.

    ``None`` for a request that is no matter of the exchange.
    """
    match argument:
        case csta.MakeCallArgument():
            return verbs.MakeCall(
                numbers.read_device(argument.calling_device),
                numbers.read_device(argument.called_directory_number),
                **_data(argument),
                prompt=argument.auto_originate is csta.AutoOriginate.PROMPT,
            )
        case csta.MakePredictiveCallArgument():
            return _predictive(argument, numbers)
        case (
            csta.ClearCallArgument(connection)
            | csta.AssociateDataArgument(connection)
            | csta.SendUserInfoArgument(connection)
        ):
            return _whole_call(operation, argument, numbers.read_connection(connection)[0])
        case (
            csta.AlternateCallArgument()
            | csta.ConferenceCallArgument()
            | csta.ReconnectCallArgument()
            | csta.TransferCallArgument()
        ):
            return _two_calls(operation, argument, numbers)
        case (
            csta.SetDoNotDisturbArgument()
            | csta.SetMessageWaitingIndicatorArgument()
            | csta.SetForwardingArgument()
            | csta.SetAgentStateArgument()
            | csta.GroupPickupCallArgument()
        ):
            return _device(argument, numbers)
        case _:
            return _one_connection(operation, argument, numbers)


def _predictive(argument: csta.MakePredictiveCallArgument, numbers: Numbers) -> Verb | Failure:
    signalling = argument.signalling_detection
    if signalling is not None and (
        signalling.signalling_condition != csta.SignallingCondition.CALL_ESTABLISHED
    ):
        return ("operation", OperationErrors.PARAMETER_NOT_SUPPORTED)
    by_kind = {
        item.destination_condition: item.detection_action
        for item in argument.destination_detection or ()
    }
    default = argument.default_action
    machine = by_kind.get(csta.DestinationCondition.ANSWERING_MACHINE, default)
    return verbs.MakePredictiveCall(
        numbers.read_device(argument.calling_device),
        numbers.read_device(argument.called_directory_number),
        seconds=float(argument.alert_time or 0),
        machines=machine != csta.DetectionAction.CLEAR_CALLED_CONNECTION,
        **_data(argument),
    )


def _data(argument: _Carrying) -> dict[str, Any]:
    return {
        "data": argument.correlator_data or b"",
        "user_data": argument.user_data or b"",
        "account": argument.account_code or b"",
    }


def _one_connection(operation: int, argument: Any, numbers: Numbers) -> Verb | Failure | None:
    read = _CONNECTION.get(type(argument))
    if read is None:
        return None
    call, device = numbers.read_connection(getattr(argument, read))
    if call < 0:
        return failure(operation, Reason.INVALID_CALL)
    if not device:
        return failure(operation, Reason.INVALID_CONNECTION)
    match argument:
        case csta.AnswerCallArgument():
            return verbs.Answer(device, call)
        case csta.ClearConnectionArgument():
            return verbs.HangUp(device, call)
        case csta.HoldCallArgument():
            return verbs.Hold(device, call)
        case csta.RetrieveCallArgument():
            return verbs.Retrieve(device, call)
        case csta.ConsultationCallArgument():
            to = numbers.read_device(argument.consulted_device)
            return verbs.Consult(device, to, call, **_data(argument))
        case csta.SingleStepTransArgument():
            to = numbers.read_device(argument.transferred_to)
            return verbs.BlindTransfer(device, to, call)
        case csta.SingleStepConfArgument():
            to = numbers.read_device(argument.device_to_join)
            return verbs.SingleStepConference(device, to, call)
        case csta.DeflectCallArgument():
            to = numbers.read_device(argument.new_destination)
            return verbs.Deflect(device, to, call)
        case csta.DirectedPickupCallArgument():
            taker = numbers.read_device(argument.requesting_device)
            return verbs.Pickup(taker, device, call)
        case csta.ParkCallArgument():
            return verbs.Park(device, numbers.read_device(argument.park_to), call)
        case csta.GenerateDigitsArgument():
            return verbs.SendDigits(device, argument.characters_to_send, call)
        case _:
            return None


_CONNECTION: Final[dict[type[Any], str]] = {
    csta.AnswerCallArgument: "connection",
    csta.ClearConnectionArgument: "connection",
    csta.HoldCallArgument: "connection",
    csta.RetrieveCallArgument: "connection",
    csta.ConsultationCallArgument: "existing_call",
    csta.SingleStepTransArgument: "active_call",
    csta.SingleStepConfArgument: "active_call",
    csta.DeflectCallArgument: "call_to_be_diverted",
    csta.DirectedPickupCallArgument: "call_to_be_picked_up",
    csta.ParkCallArgument: "parking",
    csta.GenerateDigitsArgument: "connection_to_send_digits",
}
"""Field that names the connection of a request."""


def _whole_call(operation: int, argument: Any, call: int) -> Verb | Failure:
    if call <= 0:
        return failure(operation, Reason.INVALID_CALL)
    if isinstance(argument, csta.ClearCallArgument):
        return verbs.ClearCall(call)
    if isinstance(argument, csta.SendUserInfoArgument):
        return verbs.AssociateData(call, user_data=argument.user_data)
    if argument.correlator_data is None and argument.account_code is None:
        return _MISSING
    return verbs.AssociateData(call, argument.correlator_data, account=argument.account_code)


def _two_calls(operation: int, argument: Any, numbers: Numbers) -> Verb | Failure:
    held, device = numbers.read_connection(argument.held_call)
    active, other = numbers.read_connection(argument.active_call)
    if held < 0 or active < 0:
        return failure(operation, Reason.INVALID_CALL)
    device = device or other
    if not device:
        return failure(operation, Reason.INVALID_CONNECTION)
    if other and other != device:
        return _NOT_SAME
    match argument:
        case csta.AlternateCallArgument():
            return verbs.Alternate(device, held, active)
        case csta.ConferenceCallArgument():
            return verbs.Conference(device, held, active)
        case csta.ReconnectCallArgument():
            return verbs.Reconnect(device, held, active)
        case _:
            return verbs.Transfer(device, held, active)


def _device(argument: Any, numbers: Numbers) -> Verb | Failure:
    match argument:
        case csta.GroupPickupCallArgument():
            return verbs.GroupPickup(numbers.read_device(argument.new_destination))
        case csta.SetDoNotDisturbArgument():
            device = numbers.read_device(argument.device)
            return verbs.SetDoNotDisturb(device, argument.do_not_disturb_on)
        case csta.SetMessageWaitingIndicatorArgument():
            device = numbers.read_device(argument.device)
            return verbs.SetMessageWaiting(device, argument.message_waiting_on)
        case csta.SetForwardingArgument():
            wanted = argument.forwarding_type
            kind = _FORWARDING.get(
                ForwardingType.FORWARD_IMMEDIATE if wanted is None else wanted
            )
            if kind is None:
                return ("operation", OperationErrors.INVALID_FORWARDING_TYPE)
            to = numbers.read_device(argument.forward_dn) if argument.forward_dn else ""
            device = numbers.read_device(argument.device)
            return verbs.SetForwarding(device, kind, argument.activate_forward, to)
        case _:
            return _agent_state(argument, numbers)


def _agent_state(argument: csta.SetAgentStateArgument, numbers: Numbers) -> Verb | Failure:
    device = numbers.read_device(argument.device)
    match argument.requested_agent_state:
        case ReqAgentState.LOGGED_ON:
            agent = (argument.agent_id or b"").decode("latin-1")
            return verbs.LogOn(device, agent, (argument.password or b"").decode("latin-1"))
        case ReqAgentState.LOGGED_OFF:
            return verbs.LogOff(device)
        case wanted:
            state = _AGENT_STATES.get(wanted)
            if state is None:
                return ("operation", OperationErrors.INVALID_AGENT_STATE)
            return verbs.SetAgentState(device, state)


def result_of(verb: Verb, answer: Accepted, facts: tuple[Fact, ...], numbers: Numbers) -> Any:
    """Give the result of a request that the exchange carried out."""
    call = answer.call
    match verb:
        case verbs.MakeCall(device):
            return csta.MakeCallResult(numbers.connection(call, device))
        case verbs.MakePredictiveCall(device):
            return csta.MakePredictiveCallResult(numbers.connection(call, device))
        case verbs.Consult(device):
            return csta.ConsultationCallResult(numbers.connection(call, device))
        case verbs.Conference(device):
            here = numbers.connection(call, device)
            return csta.ConferenceCallResult(here, _connections(facts, numbers))
        case verbs.Transfer():
            return csta.TransferCallResult(*_transferred(call, facts, numbers))
        case verbs.BlindTransfer(to=to):
            there = numbers.connection(call, to)
            return csta.SingleStepTransResult(there, _connections(facts, numbers))
        case verbs.SingleStepConference(to=to):
            return csta.SingleStepConfResult(numbers.connection(call, to))
        case verbs.Pickup(device):
            return csta.DirectedPickupCallResult(numbers.connection(call, device))
        case verbs.GroupPickup(device):
            return csta.GroupPickupCallResult(numbers.connection(call, device))
        case verbs.Park(slot=slot):
            return csta.ParkCallResult(numbers.connection(call, slot))
        case verbs.LogOn():
            return csta.SetAgentStateResult()
        case verbs.LogOff():
            pending = PENDING[AgentState.LOGGED_OFF] if answer.pending else None
            return csta.SetAgentStateResult(pending)
        case verbs.SetAgentState(state=state):
            return csta.SetAgentStateResult(PENDING.get(state) if answer.pending else None)
        case _:
            return NO_DATA


def _merge(facts: tuple[Fact, ...]) -> Merged | None:
    return next((fact for fact in facts if isinstance(fact, Merged)), None)


def _connections(facts: tuple[Fact, ...], numbers: Numbers) -> csta.ConnectionList | None:
    merge = _merge(facts)
    return connection_list(numbers, merge) if merge else None


def _transferred(call: int, facts: tuple[Fact, ...], numbers: Numbers) -> tuple[Any, Any]:
    """Name the new call by the connection of whom it was transferred to."""
    merge = _merge(facts)
    device = merge.added if merge else ""
    return numbers.connection(call, device), _connections(facts, numbers)
