"""The frame check sequence against published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.hdlc.fcs import append_fcs, fcs16, fcs_is_right

VECTORS = [  # data, FCS as sent; captured or computed elsewhere, not with this module
    pytest.param("", "0000", id="nothing"),
    pytest.param("00", "78f0", id="one octet"),
    pytest.param("013f", "ebdf", id="SABM"),
    pytest.param("0173", "8357", id="UA"),
    pytest.param("0153", "8176", id="DISC"),
    pytest.param("0111", "9717", id="RR"),
    pytest.param("03001000fb0000", "cc35", id="restart"),
    pytest.param("00817f", "a8d8", id="SABME"),
    pytest.param("02017f", "dce1", id="SABME from the network"),
    pytest.param("fcff030f123401ff", "161a", id="TEI identity request"),
    pytest.param("ff03c0210101000a020600000000", "587b", id="LCP request sent by pppd"),
]


def test_catalogue_check_value() -> None:
    assert fcs16(b"123456789") == 0x906E


@pytest.mark.parametrize(("data", "check"), VECTORS)
def test_vector(data: str, check: str) -> None:
    octets = bytes.fromhex(data)
    assert append_fcs(octets) == octets + bytes.fromhex(check)
    assert fcs_is_right(bytes.fromhex(data + check))


def bitwise(octets: bytes) -> int:
    """Work the division out bit by bit, as the standard describes it."""
    register = 0xFFFF
    for octet in octets:
        register ^= octet
        for _ in range(8):
            register = register >> 1 ^ (0x8408 if register & 1 else 0)
    return register ^ 0xFFFF


@given(st.binary(max_size=80))
def test_equals_the_bitwise_division(octets: bytes) -> None:
    assert fcs16(octets) == bitwise(octets)


@given(st.binary(min_size=2, max_size=40), st.data())
def test_every_single_bit_error_is_found(octets: bytes, data: st.DataObject) -> None:
    sent = bytearray(append_fcs(octets))
    bit = data.draw(st.integers(0, 8 * len(sent) - 1))
    sent[bit // 8] ^= 1 << bit % 8
    assert not fcs_is_right(bytes(sent))
