"""Random people at the exchange: what the events add up to is what truly is there."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.exchange import verbs
from sim.exchange.words import AgentState, LegState
from sim.kit import pair as kit
from sim.plan import read_plan
from tests.sim.small import SMALL
from tests.support.pair import DIALECTS, Pair
from tests.support.people import People


def joined(dialect: str, devices: list[str] | None = None) -> Pair:
    plan = read_plan(SMALL)
    everything = [station.number for station in plan.stations]
    everything += [group.number for group in plan.groups]
    everything += [point.number for point in plan.route_points]
    everything += plan.park
    pair = Pair(plan, devices or everything, dialect)
    pair.connect()
    pair.wait(1)
    assert pair.link.state.value == "up", pair.events[-1]
    for device, agent, password in [("201", "901", "77"), ("202", "902", "")]:
        pair.do(verbs.LogOn(device, agent, password))
        pair.do(verbs.SetAgentState(device, AgentState.READY))
    return pair


def truth(pair: kit.Pair) -> set[frozenset[tuple[str, str]]]:
    monitored = set(pair.engine.tracker.book.monitored)
    words = {LegState.ROUTING: "queued"}  # so the standard reports it
    calls = (
        frozenset(
            (party.device, words.get(party.state, party.state.value))
            for party in call.parties
            if party.device in monitored
        )
        for call in pair.view().calls
    )
    return {call for call in calls if call}


def believed(pair: kit.Pair) -> set[frozenset[tuple[str, str]]]:
    monitored = set(pair.engine.tracker.book.monitored)
    calls = (
        frozenset(
            (leg.device_id, leg.state.value)
            for leg in call.connections
            if leg.device_id in monitored
        )
        for call in pair.engine.tracker.calls
    )
    return {call for call in calls if call}


def busy_hour(seed: int, length: int, dialect: str = "standard") -> Pair:
    draw = Random(seed)  # noqa: S311 - the seed makes the same hour again
    pair = joined(dialect)
    people = People(pair.bench.hub.stage.exchange.plan, draw)
    for _ in range(length):
        if draw.random() < 0.15:
            pair.wait(draw.choice([1.0, 6.0, 21.0]))
        else:
            act = people.sensible(pair.bench.hub.stage.exchange.snapshot())
            pair.do(act)
        assert believed(pair) == truth(pair), act
        assert not pair.fold.problems, (act, pair.fold.problems)
        assert not pair.fold.anomalies, (act, pair.fold.anomalies)
        assert not pair.notes, (act, pair.notes)
    for call in pair.bench.hub.stage.exchange.snapshot().calls:
        pair.do(verbs.ClearCall(call.call))
    pair.wait(90)
    assert believed(pair) == truth(pair) == set()
    assert not pair.engine.tracker.calls, "what reached nobody was asked for"
    return pair


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_a_busy_hour(dialect: str, seed: int) -> None:
    busy_hour(seed, 80, dialect)


def play(*acts: object) -> Pair:
    """Let people act; what is believed must be true after each."""
    pair = joined("standard")
    for act in acts:
        if isinstance(act, float):
            pair.wait(act)
        else:
            pair.do(act)  # type: ignore[arg-type]
        assert believed(pair) == truth(pair), act
    return pair


def test_a_call_deflected_outside_is_not_at_the_set_that_was_called() -> None:
    pair = play(verbs.MakeCall("201", "202"), verbs.Deflect("202", "0333"))
    assert [leg.device_id for leg in pair.engine.tracker.calls[0].connections] == [
        "201",
        "ext:1",
    ]


def test_a_call_sent_to_a_group_that_passes_it_on_at_once_ends_in_time() -> None:
    pair = play(
        verbs.TrunkRings("5550201", "0612"),
        verbs.Deflect("201", "500"),
        verbs.Answer("202"),
        verbs.ClearCall(1),
    )
    assert not pair.engine.tracker.calls


def test_a_blind_transfer_to_a_group_that_passes_it_on_leaves_no_trace_of_the_group() -> None:
    pair = play(
        verbs.MakeCall("203", "204"),
        verbs.GoOffHook("203"),
        verbs.Answer("204"),
        verbs.BlindTransfer("204", "500"),
    )
    devices = {leg.device_id for leg in pair.engine.tracker.calls[0].connections}
    assert "500" not in devices


def test_a_set_may_join_the_same_call_a_second_time() -> None:
    play(
        verbs.MakeCall("201", "202"),
        verbs.Answer("202"),
        verbs.SingleStepConference("201", "205"),
        verbs.HangUp("205"),
        verbs.SingleStepConference("201", "205"),
    )


def test_a_failure_is_the_first_that_is_heard_of_an_identifier_used_again() -> None:
    pair = joined("standard")
    last = pair.bench.hub.stage.exchange.plan.options.call_ids
    for _ in range(last):
        pair.do(verbs.MakeCall("205", "204"))
        pair.do(verbs.HangUp("205"))
        pair.wait(3.0)
    pair.do(verbs.SetDoNotDisturb("201", on=True))
    pair.do(verbs.TrunkRings("5550201", "333"))
    assert believed(pair) == truth(pair) == {frozenset({("201", "failed")})}
