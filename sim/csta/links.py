"""One CTI link of a hub: its wire, its stack, its face and what is under way."""

from __future__ import annotations

from protocols.stacks import framing
from sim.csta.dialects import Framing
from sim.csta.face import Face
from sim.csta.gate import Gate
from sim.csta.mischief import Mischief
from sim.faults import Direction, Wire


class Link:
    """One CTI link."""

    def __init__(
        self, number: int, face: Face, wire: Wire, mischief: Mischief, gate: Gate
    ) -> None:
        self.number = number
        self.face = face
        self.wire = wire
        self.mischief = mischief
        self.gate = gate
        hipath = face.dialect.framing is Framing.HIPATH
        self.stack = framing.hipath() if hipath else framing.length16()
        self.held: list[tuple[Direction, bytes]] = []
        """What a stall keeps back."""
