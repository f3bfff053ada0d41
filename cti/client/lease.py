"""What is lent to a client for a time, and renewed while it is wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Protocol, Self

from cti.client.errors import ClientError
from cti.model.commands import Args

RETRY: Final = 5.0
"""Seconds after which a renewal that failed is tried again."""


class Timer(Protocol):
    """A call that comes later."""

    def cancel(self) -> object:
        """Make it not happen."""


class Lease:
    """A route point or monitor while the block of ``async with`` runs."""

    def __init__(
        self,
        begin: Args,
        end: Args,
        seconds: float,
        *,
        ask: Callable[[Args], Awaitable[Any]],
        tell: Callable[[Args, Callable[[object], object]], object],
        later: Callable[[float, Callable[[], object]], Timer],
    ) -> None:
        """``begin`` lends for ``seconds`` and renews, ``end`` gives back.

        ``ask`` gives a command and waits for its end; ``tell`` does not wait, and hands the
        result or error on; ``later`` calls after some seconds.
        """
        self._ask = ask
        self._tell = tell
        self._later = later
        self._begin = begin
        self._end = end
        self._seconds = seconds
        self._timer: Timer | None = None
        self._wanted = False

    async def __aenter__(self) -> Self:
        """Borrow; raise ``CommandError`` where that is refused."""
        await self._ask(self._begin)
        self._wanted = True
        self._wait(self._seconds / 2)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wanted = False
        if self._timer is not None:
            self._timer.cancel()
        with suppress(ClientError):  # it ends by itself
            await self._ask(self._end)

    def _wait(self, seconds: float) -> None:
        self._timer = self._later(seconds, self._renew)

    def _renew(self) -> None:
        self._timer = None
        self._tell(self._begin, self._renewed)

    def _renewed(self, result: object) -> None:
        if self._wanted:
            failed = isinstance(result, Exception)
            self._wait(min(RETRY, self._seconds / 2) if failed else self._seconds / 2)
