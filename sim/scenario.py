"""Scenarios: what people, applications and bad luck do, and what must be told of it.

A scenario is a TOML file: a plan (or the name of one) and steps. A step does one thing, lets
time pass, and lists in ``events`` what the bridge must publish meanwhile, as patterns. Reading
a file is all that happens here: the exchange reads no patterns, and ``sim.kit`` plays a
scenario against a driver.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, field

from sim.exchange.verbs import Restart, Verb, WorldEvent
from sim.plan import ExchangePlan, convert_plan

Level = Literal["L1", "L2", "L3", "L4"]
Pattern = dict[str, Any]
MOST: Final = 10_000
"""Most repetitions of a step."""
_COUNT: Final = re.compile(r"\{(?:(?P<least>\d+)-)?n(?:\+(?P<more>\d+))?\}")


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
    """Pattern of the end of this command, or of the last one if that was ``outstanding``;
    without it success is expected."""
    fault: str = ""
    """Words of an operator: what befalls the switch or its link (``sim.words``)."""
    wait: float = 0.0
    """Seconds afterwards."""
    truth: bool = False
    """Whether what is believed must be true after this step too, though something befell the
    link before; until then it always must."""
    events: tuple[Pattern, ...] | None = None
    """Patterns of all that is told since the last step that has any; a step without is
    looked at together with the next one that has."""


_STEPS: Final = tuple[Step, ...]


class Scenario(Struct, frozen=True, gc=False):
    """A play with its exchange."""

    number: str
    """Number of the reference scenario, with a letter for each variant of it."""
    name: str
    level: Level
    plan: ExchangePlan
    steps: tuple[Step, ...]
    route_points: tuple[dict[str, Any], ...] = ()
    """What the bridge is configured with for route points, as in its configuration file."""
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
    step: tuple[dict[str, Any], ...]
    needs: tuple[str, ...] = ()
    route_point: tuple[dict[str, Any], ...] = ()
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
        steps = msgspec.convert([one for step in file.step for one in _repeated(step)], _STEPS)
    except (ValueError, KeyError) as error:
        raise ScenarioError(str(error)) from error
    out = False
    for number, step in enumerate(steps, 1):
        _check(number, step, out=out)
        waits = (step.ends or {}).get("status") == "outstanding"
        out = waits if step.command is not None else out and step.ends is None
    return Scenario(
        number=file.number,
        name=file.name,
        level=file.level,
        plan=convert_plan({**tables, **file.change}),
        steps=steps,
        route_points=file.route_point,
        needs=file.needs,
        faults=any(step.fault or isinstance(step.do, Restart) for step in steps),
    )


def _repeated(step: dict[str, Any]) -> list[dict[str, Any]]:
    """Write a step with ``repeat`` out; ``{n}`` counts from 1, ``{9-n}`` and ``{n+9}`` with it.

    A text that is nothing else becomes a number.
    """
    if "repeat" not in step:
        return [step]
    count = step["repeat"]
    if not isinstance(count, int) or not 1 <= count <= MOST:
        raise ValueError(f"repeat: {count!r} is not 1 to {MOST}")
    rest = {key: value for key, value in step.items() if key != "repeat"}
    return [_counted(rest, n) for n in range(1, count + 1)]


def _counted(value: Any, n: int) -> Any:
    match value:
        case str():
            whole = _COUNT.fullmatch(value)
            return _sum(whole, n) if whole else _COUNT.sub(lambda one: str(_sum(one, n)), value)
        case dict():
            return {_counted(key, n): _counted(one, n) for key, one in value.items()}
        case list():
            return [_counted(one, n) for one in value]
        case _:
            return value


def _sum(match: re.Match[str], n: int) -> int:
    """Read ``{n}``, ``{n+9}`` or ``{9-n}``."""
    least, more = match["least"], match["more"]
    return (int(least) - n) if least else n + int(more or 0)


def _check(number: int, step: Step, *, out: bool) -> None:
    if sum((step.do is not None, step.command is not None, bool(step.fault))) > 1:
        raise ScenarioError(f"step {number}: does more than one thing")
    if step.ends is not None and step.command is None and not out:
        raise ScenarioError(f"step {number}: ends without a command")
    if step.command is not None and not isinstance(step.command.get("verb"), str):
        raise ScenarioError(f"step {number}: a command without a verb")
    for pattern in step.events or ():
        if not isinstance(pattern.get("event"), str):
            raise ScenarioError(f"step {number}: an expected event without a name")
