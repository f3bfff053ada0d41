"""``python -m sim.kit.demo NN``: one reference scenario over real processes, shown live."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from sim import brokers
from sim.face import find
from sim.kit.conduct import conduct, named
from sim.kit.pair import monitored
from sim.kit.patterns import short
from sim.kit.site import Site
from sim.processes import Client, Process, ProcessError, Switch, daemon, start_broker
from sim.scenario import Scenario, Step
from sim.scenarios import path, reference

_FACES: Final = {"csta": "csta3", "meridian": "meridian"}
"""Faces of the switches that can be run."""


class Shell:
    """The command line client as an application."""

    def __init__(self, client: Client, watcher: Process) -> None:
        self._client = client
        self._watcher = watcher
        self._lines = 0
        self._told: list[dict[str, Any]] = []

    def told(self) -> list[dict[str, Any]]:
        """Give all events so far."""
        lines = self._watcher.lines[self._lines :]
        self._lines += len(lines)
        self._told += [json.loads(line)["data"] for line in lines if line.startswith("{")]
        return self._told

    def ask(self, verb: str, **args: Any) -> dict[str, Any]:
        """Give a command by ``cti command``."""
        words = (
            f"{name}={value if isinstance(value, str) else msgspec.json.encode(value).decode()}"
            for name, value in args.items()
        )
        return self._client.ask("command", verb, *words)


def main(arguments: list[str] | None = None) -> int:
    """Play scenarios; return 0 if everything was told as it must be."""
    parser = argparse.ArgumentParser(prog="python -m sim.kit.demo", description=__doc__)
    parser.add_argument("number", help="number of a scenario, such as 05; all its variants")
    parser.add_argument("--pace", type=float, default=0.8, help="seconds between two steps")
    parser.add_argument("--broker", choices=brokers.NAMES)
    parser.add_argument(
        "--switch", default="csta", choices=tuple(_FACES), help="what the switch speaks"
    )
    given = parser.parse_args(arguments)
    wanted = given.number.zfill(3 if given.number[-1:].isalpha() else 2)
    chosen = {
        number: scenario
        for number, scenario in reference().items()
        if wanted in (number, number[:2])
    }
    if not chosen:
        sys.stderr.write(f"no scenario {given.number}: {', '.join(reference())}\n")
        return 2
    wrong = 0
    for scenario in chosen.values():
        face, variant = find(_FACES[given.switch])
        if why := face.inexpressible(variant).get(scenario.number):
            _say(f"=== {scenario.title}: cannot be told by this switch: {why}")
            continue
        try:
            with ExitStack() as stack:
                wrong += _play(stack, scenario, given)
        except ProcessError as error:
            sys.stderr.write(f"demo: {error}\n")
            return 1
        except KeyboardInterrupt:
            return 130
    return 1 if wrong else 0


def _play(stack: ExitStack, scenario: Scenario, given: argparse.Namespace) -> int:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    _say(f"=== {scenario.title} ({scenario.level})")
    name, at = start_broker(stack, folder, given.broker)
    words = ("--scenario", str(path(scenario.number)), "--still")
    switch = Switch(stack, folder, *words, speaks=given.switch)
    client = Client(at)
    watcher = stack.enter_context(Process(*client.words("events", "--json")))
    devices = monitored(scenario.plan)
    points = scenario.route_points
    daemon(
        stack,
        folder,
        broker=at,
        port=switch.port,
        devices=devices,
        route_points=points,
        driver=given.switch,
    )
    watcher.expect('"link.state"', '"up"')
    _say(
        f"    {name}, a simulated switch and ctid are running; {len(devices)} devices monitored"
    )
    site = Site(switch, Shell(client, watcher), devices)
    stack.callback(site.close)

    def tell(number: int, step: Step, events: Sequence[Mapping[str, Any]]) -> None:
        _say(f"\n{number}. {named(step)}")
        for event in events:
            _say(f"      {short(event)}")
        time.sleep(given.pace)

    problems = conduct(scenario, site, tell)
    for problem in problems:
        _say(problem)
    _say("\nas the model says" if not problems else "\nnot as the model says")
    return len(problems)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program for people


if __name__ == "__main__":
    sys.exit(main())
