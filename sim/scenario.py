"""Scenarios: what people, applications and bad luck do, and what must be told of it.

A scenario is a TOML file: a plan (or the name of one) and steps. A step does one thing, lets
time pass, and lists in ``events`` what the bridge must publish meanwhile, as patterns. Reading
a file is all that happens here: the exchange reads no patterns, and ``sim.kit`` plays a
scenario against a driver.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from sim.exchange.verbs import Verb, WorldEvent
from sim.plan import ExchangePlan, convert_plan

Level = Literal["L1", "L2", "L3", "L4"]
Pattern = dict[str, Any]


class ScenarioError(ValueError):
    """A scenario file is not one."""


class Step(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One thing done, the time after it, and what must be told."""

    comment: str = ""
    do: Verb | WorldEvent | None = None
    """Something that people do, or that happens outside."""
    command: dict[str, Any] | None = None
    """``verb`` and its arguments in the words of the model; ``$name`` is a bound id."""
    ends: dict[str, Any] | None = None
    """Pattern of the command's end, ``status`` first; success is expected without it."""
    fault: str = ""
    """Words of an operator: what befalls the switch or its link (``sim.words``)."""
    wait: float = 0.0
    """Seconds afterwards."""
    events: tuple[Pattern, ...] | None = None
    """Patterns of all that is told since the last step that has any; a step without is
    looked at together with the next one that has."""


class Scenario(Struct, frozen=True, gc=False):
    """A play with its exchange."""

    number: str
    """Number of the reference scenario, with a letter for each variant of it."""
    name: str
    level: Level
    plan: ExchangePlan
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    """Verbs, and members of the capability document such as ``resync.device_snapshot``,
    without which a link cannot show it."""
    faults: bool = False
    """Whether anything befalls the link: then what is told may mend what was believed."""

    @property
    def title(self) -> str:
        """Number and name."""
        return f"{self.number} {self.name}"


class _File(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    number: str
    name: str
    level: Level
    plan: str | dict[str, Any]
    step: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict)
    """Tables that go over those of the plan."""


def read_scenario(text: str, plans: Mapping[str, str]) -> Scenario:
    """Read a scenario; ``plans`` gives the text of the plans it may name.

    Raises ``ScenarioError`` for a file that is no scenario and ``PlanError`` for its plan.
    """
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
        tables: Any = file.plan
        if isinstance(file.plan, str):
            tables = tomllib.loads(plans[file.plan])
    except (ValueError, KeyError) as error:
        raise ScenarioError(str(error)) from error
    for number, step in enumerate(file.step, 1):
        _check(number, step)
    return Scenario(
        number=file.number,
        name=file.name,
        level=file.level,
        plan=convert_plan({**tables, **file.change}),
        steps=file.step,
        needs=file.needs,
        faults=any(step.fault for step in file.step),
    )


def _check(number: int, step: Step) -> None:
    if sum((step.do is not None, step.command is not None, bool(step.fault))) > 1:
        raise ScenarioError(f"step {number}: does more than one thing")
    if step.ends is not None and step.command is None:
        raise ScenarioError(f"step {number}: ends without a command")
    if step.command is not None and not isinstance(step.command.get("verb"), str):
        raise ScenarioError(f"step {number}: a command without a verb")
    for pattern in step.events or ():
        if not isinstance(pattern.get("event"), str):
            raise ScenarioError(f"step {number}: an expected event without a name")
