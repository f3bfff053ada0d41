"""Segmentation: what is cut comes together again, whatever happens in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import EncodeError
from protocols.q931 import values as v
from protocols.q931.messages import CallReference, Message, MessageType, decode, encode
from protocols.q931.segments import (
    TIMERS,
    Discarded,
    MessageReceived,
    Reassembler,
    Reset,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
    Whole,
    split,
)
from tests.protocols.q931.strategies import MESSAGES

ONE = CallReference(1)
LONG = encode(Message(MessageType.FACILITY, ONE, (v.Facility(bytes(200)),) * 3))


def test_segments_are_those_of_annex_h() -> None:
    segments = split(LONG, 260)
    assert [segment[:7].hex() for segment in segments] == [
        "08010160000282",
        "08010160000201",
        "08010160000200",
    ]
    assert all(
        segment[7] == MessageType.FACILITY and len(segment) <= 260 for segment in segments
    )
    assert [decode(segment).first(v.SegmentedMessage) for segment in segments] == [
        v.SegmentedMessage(not at, 2 - at, MessageType.FACILITY) for at in range(3)
    ]
    assert [len(list(decode(segment).all(v.Facility))) for segment in segments] == [1, 1, 1]


def test_a_short_message_stays_as_it_is() -> None:
    assert split(LONG, len(LONG)) == [LONG]


def test_an_element_that_fits_no_segment_is_cut() -> None:
    segments = split(LONG, 150)
    assert all(len(segment) <= 150 for segment in segments)
    assert joined(segments) == [Whole(LONG)]


@pytest.mark.parametrize("longest", [8, 20])
def test_what_cannot_be_cut_is_refused(longest: int) -> None:
    with pytest.raises(EncodeError):
        split(LONG, longest)


def test_national_messages_and_segments_are_not_cut() -> None:
    for head in ("08010100f7", "08010160"):
        with pytest.raises(EncodeError, match="not cut"):
            split(bytes.fromhex(head) + b"\x28\x20" + bytes(32), 30)


def joined(segments: list[bytes]) -> list[object]:
    machine = Reassembler()
    done: list[object] = []
    for segment in segments:
        done += [
            action
            for action in machine.handle(MessageReceived(segment))
            if not isinstance(action, StartTimer | StopTimer)
        ]
    assert not machine.waiting
    return done


@given(MESSAGES, st.integers(30, 300))
def test_every_message_comes_together_again(message: Message, longest: int) -> None:
    octets = encode(message)
    try:
        segments = split(octets, longest)
    except EncodeError:
        return
    assert all(len(segment) <= longest for segment in segments)
    assert joined(segments) == [Whole(octets)]


def test_t314_watches_a_message_that_is_not_whole() -> None:
    machine = Reassembler()
    first, second, _ = split(LONG, 260)
    assert machine.handle(MessageReceived(first)) == [StartTimer(ONE)]
    assert machine.handle(MessageReceived(second)) == [StartTimer(ONE)]
    (discarded,) = machine.handle(TimerExpired(ONE))
    assert isinstance(discarded, Discarded)
    assert machine.handle(TimerExpired(ONE)) == []
    assert TIMERS[Timer.T314].default == 4.0


def test_segments_of_two_calls_do_not_mix() -> None:
    other = CallReference(2)
    message = decode(LONG)
    theirs = encode(Message(message.kind, other, message.elements))
    mixed = [
        part for pair in zip(split(LONG, 260), split(theirs, 260), strict=True) for part in pair
    ]
    assert joined(mixed) == [Whole(LONG), Whole(theirs)]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([1, 2], id="the first is missing"),
        pytest.param([0, 2], id="the second is missing"),
        pytest.param([0, 0, 2], id="the first comes twice"),
        pytest.param([0, 1, 1], id="the second comes twice"),
    ],
)
def test_what_misses_a_segment_is_discarded(order: list[int]) -> None:
    machine = Reassembler()
    segments = split(LONG, 260)
    actions = [act for at in order for act in machine.handle(MessageReceived(segments[at]))]
    assert any(isinstance(action, Discarded) for action in actions)
    assert not any(isinstance(action, Whole) for action in actions)
    assert not machine.waiting


def test_another_message_of_the_call_ends_the_wait() -> None:
    machine = Reassembler()
    machine.handle(MessageReceived(split(LONG, 260)[0]))
    other = encode(Message(MessageType.STATUS_ENQUIRY, CallReference(2)))
    assert machine.handle(MessageReceived(other)) == [Whole(other)]
    release = encode(Message(MessageType.RELEASE, ONE))
    stopped, discarded, whole = machine.handle(MessageReceived(release))
    assert (stopped, whole) == (StopTimer(ONE), Whole(release))
    assert isinstance(discarded, Discarded)


def test_what_is_no_message_passes() -> None:
    for octets in ("", "08", "09010160" + "00028005", "08010160" + "00"):
        whole = bytes.fromhex(octets)
        assert Reassembler().handle(MessageReceived(whole)) == [Whole(whole)]


def test_a_reset_of_the_link_drops_everything() -> None:
    machine = Reassembler()
    machine.handle(MessageReceived(split(LONG, 260)[0]))
    assert machine.handle(Reset())[0] == StopTimer(ONE)
    assert not machine.waiting


def test_beginnings_are_bounded() -> None:
    machine = Reassembler(most=2)
    message = decode(LONG)
    for number in range(5):
        segment = split(
            encode(Message(message.kind, CallReference(number), message.elements)), 260
        )
        machine.handle(MessageReceived(segment[0]))
    assert len(machine.waiting) == 2


SEGMENTS = st.lists(
    st.binary(max_size=20)
    | st.builds(
        lambda number, first, kind, rest: (
            bytes((8, 1, 1, 0x60, 0, 2, first << 7 | number, kind)) + rest
        ),
        st.integers(0, 9), st.booleans(), st.integers(1, 3), st.binary(max_size=5),
    ),
    max_size=20,
)  # fmt: skip


@given(SEGMENTS)
def test_any_octets_are_taken_and_every_wait_is_watched(messages: list[bytes]) -> None:
    machine = Reassembler()
    running: set[CallReference] = set()
    for octets in messages:
        for action in machine.handle(MessageReceived(octets)):
            match action:
                case StartTimer(reference):
                    running.add(reference)
                case StopTimer(reference):
                    running.remove(reference)
                case Whole() | Discarded():
                    pass
        assert running == machine.waiting
