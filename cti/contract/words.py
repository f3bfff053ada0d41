"""What the source says about a type: the docstrings of members and enumeration words.

Python forgets the text under a member; it is read from the source again.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from enum import Enum
from functools import cache
from pathlib import Path

import msgspec


def words(kind: type) -> dict[str, str]:
    """Give the text of each member of a class, those of its bases included."""
    told: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, msgspec.Struct | Enum) and base.__module__.startswith("cti."):
            told |= _module(base.__module__).get(base.__qualname__, {})
    return told


def sentence(kind: type) -> str:
    """Give the docstring of a class in one line."""
    return _line(inspect.getdoc(kind) or "")


@cache
def _module(name: str) -> dict[str, dict[str, str]]:
    path = sys.modules[name].__file__
    assert path is not None  # noqa: S101 - modules of ours are files
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {
        node.name: dict(_members(node)) for node in tree.body if isinstance(node, ast.ClassDef)
    }


def _members(node: ast.ClassDef) -> list[tuple[str, str]]:
    found = []
    for member, text in zip(node.body, node.body[1:], strict=False):
        match member, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found.append((name, _line(words)))
            case _:
                pass
    return found


def _line(text: str) -> str:
    """Join the lines of a text; ``words`` in code become `words`."""
    return " ".join(textwrap.dedent(text).split()).replace("``", "`")
