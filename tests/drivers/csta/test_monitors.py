"""Monitors: started all, kept, retried, added and taken away."""

import pytest

from cti import driver as dr
from cti import facts as f
from tests.drivers.csta.script import (
    Link,
    anomalies,
    error,
    facts,
    hookswitch,
    ids,
    invoke,
    monitor_started,
    reject,
    result,
    sent,
    shown,
    states,
)

TWENTY = [str(number) for number in range(201, 221)]
LIMIT = ("systemResourceAvailability", "overallMonitorLimitExceeded")


def monitored(pdus: list[bytes]) -> list[str]:
    objects = [shown(pdu)["value"]["argument"]["monitorObject"]["value"] for pdu in pdus]
    return [one["deviceIdentifier"]["value"] for one in objects]


def running(*devices: str, **config) -> Link:
    link = Link(devices=list(devices), **config)
    for number, _ in enumerate(devices, 1):
        link.receive(monitor_started(number, f"{number:04x}"))
    return link


@pytest.mark.vectors
def test_the_request_is_the_one_of_the_trace(vectors) -> None:
    trace = (vectors / "traces" / "panasonic-kx-2016-12-01.jsonl").read_text()
    link = Link(dialect="panasonic", devices=["7001"])
    (start,) = sent(link.actions)
    assert start.hex() in trace


def test_eight_starts_wait_at_once_and_an_answer_makes_room_for_the_next() -> None:
    link = Link(devices=TWENTY)
    first = sent(link.actions)
    assert monitored(first) == TWENTY[:8]
    assert ids(first) == list(range(1, 9))
    assert monitored(sent(link.receive(monitor_started(3, "0003")))) == TWENTY[8:9]


def test_the_number_of_starts_at_once_can_be_configured() -> None:
    assert len(sent(Link(devices=TWENTY, outstanding={"monitors": 3}).actions)) == 3
    assert len(sent(Link(devices=TWENTY, outstanding=2).actions)) == 2


def test_the_link_is_up_when_all_monitors_run() -> None:
    link = Link(devices=["201", "202"])
    assert states(link.actions) == [("syncing", "")]
    actions = link.receive(monitor_started(1, "0001"))
    (fact,) = facts(actions)
    assert isinstance(fact, f.MonitorStarted)
    assert fact.device is not None
    assert (fact.monitor, fact.device.key) == ("0001", "201")
    assert states(actions) == []
    assert states(link.receive(monitor_started(2, "0002"))) == [("up", "")]


def test_refused_monitors_degrade_the_link_and_a_retry_cures_it() -> None:
    link = Link(devices=TWENTY)
    told: list[dr.Action] = []
    for number in range(1, 21):
        refuse = number in (5, 6, 19)
        answer = error(number, *LIMIT) if refuse else monitor_started(number, f"{number:04x}")
        told += link.receive(answer)
    assert states(told) == [("degraded", "3 of 20 monitors refused: resource_limit")]
    failures = [fact for fact in facts(told) if isinstance(fact, f.MonitorFailed)]
    assert {fact.error for fact in failures} == {"resource_limit"}
    assert len(failures) == 3
    assert link.timers["monitor_retry"] == 300.0
    retried = sent(link.expire("monitor_retry"))
    assert monitored(retried) == ["205", "206", "219"]
    told = link.receive(monitor_started(21, "0005"), monitor_started(22, "0006"))
    assert states(told)[-1] == ("degraded", "1 of 20 monitors refused: resource_limit")
    assert states(link.receive(monitor_started(23, "0013"))) == [("up", "")]


def test_the_number_of_monitors_that_the_switch_allows_is_learned() -> None:
    link = Link(devices=["201", "202"])
    link.receive(monitor_started(1, "0001"), error(2, *LIMIT))
    assert link.driver.capabilities.limits.monitors == 1


