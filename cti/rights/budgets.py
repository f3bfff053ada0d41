"""Budgets: how much a client may ask for in a time. Moments are given in, none is looked up."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from cti.bucket import Bucket
from cti.moment import SECOND

if TYPE_CHECKING:
    from cti.config.rights import Budget

MINUTE: Final = 60 * SECOND
DAY: Final = 24 * 3600 * SECOND
SLICES: Final = 60
"""Parts of a window; what is older than all of them is forgotten part by part."""


class Window:
    """So many in any stretch of a length, such as a day; counted in parts of it."""

    __slots__ = ("_at", "_counts", "_limit", "_slice", "_sum")

    def __init__(self, limit: int, length: int) -> None:
        self._limit = limit
        self._slice = length // SLICES
        self._counts: deque[list[int]] = deque()
        """Part and what was taken in it, oldest first."""
        self._sum = 0
        self._at = 0

    def wait(self, at: int) -> int | None:
        """Give the nanoseconds until there is one; 0 is now, None is never."""
        self._at = max(self._at, at)
        oldest = self._at // self._slice - SLICES
        while self._counts and self._counts[0][0] < oldest:
            self._sum -= self._counts.popleft()[1]
        if self._sum < self._limit:
            return 0
        if not self._limit:
            return None
        return (self._counts[0][0] + SLICES + 1) * self._slice - self._at

    def take(self) -> None:
        """Take one that is there."""
        part = self._at // self._slice
        if not self._counts or self._counts[-1][0] != part:
            self._counts.append([part, 0])
        self._counts[-1][1] += 1
        self._sum += 1


class Excess:
    """A budget that is used up."""

    __slots__ = ("key", "retry_after_ms")

    def __init__(self, key: str, wait: int | None) -> None:
        self.key = key
        """Of the configuration."""
        self.retry_after_ms = None if wait is None else -(-wait * 1000 // SECOND)
        """None is never."""


class Purse:
    """The budgets of one client."""

    def __init__(self, budget: Budget) -> None:
        self.budget: Final = budget
        self._commands = {
            "commands_per_second": Bucket(budget.commands_per_second, budget.commands_burst)
        }
        self._calls: dict[str, Bucket | Window] = {
            "calls_per_day": Window(budget.calls_per_day, DAY),
            "calls_per_minute": Window(budget.calls_per_minute, MINUTE),
            "calls_per_second": Bucket(budget.calls_per_second, budget.calls_burst),
        }

    def command(self, at: int) -> Excess | None:
        """Pay for a command; give the budget that does not allow it."""
        return _pay(self._commands, at)

    def call(self, at: int) -> Excess | None:
        """Pay for a new call; nothing is paid where one budget does not allow it."""
        return _pay(self._calls, at)


def _pay(budgets: dict[str, Bucket] | dict[str, Bucket | Window], at: int) -> Excess | None:
    for key, budget in budgets.items():
        if (wait := budget.wait(at)) != 0:
            return Excess(key, wait)
    for budget in budgets.values():
        budget.take()
    return None
