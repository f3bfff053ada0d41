"""Routing through driver and simulated switch: calls go where applications, or nobody, say."""

from __future__ import annotations

from importlib.resources import files

import pytest

from cti.config.sections import RoutePoint
from cti.model import commands as cm
from sim.exchange import verbs
from sim.plan import read_plan
from tests.support.pair import Pair

DIALECTS = ["standard", "panasonic"]


def joined(dialect: str = "standard", *points: RoutePoint, serve: bool = True) -> Pair:
    plan = read_plan((files("sim.csta") / "office.toml").read_text())
    monitored = ["201", "202", "203", "300"]
    pair = Pair(plan, monitored, dialect, route_points=points)
    pair.connect()
    pair.wait(1)
    if serve:
        told = pair.ask(cm.RouteRegister(route_point="400", ttl_s=3600))
        assert told is not None
        assert told.status == "succeeded"
    return pair


def ring(pair: Pair) -> str:
    """Let somebody call the route point; give the request that is published."""
    pair.do(verbs.TrunkRings("49301000400", "0301111111"))
    event = pair.named("route.requested")[-1]
    assert event["route_point"] == "400"
    return str(event["route_id"])


def where(pair: Pair) -> dict[str, str]:
    calls = pair.bench.hub.stage.exchange.snapshot().calls
    return {party.device: party.state.value for call in calls for party in call.parties}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_application_selects_and_hears_what_became_of_it(dialect: str) -> None:
    pair = joined(dialect)
    route = ring(pair)
    pair.ask(cm.RouteSelect(route=route, to="202"))
    assert where(pair)["202"] == "alerting"
    pair.wait(3)
    assert pair.replies["2"].status == "succeeded"
    assert [event["reason"] for event in pair.named("route.ended")] == ["selected"]
    assert pair.named("route.used") or dialect != "standard"
    assert not pair.notes


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nobody_answers_in_time(dialect: str) -> None:
    pair = joined(dialect, RoutePoint(device="400", default="203"))
    ring(pair)
    pair.wait(1.9)
    assert where(pair)["400"] == "routing"
    pair.wait(0.2)
    assert where(pair)["203"] == "alerting"
    assert [event["reason"] for event in pair.named("route.ended")] == ["expired"]
    pair.wait(20)
    assert len(pair.named("route.ended")) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_caller_gives_up(dialect: str) -> None:
    pair = joined(dialect)
    route = ring(pair)
    pair.do(verbs.ExternalHangsUp("L/1"))
    assert [event["reason"] for event in pair.named("route.ended")] == ["abandoned"]
    late = pair.ask(cm.RouteSelect(route=route, to="202"))
    assert late is not None
    assert late.status == "rejected"
    pair.wait(20)
    assert len(pair.named("route.ended")) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nobody_serves_the_route_point(dialect: str) -> None:
    pair = joined(dialect, RoutePoint(device="400", default="202"), serve=False)
    ring(pair)
    assert where(pair)["202"] == "alerting"
    assert [event["reason"] for event in pair.named("route.ended")] == ["unserved"]


def test_a_choice_that_leads_nowhere_can_be_made_good() -> None:
    pair = joined()
    route = ring(pair)
    told = pair.ask(cm.RouteSelect(route=route, to="999"))
    assert told is not None
    assert told.status == "failed"
    assert pair.named("route.requested")[-1]["attempt"] == 2
    pair.ask(cm.RouteSelect(route=route, to="203"))
    assert where(pair)["203"] == "alerting"
    pair.wait(3)
    assert [event["reason"] for event in pair.named("route.ended")] == ["selected"]


def test_the_link_is_lost_while_a_call_is_being_routed() -> None:
    pair = joined()
    ring(pair)
    pair.disconnect()
    assert [event["reason"] for event in pair.named("route.ended")] == ["link_down"]
    pair.wait(6)
    assert len(pair.named("route.ended")) == 1
