"""HDLC on synchronous lines: bit stuffing (ISO/IEC 13239), for captures.

Octets go to the line least significant bit first. A flag is 01111110; between flags the
sender puts a 0 behind every five successive 1s, FCS included. Seven 1s or more abort a
frame, and an idle line is made of 1s. One flag may end a frame and open the next, and two
flags may share the 0 between them.

Seen from the runs of 1s this is simple: a run of exactly six is a flag, a longer one an
abort, and what stands between two runs is a 0, the stuffed frame, and a 0; where flags
share their zero it is that single 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

from protocols.errors import EncodeError
from protocols.hdlc.fcs import append_fcs
from protocols.hdlc.received import (
    DEFAULT_MAXIMUM,
    DEFAULT_MINIMUM,
    Counters,
    DamageKind,
    Inspector,
    Received,
)

_FLAG: Final = "01111110"
_SIX: Final = 6
_RUN: Final = re.compile("1{6,}")


class BitOrder(Enum):
    """Which bit of an octet of the capture was on the line first."""

    HIGH_FIRST = "bit 8 first"
    LOW_FIRST = "bit 1 first"


def _bits(octets: bytes, order: BitOrder) -> str:
    """Write octets as a row of 0s and 1s, in the order in which they are on the line."""
    if order is BitOrder.LOW_FIRST:
        return bin(int.from_bytes(octets, "little") | 1 << 8 * len(octets))[:2:-1]
    return bin(int.from_bytes(octets, "big") | 1 << 8 * len(octets))[3:]


def _octets(bits: str, order: BitOrder) -> bytes:
    """Collect a multiple of eight bits, one octet or more."""
    if order is BitOrder.LOW_FIRST:
        return int(bits[::-1], 2).to_bytes(len(bits) // 8, "little")
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def encode(
    frames: Iterable[bytes], *, order: BitOrder = BitOrder.HIGH_FIRST, flags: int = 1
) -> bytes:
    """Give ``frames`` as a stream, with ``flags`` flags before, between and behind them.

    The last octet is filled from the beginning of another flag. Raises ``EncodeError``
    for a frame of fewer than two octets.
    """
    if flags < 1:
        raise EncodeError(f"{flags} flags between frames: at least one is needed")
    parts = [_FLAG * flags]
    for frame in frames:
        if len(frame) < DEFAULT_MINIMUM - 2:
            raise EncodeError(f"frame of {len(frame)} octets: address and control are missing")
        parts.append(_bits(append_fcs(frame), BitOrder.LOW_FIRST).replace("11111", "111110"))
        parts.append(_FLAG * flags)
    line = "".join(parts)
    line += _FLAG[: -len(line) % 8]
    return _octets(line, order)


class BitFramer:
    """Finds frames in a stream of bits that is given as octets.

    The stream may begin anywhere, also in the middle of an octet or frame. ``minimum`` and
    ``maximum`` are octets of a frame with its FCS.
    """

    __slots__ = ("_bits", "_in_frame", "_inspector", "_limit", "_order", "_skipping")

    def __init__(
        self,
        *,
        order: BitOrder = BitOrder.HIGH_FIRST,
        minimum: int = DEFAULT_MINIMUM,
        maximum: int = DEFAULT_MAXIMUM,
    ) -> None:
        self._inspector = Inspector(minimum, maximum)
        self._order = order
        # The longest frame with a 0 stuffed behind every fifth bit, between the two 0s that
        # belong to flags.
        self._limit = maximum * 8 * 6 // 5 + 2
        self._bits = ""
        self._in_frame = False
        self._skipping = False

    @property
    def counters(self) -> Counters:
        """What has been found so far."""
        return self._inspector.counters()

    @property
    def buffered(self) -> int:
        """Bits kept of a frame that has not ended yet."""
        return len(self._bits)

    def feed(self, octets: bytes) -> list[Received]:
        """Take what arrived; give the frames and damages that it ends, in order."""
        found: list[Received] = []
        # A run of 1s at the end of the old bits may go on in the new ones.
        known = len(self._bits.rstrip("1"))
        bits = self._bits + _bits(octets, self._order)
        begin = 0
        for run in _RUN.finditer(bits, known, len(bits.rstrip("1"))):
            self._end(bits[begin : run.start()], run.end() - run.start(), found)
            begin = run.end()
        self._keep(bits[begin:], found)
        return found

    def _keep(self, bits: str, found: list[Received]) -> None:
        """Hold what belongs to a frame that has not ended, within bounds."""
        frame = bits.rstrip("1")
        ones = min(len(bits) - len(frame), _SIX + 1)
        if len(frame) > self._limit:
            if self._in_frame and not self._skipping:
                found.append(self._inspector.damage(DamageKind.LONG))
                self._skipping = True
            # Enough to be known as something that is no frame when the next flag comes.
            frame = "000"
        self._bits = frame + "1" * ones

    def _end(self, between: str, ones: int, found: list[Received]) -> None:
        """Take what stands between two runs of 1s, and the second run."""
        frame = between[1:-1]
        if self._skipping:
            pass
        elif not self._in_frame:
            # 1s alone are the idle line, cut where the capture begins.
            if "0" in frame:
                found.append(self._inspector.damage(DamageKind.NOISE))
        elif len(between) > self._limit:
            found.append(self._inspector.damage(DamageKind.LONG))
        elif frame and ones > _SIX:
            found.append(self._inspector.damage(DamageKind.ABORT))
        elif frame:
            found.append(self._judge(frame.replace("111110", "11111")))
        self._in_frame = ones == _SIX
        self._skipping = False

    def _judge(self, bits: str) -> Received:
        if len(bits) < 8 * self._inspector.minimum:
            return self._inspector.damage(DamageKind.SHORT)
        if len(bits) % 8:
            return self._inspector.damage(DamageKind.ALIGNMENT)
        return self._inspector.judge(_octets(bits, BitOrder.LOW_FIRST))
