"""Hold, consultation, transfer, conference, redirection, park."""

from __future__ import annotations

import pytest

from sim.exchange.facts import Accepted, Conferenced, Moved, Refused, Transferred
from sim.exchange.verbs import (
    Alternate,
    Answer,
    BlindTransfer,
    Conference,
    Consult,
    Deflect,
    ExternalAnswers,
    GroupPickup,
    HangUp,
    Hold,
    MakeCall,
    Park,
    Pickup,
    Reconnect,
    Request,
    Retrieve,
    SetDoNotDisturb,
    SingleStepConference,
    Transfer,
    TrunkRings,
    Unpark,
)
from sim.exchange.words import Reason
from tests.sim.small import later, play, small, untimed


def refusal(stage, verb):
    (answer,) = stage.do(Request("1", verb))
    assert isinstance(answer, Refused), answer
    return answer.reason


def consulting(answered=True, **options):
    """201 talks with 202 on call 1, held, and calls 203 on call 2."""
    stage = small(**options)
    play(stage, MakeCall("201", "202"), Answer("202"), Consult("201", "203"))
    if answered:
        stage.do(Answer("203"))
    return stage


def test_hold_frees_the_set_for_another_call():
    stage = small()
    play(stage, MakeCall("201", "202"), Answer("202"))
    assert play(stage, Hold("201")) == ["Held 201 normal"]
    assert play(stage, MakeCall("201", "203"))[-1] == "Delivered 203 new call"


def test_hold_and_retrieve_name_what_is_missing():
    stage = small()
    assert refusal(stage, Hold("201")) is Reason.NO_ACTIVE_CALL
    assert refusal(stage, Hold("T1/1")) is Reason.INVALID_DEVICE
    assert refusal(stage, Retrieve("201")) is Reason.NO_HELD_CALL
    stage.do(MakeCall("201", "9"))
    assert refusal(stage, Hold("201")) is Reason.NO_ACTIVE_CALL
    stage = consulting()
    assert refusal(stage, Retrieve("201")) is Reason.CONNECTED_CALL_EXISTS


def test_a_call_to_a_busy_set_cannot_be_held():
    stage = small()
    play(stage, SetDoNotDisturb("202", on=True), MakeCall("201", "202"))
    assert refusal(stage, Hold("201")) is Reason.INVALID_STATE


def test_alternate_and_reconnect_need_both_calls():
    stage = small()
    assert refusal(stage, Alternate("201")) is Reason.NO_HELD_CALL
    play(stage, MakeCall("201", "202"), Answer("202"), Hold("201"))
    assert refusal(stage, Reconnect("201")) is Reason.NO_ACTIVE_CALL
    stage = consulting()
    assert refusal(stage, Alternate("201", held=2)) is Reason.INVALID_STATE
    assert refusal(stage, Alternate("201", active=9)) is Reason.INVALID_CALL


def test_reconnect_leaves_a_set_that_only_rings():
    stage = consulting(answered=False)
    assert play(stage, Reconnect("201")) == [
        "ConnectionCleared 201 normal",
        "ConnectionCleared 203 abandoned",
        "CallCleared 201 normal",
        "Retrieved 201 normal",
    ]


def test_consult_is_refused_without_room_or_right():
    stage = consulting()
    assert refusal(stage, Consult("201", "204")) is Reason.DEVICE_BUSY
    stage = small()
    play(stage, MakeCall("201", "204"), Answer("204"))
    assert refusal(stage, Consult("204", "202")) is Reason.DEVICE_BUSY
    assert refusal(stage, Consult("201", "9")) is Reason.INVALID_DESTINATION
    assert refusal(stage, Consult("201", "")) is Reason.INVALID_DESTINATION


