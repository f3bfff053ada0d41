"""What the link of a dialect speaks: its wire, and its APDUs as faults see them."""

from __future__ import annotations

from protocols.csta.phase3 import codec
from sim.csta.dialects import Dialect, Phase
from sim.csta.mischief import Apdus
from sim.csta.phase12.mischief import EarlyApdus
from sim.csta.phase12.wire import EarlyWire
from sim.csta.wires import Wire


def wire(dialect: Dialect) -> Wire:
    """Make the wire of a link."""
    return codec.CODEC if dialect.phase is Phase.III else EarlyWire(dialect.phase)


def letters(dialect: Dialect) -> Apdus:
    """Give what faults must know of the APDUs of a link."""
    return Apdus() if dialect.phase is Phase.III else EarlyApdus(dialect.phase)
