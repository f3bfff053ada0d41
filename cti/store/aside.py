"""A damaged store is set aside, and a new one is begun in its place.

Only what is in the file can be wrong for good. A store that is in use, of another switch, of a
newer release, or on a disk that cannot be read or written is refused: it is as good as before
when that is over.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from cti import moment
from cti.identity import StartingState
from cti.store.errors import StoreError
from cti.store.store import Store

_PARTS: Final = ("", "-wal", "-journal")
"""What belongs to a store: the file, and what SQLite puts beside it."""


class Aside(Struct, frozen=True):
    """A store that was set aside."""

    reason: str
    files: tuple[str, ...]
    """Where it is now."""


class Opened(Struct, frozen=True):
    """A store that can be used, with all that the Engine goes on from."""

    store: Store
    start: StartingState
    aside: Aside | None = None


def open_store(
    path: Path, switch_id: str, now: int, opens: Callable[[Path, str], Store] = Store
) -> Opened:
    """Open the store of a switch; set a damaged one aside and begin another.

    The first event of the new one has an offset that no event of the old one had: it is made
    of the time, in milliseconds. Raise ``StoreError`` for a store that is refused.
    """
    try:
        return _opened(opens(path, switch_id))
    except StoreError as error:
        if not error.damaged:
            raise
        aside = Aside(error.reason, tuple(_set_aside(path, now)))
    opened = _opened(opens(path, switch_id))
    opened.store.begin_at(now // (moment.SECOND // 1000))
    return Opened(opened.store, opened.start, aside)


def _opened(store: Store) -> Opened:
    try:
        start = store.load()
        store.commands()
    except BaseException:
        store.close()
        raise
    return Opened(store, start)


def _set_aside(path: Path, now: int) -> list[str]:
    """Rename the files of a store, and delete nothing; the file itself goes last."""
    time = moment.text(now)[:19].replace(":", "").replace("-", "")
    number = 0
    while any(_name(path, time, number, part).exists() for part in _PARTS):
        number += 1
    moved = []
    for part in reversed(_PARTS):
        old, new = path.with_name(path.name + part), _name(path, time, number, part)
        try:
            os.rename(old, new)  # the same for a file that is not there
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(str(old), f"damaged, and cannot be set aside: {error}") from None
        moved.append(str(new))
    return moved[::-1]


def _name(path: Path, time: str, number: int, part: str) -> Path:
    again = f"-{number}" if number else ""
    return path.with_name(f"{path.name}.damaged-{time}{again}{part}")
