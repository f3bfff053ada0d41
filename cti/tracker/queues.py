"""Queues: who waits, counted as far as it is seen, and who serves them.

The number of waiting calls is what the switch told last, or a count that goes on from there
with every call that is seen to come or to leave. It is unknown until the switch told it once,
and again after the link was lost.
"""

from __future__ import annotations

from typing import Any

from cti.calls import Call, Leg
from cti.model import events as ev
from cti.model.states import Basis, Outcome
from cti.tracker.book import UNTOLD, Book, QueueRecord


class Queues:
    """Procedures of queues."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def entered(self, queue_id: str, waiting: int | None) -> None:
        """Take a call that came to a queue, with the number of waiting ones if it was told."""
        queue = self.find(queue_id)
        if waiting is not None:
            self._tell(queue, waiting, Basis.REPORTED)
        elif queue.waiting is not None:
            self._tell(queue, queue.waiting + 1, Basis.COUNTED)

    def told(self, queue_id: str, waiting: int) -> None:
        """Take a number that was told again for a call that waits already."""
        self._tell(self.find(queue_id), waiting, Basis.REPORTED)

    def leaves(self, call: Call, leg: Leg, outcome: Outcome, **members: Any) -> None:
        """Tell that a connection leaves the queue; ``left`` counts it, after its own event."""
        self._book.emit_leg(
            ev.ConnectionDequeued,
            call,
            leg,
            previous=leg.state,
            queue_id=leg.queue_id or leg.device_id,
            outcome=outcome,
            **{"origin": self._book.derived, **members},
        )

    def left(self, leg: Leg) -> None:
        """Count a connection that has left its queue."""
        if leg.queue_id is None:
            return
        queue = self.find(leg.queue_id)
        leg.queue_id = None
        if queue.waiting is not None and queue.queue_id in self._book.inside:
            self._tell(queue, max(queue.waiting - 1, 0), Basis.COUNTED)
        else:
            self._tell(queue, None, Basis.UNKNOWN)

    def uncertain(self, leg: Leg) -> None:
        """Take that nobody knows whether a connection has left its queue."""
        if leg.queue_id is not None:
            self._tell(self.find(leg.queue_id), None, Basis.UNKNOWN)
            leg.queue_id = None

    def counted(self, queue_id: str, waiting: int) -> None:
        """Take the number of calls that the switch listed at a queue."""
        self._tell(self.find(queue_id), waiting, Basis.COUNTED)

    def link_lost(self, link_id: str) -> None:
        """Take that calls may come and leave unseen."""
        for queue in self._book.queues.values():
            if queue.link_id == link_id and queue.waiting is not None:
                self._tell(queue, None, Basis.UNKNOWN)

    def serve(self, agent_id: str, queue_ids: list[str]) -> None:
        """Let an agent serve these queues and no others."""
        book = self._book
        changed = [
            queue
            for queue in book.queues.values()
            if (agent_id in queue.agents) != (queue.queue_id in queue_ids)
        ]
        changed += [self.find(name) for name in queue_ids if name not in book.queues]
        for queue in changed:
            if agent_id in queue.agents:
                del queue.agents[agent_id]
            else:
                queue.agents[agent_id] = None
            self._emit(queue, origin=self._book.derived)

    def find(self, queue_id: str) -> QueueRecord:
        """Find or make the record of a queue."""
        record: QueueRecord | None = self._book.queues.get(queue_id)
        if record is None:
            record = self._book.queues[queue_id] = QueueRecord(queue_id)
        return record

    def _tell(self, queue: QueueRecord, waiting: int | None, basis: Basis) -> None:
        if (queue.waiting, queue.basis) == (waiting, basis):
            return
        queue.waiting, queue.basis = waiting, basis
        if basis is Basis.REPORTED:
            self._emit(queue)
        else:
            self._emit(queue, origin=self._book.derived)

    def _emit(self, queue: QueueRecord, **members: Any) -> None:
        self._book.queues[queue.queue_id] = queue  # noted for the store
        queue.version += 1
        queue.link_id = self._book.link_id
        self._book.emit(
            ev.QueueUpdated,
            queue_id=queue.queue_id,
            version=queue.version,
            waiting=queue.waiting,
            basis=queue.basis,
            agents=tuple(queue.agents),
            **{**UNTOLD, **members},
        )
