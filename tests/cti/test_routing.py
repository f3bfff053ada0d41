"""Route requests: one answer each, one end each, and nothing after the end."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti import moment
from cti.config.sections import RoutePoint
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.commands import EndState
from cti.model.errors import ErrorClass
from protocols.stacks.primitives import TransportDown, TransportUp
from tests.support.site import DONE, REFUSED, UNKNOWN_SERVICE, Site


def point(device: str = "400", **more: Any) -> RoutePoint:
    return RoutePoint(device=device, **more)


def test_r1_the_first_answer_wins_and_a_later_one_is_told_so() -> None:
    site = Site()
    site.serve()
    site.serve(requester="other")
    route = site.call()
    first = site.ask(cm.RouteSelect(route=route, to="201"))
    second = site.ask(cm.RouteSelect(route=route, to="202"), "other")
    third = site.ask(cm.RouteEnd(route=route), "other")
    assert site.sent("route_select") == [cm.RouteSelect(route=route, to="201")]
    for name in (second, third):
        assert site.replies[name].status is EndState.REJECTED
        assert site.error(name).kind is ErrorClass.STATE_CONFLICT
        assert site.error(name).detail.startswith("already_selected")
    site.answer("route_select")
    assert site.replies[first].status is EndState.SUCCEEDED
    site.tell(f.RouteTaken(route="r", destination=NativeDevice("201")))
    site.tell(f.RouteOver(route="r", reason="ended"))
    names = [str(event.__struct_config__.tag) for event in site.events]
    assert names[-3:] == ["route.requested", "route.used", "route.ended"]
    assert site.ends == ["selected"]
    late = site.ask(cm.RouteSelect(route=route, to="202"), "other")
    assert site.error(late).detail.startswith("already_selected")


def test_r2_the_deadline_is_that_of_the_route_point_and_shorter_than_the_switchs() -> None:
    begin = Site().at

    def wait(site: Site, **more: Any) -> float:
        site.serve()
        site.call(**more)
        (event,) = site.named("route.requested")
        return (moment.parse(event.deadline_at) - begin) / moment.SECOND

    assert wait(Site()) == 2.0
    assert wait(Site(point(deadline_s=7))) == 7.0
    assert wait(Site(point(deadline_s=7)), timeout_s=5.0) == 4.5
    assert wait(Site(point(deadline_s=7)), timeout_s=0.6) == 0.3
    assert wait(Site(point(deadline_s=7, switch_timer_s=20.0)), timeout_s=5.0) == 4.5
    assert wait(Site(point(deadline_s=2)), timeout_s=5.0) == 2.0


def test_r3_at_the_deadline_the_bridge_answers_with_the_default() -> None:
    site = Site(point(default="300"))
    site.serve()
    route = site.call()
    (asked,) = site.named("route.requested")
    assert asked.fallback == "300"
    site.wait(1.999)
    assert site.ends == []
    site.wait(0.001)
    (select,) = site.sent("route_select")
    assert isinstance(select, cm.RouteSelect)
    assert select.to == "300"
    (ended,) = site.named("route.ended")
    assert (ended.reason, ended.fallback) == ("expired", "300")
    late = site.ask(cm.RouteSelect(route=route, to="201"))
    assert site.error(late).kind is ErrorClass.STATE_CONFLICT
    assert site.error(late).detail.startswith("expired")
    site.answer("route_select")
    assert site.ends == ["expired"]
    assert site.replies.keys() <= {"1", late}  # nobody hears of what the bridge did itself


def test_r3_without_a_default_the_call_is_given_back() -> None:
    site = Site()
    site.serve()
    site.call()
    site.wait(2)
    assert len(site.sent("route_end")) == 1
    assert site.ends == ["expired"]


def test_r3_a_default_that_the_switch_refuses_is_given_back() -> None:
    site = Site(point(default="999"))
    site.serve()
    site.call()
    site.wait(2)
    site.answer("route_select", REFUSED)
    assert len(site.sent("route_end")) == 1
    site.answer("route_end", REFUSED)
    assert site.sent("route_end") == []
    assert site.ends == ["expired"]
    assert site.engine.tracker.counters["route.default_refused"] == 1


def test_r4_a_route_point_that_nobody_serves_is_answered_at_once() -> None:
    site = Site(point(default="300"))
    site.serve("401")
    site.call()
    assert [str(event.__struct_config__.tag) for event in site.events][-2:] == [
        "route.requested",
        "route.ended",
    ]
    assert len(site.sent("route_select")) == 1
    assert site.ends == ["unserved"]


def test_r4_an_application_whose_lease_ended_serves_no_more() -> None:
    site = Site()
    site.serve(ttl=60)
    site.call("a")
    assert site.ends == []
    site.wait(60)
    assert len(site.sent("route_unregister")) == 1
    site.call("b")
    assert site.ends == ["expired", "unserved"]


def test_r4_too_many_requests_are_answered_at_once() -> None:
    site = Site()
    site.serve()
    for number in range(1001):
        site.call(f"r{number}")
    assert site.ends == ["resource_limit"]


def test_r5_a_caller_who_hangs_up_ends_the_request() -> None:
    site = Site()
    site.tell(f.MonitorStarted(monitor="m", device=NativeDevice("400")))
    site.serve()
    here = NativeDevice("400")
    site.tell(f.Queued(call="1", device=here, queue=here))
    route = site.call(call="1")
    (asked,) = site.named("route.requested")
    assert asked.call_id == site.engine.tracker.calls[0].call_id
    site.tell(f.Cleared(call="1", device=here))
    assert site.ends == ["abandoned"]
    late = site.ask(cm.RouteSelect(route=route, to="201"))
    assert site.error(late).detail.startswith("abandoned")
    assert site.sent("route_select") == site.sent("route_end") == []
    site.tell(f.RouteOver(route="r", reason="abandoned"))
    assert site.ends == ["abandoned"]


def test_r5_the_switch_says_that_the_caller_is_gone() -> None:
    site = Site()
    site.serve()
    site.call()
    site.tell(f.RouteOver(route="r", reason="abandoned"))
    assert site.ends == ["abandoned"]
    site.wait(10)
    assert site.sent("route_end") == []


def test_r6_a_lost_link_ends_what_is_open() -> None:
    site = Site()
    site.serve()
    route = site.call()
    answered = site.call("s")
    select = site.ask(cm.RouteSelect(route=answered, to="201"))
    site.link(TransportDown("cut"))
    assert site.ends == ["link_down", "link_down"]
    assert site.replies[select].status is EndState.UNKNOWN
    site.link(TransportUp())
    late = site.ask(cm.RouteSelect(route=route, to="201"))
    assert site.error(late).detail.startswith("link_down")
    site.wait(100)
    assert len(site.ends) == 2


@pytest.mark.parametrize("route", ["l:1:other", "l:2:r", "m:1:r", "r", ""])
def test_a_route_of_another_link_or_connection_is_no_object(route: str) -> None:
    site = Site()
    site.serve()
    site.call()
    for args in (
        cm.RouteSelect(route=route, to="201"),
        cm.RouteEnd(route=route),
        cm.RouteTreatment(route=route, treatment="music"),
    ):
        told = site.error(site.ask(args))
        assert (told.kind, told.field) == (ErrorClass.INVALID_OBJECT, "args.route")


def test_r7_a_treatment_is_only_for_switches_that_have_it() -> None:
    site = Site(without=("route_treatment",))
    site.serve()
    route = site.call()
    told = site.error(site.ask(cm.RouteTreatment(route=route, treatment="music")))
    assert told.kind is ErrorClass.UNSUPPORTED
    site = Site()
    site.serve()
    route = site.call()
    site.ask(cm.RouteTreatment(route=route, treatment="music"))
    site.ask(cm.RouteSelect(route=route, to="201"))
    assert len(site.sent("route_treatment")) == len(site.sent("route_select")) == 1


def test_an_answer_that_the_switch_refuses_leaves_the_request_to_the_others() -> None:
    site = Site()
    site.serve()
    route = site.call()
    first = site.ask(cm.RouteSelect(route=route, to="999"))
    site.wait(1)
    site.answer("route_select", REFUSED)
    assert site.replies[first].status is EndState.FAILED
    again = site.named("route.requested")[-1]
    assert (again.attempt, again.deadline_at) == (2, site.events[-2].deadline_at)
    second = site.ask(cm.RouteSelect(route=route, to="201"), "other")
    site.answer("route_select")
    assert site.replies[second].status is EndState.SUCCEEDED
    site.wait(10)
    assert site.ends == ["selected"]


def test_an_answer_that_is_refused_too_late_is_followed_by_the_default() -> None:
    site = Site(point(default="300"))
    site.serve()
    route = site.call()
    site.ask(cm.RouteSelect(route=route, to="999"))
    site.wait(3)
    assert site.ends == []
    site.answer("route_select", REFUSED)
    assert site.ends == ["expired"]
    assert [args.to for args in site.sent("route_select") if type(args) is cm.RouteSelect] == [
        "300"
    ]


def test_an_answer_is_followed_up_after_its_own_deadline() -> None:
    """The requester gave up; the switch had not answered by then."""
    site = Site()
    site.serve()
    route = site.call()
    name = site.ask(cm.RouteSelect(route=route, to="999"), deadline_ms=100)
    site.wait(0.2)
    assert site.replies[name].status is EndState.UNKNOWN
    site.answer("route_select", REFUSED)
    assert len(site.named("route.requested")) == 2


def test_what_is_given_back_by_an_application_ends_so() -> None:
    site = Site()
    site.serve()
    route = site.call()
    site.ask(cm.RouteEnd(route=route))
    site.answer("route_end")
    assert site.ends == ["ended"]
    site.tell(f.RouteOver(route="r", reason="ended"))
    assert site.ends == ["ended"]


def test_a_link_that_is_only_watched_answers_nothing() -> None:
    site = Site(point(default="300"), without=tuple(cm.VERBS))
    site.call()
    (asked,) = site.named("route.requested")
    assert asked.deadline_at is asked.fallback is UNSET
    site.wait(60)
    assert site.ends == []
    site.tell(f.RouteTaken(route="r", destination=NativeDevice("201")))
    site.tell(f.RouteOver(route="r", reason="ended"))
    site.tell(f.RouteOver(route="never seen", reason="ended"))
    assert site.ends == ["selected", "ended"]
    assert site.driver.asked == []


def test_two_registrations_are_one_at_the_switch() -> None:
    site = Site()
    first = site.ask(cm.RouteRegister(route_point="400", ttl_s=60), "a")
    second = site.ask(cm.RouteRegister(route_point="400", ttl_s=60), "b")
    (asked,) = site.driver.asked
    assert asked.native == dr.NativeTarget(device="400")
    site.answer("route_register")
    for name in (first, second):
        assert site.replies[name].result == {"registered": True, "at_switch": True}
    renewed = site.serve(requester="a")
    assert site.driver.asked == []
    assert site.replies[renewed].status is EndState.SUCCEEDED
    stop = site.ask(cm.RouteUnregister(route_point="400"), "a")
    assert site.replies[stop].result == {"registered": True}
    assert site.driver.asked == []
    stop = site.ask(cm.RouteUnregister(route_point="400"), "b")
    assert len(site.sent("route_unregister")) == 1
    site.answer("route_unregister")
    assert site.replies[stop].result == {"registered": False}


def test_a_switch_without_registrations_is_served_all_the_same() -> None:
    site = Site(without=("route_register", "route_unregister"))
    name = site.serve()
    assert site.replies[name].result == {"registered": True, "at_switch": False}
    route = site.call()
    assert site.ends == []
    site.ask(cm.RouteSelect(route=route, to="201"))
    assert len(site.sent("route_select")) == 1
    site.ask(cm.RouteUnregister(route_point="400"))
    assert site.sent("route_unregister") == []


def test_a_switch_that_turns_out_to_have_no_registrations_is_served_too() -> None:
    site = Site()
    name = site.ask(cm.RouteRegister(route_point="400", ttl_s=60))
    site.answer("route_register", UNKNOWN_SERVICE)
    assert site.replies[name].result == {"registered": True, "at_switch": False}
    site.call()
    assert site.ends == []


def test_a_registration_that_the_switch_refuses_is_none() -> None:
    site = Site()
    name = site.ask(cm.RouteRegister(route_point="400", ttl_s=60))
    site.answer("route_register", REFUSED)
    assert site.replies[name].status is EndState.FAILED
    site.call()
    assert site.ends == ["unserved"]


def test_registrations_are_made_again_when_the_link_is_back() -> None:
    site = Site()
    site.serve()
    site.link(TransportDown("cut"))
    site.link(TransportUp())
    (again,) = site.driver.asked
    assert again.command.verb == "route_register"
    site.answer("route_register", REFUSED)
    assert site.driver.asked == []
    site.wait(60)
    assert len(site.sent("route_register")) == 1
    site.answer("route_register")
    site.wait(120)
    assert site.driver.asked == []
    assert site.replies.keys() == {"1"}


def test_who_leaves_while_there_is_no_link_has_left() -> None:
    site = Site()
    site.serve()
    site.serve("401", ttl=60)
    site.link(TransportDown("cut"))
    name = site.ask(cm.RouteUnregister(route_point="400"))
    assert site.replies[name].result == {"registered": False}
    site.wait(61)  # the lease of 401 ends
    site.link(TransportUp())
    site.wait(200)
    assert site.driver.asked == []


def test_registrations_go_over_to_the_other_link() -> None:
    site = Site(links=2)
    site.serve()
    site.link(TransportDown("cut"))
    assert [len(driver.asked) for driver in site.drivers] == [0, 1]


def test_a_route_point_that_is_always_registered_waits_for_an_application() -> None:
    site = Site(point(registered="always"))
    assert len(site.sent("route_register")) == 1
    site.answer("route_register")
    site.call("a")
    assert site.ends == ["unserved"]
    site.serve(ttl=60)
    site.call("b")
    assert site.ends == ["unserved"]
    site.wait(61)
    assert site.sent("route_unregister") == []
    site.call("c")
    assert site.ends == ["unserved", "expired", "unserved"]


def test_a_repeated_request_is_one() -> None:
    site = Site()
    site.serve()
    site.call()
    site.call()
    assert len(site.named("route.requested")) == 1


def test_the_picture_of_a_request() -> None:
    site = Site(point(default="300"))
    site.serve()
    route = site.call()
    held = site.engine.tracker.book.routes.live(route)
    assert held is not None
    picture = msgspec.to_builtins(held.picture())
    assert (picture["state"], picture["route_point"], picture["fallback"]) == (
        "open",
        "400",
        "300",
    )


# Anything in any order.

ROUTES = st.sampled_from(["r", "s", "t"])
STEPS = st.one_of(
    st.tuples(st.just("call"), ROUTES, st.sampled_from(["400", "401"])),
    st.tuples(st.just("select"), ROUTES, st.sampled_from(["app", "other"])),
    st.tuples(st.just("end"), ROUTES, st.just("app")),
    st.tuples(st.just("answer"), st.sampled_from([DONE, REFUSED]), st.just("")),
    st.tuples(st.just("taken"), ROUTES, st.just("")),
    st.tuples(st.just("over"), ROUTES, st.sampled_from(["ended", "abandoned", "operation 5"])),
    st.tuples(st.just("hang up"), ROUTES, st.just("")),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 2.0, 11.0]), st.just("")),
    st.tuples(st.just("serve"), st.sampled_from(["400", "401"]), st.just("")),
    st.tuples(st.just("leave"), st.sampled_from(["400", "401"]), st.just("")),
    st.tuples(st.just("cut"), st.just(""), st.just("")),
)


@given(st.lists(STEPS, max_size=40))
def test_every_request_ends_once_and_nothing_follows(steps: list[Any]) -> None:
    site = Site(point("400", default="300"), point("401", deadline_s=1))
    site.tell(f.MonitorStarted(monitor="m", device=NativeDevice("900")))
    site.serve()
    open_: dict[str, int] = {}
    seen = 0
    asked = 0
    for kind, what, more in [*steps, ("wait", 100.0, "")]:
        epoch = site.engine.links["l"].epoch
        match kind:
            case "call":
                native = f"c{what}"
                if f"l:{epoch}:{what}" not in open_:
                    site.tell(f.Originated(call=native, device=NativeDevice("900")))
                site.call(what, more, call=native)
            case "select":
                site.ask(cm.RouteSelect(route=f"l:{epoch}:{what}", to="201"), more)
            case "end":
                site.ask(cm.RouteEnd(route=f"l:{epoch}:{what}"), more)
            case "answer":
                for verb in ("route_select", "route_end", "route_register"):
                    site.answer(verb, what)
                site.answer("route_unregister")
            case "taken":
                site.tell(f.RouteTaken(route=what, destination=None))
            case "over":
                site.tell(f.RouteOver(route=what, reason=more))
            case "hang up":
                site.tell(f.Cleared(call=f"c{what}", device=NativeDevice("900")))
            case "wait":
                site.wait(what)
            case "serve":
                site.ask(cm.RouteRegister(route_point=what, ttl_s=5))
            case "leave":
                site.ask(cm.RouteUnregister(route_point=what))
            case _:
                site.link(TransportDown("cut"))
                site.driver.asked.clear()
                asked = 0
                site.link(TransportUp())
        ended: set[str] = set()
        for event in site.events[seen:]:
            match event:
                case ev.RouteRequested(route_id=route, attempt=attempt):
                    assert open_.get(route, 0) == attempt - 1
                    open_[route] = attempt
                case ev.RouteUsed(route_id=route):
                    assert route in open_
                case ev.RouteEnded(route_id=route):
                    del open_[route]
                    ended.add(route)
                case _:
                    pass
        seen = len(site.events)
        live = {route.route_id for route in site.engine.tracker.book.routes}
        assert live == open_.keys()
        for one in site.driver.asked[asked:]:  # what an application says goes to what is open
            if one.command.requester and one.command.verb in ("route_select", "route_end"):
                route = getattr(one.command.args, "route", "")
                assert route in open_ | dict.fromkeys(ended)
        asked = len(site.driver.asked)
    assert open_ == {}
    assert not [key for key in site.engine._due if key[0] == ":routes"]
