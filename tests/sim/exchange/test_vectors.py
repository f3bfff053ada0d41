"""VDNs: what the steps of a vector do to a call, and what ends them."""

from __future__ import annotations

import pytest

from sim.exchange.facts import AgentStateChanged, DigitsCollected, RouteEnded, RouteRequested
from sim.exchange.verbs import (
    Answer,
    Deflect,
    HangUp,
    LogOn,
    MakeCall,
    RouteEnd,
    RouteRegister,
    RouteSelect,
    SendDigits,
    SetAgentState,
    TrunkRings,
)
from sim.exchange.words import AgentState, RouteOutcome
from sim.plan import PlanError, read_plan
from tests.sim.small import SMALL_WITH_VDN, later, play, small, told, untimed

CALL = TrunkRings("5550610", "0612")
DIGITS = SendDigits("T1/1", "4711")


def asked(stage):
    """Bring a call to the computer; give the number of the request."""
    stage.do(CALL)
    request = next(one for one in stage.do(DIGITS) if isinstance(one, RouteRequested))
    return request.route


def outcomes(actions):
    return [one.outcome for one in actions if isinstance(one, RouteEnded)]


def test_a_call_at_a_vdn_enters_its_vector():
    assert play(small(SMALL_WITH_VDN), CALL)[-1] == "VectorEntered 610 new call"


def test_digits_are_collected_until_there_are_enough():
    stage = small(SMALL_WITH_VDN)
    stage.do(CALL)
    assert told(stage.do(SendDigits("T1/1", "47"))) == ["DigitsSent T1/1 normal"]
    actions = untimed(stage.do(SendDigits("T1/1", "1199")))
    (collected,) = [one for one in actions if isinstance(one, DigitsCollected)]
    assert (collected.digits, collected.device) == ("4711", "610")
    assert isinstance(actions[-1], RouteRequested)
    assert actions[-1].collected == "4711"


def test_a_hash_sign_ends_the_digits():
    stage = small(SMALL_WITH_VDN)
    stage.do(CALL)
    assert "DigitsCollected 610 normal" in told(stage.do(SendDigits("T1/1", "4#")))


def test_digits_that_do_not_come_are_waited_for_no_longer_than_their_time():
    stage = small(SMALL_WITH_VDN)
    stage.do(CALL)
    assert "DigitsCollected 610 normal" in later(stage, 10.0)


def test_a_computer_is_asked_for_as_long_as_the_steps_behind_last():
    stage = small(SMALL_WITH_VDN)
    stage.do(CALL)
    (request,) = [one for one in stage.do(DIGITS) if isinstance(one, RouteRequested)]
    assert request.seconds == 3.0


def test_an_answer_of_the_computer_ends_the_vector():
    stage = small(SMALL_WITH_VDN)
    route = asked(stage)
    assert play(stage, RouteSelect(route, "203")) == [
        "RouteEnded",
        "Diverted 610 redirected",
        "Delivered 203 redirected",
    ]
    assert later(stage, 60.0) == []


def test_digits_are_collected_for_a_selection_that_wants_them():
    stage = small(SMALL_WITH_VDN)
    route = asked(stage)
    assert play(stage, RouteSelect(route, "203", collect=2)) == ["RouteEnded"]
    assert play(stage, SendDigits("T1/1", "42")) == [
        "DigitsSent T1/1 normal",
        "DigitsCollected 610 normal",
        "Diverted 610 redirected",
        "Delivered 203 redirected",
    ]


def test_a_vector_goes_on_when_the_computer_declines():
    stage = small(SMALL_WITH_VDN)
    route = asked(stage)
    assert outcomes(stage.do(RouteEnd(route))) == [RouteOutcome.ENDED]
    assert later(stage, 3.0) == ["Queued 500 entering distribution"]


def test_a_step_that_does_something_ends_the_request():
    stage = small(SMALL_WITH_VDN)
    asked(stage)
    actions = [action for _, action in stage.advance(3.0)]
    assert outcomes(actions) == [RouteOutcome.OVERTAKEN]
    assert told(actions)[-1] == "Queued 500 entering distribution"


