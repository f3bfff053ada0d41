"""Packets in a stream: vectors, cuts, bad headers, what is never carried."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.xot.framer import LONGEST, BadHeader, XotFramer, carries, encode, relabel

CALL = "10010b445678123406420707430202"


def test_vector() -> None:
    octets = bytes.fromhex("0000000f" + CALL)  # header by hand: version 0, 15 octets
    assert encode(bytes.fromhex(CALL)) == octets
    assert XotFramer().feed(octets) == [bytes.fromhex(CALL)]


def test_packets_may_share_a_segment() -> None:
    framer = XotFramer()
    octets = bytes.fromhex("00000003100101" + "00000003100121" + "0000")
    assert framer.feed(octets) == [bytes.fromhex("100101"), bytes.fromhex("100121")]
    assert framer.buffered == 2


BAD = [
    pytest.param("0001000310", BadHeader(1, 3), id="version 1"),
    pytest.param("8000000310", BadHeader(0x8000, 3), id="version 8000"),
    pytest.param("00000000", BadHeader(0, 0), id="length 0"),
    pytest.param("00000002", BadHeader(0, 2), id="length 2"),
    pytest.param("00001005", BadHeader(0, 4101), id="longer than any packet"),
    pytest.param("0000ffff", BadHeader(0, 65535), id="length FFFF"),
]


@pytest.mark.parametrize(("octets", "bad"), BAD)
def test_bad_header_ends_the_stream(octets: str, bad: BadHeader) -> None:
    framer = XotFramer()
    good = bytes.fromhex("00000003100101")
    assert framer.feed(good + bytes.fromhex(octets)) == [good[4:], bad]
    assert framer.broken
    assert framer.feed(good) == []
    assert framer.buffered == 0


def test_longest_packet_passes() -> None:
    packet = bytes.fromhex("20010002") + bytes(LONGEST - 4)
    framer = XotFramer()
    assert framer.feed(encode(packet)[:-1]) == []
    assert framer.buffered == LONGEST + 3
    assert framer.feed(packet[-1:]) == [packet]


CARRIED = [
    *["10010b0000", "10010f", "10011300", "100117", "100100", "1001fe", "10012300"],
    *["100127", "100101", "1001e5", "10011b00", "10011f", "20010100", "20010500"],
]
NOT_CARRIED = [
    *["1000fb00", "1000ff", "1000f100", "1000f300", "1000f700", "100109", "100129"],
    *["20010900", "200121", "1001ef", "1001", "1001f5"],
]


@pytest.mark.parametrize("octets", CARRIED)
def test_packets_of_a_circuit_are_carried(octets: str) -> None:
    packet = bytes.fromhex(octets)
    assert carries(packet)
    assert XotFramer().feed(encode(packet)) == [packet]


@pytest.mark.parametrize("octets", NOT_CARRIED)
def test_packets_of_the_interface_are_not_carried(octets: str) -> None:
    assert not carries(bytes.fromhex(octets))


@pytest.mark.parametrize("octets", ["1000fb0000", "1001", "1001ef", "100129"])
def test_packets_that_are_not_carried_are_not_sent(octets: str) -> None:
    with pytest.raises(EncodeError):
        encode(bytes.fromhex(octets))


def test_packets_that_are_too_long_are_not_sent() -> None:
    with pytest.raises(EncodeError):
        encode(bytes.fromhex("100100") + bytes(LONGEST))


def test_channel_is_replaced() -> None:
    assert relabel(bytes.fromhex("9fff00aa"), 0x123).hex() == "912300aa"
    with pytest.raises(EncodeError):
        relabel(bytes.fromhex("100100"), 4096)


@given(
    st.one_of(
        st.binary(max_size=40),
        st.lists(st.binary(max_size=9).map(lambda data: encode(b"\x10\x01\x00" + data))).map(
            b"".join
        ),
    ),
    st.lists(st.integers(0, 60)),
)
def test_cuts_do_not_matter(stream: bytes, cuts: list[int]) -> None:
    whole = XotFramer(longest=20).feed(stream)
    framer = XotFramer(longest=20)
    places = sorted({cut % (len(stream) + 1) for cut in cuts} | {0, len(stream)})
    found: list[bytes | BadHeader] = []
    for begin, end in zip(places, [*places[1:], len(stream)], strict=True):
        found += framer.feed(stream[begin:end])
        assert framer.buffered <= 24
    assert found == whole
    one_by_one = XotFramer(longest=20)
    assert [each for octet in stream for each in one_by_one.feed(bytes([octet]))] == whole


@given(st.lists(st.binary(max_size=30)))
def test_packets_come_back(data: list[bytes]) -> None:
    packets = [b"\x10\x01\x00" + each for each in data]
    assert XotFramer().feed(b"".join(map(encode, packets))) == packets
