"""A stage: one exchange on a clock that moves only when it is told to.

Timers that fall due at the same moment run out in the order in which they were started, so
a play is the same each time. Nothing here reads a clock or sleeps.
"""

from __future__ import annotations

import heapq

from sim.exchange.facts import Action
from sim.exchange.timers import StartTimer, StopTimer, Timer
from sim.exchange.verbs import Event, TimerExpired
from sim.switch import Exchange


class Stage:
    """Feed an exchange and keep its timers."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.now = 0.0
        """Seconds since the beginning of the play."""
        self._due: list[tuple[float, int, Timer]] = []
        self._running: dict[Timer, float] = {}

    @property
    def running(self) -> int:
        """How many timers run."""
        return len(self._running)

    def do(self, event: Event) -> list[Action]:
        """Let something happen now; return everything the exchange answers, timers too."""
        actions = self.exchange.handle(event)
        for action in actions:
            match action:
                case StartTimer(timer, seconds):
                    self._running[timer] = self.now + seconds
                    heapq.heappush(self._due, (self.now + seconds, timer.serial, timer))
                case StopTimer(timer):
                    self._running.pop(timer, None)
                case _:
                    pass
        return actions

    def next_due(self) -> float | None:
        """Give the time of the next expiry, or ``None`` when no timer runs."""
        while self._due and self._due[0][2] not in self._running:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def fire(self) -> tuple[Timer, list[Action]] | None:
        """Let the next timer run out, moving the clock; ``None`` when none runs."""
        due = self.next_due()
        if due is None:
            return None
        _, _, timer = heapq.heappop(self._due)
        del self._running[timer]
        self.now = max(self.now, due)
        return timer, self.do(TimerExpired(timer))

    def advance(self, until: float) -> list[tuple[float, Action]]:
        """Move the clock to ``until``; return what the timers on the way led to, and when."""
        happened: list[tuple[float, Action]] = []
        while (due := self.next_due()) is not None and due <= until:
            fired = self.fire()
            happened += [(self.now, action) for action in fired[1]] if fired else []
        self.now = max(self.now, until)
        return happened
