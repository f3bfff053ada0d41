"""Predicted calls, trunks that tell little, restarts, ids that are used again."""

from __future__ import annotations

import pytest

from sim.exchange import facts, verbs
from sim.exchange.facts import Accepted, Refused
from sim.exchange.verbs import Request
from sim.exchange.words import AgentState, LegState, Reason, Supervision
from tests.sim.small import later, play, small, told

PERSON = "0444"
MACHINE = "0666"


def ready(stage, device="201", agent="901", password="77"):  # noqa: S107 - of the small plan
    stage.do(verbs.LogOn(device, agent, password))
    stage.do(verbs.SetAgentState(device, AgentState.READY))


def asked(stage, verb) -> int:
    """Let a computer ask for a call; give its id."""
    answer = stage.do(Request("1", verb))[0]
    assert isinstance(answer, Accepted), answer
    return answer.call


def test_a_predicted_call_reaches_its_party_first_and_then_an_agent():
    stage = small()
    ready(stage)
    assert play(stage, verbs.MakePredictiveCall("500", PERSON)) == [
        "ServiceInitiated 500 predictive",
        "Originated 500 predictive",
        "TrunkSeized",
        "NetworkReached T1/1 predictive",
    ]
    assert later(stage, 1.0) == ["Delivered T1/1 new call"]
    assert later(stage, 4.0) == [
        "Established T1/1 normal",
        "Diverted 500 predictive",
        "Delivered 201 distributed",
    ]
    assert play(stage, verbs.Answer("201")) == [
        "Established 201 normal",
        "AgentStateChanged",
    ]


def test_a_predicted_call_waits_when_no_agent_is_free():
    stage = small()
    stage.do(verbs.MakePredictiveCall("500", PERSON))
    assert later(stage, 5.0)[1:] == [
        "Established T1/1 normal",
        "Diverted 500 predictive",
        "Queued 500 predictive",
    ]
    ready(stage)
    assert stage.exchange.look("201").calls[0].calling == "500"


@pytest.mark.parametrize(
    ("to", "seconds", "end"),
    [
        ("0111", 1.0, ["Failed T1/1 busy"]),
        ("0333", 1.0, ["Failed T1/1 number unobtainable"]),
        ("0222", 30.0, ["Delivered T1/1 new call"]),
    ],
)
def test_a_predicted_call_without_an_answer_ends_at_once(to, seconds, end):
    stage = small()
    stage.do(verbs.MakePredictiveCall("500", to))
    heard = later(stage, seconds)
    assert heard[:1] == end
    assert heard[-1].startswith("CallCleared 500")
    assert stage.exchange.live == stage.running == 0


@pytest.mark.parametrize("machines", [True, False])
def test_a_machine_is_told_from_a_person(machines):
    stage = small()
    ready(stage)
    stage.do(verbs.MakePredictiveCall("500", MACHINE, machines=machines))
    heard = later(stage, 5.0)[1:]
    assert heard[0] == "Established T1/1 machine"
    assert heard[-1] == ("Delivered 201 distributed" if machines else "CallCleared 500 machine")


def test_a_machine_answers_an_ordinary_call_like_anybody():
    stage = small()
    stage.do(verbs.MakeCall("201", MACHINE))
    assert later(stage, 5.0)[1:] == ["Established T1/1 normal"]


def test_a_predicted_call_to_a_set_that_hangs_up_ends():
    stage = small()
    stage.do(verbs.MakePredictiveCall("600", "202"))
    heard = play(stage, verbs.HangUp("202", 1))
    assert heard[0] == "ConnectionCleared 202 normal"
    assert heard[-1].startswith("CallCleared 600")
    stage.do(verbs.MakePredictiveCall("600", "202"))
    answered = play(stage, verbs.Answer("202"))
    assert answered[-1] == "RouteRequested 600 predictive"


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        (verbs.MakePredictiveCall("201", PERSON), Reason.INVALID_DEVICE),
        (verbs.MakePredictiveCall("500", "510"), Reason.INVALID_DESTINATION),
        (verbs.MakePredictiveCall("500", "5"), Reason.INVALID_DESTINATION),
        (verbs.MakePredictiveCall("500", PERSON, seconds=-1.0), Reason.INVALID_VALUE),
    ],
)
def test_a_predicted_call_that_cannot_be_is_refused(verb, reason):
    assert small().do(Request("1", verb)) == [Refused("1", reason)]


def test_an_unsupervised_trunk_tells_nothing_of_the_answer():
    stage = small()
    assert play(stage, verbs.MakeCall("201", "8444"))[-1] == "NetworkReached T2/1 new call"
    (call,) = stage.exchange.look("201").calls
    assert [party.state for party in call.parties] == [LegState.CONNECTED] * 2
    assert later(stage, 34.0) == []
    # The party answered after 5 s and leaves 30 s later; that the line shows.
    assert later(stage, 1.0)[:2] == ["TrunkFreed", "ConnectionCleared T2/1 normal"]


