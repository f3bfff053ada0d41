"""Values for one reader as they come: what is read with ``async for``."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Generic, Protocol, Self, TypeVar

from cti.client.values import Gap, Told

T_co = TypeVar("T_co", covariant=True)

ROOM: Final = 100_000
"""Events that wait for their reader; beyond that the oldest go, and a ``Gap`` says which."""


class Waiter(Protocol):
    """One wait, of whatever loop."""

    @property
    def awaitable(self) -> Awaitable[Any]:
        """What is awaited."""

    def succeed(self, value: object) -> None:
        """End the wait; nothing happens the second time."""

    def fail(self, error: Exception) -> None:
        """End the wait by raising; nothing happens the second time."""


class Stream(Generic[T_co]):
    """Values as they come, each once and in order.

    Use it with ``async for``. Within ``async with`` it is certain when it begins::

        async with client.events(ConnectionAlerting, device="201") as ringing:
            # Nothing that rings from here on is missed.
            async for event in ringing:
                ...
    """

    def __init__(
        self,
        waiter: Callable[[], Waiter],
        shown: Callable[[Any], T_co | None],
        reading: set[Stream[Any]],
        room: int = ROOM,
    ) -> None:
        """``shown`` makes of what arrives what the reader gets; None for nothing.

        ``reading`` holds the streams that somebody waits for. A reader that waits is held by
        its wait, that by the stream, and the stream by the reader: without it nothing outside
        would hold the three.
        """
        self._waiter = waiter
        self._shown = shown
        self._reading = reading
        self._room = room
        self._waiting: deque[Any] = deque()
        self._readers: list[Waiter] = []
        self._begun = False
        self._ended = False
        self._error: Exception | None = None
        self._dropped: Gap | None = None
        self._close: Callable[[], object] = lambda: None

    def closes(self, close: Callable[[], object]) -> None:
        """Call this when the reader goes, even without a word."""
        finalizer = weakref.finalize(self, close)
        finalizer.atexit = False
        self._close = finalizer

    # For the client.

    def put(self, value: object) -> None:
        """Add what comes next."""
        if self._ended:
            return
        if len(self._waiting) >= self._room:
            self._drop(self._waiting.popleft())
        self._waiting.append(value)
        self._wake()

    def begin(self) -> None:
        """Say that from now on nothing is missed."""
        self._begun = True
        self._wake()

    def end(self, error: Exception | None = None) -> None:
        """Let the reader come to its end after what is there."""
        if not self._ended:
            self._ended, self._error = True, error
            self._wake()

    def _drop(self, oldest: object) -> None:
        if isinstance(oldest, Told):
            first = oldest.offset if self._dropped is None else self._dropped.first
            self._dropped = Gap(oldest.event.switch_id, first, oldest.offset, "slow")

    def _wake(self) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            reader.succeed(None)

    async def _wait(self) -> None:
        reader = self._waiter()
        self._readers.append(reader)
        self._reading.add(self)
        try:
            await reader.awaitable
        finally:
            if reader in self._readers:
                self._readers.remove(reader)
            if not self._readers:
                self._reading.discard(self)

    # For the reader.

    async def ready(self) -> Self:
        """Wait until the broker has the subscription: no event after that is missed."""
        while not self._begun and not self._ended:
            await self._wait()
        if self._error is not None:
            raise self._error
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T_co:
        while True:
            while (value := self._next()) is not None:
                if (shown := self._shown(value)) is not None:
                    return shown
            if self._ended:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            await self._wait()

    def _next(self) -> object:
        dropped, self._dropped = self._dropped, None
        if dropped is not None:
            return dropped
        return self._waiting.popleft() if self._waiting else None

    async def __aenter__(self) -> Self:
        return await self.ready()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Want no more; a reader that waits comes to its end."""
        self._close()
        self._waiting.clear()
        self.end()
