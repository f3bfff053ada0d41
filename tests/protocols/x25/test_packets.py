"""The packet codec: vectors for both directions, malformed octets, two properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.x25.causes import ClearCause, Diagnostic, RestartCause, name_of
from protocols.x25.errors import PacketError
from protocols.x25.facilities import (
    CallOptions,
    FastSelect,
    Marker,
    PacketSize,
    RawFacility,
    ThroughputClass,
    WindowSize,
    decode_facilities,
    encode_facilities,
)
from protocols.x25.packets import (
    Call,
    CallAccepted,
    Clear,
    ClearConfirmation,
    Data,
    DiagnosticPacket,
    Interrupt,
    InterruptConfirmation,
    Modulo,
    Packet,
    Registration,
    Rej,
    Reset,
    ResetConfirmation,
    Restart,
    RestartConfirmation,
    Rnr,
    Rr,
    decode,
    encode,
)

M8, M128 = Modulo.M8, Modulo.M128
SIZES = (PacketSize(256, 256), WindowSize(4, 4))

VECTORS = [  # worked out by hand from X.25 section 5, or seen from the Linux kernel
    pytest.param("10010b44567812340642080843 0404c0ffee", M8,
                 Call(1, "5678", "1234", SIZES, bytes.fromhex("c0ffee")), id="call"),
    pytest.param("10010b445678123408420808430404000fc0ffee", M8,
                 Call(1, "5678", "1234", (*SIZES, Marker(0x0F)), bytes.fromhex("c0ffee")),
                 id="call, Linux"),
    pytest.param("100a0b0000", M8, Call(10), id="call with nothing in it"),
    pytest.param("1fff0b23123450 00", M8, Call(4095, "123", "45"),
                 id="addresses of odd lengths run together"),
    pytest.param("50010b0000", M8, Call(1, d_bit=True), id="call, D bit"),
    pytest.param("10010f", M8, CallAccepted(1), id="accepted, short"),
    pytest.param("10010f0006420707430202", M8,
                 CallAccepted(1, facilities=(PacketSize(128, 128), WindowSize(2, 2))),
                 id="connected, Linux"),
    pytest.param("1001130081", M8, Clear(1, 0, 129), id="clear"),
    pytest.param("10011309", M8, Clear(1, 9, None), id="clear without diagnostic"),
    pytest.param("10011300000000aa", M8, Clear(1, user_data=b"\xaa"), id="clear with data"),
    pytest.param("100117", M8, ClearConfirmation(1), id="clear confirmation"),
    pytest.param("1001 52 6869", M8, Data(1, 1, 2, b"hi", m_bit=True), id="data, M bit"),
    pytest.param("9001000102", M8, Data(1, 0, 0, b"\x01\x02", q_bit=True), id="data, Q bit"),
    pytest.param("d001ee", M8, Data(1, 7, 7, q_bit=True, d_bit=True), id="data, Q and D"),
    pytest.param("2001fe01", M128, Data(1, 127, 0, m_bit=True), id="data modulo 128, M bit"),
    pytest.param("10012355", M8, Interrupt(1, b"\x55"), id="interrupt"),
    pytest.param("100127", M8, InterruptConfirmation(1), id="interrupt confirmation"),
    pytest.param("1001a1", M8, Rr(1, 5), id="RR"),
    pytest.param("1001e5", M8, Rnr(1, 7), id="RNR"),
    pytest.param("100129", M8, Rej(1, 1), id="REJ"),
    pytest.param("200105fe", M128, Rnr(1, 127), id="RNR modulo 128"),
    pytest.param("10011b0501", M8, Reset(1, 5, 1), id="reset"),
    pytest.param("10011b05", M8, Reset(1, 5, None), id="reset without diagnostic"),
    pytest.param("10011f", M8, ResetConfirmation(1), id="reset confirmation"),
    pytest.param("1000fb0000", M8, Restart(), id="restart, Linux"),
    pytest.param("2000fb0700", M128, Restart(7), id="restart modulo 128"),
    pytest.param("1000ff", M8, RestartConfirmation(), id="restart confirmation"),
    pytest.param("1000f11700ff", M8, DiagnosticPacket(0x17, b"\x00\xff"), id="diagnostic"),
    pytest.param("1000f30001", M8, Registration(False, b"\x00\x01"), id="registration"),
    pytest.param("1000f7", M8, Registration(True, b""), id="registration confirmation"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "modulo", "packet"), VECTORS)
def test_vector(octets: str, modulo: Modulo, packet: Packet) -> None:
    assert decode(bytes.fromhex(octets), modulo) == packet
    assert encode(packet, modulo) == bytes.fromhex(octets)


def test_addresses_with_type_and_plan_have_lengths_of_their_own() -> None:
    octets = bytes.fromhex("90010b" + "0605" + "111234" + "1156 70" + "00")
    packet = Call(1, "111234", "11567", a_bit=True)
    assert decode(octets) == packet
    assert encode(packet) == octets


def test_data_of_modulo_128_puts_p_r_into_octet_4() -> None:
    assert decode(bytes.fromhex("200104070041"), M128) == Data(1, 2, 3, b"\x00A", m_bit=True)


TOLERATED = [
    pytest.param("10010f00", CallAccepted(1), id="accepted with an empty address field"),
    pytest.param("10010f0000", CallAccepted(1), id="accepted with empty fields"),
    pytest.param("10010b01 1f 00", Call(1, "1"), id="filling that is not 0"),
    pytest.param("1001170000", ClearConfirmation(1), id="clear confirmation, extended"),
    pytest.param("1001130900 00", Clear(1, 9, 0), id="clear with an empty address field"),
]


@pytest.mark.parametrize(("octets", "packet"), TOLERATED)
def test_octets_that_are_not_canonical(octets: str, packet: Packet) -> None:
    assert decode(bytes.fromhex(octets)) == packet


MALFORMED = [
    pytest.param("", M8, 0, 38, id="nothing"),
    pytest.param("10", M8, 1, 38, id="one octet"),
    pytest.param("1001", M8, 2, 38, id="two octets"),
    pytest.param("0001", M8, 0, 40, id="GFI 00"),
    pytest.param("30010b0000", M8, 0, 40, id="GFI 11"),
    pytest.param("20010b0000", M8, 0, 40, id="GFI of the other modulus"),
    pytest.param("500113" + "0000", M8, 0, 40, id="D bit in clear"),
    pytest.param("900117", M8, 0, 40, id="Q bit in clear confirmation"),
    pytest.param("10010b00", M8, 4, 38, id="call too short"),
    pytest.param("10010bff 12", M8, 4, 38, id="addresses run out"),
    pytest.param("10010bff", M8, 4, 38, id="addresses missing"),
    pytest.param("90010b0100", M8, 5, 38, id="A bit, address runs out"),
    pytest.param("90010f01", M8, 4, 38, id="A bit, second length missing"),
    pytest.param("10010b0006 4208", M8, 4, 69, id="facility length runs out"),
    pytest.param("10010b0002 4208", M8, 5, 69, id="facility runs out"),
    pytest.param("10010b0001 c6", M8, 5, 69, id="facility length octet missing"),
    pytest.param("10010b0002 c601", M8, 5, 69, id="class D facility runs out"),
    pytest.param("10010b0000" + "00" * 129, M8, 5, 39, id="user data of 129 octets"),
    pytest.param("100113", M8, 3, 38, id="clear without cause"),
    pytest.param("100123", M8, 3, 38, id="interrupt without data"),
    pytest.param("100123" + "00" * 33, M8, 35, 39, id="interrupt of 33 octets"),
    pytest.param("10012700", M8, 3, 39, id="interrupt confirmation too long"),
    pytest.param("10010100", M8, 3, 39, id="RR too long"),
    pytest.param("200101", M128, 3, 38, id="RR modulo 128 too short"),
    pytest.param("20010101", M128, 3, 33, id="RR modulo 128 with bit 1"),
    pytest.param("200121fe", M128, 2, 33, id="RR modulo 128 with bits 8 to 6"),
    pytest.param("200100", M128, 3, 38, id="data modulo 128 too short"),
    pytest.param("10011b", M8, 3, 38, id="reset without cause"),
    pytest.param("10011b000000", M8, 5, 39, id="reset too long"),
    pytest.param("1000f1", M8, 3, 38, id="diagnostic too short"),
    pytest.param("1001ef", M8, 2, 33, id="unknown type"),
    pytest.param("10010d", M8, 2, 33, id="flow control type that is none"),
]


@pytest.mark.parametrize(("octets", "modulo", "offset", "diagnostic"), MALFORMED)
def test_malformed(octets: str, modulo: Modulo, offset: int, diagnostic: int) -> None:
    with pytest.raises(PacketError) as caught:
        decode(bytes.fromhex(octets), modulo)
    assert (caught.value.offset, caught.value.diagnostic) == (offset, diagnostic)


@pytest.mark.parametrize(
    "packet",
    [
        Rr(4096, 0),
        Rr(-1, 0),
        Rr(1, 8),
        Data(1, 8, 0),
        Data(1, 0, -1),
        Call(1, "1" * 16),
        Call(1, "1" * 256, a_bit=True),
        Call(1, "12 3"),
        Call(1, "a1"),
        Call(1, user_data=bytes(129)),
        Call(1, facilities=(RawFacility(0xC6, bytes(108)),)),
        Clear(1, 256),
        Clear(1, 0, None, user_data=b"x"),
        Reset(1, 0, 256),
        Interrupt(1, b""),
        Interrupt(1, bytes(33)),
        DiagnosticPacket(256),
        Call(1, facilities=(PacketSize(100, 128),)),
        Call(1, facilities=(WindowSize(0, 2),)),
        Call(1, facilities=(ThroughputClass(16, 2),)),
        Call(1, facilities=(RawFacility(0x42, b"\x07"),)),
        Call(1, facilities=(RawFacility(0x00, b"\x07"),)),
    ],
    ids=repr,
)
def test_values_without_octets(packet: Packet) -> None:
    with pytest.raises(EncodeError):
        encode(packet)


FACILITIES = [  # from X.25 section 7.2, by hand
    pytest.param("0101", (CallOptions(FastSelect.NO, reverse_charging=True),), id="reverse"),
    pytest.param("0180", (CallOptions(FastSelect.UNRESTRICTED),), id="fast select"),
    pytest.param("01c1", (CallOptions(FastSelect.RESTRICTED, reverse_charging=True),),
                 id="restricted and reverse"),
    pytest.param("0140", (RawFacility(0x01, b"\x40"),), id="fast select bits 01"),
    pytest.param("02ab", (ThroughputClass(10, 11),), id="throughput"),
    pytest.param("42040c", (PacketSize(16, 4096),), id="packet sizes at their limits"),
    pytest.param("420307", (RawFacility(0x42, b"\x03\x07"),), id="packet size too small"),
    pytest.param("43017f", (WindowSize(1, 127),), id="window sizes at their limits"),
    pytest.param("430002", (RawFacility(0x43, b"\x00\x02"),), id="window of 0"),
    pytest.param("c600", (RawFacility(0xC6, b""),), id="class D, empty"),
    pytest.param("80010203c202aabb0315", (RawFacility(0x80, b"\x01\x02\x03"),
                 RawFacility(0xC2, b"\xaa\xbb"), RawFacility(0x03, b"\x15")), id="classes"),
    pytest.param("000f420707c90101", (Marker(0x0F), RawFacility(0x42, b"\x07\x07"),
                 RawFacility(0xC9, b"\x01")), id="behind a marker"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "facilities"), FACILITIES)
def test_facilities(octets: str, facilities: tuple[object, ...]) -> None:
    found = decode_facilities(bytes.fromhex(octets))
    assert found == facilities
    assert encode_facilities(found) == bytes.fromhex(octets)


@given(st.binary(max_size=60))
def test_facilities_come_back_as_octets(octets: bytes) -> None:
    try:
        facilities = decode_facilities(octets)
    except PacketError:
        return
    assert encode_facilities(facilities) == octets


def test_names_of_codes() -> None:
    assert name_of(ClearCause, 0x13) == "local procedure error"
    assert name_of(ClearCause, 0x85) == "DTE 133"
    assert name_of(RestartCause, 0x55) == "unknown 85"
    assert name_of(Diagnostic, 0xE1) == "OSI network service 225"
    assert name_of(Diagnostic, 0xFA) == "higher layer 250"


@given(
    st.one_of(
        st.binary(max_size=40),
        st.tuples(
            st.sampled_from([0x10, 0x20, 0x50, 0x90, 0xD0]),
            st.sampled_from(
                [0x0B, 0x0F, 0x13, 0x17, 0x23, 0x27, 0x1B, 0x1F, 0xFB, 0xFF, 0xF1, 0x01, 0x00]
            ),
            st.binary(max_size=24),
        ).map(lambda parts: bytes((parts[0], 1, parts[1])) + parts[2]),
    ),
    st.sampled_from(Modulo),
)
def test_any_octets_decode_or_raise_packet_error(octets: bytes, modulo: Modulo) -> None:
    try:
        packet = decode(octets, modulo)
    except PacketError:
        return
    assert decode(encode(packet, modulo), modulo) == packet


DIGITS = st.text("0123456789ABCDEF", max_size=15)
LCN = st.integers(0, 4095)
OCTET = st.integers(0, 255)
FACILITY = st.lists(
    st.one_of(
        st.builds(CallOptions, st.sampled_from(FastSelect), st.booleans()),
        st.builds(ThroughputClass, st.integers(0, 15), st.integers(0, 15)),
        st.builds(PacketSize, st.sampled_from([16, 128, 4096]), st.sampled_from([256, 1024])),
        st.builds(WindowSize, st.integers(1, 127), st.integers(1, 127)),
        st.builds(RawFacility, st.just(0xC6), st.binary(max_size=9)),
    ),
    max_size=5,
).map(tuple)


@st.composite
def packets(draw: st.DrawFn) -> tuple[Packet, Modulo]:
    modulo = draw(st.sampled_from(Modulo))
    number = st.integers(0, modulo.size - 1)
    user = st.binary(max_size=128)
    flag = st.booleans()
    packet: Packet = draw(
        st.one_of(
            st.builds(Call, LCN, DIGITS, DIGITS, FACILITY, user, flag, flag),
            st.builds(CallAccepted, LCN, DIGITS, DIGITS, FACILITY, user, flag, flag),
            st.builds(Clear, LCN, OCTET, OCTET, DIGITS, DIGITS, FACILITY, user, flag),
            st.builds(Data, LCN, number, number, user, flag, flag, flag),
            *(st.builds(kind, LCN, number) for kind in (Rr, Rnr, Rej)),
            st.builds(Interrupt, LCN, st.binary(min_size=1, max_size=32)),
            st.builds(Reset, LCN, OCTET, st.none() | OCTET),
            st.builds(Restart, OCTET, st.none() | OCTET, LCN),
            *(
                st.builds(kind, LCN)
                for kind in (
                    ClearConfirmation,
                    InterruptConfirmation,
                    ResetConfirmation,
                    RestartConfirmation,
                )
            ),
            st.builds(DiagnosticPacket, OCTET, st.binary(max_size=3), LCN),
            st.builds(Registration, flag, st.binary(max_size=9), LCN),
        )
    )
    return packet, modulo


@given(packets())
def test_every_packet_comes_back(drawn: tuple[Packet, Modulo]) -> None:
    packet, modulo = drawn
    assert decode(encode(packet, modulo), modulo) == packet
