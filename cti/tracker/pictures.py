"""Pictures of devices, agents, queues and trunks: what is published as their retained state."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from cti import moment
from cti.calls import Call, Leg
from cti.legal import allowed
from cti.model.capabilities import Capabilities
from cti.model.objects import Agent, Device, Queue, Trunk
from cti.model.objects import Call as CallPicture
from cti.model.states import Basis, ConnectionState, DeviceType
from cti.tracker.book import Book, DeviceRecord


def device(book: Book, device_id: str, capabilities: Capabilities | None) -> Device:
    """Show a device with its calls and the commands that are legal on them now."""
    record = book.devices.get(device_id) or DeviceRecord(device_id)
    here = book.calls.at(device_id)
    calls = tuple(_call(book, call, leg, here, capabilities) for call, leg in here)
    kind = record.type
    if kind is DeviceType.UNKNOWN and device_id in book.queues:
        kind = DeviceType.QUEUE
    return Device(
        switch_id=book.switch_id,
        device_id=device_id,
        type=kind,
        numbers=(device_id,),
        monitored=device_id in book.monitored,
        in_service=record.in_service,
        on_hook=record.on_hook,
        dnd=record.dnd,
        mwi=record.mwi,
        forwarding=tuple(record.forwarding.values()) if record.forwarding else UNSET,
        agent_id=book.agent_at.get(device_id, UNSET),
        calls=calls,
        version=record.version,
    )


def _call(
    book: Book,
    call: Call,
    own: Leg,
    here: list[tuple[Call, Leg]],
    capabilities: Capabilities | None,
) -> CallPicture:
    """Show a call as the device sees it: verbs are given for its own connection only."""
    other_held = any(
        leg.state is ConnectionState.HELD for other, leg in here if other is not call
    )
    verbs = allowed(own.state, capabilities, other_held=other_held)
    picture = call.picture(book.switch_id)
    connections = tuple(
        msgspec.structs.replace(one, allowed=verbs)
        if (one.device_id, one.leg) == (own.device_id, own.leg)
        else one
        for one in picture.connections
    )
    return msgspec.structs.replace(picture, connections=connections)


def agent(book: Book, agent_id: str) -> Agent | None:
    """Show an agent; None if nobody has told of it."""
    record = book.agents.get(agent_id)
    if record is None:
        return None
    return Agent(
        switch_id=book.switch_id,
        agent_id=agent_id,
        state=record.state,
        device_id=record.device_id,
        reason=record.reason,
        pending=record.pending,
        queues=tuple(record.queues),
        queues_basis=Basis.REPORTED if record.queues else Basis.UNKNOWN,
        since=None if record.since is None else moment.text(record.since),
        version=record.version,
        link_id=record.link_id,
    )


def queue(book: Book, queue_id: str) -> Queue | None:
    """Show a queue; None if nobody has told of it."""
    record = book.queues.get(queue_id)
    if record is None:
        return None
    return Queue(
        switch_id=book.switch_id,
        queue_id=queue_id,
        waiting=record.waiting,
        basis=record.basis,
        agents=tuple(record.agents),
        version=record.version,
        link_id=record.link_id,
    )


def trunk(book: Book, trunk_id: str) -> Trunk | None:
    """Show a trunk; None if nobody has told of it."""
    record = book.trunks.get(trunk_id)
    if record is None:
        return None
    call = None if record.call_id is None else book.calls.by_id(record.call_id)
    busy = call is not None and any(leg.trunk == trunk_id for leg in call.live)
    return Trunk(
        switch_id=book.switch_id,
        trunk_id=trunk_id,
        in_service=record.in_service,
        call_id=record.call_id if busy else None,
        version=record.version,
    )
