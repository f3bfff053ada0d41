"""What the exchange does when one of its timers runs out."""

from __future__ import annotations

from sim.exchange import acd, answering, trunks, vectors
from sim.exchange.board import Board
from sim.exchange.delivery import deliver, ring
from sim.exchange.facts import Done
from sim.exchange.redirect import route_default
from sim.exchange.state import Agent, Call, Leg
from sim.exchange.timers import Timer, TimerKind
from sim.exchange.words import AgentState, Cause, Forwarding, Reason, RouteOutcome


def expire(board: Board, timer: Timer) -> Done | Reason:
    """Act on a timer; one that was stopped meanwhile means nothing."""
    owner = board.running.pop(timer, None)
    if owner is None:
        return Reason.NOTHING_TO_DO
    owner.timer = None
    if isinstance(owner, Agent):
        acd.set_state(board, owner, AgentState.READY)  # only wrap-up is timed
    else:
        _expire_leg(board, owner, timer.kind)
    return Done()


def _expire_leg(board: Board, leg: Leg, kind: TimerKind) -> None:
    match kind:
        case TimerKind.DIAL:
            board.fail(leg, Cause.DIAL_TIMEOUT, tone=True)
        case TimerKind.PROMPT | TimerKind.PREDICTIVE:
            board.clear_call(leg.call, Cause.NO_ANSWER)
        case TimerKind.RING:
            _forward_unanswered(board, leg)
        case TimerKind.HUNT:
            _hunt_on(board, leg)
        case TimerKind.AGENT_RING:
            acd.not_answered(board, leg)
        case TimerKind.OVERFLOW:
            _overflow(board, leg)
        case TimerKind.ROUTE:
            route_default(board, leg.route, RouteOutcome.TIMED_OUT)
        case TimerKind.VECTOR:
            _onward(board, leg.call, vectors.go_on(board, leg))
        case TimerKind.COLLECT:
            _onward(board, leg.call, vectors.collected(board, leg))
        case TimerKind.PARK:
            _recall(board, leg)
        case TimerKind.TONE:
            board.drop(leg, Cause.TONE_TIMEOUT)
        case TimerKind.EXTERNAL_ALERTS:
            trunks.network_answers(board, leg)
        case TimerKind.EXTERNAL_ANSWERS:
            answering.outside_answers(board, leg)
        case TimerKind.EXTERNAL_LEAVES:
            board.drop(leg, Cause.NORMAL)
        case TimerKind.WRAP_UP:
            pass  # belongs to agents


def _onward(board: Board, call: Call, onward: vectors.Onward | None) -> None:
    if onward is not None:
        deliver(board, call, *onward)


def _forward_unanswered(board: Board, leg: Leg) -> None:
    """Forward on no answer, unless that was switched off while the set rang."""
    to = board.stations[leg.device].forwarding.get(Forwarding.NO_ANSWER)
    if to is not None:
        call = leg.call
        board.divert(leg, to, Cause.FORWARD_NO_ANSWER)
        deliver(board, call, to, Cause.FORWARD_NO_ANSWER)


def _hunt_on(board: Board, leg: Leg) -> None:
    """Send an unanswered call to the group's overflow, or else to its next member."""
    plan, call = board.groups[leg.group].plan, leg.call
    to = plan.overflow or plan.number
    board.divert(leg, to, Cause.NO_ANSWER, counts=bool(plan.overflow))
    deliver(board, call, to, Cause.OVERFLOW if plan.overflow else Cause.NO_ANSWER)


def _overflow(board: Board, leg: Leg) -> None:
    """Send a call on that waited too long; one that was sent on too often stays."""
    call, to = leg.call, board.groups[leg.device].plan.overflow
    if call.redirections < board.plan.options.redirections:
        board.divert(leg, to, Cause.OVERFLOW)
        deliver(board, call, to, Cause.OVERFLOW)


def _recall(board: Board, leg: Leg) -> None:
    """Ring the set that parked a call; wait once more while it has no room."""
    station, call = board.stations[leg.parked_by], leg.call
    number = station.plan.number
    if number in call.legs or not board.free_appearance(number):
        board.start(leg, TimerKind.PARK)
        return
    board.divert(leg, number, Cause.RECALL, counts=False)
    ring(board, call, station, Cause.RECALL)
