"""Decode and encode ratios of the phase III codec against pyasn1 on real messages.

Run with ``python -m tests.bench.bench_codec``; exit status 1 under the required ratios. Both
are timed in turn in the same run, and the median over the rounds of their ratio counts.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pyasn1.codec.ber import decoder, encoder

from protocols.csta.phase3._codec_phase3 import CSTAEventReportArgument
from protocols.csta.phase3.codec import ROSE, Invoke, Pdu, decode, encode
from protocols.rose import envelope
from tests.conftest import VECTORS
from tests.protocols.csta.phase3.frames import TRACES, apdus

ROUNDS: Final = 7
SAMPLE: Final = 100
"""Messages timed in a round."""
DECODE_MUST: Final = 60.0
ENCODE_MUST: Final = 15.0

# Made by an independent compiler: stands in where the traces are not at hand.
_DELIVERED: Final = bytes.fromhex(
    "a153020167020115304b5502002aa045a4436b0f300d80020001a1073005800332303263073005800332"
    "3032610730058003323031620730058003323032640288004e01020a0116670288006607300580033230"
    "32"
)


def messages(vectors: Path) -> list[bytes]:
    """Give the event reports of the traces, or the one that stands here."""
    if not vectors.is_dir():
        return [_DELIVERED]
    found = [octets for trace in TRACES for octets in apdus(vectors, trace)]
    reports = [octets for octets in found if _is_call_event(octets)]
    return reports[:: max(1, len(reports) // SAMPLE)]


def _is_call_event(octets: bytes) -> bool:
    match decode(octets):
        case Invoke(argument=CSTAEventReportArgument() as report):
            return report.event_specific_info[0] == "callControlEvents"
        case _:
            return False


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Time ``repeat`` runs and give the time of one."""
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat


def main() -> int:
    """Print the ratios; 1 if one is under what is required."""
    octets = messages(VECTORS)
    specs = [envelope.typed(ROSE, one).asn1 for one in octets]
    theirs = [
        decoder.decode(one, asn1Spec=spec)[0] for one, spec in zip(octets, specs, strict=True)
    ]
    ours: list[Pdu] = [decode(one) for one in octets]
    pairs = list(zip(octets, specs, strict=True))
    works: tuple[Callable[[], object], ...] = (
        lambda: [decoder.decode(one, asn1Spec=spec) for one, spec in pairs],
        lambda: [decode(one) for one in octets],
        lambda: [encoder.encode(one) for one in theirs],
        lambda: [encode(one) for one in ours],
    )
    gc.collect()
    gc.freeze()
    rounds = []
    for _ in range(ROUNDS):
        decode_theirs, decode_ours, encode_theirs, encode_ours = (
            seconds(work, repeat) for work, repeat in zip(works, (1, 40, 1, 40), strict=True)
        )
        rounds.append((decode_theirs / decode_ours, encode_theirs / encode_ours))
        print(
            f"decode {decode_theirs / len(octets) * 1e6:7.1f} / "
            f"{decode_ours / len(octets) * 1e6:5.2f} us = {rounds[-1][0]:5.1f}   "
            f"encode {encode_theirs / len(octets) * 1e6:7.1f} / "
            f"{encode_ours / len(octets) * 1e6:5.2f} us = {rounds[-1][1]:5.1f}"
        )
    decoding = statistics.median(one for one, _ in rounds)
    encoding = statistics.median(one for _, one in rounds)
    size = statistics.mean(map(len, octets))
    print(f"{len(octets)} messages of {size:.0f} octets")
    print(f"decode x{decoding:.1f}, encode x{encoding:.1f}")
    return 0 if decoding >= DECODE_MUST and encoding >= ENCODE_MUST else 1


if __name__ == "__main__":
    sys.exit(main())
