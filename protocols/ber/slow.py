"""The slow path: legal BER that our decoders leave out, read by pyasn1.

That is the indefinite form (X.690 8.1.3.6) and strings in segments (8.6.4, 8.7.3, 8.23).
pyasn1 is not made for hostile octets, so the message is measured first and any exception is
taken for a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pyasn1.codec.ber import decoder

from protocols.ber import tlv
from protocols.ber.asn1_values import from_asn1
from protocols.ber.model import Use
from protocols.ber.reader import NotPlain
from protocols.errors import DecodeError

MAX_OCTETS: Final = 4096
MAX_ELEMENTS: Final = 300
MAX_DEPTH: Final = 32


class SlowPath:
    """Counts messages that took the slow path; the caller limits their rate."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


def decode(use: Use, octets: bytes, why: NotPlain, classes: Mapping[str, type[Any]]) -> Any:
    """Read ``octets`` with pyasn1 into the records of ``classes``; raise ``DecodeError``."""
    if len(octets) > MAX_OCTETS:
        raise DecodeError(
            f"{why.what} in {len(octets)} octets: not decodable", offset=why.offset
        )
    end = tlv.measure(octets, 0, len(octets), elements=MAX_ELEMENTS, depth=MAX_DEPTH)
    if end != len(octets):
        raise DecodeError(
            f"{len(octets) - end} octets after the end of {use.definition.name}",
            offset=end,
            clause=use.definition.clause,
        )
    try:
        value, _ = decoder.decode(octets, asn1Spec=use.asn1)
        return from_asn1(use, value, classes)
    except DecodeError:
        raise
    except Exception as error:  # noqa: BLE001 - pyasn1 leaks errors of every kind
        # Its text may show whole values, so only the kind of the error is told.
        raise DecodeError(
            f"{why.what}: not decodable as {use.definition.name} ({type(error).__name__})",
            offset=why.offset,
            clause=use.definition.clause,
        ) from None
