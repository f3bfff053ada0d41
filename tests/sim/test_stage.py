"""The still clock, and what the simulator's parts may import."""

from __future__ import annotations

import ast
from pathlib import Path

import sim
from sim.exchange.facts import Failed, ServiceInitiated
from sim.exchange.timers import TIMERS, StartTimer, TimerKind
from sim.exchange.verbs import Dial, GoOffHook
from sim.plan import read_plan
from sim.stage import Stage
from sim.switch import Exchange
from tests.sim.small import small

FOLDER = Path(next(iter(sim.__path__)))
NEIGHBOURS = ["switch", "plan", "stage", "scenario", "shapes", "load", "ledger", "faults"]
SOURCES = [
    *(FOLDER / f"{name}.py" for name in NEIGHBOURS),
    *(FOLDER / "exchange").glob("*.py"),
]
PURE = {
    "__future__",
    "bisect",
    "collections",
    "enum",
    "heapq",
    "msgspec",
    "operator",
    "random",
    "re",
    "sim",
    "tomllib",
    "typing",
    "typing_extensions",
}


def imported(path):
    """Give the first part of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield str(node.module).split(".")[0]


def test_the_exchange_and_its_neighbours_are_pure():
    assert len(SOURCES) > 15
    for path in SOURCES:
        assert set(imported(path)) <= PURE, path


def test_only_the_crowd_draws_numbers():
    draws = {path.name for path in SOURCES if "random" in set(imported(path))}
    assert draws <= {"load.py", "shapes.py"}


def test_timers_run_out_in_order_and_move_the_clock():
    stage = small()
    stage.do(GoOffHook("201"))
    stage.advance(5.0)
    stage.do(GoOffHook("202"))
    assert stage.next_due() == 15.0
    happened = stage.advance(20.0)
    failed = [(at, a.device) for at, a in happened if isinstance(a, Failed)]
    assert failed == [(15.0, "201"), (20.0, "202")]
    assert stage.now == 20.0


def test_a_stopped_timer_does_not_run_out():
    stage = small()
    stage.do(GoOffHook("201"))
    stage.do(Dial("201", "202"))
    assert stage.next_due() is None
    assert stage.fire() is None
    assert stage.advance(100.0) == []


def test_the_plan_overrides_the_timer_table():
    text = '[timers]\ndial = 3.0\n[[station]]\nnumber = "201"'
    stage = Stage(Exchange(read_plan(text)))
    actions = stage.do(GoOffHook("201"))
    (started,) = [a for a in actions if isinstance(a, StartTimer)]
    assert isinstance(actions[0], ServiceInitiated)
    assert started.seconds == 3.0


def test_every_timer_has_a_row_with_its_default_within_the_limits():
    assert set(TIMERS) == set(TimerKind)
    assert all(row.minimum <= row.default <= row.maximum for row in TIMERS.values())
