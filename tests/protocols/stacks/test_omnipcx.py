"""The greeting of an OmniPCX, and its text for the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.stacks import omnipcx
from protocols.stacks.primitives import (
    Established,
    Fault,
    OctetsReceived,
    Received,
    Release,
    Released,
    Reset,
    Send,
    StartTimer,
    StopTimer,
    TimerExpired,
    Transmit,
    TransportDown,
    TransportUp,
)

FRAME = b"\x00\x03\xa1\x01\x07"


def greeted():
    stack = omnipcx()
    assert stack.handle(TransportUp()) == [Transmit(b"B"), StartTimer("greeting")]
    assert stack.handle(OctetsReceived(b"P")) == [StopTimer("greeting"), Established()]
    return stack


def test_the_link_is_there_after_the_greeting():
    stack = greeted()
    assert stack.handle(OctetsReceived(FRAME)) == [Received(b"\xa1\x01\x07")]
    assert stack.handle(Send(b"\xa2\x00")) == [Transmit(b"\x00\x02\xa2\x00")]
    assert stack.handle(Release()) == [Transmit(b"EXIT")]
    assert stack.handle(TransportDown("closed")) == [Released("closed")]


def test_the_greeting_and_a_frame_in_one_read():
    stack = omnipcx()
    stack.handle(TransportUp())
    told = stack.handle(OctetsReceived(b"P" + FRAME))
    assert told == [StopTimer("greeting"), Established(), Received(b"\xa1\x01\x07")]


def test_nothing_is_sent_before_the_greeting():
    stack = omnipcx()
    stack.handle(TransportUp())
    assert stack.handle(Send(b"\xa1\x00")) == [Fault("unsent", "the switch has not greeted")]
    assert stack.handle(Release()) == []


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (OctetsReceived(b"\x00\x05"), "the switch greets with 00 instead of P"),
        (TimerExpired("greeting"), "no greeting within 10 s"),
    ],
)
def test_a_switch_that_does_not_greet(event, why):
    stack = omnipcx()
    stack.handle(TransportUp())
    wanted = [StopTimer("greeting"), Fault("greeting", why, fatal=True), Released(why)]
    assert stack.handle(event) == wanted
    assert stack.handle(TimerExpired("greeting")) == []


def test_a_connection_that_is_lost_before_the_greeting():
    stack = omnipcx()
    stack.handle(TransportUp())
    assert stack.handle(TransportDown("reset")) == [
        StopTimer("greeting"),
        Released("no greeting: reset"),
    ]


def test_the_switch_says_exit():
    stack = greeted()
    why = "the switch says EXIT"
    assert stack.handle(OctetsReceived(b"EXIT")) == [
        Fault("exit", why, fatal=True),
        Released(why),
    ]


@pytest.mark.parametrize("cut", range(len(FRAME) + 4))
def test_the_switch_says_exit_behind_an_apdu_in_any_two_reads(cut):
    stack = greeted()
    octets = FRAME + b"EXIT"
    told = [
        action
        for read in (octets[:cut], octets[cut:])
        for action in stack.handle(OctetsReceived(read))
    ]
    why = "the switch says EXIT"
    end = [Fault("exit", why, fatal=True), Released(why)]
    assert told == [Received(b"\xa1\x01\x07"), *end]


def test_a_link_without_borders_is_given_up():
    stack = greeted()
    assert stack.handle(Reset("lost")) == [
        StopTimer("greeting"),
        Fault("reset", "lost", fatal=True),
        Released("lost"),
    ]


@pytest.mark.parametrize("first", [b"B", b"P", b""])
def test_an_observer_takes_either_side(first):
    stack = omnipcx(observing=True)
    assert stack.handle(TransportUp()) == [Established()]
    assert stack.handle(OctetsReceived(first + FRAME)) == [Received(b"\xa1\x01\x07")]


@given(reads=st.lists(st.binary(max_size=6)), observing=st.booleans())
def test_any_octets(reads, observing):
    stack = omnipcx(observing=observing)
    stack.handle(TransportUp())
    for read in reads:
        stack.handle(OctetsReceived(read))
    stack.handle(TransportDown("closed"))
    assert stack.handle(TransportUp())