@pytest.mark.parametrize(("merged", "number"), [("primary", 1), ("secondary", 2), ("new", 3)])
def test_a_transfer_leaves_the_id_that_the_plan_says(merged, number):
    stage = consulting(transfer_call_id=merged)
    (transferred,) = stage.do(Transfer("201"))
    assert isinstance(transferred, Transferred)
    assert (transferred.call, transferred.primary, transferred.secondary) == (number, 1, 2)
    assert set(transferred.moved) == {
        Moved("202", 1, number),
        Moved("203", 2, number),
        Moved("201", 1, 0),
        Moved("201", 2, 0),
    }
    assert [call.call for call in stage.exchange.snapshot().calls] == [number]


@pytest.mark.parametrize(("merged", "number"), [("primary", 1), ("secondary", 2), ("new", 3)])
def test_a_conference_leaves_the_id_that_the_plan_says(merged, number):
    stage = consulting(transfer_call_id=merged)
    (answer, conferenced) = stage.do(Request("1", Conference("201")))
    assert isinstance(conferenced, Conferenced)
    assert answer == Accepted("1", number)
    assert set(conferenced.moved) == {
        Moved("202", 1, number),
        Moved("203", 2, number),
        Moved("201", 1, number),
        Moved("201", 2, number),
    }


def test_a_transfer_while_ringing_is_possible_unless_the_plan_forbids_it():
    stage = consulting(answered=False)
    assert play(stage, Transfer("201")) == ["Transferred 201 transfer"]
    assert play(stage, Answer("203")) == ["Established 203 normal"]
    stage = consulting(answered=False, transfer_ringing=False)
    assert refusal(stage, Transfer("201")) is Reason.INVALID_STATE


def test_the_conference_size_is_a_limit():
    stage = consulting(conference_size=3)
    stage.do(Conference("201"))
    assert refusal(stage, SingleStepConference("201", "204")) is Reason.CONFERENCE_LIMIT
    play(stage, Consult("201", "204"), Answer("204"))
    assert refusal(stage, Conference("201")) is Reason.CONFERENCE_LIMIT


def test_two_calls_with_the_same_party_do_not_merge():
    stage = small()
    play(stage, MakeCall("201", "202"), Answer("202"), Hold("202"), Hold("201"))
    play(stage, MakeCall("201", "202"), Answer("202"))
    assert refusal(stage, Transfer("201")) is Reason.SAME_DEVICE
    assert refusal(stage, Conference("201")) is Reason.SAME_DEVICE


def test_single_step_conference_adds_a_free_set_at_once():
    stage = small()
    play(stage, MakeCall("201", "202"), Answer("202"))
    (conferenced,) = stage.do(SingleStepConference("201", "203"))
    assert isinstance(conferenced, Conferenced)
    assert (conferenced.primary, conferenced.secondary, conferenced.added) == (1, 0, "203")
    assert refusal(stage, SingleStepConference("201", "203")) is Reason.SAME_DEVICE
    assert refusal(stage, SingleStepConference("201", "500")) is Reason.INVALID_DESTINATION


def test_two_outside_parties_are_joined_unless_the_plan_forbids_it():
    for allowed in (True, False):
        stage = small(trunk_to_trunk=allowed)
        play(stage, TrunkRings("5550201", "0612"), Answer("201"))
        if not allowed:
            assert refusal(stage, BlindTransfer("201", "0999")) is Reason.NOT_PERMITTED
        play(stage, Consult("201", "0999"), ExternalAnswers("T1/2"))
        if allowed:
            expected = ["TrunkSeized", "Transferred 201 transfer"]
            assert play(stage, Transfer("201")) == expected
        else:
            assert refusal(stage, Transfer("201")) is Reason.NOT_PERMITTED


def test_a_blind_transfer_keeps_the_call_id_and_rings_the_new_party():
    stage = small()
    play(stage, MakeCall("201", "202"), Answer("202"))
    facts = untimed(stage.do(BlindTransfer("202", "203")))
    assert isinstance(facts[0], Transferred)
    assert facts[0].moved == (Moved("201", 1, 1), Moved("202", 1, 0))
    assert play(stage, Answer("203")) == ["Established 203 normal"]


