"""Python source under construction, and the types and tables that it mentions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from protocols.ber import naming
from protocols.ber.model import Definition, Field, Kind, Use

_LEAF_TYPES: Final = {
    Kind.INTEGER: "int",
    Kind.BOOLEAN: "bool",
    Kind.OCTETS: "bytes",
    Kind.TEXT: "str",
    Kind.TIME: "str",
    Kind.BITS: "str",
    Kind.OID: "str",
    Kind.NULL: "None",
    Kind.ANY: "bytes",
}


class Source:
    """Lines of one module, with the tables at its top that the lines refer to."""

    def __init__(self) -> None:
        self.inline = True
        """Write the decoder of a CHOICE where it is used, instead of calling it."""
        self.lines: list[str] = []
        self.tables: dict[str, str] = {}
        """Name of a table by the expression that makes it."""
        self._depth = 0
        self._count = 0

    def put(self, line: str = "") -> None:
        """Add a line at the present depth."""
        self.lines.append("    " * self._depth + line if line else "")

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add ``head`` with a colon and indent what follows."""
        self.put(head + ":")
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self, letter: str) -> str:
        """Give a local name that this function has not used."""
        self._count += 1
        return f"{letter}{self._count}"

    def function(self) -> None:
        """Begin a function: names may be used again."""
        self._count = 0
        self.put()
        self.put()

    def table(self, prefix: str, expression: str) -> str:
        """Give the name of the module constant with this value."""
        return self.tables.setdefault(expression, f"_{prefix}{len(self.tables)}")


def annotation(use: Use) -> str:
    """Write the type of a decoded value."""
    definition = use.definition
    match definition.kind:
        case Kind.SEQUENCE | Kind.SET | Kind.CHOICE:
            return definition.name
        case Kind.ENUMERATED:
            return f"{definition.name} | int"
        case Kind.SEQUENCE_OF:
            if definition.named:
                return definition.name
            return sequence_of(definition)
        case _:
            return _LEAF_TYPES[definition.kind]


def member_type(field: Field) -> str:
    """Write the type of a component."""
    return annotation(field.use) if field.by < 0 else "Any"


def open_table(definition: Definition, field: Field) -> str:
    """Name the functions for what an earlier field tells; ``_R`` or ``_W`` goes before it."""
    return f"_{definition.name}_{field.attribute}"


def sequence_of(definition: Definition) -> str:
    """Write the type of a SEQUENCE OF without its name."""
    return f"tuple[{annotation(definition.element)}, ...]"


def tag_arguments(tags: tuple[bytes, ...]) -> str:
    """Write identifier octets as arguments of a table's constructor."""
    return ", ".join(repr(tag) for tag in tags)


def docstring(text: str, fallback: str) -> list[str]:
    """Write a docstring, without the quotes' indentation."""
    lines = [line.rstrip() for line in (text.strip() or fallback).split("\n")]
    if len(lines) == 1:
        return [f'"""{lines[0]}"""']
    return [
        f'"""{lines[0]}',
        *(line[4:] if line[:4] == "    " else line for line in lines[1:]),
        '"""',
    ]


def member_name(label: str) -> str:
    """Write the name of an enumeration member."""
    return naming.member(label)
