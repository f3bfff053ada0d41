"""Primitives of the message link: what a stack is told and what it wants done.

A stack joins the layers between a transport and whole PDUs. Every stack takes these events
and returns these actions, whatever lies below, so that whoever uses a message link needs to
know nothing else. The same stack serves the computing and the switching side; where the two
differ, the role is a parameter of the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, Protocol

from msgspec import Struct

# Events: what the stack is told.


class TransportUp(Struct, frozen=True, gc=False):
    """The transport is there."""


class TransportDown(Struct, frozen=True, gc=False):
    """The transport is gone."""

    reason: str


class OctetsReceived(Struct, frozen=True, gc=False):
    """Octets arrived: a read of a stream, or one datagram."""

    octets: bytes


class Send(Struct, frozen=True, gc=False):
    """Send one PDU to the peer."""

    pdu: bytes
    urgent: bool = False
    """True for what must not wait behind others on a slow line: route selects, clears."""


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer that this stack started ran out."""

    timer: Hashable


class Release(Struct, frozen=True, gc=False):
    """Take the link down in order, as far as that goes at once: ``TransportDown`` follows."""


class Reset(Struct, frozen=True, gc=False):
    """The user cannot tell the peer's PDUs apart: begin anew in whatever way there is."""

    reason: str


Event = TransportUp | TransportDown | OctetsReceived | Send | TimerExpired | Release | Reset

# Actions: what the stack wants done, in this order.


class Transmit(Struct, frozen=True, gc=False):
    """Give octets to the transport."""

    octets: bytes


class Established(Struct, frozen=True, gc=False):
    """PDUs can pass from now on."""


class Released(Struct, frozen=True, gc=False):
    """PDUs pass no more."""

    reason: str


class Received(Struct, frozen=True, gc=False):
    """One whole PDU of the peer."""

    pdu: bytes


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Hashable


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Hashable


LOST: Final = "lost"
"""Kind of a ``Fault``: PDUs of either side may be lost, and the link goes on. Whoever uses the
link has to learn the state of the other side again."""


class Fault(Struct, frozen=True, gc=False):
    """Something below the PDUs went wrong."""

    kind: str
    """Short name to count by; ``LOST`` has a meaning of its own."""
    detail: str
    fatal: bool = False
    """True when the stream is of no more use: the transport must be closed."""


Action = Transmit | Established | Released | Received | StartTimer | StopTimer | Fault


def user_last(actions: list[Action]) -> list[Action]:
    """Put what the user is told behind what is to be done.

    The user may send at once when it is told something; by then the transport and the clock
    must have been given all that comes before.
    """
    machinery = (Transmit, StartTimer, StopTimer)
    return [one for one in actions if isinstance(one, machinery)] + [
        one for one in actions if not isinstance(one, machinery)
    ]


class OptionError(ValueError):
    """A key of a stack's configuration is wrong; says which and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        """Its place below the configuration of the stack: ``lapb.k``."""
        self.reason = reason


class Make(Protocol):
    """What an entry point of the group ``cti.stacks`` names."""

    def __call__(self, options: Mapping[str, Any] = {}, /, *, observing: bool = False) -> Stack:
        """Make a stack; raise ``OptionError`` for a configuration that cannot be.

        A stack that observes follows one direction of somebody else's link: it is given the
        octets of one side, returns their PDUs, and sends nothing.
        """


def no_options(options: Mapping[str, Any]) -> None:
    """Check the configuration of a stack that has no keys."""
    for key in options:
        raise OptionError(key, "no such key; this stack has none")


class Stack(Protocol):
    """One message link.

    What is for the user of the link (``Established``, ``Received``, ``Released``, ``Fault``)
    comes behind the other actions of the same event, so that the user may answer at once.
    """

    @property
    def timers(self) -> Mapping[Hashable, float]:
        """Seconds of every timer that this stack starts."""

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whatever the state.
        """

    def altered(self, octets: bytes, alter: Callable[[bytes], bytes]) -> bytes:
        """Give octets that were to be transmitted with their contents altered.

        ``alter`` gives as many octets as it takes. A stack with a checksum makes it anew.
        """
        return alter(octets)
