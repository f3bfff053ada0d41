"""Scenarios: what people do, when, and what the exchange is expected to tell.

A scenario is a TOML file: a plan (or the name of one) and steps. A step does one event, then
waits; ``expect`` lists everything told in the step, timers left out, each as a pattern of
the fields that matter. ``play`` runs it on a still clock and reads nothing but its arguments.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from sim.exchange.facts import Action
from sim.exchange.timers import StartTimer, StopTimer
from sim.exchange.verbs import Request, Verb, WorldEvent
from sim.plan import ExchangePlan, convert_plan
from sim.stage import Stage
from sim.switch import Exchange

ScenarioEvent = Verb | WorldEvent | Request


class ScenarioError(ValueError):
    """A scenario file is not one."""


class Step(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One thing done, the time after it, and what should be told meanwhile."""

    comment: str = ""
    do: ScenarioEvent | None = None
    wait: float = 0.0
    """Seconds after the event."""
    expect: tuple[dict[str, Any], ...] | None = None
    """All facts of the step in order; ``None`` expects nothing in particular."""


class Scenario(Struct, frozen=True, gc=False):
    """A play with its exchange."""

    name: str
    plan: ExchangePlan
    steps: tuple[Step, ...]
    ends: Literal["idle", "any"] = "idle"
    """Whether no call and no timer may be left at the end."""


class _File(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    name: str
    plan: str | dict[str, Any]
    step: tuple[Step, ...]
    ends: Literal["idle", "any"] = "idle"


class Told(Struct, frozen=True, gc=False):
    """One action at its time and step."""

    at: float
    step: int
    """From 1."""
    action: Action


class Mismatch(Struct, frozen=True, gc=False):
    """A place where the exchange told something else than expected."""

    step: int
    """From 1; 0 for the end of the play."""
    expected: str
    told: str


class Outcome(Struct, frozen=True, gc=False):
    """What a play gave."""

    told: tuple[Told, ...]
    """Every action, timers included."""
    mismatches: tuple[Mismatch, ...]


def read_scenario(text: str, plans: Mapping[str, str]) -> Scenario:
    """Read a scenario; ``plans`` gives the text of the plans it may name.

    Raises ``ScenarioError`` for a file that is no scenario and ``PlanError`` for its plan.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
        tables: object = file.plan
        if isinstance(file.plan, str):
            tables = tomllib.loads(plans[file.plan])
    except (ValueError, KeyError) as error:
        raise ScenarioError(str(error)) from error
    return Scenario(file.name, convert_plan(tables), file.step, file.ends)


def play(scenario: Scenario) -> Outcome:
    """Play a scenario on a fresh exchange."""
    stage = Stage(Exchange(scenario.plan))
    told: list[Told] = []
    mismatches: list[Mismatch] = []
    for number, step in enumerate(scenario.steps, start=1):
        began = stage.now
        happened = [] if step.do is None else [(began, act) for act in stage.do(step.do)]
        happened += stage.advance(began + step.wait)
        told += [Told(at, number, action) for at, action in happened]
        if step.expect is not None:
            mismatches += _compare(number, step.expect, [action for _, action in happened])
    view = stage.exchange.snapshot()
    if scenario.ends == "idle" and (view.calls or stage.running):
        left = f"calls {[call.call for call in view.calls]}, {stage.running} timers"
        mismatches.append(Mismatch(0, "an idle exchange", left))
    return Outcome(tuple(told), tuple(mismatches))


def fits(pattern: Mapping[str, Any], action: Action) -> bool:
    """Tell whether an action has every field of a pattern.

    ``states`` in a pattern is compared with the states by device, in any order.
    """
    fields = _fields(action)
    return all(name in fields and fields[name] == wanted for name, wanted in pattern.items())


def _fields(action: Action) -> dict[str, Any]:
    # By way of JSON, so that lists are lists as in the scenario file.
    fields: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(action))
    if "parties" in fields:
        fields["states"] = {party["device"]: party["state"] for party in fields["parties"]}
    return fields


def _compare(
    number: int, expected: tuple[dict[str, Any], ...], actions: list[Action]
) -> list[Mismatch]:
    """Compare a step's facts one by one; the first difference says it all."""
    facts = [one for one in actions if not isinstance(one, StartTimer | StopTimer)]
    for index in range(max(len(expected), len(facts))):
        if index >= len(expected):
            return [Mismatch(number, "nothing more", _short(facts[index]))]
        if index >= len(facts):
            return [Mismatch(number, str(expected[index]), "nothing more")]
        if not fits(expected[index], facts[index]):
            return [Mismatch(number, str(expected[index]), _short(facts[index]))]
    return []


def _short(action: Action) -> str:
    fields = _fields(action)
    fields.pop("parties", None)
    return str(fields)
