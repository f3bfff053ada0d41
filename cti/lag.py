"""How late the reactor is: the time between a call's due time and its turn."""

from __future__ import annotations

from collections import deque
from typing import Final

from cti.clock import Clock, Delayed

PERIOD: Final = 0.1
"""Seconds between two looks."""
SPAN: Final = 2.0
"""Seconds that a figure looks back."""


class Lag:
    """Looks every ``PERIOD`` seconds how late its own turn came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: deque[float] = deque([0.0], maxlen=round(SPAN / PERIOD))
        self._due = 0.0
        self._next: Delayed | None = None

    def start(self) -> None:
        """Begin to look."""
        self._wait()

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None

    @property
    def typical(self) -> float:
        """Seconds that nine of ten looks of the last two seconds were not later than."""
        ordered = sorted(self._seen)
        return ordered[max(0, len(ordered) * 9 // 10 - 1)]

    @property
    def worst(self) -> float:
        """Seconds of the latest look of the last two seconds."""
        return max(self._seen)

    def _wait(self) -> None:
        self._due = self._clock.seconds() + PERIOD
        self._next = self._clock.callLater(PERIOD, self._look)

    def _look(self) -> None:
        self._seen.append(max(0.0, self._clock.seconds() - self._due))
        self._wait()
