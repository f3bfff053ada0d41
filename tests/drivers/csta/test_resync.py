"""Resynchronisation: everything is asked, once, in order, and what is found is told."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.states import AgentState, Origin
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke, Operation, ReturnResult, decode, encode
from tests.drivers.csta.office import Office, Talk
from tests.drivers.csta.script import (
    aare,
    anomalies,
    cleared,
    event,
    found,
    reported,
    sent,
    states,
    subject,
    system_status,
)
from tests.drivers.csta.script import connection as told_connection

TALKING = {"0001": {"201": "connected", "202": "connected"}}
NO_SUCH_CALL = ("operation", c.OperationErrors.INVALID_CALL_ID)
BUSY = ("systemResourceAvailability", 2)
NOT_SUPPORTED = ("operation", c.OperationErrors.SERVICE_NOT_SUPPORTED)


def opened(office: Office, *devices: str, **config: Any) -> Talk:
    """Open the association; nothing is answered but the AARQ."""
    talk = Talk(office, devices=list(devices), **config)
    talk.give(dr.LinkUp())
    talk.waiting.clear()
    talk.hear(aare())
    return talk


def synced(office: Office, *devices: str, **config: Any) -> Talk:
    """Open the association, and let everything be asked and answered."""
    talk = opened(office, *devices, **config)
    talk.serve()
    return talk


def asked_by(pdu: bytes) -> Invoke:
    """Read a request."""
    asked = decode(pdu)
    assert isinstance(asked, Invoke)
    return asked


def told(actions: list[dr.Action]) -> list[Any]:
    """Give what was found, as words."""
    words: list[Any] = []
    for fact in found(actions):
        match fact:
            case f.ResyncBegun(reason=reason):
                words.append(("begun", reason))
            case f.DeviceSeen(device=at, legs=legs):
                calls = [(leg.call, leg.device.key, leg.state.value) for leg in legs]
                words.append((at.key, calls))
            case f.CallSeen(call=call, legs=legs):
                words.append((call, [(leg.device.key, leg.state.value) for leg in legs]))
            case f.NotSeen(device=at, call=call, error=error):
                words.append(("not seen", call if at is None else at.key, error))
            case f.ResyncEnded(complete=complete):
                words.append(("ended", complete))
    return words


# At link-up.


def test_every_device_then_every_call_once_then_agents_are_asked_and_told() -> None:
    office = Office(TALKING, {"202": "4711"})
    talk = synced(office, "201", "202")
    assert office.asked == [
        ("monitor_start", "201"),
        ("monitor_start", "202"),
        ("snapshot_device", "201"),
        ("snapshot_device", "202"),
        ("snapshot_call", "0001"),
        ("get_agent_state", "201"),
        ("get_agent_state", "202"),
    ]
    actions = talk.take()
    assert told(actions) == [
        ("begun", "connected"),
        ("201", [("0001", "201", "connected")]),
        ("202", [("0001", "202", "connected")]),
        ("0001", [("201", "connected"), ("202", "connected")]),
        ("ended", True),
    ]
    assert states(actions) == [("opening", ""), ("syncing", ""), ("up", "")]
    names = [a.message for a in actions if isinstance(a, dr.Report)]
    assert names == [
        *("monitorStart", "monitorStart", "", "snapshotDevice", "snapshotDevice"),
        *("snapshotCall", "getAgentState", "getAgentState", "getAgentState", ""),
    ]
    seen = [fact for fact in found(actions) if isinstance(fact, f.DeviceSeen | f.CallSeen)]
    assert {fact.origin for fact in seen} == {Origin.SNAPSHOT}


def test_agents_are_told_with_their_groups_and_states() -> None:
    actions = synced(Office({}, {"202": "4711"}), "201", "202").take()
    off, on, ready = [fact for fact in reported(actions) if isinstance(fact, f.AgentFact)]
    assert isinstance(off, f.AgentStateTold)
    assert (off.agent, off.device.key, off.state) == (None, "201", AgentState.LOGGED_OFF)
    assert isinstance(on, f.AgentLoggedOn)
    assert on.group is not None
    assert (on.agent, on.device.key, on.group.key) == ("4711", "202", "900")
    assert isinstance(ready, f.AgentStateTold)
    assert (ready.state, ready.origin) == (AgentState.READY, Origin.SNAPSHOT)


def test_features_are_asked_last_where_that_is_configured() -> None:
    office = Office()
    actions = synced(office, "201", "202", resync={"features": True}).take()
    names = [name for name, _ in office.asked if name.startswith("get")]
    assert names == [
        *["get_agent_state"] * 2,
        *["get_forwarding"] * 2,
        *["get_do_not_disturb"] * 2,
        *["get_message_waiting_indicator"] * 2,
    ]
    facts = [fact for fact in reported(actions) if isinstance(fact, f.DeviceFact)]
    assert [(fact.dnd, fact.mwi) for fact in facts[2:]] == [
        *[(True, facts[0].mwi)] * 2,
        *[(facts[0].dnd, False)] * 2,
    ]
    assert {fact.origin for fact in facts} == {Origin.SNAPSHOT}


def test_nothing_is_asked_before_the_monitors_have_their_answers() -> None:
    office = Office()
    talk = opened(office, *[str(number) for number in range(201, 213)])
    talk.serve(11)
    assert {name for name, _ in office.asked} == {"monitor_start"}
    assert found(talk.take()) == []
    talk.serve()
    assert told(talk.take())[-1] == ("ended", True)


def test_a_refused_monitor_is_not_asked_for_and_the_link_is_degraded() -> None:
    office = Office(TALKING)
    limit = ("systemResourceAvailability", 7)
    office.failures[(Operation.MONITOR_START, "201")] = limit
    actions = synced(office, "201", "202").take()
    assert ("snapshot_device", "201") not in office.asked
    words = told(actions)
    assert words[1] == ("not seen", "201", "resource_limit")
    assert words[-1] == ("ended", False)
    assert states(actions)[-1] == ("degraded", "1 of 2 monitors refused: resource_limit")


def test_a_call_that_ended_meanwhile_is_not_asked_for() -> None:
    office = Office(TALKING)
    talk = opened(office, "201", "202", "203", outstanding=1)
    talk.serve(5)  # three monitors and the devices that are on the call
    talk.hear(cleared("0001", "0001", "201"), cleared("0002", "0001", "202"))
    office.asked.clear()
    talk.serve()
    assert ("snapshot_call", "0001") not in office.asked
    assert told(talk.take())[-1] == ("ended", True)


def test_a_call_that_ended_after_it_was_asked_for_is_told_to_be_gone() -> None:
    office = Office(TALKING)
    talk = opened(office, "201", "202")
    talk.serve(4)
    office.failures[(Operation.SNAPSHOT_CALL, "0001")] = NO_SUCH_CALL
    talk.serve()
    assert ("0001", []) in told(talk.take())


def test_an_event_between_two_answers_is_told_at_its_place() -> None:
    office = Office(TALKING)
    talk = opened(office, "201", "202")
    talk.serve(3)
    talk.take()
    talk.hear(cleared("0001", "0001", "201"))
    talk.serve(1)
    first, second = reported(talk.take())
    assert isinstance(first, f.Cleared)
    assert isinstance(second, f.DeviceSeen)


def test_a_merge_between_two_answers_has_its_result_asked_for() -> None:
    office = Office({"0001": {"201": "held"}, "0002": {"201": "connected"}})
    talk = opened(office, "201", "202", outstanding=1, resync={"agents": False})
    talk.serve(3)
    transferred = event(
        "0001",
        "callControlEvents",
        "transferred",
        primaryOldCall=told_connection("0001", "201"),
        secondaryOldCall=told_connection("0002", "201"),
        transferringDevice=subject("201"),
        transferredToDevice=subject("203"),
        transferredConnections=[
            {
                "newConnection": told_connection("0003", "202"),
                "endpoint": {"choice": "deviceID", "value": device_json("202")},
            }
        ],
        cause="transfer",
    )
    talk.hear(transferred)
    office.asked.clear()
    talk.serve()
    assert [about for name, about in office.asked if name == "snapshot_call"] == ["0003"]


def device_json(number: str) -> dict[str, Any]:
    return {"deviceIdentifier": {"choice": "dialingNumber", "value": number}}


# Answers of other kinds.


@pytest.mark.parametrize(
    ("failure", "error", "complete"),
    [
        (BUSY, "resource_busy", False),
        (("operation", c.OperationErrors.INVALID_DEVICE_ID), "invalid_object", False),
        (NOT_SUPPORTED, "unsupported", True),
        ("reject", "unsupported", True),
    ],
)
def test_a_device_that_is_refused_is_not_seen(failure, error, complete) -> None:
    office = Office()
    office.failures[(Operation.SNAPSHOT_DEVICE, "201")] = failure
    assert told(synced(office, "201").take()) == [
        ("begun", "connected"),
        ("not seen", "201", error),
        ("ended", complete),
    ]


@pytest.mark.parametrize("failure", [NOT_SUPPORTED, "reject"])
def test_a_service_that_the_switch_lacks_is_not_asked_again_and_that_is_learned(
    failure,
) -> None:
    office = Office(TALKING)
    devices = [str(number) for number in range(201, 231)]
    for number in devices:
        office.failures[(Operation.SNAPSHOT_DEVICE, number)] = failure
        office.failures[(Operation.GET_AGENT_STATE, number)] = failure
    talk = synced(office, *devices, outstanding=2)
    names = [name for name, _ in office.asked]
    assert names.count("snapshot_device") == 1
    assert names.count("get_agent_state") == 1
    actions = talk.take()
    errors = [word for word in told(actions) if word[0] == "not seen"]
    assert errors == [("not seen", number, "unsupported") for number in devices]
    assert told(actions)[-1] == ("ended", True)
    resync = talk.link.driver.capabilities.resync
    assert (resync.device_snapshot, resync.call_snapshot, resync.agent_query) == (
        *(False, True, False),
    )
    assert [a for a in actions if isinstance(a, dr.CapabilitiesChanged)]


def test_an_answer_teaches_that_the_link_can() -> None:
    commands = synced(Office(TALKING), "201").link.driver.capabilities.commands
    for verb in ("snapshot_device", "snapshot_call", "query_agent"):
        assert commands[verb].support == "native"


def test_a_device_without_an_agent_leaves_it_complete() -> None:
    office = Office()
    refusal = ("operation", c.OperationErrors.REQUEST_INCOMPATIBLE_WITH_OBJECT)
    office.failures[(Operation.GET_AGENT_STATE, "201")] = refusal
    assert told(synced(office, "201").take())[-1] == ("ended", True)
    office.failures[(Operation.GET_AGENT_STATE, "201")] = BUSY
    assert told(synced(office, "201").take())[-1] == ("ended", False)


def test_what_has_no_answer_is_not_seen_and_it_ends_all_the_same() -> None:
    office = Office(TALKING)
    office.failures[(Operation.SNAPSHOT_DEVICE, "201")] = None
    talk = synced(office, "201", "202")
    assert told(talk.take())[-1] != ("ended", False)
    talk.give(dr.TimerExpired(next(t for t in talk.link.timers if hasattr(t, "invoke_id"))))
    talk.serve()
    actions = talk.take()
    assert told(actions)[0] == ("not seen", "201", "timeout")
    assert told(actions)[-1] == ("ended", False)
    assert states(actions) == [("up", "")]


def test_a_switch_that_never_answers_a_service_is_asked_a_limited_number_of_times() -> None:
    office = Office()
    devices = [str(number) for number in range(201, 301)]
    for number in devices:
        office.failures[(Operation.SNAPSHOT_DEVICE, number)] = None
    talk = synced(office, *devices)
    while timers := [t for t in talk.link.timers if hasattr(t, "invoke_id")]:
        talk.give(dr.TimerExpired(timers[0]))
        talk.serve()
    assert 30 <= sum(name == "snapshot_device" for name, _ in office.asked) <= 60
    words = told(talk.take())
    assert sorted(word for word in words if word[0] == "not seen") == [
        ("not seen", number, "timeout") for number in devices
    ]
    assert words[-1] == ("ended", False)
    assert sum(name == "get_agent_state" for name, _ in office.asked) == len(devices)


def test_an_answer_that_cannot_be_read_leaves_the_device_unseen() -> None:
    talk = opened(Office(), "201")
    talk.serve(1)
    talk.hear(bytes.fromhex("a2 06 020102 3001 02"))
    assert ("not seen", "201", "protocol") in told(talk.take())


def test_what_is_not_configured_is_not_asked() -> None:
    office = Office(TALKING)
    config = {"devices": True, "calls": False, "agents": False}
    words = told(synced(office, "201", "202", resync=config).take())
    assert {name for name, _ in office.asked} == {"monitor_start", "snapshot_device"}
    assert ("not seen", "0001", "not asked") in words


def test_a_snapshot_in_parts_is_told_as_one() -> None:
    talk = opened(Office(TALKING), "201", resync={"agents": False})
    talk.serve(1)
    (asked,) = talk.waiting
    talk.waiting.clear()
    number = asked_by(asked).invoke_id
    result = c.SnapshotDeviceResult(service_cross_ref_id=b"\7")
    talk.hear(encode(ReturnResult(number, Operation.SNAPSHOT_DEVICE, result)))
    assert told(talk.take()) == [("begun", "connected")]
    legs = talk.office.legs_of("201")
    for last in (False, True):
        data = c.SnapshotDeviceDataArgument(b"\7", None, last, legs)
        talk.hear(encode(Invoke(90, Operation.SNAPSHOT_DEVICE_DATA, data)))
    assert told(talk.take()) == [("201", [("0001", "201", "connected")] * 2)]
    talk.serve()
    assert told(talk.take())[-1] == ("ended", True)


def test_a_party_is_given_back_to_the_switch_as_it_named_it() -> None:
    office = Office(TALKING)
    talk = opened(office, "201", resync={"agents": False})
    talk.serve(1)
    (asked,) = talk.waiting
    talk.waiting.clear()
    at: c.ConnectionID = ("both", c.ConnectionIDBoth(b"\0\1", ("dynamicID", b"\xaa")))
    entry = c.SnapshotDeviceResponseInfo(at, local_call_state=("unknown", None))
    result = c.SnapshotDeviceResult(snapshot_data=(entry,))
    number = asked_by(asked).invoke_id
    talk.hear(encode(ReturnResult(number, Operation.SNAPSHOT_DEVICE, result)))
    (request,) = talk.waiting
    assert asked_by(request).argument == c.SnapshotCallArgument(at)
    assert ("201", [("0001", "aa", "unknown")]) in told(talk.take())


# How much at once, and how fast.


@pytest.mark.parametrize(("outstanding", "most"), [(30, 22), (4, 3), (2, 1), (1, 1)])
def test_so_many_questions_wait_at_once_and_the_rest_is_left_to_commands(
    outstanding, most
) -> None:
    office = Office()
    devices = [str(number) for number in range(201, 251)]
    talk = synced(office, *devices, outstanding={"all": outstanding, "monitors": 1})
    assert talk.most == most


def test_a_switch_that_answers_200_a_second_is_kept_busy_and_never_flooded() -> None:
    devices = [str(number) for number in range(1000, 3000)]
    calls = {
        f"{number:04x}": {devices[2 * number]: "connected", devices[2 * number + 1]: "held"}
        for number in range(500)
    }
    office = Office(calls)
    talk = opened(office, *devices)
    away, each = 0.01, 1 / 200  # seconds on the wire, one way; seconds for one answer
    now = free = 0.0
    on_the_way: deque[tuple[float, bytes]] = deque()
    while talk.waiting or on_the_way:
        while talk.waiting:
            answer = office.answer(talk.waiting.popleft())
            assert answer is not None
            free = max(free, now + away) + each
            on_the_way.append((free + away, answer))
        assert len(on_the_way) <= 30
        now, answer = on_the_way.popleft()
        talk.hear(answer)
    assert told(talk.take())[-1] == ("ended", True)
    assert len(office.asked) == len(set(office.asked)) == 6_500
    assert now <= 1.1 * 6_500 / 200


def test_a_rate_is_kept_by_bursts_of_a_timer() -> None:
    office = Office()
    devices = [str(number) for number in range(201, 231)]
    talk = synced(office, *devices, resync={"rate": 50, "agents": False})
    assert talk.link.driver.capabilities.limits.messages_per_s == 50
    questions, seconds = [], 0.0
    while "resync_pace" in talk.link.timers:
        questions.append(sum(name == "snapshot_device" for name, _ in office.asked))
        seconds += talk.link.timers["resync_pace"]
        talk.give(dr.TimerExpired("resync_pace"))
        talk.serve()
    assert questions == list(range(3, 31, 3))
    assert seconds == pytest.approx(30 / 50)
    assert told(talk.take())[-1] == ("ended", True)


def test_a_low_rate_is_one_question_at_a_time() -> None:
    talk = synced(Office(), "201", "202", resync={"rate": 2, "agents": False})
    assert talk.link.timers["resync_pace"] == 0.5
    assert len(found(talk.take())) == 2


# Again.


def again(talk: Talk, *pdus: bytes, event: dr.Event | None = None) -> list[dr.Action]:
    """Let something ask for a resynchronisation; give what was done until all is answered."""
    talk.take()
    talk.office.asked.clear()
    if event is not None:
        talk.give(event)
    talk.hear(*pdus)
    talk.serve()
    return talk.take()


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (dr.ResyncRequested("asked"), "asked"),
        (dr.PduReceived(system_status(7, "messagesLost")), "messages lost"),
    ],
)
def test_lost_messages_and_requests_ask_everything_again_but_no_monitor(cause, reason) -> None:
    talk = synced(Office(TALKING), "201", "202")
    talk.give(dr.TimerExpired("resync_gap"))
    actions = again(talk, event=cause)
    assert [name for name, _ in talk.office.asked if name != ""] == [
        *["snapshot_device"] * 2,
        "snapshot_call",
        *["get_agent_state"] * 2,
    ]
    words = told(actions)
    assert (words[0], words[-1]) == (("begun", reason), ("ended", True))
    assert states(actions) == [("degraded", f"resynchronising: {reason}"), ("up", "")]


def test_a_switch_that_keeps_losing_messages_is_asked_at_intervals() -> None:
    talk = synced(Office(TALKING), "201", resync={"gap": 20})
    lost = system_status(7, "messagesLost")
    for _ in range(3):
        assert told(again(talk, lost, lost, lost)) == []
        assert talk.link.timers["resync_gap"] == 20.0
        actions = again(talk, event=dr.TimerExpired("resync_gap"))
        words = [word[0] for word in told(actions)]
        assert (words.count("begun"), words.count("ended")) == (1, 1)
        assert states(actions)[-1] == ("up", "")
        talk.link.receive()
    talk.give(dr.TimerExpired("resync_gap"))
    assert told(talk.take()) == []


def test_a_request_while_one_runs_makes_exactly_one_more_follow() -> None:
    talk = opened(Office(TALKING), "201")
    talk.serve(2)
    for _ in range(3):
        talk.give(dr.ResyncRequested("asked"))
    talk.serve()
    actions = talk.take()
    assert [word[0] for word in told(actions)].count("begun") == 1
    assert states(actions)[-1] == ("degraded", "resynchronising: asked")
    actions = again(talk, event=dr.TimerExpired("resync_gap"))
    assert [word[0] for word in told(actions)].count("begun") == 1
    assert states(actions)[-1] == ("up", "")
    assert again(talk, event=dr.TimerExpired("resync_gap")) == []


def test_a_request_outside_an_association_is_nothing() -> None:
    talk = Talk(Office(), devices=["201"])
    talk.give(dr.ResyncRequested("asked"))
    assert talk.take() == []


def test_commands_find_a_place_while_everything_is_asked() -> None:
    devices = [str(number) for number in range(201, 251)]
    talk = synced(Office(), *devices)
    talk.give(dr.TimerExpired("resync_gap"))
    talk.give(dr.ResyncRequested("asked"))
    assert len(talk.waiting) == 22
    for _ in range(8):
        talk._take(talk.link.command("set_dnd", device="201", on=True))
    assert talk.link.outcomes == {}
    talk._take(talk.link.command("set_dnd", device="201", on=True))
    assert talk.link.last.error.kind == "resource_busy"
    talk.serve()
    assert {outcome.status for outcome in talk.link.outcomes.values()} == {
        "succeeded",
        "rejected",
    }


@pytest.mark.parametrize("statuses", [["enabled"], ["initializing", "enabled"]])
def test_a_switch_that_restarts_gets_its_monitors_anew_and_is_asked_everything(
    statuses,
) -> None:
    talk = synced(Office(TALKING), "201", "202")
    talk.give(dr.TimerExpired("resync_gap"))
    actions = again(talk, *(system_status(7, status) for status in statuses))
    names = [name for name, _ in talk.office.asked if name]
    assert "monitor_stop" not in names
    assert names[:4] == ["monitor_start", "monitor_start", "snapshot_device", "snapshot_device"]
    stopped = [fact for fact in reported(actions) if isinstance(fact, f.MonitorStopped)]
    assert [fact.monitor for fact in stopped] == ["0001", "0002"]
    started = [fact for fact in reported(actions) if isinstance(fact, f.MonitorStarted)]
    assert [fact.monitor for fact in started] == ["0003", "0004"]
    words = told(actions)
    assert (words[0], words[-1]) == (("begun", "the switch has restarted"), ("ended", True))
    assert states(actions)[-1] == ("up", "")
    talk.hear(cleared("0003", "0001", "201"))
    assert anomalies(talk.take()) == []


def test_a_restart_leaves_no_monitor_waiting_for_its_retry() -> None:
    office = Office()
    office.failures[(Operation.MONITOR_START, "201")] = ("systemResourceAvailability", 2)
    talk = synced(office, "201", "202")
    talk.give(dr.TimerExpired("resync_gap"))
    office.failures.clear()
    actions = again(talk, system_status(7, "enabled"))
    assert [name for name, _ in office.asked if name].count("monitor_start") == 2
    assert states(actions)[-1] == ("up", "")


def test_a_start_that_a_restart_swallowed_is_sent_again_at_once() -> None:
    talk = opened(Office(), "201")
    talk.waiting.clear()
    talk.hear(system_status(7, "enabled"))
    talk.waiting.clear()
    talk.give(dr.TimerExpired(next(t for t in talk.link.timers if hasattr(t, "invoke_id"))))
    talk.serve()
    assert talk.office.asked[0] == ("monitor_start", "201")
    assert states(talk.take())[-1][0] in ("up", "degraded")


def test_a_switch_that_was_disabled_is_asked_everything() -> None:
    talk = synced(Office(TALKING), "201")
    talk.give(dr.TimerExpired("resync_gap"))
    actions = again(talk, system_status(7, "disabled"), system_status(8, "normal"))
    assert [name for name, _ in talk.office.asked if name][:2] == [
        "monitor_stop",
        "monitor_start",
    ]
    assert told(actions)[0] == ("begun", "the switch is back")


# The end of the association.


def test_a_lost_link_leaves_nothing_and_the_next_begins_anew() -> None:
    talk = opened(Office(TALKING), "201", "202", resync={"rate": 5})
    talk.serve(4)
    talk.give(dr.LinkDown("cut"))
    assert talk.link.timers == {}
    assert told(talk.take())[-1][0] != "ended"
    talk.waiting.clear()
    talk.give(dr.LinkUp())
    talk.waiting.clear()
    talk.hear(aare())
    talk.serve()
    while "resync_pace" in talk.link.timers:
        talk.give(dr.TimerExpired("resync_pace"))
        talk.serve()
    words = told(talk.take())
    assert (words[0], words[-1]) == (("begun", "connected"), ("ended", True))


def test_a_stop_asks_no_more_and_what_is_answered_then_is_not_told() -> None:
    talk = opened(Office(TALKING), "201", "202")
    talk.serve(3)
    talk.take()
    talk.give(dr.StopRequested())
    talk.serve()
    actions = talk.take()
    assert found(actions) == []
    assert not [pdu for pdu in sent(actions) if b"\x02\x01\x4b" in pdu]  # no snapshotCall


# Commands.


@pytest.mark.parametrize(
    ("verb", "args", "native", "words"),
    [
        (
            "snapshot_device",
            {"device": "201"},
            dr.NativeTarget(device="201"),
            ("201", [("0001", "201", "connected")]),
        ),
        (
            "snapshot_call",
            {"call": "c"},
            dr.NativeTarget(call="0001"),
            ("0001", [("201", "connected"), ("202", "connected")]),
        ),
        ("snapshot_call", {"call": "c"}, dr.NativeTarget(call="0009"), ("0009", [])),
    ],
)
def test_a_snapshot_command_tells_what_it_found(verb, args, native, words) -> None:
    office = Office(TALKING)
    office.failures[(Operation.SNAPSHOT_CALL, "0009")] = NO_SUCH_CALL
    talk = synced(office, "201")
    talk.take()
    talk._take(talk.link.command(verb, native, **args))
    talk.serve()
    assert told(talk.take()) == [words]
    assert talk.link.last.status == ("failed" if words == ("0009", []) else "succeeded")


def test_a_snapshot_command_that_finds_nothing_out_tells_no_fact() -> None:
    office = Office(TALKING)
    talk = synced(office, "201")
    office.failures[(Operation.SNAPSHOT_DEVICE, "201")] = BUSY
    talk.take()
    talk._take(talk.link.command("snapshot_device", device="201"))
    talk.serve()
    assert found(talk.take()) == []
