"""Events and actions of an ASAI face: those of every face, and the protocol's own."""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.facts import Fact
from sim.ports import Action, Answered, LinkDown, LinkUp, Seen, TimerExpired

__all__ = ["Action", "Event", "PduReceived", "Told"]


class PduReceived(Struct, frozen=True, gc=False):
    """One message of the adjunct."""

    octets: bytes
    refused: bool = False
    """Whether a request in it is refused for congestion."""


class Told(Struct, frozen=True, gc=False):
    """The exchange told a fact."""

    fact: Fact
    routes: bool = False
    """Whether this link is the one that is asked where a call goes."""


class CongestionSet(Struct, frozen=True, gc=False):
    """From now on every request is refused for congestion, or none is any more."""

    on: bool


class NotificationEnded(Struct, frozen=True, gc=False):
    """An operator takes a VDN or split out of administration: notification of it ends."""

    number: str


class AlarmsSet(Struct, frozen=True, gc=False):
    """An operator tells the adjunct to suspend or resume its alarms."""

    suspended: bool


class Aborted(Struct, frozen=True, gc=False):
    """An operator has the switch abort every association of the link."""


class Restarted(Struct, frozen=True, gc=False):
    """The exchange began anew: the link starts again."""


Event = (
    LinkUp
    | LinkDown
    | PduReceived
    | Told
    | Answered
    | Seen
    | TimerExpired
    | CongestionSet
    | NotificationEnded
    | AlarmsSet
    | Aborted
    | Restarted
)
