"""What holds for the codec of each phase."""

# Values are drawn from seeds and hide nothing.
# ruff: noqa: S311

import json
import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder

from protocols.ber.asn1_values import from_asn1, to_asn1
from protocols.ber.runtime import FALL_BACK
from protocols.ber.slow import SlowPath
from protocols.errors import DecodeError
from protocols.rose import envelope
from protocols.rose.apdus import ApduError, Invoke, ReturnResult
from tests.protocols.ber.values import indefinite
from tests.protocols.csta.phases import BY_NAME, OPERATIONS, PHASES, SEEDS, TYPES

MANY = settings(max_examples=6 * settings().max_examples)
SOME_PHASE = st.sampled_from(PHASES)
REFUSED = "real_oxe_bad_result_answered_by_reject"
"""The client exchanged two octets, and the switch rejected its answer."""

LEAST = {"I": 19, "II": 14, "III": 300}
"""Vectors of each phase."""


@pytest.mark.vectors
def test_vectors_of_all_phases_both_ways(vectors: Path):
    count = {phase.name: 0 for phase in PHASES}
    for file in ("encoded", "real"):
        for line in (vectors / "csta" / f"{file}.jsonl").read_text().splitlines():
            row = json.loads(line)
            name = "III" if row["phase"] == "any" else row["phase"]
            text, meaning = BY_NAME[name].text, row["meaning"]
            octets = bytes.fromhex(row["hex"])
            if row["name"] == REFUSED:
                with pytest.raises(DecodeError):
                    text.to_json(octets)
                continue
            keys = ("pdu", "operation", "value")
            shown = {key: meaning[key] for key in keys if key in meaning}
            assert text.to_json(octets) == shown, row["name"]
            assert text.from_json(meaning) == octets, row["name"]
            quick = octets[0] in b"\xa1\xa2\xa3"
            codec = BY_NAME[name].codec
            assert not quick or codec.rose.quick(octets) == codec.decode(octets), row["name"]
            count[name] += 1
    assert all(count[name] >= least for name, least in LEAST.items())


@MANY
@given(which=TYPES, seed=SEEDS)
def test_pyasn1_agrees_on_values(which, seed):
    phase, name = BY_NAME[which[0]], which[1]
    generated = phase.generated
    use = generated.CODEC.use(name)
    value = phase.value(name, random.Random(seed))
    octets = generated.CODEC.encode(name, value)
    assert generated.CODEC.decode(name, octets) == value
    if name in generated.READERS:
        assert generated.WRITERS[name](value) == octets
        assert generated.READERS[name](octets, 0, len(octets)) == value
    theirs, rest = decoder.decode(octets, asn1Spec=use.asn1)
    assert not rest
    assert from_asn1(use, theirs, generated.CODEC.classes) == value
    again = generated.CODEC.decode(name, encoder.encode(to_asn1(use, value)))
    assert bare(again) == bare(value)


def bare(value):
    """Take away records without contents: pyasn1's encoder adds some (its own fault)."""
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    if not (fields := getattr(value, "__struct_fields__", ())):
        return value
    parts = [bare(getattr(value, field)) for field in fields[:-1]]
    return None if all(part is None for part in parts) else (type(value), *parts)


@given(which=OPERATIONS, seed=SEEDS)
def test_round_trip_of_every_operation(which, seed):
    draw = random.Random(seed)
    phase, code = BY_NAME[which[0]], which[1]
    codec, rose = phase.codec, phase.codec.rose
    for table, make in ((rose.arguments, Invoke), (rose.results, ReturnResult)):
        if (carried := table.get(code)) is not None:
            value = phase.value(carried.name, draw)
            apdu = make(draw.randint(-(2**31), 2**31), code, value)
            octets = codec.encode(apdu)
            assert codec.decode(octets) == apdu
            assert envelope.encode(rose, apdu) == octets
            assert envelope.decode(rose, octets, None) == apdu


def message(phase, code, draw):
    """Make an invoke of an operation, or its result where it has no argument."""
    rose = phase.codec.rose
    carried = rose.arguments.get(code) or rose.results[code]
    make = Invoke if code in rose.arguments else ReturnResult
    return make(7, code, phase.value(carried.name, draw))


@given(which=OPERATIONS, seed=SEEDS)
@example(which=("III", 77), seed=154323)
def test_indefinite_lengths(which, seed):
    phase = BY_NAME[which[0]]
    apdu = message(phase, which[1], random.Random(seed))
    slow = SlowPath()
    try:
        found = phase.codec.decode(indefinite(phase.codec.encode(apdu)), slow)
    except ApduError as error:
        found = None
        refused = error.message
    else:
        refused = ""
    assert slow.count == 1
    # pyasn1 does not see an empty SEQUENCE of indefinite length inside a CHOICE, and drops
    # the ends inside an open type.
    assert found == apdu or "not decodable" in refused


@given(phase=SOME_PHASE, octets=st.binary(max_size=60))
def test_any_octets(phase, octets):
    try:
        value = phase.codec.decode(octets)
    except DecodeError as error:
        offset = error.offset
    else:
        offset = 0
        assert phase.codec.decode(phase.codec.encode(value)) == value
    assert 0 <= offset <= len(octets)


@MANY
@given(phase=SOME_PHASE, seed=SEEDS)
def test_damaged_messages(phase, seed):
    draw = random.Random(seed)
    codec = phase.codec
    code = draw.choice([21, 21, 21, *phase.operations])
    damaged = bytearray(codec.encode(message(phase, code, draw)))
    for _ in range(draw.choice((1, 1, 3))):
        damaged[draw.randrange(len(damaged))] = draw.choice(
            (0, 0x30, 0x80, draw.randrange(256))
        )
    octets = bytes(damaged)
    try:
        found = codec.decode(octets)
    except DecodeError:
        with pytest.raises(FALL_BACK):
            codec.rose.quick(octets)
    else:
        assert codec.decode(codec.encode(found)) == found
        if octets[0] in b"\xa1\xa2\xa3\xa4":
            assert envelope.decode(codec.rose, octets, None) == found
    # What can be read can be shown, and what is shown can be read again.
    try:
        shown = phase.text.to_json(octets)
    except DecodeError:
        return
    assert phase.text.to_json(phase.text.from_json(shown)) == shown
