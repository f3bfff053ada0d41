"""The writer: one thread that commits, so that the reactor never waits for a disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import structlog
from twisted.internet.defer import Deferred

from cti.kept import Changes, KeptMessage
from cti.store.errors import StoreError
from cti.store.store import Store

_T = TypeVar("_T")
Done = Callable[[str | None], object]
"""Told why changes are not stored, or None when they are."""


_Job = Callable[[Store], object]
_Answered = Callable[[Any], object]


class Writer:
    """The thread of one store. It has the store from ``start`` on, and closes it."""

    def __init__(self, store: Store, reactor: Any) -> None:
        self.path: Final = store.path
        self._store: Final = store
        self._reactor = reactor
        self._since: deque[float] = deque()
        """When each commit that is not done was asked for."""
        self._log: Any = structlog.get_logger("cti.store")
        self._jobs: SimpleQueue[tuple[_Job, _Answered] | None] = SimpleQueue()
        self._stopped: Deferred[None] = Deferred()
        # Not waited for when the process ends in a hurry: a commit is whole or it is not.
        self._thread = threading.Thread(
            target=self._run, name=f"store {store.path}", daemon=True
        )

    def start(self) -> None:
        """Take the store over."""
        self._thread.start()

    def commit(self, changes: Changes, done: Done) -> None:
        """Store changes after all before them; tell in the reactor's thread how it went."""

        def answered(answer: object) -> None:
            done(_reason(answer))

        self.ask(lambda store: store.write(changes), answered)

    def ask(self, job: Callable[[Store], _T], done: Callable[[_T | Exception], object]) -> None:
        """Do something with the store after all before it; tell what came of it."""
        self._since.append(self._reactor.seconds())
        self._jobs.put((job, done))

    @property
    def stuck(self) -> float:
        """Seconds that the oldest commit has not been answered; 0 while none is out."""
        return float(self._reactor.seconds() - self._since[0]) if self._since else 0.0

    def stop(self) -> Deferred[None]:
        """Close the store behind all commits; fire when the thread is over."""
        if self._thread.ident is None:
            self._closed(self._close())
        else:
            self._jobs.put(None)
        return self._stopped

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, done = job
            self._reactor.callFromThread(self._answered, done, self._answer(work))
        self._reactor.callFromThread(self._closed, self._close())

    def _answered(self, done: _Answered, answer: object) -> None:
        self._since.popleft()
        done(answer)

    def _answer(self, work: _Job) -> object:
        try:
            return work(self._store)
        except Exception as error:  # noqa: BLE001 # the thread must answer, whatever it is
            return error

    def _close(self) -> str | None:
        try:
            self._store.close()
        except StoreError as error:
            return error.reason
        return None

    def _closed(self, reason: str | None) -> None:
        if reason is not None:  # what was committed is in the log, and is read from there
            self._log.warning("store not closed in order", file=self._store.path, reason=reason)
        if self._thread.ident is not None:
            self._thread.join()
        self._stopped.callback(None)


def _reason(answer: object) -> str | None:
    match answer:
        case StoreError():
            return answer.reason
        case Exception():
            return repr(answer)
        case _:
            return None


class Shelf:
    """The messages of a store, read by its thread."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def ahead(
        self, after: int, most: int, done: Callable[[list[KeptMessage] | Exception], object]
    ) -> None:
        """Read the messages behind a place, at most so many."""
        self._writer.ask(lambda store: store.ahead(after, most), done)

    def events(
        self,
        first: int,
        last: int,
        most: int,
        done: Callable[[list[KeptMessage] | Exception], object],
    ) -> None:
        """Read events of a range of offsets, at most so many."""
        self._writer.ask(lambda store: store.events(first, last, most), done)
