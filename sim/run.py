"""Running a switch: from the command line's options to a server on the reactor."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any, Final

from twisted.internet import reactor as twisted_reactor

from sim.csta.dialects import DIALECTS, fitted
from sim.csta.hub import Hub
from sim.csta.settings import Settings
from sim.faults import FaultError, read_faults
from sim.load import Load, busy_plan
from sim.mischief import PduFaultError, read_pdu_faults
from sim.plan import ExchangePlan, PlanError, read_plan
from sim.play import Play
from sim.scenario import Scenario, ScenarioError, read_scenario
from sim.scenarios import plans
from sim.server import Server

_BAD: Final = (OSError, ValueError, PlanError, FaultError, PduFaultError, ScenarioError)

_TEXTS: Final = ("called", "calling", "user_data", "facilities")
"""Keys of X.25 whose digits are no number."""


def run(options: argparse.Namespace) -> int:
    """Run a switch until it is told to end; give the exit status."""
    try:
        _run(options)
    except _BAD as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    dialect = DIALECTS.get(options.dialect)
    if dialect is None:
        raise ValueError(f"dialect {options.dialect}: one of {', '.join(DIALECTS)} is expected")
    scenario = None
    if options.scenario:
        scenario = _scenario(options.scenario, still=options.still)
    load = None
    if options.load:
        load = Load(options.seed, options.load, options.seconds or 60.0)
    plan = fitted(_plan(options, scenario, load), dialect)
    text = options.faults.read_text() if options.faults else ""
    settings = Settings(
        faults=read_faults(text),
        pdu_faults=read_pdu_faults(text),
        begins=datetime.now(UTC).astimezone(),
    )
    reactor: Any = twisted_reactor
    steps = None if options.still else scenario
    hub = Hub(plan, dialect, settings)
    play = Play(hub, load, steps, options.after_client, still=options.still)
    lasts = 0.0 if load else options.seconds
    server = Server(play, reactor, truth=options.truth, say=_say, lasts=lasts)
    where = f"serial:{options.serial}" if options.serial else options.listen
    server.listen(where, options.control, _x25(options))
    reactor.run()


def _x25(options: argparse.Namespace) -> dict[str, Any]:
    """Read the keys of the message link: a number where the text is one."""
    keys: dict[str, Any] = {}
    # A DTE at the other end needs a DCE at this one.
    if options.serial:
        keys["interface"] = "dce"
    for pair in filter(None, options.x25.split(",")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--x25 {pair}: KEY=VALUE is expected")
        number = value.isdecimal() and name not in _TEXTS
        keys[name] = int(value) if number else {"yes": True, "no": False}.get(value, value)
    return keys


def _plan(
    options: argparse.Namespace, scenario: Scenario | None, load: Load | None
) -> ExchangePlan:
    if options.plan and load:
        raise ValueError("a load brings its own plan")
    if options.plan:
        return read_plan(options.plan.read_text())
    if load:
        # Three sets play in a call that lasts about a minute.
        sets = min(999, max(30, ceil(load.rate * 60 * 3 * 1.5)))
        return busy_plan(sets, max(5, sets // 10), max(10, sets // 3))
    if scenario:
        return scenario.plan
    return read_plan((files("sim.csta") / "office.toml").read_text())


def _scenario(path: Path, *, still: bool) -> Scenario:
    scenario = read_scenario(path.read_text(), plans())
    if not still and any(step.command or step.fault for step in scenario.steps):
        raise ScenarioError(
            f"{path.name}: has steps of applications or of the link; make demo plays it"
        )
    return scenario


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
