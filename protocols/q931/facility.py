"""What facility elements carry (ITU-T Q.932 (05/98) 8.2.3; ECMA-165 for networks, QSIG).

``encode(decode(contents)) == contents`` for every contents that ``decode`` returns.
Components stay octets; ``apdus`` reads them with the codec of the operations in use.
"""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.ber import tlv
from protocols.errors import DecodeError, EncodeError
from protocols.rose.apdus import Apdu
from protocols.rose.codec import Rose

REMOTE_OPERATIONS: Final = 0x11
"""Protocol profile of Q.932."""
CMIP: Final = 0x12
ACSE: Final = 0x13
NETWORKING_EXTENSIONS: Final = 0x1F
"""Protocol profile of QSIG."""

_EXTENSION: Final = 0xAA
_NETWORK_PROFILE: Final = 0x92
_INTERPRETATION: Final = 0x8B


class Contents(msgspec.Struct, frozen=True, gc=False):
    """Contents of a facility element."""

    components: tuple[bytes, ...]
    """One TLV each."""
    profile: int = REMOTE_OPERATIONS
    """Protocol profile, five bits."""
    extension: bytes | None = None
    """Network facility extension: contents of the TLV AA."""
    network_profile: bytes | None = None
    """Network protocol profile: contents of the TLV 92."""
    interpretation: bytes | None = None
    """Interpretation: contents of the TLV 8B; 0 discard an unrecognized invoke, 1 clear the
    call, 2 reject it."""


def decode(contents: bytes) -> Contents:
    """Read the contents of a facility element; raise ``DecodeError``."""
    if not contents or not contents[0] & 0x80 or contents[0] & 0x60:
        raise DecodeError(
            f"protocol profile {contents[:1].hex() or 'absent'}",
            offset=0,
            clause="Q.932 8.2.3",
        )
    at = 1
    heads: dict[int, bytes] = {}
    for tag in (_EXTENSION, _NETWORK_PROFILE, _INTERPRETATION):
        if at < len(contents) and contents[at] == tag:
            one = tlv.read(contents, at, len(contents))
            if one.end is None or one.end - one.start > 0x7F or one.start != at + 2:
                raise DecodeError(
                    f"{tag:#04x} has another form than one octet of length",
                    offset=at,
                    clause="Q.932 8.2.3",
                )
            heads[tag] = contents[one.start : one.end]
            at = one.end
    components = []
    while at < len(contents):
        end = tlv.measure(contents, at, len(contents), elements=500, depth=30)
        components.append(contents[at:end])
        at = end
    return Contents(
        tuple(components),
        contents[0] & 0x1F,
        heads.get(_EXTENSION),
        heads.get(_NETWORK_PROFILE),
        heads.get(_INTERPRETATION),
    )


def encode(value: Contents) -> bytes:
    """Write the contents of a facility element; raise ``EncodeError``."""
    if not 0 <= value.profile <= 0x1F:
        raise EncodeError(f"protocol profile {value.profile} does not fit 5 bits")
    octets = bytes((0x80 | value.profile,))
    for tag, contents in (
        (_EXTENSION, value.extension),
        (_NETWORK_PROFILE, value.network_profile),
        (_INTERPRETATION, value.interpretation),
    ):
        if contents is not None:
            if len(contents) > 0x7F:
                raise EncodeError(f"{tag:#04x} of {len(contents)} octets")
            octets += bytes((tag, len(contents))) + contents
    return octets + b"".join(value.components)


def apdus(value: Contents, rose: Rose) -> list[Apdu]:
    """Read the components as remote operations; raise ``ApduError`` at the first that is none.

    Operations that ``rose`` does not know have their argument as octets.
    """
    return [rose.decode(component) for component in value.components]
