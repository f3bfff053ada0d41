"""Errors of the protocol cores.

::

    ProtocolError
     +-- DecodeError          octets that are not a PDU of this protocol
     |    +-- TruncatedError  ...because they end too early
     +-- EncodeError          a value that has no octets in this protocol

Codecs raise these; machines raise nothing.
"""

from __future__ import annotations

from typing_extensions import override


class ProtocolError(Exception):
    """Any failure of a codec."""


class DecodeError(ProtocolError):
    """Octets are not a PDU of this protocol."""

    def __init__(self, message: str, *, offset: int, clause: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What is wrong, in lower case, with the value that was found."""
        self.offset = offset
        """Octets before the place where decoding stopped, from 0."""
        self.clause = clause
        """Where the standard says so: body, number and clause; empty when no clause applies."""

    @override
    def __str__(self) -> str:
        where = f" ({self.clause})" if self.clause else ""
        return f"{self.message} at octet {self.offset}{where}"


class TruncatedError(DecodeError):
    """Octets end before the PDU does."""


class EncodeError(ProtocolError):
    """A value has no octets in this protocol."""
