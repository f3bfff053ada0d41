"""The packet that sets up a permanent circuit over XOT (RFC 1613).

The side that opened the connection sends it with status 00; the other answers with the same
fields and a status that says whether the circuit is up. Then both reset the circuit.
``encode`` undoes ``decode``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.xot.framer import PVC_SETUP

SETUP_VERSION: Final = 0x81
_FIXED: Final = 15


class Status(IntEnum):
    """What became of a set-up; numbers outside this list are kept as they are."""

    UP = 0x00
    DESTINATION_DISCONNECTED = 0x08
    REFUSED = 0x09
    ROUTING_ERROR = 0x0A
    CONNECT_TIMED_OUT = 0x0B
    TRYING = 0x10
    AWAITING_REPLY = 0x11
    CONNECTED = 0x12
    NO_SUCH_INTERFACE = 0x13
    INTERFACE_NOT_UP = 0x14
    NOT_X25 = 0x15
    NO_SUCH_PVC = 0x16
    CONFIGURATION_MISMATCH = 0x17
    FLOW_VALUES_DIFFER = 0x18
    FLOW_VALUES_NOT_SUPPORTED = 0x19
    PROTOCOL_ERROR = 0x1A


class PvcSetup(msgspec.Struct, frozen=True, gc=False):
    """Set-up of a permanent circuit, or the answer to it."""

    initiator: bytes
    """Name of the interface of the side that opened the connection."""
    initiator_lcn: int
    responder: bytes
    responder_lcn: int
    status: int = Status.UP
    window_in: int = 2
    """As seen by the initiator."""
    window_out: int = 2
    size_in: int = 7
    """Logarithm of the packet size, as in the packet size facility: 7 is 128 octets."""
    size_out: int = 7
    gfi: int = 1
    """Octet 1, bits 8 to 5: 1 for modulo 8, 2 for modulo 128."""
    lcn: int = 0


def decode(octets: bytes) -> PvcSetup:
    """Read a set-up packet; raise ``DecodeError`` if the octets are not one."""
    if len(octets) < _FIXED:
        raise TruncatedError("set-up packet ends before its names", offset=len(octets))
    if octets[2] != PVC_SETUP:
        raise DecodeError(f"packet type {octets[2]:#04x}", offset=2, clause="RFC 1613")
    if octets[3] != SETUP_VERSION:
        raise DecodeError(f"version {octets[3]:#04x}", offset=3, clause="RFC 1613")
    middle, end = _FIXED + octets[5], _FIXED + octets[5] + octets[8]
    if len(octets) < end:
        raise TruncatedError("names run over the end", offset=len(octets))
    if len(octets) > end:
        raise DecodeError("octets behind the names", offset=end)
    return PvcSetup(
        initiator=octets[_FIXED:middle],
        initiator_lcn=int.from_bytes(octets[6:8], "big"),
        responder=octets[middle:end],
        responder_lcn=int.from_bytes(octets[9:11], "big"),
        status=octets[4],
        window_in=octets[11],
        window_out=octets[12],
        size_in=octets[13],
        size_out=octets[14],
        gfi=octets[0] >> 4,
        lcn=(octets[0] & 0x0F) << 8 | octets[1],
    )


def encode(packet: PvcSetup) -> bytes:
    """Give the octets of a set-up packet; raise ``EncodeError`` if a field has no room."""
    numbers = (
        packet.status,
        packet.window_in,
        packet.window_out,
        packet.size_in,
        packet.size_out,
        len(packet.initiator),
        len(packet.responder),
    )
    if not all(0 <= number < 256 for number in numbers):
        raise EncodeError(f"{packet} has a field that does not fit an octet")
    wide = (packet.initiator_lcn, packet.responder_lcn, packet.gfi << 12 | packet.lcn)
    if not (0 <= packet.lcn < 4096 and all(0 <= number < 65536 for number in wide)):
        raise EncodeError(f"{packet} has a channel that does not fit its field")
    return b"".join(
        (
            bytes((packet.gfi << 4 | packet.lcn >> 8, packet.lcn & 0xFF)),
            bytes((PVC_SETUP, SETUP_VERSION, packet.status, len(packet.initiator))),
            packet.initiator_lcn.to_bytes(2, "big"),
            bytes((len(packet.responder),)),
            packet.responder_lcn.to_bytes(2, "big"),
            bytes((packet.window_in, packet.window_out, packet.size_in, packet.size_out)),
            packet.initiator,
            packet.responder,
        )
    )
