"""The frame codec: vectors for both directions, malformed octets, two properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.lapb.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Modulo,
    Reason,
    Rej,
    RejectedError,
    Rnr,
    Rr,
    Sabm,
    Sabme,
    Ua,
    control_field,
    decode,
    encode,
    poll_bit,
)

A, B = Address.A, Address.B
M8, M128 = Modulo.M8, Modulo.M128

VECTORS = [  # worked out by hand from X.25 2.3, or seen from the Linux kernel where it says so
    pytest.param("013f", M8, B, Sabm(pf=True), id="SABM P=1 to the DCE"),
    pytest.param("032f", M8, A, Sabm(pf=False), id="SABM P=0 to the DTE"),
    pytest.param("017f", M128, B, Sabme(pf=True), id="SABME P=1"),
    pytest.param("0153", M8, B, Disc(pf=True), id="DISC P=1"),
    pytest.param("0173", M8, B, Ua(pf=True), id="UA F=1, Linux"),
    pytest.param("031f", M8, A, Dm(pf=True), id="DM F=1"),
    pytest.param("030f", M8, A, Dm(pf=False), id="DM F=0"),
    pytest.param("0111", M8, B, Rr(0, pf=True), id="RR P=1"),
    pytest.param("0345", M8, A, Rnr(2), id="RNR N(R)=2"),
    pytest.param("0129", M8, B, Rej(1), id="REJ N(R)=1, Linux"),
    pytest.param("0364aa", M8, A, Info(2, 3, data=b"\xaa"), id="I 2/3"),
    pytest.param("03001000fb0000", M8, A, Info(0, 0, data=bytes.fromhex("1000fb0000")),
                 id="I 0/0 with a restart, Linux"),
    pytest.param("07fe", M8, Address.D, Info(7, 7, pf=True), id="I of a multilink"),
    pytest.param("010113", M128, B, Rr(9, pf=True), id="RR modulo 128"),
    pytest.param("0305fe", M128, A, Rnr(127), id="RNR modulo 128"),
    pytest.param("010903", M128, B, Rej(1, pf=True), id="REJ modulo 128"),
    pytest.param("03fe0155", M128, A, Info(127, 0, pf=True, data=b"\x55"), id="I modulo 128"),
    pytest.param("0187666408", M8, B,
                 Frmr(pf=False, control=b"\x66", vs=2, vr=3, response=False, reasons=Reason.Z),
                 id="FRMR, Linux"),
    pytest.param("01870103000208", M128, B,
                 Frmr(pf=False, control=b"\x01\x03", vs=0, vr=1, response=False,
                      reasons=Reason.Z),
                 id="FRMR modulo 128, Linux"),
    pytest.param("0397e30080ff03", M128, A,
                 Frmr(pf=True, control=b"\xe3", vs=64, vr=127, response=True,
                      reasons=Reason.W | Reason.X),
                 id="FRMR modulo 128 for a control field of one octet"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "modulo", "address", "frame"), VECTORS)
def test_vector(octets: str, modulo: Modulo, address: Address, frame: Frame) -> None:
    assert decode(bytes.fromhex(octets), modulo) == (address, frame)
    assert encode(address, frame, modulo) == bytes.fromhex(octets)
    assert bytes.fromhex(octets)[1:].startswith(control_field(frame, modulo))
    assert poll_bit(control_field(frame, modulo)) == frame.pf


W, WX = Reason.W, Reason.W | Reason.X

REJECTED = [
    pytest.param("01e3", M8, 1, "e3", W, id="undefined U frame"),
    pytest.param("010d", M8, 1, "0d", W, id="undefined S frame"),
    pytest.param("011111", M8, 2, "11", WX, id="RR with a field"),
    pytest.param("013f00", M8, 2, "3f", WX, id="SABM with a field"),
    pytest.param("017300", M8, 2, "73", WX, id="UA with a field"),
    pytest.param("01876664", M8, 2, "87", WX, id="FRMR too short"),
    pytest.param("018766640800", M8, 2, "87", WX, id="FRMR too long"),
    pytest.param("0187666508", M8, 2, "87", WX, id="FRMR with a spare bit"),
    pytest.param("01870103010208", M128, 2, "87", WX, id="FRMR modulo 128 with a spare bit"),
    pytest.param("0187e30100" + "0208", M128, 2, "87", WX, id="FRMR with a filled octet"),
    pytest.param("01010000", M128, 3, "0100", WX, id="RR modulo 128 with a field"),
    pytest.param("011100", M128, 1, "1100", W, id="S frame modulo 128 with spare bits"),
]


@pytest.mark.parametrize(("octets", "modulo", "offset", "control", "reasons"), REJECTED)
def test_frames_to_be_rejected(
    octets: str, modulo: Modulo, offset: int, control: str, reasons: Reason
) -> None:
    with pytest.raises(RejectedError) as caught:
        decode(bytes.fromhex(octets), modulo)
    error = caught.value
    assert (error.offset, error.address, error.control.hex(), error.reasons) == (
        offset, B, control, reasons,
    )  # fmt: skip


def test_address_of_no_link() -> None:
    with pytest.raises(DecodeError, match="not of this link at octet 0") as caught:
        decode(b"\x0d\x01")
    assert not isinstance(caught.value, RejectedError)


@pytest.mark.parametrize(
    ("octets", "modulo", "offset"),
    [("", M8, 0), ("01", M8, 1), ("0100", M128, 2), ("0101", M128, 2)],
)
def test_frames_that_end_too_early(octets: str, modulo: Modulo, offset: int) -> None:
    with pytest.raises(TruncatedError) as caught:
        decode(bytes.fromhex(octets), modulo)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("frame", "modulo"),
    [
        (Info(8, 0), M8),
        (Info(0, 8), M8),
        (Info(-1, 0), M8),
        (Rr(128), M128),
        (Frmr(False, b"\x66", 8, 0, False, Reason.Z), M8),
        (Frmr(False, b"", 0, 0, False, Reason.Z), M8),
        (Frmr(False, b"\x01\x02", 0, 0, False, Reason.Z), M8),
        (Frmr(False, b"\x01", 0, 0, False, Reason.Z), M128),
        (Frmr(False, b"\x01", 0, 0, False, Reason(0x100)), M8),
    ],
)
def test_values_without_octets(frame: Frame, modulo: Modulo) -> None:
    with pytest.raises(EncodeError):
        encode(A, frame, modulo)


OCTETS = st.one_of(
    st.binary(max_size=12),
    st.tuples(st.sampled_from([1, 3, 7, 15]), st.binary(min_size=1, max_size=7)).map(
        lambda parts: bytes(parts[:1]) + parts[1]
    ),
    st.tuples(st.sampled_from(["0187", "0397"]), st.binary(min_size=2, max_size=6)).map(
        lambda parts: bytes.fromhex(parts[0]) + parts[1]
    ),
)


@given(OCTETS, st.sampled_from(Modulo))
def test_any_octets_decode_or_raise_decode_error(octets: bytes, modulo: Modulo) -> None:
    try:
        address, frame = decode(octets, modulo)
    except DecodeError:
        return
    assert encode(address, frame, modulo) == octets


@st.composite
def frames(draw: st.DrawFn) -> tuple[Frame, Modulo]:
    modulo = draw(st.sampled_from(Modulo))
    number = st.integers(0, modulo.value - 1)
    control = (
        st.binary(min_size=1, max_size=1)
        if modulo is M8
        else st.one_of(
            st.sampled_from([b"\xe3", b"\x6f"]),
            st.tuples(st.integers(0, 127).map(lambda n: n * 2), st.integers(0, 255)).map(bytes),
        )
    )
    pf = st.booleans()
    frame: Frame = draw(
        st.one_of(
            st.builds(Info, number, number, pf, st.binary(max_size=20)),
            *(st.builds(kind, number, pf) for kind in (Rr, Rnr, Rej)),
            *(st.builds(kind, pf) for kind in (Sabm, Sabme, Disc, Ua, Dm)),
            st.builds(Frmr, pf, control, number, number, pf, st.integers(0, 255).map(Reason)),
        )
    )
    return frame, modulo


@given(st.sampled_from(Address), frames())
def test_every_frame_comes_back(address: Address, drawn: tuple[Frame, Modulo]) -> None:
    frame, modulo = drawn
    assert decode(encode(address, frame, modulo), modulo) == (address, frame)
