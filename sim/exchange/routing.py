"""Route points: a computer is asked where a call goes, and a default stands in for it."""

from __future__ import annotations

from sim.exchange.board import Board
from sim.exchange.facts import RouteEnded, RouteRequested
from sim.exchange.state import Call, Leg, RoutePoint
from sim.exchange.timers import TimerKind
from sim.exchange.words import Cause, LegState, RouteOutcome


def request(board: Board, call: Call, point: RoutePoint, cause: Cause) -> None:
    """Ask the computer that serves a route point."""
    leg = board.join(call, point.plan.number, LegState.ROUTING)
    leg.route = board.next_serial()
    board.routes[leg.route] = leg
    seconds = point.plan.seconds or board.seconds(TimerKind.ROUTE)
    board.start(leg, TimerKind.ROUTE, seconds)
    board.tell_call(RouteRequested, call, leg.device, cause, route=leg.route, seconds=seconds)


def finish(board: Board, leg: Leg, outcome: RouteOutcome, to: str) -> None:
    """End a route request and take the call from the route point."""
    call, route = leg.call, leg.route
    del board.routes[route]
    leg.route = 0
    board.tell(RouteEnded(route, call.id, leg.device, outcome, to))
    board.divert(leg, to, Cause.REDIRECTED)
