"""Timers of a hub on its clock, in the order in which they run out."""

from __future__ import annotations

import heapq
from collections.abc import Hashable

Alarm = tuple[int, str, Hashable]
"""Number of the link (0 for the hub itself), kind, and its name among those of its kind."""


class Alarms:
    """Timers that run; those of one moment run out in the order in which they were started."""

    def __init__(self) -> None:
        self._serial = 0
        self._due: list[tuple[float, int, Alarm]] = []
        self._running: dict[Alarm, int] = {}

    def start(self, alarm: Alarm, at: float) -> None:
        """Start a timer, in place of the one that runs under the same name."""
        self._serial += 1
        self._running[alarm] = self._serial
        heapq.heappush(self._due, (at, self._serial, alarm))

    def stop(self, alarm: Alarm) -> None:
        """Stop a timer; it may not be running."""
        self._running.pop(alarm, None)

    def stop_link(self, link: int) -> None:
        """Stop every timer of a link."""
        self._running = {key: one for key, one in self._running.items() if key[0] != link}

    def next_due(self) -> float | None:
        """Give the time of the next expiry, or ``None`` when nothing runs."""
        while self._due and self._running.get(self._due[0][2]) != self._due[0][1]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def pop(self) -> Alarm | None:
        """Take the next one that runs out."""
        if self.next_due() is None:
            return None
        _, _, alarm = heapq.heappop(self._due)
        del self._running[alarm]
        return alarm
