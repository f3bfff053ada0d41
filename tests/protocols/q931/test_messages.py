"""The codec of messages: vectors for both directions, shifts, faults, properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.q931 import table
from protocols.q931 import values as v
from protocols.q931.messages import (
    CallReference,
    Element,
    Fault,
    Invalid,
    Message,
    Raw,
    Shift,
    Verbatim,
    arrange,
    decode,
    encode,
    identifier_of,
    parse,
    write_value,
)
from protocols.q931.messages import MessageType as M
from tests.protocols.hdlc.judge import judge
from tests.protocols.q931.strategies import ANY_VALUE, MESSAGES, VALUES, elements

ONE = CallReference(1)
SETUP = "0801010504038090a31801816c092180353535393939397008a135353531323334a1"


def vector(octets: str, kind: int, *told: Element, reference: CallReference = ONE) -> Any:
    return octets, Message(kind, reference, told)


VECTORS = [  # seen from who is named, else worked out by hand from clause 4
    pytest.param(*vector(
        SETUP, M.SETUP,
        v.BearerCapability(0, layer1=b"\x03"),
        v.ChannelIdentification(1),
        v.CallingPartyNumber(digits="5559999", type_of_number=2, plan=1, presentation=0,
                             screening=0),
        v.CalledPartyNumber(digits="5551234", type_of_number=2, plan=1),
        v.SendingComplete(),
    ), id="SETUP, libpri"),
    pytest.param(*vector("0802800107", M.CONNECT, reference=CallReference(1, True, 2)),
                 id="CONNECT, reference of two octets"),
    pytest.param(*vector("08000f", M.CONNECT_ACKNOWLEDGE, reference=CallReference(length=0)),
                 id="dummy reference"),
    pytest.param(*vector("0801814e790187", M.RESTART_ACKNOWLEDGE, v.RestartIndicator(7),
                         reference=CallReference(1, True)), id="RESTART ACK"),
    pytest.param(*vector("08018046790187", M.RESTART, v.RestartIndicator(7),
                         reference=CallReference(0, True)), id="global reference"),
    pytest.param(*vector("08010145" "08028190", M.DISCONNECT, v.Cause(16, location=1)),
                 id="DISCONNECT, normal clearing"),
    pytest.param(*vector("0801017d" "080380e27b" "14010a", M.STATUS,
                         v.Cause(98, diagnostics=b"\x7b"), v.CallState(10)), id="STATUS"),
    pytest.param(*vector("08010105" "04028890" "1803a98381", M.SETUP,
                         v.BearerCapability(8),
                         v.ChannelIdentification(1, exclusive=True, primary=True,
                                                 channels=(1,))),
                 id="data call on channel 1 of a primary access"),
    pytest.param(*vector("08010105" "0403889886", M.SETUP,
                         v.BearerCapability(8, rate=24, multiplier=6)), id="multirate"),
    pytest.param(*vector("0801016e" "2701f9", M.NOTIFY, v.NotificationIndicator(121)),
                 id="NOTIFY, remote hold"),
    pytest.param(*vector("08010103" "1e028288", M.PROGRESS,
                         v.ProgressIndicator(8, location=2)), id="PROGRESS, in-band"),
    pytest.param(*vector("08010105" "740521018f3132", M.SETUP,
                         v.RedirectingNumber(digits="12", type_of_number=2, plan=1,
                                             presentation=0, screening=1, reason=15)),
                 id="redirecting number with octets 3a and 3b"),
    pytest.param(*vector("08010107" "29051a0b160c22", M.CONNECT,
                         v.DateTime(26, 11, 22, 12, 34)), id="CONNECT with date and time"),
    pytest.param(*vector("0801017b" "2c0131", M.INFORMATION, v.KeypadFacility("1")),
                 id="INFORMATION with a key"),
    pytest.param(*vector("08010105" "7d029181", M.SETUP, v.HighLayerCompatibility(1)),
                 id="telephony"),
    pytest.param(*vector("08010105" "7d03915e82", M.SETUP,
                         v.HighLayerCompatibility(0x5E, extended=2)), id="maintenance"),
    pytest.param(*vector("08010105" "1804a193000f" "20020031", M.SETUP,
                         v.ChannelIdentification(1, primary=True, slot_map=b"\x00\x0f"),
                         v.NetworkSpecificFacilities(b"1")),
                 id="slot map, network-specific facilities"),
    pytest.param(*vector("0801010595280148", M.SETUP, Shift(5), Raw(0x28, b"H", 5)),
                 id="locking shift to codeset 5, tshark"),
    pytest.param(*vector("0801010504038090a39e280141", M.SETUP,
                         v.BearerCapability(0, layer1=b"\x03"), Shift(6, locking=False),
                         Raw(0x28, b"A", 6)), id="non-locking shift to codeset 6, tshark"),
    pytest.param(*vector("08010464961c1391a110020103" "0201c4" "4008964905833130" "30b4",
                         M.REGISTER, Shift(6),
                         Raw(0x1C, bytes.fromhex("91a110" "020103" "0201c4"
                                                 "400896490583313030b4"), 6),
                         reference=CallReference(4)), id="REGISTER of an adjunct, real trace"),
    pytest.param(*vector("08018464961c0d91a20a02010330050201c44000", M.REGISTER, Shift(6),
                         Raw(0x1C, bytes.fromhex("91a20a02010330050201c44000"), 6),
                         reference=CallReference(4, flag=True)),
                 id="its answer of the switch, real trace"),
    pytest.param(*vector("08010179" "bf" "080282aa", M.CONGESTION_CONTROL,
                         v.CongestionLevel(15), v.Cause(42, location=2)), id="congestion"),
    pytest.param(*vector("08010162" "d2" "d0" "a0", M.FACILITY, v.RepeatIndicator(2),
                         v.RepeatIndicator(0), v.MoreData()), id="elements of one octet"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "message"), VECTORS)
def test_vector(octets: str, message: Message) -> None:
    assert decode(bytes.fromhex(octets)) == message
    assert encode(message) == bytes.fromhex(octets)


def test_an_element_in_another_form_keeps_its_octets_and_tells_its_value() -> None:
    spare = bytes.fromhex("08010105" + "1e029888")  # spare bit 5 of the location is set
    message = decode(spare)
    assert message.elements == (
        Verbatim(v.ProgressIndicator(8, location=8), bytes.fromhex("9888")),
    )
    assert message.first(v.ProgressIndicator) == v.ProgressIndicator(8, location=8)
    assert encode(message) == spare


def test_a_channel_type_without_channels_keeps_its_octets() -> None:
    octets = bytes.fromhex("08010105" + "1802a186")
    assert encode(decode(octets)) == octets
    assert decode(octets).first(v.ChannelIdentification) is not None


@pytest.mark.parametrize(
    ("octets", "offset", "clause"),
    [
        ("", 0, "5.8.2"),
        ("0801", 2, "5.8.2"),
        ("080101", 3, "5.8.2"),
        ("08", 1, "5.8.2"),
        ("080f" + "00" * 15, 17, "5.8.2"),
        ("090101" + "05", 0, "5.8.1"),
        ("081101" + "05", 1, "5.8.3.1"),
        ("0810" + "00" * 17, 1, "5.8.3.1"),
        ("08ff" + "00" * 17, 1, "5.8.3.1"),
    ],
)
def test_octets_that_are_no_message(octets: str, offset: int, clause: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(bytes.fromhex(octets))
    assert caught.value.offset == offset
    assert caught.value.clause.endswith(clause)


@pytest.mark.parametrize("length", [0, 1, 2, 15])
def test_call_references_of_every_length(length: int) -> None:
    octets = bytes((8, length, *[0x81] * length, M.STATUS_ENQUIRY))
    message = decode(octets)
    assert message.call_reference.length == length
    assert message.call_reference.flag == (length > 0)
    assert message.call_reference.answer().flag is False
    assert encode(message) == octets


def test_an_element_longer_than_its_message_is_no_message_and_can_be_judged() -> None:
    octets = bytes.fromhex("0802010105" + "047f8090a3")
    with pytest.raises(TruncatedError, match="0x04 has 3 octets of 127"):
        decode(octets)
    parsed = parse(octets)
    assert [finding.fault for finding in parsed.findings] == [Fault.TRUNCATED]
    assert parsed.message == Message(M.SETUP, CallReference(257, length=2))


FAULTS = [
    pytest.param("0100", [Fault.UNKNOWN], id="identifier without a row"),
    pytest.param("80", [Fault.UNKNOWN], id="one octet without a row"),
    pytest.param("0400", [Fault.CONTENTS], id="bearer capability without contents"),
    pytest.param("040180", [Fault.CONTENTS], id="bearer capability of one octet"),
    pytest.param("08020090", [Fault.CONTENTS], id="octet 3 of the cause is continued"),
    pytest.param("0803000090", [Fault.CONTENTS], id="and continued twice"),
    pytest.param("6c0400008031", [Fault.CONTENTS], id="octet 3 of a number continued twice"),
    pytest.param("0403008890", [Fault.CONTENTS], id="octet 3 of the bearer is continued"),
    pytest.param("04048890a3a3", [Fault.CONTENTS], id="layer 1 twice"),
    pytest.param("38020101", [Fault.CONTENTS], id="feature that never ends"),
    pytest.param("38028181", [Fault.CONTENTS], id="an octet behind the feature"),
    pytest.param("080280" "10", [Fault.CONTENTS], id="cause value without its bit 8"),
    pytest.param("14020101", [Fault.CONTENTS], id="call state of two octets"),
    pytest.param("70022131", [Fault.CONTENTS], id="number that never begins"),
    pytest.param("2902" "0101", [Fault.CONTENTS], id="date of two octets"),
    pytest.param("2003058031", [Fault.CONTENTS], id="network shorter than told"),
    pytest.param("700181" "6c0181", [Fault.ORDER], id="called before calling number"),
    pytest.param("959d2800", [], id="shift and shift alone to one codeset"),
    pytest.param("9596", [], id="two locking shifts"),
    pytest.param("9695", [Fault.SHIFT], id="locking shift down"),
    pytest.param("9d96" "2800", [Fault.SHIFT], id="shift alone, then another shift"),
    pytest.param("9d", [Fault.SHIFT], id="shift alone before nothing"),
    pytest.param("04", [Fault.TRUNCATED], id="identifier without length"),
    pytest.param("0402", [Fault.TRUNCATED], id="length without contents"),
]  # fmt: skip


@pytest.mark.parametrize(("octets", "faults"), FAULTS)
def test_faults_are_found(octets: str, faults: list[Fault]) -> None:
    parsed = parse(bytes.fromhex("08010105" + octets))
    assert [finding.fault for finding in parsed.findings] == faults


def test_a_locking_shift_holds_and_a_shift_alone_ends_after_one_element() -> None:
    message = decode(
        bytes.fromhex("0801010595280141" + "98" + "280142" + "280143" + "96280144")
    )
    assert [one.contents for one in message.of_codeset(5)] == [b"A", b"C"]
    assert [one.contents for one in message.of_codeset(6)] == [b"D"]
    assert message.first(v.Display) == v.Display("B")


def test_a_shift_down_is_not_obeyed() -> None:
    message = decode(bytes.fromhex("08010105" + "96" + "90" + "280141"))
    assert message.of_codeset(6) == [Raw(0x28, b"A", 6)]


def test_a_shift_down_is_written_as_it_was_read() -> None:
    told = (Shift(6), Shift(5), Raw(0x28, b"A", 6))
    assert decode(encode(Message(M.FACILITY, ONE, told))).elements == told
    assert [identifier_of(one) for one in told] == [0x96, 0x95, 0x28]
    assert identifier_of(Shift(5, locking=False)) == 0x9D
    assert identifier_of(Verbatim(v.ProgressIndicator(8), b"")) == 0x1E


def test_single_octets_keep_their_form_in_every_codeset() -> None:
    message = decode(bytes.fromhex("08010105" + "96" + "a1" + "bf"))
    assert message.elements == (Shift(6), Raw(0xA1, b"", 6), Raw(0xBF, b"", 6))


def test_repeated_elements_stay_in_their_order() -> None:
    octets = bytes.fromhex("08010162" + "1c0191" + "1c0192" + "d2" + "1c0193")
    message = decode(octets)
    assert [one.contents[0] for one in message.all(v.Facility)] == [0x91, 0x92, 0x93]
    assert encode(message) == octets


def test_national_message_types_follow_an_escape() -> None:
    octets = bytes.fromhex("03010100f7" + "0801" + "80")
    message = decode(octets)
    assert (message.kind, message.national, message.discriminator) == (0, 0xF7, 3)
    assert encode(message) == octets
    assert encode(decode(b"\x08\x00\x00")) == b"\x08\x00\x00"


@pytest.mark.parametrize(
    "message",
    [
        Message(256),
        Message(M.SETUP, discriminator=9),
        Message(M.SETUP, CallReference(128)),
        Message(M.SETUP, CallReference(-1)),
        Message(M.SETUP, CallReference(length=16)),
        Message(M.SETUP, CallReference(1, length=0)),
        Message(M.SETUP, national=1),
        Message(0, national=256),
        Message(0, elements=(v.SendingComplete(),)),
        Message(M.SETUP, elements=(Shift(8),)),
        Message(M.SETUP, elements=(Raw(0x28, b"", 5),)),
        Message(M.SETUP, elements=(Shift(5), v.Display("x"))),
        Message(M.SETUP, elements=(Raw(0x90),)),
        Message(M.SETUP, elements=(Raw(0xA5, b"x"),)),
        Message(M.SETUP, elements=(Raw(0x7A, bytes(256)),)),
        Message(M.SETUP, elements=(Invalid(0x80, b""),)),
        Message(M.SETUP, elements=(v.Display("\u20ac"),)),
        Message(M.SETUP, elements=(v.CallState(64),)),
        Message(M.SETUP, elements=(v.Display("x" * 256),)),
        Message(M.SETUP, elements=(v.CallIdentity(bytes(9)),)),
        Message(M.SETUP, elements=(v.BearerCapability(0, multiplier=3),)),
        Message(M.SETUP, elements=(v.BearerCapability(0, structure=b"\x80"),)),
        Message(M.SETUP, elements=(v.CallingPartyNumber(presentation=1),)),
        Message(M.SETUP, elements=(v.RedirectingNumber(reason=1),)),
        Message(M.SETUP, elements=(v.ChannelIdentification(interface=b""),)),
        Message(M.SETUP, elements=(v.ChannelIdentification(channel_type=6),)),
        Message(M.SETUP, elements=(v.ChannelIdentification(channels=(1,), slot_map=b"1"),)),
        Message(M.SETUP, elements=(v.DateTime(1, 1, 1, None, 1),)),
        Message(M.SETUP, elements=(v.DateTime(1, 1, 256),)),
        Message(M.SETUP, elements=(v.FeatureActivation(1 << 14),)),
    ],
)
def test_values_without_octets(message: Message) -> None:
    with pytest.raises(EncodeError):
        encode(message)


def test_what_is_no_element_has_no_octets() -> None:
    with pytest.raises(EncodeError, match="int is no element"):
        write_value(5)


def test_elements_are_arranged_with_shifts() -> None:
    display = v.Display("x")
    told = (Raw(0x44, b"\x81", 6), v.SendingComplete(), Shift(5), display,
            v.BearerCapability(0), Raw(0x1C, b"", 6))  # fmt: skip
    assert arrange(told) == (
        v.SendingComplete(), v.BearerCapability(0), display, Shift(6), Raw(0x1C, b"", 6),
        Raw(0x44, b"\x81", 6),
    )  # fmt: skip
    assert decode(encode(Message(M.SETUP, elements=arrange(told)))).elements == arrange(told)


def test_every_row_has_values_to_test_and_a_name() -> None:
    assert set(VALUES) >= set(table.BY_VALUE)
    assert len({spec.name for spec in table.SPECS}) == len(table.SPECS)
    identifiers = [spec.identifier for spec in table.SPECS]
    assert identifiers == sorted(set(identifiers))
    for spec in table.SPECS:
        assert spec.comprehension_required == (spec.identifier < 0x10)


@given(ANY_VALUE)
def test_every_value_comes_back(value: Element) -> None:
    message = Message(M.FACILITY, ONE, (value,))
    assert decode(encode(message)) == message
    assert 0 <= identifier_of(value) <= 0xFF


@given(MESSAGES)
def test_every_message_comes_back(message: Message) -> None:
    assert decode(encode(message)) == message


@given(elements())
def test_arranged_elements_come_back(told: tuple[Element, ...]) -> None:
    message = Message(M.FACILITY, ONE, arrange(told))
    assert decode(encode(message)) == message


HEAD = b"\x08\x01\x01\x05"
HEADED = st.binary(max_size=40).map(lambda octets: HEAD + octets)
ROWS = st.sampled_from([spec.identifier for spec in table.SPECS])
ROW = st.tuples(ROWS, st.binary(max_size=12)).map(
    lambda told: bytes((told[0], len(told[1]))) + told[1]
)
LIKELY = st.lists(ROW, max_size=5).map(lambda told: HEAD + b"".join(told))


@given(st.binary(max_size=40) | HEADED | LIKELY)
def test_any_octets_decode_to_themselves_or_raise_decode_error(octets: bytes) -> None:
    try:
        message = decode(octets)
    except DecodeError:
        return
    assert encode(message) == octets
    assert [type(one) for one in decode(encode(message)).elements] == [
        type(one) for one in message.elements
    ]


@given(MESSAGES)
def test_every_prefix_is_read_or_refused_cleanly(message: Message) -> None:
    octets = encode(message)
    for end in range(len(octets)):
        try:
            read = decode(octets[:end])
        except DecodeError:
            continue
        assert encode(read) == octets[:end]


def examples(vectors: Path) -> list[dict[str, Any]]:
    import json

    path = vectors.parent / "peers" / "examples.jsonl"
    if not path.is_file():
        pytest.skip("no peers/examples.jsonl beside the shared vectors")
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


@pytest.mark.vectors
def test_octets_of_real_peers_come_back(vectors: Path) -> None:
    """Of libpri, Linux and others: whatever passed for Q.931 is read and written back."""
    seen = 0
    for record in examples(vectors):
        octets = bytes.fromhex(record["hex"])
        if record["layer"] == "lapd" and record["dir"] and octets[2] == 0:
            octets = octets[4:]
        elif record["layer"] != "q931":
            continue
        if record.get("bad"):
            with pytest.raises(DecodeError):
                decode(octets)
        else:
            assert encode(decode(octets)) == octets
        seen += 1
    assert seen > 3


@pytest.mark.slow
@pytest.mark.vectors
def test_tshark_reads_what_we_write(vectors: Path) -> None:
    fields: list[tuple[Message, dict[str, str]]] = [
        (decode(bytes.fromhex(SETUP)), {
            "q931.message_type": "0x05", "q931.called_party_number.digits": "5551234",
            "q931.calling_party_number.digits": "5559999",
        }),
        (Message(M.DISCONNECT, ONE, (v.Cause(17, location=1),)),
         {"q931.cause_value": "17", "q931.cause_location": "1"}),
        (Message(M.STATUS, ONE, (v.Cause(30), v.CallState(10))), {"q931.call_state": "0x0a"}),
        (Message(M.SETUP, ONE, (
            v.BearerCapability(8), v.ChannelIdentification(1, True, True, channels=(7,)),
            v.ProgressIndicator(3), v.Display("Alice"), v.KeypadFacility("*21#"),
            v.RedirectingNumber(digits="12", presentation=0, screening=0, reason=1),
            v.HighLayerCompatibility(1), v.UserUser(b"hello", 4))), {}),
        (Message(M.NOTIFY, ONE, (v.NotificationIndicator(0),)), {}),
        (Message(M.RESTART, CallReference(0, length=2), (v.RestartIndicator(7),)), {}),
        (Message(M.CONNECT, ONE, (v.DateTime(26, 11, 22, 12, 34), v.ConnectedNumber(digits="1"),
                                  v.LowLayerCompatibility(8))), {}),
        (Message(M.SETUP, ONE, arrange((v.BearerCapability(0), Raw(0x44, b"\x81", 6)))), {}),
    ]  # fmt: skip
    records = [
        {"layer": "q931", "dir": "te>nt", "hex": encode(message).hex(), "expect": expect}
        for message, expect in fields
    ]
    judge(vectors, records, strict=True)