@pytest.mark.parametrize("number", ["8111", "8222", "8333"])
def test_an_unsupervised_trunk_keeps_what_went_wrong_for_itself(number):
    stage = small()
    stage.do(verbs.MakeCall("201", number))
    assert later(stage, 600.0) == []
    play(stage, verbs.HangUp("201"))
    assert stage.exchange.live == 0


def test_a_call_over_an_unsupervised_trunk_can_be_held_and_transferred():
    stage = small()
    stage.do(verbs.MakeCall("201", "8444"))
    stage.do(verbs.Consult("201", "202"))
    stage.do(verbs.Answer("202"))
    assert play(stage, verbs.Transfer("201")) == ["Transferred 201 transfer"]
    (call,) = stage.exchange.look("202").calls
    assert {party.device for party in call.parties} == {"T2/1", "202"}


@pytest.mark.parametrize("number", ["7444", "7111"])
def test_an_answer_is_assumed_whatever_the_party_does(number):
    stage = small()
    reached = stage.do(verbs.MakeCall("201", number))[-2]
    assert isinstance(reached, facts.NetworkReached)
    assert reached.supervision is Supervision.ASSUMED
    assert later(stage, 4.0) == ["Established T3/1 normal"]


@pytest.mark.parametrize("keeps", [True, False])
def test_after_a_restart_nothing_is_left_but_settings(keeps):
    stage = small(restart_keeps_agents=keeps)
    ready(stage)
    stage.do(verbs.SetDoNotDisturb("204", on=True))
    stage.do(verbs.TrunkRings("5550500", "0612"))
    stage.do(verbs.Answer("201"))
    stage.do(verbs.TrunkRings("5550600", "0613"))
    stage.do(verbs.GoOffHook("203"))
    heard = stage.do(verbs.Restart())
    (restarted,) = [one for one in heard if isinstance(one, facts.Restarted)]
    assert [one.agent for one in restarted.agents] == (["901"] if keeps else [])
    view = stage.exchange.snapshot()
    assert not view.calls
    assert not view.routes
    assert view.timers == stage.running == 0
    assert all(trunk.call == 0 for trunk in view.trunks)
    agent = next(one for one in view.agents if one.agent == "901")
    assert agent.state is (AgentState.NOT_READY if keeps else AgentState.LOGGED_OFF)
    assert view.stations[3].do_not_disturb
    assert later(stage, 600.0) == []
    assert asked(stage, verbs.MakeCall("202", "203")) == 1


def test_the_lowest_free_id_is_used_again_at_once():
    stage = small(call_id_order="lowest")
    devices = ("201", "202", "203")
    assert [asked(stage, verbs.MakeCall(one, "204")) for one in devices] == [1, 2, 3]
    stage.do(verbs.HangUp("202"))
    assert asked(stage, verbs.MakeCall("202", "204")) == 2


@pytest.mark.parametrize("moves", [True, False])
def test_an_agent_who_logs_on_elsewhere_leaves_the_first_set_or_is_refused(moves):
    stage = small(moving_agents=moves)
    ready(stage)
    heard = play(stage, verbs.LogOn("202", "901", "77"))
    if moves:
        assert heard == [
            "AgentStateChanged",
            "AgentLoggedOff",
            "AgentLoggedOn",
            "AgentStateChanged",
        ]
        assert stage.exchange.look("202").agents[0].device == "202"
        assert not stage.exchange.look("201").agents
    else:
        assert heard == ["Ignored"]


def test_data_of_three_kinds_survives_a_transfer():
    stage = small()
    stage.do(verbs.MakeCall("201", "202", b"order 7", b"hello", b"acct"))
    stage.do(verbs.Answer("202"))
    stage.do(verbs.Consult("202", "203"))
    stage.do(verbs.AssociateData(2, account=b"other"))
    stage.do(verbs.Answer("203"))
    merged = next(
        one for one in stage.do(verbs.Transfer("202")) if isinstance(one, facts.Transferred)
    )
    assert (merged.data, merged.user_data, merged.account) == (b"order 7", b"hello", b"acct")
    assert told(stage.do(verbs.AssociateData(1))) == ["Ignored"]


def test_the_answer_that_crosses_the_clearing_is_refused():
    stage = small()
    stage.do(verbs.MakeCall("201", "202"))
    stage.do(verbs.HangUp("201"))
    assert stage.do(Request("1", verbs.Answer("202", 1))) == [Refused("1", Reason.INVALID_CALL)]


def test_two_parties_outside_are_left_to_each_other():
    stage = small()
    stage.do(verbs.TrunkRings("5550201", "0612"))
    stage.do(verbs.Answer("201"))
    stage.do(verbs.Consult("201", PERSON))
    later(stage, 5.0)
    assert "Transferred 201 transfer" in play(stage, verbs.Transfer("201"))
    (call,) = stage.exchange.look("T1/1").calls
    assert {party.device for party in call.parties} == {"T1/1", "T1/2"}
    assert play(stage, verbs.ExternalHangsUp("T1/2"))[-1] == "CallCleared T1/1 normal"
