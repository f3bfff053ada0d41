"""tshark reads our framing: a second opinion from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.hdlc import bits, octets
from tests.protocols.hdlc.judge import judge

LCP = bytes.fromhex("ff03c0210101000a020600000000")


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_finds_the_check_right(vectors: Path) -> None:
    sabme = bytes.fromhex("00817f")
    judge(
        vectors,
        [
            {"layer": "async", "hex": octets.encode(LCP).hex(), "expect": {"ppp.code": "1"}},
            {
                "layer": "async",
                "hex": octets.encode(LCP, accm=octets.ALL_CONTROLS).hex(),
                "expect": {"ppp.fcs.status": "1"},
            },
            {
                "layer": "hdlcbits",
                "hex": bits.encode([sabme, sabme], flags=2).hex(),
                "expect": {"fcs": "good"},
            },
        ],
    )