def test_a_vector_without_a_computer_leaves_that_step_out():
    stage = small(SMALL_WITH_VDN)
    play(stage, RouteRegister("610", on=False), CALL)
    assert "RouteRequested" not in " ".join(told(stage.do(DIGITS)))
    assert later(stage, 3.0) == ["Queued 500 entering distribution"]


def test_an_agent_who_becomes_free_ends_the_vector():
    stage = small(SMALL_WITH_VDN)
    asked(stage)
    later(stage, 3.0)
    play(stage, LogOn("203", "901", "77"))
    assert play(stage, SetAgentState("203", AgentState.READY)) == [
        "AgentStateChanged",
        "Diverted 500 distributed",
        "Diverted 610 distributed",
        "Delivered 203 distributed",
    ]
    stage.do(Answer("203"))
    assert later(stage, 60.0) == []


def test_a_vector_takes_a_call_out_of_the_queue_again():
    stage = small(SMALL_WITH_VDN)
    asked(stage)
    later(stage, 3.0)
    assert later(stage, 6.0) == [
        "Diverted 500 overflow",
        "Diverted 610 redirected",
        "Delivered 201 distributed",
    ]


def test_a_caller_who_leaves_ends_everything():
    stage = small(SMALL_WITH_VDN)
    asked(stage)
    later(stage, 3.0)
    stage.do(HangUp("T1/1"))
    assert not stage.exchange.snapshot().calls
    assert stage.running == 0


def test_a_deflection_takes_a_call_out_of_the_vector_and_the_queue():
    stage = small(SMALL_WITH_VDN)
    asked(stage)
    later(stage, 3.0)
    assert play(stage, Deflect("500", "203"))[-1] == "Delivered 203 redirected"
    (call,) = stage.exchange.snapshot().calls
    assert {party.device for party in call.parties} == {"T1/1", "203"}


def vector(*steps):
    """Make a plan whose VDN 610 has other steps."""
    head, _, _ = SMALL_WITH_VDN.partition("vector = [")
    return head + "vector = [" + ", ".join(f"{{ {step} }}" for step in steps) + "]"


@pytest.mark.parametrize(
    "step",
    [
        'step = "queue", group = "520"',
        'step = "route", number = "999"',
        'step = "wait", seconds = 0',
        'step = "collect", digits = 17',
        'step = "adjunct"',
    ],
    ids=["no ACD group", "leads nowhere", "no time", "too many digits", "no time to answer"],
)
def test_a_plan_with_a_step_that_cannot_be_is_refused(step):
    with pytest.raises(PlanError, match="610 vector"):
        read_plan(vector(step))


def test_a_vector_that_ends_without_a_queue_ends_the_call():
    from sim.stage import Stage
    from sim.switch import Exchange

    stage = Stage(Exchange(read_plan(vector('step = "wait", seconds = 2.0'))))
    stage.do(CALL)
    assert later(stage, 2.0)[-1] == "CallCleared T1/1 normal"


def test_an_agent_in_manual_in_works_after_each_call_until_told_otherwise():
    stage = small(SMALL_WITH_VDN)
    play(stage, LogOn("203", "901", "77"))
    stage.do(SetAgentState("203", AgentState.READY, manual=True))
    play(stage, MakeCall("201", "500"), Answer("203"))
    states = [
        one.state for one in stage.do(HangUp("203")) if isinstance(one, AgentStateChanged)
    ]
    assert states == [AgentState.AFTER_CALL]
    assert later(stage, 600.0) == []


def test_every_call_has_a_serial_of_its_own_that_outlives_a_merge():
    from sim.exchange.verbs import Consult, Transfer

    stage = small(SMALL_WITH_VDN, transfer_call_id="new")
    play(stage, MakeCall("201", "202"), Answer("202"), Consult("202", "204"), Answer("204"))
    first, second = stage.exchange.snapshot().calls
    assert (first.serial, second.serial) == (1, 2)
    stage.do(Transfer("202"))
    (call,) = stage.exchange.snapshot().calls
    assert call.serial == 1
