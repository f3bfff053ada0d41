"""Words of an operator and traffic, on a still clock."""

from __future__ import annotations

import pytest
from msgspec import to_builtins

from sim.csta.dialects import STANDARD
from sim.csta.hub import Hub
from sim.load import Load, busy_plan, run
from sim.outputs import Happened
from sim.play import Play
from sim.scenarios import reference
from sim.words import operate, show
from tests.sim.csta.client import small_office


def play() -> Play:
    return Play(Hub(small_office(), STANDARD))


def states(played: Play) -> dict[str, str]:
    view = played.hub.stage.exchange.snapshot()
    return {party.device: party.state.value for call in view.calls for party in call.parties}


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["dial 201 202", "answer 202"], {"201": "connected", "202": "connected"}),
        (["lift 201"], {"201": "initiated"}),
        (["dial 201 202", "answer 202", "hold 202"], {"201": "connected", "202": "held"}),
        (["dial 201 202", "answer 202", "hold 202", "retrieve 202", "hang-up 202"], {}),
        (
            ["dial 201 202", "answer 202", "consult 202 203", "answer 203", "transfer 202"],
            {"201": "connected", "203": "connected"},
        ),
        (
            ["dial 201 202", "answer 202", "consult 202 203", "answer 203", "conference 202"],
            {"201": "connected", "202": "connected", "203": "connected"},
        ),
        (
            ["dial 201 202", "answer 202", "transfer 202 203"],
            {"201": "connected", "203": "alerting"},
        ),
        (["dial 201 202", "deflect 202 203"], {"201": "connected", "203": "alerting"}),
        (["dial 204 202", "pick-up 201"], {"204": "connected", "201": "connected"}),
        (["dial 204 202", "pick-up 201 202"], {"204": "connected", "201": "connected"}),
        (
            ["dial 204 202", "answer 202", "park 202 71", "unpark 203 71"],
            {"204": "connected", "203": "connected"},
        ),
        (["call-in 0301234567 202"], {"L/1": "connected", "202": "alerting"}),
        (["call-in 0301234567 300"], {"L/1": "connected", "300": "queued"}),
        (["call-in 0301234567 49301000300"], {"L/1": "connected", "300": "queued"}),
        (
            ["log-in 204 4713 1234", "ready 204", "call-in 0301 300", "answer 204"],
            {"L/1": "connected", "204": "connected"},
        ),
        (["call-in 0301 202", "outside-hangs-up L/1"], {}),
        (["forward 202 203", "dial 201 202"], {"201": "connected", "203": "alerting"}),
        (["dnd 202 on", "dial 201 202"], {"201": "connected", "202": "failed"}),
        (["predict 300 202", "answer 202"], {"202": "connected", "300": "queued"}),
        (["predict 300 202 no-machines"], {"300": "connected", "202": "alerting"}),
        (["dial 201 202", "answer 202", "restart"], {}),
    ],
)
def test_what_people_do(lines, wanted) -> None:
    played = play()
    for line in lines:
        assert operate(played, line.split()) == {"ok": True}, line
    assert states(played) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "",
        "dance",
        "dial",
        "dial 201",
        "dial 201 202 203 204",
        "answer 201",
        "hold 201",
        "dial 999 202",
        "dnd 201 maybe",
        "status wonderful",
        "refuse perhaps",
        "refuse a b",
        "forward 201 202 sometimes",
        "log-in 201 1",
        "call-in 0301 999 x",
        "cut now",
        "cut -1",
        "cut nan",
        "predict 201 0301234567",
        "predict 300 0301234567 please",
    ],
)
def test_words_that_cannot_be_followed_change_nothing(line) -> None:
    played = play()
    before = show(played)
    answer = operate(played, line.split())
    assert answer["ok"] is False
    assert answer["error"]
    assert show(played) == before


def test_the_link_is_worked_by_words() -> None:
    played = play()
    number, outputs = played.hub.connect()
    played.put(outputs)
    for line in ("stall on", "refuse on", "refuse requests on", "status disabled"):
        assert operate(played, line.split()) == {"ok": True}
    hub = played.hub
    assert isinstance(hub, Hub)
    assert hub.stalled
    assert hub.refusing
    assert hub.refusing_requests
    assert hub.status == 4
    assert list(hub.links) == [number]
    assert operate(played, ["cut"]) == {"ok": True}
    assert hub.links == {}
    assert operate(played, ["refuse", "off"]) == {"ok": True}
    assert operate(played, ["cut", "7.5"]) == {"ok": True}
    assert hub.connect()[0] is None
    played.advance(8.0)
    assert hub.connect()[0] is not None
    assert operate(played, ["quit"])["quit"] is True
    assert "call-in" in operate(played, ["help"])["words"]


def test_the_truth_is_told_on_request() -> None:
    played = play()
    operate(played, ["dial", "201", "202"])
    played.advance(3.0)
    operate(played, ["answer", "202"])
    (call,) = operate(played, ["truth"])["calls"]
    assert (call["calling"], call["called"], call["answered"]) == ("201", "202", 3.0)


def test_live_traffic_is_that_of_the_same_seed_without_a_link() -> None:
    load, plan = Load(seed=3, rate=0.3, duration=120.0), busy_plan(40, 4, 12)
    alone = run(load, plan)
    played = Play(Hub(plan, STANDARD), load)
    while not played.over:
        due = played.next_due()
        assert due is not None
        played.advance(due)
    assert played.ledger.calls() == list(alone.calls)
    assert len(played.ledger) > 20
    assert len(played.truth()) == len(alone.calls)
    records = played.ledger.lines()
    assert [one["record"] for one in records] == ["call"] * len(alone.calls) + ["agent"] * 4
    assert records[0] == to_builtins(alone.calls[0])


def test_traffic_may_wait_for_a_client() -> None:
    load, plan = Load(seed=3, rate=5.0, duration=5.0), busy_plan(40, 4, 12)
    played = Play(Hub(plan, STANDARD), load, after_client=2.0)
    played.advance(100.0)
    assert played.truth() == []
    assert not played.over


def test_a_scenario_is_played_with_its_times() -> None:
    scenario = reference()["01a"]
    played = Play(Hub(scenario.plan, STANDARD), scenario=scenario)
    played.advance(60.0)
    happened = [one.at for one in played.take() if isinstance(one, Happened)]
    assert happened[0] == 0.0
    assert max(happened) > 10.0
    assert len(played.truth()) == 1
    assert states(played) == {}
