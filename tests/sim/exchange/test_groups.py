"""Queues, agents, hunt groups, routing, trunks, forwarding."""

from __future__ import annotations

import pytest

from sim.exchange.facts import (
    Accepted,
    AgentStateChanged,
    Delivered,
    Queued,
    Refused,
    RouteRequested,
)
from sim.exchange.verbs import (
    Answer,
    BlindTransfer,
    ExternalAnswers,
    ExternalHangsUp,
    GetAgentState,
    HangUp,
    LogOff,
    LogOn,
    MakeCall,
    Pickup,
    Request,
    RouteEnd,
    RouteRegister,
    RouteSelect,
    RouteTreat,
    SetAgentState,
    SetDoNotDisturb,
    SetForwarding,
    SetMessageWaiting,
    TrunkRings,
)
from sim.exchange.views import AgentView
from sim.exchange.words import AgentState, Forwarding, Reason, Treatment
from tests.sim.small import later, play, small, untimed

QUEUE = TrunkRings("5550500", "0612")


def refusal(stage, verb):
    (answer,) = stage.do(Request("1", verb))
    assert isinstance(answer, Refused), answer
    return answer.reason


def staffed(*ready):
    """901 works at 201 and 902 at 202; those named are ready, in that order."""
    stage = small()
    play(stage, LogOn("201", "901", "77"), LogOn("202", "902"))
    for device in ready:
        stage.do(SetAgentState(device, AgentState.READY))
    return stage


def test_a_call_waits_until_an_agent_is_ready():
    stage = staffed()
    assert play(stage, QUEUE)[-1] == "Queued 500 entering distribution"
    assert play(stage, SetAgentState("201", AgentState.READY)) == [
        "AgentStateChanged",
        "Diverted 500 distributed",
        "Delivered 201 distributed",
    ]


def test_queued_tells_how_many_wait():
    stage = staffed()
    stage.do(QUEUE)
    queued = untimed(stage.do(MakeCall("203", "500")))[-1]
    assert isinstance(queued, Queued)
    assert (queued.waiting, queued.in_front) == (2, 1)
    assert stage.exchange.snapshot().queues[0].calls == (1, 2)


def test_calls_wait_in_the_order_in_which_they_came_not_of_their_ids():
    stage = staffed()
    play(stage, MakeCall("203", "204"), Answer("204"), QUEUE, BlindTransfer("204", "500"))
    assert stage.exchange.snapshot().queues[0].calls == (2, 1)
    stage.do(SetAgentState("201", AgentState.READY))
    assert stage.exchange.snapshot().queues[0].calls == (1,)


def test_the_agent_idle_longest_gets_the_call():
    for order in [("201", "202"), ("202", "201")]:
        stage = staffed(*order)
        assert play(stage, QUEUE)[-1] == f"Delivered {order[0]} distributed"


def test_an_agent_on_a_private_call_is_passed_over():
    stage = staffed("201", "202")
    stage.do(MakeCall("201", "203"))
    assert play(stage, QUEUE)[-1] == "Delivered 202 distributed"


def test_an_agent_who_does_not_answer_becomes_not_ready_and_the_call_stays_first():
    stage = staffed("201")
    stage.do(QUEUE)
    stage.do(MakeCall("203", "500"))
    assert later(stage, 10.0) == [
        "Diverted 201 no answer",
        "AgentStateChanged",
        "Queued 500 no answer",
    ]
    assert stage.exchange.snapshot().queues[0].calls == (1, 2)


def test_a_circular_group_goes_on_ringing_an_agent_it_keeps_ready():
    stage = staffed("202")
    stage.do(MakeCall("203", "510"))
    assert later(stage, 10.0) == [
        "Diverted 202 no answer",
        "Queued 510 no answer",
        "Diverted 510 distributed",
        "Delivered 202 distributed",
    ]


def test_a_full_queue_overflows_at_once():
    stage = small()
    play(stage, QUEUE, QUEUE, MakeCall("203", "500"))
    assert play(stage, MakeCall("204", "500"))[-1] == "Queued 510 overflow"


def test_a_call_overflows_by_time_and_then_stays():
    stage = small()
    stage.do(QUEUE)
    assert later(stage, 20.0) == ["Diverted 500 overflow", "Queued 510 overflow"]
    assert later(stage, 600.0) == []


def test_an_agent_works_after_the_call_and_is_ready_again():
    stage = staffed("201")
    play(stage, QUEUE)
    assert play(stage, Answer("201"))[-1] == "AgentStateChanged"
    agent = stage.exchange.snapshot().agents[0]
    assert agent.state is AgentState.BUSY
    stage.do(HangUp("201"))
    assert stage.exchange.snapshot().agents[0].state is AgentState.AFTER_CALL
    assert later(stage, 5.0) == ["AgentStateChanged"]
    assert stage.exchange.snapshot().agents[0].state is AgentState.READY


