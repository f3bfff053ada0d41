"""Octets of somebody who means harm: a value or ``DecodeError``, and soon."""

# Values are drawn from seeds and hide nothing.
# ruff: noqa: S311

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ber.codec import Codec
from protocols.ber.slow import SlowPath
from protocols.errors import DecodeError, TruncatedError
from tests.protocols.ber import example, example_schema
from tests.protocols.ber.values import random_value

CODEC = example.codec(None)
NAMES = sorted(CODEC.CODEC.schema.roots)


def refused(name, octets):
    """Give the error of octets that are no such type."""
    with pytest.raises(DecodeError) as caught:
        CODEC.CODEC.decode(name, octets)
    assert 0 <= caught.value.offset <= len(octets)
    if name in CODEC.READERS:
        with pytest.raises(DecodeError):
            getattr(CODEC, f"decode_{name}")(octets)
    return caught.value


@given(name=st.sampled_from(NAMES), octets=st.binary(max_size=40))
def test_any_octets(name, octets):
    try:
        value = CODEC.CODEC.decode(name, octets)
    except DecodeError as error:
        offset = error.offset
    else:
        offset = 0
        assert CODEC.CODEC.decode(name, CODEC.CODEC.encode(name, value)) == value
    assert 0 <= offset <= len(octets)


@pytest.mark.parametrize("seed", range(5))
def test_truncated_at_each_octet(seed):
    use = CODEC.CODEC.use("Report")
    value = random_value(use, random.Random(seed), CODEC.CODEC.classes)
    octets = CODEC.encode_Report(value)
    for length in range(min(len(octets), 2000)):
        with pytest.raises(TruncatedError) as caught:
            CODEC.decode_Report(octets[:length])
        assert caught.value.offset == length


def test_octets_after_the_end():
    error = refused("Report", bytes.fromhex("30 0b 04 01 2a a0 02 ac 00 62 02 87 00 05 00"))
    assert (error.offset, error.clause) == (13, "EXAMPLE 3")


@pytest.mark.parametrize(
    ("name", "octets", "offset", "clause"),
    [
        ("Tone", "", 0, "X.690 8.1.1"),
        ("Tone", "30", 1, "X.690 8.1.3"),
        ("Tone", "31 00", 0, ""),
        ("Tone", "30 81", 2, "X.690 8.1.3.5"),
        ("Tone", "30 84 7f ff ff ff", 6, "X.690 8.1.3"),
        ("Tone", "30 88 ff ff ff ff ff ff ff ff", 10, "X.690 8.1.3"),
        ("Tone", "30 ff 00", 1, "X.690 8.1.3.5"),
        ("Tone", "30 80", 2, "X.690 8.1.1"),
        ("Tone", "30 81 05", 3, "X.690 8.1.3"),
        ("Tone", "30 02 01 00", 4, "X.690 8.2.1"),
        ("Tone", "30 04 01 02 00 00", 4, "X.690 8.2.1"),
        ("Tone", "30 00", 2, ""),
        ("Tone", "30 04 04 02 01 ff", 2, ""),
        ("Tone", "30 03 01 81 01", 5, "X.690 8.1.3"),
        ("Tone", "30 02 01 05 ff", 4, "X.690 8.1.3"),
        ("Tone", "30 05 01 01 ff 00 00", 5, "X.690 8.1.5"),
        ("Tone", "30 05 01 01 ff 80 80", 6, "X.690 8.1.3.2"),
        ("Tone", "30 05 01 01 ff 9f 81", 7, "X.690 8.1.2.4"),
        ("Tone", "30 0a 01 01 ff 9f 81 81 81 81 81 01", 5, "X.690 8.1.2.4"),
        ("Empty", "30 02 0a 00", 4, "X.690 8.3.1"),
        ("Nested", "30 06 a3 04 30 00 30 00", 6, "X.690 8.14.2"),
        ("Wrapped", "30 04 a6 02 04 05", 6, "X.690 8.1.3"),
        ("Flags", "03 00", 2, "X.690 8.6.2.3"),
        ("Flags", "03 01 01", 2, "X.690 8.6.2.2"),
        ("Flags", "03 02 09 00", 2, "X.690 8.6.2.2"),
        ("Vendor", "e1 08 06 02 80 01 dd 00 05 00", 4, "X.690 8.19.2"),
        ("Vendor", "e1 04 06 00 dd 00", 4, "X.690 8.19.2"),
        ("Vendor", "e1 05 06 01 88 dd 00", 4, "X.690 8.19.2"),
    ],
)
def test_place_of_the_fault(name, octets, offset, clause):
    error = refused(name, bytes.fromhex(octets))
    assert (error.offset, error.clause) == (offset, clause)


