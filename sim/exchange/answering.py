"""What an answer leads to: outside callers are through, predicted calls go to their group.

A predicted call begins at a group or route point, is sent to its destination first, and comes
to the group when somebody answers there (ECMA-269 Make Predictive Call). Until then the group
has a connection that keeps the call alive; what fails, ends it.
"""

from __future__ import annotations

from sim.exchange.board import Board
from sim.exchange.delivery import deliver, destination_refused, leads_outside
from sim.exchange.facts import DataAssociated, Done, Originated, ServiceInitiated
from sim.exchange.state import Call, Leg, Predictive
from sim.exchange.timers import TimerKind
from sim.exchange.trunks import callers_are_through, external_answers
from sim.exchange.verbs import MakePredictiveCall
from sim.exchange.views import CallData
from sim.exchange.words import Cause, LegState, Reason


def make_predictive_call(board: Board, wanted: MakePredictiveCall) -> Done | Reason:
    """Call a set or an outside party for a group or route point."""
    device, to = wanted.device, wanted.to
    if device not in board.groups and device not in board.points:
        return Reason.INVALID_DEVICE
    if to not in board.stations and not leads_outside(board, to):
        return Reason.INVALID_DESTINATION
    if wanted.seconds < 0:
        return Reason.INVALID_VALUE
    refused = destination_refused(board, device, to)
    if refused is not None:
        return refused
    call = board.new_call(device)
    call.calling = device
    call.data = CallData(wanted.data, wanted.user_data, wanted.account)
    call.predictive = Predictive(device, wanted.machines)
    leg = board.join(call, device, LegState.INITIATED)
    board.tell_call(ServiceInitiated, call, device, Cause.PREDICTIVE)
    if call.data.account:
        board.tell_call(DataAssociated, call, device, Cause.NORMAL)
    leg.state = LegState.CONNECTED
    call.called = to
    board.tell_call(Originated, call, device, Cause.PREDICTIVE, dialled=to)
    board.start(leg, TimerKind.PREDICTIVE, wanted.seconds or None)
    deliver(board, call, to, Cause.PREDICTIVE, device)
    return Done(call.id)


def answered(board: Board, call: Call) -> None:
    """Draw the consequences of an answer."""
    callers_are_through(board, call)
    asked = call.predictive
    if asked is not None:
        call.predictive = None
        board.divert(call.legs[asked.device], asked.device, Cause.PREDICTIVE, counts=False)
        deliver(board, call, asked.device, Cause.PREDICTIVE)


def outside_answers(board: Board, leg: Leg) -> None:
    """Let an outside party answer; a machine may be what nobody wants to talk to."""
    asked = leg.call.predictive
    external_answers(board, leg)
    if asked is not None and not asked.machines and leg.machine:
        board.clear_call(leg.call, Cause.MACHINE)
    else:
        answered(board, leg.call)
