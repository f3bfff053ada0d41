"""Octets that are wrong, and the one reaction to each: section 7.4, in its order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import Message, place
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import Cause, Feature, FlowState, Kind, MessageType, Reason
from sim.exchange import verbs
from tests.sim.meridian.client import Host, told

TYPES = DEFAULT.codes(MessageType)
KINDS = DEFAULT.codes(Kind)
LENGTH, PROTOCOL, VERSION, TYPE, KIND, ASSOCIATION = 0, 2, 3, 4, 5, 6
POLL = m.LinkPoll()


def spoilt(host: Host, body: object, at: int, value: int, reference: int = 9) -> bytes:
    octets = bytearray(host.octets(body, reference))
    octets[at] = value
    return bytes(octets)


def longer(octets: bytes, more: bytes) -> bytes:
    return (len(octets) + len(more)).to_bytes(2, "big") + octets[2:] + more


@pytest.mark.parametrize("length", [0, 11, 1025, 0xFFFF])
def test_a_length_that_cannot_be_closes_a_tcp_connection(length: int) -> None:
    host = Host().register()
    assert host.raw(length.to_bytes(2, "big") + bytes(12)) == []
    assert not host.bench.connected


@pytest.mark.parametrize(
    "octets", [b"", b"\0\x0c", bytes(11), b"\0\x0d" + bytes(10), bytes(129)]
)
def test_a_length_that_cannot_be_resets_an_x25_circuit(octets: bytes) -> None:
    host = Host(packets=True).register()
    assert host.raw(octets) == []
    assert len(host.bench.resets) == bool(octets)
    assert host.bench.connected
    assert told(host.ask(POLL)) == ["LinkPoll done"]


def test_a_message_may_be_cut_anywhere_in_the_stream() -> None:
    host = Host().register()
    octets = host.octets(POLL, 1) + host.octets(POLL, 2)
    heard = [one for i in range(len(octets)) for one in host.raw(octets[i : i + 1])]
    assert [one.reference for one in heard] == [1, 2]


@pytest.mark.parametrize("at", [PROTOCOL, VERSION])
@pytest.mark.parametrize("registered", [False, True])
def test_an_unknown_protocol_or_version_is_told_and_dropped(at: int, registered: bool) -> None:
    host = Host()
    host.register() if registered else host.connect()
    (answer,) = host.raw(spoilt(host, POLL, at, 250))
    assert answer.body == m.InvalidMessageReceived(Cause(Reason.BAD_PROTOCOL))


def test_an_unknown_type_is_told_with_the_type() -> None:
    host = Host().register()
    (answer,) = host.raw(spoilt(host, POLL, TYPE, 250))
    wrong = m.InvalidMessageReceived(Cause(Reason.UNKNOWN_MESSAGE), 250, 9)
    assert answer.body == wrong


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (MessageType.LINK_POLL, Kind.IND),
        (MessageType.STATUS_CHANGE, Kind.REQ),
        (MessageType.STATUS_CHANGE, Kind.IND),  # a host reports no status
        (MessageType.MAKE_CALL, Kind.ACK),
        (MessageType.FLOW_CONTROL, Kind.ACK),
    ],
)
def test_a_kind_that_is_impossible_for_the_type_is_told(
    message: MessageType, kind: Kind
) -> None:
    host = Host().register()
    octets = bytearray(host.octets(POLL))
    octets[TYPE], octets[KIND] = TYPES[message], KINDS[kind]
    (answer,) = host.raw(bytes(octets))
    assert answer.body == m.InvalidMessageReceived(Cause(Reason.BAD_KIND), TYPES[message])


@pytest.mark.parametrize("more", [b"\x20", b"\x20\x05500", b"\x20\x01"])
def test_an_element_past_the_end_is_told_whatever_the_registration(more: bytes) -> None:
    for host in (Host().register(), Host()):
        if not host.bench.connected:
            host.connect()
        (answer,) = host.raw(longer(host.octets(POLL, 9), more))
        assert isinstance(answer.body, m.InvalidMessageReceived)
        assert answer.body.cause == Cause(Reason.BAD_IE_LENGTH)


def test_a_request_before_the_registration_is_refused_and_all_else_dropped() -> None:
    host = Host()
    host.connect()
    assert told(host.ask(POLL)) == ["LinkPoll refused: not_registered"]
    missing = longer(host.octets(m.DNRegister(device_dn="5001"), 4)[:12], b"")
    (answer,) = host.raw(missing)
    assert told([answer.body]) == ["DNRegister refused: not_registered"]
    for octets in (
        host.octets(m.FlowControl(FlowState.STOP)),
        longer(host.octets(m.FlowControl(FlowState.STOP))[:12], b""),
        host.octets(m.Ack(MessageType.LINK_POLL), 1),
    ):
        assert host.raw(octets) == []


def test_a_request_of_another_association_is_refused() -> None:
    host = Host().register()
    host.association += 1
    assert told(host.ask(POLL)) == ["LinkPoll refused: not_registered"]


def test_a_missing_or_bad_element_of_a_request_is_refused_with_its_number() -> None:
    host = Host().register()
    numbers = DEFAULT.numbers()
    request = host.octets(m.AnswerCall(7, device_dn="5001"), 4)
    (answer,) = host.raw(longer(request[:12], bytes((numbers["CallId"], 4, 0, 0, 0, 7))))
    assert answer.body == m.Nak(
        MessageType.ANSWER_CALL, Cause(Reason.MISSING_IE, numbers["DeviceDN"])
    )
    wrong = bytes((numbers["CallId"], 3, 0, 0, 7, numbers["DeviceDN"], 1, 0x35))
    (answer,) = host.raw(longer(request[:12], wrong))
    assert answer.body == m.Nak(
        MessageType.ANSWER_CALL, Cause(Reason.BAD_IE, numbers["CallId"])
    )


def test_a_missing_element_of_an_indication_is_told() -> None:
    host = Host().register()
    bare = longer(host.octets(m.FlowControl(FlowState.STOP))[:12], b"")
    (answer,) = host.raw(bare)
    assert isinstance(answer.body, m.InvalidMessageReceived)
    assert answer.body.cause.reason is Reason.MISSING_IE


def test_a_response_to_no_request_is_dropped_and_counted() -> None:
    host = Host().register()
    assert host.raw(host.octets(m.Ack(MessageType.LINK_POLL), 77)) == []
    assert [note.kind for note in host.bench.notes] == ["stray"]


def test_no_invalid_message_received_is_ever_answered() -> None:
    for host in (Host().register(), Host()):
        if not host.bench.connected:
            host.connect()
        body = m.InvalidMessageReceived(Cause(Reason.BAD_IE), 5)
        assert host.raw(host.octets(body)) == []
        assert host.raw(spoilt(host, body, KIND, KINDS[Kind.REQ])) == []
        assert host.raw(host.octets(body)[:2] + longer(host.octets(body), b"\x20")[2:]) == []


BODIES = [
    m.LinkPoll(),
    m.DNRegister(device_dn="5001", event_group=1),
    m.MakeCall("5002", device_dn="5001"),
    m.AnswerCall(1, device_dn="5001"),
    m.ReleaseCall(device_dn="5001", call_id=1),
    m.InitiateTransfer(1, "5003", device_dn="5001"),
    m.SetFeature(Feature.LOGIN, device_dn="5001", agent_id="1234"),
    m.RouteCall(1, 1, "5001"),
    m.PlayPrompt(1, (1, 2)),
    m.FlowControl(FlowState.RESUME),
]


@given(
    body=st.sampled_from(BODIES),
    at=st.integers(2, 40),
    value=st.integers(0, 255),
    cut=st.integers(0, 6),
)
def test_whatever_is_damaged_gets_one_reaction_at_most(
    body: object, at: int, value: int, cut: int
) -> None:
    """A spoilt message is answered once, or not at all; the link goes on."""
    host = Host(packets=True).register()
    octets = bytearray(host.octets(body, 9))
    if at < len(octets):
        octets[at] = value
    heard = host.raw(bytes(octets[: len(octets) - cut]))
    answers = [
        one
        for one in heard
        if place(one.body)[1] in (Kind.ACK, Kind.NAK)
        or isinstance(one.body, m.InvalidMessageReceived)
    ]
    assert len(answers) <= 1
    assert host.bench.connected


@given(octets=st.lists(st.binary(max_size=64), max_size=8))
def test_no_octets_break_the_switch(octets: list[bytes]) -> None:
    host = Host().register()
    for piece in octets:
        host.bench.feed(piece)
    host.bench.do(verbs.Dial("5001", "5002"))
    assert host.bench.view().calls


def test_a_message_that_is_too_long_for_a_packet_goes_without_its_time() -> None:
    profile = DEFAULT
    host = Host(packets=True, profile=profile).register()
    sent = host.bench.do(verbs.TrunkRings("5550001", "1" * 60))
    assert len(sent) <= profile.limits.max_message_x25
    (ringing,) = [one.body for one in host.hear(sent)]
    assert ringing.time_stamp is None
    assert ringing.clid == "1" * 60


def test_a_message_of_a_host_may_be_as_long_as_the_link_allows() -> None:
    host = Host().register()
    text = "x" * 255
    octets = longer(host.octets(m.LinkPoll(), 3), b"".join([b"\xf0\xff" + text.encode()] * 3))
    (answer,) = host.raw(octets)
    assert isinstance(answer, Message)
    assert told([answer.body]) == ["LinkPoll done"]
