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
    KeptNewcomer,
    KeptQueue,
    KeptRun,
    KeptTrunk,
    Kind,
    Row,
)
from cti.tracker.book import AgentRecord, Book, DeviceRecord, QueueRecord, TrunkRecord
from cti.tracker.verdicts import Newcomer, Run, Verdict

KINDS: Final[dict[Kind, type]] = {
    Kind.CALL: KeptCall,
    Kind.AGENT: KeptAgent,
    Kind.LOG_ON: KeptLogOn,
    Kind.DEVICE: KeptDevice,
    Kind.QUEUE: KeptQueue,
    Kind.TRUNK: KeptTrunk,
}
"""Kept form of each kind of object."""

_ENCODER: Final = msgspec.json.Encoder()
_LEG: Final = KeptLeg.__struct_fields__
_CALL: Final = (
    *("call_id", "thread_id", "state", "created_at", "heard_at", "version", "direction"),
    *("connected_at", "ended_at", "numbers", "data", "global_ref", "partial", "stale_since"),
    *("given_until", "unverified", "asked", "asked_at", "idle_told", "link_id", "story_at"),
    *("went_on", "merge", "caller", "bound_for"),
)
"""Members of a call that are kept as they are."""
_AGENT: Final = (
    *("device_id", "state", "pending", "reason", "since", "sure", "version"),
    "link_id",
)
_DEVICE: Final = ("on_hook", "dnd", "mwi", "in_service", "type", "version")
_QUEUE: Final = ("waiting", "basis", "version", "link_id")
_TRUNK: Final = ("in_service", "call_id", "version")


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
    call.story_at = kept.story_at or kept.created_at
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
    agents = tuple(record.agents)
    return KeptQueue(queue_id=queue_id, agents=agents, **_read(record, _QUEUE))


def restore_queue(kept: KeptQueue) -> QueueRecord:
    """Undo ``keep_queue``."""
    record = QueueRecord(kept.queue_id)
    _write(record, kept, _QUEUE)
    record.agents = dict.fromkeys(kept.agents)
    return record


def keep_trunk(record: TrunkRecord) -> KeptTrunk:
    """Keep a trunk."""
    return KeptTrunk(trunk_id=record.trunk_id, **_read(record, _TRUNK))


def restore_trunk(kept: KeptTrunk) -> TrunkRecord:
    """Undo ``keep_trunk``."""
    record = TrunkRecord(kept.trunk_id)
    _write(record, kept, _TRUNK)
    return record


def keep_run(link_id: str, run: Run, index: CallIndex) -> KeptRun:
    """Keep what was found while a link is asked for everything, of calls that are there."""
    return KeptRun(
        link_id=link_id,
        begun_at=run.begun_at,
        known=tuple(sorted(run.known)),
        heard=tuple(sorted(run.heard)),
        missing=tuple(
            (call_id, leg.device_id, leg.leg)
            for call_id, legs in run.missing.items()
            if index.by_id(call_id) is not None
            for leg in legs
        ),
        newcomers=tuple(
            KeptNewcomer(
                call_id, one.seen, one.device_id, None if one.before is None else one.before.leg
            )
            for call_id, newcomers in run.newcomers.items()
            if index.by_id(call_id) is not None
            for one in newcomers
        ),
        verdicts={call_id: int(verdict) for call_id, verdict in run.verdicts.items()},
        uncounted=tuple(sorted(run.uncounted)),
    )


def restore_run(kept: KeptRun, index: CallIndex) -> Run:
    """Undo ``keep_run``."""
    run = Run(kept.begun_at, set(kept.known))
    run.heard = set(kept.heard)
    run.uncounted = set(kept.uncounted)
    run.verdicts = {call_id: Verdict(number) for call_id, number in kept.verdicts.items()}
    for call_id, device_id, number in kept.missing:
        call = index.by_id(call_id)
        if call is not None:
            run.gone(call, [call.legs[device_id, number]])
    for one in kept.newcomers:
        call = index.by_id(one.call_id)
        if call is not None:
            before = None if one.leg is None else call.legs[one.device_id, one.leg]
            run.came(call, Newcomer(one.seen, one.device_id, before))
    return run


# A whole tracker.


def kept(book: Book) -> dict[str, Any]:
    """Keep all objects: the members of a ``StartingState`` that hold them."""
    return {
        "calls": tuple(keep_call(call, book.calls) for call in book.calls.everyone()),
        "agents": tuple(keep_agent(record) for record in book.agents.values()),
        "logged_on": tuple(KeptLogOn(*pair) for pair in book.agent_at.items()),
        "devices": tuple(keep_device(record) for record in book.devices.values()),
        "queues": tuple(keep_queue(*pair) for pair in book.queues.items()),
        "trunks": tuple(keep_trunk(record) for record in book.trunks.values()),
        "monitors": tuple(
            KeptMonitor(link_id, monitor, device_id)
            for (link_id, monitor), device_id in book.monitors.items()
        ),
        "awaited": {name: tuple(sorted(ids)) for name, ids in book.inside.awaited.items()},
        "runs": tuple(keep_run(name, run, book.calls) for name, run in book.runs.items()),
        "links": dict(book.links),
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
    for trunk in start.trunks:
        book.trunks[trunk.trunk_id] = restore_trunk(trunk)
    for monitor in start.monitors:
        book.monitors[monitor.link_id, monitor.monitor] = monitor.device_id
        if monitor.device_id is not None:
            book.monitored[monitor.device_id] += 1
    book.inside.awaited.update({name: set(ids) for name, ids in start.awaited.items()})
    book.runs.update({run.link_id: restore_run(run, book.calls) for run in start.runs})
    book.links.update(start.links)
    for call in book.calls:
        book.agenda.watch(call)


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
            (Kind.TRUNK, book.trunks, lambda _, record: keep_trunk(record)),
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
        *((Kind.TRUNK, one.trunk_id, one) for one in start.trunks),
    )
    for kind, key, one in every:
        yield kind, key, _ENCODER.encode(one)
