"""Calls taken elsewhere before or after the answer: deflection, pickup, park, routes."""

from __future__ import annotations

from sim.exchange import routing, vectors
from sim.exchange.acd import tell_queued
from sim.exchange.basic import connect, find
from sim.exchange.board import Board
from sim.exchange.delivery import deliver, destination_refused
from sim.exchange.facts import Done, Treated
from sim.exchange.state import Leg
from sim.exchange.timers import TimerKind
from sim.exchange.views import CallData
from sim.exchange.words import Cause, LegState, Reason, RouteOutcome, Treatment


def deflect(board: Board, device: str, to: str, call: int) -> Done | Reason:
    """Send a call elsewhere that rings, waits or is being routed."""
    states = (LegState.ALERTING, LegState.QUEUED, LegState.ROUTING)
    leg = find(board, device, call, states, Reason.NO_CALL_TO_ANSWER)
    if isinstance(leg, Reason):
        return leg
    refused = destination_refused(board, device, to)
    if refused is not None:
        return refused
    if to == device or to in leg.call.legs:
        return Reason.SAME_DEVICE
    if device in board.trunks:
        return Reason.NOT_PERMITTED
    moved = leg.call
    if leg.route:
        routing.finish(board, leg, RouteOutcome.ABANDONED, to)
    else:
        board.divert(leg, to, Cause.REDIRECTED)
    vectors.quit_vector(board, moved, to)
    deliver(board, moved, to, Cause.REDIRECTED, device)
    return Done(moved.id)


def pickup(board: Board, device: str, target: str, call: int) -> Done | Reason:
    """Take a call that rings at another set."""
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    if target not in board.stations:
        return Reason.INVALID_DESTINATION
    leg = find(board, target, call, (LegState.ALERTING,), Reason.NO_CALL_TO_ANSWER)
    if isinstance(leg, Reason):
        return leg
    if board.active(device) is not None:
        return Reason.CONNECTED_CALL_EXISTS
    if device == target or device in leg.call.legs:
        return Reason.SAME_DEVICE
    if not board.free_appearance(device):
        return Reason.DEVICE_BUSY
    _take_over(board, leg, device, Cause.PICKUP)
    return Done(board.at(device)[-1].call.id)


def group_pickup(board: Board, device: str) -> Done | Reason:
    """Take the call that rings longest in the set's pickup group."""
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    ringing = [
        leg
        for number, other in board.stations.items()
        if station.plan.pickup and number != device
        if other.plan.pickup == station.plan.pickup
        for leg in board.at(number)
        if leg.state is LegState.ALERTING
    ]
    if not ringing:
        return Reason.NO_CALL_TO_ANSWER
    leg = min(ringing, key=lambda one: one.entered)
    return pickup(board, device, leg.device, leg.call.id)


def park(board: Board, device: str, slot: str, call: int) -> Done | Reason:
    """Leave the other party of the active call in a park slot."""
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    leg = find(board, device, call, (LegState.CONNECTED,), Reason.NO_ACTIVE_CALL)
    if isinstance(leg, Reason):
        return leg
    if slot not in board.plan.park:
        return Reason.INVALID_SLOT
    if board.at(slot):
        return Reason.SLOT_TAKEN
    others = [other for other in leg.call.legs.values() if other is not leg]
    if len(others) != 1 or others[0].state is not LegState.CONNECTED:
        return Reason.INVALID_STATE
    parked = leg.call
    board.divert(leg, slot, Cause.PARK, counts=False)
    waits = board.join(parked, slot, LegState.QUEUED, entered=board.next_serial())
    waits.parked_by = device
    board.start(waits, TimerKind.PARK)
    tell_queued(board, waits, Cause.PARK)
    return Done(parked.id)


def unpark(board: Board, device: str, slot: str) -> Done | Reason:
    """Take the call out of a park slot."""
    if device not in board.stations:
        return Reason.INVALID_DEVICE
    if slot not in board.plan.park:
        return Reason.INVALID_SLOT
    if not board.at(slot):
        return Reason.SLOT_EMPTY
    leg = board.at(slot)[0]
    if board.active(device) is not None:
        return Reason.CONNECTED_CALL_EXISTS
    if device in leg.call.legs:
        return Reason.SAME_DEVICE
    if not board.free_appearance(device):
        return Reason.DEVICE_BUSY
    _take_over(board, leg, device, Cause.PARK)
    return Done(board.at(device)[-1].call.id)


def route_register(board: Board, device: str, *, on: bool) -> Done | Reason:
    """Note whether a computer serves a route point.

    Open requests are not touched, but those for which no time runs: nobody else ends them.
    """
    point = board.points.get(device)
    if point is None:
        return Reason.INVALID_DEVICE
    if point.served == on:
        return Reason.NOTHING_TO_DO
    point.served = on
    for leg in list(board.at(device)) if not on else ():
        if leg.timer is None:
            route_default(board, leg.route, RouteOutcome.TIMED_OUT)
    return Done()


def route_select(
    board: Board, route: int, to: str, data: CallData, digits: int = 0, seconds: float = 0.0
) -> Done | Reason:
    """Send a call from its route point to the number the computer chose.

    With ``digits`` so many are taken from the caller first.
    """
    leg = board.routes.get(route)
    if leg is None:
        return Reason.INVALID_ROUTE
    refused = destination_refused(board, leg.device, to)
    if refused is not None:
        return refused
    if to in leg.call.legs:
        return Reason.INVALID_DESTINATION
    call = leg.call
    call.data = data.over(call.data)
    if digits:
        routing.end(board, leg, RouteOutcome.SELECTED, to)
        leg.to = to
        vectors.collect(board, leg, digits, seconds)
        return Done(call.id)
    routing.finish(board, leg, RouteOutcome.SELECTED, to)
    vectors.quit_vector(board, call, to)
    deliver(board, call, to, Cause.REDIRECTED)
    return Done(call.id)


def route_treat(board: Board, route: int, treatment: Treatment) -> Done | Reason:
    """Let a caller hear something; the computer has the call until it gives up the point."""
    leg = board.routes.get(route)
    if leg is None:
        return Reason.INVALID_ROUTE
    if board.points[leg.device].plan.vector:
        return Reason.NOT_PERMITTED  # the vector says what the caller hears
    board.stop(leg)
    told = {"route": route, "treatment": treatment}
    board.tell_call(Treated, leg.call, leg.device, Cause.NORMAL, **told)
    return Done(leg.call.id)


def route_default(board: Board, route: int, outcome: RouteOutcome) -> Done | Reason:
    """Send a call from its route point to the default destination; a vector just goes on."""
    leg = board.routes.get(route)
    if leg is None:
        return Reason.INVALID_ROUTE
    if leg.vector:
        routing.end(board, leg, outcome, "")
        return Done(leg.call.id)
    call, to = leg.call, board.points[leg.device].plan.default
    routing.finish(board, leg, outcome, to)
    deliver(board, call, to, Cause.REDIRECTED)
    return Done(call.id)


def _take_over(board: Board, leg: Leg, device: str, cause: Cause) -> None:
    """Connect a set in place of a leg that waits or rings."""
    call = leg.call
    board.divert(leg, device, cause, counts=False)
    connect(board, board.join(call, device, LegState.CONNECTED), cause)
