"""What a generated codec module runs on (ITU-T X.690).

A generated decoder reads well-formed definite-length octets and nothing else. Whatever it
does not expect makes it raise ``Retry`` (or ``IndexError`` when it runs off the end), and
``codec.Codec`` reads the message again, slowly, with exact errors. Hence the functions here
may refuse anything, but must never accept what is wrong. The same holds for encoding.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

Unknown = tuple[int, bytes]
"""An element that the schema does not know: number of the field before which it stood,
counted from 0 in the order of the standard, and its whole TLV."""


class Retry(Exception):  # noqa: N818 - not an error: the careful way decides that
    """The quick way does not know these octets or this value: take the careful one."""


def retry() -> Any:
    """Raise ``Retry`` in the place of a value."""
    raise Retry


FALL_BACK: Final = (Retry, IndexError)
"""What a generated decoder may raise."""

FALL_BACK_ENCODE: Final = (
    Retry,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
)
"""What a generated encoder may raise, for values of another type than declared."""

SHORT: Final = 40
"""Octets and characters of an OBJECT IDENTIFIER that is read and written once, and remembered:
a link has few of them."""

SIGNED: Final = tuple(octet - 256 if octet > 127 else octet for octet in range(256))
"""The INTEGER of one contents octet."""

MAX_ARC_OCTETS: Final = 20
"""Longest arc of an OBJECT IDENTIFIER: 140 bits, room for the 128-bit arcs below 2.25."""


def long_length(octets: bytes, first: int, at: int) -> tuple[int, int]:
    """Read a long-form length whose first octet was ``first``; give (length, position after).

    Raise ``Retry`` for the indefinite form and for more than four octets.
    """
    count = first & 0x7F
    if not 0 < count < 5:
        raise Retry
    return int.from_bytes(octets[at : at + count], "big"), at + count


def length(octets: bytes, at: int) -> tuple[int, int]:
    """Read the length octets at ``at``; give (length, position after)."""
    first = octets[at]
    return long_length(octets, first, at + 1) if first > 127 else (first, at + 1)


def integer(contents: bytes, length: int) -> int:
    """Read the contents of an INTEGER whose length octet said ``length``."""
    if not 0 < length < 128:
        raise Retry
    return int.from_bytes(contents, "big", signed=True)


def skip(octets: bytes, at: int) -> int:
    """Give the position after the definite-length TLV that begins at ``at``."""
    tag = octets[at]
    if tag == 0:
        raise Retry
    at += 1
    if tag & 0x1F == 0x1F:
        # Five octets hold every tag number in use; others are for the careful reader.
        for octet in octets[at : at + 5]:
            at += 1
            if octet < 0x80:
                break
        else:
            raise Retry
    length = octets[at]
    at += 1
    if length > 127:
        length, at = long_length(octets, length, at)
    return at + length


def oid(contents: bytes) -> str:
    """Read the contents of an OBJECT IDENTIFIER (8.19); raise ``Retry`` if they are not one."""
    return _oid(contents) if len(contents) <= SHORT else _oid.__wrapped__(contents)


@lru_cache(maxsize=256)
def _oid(contents: bytes) -> str:
    if not contents or contents[-1] & 0x80:
        raise Retry
    arcs = []
    arc = count = 0
    for octet in contents:
        if count == 0 and octet == 0x80:
            raise Retry
        count += 1
        if count > MAX_ARC_OCTETS:
            raise Retry
        arc = arc << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(arc)
            arc = count = 0
    top = min(arcs[0] // 40, 2)
    arcs[0] -= 40 * top
    return f"{top}." + ".".join(map(str, arcs))


def oid_contents(value: str) -> bytes:
    """Make the contents of an OBJECT IDENTIFIER from its dotted form."""
    return _oid_contents(value) if len(value) <= SHORT else _oid_contents.__wrapped__(value)


@lru_cache(maxsize=256)
def _oid_contents(value: str) -> bytes:
    parts = value.split(".")
    # ``isdigit`` alone takes digits of other scripts; arcs beyond the limit are long numbers.
    if not value.isascii() or len(parts) < 2 or max(map(len, parts)) > 42:
        raise Retry
    if not all(part.isdigit() and str(int(part)) == part for part in parts):
        raise Retry
    first, second, *rest = map(int, parts)
    if first > 2 or (first < 2 and second > 39):
        raise Retry
    out = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        if len(groups) > MAX_ARC_OCTETS:
            raise Retry
        out += bytes(reversed(groups))
    return bytes(out)


def bits(contents: bytes) -> str:
    """Read the contents of a BIT STRING (8.6) as a text of 0 and 1."""
    unused = contents[0]
    if unused > 7 or (unused and len(contents) == 1):
        raise Retry
    text = bin(int.from_bytes(b"\x01" + contents[1:], "big"))[3:]
    return text[:-unused] if unused else text


def bits_contents(value: str) -> bytes:
    """Make the contents of a BIT STRING from a text of 0 and 1; unused bits are 0."""
    if value.strip("01"):
        raise Retry
    unused = -len(value) % 8
    if not value:
        return b"\x00"
    count = (len(value) + unused) // 8
    return bytes((unused,)) + (int(value, 2) << unused).to_bytes(count, "big")


def length_octets(length: int) -> bytes:
    """Write a definite length in the fewest octets (8.1.3)."""
    if length < 0x80:
        return bytes((length,))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def integer_contents(value: int) -> bytes:
    """Write an INTEGER in the fewest octets of two's complement (8.3)."""
    if value < 0:
        return value.to_bytes((~value).bit_length() // 8 + 1, "big", signed=True)
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def headers_of(tags: tuple[bytes, ...], length: int) -> bytes:
    """Write the nested headers, outermost tag first, of contents of ``length`` octets."""
    header = b""
    for tag in reversed(tags):
        header = tag + length_octets(length + len(header)) + header
    return header


class Headers(dict[int, bytes]):
    """Headers before contents of a given length: merged tags and lengths, outermost first."""

    def __init__(self, *tags: bytes) -> None:
        super().__init__((length, headers_of(tags, length)) for length in range(300))
        self._tags = tags

    def __missing__(self, length: int) -> bytes:
        return headers_of(self._tags, length)


class Numbers(dict[int, bytes]):
    """Whole TLVs of INTEGER or ENUMERATED values under given tags, outermost first."""

    def __init__(self, *tags: bytes) -> None:
        super().__init__((value, self._write(tags, value)) for value in range(-128, 256))
        self._tags = tags

    @staticmethod
    def _write(tags: tuple[bytes, ...], value: int) -> bytes:
        contents = integer_contents(value)
        return headers_of(tags, len(contents)) + contents

    def __missing__(self, value: int) -> bytes:
        if not isinstance(value, int):
            raise Retry
        return self._write(self._tags, value)


def booleans(*tags: bytes) -> dict[bool, bytes]:
    """Make the two TLVs of a BOOLEAN under given tags, outermost first."""
    header = headers_of(tags, 1)
    return {False: header + b"\x00", True: header + b"\xff"}


def members(listed: dict[int, int]) -> tuple[int, ...]:
    """Make the values of an ENUMERATED by its one contents octet: members, else numbers."""
    return tuple(listed.get(value, value) for value in SIGNED)
