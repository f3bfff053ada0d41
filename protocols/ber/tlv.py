"""Single TLVs (X.690 8.1): headers with exact errors, and a walk that bounds a message."""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.errors import DecodeError, TruncatedError

MAX_TAG_OCTETS: Final = 6
"""Longest identifier taken: tag numbers below 2**35."""


class Tlv(msgspec.Struct, frozen=True, gc=False):
    """Where the parts of one TLV are."""

    identifier: bytes
    start: int
    """Position of the first contents octet."""
    end: int | None
    """Position after the contents; ``None`` for the indefinite form."""


def read(octets: bytes, at: int, limit: int) -> Tlv:
    """Read the header at ``at`` of a TLV that has to end at ``limit`` or before.

    Raise ``TruncatedError`` if the octets end too early, ``DecodeError`` if an enclosing
    TLV does.
    """
    start = at + 1
    if at >= limit:
        raise _ends(octets, limit, "an element is expected", "8.1.1")
    if octets[at] & 0x1F == 0x1F:
        start = _high_tag(octets, at, limit)
    identifier = octets[at:start]
    if start >= limit:
        raise _ends(octets, limit, "no length octets", "8.1.3")
    length = octets[start]
    start += 1
    if length == 0x80:
        if not identifier[0] & 0x20:
            raise DecodeError(
                "primitive element of indefinite length",
                offset=start - 1,
                clause="X.690 8.1.3.2",
            )
        return Tlv(identifier, start, None)
    if length == 0xFF:
        raise DecodeError("length octet 0xff", offset=start - 1, clause="X.690 8.1.3.5")
    if length > 0x80:
        count = length & 0x7F
        if start + count > limit:
            raise _ends(octets, limit, f"{count} length octets announced", "8.1.3.5")
        length = int.from_bytes(octets[start : start + count], "big")
        start += count
    if length > limit - start:
        many = str(length) if length < 1 << 64 else f"2**{length.bit_length() - 1} or more"
        raise _ends(octets, limit, f"{many} contents octets announced", "8.1.3", at=start)
    return Tlv(identifier, start, start + length)


def _high_tag(octets: bytes, at: int, limit: int) -> int:
    """Give the position after the identifier octets of a tag number above 30 (8.1.2.4)."""
    for place in range(at + 1, min(at + MAX_TAG_OCTETS, limit)):
        if octets[place] < 0x80:
            return place + 1
    if at + MAX_TAG_OCTETS >= limit:
        raise _ends(octets, limit, "identifier octets do not end", "8.1.2.4")
    raise DecodeError("tag number above 2**35", offset=at, clause="X.690 8.1.2.4")


def _ends(
    octets: bytes, limit: int, what: str, clause: str, *, at: int | None = None
) -> DecodeError:
    """Make the error for an element that does not fit before ``limit``."""
    if limit == len(octets):
        return TruncatedError(f"{what}, the octets end", offset=limit, clause=f"X.690 {clause}")
    return DecodeError(
        f"{what}, the enclosing element ends at {limit}",
        offset=limit if at is None else at,
        clause=f"X.690 {clause}",
    )


def measure(octets: bytes, at: int, limit: int, *, elements: int, depth: int) -> int:
    """Walk over the TLV at ``at`` and give the position after it, whatever its forms.

    Take time in proportion to its size, and memory in proportion to ``depth``. Raise
    ``DecodeError`` if it is not well formed, has more than ``elements`` elements or is
    nested deeper than ``depth``.
    """
    ends: list[int | None] = []
    top = limit
    while True:
        tlv = read(octets, at, limit)
        elements -= 1
        if elements < 0:
            raise DecodeError("too many elements: not decodable", offset=at)
        if tlv.identifier == b"\x00":
            if not ends or ends[-1] is not None or tlv.end != tlv.start:
                raise DecodeError(
                    "end-of-contents octets out of place", offset=at, clause="X.690 8.1.5"
                )
            ends.pop()
            at = tlv.start
        elif tlv.identifier[0] & 0x20:
            if len(ends) >= depth:
                raise DecodeError("nested too deeply: not decodable", offset=at)
            ends.append(tlv.end)
            at = tlv.start
        else:
            at = tlv.start if tlv.end is None else tlv.end
        while ends and ends[-1] == at:
            ends.pop()
        if not ends:
            return at
        limit = next((end for end in reversed(ends) if end is not None), top)
