"""Upkeep of a store while the daemon runs: marks, what must go, and room on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import structlog
from msgspec import Struct

from cti.clock import Clock, Delayed
from cti.kept import Mark
from cti.store.messages import Gap, Limits, Trimmed
from cti.store.store import Store
from cti.store.stream import Stream
from cti.store.writer import Writer

PERIOD: Final = 1.0
"""Seconds after which it is stored what the broker has taken over."""
LOOK: Final = 10.0
"""Seconds between two looks at what must go."""
SCARCE: Final = 0.02
"""Part of the disk that must be free,"""
ENOUGH: Final = 1_000_000_000
"""or this many octets, if that is less."""


class Owner(Protocol):
    """Who learns what the upkeep found: the runner."""

    def scarce(self, reason: str) -> None:
        """Learn that there is hardly any room on the disk; an empty reason: there is again."""

    def trimmed(self, trimmed: Trimmed) -> None:
        """Learn that messages were lost."""


class _Found(Struct, frozen=True):
    trimmed: Trimmed
    free: float
    """Octets that are free, as a part of those that must be."""


def free(path: str) -> float:
    """Give the free octets of a disk, as a part of those that must be free."""
    disk = os.statvfs(Path(path).parent)
    wanted = min(disk.f_blocks * disk.f_frsize * SCARCE, ENOUGH)
    return disk.f_bavail * disk.f_frsize / wanted if wanted else 1.0


class Upkeep:
    """The upkeep of one store. All that touches the disk is done by the writer's thread."""

    def __init__(
        self,
        writer: Writer,
        stream: Stream,
        limits: Limits,
        gap: Gap,
        clock: Clock,
        now: Callable[[], int],
        owner: Owner,
        free: Callable[[str], float] = free,
    ) -> None:
        self.scarce = False
        self.octets = 0
        """Octets of the file that were in use at the last look."""
        self._writer = writer
        self._stream = stream
        self.limits = limits
        self._gap = gap
        self._clock = clock
        self._now = now
        self._owner = owner
        self._free = free
        self._log: Any = structlog.get_logger("cti.store")
        self._timer: Delayed | None = None
        self._looked = 0.0
        self._looking = False

    def start(self) -> None:
        """Begin; look at once."""
        self._looked = self._clock.seconds() - LOOK
        self._tick()

    def stop(self) -> None:
        """Store a last time what the broker has taken over, and end."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        self._mark()

    def _tick(self) -> None:
        self._timer = self._clock.callLater(PERIOD, self._tick)
        self._stream.start()  # where reading failed
        self._mark()
        if not self._looking and self._clock.seconds() - self._looked >= LOOK:
            self._look()

    def _mark(self) -> None:
        mark = self._stream.mark()
        if mark is not None:
            self._writer.ask(lambda store: store.settle(mark), self._marked(mark))

    def _marked(self, mark: Mark) -> Callable[[object], None]:
        def done(answer: object) -> None:
            if not isinstance(answer, Exception):
                self._stream.marked(mark)

        return done

    def _look(self) -> None:
        self._looking = True
        self._looked = self._clock.seconds()
        limits, now, beyond = self.limits, self._now(), self._stream.beyond
        if self.scarce:  # what the broker has is the first to go: its room is used again
            limits = Limits(limits.octets, limits.age, limits.messages, 0, 0.0)

        def look(store: Store) -> _Found:
            trimmed = store.trim(limits, now, beyond, self._gap)
            self.octets = store.octets
            return _Found(trimmed, self._free(store.path))

        self._writer.ask(look, self._found)

    def _found(self, found: _Found | Exception) -> None:
        self._looking = False
        if isinstance(found, Exception):
            self._log.warning("store not looked after", reason=str(found))
            return
        trimmed = found.trimmed
        if trimmed.lost or trimmed.others:
            self._owner.trimmed(trimmed)
        if found.free < 1.0 and not self.scarce:
            self.scarce = True
            self._owner.scarce("hardly any room is left on the disk")
        elif found.free > 1.5 and self.scarce:
            self.scarce = False
            self._owner.scarce("")
        if trimmed.more and self._timer is not None:
            self._look()
