"""Basic calls: off-hook, dialling, answering, clearing, tones, call ids."""

from __future__ import annotations

from sim.exchange import verbs
from sim.exchange.facts import Accepted, CallFact, DigitsSent, Ignored, Refused
from sim.exchange.timers import StartTimer, StopTimer, Timer, TimerKind
from sim.exchange.verbs import (
    Answer,
    ClearCall,
    Dial,
    GoOffHook,
    HangUp,
    MakeCall,
    Request,
    SendDigits,
    TimerExpired,
)
from sim.exchange.views import CallView, DeviceView, Party
from sim.exchange.words import LegState, Reason
from tests.sim.small import later, play, small


def reason(stage, verb):
    """Give the reason why a computer's request is refused."""
    (answer,) = stage.do(Request("1", verb))
    assert isinstance(answer, Refused)
    return answer.reason


def test_off_hook_then_dial_reaches_the_other_set():
    stage = small()
    assert play(stage, GoOffHook("201")) == ["ServiceInitiated 201 new call"]
    assert play(stage, Dial("201", "202")) == [
        "Originated 201 new call",
        "Delivered 202 new call",
    ]


def test_a_fact_carries_numbers_and_every_party():
    stage = small()
    stage.do(MakeCall("201", "202", b"order 7"))
    (established,) = stage.do(Answer("202"))
    assert isinstance(established, CallFact)
    assert (established.calling, established.called, established.data) == (
        "201",
        "202",
        b"order 7",
    )
    assert established.parties == (
        Party("201", LegState.CONNECTED, "201", place=1),
        Party("202", LegState.CONNECTED, "202", place=2),
    )


def test_dial_tone_without_a_number_turns_into_a_tone_and_ends():
    stage = small()
    stage.do(GoOffHook("201"))
    assert later(stage, 15.0) == ["Failed 201 dial timeout"]
    assert later(stage, 30.0) == [
        "ConnectionCleared 201 tone timeout",
        "CallCleared 201 tone timeout",
    ]
    assert stage.running == 0


def test_off_hook_answers_what_rings():
    stage = small()
    stage.do(MakeCall("201", "202"))
    assert play(stage, GoOffHook("202")) == ["Established 202 normal"]


def test_a_prompting_set_waits_for_its_user():
    stage = small()
    assert play(stage, Request("1", MakeCall("203", "201"))) == [
        "Accepted",
        "ServiceInitiated 203 make call",
    ]
    assert play(stage, GoOffHook("203")) == [
        "Originated 203 make call",
        "Delivered 201 new call",
    ]


def test_a_prompt_that_nobody_follows_is_given_up():
    stage = small()
    stage.do(Request("1", MakeCall("203", "201")))
    assert later(stage, 20.0) == [
        "ConnectionCleared 203 no answer",
        "CallCleared 203 no answer",
    ]


def test_a_person_hears_a_tone_where_a_computer_is_refused():
    assert play(small(), MakeCall("201", "9"))[-1] == "Failed 201 number unobtainable"
    assert reason(small(), MakeCall("201", "9")) is Reason.INVALID_DESTINATION
    assert play(small(), MakeCall("204", "0999"))[-1] == "Failed 204 barred"
    assert reason(small(), MakeCall("204", "0999")) is Reason.NOT_PERMITTED


def test_make_call_is_refused_for_the_reason_that_holds():
    stage = small()
    assert reason(stage, MakeCall("299", "201")) is Reason.INVALID_DEVICE
    assert reason(stage, MakeCall("201", "")) is Reason.INVALID_DESTINATION
    assert reason(stage, MakeCall("205", "201")) is Reason.NOT_PERMITTED
    stage.do(MakeCall("202", "204"))
    assert reason(stage, MakeCall("204", "201")) is Reason.DEVICE_BUSY
    assert reason(stage, MakeCall("202", "201")) is Reason.CONNECTED_CALL_EXISTS


def test_a_set_is_busy_when_every_appearance_is_taken():
    stage = small()
    stage.do(MakeCall("201", "204"))
    assert play(stage, MakeCall("202", "204"))[-1] == "Failed 204 busy"
    view = stage.exchange.snapshot().calls[1]
    assert [(p.device, p.state) for p in view.parties] == [
        ("202", LegState.CONNECTED),
        ("204", LegState.FAILED),
    ]


def test_busy_tone_ends_by_time():
    stage = small()
    stage.do(verbs.SetDoNotDisturb("202", on=True))
    assert play(stage, MakeCall("201", "202"))[-1] == "Failed 202 do not disturb"
    assert later(stage, 30.0) == [
        "ConnectionCleared 202 tone timeout",
        "ConnectionCleared 201 tone timeout",
        "CallCleared 201 tone timeout",
    ]


def test_a_set_that_calls_itself_hears_a_tone():
    assert play(small(), MakeCall("201", "201"))[-1] == "Failed 201 busy"


