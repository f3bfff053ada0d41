"""Vectors: a call at a VDN goes from step to step until somebody gets it.

The leg at the VDN is the one that runs; a call that a step queued has a leg at the group
besides. An agent who gets the call ends the vector (``routing.leave``).
"""

from __future__ import annotations

from sim.exchange import acd, routing
from sim.exchange.board import Board
from sim.exchange.facts import DigitsCollected, VectorEntered
from sim.exchange.state import Call, Leg, RoutePoint
from sim.exchange.steps import (
    AdjunctRoute,
    Announcement,
    Collect,
    Disconnect,
    QueueTo,
    RouteTo,
    Step,
    Wait,
)
from sim.exchange.timers import TimerKind
from sim.exchange.words import Cause, LegState, RouteOutcome

Onward = tuple[str, Cause]
"""Where a call goes next, and why."""


def enter(board: Board, call: Call, point: RoutePoint, cause: Cause) -> Onward | None:
    """Let a call enter a VDN; give where it goes on to at once, if it does."""
    leg = board.join(call, point.plan.number, LegState.ROUTING)
    leg.vector = point.plan.vector
    board.tell_call(VectorEntered, call, leg.device, cause)
    return go_on(board, leg)


def go_on(board: Board, leg: Leg) -> Onward | None:
    """Take the steps of a vector that need no time; give where the call goes on to."""
    while leg.vector:
        step, leg.vector = leg.vector[0], leg.vector[1:]
        match step:
            case Wait(seconds) | Announcement(seconds):
                board.start(leg, TimerKind.VECTOR, seconds)
                return None
            case AdjunctRoute():
                _ask(board, leg)
            case Collect(digits, seconds):
                routing.end(board, leg, RouteOutcome.OVERTAKEN, "")
                collect(board, leg, digits, seconds)
                return None
            case _:
                onward = _act(board, leg, step)
                if onward is not None or leg.device not in leg.call.legs:
                    return onward
    queued = _queued(leg.call)
    routing.end(board, leg, RouteOutcome.OVERTAKEN, queued[0].device if queued else "")
    if queued:
        board.divert(leg, queued[0].device, Cause.ENTERING_DISTRIBUTION, counts=False)
    else:
        board.clear_call(leg.call, Cause.NORMAL)
    return None


def collect(board: Board, leg: Leg, digits: int, seconds: float) -> None:
    """Begin to take digits for the leg of a VDN."""
    leg.wanted = digits
    board.start(leg, TimerKind.COLLECT, seconds or None)


def take(board: Board, call: Call, digits: str) -> Onward | None:
    """Take digits that a party of the call sent, if its vector waits for some."""
    leg = next((leg for leg in call.legs.values() if leg.wanted), None)
    if leg is None:
        return None
    before, hash_sign, _ = digits.partition("#")
    leg.digits = (leg.digits + before)[: leg.wanted]
    if not hash_sign and len(leg.digits) < leg.wanted:
        return None
    return collected(board, leg)


def collected(board: Board, leg: Leg) -> Onward | None:
    """End the taking of digits with what came, and go on."""
    board.stop(leg)
    call, to = leg.call, leg.to
    call.digits, leg.wanted, leg.digits = leg.digits, 0, ""
    board.tell_call(DigitsCollected, call, leg.device, Cause.NORMAL, digits=call.digits)
    if not to:
        return go_on(board, leg)
    board.divert(leg, to, Cause.REDIRECTED)
    return to, Cause.REDIRECTED


def _ask(board: Board, leg: Leg) -> None:
    point = board.points[leg.device]
    if point.served and not leg.route:
        seconds = sum(one.seconds for one in _pauses(leg.vector))
        routing.ask(board, leg, seconds, Cause.NEW_CALL)


def _pauses(vector: tuple[Step, ...]) -> list[Wait | Announcement]:
    """Give the steps before the first one that does more than wait."""
    found: list[Wait | Announcement] = []
    for step in vector:
        if isinstance(step, Wait | Announcement):
            found.append(step)
        elif not isinstance(step, AdjunctRoute):
            break
    return found


def _act(board: Board, leg: Leg, step: QueueTo | RouteTo | Disconnect) -> Onward | None:
    call = leg.call
    match step:
        case QueueTo(number):
            routing.end(board, leg, RouteOutcome.OVERTAKEN, number)
            group = board.groups[number]
            if number not in call.legs and not acd.is_full(board, group):
                acd.enter(board, call, group, Cause.ENTERING_DISTRIBUTION)
            return None
        case RouteTo(number):
            routing.end(board, leg, RouteOutcome.OVERTAKEN, number)
            for queued in _queued(call):
                board.divert(queued, number, Cause.OVERFLOW)
            board.divert(leg, number, Cause.REDIRECTED)
            return number, Cause.REDIRECTED
        case Disconnect():
            routing.end(board, leg, RouteOutcome.OVERTAKEN, "")
            board.clear_call(call, Cause.NORMAL)
            return None


def quit_vector(board: Board, call: Call, to: str) -> None:
    """Take a call out of its vector and the queues it waits in: it goes elsewhere."""
    for leg in list(call.legs.values()):
        if leg.state in (LegState.ROUTING, LegState.QUEUED):
            routing.end(board, leg, RouteOutcome.ABANDONED, to)
            board.divert(leg, to, Cause.REDIRECTED, counts=False)


def _queued(call: Call) -> list[Leg]:
    return [leg for leg in call.legs.values() if leg.state is LegState.QUEUED]