def test_different_refusals_are_counted_by_their_kind() -> None:
    link = Link(devices=["201", "202", "203"])
    link.receive(error(1, *LIMIT), error(2, "operation", "invalidDeviceID"))
    told = link.receive(monitor_started(3, "0003"))
    reason = "2 of 3 monitors refused: 1 invalid_object, 1 resource_limit"
    assert states(told) == [("degraded", reason)]


def test_the_same_refusal_again_is_told_once() -> None:
    link = Link(devices=["201"])
    assert len(facts(link.receive(error(1, *LIMIT)))) == 1
    link.expire("monitor_retry")
    assert facts(link.receive(error(2, *LIMIT))) == []
    link.expire("monitor_retry")
    assert len(facts(link.receive(error(3, "operation", "invalidDeviceID")))) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reject(1, "invoke", 1), "1 of 1 monitors refused: unsupported"),
        (reject(1, "invoke", 2), "1 of 1 monitors refused: protocol"),
        (bytes.fromhex("a20a02010130050201470500"), "1 of 1 monitors refused: protocol"),
        (bytes.fromhex("a203020101"), "1 of 1 monitors refused: protocol"),
    ],
)
def test_any_refusal_degrades_the_link(answer, reason) -> None:
    told = states(Link(devices=["201"]).receive(answer))
    assert told == [("degraded", reason)]


def test_a_start_without_an_answer_is_a_failure_and_is_retried() -> None:
    link = Link(devices=["201"])
    told = link.expire_request(1)
    assert states(told) == [("degraded", "1 of 1 monitors failed: timeout")]
    assert monitored(sent(link.expire("monitor_retry"))) == ["201"]


def test_a_monitor_whose_answer_comes_too_late_is_ended() -> None:
    link = Link(devices=["201"])
    link.expire_request(1)
    actions = link.receive(monitor_started(1, "0001"))
    assert anomalies(actions) == [
        ("unexpected", "result of monitorStart that does not wait"),
    ]
    (stop,) = sent(actions)
    assert shown(stop)["value"]["argument"] == {"crossRefIdentifier": {"octets": "0001"}}
    assert link.receive(result(2, 73))[1:] == []


def test_an_answer_that_comes_twice_is_counted_and_ends_nothing() -> None:
    link = running("201")
    actions = link.receive(monitor_started(1, "0001"))
    assert sent(actions) == []
    assert len(anomalies(actions)) == 1
    assert len(facts(link.receive(hookswitch("0001", "201")))) == 1


def test_a_result_of_another_operation_leaves_the_request_waiting() -> None:
    link = Link(devices=["201"])
    actions = link.receive(result(1, 73))
    assert anomalies(actions) == [("unexpected", "result of monitorStop for monitorStart")]
    assert states(link.receive(monitor_started(1, "0001"))) == [("up", "")]


# Reports before the answer.


def test_reports_before_the_answer_are_told_after_it_in_their_order() -> None:
    link = Link(devices=["201", "202"])
    assert facts(link.receive(hookswitch("0001", "201"))) == []
    assert link.timers["held"] == 2.0
    first = facts(link.receive(monitor_started(2, "0002")))
    assert [type(fact) for fact in first] == [f.MonitorStarted]
    told = facts(link.receive(monitor_started(1, "0001")))
    assert [type(fact) for fact in told] == [f.MonitorStarted, f.DeviceFact]
    assert "held" not in link.timers


def test_reports_without_an_answer_are_told_when_their_time_is_over() -> None:
    link = Link(devices=["201"])
    link.receive(hookswitch("0009", "209"))
    actions = link.expire("held")
    assert [type(fact) for fact in facts(actions)] == [f.DeviceFact]
    assert anomalies(actions) == [
        ("unexpected", "report under the unknown cross reference 0009")
    ]
    again = link.receive(hookswitch("0009", "209"))
    assert len(facts(again)) == 1
    assert anomalies(again) == []


def test_reports_of_an_unknown_monitor_are_told_at_once_when_no_answer_is_awaited() -> None:
    actions = running("201").receive(hookswitch("0009", "209"))
    assert len(facts(actions)) == 1
    assert len(anomalies(actions)) == 1


