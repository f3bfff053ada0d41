"""Capability groups: what each request does, answers and is refused with (S2, S1 chapter 5)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import (
    CallOptionName,
    DomainType,
    FeatureName,
    ItemName,
    LocalState,
    Operation,
    TalkStateName,
    WorkModeName,
)
from protocols.q931 import values as q
from sim.asai.dialects import R6R
from sim.exchange.verbs import (
    Answer,
    Consult,
    HangUp,
    Hold,
    LogOn,
    MakeCall,
    SendDigits,
    SetAgentState,
    TrunkRings,
)
from sim.exchange.words import AgentState
from sim.plan import read_plan
from tests.sim.asai.client import (
    Adjunct,
    all_of,
    call,
    called,
    calling,
    cause,
    events,
    extension,
    one,
    party,
    split,
    vdn,
)

O = Operation  # noqa: E741 - short, as there are many


def option(name: CallOptionName) -> v.CallOption:
    return v.CallOption(name)


def talking(adjunct: Adjunct) -> Adjunct:
    """Let 201 and 202 talk on call 1, as parties 1 and 2."""
    adjunct.do(MakeCall("201", "202"), Answer("202"))
    return adjunct


def accepted(heard: list[Message]) -> c.ReturnResult:
    told = heard[0].facility
    assert isinstance(told, c.ReturnResult), heard
    return told


# Third party call control.


def test_make_call_is_acknowledged_by_proceed_an_invoke_of_the_switch() -> None:
    adjunct = Adjunct()
    (proceed, *_) = adjunct.ask(O.MAKE_CALL, calling("201"), called("202"))
    assert (proceed.kind, proceed.flag) == (MessageType.FACILITY, True)
    assert proceed.facility == c.Invoke(2, O.PROCEED, (call(1), party(1)))


def test_proceed_has_the_connected_number_if_a_return_acknowledgement_was_asked_for() -> None:
    adjunct = Adjunct()
    wanted = option(CallOptionName.RETURN_ACKNOWLEDGEMENT)
    (proceed, *_) = adjunct.ask(O.MAKE_CALL, calling("201"), called("202"), wanted)
    assert one(proceed, v.ConnectedNumber).digits == "201"


def test_events_of_the_call_follow_on_its_association_until_it_is_ended() -> None:
    adjunct = Adjunct()
    first = adjunct.ask(O.MAKE_CALL, calling("201"), called("202"))
    assert events(first) == ["alerting"]
    assert events(adjunct.do(Answer("202"))) == ["connected"]
    told = adjunct.do(HangUp("202"))
    assert events(told) == ["drop"]
    assert told[-1].kind is MessageType.RELEASE_COMPLETE
    assert adjunct.do(MakeCall("201", "202")) == []


def test_a_make_call_with_a_trunk_access_code_goes_outside() -> None:
    adjunct = Adjunct()
    access = v.Domain(DomainType.TRUNK_ACCESS_CODE, "0")
    adjunct.opened(O.MAKE_CALL, calling("201"), called("999"), access)
    (party_outside,) = [
        one for one in adjunct.bench.view().calls[0].parties if one.device == "T1/1"
    ]
    assert party_outside.number == "999"
    wrong = v.Domain(DomainType.TRUNK_ACCESS_CODE, "6")
    assert adjunct.refused(O.MAKE_CALL, calling("202"), called("999"), wrong) == (0, 28)


def test_user_data_of_a_make_call_is_told_to_the_called_station() -> None:
    adjunct = Adjunct()
    control = adjunct.control("202")
    told = adjunct.ask(O.MAKE_CALL, calling("201"), called("202"), q.UserUser(b"order 7"))
    (alerting,) = [message for message in told if message.crv == control]
    assert one(alerting, q.UserUser).data == b"order 7"


def test_a_direct_agent_call_needs_the_split_of_the_agent() -> None:
    adjunct = Adjunct()
    wanted = (calling("203"), called("201"), option(CallOptionName.DIRECT_AGENT))
    assert adjunct.refused(O.MAKE_CALL, *wanted) == (0, 96)
    assert adjunct.refused(O.MAKE_CALL, *wanted, split("500")) == (3, 15)
    adjunct.do(LogOn("201", "901", "77"))
    assert adjunct.refused(O.MAKE_CALL, *wanted, split("510")) == (3, 11)
    adjunct.opened(O.MAKE_CALL, *wanted, split("500"))


def test_a_switch_classified_call_may_end_at_a_machine() -> None:
    adjunct = Adjunct()
    classified = option(CallOptionName.SWITCH_CLASSIFIED)
    drops = option(CallOptionName.ANSWERING_MACHINE_DROP)
    control = adjunct.opened(O.MAKE_CALL, calling("500"), called("0666"), classified, drops)
    adjunct.wait(1.0)
    told = adjunct.wait(4.0)
    assert events(told, control)[0] == "answered"
    assert told[-1].kind is MessageType.RELEASE_COMPLETE
    assert not adjunct.bench.view().calls


@pytest.mark.parametrize(
    ("caller", "to", "told"),
    [
        ("299", "202", (0, 28)),
        ("201", "299", (0, 28)),
        ("204", "0999", (0, 52)),
        ("205", "202", (0, 52)),
        ("202", "201", (0, 17)),
    ],
    ids=["no such caller", "leads nowhere", "barred", "not controllable", "user busy"],
)
def test_a_make_call_is_refused(caller: str, to: str, told: tuple[int, int]) -> None:
    adjunct = Adjunct()
    adjunct.do(MakeCall("202", "203"))
    assert adjunct.refused(O.MAKE_CALL, calling(caller), called(to)) == told


def test_no_free_trunk_is_no_resource() -> None:
    adjunct = Adjunct()
    adjunct.do(MakeCall("202", "8111"))
    assert adjunct.refused(O.MAKE_CALL, calling("201"), called("8222")) == (3, 40)


def test_take_control_lists_numbers_and_parties_in_the_same_order() -> None:
    adjunct = talking(Adjunct())
    (answer,) = adjunct.ask(O.TAKE_CONTROL, call(1))
    assert [told.digits for told in all_of(answer, v.ConnectedNumber)] == ["201", "202"]
    assert all_of(answer, v.PartyIdentifier) == [party(1), party(2)]


def test_a_call_is_controlled_by_one_association_only() -> None:
    adjunct = talking(Adjunct())
    first = adjunct.opened(O.TAKE_CONTROL, call(1))
    assert adjunct.refused(O.TAKE_CONTROL, call(1)) == (3, 63)
    (ended,) = adjunct.further(first, O.RELINQUISH_CONTROL)
    assert ended.kind is MessageType.RELEASE_COMPLETE
    adjunct.opened(O.TAKE_CONTROL, call(1))


def test_after_relinquish_control_there_are_no_more_events() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    adjunct.further(control, O.RELINQUISH_CONTROL)
    assert adjunct.do(Hold("201")) == []


def test_an_association_is_ended_by_a_release_complete_too() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    normal = (q.Cause(16),)
    assert adjunct.send(MessageType.RELEASE_COMPLETE, control, elements=normal) == []
    assert adjunct.do(Hold("201")) == []


def test_answer_hold_reconnect_drop_are_answered_without_parameters() -> None:
    adjunct = Adjunct()
    control = adjunct.control("202")
    adjunct.do(MakeCall("201", "202"))
    for operation, told in (
        (O.ANSWER, "connected"),
        (O.SELECTIVE_HOLD, "hold"),
        (O.RECONNECT, "reconnected"),
        (O.SELECTIVE_DROP, "drop"),
    ):
        answer = adjunct.further(control, operation)
        assert accepted(answer).operation is None
        assert events(answer, control)[0] == told


def test_call_control_names_parties_by_their_numbers() -> None:
    adjunct = Adjunct()
    adjunct.ask(O.MAKE_CALL, calling("201"), called("202"))
    control = adjunct.crv
    assert accepted(adjunct.further(control, O.ANSWER, party(2)))
    assert accepted(adjunct.further(control, O.SELECTIVE_HOLD, party(1)))
    assert accepted(adjunct.further(control, O.RECONNECT, party(1)))
    (refused,) = adjunct.further(control, O.SELECTIVE_HOLD, party(9))
    assert (refused.kind, cause(refused)) == (MessageType.FACILITY, (0, 28))
    (missing,) = adjunct.further(control, O.SELECTIVE_HOLD)
    assert cause(missing) == (0, 96)
    assert accepted(adjunct.further(control, O.SELECTIVE_DROP, party(2)))


@pytest.mark.parametrize(
    "operation", [O.ANSWER, O.SELECTIVE_HOLD, O.RECONNECT, O.MERGE, O.SEND_DTMF]
)
def test_a_request_in_the_wrong_state_is_cause_98_and_changes_nothing(
    operation: Operation,
) -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.do(MakeCall("201", "202"))
    before = adjunct.bench.view()
    more: dict[Operation, tuple[Any, ...]] = {
        O.MERGE: (option(CallOptionName.CONFERENCE),),
        O.SEND_DTMF: (v.Dtmf("12"),),
        O.ANSWER: (party(1),),
        O.SELECTIVE_HOLD: (party(2),),
    }
    (refused, *_) = adjunct.further(control, operation, call(1), *more.get(operation, ()))
    if operation is O.SEND_DTMF:  # who dials may send tones
        assert accepted([refused])
        return
    assert (refused.kind, cause(refused)) == (MessageType.FACILITY, (0, 98))
    assert adjunct.bench.view() == before


def test_a_call_is_cleared_for_everybody() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    told = adjunct.further(control, O.CLEAR_CALL)
    assert told[0].kind is MessageType.RELEASE_COMPLETE
    assert accepted(told)
    assert not adjunct.bench.view().calls


def test_a_call_is_cleared_by_the_release_complete_that_asks_so() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    adjunct.send(MessageType.RELEASE_COMPLETE, control, c.Invoke(3, O.CLEAR_CALL))
    assert not adjunct.bench.view().calls


def test_redirect_sends_an_alerting_call_on() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    adjunct.do(TrunkRings("5550201", "0612"))
    told = adjunct.further(control, O.REDIRECT, called("204"))
    assert accepted(told)
    assert events(told, control) == ["call_redirected"]
    (refused,) = adjunct.further(control, O.REDIRECT, call(1), party(3), called("202"))
    assert accepted([refused])


def test_dtmf_is_sent_for_a_party() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.control("201")
    assert accepted(adjunct.further(control, O.SEND_DTMF, v.Dtmf("12#")))
    (refused,) = adjunct.further(control, O.SEND_DTMF, v.Dtmf("1x"))
    assert cause(refused) == (0, 100)


def consulting(adjunct: Adjunct) -> int:
    control = adjunct.control("202")
    talking(adjunct)
    adjunct.do(Consult("202", "204"), Answer("204"))
    return control


@pytest.mark.parametrize("kind", [CallOptionName.TRANSFER, CallOptionName.CONFERENCE])
def test_the_answer_to_a_merge_lists_the_parties_and_stands_for_the_event(
    kind: CallOptionName,
) -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    other = adjunct.control("201")
    told = adjunct.further(control, O.MERGE, option(kind))
    answer = accepted(told)
    transferred = kind is CallOptionName.TRANSFER
    assert answer.operation is O.MERGE
    assert one(told[0], v.CallIdentity).call_id == 1
    numbers = [told.digits for told in all_of(told[0], v.ConnectedNumber)]
    assert sorted(numbers) == (["201", "204"] if transferred else ["201", "202", "204"])
    assert len(all_of(told[0], v.OldPartyIdentifier)) == len(numbers)
    assert len(all_of(told[0], v.PartyIdentifier)) == len(numbers)
    assert events(told, control) == []
    assert events(told, other) == ["transferred" if transferred else "conferenced"]


def test_a_merge_may_name_its_calls() -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    conference = option(CallOptionName.CONFERENCE)
    (wrong,) = adjunct.further(control, O.MERGE, call(7), conference)
    assert cause(wrong) == (3, 86)
    assert accepted(adjunct.further(control, O.MERGE, call(1), call(2), conference))


def test_a_merge_is_a_conference_or_a_transfer_and_not_both() -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    both = option(CallOptionName.CONFERENCE), option(CallOptionName.TRANSFER)
    assert cause(adjunct.further(control, O.MERGE)[0]) == (0, 96)
    assert cause(adjunct.further(control, O.MERGE, *both)[0]) == (3, 80)


def test_of_two_controlled_calls_that_are_merged_one_association_is_ended() -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    stays, gone = (
        adjunct.opened(O.TAKE_CONTROL, call(1)),
        adjunct.opened(O.TAKE_CONTROL, call(2)),
    )
    told = adjunct.further(control, O.MERGE, option(CallOptionName.CONFERENCE))
    (ended,) = [message for message in told if message.crv == gone]
    assert (ended.kind, cause(ended)) == (MessageType.RELEASE_COMPLETE, (0, 22))
    assert events(told, stays) == ["conferenced"]


def test_control_of_a_call_follows_it_into_another() -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    follows = adjunct.opened(O.TAKE_CONTROL, call(2))
    told = adjunct.further(control, O.MERGE, option(CallOptionName.CONFERENCE))
    assert events(told, follows) == ["conferenced"]
    assert events(adjunct.do(HangUp("204")), follows) == ["drop"]
    assert adjunct.refused(O.TAKE_CONTROL, call(1)) == (3, 63)


def test_a_single_step_conference_is_of_release_6_and_later() -> None:
    for dialect, works in (("r6r", True), ("r5si", False)):
        adjunct = Adjunct(dialect=dialect)
        talking(adjunct)
        control = adjunct.control("201")
        (answer, *told) = adjunct.further(control, O.SINGLE_STEP_CONFERENCE, called("204"))
        if works:
            assert accepted([answer])
            assert events(told, control) == ["conferenced"]
        else:
            assert cause(answer) == (0, 79)


def test_a_drop_names_a_party_or_a_resource() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    tone = v.ResourceStatus(1, 0)
    assert cause(adjunct.further(control, O.SELECTIVE_DROP, tone, party(1))[0]) == (0, 80)
    assert cause(adjunct.further(control, O.SELECTIVE_DROP, tone)[0]) == (0, 82)


def test_listen_disconnect_wants_connected_parties() -> None:
    adjunct = talking(Adjunct())
    control = adjunct.opened(O.TAKE_CONTROL, call(1))
    assert accepted(adjunct.further(control, O.LISTEN_DISCONNECT, party(1)))
    assert accepted(adjunct.further(control, O.LISTEN_RECONNECT, party(1)))
    assert cause(adjunct.further(control, O.LISTEN_DISCONNECT)[0]) == (0, 96)
    assert cause(adjunct.further(control, O.LISTEN_DISCONNECT, party(9))[0]) == (0, 28)
    adjunct.do(Hold("201"))
    assert cause(adjunct.further(control, O.LISTEN_DISCONNECT, party(1))[0]) == (0, 98)


# Domain control.


def test_the_answer_to_domain_control_lists_calls_parties_and_states() -> None:
    adjunct = talking(Adjunct())
    adjunct.do(Hold("201"), MakeCall("203", "201"))
    (answer,) = adjunct.ask(O.DOMAIN_CONTROL, extension("201"))
    assert all_of(answer, v.CallIdentity) == [call(1), call(2)]
    assert all_of(answer, v.PartyIdentifier) == [party(1), party(2)]
    states = [LocalState.HELD, LocalState.ALERTING]
    assert [told.state for told in all_of(answer, v.PartyState)] == states


def test_an_auto_dial_begins_a_call_at_the_station() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    (answer, *told) = adjunct.further(control, O.AUTO_DIAL, called("202"))
    assert accepted([answer]).operation is None
    assert events(told, control) == ["call_initiated", "call_originated", "alerting"]


def test_an_auto_dial_tells_call_and_party_if_an_acknowledgement_was_asked_for() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    wanted = option(CallOptionName.RETURN_ACKNOWLEDGEMENT)
    (answer, *_) = adjunct.further(control, O.AUTO_DIAL, called("202"), wanted)
    assert one(answer, v.CallIdentity) == call(1)
    assert one(answer, v.PartyIdentifier) == party(1)


def test_a_station_on_two_calls_names_the_one_it_means() -> None:
    adjunct = Adjunct()
    control = consulting(adjunct)
    (missing,) = adjunct.further(control, O.SELECTIVE_DROP)
    assert cause(missing) == (0, 96)
    assert accepted(adjunct.further(control, O.SELECTIVE_DROP, call(2)))
    assert accepted(adjunct.further(control, O.RECONNECT))


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        (extension("299"), (0, 28)),
        (vdn("600"), (0, 28)),
        (split("520"), (0, 28)),
        (extension("205"), (3, 63)),
    ],
    ids=["no station", "a VDN", "a hunt group", "not controllable"],
)
def test_domain_control_is_refused(domain: v.Domain, told: tuple[int, int]) -> None:
    assert Adjunct().refused(O.DOMAIN_CONTROL, domain) == told


def test_a_station_has_as_many_controllers_as_the_release_allows() -> None:
    adjunct = Adjunct(dialect=replace(R6R, controllers=2))
    first = adjunct.control("201")
    adjunct.control("201")
    assert adjunct.refused(O.DOMAIN_CONTROL, extension("201")) == (3, 63)
    adjunct.send(MessageType.RELEASE_COMPLETE, first, elements=(q.Cause(16),))
    adjunct.control("201")


# Event notification.


@pytest.mark.parametrize(
    "domain",
    [
        vdn("600"),
        split("500"),
        split("520"),
        v.Domain(DomainType.TRUNK_ACCESS_CODE, "0"),
        v.Domain(DomainType.ALL_TRUNKS, "#####"),
    ],
)
def test_notification_is_of_vdns_splits_and_trunks(domain: v.Domain) -> None:
    adjunct = Adjunct()
    (answer,) = adjunct.ask(O.EVENT_NOTIFICATION_REQUEST, domain)
    assert answer.facility == c.ReturnResult(1)


@pytest.mark.parametrize("domain", [vdn("500"), split("600"), extension("201")])
def test_notification_of_anything_else_is_refused(domain: v.Domain) -> None:
    assert Adjunct().refused(O.EVENT_NOTIFICATION_REQUEST, domain) == (0, 28)


@pytest.mark.parametrize(("dialect", "most"), [("r5si", 3), ("r6r", 6)])
def test_a_domain_has_at_most_3_notifications_6_on_the_large_model(
    dialect: str, most: int
) -> None:
    adjunct = Adjunct(dialect=dialect)
    for _ in range(most):
        adjunct.notify(vdn("600"))
    assert adjunct.refused(O.EVENT_NOTIFICATION_REQUEST, vdn("600")) == (3, 40)
    adjunct.notify(split("500"))


def test_a_notification_is_cancelled_by_the_adjunct() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    (answer,) = adjunct.further(notified, O.EVENT_NOTIFICATION_CANCEL)
    assert (answer.kind, answer.facility) == (
        MessageType.RELEASE_COMPLETE,
        c.ReturnResult(3),
    )
    assert adjunct.do(TrunkRings("5550500", "0612")) == []
    (late,) = adjunct.further(notified, O.EVENT_NOTIFICATION_CANCEL)
    assert cause(late) == (0, 81)


def test_a_notification_is_ended_by_the_switch() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    (ended,) = adjunct.say("busy-out", "500")
    assert (ended.kind, ended.crv) == (MessageType.RELEASE_COMPLETE, notified)
    assert isinstance(ended.facility, c.Invoke)
    assert ended.facility.operation is O.EVENT_NOTIFICATION_ENDED


def test_one_call_can_be_told_of_no_more() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(split("500"))
    adjunct.do(TrunkRings("5550500", "0612"), TrunkRings("5550500", "0613"))
    assert accepted(adjunct.further(notified, O.STOP_CALL_NOTIFICATION, call(1)))
    assert adjunct.do(HangUp("T1/1")) == []
    assert events(adjunct.do(HangUp("T1/2")), notified) == ["call_ended"]
    (gone,) = adjunct.further(notified, O.STOP_CALL_NOTIFICATION, call(1))
    assert cause(gone) == (3, 86)


# Routing.


def routed(adjunct: Adjunct, number: str = "5550600") -> Message:
    (route,) = adjunct.do(TrunkRings(number, "0612"))
    return route


def ends(heard: list[Message], crv: int) -> Message:
    (ended,) = [message for message in heard if message.crv == crv and not message.flag]
    assert ended.kind is MessageType.RELEASE_COMPLETE
    return ended


def test_the_switch_opens_the_association_of_a_route() -> None:
    route = routed(Adjunct())
    assert (route.kind, route.flag) == (MessageType.REGISTER, False)
    assert isinstance(route.facility, c.Invoke)
    assert route.facility.operation is O.ROUTE
    assert one(route, q.CallingPartyNumber).digits == "0612"
    assert one(route, q.CalledPartyNumber).digits == "600"
    assert one(route, v.Domain) == vdn("600")
    assert one(route, v.CallIdentity) == call(1)


def test_a_route_select_sends_the_call_and_route_end_says_that_it_was_taken() -> None:
    adjunct = Adjunct()
    route = routed(adjunct)
    told = adjunct.further(route.crv, O.ROUTE_SELECT, called("202"), flag=True)
    ended = ends(told, route.crv)
    assert isinstance(ended.facility, c.Invoke)
    assert (ended.facility.operation, cause(ended)) == (O.ROUTE_END, (0, 16))
    (view,) = adjunct.bench.view().calls
    assert "202" in {party.device for party in view.parties}


def test_a_route_that_leads_nowhere_is_ended_with_cause_28_and_the_switch_goes_on() -> None:
    adjunct = Adjunct()
    route = routed(adjunct)
    told = adjunct.further(route.crv, O.ROUTE_SELECT, called("299"), flag=True)
    assert cause(ends(told, route.crv)) == (0, 28)
    (view,) = adjunct.bench.view().calls
    assert "201" in {party.device for party in view.parties}


def test_an_adjunct_may_end_a_route_itself() -> None:
    for told in (
        {"facility": c.Invoke(1, O.ROUTE_END, (q.Cause(16),))},
        {"facility": c.Invoke(1, O.ABORT)},
        {"elements": (q.Cause(16),)},
    ):
        adjunct = Adjunct()
        route = routed(adjunct)
        heard = adjunct.send(MessageType.RELEASE_COMPLETE, route.crv, flag=True, **told)
        assert heard == []
        (view,) = adjunct.bench.view().calls
        assert "201" in {party.device for party in view.parties}


def test_the_routing_timer_aborts_with_cause_102() -> None:
    adjunct = Adjunct()
    route = routed(adjunct)
    ended = ends(adjunct.wait(5.0), route.crv)
    assert isinstance(ended.facility, c.Invoke)
    assert (ended.facility.operation, cause(ended)) == (O.ABORT, (0, 102))


def test_a_caller_who_left_ends_the_route_with_cause_86() -> None:
    adjunct = Adjunct()
    route = routed(adjunct)
    ended = ends(adjunct.do(HangUp("T1/1")), route.crv)
    assert cause(ended) == (0, 86)


def test_a_vector_that_goes_on_by_itself_redirects_the_call() -> None:
    adjunct = Adjunct()
    adjunct.do(TrunkRings("5550610", "0612"))
    (route,) = adjunct.do(SendDigits("T1/1", "4711"))
    assert one(route, v.UserEnteredCode).digits == "4711"
    assert cause(ends(adjunct.wait(3.0), route.crv)) == (3, 30)


def test_digits_can_be_collected_before_the_call_goes_on() -> None:
    adjunct = Adjunct()
    notified = adjunct.notify(vdn("600"))
    (_, route) = adjunct.do(TrunkRings("5550600", "0612"))
    select = (called("202"), v.Collect(3, 10))
    told = adjunct.further(route.crv, O.ROUTE_SELECT, *select, flag=True)
    assert cause(ends(told, route.crv)) == (0, 16)
    told = adjunct.do(SendDigits("T1/1", "123"))
    assert events(told, notified) == ["entered_digits", "alerting"]
    assert one(told[0], v.UserEnteredCode).digits == "123"


@pytest.mark.parametrize(("digits", "seconds"), [(0, 5), (25, 5), (4, 0), (4, 32)])
def test_1_to_24_digits_are_collected_within_1_to_31_seconds(digits: int, seconds: int) -> None:
    adjunct = Adjunct()
    route = routed(adjunct)
    select = (called("202"), v.Collect(digits, seconds))
    (refused,) = adjunct.further(route.crv, O.ROUTE_SELECT, *select, flag=True)
    assert (refused.kind, cause(refused)) == (MessageType.FACILITY, (0, 100))
    told = adjunct.further(route.crv, O.ROUTE_SELECT, called("202"), flag=True)
    assert cause(ends(told, route.crv)) == (0, 16)


# Features.


def feature(name: FeatureName, *more: Any, station: str = "201") -> tuple[Any, ...]:
    return (v.Feature(name), q.RedirectingNumber(digits=station), *more)


def test_a_feature_is_one_register_and_one_release_complete() -> None:
    adjunct = Adjunct()
    (answer,) = adjunct.ask(O.REQUEST_FEATURE, *feature(FeatureName.SEND_ALL_CALLS))
    assert (answer.kind, answer.facility) == (MessageType.RELEASE_COMPLETE, c.ReturnResult(1))
    assert adjunct.bench.view().stations[0].do_not_disturb
    cancel = feature(FeatureName.CANCEL_SEND_ALL_CALLS)
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *cancel))
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *cancel))
    assert not adjunct.bench.view().stations[0].do_not_disturb


def test_calls_are_forwarded_and_no_more() -> None:
    adjunct = Adjunct()
    to = q.RedirectionNumber(digits="204")
    on = feature(FeatureName.CALL_FORWARDING, to)
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *on))
    assert list(adjunct.bench.view().stations[0].forwarding.values()) == ["204"]
    off = feature(FeatureName.CANCEL_CALL_FORWARDING)
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *off))
    wrong = feature(FeatureName.CALL_FORWARDING, q.RedirectionNumber(digits="299"))
    assert adjunct.refused(O.REQUEST_FEATURE, *wrong) == (0, 28)


def log_in(agent: str, mode: WorkModeName, station: str = "201") -> tuple[Any, ...]:
    return feature(
        FeatureName.LOGIN,
        split("500"),
        v.Domain(DomainType.LOGICAL_AGENT, agent),
        v.WorkMode(mode),
        *((v.UserEnteredCode("77"),) if agent == "901" else ()),
        station=station,
    )


def state(adjunct: Adjunct, agent: str) -> tuple[AgentState, bool]:
    (found,) = [one for one in adjunct.bench.view().agents if one.agent == agent]
    return found.state, found.manual


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (WorkModeName.AUXILIARY, (AgentState.NOT_READY, False)),
        (WorkModeName.AFTER_CALL, (AgentState.AFTER_CALL, False)),
        (WorkModeName.AUTO_IN, (AgentState.READY, False)),
        (WorkModeName.MANUAL_IN, (AgentState.READY, True)),
    ],
)
def test_an_agent_logs_in_with_a_work_mode(
    mode: WorkModeName, told: tuple[AgentState, bool]
) -> None:
    adjunct = Adjunct()
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *log_in("901", mode)))
    assert state(adjunct, "901") == told


def test_an_agent_changes_mode_and_logs_out() -> None:
    adjunct = Adjunct()
    adjunct.ask(O.REQUEST_FEATURE, *log_in("901", WorkModeName.AUXILIARY))
    ready = feature(FeatureName.CHANGE_WORK_MODE, v.WorkMode(WorkModeName.AUTO_IN))
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *ready))
    assert state(adjunct, "901") == (AgentState.READY, False)
    assert adjunct.refused(O.REQUEST_FEATURE, *ready) == (3, 16)
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *feature(FeatureName.LOGOUT)))
    assert state(adjunct, "901")[0] is AgentState.LOGGED_OFF
    assert adjunct.refused(O.REQUEST_FEATURE, *ready) == (3, 15)


def test_a_login_is_refused_by_what_is_wrong_with_it() -> None:
    adjunct = Adjunct()
    auto = WorkModeName.AUTO_IN
    assert adjunct.refused(O.REQUEST_FEATURE, *log_in("999", auto)) == (3, 14)
    wrong = (*feature(FeatureName.LOGIN), v.Domain(DomainType.LOGICAL_AGENT, "901"))
    assert adjunct.refused(O.REQUEST_FEATURE, *wrong) == (3, 14)
    other = (*feature(FeatureName.LOGIN), v.UserEnteredCode("901"), split("510"))
    assert adjunct.refused(O.REQUEST_FEATURE, *other) == (3, 11)
    assert accepted(adjunct.ask(O.REQUEST_FEATURE, *log_in("901", auto)))
    assert adjunct.refused(O.REQUEST_FEATURE, *log_in("901", auto)) == (3, 16)
    assert adjunct.refused(O.REQUEST_FEATURE, *log_in("902", auto)) == (3, 13)
    assert adjunct.refused(O.REQUEST_FEATURE, *log_in("901", auto, "202")) == (3, 13)
    assert adjunct.refused(O.REQUEST_FEATURE, v.Feature(FeatureName.LOGIN)) == (0, 96)
    mode = feature(FeatureName.CHANGE_WORK_MODE, v.WorkMode(auto), split("510"))
    assert adjunct.refused(O.REQUEST_FEATURE, *mode) == (3, 11)


def test_a_feature_of_no_station_is_refused() -> None:
    adjunct = Adjunct()
    nobody = feature(FeatureName.SEND_ALL_CALLS, station="299")
    assert adjunct.refused(O.REQUEST_FEATURE, *nobody) == (0, 28)
    unknown = (v.Feature(0x01), q.RedirectingNumber(digits="201"))
    assert adjunct.refused(O.REQUEST_FEATURE, *unknown) == (0, 79)


# Queries and values.


def query(adjunct: Adjunct, item: ItemName, *more: Any) -> Message:
    (answer,) = adjunct.ask(O.VALUE_QUERY, v.Item(item), *more)
    assert answer.kind is MessageType.RELEASE_COMPLETE
    assert isinstance(answer.facility, c.ReturnResult), answer
    return answer


def test_an_agents_status_has_mode_and_talk_state() -> None:
    adjunct = Adjunct()
    adjunct.do(LogOn("201", "901", "77"))
    about = (split("500"), extension("201"))
    told = query(adjunct, ItemName.AGENT_STATUS, *about)
    assert one(told, v.WorkMode).mode is WorkModeName.AUXILIARY
    assert one(told, v.TalkState).state is TalkStateName.IDLE
    adjunct.do(SetAgentState("201", AgentState.READY, manual=True))
    adjunct.do(MakeCall("202", "500"), Answer("201"))
    told = query(adjunct, ItemName.AGENT_STATUS, *about)
    assert one(told, v.WorkMode).mode is WorkModeName.MANUAL_IN
    assert one(told, v.TalkState).state is TalkStateName.ON_CALL
    adjunct.do(HangUp("202"))
    told = query(adjunct, ItemName.AGENT_STATUS, *about)
    assert one(told, v.WorkMode).mode is WorkModeName.AFTER_CALL
    nobody = (v.Item(ItemName.AGENT_STATUS), extension("202"))
    assert adjunct.refused(O.VALUE_QUERY, *nobody) == (3, 15)


def test_a_splits_status_counts_calls_free_agents_and_agents() -> None:
    adjunct = Adjunct()
    adjunct.do(LogOn("201", "901", "77"), TrunkRings("5550500", "0612"))
    told = query(adjunct, ItemName.SPLIT_STATUS, split("500"))
    assert [one.count for one in all_of(told, v.QueryCounter)] == [1, 0, 1]


def test_a_login_audit_comes_in_parts_of_eight_agents() -> None:
    stations = "".join(f'[[station]]\nnumber = "7{n:02d}"\n' for n in range(20))
    agents = "".join(f'[[agent]]\nid = "8{n:02d}"\n' for n in range(20))
    members = ", ".join(f'"8{n:02d}"' for n in range(20))
    group = f'[[group]]\nnumber = "600"\nmembers = [{members}]\n'
    adjunct = Adjunct(read_plan(stations + agents + group))
    for n in range(20):
        adjunct.do(LogOn(f"7{n:02d}", f"8{n:02d}"))
    item = v.Item(ItemName.AGENT_LOGIN_AUDIT)
    *parts, last = adjunct.ask(O.VALUE_QUERY, item, split("600"))
    assert [part.kind for part in parts] == [MessageType.FACILITY] * 3
    assert [len(all_of(part, v.Domain)) for part in parts] == [16, 16, 8]
    assert all_of(parts[0], v.Domain)[:2] == [
        extension("700"),
        v.Domain(DomainType.LOGICAL_AGENT, "800"),
    ]
    assert (last.kind, last.facility) == (MessageType.RELEASE_COMPLETE, c.ReturnResult(1))


def test_what_a_station_has_switched_on_can_be_asked_for() -> None:
    adjunct = Adjunct()
    lamp = (extension("201"), v.MessageWaitingStatus(1))
    assert accepted(adjunct.ask(O.SET_VALUE, *lamp))
    assert one(
        query(adjunct, ItemName.MESSAGE_WAITING, extension("201")), v.MessageWaitingStatus
    ) == v.MessageWaitingStatus(1)
    told = query(adjunct, ItemName.SEND_ALL_CALLS, extension("201"))
    assert one(told, v.FeatureStatus) == v.FeatureStatus(on=False)
    to = q.RedirectionNumber(digits="204")
    adjunct.ask(O.REQUEST_FEATURE, *feature(FeatureName.CALL_FORWARDING, to))
    told = query(adjunct, ItemName.FORWARDING, extension("201"))
    assert one(told, q.RedirectionNumber).digits == "204"


def test_calls_and_parties_can_be_asked_for() -> None:
    adjunct = talking(Adjunct())
    told = query(adjunct, ItemName.CALL_INFORMATION, extension("202"))
    assert all_of(told, v.CallIdentity) == [call(1)]
    assert all_of(told, v.PartyState) == [v.PartyState(LocalState.CONNECTED)]
    told = query(adjunct, ItemName.PARTY_IDENTIFICATION, call(1))
    assert [one.digits for one in all_of(told, v.ConnectedNumber)] == ["201", "202"]
    ucid = one(query(adjunct, ItemName.UNIVERSAL_CALL_ID, call(1)), v.UniversalCallId)
    assert ucid.ucid == bytes.fromhex("0001000100000000")


def test_a_call_information_answer_has_at_most_10_calls() -> None:
    from sim.asai.queries import MOST_CALLS

    assert MOST_CALLS == 10
    stations = "".join(f'[[station]]\nnumber = "7{n:02d}"\n' for n in range(12))
    plan = read_plan(stations + '[[station]]\nnumber = "201"\nappearances = 12\n')
    adjunct = Adjunct(plan)
    for n in range(12):
        adjunct.do(MakeCall(f"7{n:02d}", "201"))
    told = query(adjunct, ItemName.CALL_INFORMATION, extension("201"))
    assert len(all_of(told, v.CallIdentity)) == 10


def test_the_switch_tells_its_own_values() -> None:
    adjunct = Adjunct()
    assert one(query(adjunct, ItemName.DATE_TIME), q.DateTime) == q.DateTime(26, 1, 1, 8, 0, 0)
    resource = one(query(adjunct, ItemName.CALL_CLASSIFIER), v.ResourceStatus)
    assert (resource.kind, resource.counts) == (1, (0, 4))
    about = v.Domain(DomainType.TRUNK_ACCESS_CODE, "0")
    adjunct.do(TrunkRings("5550500", "0612"))
    assert one(query(adjunct, ItemName.TRUNK_GROUP, about), v.TrunkStatus) == v.TrunkStatus(
        1, 1
    )
    for number, kind in (("201", DomainType.EXTENSION), ("500", DomainType.SPLIT)):
        told = query(adjunct, ItemName.EXTENSION_INFORMATION, extension(number))
        assert one(told, v.Domain) == v.Domain(kind, number)
    told = query(adjunct, ItemName.STATION_STATUS, extension("201"))
    assert one(told, v.TalkState).state is TalkStateName.IDLE


def test_a_query_that_cannot_be_answered_is_refused() -> None:
    adjunct = Adjunct()
    assert adjunct.refused(O.VALUE_QUERY) == (0, 96)
    assert adjunct.refused(O.VALUE_QUERY, v.Item(0x01)) == (3, 79)
    assert adjunct.refused(O.VALUE_QUERY, v.Item(ItemName.SPLIT_STATUS)) == (0, 96)
    assert adjunct.refused(O.VALUE_QUERY, v.Item(ItemName.SPLIT_STATUS), split("599")) == (
        0,
        28,
    )
    assert adjunct.refused(
        O.VALUE_QUERY, v.Item(ItemName.STATION_STATUS), extension("299")
    ) == (0, 28)
    assert adjunct.refused(O.VALUE_QUERY, v.Item(ItemName.PARTY_IDENTIFICATION), call(9)) == (
        3,
        86,
    )


def test_what_a_call_costs_is_taken() -> None:
    adjunct = talking(Adjunct())
    flat = (v.Item(ItemName.BILLING), call(1), v.GenericBillingData(0x11, 250))
    assert accepted(adjunct.ask(O.SET_VALUE, *flat))
    assert adjunct.refused(O.SET_VALUE, v.Item(ItemName.BILLING)) == (0, 96)
    gone = (call(9), v.GenericBillingData(0x11, 250))
    assert adjunct.refused(O.SET_VALUE, *gone) == (3, 86)


# Associations.


EVERYTHING = sorted(Operation, key=str)


@pytest.mark.parametrize("operation", EVERYTHING, ids=str)
def test_what_an_association_is_not_for_is_cause_81(operation: Operation) -> None:
    from sim.asai import openings, serving
    from sim.asai.associations import Kind

    adjunct = Adjunct()
    if operation not in openings.SERVED:
        assert adjunct.refused(operation) == (0, 81)
    notified = adjunct.notify(vdn("600"))
    answers = adjunct.further(notified, operation)
    if operation is O.ABORT:
        assert answers == []
        return
    (answer,) = answers
    if operation in serving.SERVED[Kind.NOTIFICATION]:
        return
    assert (answer.kind, cause(answer)) == (MessageType.FACILITY, (0, 81))


def test_the_switch_always_gives_a_cause_when_it_aborts() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    (aborted,) = adjunct.say("abort")
    assert (aborted.kind, aborted.crv) == (MessageType.RELEASE_COMPLETE, control)
    assert isinstance(aborted.facility, c.Invoke)
    assert (aborted.facility.operation, cause(aborted)) == (O.ABORT, (0, 111))


def test_an_adjunct_may_leave_out_the_cause_of_an_abort() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    abort = c.Invoke(3, O.ABORT)
    assert adjunct.send(MessageType.RELEASE_COMPLETE, control, abort) == []
    assert adjunct.do(MakeCall("201", "202")) == []


def test_limits_hold_over_all_links() -> None:
    adjunct = Adjunct(dialect=replace(R6R, notifications=1))
    adjunct.notify(vdn("600"))
    hub = adjunct.bench.hub
    number, _ = hub.connect(packets=True)
    assert number is not None
    other = hub.links[number]
    assert other.administration is hub.links[adjunct.bench.link or 0].administration
    hub.disconnect(adjunct.bench.link or 0)
    from sim.asai.associations import Kind

    assert other.administration.holders(Kind.NOTIFICATION, "600") == []
