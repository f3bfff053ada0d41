"""Route points: registered once, given up once, registered anew when the link is back."""

from typing import Any

import pytest

from cti import driver as dr
from tests.drivers.csta.script import (
    Link,
    aare,
    anomalies,
    device,
    error,
    facts,
    ids,
    invoke,
    monitor_started,
    reject,
    result,
    sent,
    shown,
    states,
    system_status,
)

BUSY = ("systemResourceAvailability", "resourceBusy")


def registered(number: int, registration: str) -> bytes:
    return result(number, 248, {"routeRegisterReqID": {"octets": registration}})


def register(link: Link, point: str = "400") -> list[bytes]:
    return sent(link.command("route_register", route_point=point, ttl_s=60))


def unregister(link: Link, point: str = "400") -> list[bytes]:
    return sent(link.command("route_unregister", route_point=point))


def serving(*points: str, **config: Any) -> Link:
    link = Link(**config)
    for number, point in enumerate(points, 1):
        register(link, point)
        link.receive(registered(number, f"{number:02x}"))
    return link


def test_a_route_point_is_registered_and_given_up() -> None:
    link = Link()
    (pdu,) = register(link)
    assert shown(pdu)["value"] == {
        "invokeID": 1,
        "opcode": 248,
        "argument": {"routeingDevice": device("400")},
    }
    actions = link.receive(registered(1, "0a"))
    assert (link.last.status, link.last.result) == ("succeeded", {"registration": "0a"})
    assert [a for a in actions if isinstance(a, dr.CapabilitiesChanged)]
    (pdu,) = unregister(link)
    assert shown(pdu)["value"]["argument"] == {"routeRegisterReqID": {"octets": "0a"}}
    link.receive(result(2, 250))
    assert (link.last.status, link.last.result) == ("succeeded", {})


def test_what_is_so_already_needs_no_request() -> None:
    link = serving("400")
    assert register(link) == []
    assert link.last.result == {"registration": "01", "already": True}
    assert unregister(link, "401") == []
    assert link.last.result == {"already": True}


def test_two_who_register_at_once_make_one_request() -> None:
    link = Link()
    assert len(register(link)) == 1
    assert register(link) == []
    link.receive(registered(1, "0a"))
    assert [one.result for one in link.outcomes.values()] == [{"registration": "0a"}] * 2


def test_a_registration_and_its_end_that_follow_each_other_both_end() -> None:
    link = Link()
    register(link)
    assert unregister(link) == []
    (cancel,) = sent(link.receive(registered(1, "0a")))
    assert shown(cancel)["operation"] == "routeRegisterCancel"
    assert register(link) == []
    (again,) = sent(link.receive(result(2, 250)))
    assert shown(again)["operation"] == "routeRegister"
    link.receive(registered(3, "0b"))
    assert [one.status for one in link.outcomes.values()] == ["succeeded"] * 3
    assert link.outcomes[2].result == {}
    assert link.outcomes[3].result == {"registration": "0b"}


@pytest.mark.parametrize(
    ("end", "status", "kind"),
    [
        (lambda link: link.receive(error(1, *BUSY)), "failed", "resource_busy"),
        (lambda link: link.receive(reject(1, "invoke", 2)), "failed", "protocol"),
        (
            lambda link: link.receive(bytes.fromhex("a206 020101 3001 02")),
            "unknown",
            "protocol",
        ),
        (lambda link: link.expire_request(1), "unknown", "timeout"),
        (lambda link: link.event(dr.LinkDown("cut")), "unknown", "link_down"),
    ],
)
def test_a_registration_that_fails_says_how_and_is_not_kept(end, status, kind) -> None:
    link = Link()
    register(link)
    end(link)
    assert (link.last.status, link.last.error.kind) == (status, kind)
    assert "400" in link.last.error.detail
    if kind != "link_down":
        assert len(register(link)) == 1
    assert "registration_retry" not in link.timers


