"""What a hub gives out, and how its links behave whatever they speak."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from sim.exchange import facts
from sim.faults import Fault
from sim.mischief import PduFault

BEGINNING: Final = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
"""Time of day at the start of a play on a still clock."""


class Transmit(Struct, frozen=True, gc=False):
    """Give octets to the transport of a link."""

    link: int
    octets: bytes


class Reset(Struct, frozen=True, gc=False):
    """Reset the circuit that carries a link."""

    link: int
    reason: str


class Shut(Struct, frozen=True, gc=False):
    """End the transport of a link."""

    link: int
    reason: str


class Noted(Struct, frozen=True, gc=False):
    """Something a developer wants to know."""

    link: int
    kind: str
    detail: str


class Happened(Struct, frozen=True, gc=False):
    """The exchange told something; timers are left out."""

    at: float
    """Seconds since the beginning."""
    action: facts.Action


Output = Transmit | Reset | Shut | Noted | Happened


class Settings(Struct, frozen=True, gc=False):
    """How the links of a hub behave."""

    faults: tuple[Fault, ...] = ()
    """Of the wire of one link; further links at the same time have clean wires."""
    pdu_faults: tuple[PduFault, ...] = ()
    """Of the messages of the same link."""
    begins: datetime = BEGINNING
