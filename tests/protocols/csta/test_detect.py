"""Which phase a message is of."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.csta.codec import Aare, Aarq
from protocols.csta.detect import ALL, phases_of, phases_of_association, phases_of_versions
from protocols.rose.apdus import Invoke
from tests.protocols.csta.phases import BY_NAME, PHASES, SEEDS


@pytest.mark.vectors
def test_the_phase_of_every_vector_is_possible(vectors: Path):
    sure = {phase.name: 0 for phase in PHASES}
    for file in ("encoded", "real"):
        for line in (vectors / "csta" / f"{file}.jsonl").read_text().splitlines():
            row = json.loads(line)
            octets = bytes.fromhex(row["hex"])
            if row["phase"] == "any" or octets[0] >> 6 != 2:
                continue
            found = phases_of(octets)
            assert row["phase"] in found, row["name"]
            name = row["meaning"].get("operation", "")
            if "Report:" in name:
                assert found == {row["phase"]}, row["name"]
            sure[row["phase"]] += found == {row["phase"]}
    assert sure["I"] >= 8
    assert sure["II"] >= 4
    assert sure["III"] > 240


@given(phase=st.sampled_from(PHASES), seed=SEEDS)
def test_the_phase_of_any_event_is_sure(phase, seed):
    draw = random.Random(seed)  # noqa: S311 - values are drawn from seeds and hide nothing
    name = phase.codec.rose.arguments[21].name
    value = phase.value(name, draw)
    info = getattr(value, "event_specific_info", ("callEvents", ()))
    # An event of the vendor can begin with anything.
    if info[0] in ("privateEvent", "vendorSpecEvents"):
        return
    assert phases_of(phase.codec.encode(Invoke(1, 21, value))) == {phase.name}


@given(octets=st.binary(max_size=40))
def test_any_octets(octets):
    assert phases_of(octets) <= ALL


@pytest.mark.parametrize(
    ("bits", "phases"),
    [
        ("1", {"I"}),
        ("11000", {"I", "II"}),
        ("01", {"II"}),
        ("00001000", {"III"}),
        ("0001011000000000", {"III"}),
        ("0000011", set()),
        ("", set()),
    ],
)
def test_versions_by_the_place_of_their_bits(bits, phases):
    assert phases_of_versions(bits) == phases
    assert phases_of_versions(bits + "000") == phases


@pytest.mark.vectors
def test_associations(vectors: Path):
    found = []
    for line in (vectors / "csta" / "real.jsonl").read_text().splitlines():
        row = json.loads(line)
        pdu = BY_NAME["III"].codec.decode(bytes.fromhex(row["hex"])) if "AAR" in line else None
        if isinstance(pdu, Aarq | Aare):
            found.append((phases_of_association(pdu), row["phase"]))
    assert found
    assert all(phase in phases for phases, phase in found)
