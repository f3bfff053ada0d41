"""The keys of ``ctid.toml`` as a table for people and as a JSON Schema for editors."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from cti.config.sections import Config

_WORDS: Final[dict[Any, str]] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "`true`, `false`",
    Any: "any",
}


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **msgspec.json.schema(Config),
    }


def schema_text() -> str:
    """Give it as it stands in ``etc/ctid.schema.json``."""
    octets = msgspec.json.encode(schema(), order="deterministic")
    return msgspec.json.format(octets, indent=2).decode() + "\n"


def tables() -> str:
    """Give one Markdown table for each section."""
    return "\n".join(_section("", Config, "The whole file."))


def _section(name: str, kind: type[Struct], about: str) -> Iterator[str]:
    fields = msgspec.structs.fields(kind)
    inner: list[tuple[str, type[Struct], str]] = []
    rows: list[str] = []
    for field in fields:
        bare, metas = _bare(field.type)
        words = next((meta.description for meta in metas if meta.description), "")
        section = _struct(bare)
        key = f"{name}.{field.encode_name}" if name else field.encode_name
        if section is not None:
            key += ".NAME" if get_origin(bare) is dict else ""
            key = f"[{key}]" if get_origin(bare) is tuple else key
            inner.append((key, section, words))
        else:
            default = _default(field)
            rows.append(
                f"| `{field.encode_name}` | {_kind(bare, metas)} | {default} | {words} |"
            )
    if rows:
        yield f"### `[{name}]`"
        yield ""
        yield (kind.__doc__ or about).strip().replace("\n    ", "\n")
        yield ""
        yield "| key | value | default | meaning |"
        yield "| --- | --- | --- | --- |"
        yield from rows
        yield ""
    for key, section, words in inner:
        yield from _section(key, section, words)


def _bare(kind: Any) -> tuple[Any, list[Meta]]:
    """Take ``Annotated`` and ``| None`` off; the outermost description comes first."""
    metas: list[Meta] = []
    while True:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            metas += [meta for meta in reversed(arguments[1:]) if isinstance(meta, Meta)]
            kind = arguments[0]
        elif origin in (Union, types.UnionType):
            (kind,) = (one for one in arguments if one is not type(None))
        else:
            return kind, metas


def _struct(kind: Any) -> type[Struct] | None:
    if get_origin(kind) is dict:
        kind = _bare(get_args(kind)[1])[0]
    elif get_origin(kind) is tuple:
        kind = _bare(get_args(kind)[0])[0]
    return kind if isinstance(kind, type) and issubclass(kind, Struct) else None


def _kind(kind: Any, metas: list[Meta]) -> str:
    """Name a type with its bounds."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in arguments)
    if origin is tuple:
        return f"array of {_kind(*_bare(arguments[0]))}"
    if origin is dict:
        value, bounds = _bare(arguments[1])
        return f"table of {_kind(value, bounds)}"
    word = _WORDS[kind]
    if any("path" in (meta.extra or {}) for meta in metas):
        return "path"
    for meta in metas:
        if meta.ge is not None and meta.le is not None:
            return f"{word}, {meta.ge} to {meta.le}"
        if meta.gt is not None and meta.le is not None:
            return f"{word}, above {meta.gt}, to {meta.le}"
    return word


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "**required**"
    value = field.default_factory() if field.default is NODEFAULT else field.default
    if value is None or value in ((), {}, ""):
        return ""
    return f"`{msgspec.json.encode(value).decode()}`"
