"""Primitives of the message link: what a stack is told and what it wants done.

A stack joins the layers between a transport and whole PDUs. Every stack takes these events
and returns these actions, whatever lies below, so that whoever uses a message link needs to
know nothing else. The same stack serves the computing and the switching side; where the two
differ, the role is a parameter of the stack.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Protocol

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


Event = TransportUp | TransportDown | OctetsReceived | Send | TimerExpired

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


class Fault(Struct, frozen=True, gc=False):
    """Something below the PDUs went wrong."""

    kind: str
    """Short name to count by."""
    detail: str
    fatal: bool = False
    """True when the stream is of no more use: the transport must be closed."""


Action = Transmit | Established | Released | Received | StartTimer | StopTimer | Fault


class Stack(Protocol):
    """One message link."""

    @property
    def timers(self) -> Mapping[Hashable, float]:
        """Seconds of every timer that this stack starts."""

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whatever the state.
        """
