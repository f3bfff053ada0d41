"""tshark follows whole conversations of the stacks: set-up, data, reset, clear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from protocols.stacks import primitives as st
from protocols.stacks import x25_hdlc, xot
from tests.protocols.hdlc.judge import judge
from tests.protocols.stacks.ends import Ends

KEYS = {"called": "5678", "calling": "1234", "user_data": "c0ffee", "negotiate": True,
        "packet_size": 256, "window": 4, "fast_select": True, "throughput": 9600}  # fmt: skip


def conversation(pair: Ends) -> list[tuple[int, bytes]]:
    pair.up()
    pair.run(5.0)
    for size in (0, 1, 255, 256, 700):
        pair.send(0, bytes(size))
        pair.send(1, b"\xff" * size, urgent=True)
    pair.run(30.0)
    pair.give(0, st.Release())
    pair.run(5.0)
    return pair.sent


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_a_conversation_over_tcp(vectors: Path) -> None:
    sent = conversation(Ends(xot(KEYS), xot({"role": "answering"})))
    records: list[dict[str, Any]] = [
        {"layer": "xot", "dir": "a>b" if which == 0 else "b>a", "hex": octets.hex(), "sess": 1}
        for which, octets in sent
    ]
    assert len(records) > 20
    judge(vectors, records)


@pytest.mark.slow
@pytest.mark.vectors
@pytest.mark.parametrize("modulo", [8, 128])
def test_tshark_reads_a_conversation_on_a_line(vectors: Path, modulo: int) -> None:
    there = {"role": "answering", "interface": "dce", "lapb": {"modulo": modulo}}
    sent = conversation(Ends(x25_hdlc({**KEYS, "lapb": {"modulo": modulo}}), x25_hdlc(there)))
    layer = "lapb" if modulo == 8 else "lapb128"
    records: list[dict[str, Any]] = [
        {"layer": layer, "dir": "dte>dce" if which == 0 else "dce>dte", "hex": octets.hex()}
        for which, octets in sent
    ]
    assert len(records) > 40
    judge(vectors, records)
