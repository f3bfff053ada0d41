"""Formats of elements (section 7.2), by the names that the profile uses.

Each is declared with construct and read and written by two functions. Another coding of TNs,
digits or times is a change of one row here, and ``make golden``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

from construct import (
    GreedyRange,
    GreedyString,
    Int8ub,
    Int16ub,
    Int32ub,
    Optional,
    Struct,
)
from msgspec import Struct as Record

from protocols.meridian.values import Party, RouteMember, TimeStamp, Tn

DIGITS: Final = b"0123456789*#"
TEXT: Final = bytes(range(0x20, 0x7F))
NO_TN: Final = bytes(4)
LONGEST: Final = 255
"""Octets of the longest element."""


class Format(Record, frozen=True):
    """One format."""

    construct: Any
    type: str
    """Python type of its values, as source."""
    read: Callable[[bytes], Any]
    """Raises ``ValueError`` for contents that are not of this format."""
    write: Callable[[Any], bytes]
    """Raises ``ValueError``, ``struct.error`` or ``TypeError`` for a value without octets."""
    alphabet: bytes | None = None
    """All octets that may occur, where it is characters."""
    most: tuple[tuple[str, int], ...] = ()
    """Greatest value of fields that do not use all their octets, where it is a record."""
    absent: bytes | None = None
    """Contents that say that nothing is given."""


def _number(declared: Any) -> Format:
    form = struct.Struct(declared.fmtstr)

    def read(octets: bytes) -> int:
        if len(octets) != form.size:
            raise ValueError(f"{len(octets)} octets instead of {form.size}")
        number: int = form.unpack(octets)[0]
        return number

    return Format(declared, "int", read, form.pack)


def _characters(alphabet: bytes) -> Format:
    def check(octets: bytes) -> None:
        if wrong := octets.strip(alphabet):
            raise ValueError(f"{wrong[0]:#04x} is no character of this format")

    def read(octets: bytes) -> str:
        check(octets)
        return octets.decode("ascii")

    def write(value: str) -> bytes:
        octets = value.encode("ascii")
        check(octets)
        return octets

    return Format(GreedyString("ascii"), "str", read, write, alphabet)


def _fixed(cls: type[Any], most: tuple[tuple[str, int], ...] = (), /, **fields: Any) -> Format:
    """Make the format of a record of numbers."""
    declared = Struct(*(name / one for name, one in fields.items()))
    form = struct.Struct(">" + "".join(one.fmtstr[1:] for one in fields.values()))

    def read(octets: bytes) -> Any:
        if len(octets) != form.size:
            raise ValueError(f"{len(octets)} octets instead of {form.size}")
        return check(cls(*form.unpack(octets)))

    def write(value: Any) -> bytes:
        return form.pack(*(getattr(check(value), name) for name in fields))

    def check(value: Any) -> Any:
        for name, limit in most:
            if getattr(value, name) > limit:
                raise ValueError(f"{getattr(value, name)} {name}, at most {limit}")
        return value

    return Format(declared, cls.__name__, read, write, most=most)


_U8: Final = _number(Int8ub)
_DIGITS: Final = _characters(DIGITS)
_TN: Final = _fixed(Tn, loop=Int8ub, shelf=Int8ub, card=Int8ub, unit=Int8ub)
_TIME: Final = _fixed(
    TimeStamp, (("milliseconds", 999),), seconds=Int32ub, milliseconds=Int16ub
)


def _read_tn(octets: bytes) -> Tn | None:
    tn: Tn = _TN.read(octets)
    return None if octets == NO_TN else tn


def _write_tn(value: Tn) -> bytes:
    octets = _TN.write(value)
    if octets == NO_TN:
        raise ValueError("a TN of all zeros says that none is given")
    return octets


def _read_cause(octets: bytes) -> tuple[int, int | None]:
    if len(octets) not in (1, 2):
        raise ValueError(f"{len(octets)} octets instead of 1 or 2")
    return octets[0], octets[1] if len(octets) == 2 else None


def _write_cause(value: tuple[int, int | None]) -> bytes:
    return bytes(one for one in value if one is not None)


def _read_party(octets: bytes) -> Party:
    return Party(_read_tn(octets[:4]), _DIGITS.read(octets[4:]))


def _write_party(value: Party) -> bytes:
    return (NO_TN if value.tn is None else _write_tn(value.tn)) + _DIGITS.write(value.dn)


FORMATS: Final[dict[str, Format]] = {
    "u8": _U8,
    "u16": _number(Int16ub),
    "u32": _number(Int32ub),
    "digits": _DIGITS,
    "text": _characters(TEXT),
    "tn": Format(_TN.construct, "Tn", _read_tn, _write_tn, absent=NO_TN),
    "route_member": _fixed(RouteMember, route=Int16ub, member=Int16ub),
    "time": _TIME,
    "list_u8": Format(GreedyRange(Int8ub), "tuple[int, ...]", tuple, bytes),
    "cause": Format(
        Struct("reason" / Int8ub, "element" / Optional(Int8ub)),
        "Cause",
        _read_cause,
        _write_cause,
    ),
    "tn+digits": Format(
        Struct("tn" / _TN.construct, "dn" / _DIGITS.construct),
        "Party",
        _read_party,
        _write_party,
    ),
}
"""All formats by name."""
