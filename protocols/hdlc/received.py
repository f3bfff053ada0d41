"""What a framer gives back: frames, damage, and how much of each there was."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.hdlc.fcs import FCS_SIZE, fcs_is_right

DEFAULT_MINIMUM: Final = 4
"""Octets of the shortest frame, FCS included: address, control, FCS (32 bits)."""

DEFAULT_MAXIMUM: Final = 4105
"""Octets of the longest frame: 4096 of data, packet header 4, address 1, control 2, FCS 2."""


class DamageKind(Enum):
    """Why collected octets are not a frame."""

    NOISE = "noise"
    """They stood before the first flag, or between an abort and the next flag."""
    ABORT = "abort"
    """The sender gave the frame up."""
    SHORT = "short"
    """Fewer than the minimum, but not none."""
    LONG = "long"
    """More than the maximum; the rest is skipped up to the next flag."""
    ALIGNMENT = "alignment"
    """Bits between the flags do not make whole octets (bit-stuffed lines only)."""
    FCS = "fcs"
    """The frame check sequence is wrong."""


class Frame(msgspec.Struct, frozen=True, gc=False):
    """A frame that arrived whole."""

    octets: bytes
    """From the address field to the end, without FCS."""


class Damage(msgspec.Struct, frozen=True, gc=False):
    """Something that arrived and is not a frame; nobody answers it."""

    kind: DamageKind
    octets: bytes = b""
    """What was collected, transparency undone, FCS included; empty where it was not kept."""


class Counters(msgspec.Struct, frozen=True, gc=False):
    """How many frames and damages a framer has given back since it was made."""

    frames: int = 0
    noise: int = 0
    abort: int = 0
    short: int = 0
    long: int = 0
    alignment: int = 0
    fcs: int = 0


Received = Frame | Damage


class Inspector:
    """Judges what was found between two flags, and counts the verdicts."""

    __slots__ = ("_counts", "frames", "maximum", "minimum")

    def __init__(self, minimum: int, maximum: int) -> None:
        if not FCS_SIZE < minimum <= maximum:
            raise ValueError(f"frame sizes {minimum}..{maximum} are not 3 or more, in order")
        self.minimum = minimum
        self.maximum = maximum
        self.frames = 0
        self._counts = dict.fromkeys(DamageKind, 0)

    def judge(self, octets: bytes) -> Received:
        """Tell what ``octets``, one or more, between two flags are."""
        if self.minimum <= len(octets) <= self.maximum:
            if not fcs_is_right(octets):
                return self.damage(DamageKind.FCS, octets)
            self.frames += 1
            return Frame(octets[:-FCS_SIZE])
        if len(octets) > self.maximum:
            return self.damage(DamageKind.LONG)
        return self.damage(DamageKind.SHORT, octets)

    def damage(self, kind: DamageKind, octets: bytes = b"") -> Damage:
        """Count a damage and give it."""
        self._counts[kind] += 1
        return Damage(kind, octets)

    def counters(self) -> Counters:
        """Give the counts so far."""
        return Counters(
            frames=self.frames, **{kind.value: count for kind, count in self._counts.items()}
        )
