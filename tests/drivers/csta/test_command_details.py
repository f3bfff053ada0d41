"""Commands in detail: identifiers, snapshots that come in parts, and routes."""

from typing import Any

import pytest

from cti import driver as dr
from cti import facts as f
from cti.driver import NativeTarget
from tests.drivers.csta.script import (
    Link,
    anomalies,
    connection,
    device,
    dynamic,
    established,
    facts,
    invoke,
    monitor_started,
    result,
    sent,
    shown,
)
from tests.drivers.csta.verbs import ONE, RESULTS, TWO, given

# Identifiers.


def test_a_connection_is_named_as_the_switch_named_it_last() -> None:
    link = Link(devices=["202"])
    link.receive(monitor_started(1, "0001"))
    link.receive(established("0001", dynamic("0001", "aabb"), "202"))
    target = NativeTarget(device="aabb", call="0001")
    (pdu,) = sent(link.command("hold", target, device="202"))
    assert shown(pdu)["value"]["argument"]["connection"] == dynamic("0001", "aabb")


def test_a_connection_that_was_never_told_is_made_of_call_and_number() -> None:
    (pdu,) = sent(Link().command("hold", ONE, device="202"))
    assert shown(pdu)["value"]["argument"]["connection"] == connection("0001", "202")


def test_identifiers_do_not_outlive_the_association() -> None:
    link = Link(devices=["202"])
    link.receive(monitor_started(1, "0001"))
    link.receive(established("0001", dynamic("0001", "aabb"), "202"))
    link.event(dr.LinkDown("cut"))
    link.event(dr.LinkUp())
    again = Link()
    assert again.side._connections._told == {}
    assert link.side._connections._told == {}


def test_calls_of_a_panasonic_are_text() -> None:
    link = Link(dialect="panasonic")
    target = NativeTarget(device="01550003", call="000B")
    (pdu,) = sent(link.command("hold", target, device="x"))
    value = shown(pdu)["value"]["argument"]["connection"]["value"]
    assert value["callID"] == {"octets": b"000B".hex()}
    number = {"choice": "deviceNumber", "value": 0x01550003}
    assert value["deviceID"]["value"]["deviceIdentifier"] == number


def test_held_and_active_call_keep_their_places() -> None:
    (pdu,) = sent(Link().command("reconnect", TWO, device="202"))
    argument = shown(pdu)["value"]["argument"]
    assert argument["heldCall"] == connection("0001", "202")
    assert argument["activeCall"] == connection("0002", "202")


# Snapshots in parts.


def part(opcode: int, data: list[Any], *, last: bool, reference: str = "55") -> bytes:
    argument = {
        "serviceCrossRefID": {"octets": reference},
        "lastSegment": last,
        "snapshotData": data,
    }
    return invoke(800, opcode, argument)


def test_a_snapshot_that_comes_in_parts_ends_with_the_last() -> None:
    link = Link()
    given(link, "snapshot_device")
    link.receive(result(1, 74, {"serviceCrossRefID": {"octets": "55"}}))
    (entries,) = RESULTS["snapshot_device"][0].values()
    link.receive(part(77, entries[:1], last=False))
    assert link.outcomes == {}
    link.receive(part(77, entries[1:], last=True))
    assert link.last.result == RESULTS["snapshot_device"][1]
    assert set(link.timers) == {"heartbeat"}


def test_a_call_snapshot_in_parts_and_parts_for_nobody() -> None:
    link = Link()
    given(link, "snapshot_call")
    link.receive(result(1, 75, {"serviceCrossRefID": {"octets": "55"}}))
    (entries,) = RESULTS["snapshot_call"][0].values()
    link.receive(part(76, entries, last=True))
    assert link.last.result == RESULTS["snapshot_call"][1]
    assert len(anomalies(link.receive(part(76, entries, last=True)))) == 1


def test_parts_that_stay_away_leave_the_command_unknown() -> None:
    link = Link()
    given(link, "snapshot_device")
    link.receive(result(1, 74, {"serviceCrossRefID": {"octets": "55"}}))
    link.expire_request(1)
    assert (link.last.status, link.last.error.kind) == ("unknown", "timeout")


def test_parts_without_end_are_cut_off() -> None:
    link = Link()
    given(link, "snapshot_device")
    link.receive(result(1, 74, {"serviceCrossRefID": {"octets": "55"}}))
    pdu = part(77, [], last=False)
    for _ in range(2000):
        link.receive(pdu)
    assert link.last.result == {"calls": [], "truncated": True}


