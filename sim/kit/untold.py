"""What a protocol never tells, taken out of what a scenario expects.

Among what a face cannot express (``sim.face``), an event stands by its name and a member of an
event as ``EVENT.MEMBER``, such as ``connection.held.cause``. Such an event may be left out, and
such a member may have any value; all else is expected as before.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from sim.scenario import Pattern, Scenario


def without(scenario: Scenario, untold: Collection[str]) -> Scenario:
    """Give a scenario that expects nothing of what is never told."""
    steps = tuple(
        replace(step, events=tuple(_pattern(one, untold) for one in step.events))
        if step.events is not None
        else step
        for step in scenario.steps
    )
    return replace(scenario, steps=steps)


def _pattern(pattern: Pattern, untold: Collection[str]) -> Pattern:
    event = pattern["event"]
    kept = {name: one for name, one in pattern.items() if f"{event}.{name}" not in untold}
    return {**kept, "optional": True} if event in untold else kept
