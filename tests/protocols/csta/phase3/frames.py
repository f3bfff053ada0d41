"""The real APDUs of the shared traces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

TRACES = {"hipath3000-2012-12-29": True, "panasonic-kx-2016-12-01": False}
"""Trace by name: whether its frames have the 0x26 header."""


def apdus(vectors: Path, trace: str) -> list[bytes]:
    """Give the APDUs of both directions, each direction in its order."""
    lines = (vectors / "traces" / f"{trace}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found: list[bytes] = []
    for direction in ("in", "out"):
        stream = "".join(row.get("hex", "") for row in rows if row["dir"] == direction)
        found += _split(bytes.fromhex(stream), hipath=TRACES[trace])
    return found


def _split(stream: bytes, *, hipath: bool) -> Iterator[bytes]:
    head = 3 if hipath else 2
    while stream:
        length = int.from_bytes(stream[head - 2 : head], "big") & (0x7FFF if hipath else 0xFFFF)
        yield stream[head : head + length]
        stream = stream[head + length :]
