"""Traffic from a seed, and the ledger of true calls."""

from __future__ import annotations

import json

import pytest

from sim.exchange.facts import Accepted, CallFact, Ignored, NotDelivered, Refused
from sim.exchange.verbs import Answer, Conference, Consult, HangUp, MakeCall, Transfer
from sim.exchange.words import AgentState
from sim.ledger import Ledger
from sim.load import Load, busy_plan, run, standing
from sim.shapes import Shape
from sim.stage import Stage
from sim.switch import Exchange
from tests.sim.small import small

PLAN = busy_plan(stations=60)
LOAD = Load(seed=11, rate=0.2, duration=1800.0)


@pytest.fixture(scope="module")
def traffic():
    return run(LOAD, PLAN)


def test_the_same_seed_gives_the_same_facts_and_another_seed_others(traffic):
    assert run(LOAD, PLAN) == traffic
    assert run(Load(seed=12, rate=0.2, duration=1800.0), PLAN).told != traffic.told


def test_the_traffic_has_every_shape_at_about_its_rate(traffic):
    assert all(count > 5 for count in traffic.begun.values())
    assert 300 < sum(traffic.begun.values()) + traffic.skipped < 420


def test_a_mix_may_leave_shapes_out():
    only = run(Load(seed=1, rate=0.2, duration=300.0, mix={Shape.INTERNAL: 1.0}), PLAN)
    assert [shape for shape, count in only.begun.items() if count] == [Shape.INTERNAL]
    assert {record.cause for record in only.calls} == {"normal"}


def test_every_call_of_the_traffic_ends(traffic):
    live = {}
    for _, action in traffic.told:
        if isinstance(action, CallFact):
            live[action.call] = bool(action.parties)
        assert not isinstance(action, Accepted | Refused | NotDelivered)
    assert all(record.ended is not None for record in traffic.calls)


def test_the_timed_events_alone_give_the_same_facts_again(traffic):
    """The steps of a run can be played to another exchange, without the crowd."""
    stage = Stage(Exchange(PLAN))
    told = []
    for at, event in traffic.events:
        told += stage.advance(at)
        told += [(at, action) for action in stage.do(event)]
    told += stage.advance(stage.now + 3600.0)
    assert tuple(told) == traffic.told


def test_the_true_calls_say_who_when_and_where(traffic):
    records = traffic.calls
    assert [record.serial for record in records] == list(range(1, len(records) + 1))
    assert all(record.began <= (record.answered or record.began) for record in records)
    assert any(record.waited_at == ("5000",) for record in records)
    merged = [record for record in records if record.merged_into is not None]
    assert len(merged) == traffic.begun[Shape.TRANSFER] + traffic.begun[Shape.CONFERENCE]
    answered = [record for record in records if record.called == "5555000" and record.answered]
    assert all(any(device.startswith("2") for device in one.devices) for one in answered)


def test_traffic_on_too_few_sets_is_skipped_and_counted():
    few = run(Load(seed=1, rate=1.0, duration=120.0), busy_plan(stations=3, agents=1))
    assert few.skipped > 0
    assert all(record.ended is not None for record in few.calls)


def test_a_contact_centre_of_two_thousand_agents_stands_at_once():
    plan = busy_plan(stations=0, agents=2000, trunks=600)
    stage = Stage(Exchange(plan))
    ledger = Ledger()
    for event in standing(plan, 500):
        for action in stage.do(event):
            assert not isinstance(action, Ignored)
            ledger.take(stage.now, action)
    truth = ledger.end()
    assert len(truth.agents) == 2000
    assert sum(agent.state is AgentState.BUSY for agent in truth.agents) == 500
    assert truth.calls == stage.exchange.snapshot().calls
    assert all(len(call.parties) == 2 for call in truth.calls)
    waits = busy_plan(stations=0, agents=1, trunks=4)
    few = Stage(Exchange(waits))
    for event in standing(waits, 3):
        few.do(event)
    assert few.exchange.live == 3


def ledger_of(stage, *steps):
    ledger = Ledger()
    for at, event in steps:
        for when, action in [*stage.advance(at), *((at, one) for one in stage.do(event))]:
            ledger.take(when, action)
    return ledger


def test_a_merged_call_points_to_the_one_that_lives_on():
    for merged, kept in [("primary", 1), ("secondary", 2), ("new", 3)]:
        ledger = ledger_of(
            small(transfer_call_id=merged),
            (1.0, MakeCall("201", "202")),
            (2.0, Answer("202")),
            (3.0, Consult("201", "203")),
            (4.0, Answer("203")),
            (5.0, Conference("201") if merged == "new" else Transfer("201")),
        )
        records = ledger.calls()
        into = {record.call: record.merged_into for record in records}
        assert into == {number: None if number == kept else kept for number in into}
        survivor = next(record for record in records if record.call == kept)
        assert {"202", "203"} <= set(survivor.devices)
        assert survivor.answered is not None


def test_records_are_ready_for_json():
    ledger = ledger_of(
        small(),
        (1.0, MakeCall("201", "202")),
        (2.5, Answer("202")),
        (9.0, HangUp("201")),
    )
    leg = {"number": "201", "agent": ""}
    assert json.loads(json.dumps(ledger.lines())) == [
        {
            "record": "call",
            "serial": 1,
            "call": 1,
            "calling": "201",
            "called": "202",
            "began": 1.0,
            "answered": 2.5,
            "ended": 9.0,
            "devices": ["201", "202"],
            "waited_at": [],
            "merged_into": None,
            "cause": "normal",
            "data": "",
            "user_data": "",
            "account": "",
            "legs": [
                {"device": "201", "state": "initiated", "since": 1.0, "until": 1.0, **leg},
                {"device": "201", "state": "connected", "since": 1.0, "until": 9.0, **leg},
                {
                    "device": "202",
                    "state": "alerting",
                    "since": 1.0,
                    "until": 2.5,
                    "number": "202",
                    "agent": "",
                },
                {
                    "device": "202",
                    "state": "connected",
                    "since": 2.5,
                    "until": 9.0,
                    "number": "202",
                    "agent": "",
                },
            ],
        }
    ]
