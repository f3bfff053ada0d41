"""Traces as JSON lines: one read of a socket, or one mark, per line.

``{"t": "2026-11-21T19:00:00", "dir": "in", "hex": "0003a10203"}``

``t`` is ISO 8601, in UTC where it names no zone, or seconds since 1970. ``dir`` is ``in`` for
octets of the switch, ``out`` for octets of the client, ``up`` and ``down`` for a connection
that begins and ends. Empty lines are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from cti import moment


class Kind(StrEnum):
    """What one line of a trace tells."""

    IN = "in"
    OUT = "out"
    UP = "up"
    DOWN = "down"


class Record(Struct, frozen=True, gc=False):
    """One line of a trace."""

    at: int
    kind: Kind
    octets: bytes = b""


class TraceError(Exception):
    """A line is no line of a trace."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}:{line}: {reason}")
        self.name = name
        self.line = line
        self.reason = reason


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    t: str | int | float
    dir: Kind
    hex: str = ""
    note: Any = None
    """For people."""


def read(lines: Iterable[str], name: str = "trace") -> Iterator[Record]:
    """Read the lines of a trace; raise ``TraceError`` with the number of a wrong one."""
    decoder = msgspec.json.Decoder(_Line)
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = decoder.decode(text)
            at = _moment(line.t)
            octets = bytes.fromhex(line.hex)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
            raise TraceError(name, number, str(error)) from None
        if line.dir in (Kind.UP, Kind.DOWN) and octets:
            raise TraceError(name, number, f"octets in a line with dir {line.dir.value!r}")
        yield Record(at, line.dir, octets)


def _moment(t: str | float) -> int:
    if isinstance(t, str):
        return moment.parse(t)
    if not -1e10 < t < 1e11:  # years 1653 to 5138: all that the text form can show
        raise ValueError(f"t is {t}, not seconds since 1970")
    return round(t * moment.SECOND)


def write(record: Record) -> str:
    """Write one line of a trace, without its line end."""
    line: dict[str, str] = {"t": moment.text(record.at), "dir": record.kind.value}
    if record.kind in (Kind.IN, Kind.OUT):
        line["hex"] = record.octets.hex()
    return msgspec.json.encode(line).decode()
