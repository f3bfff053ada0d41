"""Levels of drivers: what proves each, and which one a driver has reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from sim.kit.matrix import NEEDED

LEVELS: Final = {
    "L0": "transport",
    "L1": "observe",
    "L2": "control",
    "L3": "contact centre",
    "L4": "resilience",
}
MUST_HAVE: Final[dict[str, tuple[str, ...]]] = {
    "L1": (
        *("connection.alerting", "connection.connected", "connection.held"),
        *("connection.retrieved", "connection.cleared", "connection.failed"),
    ),
    "L2": NEEDED,
    "L3": ("agent.state_changed", "connection.queued", "set_agent_state", "route_select"),
    "L4": ("resync.device_snapshot",),
}
"""Verbs, events and members of ``resync`` without which a level is out of reach, whatever
passes; all else that a link lacks makes its scenarios not expressible, and no worse."""
CAPABILITIES: Final = "capabilities"
"""Name of the check for them."""


class Verdict(Struct, frozen=True, gc=False):
    """How one check of a level ended."""

    level: str
    name: str
    outcome: str
    """``passed``, ``failed`` or ``not expressible``."""
    reason: str = ""


class Reached(Struct, frozen=True, gc=False):
    """Where a driver stands."""

    level: str
    """The highest level whose checks passed, and those of all below; empty for none."""
    next: str = ""
    """The level above, if there is one."""
    why: tuple[str, ...] = ()
    """Why not that one."""


def reached(verdicts: Iterable[Verdict]) -> Reached:
    """Tell the level that the verdicts add up to."""
    told = list(verdicts)
    highest = ""
    for level in LEVELS:
        here = [one for one in told if one.level == level]
        failed = [one for one in here if one.outcome == "failed"]
        if failed:
            return Reached(highest, level, tuple(f"{one.name} failed" for one in failed))
        lacks = [one.reason for one in here if one.name == CAPABILITIES and _lacking(one)]
        if lacks:
            return Reached(highest, level, tuple(lacks))
        if not any(one.outcome == "passed" for one in here):
            return Reached(highest, level, ("nothing was tried that proves it",))
        highest = level
    return Reached(highest)


def expressed(verdicts: Iterable[Verdict]) -> str:
    """Tell how far a driver would be if the levels asked for no more than its link has."""
    return reached(
        one for one in verdicts if not (one.name == CAPABILITIES and _lacking(one))
    ).level


def _lacking(verdict: Verdict) -> bool:
    return verdict.outcome == "not expressible"


def report(verdicts: Iterable[Verdict]) -> list[str]:
    """Put the verdicts into lines for a person, the level reached last."""
    told = list(verdicts)
    lines = []
    for level, about in LEVELS.items():
        here = [one for one in told if one.level == level]
        counts = (
            f"{sum(one.outcome == outcome for one in here)} {outcome}"
            for outcome in ("passed", "failed", "not expressible")
        )
        lines.append(f"{level} {about}: {', '.join(counts)}")
        lines += [
            f"    {one.outcome}: {one.name}{f' ({one.reason})' if one.reason else ''}"
            for one in here
            if one.outcome != "passed"
        ]
    where = reached(told)
    lines.append(f"level reached: {where.level or 'none'}")
    if where.next:
        lines += [f"not {where.next}: {one}" for one in where.why]
    if (further := expressed(told)) != where.level:
        lines.append(f"of what the link can express: {further}")
    return lines
