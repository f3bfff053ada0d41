"""Decode and encode ratios of the codecs of all phases against pyasn1 on event reports.

Run with ``python -m tests.bench.bench_codec``; exit status 1 under the required ratios. Both
are timed in turn in the same run, and the median over the rounds of their ratio counts.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pyasn1.codec.ber import decoder, encoder

from protocols.csta.codec import Pdu
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.rose import envelope
from protocols.rose.apdus import Invoke
from tests.conftest import VECTORS
from tests.protocols.csta.phase3.frames import TRACES, apdus
from tests.protocols.csta.phases import PHASES, Phase

ROUNDS: Final = 7
SAMPLE: Final = 100
"""Messages timed in a round."""
DECODE_MUST: Final = 60.0
ENCODE_MUST: Final = 15.0

# Made by an independent compiler: stand in where vectors and traces are not at hand.
_DELIVERED: Final = {
    "I": "a13a02012a0201153032550112800104302a6b0982020001800332303263058003323032610580033230"
    "3162058003323032640288004e01020a0116",
    "II": "a15c02024e21020115305355040142f900a038a33630346b0a820200598304109701006306840433303"
    "031610c820a303330313233343536376206840433303031640288004e01020a01167e11a00f170d3234303530"
    "363037303830395a",
    "III": "a153020167020115304b5502002aa045a4436b0f300d80020001a10730058003323032630730058003"
    "3230326107300580033230316207300580033230326402"
    "88004e01020a011667028800660730058003323032",
}


def messages(phase: Phase) -> list[bytes]:
    """Give event reports of a phase: of the traces or vectors, or the one that stands here."""
    if not VECTORS.is_dir():
        return [bytes.fromhex(_DELIVERED[phase.name])]
    if phase.name == "III":
        found = [octets for trace in TRACES for octets in apdus(VECTORS, trace)]
    else:
        found = _vectors(VECTORS / "csta", phase.name)
    reports = [octets for octets in found if _is_call_event(phase.codec.decode(octets))]
    return reports[:: max(1, len(reports) // SAMPLE)]


def _vectors(folder: Path, phase: str) -> list[bytes]:
    lines = [line for file in ("encoded", "real") for line in (folder / f"{file}.jsonl").open()]
    rows = [json.loads(line) for line in lines]
    kind = "Report:"
    return [
        bytes.fromhex(row["hex"])
        for row in rows
        if row["phase"] == phase and kind in row["meaning"].get("operation", "")
    ]


def _is_call_event(pdu: Pdu) -> bool:
    match pdu:
        case Invoke(argument=phase12.EventReportArgument(event_type=number)):
            return number < 100
        case Invoke(argument=report):
            group = getattr(report, "event_specific_info", ("",))[0]
            return group in ("callControlEvents", "callEvents")
        case _:
            return False


def parts(phase: Phase, octets: bytes) -> list[tuple[bytes, Any]]:
    """Give what pyasn1 has to read: the message, and in phase I the event of its own."""
    found = [(octets, envelope.typed(phase.codec.rose, octets).asn1)]
    match phase.codec.decode(octets):
        case Invoke(argument=phase12.EventReportArgument(event_type=number)):
            report = phase12.CODEC.use("EventReportArgument").definition
            value, _ = decoder.decode(octets, asn1Spec=found[0][1])
            event = bytes(value["argument"]["eventInfo"])
            found.append((event, report.fields[2].told(number).asn1))
        case _:
            pass
    return found


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Time ``repeat`` runs and give the time of one."""
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat


def ratios(phase: Phase) -> tuple[float, float]:
    """Time one phase; print and give the ratios of decoding and encoding."""
    octets = messages(phase)
    pairs = [part for one in octets for part in parts(phase, one)]
    theirs = [decoder.decode(one, asn1Spec=spec)[0] for one, spec in pairs]
    decode, encode = phase.codec.decode, phase.codec.encode
    ours = [decode(one) for one in octets]
    works: tuple[Callable[[], object], ...] = (
        lambda: [decoder.decode(one, asn1Spec=spec) for one, spec in pairs],
        lambda: [decode(one) for one in octets],
        lambda: [encoder.encode(one) for one in theirs],
        lambda: [encode(one) for one in ours],
    )
    gc.collect()
    gc.freeze()
    # As many messages in all for a phase with few of them.
    times = max(1, SAMPLE // len(octets))
    rounds = []
    for _ in range(ROUNDS):
        decode_theirs, decode_ours, encode_theirs, encode_ours = (
            seconds(work, times * repeat)
            for work, repeat in zip(works, (1, 40, 1, 40), strict=True)
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
    print(f"phase {phase.name}: {len(octets)} messages of {size:.0f} octets")
    print(f"phase {phase.name}: decode x{decoding:.1f}, encode x{encoding:.1f}")
    return decoding, encoding


def main() -> int:
    """Print the ratios of each phase; 1 if one is under what is required."""
    found = [ratios(phase) for phase in PHASES]
    enough = [
        decoding >= DECODE_MUST and encoding >= ENCODE_MUST for decoding, encoding in found
    ]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    sys.exit(main())
