"""What differs between switches that speak CSTA, as data with its evidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct


class CallIds(StrEnum):
    """What the octets of a call identifier are."""

    BINARY = "binary"
    ASCII = "ascii"


class Dialect(Struct, frozen=True, gc=False):
    """Habits of one family of switches."""

    name: str
    vendor: str
    product: str
    stack: str
    """Framing of the link (group ``cti.stacks``)."""
    call_ids: CallIds
    trunks: frozenset[int]
    """Upper 16 bits of device numbers that name a trunk; empty where none is known."""
    evidence: str
    """Trace or document that shows it."""


STANDARD: Final = Dialect(
    name="standard",
    vendor="",
    product="",
    stack="length16",
    call_ids=CallIds.BINARY,
    trunks=frozenset(),
    evidence="ECMA-285; two octets of length before each APDU are what most switches send",
)

PANASONIC: Final = Dialect(
    name="panasonic",
    vendor="Panasonic",
    product="KX",
    stack="length16",
    call_ids=CallIds.ASCII,  # four hex digits as text
    trunks=frozenset({0x0131, 0x0155}),
    evidence="trace panasonic-kx-2016-12-01; captures of the same client",
)

HIPATH3000: Final = Dialect(
    name="hipath3000",
    vendor="Siemens",
    product="HiPath 3000",
    stack="hipath",
    call_ids=CallIds.BINARY,  # two octets, counted up
    trunks=frozenset(),
    evidence="trace hipath3000-2012-12-29",
)

DIALECTS: Final = {dialect.name: dialect for dialect in (STANDARD, PANASONIC, HIPATH3000)}