def test_a_state_asked_for_during_a_call_comes_after_it():
    stage = staffed("201")
    play(stage, QUEUE, Answer("201"))
    (accepted, changed) = stage.do(
        Request("1", SetAgentState("201", AgentState.NOT_READY, "lunch"))
    )
    assert accepted == Accepted("1", pending=True)
    assert isinstance(changed, AgentStateChanged)
    assert (changed.state, changed.pending) == (AgentState.BUSY, AgentState.NOT_READY)
    stage.do(HangUp("201"))
    agent = stage.exchange.snapshot().agents[0]
    assert (agent.state, agent.reason) == (AgentState.NOT_READY, "lunch")


def test_a_picked_up_call_does_not_make_its_agent_busy():
    stage = staffed("201")
    play(stage, QUEUE, Pickup("203", "201"))
    assert stage.exchange.snapshot().agents[0].state is AgentState.READY


def test_log_on_is_refused_for_the_reason_that_holds():
    stage = small()
    assert refusal(stage, LogOn("299", "901")) is Reason.INVALID_DEVICE
    assert refusal(stage, LogOn("201", "999")) is Reason.INVALID_AGENT
    assert refusal(stage, LogOn("201", "901", "1")) is Reason.INVALID_PASSWORD
    assert refusal(stage, LogOff("201")) is Reason.INVALID_AGENT
    stage = staffed()
    assert refusal(stage, LogOn("203", "902")) is Reason.INVALID_AGENT_STATE
    assert refusal(stage, LogOn("201", "902")) is Reason.INVALID_AGENT_STATE
    assert refusal(stage, SetAgentState("201", AgentState.BUSY)) is Reason.INVALID_AGENT_STATE
    assert refusal(stage, SetAgentState("201", AgentState.NOT_READY)) is Reason.NOTHING_TO_DO


def test_an_agent_logs_on_at_another_set_after_logging_off():
    stage = staffed()
    assert play(stage, LogOff("201")) == ["AgentStateChanged", "AgentLoggedOff"]
    assert play(stage, LogOn("204", "901", "77")) == ["AgentLoggedOn", "AgentStateChanged"]
    (answer,) = stage.do(Request("1", GetAgentState("204")))
    assert isinstance(answer, Accepted)
    assert answer.view == AgentView("901", "204", AgentState.NOT_READY, groups=("500",))


def test_a_hunt_group_rings_the_next_free_member():
    stage = small()
    assert play(stage, MakeCall("203", "520"))[-1] == "Delivered 201 distributed"
    assert later(stage, 12.0) == ["Diverted 201 no answer", "Delivered 202 distributed"]
    stage.do(MakeCall("204", "201"))
    assert play(stage, MakeCall("205", "520"))[-1] == "Failed 520 busy"


def test_a_route_request_ends_by_selection_refusal_or_time():
    cases: list[tuple[RouteSelect | RouteEnd | None, str]] = [
        (RouteSelect(1, "203", b"vip"), "Delivered 203 redirected"),
        (RouteEnd(1), "Delivered 201 redirected"),
        (None, "Delivered 201 redirected"),
    ]
    for event, outcome in cases:
        stage = small()
        requested = untimed(stage.do(TrunkRings("5550600", "0612")))[-1]
        assert isinstance(requested, RouteRequested)
        assert (requested.route, requested.seconds) == (1, 5.0)
        told = later(stage, 5.0) if event is None else play(stage, event)
        assert told == ["RouteEnded", "Diverted 600 redirected", outcome]
        assert refusal(stage, RouteSelect(1, "202")) is Reason.INVALID_ROUTE


def test_a_treated_call_waits_until_the_route_point_is_given_up():
    stage = small()
    stage.do(TrunkRings("5550600", "0612"))
    assert play(stage, RouteTreat(1, Treatment.MUSIC)) == ["Treated 600 normal"]
    assert later(stage, 600.0) == []
    assert play(stage, RouteRegister("600", on=False)) == [
        "RouteEnded",
        "Diverted 600 redirected",
        "Delivered 201 redirected",
    ]
    assert refusal(stage, RouteTreat(1, Treatment.SILENCE)) is Reason.INVALID_ROUTE


def test_data_of_a_route_selection_travels_with_the_call():
    stage = small()
    stage.do(TrunkRings("5550600", "0612"))
    delivered = untimed(stage.do(RouteSelect(1, "203", b"vip")))[-1]
    assert isinstance(delivered, Delivered)
    assert delivered.data == b"vip"


