"""tshark reads our frames: a second opinion from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from protocols.lapb.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Modulo,
    Reason,
    Rej,
    Rnr,
    Rr,
    Sabm,
    Sabme,
    Ua,
    encode,
)
from tests.protocols.hdlc.judge import judge

COMMANDS: list[Frame] = [Rr(3, pf=True), Rnr(5), Rej(7, pf=True), Disc(pf=True)]
RESPONSES: list[Frame] = [Rr(3, pf=True), Rnr(5), Rej(7), Ua(pf=True), Dm(pf=False)]


def record(layer: str, modulo: Modulo, address: Address, frame: Frame) -> dict[str, Any]:
    return {
        "layer": layer,
        "dir": "dte>dce",
        "hex": encode(address, frame, modulo).hex(),
        "note": repr(frame),
    }


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_every_frame(vectors: Path) -> None:
    frmr = Frmr(pf=True, control=b"\x66", vs=2, vr=3, response=False, reasons=Reason.Z)
    long = Frmr(pf=True, control=b"\x01\x03", vs=2, vr=3, response=False, reasons=Reason.Z)
    data = bytes.fromhex("1000fb0000")
    records = []
    for layer, modulo in (("lapb", Modulo.M8), ("lapb128", Modulo.M128)):
        set_up: Frame = Sabm(pf=True) if modulo is Modulo.M8 else Sabme(pf=True)
        reject = frmr if modulo is Modulo.M8 else long
        commands = (*COMMANDS, set_up, Info(2, 5, data=data))
        records += [record(layer, modulo, Address.B, frame) for frame in commands]
        responses = (*RESPONSES, reject)
        records += [record(layer, modulo, Address.A, frame) for frame in responses]
    rr = encode(Address.A, Rr(3, pf=True)).hex()
    expect = {"lapb.control.n_r": "3", "lapb.control.f": "1"}
    records.append({"layer": "lapb", "dir": "dte>dce", "hex": rr, "expect": expect})
    judge(vectors, records)
