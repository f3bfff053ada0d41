"""Two layers of the laboratory on a wire, with a clock that stands still."""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from random import Random

from sim.lab.command import parser
from sim.lab.contract import Layer, Output, Say, StartTimer, StopTimer, Transmit


def layer(*words: str) -> Layer:
    """Make a layer of a command line, without its attachment."""
    import importlib

    options = parser().parse_args([*words, "--udp", "1:2"])
    made: Layer = importlib.import_module(f"sim.lab.{options.layer}").make(options)
    return made


class Pair:
    """Two layers; what one sends is under way for a moment, or lost, or doubled, or late."""

    def __init__(self, one: Layer, two: Layer, dice: Random | None = None) -> None:
        self.layers = (one, two)
        self.said: tuple[list[str], list[str]] = ([], [])
        self.now = 0.0
        self.bad = 0.0
        """Share of frames that meet each kind of fault."""
        self._dice = dice or Random(1)  # noqa: S311 - any sequence will do
        self._due: list[tuple[float, int, int, Hashable | None, bytes]] = []
        self._running: dict[tuple[int, Hashable], int] = {}
        self._serial = 0
        for which in (0, 1):
            self._perform(which, self.layers[which].begin())

    def tell(self, which: int, line: str) -> None:
        self._perform(which, self.layers[which].told(line.split()))

    def hear(self, which: int, octets: bytes) -> None:
        self._perform(which, self.layers[which].received(octets))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, serial, which, timer, octets = heapq.heappop(self._due)
            if timer is None:
                self.hear(which, octets)
            elif self._running.get((which, timer)) == serial:
                del self._running[which, timer]
                self._perform(which, self.layers[which].expired(timer))
        self.now = end

    def heard(self, which: int, beginning: str) -> list[str]:
        """Give the lines of one end that begin with some words, without these."""
        return [
            line.removeprefix(beginning).strip()
            for line in self.said[which]
            if line.startswith(beginning)
        ]

    def _later(self, seconds: float, which: int, timer: Hashable | None, octets: bytes) -> int:
        self._serial += 1
        due = (self.now + seconds, self._serial, which, timer, octets)
        heapq.heappush(self._due, due)
        return self._serial

    def _perform(self, which: int, outputs: list[Output]) -> None:
        for output in outputs:
            match output:
                case Transmit(octets):
                    for delay in self._fate():
                        self._later(delay, 1 - which, None, octets)
                case StartTimer(timer, seconds):
                    self._running[which, timer] = self._later(seconds, which, timer, b"")
                case StopTimer(timer):
                    self._running.pop((which, timer), None)
                case Say(text):
                    self.said[which].append(text)

    def _fate(self) -> list[float]:
        if self._dice.random() < self.bad:
            return []
        late = 0.05 if self._dice.random() < self.bad else 0.0
        copies = 2 if self._dice.random() < self.bad else 1
        return [0.01 + late] * copies
