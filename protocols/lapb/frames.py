"""LAPB frames, modulo 8 and 128, without flags and FCS (ITU-T X.25 (10/96) section 2.3).

``encode`` undoes ``decode``: every frame that ``decode`` returns encodes to the octets it
came from. Octets that are no frame at all raise ``DecodeError`` and are dropped by a
receiver; a frame of this link that a receiver has to reject raises ``RejectedError``,
which carries what the answer FRMR quotes.
"""

from __future__ import annotations

from enum import Enum, IntFlag
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError, TruncatedError


class Modulo(Enum):
    """Range of the sequence numbers: basic or extended mode of operation (2.3.2)."""

    M8 = 8
    M128 = 128


class Address(Enum):
    """Address field (2.3.2; C and D are those of multilink operation)."""

    A = 0x03
    B = 0x01
    C = 0x0F
    D = 0x07


class Reason(IntFlag):
    """Why a frame is rejected: octet 3 (modulo 128: 5) of the FRMR field (2.3.4.9)."""

    W = 0x01
    """Control field undefined or not implemented."""
    X = 0x02
    """Information field not permitted, or unnumbered or supervisory frame of wrong length."""
    Y = 0x04
    """Information field too long."""
    Z = 0x08
    """N(R) not valid."""


class RejectedError(DecodeError):
    """The frame belongs to this link and has a control or information field of no use."""

    def __init__(
        self, message: str, *, offset: int, address: Address, control: bytes, reasons: Reason
    ) -> None:
        super().__init__(message, offset=offset, clause="X.25 2.3.4.9")
        self.address = address
        self.control = control
        """Control field as received, one octet or two."""
        self.reasons = reasons


class Info(msgspec.Struct, frozen=True, gc=False):
    """I: a numbered frame with data of layer 3; always a command."""

    ns: int
    nr: int
    pf: bool = False
    data: bytes = b""


class Rr(msgspec.Struct, frozen=True, gc=False):
    """RR: receive ready; command or response."""

    nr: int
    pf: bool = False


class Rnr(msgspec.Struct, frozen=True, gc=False):
    """RNR: receive not ready; command or response."""

    nr: int
    pf: bool = False


class Rej(msgspec.Struct, frozen=True, gc=False):
    """REJ: send again from N(R); command or response."""

    nr: int
    pf: bool = False


class Sabm(msgspec.Struct, frozen=True, gc=False):
    """SABM: set up or reset the link, modulo 8; a command."""

    pf: bool


class Sabme(msgspec.Struct, frozen=True, gc=False):
    """SABME: set up or reset the link, modulo 128; a command."""

    pf: bool


class Disc(msgspec.Struct, frozen=True, gc=False):
    """DISC: disconnect; a command."""

    pf: bool


class Ua(msgspec.Struct, frozen=True, gc=False):
    """UA: agreement to SABM, SABME or DISC; a response."""

    pf: bool


class Dm(msgspec.Struct, frozen=True, gc=False):
    """DM: the sender is disconnected; a response."""

    pf: bool


class Frmr(msgspec.Struct, frozen=True, gc=False):
    """FRMR: a frame arrived that sending again cannot cure; a response."""

    pf: bool
    control: bytes
    """Control field of the rejected frame, one octet or two."""
    vs: int
    """V(S) of the sender of this frame."""
    vr: int
    """V(R) of the sender of this frame."""
    response: bool
    """C/R: the rejected frame was a response."""
    reasons: Reason
    """All eight bits, of which four have a meaning."""


Supervisory = Rr | Rnr | Rej
Frame = Info | Rr | Rnr | Rej | Sabm | Sabme | Disc | Ua | Dm | Frmr

# Control octets with the P/F bit clear (2.3.3, 2.3.4).
_SUPERVISORY: Final[dict[int, type[Supervisory]]] = {0x01: Rr, 0x05: Rnr, 0x09: Rej}
_UNNUMBERED: Final[dict[int, type[Sabm | Sabme | Disc | Ua | Dm]]] = {
    0x2F: Sabm,
    0x6F: Sabme,
    0x43: Disc,
    0x63: Ua,
    0x0F: Dm,
}
_FRMR: Final = 0x87
_CODES: Final[dict[type[object], int]] = {
    kind: code for table in (_SUPERVISORY, _UNNUMBERED) for code, kind in table.items()
} | {Frmr: _FRMR}
_PF: Final = 0x10


def decode(octets: bytes, modulo: Modulo = Modulo.M8) -> tuple[Address, Frame]:
    """Read one frame.

    Raises ``RejectedError`` when it has to be answered by FRMR, ``DecodeError`` when it has
    to be dropped: too short, or not addressed to either end of a link.
    """
    if len(octets) < 2:
        raise TruncatedError("frame ends before its control field", offset=len(octets))
    try:
        address = Address(octets[0])
    except ValueError:
        raise DecodeError(
            f"address {octets[0]:#04x} is not of this link", offset=0, clause="X.25 2.4.2"
        ) from None
    if octets[1] & 0x03 == 0x03:
        return address, _decode_unnumbered(octets, address, modulo)
    if modulo is Modulo.M8:
        control, low = octets[1:2], octets[1]
        nr, pf, ns = low >> 5, bool(low & _PF), low >> 1 & 7
        code = low & 0x0F
    else:
        if len(octets) < 3:
            raise TruncatedError("frame ends inside its control field", offset=2)
        control, low = octets[1:3], octets[1]
        nr, pf, ns = octets[2] >> 1, bool(octets[2] & 1), low >> 1
        code = low
    data = octets[1 + len(control) :]
    if not low & 1:
        return address, Info(ns, nr, pf, data)
    kind = _SUPERVISORY.get(code)
    if kind is None:
        raise RejectedError(
            f"control {control.hex()} is undefined",
            offset=1,
            address=address,
            control=control,
            reasons=Reason.W,
        )
    if data:
        raise RejectedError(
            f"information field of {len(data)} octets in {kind.__name__}",
            offset=1 + len(control),
            address=address,
            control=control,
            reasons=Reason.W | Reason.X,
        )
    return address, kind(nr, pf)


