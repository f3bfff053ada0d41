"""The gate before a link's requests: how many a second are served, and how many may wait.

A switch that is asked faster than it works answers late and in order; beyond a limit it
refuses. It says so with SystemStatus before, at and after (ECMA-269 overload statuses).
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Final

from protocols.csta.phase3._codec_phase3 import SystemStatus

_INVOKE: Final = 0xA1
"""First octet of a request; everything else passes at once."""


class Verdict(Enum):
    """What becomes of an APDU."""

    PASS = "pass"  # noqa: S105 - no password
    WAIT = "wait"
    REFUSE = "refuse"


class Gate:
    """Let requests of one link through at a rate, in order."""

    def __init__(self, rate: float, most: int) -> None:
        self._every = 1.0 / rate if rate else 0.0
        self._most = most
        """Requests that may wait; 0 for any number."""
        self._waiting: deque[bytes] = deque()
        self._free_at = 0.0
        self._level = SystemStatus.NORMAL

    @property
    def due(self) -> float | None:
        """When the next request that waits is served; ``None`` when none waits."""
        return self._free_at if self._waiting else None

    def put(self, octets: bytes, now: float) -> Verdict:
        """Take an APDU of the client."""
        if not self._every or octets[:1] != bytes((_INVOKE,)):
            return Verdict.PASS
        if not self._waiting and self._free_at <= now:
            self._free_at = now + self._every
            return Verdict.PASS
        if self._most and len(self._waiting) >= self._most:
            return Verdict.REFUSE
        self._waiting.append(octets)
        return Verdict.WAIT

    def take(self, now: float) -> bytes | None:
        """Give the request that is served now, if one is due."""
        if not self._waiting or self._free_at > now:
            return None
        self._free_at += self._every
        return self._waiting.popleft()

    def change(self) -> SystemStatus | None:
        """Give the status to report because of how many wait; ``None`` for nothing new.

        Half of the limit is imminent, the limit is reached, a quarter relieves.
        """
        if not self._most:
            return None
        waiting, level = len(self._waiting), self._level
        if waiting >= self._most:
            level = SystemStatus.OVERLOAD_REACHED
        elif waiting * 4 <= self._most:
            level = SystemStatus.NORMAL
        elif waiting * 2 >= self._most and level is SystemStatus.NORMAL:
            level = SystemStatus.OVERLOAD_IMMINENT
        if level is self._level:
            return None
        self._level = level
        return SystemStatus.OVERLOAD_RELIEVED if level is SystemStatus.NORMAL else level
