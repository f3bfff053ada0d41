"""A switch that is busy, restarts, or tells things in another order."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.csta.bench import Bench
from sim.csta.settings import Settings
from sim.exchange import verbs
from sim.exchange.words import RestartLinks
from sim.faults import Direction, Fault, Kind
from sim.mischief import Of, PduFault, PduKind
from sim.plan import LinkPlan
from tests.sim.csta.client import THIRD, Client, Json, device, events, names, small_office


def client(settings: Settings | None = None, **link: Any) -> Client:
    plan = msgspec.structs.replace(small_office(), link=LinkPlan(**link))
    one = Client(plan=plan, settings=settings)
    one.associate()
    return one


def statuses(heard: list[Json]) -> list[str]:
    return [
        one["value"]["argument"]["systemStatus"]
        for one in heard
        if one.get("operation") == "systemStatus"
    ]


def errors(heard: list[Json]) -> list[Any]:
    return [one["value"]["parameter"] for one in heard if one["pdu"] == "returnError"]


ASK: Json = {"device": device("201")}
DISTURB = 308


# Busy.


def test_requests_beyond_the_rate_wait_in_order() -> None:
    busy = client(rate=10.0)
    heard = [busy.ask(DISTURB, ASK) for _ in range(5)]
    assert [len(one) for one in heard] == [1, 0, 0, 0, 0]
    assert busy.bench.next_due() == pytest.approx(0.1)
    late = busy.wait(0.25) + busy.wait(0.3)
    assert [one["value"]["invokeID"] for one in late] == [2, 3, 4, 5]
    busy.wait(1.0)
    assert len(busy.ask(DISTURB, ASK)) == 1


def test_requests_beyond_the_limit_are_refused_and_the_load_is_told() -> None:
    busy = client(rate=10.0, outstanding=4)
    heard = [one for _ in range(7) for one in busy.ask(DISTURB, ASK)]
    assert statuses(heard) == ["overloadImminent", "overloadReached"]
    refused = {
        "choice": "subscribedResourceAvailability",
        "value": "outstandingReqLimitExceeded",
    }
    assert errors(heard) == [refused, refused]
    late = busy.wait(1.0)
    assert statuses(late) == ["overloadRelieved"]
    assert [one["value"]["invokeID"] for one in late if one["pdu"] == "returnResult"] == [
        *(2, 3, 4, 5),
    ]


def test_a_status_is_answered_at_once_by_a_client_that_waits() -> None:
    busy = client(rate=1.0)
    busy.ask(DISTURB, ASK)
    busy.ask(DISTURB, ASK)
    assert busy.answer_status(9) != []  # a result to nothing is rejected, and not late


def test_monitors_are_as_many_as_the_plan_says() -> None:
    few = client(monitors=2)
    few.monitor("201")
    few.monitor("202")
    third = {"monitorObject": {"choice": "deviceObject", "value": device("203")}}
    assert few.failure(71, third) == (
        "systemResourceAvailability",
        "overallMonitorLimitExceeded",
    )


def test_a_route_point_has_room_for_so_many() -> None:
    few = client(registrations=1)
    point = {"routeingDevice": device("400")}
    registered = few.result(248, point)["routeRegisterReqID"]
    assert few.failure(248, {}) == (
        "subscribedResourceAvailability",
        "objectRegistrationLimitExceeded",
    )
    few.result(250, {"routeRegisterReqID": registered})
    again = few.result(248, {})["routeRegisterReqID"]
    assert few.failure(248, {}) == (
        "subscribedResourceAvailability",
        "objectRegistrationLimitExceeded",
    )
    few.do(verbs.TrunkRings("49301000400", "0301"))
    asked = [one for one in few.got if one.get("operation") == "routeRequest"]
    assert asked[0]["value"]["argument"]["routeRegisterReqID"] == again


# Snapshots in parts.


def test_a_long_snapshot_comes_in_parts() -> None:
    parted = client(segment=1)
    parted.do(verbs.MakeCall("201", "202"), verbs.Answer("202"))
    parted.do(verbs.Consult("202", "203"))
    head, first, last = parted.ask(74, {"snapshotObject": device("202")})
    reference = head["value"]["result"]["result"]["serviceCrossRefID"]
    assert "snapshotData" not in head["value"]["result"]["result"]
    parts = [one["value"]["argument"] for one in (first, last)]
    assert [one["operation"] for one in (first, last)] == ["snapshotDeviceData"] * 2
    assert [one["serviceCrossRefID"] for one in parts] == [reference] * 2
    assert [(one["segmentID"], one["lastSegment"]) for one in parts] == [(1, False), (2, True)]
    calls = [one["snapshotData"][0]["connectionIdentifier"]["value"]["callID"] for one in parts]
    assert calls == [{"octets": "0001"}, {"octets": "0002"}]
    whole = parted.ask(75, {"snapshotObject": parted.connection(1, "201")})
    assert [one["operation"] for one in whole[1:]] == ["snapshotCallData"] * 2
    assert "callingDevice" in whole[0]["value"]["result"]["result"]
    short = parted.result(74, {"snapshotObject": device("201")})
    assert len(short["snapshotData"]) == 1


# Restart.


def test_a_restart_cuts_the_links_and_keeps_new_ones_away() -> None:
    one = client(restart=RestartLinks.CUT, restart_seconds=30.0)
    one.monitor("201")
    one.do(verbs.MakeCall("201", "202"))
    assert one.do(verbs.Restart()) == []
    assert one.bench.closed == "restart"
    assert not one.connect()
    one.bench.advance(30.0)
    one.associate()
    assert one.result(74, {"snapshotObject": device("201")})["snapshotData"] == []


@pytest.mark.parametrize("dialect", THIRD)
def test_a_restart_on_a_living_link_is_told_by_its_status(dialect: str) -> None:
    link = LinkPlan(restart=RestartLinks.STATUS, restart_seconds=30.0)
    plan = msgspec.structs.replace(small_office(), link=link)
    one = Client(dialect, plan)
    one.associate()
    reference = one.monitor("201")
    one.do(verbs.MakeCall("201", "202"))
    assert statuses(one.do(verbs.Restart())) == ["initializing"]
    asked: Json = {"snapshotObject": device("201")}
    assert one.failure(74, asked) == ("systemResourceAvailability", "resourceOutOfService")
    assert one.do(verbs.MakeCall("202", "201")) == [], "monitors are forgotten"
    assert statuses(one.wait(30.0)) == ["enabled", "normal"]
    stop = {"crossRefIdentifier": {"octets": reference}}
    assert one.failure(73, stop) == ("operation", "invalidMonitorCrossRefID")
    assert len(one.result(74, asked)["snapshotData"]) == 1
    assert one.monitor("201") == reference, "references start again too"


def test_registrations_end_with_a_restart() -> None:
    one = client(restart=RestartLinks.STATUS)
    one.result(248, {"routeingDevice": device("400")})
    one.do(verbs.Restart())
    one.wait(1.0)
    one.result(248, {"routeingDevice": device("400")})


# Cuts.


def test_a_cut_keeps_new_links_away_for_its_time() -> None:
    one = client()
    one.operate(one.bench.hub.cut(20.0))
    assert one.bench.closed == "cut"
    one.bench.advance(19.0)
    assert not one.connect()
    one.bench.advance(1.0)
    assert one.connect()


def test_a_cut_of_the_wire_does_so_too() -> None:
    fault = Fault(Kind.CUT, at=3, direction=Direction.TO_HOST, octet=2, seconds=5.0)
    one = client(Settings(faults=(fault,)))
    one.bench.feed(b"\x00\x00")
    one.bench.do(verbs.MakeCall("201", "202"))
    monitored = {"monitorObject": {"choice": "deviceObject", "value": device("201")}}
    one.invoke_id += 1
    assert one.ask(71, monitored) == []
    assert one.bench.closed == "cut"
    assert not one.connect()
    one.bench.advance(5.0)
    assert one.connect()


# Other orders, and losses.


def faulty(kind: PduKind, at: int, count: int = 1) -> Client:
    return client(Settings(pdu_faults=(PduFault(kind, at=at, of=Of.EVENTS, count=count),)))


def invokes(heard: list[Json]) -> list[int]:
    return [one["value"]["invokeID"] for one in heard]


def test_two_events_of_two_monitors_change_places() -> None:
    one = faulty(PduKind.SWAP, 3)
    one.monitor("201")
    one.monitor("202")
    heard = one.do(verbs.MakeCall("201", "202"))
    # Without the fault 01 hears of its own ringing after 02.
    assert names(heard) == [
        *(("01", "serviceInitiated"), ("01", "originated")),
        *(("01", "delivered"), ("02", "delivered")),
    ]
    assert invokes(heard) == sorted(invokes(heard))


@pytest.mark.parametrize("at", [1, 4])
def test_an_event_without_such_a_neighbour_stays_where_it_is(at: int) -> None:
    one = faulty(PduKind.SWAP, at)
    one.monitor("201")
    one.monitor("202")
    plain = client()
    plain.monitor("201")
    plain.monitor("202")
    assert names(one.do(verbs.MakeCall("201", "202"))) == names(
        plain.do(verbs.MakeCall("201", "202"))
    )


def test_a_moment_is_told_monitor_by_monitor_the_last_first() -> None:
    one = faulty(PduKind.OTHER_ORDER, 1, count=100)
    for number in ("201", "202", "201"):
        one.monitor(number)
    heard = one.do(verbs.MakeCall("201", "202"))
    mine = ["serviceInitiated", "originated", "delivered"]
    assert names(heard) == [
        ("02", "delivered"),
        *(("03", name) for name in mine),
        *(("01", name) for name in mine),
    ]
    assert invokes(heard) == sorted(invokes(heard))
    one.ask(75, {"snapshotObject": one.connection(1, "201")})


def test_each_monitor_keeps_its_order_when_one_event_is_to_come_in_another() -> None:
    one = faulty(PduKind.OTHER_ORDER, 2)
    one.monitor("201")
    one.monitor("202")
    assert names(one.do(verbs.MakeCall("201", "202"))) == [
        ("01", "serviceInitiated"),
        ("02", "delivered"),
        *(("01", "originated"), ("01", "delivered")),
    ]


def test_faults_that_ended_strike_no_more() -> None:
    one = faulty(PduKind.LOSE, 1, count=100)
    one.monitor("201")
    assert names(one.do(verbs.GoOffHook("201"))) == []
    one.bench.hub.end_faults()
    assert names(one.do(verbs.HangUp("201"))) == [("01", "connectionCleared")]


def test_lost_events_are_not_sent_and_the_loss_is_told_after_them() -> None:
    one = faulty(PduKind.MESSAGES_LOST, 2, count=3)
    one.monitor("201")
    one.monitor("202")
    heard = one.do(verbs.MakeCall("201", "202"))
    assert names(heard) == [("01", "serviceInitiated")]
    assert statuses(heard) == ["messagesLost"]
    assert heard[-1]["operation"] == "systemStatus"
    assert names(one.do(verbs.Answer("202"))) != []


# Predicted calls on a link.


def test_a_predicted_call_is_asked_for_and_told() -> None:
    one = client()
    one.monitor("300")
    asked: Json = {
        "callingDevice": device("300"),
        "calledDirectoryNumber": device("0301234567"),
        "correlatorData": {"octets": "c0de"},
    }
    first, *told = one.ask(11, asked)
    made = first["value"]["result"]["result"]["initiatedCall"]
    assert made == one.connection(1, "300")
    assert [(name, body["cause"]) for _, name, body in events(told)] == [
        (name, "makePredictiveCall")
        for name in ("serviceInitiated", "originated", "networkReached")
    ]
    later = [name for _, name, _ in events(one.wait(10.0))]
    assert later == ["delivered", "established", "diverted", "queued"]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"callingDevice": device("201")}, "invalidCallingDeviceID"),
        ({"calledDirectoryNumber": device("300")}, "invalidCalledDeviceID"),
        ({"alertTime": -3}, "invalidAlertTime"),
        (
            {
                "signallingDetection": {
                    "signallingCondition": "callDelivered",
                    "signallingConditionsAction": "remainConnected",
                }
            },
            "parameterNotSupported",
        ),
    ],
)
def test_a_predicted_call_that_cannot_be_is_refused(change: Json, wanted: str) -> None:
    one = client()
    asked = {"callingDevice": device("300"), "calledDirectoryNumber": device("201")}
    assert one.failure(11, asked | change) == ("operation", wanted)


# What a device is.


@pytest.mark.parametrize(
    ("number", "category"),
    [
        ("201", "station"),
        ("300", "acd"),
        ("310", "group"),
        ("400", "routeingDevice"),
        ("71", "park"),
    ],
)
def test_a_device_says_what_it_is(number: str, category: str) -> None:
    assert client().result(201, {"device": device(number)})["deviceCategory"] == category


def test_a_lamp_is_told() -> None:
    one = client()
    one.do(verbs.SetMessageWaiting("201", on=True))
    assert one.result(267, {"device": device("201")}) == {"messageWaitingOn": True}
    wrong = ("operation", "invalidDeviceID")
    for code in (201, 267):
        assert one.failure(code, {"device": device("999")}) == wrong


def test_a_bench_takes_a_plan_with_all_of_it() -> None:
    link = LinkPlan(rate=5.0, outstanding=2, monitors=3, registrations=1, segment=1)
    assert Bench(msgspec.structs.replace(small_office(), link=link)).connect()