def test_a_switch_without_the_service_is_not_asked_again_and_that_is_learned() -> None:
    link = Link()
    register(link)
    link.receive(reject(1, "invoke", 1))
    assert (link.last.status, link.last.error.kind) == ("failed", "unsupported")
    commands = link.driver.capabilities.commands
    assert {commands[f"route_{verb}"].support.value for verb in ("register", "unregister")} == {
        "unsupported"
    }
    assert register(link) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "unsupported")


@pytest.mark.parametrize("key", ["", "4 0", "é"])
def test_what_is_no_device_is_not_registered(key) -> None:
    link = Link()
    assert register(link, key) == []
    assert (link.last.status, link.last.error.kind) == ("rejected", "invalid_argument")


def test_the_number_of_route_points_is_bounded() -> None:
    link = Link(outstanding=1)
    for number in range(2_001):
        register(link, str(number))
    assert (link.last.status, link.last.error.kind) == ("rejected", "resource_limit")


# Links that come and go.


def test_what_was_registered_is_registered_anew_when_the_link_is_in_step_again() -> None:
    link = Link(devices=["201"])
    link.receive(monitor_started(1, "0001"))
    for number, point in ((2, "400"), (3, "401")):
        register(link, point)
        link.receive(registered(number, f"{number:02x}"))
    unregister(link, "401")
    link.receive(result(4, 250))
    link.event(dr.LinkDown("cut"))
    link.event(dr.LinkUp())
    (monitor,) = sent(link.receive(aare()))
    assert shown(monitor)["operation"] == "monitorStart"
    (again,) = sent(link.receive(monitor_started(1, "0001")))
    assert shown(again)["value"]["argument"] == {"routeingDevice": device("400")}
    link.receive(registered(2, "07"))
    assert register(link) == []
    assert link.last.result == {"registration": "07", "already": True}


def test_a_registration_that_is_refused_later_degrades_the_link_and_is_tried_again() -> None:
    link = serving("400")
    link.event(dr.LinkDown("cut"))
    link.event(dr.LinkUp())
    link.receive(aare())
    told = states(link.receive(error(1, *BUSY)))
    reason = "1 of 1 route points not registered: resource_busy"
    assert told == [("degraded", reason)]
    assert len(sent(link.expire("registration_retry"))) == 1
    assert states(link.actions) == [("up", "")]
    link.receive(registered(2, "0a"))
    assert link.side._registrations.problem() == ""


def test_a_switch_that_has_no_registration_any_more_is_not_asked_again() -> None:
    link = serving("400")
    link.event(dr.LinkDown("cut"))
    link.event(dr.LinkUp())
    link.receive(aare())
    assert states(link.receive(reject(1, "invoke", 1))) == []
    assert "registration_retry" not in link.timers


def test_a_registration_that_the_switch_ends_is_made_again() -> None:
    link = serving("400")
    abort = invoke(7, 249, {"routeRegisterReqID": {"octets": "01"}})
    actions = link.receive(abort)
    assert sent(actions) == []
    assert states(actions)[0][0] == "degraded"
    (again,) = sent(link.expire("registration_retry"))
    assert shown(again)["operation"] == "routeRegister"
    assert anomalies(link.receive(abort)) == [
        ("unexpected", "end of the unknown registration 01")
    ]


def test_a_switch_that_restarts_gets_its_registrations_anew() -> None:
    link = serving("400")
    pdus = sent(link.receive(system_status(9, "enabled")))
    assert [shown(pdu)["pdu"] for pdu in pdus] == ["returnResult", "invoke"]
    assert ids(pdus[1:]) == [2]


def test_a_stop_ends_the_retries() -> None:
    link = serving("400")
    link.receive(invoke(7, 249, {"routeRegisterReqID": {"octets": "01"}}))
    assert "registration_retry" in link.timers
    link.event(dr.StopRequested())
    assert "registration_retry" not in link.timers


# What the switch asks.


def test_a_question_without_a_device_is_about_the_registered_one() -> None:
    link = serving("400")
    told = {
        "crossRefIdentifier": {"octets": "0007"},
        "routeRegisterReqID": {"octets": "01"},
        "currentRoute": {"choice": "deviceIdentifier", "value": device("8000")},
    }
    (asked,) = facts(link.receive(invoke(21, 31, told)))
    assert asked.route_point.key == "400"