def test_blind_transfer_is_refused_to_a_party_of_the_call_or_nowhere():
    stage = small()
    assert refusal(stage, BlindTransfer("201", "203")) is Reason.NO_ACTIVE_CALL
    stage.do(MakeCall("201", "202"))
    assert refusal(stage, BlindTransfer("201", "203")) is Reason.INVALID_STATE
    stage.do(Answer("202"))
    assert refusal(stage, BlindTransfer("201", "202")) is Reason.SAME_DEVICE
    assert refusal(stage, BlindTransfer("201", "9")) is Reason.INVALID_DESTINATION


def test_deflect_sends_a_ringing_call_elsewhere_and_nothing_else():
    stage = small()
    stage.do(MakeCall("201", "202"))
    assert refusal(stage, Deflect("202", "9")) is Reason.INVALID_DESTINATION
    assert refusal(stage, Deflect("202", "201")) is Reason.SAME_DEVICE
    assert play(stage, Deflect("202", "203")) == [
        "Diverted 202 redirected",
        "Delivered 203 redirected",
    ]
    stage.do(Answer("203"))
    assert refusal(stage, Deflect("203", "202")) is Reason.NO_CALL_TO_ANSWER


def test_a_waiting_call_is_redirected_out_of_its_queue():
    stage = small()
    stage.do(TrunkRings("5550500", "0612"))
    assert play(stage, Request("1", Deflect("500", "203", 1))) == [
        "Accepted",
        "Diverted 500 redirected",
        "Delivered 203 redirected",
    ]
    assert stage.running == 0


def test_pickup_needs_a_ringing_call_and_a_free_set():
    stage = small()
    assert refusal(stage, Pickup("203", "201")) is Reason.NO_CALL_TO_ANSWER
    assert refusal(stage, Pickup("203", "500")) is Reason.INVALID_DESTINATION
    assert refusal(stage, GroupPickup("203")) is Reason.NO_CALL_TO_ANSWER
    stage.do(MakeCall("203", "201"))
    assert refusal(stage, Pickup("203", "201")) is Reason.CONNECTED_CALL_EXISTS
    assert play(stage, GroupPickup("202")) == [
        "Diverted 201 pickup",
        "Established 202 pickup",
    ]


def test_park_slots_hold_one_call_each():
    stage = small()
    play(stage, MakeCall("201", "202"), Answer("202"), Park("201", "71"))
    play(stage, MakeCall("203", "201"), Answer("201"))
    assert refusal(stage, Park("201", "71")) is Reason.SLOT_TAKEN
    assert refusal(stage, Park("201", "72")) is Reason.INVALID_SLOT
    assert refusal(stage, Unpark("202", "71")) is Reason.CONNECTED_CALL_EXISTS
    assert play(stage, Unpark("204", "71")) == ["Diverted 71 park", "Established 204 park"]
    assert refusal(stage, Unpark("202", "71")) is Reason.SLOT_EMPTY


def test_a_parked_call_waits_on_while_the_set_that_parked_it_has_no_room():
    stage = small()
    play(stage, MakeCall("201", "204"), Answer("204"), Park("204", "71"))
    play(stage, MakeCall("202", "204"))
    assert later(stage, 60.0) == []
    stage.do(HangUp("202"))
    assert later(stage, 60.0) == ["Diverted 71 recall", "Delivered 204 recall"]


def test_a_call_that_only_rings_ends_with_its_last_speaker():
    stage = consulting()
    play(stage, Conference("201"), Consult("202", "204"), Transfer("202"))
    play(stage, Consult("203", "205"), Transfer("203"))
    assert play(stage, HangUp("201")) == [
        "ConnectionCleared 201 normal",
        "ConnectionCleared 204 abandoned",
        "ConnectionCleared 205 abandoned",
        "CallCleared 201 normal",
    ]
