"""Events and actions of a CSTA face: those of every face, and the protocol's own."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from sim.exchange.facts import Fact
from sim.ports import (
    Action,
    Answered,
    Ask,
    Close,
    LinkDown,
    LinkUp,
    Look,
    Note,
    RouteOffered,
    Seen,
    SendPdu,
    Serve,
    StartTimer,
    StopTimer,
    TimerExpired,
)

__all__ = [
    "Action",
    "Answered",
    "Ask",
    "Close",
    "Event",
    "LinkDown",
    "LinkUp",
    "LoadReported",
    "Look",
    "Note",
    "PduReceived",
    "Refusal",
    "RefusalSet",
    "Restarted",
    "RouteOffered",
    "Seen",
    "SendPdu",
    "Serve",
    "StartTimer",
    "StatusSet",
    "StopTimer",
    "TimerExpired",
    "Told",
]


class Refusal(Enum):
    """Why a request is refused unread."""

    BUSY = "busy"
    TOO_MANY = "too many outstanding"


class PduReceived(Struct, frozen=True, gc=False):
    """One APDU of the computing function."""

    octets: bytes
    room: bool = True
    """Whether one more association is allowed."""
    refusal: Refusal | None = None
    """Why a request is refused, whatever it asks."""
    full: frozenset[str] = frozenset()
    """Route points for which nobody more may register."""


class Told(Struct, frozen=True, gc=False):
    """The exchange told a fact."""

    fact: Fact


class StatusSet(Struct, frozen=True, gc=False):
    """An operator gives the switching function a status to report."""

    status: int
    """SystemStatus of ECMA-269."""


class LoadReported(Struct, frozen=True, gc=False):
    """The switching function reports how busy it is, and serves on."""

    status: int
    """One of the overload statuses."""


class Restarted(Struct, frozen=True, gc=False):
    """The exchange began anew and the link outlived it: monitors and registrations are gone."""


class RefusalSet(Struct, frozen=True, gc=False):
    """From now on every request is refused, or none is any more."""

    on: bool


Event = (
    LinkUp
    | LinkDown
    | PduReceived
    | Told
    | RouteOffered
    | Answered
    | Seen
    | TimerExpired
    | StatusSet
    | LoadReported
    | Restarted
    | RefusalSet
)
