"""One CTI link of a hub: its wire, its stack, its face and what is under way."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from typing_extensions import override

from protocols.stacks import primitives as st
from sim.faults import Direction, Wire
from sim.mischief import Mischief


class Packets(st.Stack):
    """A message link whose transport carries whole PDUs: each piece of octets is one."""

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets):
                return [st.Received(octets)]
            case st.Send(pdu):
                return [st.Transmit(pdu)]
            case _:
                return []


class Link:
    """One CTI link."""

    def __init__(
        self, number: int, face: Any, stack: st.Stack, wire: Wire, mischief: Mischief
    ) -> None:
        self.number = number
        self.face = face
        self.stack = stack
        self.wire = wire
        self.mischief = mischief
        self.held: list[tuple[Direction, bytes]] = []
        """What a stall keeps back."""
