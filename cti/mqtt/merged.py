"""One source made of several: each has its turn, and keeps its order."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Protocol

from typing_extensions import override

from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import MemoryOutbox, Source
from cti.mqtt.reasons import Reason


class Named(Source, Protocol):
    """A source whose tokens are pairs, of which its name is the first."""

    @property
    def name(self) -> str:
        """Its name."""

    def __len__(self) -> int:
        """Count what the server has not taken over."""

    @property
    def idle(self) -> bool:
        """Whether there is nothing that the server has not."""

    def retry_refused(self) -> int:
        """Hand out again what was refused, and give its number."""


class MergedOutbox(Source):
    """A small outbox in memory that goes first, and sources that share the rest.

    Each source may fill an equal part of a batch, and what others leave.
    """

    def __init__(self, own: MemoryOutbox) -> None:
        self.own: Final = own
        self.settled: Callable[[], object] = _nothing
        """Called when the server took over or refused a message."""
        self._sources: dict[str, Named] = {}
        self._turn = 0

    def add(self, source: Named) -> None:
        """Take a source; raise ``ValueError`` for a name that another one has."""
        if source.name in self._sources:
            raise ValueError(f"two sources are called {source.name!r}")
        self._sources[source.name] = source

    def remove(self, name: str) -> None:
        """Leave a source; what it handed out is nobody's."""
        self._sources.pop(name, None)

    def __len__(self) -> int:
        return len(self.own) + sum(len(source) for source in self._sources.values())

    @property
    def idle(self) -> bool:
        """Whether there is nothing that the server has not."""
        return not len(self.own) and all(source.idle for source in self._sources.values())

    def retry_refused(self) -> int:
        """Hand out again what was refused, and give its number."""
        again = sum(source.retry_refused() for source in self._sources.values())
        return self.own.retry_refused() + again

    @override
    def next_batch(self, n: int) -> list[Publication]:
        batch = self.own.next_batch(n)
        sources = list(self._sources.values())
        if not sources:
            return batch
        self._turn = (self._turn + 1) % len(sources)
        hungry = sources[self._turn :] + sources[: self._turn]
        while hungry and len(batch) < n:
            share = max(1, (n - len(batch)) // len(hungry))
            for source in list(hungry):
                room = min(share, n - len(batch))
                given = source.next_batch(room)
                batch += given
                if len(given) < share:
                    hungry.remove(source)
        return batch

    @override
    def acknowledged(self, token: Hashable) -> None:
        if (source := self._of(token)) is not None:
            source.acknowledged(token)
        self.settled()

    @override
    def refused(self, token: Hashable, reason: Reason) -> None:
        if (source := self._of(token)) is not None:
            source.refused(token, reason)
        self.settled()

    def _of(self, token: Hashable) -> Source | None:
        return self._sources.get(token[0]) if isinstance(token, tuple) else self.own


def _nothing() -> None:
    """Do nothing."""
