"""LAPD frames, without flags and FCS (ITU-T Q.921 (09/97) sections 2 and 3).

``encode`` undoes ``decode``: every frame that ``decode`` returns encodes to the octets it
came from. Octets that are no frame at all raise ``DecodeError`` and are dropped by a receiver
(2.9); a frame whose control or information field is of no use raises ``InvalidError``, which
carries the letter of the error to report. Frames that LAPD has from the extended mode of LAPB
are the same values.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.lapb.frames import (
    Disc,
    Dm,
    Info,
    Modulo,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Supervisory,
    Ua,
    control_field,
)

__all__ = [
    "Address", "Disc", "Dm", "Error", "Frame", "Frmr", "Info", "InvalidError", "Rej", "Rnr",
    "Rr", "Sabme", "Ua", "Ui", "Xid", "decode", "encode",
]  # fmt: skip

CALL_CONTROL: Final = 0
"""SAPI of call control: Q.931 and what is built on it."""
PACKET: Final = 16
"""SAPI of X.25 packets."""
MANAGEMENT: Final = 63
"""SAPI of layer management."""
GROUP_TEI: Final = 127
"""TEI of every terminal at once."""


class Address(msgspec.Struct, frozen=True, gc=False):
    """Address field (3.3)."""

    sapi: int
    """Service access point, 0 to 63."""
    tei: int
    """Terminal endpoint, 0 to 127."""
    cr: bool
    """C/R bit as it is on the line: what it means depends on who sent the frame."""


class Error(Enum):
    """Letter of an MDL-ERROR indication (appendix II)."""

    A = "supervisory response F=1 not asked for"
    B = "DM F=1 not asked for"
    C = "UA F=1 not asked for"
    D = "UA F=0"
    E = "DM F=0: peer lost the link"
    F = "peer set the link up again"
    G = "no answer to SABME"
    H = "no answer to DISC"
    I = "no answer to an enquiry"  # noqa: E741 - the letter is its name
    J = "N(R) not valid"
    K = "FRMR received"
    L = "control field undefined"
    M = "information field not permitted"
    N = "frame of wrong length"
    O = "information field too long"  # noqa: E741 - the letter is its name


class InvalidError(DecodeError):
    """The frame is addressed well and its control or information field is of no use."""

    def __init__(self, message: str, *, offset: int, address: Address, error: Error) -> None:
        super().__init__(message, offset=offset, clause="Q.921 5.8.5")
        self.address = address
        self.error = error
        """L, M or N."""


class Frmr(msgspec.Struct, frozen=True, gc=False):
    """FRMR: the peer got a frame that sending again cannot cure; never sent (3.6.11)."""

    pf: bool
    field: bytes
    """Its five octets as received: rejected control field, V(S), V(R) and C/R, reasons."""


class Ui(msgspec.Struct, frozen=True, gc=False):
    """UI: data without a number; a command (3.6.4)."""

    pf: bool = False
    data: bytes = b""


class Xid(msgspec.Struct, frozen=True, gc=False):
    """XID: identification and parameters; command or response (3.6.12)."""

    pf: bool = False
    data: bytes = b""


Frame = Info | Rr | Rnr | Rej | Sabme | Disc | Ua | Dm | Frmr | Ui | Xid

# Control octets with the P/F bit clear (table 5/Q.921).
_SUPERVISORY: Final[dict[int, type[Supervisory]]] = {0x01: Rr, 0x05: Rnr, 0x09: Rej}
_BARE: Final[dict[int, type[Sabme | Disc | Ua | Dm]]] = {
    0x6F: Sabme,
    0x43: Disc,
    0x63: Ua,
    0x0F: Dm,
}
_WITH_DATA: Final[dict[int, type[Ui | Xid]]] = {0x03: Ui, 0xAF: Xid}
_FRMR: Final = 0x87
_FRMR_FIELD: Final = 5
_PF: Final = 0x10


def decode(octets: bytes) -> tuple[Address, Frame]:
    """Read one frame; raise ``InvalidError`` or ``DecodeError``."""
    if len(octets) < 3:
        raise TruncatedError("frame ends before its control field", offset=len(octets))
    if octets[0] & 1 or not octets[1] & 1:
        raise DecodeError(
            f"address {octets[:2].hex()} is not of two octets",
            offset=0 if octets[0] & 1 else 1,
            clause="Q.921 3.2",
        )
    address = Address(octets[0] >> 2, octets[1] >> 1, bool(octets[0] & 2))
    control = octets[2]
    if control & 0x03 == 0x03:
        return address, _decode_unnumbered(address, control, octets[3:])
    if len(octets) < 4:
        raise TruncatedError("frame ends inside its control field", offset=3)
    nr, pf, data = octets[3] >> 1, bool(octets[3] & 1), octets[4:]
    if not control & 1:
        return address, Info(control >> 1, nr, pf, data)
    kind = _SUPERVISORY.get(control)
    if kind is None:
        raise InvalidError(
            f"control {octets[2:4].hex()} is undefined",
            offset=2,
            address=address,
            error=Error.L,
        )
    if data:
        raise _not_permitted(address, kind, data, offset=4)
    return address, kind(nr, pf)


def _decode_unnumbered(address: Address, control: int, data: bytes) -> Frame:
    pf, code = bool(control & _PF), control & ~_PF
    if bare := _BARE.get(code):
        if data:
            raise _not_permitted(address, bare, data, offset=3)
        return bare(pf)
    if with_data := _WITH_DATA.get(code):
        return with_data(pf, data)
    if code != _FRMR:
        raise InvalidError(
            f"control {control:#04x} is undefined", offset=2, address=address, error=Error.L
        )
    if len(data) != _FRMR_FIELD:
        raise InvalidError(
            f"FRMR with {len(data)} octets instead of {_FRMR_FIELD}",
            offset=3,
            address=address,
            error=Error.N,
        )
    return Frmr(pf, data)


def _not_permitted(
    address: Address, kind: type[object], data: bytes, *, offset: int
) -> InvalidError:
    return InvalidError(
        f"information field of {len(data)} octets in {kind.__name__}",
        offset=offset,
        address=address,
        error=Error.M,
    )


def encode(address: Address, frame: Frame) -> bytes:
    """Give the octets of ``frame``; raise ``EncodeError`` if a number has no room."""
    if not (0 <= address.sapi <= 63 and 0 <= address.tei <= 127):
        raise EncodeError(f"no address has SAPI {address.sapi} and TEI {address.tei}")
    head = bytes((address.sapi << 2 | address.cr << 1, address.tei << 1 | 1))
    match frame:
        case Info():
            return head + control_field(frame, Modulo.M128) + frame.data
        case Frmr(pf, field):
            if len(field) != _FRMR_FIELD:
                raise EncodeError(f"FRMR with {len(field)} octets instead of {_FRMR_FIELD}")
            return head + _unnumbered(_FRMR, pf=pf) + field
        case Ui(pf, data):
            return head + _unnumbered(0x03, pf=pf) + data
        case Xid(pf, data):
            return head + _unnumbered(0xAF, pf=pf) + data
        case Rr() | Rnr() | Rej() | Sabme() | Disc() | Ua() | Dm():
            return head + control_field(frame, Modulo.M128)


def _unnumbered(code: int, *, pf: bool) -> bytes:
    return bytes((code | (_PF if pf else 0),))
