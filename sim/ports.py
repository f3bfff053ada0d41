"""Events and actions that every face has: one CTI link as its switching function sees it.

A face knows nothing of octets below a PDU, of clocks or of sockets. ``Look`` and ``Ask`` are
answered at once by whoever holds the exchange, before anything else reaches the face. What a
protocol has beside these stands in the ``ports`` of its face.
"""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.facts import Accepted, Fact, Refused, RouteRequested
from sim.exchange.verbs import Verb
from sim.exchange.views import ExchangeView, Sight

# Events.


class LinkUp(Struct, frozen=True, gc=False):
    """The message link stands; nobody is associated yet."""

    view: ExchangeView
    """The exchange as it is now."""


class LinkDown(Struct, frozen=True, gc=False):
    """The message link is gone."""


class Answered(Struct, frozen=True, gc=False):
    """The exchange answered an ``Ask``."""

    answer: Accepted | Refused
    facts: tuple[Fact, ...]
    """What the request led to; each is told again after the answer."""


class Seen(Struct, frozen=True, gc=False):
    """What there is to see now, for a ``Look``."""

    token: str
    sight: Sight


class RouteOffered(Struct, frozen=True, gc=False):
    """A call waits at a route point that this link serves."""

    fact: RouteRequested


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer of this face ran out."""

    timer: str


# Actions.


class SendPdu(Struct, frozen=True, gc=False):
    """Send one PDU."""

    octets: bytes


class Ask(Struct, frozen=True, gc=False):
    """Give the exchange a request; ``Answered`` comes back unless ``token`` is empty."""

    token: str
    verb: Verb


class Look(Struct, frozen=True, gc=False):
    """Look at a device and a call of the exchange; ``Seen`` comes back."""

    token: str
    device: str
    call: int


class Serve(Struct, frozen=True, gc=False):
    """This link serves a route point from now on, or no more."""

    device: str
    on: bool


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: str
    seconds: float


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: str


class Reset(Struct, frozen=True, gc=False):
    """Reset the circuit that carries the link: what is under way is lost, the link stands."""

    reason: str


class Close(Struct, frozen=True, gc=False):
    """End the transport connection once everything is sent."""

    reason: str


class Note(Struct, frozen=True, gc=False):
    """The computing function did something that a developer wants to know of."""

    kind: str
    """Short name to count by."""
    detail: str


Action = SendPdu | Ask | Look | Serve | StartTimer | StopTimer | Reset | Close | Note
