"""Clocks: the methods of a reactor in use, and the time of day that never goes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from cti.moment import SECOND


class Delayed(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Make it not happen."""

    def active(self) -> bool:
        """Tell whether it is still to come."""


class Clock(Protocol):
    """What may be seen of a reactor besides its sockets."""

    def callLater(  # noqa: N802 # Twisted's name
        self, delay: float, callable: Callable[..., object], *args: object
    ) -> Delayed:
        """Call after ``delay`` seconds."""

    def seconds(self) -> float:
        """Give a time that never goes back; its zero means nothing."""


class Wall(Protocol):
    """The time of day."""

    def now(self) -> int:
        """Give nanoseconds since 1970 in UTC; never less than before."""


JUMP: Final = SECOND
"""Nanoseconds by which the system clock must be set at once to be called a jump."""
_DRIFT: Final = 1000
"""A clock that is steered may be wrong by a thousandth of the time that passed."""
_SLOWER: Final = 10
"""A clock that is ahead runs slower by a tenth until the system clock has caught up."""


def steady() -> int:
    """Give nanoseconds that count while the machine is suspended too."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class WallClock:
    """Follows the system clock, and never goes back.

    When the system clock is set forward, so is this one. When it is set back, this one goes
    on, a little slower, until the two agree again: it neither stops nor repeats itself, and
    what is due becomes due late rather than never. ``jumped`` is told of every jump, with its
    nanoseconds, before ``now`` returns.
    """

    def __init__(
        self,
        jumped: Callable[[int], object] | None = None,
        *,
        system: Callable[[], int] = time.time_ns,
        steady: Callable[[], int] = steady,
        after: int = 0,
    ) -> None:
        """``after`` is what an earlier process had come to."""
        self.jumps = 0
        """Jumps since the start."""
        self._jumped = jumped
        self._system = system
        self._steady = steady
        self._set = system()
        self._last = max(self._set, after)
        self._at = steady()

    def now(self) -> int:
        """Give nanoseconds since 1970 in UTC; never less than before."""
        system, at = self._system(), self._steady()
        passed = max(0, at - self._at)
        jump = system - self._set - passed
        self._set, self._at = system, at
        self._last = max(system, self._last + passed - passed // _SLOWER)
        if abs(jump) > JUMP + passed // _DRIFT:
            self.jumps += 1
            if self._jumped is not None:
                self._jumped(jump)
        return self._last


class ClockWall:
    """The time of day made of a ``Clock``: for tests and simulated time."""

    def __init__(self, clock: Clock, start: int = 0) -> None:
        self._clock = clock
        self._start = start
        self._zero = clock.seconds()

    def now(self) -> int:
        """Give ``start`` and what passed on the clock since."""
        return self._start + round((self._clock.seconds() - self._zero) * SECOND)
