"""Overload: how much the process is behind, in five levels, and which commands wait for that.

A level is entered at once, and left one at a time, each after ``CALM`` below half of what led
to it. Commands are shed at the edge, before they cost anything; events never are. What a disk
or one link cannot take is the business of its gate and of the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from msgspec import Struct
from typing_extensions import override

from cti.clock import Clock, Delayed
from cti.desk import NEW_WORK
from cti.model.errors import Error, ErrorClass

LOOK: Final = 0.5
"""Seconds between two looks."""
CALM: Final = 10.0
"""Seconds below the lower mark after which a level is left."""


class Level(IntEnum):
    """How much the process is behind."""

    NORMAL = 0
    BUSY = 1
    """Retained states are written more rarely."""
    STRAINED = 2
    """Questions are refused."""
    OVERLOADED = 3
    """New work is refused."""
    SURVIVAL = 4
    """All is refused but what ends calls, or answers for routes."""


class Load(Struct, frozen=True, gc=False):
    """What is measured."""

    lag: float = 0.0
    """Seconds that nine of ten turns of the reactor were not later than."""
    waiting: int = 0
    """Outputs of a switch that wait for its disk."""
    outbox: float = 0.0
    """Messages that wait for the broker, as a part of those that find room."""

    @override
    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"reactor {self.lag:.2f} s late, {self.waiting} outputs wait for the disk, "
            f"the outbox is {self.outbox:.0%} full"
        )


_NEVER: Final = float("inf")
_MARKS: Final = (
    (Level.BUSY, 0.05, 500, _NEVER),
    (Level.STRAINED, 0.25, 2_000, 0.5),
    (Level.OVERLOADED, 1.0, _NEVER, _NEVER),
    (Level.SURVIVAL, 3.0, _NEVER, _NEVER),
)
"""Lag, outputs and part of the outbox above which a level is entered."""

_SPARED: Final = ("clear_", "route_", "cancel")
_QUESTIONS: Final = ("query_", "snapshot", "replay", "resync", "monitor_start", "private")
"""What these begin with costs much, and can be asked later."""


def level_of(load: Load, part: float = 1.0) -> Level:
    """Give the highest level of which a mark, or so much of it, is exceeded."""
    return max(
        (
            level
            for level, lag, waiting, outbox in _MARKS
            if load.lag > lag * part
            or load.waiting > waiting * part
            or load.outbox > outbox * part
        ),
        default=Level.NORMAL,
    )


class Levels:
    """The level, by what was measured until now."""

    def __init__(self) -> None:
        self.level = Level.NORMAL
        self._calm: float | None = None
        """Since when less than half is exceeded."""

    def look(self, load: Load, at: float) -> Level:
        """Take what is measured at a moment, in seconds."""
        entered = level_of(load)
        if entered > self.level:
            self.level = entered
        if level_of(load, 0.5) >= self.level:
            self._calm = None
        elif self._calm is None:
            self._calm = at
        elif at - self._calm >= CALM:
            self.level = Level(self.level - 1)
            self._calm = at
        return self.level


def shed(level: Level, verb: str, at: int) -> Error | None:
    """Tell why a command cannot be taken at a level; ``at`` spreads when it is tried again."""
    if level < Level.STRAINED:
        return None
    again = 1_000 + at // 1_000 % 4_001
    detail = f"the bridge is {level.name.lower()}: {verb} has to wait"
    spared = verb.startswith(_SPARED) if level is Level.SURVIVAL else verb not in NEW_WORK
    if level >= Level.OVERLOADED and not spared:
        return Error(ErrorClass.OVERLOAD, detail, retry_after_ms=again)
    if verb.startswith(_QUESTIONS):
        return Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=again)
    return None


class Watch:
    """Looks every ``LOOK`` seconds, and tells of each change."""

    def __init__(
        self,
        measure: Callable[[], Load],
        told: Callable[[Level, Level, Load], object],
        clock: Clock,
    ) -> None:
        """``told`` is given the level, the one before, and what was measured."""
        self._levels = Levels()
        self._measure = measure
        self._told = told
        self._clock = clock
        self._next: Delayed | None = None

    @property
    def level(self) -> Level:
        """The level now."""
        return self._levels.level

    def start(self) -> None:
        """Look, from now on."""
        self._next = self._clock.callLater(LOOK, self.start)
        before, load = self.level, self._measure()
        level = self._levels.look(load, self._clock.seconds())
        if level is not before:
            self._told(level, before, load)

    def stop(self) -> None:
        """Look no more."""
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None
