"""Reading what the switch sends, within bounds for each heartbeat period."""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from drivers.csta.pdus import BoundedSlowPath, read
from drivers.csta.wire import Wire
from protocols.csta.phase3.codec import Pdu
from protocols.errors import DecodeError

UNDECODABLE: Final = 100
"""Undecodable messages in a period; further ones are not answered, and told."""
SLOW_PER_SECOND: Final = 10
"""Messages that the slow decoder reads, on average over a period."""


class Reading:
    """The decoder of one link, and what it could not read lately."""

    def __init__(self, period: float, wire: Wire) -> None:
        self._decode = wire.decode
        self._slow_path = BoundedSlowPath(int(SLOW_PER_SECOND * period))
        self._undecodable = 0

    def begin_period(self) -> None:
        """Count from zero."""
        self._undecodable = self._slow_path.count = 0

    def read(self, octets: bytes) -> tuple[Pdu | DecodeError, list[dr.Action]]:
        """Decode one APDU; what is odd about it comes as anomalies."""
        pdu, oddities = read(octets, self._slow_path, self._decode)
        if isinstance(pdu, DecodeError):
            self._undecodable += 1
        return pdu, oddities

    @property
    def crowded(self) -> bool:
        """Whether too much was undecodable to be answered."""
        return self._undecodable > UNDECODABLE

    def problem(self) -> str:
        """Say that too much cannot be read; empty when it can."""
        return "too many undecodable messages" if self.crowded else ""