@pytest.mark.parametrize(
    "octets",
    [
        bytes.fromhex("2304f700"),
        bytes.fromhex("31083100"),
        bytes.fromhex("3080308000000000"),
        b"\x06" + b"\x88" * 60,
        b"\x06\x82\xea\x60" + b"\x81" * 59_999 + b"\x01",
        b"\x30\xfe" + b"\xff" * 126,
        b"\x30\x80" * 20,
        b"\x30\x80" * 101,
        b"\x30\x80" * 100_000,
        b"\x30\x84\x7f\xff\xff\xff" * 20_000,
        b"\x00" * (16 << 20),
        b"\x30" * (16 << 20),
        b"\xff" * (16 << 20),
    ],
    ids=lambda octets: f"{octets[:6].hex()}-{len(octets)}",
)
def test_known_attacks(octets):
    for name in ("Report", "Vendor", "Flags", "Device"):
        refused(name, octets)


def test_definite_nesting_is_kept_without_recursion():
    inner = b""
    for _ in range(20_000):
        length = len(inner)
        header = bytes((0x84,)) + length.to_bytes(4, "big")
        inner = b"\x30" + header + inner if len(inner) < 200_000 else inner
    octets = b"\x30\x84" + (len(inner) + 3).to_bytes(4, "big") + b"\x01\x01\xff" + inner
    value = CODEC.CODEC.decode("Tone", octets)
    assert value == CODEC.Tone(True, ((1, inner),))


def test_many_small_elements():
    octets = b"\x30\x82\xea\x63" + b"\x01\x01\xff" + b"\x05\x00" * 30_000
    tone = CODEC.CODEC.decode("Tone", octets)
    assert len(tone.unknown) == 30_000
    assert CODEC.CODEC.encode("Tone", tone) == octets


def test_slow_path_is_bounded():
    slow = SlowPath()
    body = b"\x0c\x00" * 299
    octets = b"\x30\x80" + body + b"\x00\x00"
    with pytest.raises(DecodeError, match="too many elements"):
        CODEC.CODEC.decode("Names", octets, slow)
    with pytest.raises(DecodeError, match="not decodable"):
        CODEC.CODEC.decode("Names", b"\x30\x80" + b"\x0c\x00" * 3000 + b"\x00\x00", slow)
    assert slow.count == 2
    short = b"\x30\x80" + b"\x0c\x00" * 298 + b"\x00\x00"
    assert CODEC.CODEC.decode("Names", short, slow) == ("",) * 298


def test_lying_lengths_up_to_the_largest():
    for count in range(1, 127):
        octets = b"\x30" + bytes((0x80 | count,)) + b"\x01" + b"\x00" * (count - 1)
        with pytest.raises(DecodeError):
            CODEC.CODEC.decode("Tone", octets)


def test_not_minimal_lengths_are_legal():
    octets = bytes.fromhex("30 82 0006 01 83 000001 07")
    assert CODEC.CODEC.decode("Tone", octets[:3] + b"\x06" + octets[4:]) == CODEC.Tone(True)


def test_codec_of_single_classes():
    codec = Codec((example_schema.Tone,), vars(CODEC))
    assert codec.decode("Tone", bytes.fromhex("3003010100")) == CODEC.Tone(False)
