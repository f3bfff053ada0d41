"""Trunks: in service or not, and which call has them."""

from __future__ import annotations

from cti.calls import Call, Leg
from cti.model import events as ev
from cti.tracker.book import UNTOLD, Book, TrunkRecord


class Trunks:
    """Procedures of trunks."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def seized(self, call: Call, leg: Leg) -> None:
        """Take that a connection uses a trunk, once it is known."""
        if leg.trunk is None:
            return
        trunk = self._find(leg.trunk)
        if trunk.call_id != call.call_id:
            trunk.call_id = call.call_id
            trunk.version += 1
            self._book.emit(
                ev.TrunkSeized,
                trunk_id=trunk.trunk_id,
                version=trunk.version,
                call_id=call.call_id,
                **{"origin": self._book.derived, **UNTOLD},
            )

    def freed(self, call: Call, trunk_id: str | None) -> None:
        """Take that a connection of a call uses a trunk no more; no event tells it."""
        trunk = None if trunk_id is None else self._book.trunks.get(trunk_id)
        if trunk is None or trunk.call_id != call.call_id:
            return
        if all(leg.trunk != trunk_id for leg in call.live):
            trunk.call_id = None

    def service(self, trunk_id: str, *, works: bool) -> None:
        """Take that a trunk works, or does not."""
        trunk = self._find(trunk_id)
        if trunk.in_service is works:
            self._book.counters["collapsed"] += 1
            return
        trunk.in_service = works
        kind = ev.TrunkInService if works else ev.TrunkOutOfService
        trunk.version += 1
        self._book.emit(kind, trunk_id=trunk_id, version=trunk.version)

    def _find(self, trunk_id: str) -> TrunkRecord:
        record: TrunkRecord | None = self._book.trunks.get(trunk_id)
        if record is None:
            record = self._book.trunks[trunk_id] = TrunkRecord(trunk_id)
        return record
