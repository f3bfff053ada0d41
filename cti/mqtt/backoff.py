"""How long to wait before the next connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cti.mqtt.reasons import Retry

_MOST_DOUBLINGS: Final = 16


class Backoff:
    """Full jitter: a random share of a ceiling that doubles with each failure in a row.

    A server that refuses for a reason that only a person can change is asked again after
    ``blocked``, once every address has said so.
    """

    def __init__(
        self,
        random: Callable[[], float],
        *,
        lowest: float = 0.1,
        highest: float = 10.0,
        blocked: float = 30.0,
    ) -> None:
        self._random = random
        self._lowest = lowest
        self._highest = highest
        self._blocked = blocked
        self._failures = 0
        self._blocks = 0

    def reset(self) -> None:
        """Begin anew after a connection that held."""
        self._failures = self._blocks = 0

    def delay(self, retry: Retry, addresses: int) -> float:
        """Count a failure and give the seconds to wait; ``random`` gives 0 up to 1."""
        self._failures += 1
        self._blocks = self._blocks + 1 if retry is Retry.LATER else 0
        if self._blocks >= addresses:
            return self._blocked * (0.5 + 0.5 * self._random())
        doublings = min(self._failures, _MOST_DOUBLINGS)
        ceiling = min(self._highest, self._lowest * 2.0**doublings)
        return max(self._lowest, self._random() * ceiling)
