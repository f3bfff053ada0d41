"""Route points: a computer is asked where a call goes, and a default stands in for it."""

from __future__ import annotations

from sim.exchange.board import Board
from sim.exchange.facts import RouteEnded, RouteRequested
from sim.exchange.state import Call, Leg, RoutePoint
from sim.exchange.timers import TimerKind
from sim.exchange.words import Cause, LegState, RouteOutcome


def request(board: Board, call: Call, point: RoutePoint, cause: Cause) -> None:
    """Ask the computer that serves a route point; its time runs."""
    leg = board.join(call, point.plan.number, LegState.ROUTING)
    seconds = point.plan.seconds or board.seconds(TimerKind.ROUTE)
    ask(board, leg, seconds, cause)
    board.start(leg, TimerKind.ROUTE, seconds)


def ask(board: Board, leg: Leg, seconds: float, cause: Cause) -> None:
    """Ask where the call of a leg goes."""
    leg.route = board.next_serial()
    board.routes[leg.route] = leg
    asked = {"route": leg.route, "seconds": seconds}
    in_vector = bool(board.points[leg.device].plan.vector)
    board.tell_call(RouteRequested, leg.call, leg.device, cause, **asked, in_vector=in_vector)


def finish(board: Board, leg: Leg, outcome: RouteOutcome, to: str) -> None:
    """End a route request and take the call from the route point."""
    end(board, leg, outcome, to)
    board.divert(leg, to, Cause.REDIRECTED)


def end(board: Board, leg: Leg, outcome: RouteOutcome, to: str) -> None:
    """End a route request, if one is open."""
    if leg.route:
        route, leg.route = leg.route, 0
        del board.routes[route]
        board.tell(RouteEnded(route, leg.call.id, leg.device, outcome, to))


def leave(board: Board, call: Call, to: str) -> None:
    """Take a call from the VDN whose vector it is in: somebody else has it now."""
    for leg in list(call.legs.values()):
        if leg.state is LegState.ROUTING:
            end(board, leg, RouteOutcome.OVERTAKEN, to)
            board.divert(leg, to, Cause.DISTRIBUTED, counts=False)
