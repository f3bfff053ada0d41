"""The tunnel of ASAI over TCP: framing, opening, heartbeats, link down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as s

from protocols.asai.tunnel import Framer, Message, encode
from protocols.errors import EncodeError
from protocols.stacks import primitives as st
from protocols.stacks import tunnel_stack
from tests.protocols.stacks.ends import Ends

RESTART = bytes.fromhex("08010046790187")
REQUEST, ACCEPT = bytes.fromhex("0100000103"), bytes.fromhex("02000000")

VECTORS = [  # S1 7-7 to 7-9
    pytest.param("06 05 00 00", Message(6, 5), id="heartbeat 5"),
    pytest.param("07 05 00 00", Message(7, 5), id="its reply"),
    pytest.param("08 00 00 07 08 01 00 46 79 01 87", Message(8, 0, RESTART), id="data"),
    pytest.param("0B 00 00 01 65", Message(11, 0, b"\x65"), id="link down, switch down"),
]


@pytest.mark.parametrize(("octets", "message"), VECTORS)
def test_vector(octets: str, message: Message) -> None:
    assert Framer().feed(bytes.fromhex(octets)) == ([message], None)
    assert encode(message) == bytes.fromhex(octets)


@given(
    s.lists(s.builds(Message, s.integers(0, 255), s.integers(0, 255), s.binary(max_size=40))),
    s.lists(s.integers(1, 30)),
)
def test_messages_come_out_however_the_stream_is_cut(
    messages: list[Message], cuts: list[int]
) -> None:
    stream = b"".join(encode(one) for one in messages)
    framer, seen = Framer(), []
    for size in [*cuts, len(stream)]:
        told, wrong = framer.feed(stream[:size])
        stream = stream[size:]
        assert wrong is None
        seen += told
    assert seen == messages
    assert not framer.held


def test_a_message_that_is_too_long_is_refused_both_ways() -> None:
    with pytest.raises(EncodeError):
        encode(Message(8, 0, bytes(261)))
    _, wrong = Framer().feed(bytes.fromhex("08000105"))
    assert wrong is not None
    assert "261 octets" in str(wrong)


def client(**keys: Any) -> st.Stack:
    return tunnel_stack({"link": 3, **keys})


def gateway(**keys: Any) -> st.Stack:
    return tunnel_stack({"role": "gateway", **keys})


def heard(stack: st.Stack, *octets: str) -> list[st.Action]:
    told: list[st.Action] = []
    for one in octets:
        told += stack.handle(st.OctetsReceived(bytes.fromhex(one)))
    return told


def opened(**keys: Any) -> st.Stack:
    stack = client(**keys)
    stack.handle(st.TransportUp())
    heard(stack, ACCEPT.hex())
    return stack


def test_a_client_asks_for_its_link() -> None:
    stack = client()
    assert stack.handle(st.TransportUp()) == [st.StartTimer("opening"), st.Transmit(REQUEST)]
    assert stack.handle(st.Send(RESTART)) == [st.Fault("unsent", "the link is not established")]
    assert heard(stack, ACCEPT.hex()) == [
        st.StopTimer("opening"), st.StartTimer("heartbeat"), st.Established(),
    ]  # fmt: skip
    assert stack.handle(st.Send(RESTART)) == [st.Transmit(bytes.fromhex("08000007") + RESTART)]


def test_without_an_opening_the_connection_is_the_link() -> None:
    assert st.Established() in client(opening="none").handle(st.TransportUp())


def test_a_refused_link_is_told_in_words() -> None:
    stack = client()
    stack.handle(st.TransportUp())
    told = heard(stack, "03 02 00 00")
    reason = "the gateway refuses the link: link in use"
    assert told[-2:] == [st.Fault("refused", reason, fatal=True), st.Released(reason)]


def test_nobody_waits_for_ever() -> None:
    for stack in (client(), gateway()):
        stack.handle(st.TransportUp())
        (*_, fault, released) = stack.handle(st.TimerExpired("opening"))
        assert isinstance(fault, st.Fault)
        assert fault.fatal
        assert isinstance(released, st.Released)
        assert heard(stack, ACCEPT.hex())[0] == st.Fault(
            "late", "4 octets without a connection"
        )


def test_a_heartbeat_is_answered_at_once_with_its_identifier() -> None:
    assert heard(opened(), "06 C8 00 00") == [st.Transmit(bytes.fromhex("07C80000"))]


def test_a_heartbeat_without_reply_ends_the_connection() -> None:
    stack = opened()
    beat = [st.Transmit(bytes.fromhex("06010000")), st.StartTimer("heartbeat")]
    assert stack.handle(st.TimerExpired("heartbeat")) == beat
    assert heard(stack, "07 02 00 00") == []  # of another one
    reason = "no reply to a heartbeat of the tunnel"
    assert stack.handle(st.TimerExpired("heartbeat"))[-2:] == [
        st.Fault("silent", reason, fatal=True), st.Released(reason),
    ]  # fmt: skip


@pytest.mark.parametrize(("octet", "words"), [
    ("65", "switch down"), ("66", "port out of service"), ("67", "layer 2 down"),
    ("68", "port busied out"), ("01", "reason 1"),
])  # fmt: skip
def test_link_down_says_why_and_link_up_ends_it(octet: str, words: str) -> None:
    stack = opened()
    assert heard(stack, f"0B 00 00 01 {octet}") == [st.Released(f"link down: {words}")]
    assert heard(stack, "08 00 00 01 08") == [
        st.Fault("late", "message of 1 octets before the link is up")
    ]
    assert st.Established() in heard(stack, "04 00 00 00")


@pytest.mark.parametrize(("asked", "refusal"), [
    ("01 00 00 01 05", "03 01 00 00"), ("01 00 00 00", "03 01 00 00"),
    ("01 00 00 01 02 01 00 00 01 02", "03 02 00 00"),
])  # fmt: skip
def test_a_gateway_gives_only_links_of_its_table(asked: str, refusal: str) -> None:
    stack = gateway(links=[2])
    stack.handle(st.TransportUp())
    told = heard(stack, asked)
    assert st.Transmit(bytes.fromhex(refusal)) in told
    assert any(isinstance(one, st.Fault) and one.fatal for one in told)


def test_what_is_not_for_us_is_counted_and_passed_over() -> None:
    assert heard(opened(), "05 00 00 01 FF", "01 00 00 00", "07 00 00 00") == [
        st.Fault("tunnel", "message of type 5 is not for us"),
        st.Fault("tunnel", "message of type 1 is not for us"),
    ]


def test_a_stream_without_borders_is_given_up() -> None:
    told = heard(opened(), "08 00 FF FF")
    assert any(isinstance(one, st.Fault) and one.kind == "framing" for one in told)


def test_a_connection_that_ends_inside_a_message() -> None:
    stack = opened()
    heard(stack, "08 00 00")
    told = stack.handle(st.TransportDown("gone"))
    assert told[-2:] == [
        st.Fault("cut", "connection ended inside a message, 3 octets lost"),
        st.Released("gone"),
    ]
    assert stack.handle(st.TransportDown("again")) == []


@pytest.mark.parametrize(("keys", "wrong"), [
    ({"link": 9}, "link"), ({"links": [0]}, "links[0]"), ({"role": "dte"}, "role"),
    ({"port": 5678}, "port"),
])  # fmt: skip
def test_a_wrong_key_is_named(keys: Mapping[str, Any], wrong: str) -> None:
    with pytest.raises(st.OptionError) as error:
        tunnel_stack(keys)
    assert error.value.key == wrong


def test_two_ends_talk_beat_and_part() -> None:
    pair = Ends(client(heartbeat=5.0), gateway(heartbeat=7.0))
    pair.up()
    pair.run(1.0)
    for which in (0, 1):
        pair.send(which, RESTART)
    pair.run(60.0)
    assert pair.received(0) == pair.received(1) == [RESTART]
    beats = [octets[0] for _, octets in pair.sent if octets[0] in (6, 7)]
    assert beats.count(6) == beats.count(7) > 15
    pair.give(1, st.Release())
    pair.run(1.0)
    assert pair.kinds(0)[-1] == pair.kinds(1)[-1] == "Released"


@given(s.lists(s.binary(max_size=12), max_size=8), s.booleans())
def test_nothing_that_arrives_raises(reads: list[bytes], server: bool) -> None:
    stack = gateway() if server else client()
    stack.handle(st.TransportUp())
    for octets in reads:
        stack.handle(st.OctetsReceived(octets))
        stack.handle(st.TimerExpired("heartbeat"))
    stack.handle(st.TransportDown("over"))


def test_an_observer_reads_one_direction() -> None:
    tap = tunnel_stack({}, observing=True)
    assert tap.handle(st.TransportUp()) == [st.Established()]
    assert heard(tap, REQUEST.hex(), "06 01 00 00", "08 00 00 07" + RESTART.hex()) == [
        st.Received(RESTART)
    ]
    assert not tap.handle(st.Send(RESTART))
    assert tap.handle(st.TransportDown("over")) == [st.Released("over")]
