"""Octet-stuffed frames: vectors, cuts, damage, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.hdlc.fcs import append_fcs
from protocols.hdlc.octets import ALL_CONTROLS, OctetFramer, encode
from protocols.hdlc.received import Counters, Damage, DamageKind, Frame, Received

SABM = bytes.fromhex("013f")

VECTORS = [  # frame, map, octets on the line; from RFC 1662 and a pppd capture
    pytest.param("013f", 0, "7e013febdf7e", id="SABM, no control escaped"),
    pytest.param("013f", ALL_CONTROLS, "7e7d213febdf7e", id="SABM, all controls escaped"),
    pytest.param(
        "7e7d1113", 0x000A0000, "7e7d5e7d5d7d317d332dd97e", id="flag, escape, XON, XOFF"
    ),
    pytest.param(
        "ff03c0210101000a020600000000",
        ALL_CONTROLS,
        "7eff7d23c0217d217d217d207d2a7d227d267d207d207d207d20587b7e",
        id="first frame of pppd",
    ),
]


@pytest.mark.parametrize(("frame", "accm", "line"), VECTORS)
def test_vector(frame: str, accm: int, line: str) -> None:
    assert encode(bytes.fromhex(frame), accm=accm) == bytes.fromhex(line)
    assert OctetFramer(accm=accm).feed(bytes.fromhex(line)) == [Frame(bytes.fromhex(frame))]


def test_further_octets_are_escaped_on_request() -> None:
    line = encode(b"\x7f\x91\x93\xff\x41", also=b"\x7f\x91\x93\xff")
    assert line.startswith(bytes.fromhex("7e 7d5f 7db1 7db3 7ddf 41"))
    assert OctetFramer().feed(line) == [Frame(b"\x7f\x91\x93\xff\x41")]


def test_5e_cannot_be_escaped() -> None:
    with pytest.raises(EncodeError):
        encode(SABM, also=b"\x5e")


@pytest.mark.parametrize("octets", [b"", b"\x01"])
def test_frame_without_control_field_cannot_be_sent(octets: bytes) -> None:
    with pytest.raises(EncodeError):
        encode(octets)


@pytest.mark.parametrize(("minimum", "maximum"), [(2, 10), (5, 4)])
def test_frame_sizes_are_checked(minimum: int, maximum: int) -> None:
    with pytest.raises(ValueError, match="frame sizes"):
        OctetFramer(minimum=minimum, maximum=maximum)


@pytest.mark.parametrize("accm", [1 << bit for bit in range(32)] + [0, ALL_CONTROLS])
def test_all_octets_pass_every_map(accm: int) -> None:
    everything = bytes(range(256))
    line = encode(everything, accm=accm)
    assert OctetFramer(accm=accm).feed(line) == [Frame(everything)]
    assert not {octet for octet in range(32) if accm >> octet & 1} & set(line)


def test_mapped_octets_that_arrive_bare_are_dropped() -> None:
    line = encode(SABM, accm=ALL_CONTROLS)
    noisy = b"\x11".join(line[n : n + 1] for n in range(len(line)))
    assert OctetFramer(accm=ALL_CONTROLS).feed(noisy) == [Frame(SABM)]


def test_escaped_escape_is_a_5d() -> None:
    body = append_fcs(b"\x01\x5d")
    assert OctetFramer().feed(b"\x7e\x01\x7d\x7d" + body[2:] + b"\x7e") == [Frame(b"\x01\x5d")]


def test_back_to_back_frames_share_one_flag() -> None:
    one, two = encode(SABM), encode(b"\x01\x73")
    assert OctetFramer().feed(one + two[1:]) == [Frame(SABM), Frame(b"\x01\x73")]


DAMAGED = [
    pytest.param("7e 013febdf 7d7e", DamageKind.ABORT, "013febdf", id="abort"),
    pytest.param("7e 7d7e", DamageKind.ABORT, "", id="abort with nothing before it"),
    pytest.param("7e 01 7e", DamageKind.SHORT, "01", id="one octet"),
    pytest.param("7e 0178f0 7e", DamageKind.SHORT, "0178f0", id="three octets"),
    pytest.param("7e 013febde 7e", DamageKind.FCS, "013febde", id="check wrong"),
    pytest.param("55aa0d 7e", DamageKind.NOISE, "", id="noise before the first flag"),
]


@pytest.mark.parametrize(("line", "kind", "kept"), DAMAGED)
def test_damage_is_named_and_the_next_frame_arrives(
    line: str, kind: DamageKind, kept: str
) -> None:
    found = OctetFramer().feed(bytes.fromhex(line) + encode(SABM)[1:])
    assert found == [Damage(kind, bytes.fromhex(kept)), Frame(SABM)]


def test_flags_alone_are_nothing() -> None:
    framer = OctetFramer()
    assert framer.feed(b"\x7e" * 1_000_000) == []
    assert framer.counters == Counters()


def test_longest_frame_passes_and_one_octet_more_does_not() -> None:
    framer = OctetFramer(maximum=10)
    assert framer.feed(encode(b"\x7d" * 8)) == [Frame(b"\x7d" * 8)]
    assert framer.feed(encode(b"\x7d" * 9)) == [Damage(DamageKind.LONG)]
    assert framer.feed(encode(SABM)) == [Frame(SABM)]


def test_endless_frame_is_reported_once_and_not_kept() -> None:
    framer = OctetFramer(maximum=100)
    found: list[Received] = framer.feed(b"\x7e")
    for _ in range(1000):
        found += framer.feed(b"\x41\x7d" * 40)
        assert framer.buffered <= 100
    assert found == [Damage(DamageKind.LONG)]
    assert framer.feed(b"\x7e" + encode(SABM)) == [Frame(SABM)]


def test_every_damage_is_counted() -> None:
    framer = OctetFramer(maximum=20)
    framer.feed(b"\x55" + encode(SABM) + b"\x01\x7e" + b"\x01\x7d\x7e" + bytes(21) + b"\x7e")
    framer.feed(b"\x01\x02\x03\x04\x7e" + encode(SABM))
    assert framer.counters == Counters(frames=2, noise=1, abort=1, short=1, long=1, fcs=1)


LINE = st.one_of(
    st.binary(max_size=60),
    st.lists(st.sampled_from([b"\x7e", b"\x7d", b"\x5e", b"\x5d", b"\x01", b"\x11"])).map(
        b"".join
    ),
    st.lists(st.binary(min_size=2, max_size=12).map(encode), max_size=5).map(b"".join),
)


def fed(framer: OctetFramer, line: bytes, cuts: list[int]) -> list[Received]:
    """Feed ``line`` cut at ``cuts``."""
    found: list[Received] = []
    places = sorted({cut % (len(line) + 1) for cut in cuts} | {0, len(line)})
    for begin, end in zip(places, [*places[1:], len(line)], strict=True):
        found += framer.feed(line[begin:end])
    return found


@given(LINE, st.lists(st.integers(0, 200)), st.sampled_from([0, 0x000A0000, ALL_CONTROLS]))
def test_cuts_do_not_matter(line: bytes, cuts: list[int], accm: int) -> None:
    whole, cut, single = (OctetFramer(accm=accm, maximum=12) for _ in range(3))
    found = whole.feed(line)
    assert fed(cut, line, cuts) == found
    assert fed(single, line, list(range(len(line)))) == found
    assert whole.counters == cut.counters == single.counters
    assert whole.buffered <= 12


@given(st.lists(st.binary(min_size=2, max_size=50)), st.integers(0, ALL_CONTROLS), LINE)
def test_frames_come_back_after_any_noise(frames: list[bytes], accm: int, noise: bytes) -> None:
    framer = OctetFramer(accm=accm)
    framer.feed(noise + b"\x7e")
    line = b"".join(encode(frame, accm=accm) for frame in frames)
    assert framer.feed(line) == [Frame(frame) for frame in frames]


@given(LINE)
def test_frames_have_a_good_check_and_a_legal_size(line: bytes) -> None:
    for frame in OctetFramer(maximum=30).feed(b"\x7e" + line + b"\x7e"):
        if isinstance(frame, Frame):
            assert 2 <= len(frame.octets) <= 28
            assert OctetFramer().feed(encode(frame.octets)) == [frame]


def test_abort_in_a_read_of_its_own_is_an_abort() -> None:
    framer = OctetFramer()
    assert framer.feed(b"\x7e\x01\x3f\x7d") == []
    assert framer.feed(b"\x7e") == [Damage(DamageKind.ABORT, b"\x01\x3f")]
