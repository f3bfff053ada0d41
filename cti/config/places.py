"""Where in a TOML file a key stands. ``tomllib`` does not tell, so the file is read again."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from cti.config.errors import Problem

_HEADER: Final = re.compile(r"\s*\[(?!\[)(.*)\]\s*(?:#.*)?")
_ARRAY: Final = re.compile(r"\s*\[\[(.*)\]\]\s*(?:#.*)?")
_MOST_TRIES: Final = 200
"""Ends that are tried for one value over several lines."""
_ENDS: Final = ("]", "}", '"""', "'''")

_Path = tuple[str, ...]


def places(text: str) -> dict[_Path, int]:
    """Give the line, from 1, of every table and key of a valid file.

    A table in an array of tables has its place behind its name: ``route_point[0]``.
    """
    found: dict[_Path, int] = {}
    counts: Counter[_Path] = Counter()
    table: _Path = ()
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        begun = number + 1
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        array = _ARRAY.fullmatch(line)
        if array is not None and (path := _key(array[1] + " = 0")) is not None:
            table = (*path[:-1], f"{path[-1]}[{counts[path]}]")
            counts[path] += 1
            for place in (*(path[:length] for length in range(1, len(path) + 1)), table):
                found.setdefault(place, begun)
            continue
        header = _HEADER.fullmatch(line)
        if header is not None and (path := _key(header[1] + " = 0")) is not None:
            table = path
            for length in range(1, len(path) + 1):
                found.setdefault(path[:length], begun)
            continue
        statement = line
        path = _key(statement)
        tries = 0
        while path is None and number < len(lines) and tries < _MOST_TRIES:
            # Only what may be an end is tried: a long array costs no square of its length.
            statement += "\n" + lines[number]
            ends = lines[number].partition("#")[0].rstrip().endswith(_ENDS)
            number += 1
            if ends:
                tries += 1
                path = _key(statement)
        if path is None:
            break
        for length in range(1, len(path) + 1):
            found.setdefault((*table, *path[:length]), begun)
    return found


def _key(statement: str) -> _Path | None:
    """Give the one key that a statement sets; None if it is not whole."""
    try:
        value: Any = tomllib.loads(statement)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    path: list[str] = []
    depth = _depth(statement)
    while isinstance(value, dict) and value and len(path) < depth:
        (name, value), *_ = value.items()
        path.append(name)
    return tuple(path)


def _depth(statement: str) -> int:
    """Count the parts of a dotted key, before the equals sign."""
    count, quote = 1, ""
    for character in statement:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ".":
            count += 1
        elif character == "=":
            break
    return count


def placed(problems: Sequence[Problem], text: str) -> list[Problem]:
    """Give the problems with their lines, in the order of the file."""
    known = {_written(path): line for path, line in places(text).items()} if problems else {}
    result = [
        problem
        if problem.line is not None
        else Problem(problem.key, problem.reason, _line(problem.key, known))
        for problem in problems
    ]
    last = len(text) + 1
    return sorted(result, key=lambda problem: problem.line or last)


def _written(path: _Path) -> str:
    return ".".join(path).replace('"', "")


def _line(key: str, known: dict[str, int]) -> int | None:
    key = key.replace('"', "")
    while key:
        if key in known:
            return known[key]
        key = key.rpartition("[" if key.endswith("]") else ".")[0]
    return None
