"""Long messages in segments (ITU-T Q.931 (05/98) annex H).

``split`` cuts a message that is too long for the data link into SEGMENT messages; a
``Reassembler`` puts those of one link together again. Timer T314 watches each message that is
not whole.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError
from protocols.q931 import values as v
from protocols.q931.messages import (
    CallReference,
    Message,
    MessageType,
    decode,
    encode,
)
from protocols.timers import TimerSpec

LONGEST: Final = 8
"""Segments of one message."""


class Timer(Enum):
    """Timers of segmentation."""

    T314 = "T314"


TIMERS: Final = {
    Timer.T314: TimerSpec(4.0, 0.1, 60.0, "next segment of a message", "Q.931 H.3"),
}


def split(octets: bytes, longest: int) -> list[bytes]:
    """Cut a message into messages of ``longest`` octets at most; raise ``EncodeError``.

    One that is short enough stays as it is. Cuts are where elements end, if there are such.
    """
    if len(octets) <= longest:
        return [octets]
    message = decode(octets)
    head = len(encode(msgspec.structs.replace(message, elements=())))
    if message.national is not None or message.kind == MessageType.SEGMENT:
        raise EncodeError("a national message and a segment are not cut")
    room = longest - (head + 4)
    if room < 1:
        raise EncodeError(f"no segment fits {longest} octets")
    parts = _parts(octets[head:], room)
    if len(parts) > LONGEST:
        raise EncodeError(f"message of {len(octets)} octets needs more than {LONGEST} segments")
    segments = []
    for at, part in enumerate(parts):
        told = v.SegmentedMessage(not at, len(parts) - 1 - at, message.kind)
        segment = msgspec.structs.replace(
            message, kind=int(MessageType.SEGMENT), elements=(told,)
        )
        segments.append(encode(segment) + part)
    return segments


def _parts(octets: bytes, room: int) -> list[bytes]:
    """Cut elements into runs of ``room`` octets at most."""
    ends, at = [], 0
    while at < len(octets):
        at += 1 if octets[at] & 0x80 else 2 + octets[at + 1]
        ends.append(at)
    parts, start = [], 0
    while start < len(octets):
        fitting = [end for end in ends if start < end <= start + room]
        end = fitting[-1] if fitting else min(start + room, len(octets))
        parts.append(octets[start:end])
        start = end
    return parts


# Events: what the reassembler is told.


class MessageReceived(msgspec.Struct, frozen=True, gc=False):
    """A message arrived, a segment or a whole one, as octets."""

    octets: bytes


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """T314 of a message ran out."""

    call_reference: CallReference


class Reset(msgspec.Struct, frozen=True, gc=False):
    """The data link is gone, or was set up anew."""


Event = MessageReceived | TimerExpired | Reset

# Actions: what it wants done, in this order.


class Whole(msgspec.Struct, frozen=True, gc=False):
    """A message is whole."""

    octets: bytes


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start T314 of a message, from the beginning if it is running."""

    call_reference: CallReference


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop T314 of a message."""

    call_reference: CallReference


class Discarded(msgspec.Struct, frozen=True, gc=False):
    """Segments that make no message are gone."""

    call_reference: CallReference
    reason: str


Action = Whole | StartTimer | StopTimer | Discarded


class _Part(msgspec.Struct, frozen=True, gc=False):
    """The beginning of a message."""

    message_type: int
    remaining: int
    octets: bytes


class Reassembler:
    """Messages of one data link that are not whole."""

    __slots__ = ("_most", "_parts")

    def __init__(self, most: int = 64) -> None:
        """Hold ``most`` beginnings at most."""
        self._most = most
        self._parts: dict[CallReference, _Part] = {}

    @property
    def waiting(self) -> frozenset[CallReference]:
        """Calls of which a message is not whole."""
        return frozenset(self._parts)

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order; total."""
        match event:
            case MessageReceived(octets):
                return self._received(octets)
            case TimerExpired(reference):
                if self._parts.pop(reference, None) is None:
                    return []
                return [Discarded(reference, "the next segment did not come")]
            case Reset():
                actions: list[Action] = []
                for reference in list(self._parts):
                    actions += self._discard(reference, "the data link was set up anew")
                return actions

    def _received(self, octets: bytes) -> list[Action]:
        segment = _segment(octets)
        if segment is None:
            return [*self._interrupted(octets), Whole(octets)]
        reference, told, part = segment
        begun = self._parts.get(reference)
        if told.first:
            actions = self._discard(reference, "another message begins") if begun else []
            if len(self._parts) >= self._most or told.remaining >= LONGEST:
                return [*actions, Discarded(reference, "too many segments")]
            head = octets[: 2 + reference.length] + bytes((told.message_type,))
            return actions + self._go_on(reference, told, head + part)
        if begun is None:
            return [Discarded(reference, "the first segment is missing")]
        if (told.message_type, told.remaining) != (begun.message_type, begun.remaining - 1):
            return self._discard(reference, "a segment is missing")
        return self._go_on(reference, told, begun.octets + part)

    def _go_on(
        self, reference: CallReference, told: v.SegmentedMessage, octets: bytes
    ) -> list[Action]:
        if told.remaining:
            self._parts[reference] = _Part(told.message_type, told.remaining, octets)
            return [StartTimer(reference)]
        stopped: list[Action] = []
        if self._parts.pop(reference, None) is not None:
            stopped.append(StopTimer(reference))
        return [*stopped, Whole(octets)]

    def _interrupted(self, octets: bytes) -> list[Action]:
        """Drop what another message of the same call interrupts."""
        for reference in self._parts:
            if octets[1 : 2 + reference.length] == _octets(reference):
                return self._discard(reference, "a message came before the last segment")
        return []

    def _discard(self, reference: CallReference, reason: str) -> list[Action]:
        del self._parts[reference]
        return [StopTimer(reference), Discarded(reference, reason)]


def _octets(reference: CallReference) -> bytes:
    """Give a call reference with its length as it is in a message."""
    return encode(Message(MessageType.STATUS, reference))[1:-1]


def _segment(octets: bytes) -> tuple[CallReference, v.SegmentedMessage, bytes] | None:
    """Take a SEGMENT message apart; ``None`` if the octets are another message, or none."""
    at = 2 + octets[1] if len(octets) > 1 else len(octets)
    if len(octets) < at + 5 or octets[at] != MessageType.SEGMENT or octets[1] > 15:
        return None
    try:
        message = decode(octets[: at + 5])
    except DecodeError:
        return None
    told = message.first(v.SegmentedMessage)
    return None if told is None else (message.call_reference, told, octets[at + 5 :])
