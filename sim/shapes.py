"""Shapes of calls as scripts: what the people of one call do, step by step.

A script is a generator. It yields what its people do, how long they pause, and what they
wait for; a wait gives back the fact it waited for, or ``None`` when patience ended. All
lengths of time come from the random source that the script is given.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import Enum
from random import Random
from typing import Any

from msgspec import Struct

from sim.exchange import verbs
from sim.exchange.facts import (
    Action,
    CallFact,
    Delivered,
    Established,
    Failed,
    NetworkReached,
    Originated,
)
from sim.exchange.verbs import Event
from sim.exchange.words import AgentState


class Do(Struct, frozen=True, gc=False):
    """Somebody does something."""

    event: Event


class Pause(Struct, frozen=True, gc=False):
    """Nothing happens for a while."""

    seconds: float


class Until(Struct, frozen=True, gc=False):
    """Wait for a fact of a kind with these fields."""

    kind: type[CallFact]
    fields: dict[str, Any]
    patience: float
    """Seconds."""

    def fits(self, action: Action) -> bool:
        """Tell whether this is the fact."""
        return isinstance(action, self.kind) and all(
            getattr(action, name) == value for name, value in self.fields.items()
        )


Script = Generator[Do | Pause | Until, Action | None, None]


class Shape(Enum):
    """Kinds of calls in the traffic."""

    INTERNAL = "internal"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    QUEUE = "queue"
    ABANDONED = "abandoned"
    HOLD = "hold"
    TRANSFER = "transfer"
    CONFERENCE = "conference"
    BLIND_TRANSFER = "blind transfer"
    NO_ANSWER = "no answer"
    BUSY = "busy"


class Cast(Struct, frozen=True):
    """Who plays in one call."""

    draw: Random
    stations: tuple[str, ...]
    """Three sets that nobody else uses meanwhile."""
    caller: str
    """Number of the outside party, unlike that of any other call."""
    direct: str
    """Number that the network calls to reach the first set."""
    queue: str
    """Number that the network calls to reach the queue."""
    outside: str
    """What a set dials to reach an outside party."""


def script(shape: Shape, cast: Cast) -> Script:
    """Make the script of a call."""
    match shape:
        case Shape.INTERNAL:
            return _internal(cast)
        case Shape.INBOUND:
            return _inbound(cast)
        case Shape.OUTBOUND:
            return _outbound(cast)
        case Shape.QUEUE:
            return _queue(cast)
        case Shape.ABANDONED:
            return _abandoned(cast)
        case Shape.HOLD:
            return _hold(cast)
        case Shape.TRANSFER:
            return _transfer(cast)
        case Shape.CONFERENCE:
            return _conference(cast)
        case Shape.BLIND_TRANSFER:
            return _blind_transfer(cast)
        case Shape.NO_ANSWER:
            return _no_answer(cast)
        case Shape.BUSY:
            return _busy(cast)


def _told(kind: type[CallFact], patience: float, **fields: Any) -> Until:
    """Wait for a fact so many seconds."""
    return Until(kind, fields, patience)


def _think(cast: Cast) -> Pause:
    """Pause as people do before they answer or press a key."""
    return Pause(round(cast.draw.uniform(0.5, 5.0), 3))


def _talk(cast: Cast) -> Pause:
    """Pause as long as a conversation."""
    return Pause(round(min(cast.draw.expovariate(1 / 40.0) + 2.0, 300.0), 3))


def _leave(*devices: str) -> Script:
    """Let everybody hang up; whose call has ended already, only hears it."""
    for device in devices:
        yield Do(verbs.HangUp(device))


def _call(cast: Cast, one: str, other: str) -> Script:
    """Bring two sets into a conversation."""
    yield Do(verbs.MakeCall(one, other))
    yield _think(cast)
    yield Do(verbs.Answer(other))


def _incoming(
    cast: Cast, number: str, patience: float
) -> Generator[Do | Pause | Until, Action | None, Originated | None]:
    """Let the outside party call; give the call, or ``None`` when all trunks are busy."""
    yield Do(verbs.TrunkRings(number, cast.caller))
    begun = yield _told(Originated, patience, calling=cast.caller)
    return begun if isinstance(begun, Originated) else None


def _internal(cast: Cast) -> Script:
    one, other, _ = cast.stations
    yield from _call(cast, one, other)
    yield _talk(cast)
    yield from _leave(other, one)


def _inbound(cast: Cast) -> Script:
    first = cast.stations[0]
    begun = yield from _incoming(cast, cast.direct, 1.0)
    if begun is None:
        return
    yield _think(cast)
    yield Do(verbs.Answer(first))
    yield _talk(cast)
    if cast.draw.random() < 0.5:
        yield Do(verbs.ExternalHangsUp(begun.device))
    yield from _leave(first)


def _outbound(cast: Cast) -> Script:
    first = cast.stations[0]
    yield Do(verbs.MakeCall(first, cast.outside))
    reached = yield _told(NetworkReached, 1.0, calling=first)
    if isinstance(reached, NetworkReached):
        yield _told(Established, 30.0, call=reached.call)
        yield _talk(cast)
    yield from _leave(first)


def _queue(cast: Cast) -> Script:
    begun = yield from _incoming(cast, cast.queue, 1.0)
    if begun is None:
        return
    patience = round(cast.draw.uniform(30.0, 120.0), 3)
    while True:
        rings = yield _told(Delivered, patience, call=begun.call)
        if not isinstance(rings, Delivered):
            yield Do(verbs.ExternalHangsUp(begun.device))
            return
        if cast.draw.random() < 0.9:
            break
        # The agent is away from the desk and comes back later.
        yield Pause(12.0)
        yield Do(verbs.SetAgentState(rings.device, AgentState.READY))
    yield _think(cast)
    yield Do(verbs.Answer(rings.device, begun.call))
    yield _talk(cast)
    yield Do(verbs.HangUp(rings.device, begun.call))


def _abandoned(cast: Cast) -> Script:
    number = cast.draw.choice([cast.queue, cast.direct])
    begun = yield from _incoming(cast, number, 1.0)
    if begun is not None:
        yield Pause(round(cast.draw.uniform(0.5, 4.0), 3))
        yield Do(verbs.ExternalHangsUp(begun.device))


def _hold(cast: Cast) -> Script:
    one, other, _ = cast.stations
    yield from _call(cast, one, other)
    yield _talk(cast)
    yield Do(verbs.Hold(one))
    yield _think(cast)
    yield Do(verbs.Retrieve(one))
    yield _talk(cast)
    yield from _leave(one, other)


def _transfer(cast: Cast) -> Script:
    one, other, third = cast.stations
    yield from _call(cast, one, other)
    yield _talk(cast)
    yield Do(verbs.Consult(other, third))
    yield _think(cast)
    if cast.draw.random() < 0.7:
        yield Do(verbs.Answer(third))
        yield _think(cast)
    yield Do(verbs.Transfer(other))
    yield _think(cast)
    yield Do(verbs.Answer(third))
    yield _talk(cast)
    yield from _leave(third, one)


def _conference(cast: Cast) -> Script:
    one, other, third = cast.stations
    yield from _call(cast, one, other)
    yield Do(verbs.Consult(one, third))
    yield _think(cast)
    yield Do(verbs.Answer(third))
    yield _think(cast)
    yield Do(verbs.Conference(one))
    yield _talk(cast)
    yield from _leave(third)
    yield _talk(cast)
    yield from _leave(other, one)


def _blind_transfer(cast: Cast) -> Script:
    one, other, third = cast.stations
    yield from _call(cast, one, other)
    yield _talk(cast)
    yield Do(verbs.BlindTransfer(other, third))
    yield _think(cast)
    yield Do(verbs.Answer(third))
    yield _talk(cast)
    yield from _leave(one, third)


def _no_answer(cast: Cast) -> Script:
    one, other, _ = cast.stations
    yield Do(verbs.MakeCall(one, other))
    yield Pause(round(cast.draw.uniform(10.0, 30.0), 3))
    yield from _leave(one)


def _busy(cast: Cast) -> Script:
    """Call a set that lets nobody through."""
    one, other, _ = cast.stations
    yield Do(verbs.SetDoNotDisturb(other, on=True))
    yield Do(verbs.MakeCall(one, other))
    yield _told(Failed, 1.0, device=other)
    yield _think(cast)
    yield from _leave(one)
    yield Do(verbs.SetDoNotDisturb(other, on=False))
