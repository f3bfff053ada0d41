"""Patterns of names, as the configuration has them: ``201``, ``2??``, ``201-299``, ``*``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from typing import Final

EVERYTHING: Final = "*"
LONGEST: Final = 20_000
"""Names that a range may stand for."""

_RANGE: Final = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")


class Range:
    """Numbers from one to another; leading zeros count where both ends are equally long."""

    __slots__ = ("_high", "_low", "_width")

    def __init__(self, low: str, high: str) -> None:
        """Raise ``ValueError`` for a range that runs backwards or says nothing."""
        self._low, self._high = int(low), int(high)
        self._width = len(low) if len(low) == len(high) else 0
        if not self._width and any(len(end) > 1 and end.startswith("0") for end in (low, high)):
            raise ValueError(f"'{low}-{high}': ends with leading zeros must be equally long")
        if self._low > self._high:
            raise ValueError(f"'{low}-{high}' runs backwards")
        if self._high - self._low >= LONGEST:
            raise ValueError(f"'{low}-{high}' names more than {LONGEST}")

    def __contains__(self, name: str) -> bool:
        if not (name.isascii() and name.isdigit() and len(name) <= 15):
            return False
        if self._width and len(name) != self._width:
            return False
        if not self._width and name.startswith("0") and name != "0":
            return False
        return self._low <= int(name) <= self._high

    def __iter__(self) -> Iterator[str]:
        return (f"{number:0{self._width}d}" for number in range(self._low, self._high + 1))


def range_of(pattern: str) -> Range | None:
    """Read a range; None for another pattern. Raise ``ValueError`` for one that is wrong."""
    found = _RANGE.fullmatch(pattern)
    return None if found is None else Range(*found.groups())


def plain(pattern: str) -> bool:
    """Tell whether a pattern is the name of one object."""
    return not set(pattern) & set("*?[") and _RANGE.fullmatch(pattern) is None


class Patterns:
    """Several patterns; the first that matches a name is the one that counts."""

    __slots__ = ("_names", "_ranges", "_wild", "everything", "texts")

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Raise ``ValueError`` for a range that is wrong."""
        self.texts: Final = tuple(texts)
        self.everything: Final = EVERYTHING in self.texts
        self._names = {text: text for text in self.texts if plain(text)}
        ranges = ((text, range_of(text)) for text in self.texts)
        self._ranges = [(text, one) for text, one in ranges if one is not None]
        self._wild = [
            (text, re.compile(translate(text)))
            for text in self.texts
            if text not in self._names and range_of(text) is None
        ]

    def __bool__(self) -> bool:
        return bool(self.texts)

    def match(self, name: str) -> str | None:
        """Give the pattern that matches a name."""
        if self.everything:
            return EVERYTHING
        if name in self._names:
            return name
        for text, numbers in self._ranges:
            if name in numbers:
                return text
        return next((text for text, wild in self._wild if wild.match(name)), None)

    def __contains__(self, name: str) -> bool:
        return self.match(name) is not None

    @property
    def wild(self) -> list[str]:
        """The patterns that say nothing without a list of names."""
        return [text for text, _ in self._wild]

    def names(self, known: Iterable[str]) -> list[str]:
        """Give the names that are listed, those of ranges, and those known that match."""
        listed = [*self._names, *(name for _, numbers in self._ranges for name in numbers)]
        return list(dict.fromkeys([*listed, *(name for name in known if name in self)]))

    def any(self, names: Iterable[str]) -> str | None:
        """Give a pattern that matches one of several names."""
        return next((found for name in names if (found := self.match(name))), None)
