"""Options of a driver as words of a command line: ``dialect=panasonic``, ``login.name=me``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any


def parse(words: Iterable[str]) -> dict[str, Any]:
    """Read ``key=value`` words; dots go into tables, values are TOML or else plain text.

    Raises ``ValueError`` that names the word.
    """
    options: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        *tables, last = key.split(".")
        if not equals or not all((*tables, last)):
            raise ValueError(f"{word!r}: KEY=VALUE is expected")
        place: Any = options
        for table in tables:
            place = place.setdefault(table, {}) if isinstance(place, dict) else None
        if not isinstance(place, dict):
            raise ValueError(f"{word!r}: leads into what is no table")  # noqa: TRY004
        place[last] = _value(text)
    return options


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
