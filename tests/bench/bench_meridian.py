"""Decode and encode ratios of the Meridian-Link-style codec against its construct declaration.

Run with ``python -m tests.bench.bench_meridian``; exit status 1 under the required ratio. Both
are timed in turn, and the best of the rounds counts: whatever disturbs only adds.
"""

from __future__ import annotations

import gc
import statistics
import sys
from collections.abc import Callable
from typing import Final

from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message
from protocols.meridian.profile import DEFAULT
from protocols.meridian.table import declaration
from tests.bench.bench_codec import seconds

ROUNDS: Final = 7
DECODE_MUST: Final = 35.0

_STAMP: Final = v.TimeStamp(1_000_000_000, 250)
_TRUNK: Final = v.RouteMember(12, 3)
BODIES: Final[tuple[c.Body, ...]] = (
    c.StatusChange(
        v.StatusEvent.RINGING, "5001", call_id=7, calling_dn="5002", called_dn="5001",
        call_type=v.CallType.INTERNAL,
    ),
    c.StatusChange(
        v.StatusEvent.RINGING, "5001", route_member=_TRUNK, call_id=7, called_dn="5001",
        clid="0612345678", dnis="55", call_type=v.CallType.TRUNK_IN, time_stamp=_STAMP,
    ),
    c.StatusChange(
        v.StatusEvent.ACTIVE, "5001", call_id=7, calling_dn="5002", called_dn="5001",
        other_dn="5002", time_stamp=_STAMP,
    ),
    c.StatusChange(
        v.StatusEvent.DISCONNECTED, "5001", call_id=7, calling_dn="5002", called_dn="5001",
        other_dn="5002", call_type=v.CallType.TRANSFER_COMPLETE,
    ),
    c.CallOffered(
        "6000", 7, position_id="5003", agent_id="4711", clid="0612345678", dnis="55",
        route_member=_TRUNK, call_type=v.CallType.ACD, time_stamp=_STAMP,
    ),
    c.SetFeatureNotification(
        v.Feature.LOGIN, "5003", position_id="5003", agent_id="4711", acd_dn="6000",
        time_stamp=_STAMP,
    ),
)  # fmt: skip
"""What a link says most, with five to nine elements each."""


def main() -> int:
    """Print the ratios; 1 if decoding is under what is required."""
    codec = Codec(DEFAULT)
    declared = declaration(DEFAULT.numbers())
    messages = [Message(body, 1, 0, 0) for body in BODIES]
    octets = [codec.encode(one) for one in messages]
    theirs = [declared.parse(one) for one in octets]
    works: tuple[Callable[[], object], ...] = (
        lambda: [declared.parse(one) for one in octets],
        lambda: [codec.decode(one) for one in octets],
        lambda: [declared.build(one) for one in theirs],
        lambda: [codec.encode(one) for one in messages],
    )
    gc.collect()
    gc.freeze()
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        told = [seconds(work, n) for work, n in zip(works, (20, 800, 20, 800), strict=True)]
        best = [min(pair) for pair in zip(best, told, strict=True)]
    decode_theirs, decode_ours, encode_theirs, encode_ours = best
    size = statistics.mean(map(len, octets))
    print(f"{len(octets)} messages of {size:.0f} octets, against construct")
    for name, slow, quick in (
        ("decode", decode_theirs, decode_ours),
        ("encode", encode_theirs, encode_ours),
    ):
        each = [time / len(octets) * 1e6 for time in (slow, quick)]
        print(f"{name} {each[0]:6.1f} / {each[1]:5.2f} us = x{slow / quick:.1f}")
    return 0 if decode_theirs / decode_ours >= DECODE_MUST else 1


if __name__ == "__main__":
    sys.exit(main())
