"""Requests per second, given out in bursts: a driver has no clock."""

from __future__ import annotations

from math import ceil
from typing import Final

from cti import driver as dr

TIMER: Final = "resync_pace"
BURSTS: Final = 20
"""Bursts in a second at most; below that rate each burst is one request."""


class Pace:
    """How many requests may go now."""

    def __init__(self, rate: float | None) -> None:
        """``rate`` is in requests per second; None is no limit."""
        self._burst = 0 if rate is None else ceil(rate / BURSTS)
        self._seconds = 0.0 if rate is None else self._burst / rate
        self._left = self._burst
        self._waiting = False

    @property
    def free(self) -> bool:
        """Whether a request may go."""
        return not self._burst or self._left > 0

    def spend(self) -> list[dr.Action]:
        """Let a request go."""
        if not self._burst:
            return []
        self._left -= 1
        if self._waiting:
            return []
        self._waiting = True
        return [dr.StartTimer(TIMER, self._seconds)]

    def tick(self) -> None:
        """Begin the next burst."""
        self._waiting = False
        self._left = self._burst

    def forget(self) -> None:
        """Begin anew; the timer does not run any more."""
        self.tick()
