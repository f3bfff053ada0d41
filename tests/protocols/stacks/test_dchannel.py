"""The message link over a D channel: both sides on a wire, with every key."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st_

from protocols.lapd.layer_primitives import Clock
from protocols.lapd.primitives import Timer
from protocols.stacks import dchannel
from protocols.stacks import primitives as st
from protocols.stacks.dchannel import AGAIN, Keys
from tests.protocols.stacks.ends import Ends

ROOT = Path(__file__).resolve().parents[3]
FIXED = {"tei": 0}


def link(network: dict[str, Any], user: dict[str, Any], **how: Any) -> Ends:
    """End 0 is the network, end 1 the user."""
    return Ends(dchannel({"role": "network", **network}), dchannel(user), **how)


@pytest.mark.parametrize("keys", [{}, FIXED, {"sapi": 16, "k": 3}], ids=["bus", "fixed", "16"])
def test_messages_pass_both_ways(keys: dict[str, Any]) -> None:
    ends = link(keys, keys)
    ends.up()
    ends.run(3.0)
    assert "Established" in ends.kinds(0)
    assert "Established" in ends.kinds(1)
    messages = [bytes((8, 1, number, 0x7B)) for number in range(20)]
    for message in messages:
        ends.send(0, message)
        ends.send(1, message)
    ends.run(3.0)
    assert ends.received(0) == ends.received(1) == messages


def test_a_terminal_of_a_bus_is_given_its_tei() -> None:
    ends = link({}, {})
    ends.up()
    ends.run(3.0)
    terminal = [octets.hex() for which, octets in ends.sent if which == 1]
    assert terminal[0].startswith("fcff030f")
    assert terminal[-1] in ("00817f", "02810102")


def test_a_passive_terminal_waits() -> None:
    ends = link(FIXED | {"mode": "passive"}, FIXED | {"mode": "passive"})
    ends.up()
    ends.run(30.0)
    assert ends.sent == []
    ends = link(FIXED, FIXED | {"mode": "passive"})
    ends.up()
    ends.run(3.0)
    assert ends.kinds(1)[0] == "Established"


def test_a_dead_line_is_tried_again_for_ever() -> None:
    ends = link(FIXED | {"mode": "passive"}, FIXED | {"again": 5.0}, spoil=lambda _: [])
    ends.up()
    ends.run(100.0)
    attempts = len([1 for which, octets in ends.sent if which == 1])
    assert attempts > 4 * 5
    assert set(ends.kinds(1)) == {"mdl_g", "link"}
    ends.spoil = None
    ends.run(20.0)
    assert ends.kinds(1)[-1] == "Established"


def test_a_network_that_gives_no_tei_is_asked_again() -> None:
    ends = link({}, {"again": 5.0}, spoil=lambda _: [])
    ends.up()
    ends.run(30.0)
    assert {"tei", "link"} <= set(ends.kinds(1))
    ends.spoil = None
    ends.run(20.0)
    assert ends.kinds(1)[-1] == "Established"


def test_a_lost_transport_releases_and_stops_everything() -> None:
    ends = link({}, {})
    ends.up()
    ends.run(3.0)
    for which in (0, 1):
        ends.give(which, st.TransportDown("gone"))
        assert ends.seen[which][-1] == st.Released("gone")
    assert not ends.running
    ends.up()
    ends.run(30.0)
    assert [ends.kinds(which)[-1] for which in (0, 1)] == ["Established"] * 2


def test_a_release_in_order_reaches_the_other_end() -> None:
    ends = link(FIXED, FIXED | {"mode": "passive"})
    ends.up()
    ends.run(3.0)
    ends.give(1, st.Release())
    ends.run(1.0)
    assert ends.seen[0][-1] == st.Released("LAPD released: peer")
    assert ends.seen[1][-1] == st.Released("LAPD released as asked for")
    ends.run(15.0)
    assert ends.kinds(0)[-1] == "Established"


def test_a_link_set_up_anew_is_told_as_lost_at_both_ends() -> None:
    ends = link(FIXED, FIXED)
    ends.up()
    ends.run(3.0)
    for which in (0, 1):
        ends.seen[which].clear()
    ends.give(1, st.OctetsReceived(bytes.fromhex("0201e3")))  # undefined: error L
    ends.run(3.0)
    assert st.LOST in ends.kinds(0)
    assert st.LOST in ends.kinds(1)
    ends.send(0, b"\x08\x00\x7b")
    ends.run(1.0)
    assert ends.received(1) == [b"\x08\x00\x7b"]


def test_what_cannot_be_sent_says_so() -> None:
    ends = link(FIXED, FIXED | {"queue": 3, "n201": 10})
    ends.send(1, b"early")
    ends.up()
    ends.run(3.0)
    ends.send(1, bytes(11))
    ends.spoil = lambda _: []
    for _ in range(5):
        ends.send(1, b"message")
    faults = [one for one in ends.seen[1] if isinstance(one, st.Fault) and one.kind == "unsent"]
    assert [fault.detail for fault in faults] == [
        "the connection is not established",
        "message of 11 octets, N201 is 10",
        *["the data link takes no more messages"] * 2,
    ]


def test_a_network_serves_the_terminal_that_came_first() -> None:
    network = dchannel({"role": "network"})
    network.handle(st.TransportUp())

    def terminal(tei: int, frame: str, sapi: str = "00") -> list[st.Action]:
        octets = bytes.fromhex(f"{sapi}{tei << 1 | 1:02x}{frame}")
        return network.handle(st.OctetsReceived(octets))

    assert st.Established() in terminal(5, "7f")
    refused = terminal(6, "7f")
    assert refused[-1] == st.Fault("stranger", "TEI 6 is another terminal")
    assert st.Transmit(bytes.fromhex("020d53")) in refused  # DISC
    assert not any(isinstance(act, st.Released) for act in terminal(6, "73", "02"))
    assert st.Received(b"five") in terminal(5, "0000" + b"five".hex())
    assert not any(isinstance(act, st.Received) for act in terminal(6, "0000" + b"six".hex()))
    (transmit, *_) = network.handle(st.Send(b"to five"))
    assert isinstance(transmit, st.Transmit)
    assert transmit.octets[1] == 5 << 1 | 1
    assert any(isinstance(act, st.Released) for act in terminal(5, "53"))
    assert st.Established() in terminal(6, "7f")


def spoiled(dice: Random, share: float) -> Any:
    """Lose and double: damage is found by the FCS below."""

    def spoil(octets: bytes) -> list[bytes]:
        if dice.random() < share:
            return []
        return [octets] * (2 if dice.random() < share else 1)

    return spoil


@given(st_.integers(0, 2**32), st_.booleans())
def test_everything_arrives_once_and_in_order_or_is_told(seed: int, fixed: bool) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    keys: dict[str, Any] = {"duplicating": True, "again": 1.0} | (FIXED if fixed else {})
    ends = link(keys, keys, spoil=spoiled(dice, dice.choice([0.02, 0.1])))
    ends.up()
    ends.run(20.0)
    sent: tuple[list[bytes], list[bytes]] = ([], [])
    for number in range(40):
        which = dice.randrange(2)
        before = len(ends.seen[which])
        message = number.to_bytes(2, "big")
        ends.send(which, message)
        if not any(isinstance(one, st.Fault) for one in ends.seen[which][before:]):
            sent[which].append(message)
        ends.run(dice.random())
    ends.spoil = None
    ends.run(60.0)
    for which in (0, 1):
        arrived = ends.received(1 - which)
        assert arrived == sorted(set(arrived)), "once and in order"
        assert set(arrived) <= set(sent[which])
        faults = set(ends.kinds(which)) | set(ends.kinds(1 - which))
        if arrived != sent[which]:
            assert {st.LOST, "Released"} & faults
        assert ends.kinds(which).count("Established") >= 1


READS = st_.lists(
    st_.binary(max_size=12) | st_.binary(max_size=6).map(b"\x02\x01".__add__), max_size=30
)


@given(READS)
def test_no_octets_raise(reads: list[bytes]) -> None:
    for keys in ({}, FIXED, {"role": "network"}, {"role": "network", **FIXED}):
        for observing in (False, True):
            stack = dchannel(keys, observing=observing)
            stack.handle(st.TransportUp())
            for octets in reads:
                for action in stack.handle(st.OctetsReceived(octets)):
                    if isinstance(action, st.StartTimer):
                        assert stack.timers[action.timer] > 0


def test_observers_see_each_message_once() -> None:
    dice = Random(7)  # noqa: S311 - any sequence that can be had again will do
    ends = link({"duplicating": True}, {"duplicating": True}, spoil=spoiled(dice, 0.05))
    ends.up()
    ends.run(10.0)
    for number in range(50):
        ends.send(number % 2, bytes((number,)))
        ends.run(0.2)
    ends.run(20.0)
    for which in (0, 1):
        tap = dchannel({}, observing=True)
        assert tap.handle(st.TransportUp()) == [st.Established()]
        seen: list[bytes] = []
        for side, octets in ends.sent:
            if side == which:
                heard = tap.handle(st.OctetsReceived(octets))
                seen += [one.pdu for one in heard if isinstance(one, st.Received)]
        assert seen == ends.received(1 - which)
        assert tap.timers == {}
        assert tap.handle(st.Send(b"x")) == []
        assert tap.handle(st.TransportDown("end")) == [st.Released("end")]


def test_an_observer_that_misses_a_message_says_so() -> None:
    tap = dchannel({}, observing=True)
    tap.handle(st.TransportUp())
    frames = ["0001020008", "0001060008", "0001020008", "0201030100", "00", "4001000008"]
    told = [tap.handle(st.OctetsReceived(bytes.fromhex(frame))) for frame in frames]
    assert told[0] == [st.Received(b"\x08")]
    assert told[1] == [st.Fault(st.LOST, "1 messages are missing"), st.Received(b"\x08")]
    assert told[2] == told[3] == told[5] == []
    assert isinstance(told[4][0], st.Fault)


@pytest.mark.parametrize(
    ("keys", "key", "reason"),
    [
        ({"tei": 64}, "tei", ""),
        ({"tei": "auto"}, "tei", ""),
        ({"rolle": "user"}, "rolle", "no such key"),
        ({"role": "switch"}, "role", "invalid enum value"),
        ({"k": 128}, "k", "<= 127"),
        ({"sapi": 63}, "sapi", "<= 62"),
        ({"timers": {"T1": 1.0}}, "timers.T1", "there are T200, T201, T202, T203"),
        ({"timers": {"T200": 0.0}}, "timers.T200", "0.05 to 60 s"),
        ({"role": "network", "mode": "active"}, "mode", "waits for its terminals"),
    ],
)
def test_a_wrong_key_is_named(keys: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(st.OptionError) as caught:
        dchannel(keys)
    assert caught.value.key == key
    assert reason in caught.value.reason


def test_timers_are_those_of_the_keys() -> None:
    stack = dchannel({"timers": {"T200": 2.5}, "again": 30})
    stack.handle(st.TransportUp())
    seconds = {timer.name: stack.timers[Clock(timer, 0, 127)] for timer in Timer}
    assert seconds == {"T200": 2.5, "T201": 1.0, "T202": 2.0, "T203": 10.0}
    assert stack.timers[AGAIN] == 30
    with pytest.raises(KeyError):
        stack.timers["other"]


def test_every_key_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "dchannel.md").read_text()
    for key in Keys.__struct_fields__:
        assert f"| `{key}` |" in guide, key
