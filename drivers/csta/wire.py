"""Messages on the line and in the driver: the same in phase III.

A link of another phase has a wire of its own, which turns its messages into those of phase
III and back, so that no other part of the driver has to know.
"""

from __future__ import annotations

from typing import Any

from protocols.ber.slow import SlowPath
from protocols.csta.codec import Pdu
from protocols.csta.phase3 import codec
from protocols.csta.phase3.codec import Operation


class Wire:
    """A link of phase III."""

    def encode(self, pdu: Pdu) -> bytes:
        """Write a message.

        Raise ``EncodeError`` for a value that does not fit, and ``Unwritable`` for a request
        that the phase of this link does not have.
        """
        return codec.encode(pdu)

    def decode(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        """Read a message of the switch; raise ``DecodeError``."""
        return codec.decode(octets, slow_path)

    def decode_sent(self, octets: bytes, slow_path: SlowPath) -> Pdu:
        """Read a message of an observed client; raise ``DecodeError``."""
        return codec.decode(octets, slow_path)

    def forget(self) -> None:
        """Drop what belongs to an association."""

    def ignored(self, operation: Operation, argument: Any) -> tuple[str, ...]:
        """Name the arguments of a command that its request has no place for."""
        del operation, argument
        return ()
