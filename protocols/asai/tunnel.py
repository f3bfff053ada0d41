"""The tunnel that carries ASAI over TCP: its messages and where they end (S1 7-7 to 7-9).

A message is a type, an octet whose meaning depends on the type, the number of octets that
follow in two octets, and these. Heartbeats, data and link down are public. How a client asks
for its link when it connects is not: the types of ``ASSIGNED`` and what they carry are of
this project, and no real gateway knows them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError

LONGEST: Final = 260
"""Octets of data: one ASAI message."""
_HEADER: Final = 4


class Type(IntEnum):
    """Types of messages."""

    CONNECTION_REQUEST = 1
    CONNECTION_ACCEPT = 2
    ERROR_NOTIFICATION = 3
    LINK_UP = 4
    HEARTBEAT = 6
    HEARTBEAT_REPLY = 7
    ASAI_DATA = 8
    LINK_DOWN = 11


ASSIGNED: Final = frozenset(
    {Type.CONNECTION_REQUEST, Type.CONNECTION_ACCEPT, Type.ERROR_NOTIFICATION, Type.LINK_UP}
)
"""Types that exist under numbers which are not public; 5, 9 and 10 are not known at all."""


class DownReason(IntEnum):
    """Why a link is down (S1 7-9)."""

    SWITCH_DOWN = 101
    PORT_OUT_OF_SERVICE = 102
    """The virtual port is busied out, or not administered."""
    LAYER_2_DOWN = 103
    """The switch took layer 2 down."""
    PORT_BUSIED_OUT = 104
    """The port is busied out at the gateway."""


class Refusal(IntEnum):
    """Why a connection is refused: what clients report, with numbers of this project."""

    INVALID_CLIENT = 1
    LINK_IN_USE = 2
    LINK_OFFLINE = 3


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of the tunnel."""

    kind: int
    """A ``Type``, or another number."""
    second: int = 0
    """Identifier of a heartbeat, a ``Refusal``; 0 in the others, which is inferred."""
    data: bytes = b""


def encode(message: Message) -> bytes:
    """Give the octets of a message; raise ``EncodeError``."""
    if len(message.data) > LONGEST:
        raise EncodeError(f"{len(message.data)} octets of data: {LONGEST} at most")
    if not (0 <= message.kind <= 0xFF and 0 <= message.second <= 0xFF):
        raise EncodeError(f"type {message.kind} and octet 2 {message.second}")
    head = bytes((message.kind, message.second))
    return head + len(message.data).to_bytes(2, "big") + message.data


class Framer:
    """Split a stream into messages. Never holds more than one message and the last read."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def held(self) -> int:
        """Octets that wait for the rest of their message."""
        return len(self._buffer)

    def feed(self, octets: bytes) -> tuple[list[Message], DecodeError | None]:
        """Take what was read; return whole messages, and what is wrong if anything is.

        After an error the borders in the stream are lost and this framer is of no more use.
        """
        buffer = self._buffer + octets
        messages: list[Message] = []
        at = 0
        wrong: DecodeError | None = None
        while len(buffer) - at >= _HEADER:
            kind, second = buffer[at], buffer[at + 1]
            length = int.from_bytes(buffer[at + 2 : at + _HEADER], "big")
            if length > LONGEST:
                wrong = DecodeError(
                    f"message of type {kind} with {length} octets",
                    offset=at + 2,
                    clause="S1 7-7",
                )
                break
            end = at + _HEADER + length
            if end > len(buffer):
                break
            messages.append(Message(kind, second, buffer[at + _HEADER : end]))
            at = end
        self._buffer = buffer[at:]
        return messages, wrong
