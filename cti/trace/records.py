"""Traces as JSON lines: one read of a socket, or one mark, per line.

``{"t": "2026-11-21T19:00:00", "dir": "in", "hex": "0003a10203"}``

``t`` is ISO 8601, in UTC where it names no zone, or seconds since 1970. ``dir`` is ``in`` for
octets of the switch, ``out`` for octets of the client, ``up`` and ``down`` for a connection
that begins and ends. Empty lines are skipped.

The first line may be a header, which tells where the trace comes from and what the Engine
started from: ``{"trace": 1, "switch": "hq", "link": "main", "driver": "csta", "config": {},
"start": {"store_id": "...", "epochs": {}, "incarnations": {}}, "part": 1, "seq": 0}``. The
state that the Engine started from has live calls, agents, devices, queues and monitors too,
where there were any; see ``cti.identity.StartingState``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from cti import moment
from cti.identity import EMPTY, StartingState

VERSION: Final = 1
"""Version of the form of a trace."""


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


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """First line of a trace that the bridge wrote."""

    switch: str
    link: str
    driver: str
    config: dict[str, Any] = {}
    """What the driver was made with."""
    start: StartingState = EMPTY
    """What the Engine knew when the trace began."""
    part: int = 1
    """Number of the file in a recording of several."""
    stack: dict[str, Any] = {}
    """The message link and its keys; the driver's own when empty."""
    seq: int = 0
    """Number of the last message before, in the connection that goes on from another file."""
    trace: int = VERSION

    def __post_init__(self) -> None:
        if self.trace != VERSION:
            raise ValueError(f"trace of version {self.trace}, only {VERSION} is known")


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


def load(lines: Iterable[str], name: str = "trace") -> tuple[Header | None, list[Record]]:
    """Read a whole trace, with its header if it has one; raise ``TraceError``."""
    headers: list[Header] = []
    records = list(read(lines, name, headers.append))
    return (headers[0] if headers else None), records


def read(
    lines: Iterable[str],
    name: str = "trace",
    take_header: Callable[[Header], object] | None = None,
) -> Iterator[Record]:
    """Read the lines of a trace; raise ``TraceError`` with the number of a wrong one.

    A header is given to ``take_header`` before the first record.
    """
    decoder = msgspec.json.Decoder(_Line)
    first = True
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            if first and (header := _header(text)) is not None:
                first = False
                if take_header is not None:
                    take_header(header)
                continue
            first = False
            line = decoder.decode(text)
            at = _moment(line.t)
            octets = bytes.fromhex(line.hex)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
            raise TraceError(name, number, str(error)) from None
        if line.dir in (Kind.UP, Kind.DOWN) and octets:
            raise TraceError(name, number, f"octets in a line with dir {line.dir.value!r}")
        yield Record(at, line.dir, octets)


def _header(text: str) -> Header | None:
    line = msgspec.json.decode(text)
    if not (isinstance(line, dict) and "trace" in line):
        return None
    return msgspec.convert(line, Header)


def _moment(t: str | float) -> int:
    if isinstance(t, str):
        return moment.parse(t)
    if not -1e10 < t < 1e11:  # years 1653 to 5138: all that the text form can show
        raise ValueError(f"t is {t}, not seconds since 1970")
    return round(t * moment.SECOND)


def write_header(header: Header) -> str:
    """Write the first line of a trace, without its line end."""
    fields = {"trace": header.trace, **msgspec.structs.asdict(header)}
    return msgspec.json.encode(fields, enc_hook=repr).decode()


def write(record: Record, note: str = "") -> str:
    """Write one line of a trace, without its line end; ``note`` is for people."""
    line: dict[str, str] = {"t": moment.text(record.at), "dir": record.kind.value}
    if record.kind in (Kind.IN, Kind.OUT):
        line["hex"] = record.octets.hex()
    if note:
        line["note"] = note
    return msgspec.json.encode(line).decode()
