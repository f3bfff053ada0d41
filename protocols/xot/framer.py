"""X.25 packets in a TCP stream (RFC 1613).

Each packet stands behind four octets: a version, which is 0, and the length of the packet,
both with the high octet first. There is one virtual circuit to a connection, so the logical
channel means nothing on the wire; packets of the interface rather than of a circuit
(restart, diagnostic, registration) and reject packets are never sent and dropped on receipt.
A stream with a bad header has lost its borders for good: the connection is to be closed.
"""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.errors import EncodeError
from protocols.x25.packets import MAX_LCN, Modulo, PacketType

PORT: Final = 1998
"""TCP port."""

VERSION: Final = 0
HEADER_SIZE: Final = 4
SHORTEST: Final = 3
"""Octets of an X.25 packet without any field."""
LONGEST: Final = 4100
"""Octets of a data packet modulo 128 with 4096 octets of data."""

PVC_SETUP: Final = 0xF5
"""Packet type of ``protocols.xot.pvc``."""

_DROPPED: Final = frozenset(
    (
        PacketType.RESTART,
        PacketType.RESTART_CONFIRMATION,
        PacketType.DIAGNOSTIC,
        PacketType.REGISTRATION,
        PacketType.REGISTRATION_CONFIRMATION,
    )
)
_CIRCUIT: Final = frozenset(PacketType) - _DROPPED
_FLOW: Final = (0x01, 0x05)


class BadHeader(msgspec.Struct, frozen=True, gc=False):
    """The stream cannot be read any further; close the connection."""

    version: int
    length: int


def encode(packet: bytes) -> bytes:
    """Put the header before an X.25 packet; raise ``EncodeError`` if XOT does not carry it."""
    if not SHORTEST <= len(packet) <= LONGEST:
        raise EncodeError(f"packet of {len(packet)} octets: {SHORTEST} to {LONGEST}")
    if packet[2] != PVC_SETUP and not carries(packet):
        raise EncodeError(f"packet type {packet[2]:#04x} is not sent over XOT")
    return VERSION.to_bytes(2, "big") + len(packet).to_bytes(2, "big") + packet


def carries(packet: bytes) -> bool:
    """Tell whether XOT carries a packet: data, flow control, or a known type of a circuit.

    Everything else is dropped, so that a circuit never sees it.
    """
    if len(packet) < SHORTEST:
        return False
    kind = packet[2]
    if not kind & 0x01 or kind in _CIRCUIT:
        return True
    flow = kind if packet[0] & 0x30 == Modulo.M128.value else kind & 0x1F
    return kind not in _DROPPED and flow in _FLOW


def relabel(packet: bytes, lcn: int) -> bytes:
    """Give a packet the logical channel that it has on this side; 3 octets or more."""
    if not 0 <= lcn <= MAX_LCN:
        raise EncodeError(f"logical channel {lcn} outside 0 to {MAX_LCN}")
    return bytes((packet[0] & 0xF0 | lcn >> 8, lcn & 0xFF)) + packet[2:]


class XotFramer:
    """Finds X.25 packets in the octets of one connection.

    ``longest`` is the greatest length that is believed. Packets are given whole and
    unchecked: ``carries`` tells which to drop.
    """

    __slots__ = ("_buffer", "_longest", "broken")

    def __init__(self, *, longest: int = LONGEST) -> None:
        self._buffer = b""
        self._longest = longest
        self.broken = False
        """A bad header was found; whatever comes after it is ignored."""

    @property
    def buffered(self) -> int:
        """Octets kept of a packet that is not complete; never more than header and longest."""
        return len(self._buffer)

    def feed(self, octets: bytes) -> list[bytes | BadHeader]:
        """Take what arrived; give the packets that it completes, in order.

        A bad header comes last and once.
        """
        found: list[bytes | BadHeader] = []
        if self.broken:
            return found
        buffer = self._buffer + octets
        at = 0
        while len(buffer) - at >= HEADER_SIZE:
            version = int.from_bytes(buffer[at : at + 2], "big")
            length = int.from_bytes(buffer[at + 2 : at + HEADER_SIZE], "big")
            if version != VERSION or not SHORTEST <= length <= self._longest:
                self.broken = True
                self._buffer = b""
                found.append(BadHeader(version, length))
                return found
            end = at + HEADER_SIZE + length
            if end > len(buffer):
                break
            found.append(buffer[at + HEADER_SIZE : end])
            at = end
        self._buffer = buffer[at:]
        return found
