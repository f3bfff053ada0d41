"""The codec of messages: printed layouts, faults, properties, and tshark's opinion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY, STRICT, AssignedCodeError, Mark
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import DomainType, ElementName, Operation
from protocols.errors import DecodeError, EncodeError
from protocols.q931 import values as q
from tests.protocols.asai.layouts import PUBLIC, TEMPLATES, Layout
from tests.protocols.asai.strategies import CODEC, FIELDS, MESSAGES, VALUES
from tests.protocols.hdlc.judge import judge

STRICT_CODEC = Codec(STRICT)
TRACED = PUBLIC[0]


@pytest.mark.parametrize("layout", PUBLIC, ids=lambda layout: layout.name)
def test_a_printed_message_is_read_and_written_octet_for_octet(layout: Layout) -> None:
    octets = bytes.fromhex(layout.octets)
    for codec in (CODEC, STRICT_CODEC):
        assert codec.decode(octets) == layout.message
        assert codec.encode(layout.message) == octets


@pytest.mark.parametrize("layout", TEMPLATES, ids=lambda layout: layout.name)
def test_a_message_with_codes_that_are_not_public(layout: Layout) -> None:
    octets = layout.fill(LABORATORY)
    assert CODEC.decode(octets) == layout.message
    assert CODEC.encode(layout.message) == octets
    with pytest.raises(AssignedCodeError) as refused:
        STRICT_CODEC.encode(layout.message)
    assert refused.value.name in layout.missing
    assert str(refused.value.name) in str(refused.value)


def test_a_strict_reader_takes_no_placeholder_for_a_code() -> None:
    told = STRICT_CODEC.decode(TEMPLATES[2].fill(LABORATORY))
    assert isinstance(told.facility, c.Invoke)
    assert told.facility.operation == LABORATORY.number(Operation.MAKE_CALL)


def test_a_code_that_the_site_knows_is_no_placeholder() -> None:
    taken = LABORATORY.number(Operation.ROUTE)
    codes = {"operation": {"make_call": taken}, "element": {"old_party_identifier": 0x31}}
    told = LABORATORY.with_codes(codes)
    assert told.number(Operation.MAKE_CALL) == taken != told.number(Operation.ROUTE)
    assert told.number(ElementName.OLD_PARTY_IDENTIFIER) == 0x31
    assert told.counts()[Mark.CONFIRMED] == LABORATORY.counts()[Mark.CONFIRMED] + 2
    assert STRICT.with_codes(codes).number(Operation.MAKE_CALL) == taken


@pytest.mark.parametrize(("codes", "words"), [
    ({"operations": {}}, "operations: no such kind"),
    ({"operation": {"dial": 1}}, "operation.dial: no such name"),
    ({"operation": {"make_call": 256}}, "operation make_call: 256 is no octet"),
    ({"operation": {"make_call": 0x86}}, "both 0x86"),
])  # fmt: skip
def test_codes_that_cannot_be(codes: dict[str, dict[str, int]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LABORATORY.with_codes(codes)


FAULTY = [  # facility contents, and what a reject of them says
    ("", None, c.UNRECOGNIZED_COMPONENT),
    ("92 A1 00", None, c.UNRECOGNIZED_COMPONENT),
    ("91", None, c.UNRECOGNIZED_COMPONENT),
    ("91 A5 03 02 01 01", None, c.UNRECOGNIZED_COMPONENT),
    ("91 A1 07 02 01 01", None, c.BADLY_STRUCTURED_COMPONENT),
    ("91 A1 06 02 01 01 02 01 86 00", None, c.BADLY_STRUCTURED_COMPONENT),
    ("91 A1 06 04 01 01 02 01 86", None, c.MISTYPED_COMPONENT),
    ("91 A1 05 02 00 02 01 86", None, c.MISTYPED_COMPONENT),
    ("91 A1 03 02 01 07", 7, c.BADLY_STRUCTURED_COMPONENT),
    ("91 A1 07 02 01 07 02 02 00 86", 7, c.MISTYPED_COMPONENT),
    ("91 A1 08 02 01 07 02 01 86 41 00", 7, c.MISTYPED_COMPONENT),
    ("91 A1 0A 02 01 07 02 01 86 40 00 40 00", 7, c.BADLY_STRUCTURED_COMPONENT),
    ("91 A2 06 02 01 07 02 01 86", 7, c.MISTYPED_COMPONENT),
    ("91 A2 0A 02 01 07 30 03 02 01 86 40 00", 7, c.BADLY_STRUCTURED_COMPONENT),
    ("91 A4 03 02 01 07", 7, c.MISTYPED_COMPONENT),
    ("91 A4 06 02 01 07 85 01 00", 7, c.MISTYPED_COMPONENT),
    ("91 A1 80 02 01 07 00 00", None, c.MISTYPED_COMPONENT),
]


@pytest.mark.parametrize(("contents", "invoke_id", "problem"), FAULTY)
def test_a_faulty_component_is_kept_and_says_how_it_is_rejected(
    contents: str, invoke_id: int | None, problem: c.Problem
) -> None:
    octets = bytes.fromhex(contents)
    message = bytes.fromhex("08012262961C") + bytes((len(octets),)) + octets
    told = CODEC.decode(message)
    assert isinstance(told.facility, c.Unreadable)
    assert (told.facility.invoke_id, told.facility.problem) == (invoke_id, problem)
    assert told.facility.detail
    assert CODEC.encode(told) == message


@pytest.mark.parametrize("octets", [
    "", "08 01", "09 01 22 62", "03 01 22 62", "08 00 62", "08 03 00 00 22 62", "08 10 22 62",
    "08 01 22 62" + "28 80" + "00" * 128 + "28 7e" + "00" * 126,
])  # fmt: skip
def test_what_a_receiver_ignores_is_no_message(octets: str) -> None:
    with pytest.raises(DecodeError):
        CODEC.decode(bytes.fromhex(octets))


def test_a_facility_element_that_is_cut_off_can_be_rejected() -> None:
    octets = bytes.fromhex(TRACED.octets)
    for end in range(6, len(octets)):
        told = CODEC.decode(octets[:end])
        if end > 6:
            assert isinstance(told.facility, c.Unreadable)
            assert told.facility.problem == c.BADLY_STRUCTURED_COMPONENT


@pytest.mark.parametrize(("field", "codeset", "identifier"), [
    ("10 01 05", 0, 0x10), ("08 01 81", 0, 0x08), ("96 49 01 83 44 00", 6, 0x44),
    ("96 49 03 83 31 30", 6, 0x49), ("96 02 01 A0", 6, 0x02), ("96 4F 02 81 81", 6, 0x4F),
    ("96 56 04 90 82 31 32", 6, 0x56), ("96 44 03 01 01 81", 6, 0x44), ("96 44 05 81", 6, 0x44),
    ("10 02 01", 0, 0x10),
])  # fmt: skip
def test_wrong_contents_are_kept_as_they_are(field: str, codeset: int, identifier: int) -> None:
    invalid = [
        one for one in CODEC.read_field(bytes.fromhex(field)) if isinstance(one, v.Invalid)
    ]
    assert [(one.codeset, one.identifier) for one in invalid] == [(codeset, identifier)]
    assert invalid[0].problem


def test_spare_bits_are_not_looked_at() -> None:
    assert CODEC.read_field(bytes.fromhex("08 02 91 90")) == (q.Cause(16, location=1),)


@pytest.mark.parametrize("element", [
    q.CalledPartyNumber(digits="1" * 16), q.CallingPartyNumber(digits="A"),
    v.ConnectedNumber(digits="\u0662"), v.UserEnteredCode("1" * 25),
    v.Domain(DomainType.EXTENSION, "12a"), v.CallIdentity(65_536), v.PartyIdentifier(1 << 14),
    v.UniversalCallId(b"1"), v.GenericBillingData(0, 100_000), v.MessageWaitingStatus(32),
    q.UserUser(bytes(97)), v.ResourceStatus(1, 1, (-1,)), v.Item(256),
])  # fmt: skip
def test_a_value_without_octets_is_refused(element: v.Element) -> None:
    with pytest.raises(EncodeError):
        CODEC.write_field([element])


@pytest.mark.parametrize("message", [
    Message(MessageType.REGISTER, 128), Message(MessageType.REGISTER, 1, crv_length=3),
    Message(MessageType.REGISTER, 1, facility=c.Invoke(256, Operation.ANSWER)),
    Message(MessageType.REGISTER, 1, facility=c.Invoke(None, Operation.ANSWER)),
    Message(MessageType.REGISTER, 1, facility=c.Invoke(1, None)),
    Message(MessageType.REGISTER, 1, facility=c.Reject(1, ("odd", 1))),
    Message(MessageType.REGISTER, 1, facility=c.Invoke(1, 1, (q.UserUser(bytes(96)),) * 3)),
    Message(MessageType.REGISTER, 1, facility=c.Unreadable(bytes(256), None, ("general", 0))),
    Message(MessageType.REGISTER, 1, elements=(q.Display("x" * 255),)),
])  # fmt: skip
def test_a_message_without_octets_is_refused(message: Message) -> None:
    with pytest.raises(EncodeError):
        CODEC.encode(message)


def test_the_numbers_of_a_universal_call_id() -> None:
    ucid = v.UniversalCallId(bytes.fromhex("0001 007b 2ee0a2c5"))
    assert ucid.text == "00001001230786473669"


def test_a_length_above_127_takes_a_second_octet() -> None:
    message = Message(
        MessageType.FACILITY,
        33,
        facility=c.Invoke(1, Operation.ABORT, (q.UserUser(bytes(96)),) * 2),
    )
    octets = CODEC.encode(message)
    assert octets[5:12] == bytes.fromhex("1c d3 91 a1 81 cf 02")
    assert CODEC.decode(octets) == message


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_an_element_is_read_as_it_was_written(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    assert CODEC.read_field(CODEC.write_field([value])) == (value,)


@given(FIELDS)
def test_a_field_is_read_as_it_was_written(elements: tuple[v.Element, ...]) -> None:
    assert CODEC.read_field(CODEC.write_field(elements)) == elements


@given(MESSAGES)
def test_a_message_is_read_as_it_was_written(message: Message) -> None:
    assert CODEC.decode(CODEC.encode(message)) == message


def settles(octets: bytes) -> None:
    """Octets are no message, or one that stays what it is once it was written."""
    try:
        message = CODEC.decode(octets)
    except DecodeError:
        return
    try:
        told = CODEC.decode(CODEC.encode(message))
        again = CODEC.encode(told)
    except EncodeError:  # such as a number with letters
        return
    assert CODEC.decode(again) == told


@given(st.binary(max_size=80))
def test_any_octets_are_a_message_or_a_decode_error(octets: bytes) -> None:
    settles(octets)
    settles(bytes.fromhex("0801226296") + octets)


@given(MESSAGES, st.data())
def test_a_damaged_message_is_a_message_or_a_decode_error(
    message: Message, data: st.DataObject
) -> None:
    octets = bytearray(CODEC.encode(message))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    settles(bytes(octets[: data.draw(st.integers(0, len(octets)))]))
    settles(bytes(octets))


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_them_as_q931_with_facility(vectors: Path) -> None:
    records: list[dict[str, Any]] = []
    for layout in (*PUBLIC, *TEMPLATES):
        octets = layout.fill(LABORATORY)
        expect = {"q931.message_type": f"0x{octets[2 + octets[1]]:02x}"}
        if layout.message.facility is not None:
            expect["q931.information_element"] = "28"
        records.append({
            "layer": "q931", "dir": "user>net", "hex": octets.hex(), "note": layout.name,
            "expect": expect,
        })  # fmt: skip
    judge(vectors, records)
