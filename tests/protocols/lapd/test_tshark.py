"""tshark reads our frames: a second opinion from outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from protocols.lapd.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Info,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Ua,
    Ui,
    Xid,
    encode,
)
from protocols.lapd.tei import Kind, Message
from protocols.lapd.tei import encode as encode_message
from tests.protocols.hdlc.judge import judge

SETUP = bytes.fromhex("0801010504038090a31801816c092180353535393939397008a135353531323334a1")
COMMANDS: list[tuple[Frame, dict[str, str]]] = [
    (Sabme(pf=True), {"lapd.control.p": "1"}),
    (Disc(pf=True), {"lapd.control.p": "1"}),
    (Rr(3, pf=True), {"lapd.control.n_r": "3"}),
    (Rnr(5), {"lapd.control.n_r": "5"}),
    (Rej(127, pf=True), {"lapd.control.n_r": "127"}),
    (Info(2, 5, data=SETUP), {"lapd.control.n_s": "2", "q931.message_type": "0x05"}),
    (Ui(data=SETUP), {"q931.message_type": "0x05"}),
    (Xid(pf=True), {}),
]
RESPONSES: list[tuple[Frame, dict[str, str]]] = [
    (Ua(pf=True), {"lapd.control.f": "1"}),
    (Dm(pf=False), {}),
    (Rr(3, pf=True), {"lapd.control.n_r": "3", "lapd.control.f": "1"}),
    (Rnr(5), {"lapd.control.n_r": "5"}),
    (Rej(7), {"lapd.control.n_r": "7"}),
]


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_every_frame(vectors: Path) -> None:
    records: list[dict[str, Any]] = []

    def add(network: bool, address: Address, frame: Frame, expect: dict[str, str]) -> None:
        records.append(
            {
                "layer": "lapd",
                "dir": "nt>te" if network else "te>nt",
                "hex": encode(address, frame).hex(),
                "note": repr(frame),
                "expect": expect
                | {"lapd.sapi": str(address.sapi), "lapd.tei": str(address.tei)},
            }
        )

    for network in (False, True):
        for frame, expect in COMMANDS:
            add(
                network,
                Address(0, 64, cr=network),
                frame,
                expect | {"lapd.cr": str(int(network))},
            )
        for frame, expect in RESPONSES:
            add(network, Address(0, 64, cr=not network), frame, expect)
    for kind in Kind:
        message = encode_message(Message(kind, 64, 0x1234))
        network = kind.value in (2, 3, 4, 6)
        add(
            network,
            Address(63, 127, cr=network),
            Ui(data=message),
            {"tei.msg": f"{kind.value}"},
        )
    judge(vectors, records, strict=True)