def _decode_unnumbered(octets: bytes, address: Address, modulo: Modulo) -> Frame:
    """Read a frame whose control field is one octet in both modes."""
    control, data = octets[1], octets[2:]
    pf, code = bool(control & _PF), control & ~_PF
    size = 3 if modulo is Modulo.M8 else 5
    if code == _FRMR and len(data) == size:
        frmr = _decode_frmr(pf, data)
        if frmr is not None:
            return frmr
    kind = _UNNUMBERED.get(code)
    if kind is not None and not data:
        return kind(pf)
    known = kind is not None or code == _FRMR
    raise RejectedError(
        f"information field of {len(data)} octets is wrong for control {control:#04x}"
        if known
        else f"control {control:#04x} is undefined",
        offset=2 if known else 1,
        address=address,
        control=octets[1:2],
        reasons=Reason.W | Reason.X if known else Reason.W,
    )


def _decode_frmr(pf: bool, data: bytes) -> Frmr | None:  # noqa: FBT001 - the field's name
    """Read the field of FRMR; give ``None`` if bits that must be 0 are not."""
    if len(data) == 3:
        if data[1] & 0x01:
            return None
        return Frmr(
            pf=pf,
            control=data[:1],
            vs=data[1] >> 1 & 7,
            vr=data[1] >> 5,
            response=bool(data[1] & 0x10),
            reasons=Reason(data[2]),
        )
    if data[2] & 0x01 or (data[0] & 0x03 == 0x03 and data[1]):
        return None
    return Frmr(
        pf=pf,
        # The second octet is filling for a frame whose control field is one octet.
        control=data[:1] if data[0] & 0x03 == 0x03 else data[:2],
        vs=data[2] >> 1,
        vr=data[3] >> 1,
        response=bool(data[3] & 0x01),
        reasons=Reason(data[4]),
    )


def encode(address: Address, frame: Frame, modulo: Modulo = Modulo.M8) -> bytes:
    """Give the octets of ``frame``; raise ``EncodeError`` if a number has no room."""
    head = bytes((address.value,)) + control_field(frame, modulo)
    match frame:
        case Info():
            return head + frame.data
        case Frmr():
            return head + _encode_frmr(frame, modulo)
        case _:
            return head


def control_field(frame: Frame, modulo: Modulo = Modulo.M8) -> bytes:
    """Give the control field of ``frame``, one octet or two."""
    match frame:
        case Info(ns, nr, pf):
            _check(modulo, ns, nr)
            if modulo is Modulo.M8:
                return bytes((nr << 5 | (_PF if pf else 0) | ns << 1,))
            return bytes((ns << 1, nr << 1 | pf))
        case Rr(nr, pf) | Rnr(nr, pf) | Rej(nr, pf):
            _check(modulo, nr)
            code = _CODES[type(frame)]
            if modulo is Modulo.M8:
                return bytes((nr << 5 | (_PF if pf else 0) | code,))
            return bytes((code, nr << 1 | pf))
        case Sabm(pf) | Sabme(pf) | Disc(pf) | Ua(pf) | Dm(pf) | Frmr(pf):
            return bytes((_CODES[type(frame)] | (_PF if pf else 0),))


def poll_bit(control: bytes) -> bool:
    """Tell the P/F bit of a control field of one octet or two."""
    if len(control) == 2:
        return bool(control[1] & 1)
    return bool(control and control[0] & _PF)


def _encode_frmr(frame: Frmr, modulo: Modulo) -> bytes:
    """Give the information field of FRMR."""
    _check(modulo, frame.vs, frame.vr)
    unnumbered = frame.control[:1] and frame.control[0] & 0x03 == 0x03
    if len(frame.control) != (1 if modulo is Modulo.M8 or unnumbered else 2):
        raise EncodeError(f"rejected control field {frame.control.hex()!r} has a wrong length")
    if not 0 <= frame.reasons <= 0xFF:
        raise EncodeError(f"reasons {frame.reasons:#x} do not fit an octet")
    if modulo is Modulo.M8:
        middle = frame.vr << 5 | (0x10 if frame.response else 0) | frame.vs << 1
        return frame.control + bytes((middle, frame.reasons))
    control = frame.control.ljust(2, b"\0")
    return control + bytes((frame.vs << 1, frame.vr << 1 | frame.response, frame.reasons))


def _check(modulo: Modulo, *numbers: int) -> None:
    """Refuse sequence numbers outside the modulus."""
    for number in numbers:
        if not 0 <= number < modulo.value:
            raise EncodeError(f"sequence number {number} outside modulo {modulo.value}")
