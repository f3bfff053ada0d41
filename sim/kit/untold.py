"""What a protocol never tells, taken out of what a scenario expects.

Among what a face cannot express (``sim.face``), an event stands by its name and a member of an
event as ``EVENT.MEMBER``, such as ``connection.held.cause``, or a member of that one as
``call.cleared.summary.exact``; behind the number of a scenario, as in
``10a connection.held.cause``, if it is of that one alone. Such an event may be left
out, and such a member may have any value; all else is expected as before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace

from sim.scenario import Pattern, Scenario


def without(scenario: Scenario, untold: Collection[str]) -> Scenario:
    """Give a scenario that expects nothing of what is never told, or not told in it."""
    untold = {one.removeprefix(f"{scenario.number} ") for one in untold}
    steps = tuple(
        replace(step, events=tuple(_pattern(one, untold) for one in step.events))
        if step.events is not None
        else step
        for step in scenario.steps
    )
    return replace(scenario, steps=steps)


def _pattern(pattern: Pattern, untold: Collection[str]) -> Pattern:
    event = pattern["event"]
    kept = _members(pattern, event, untold)
    return {**kept, "optional": True} if event in untold else kept


def _members(members: Mapping[str, Any], path: str, untold: Collection[str]) -> Pattern:
    return {
        name: _members(one, f"{path}.{name}", untold) if isinstance(one, dict) else one
        for name, one in members.items()
        if f"{path}.{name}" not in untold
    }
