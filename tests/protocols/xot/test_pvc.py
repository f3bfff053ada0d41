"""The set-up packet of permanent circuits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError, EncodeError
from protocols.xot import framer
from protocols.xot.pvc import PvcSetup, Status, decode, encode

# Worked out from RFC 1613: names Serial0 and Serial1/2, channels 1 and 5, 128 octets, window 2.
OCTETS = bytes.fromhex("1000f5810007000109000502020707") + b"Serial0Serial1/2"
SETUP = PvcSetup(b"Serial0", 1, b"Serial1/2", 5)


def test_vector() -> None:
    assert decode(OCTETS) == SETUP
    assert encode(SETUP) == OCTETS
    assert framer.XotFramer().feed(framer.encode(OCTETS)) == [OCTETS]


def test_answer_carries_a_status() -> None:
    answer = decode(OCTETS[:4] + b"\x16" + OCTETS[5:])
    assert answer.status == Status.NO_SUCH_PVC


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        (b"", 0),
        (OCTETS[:14], 14),
        (OCTETS[:20], 20),
        (OCTETS + b"x", 31),
        (OCTETS[:2] + b"\x0b" + OCTETS[3:], 2),
        (OCTETS[:3] + b"\x80" + OCTETS[4:], 3),
    ],
)
def test_malformed(octets: bytes, offset: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(octets)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    "packet",
    [
        PvcSetup(bytes(256), 1, b"", 1),
        PvcSetup(b"", 1, b"", 1, status=256),
        PvcSetup(b"", 65536, b"", 1),
        PvcSetup(b"", 1, b"", 1, lcn=4096),
        PvcSetup(b"", 1, b"", 1, gfi=16),
    ],
)
def test_values_without_octets(packet: PvcSetup) -> None:
    with pytest.raises(EncodeError):
        encode(packet)


@given(st.one_of(st.binary(max_size=40), st.binary(max_size=30).map(lambda b: OCTETS[:8] + b)))
def test_any_octets_decode_or_raise_decode_error(octets: bytes) -> None:
    try:
        packet = decode(octets)
    except DecodeError:
        return
    assert encode(packet) == octets


OCTET = st.integers(0, 255)
WORD = st.integers(0, 65535)
NAME = st.binary(max_size=20)


@given(
    st.builds(
        PvcSetup, NAME, WORD, NAME, WORD, OCTET, OCTET, OCTET, OCTET, OCTET,
        st.integers(0, 15), st.integers(0, 4095),
    )
)  # fmt: skip
def test_every_packet_comes_back(packet: PvcSetup) -> None:
    assert decode(encode(packet)) == packet