# Routes.


def route_request() -> bytes:
    argument = {
        "crossRefIdentifier": {"octets": "0007"},
        "routeRegisterReqID": {"octets": "01"},
        "currentRoute": {"choice": "deviceIdentifier", "value": device("8000")},
    }
    return invoke(21, 31, argument)


def route_used() -> bytes:
    argument = {
        "crossRefIdentifier": {"octets": "0007"},
        "routeUsed": {"choice": "deviceIdentifier", "value": device("203")},
    }
    return invoke(22, 34, argument)


def route_end(failure: str | None = None) -> bytes:
    argument: dict[str, Any] = {"crossRefIdentifier": {"octets": "0007"}}
    if failure:
        argument["errorValue"] = {"choice": "operation", "value": failure}
    return invoke(23, 35, argument)


def test_a_route_select_names_the_registration_that_it_came_by() -> None:
    link = Link()
    assert isinstance(facts(link.receive(route_request()))[0], f.RouteAsked)
    (pdu,) = given(link, "route_select")
    assert shown(pdu)["value"]["argument"]["routeRegisterReqID"] == {"octets": "01"}


@pytest.mark.parametrize("told", [route_used(), route_end()])
def test_a_route_that_the_switch_took_is_a_confirmed_success(told) -> None:
    link = Link()
    given(link, "route_select")
    link.receive(told)
    assert link.last.result == {"confirmed": True}


def test_a_route_that_nobody_objects_to_is_a_success_in_time() -> None:
    link = Link()
    given(link, "route_select")
    assert 2.0 in link.timers.values()
    link.expire_request(1)
    assert link.last.result == {"confirmed": False}
    assert link.driver.capabilities.commands["route_select"].support == "unknown"


def test_a_route_that_the_switch_ends_with_an_error_failed() -> None:
    link = Link()
    given(link, "route_select")
    link.receive(route_end("invalidDestination"))
    assert (link.last.status, link.last.error.kind) == ("failed", "invalid_argument")


def test_a_route_that_the_switch_wants_anew_failed_and_is_asked_for_again() -> None:
    link = Link()
    (asked,) = facts(link.receive(route_request()))
    given(link, "route_select")
    (again,) = facts(link.receive(invoke(24, 32, {"crossRefIdentifier": {"octets": "0007"}})))
    assert (link.last.status, link.last.error.kind) == ("failed", "invalid_argument")
    assert again == asked
    (pdu,) = given(link, "route_select")
    assert shown(pdu)["value"]["argument"]["routeRegisterReqID"] == {"octets": "01"}
    told = {"crossRefIdentifier": {"octets": "0007"}, "correlatorData": {"octets": "aa"}}
    (again,) = facts(link.receive(invoke(25, 32, told)))
    assert (again.route_point, again.data.correlator) == (asked.route_point, b"\xaa")


def test_a_route_that_nobody_knows_and_is_wanted_anew_is_asked_for() -> None:
    (asked,) = facts(Link().receive(invoke(24, 32, {"crossRefIdentifier": {"octets": "09"}})))
    assert (asked.route, asked.route_point, asked.call) == ("09", None, None)


@pytest.mark.parametrize(
    ("category", "name", "reason"),
    [
        ("operation", "invalidCallID", "abandoned"),
        ("stateIncompatibility", "noActiveCall", "abandoned"),
        ("operation", "routeingTimerExpired", "expired"),
        ("operation", "invalidDestination", "operation 14 invalid_destination"),
    ],
)
def test_the_end_of_a_route_says_why(category, name, reason) -> None:
    failure = {"choice": category, "value": name}
    told = {"crossRefIdentifier": {"octets": "0007"}, "errorValue": failure}
    (over,) = facts(Link().receive(invoke(23, 35, told)))
    assert (over.route, over.reason) == ("0007", reason)


def test_the_dialogues_that_are_remembered_are_bounded() -> None:
    link = Link()
    for number in range(1_001):
        told = {
            "crossRefIdentifier": {"octets": f"{number:04x}"},
            "currentRoute": {"choice": "deviceIdentifier", "value": device("8000")},
        }
        link.receive(invoke(21, 31, told))
    assert len(link.side._routes._open) == 1_000


def test_a_route_that_we_end_is_over() -> None:
    link = Link()
    given(link, "route_end")
    (over,) = facts(link.expire_request(1))
    assert (over.route, over.reason, over.origin) == ("0007", "ended", "derived")
