"""A small exchange with one of everything, and short forms for tests."""

from __future__ import annotations

from typing import Any

from sim.exchange.facts import Action, CallFact
from sim.exchange.timers import StartTimer, StopTimer
from sim.exchange.verbs import Event
from sim.plan import read_plan
from sim.stage import Stage
from sim.switch import Exchange

SMALL = """
park = ["71"]

[exchange]
call_ids = 16

[[station]]
number = "201"
pickup = "sales"

[[station]]
number = "202"
pickup = "sales"

[[station]]
number = "203"
kind = "analog"
prompts = true

[[station]]
number = "204"
appearances = 1
outside = false

[[station]]
number = "205"
controllable = false

[[agent]]
id = "901"
password = "77"

[[agent]]
id = "902"

[[group]]
number = "500"
members = ["901", "902"]
overflow = "510"
overflow_after = 20.0
wrap_up = 5.0
max_waiting = 3

[[group]]
number = "510"
members = ["902"]
order = "circular"
not_ready_on_no_answer = false

[[group]]
number = "520"
kind = "hunt"
order = "circular"
members = ["201", "202"]

[[route_point]]
number = "600"
default = "201"

[[trunk_group]]
name = "T1"
members = 2
access = "0"
default = "520"
did = { 5550201 = "201", 5550500 = "500", 5550600 = "600" }

[[trunk_group]]
name = "T2"
members = 1
access = "8"
supervision = "none"

[[trunk_group]]
name = "T3"
members = 1
access = "7"
supervision = "assumed"

[[external]]
number = "666"
behaviour = "machine"

[[external]]
number = "111"
behaviour = "busy"

[[external]]
number = "222"
behaviour = "no answer"

[[external]]
number = "333"
behaviour = "unobtainable"

[[external]]
number = "444"
leave_after = 30.0
patience = 25.0

[[external]]
number = "555"
patience = 25.0
"""

SMALL_WITH_VDN = (
    SMALL.replace('5550600 = "600" }', '5550600 = "600", 5550610 = "610" }')
    + """
[[route_point]]
number = "610"
vector = [
    { step = "collect", digits = 4 },
    { step = "adjunct" },
    { step = "wait", seconds = 3.0 },
    { step = "queue", group = "500" },
    { step = "announcement", seconds = 6.0 },
    { step = "route", number = "520" },
]
"""
)
"""The same with a VDN that has something of each step that does not end the call."""


def small(text: str = SMALL, **options: Any) -> Stage:
    """Set up the small exchange, with other options if asked."""
    lines = "".join(
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}\n"
        for name, value in options.items()
    )
    return Stage(Exchange(read_plan(text.replace("[exchange]\n", f"[exchange]\n{lines}"))))


def untimed(actions: list[Action]) -> list[Action]:
    """Leave the timers out."""
    return [action for action in actions if not isinstance(action, StartTimer | StopTimer)]


def told(actions: list[Action]) -> list[str]:
    """Write facts shortly: ``Delivered 202 new call``, others by their name."""
    return [
        f"{type(action).__name__} {action.device} {action.cause.value}"
        if isinstance(action, CallFact)
        else type(action).__name__
        for action in untimed(actions)
    ]


def play(stage: Stage, *events: Event) -> list[str]:
    """Do several things and give what the last led to, shortly."""
    actions: list[Action] = []
    for event in events:
        actions = stage.do(event)
    return told(actions)


def later(stage: Stage, seconds: float) -> list[str]:
    """Let time pass and give what the timers led to, shortly."""
    return told([action for _, action in stage.advance(stage.now + seconds)])
