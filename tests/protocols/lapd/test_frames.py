"""The frame codec: vectors for both directions, malformed octets, two properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.lapd.frames import (
    Address,
    Disc,
    Dm,
    Error,
    Frame,
    Frmr,
    Info,
    InvalidError,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Ua,
    Ui,
    Xid,
    decode,
    encode,
)

TE64 = Address(0, 64, cr=False)
NT64 = Address(0, 64, cr=True)
SETUP = "0801010504038090a31801816c092180353535393939397008a135353531323334a1"

VECTORS = [  # worked out by hand from Q.921 section 3, or seen from who is named
    pytest.param("00817f", TE64, Sabme(pf=True), id="SABME of a terminal, libpri"),
    pytest.param("008173", TE64, Ua(pf=True), id="UA of the network, Linux"),
    pytest.param("02017f", Address(0, 0, cr=True), Sabme(pf=True), id="SABME of the network"),
    pytest.param("00016f", Address(0, 0, cr=False), Sabme(pf=False), id="SABME P=0"),
    pytest.param("028153", NT64, Disc(pf=True), id="DISC of the network"),
    pytest.param("02811f", NT64, Dm(pf=True), id="DM F=1 of a terminal"),
    pytest.param("02810f", NT64, Dm(pf=False), id="DM F=0 of a terminal"),
    pytest.param("00810102", TE64, Rr(1), id="RR of the network, libpri"),
    pytest.param("00810101", TE64, Rr(0, pf=True), id="RR P=1 of a terminal"),
    pytest.param("028105ff", NT64, Rnr(127, pf=True), id="RNR F=1 of a terminal"),
    pytest.param("02810902", NT64, Rej(1), id="REJ of a terminal"),
    pytest.param("00810000" + SETUP, TE64, Info(0, 0, data=bytes.fromhex(SETUP)),
                 id="I with a SETUP, libpri"),
    pytest.param("0281fe03aa", NT64, Info(127, 1, pf=True, data=b"\xaa"), id="I P=1"),
    pytest.param("fcff030fb0f201ff", Address(63, 127, cr=False),
                 Ui(data=bytes.fromhex("0fb0f201ff")), id="UI: identity request, libpri"),
    pytest.param("feff030fb0f20281", Address(63, 127, cr=True),
                 Ui(data=bytes.fromhex("0fb0f20281")), id="UI: identity assigned, Linux"),
    pytest.param("02ff13", Address(0, 127, cr=True), Ui(pf=True), id="UI P=1, empty"),
    pytest.param("4081970102030408", Address(16, 64, cr=False),
                 Frmr(pf=True, field=bytes.fromhex("0102030408")), id="FRMR F=1"),
    pytest.param("0081af82", TE64, Xid(data=b"\x82"), id="XID"),
    pytest.param("0281bf", NT64, Xid(pf=True), id="XID P=1, empty"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "address", "frame"), VECTORS)
def test_vector(octets: str, address: Address, frame: Frame) -> None:
    assert decode(bytes.fromhex(octets)) == (address, frame)
    assert encode(address, frame) == bytes.fromhex(octets)


INVALID = [
    pytest.param("0081e3", 2, Error.L, id="undefined U frame"),
    pytest.param("00810d00", 2, Error.L, id="undefined S frame"),
    pytest.param("00811102", 2, Error.L, id="S frame with spare bits"),
    pytest.param("00812f", 2, Error.L, id="SABM: modulo 8 is not used"),
    pytest.param("0081010200", 4, Error.M, id="RR with a field"),
    pytest.param("00817f00", 3, Error.M, id="SABME with a field"),
    pytest.param("0081530000", 3, Error.M, id="DISC with a field"),
    pytest.param("00817300", 3, Error.M, id="UA with a field"),
    pytest.param("00811f00", 3, Error.M, id="DM with a field"),
    pytest.param("008187010203", 3, Error.N, id="FRMR too short"),
    pytest.param("008187010203040500", 3, Error.N, id="FRMR too long"),
]


@pytest.mark.parametrize(("octets", "offset", "letter"), INVALID)
def test_frames_of_no_use_tell_their_address_and_letter(
    octets: str, offset: int, letter: Error
) -> None:
    with pytest.raises(InvalidError) as caught:
        decode(bytes.fromhex(octets))
    error = caught.value
    assert (error.offset, error.address, error.error) == (offset, TE64, letter)


@pytest.mark.parametrize(("octets", "offset"), [("", 0), ("00", 1), ("0081", 2), ("008101", 3)])
def test_frames_that_end_too_early(octets: str, offset: int) -> None:
    with pytest.raises(TruncatedError) as caught:
        decode(bytes.fromhex(octets))
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("octets", "offset"),
    [
        pytest.param("01817f", 0, id="an address of one octet"),
        pytest.param("00807f", 1, id="an address of three octets"),
    ],
)
def test_addresses_that_are_not_of_two_octets(octets: str, offset: int) -> None:
    with pytest.raises(DecodeError, match="not of two octets") as caught:
        decode(bytes.fromhex(octets))
    assert caught.value.offset == offset
    assert not isinstance(caught.value, InvalidError)


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        (Address(64, 0, cr=False), Ua(pf=True)),
        (Address(0, 128, cr=False), Ua(pf=True)),
        (Address(-1, 0, cr=False), Ua(pf=True)),
        (TE64, Info(128, 0)),
        (TE64, Rr(-1)),
        (TE64, Frmr(pf=False, field=b"1234")),
    ],
)
def test_values_without_room_have_no_octets(address: Address, frame: Frame) -> None:
    with pytest.raises(EncodeError):
        encode(address, frame)


@given(st.binary(max_size=24))
def test_any_octets_decode_or_raise_decode_error(octets: bytes) -> None:
    try:
        address, frame = decode(octets)
    except DecodeError:
        return
    assert encode(address, frame) == octets


NUMBERS = st.integers(0, 127)
DATA = st.binary(max_size=8)
FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.builds(Info, NUMBERS, NUMBERS, st.booleans(), DATA),
    *(st.builds(kind, NUMBERS, st.booleans()) for kind in (Rr, Rnr, Rej)),
    *(st.builds(kind, st.booleans()) for kind in (Sabme, Disc, Ua, Dm)),
    st.builds(Frmr, st.booleans(), st.binary(min_size=5, max_size=5)),
    *(st.builds(kind, st.booleans(), DATA) for kind in (Ui, Xid)),
)


@given(st.builds(Address, st.integers(0, 63), NUMBERS, st.booleans()), FRAMES)
def test_every_frame_comes_back(address: Address, frame: Frame) -> None:
    assert decode(encode(address, frame)) == (address, frame)
