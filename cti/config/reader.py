"""From TOML's tables to typed values, key by key, so that one error hides no other."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from cti.config import files, words
from cti.config.errors import Problem
from cti.safe import SECRETS

IN_A_FILE: Final = "secrets do not stand in this file: name a file that holds it, password_file"
_WRONG: Final = object()
"""Stands for a value that could not be made."""


class Reader:
    """Makes typed values and gathers what is wrong."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self.values: list[tuple[str, Struct]] = []
        """Every section that could be made, with its place in the file."""
        self._folder = folder
        self._environ = environ

    def read(self, raw: Any, kind: type[Struct]) -> Any:
        """Make a ``kind`` of the whole file; None where something is wrong with it."""
        value = self._table(raw, kind, "")
        return None if self.problems else value

    def _wrong(self, key: str, reason: str) -> Any:
        self.problems.append(Problem(key, reason))
        return _WRONG

    # One method for each shape of a type.

    def _value(self, raw: Any, kind: Any, key: str) -> Any:
        kind, metas = _bare(kind)
        value = self._bare_value(raw, kind, metas, key)
        for meta in metas:
            if value is _WRONG:
                break
            value = self._further(value, meta.extra or {}, key)
        return value

    def _bare_value(self, raw: Any, kind: Any, metas: list[Meta], key: str) -> Any:
        origin, arguments = get_origin(kind), get_args(kind)
        if isinstance(kind, type) and issubclass(kind, Struct):
            return self._table(raw, kind, key)
        if origin is dict and isinstance(raw, dict) and arguments[1] is not Any:
            return self._named(raw, arguments[1], metas, key)
        if origin is tuple and isinstance(raw, list):
            return self._array(raw, arguments[0], metas, key)
        return self._plain(raw, kind, metas, key)

    def _table(self, raw: Any, kind: type[Struct], key: str) -> Any:
        if not isinstance(raw, dict):
            return self._wrong(key, f"must be a table, is {_described(raw)}")
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        good = True
        for name in raw:
            if name not in fields:
                good = False
                self._wrong(_join(key, name), _unknown(name, list(fields)))
        made: dict[str, Any] = {}
        for name, field in fields.items():
            if name in raw:
                value = self._value(raw[name], field.type, _join(key, name))
                good = good and value is not _WRONG
                made[field.name] = value
            elif field.required:
                good = False
                self._wrong(_join(key, name), "missing")
        if not good:
            return _WRONG
        value = kind(**made)
        self.values.append((key, value))
        return value

    def _named(self, raw: dict[str, Any], kind: Any, metas: list[Meta], key: str) -> Any:
        """Read a table whose keys are names that the operator chose."""
        sections = isinstance(kind, type) and issubclass(kind, Struct)
        extra = {key: value for meta in metas for key, value in (meta.extra or {}).items()}
        check = extra.get("names", words.name)
        made = {}
        for name, item in raw.items():
            if sections:
                try:
                    check(name)
                except ValueError as error:
                    made[name] = self._wrong(_join(key, name), str(error))
            value = self._value(item, kind, _join(key, name))
            made[name] = made.get(name, value)
        if any(value is _WRONG for value in made.values()):
            return _WRONG
        return self._bounded(made, dict[str, Any], metas, key)

    def _array(self, raw: list[Any], kind: Any, metas: list[Meta], key: str) -> Any:
        made = [self._value(item, kind, f"{key}[{place}]") for place, item in enumerate(raw)]
        if any(value is _WRONG for value in made):
            return _WRONG
        return self._bounded(made, tuple[Any, ...], metas, key)

    def _bounded(self, made: Any, kind: Any, metas: list[Meta], key: str) -> Any:
        if not made and any(meta.min_length for meta in metas):
            return self._wrong(key, "empty")
        return self._plain(made, kind, metas, key)

    def _plain(self, raw: Any, kind: Any, metas: list[Meta], key: str) -> Any:
        annotated: Any = kind
        for meta in metas:
            annotated = Annotated[annotated, meta]
        if isinstance(raw, float) and not abs(raw) < float("inf"):
            return self._wrong(key, f"{raw} is no number of use")
        try:
            return msgspec.convert(raw, annotated)
        except msgspec.ValidationError as error:
            if get_origin(kind) is Literal:
                return self._wrong(key, _no_choice(raw, get_args(kind)))
            what = str(error).partition(" - at `")[0].replace("`", "")
            got = "" if "got" in what else f", got {_described(raw)}"
            return self._wrong(key, what[:1].lower() + what[1:] + got)

    def _further(self, value: Any, extra: Mapping[str, Any], key: str) -> Any:
        check: Callable[[str], object] | None = extra.get("check")
        try:
            if "unix" in extra and value.startswith("unix:"):
                path = value.removeprefix("unix:")
                value = f"unix:{files.absolute(path, self._folder, self._environ)}"
            if check is not None:
                check(value)
            if "path" in extra:
                return files.absolute(value, self._folder, self._environ)
        except ValueError as error:
            return self._wrong(key, str(error))
        return value


def _bare(kind: Any) -> tuple[Any, list[Meta]]:
    """Take ``Annotated`` and ``| None`` off a type; TOML has no null."""
    metas: list[Meta] = []
    while True:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            kind = arguments[0]
            metas += [meta for meta in arguments[1:] if isinstance(meta, Meta)]
        elif origin in (Union, types.UnionType):
            (kind,) = (one for one in arguments if one is not type(None))
        else:
            return kind, metas


def _join(key: str, name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    shown = name if plain else f'"{name}"' if name.isprintable() else repr(name)
    return f"{key}.{shown}" if key else shown


def _described(raw: Any) -> str:
    """Show a value of TOML in a few words."""
    match raw:
        case dict():
            return "a table"
        case list():
            return f"an array of {len(raw)}"
        case bool():
            return str(raw).lower()
        case str() if len(raw) > 40:
            return f"a text of {len(raw)} characters"
        case _:
            return repr(raw)


def _unknown(name: str, known: list[str]) -> str:
    if name in SECRETS:
        return IN_A_FILE
    close = get_close_matches(name, known, 1)
    if close:
        return f"no such key; did you mean {close[0]!r}?"
    return f"no such key; known here: {', '.join(sorted(known))}"


def _no_choice(raw: Any, choices: tuple[Any, ...]) -> str:
    reason = f"{_described(raw)} is none of {', '.join(choices)}"
    close = get_close_matches(raw, choices, 1) if isinstance(raw, str) else []
    return f"{reason}; did you mean {close[0]!r}?" if close else reason
