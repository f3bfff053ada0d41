"""Levels L0 and L1 by recorded traces: for drivers that come without a switch to try."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from cti import engine as en
from cti.driver import DriverError
from cti.trace.records import TraceError, load
from cti.trace.replay import UNREADABLE, Replay
from sim.kit.fold import Fold

_SEEN: Final = ("connection.alerting", "connection.connected", "connection.cleared")
"""What a trace must show before it proves anything."""


def read(file: Path, driver: str, options: Mapping[str, Any]) -> list[str]:
    """Replay a trace: every octet must be framed and decoded."""
    return _replay(file, driver, options)[0]


def check(file: Path, driver: str, options: Mapping[str, Any]) -> list[str]:
    """Replay a trace of somebody else's client; say what of its events was wrong."""
    found, odd, fold, seen = _replay(file, driver, options)
    if missing := [name for name in _SEEN if name not in seen]:
        found.append(f"shows no {', '.join(missing)}")
    return [*found, *odd, *fold.problems, *fold.anomalies]


def _replay(
    file: Path, driver: str, options: Mapping[str, Any]
) -> tuple[list[str], list[str], Fold, set[str]]:
    """Give what could not be read, what else was odd, and what the events add up to."""
    fold, seen = Fold(), set()
    try:
        with file.open() as lines:
            header, records = load(lines, str(file))
        config = {**({} if header is None else header.config), **options}
        run = Replay(driver, config)
        for action in run.run(records):
            if isinstance(action, en.Publish):
                told = msgspec.to_builtins(action.event)
                fold.take(told)
                seen.add(told["event"])
    except (OSError, TraceError, DriverError) as error:
        return [str(error)], [], fold, seen
    unread = [f"{run.notes[kind]} {kind}" for kind in UNREADABLE if run.notes[kind]]
    odd = [
        f"{count} {kind}"
        for kind, count in run.notes.items()
        if kind not in (*UNREADABLE, "slow_path")
    ]
    return unread, odd, fold, seen
