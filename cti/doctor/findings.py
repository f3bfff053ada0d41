"""Findings: what was looked at, how it is, and what to do."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class Fault(IntEnum):
    """Classes of faults; the value is the exit status, the lowest one found counts."""

    CONFIGURATION = 2
    BROKER = 3
    SWITCH = 4
    DISK = 5
    CLOCK = 6
    CERTIFICATE = 7
    PERMISSION = 8


class Finding(Struct, frozen=True, gc=False):
    """One thing that was looked at."""

    about: str
    """What: ``broker 127.0.0.1:1883``, ``link hq/main``, ..."""
    told: str
    fault: Fault | None = None
    """None where nothing is wrong."""
    cure: str = ""
    """What to do about it, or what to know."""

    def text(self) -> str:
        """Say it in a line, and the cure in another."""
        mark = "ok   " if self.fault is None else "FAULT"
        cure = f"\n      -> {self.cure}" if self.cure else ""
        return f"{mark} {self.about}: {self.told}{cure}"
