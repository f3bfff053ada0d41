"""Messages of TEI management, the content of UI frames of SAPI 63 (ITU-T Q.921 5.3).

``encode(decode(octets)) == octets`` for every message.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.lapd.frames import GROUP_TEI

ENTITY: Final = 0x0F
"""Management entity identifier of TEI management."""
FIRST, LAST = 64, 126
"""TEIs that a network assigns."""


class Kind(Enum):
    """Message type (table 8)."""

    IDENTITY_REQUEST = 1
    IDENTITY_ASSIGNED = 2
    IDENTITY_DENIED = 3
    CHECK_REQUEST = 4
    CHECK_RESPONSE = 5
    REMOVE = 6
    VERIFY = 7


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message of TEI management."""

    kind: Kind
    tei: int
    """Action indicator Ai: the TEI in question, 127 for any or for all."""
    ri: int = 0
    """Reference number: tells the requests of several terminals apart; 0 where not used."""
    more: tuple[int, ...] = ()
    """Further TEIs of the same terminal, in a check response."""

    @property
    def teis(self) -> tuple[int, ...]:
        """Every TEI of the message."""
        return (self.tei, *self.more)

    def concerns(self, tei: int) -> bool:
        """Tell whether the network speaks of this TEI, or of all."""
        return self.tei in (tei, GROUP_TEI)


def decode(octets: bytes) -> Message:
    """Read one message; raise ``DecodeError``."""
    if not octets or octets[0] != ENTITY:
        raise DecodeError(
            f"management entity {octets[:1].hex() or 'absent'} is not TEI management",
            offset=0,
            clause="Q.921 5.3.1",
        )
    if len(octets) < 5:
        raise TruncatedError("TEI message ends before its action indicator", offset=len(octets))
    try:
        kind = Kind(octets[3])
    except ValueError:
        raise DecodeError(
            f"TEI message of type {octets[3]}", offset=3, clause="Q.921 table 8"
        ) from None
    ais = octets[4:]
    if not ais[-1] & 1:
        raise TruncatedError("action indicator goes on after the end", offset=len(octets))
    if any(ai & 1 for ai in ais[:-1]):
        raise DecodeError("octets after the last action indicator", offset=5)
    tei, *more = (ai >> 1 for ai in ais)
    return Message(kind, tei, octets[1] << 8 | octets[2], tuple(more))


def encode(message: Message) -> bytes:
    """Give the octets of a message; raise ``EncodeError`` if a number has no room."""
    if not 0 <= message.ri <= 0xFFFF or any(not 0 <= tei <= 127 for tei in message.teis):
        raise EncodeError(f"TEI message with Ri {message.ri} and Ai {message.teis}")
    ais = bytearray(tei << 1 for tei in message.teis)
    ais[-1] |= 1
    return bytes((ENTITY, message.ri >> 8, message.ri & 0xFF, message.kind.value)) + ais
