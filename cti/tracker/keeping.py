"""Keeping: the tracker's records as what survives, and records made of it again.

``restore`` undoes ``kept``: a tracker that starts from what another one knew goes on as that
one would have. ``Keeper`` tells what changed since it was asked last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

import msgspec

from cti.calls import Call, CallIndex, Leg
from cti.identity import StartingState
from cti.kept import (
    KeptAgent,
    KeptCall,
    KeptDevice,
    KeptLeg,
    KeptLogOn,
    KeptMonitor,
    KeptQueue,
    Kind,
    Row,
)
from cti.tracker.book import AgentRecord, Book, DeviceRecord, QueueRecord

KINDS: Final[dict[Kind, type]] = {
    Kind.CALL: KeptCall,
    Kind.AGENT: KeptAgent,
    Kind.LOG_ON: KeptLogOn,
    Kind.DEVICE: KeptDevice,
    Kind.QUEUE: KeptQueue,
}
"""Kept form of each kind of object."""

_ENCODER: Final = msgspec.json.Encoder()
_LEG: Final = KeptLeg.__struct_fields__
_CALL: Final = (
    *("call_id", "thread_id", "state", "created_at", "heard_at", "version", "direction"),
    *("connected_at", "ended_at", "numbers", "data", "global_ref", "partial", "stale_since"),
    *("went_on", "merge", "caller", "bound_for"),
)
"""Members of a call that are kept as they are."""
_AGENT: Final = ("device_id", "state", "pending", "reason", "since", "version")
_DEVICE: Final = ("on_hook", "dnd", "mwi", "in_service", "version")
_QUEUE: Final = ("waiting", "basis", "version")


def _read(record: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _write(record: object, kept: object, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(record, name, getattr(kept, name))


# One pair of functions for each kind.


def keep_leg(leg: Leg) -> KeptLeg:
    """Keep a connection."""
    return KeptLeg(**_read(leg, _LEG))


def restore_leg(kept: KeptLeg) -> Leg:
    """Undo ``keep_leg``."""
    leg = Leg(kept.device_id, kept.leg, kept.agent_id)
    _write(leg, kept, _LEG)
    return leg


def keep_call(call: Call, index: CallIndex) -> KeptCall:
    """Keep a call, with the native identifiers by which the index finds it."""
    externals, unnamed = call.handles
    return KeptCall(
        natives=tuple(call.natives),
        bound=index.bound(call),
        lingering=index.lingering(call),
        legs=tuple([keep_leg(leg) for leg in call.legs.values()]),
        aliases=dict(call.aliases),
        thread_aliases=tuple(call.thread_aliases),
        externals=externals,
        unnamed=dict(unnamed),
        **_read(call, _CALL),
    )


def restore_call(kept: KeptCall) -> Call:
    """Undo ``keep_call``; the index is to be told of it."""
    call = Call(kept.call_id, kept.thread_id, kept.natives[-1], kept.created_at)
    _write(call, kept, _CALL)
    call.natives = list(kept.natives)
    call.legs = {(leg.device_id, leg.leg): restore_leg(leg) for leg in kept.legs}
    call.aliases = dict(kept.aliases)
    call.thread_aliases = list(kept.thread_aliases)
    call.restore_handles(kept.externals, kept.unnamed)
    return call


def keep_agent(record: AgentRecord) -> KeptAgent:
    """Keep an agent."""
    queues = tuple(record.queues)
    return KeptAgent(agent_id=record.agent_id, queues=queues, **_read(record, _AGENT))


def restore_agent(kept: KeptAgent) -> AgentRecord:
    """Undo ``keep_agent``."""
    record = AgentRecord(kept.agent_id)
    _write(record, kept, _AGENT)
    record.queues = list(kept.queues)
    return record


def keep_device(record: DeviceRecord) -> KeptDevice:
    """Keep a device."""
    forwarding = dict(record.forwarding)
    return KeptDevice(
        device_id=record.device_id, forwarding=forwarding, **_read(record, _DEVICE)
    )


def restore_device(kept: KeptDevice) -> DeviceRecord:
    """Undo ``keep_device``."""
    record = DeviceRecord(kept.device_id)
    _write(record, kept, _DEVICE)
    record.forwarding = dict(kept.forwarding)
    return record


def keep_queue(queue_id: str, record: QueueRecord) -> KeptQueue:
    """Keep a queue."""
    return KeptQueue(queue_id=queue_id, **_read(record, _QUEUE))


def restore_queue(kept: KeptQueue) -> QueueRecord:
    """Undo ``keep_queue``."""
    record = QueueRecord()
    _write(record, kept, _QUEUE)
    return record


# A whole tracker.


def kept(book: Book) -> dict[str, Any]:
    """Keep all objects: the members of a ``StartingState`` that hold them."""
    return {
        "calls": tuple(keep_call(call, book.calls) for call in book.calls.everyone()),
        "agents": tuple(keep_agent(record) for record in book.agents.values()),
        "logged_on": tuple(KeptLogOn(*pair) for pair in book.agent_at.items()),
        "devices": tuple(keep_device(record) for record in book.devices.values()),
        "queues": tuple(keep_queue(*pair) for pair in book.queues.items()),
        "monitors": tuple(
            KeptMonitor(link_id, monitor, device_id)
            for (link_id, monitor), device_id in book.monitors.items()
        ),
    }


def restore(start: StartingState, book: Book) -> None:
    """Undo ``kept``, into a book that is empty."""
    for one in sorted(start.calls, key=lambda call: call.ended_at or 0):
        book.calls.restore(restore_call(one), one.bound, one.lingering)
    for agent in start.agents:
        book.agents[agent.agent_id] = restore_agent(agent)
    for log_on in start.logged_on:
        book.agent_at[log_on.device_id] = log_on.agent_id
    for device in start.devices:
        book.devices[device.device_id] = restore_device(device)
    for queue in start.queues:
        book.queues[queue.queue_id] = restore_queue(queue)
    for monitor in start.monitors:
        book.monitors[monitor.link_id, monitor.monitor] = monitor.device_id
        if monitor.device_id is not None:
            book.monitored[monitor.device_id] += 1


class _Table(Protocol):
    """A table that tells what may have changed: see ``cti.tracker.watched``."""

    def touched(self) -> list[str]: ...

    def get(self, key: str) -> Any: ...


class Keeper:
    """Tells what changed in the tables of a switch since it was asked last."""

    def __init__(self, book: Book, start: StartingState) -> None:
        """``start`` is what is kept already."""
        self._book = book
        self._tables: tuple[tuple[Kind, _Table, Callable[[str, Any], object]], ...] = (
            (Kind.AGENT, book.agents, lambda _, record: keep_agent(record)),
            (Kind.LOG_ON, book.agent_at, KeptLogOn),
            (Kind.DEVICE, book.devices, lambda _, record: keep_device(record)),
            (Kind.QUEUE, book.queues, keep_queue),
        )
        self._bodies: dict[tuple[Kind, str], bytes] = {
            (kind, key): body for kind, key, body in _bodies(start)
        }
        for _, table, _ in self._tables:
            table.touched()

    def changes(self) -> Iterator[Row]:
        """Give every object that is not as it was, and every one that is gone."""
        for call in self._book.calls.touched():
            known = keep_call(call, self._book.calls)
            gone = call.ended_at is not None and not known.lingering
            yield from self._row(Kind.CALL, call.call_id, None if gone else known)
        for kind, table, keep in self._tables:
            for key in table.touched():
                record = table.get(key)
                yield from self._row(kind, key, None if record is None else keep(key, record))
            table.touched()  # of our own looking

    def _row(self, kind: Kind, key: str, known: object | None) -> Iterator[Row]:
        before = self._bodies.get((kind, key))
        if known is None:
            if before is not None:
                del self._bodies[kind, key]
                yield Row(kind, key, None)
            return
        try:
            body = _ENCODER.encode(known)
        except (UnicodeEncodeError, TypeError, RecursionError):  # what no event can show either
            self._book.counters["anomaly.not_kept"] += 1
            return
        if body != before:
            self._bodies[kind, key] = body
            yield Row(kind, key, body)


def _bodies(start: StartingState) -> Iterator[tuple[Kind, str, bytes]]:
    every = (
        *((Kind.CALL, one.call_id, one) for one in start.calls),
        *((Kind.AGENT, one.agent_id, one) for one in start.agents),
        *((Kind.LOG_ON, one.device_id, one) for one in start.logged_on),
        *((Kind.DEVICE, one.device_id, one) for one in start.devices),
        *((Kind.QUEUE, one.queue_id, one) for one in start.queues),
    )
    for kind, key, one in every:
        yield kind, key, _ENCODER.encode(one)
