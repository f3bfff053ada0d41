"""A play: a hub with its people, its traffic and its list of true calls, on one clock.

Everything that a simulator process does besides sockets happens here, so that it can be tested
on a still clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

from msgspec import to_builtins

from sim.exchange.verbs import Event
from sim.hub import Hub
from sim.ledger import Ledger
from sim.load import (
    Begin,
    Crowd,
    CrowdEvent,
    CrowdTimerExpired,
    Heard,
    Load,
    StartCrowdTimer,
    StopCrowdTimer,
)
from sim.outputs import Happened, Output
from sim.scenario import Scenario, Step
from sim.shapes import Do

LOAD: Final = "load"
SCENARIO: Final = "scenario"


class Play:
    """One simulator without sockets. All outputs come from ``take``."""

    def __init__(
        self,
        hub: Hub,
        load: Load | None = None,
        scenario: Scenario | None = None,
        after_client: float | None = None,
        *,
        still: bool = False,
    ) -> None:
        self.hub = hub
        self.still = still
        """Whether time passes by an operator's word alone."""
        self.ledger = Ledger()
        self.over = load is None
        """Whether no call of the load is to come or still lives."""
        self._load = load
        self._crowd = Crowd(load, hub.stage.exchange.plan) if load else None
        self._steps: list[Step] = list(scenario.steps) if scenario else []
        self._after = after_client
        self._ends = float("inf")
        """When the last call of the load begins at the latest."""
        self._waits_for_client = after_client is not None
        self._serial = 0
        self._due: list[tuple[float, int, str, int]] = []
        self._out: list[Output] = []
        if not self._waits_for_client:
            self._begin_after(0.0)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.hub.now

    def put(self, outputs: Sequence[Output]) -> None:
        """Take what a move on the hub gave; people hear of it and react."""
        waiting = list(outputs)
        while waiting:
            output = waiting.pop(0)
            self._out.append(output)
            if not isinstance(output, Happened):
                continue
            self.ledger.take(output.at, output.action)
            if self._crowd is not None:
                waiting += self._people(Heard(output.action))
        if self._waits_for_client and self.hub.served:
            self._waits_for_client = False
            self._begin_after(self._after or 0.0)
        self._look_whether_over()

    def do(self, event: Event) -> None:
        """Let something happen at the exchange now."""
        self.put(self.hub.do(event))

    def take(self) -> list[Output]:
        """Give what came out since the last time."""
        taken, self._out = self._out, []
        return taken

    def next_due(self) -> float | None:
        """Give the time of the next thing that happens by itself."""
        theirs = self.hub.next_due()
        if not self._due:
            return theirs
        return self._due[0][0] if theirs is None else min(theirs, self._due[0][0])

    def advance(self, until: float) -> None:
        """Move the clock."""
        while (due := self.next_due()) is not None and due <= until:
            # At one moment the exchange goes first.
            self.put(self.hub.advance(max(due, self.now)))
            while self._due and self._due[0][0] <= self.now:
                _, _, kind, timer = heapq.heappop(self._due)
                self._expire(kind, timer)
        self.put(self.hub.advance(max(until, self.now)))

    def truth(self) -> list[dict[str, object]]:
        """Give every call that truly was, one record each."""
        return [to_builtins(call) for call in self.ledger.calls()]

    def _begin_after(self, seconds: float) -> None:
        if self._load is not None:
            self._start(LOAD, 0, seconds)
            self._ends = self.now + seconds + self._load.duration
        if self._steps:
            self._start(SCENARIO, 0, seconds)

    def _start(self, kind: str, timer: int, seconds: float) -> None:
        self._serial += 1
        heapq.heappush(self._due, (self.now + seconds, self._serial, kind, timer))

    def _expire(self, kind: str, timer: int) -> None:
        if kind == SCENARIO:
            step = self._steps.pop(0)
            if self._steps:
                self._start(SCENARIO, 0, step.wait)
            if step.do is not None:
                self.do(step.do)
            return
        self.put(self._people(CrowdTimerExpired(timer) if timer else Begin()))

    def _people(self, event: CrowdEvent) -> list[Output]:
        """Let the crowd react; give what its acts led to."""
        outputs: list[Output] = []
        for action in self._crowd.handle(event) if self._crowd else ():
            match action:
                case Do(act):
                    outputs += self.hub.do(act)
                case StartCrowdTimer(timer, seconds):
                    self._start(LOAD, timer, seconds)
                case StopCrowdTimer():
                    pass  # the crowd knows which of its timers still mean anything
        return outputs

    def _look_whether_over(self) -> None:
        if not self.over and self.now >= self._ends:
            busy = any(kind == LOAD for _, _, kind, _ in self._due)
            self.over = not busy and not self.hub.stage.exchange.live