def test_answering_a_second_call_is_refused_or_holds_the_first_as_the_plan_says():
    for holds, expected in [(False, ["Ignored"]), (True, ["Held", "Established"])]:
        stage = small(answer_holds=holds)
        stage.do(MakeCall("201", "202"))
        stage.do(Answer("202"))
        stage.do(MakeCall("203", "202"))
        assert [fact.split()[0] for fact in play(stage, Answer("202", 2))] == expected


def test_the_analog_set_stays_off_hook_when_the_other_side_leaves():
    stage = small()
    play(stage, MakeCall("203", "201"), Answer("201"))
    assert play(stage, HangUp("201")) == ["ConnectionCleared 201 normal", "Failed 203 blocked"]
    assert play(stage, HangUp("203")) == [
        "ConnectionCleared 203 normal",
        "CallCleared 203 normal",
    ]
    assert stage.running == 0


def test_a_caller_who_leaves_before_the_answer_has_abandoned():
    stage = small()
    stage.do(MakeCall("201", "202"))
    assert play(stage, HangUp("201")) == [
        "ConnectionCleared 201 normal",
        "ConnectionCleared 202 abandoned",
        "CallCleared 201 normal",
    ]


def test_a_computer_may_clear_a_ringing_connection_or_a_whole_call():
    stage = small()
    stage.do(MakeCall("201", "202"))
    assert play(stage, Request("1", HangUp("202", 1)))[:2] == [
        "Accepted",
        "ConnectionCleared 202 normal",
    ]
    stage.do(MakeCall("201", "202"))
    assert play(stage, Request("2", ClearCall(2))) == [
        "Accepted",
        "ConnectionCleared 201 cleared",
        "ConnectionCleared 202 cleared",
        "CallCleared 201 cleared",
    ]


def test_answer_and_clear_name_what_is_missing():
    stage = small()
    assert reason(stage, Answer("201")) is Reason.NO_CALL_TO_ANSWER
    assert reason(stage, Answer("299")) is Reason.INVALID_DEVICE
    assert reason(stage, Answer("201", 5)) is Reason.INVALID_CALL
    assert reason(stage, HangUp("201")) is Reason.NO_CALL_TO_CLEAR
    assert reason(stage, ClearCall(5)) is Reason.INVALID_CALL
    stage.do(MakeCall("201", "202"))
    assert reason(stage, Answer("203", 1)) is Reason.INVALID_CONNECTION
    assert reason(stage, Answer("201", 1)) is Reason.INVALID_STATE


def test_digits_are_told_on_a_connected_call_only():
    stage = small()
    assert reason(stage, SendDigits("201", "12")) is Reason.NO_ACTIVE_CALL
    stage.do(MakeCall("201", "202"))
    (sent,) = stage.do(SendDigits("201", "12#"))
    assert isinstance(sent, DigitsSent)
    assert sent.digits == "12#"
    assert reason(stage, SendDigits("201", "1x")) is Reason.INVALID_VALUE


def test_snapshots_show_device_and_call():
    stage = small()
    stage.do(MakeCall("201", "202"))
    (answer,) = stage.do(Request("1", verbs.SnapshotDevice("202")))
    assert isinstance(answer, Accepted)
    assert answer.view == DeviceView("202", ((1, LegState.ALERTING),))
    (answer,) = stage.do(Request("2", verbs.SnapshotCall(1)))
    assert isinstance(answer, Accepted)
    assert isinstance(answer.view, CallView)
    assert [p.device for p in answer.view.parties] == ["201", "202"]
    assert reason(stage, verbs.SnapshotDevice("299")) is Reason.INVALID_DEVICE
    assert reason(stage, verbs.SnapshotCall(9)) is Reason.INVALID_CALL


def test_call_ids_start_again_and_skip_a_live_one():
    stage = small()
    stage.do(MakeCall("202", "203"))
    seen = []
    for _ in range(16):
        (answer, *_) = stage.do(Request("1", MakeCall("201", "204")))
        assert isinstance(answer, Accepted)
        seen.append(answer.call)
        stage.do(HangUp("201"))
    assert seen == [*range(2, 17), 2]


def test_a_timer_that_was_stopped_meanwhile_means_nothing():
    stage = small()
    actions = stage.do(GoOffHook("201"))
    timer = next(a.timer for a in actions if isinstance(a, StartTimer))
    assert StopTimer(timer) in stage.do(Dial("201", "202"))
    expiry = TimerExpired(timer)
    assert stage.exchange.handle(expiry) == [Ignored(expiry, Reason.NOTHING_TO_DO)]
    assert timer == Timer(TimerKind.DIAL, timer.serial)


def test_what_a_person_does_in_vain_is_told_as_ignored():
    event = Dial("201", "")
    assert small().do(event) == [Ignored(event, Reason.INVALID_VALUE)]
