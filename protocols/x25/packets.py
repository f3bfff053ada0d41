"""X.25 packets, modulo 8 and 128 (ITU-T X.25 (10/96) section 5).

Packets that are a request from the DTE and an indication from the DCE are one class: their
octets are the same. ``decode(encode(p)) == p`` for every packet. ``encode(decode(o)) == o``
holds for canonical octets: address and facility fields that are empty are left out where
they may be, and the semi-octet that fills an address field is 0.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final

import msgspec

from protocols.errors import EncodeError
from protocols.x25.causes import Diagnostic as Code
from protocols.x25.errors import PacketError
from protocols.x25.facilities import Facility, decode_facilities, encode_facilities

MAX_LCN: Final = 4095
MAX_USER_DATA: Final = 128
"""Octets of user data in a call with fast select; 16 without (5.2.1)."""
MAX_INTERRUPT: Final = 32


class Modulo(Enum):
    """Range of the sequence numbers; the value is bits 6 and 5 of octet 1 (5.1.1)."""

    M8 = 0x10
    M128 = 0x20

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return 8 if self is Modulo.M8 else 128


class Call(msgspec.Struct, frozen=True, gc=False):
    """Call request, incoming call."""

    lcn: int
    called: str = ""
    """Semi-octets in hexadecimal; with ``a_bit`` the first two are type and plan."""
    calling: str = ""
    facilities: tuple[Facility, ...] = ()
    user_data: bytes = b""
    d_bit: bool = False
    a_bit: bool = False


class CallAccepted(msgspec.Struct, frozen=True, gc=False):
    """Call accepted, call connected."""

    lcn: int
    called: str = ""
    calling: str = ""
    facilities: tuple[Facility, ...] = ()
    user_data: bytes = b""
    d_bit: bool = False
    a_bit: bool = False


class Clear(msgspec.Struct, frozen=True, gc=False):
    """Clear request, clear indication."""

    lcn: int
    cause: int = 0
    diagnostic: int | None = 0
    """``None`` if the octet is absent."""
    called: str = ""
    calling: str = ""
    facilities: tuple[Facility, ...] = ()
    user_data: bytes = b""
    a_bit: bool = False


class ClearConfirmation(msgspec.Struct, frozen=True, gc=False):
    """Clear confirmation, without the fields of its extended format."""

    lcn: int


class Data(msgspec.Struct, frozen=True, gc=False):
    """Data packet."""

    lcn: int
    ps: int
    pr: int
    data: bytes = b""
    m_bit: bool = False
    """More data follows in the next packet."""
    q_bit: bool = False
    """The second level of data."""
    d_bit: bool = False
    """The far end is to acknowledge."""


class Interrupt(msgspec.Struct, frozen=True, gc=False):
    """Interrupt, 1 to 32 octets."""

    lcn: int
    data: bytes


class InterruptConfirmation(msgspec.Struct, frozen=True, gc=False):
    """Interrupt confirmation."""

    lcn: int


class Rr(msgspec.Struct, frozen=True, gc=False):
    """RR: receive ready."""

    lcn: int
    pr: int


class Rnr(msgspec.Struct, frozen=True, gc=False):
    """RNR: receive not ready."""

    lcn: int
    pr: int


class Rej(msgspec.Struct, frozen=True, gc=False):
    """REJ: send again from P(R)."""

    lcn: int
    pr: int


class Reset(msgspec.Struct, frozen=True, gc=False):
    """Reset request, reset indication."""

    lcn: int
    cause: int = 0
    diagnostic: int | None = 0


class ResetConfirmation(msgspec.Struct, frozen=True, gc=False):
    """Reset confirmation."""

    lcn: int


class Restart(msgspec.Struct, frozen=True, gc=False):
    """Restart request, restart indication."""

    cause: int = 0
    diagnostic: int | None = 0
    lcn: int = 0


class RestartConfirmation(msgspec.Struct, frozen=True, gc=False):
    """Restart confirmation."""

    lcn: int = 0


class DiagnosticPacket(msgspec.Struct, frozen=True, gc=False):
    """Diagnostic: the DCE says why it dropped a packet."""

    diagnostic: int
    explanation: bytes = b""
    """First octets of the packet, up to three."""
    lcn: int = 0


class Registration(msgspec.Struct, frozen=True, gc=False):
    """Registration request or confirmation, kept as it came."""

    confirmation: bool
    fields: bytes
    lcn: int = 0


Numbered = Rr | Rnr | Rej
Packet = (
    Call
    | CallAccepted
    | Clear
    | ClearConfirmation
    | Data
    | Interrupt
    | InterruptConfirmation
    | Rr
    | Rnr
    | Rej
    | Reset
    | ResetConfirmation
    | Restart
    | RestartConfirmation
    | DiagnosticPacket
    | Registration
)


class PacketType(IntEnum):
    """Packet type identifier, octet 3 (5.1.3); data and flow control have numbers in theirs."""

    CALL = 0x0B
    CALL_ACCEPTED = 0x0F
    CLEAR = 0x13
    CLEAR_CONFIRMATION = 0x17
    INTERRUPT = 0x23
    INTERRUPT_CONFIRMATION = 0x27
    RESET = 0x1B
    RESET_CONFIRMATION = 0x1F
    RESTART = 0xFB
    RESTART_CONFIRMATION = 0xFF
    DIAGNOSTIC = 0xF1
    REGISTRATION = 0xF3
    REGISTRATION_CONFIRMATION = 0xF7


_FLOW: Final[dict[int, type[Numbered]]] = {0x01: Rr, 0x05: Rnr, 0x09: Rej}
_FLOW_CODES: Final[dict[type[object], int]] = {kind: code for code, kind in _FLOW.items()}

_SEMI_OCTETS: Final = frozenset("0123456789ABCDEF")
_Q: Final = 0x80  # in call packets: A
_D: Final = 0x40
_ALLOWED: Final[dict[int, int]] = {
    PacketType.CALL: _Q | _D,
    PacketType.CALL_ACCEPTED: _Q | _D,
    PacketType.CLEAR: _Q,
}


def channel_of(octets: bytes) -> int:
    """Tell the logical channel; raise ``PacketError`` 38 if the octets are fewer than two."""
    if len(octets) < 2:
        raise PacketError("no logical channel", offset=len(octets), diagnostic=Code.TOO_SHORT)
    return (octets[0] & 0x0F) << 8 | octets[1]


def decode(octets: bytes, modulo: Modulo = Modulo.M8) -> Packet:
    """Read one packet; raise ``PacketError`` if the octets are not one."""
    lcn = channel_of(octets)
    gfi = octets[0] & 0xF0
    if gfi & 0x30 != modulo.value:
        raise PacketError(f"GFI {gfi >> 4:04b}", offset=0, diagnostic=Code.INVALID_GFI)
    if len(octets) < 3:
        raise PacketError("no packet type", offset=2, diagnostic=Code.TOO_SHORT)
    kind = octets[2]
    if not kind & 0x01:
        return _decode_data(octets, lcn, modulo)
    flow = _FLOW.get(kind & 0x1F if modulo is Modulo.M8 else kind)
    allowed = _ALLOWED.get(kind, 0)
    if gfi & (_Q | _D) & ~allowed:
        raise PacketError(
            f"GFI {gfi >> 4:04b} in packet type {kind:#04x}",
            offset=0,
            diagnostic=Code.INVALID_GFI,
        )
    if flow is not None:
        if modulo is Modulo.M8:
            _exactly(octets, 3)
            return flow(lcn, kind >> 5)
        _exactly(octets, 4)
        if octets[3] & 0x01:
            raise PacketError("bit 1 of P(R)", offset=3, diagnostic=Code.UNIDENTIFIABLE)
        return flow(lcn, octets[3] >> 1)
    return _decode_rest(octets, lcn, kind)


def _decode_data(octets: bytes, lcn: int, modulo: Modulo) -> Data:
    q_bit, d_bit = bool(octets[0] & _Q), bool(octets[0] & _D)
    low = octets[2]
    if modulo is Modulo.M8:
        return Data(lcn, low >> 1 & 7, low >> 5, octets[3:], bool(low & 0x10), q_bit, d_bit)
    if len(octets) < 4:
        raise PacketError("no P(R)", offset=3, diagnostic=Code.TOO_SHORT)
    high = octets[3]
    return Data(lcn, low >> 1, high >> 1, octets[4:], bool(high & 1), q_bit, d_bit)


def _decode_rest(octets: bytes, lcn: int, kind: int) -> Packet:
    """Read a packet that is neither data nor flow control."""
    match kind:
        case PacketType.CALL:
            _at_least(octets, 5)
            fields = _call_fields(octets, 3)
            return Call(lcn, *fields, bool(octets[0] & _D), bool(octets[0] & _Q))
        case PacketType.CALL_ACCEPTED:
            fields = _call_fields(octets, 3)
            return CallAccepted(lcn, *fields, bool(octets[0] & _D), bool(octets[0] & _Q))
        case PacketType.CLEAR:
            _at_least(octets, 4)
            diagnostic = octets[4] if len(octets) > 4 else None
            return Clear(
                lcn, octets[3], diagnostic, *_call_fields(octets, 5), bool(octets[0] & _Q)
            )
        case PacketType.CLEAR_CONFIRMATION:
            # The extended format (charging information) is for networks; its fields are read
            # over.
            return ClearConfirmation(lcn)
        case PacketType.INTERRUPT:
            _at_least(octets, 4)
            if len(octets) > 3 + MAX_INTERRUPT:
                raise PacketError("interrupt data", offset=35, diagnostic=Code.TOO_LONG)
            return Interrupt(lcn, octets[3:])
        case PacketType.INTERRUPT_CONFIRMATION:
            _exactly(octets, 3)
            return InterruptConfirmation(lcn)
        case PacketType.RESET:
            return Reset(lcn, *_cause(octets))
        case PacketType.RESET_CONFIRMATION:
            _exactly(octets, 3)
            return ResetConfirmation(lcn)
        case PacketType.RESTART:
            return Restart(*_cause(octets), lcn)
        case PacketType.RESTART_CONFIRMATION:
            _exactly(octets, 3)
            return RestartConfirmation(lcn)
        case PacketType.DIAGNOSTIC:
            _at_least(octets, 4)
            return DiagnosticPacket(octets[3], octets[4:], lcn)
        case PacketType.REGISTRATION | PacketType.REGISTRATION_CONFIRMATION:
            confirmation = kind == PacketType.REGISTRATION_CONFIRMATION
            return Registration(confirmation, octets[3:], lcn)
        case _:
            raise PacketError(
                f"packet type {kind:#04x}", offset=2, diagnostic=Code.UNIDENTIFIABLE
            )


def _at_least(octets: bytes, size: int) -> None:
    if len(octets) < size:
        raise PacketError(
            f"{len(octets)} octets: at least {size}",
            offset=len(octets),
            diagnostic=Code.TOO_SHORT,
        )


def _exactly(octets: bytes, size: int) -> None:
    _at_least(octets, size)
    if len(octets) > size:
        raise PacketError(
            f"{len(octets)} octets: at most {size}", offset=size, diagnostic=Code.TOO_LONG
        )


def _cause(octets: bytes) -> tuple[int, int | None]:
    """Read cause and diagnostic of a reset or restart packet."""
    _at_least(octets, 4)
    if len(octets) == 4:
        return octets[3], None
    _exactly(octets, 5)
    return octets[3], octets[4]


def _call_fields(octets: bytes, at: int) -> tuple[str, str, tuple[Facility, ...], bytes]:
    """Read addresses, facilities and user data, each of which may be absent at the end."""
    if at >= len(octets):
        return "", "", (), b""
    if octets[0] & _Q:
        _at_least(octets, at + 2)
        called, calling = octets[at], octets[at + 1]
        at += 2
    else:
        called, calling = octets[at] & 0x0F, octets[at] >> 4
        at += 1
    end = at + (called + calling + 1) // 2
    if end > len(octets):
        raise PacketError(
            f"addresses of {called} and {calling} semi-octets run over the end",
            offset=at,
            diagnostic=Code.TOO_SHORT,
        )
    digits = octets[at:end].hex().upper()
    addresses = digits[:called], digits[called : called + calling]
    if end == len(octets):
        return *addresses, (), b""
    begin, size = end + 1, octets[end]
    if begin + size > len(octets):
        raise PacketError(
            f"facilities of {size} octets run over the end",
            offset=end,
            diagnostic=Code.INVALID_FACILITY_LENGTH,
        )
    user_data = octets[begin + size :]
    if len(user_data) > MAX_USER_DATA:
        raise PacketError(
            f"user data of {len(user_data)} octets", offset=begin, diagnostic=Code.TOO_LONG
        )
    facilities = decode_facilities(octets[begin : begin + size], begin)
    return *addresses, facilities, user_data


def encode(packet: Packet, modulo: Modulo = Modulo.M8) -> bytes:
    """Give the octets of ``packet``; raise ``EncodeError`` if a field has no room."""
    match packet:
        case Data():
            return _encode_data(packet, modulo)
        case Rr(_, pr) | Rnr(_, pr) | Rej(_, pr):
            _in_range("P(R)", pr, modulo.size)
            code = _FLOW_CODES[type(packet)]
            if modulo is Modulo.M8:
                return _head(packet, modulo, pr << 5 | code)
            return _head(packet, modulo, code) + bytes((pr << 1,))
        case Call() | CallAccepted():
            is_call = isinstance(packet, Call)
            kind = PacketType.CALL if is_call else PacketType.CALL_ACCEPTED
            gfi = (_D if packet.d_bit else 0) | (_Q if packet.a_bit else 0)
            fields = _encode_call_fields(packet, whole=is_call)
            return _head(packet, modulo, kind, gfi) + fields
        case Clear(_, cause, diagnostic):
            fields = _encode_call_fields(packet, whole=False)
            if fields and diagnostic is None:
                raise EncodeError("clear packet with fields behind an absent diagnostic")
            gfi = _Q if packet.a_bit else 0
            head = _head(packet, modulo, PacketType.CLEAR, gfi)
            return head + _encode_cause(cause, diagnostic) + fields
        case Reset(_, cause, diagnostic):
            head = _head(packet, modulo, PacketType.RESET)
            return head + _encode_cause(cause, diagnostic)
        case Restart(cause, diagnostic):
            head = _head(packet, modulo, PacketType.RESTART)
            return head + _encode_cause(cause, diagnostic)
        case Interrupt(_, data):
            _in_range("length of interrupt data", len(data) - 1, MAX_INTERRUPT)
            return _head(packet, modulo, PacketType.INTERRUPT) + data
        case DiagnosticPacket(diagnostic, explanation):
            _in_range("diagnostic", diagnostic, 256)
            head = _head(packet, modulo, PacketType.DIAGNOSTIC)
            return head + bytes((diagnostic,)) + explanation
        case Registration(confirmation, fields):
            registration = PacketType.REGISTRATION
            kind = PacketType.REGISTRATION_CONFIRMATION if confirmation else registration
            return _head(packet, modulo, kind) + fields
        case ClearConfirmation():
            return _head(packet, modulo, PacketType.CLEAR_CONFIRMATION)
        case InterruptConfirmation():
            return _head(packet, modulo, PacketType.INTERRUPT_CONFIRMATION)
        case ResetConfirmation():
            return _head(packet, modulo, PacketType.RESET_CONFIRMATION)
        case RestartConfirmation():
            return _head(packet, modulo, PacketType.RESTART_CONFIRMATION)


def _in_range(what: str, value: int, limit: int) -> None:
    if not 0 <= value < limit:
        raise EncodeError(f"{what} {value} outside 0 to {limit - 1}")


def _head(packet: Packet, modulo: Modulo, kind: int, gfi: int = 0) -> bytes:
    """Give octets 1 to 3."""
    _in_range("logical channel", packet.lcn, MAX_LCN + 1)
    return bytes((gfi | modulo.value | packet.lcn >> 8, packet.lcn & 0xFF, kind))


def _encode_data(packet: Data, modulo: Modulo) -> bytes:
    _in_range("P(S)", packet.ps, modulo.size)
    _in_range("P(R)", packet.pr, modulo.size)
    gfi = (_Q if packet.q_bit else 0) | (_D if packet.d_bit else 0)
    if modulo is Modulo.M8:
        kind = packet.pr << 5 | (0x10 if packet.m_bit else 0) | packet.ps << 1
        return _head(packet, modulo, kind, gfi) + packet.data
    high = bytes((packet.pr << 1 | packet.m_bit,))
    return _head(packet, modulo, packet.ps << 1, gfi) + high + packet.data


def _encode_cause(cause: int, diagnostic: int | None) -> bytes:
    _in_range("cause", cause, 256)
    if diagnostic is None:
        return bytes((cause,))
    _in_range("diagnostic", diagnostic, 256)
    return bytes((cause, diagnostic))


def _encode_call_fields(packet: Call | CallAccepted | Clear, *, whole: bool) -> bytes:
    """Write addresses, facilities and user data, unless all are empty and may be absent."""
    called, calling = packet.called, packet.calling
    if len(packet.user_data) > MAX_USER_DATA:
        raise EncodeError(f"user data of {len(packet.user_data)} octets")
    facilities = encode_facilities(packet.facilities)
    if not (whole or called or calling or facilities or packet.user_data):
        return b""
    if packet.a_bit:
        _in_range("length of an address", max(len(called), len(calling)), 256)
        head = bytes((len(called), len(calling)))
    else:
        _in_range("length of an address", max(len(called), len(calling)), 16)
        head = bytes((len(calling) << 4 | len(called),))
    digits = called + calling
    if not set(digits) <= _SEMI_OCTETS:
        raise EncodeError(f"address {digits!r} is not made of semi-octets")
    addresses = bytes.fromhex(digits + "0" * (len(digits) % 2))
    return head + addresses + bytes((len(facilities),)) + facilities + packet.user_data
