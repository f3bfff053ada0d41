"""tshark reads our stream: a second opinion from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols.x25 import packets
from protocols.xot import framer, pvc
from tests.protocols.hdlc.judge import judge


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_the_stream(vectors: Path) -> None:
    call = framer.encode(packets.encode(packets.Call(1, "5678", "1234")))
    set_up = pvc.PvcSetup(b"Serial0", 1, b"Serial1/2", 5)
    judge(
        vectors,
        [
            {"layer": "xot", "hex": call.hex(), "expect": {"xot.length": "9"}},
            {
                "layer": "xot",
                "hex": framer.encode(pvc.encode(set_up)).hex(),
                "sess": 2,
                "expect": {
                    "xot.pvc.init_itf_name": "Serial0",
                    "xot.pvc.resp_itf_name": "Serial1/2",
                },
            },
        ],
    )
