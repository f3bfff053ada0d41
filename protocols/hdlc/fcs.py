"""The 16-bit frame check sequence of HDLC, LAPB, LAPD and PPP (ISO/IEC 13239, RFC 1662 C).

Polynomial x^16 + x^12 + x^5 + 1, register preset to ones, complement sent, low octet of
the reflected register first. The standard library has the same polynomial in the other
bit order (``crc_hqx``), so octets are reversed bit by bit on the way in and the register
on the way out; the octets "123456789" give 906E.
"""

from __future__ import annotations

import binascii
from typing import Final

FCS_SIZE: Final = 2
"""Octets of an FCS."""

ONES: Final = 0xFFFF
"""The register before the first octet."""
REVERSED: Final = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
"""Each octet with its bits in the other order, for ``bytes.translate``."""
GOOD: Final = 0x1D0F
"""The register after data and a right FCS: F0B8 of the standard, bits reversed."""


def fcs16(octets: bytes) -> int:
    """Compute the check over ``octets``, from 0 to FFFF."""
    register = binascii.crc_hqx(octets.translate(REVERSED), ONES)
    return (REVERSED[register & 0xFF] << 8 | REVERSED[register >> 8]) ^ 0xFFFF


def append_fcs(octets: bytes) -> bytes:
    """Give ``octets`` with their FCS behind them, low octet first."""
    return octets + fcs16(octets).to_bytes(FCS_SIZE, "little")


def fcs_is_right(octets: bytes) -> bool:
    """Tell whether the last two of ``octets`` are the FCS of those before."""
    return binascii.crc_hqx(octets.translate(REVERSED), ONES) == GOOD
