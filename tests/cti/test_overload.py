"""Levels of overload: entered at once, left slowly, and the order in which work is shed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from twisted.internet.task import Clock

from cti import engine as en
from cti.desk import NEW_WORK
from cti.model.commands import VERBS
from cti.model.errors import ErrorClass
from cti.northbound.states import RARELY
from cti.overload import CALM, LOOK, Level, Levels, Load, Watch, level_of, shed
from protocols.stacks.primitives import TransportDown
from tests.cti.northbound.test_north import Site, shown

LOADS = some.builds(
    Load,
    lag=some.floats(0, 5),
    waiting=some.integers(0, 4_000),
    outbox=some.floats(0, 1),
)


@pytest.mark.parametrize(
    ("load", "level"),
    [
        (Load(), 0),
        (Load(lag=0.05), 0),
        (Load(lag=0.06), 1),
        (Load(waiting=501), 1),
        (Load(lag=0.26), 2),
        (Load(waiting=2_001), 2),
        (Load(waiting=20_000), 2),
        (Load(outbox=0.51), 2),
        (Load(outbox=1.0), 2),
        (Load(lag=1.1), 3),
        (Load(lag=3.1), 4),
    ],
)
def test_a_mark_that_is_exceeded_is_a_level(load: Load, level: int) -> None:
    assert level_of(load) == level
    assert Levels().look(load, 0.0) == level


def test_a_level_is_left_one_at_a_time_after_some_calm() -> None:
    levels = Levels()
    levels.look(Load(lag=4), 0)
    seen = [levels.look(Load(), second) for second in range(1, 60)]
    changes = [second for second, (a, b) in enumerate(pairwise(seen), 2) if a != b]
    assert changes == [11, 21, 31, 41]
    assert seen[-1] == 0


def test_what_goes_up_and_down_around_a_mark_stays() -> None:
    levels = Levels()
    every = {levels.look(Load(lag=0.3 if n % 2 else 0.2), n) for n in range(1, 100)}
    assert every == {Level.STRAINED}


@given(some.lists(some.tuples(some.floats(0, 20), LOADS), max_size=60))
def test_a_level_is_never_below_the_load_and_falls_no_quicker_than_it_may(
    looks: list[tuple[float, Load]],
) -> None:
    levels, at, before = Levels(), 0.0, Level.NORMAL
    fell = -CALM
    for wait, load in looks:
        at += wait
        level = levels.look(load, at)
        assert level >= level_of(load)
        if level < before:
            assert before - level == 1
            assert at - fell >= CALM
            fell = at
        before = level


@given(some.sampled_from(sorted(VERBS)), some.integers(0, 2**62))
def test_a_higher_level_sheds_all_that_a_lower_one_does(verb: str, at: int) -> None:
    errors = [shed(level, verb, at) for level in Level]
    refused = [error is not None for error in errors]
    assert refused == sorted(refused)
    assert refused[:2] == [False, False]
    for error in errors:
        if error is not None:
            assert error.kind in (ErrorClass.RESOURCE_BUSY, ErrorClass.OVERLOAD)
            again = error.retry_after_ms
            assert isinstance(again, int)
            assert 1_000 <= again <= 5_000


def test_the_order_of_shedding() -> None:
    taken = {level: {verb for verb in VERBS if shed(level, verb, 0) is None} for level in Level}
    assert taken[Level.BUSY] == set(VERBS)
    assert taken[Level.STRAINED] >= {"answer", "make_call", "hold", "route_select", "login"}
    assert not taken[Level.STRAINED] & {"query_dnd", "snapshot", "replay", "private"}
    assert taken[Level.OVERLOADED] == taken[Level.STRAINED] - NEW_WORK
    assert taken[Level.OVERLOADED] >= {"answer", "hold", "retrieve", "transfer", "conference"}
    assert taken[Level.SURVIVAL] == {
        *("clear_call", "clear_connection", "cancel"),
        *("route_end", "route_select", "route_treatment", "route_register", "route_unregister"),
    }


def test_each_change_is_told_once() -> None:
    clock, loads, told = Clock(), [Load()], []
    watch = Watch(lambda: loads[-1], lambda *change: told.append(change[:2]), clock)
    watch.start()
    loads.append(Load(lag=2))
    clock.pump([LOOK] * 3)
    assert (watch.level, told) == (3, [(3, 0)])
    loads.append(Load())
    clock.pump([LOOK] * 100)
    assert told == [(3, 0), (2, 3), (1, 2), (0, 1)]
    watch.stop()
    assert not clock.getDelayedCalls()


def alarms(site: Site) -> list[str]:
    return [shown(one)["alarm"] for one in site.out() if one.topic.endswith("/alarm")]


def asked(site: Site, verb: str, command_id: str, **args: str) -> Any:
    """Give a command, and the reply to it."""
    told = site.ask(verb, {"command_id": command_id, "args": {"device": "201", **args}})
    (reply,) = [shown(one) for one in told if "/reply/" in one.topic]
    return reply


def test_a_strained_bridge_refuses_questions_and_says_so() -> None:
    site = Site()
    site.up()
    site.out()
    site.north.overload(Level.BUSY, Level.NORMAL, Load(lag=0.1))
    assert not alarms(site)
    site.north.overload(Level.STRAINED, Level.BUSY, Load(lag=0.3))
    assert alarms(site) == ["overload"]
    query = asked(site, "query_dnd", "q")
    assert (query["status"], query["error"]["class"]) == ("rejected", "resource_busy")
    assert site.audits[-1]["rule"] == "overload"
    made = asked(site, "make_call", "m", to="202")
    assert made["status"] == "succeeded"
    site.north.overload(Level.OVERLOADED, Level.STRAINED, Load(lag=2))
    assert alarms(site) == ["overload"]
    assert asked(site, "make_call", "n", to="202")["error"]["class"] == "overload"
    assert asked(site, "make_call", "m", to="202") == made  # what has ended is told again
    site.north.overload(Level.STRAINED, Level.OVERLOADED, Load())
    assert not alarms(site)
    site.north.overload(Level.BUSY, Level.STRAINED, Load())
    assert alarms(site) == ["overload_over"]
    site.north.overload(Level.NORMAL, Level.BUSY, Load())
    assert not alarms(site)
    assert asked(site, "query_dnd", "r")["status"] == "succeeded"


def test_a_busy_bridge_writes_states_once_a_second() -> None:
    site = Site()
    site.up()
    site.north.overload(Level.BUSY, Level.NORMAL, Load(lag=0.1))
    site.clock.advance(5)
    site.out()
    site.pdu("m201")
    site.pdu("i201")
    site.clock.advance(RARELY / 2)
    assert not [one for one in site.out() if "/state/" in one.topic]
    site.clock.advance(RARELY / 2)
    assert [one for one in site.out() if "/state/" in one.topic]


@pytest.mark.parametrize("relief", ["overload_relieved", "overload_imminent", "normal", ""])
def test_a_switch_that_is_overloaded_gets_no_new_work(relief: str) -> None:
    site = Site()
    site.up()
    site.pdu("soverload_reached")
    refused = asked(site, "make_call", "m", to="202")
    assert refused["error"]["class"] == "overload"
    assert refused["error"]["retry_after_ms"] > 0
    assert asked(site, "query_dnd", "q")["status"] == "succeeded"
    if relief:
        site.pdu(f"s{relief}")
    else:  # a new connection knows nothing of it
        site.feed(en.Input("main", TransportDown("cut")))
        site.up()
    assert asked(site, "make_call", "n", to="202")["status"] == "succeeded"
