"""Messages to octets and back, under the profile of the package and under another."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message, MessageError, Wrong, place
from protocols.meridian.profile import DEFAULT
from protocols.meridian.table import EXCHANGES, declaration, snake
from protocols.meridian.values import Kind, MessageType, Role
from tests.protocols.meridian.judge import judge
from tests.protocols.meridian.profiles import PROFILES
from tests.protocols.meridian.strategies import IDS, MESSAGES, PLACES, messages

CODECS = {name: Codec(profile) for name, profile in PROFILES.items()}
both = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)

# The worked octets of section 9.2, made by hand from sections 7.1, 7.2 and 9.
VECTORS = [
    pytest.param(
        "001c4d0101010000000100000104534c3136030444454d4f04026164",
        Message(
            c.AppRegister("SL16", "DEMO", (v.Service.INBOUND, v.Service.ROUTING)), 0, 1, 0
        ),
        id="host opens an association for inbound calls and routing",
    ),
    pytest.param(
        "00274d013104000100000000250103200435303031100400000007110435303032120435303031",
        Message(
            c.StatusChange(
                v.StatusEvent.RINGING, "5001", call_id=7, calling_dn="5002", called_dn="5001"
            ),
            1, 0, 0,
        ),
        id="5002 rings 5001",
    ),
    pytest.param(
        "001b4d014104000100000000260101200435303031230431323334",
        Message(c.SetFeatureNotification(v.Feature.LOGIN, "5001", agent_id="1234"), 1, 0, 0),
        id="agent 1234 logged in at 5001",
    ),
    pytest.param(
        "000f4d012203000100090000080124",
        Message(
            c.Nak(MessageType.RELEASE_CALL, v.Cause(v.Reason.NOT_TWO_PARTY)), 1, 9, 0
        ),
        id="release refused, call is not two-party",
    ),
]  # fmt: skip


def verdict(codec: Codec, octets: bytes) -> str:
    """Name what the codec finds wrong; empty for a message."""
    try:
        codec.decode(octets)
    except MessageError as error:
        return error.wrong.value
    return ""


@pytest.mark.parametrize(("octets", "message"), VECTORS)
def test_the_worked_octets(octets: str, message: Message) -> None:
    codec = CODECS["default"]
    assert codec.decode(bytes.fromhex(octets)) == message
    assert codec.encode(message).hex() == octets


@both
@pytest.mark.parametrize("which", PLACES, ids=IDS)
def test_every_message_survives_the_wire(codec: Codec, which: tuple[MessageType, Kind]) -> None:
    @given(messages(which))
    def survives(message: Message) -> None:
        assert codec.decode(codec.encode(message)) == message
        assert place(message.body) == which

    survives()


@both
@given(MESSAGES)
def test_construct_reads_the_same_elements(codec: Codec, message: Message) -> None:
    octets = codec.encode(message)
    read = declaration(codec.profile.numbers()).parse(octets)
    assert read.header.length == len(octets)
    assert read.header.reference == message.reference
    at = 12
    for element in read.elements:
        assert element.id == octets[at]
        at += 2 + octets[at + 1]
    assert at == len(octets)
    told = {element.id: element.value for element in read.elements}
    number = codec.profile.ies["CallId"][0]
    assert getattr(message.body, "call_id", None) == told.get(number)


@both
@given(st.binary(max_size=80))
def test_any_octets_decode_or_raise_a_message_error(codec: Codec, octets: bytes) -> None:
    head = bytes((codec.profile.protocol, codec.profile.version))
    for wire in (octets, len(octets).to_bytes(2, "big") + head + octets[4:]):
        assert verdict(codec, wire) == judge(wire, codec.profile, None, codec.longest)


def damage(octets: bytes, luck: random.Random) -> bytes:
    """Break a message, mostly without its length telling so."""
    wire = bytearray(octets)
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        at = luck.randrange(len(wire)) if wire else 0
        match luck.randrange(6):
            case 0 if wire:
                wire[at] = luck.randrange(256)
            case 1 if wire:
                wire[at] ^= 1 << luck.randrange(8)
            case 2:
                del wire[at:]
            case 3:
                wire += luck.randbytes(luck.randrange(1, 6))
            case 4:
                wire[at:at] = luck.randbytes(luck.randrange(1, 6))
            case _:
                del wire[at : at + luck.randrange(1, 8)]
    if len(wire) >= 2 and luck.random() < 0.9:
        wire[:2] = len(wire).to_bytes(2, "big")
    return bytes(wire)


@both
@pytest.mark.parametrize("role", [Role.HOST, Role.LINK], ids=lambda role: role.value)
def test_a_thousand_damaged_messages_of_each_type(codec: Codec, role: Role) -> None:
    """Each gets the error that section 7.4 has for it, and no other."""
    reader = Codec(codec.profile, role, longest=128)
    seen = set()
    for number, message in enumerate(MessageType):
        luck = random.Random(number)  # noqa: S311 - the same damage every time
        forms = [codec.encode(Message(one, 1, 1, 0)) for one in examples(message)]
        for _ in range(1000):
            wire = damage(luck.choice(forms), luck)
            expected = judge(wire, codec.profile, role, 128)
            seen.add(expected)
            assert verdict(reader, wire) == expected, wire.hex()
    assert seen == {one.value for one in Wrong} | {""}


def examples(message: MessageType) -> list[c.Body]:
    """Give a full and a bare body in every kind of a message."""
    tn, member = v.Tn(1, 2, 3, 4), v.RouteMember(12, 3)
    texts = {
        "text": "SL16", "digits": "5001", "u8": 3, "u16": 300, "u32": 70_000, "tn": tn,
        "route_member": member, "time": v.TimeStamp(1_000_000_000, 5), "list_u8": (3, 4),
        "cause": v.Cause(v.Reason.BAD_DN, 18), "tn+digits": v.Party(tn, "5002"),
    }  # fmt: skip
    found: list[c.Body] = []
    for kind, form in EXCHANGES[message].forms.items():
        if form is None:
            found.append(c.Ack(message) if kind is Kind.ACK else c.Nak(message, texts["cause"]))  # type: ignore[arg-type]
            continue
        full = {}
        for element in form.elements:
            value = texts[element.format]
            if element.meaning is not None and element.format == "u8":
                value = next(iter(element.meaning)) if element.meaning is not bool else True
            full[element.field] = (value, value) if element.repeatable else value
        needed = {snake(one) for group in form.needs for one in group[:1]}
        record = getattr(c, form.record)
        found += [record(**full), record(**{key: full[key] for key in needed})]
    return found


class TestReading:
    """Rules of section 7.2."""

    codec = CODECS["default"]

    def read(self, elements: str, head: str = "3104") -> c.Body:
        body = bytes.fromhex(elements.replace(" ", ""))
        octets = bytes.fromhex(f"4d01{head}000100000000") + body
        return self.codec.decode((len(octets) + 2).to_bytes(2, "big") + octets).body

    def test_elements_come_in_any_order(self) -> None:
        assert self.read("2004 35303031 2501 03") == self.read("2501 03 2004 35303031")

    def test_the_first_instance_wins(self) -> None:
        assert self.read("250103 200135 200136") == self.read("250103 200135")

    def test_a_second_instance_is_not_even_looked_at(self) -> None:
        assert self.read("250103 200135 2001ff") == self.read("250103 200135")

    def test_a_repeatable_element_is_read_each_time(self) -> None:
        told = self.read("25010b 200135 1a0501020304 35 1a0500000000 36")
        assert isinstance(told, c.StatusChange)
        assert told.party == (v.Party(v.Tn(1, 2, 3, 4), "5"), v.Party(None, "6"))

    def test_unknown_elements_are_skipped(self) -> None:
        assert self.read("fe03aabbcc 250103 200135 ff00") == self.read("250103 200135")

    def test_elements_of_other_messages_are_skipped(self) -> None:
        assert self.read("250103 200135 0701ff") == self.read("250103 200135")

    def test_a_tn_of_all_zeros_is_not_given(self) -> None:
        with pytest.raises(MessageError) as caught:
            self.read("250103 210400000000")
        assert caught.value.wrong is Wrong.MISSING_IE
        told = self.read("250103 210400000000 210400000001")
        assert isinstance(told, c.StatusChange)
        assert told.device_tn == v.Tn(0, 0, 0, 1)

    def test_a_cause_without_a_name_stays_a_number(self) -> None:
        assert self.read("0802c820", "2203") == c.Nak(
            MessageType.RELEASE_CALL, v.Cause(200, 0x20)
        )

    def test_a_service_without_a_name_stays_a_number(self) -> None:
        told = self.read("010131 030132 04026163", "0101")
        assert isinstance(told, c.AppRegister)
        assert told.service_list == (v.Service.INBOUND, 99)

    def test_the_spare_octet_is_ignored(self) -> None:
        octets = bytearray(self.codec.encode(Message(c.LinkPoll(), 1, 2)))
        octets[11] = 0xFF
        assert self.codec.decode(bytes(octets)) == Message(c.LinkPoll(), 1, 2)

    def test_customer_255_is_none(self) -> None:
        octets = self.codec.encode(Message(c.LinkPoll(), 1, 2, None))
        assert octets[10] == 255


class TestErrors:
    """What an error tells for the answer."""

    codec = Codec(DEFAULT, Role.LINK)

    def error(self, octets: str) -> MessageError:
        body = bytes.fromhex(octets.replace(" ", ""))
        with pytest.raises(MessageError) as caught:
            self.codec.decode((len(body) + 2).to_bytes(2, "big") + body)
        return caught.value

    def test_a_missing_element_is_named(self) -> None:
        error = self.error("4d01 2001 0001 0005 0000 2004 35303031")
        assert (error.wrong, error.element) == (Wrong.MISSING_IE, 18)
        assert (error.message_type, error.kind) == (MessageType.MAKE_CALL, Kind.REQ)
        assert error.header is not None
        assert error.header.reference == 5

    def test_a_bad_element_is_named(self) -> None:
        error = self.error("4d01 2001 0001 0005 0000 2004 35303061 120139")
        assert (error.wrong, error.element) == (Wrong.BAD_IE, 32)
        assert str(error) == "DeviceDN: 0x61 is no character of this format at octet 14 (7.4)"

    def test_a_bad_length_behind_a_bad_value_comes_first(self) -> None:
        error = self.error("4d01 2001 0001 0005 0000 200161 1205")
        assert error.wrong is Wrong.IE_LENGTH

    def test_a_message_of_our_own_direction_is_of_a_wrong_kind(self) -> None:
        error = self.error("4d01 3104 0001 0000 0000 250103 200135")
        assert (error.wrong, error.message_type) == (Wrong.KIND, MessageType.STATUS_CHANGE)

    def test_a_length_that_is_not_that_of_the_octets(self) -> None:
        with pytest.raises(MessageError) as caught:
            self.codec.decode(bytes.fromhex("000d4d010501000100010000"))
        assert (caught.value.wrong, caught.value.header) == (Wrong.LENGTH, None)

    @pytest.mark.parametrize("size", [0, 1, 11])
    def test_less_than_a_header(self, size: int) -> None:
        with pytest.raises(MessageError) as caught:
            self.codec.decode(bytes(size))
        assert caught.value.wrong is Wrong.LENGTH


class TestSize:
    """A sender goes without optional elements before it exceeds the limit (7.3)."""

    offered = c.CallOffered(
        acd_dn="4000", call_id=1, calling_dn="1" * 20, clid="2" * 20, network_clid="3" * 20,
        time_stamp=v.TimeStamp(1, 1),
    )  # fmt: skip

    def sent(self, longest: int) -> c.Body:
        octets = Codec(DEFAULT, longest=longest).encode(Message(self.offered))
        assert len(octets) <= longest
        return Codec(DEFAULT).decode(octets).body

    def test_all_that_fits_is_sent(self) -> None:
        assert self.sent(128) == self.offered

    def test_the_time_stamp_goes_first_then_the_network_clid(self) -> None:
        without = msgspec.structs.replace(self.offered, time_stamp=None)
        assert self.sent(91) == without
        assert self.sent(90) == without
        assert self.sent(89) == msgspec.structs.replace(without, network_clid=None)

    def test_nothing_else_is_left_out(self) -> None:
        with pytest.raises(EncodeError, match="CallOffered of 68 octets, at most 67"):
            self.sent(67)

    def test_the_other_tn_is_dropped_last(self) -> None:
        status = c.StatusChange(
            v.StatusEvent.ACTIVE,
            "5001",
            other_tn=v.Tn(1, 1, 1, 1),
            time_stamp=v.TimeStamp(1, 1),
        )
        octets = Codec(DEFAULT, longest=26).encode(Message(status))
        told = Codec(DEFAULT).decode(octets).body
        assert told == msgspec.structs.replace(status, other_tn=None, time_stamp=None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (c.MakeCall(called_dn="1"), "MakeCall needs DeviceDN or DeviceTN"),
        (c.MakeCall("1", device_dn="50a1"), "DeviceDN: '50a1' has no octets"),
        (c.MakeCall("1", device_tn=v.Tn(0, 0, 0, 0)), "DeviceTN: .* all zeros"),
        (c.MakeCall("1" * 256, device_dn="5"), "CalledDN: 256 octets, at most 255"),
        (c.AnswerCall(-1, device_dn="5"), "CallId: -1 has no octets"),
        (c.AnswerCall(2**32, device_dn="5"), "CallId: 4294967296 has no octets"),
        (c.CallReleased(1, "5", time_stamp=v.TimeStamp(1, 1000)), "TimeStamp: .*1000 milli"),
        (c.Nak(MessageType.HOLD, v.Cause(256)), "Cause: .* has no octets"),
        (c.PlayPrompt(1, (300,)), "PromptList: .* has no octets"),
        (c.FlowControl(None), "FlowState: None has no octets"),  # type: ignore[arg-type]
        (c.Ack(MessageType.STATUS_CHANGE), "Ack has no octets"),
    ],
)
def test_a_value_without_octets_is_refused(body: c.Body, text: str) -> None:
    with pytest.raises(EncodeError, match=text):
        CODECS["default"].encode(Message(body))


@pytest.mark.parametrize("header", [(65_536, 0, 0), (0, -1, 0), (0, 0, 256)])
def test_a_header_without_octets_is_refused(header: tuple[int, int, int]) -> None:
    with pytest.raises(EncodeError):
        CODECS["default"].encode(Message(c.LinkPoll(), *header))
