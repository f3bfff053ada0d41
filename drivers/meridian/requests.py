"""Requests and their answers: references, time-outs, and what waits while the link is held.

A reference is unique among the open requests. While the link stopped us nothing is sent but
polls, flow control, error messages and answers; what is asked meanwhile waits in its order.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from msgspec import Struct

from cti import driver as dr
from protocols.errors import EncodeError
from protocols.meridian._codec_meridian import Ack, Body, LinkPoll, Nak
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.values import MessageType

LAST: Final = 0xFFFF
"""Greatest reference."""


class ResponseTimer(Struct, frozen=True, gc=False):
    """Timer of one request."""

    reference: int


class Asked(Struct, frozen=True, gc=False):
    """An open request."""

    reference: int
    message: MessageType
    body: Body
    purpose: Any
    """Whatever asked finds its answer by this."""


class Requests:
    """The open requests of one association."""

    def __init__(self, codec: Codec, customer: int, seconds: float) -> None:
        self._codec = codec
        self._customer = customer
        self._seconds = seconds
        self._open: dict[int, Asked] = {}
        self._last = 0
        self._held: deque[tuple[int, bytes, bool]] | None = None
        """What waits for the link to resume; None while it flows."""
        self.association = 0
        """Of the link; 0 before it is told."""

    def __len__(self) -> int:
        return len(self._open)

    @property
    def held(self) -> bool:
        """Whether the link asked us to stop."""
        return self._held is not None

    def message(self, body: Body, reference: int = 0) -> bytes:
        """Write a message of this association; raise ``EncodeError``."""
        return self._codec.encode(Message(body, self.association, reference, self._customer))

    def ask(self, body: Body, purpose: Any, *, urgent: bool = False) -> list[dr.Action]:
        """Send a request, or let it wait; raise ``EncodeError`` if it has no octets."""
        message, _ = place(body)
        reference = self._free()
        pdu = self.message(body, reference)
        self._open[reference] = Asked(reference, message, body, purpose)
        self._last = reference
        timer = dr.StartTimer(ResponseTimer(reference), self._seconds)
        if self._held is not None and not isinstance(body, LinkPoll):
            self._held.append((reference, pdu, urgent))
            return [timer]
        return [dr.SendPdu(pdu, urgent), timer]

    def _free(self) -> int:
        if len(self._open) >= LAST:
            raise EncodeError("all references are in use")
        reference = self._last % LAST + 1
        while reference in self._open:
            reference = reference % LAST + 1
        return reference

    def note(self, message: MessageType, body: Body, reference: int, purpose: Any) -> None:
        """Take a request that somebody else sent; beyond 1000 the oldest go."""
        self._open[reference] = Asked(reference, message, body, purpose)
        if len(self._open) > 1000:
            del self._open[next(iter(self._open))]

    # Answers.

    def answered(self, reference: int, body: Body) -> Asked | None:
        """Take an answer; None where no open request of this kind has its reference."""
        asked = self._open.get(reference)
        message = body.message if isinstance(body, Ack | Nak) else place(body)[0]
        if asked is None or asked.message is not message:
            return None
        return self.ended(reference)

    def ended(self, reference: int) -> Asked | None:
        """Take that nothing more is awaited of a request."""
        asked = self._open.pop(reference, None)
        if self._held:
            self._held = deque(one for one in self._held if one[0] != reference)
        return asked

    def unsent(self, reference: int) -> bool:
        """Whether a request still waits for the link to resume."""
        return any(one[0] == reference for one in self._held or ())

    def waiting(self, reference: int) -> Asked | None:
        """Give an open request."""
        return self._open.get(reference)

    def drain(self) -> list[Asked]:
        """Take back everything that is open."""
        drained = list(self._open.values())
        self._open.clear()
        if self._held is not None:
            self._held.clear()
        return drained

    # Flow control.

    def stop(self) -> None:
        """Send nothing more, but for what always passes."""
        if self._held is None:
            self._held = deque()

    def resume(self) -> list[dr.Action]:
        """Send what waited, in its order."""
        waiting, self._held = self._held, None
        actions: list[dr.Action] = []
        for reference, pdu, urgent in waiting or ():
            timer = dr.StartTimer(ResponseTimer(reference), self._seconds)
            actions += [dr.SendPdu(pdu, urgent), timer]
        return actions

    def discard(self) -> list[Asked]:
        """Take back what waited for the link to resume; what comes now is sent at once."""
        waiting, self._held = self._held or (), None
        return [self._open.pop(one[0]) for one in waiting if one[0] in self._open]

    def forget(self) -> None:
        """Begin anew: nothing of an association outlives it."""
        self._open.clear()
        self._held = None
        self.association = 0
