"""APDUs of a CSTA link of any phase: remote operations and association control.

``encode`` undoes ``decode`` for canonical octets (definite lengths in the fewest octets,
TRUE as 0xFF, unused bits zero), which is what every switch seen sends.
"""

from __future__ import annotations

from typing import Final

from protocols.acse import _codec_acse as acse
from protocols.ber.runtime import FALL_BACK
from protocols.ber.slow import SlowPath
from protocols.errors import EncodeError
from protocols.rose.apdus import Invoke, Reject, ReturnError, ReturnResult
from protocols.rose.codec import Rose

Aarq = acse.AARQ
Aare = acse.AARE
Rlrq = acse.RLRQ
Rlre = acse.RLRE
Abrt = acse.ABRT
Association = Aarq | Aare | Rlrq | Rlre | Abrt
Pdu = Invoke | ReturnResult | ReturnError | Reject | Association

_ASSOCIATION: Final = frozenset(b"\x60\x61\x62\x63\x64")
_NAMES: Final[dict[type[object], str]] = {
    Aarq: "AARQ",
    Aare: "AARE",
    Rlrq: "RLRQ",
    Rlre: "RLRE",
    Abrt: "ABRT",
}


class Codec:
    """Codec of the APDUs of one phase."""

    def __init__(self, rose: Rose) -> None:
        self.rose = rose
        """Codec of the remote operations alone."""
        self._quick = rose.quick

    def decode(self, octets: bytes, slow_path: SlowPath | None = None) -> Pdu:
        """Read one APDU.

        Raise ``DecodeError``; for octets that are no association APDU it is an ``ApduError``,
        which says how a reject would put it. ``slow_path`` counts the message if only pyasn1
        can read its form: the caller limits how many of those it takes.
        """
        try:
            return self._quick(octets)
        except FALL_BACK:
            if octets and octets[0] in _ASSOCIATION:
                return acse.decode_ACSE(octets, slow_path)[1]
            return self.rose.decode(octets, slow_path)

    def encode(self, pdu: Pdu) -> bytes:
        """Write one APDU; raise ``EncodeError`` for a value that does not fit."""
        if isinstance(pdu, Invoke | ReturnResult | ReturnError | Reject):
            return self.rose.encode(pdu)
        name = _NAMES.get(type(pdu))
        if name is None:
            raise EncodeError(f"{type(pdu).__name__} is no APDU")
        return acse.CODEC.encode(name, pdu)
