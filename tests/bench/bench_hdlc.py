"""Finding frames in an asynchronous line against a loop over its octets, in one run.

Run with ``python -m tests.bench.bench_hdlc``; exit status 1 under the required ratio. The base
is what one writes first: a state machine that takes each octet, and a table of 256 entries for
the FCS of each frame. Both are given the same reads, and must find the same frames.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Final

from protocols.hdlc.octets import OctetFramer, encode
from protocols.hdlc.received import Frame

ROUNDS: Final = 9
FRAMES: Final = 2000
SIZE: Final = 84
"""Octets of a frame without its FCS: a packet of 80 behind LAPB's header."""
READ: Final = 1400
MUST: Final = 8.0
AIM: Final = 11.0


def _table() -> tuple[int, ...]:
    rows = []
    for octet in range(256):
        register = octet
        for _ in range(8):
            register = register >> 1 ^ (0x8408 if register & 1 else 0)
        rows.append(register)
    return tuple(rows)


TABLE: Final = _table()
FLAG: Final = 0x7E
ESCAPE: Final = 0x7D
GOOD: Final = 0xF0B8


def fcs16(octets: bytearray) -> int:
    """Compute the check with the table."""
    register = 0xFFFF
    for octet in octets:
        register = register >> 8 ^ TABLE[(register ^ octet) & 0xFF]
    return register


class Loop:
    """The base: a state machine for each octet, and the check over each frame."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.escaped = False

    def feed(self, octets: bytes) -> list[bytes]:
        """Give the frames that end in what was read."""
        found = []
        for octet in octets:
            if octet == FLAG:
                if len(self.body) >= 4 and fcs16(self.body) == GOOD:
                    found.append(bytes(self.body[:-2]))
                self.body.clear()
                self.escaped = False
            elif octet == ESCAPE:
                self.escaped = True
            elif self.escaped:
                self.body.append(octet ^ 0x20)
                self.escaped = False
            else:
                self.body.append(octet)
        return found


def frames(spread: int) -> list[bytes]:
    """Make frames of octets below ``spread``; below 7D none of them is escaped."""
    dice = Random(1)  # noqa: S311 - the same line in every run
    return [bytes(dice.randrange(spread) for _ in range(SIZE)) for _ in range(FRAMES)]


def reads(spread: int) -> list[bytes]:
    """Make a line of frames, cut as a serial line or socket cuts it."""
    line = b"".join(map(encode, frames(spread)))
    return [line[at : at + READ] for at in range(0, len(line), READ)]


def seconds(work: Callable[[], object]) -> float:
    """Give the processor's time for one run: what others do on the machine counts less."""
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(name: str, line: list[bytes]) -> float:
    """Time both in turn, and give the median of their ratios."""

    def ours() -> list[bytes]:
        framer = OctetFramer()
        return [
            one.octets for read in line for one in framer.feed(read) if isinstance(one, Frame)
        ]

    def theirs() -> list[bytes]:
        loop = Loop()
        return [one for read in line for one in loop.feed(read)]

    assert ours() == theirs()
    assert len(ours()) == FRAMES
    rounds = [(seconds(theirs), seconds(ours)) for _ in range(ROUNDS)]
    median = statistics.median(base / fast for base, fast in rounds)
    base, fast = (
        statistics.median(times) / FRAMES * 1e6 for times in zip(*rounds, strict=True)
    )
    print(f"{name}: {base:5.2f} / {fast:4.2f} us a frame = x{median:.1f}")
    return median


def main() -> int:
    """Print the ratios; 1 if the one of usual octets is under what is required."""
    gc.collect()
    gc.freeze()
    usual = ratio("text and BER", reads(0x7D))
    ratio("any octets, half of the frames with escapes", reads(0x100))
    print(f"HDLC unstuffing with FCS x{usual:.1f} (required {MUST:g}, aim {AIM:g})")
    return 0 if usual >= MUST else 1


if __name__ == "__main__":
    sys.exit(main())