def test_the_number_of_reports_that_are_held_is_bounded() -> None:
    link = Link(devices=["201"])
    told = [fact for _ in range(1001) for fact in facts(link.receive(hookswitch("01", "9")))]
    assert len(told) == 1001
    assert "held" not in link.timers


def test_held_reports_are_told_before_the_link_goes_down() -> None:
    link = Link(devices=["201"])
    link.receive(hookswitch("0001", "201"))
    actions = link.event(dr.LinkDown("cut"))
    assert len(facts(actions)) == 1
    assert isinstance(actions[-1], dr.StateChanged)


# Devices that come and go.


def test_a_device_is_monitored_on_demand() -> None:
    link = running("201")
    (start,) = sent(link.command("monitor_start", device="202", ttl_s=60))
    assert monitored([start]) == ["202"]
    assert link.outcomes == {}
    link.receive(monitor_started(2, "0002"))
    assert link.last.status == "succeeded"
    assert link.last.result == {"monitor": "0002"}


def test_a_device_that_is_monitored_already_needs_no_request() -> None:
    link = running("201")
    assert sent(link.command("monitor_start", device="201", ttl_s=60)) == []
    assert link.last.result == {"monitor": "0001", "already": True}


def test_a_refused_device_can_be_asked_for_again_at_once() -> None:
    link = Link(devices=["201"])
    link.receive(error(1, *LIMIT))
    assert len(sent(link.command("monitor_start", device="201", ttl_s=60))) == 1
    link.receive(error(2, *LIMIT))
    assert link.last.status == "failed"
    assert link.last.error.kind == "resource_limit"
    assert link.last.error.native.code == 7
    assert link.last.error.detail.startswith("monitor_start at 201: ")


@pytest.mark.parametrize(
    ("end", "status", "kind"),
    [
        (lambda link: link.expire_request(2), "unknown", "timeout"),
        (lambda link: link.receive(reject(2, "invoke", 1)), "failed", "unsupported"),
        (lambda link: link.receive(b"\xa2\x06\x02\x01\x02\x30\x01\x02"), "unknown", "protocol"),
        (lambda link: link.event(dr.LinkDown("cut")), "unknown", "link_down"),
    ],
)
def test_a_monitor_on_demand_that_fails_says_how(end, status, kind) -> None:
    link = running("201")
    link.command("monitor_start", device="202", ttl_s=60)
    end(link)
    assert (link.last.status, link.last.error.kind) == (status, kind)


def test_a_monitor_is_ended_on_demand() -> None:
    link = running("201", "202")
    (stop,) = sent(link.command("monitor_stop", device="201"))
    assert shown(stop)["value"]["argument"] == {"crossRefIdentifier": {"octets": "0001"}}
    assert facts(link.receive(result(3, 73))) == [f.MonitorStopped(monitor="0001")]
    assert link.last.status == "succeeded"
    link.event(dr.LinkDown("cut"))
    link.event(dr.LinkUp())


def test_a_device_that_nobody_monitors_has_no_monitor_to_end() -> None:
    link = running("201")
    assert sent(link.command("monitor_stop", device="999")) == []
    assert link.last.result == {"already": True}


def test_a_start_and_a_stop_that_follow_each_other_both_end() -> None:
    link = running("201")
    link.command("monitor_start", device="202", ttl_s=60)
    link.command("monitor_stop", device="202")
    (stop,) = sent(link.receive(monitor_started(2, "0002")))
    assert shown(stop)["operation"] == "monitorStop"
    link.receive(result(3, 73))
    assert [outcome.status for outcome in link.outcomes.values()] == ["succeeded"] * 2


