"""X.25 as a message link: on a line, over TCP, in both roles, on bad wires and slow ones."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from protocols.stacks import primitives as st
from protocols.stacks import x25_hdlc, x25_serial, xot
from tests.protocols.stacks.ends import Ends, bad_weather

MAKERS: dict[str, Any] = {"x25_serial": x25_serial, "x25_hdlc": x25_hdlc, "xot": xot}
LINES = ["x25_serial", "x25_hdlc"]


def ends(name: str, here: dict[str, Any] | None = None, there: dict[str, Any] | None = None,
         **more: Any) -> Ends:  # fmt: skip
    """Make the calling and the answering end."""
    other: dict[str, Any] = {"role": "answering"}
    if name != "xot":
        other["interface"] = "dce"
    return Ends(MAKERS[name](here or {}), MAKERS[name]({**other, **(there or {})}), **more)


@pytest.mark.parametrize("name", MAKERS)
def test_a_call_is_set_up_and_carries_pdus_of_any_length_both_ways(name: str) -> None:
    pair = ends(name, {"called": "5678", "calling": "1234", "user_data": "c0ffee"},
                {"called": "5678", "calling": "1234", "user_data": "c0ff"})  # fmt: skip
    pair.up()
    pair.run(5.0)
    assert pair.kinds(0) == pair.kinds(1) == ["Established"]
    pdus = [bytes([size % 251]) * size for size in (0, 1, 127, 128, 129, 1000, 40_000)]
    for pdu in pdus:
        pair.send(0, pdu)
        pair.send(1, pdu[::-1])
    pair.run(400.0)
    assert pair.received(1) == pdus
    assert pair.received(0) == pdus


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    "keys",
    [
        {"modulo": 128, "window": 20, "packet_size": 1024},
        {"packet_size": 16, "window": 1},
        {"packet_size": 4096, "window": 7, "negotiate": True},
        {
            "fast_select": True,
            "reverse_charging": True,
            "throughput": 9600,
            "user_data": "ab" * 100,
        },
    ],
)
def test_sizes_and_facilities(name: str, keys: dict[str, Any]) -> None:
    there: dict[str, Any] = {
        key: keys[key] for key in ("modulo", "window", "packet_size") if key in keys
    }
    pair = ends(name, keys, there)
    pair.up()
    pair.run(5.0)
    pair.send(0, b"x" * 9000)
    pair.run(300.0)
    assert pair.received(1) == [b"x" * 9000]


@pytest.mark.parametrize("name", LINES)
def test_a_permanent_circuit(name: str) -> None:
    keys = {"permanent": 1}
    pair = ends(name, keys, keys)
    pair.up()
    pair.run(5.0)
    assert pair.kinds(0) == ["Established"]
    pair.send(1, b"hello")
    pair.run(5.0)
    assert pair.received(0) == [b"hello"]


def test_extended_sequence_numbers_of_lapb() -> None:
    keys = {"lapb": {"modulo": 128, "k": 30, "timers": {"T1": 1.0}}}
    pair = ends("x25_serial", keys, keys)
    pair.up()
    pair.run(5.0)
    for number in range(300):
        pair.send(0, number.to_bytes(2, "big") * 50)
    pair.run(300.0)
    assert pair.received(1) == [number.to_bytes(2, "big") * 50 for number in range(300)]


def test_control_octets_are_escaped_on_request() -> None:
    pair = ends("x25_serial", {"accm": "ffffffff"}, {"accm": "ffffffff"})
    pair.up()
    pair.run(5.0)
    pair.send(0, bytes(range(256)))
    pair.run(5.0)
    assert pair.received(1) == [bytes(range(256))]
    assert all(octet >= 0x20 for _, octets in pair.sent for octet in octets)


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ({"called": "99"}, "it is for 5678, not 99"),
        ({"calling": "99"}, "only 99 may call"),
        ({"user_data": "ff"}, "its user data is c0ffee"),
        ({"role": "calling"}, "this end sets calls up itself"),
    ],
)
def test_a_call_that_is_not_expected_is_refused(there: dict[str, Any], reason: str) -> None:
    here = {"called": "5678", "calling": "1234", "user_data": "c0ffee"}
    pair = ends("x25_serial", here, {**there, "interface": "dce"})
    pair.up()
    pair.run(2.0)
    (fault, *_) = [one for one in pair.seen[1] if isinstance(one, st.Fault)]
    assert (fault.kind, fault.detail) == ("call", f"call from 1234 refused: {reason}")
    assert "Established" not in pair.kinds(0)
    before = pair.kinds(0).count("call")
    pair.run(15.0)  # and it is tried again
    assert pair.kinds(0).count("call") > before >= 1


def test_a_refused_call_over_tcp_ends_the_connection() -> None:
    pair = ends("xot", {"calling": "1"}, {"calling": "2"})
    pair.up()
    pair.run(1.0)
    assert pair.seen[0] == [
        st.Fault("call", "X.25 call cleared: by the other end (00), diagnostic 162"),
        st.Fault("call", "the call is over", fatal=True),
    ]
    assert not [timer for which, timer in pair.running if which == 0]


@pytest.mark.parametrize("name", MAKERS)
def test_a_release_in_order_reaches_the_other_end(name: str) -> None:
    pair = ends(name)
    pair.up()
    pair.run(2.0)
    pair.give(0, st.Release())
    pair.run(1.0)
    assert "Released" in pair.kinds(1)
    pair.give(0, st.TransportDown("closed"))
    assert not [timer for which, timer in pair.running if which == 0]
    pair.send(0, b"late")
    assert pair.kinds(0)[-1] == "unsent"


@pytest.mark.parametrize("name", MAKERS)
def test_a_reset_tells_both_ends_that_pdus_may_be_lost_and_the_circuit_stays(name: str) -> None:
    pair = ends(name)
    pair.give(0, st.Reset("too early"))  # nothing is there to be reset
    pair.up()
    pair.run(2.0)
    pair.give(0, st.Reset("a length that cannot be"))
    pair.run(1.0)
    assert pair.seen[0][-1] == st.Fault(st.LOST, "X.25 reset: a length that cannot be")
    assert pair.kinds(1)[-1] == st.LOST
    pair.send(0, b"on we go")
    pair.send(1, b"so do we")
    pair.run(2.0)
    assert (pair.received(1), pair.received(0)) == ([b"on we go"], [b"so do we"])


@pytest.mark.parametrize("name", MAKERS)
def test_a_lost_transport_releases_and_stops_everything(name: str) -> None:
    pair = ends(name)
    pair.up()
    pair.run(2.0)
    pair.send(0, b"x" * 1000)
    pair.give(0, st.TransportDown("cut"))
    assert pair.seen[0][-1] == st.Released("cut")
    assert not [timer for which, timer in pair.running if which == 0]
    pair.give(0, st.OctetsReceived(b"\x7e"))
    assert pair.kinds(0)[-1] == "late"
    # A new connection begins anew.
    pair.give(1, st.TransportDown("cut"))
    pair.run(1.0)
    pair.up()
    pair.run(5.0)
    pair.send(0, b"again")
    pair.run(5.0)
    assert pair.received(1)[-1] == b"again"


def test_a_line_that_is_dead_is_tried_again_for_ever() -> None:
    pair = ends("x25_serial")
    pair.give(0, st.TransportUp())
    pair.run(100.0)
    assert pair.kinds(0) == ["link", "link"]
    assert pair.running
    pair.give(1, st.TransportUp())
    pair.run(60.0)
    assert pair.kinds(0)[-1] == "Established"


def test_a_reset_is_told_as_lost() -> None:
    """A data packet out of order (P(S) = 5) resets the circuit at both ends."""
    pair = ends("xot")
    pair.up()
    pair.run(1.0)
    pair.give(1, st.OctetsReceived(bytes.fromhex("00000004 1001 0a 00")))
    pair.run(1.0)
    for which in (0, 1):
        (lost,) = [one for one in pair.seen[which] if isinstance(one, st.Fault)]
        assert lost.kind == st.LOST
        assert lost.detail == "X.25 reset: by the other end (00), diagnostic 1"
    pair.send(0, b"on it goes")
    pair.run(1.0)
    assert pair.received(1) == [b"on it goes"]


def test_a_bad_header_over_tcp_ends_the_connection() -> None:
    pair = ends("xot")
    pair.up()
    pair.run(1.0)
    pair.give(0, st.OctetsReceived(b"\x00\x01\x00\x05"))
    assert pair.seen[0][-1] == st.Fault(
        "framing", "XOT header with version 1, length 5", fatal=True
    )
    assert "Released" in pair.kinds(0)
    assert not [timer for which, timer in pair.running if which == 0]


@pytest.mark.parametrize("name", MAKERS)
def test_what_cannot_wait_is_not_sent_and_says_so(name: str) -> None:
    pair = ends(name, {"queue": 3, "longest": 1000})
    pair.up()
    pair.run(2.0)
    pair.send(0, b"x" * 1001)
    assert pair.seen[0][-1] == st.Fault("unsent", "PDU of 1001 octets: at most 1000")
    for _ in range(5):
        pair.send(0, b"x" * 1000)
    # One is on its way, three wait.
    assert pair.seen[0][-1] == st.Fault("unsent", "3 PDUs wait already")
    pair.run(60.0)
    assert len(pair.received(1)) == 4


@pytest.mark.parametrize("name", MAKERS)
def test_an_urgent_pdu_overtakes_all_that_wait_on_a_slow_line(name: str) -> None:
    """At 19.2 kbit/s: start bit, eight data bits and stop bit make 1920 octets a second."""
    pair = ends(name, rate=1920.0)
    pair.up()
    pair.run(10.0)
    begun = pair.now
    snapshots = [bytes([number]) * 1500 for number in range(20)]
    for pdu in snapshots:
        pair.send(0, pdu)
    pair.run(3.0)
    pair.send(0, b"route select", urgent=True)
    pair.send(0, b"clear", urgent=True)
    asked = pair.now
    pair.run(60.0)
    arrived = pair.received(1)
    assert [pdu for pdu in arrived if len(pdu) == 1500] == snapshots
    place = arrived.index(b"route select")
    assert arrived[place + 1] == b"clear"
    # At most the rest of one snapshot was before it.
    assert pair.at[1][place] - asked < 1500 / 1920 + 0.5
    assert pair.at[1][-1] - begun > 20 * 1500 / 1920


FAST = {"T1": 0.5, "T2": 0.05}
PACKET_FAST = {"T2": 0.05, "T20": 5, "T21": 5, "T22": 5, "T23": 5, "T10": 5, "T11": 5,
               "T12": 5, "T13": 5, "T25": 10}  # fmt: skip


@given(some.integers(0, 2**32), some.sampled_from(LINES))
def test_everything_arrives_once_and_in_order_or_is_told_as_lost(seed: int, name: str) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    keys = {"timers": PACKET_FAST, "lapb": {"timers": FAST, "n2": 30}, "again": 1,
            "window": dice.randint(1, 7), "packet_size": 128}  # fmt: skip
    pair = ends(name, keys, keys)
    pair.up()
    pair.run(5.0)
    share = dice.choice([0.02, 0.1, 0.2])
    # On an interface without FCS of its own damage is the card's to find.
    pair.spoil = bad_weather(dice, share)
    if name == "x25_hdlc":
        weather = bad_weather(dice, share)
        pair.spoil = lambda octets: [one for one in weather(octets) if one == octets]
    numbers = [0, 0]
    for _ in range(25):
        which = dice.randint(0, 1)
        pdu = numbers[which].to_bytes(2, "big") * dice.choice([1, 30, 200])
        numbers[which] += 1
        pair.send(which, pdu)
        pair.run(dice.random())
    pair.spoil = None
    pair.run(300.0)
    for which in (0, 1):
        runs: list[list[int]] = [[]]
        for one in pair.seen[which]:
            if isinstance(one, st.Received):
                number = int.from_bytes(one.pdu[:2], "big")
                assert one.pdu == one.pdu[:2] * (len(one.pdu) // 2)
                runs[-1].append(number)
            elif isinstance(one, st.Released) or (
                isinstance(one, st.Fault) and one.kind == st.LOST
            ):
                runs.append([])
        told = [number for run in runs for number in run]
        assert told == sorted(set(told))
        if not {"Released", "unsent", st.LOST} & {*pair.kinds(0), *pair.kinds(1)}:
            assert told == list(range(numbers[1 - which]))
    # Both ends are in order again, and nobody waits for nothing.
    pair.send(0, b"last")
    pair.run(30.0)
    assert pair.received(1)[-1] == b"last"


@given(some.lists(some.binary(max_size=40), max_size=20), some.sampled_from(list(MAKERS)))
def test_no_octets_raise(reads: list[bytes], name: str) -> None:
    for role in ("calling", "answering"):
        stack = MAKERS[name]({"role": role})
        tap = MAKERS[name]({}, observing=True)
        for one in (stack, tap):
            one.handle(st.TransportUp())
            for octets in reads:
                one.handle(st.OctetsReceived(octets))
                one.handle(st.OctetsReceived(b"\x7e" + octets + b"\x7e"))
                one.handle(st.OctetsReceived(b"\0\0\0" + bytes((len(octets),)) + octets))


@pytest.mark.parametrize("name", MAKERS)
def test_observers_of_both_directions_see_the_same_pdus(name: str) -> None:
    pair = ends(name)
    taps = [MAKERS[name]({}, observing=True) for _ in range(2)]
    pair.up()
    pair.run(2.0)
    pair.send(0, b"a" * 700)
    pair.send(1, b"b" * 300)
    pair.send(0, b"c")
    pair.run(30.0)
    heard: tuple[list[bytes], list[bytes]] = ([], [])
    for tap in taps:
        assert tap.handle(st.TransportUp()) == [st.Established()]
        assert tap.handle(st.Send(b"x")) == []
    for which, octets in pair.sent:
        for one in taps[which].handle(st.OctetsReceived(octets)):
            assert isinstance(one, st.Received)
            heard[which].append(one.pdu)
    assert heard == ([b"a" * 700, b"c"], [b"b" * 300])
    assert taps[0].handle(st.TransportDown("over")) == [st.Released("over")]


BAD = [
    ({"calld": "1"}, "calld", "no such key; known here: .*again, called"),
    ({"called": "12a"}, "called", "expected `str` matching|expected str matching"),
    ({"role": "server"}, "role", "invalid enum value"),
    ({"window": 8}, "window", "8: at most 7 modulo 8"),
    ({"packet_size": 100}, "packet_size", "invalid enum value"),
    ({"user_data": "ab" * 17}, "user_data", "17 octets: at most 16, 128 with fast_select"),
    ({"user_data": "a"}, "user_data", "expected"),
    ({"facilities": "42"}, "facilities", "runs over the end"),
    ({"timers": {"T99": 1}}, "timers.T99", "no such timer; there are T2, T10"),
    ({"timers": {"T21": 1e6}}, "timers.T21", "not in 1 to 600 s"),
    ({"longest": 5}, "longest", "expected int >= 128"),
]
BAD_ON_LINES = [
    ({"lapb": {"k": 8}}, "lapb.k", "8: at most 7 modulo 8"),
    ({"lapb": {"k": "7"}}, "lapb.k", "expected int, got str"),
    ({"lapb": {"kk": 7}}, "lapb.kk", "no such key; known here: interface, k, mode"),
    ({"lapb": {"timers": {"T5": 1}}}, "lapb.timers.T5", "there are T1, T2, T3, T4"),
    ({"channels": "5"}, "channels", "'5' is not LOW-HIGH"),
    ({"channels": "5-4"}, "channels", "'5-4' is not in 1 to 4095, in order"),
    ({"incoming": "1-9"}, "channels", "begins at 1, not behind incoming that end at 9"),
    ({"permanent": 0}, "permanent", "expected int >= 1"),
]


@pytest.mark.parametrize(("keys", "key", "reason"), BAD)
@pytest.mark.parametrize("name", MAKERS)
def test_a_wrong_key_is_named(name: str, keys: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(st.OptionError, match=reason) as caught:
        MAKERS[name](keys)
    assert caught.value.key == key


@pytest.mark.parametrize(("keys", "key", "reason"), BAD_ON_LINES)
@pytest.mark.parametrize("name", LINES)
def test_a_wrong_key_of_a_line_is_named(
    name: str, keys: dict[str, Any], key: str, reason: str
) -> None:
    with pytest.raises(st.OptionError, match=reason) as caught:
        MAKERS[name](keys)
    assert caught.value.key == key


def test_stacks_without_keys_take_none() -> None:
    from protocols.stacks import length16

    with pytest.raises(st.OptionError, match="k: no such key"):
        length16({"k": 1})


def test_every_key_is_in_the_guide() -> None:
    from pathlib import Path

    import msgspec

    from protocols.stacks.options import Lapb, Serial, XotPvc

    page = (Path(__file__).resolve().parents[3] / "docs" / "x25.md").read_text()
    for field in msgspec.structs.fields(Serial):
        assert f"`{field.name}" in page, field.name
    for field in msgspec.structs.fields(Lapb):
        assert f"`lapb.{field.name}`" in page, field.name
    for field in msgspec.structs.fields(XotPvc):
        assert f"`pvc.{field.name}`" in page, field.name
