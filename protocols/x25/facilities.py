"""Facilities of call packets (ITU-T X.25 (10/96) sections 6 and 7).

A facility is a code octet and a parameter whose length bits 8 and 7 of the code tell:
one, two or three octets, or a length octet and that many. After a marker the codes belong
to another authority, so what follows stays raw. Facilities that have no type of their own,
or hold a value outside its range, are ``RawFacility`` and are written back unchanged:
``encode_facilities`` undoes ``decode_facilities`` for all octets that decode.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

import msgspec

from protocols.errors import EncodeError
from protocols.x25.causes import Diagnostic
from protocols.x25.errors import PacketError

MAX_LENGTH: Final = 109
"""Octets that all facilities of a packet may take together."""


class FastSelect(Enum):
    """Bits 8 and 7 of the parameter of facility 01."""

    NO = 0x00
    UNRESTRICTED = 0x80
    """Up to 128 octets of user data both ways; the call may be accepted."""
    RESTRICTED = 0xC0
    """The same, and the call must be cleared rather than accepted."""


class CallOptions(msgspec.Struct, frozen=True, gc=False):
    """Reverse charging and fast select (01)."""

    fast_select: FastSelect = FastSelect.NO
    reverse_charging: bool = False


class ThroughputClass(msgspec.Struct, frozen=True, gc=False):
    """Throughput class (02), as coded: 3 is 75 bit/s, each step doubles, D is 64 000."""

    from_called: int
    from_calling: int


class PacketSize(msgspec.Struct, frozen=True, gc=False):
    """Flow control parameter negotiation, packet size (42), in octets: 16 to 4096."""

    from_called: int
    from_calling: int


class WindowSize(msgspec.Struct, frozen=True, gc=False):
    """Flow control parameter negotiation, window size (43): 1 to 127."""

    from_called: int
    from_calling: int


class Marker(msgspec.Struct, frozen=True, gc=False):
    """Marker (00): 00 and FF facilities of networks, 0F those specified for DTEs, follow."""

    authority: int


class RawFacility(msgspec.Struct, frozen=True, gc=False):
    """Any other facility."""

    code: int
    parameter: bytes


Facility = CallOptions | ThroughputClass | PacketSize | WindowSize | Marker | RawFacility

_MARKER: Final = 0x00
_OPTIONS: Final = 0x01
_THROUGHPUT: Final = 0x02
_PACKET_SIZE: Final = 0x42
_WINDOW_SIZE: Final = 0x43
_SIZES: Final = {1 << power: power for power in range(4, 13)}
_FAST_SELECT: Final = {member.value: member for member in FastSelect}


def decode_facilities(octets: bytes, offset: int = 0) -> tuple[Facility, ...]:
    """Read facilities; raise ``PacketError`` 69 if the last runs over the end.

    ``offset`` is where they begin in the packet.
    """
    found: list[Facility] = []
    at = 0
    raw = False
    while at < len(octets):
        code = octets[at]
        begin = at + 1
        if code >> 6 < 3:
            end = begin + (code >> 6) + 1
        else:
            begin += 1
            end = begin + (octets[at + 1] if at + 1 < len(octets) else 1)
        if end > len(octets):
            raise PacketError(
                f"facility {code:#04x} runs over the end",
                offset=offset + at,
                diagnostic=Diagnostic.INVALID_FACILITY_LENGTH,
            )
        parameter = octets[begin:end]
        if code == _MARKER:
            raw = True
            found.append(Marker(parameter[0]))
        else:
            found.append(RawFacility(code, parameter) if raw else _read(code, parameter))
        at = end
    return tuple(found)


def _read(code: int, parameter: bytes) -> Facility:
    """Give a facility its type if it has one."""
    first, last = parameter[:1], parameter[-1:]
    if code == _OPTIONS and first[0] & ~0x01 in _FAST_SELECT:
        return CallOptions(_FAST_SELECT[first[0] & ~0x01], bool(first[0] & 0x01))
    if code == _THROUGHPUT:
        return ThroughputClass(first[0] >> 4, first[0] & 0x0F)
    if code == _PACKET_SIZE and 4 <= first[0] <= 12 and 4 <= last[0] <= 12:
        return PacketSize(1 << first[0], 1 << last[0])
    if code == _WINDOW_SIZE and 1 <= first[0] <= 127 and 1 <= last[0] <= 127:
        return WindowSize(first[0], last[0])
    return RawFacility(code, parameter)


def encode_facilities(facilities: Iterable[Facility]) -> bytes:
    """Write facilities; raise ``EncodeError`` if one has no octets or they are too many."""
    octets = b"".join(map(_write, facilities))
    if len(octets) > MAX_LENGTH:
        raise EncodeError(f"facilities of {len(octets)} octets: at most {MAX_LENGTH}")
    return octets


def _write(facility: Facility) -> bytes:
    match facility:
        case CallOptions(fast_select, reverse_charging):
            return bytes((_OPTIONS, fast_select.value | reverse_charging))
        case ThroughputClass(called, calling):
            _check(facility, called, calling, range(16))
            return bytes((_THROUGHPUT, called << 4 | calling))
        case PacketSize(called, calling):
            _check(facility, called, calling, _SIZES)
            return bytes((_PACKET_SIZE, _SIZES[called], _SIZES[calling]))
        case WindowSize(called, calling):
            _check(facility, called, calling, range(1, 128))
            return bytes((_WINDOW_SIZE, called, calling))
        case Marker(authority):
            _check(facility, authority, authority, range(256))
            return bytes((_MARKER, authority))
        case RawFacility(code, parameter):
            _check(facility, code, code, range(1, 256))
            if code >> 6 == 3:
                _check(facility, len(parameter), len(parameter), range(256))
                return bytes((code, len(parameter))) + parameter
            _check(facility, len(parameter), len(parameter), ((code >> 6) + 1,))
            return bytes((code,)) + parameter


def _check(facility: Facility, one: int, other: int, legal: Iterable[int]) -> None:
    """Refuse values that have no code."""
    if one not in legal or other not in legal:
        raise EncodeError(f"{facility} has no octets")
