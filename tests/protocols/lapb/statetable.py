"""Print what a machine does in every state on every event, and compare with a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec


def show(value: Any) -> str:
    """Write a record on one line: names of members, octets in hex, flags that are set."""
    if isinstance(value, Enum):
        return value.name or str(value.value)
    if isinstance(value, bytes):
        return value.hex() or "''"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(show, value)) + "]"
    if isinstance(value, msgspec.Struct):
        parts = []
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if isinstance(inner, bool):
                parts += [name] if inner else []
            elif isinstance(inner, int) and not isinstance(inner, Enum):
                parts.append(f"{name}={inner}")
            else:
                parts.append(show(inner))
        return f"{type(value).__name__}({', '.join(parts)})"
    return str(value)


def compare(path: Path, lines: Iterable[str]) -> None:
    """Compare with the golden file; with UPDATE_GOLDEN=1 in the environment, write it."""
    text = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text)
    assert text == path.read_text()
