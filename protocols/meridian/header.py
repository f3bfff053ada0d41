"""The header before the elements (section 7.1): the one place that knows its layout.

Another layout changes this declaration; everything else sees a ``Header`` only.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from construct import Int8ub, Int16ub, Struct
from msgspec import Struct as Record

DECLARATION: Final[Any] = Struct(
    "length" / Int16ub,
    "protocol" / Int8ub,
    "version" / Int8ub,
    "type" / Int8ub,
    "kind" / Int8ub,
    "association" / Int16ub,
    "reference" / Int16ub,
    "customer" / Int8ub,
    "spare" / Int8ub,
)
SIZE: Final[int] = DECLARATION.sizeof()
LENGTH_SIZE: Final = 2
"""Octets from the beginning until the length is known."""
NO_CUSTOMER: Final = 255
QUICK: Final = struct.Struct(">5HB")
"""The same octets in fewer numbers: length; protocol and version; type and kind; association;
reference; customer."""


class Header(Record, frozen=True, gc=False):
    """The fields of a header, as numbers."""

    length: int
    """Octets of the whole message with its header."""
    protocol: int
    version: int
    type: int
    kind: int
    association: int
    reference: int
    customer: int
    spare: int


def total(octets: bytes, at: int = 0) -> int:
    """Give the octets of the message that begins at ``at``; its length must be there."""
    return octets[at] << 8 | octets[at + 1]
