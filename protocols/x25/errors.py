"""The error of the packet codec: a ``DecodeError`` that knows its diagnostic code."""

from __future__ import annotations

from protocols.errors import DecodeError
from protocols.x25.causes import Diagnostic


class PacketError(DecodeError):
    """Octets are not an X.25 packet, or one whose fields do not add up."""

    def __init__(
        self, message: str, *, offset: int, diagnostic: Diagnostic, clause: str = ""
    ) -> None:
        super().__init__(message, offset=offset, clause=clause)
        self.diagnostic = diagnostic
        """What the answer to the packet says (X.25 annex E)."""
