"""Which phase of CSTA a message can be of, by its first octets.

The phases differ in tags where the standard has the same things: a device stands in a
SEQUENCE in phase III alone, an event has a number in phase I, and its own SEQUENCE behind its
tag in phase II. Where octets tell nothing, all phases are possible.
"""

from __future__ import annotations

from typing import Final

from protocols.ber import tlv
from protocols.csta.codec import Aare, Aarq
from protocols.errors import DecodeError

Phases = frozenset[str]
_MESSAGE_WAITING: Final = (0xA1, 0xA4)
"""In phase II; service completion failure in phase III."""
_LAST: Final = {0xA4: 0xA6}
"""Last event of a group of phase II, where phase III goes on."""

ALL: Final[Phases] = frozenset({"I", "II", "III"})
EARLY: Final[Phases] = frozenset({"I", "II"})
_ONE: Final[Phases] = frozenset({"I"})
_TWO: Final[Phases] = frozenset({"II"})
_THREE: Final[Phases] = frozenset({"III"})

VERSIONS: Final = {0: "I", 1: "II", 2: "III", 3: "III", 4: "III", 14: "III", 18: "III"}
"""Phases in BER by the place of their bit in CSTAVersion; other bits are XML."""

_DEVICE: Final = (0x80, 0x81)
_EVENT_REPORT: Final = 21
_ONLY_EARLY: Final = frozenset({3, 8, 12, 15, 52})
"""Operations that phase III has split or numbered anew."""
_BARE: Final = {
    **dict.fromkeys((2, 4, 5, 14, 75), (0x6B,)),
    **dict.fromkeys((1, 6, 13, 16), (0xA0, 0xA1, 0xA2)),
    73: (0x55,),
    74: _DEVICE,
}
"""First octets of arguments that stand alone in phases I and II, in a SEQUENCE in phase III."""


def phases_of_versions(bits: str) -> Phases:
    """Tell the phases that version bits name; the number of bits varies and means nothing."""
    return frozenset(
        VERSIONS[at] for at, bit in enumerate(bits) if bit == "1" and at in VERSIONS
    )


def phases_of_association(pdu: Aarq | Aare) -> Phases:
    """Tell the phases that one side offers, or that the other has chosen."""
    for external in pdu.user_information or ():
        _, told = external.single
        return phases_of_versions(told.csta_version) or ALL
    return ALL


def phases_of(octets: bytes) -> Phases:
    """Tell the phases that a remote operation can be of."""
    try:
        return _operation(octets)
    except (DecodeError, IndexError):
        return ALL


def _operation(octets: bytes) -> Phases:
    apdu = tlv.read(octets, 0, len(octets))
    limit = apdu.end or len(octets)
    number = tlv.read(octets, apdu.start, limit)
    at = number.end or limit
    if apdu.identifier == b"\xa2":
        inner = tlv.read(octets, at, limit)
        at, limit = inner.start, inner.end or limit
    elif apdu.identifier not in (b"\xa1", b"\xa3"):
        return ALL
    code = tlv.read(octets, at, limit)
    at = code.end or limit
    operation = int.from_bytes(octets[code.start : at], "big")
    match apdu.identifier:
        case b"\xa1":
            return _invoke(octets, operation, at, limit)
        case b"\xa2" if operation == 71:
            return _monitor_result(octets, at, limit)
        case b"\xa3":
            # Every tag of a failure is explicit in phase III.
            return EARLY if octets[at] & 0xE0 == 0x80 else _THREE
        case _:
            return _of_code(operation)


def _of_code(operation: int) -> Phases:
    if operation in _ONLY_EARLY:
        return EARLY
    if 200 <= operation < 500:
        return _THREE
    return _TWO | _THREE if operation in (18, 20, 50) else ALL


def _invoke(octets: bytes, operation: int, at: int, limit: int) -> Phases:
    if operation == _EVENT_REPORT:
        return _report(octets, at, limit)
    if octets[at] in _BARE.get(operation, ()):
        return EARLY
    if operation in (10, 71):
        first = octets[tlv.read(octets, at, limit).start]
        if first in _DEVICE:
            return EARLY
        return _THREE if first == 0x30 else ALL
    return _of_code(operation)


def _report(octets: bytes, at: int, limit: int) -> Phases:
    report = tlv.read(octets, at, limit)
    limit = report.end or limit
    reference = tlv.read(octets, report.start, limit)
    at = reference.end or limit
    if octets[at] == 0x80:
        return _ONE
    group = tlv.read(octets, at, limit)
    event = tlv.read(octets, group.start, group.end or limit)
    if octets[event.start] != 0x30:
        return _THREE
    body = tlv.read(octets, event.start, event.end or limit)
    # Two events of phase III begin with a SEQUENCE of their own.
    place = (octets[at], event.identifier[0])
    if place == _MESSAGE_WAITING:
        return _TWO if octets[body.start] == 0x62 else _THREE
    known = octets[at] <= 0xA5 and event.identifier[0] <= _LAST.get(octets[at], 0xBE)
    return _TWO if known and body.end == event.end else _THREE


def _monitor_result(octets: bytes, at: int, limit: int) -> Phases:
    told = tlv.read(octets, at, limit)
    reference = tlv.read(octets, told.start, told.end or limit)
    match octets[reference.end or limit : told.end or limit][:1]:
        case b"\x30":
            return EARLY
        case b"\xa0":
            return _THREE
        case _:
            return ALL
