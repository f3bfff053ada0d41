"""Commands of the model as requests of phase III (ECMA-269 clauses 14 to 28).

Pure: a command and its native target in, one request out. A command that cannot be written
raises ``Unwritable`` with the error to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cti.model import commands as cm
from cti.model.commands import Command
from cti.model.errors import ErrorClass
from drivers.csta import arguments_calls as calls
from drivers.csta import arguments_devices as devices
from drivers.csta.target import Request, Target, Unwritable
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation


def request_of(command: Command, target: Target) -> Request:
    """Make the request of a command; raise ``Unwritable``."""
    build = _BUILDERS.get(command.verb)
    if build is None:
        detail = f"{command.verb}: phase III has no such service here"
        raise Unwritable(ErrorClass.UNSUPPORTED, detail, "verb")
    if not isinstance(command.args, cm.VERBS[command.verb]):
        detail = f"{command.verb}: {type(command.args).__name__} are arguments of another verb"
        raise Unwritable(ErrorClass.INVALID_ARGUMENT, detail, "args")
    return build(command.args, target)


_Builder = Callable[[Any, Target], Request]


def _two(operation: Operation, record: Callable[..., Any]) -> _Builder:
    return lambda _, t: Request(operation, record(held_call=t.held(), active_call=t.active()))


def _one(operation: Operation, record: Callable[..., Any], *, urgent: bool = False) -> _Builder:
    return lambda _, t: Request(operation, record(t.connection()), urgent)


def _on(operation: Operation, record: Callable[..., Any]) -> _Builder:
    return lambda args, t: Request(operation, record(t.device(), args.on))


def _query(operation: Operation, record: Callable[..., Any]) -> _Builder:
    return lambda _, t: Request(operation, record(t.device()))


_BUILDERS: Final[dict[str, _Builder]] = {
    "make_call": calls.make_call,
    "make_predictive_call": calls.make_predictive_call,
    "answer": _one(Operation.ANSWER_CALL, c.AnswerCallArgument),
    "hold": calls.hold,
    "retrieve": _one(Operation.RETRIEVE_CALL, c.RetrieveCallArgument),
    "alternate": _two(Operation.ALTERNATE_CALL, c.AlternateCallArgument),
    "consult": calls.consult,
    "reconnect": _two(Operation.RECONNECT_CALL, c.ReconnectCallArgument),
    "transfer": _two(Operation.TRANSFER_CALL, c.TransferCallArgument),
    "conference": _two(Operation.CONFERENCE_CALL, c.ConferenceCallArgument),
    "blind_transfer": calls.blind_transfer,
    "single_step_conference": calls.single_step_conference,
    "clear_connection": _one(
        Operation.CLEAR_CONNECTION, c.ClearConnectionArgument, urgent=True
    ),
    "clear_call": lambda _, t: Request(
        Operation.CLEAR_CALL, c.ClearCallArgument(t.call()), urgent=True
    ),
    "deflect": calls.deflect,
    "redirect": calls.deflect,
    "pickup": calls.pickup,
    "group_pickup": _query(Operation.GROUP_PICKUP_CALL, c.GroupPickupCallArgument),
    "park": calls.park,
    "unpark": calls.unpark,
    "call_back": _one(Operation.CALL_BACK, c.CallBackArgument),
    "camp_on": _one(Operation.CAMP_ON_CALL, c.CamponCallArgument),
    "intrude": calls.intrude,
    "send_dtmf": calls.send_dtmf,
    "set_agent_state": devices.set_agent_state,
    "login": devices.login,
    "logout": lambda args, t: devices.agent(c.ReqAgentState.LOGGED_OFF, args, t),
    "query_agent": _query(Operation.GET_AGENT_STATE, c.GetAgentStateArgument),
    "set_forwarding": devices.set_forwarding,
    "query_device": _query(
        Operation.GET_LOGICAL_DEVICE_INFORMATION, c.GetLogicalDeviceInformationArgument
    ),
    "query_forwarding": _query(Operation.GET_FORWARDING, c.GetForwardingArgument),
    "set_dnd": _on(Operation.SET_DO_NOT_DISTURB, c.SetDoNotDisturbArgument),
    "query_dnd": _query(Operation.GET_DO_NOT_DISTURB, c.GetDoNotDisturbArgument),
    "set_mwi": _on(
        Operation.SET_MESSAGE_WAITING_INDICATOR, c.SetMessageWaitingIndicatorArgument
    ),
    "query_mwi": _query(
        Operation.GET_MESSAGE_WAITING_INDICATOR, c.GetMessageWaitingIndicatorArgument
    ),
    "route_select": devices.route_select,
    "route_end": devices.route_end,
    "snapshot_device": _query(Operation.SNAPSHOT_DEVICE, c.SnapshotDeviceArgument),
    "snapshot_call": lambda _, t: Request(
        Operation.SNAPSHOT_CALL, c.SnapshotCallArgument(t.call())
    ),
    "private": devices.private,
}
