"""The wire and its faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.faults import (
    Arrived,
    Closed,
    Connect,
    Connected,
    ConnectionLost,
    ConnectionRefused,
    Direction,
    Fault,
    FaultError,
    Kind,
    Sent,
    StartWireTimer,
    StopWireTimer,
    Wire,
    WireTimerExpired,
    read_faults,
)

SWITCH, HOST = Direction.TO_SWITCH, Direction.TO_HOST


def wire(*faults):
    """Give a wire that is connected."""
    made = Wire(faults)
    assert made.handle(Connect()) == [Connected()]
    return made


def send(carrier, octets, direction=SWITCH):
    return carrier.handle(Sent(direction, octets))


def test_a_wire_without_faults_carries_both_ways():
    carrier = wire()
    assert send(carrier, b"ab") == [Arrived(SWITCH, b"ab")]
    assert send(carrier, b"cd", HOST) == [Arrived(HOST, b"cd")]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault(Kind.DROP, 2), [b"one", b"three"]),
        (Fault(Kind.DROP, 1, count=2), [b"three"]),
        (Fault(Kind.DUPLICATE, 2), [b"one", b"two", b"two", b"three"]),
        (Fault(Kind.CORRUPT, 2, octet=1), [b"one", b"tvo", b"three"]),
        (Fault(Kind.CORRUPT, 2, octet=9), [b"one", b"two", b"three"]),
        (Fault(Kind.CHUNK, 3, octet=2), [b"one", b"two", b"th", b"re", b"e"]),
        (Fault(Kind.GARBAGE, 2, hex="ff00"), [b"one", b"\xff\x00", b"two", b"three"]),
        (Fault(Kind.DROP, 2, direction=HOST), [b"one", b"two", b"three"]),
        (Fault(Kind.STALL, 2), [b"one"]),
    ],
)
def test_a_fault_strikes_the_sending_it_names(fault, arrives):
    carrier = wire(fault)
    actions = [action for word in (b"one", b"two", b"three") for action in send(carrier, word)]
    assert actions == [Arrived(SWITCH, octets) for octets in arrives]


def test_a_delay_keeps_the_order():
    carrier = wire(Fault(Kind.DELAY, 1, seconds=2.0))
    assert send(carrier, b"a") == [StartWireTimer(1, 2.0)]
    assert send(carrier, b"b") == []
    assert carrier.handle(WireTimerExpired(1)) == [
        Arrived(SWITCH, b"a"),
        Arrived(SWITCH, b"b"),
    ]
    assert send(carrier, b"c") == [Arrived(SWITCH, b"c")]


def test_an_overtaken_message_comes_after_the_next():
    carrier = wire(Fault(Kind.OVERTAKE, 1, seconds=2.0))
    assert send(carrier, b"a") == [StartWireTimer(1, 2.0)]
    assert send(carrier, b"b") == [Arrived(SWITCH, b"b")]
    assert carrier.handle(WireTimerExpired(1)) == [Arrived(SWITCH, b"a")]


def test_a_stall_with_a_time_ends():
    carrier = wire(Fault(Kind.STALL, 1, seconds=9.0))
    assert send(carrier, b"a") == [StartWireTimer(1, 9.0)]
    assert carrier.handle(WireTimerExpired(1)) == [Arrived(SWITCH, b"a")]


def test_a_cut_lets_the_first_octets_through():
    carrier = wire(Fault(Kind.CUT, 2, octet=3))
    send(carrier, b"a")
    assert send(carrier, b"abcdef") == [Arrived(SWITCH, b"abc"), ConnectionLost()]
    assert send(carrier, b"more") == []
    assert carrier.handle(Connect()) == [Connected()]
    assert send(carrier, b"a") == [Arrived(SWITCH, b"a")]


def test_what_is_under_way_is_lost_with_the_connection():
    carrier = wire(
        Fault(Kind.OVERTAKE, 1, seconds=1.0), Fault(Kind.DELAY, 1, seconds=2.0, direction=HOST)
    )
    send(carrier, b"a")
    send(carrier, b"b", HOST)
    assert carrier.handle(Closed()) == [StopWireTimer(1), StopWireTimer(2), ConnectionLost()]
    assert carrier.handle(WireTimerExpired(1)) == []
    assert carrier.handle(WireTimerExpired(2)) == []
    assert carrier.handle(Closed()) == []


def test_connections_are_refused_as_often_as_told():
    carrier = Wire((Fault(Kind.REFUSE, 1, count=2),))
    refused = [ConnectionRefused()]
    assert [carrier.handle(Connect()) for _ in range(3)] == [refused, refused, [Connected()]]


def test_a_second_connection_at_once_is_refused():
    assert wire().handle(Connect()) == [ConnectionRefused()]


def test_faults_read_from_toml():
    text = '[[fault]]\nkind = "cut"\nat = 3\noctet = 7\ndirection = "to host"'
    assert read_faults(text) == (Fault(Kind.CUT, 3, HOST, octet=7),)
    assert read_faults("") == ()


@pytest.mark.parametrize(
    "row",
    [
        'kind = "lunch"\nat = 1',
        'kind = "drop"',
        'kind = "drop"\nat = 0',
        'kind = "drop"\nat = 1\ncount = 0',
        'kind = "chunk"\nat = 1',
        'kind = "garbage"\nat = 1\nhex = "f"',
        'kind = "drop"\nat = 1\ncolour = 3',
        "=",
    ],
)
def test_what_is_no_fault_is_refused(row):
    with pytest.raises(FaultError):
        read_faults(f"[[fault]]\n{row}")


FAULTS = st.builds(
    Fault,
    st.sampled_from([kind for kind in Kind if kind is not Kind.REFUSE]),
    st.integers(1, 6),
    st.sampled_from(Direction),
    st.integers(1, 3),
    st.sampled_from([0.0, 1.0]),
    st.integers(1, 4),
    st.just("fe"),
)
EVENTS = st.one_of(
    st.builds(Sent, st.sampled_from(Direction), st.binary(max_size=6)),
    st.builds(WireTimerExpired, st.integers(0, 6)),
    st.just(Connect()),
    st.just(Closed()),
)


@given(st.lists(FAULTS, max_size=5).map(tuple), st.lists(EVENTS, max_size=30))
def test_a_wire_takes_everything_and_leaves_no_timer_when_it_is_down(faults, events):
    carrier = Wire(faults)
    running: set[int] = set()
    for event in [*events, Closed()]:
        if isinstance(event, WireTimerExpired):
            running.discard(event.timer)
        was_up = carrier.up
        for action in carrier.handle(event):
            match action:
                case StartWireTimer(timer):
                    running.add(timer)
                case StopWireTimer(timer):
                    running.remove(timer)
                case Arrived(_, octets):
                    assert was_up
                    assert octets
                case _:
                    pass
        if not carrier.up:
            assert not running
