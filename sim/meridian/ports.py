"""Events and actions of a Meridian Link face: those of every face, and the protocol's own."""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.facts import Fact
from sim.ports import Action, Answered, LinkDown, LinkUp, RouteOffered, Seen, TimerExpired

__all__ = [
    "Action",
    "AmlSet",
    "Answered",
    "Event",
    "FlowSet",
    "LinkDown",
    "LinkUp",
    "PduReceived",
    "RouteOffered",
    "Seen",
    "TimerExpired",
    "Told",
]


class PduReceived(Struct, frozen=True, gc=False):
    """One message of the host, or octets that should have been one."""

    octets: bytes
    refused: bool = False
    """Whether a request is refused, whatever it asks."""


class Told(Struct, frozen=True, gc=False):
    """The exchange told facts, all of one moment."""

    facts: tuple[Fact, ...]


class AmlSet(Struct, frozen=True, gc=False):
    """The link between module and switch (link 0) came up or went down."""

    up: bool


class FlowSet(Struct, frozen=True, gc=False):
    """The host must stop sending, or may go on."""

    stop: bool


Event = (
    LinkUp
    | LinkDown
    | PduReceived
    | Told
    | RouteOffered
    | Answered
    | Seen
    | TimerExpired
    | AmlSet
    | FlowSet
)