def test_a_wish_that_waits_for_its_turn_can_be_taken_back() -> None:
    link = running("201", outstanding={"monitors": 1})
    link.command("monitor_start", device="202", ttl_s=60)
    assert sent(link.command("monitor_start", device="203", ttl_s=60)) == []
    link.command("monitor_stop", device="203")
    assert sent(link.receive(monitor_started(2, "0002"))) == []
    assert len(link.outcomes) == 3


def test_a_wish_that_never_had_its_turn_was_not_sent() -> None:
    link = running("201", outstanding={"monitors": 1})
    link.command("monitor_start", device="202", ttl_s=60)
    link.command("monitor_start", device="203", ttl_s=60)
    link.event(dr.LinkDown("cut"))
    assert [outcome.status for outcome in link.outcomes.values()] == ["unknown", "rejected"]


def test_a_monitor_that_the_switch_ends_is_told_and_started_again() -> None:
    link = running("201")
    actions = link.receive(invoke(9, 73, {"crossRefIdentifier": {"octets": "0001"}}))
    assert sent(actions) == [result(9, 73)]
    assert facts(actions) == [f.MonitorStopped(monitor="0001")]
    assert states(actions) == [("degraded", "1 of 1 monitors failed: ended by the switch")]
    assert monitored(sent(link.expire("monitor_retry"))) == ["201"]
    assert states(link.receive(monitor_started(2, "0002"))) == [("up", "")]


def test_the_end_of_an_unknown_monitor_is_an_error() -> None:
    actions = running("201").receive(invoke(9, 73, {"crossRefIdentifier": {"octets": "77"}}))
    (answer,) = sent(actions)
    assert shown(answer)["value"]["parameter"]["value"] == "invalidMonitorCrossRefID"
    assert len(anomalies(actions)) == 1


def test_invoke_ids_count_up_and_begin_again_without_meeting_one_that_waits() -> None:
    link = running("201")
    link.command("set_dnd", device="201", on=True)  # id 2 waits
    exchange = link.side._exchange
    exchange.last = 32_766
    numbers = []
    for _ in range(3):
        link.command("set_dnd", device="201", on=True)
        numbers += ids(sent(link.actions))
    assert numbers == [32_767, 1, 3]


@pytest.mark.parametrize(
    "answer",
    [
        lambda link: link.receive(error(2, "operation", "invalidMonitorCrossRefID")),
        lambda link: link.receive(reject(2, "invoke", 1)),
        lambda link: link.receive(bytes.fromhex("a206 020102 3001 02")),
        lambda link: link.expire_request(2),
    ],
)
def test_a_monitor_counts_as_ended_whatever_answers_its_end(answer) -> None:
    link = running("201")
    link.command("monitor_stop", device="201")
    assert facts(answer(link)) == [f.MonitorStopped(monitor="0001")]
    assert link.last.status == "succeeded"


@pytest.mark.parametrize("key", ["", " ", "20 1", "é", "9" * 65])
def test_what_is_no_device_number_is_not_monitored(key) -> None:
    link = running("201")
    assert sent(link.command("monitor_start", device=key, ttl_s=60)) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "invalid_argument")


def test_the_number_of_monitored_devices_is_bounded() -> None:
    link = Link(devices=[f"{number:05}" for number in range(20_000)], outstanding=1)
    monitors = link.side._monitors
    with pytest.raises(ValueError, match="more than 20000 devices"):
        monitors.want("x", 1)


def test_a_stop_waits_for_room_too() -> None:
    link = running("201", "202", "203", outstanding={"monitors": 1})
    assert len(sent(link.event(dr.StopRequested()))) == 1
    link.receive(result(4, 73))
    link.receive(result(5, 73))
    (release,) = sent(link.receive(result(6, 73)))
    assert shown(release)["pdu"] == "RLRQ"


def test_a_refused_start_while_stopping_leaves_nothing_behind() -> None:
    link = Link(devices=["201"])
    link.event(dr.StopRequested())
    (release,) = sent(link.receive(error(1, *LIMIT)))
    assert shown(release)["pdu"] == "RLRQ"
    assert set(link.timers) == {"release"}
