"""Errors of the configuration.

::

    ConfigError    one file with everything that is wrong with it
     +-- .errors   list of Problem(key, reason, line)
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True, gc=False):
    """One thing that is wrong."""

    key: str
    """Section and key, joined by dots; empty for the file as a whole."""
    reason: str
    line: int | None = None
    """Line in the file, from 1; None where it was not found."""

    def text(self, file: str) -> str:
        """Say it in one line, as compilers do."""
        where = file if self.line is None else f"{file}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.reason) if part)


class ConfigError(Exception):
    """A configuration cannot be used; ``errors`` tells everything that is wrong with it."""

    def __init__(self, file: str, errors: Iterable[Problem]) -> None:
        self.file = file
        self.errors = list(errors)
        super().__init__("\n".join(error.text(file) for error in self.errors))
