"""What a changed configuration changes, and what it means to an Engine and a runner."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from cti import engine as en
from cti.config.rights import Right
from cti.config.sections import (
    Config,
    Daemon,
    Health,
    Link,
    Log,
    Mqtt,
    RoutePoint,
    Switch,
)
from cti.ends import Port
from cti.link import Link as LinkCore
from cti.model import commands as cm
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.reload import Change, SwitchChange, World, compare
from protocols.stacks.primitives import TransportDown, TransportUp
from tests.cti.runner_bench import Bench, PlainDriver, PlainStack
from tests.support.site import Site

MAIN = Link(driver="csta", address="tcp:pbx:1")
HQ = Switch(link={"main": MAIN})
OLD = Config(mqtt=Mqtt(brokers=("mqtt://b",)), switch={"hq": HQ})
WORLD = World({"hq": ("201", "202")}, {("hq", "main"): b"1"})


def hq(**members: Any) -> Config:
    return replace(OLD, switch={"hq": replace(HQ, **members)})


def changed(new: Config, world: World = WORLD) -> Change:
    return compare(OLD, new, WORLD, world)


def test_nothing_is_nothing() -> None:
    assert changed(OLD) == Change()
    assert changed(OLD).words() == "nothing changed"


@pytest.mark.parametrize(
    ("new", "keys"),
    [
        (
            replace(OLD, daemon=Daemon(name="x", state_dir="/y")),
            ["daemon.name", "daemon.state_dir"],
        ),
        (
            replace(OLD, mqtt=Mqtt(brokers=("mqtt://c",), window=5)),
            ["mqtt.brokers", "mqtt.window"],
        ),
        (replace(OLD, switch={"hq": HQ, "b": HQ}), ["switch.b"]),
        (replace(OLD, switch={}), ["switch.hq"]),
        (hq(vendor="x"), ["switch.hq.vendor"]),
    ],
)
def test_what_wants_a_restart_refuses_everything(new: Config, keys: list[str]) -> None:
    told = changed(replace(new, log=Log(level="debug")))
    assert list(told.refused) == keys
    assert not told.log


def test_what_changes_is_named() -> None:
    other = replace(MAIN, address="tcp:pbx:2")
    points = (RoutePoint(device="400"),)
    new = replace(
        hq(link={"main": other, "b": MAIN}, route_point=points),
        log=Log(level="debug"),
        health=Health(listen="tcp:127.0.0.1:9470"),
        rights={"crm": Right(verbs=("*",))},
    )
    world = World({"hq": ("202", "203", "204")}, {("hq", "main"): b"1", ("hq", "b"): b""})
    told = changed(new, world)
    assert told.switches == {"hq": SwitchChange(("b",), (), ("main",), 2, 1, True)}
    assert told.words() == (
        "log; health; rights of crm; link hq/b added; link hq/main changed; "
        "devices of hq: 2 more, 1 fewer; route points of hq"
    )


def test_a_link_whose_files_changed_is_made_anew() -> None:
    told = changed(OLD, replace(WORLD, files={("hq", "main"): b"2"}))
    assert told.switches["hq"].changed == ("main",)


# The Engine.


def configured(site: Site, *devices: str, **more: Any) -> None:
    event = en.Configured(devices, more.pop("points", ()), **more)
    site.take(site.engine.handle(event, site.at))


def devices(site: Site, verb: str) -> list[str]:
    return [args.device for args in site.sent(verb)]  # type: ignore[attr-defined] # of both verbs


def test_drivers_are_told_what_more_and_what_less_to_watch() -> None:
    site = Site(links=2)
    configured(site, "201", "202")
    assert devices(site, "monitor_start") == ["201", "202"] * 2
    site.answer("monitor_start")
    configured(site, "202", "203")
    assert devices(site, "monitor_stop") == ["201"] * 2
    assert devices(site, "monitor_start") == ["203"] * 2
    configured(site, "202", "203")
    assert len(site.driver.asked) == 2  # nothing is said twice


def test_a_link_that_is_down_is_told_when_it_is_up() -> None:
    site = Site()
    site.link(TransportDown("cut"))
    configured(site, "201")
    assert devices(site, "monitor_start") == []
    site.link(TransportUp())
    assert devices(site, "monitor_start") == ["201"]


def test_what_an_application_wants_is_watched_on() -> None:
    site = Site()
    configured(site, "201")
    site.answer("monitor_start")
    site.ask(cm.MonitorStart(device="201", ttl_s=60))
    site.answer("monitor_start")
    configured(site)
    assert devices(site, "monitor_stop") == []
    site.wait(61)
    assert set(devices(site, "monitor_stop")) == {"201"}


def test_wishes_of_those_who_lost_their_right_end_at_once() -> None:
    site = Site()
    site.ask(cm.MonitorStart(device="201", ttl_s=600))
    site.answer("monitor_start")
    assert site.engine.desk.wishes.leased("201")
    site.engine.desk.admission.permits = lambda _: Error(ErrorClass.NOT_PERMITTED, "no")
    site.take(site.engine.handle(en.RightsChanged(), site.at))
    site.wait(0)
    assert devices(site, "monitor_stop") == ["201"]
    assert not site.engine.desk.wishes.leased("201")


def test_route_points_come_and_go() -> None:
    site = Site()
    always = RoutePoint(device="400", registered="always", default="200")
    configured(site, points=(always,))
    assert len(site.sent("route_register")) == 1
    site.answer("route_register")
    assert site.engine.routing.points == {"400": always}
    configured(site)
    site.wait(0)
    assert len(site.sent("route_unregister")) == 1
    assert site.engine.routing.points == {}


# The runner.


def test_a_link_comes_and_another_goes() -> None:
    bench = Bench()
    bench.up("a")
    bench.say(b"ut", "a")
    bench.up("b")
    bench.runner.add(LinkCore("c", PlainDriver(), PlainStack), Port(bench.maker("c")))
    assert bench.log[-1] == ("c", "start")
    bench.up("c")
    bench.say(b"u", "c")
    assert bench.runner.ends()["c"].state is LinkState.UP
    gone: list[Any] = []
    bench.runner.remove("a").addCallback(gone.append)
    assert ("a", b"bye") in bench.log
    bench.clock.pump([0, 0, 0])
    assert gone == [None]
    assert set(bench.runner.ends()) == set(bench.engine.links) == {"b", "c"}
    assert set(bench.engine.desk.links) == {"b", "c"}
    assert "a" not in bench.engine.tracker.links
    bench.clock.advance(60)  # its timers are gone with it
    assert bench.runner.counters["", "fault"] == 0
    bench.say(b"u", "b")
    assert bench.runner.ends()["b"].state is LinkState.UP


def test_a_link_that_does_not_let_go_is_cut() -> None:
    bench = Bench()
    bench.drivers["a"].stops = False
    bench.up("a")
    gone: list[Any] = []
    bench.runner.remove("a").addCallback(gone.append)
    bench.clock.advance(4.9)
    assert gone == []
    bench.clock.pump([0.2, 0, 0])
    assert gone == [None]


def test_a_stop_while_a_link_goes_waits_for_both() -> None:
    bench = Bench()
    bench.up("a")
    over: list[Any] = []
    bench.runner.remove("a").addCallback(over.append)
    bench.runner.stop().addCallback(over.append)
    bench.clock.pump([0] * 4)
    assert over == [None, None]
    assert not bench.clock.getDelayedCalls()


def test_a_link_comes_while_reading_pauses() -> None:
    bench = Bench()
    bench.runner.pause("full")
    bench.runner.add(LinkCore("c", PlainDriver(), PlainStack), Port(bench.maker("c")))
    assert bench.log[-2:] == [("c", "pause"), ("c", "start")]
