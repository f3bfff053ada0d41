"""A token bucket: so many in a second on average, and so many at once."""

from __future__ import annotations

from cti.moment import SECOND


class Bucket:
    """So many in a second on average, and so many at once. Moments are given in."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst if rate else 0
        self._tokens = float(self._burst)
        self._at = 0

    def wait(self, at: int) -> int | None:
        """Give the nanoseconds until there is one; 0 is now, None is never."""
        passed = max(at - self._at, 0)
        self._at += passed
        self._tokens = min(self._tokens + self._rate * passed / SECOND, float(self._burst))
        if self._tokens >= 1:
            return 0
        if not self._burst:
            return None
        return max(round((1 - self._tokens) / self._rate * SECOND), 1)

    def take(self) -> None:
        """Take one that is there."""
        self._tokens -= 1
