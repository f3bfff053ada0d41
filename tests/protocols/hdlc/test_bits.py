"""Bit-stuffed frames: vectors, shared zeros, cuts, damage, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.hdlc.bits import BitFramer, BitOrder, encode
from protocols.hdlc.received import Counters, Damage, DamageKind, Frame, Received

SABM = bytes.fromhex("013f")
# Three flags, the frame, three flags, and what the capture was cut in.
SABM_LINE = "7e7e7e80fa6beedf9f9fbe"
# 01 3f and its check eb df, low bit first, a 0 behind every five 1s.
SABM_BITS = "10000000" + "111110100" + "11010111" + "110111011"
FLAG = "01111110"


def line(bits: str) -> bytes:
    """Pack bits as bit 8 first, filled with the beginning of a flag."""
    bits += FLAG[: -len(bits) % 8]
    return int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]


def test_vector() -> None:
    assert encode([SABM], flags=3).hex()[:-2] == SABM_LINE[:-2]
    framer = BitFramer()
    assert framer.feed(bytes.fromhex(SABM_LINE)) == [Frame(SABM)]
    assert framer.counters == Counters(frames=1)


def test_other_bit_order_is_the_same_line() -> None:
    turned = bytes(int(f"{octet:08b}"[::-1], 2) for octet in bytes.fromhex(SABM_LINE))
    assert encode([SABM], order=BitOrder.LOW_FIRST, flags=3)[:-1] == turned[:-1]
    assert BitFramer(order=BitOrder.LOW_FIRST).feed(turned) == [Frame(SABM)]


def test_flags_may_share_their_zero() -> None:
    shared = "011111101111110" + SABM_BITS + "0111111011111101111110"
    assert BitFramer().feed(line(shared)) == [Frame(SABM)]


def test_one_flag_ends_a_frame_and_opens_the_next() -> None:
    assert BitFramer().feed(line(FLAG + SABM_BITS + FLAG + SABM_BITS + FLAG)) == [
        Frame(SABM),
        Frame(SABM),
    ]


def test_stream_may_begin_inside_an_octet_of_an_idle_line() -> None:
    for lead in range(20):
        assert BitFramer().feed(line("1" * lead + FLAG + SABM_BITS + FLAG)) == [Frame(SABM)]


DAMAGED = [
    pytest.param(FLAG + SABM_BITS[:20] + "1" * 9, DamageKind.ABORT, b"", id="abort"),
    pytest.param(FLAG + "0" * 24, DamageKind.SHORT, b"", id="24 bits"),
    pytest.param(FLAG + "0" * 31, DamageKind.SHORT, b"", id="31 bits"),
    pytest.param(FLAG + "0" * 33, DamageKind.ALIGNMENT, b"", id="33 bits"),
    pytest.param(FLAG + "0" * 32, DamageKind.FCS, bytes(4), id="check wrong"),
    pytest.param("0100110", DamageKind.NOISE, b"", id="noise before the first flag"),
    pytest.param(FLAG + "1" * 8 + "010", DamageKind.NOISE, b"", id="no flag after an abort"),
]


@pytest.mark.parametrize(("bits", "kind", "kept"), DAMAGED)
def test_damage_is_named_and_the_next_frame_arrives(
    bits: str, kind: DamageKind, kept: bytes
) -> None:
    found = BitFramer().feed(line(bits + FLAG + SABM_BITS + FLAG))
    assert found == [Damage(kind, kept), Frame(SABM)]


def test_idle_line_is_not_kept() -> None:
    framer = BitFramer()
    assert framer.feed(b"\x7e" + b"\xff" * 100_000) == []
    assert framer.buffered < 16
    assert framer.feed(line("0" + FLAG + SABM_BITS + FLAG)) == [Frame(SABM)]


@pytest.mark.parametrize("octet", [0x00, 0xAA, 0x1F])
def test_endless_frame_is_reported_once_and_not_kept(octet: int) -> None:
    framer = BitFramer(maximum=50)
    found: list[Received] = framer.feed(b"\x7e")
    for _ in range(100):
        found += framer.feed(bytes([octet]) * 10)
        assert framer.buffered <= 50 * 8 * 6 // 5 + 10
    assert found == [Damage(DamageKind.LONG)]
    assert framer.feed(line("0" + FLAG + SABM_BITS + FLAG)) == [Frame(SABM)]


def test_endless_noise_is_not_kept() -> None:
    framer = BitFramer(maximum=50)
    assert framer.feed(bytes(10_000)) == []
    assert framer.buffered < 16
    assert framer.feed(line(FLAG + SABM_BITS + FLAG)) == [Damage(DamageKind.NOISE), Frame(SABM)]


def test_longest_frame_passes_and_one_octet_more_does_not() -> None:
    framer = BitFramer(maximum=10)
    assert framer.feed(encode([b"\xff" * 8])) == [Frame(b"\xff" * 8)]
    assert BitFramer(maximum=10).feed(encode([bytes(9)])) == [Damage(DamageKind.LONG)]


@pytest.mark.parametrize("frame", [b"", b"\x01"])
def test_frame_without_control_field_cannot_be_sent(frame: bytes) -> None:
    with pytest.raises(EncodeError):
        encode([frame])


def test_a_flag_is_needed_between_frames() -> None:
    with pytest.raises(EncodeError):
        encode([SABM], flags=0)


@given(
    st.lists(st.binary(min_size=2, max_size=30)),
    st.sampled_from(BitOrder),
    st.integers(1, 3),
    st.integers(0, 7),
)
def test_frames_come_back(frames: list[bytes], order: BitOrder, flags: int, cut: int) -> None:
    framer = BitFramer(order=order)
    stream = encode(frames, order=order, flags=flags)
    found = framer.feed(stream[:cut]) + framer.feed(stream[cut:])
    assert found == [Frame(frame) for frame in frames]


def test_frame_that_is_too_long_is_long_however_it_is_cut() -> None:
    stream = bytes.fromhex("3f0000000000000000000000000001f8")  # flags around no whole octets
    whole, single = BitFramer(maximum=10), BitFramer(maximum=10)
    assert whole.feed(stream) == [Damage(DamageKind.LONG)]
    found = [each for octet in stream for each in single.feed(bytes([octet]))]
    assert found == [Damage(DamageKind.LONG)]


@given(
    st.one_of(
        st.binary(max_size=40),
        st.lists(st.sampled_from(["0", "1", "111111", FLAG, SABM_BITS])).map(
            lambda parts: line("".join(parts))
        ),
    )
)
def test_cuts_do_not_matter(stream: bytes) -> None:
    whole, single = BitFramer(maximum=10), BitFramer(maximum=10)
    found = whole.feed(stream)
    one_by_one: list[Received] = []
    for octet in stream:
        one_by_one += single.feed(bytes([octet]))
    assert one_by_one == found
    assert whole.counters == single.counters
