"""What a face reads and writes: APDUs, in the words of phase III whatever the line speaks."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from protocols.csta.codec import Pdu
from protocols.csta.phase3 import _codec_phase3 as csta


class Declined(Struct, frozen=True, gc=False):
    """Argument of a request that is understood, and that the exchange cannot be asked."""

    failure: csta.UniversalFailure


class Wire(Protocol):
    """Octets to APDUs of phase III and back."""

    def decode(self, octets: bytes) -> Pdu:
        """Read an APDU of the computing function; raise ``DecodeError``."""

    def encode(self, pdu: Pdu) -> bytes:
        """Write an APDU of the switching function; raise ``EncodeError``."""
