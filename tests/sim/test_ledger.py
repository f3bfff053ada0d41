"""The ledger: lives of calls and agents, and the exchange at any moment."""

from __future__ import annotations

from sim.exchange import verbs
from sim.exchange.words import AgentState, LegState
from sim.ledger import Ledger
from sim.stage import Stage
from tests.sim.small import small

S = LegState


def written(stage: Stage, *steps: tuple[float, verbs.Event]) -> Ledger:
    ledger = Ledger()
    for at, event in steps:
        for when, action in [*stage.advance(at), *((at, one) for one in stage.do(event))]:
            ledger.take(when, action)
    return ledger


def lasting(ledger: Ledger, call: int) -> list[tuple[str, LegState, float, float | None]]:
    """Give the connections of the first call of an id that lasted."""
    record = next(one for one in ledger.calls() if one.call == call)
    return [
        (leg.device, leg.state, leg.since, leg.until)
        for leg in record.legs
        if leg.until != leg.since
    ]


def test_each_connection_is_followed_from_state_to_state() -> None:
    ledger = written(
        small(),
        (1.0, verbs.MakeCall("201", "202")),
        (3.0, verbs.Answer("202")),
        (5.0, verbs.Consult("202", "203")),
        (6.0, verbs.Answer("203")),
        (8.0, verbs.Transfer("202")),
    )
    assert lasting(ledger, 1) == [
        ("201", S.CONNECTED, 1.0, None),
        ("202", S.ALERTING, 1.0, 3.0),
        ("202", S.CONNECTED, 3.0, 5.0),
        ("202", S.HELD, 5.0, 8.0),
        ("203", S.CONNECTED, 8.0, None),
    ]
    assert lasting(ledger, 2) == [
        ("202", S.CONNECTED, 5.0, 8.0),
        ("203", S.ALERTING, 5.0, 6.0),
        ("203", S.CONNECTED, 6.0, 8.0),
    ]


def test_the_state_at_any_moment_can_be_asked_for() -> None:
    ledger = written(
        small(),
        (1.0, verbs.LogOn("201", "901", "77")),
        (2.0, verbs.TrunkRings("5550500", "0612")),
        (3.0, verbs.TrunkRings("5550500", "0613")),
        (4.0, verbs.SetAgentState("201", AgentState.READY)),
        (6.0, verbs.Answer("201")),
    )
    assert ledger.at(0.0).calls == ()
    assert ledger.at(0.0).agents == ()
    assert ledger.at(2.9).queues == {"500": 1}
    assert ledger.at(3.0).queues == {"500": 2}
    assert ledger.at(4.0).queues == {"500": 1}
    (agent,) = ledger.at(5.0).agents
    assert (agent.agent, agent.state) == ("901", AgentState.READY)
    assert ledger.end().agents[0].state is AgentState.BUSY
    assert ledger.at(1e9).calls == ledger.end().calls


def test_an_agent_has_a_life_too() -> None:
    ledger = written(
        small(),
        (1.0, verbs.LogOn("202", "902")),
        (2.0, verbs.SetAgentState("202", AgentState.READY)),
        (7.0, verbs.LogOff("202")),
        (9.0, verbs.LogOn("203", "902")),
    )
    (record,) = ledger.agents()
    told = [(one.device, one.state, one.since, one.until) for one in record.states]
    assert [one for one in told if one[2] != one[3]] == [
        ("202", AgentState.NOT_READY, 1.0, 2.0),
        ("202", AgentState.READY, 2.0, 7.0),
        ("", AgentState.LOGGED_OFF, 7.0, 9.0),
        ("203", AgentState.NOT_READY, 9.0, None),
    ]


def test_a_restart_ends_every_call_and_every_log_on() -> None:
    ledger = written(
        small(),
        (1.0, verbs.LogOn("202", "902")),
        (2.0, verbs.MakeCall("201", "203")),
        (5.0, verbs.Restart()),
        (6.0, verbs.MakeCall("201", "203")),
    )
    first, second = ledger.calls()
    assert (first.call, first.ended, first.cause) == (1, 5.0, "restart")
    assert (second.call, second.serial, second.ended) == (1, 2, None)
    assert all(leg.until is not None for leg in first.legs)
    assert ledger.at(4.0).agents[0].agent == "902"
    assert ledger.at(5.0).agents == ()
    assert ledger.agents()[0].states[-1].state is AgentState.LOGGED_OFF
