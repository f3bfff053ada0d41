"""Patterns: what fits, what does not, and that a difference is told where it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.kit.patterns import Names, compare


def told(event: str, **members: Any) -> dict[str, Any]:
    return {"event": event, "origin": "reported", **members}


ALERTING = {"event": "connection.alerting", "call": "$c", "device": "201"}


def test_a_name_is_bound_once_and_must_then_be_the_same() -> None:
    names = Names()
    assert (
        compare([ALERTING], [told(ALERTING["event"], call_id="c1", device_id="201")], names)
        is None
    )
    assert names.known == {"$c": "c1"}
    wrong = compare([ALERTING], [told(ALERTING["event"], call_id="c2", device_id="201")], names)
    assert wrong is not None
    assert wrong.expected == "nothing more"


def test_two_names_never_mean_one_call() -> None:
    expected = [
        {"event": "call.created", "call": "$a"},
        {"event": "call.created", "call": "$b"},
    ]
    same = [told("call.created", call_id="c1"), told("call.created", call_id="c1")]
    assert compare(expected, same, Names()) is not None
    others = [told("call.created", call_id="c1"), told("call.created", call_id="c2")]
    assert compare(expected, others, Names()) is None


def test_handles_of_outside_parties_are_of_their_call() -> None:
    names = Names({"$caller": "ext:1"})
    expected = [{"event": "connection.cleared", "call": "$b", "device": "$far"}]
    event = told("connection.cleared", call_id="c2", device_id="ext:1")
    assert compare(expected, [event], names) is None
    assert names.known["$far"] == "ext:1"


def test_nothing_is_bound_by_what_does_not_fit() -> None:
    names = Names()
    expected = [ALERTING, {"event": "connection.connected", "call": "$c", "device": "201"}]
    assert compare(expected, [told(ALERTING["event"], call_id="c1", device_id="201")], names)
    assert names.known == {}


def test_what_is_missing_may_come_later_and_what_is_wrong_may_not() -> None:
    late = compare([ALERTING], [], Names())
    assert late is not None
    assert late.more
    event = told("connection.alerting", call_id="c1", device_id="202")
    wrong = compare([ALERTING], [event], Names())
    assert wrong is not None
    assert not wrong.more
    assert "device is '202'" in wrong.told


def test_events_of_one_call_have_an_order_and_those_of_two_have_none() -> None:
    a = [{"event": "call.created", "call": "$a"}, {"event": "call.cleared", "call": "$a"}]
    b = [{"event": "call.created", "call": "$b"}, {"event": "call.cleared", "call": "$b"}]
    mixed = [
        told("call.created", call_id="c1"),
        told("call.created", call_id="c2"),
        told("call.cleared", call_id="c2"),
        told("call.cleared", call_id="c1"),
    ]
    assert compare([*a, *b], mixed, Names()) is None
    assert compare([*a, *b], [mixed[3], *mixed[:3]], Names()) is not None


def test_an_optional_event_may_be_missing_but_not_in_another_place() -> None:
    failed: dict[str, Any] = {
        "event": "connection.failed",
        "call": "$c",
        "device": "201",
        "optional": True,
    }
    expected = [
        {"event": "connection.cleared", "call": "$c", "device": "202"},
        failed,
        {"event": "connection.cleared", "call": "$c", "device": "201"},
    ]
    first = told("connection.cleared", call_id="c1", device_id="202")
    between = told("connection.failed", call_id="c1", device_id="201")
    last = told("connection.cleared", call_id="c1", device_id="201")
    assert compare(expected, [first, last], Names()) is None
    assert compare(expected, [first, between, last], Names()) is None
    assert compare(expected, [first, last, between], Names()) is not None


def test_parties_are_everybody() -> None:
    parties = [
        {"device_id": "201", "state": "connected"},
        {"device_id": "ext:1", "state": "held"},
    ]
    event = told("connection.held", call_id="c1", device_id="201", parties=parties)
    whole = {"event": "connection.held", "parties": {"201": "connected", "$far": "held"}}
    assert compare([{**whole, "call": "$c"}], [event], Names()) is None
    part = {"event": "connection.held", "call": "$c", "parties": {"201": "connected"}}
    assert compare([part], [event], Names()) is not None


def test_a_number_is_compared_by_its_digits() -> None:
    event = told("call.created", call_id="c1", numbers={"calling": {"raw": "0612345678"}})
    pattern = {"event": "call.created", "call": "$c", "numbers": {"calling": "0612345678"}}
    assert compare([pattern], [event], Names()) is None
    assert compare([{**pattern, "numbers": {"calling": "061"}}], [event], Names()) is not None


def test_quiet_events_matter_only_where_they_are_expected() -> None:
    event = told("device.hook_changed", device_id="201", on_hook=False)
    assert compare([], [event], Names()) is None
    wanted = {"event": "device.hook_changed", "device": "201", "on_hook": True}
    assert compare([wanted], [event], Names()) is not None


EVENTS = st.lists(
    st.builds(
        told,
        st.sampled_from(["call.created", "call.cleared", "agent.logged_on", "snapshot.begin"]),
        call_id=st.sampled_from(["c1", "c2"]),
        agent_id=st.sampled_from(["901", "902"]),
    ),
    max_size=8,
)


@given(EVENTS)
def test_what_was_told_fits_what_was_told(events: list[dict[str, Any]]) -> None:
    patterns = [
        {key: one[key] for key in ("event", "call_id", "agent_id")}
        | {"call": one["call_id"], "agent": one["agent_id"]}
        for one in events
    ]
    assert compare(patterns, events, Names()) is None
    assert not events or compare(patterns[1:], events, Names()) is not None
