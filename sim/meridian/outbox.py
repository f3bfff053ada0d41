"""What a link sends: messages in octets, answers to requests, and what a stop keeps back."""

from __future__ import annotations

from typing import Any, Final

from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.values import Cause
from protocols.meridian.values import Reason as Why
from sim.ports import Action, Note, SendPdu

_UNHELD: Final = (m.LinkPoll, m.FlowControl, m.InvalidMessageReceived)
"""What is sent though the host asked for a stop; answers are too."""
_NO_CUSTOMER: Final = (*_UNHELD, m.LinkStatus)


class Outbox:
    """Messages of one link to its host."""

    def __init__(self, codec: Codec, customer: int) -> None:
        self._elements = codec.profile.numbers()
        self.association = 0
        """Of the registration that is in force; 0 for none."""
        self._codec = codec
        self._customer = customer
        self._held: list[Message] | None = None
        """What waits because the host asked for a stop; ``None`` while it did not."""

    def send(self, body: Any, reference: int = 0) -> list[Action]:
        """Send a message that answers nothing, or keep it while the host wants none."""
        customer = None if isinstance(body, _NO_CUSTOMER) else self._customer
        message = Message(body, self.association, reference, customer)
        if self._held is not None and not isinstance(body, _UNHELD):
            self._held.append(message)
            return []
        return self._write(message)

    def reply(self, asked: Message, body: Any) -> list[Action]:
        """Answer a request."""
        return self.echo(body, asked.reference, asked.customer)

    def ack(self, asked: Message) -> list[Action]:
        """Say that a request was carried out."""
        return self.reply(asked, m.Ack(place(asked.body)[0]))

    def nak(self, asked: Message, reason: Why, element: str = "") -> list[Action]:
        """Say why a request was not carried out, and which element is at fault, if any."""
        cause = Cause(reason, self._elements.get(element))
        return self.reply(asked, m.Nak(place(asked.body)[0], cause))

    def echo(self, body: Any, reference: int, customer: int | None = None) -> list[Action]:
        """Answer what was not understood."""
        return self._write(Message(body, self.association, reference, customer))

    def stop(self) -> None:
        """Keep back what is no answer."""
        self._held = [] if self._held is None else self._held

    def resume(self) -> list[Action]:
        """Send what waited, in order."""
        waiting, self._held = self._held or [], None
        return [action for message in waiting for action in self._write(message)]

    def forget(self) -> None:
        """Drop what waits, and the association."""
        self._held, self.association = None, 0

    def _write(self, message: Message) -> list[Action]:
        try:
            return [SendPdu(self._codec.encode(message))]
        except EncodeError as error:  # a number from outside that no element can carry
            return [Note("unsendable", str(error))]
