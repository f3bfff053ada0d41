"""Routing: the switch asks where a call at a VDN goes (S2), on an association of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocols.asai import values as v
from protocols.asai.messages import MessageType
from protocols.asai.names import Operation
from protocols.q931 import values as q
from sim.asai import causes
from sim.asai.associations import Kind
from sim.asai.causes import RefusedError
from sim.asai.requests import Request
from sim.exchange.facts import RouteEnded, RouteRequested
from sim.exchange.verbs import RouteEnd, RouteSelect
from sim.exchange.words import Reason, RouteOutcome
from sim.ports import Ask, Note

if TYPE_CHECKING:
    from sim.asai.face import Face


def offer(face: Face, fact: RouteRequested) -> None:
    """Ask the adjunct."""
    one = face.associations.open(Kind.ROUTE, fact.device)
    if one is None:
        face.act(Note("full", "no call reference value is free"))
        face.act(Ask("", RouteEnd(fact.route)))
        return
    one.call, one.route = fact.call, fact.route
    told = face.reporter.of_route(fact)
    face.invoke(one, Operation.ROUTE, told, MessageType.REGISTER)


def select(request: Request) -> None:
    """Send the call where the adjunct says; Route End tells it what came of that."""
    face, one = request.face, request.association
    to = request.number(q.CalledPartyNumber)
    wanted = request.first(v.Collect)
    if wanted is not None and not (1 <= wanted.digits <= 24 and 1 <= wanted.timeout <= 31):
        raise RefusedError(causes.CONTENT)
    digits, seconds = (wanted.digits, float(wanted.timeout)) if wanted else (0, 0.0)
    verb = RouteSelect(one.route, to, b"", request.user_data, digits, seconds)

    def refused(reason: Reason) -> None:
        face.end(one, Operation.ROUTE_END, causes.refusal(Operation.ROUTE_SELECT, reason))
        face.act(Ask("", RouteEnd(one.route)))

    face.ask(verb, lambda _, __: None, refused)


def ended(face: Face, fact: RouteEnded) -> None:
    """Tell the adjunct that a request is over, unless it ended it itself."""
    one = next((a for a in face.associations.of(Kind.ROUTE) if a.route == fact.route), None)
    if one is None:
        return
    match fact.outcome:
        case RouteOutcome.SELECTED:
            face.end(one, Operation.ROUTE_END, causes.NORMAL)
        case RouteOutcome.TIMED_OUT:
            face.end(one, Operation.ABORT, causes.TIMER)  # S1 6-5
        case RouteOutcome.OVERTAKEN:
            face.end(one, Operation.ROUTE_END, causes.REDIRECTED)
        case RouteOutcome.ABANDONED | RouteOutcome.ENDED:
            face.end(one, Operation.ROUTE_END, causes.GONE)
