"""Data of calls: name spaces of applications, limits, merging, and data promised to a call.

Data may be given with a command that makes a call, or sends one elsewhere, before that call
is known. It is *promised*, and becomes call data with the first of: an event that shows that
this is the call, because the commanded device began it after the command was sent and dialled
what the command says; and the switch's answer that names the call. What turns out to be
another call's, or to belong to a command that failed, is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import UNSET

from cti import moment
from cti.model.data import CallData

OCTETS: Final = 16_384
"""JSON octets of all application data of one call."""
KEYS: Final = 64
"""Keys of all application data of one call."""
KEPT: Final = 60 * moment.SECOND
"""How long data waits for a call that is said to be on its way."""
PROMISES: Final = 2_000

App = dict[str, dict[str, Any]]
"""Name space of an application to keys and values."""


def attached(data: CallData, namespace: str, delta: dict[str, Any]) -> App:
    """Give all application data after a change; a key with None is taken away."""
    known = {} if data.app is UNSET else data.app
    mine = {**known.get(namespace, {}), **delta}
    kept = {key: value for key, value in mine.items() if value is not None}
    return {**known, namespace: kept}


def before(data: CallData, namespace: str, delta: dict[str, Any]) -> dict[str, Any]:
    """Give the change that takes ``delta`` back, as far as it still stands there."""
    known = {} if data.app is UNSET else data.app.get(namespace, {})
    return {key: known.get(key) for key in delta}


def excess(app: App) -> str | None:
    """Tell which limit application data goes beyond; None for none."""
    keys = sum(len(space) for space in app.values())
    if keys > KEYS:
        return f"{keys} keys on the call, at most {KEYS} are kept"
    try:
        octets = len(msgspec.json.encode(app))
    except (UnicodeEncodeError, TypeError, RecursionError):
        return "data that is no JSON"
    return (
        f"{octets} octets on the call, at most {OCTETS} are kept" if octets > OCTETS else None
    )


def joined(survivor: CallData, absorbed: CallData, absorbed_id: str) -> CallData:
    """Give what a surviving call learns of the data of the one that it absorbs.

    The survivor's own wins; what only the absorbed call has is added; application data that
    lost stands in the name space ``merged.CALL``, by the name space that it had.
    """
    news: dict[str, Any] = {}
    for name in CallData.__struct_fields__:
        mine, theirs = getattr(survivor, name), getattr(absorbed, name)
        if theirs is UNSET or theirs == mine:
            continue
        if mine is UNSET:
            news[name] = theirs
        elif name == "app":
            news[name] = _joined_app(mine, theirs, f"merged.{absorbed_id}")
        elif isinstance(mine, dict):
            news[name] = {**theirs, **mine}
    return CallData(**{key: value for key, value in news.items() if value is not UNSET})


def _joined_app(mine: App, theirs: App, place: str) -> App:
    app = dict(mine)
    lost: dict[str, Any] = {}
    for namespace, space in theirs.items():
        own = mine.get(namespace, {})
        app[namespace] = {**space, **own}
        losers = {key: value for key, value in space.items() if own.get(key, value) != value}
        if losers:
            lost[namespace] = losers
    return {**app, place: lost} if lost else app


class Promise:
    """Data that waits for its call."""

    __slots__ = (
        *("at", "call_id", "data", "device", "dialled", "namespace", "native", "token"),
        *("taken_back", "until"),
    )

    def __init__(self, token: int, namespace: str, data: dict[str, Any], at: int) -> None:
        self.token = token
        """Of the command."""
        self.namespace = namespace
        self.data = data
        self.at = at
        self.until: int | None = None
        """When nobody waits for the call any more; None while the command is out."""
        self.device: str | None = None
        """Who begins the call."""
        self.dialled: str | None = None
        self.native: str | None = None
        """The call in the switch's words, where it is known beforehand."""
        self.call_id: str | None = None
        """The call that has the data."""
        self.taken_back: dict[str, Any] = {}
        """The change that takes it back from there."""


class Promises:
    """All data that waits, by the token of its command."""

    def __init__(self) -> None:
        self._by_token: dict[int, Promise] = {}

    def __len__(self) -> int:
        return len(self._by_token)

    def __iter__(self) -> Iterator[Promise]:
        return iter(list(self._by_token.values()))

    def add(self, promise: Promise) -> None:
        """Take a promise; the oldest goes when there are too many."""
        for old in self:
            if old.until is not None and old.until <= promise.at:
                del self._by_token[old.token]
        self._by_token[promise.token] = promise
        if len(self._by_token) > PROMISES:
            del self._by_token[next(iter(self._by_token))]

    def get(self, token: int) -> Promise | None:
        """Find the promise of a command."""
        return self._by_token.get(token)

    def drop(self, promise: Promise) -> None:
        """Wait for the call no more."""
        self._by_token.pop(promise.token, None)

    def of(
        self, native: str, callers: set[str | None], dialled: set[str], begun: int
    ) -> Promise | None:
        """Find the promise that a call is meant with; None if none or more than one fits.

        One of ``callers`` began the call at ``begun`` and dialled one of ``dialled``.
        """
        fit = [
            one
            for one in self._by_token.values()
            if one.call_id is None
            and (
                (one.native == native and (one.until is None or begun <= one.until))
                if one.native is not None
                else one.device in callers and one.dialled in dialled and begun >= one.at
            )
        ]
        return fit[0] if len(fit) == 1 else None
