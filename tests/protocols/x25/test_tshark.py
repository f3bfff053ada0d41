"""tshark reads our packets: a second opinion from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from protocols.x25.facilities import (
    CallOptions,
    FastSelect,
    PacketSize,
    ThroughputClass,
    WindowSize,
)
from protocols.x25.packets import (
    Call,
    CallAccepted,
    Clear,
    ClearConfirmation,
    Data,
    DiagnosticPacket,
    Interrupt,
    InterruptConfirmation,
    Modulo,
    Packet,
    Rej,
    Reset,
    ResetConfirmation,
    Restart,
    RestartConfirmation,
    Rnr,
    Rr,
    encode,
)
from tests.protocols.hdlc.judge import judge

SIZES = (PacketSize(256, 512), WindowSize(3, 7))
OPTIONS = (CallOptions(FastSelect.UNRESTRICTED), ThroughputClass(10, 11), *SIZES)

JUDGED: list[tuple[Packet, str, dict[str, str]]] = [
    (Restart(), "dte>dce", {"x25.type": "0xfb"}),
    (RestartConfirmation(), "dce>dte", {"x25.type": "0xff"}),
    (Call(1, "5678", "123", OPTIONS, b"\xc0\xff\xee"), "dte>dce",
     {"x25.called_address": "5678", "x25.calling_address": "123"}),
    (CallAccepted(1, facilities=SIZES), "dce>dte", {"x25.lcn": "1"}),
    (CallAccepted(1), "dce>dte", {"x25.lcn": "1"}),
    (Data(1, 3, 5, b"hello", m_bit=True), "dte>dce", {"x25.p_s": "3", "x25.p_r": "5"}),
    (Data(1, 4, 5, b"x", q_bit=True, d_bit=True), "dte>dce", {"x25.q": "1", "x25.d": "1"}),
    (Rr(1, 6), "dce>dte", {"x25.p_r": "6"}),
    (Rnr(1, 6), "dce>dte", {"x25.p_r": "6"}),
    (Rej(1, 6), "dte>dce", {"x25.p_r": "6"}),
    (Interrupt(1, b"!"), "dte>dce", {"x25.type": "0x23"}),
    (InterruptConfirmation(1), "dce>dte", {"x25.type": "0x27"}),
    (Reset(1, 5, 1), "dce>dte", {"x25.reset_cause": "0x05"}),
    (ResetConfirmation(1), "dte>dce", {"x25.type": "0x1f"}),
    (Clear(1, 9, 3), "dce>dte", {"x25.clear_cause": "0x09"}),
    (ClearConfirmation(1), "dte>dce", {"x25.type": "0x17"}),
    (DiagnosticPacket(36, b"\x10\x01\x01"), "dce>dte", {"x25.diagnostic": "36"}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_every_packet(vectors: Path) -> None:
    records: list[dict[str, Any]] = []
    for modulo in Modulo:
        for packet, direction, expect in JUDGED:
            octets = encode(packet, modulo)
            # tshark 4 shows P(S) and P(R) of a data packet modulo 128 the wrong way round.
            swapped = isinstance(packet, Data) and modulo is Modulo.M128
            record = {"layer": "x25", "dir": direction, "hex": octets.hex()}
            records.append(record if swapped else record | {"expect": expect})
    judge(vectors, records)
