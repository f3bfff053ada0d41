"""Errors of the store."""

from __future__ import annotations

from typing import Final

import apsw

ANEW: Final = "set it aside with its -wal file to begin anew; calls then get new ids"
"""What can be done about a store that cannot be used."""


class StoreError(Exception):
    """A store cannot be opened, read or written."""

    def __init__(self, path: str, reason: str, *, damaged: bool = False) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.damaged = damaged
        """Whether what is in the file is wrong: it will not be better another time."""


def reason(error: apsw.Error) -> str:
    """Say what is wrong, and where it helps what to do about it."""
    match error:
        case apsw.BusyError() | apsw.LockedError():
            return "in use by another process: one daemon at a time has it"
        case apsw.NotADBError():
            return f"not a database, or damaged from its begin; {ANEW}"
        case apsw.CorruptError():
            return f"damaged: {error}; {ANEW}"
        case apsw.FullError():
            return "no space left on the disk"
        case apsw.ReadOnlyError():
            return "may not be written to"
        case apsw.CantOpenError():
            return "cannot be opened"
        case _:
            return f"{type(error).__name__}: {error}"


def of_database(path: str, error: apsw.Error | UnicodeDecodeError) -> StoreError:
    """Make an error of ours of what the database raised."""
    if isinstance(error, UnicodeDecodeError):
        return StoreError(path, f"damaged: {error}; {ANEW}", damaged=True)
    damaged = isinstance(error, apsw.NotADBError | apsw.CorruptError)
    return StoreError(path, reason(error), damaged=damaged)
