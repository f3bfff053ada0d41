"""The messages of a store, read at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cti.store import Store
from cti.store.errors import StoreError
from cti.store.messages import Gone


class Direct:
    """Reads when it is asked, or fails when the test says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.fails = False

    def ahead(self, after: int, most: int, done: Any) -> None:
        self._answer(lambda: self.store.ahead(after, most), done)

    def events(self, first: int, last: int, most: int, done: Any) -> None:
        self._answer(lambda: self.store.events(first, last, most), done)

    def _answer(self, read: Callable[[], Any], done: Any) -> None:
        if self.fails:
            done(StoreError(self.store.path, "planted"))
            return
        try:
            found = read()
        except (StoreError, Gone) as error:
            done(error)
        else:
            done(found)