def test_a_route_point_that_nobody_serves_uses_its_default():
    stage = small()
    assert refusal(stage, RouteRegister("600", on=True)) is Reason.NOTHING_TO_DO
    play(stage, RouteRegister("600", on=False))
    assert play(stage, MakeCall("203", "600"))[-1] == "Delivered 201 redirected"


def test_an_outgoing_call_reaches_the_network_rings_and_is_answered():
    stage = small()
    assert play(stage, MakeCall("201", "0999")) == [
        "ServiceInitiated 201 new call",
        "Originated 201 new call",
        "TrunkSeized",
        "NetworkReached T1/1 new call",
    ]
    assert later(stage, 1.0) == ["Delivered T1/1 new call"]
    assert later(stage, 4.0) == ["Established T1/1 normal"]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("0111", ["Failed T1/1 busy"]),
        ("0222", ["Delivered T1/1 new call"]),
        ("0333", ["Failed T1/1 number unobtainable"]),
    ],
)
def test_outside_parties_behave_as_the_plan_says(number, told):
    stage = small()
    stage.do(MakeCall("201", number))
    assert later(stage, 10.0) == told


def test_an_outside_party_may_answer_and_hang_up_by_hand():
    stage = small()
    stage.do(MakeCall("201", "0222"))
    assert play(stage, ExternalAnswers("T1/1")) == ["Established T1/1 normal"]
    assert play(stage, ExternalHangsUp("T1/1"))[-1] == "CallCleared 201 normal"
    assert play(stage, ExternalHangsUp("T1/1")) == ["Ignored"]
    assert play(stage, ExternalAnswers("201")) == ["Ignored"]


def test_an_outside_caller_has_patience_and_a_length_of_conversation():
    stage = small()
    stage.do(TrunkRings("5550201", "444"))
    assert later(stage, 25.0)[-1] == "CallCleared T1/1 normal"
    stage.do(TrunkRings("5550201", "444"))
    stage.do(Answer("201"))
    assert later(stage, 29.0) == []
    assert later(stage, 1.0)[-1] == "CallCleared T1/1 normal"


def test_patience_is_over_with_the_answer():
    stage = small()
    play(stage, TrunkRings("5550201", "555"), Answer("201"))
    assert later(stage, 100.0) == []


def test_all_trunks_busy_is_heard_refused_or_ignored():
    stage = small()
    play(stage, QUEUE, QUEUE)
    assert play(stage, MakeCall("201", "0999"))[-1] == "Failed 201 trunks busy"
    assert refusal(stage, MakeCall("202", "0999")) is Reason.TRUNKS_BUSY
    assert play(stage, QUEUE) == ["Ignored"]


def test_forwarding_follows_a_chain_and_stops_at_the_limit():
    stage = small()
    play(
        stage,
        SetForwarding("202", Forwarding.ALL, on=True, to="203"),
        SetForwarding("203", Forwarding.ALL, on=True, to="204"),
    )
    delivered = untimed(stage.do(MakeCall("201", "202")))[-1]
    assert isinstance(delivered, Delivered)
    assert (delivered.device, delivered.called, delivered.last_redirection) == (
        "204",
        "202",
        "203",
    )
    stage.do(SetForwarding("204", Forwarding.ALL, on=True, to="202"))
    assert play(stage, HangUp("201"), MakeCall("201", "202"))[-1] == (
        "Failed 201 redirection limit"
    )


def test_forwarding_on_no_answer_that_is_switched_off_meanwhile_does_nothing():
    stage = small()
    play(stage, SetForwarding("202", Forwarding.NO_ANSWER, on=True, to="203"))
    stage.do(MakeCall("201", "202"))
    stage.do(SetForwarding("202", Forwarding.NO_ANSWER, on=False))
    assert later(stage, 60.0) == []


def test_features_are_told_once():
    stage = small()
    assert play(stage, SetDoNotDisturb("201", on=True)) == ["DoNotDisturbChanged"]
    assert refusal(stage, SetDoNotDisturb("201", on=True)) is Reason.NOTHING_TO_DO
    assert play(stage, SetMessageWaiting("201", on=True)) == ["MessageWaitingChanged"]
    assert refusal(stage, SetMessageWaiting("201", on=True)) is Reason.NOTHING_TO_DO
    assert refusal(stage, SetMessageWaiting("299", on=True)) is Reason.INVALID_DEVICE
    on = SetForwarding("201", Forwarding.ALL, on=True, to="202")
    assert play(stage, on) == ["ForwardingChanged"]
    assert refusal(stage, on) is Reason.NOTHING_TO_DO
    wrong = SetForwarding("201", Forwarding.ALL, on=True, to="201")
    assert refusal(stage, wrong) is Reason.INVALID_FORWARDING
