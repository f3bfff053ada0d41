"""What a consumer of the events believes: every picture, made of nothing but events.

It has to equal what the tracker would publish, field by field, after each event. Nothing of
the tracker is used here but the words of the model and ``cti.legal``. The rules that hold for
any driver's events are those of ``tests.support.folding``; here are those that need the whole
state.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct

from cti.legal import allowed
from cti.model import events as ev
from cti.model import objects as ob
from cti.model.data import CallData
from cti.model.states import (
    LEGAL_TRANSITIONS,
    AgentState,
    Basis,
    CallState,
    ConnectionState,
    DeviceType,
    LinkState,
    Origin,
)

_S = ConnectionState


class Pictures(Struct):
    """Everything that is published about one switch at one moment."""

    calls: list[ob.Call]
    """Oldest first."""
    devices: dict[str, ob.Device]
    agents: dict[str, ob.Agent]
    queues: dict[str, ob.Queue]
    trunks: dict[str, ob.Trunk]
    links: dict[str, LinkState]
    monitors: dict[tuple[str, str], str | None]
    """Link and cross reference to the monitored device."""


def ordered(pictures: Pictures) -> Pictures:
    """Put the connections of each call into an order that does not depend on who had left."""

    def sort(call: ob.Call) -> ob.Call:
        legs = sorted(call.connections, key=lambda one: (one.device_id, one.leg))
        return msgspec.structs.replace(call, connections=tuple(legs))

    def device(one: ob.Device) -> ob.Device:
        return msgspec.structs.replace(one, calls=tuple(sort(call) for call in one.calls))

    return msgspec.structs.replace(
        pictures,
        calls=[sort(call) for call in pictures.calls],
        devices={name: device(one) for name, one in pictures.devices.items()},
    )


class Leg:
    """A connection, as the events tell it."""

    def __init__(self) -> None:
        self.state = _S.NULL
        self.since: str | None = None
        self.cause: Any = None
        self.agent_id: str | None = None
        self.number: Any = None
        self.trunk: str | None = None
        self.moved_from: str | None = None
        self.sure = True
        """False when messages may be missing: any next step is legal then."""


class Call:
    """A call, as the events tell it."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        """Members of the picture, but for the connections."""
        self.legs: dict[tuple[str, int], Leg] = {}

    @property
    def live(self) -> dict[tuple[str, int], Leg]:
        return {place: leg for place, leg in self.legs.items() if leg.state is not _S.NULL}

    def picture(self) -> ob.Call:
        connections = tuple(
            ob.Connection(
                call_id=self.fields["call_id"],
                device_id=device_id,
                leg=number,
                state=leg.state,
                since=leg.since,
                cause=leg.cause,
                agent_id=leg.agent_id,
                number=leg.number,
                trunk=leg.trunk,
                moved_from=leg.moved_from,
                allowed=(),
            )
            for (device_id, number), leg in self.live.items()
        )
        return ob.Call(**self.fields, connections=connections)


class Consumer:
    """Calls, agents, devices, queues and trunks as the events tell them."""

    def __init__(self, start: Pictures | None = None) -> None:
        """Begin with nothing, or with the pictures of some moment."""
        self.calls: dict[str, Call] = {}
        self.devices: dict[str, dict[str, Any]] = {}
        self.agents: dict[str, dict[str, Any]] = {}
        self.agent_at: dict[str, str] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.trunks: dict[str, dict[str, Any]] = {}
        self.links: dict[str, LinkState] = {}
        self.monitors: dict[tuple[str, str], str | None] = {}
        self.syncing: set[str] = set()
        self.ended: dict[str, int] = {}
        """Calls that ended, with their last version."""
        self.switch_id = "hq"
        self.late = start is not None
        """Whether this began with pictures: they do not show who had left a call."""
        if start is not None:
            self._begin(start)

    # Pictures.

    def _begin(self, start: Pictures) -> None:
        for picture in start.calls:
            call = Call(_members(picture, "connections"))
            self.calls[picture.call_id] = call
            for one in picture.connections:
                leg = call.legs[one.device_id, one.leg] = Leg()
                for name in ("state", "since", "cause", "agent_id", "number", "trunk"):
                    setattr(leg, name, getattr(one, name))
                leg.moved_from = one.moved_from
        self.links, self.monitors = dict(start.links), dict(start.monitors)
        for name, device in start.devices.items():
            kept = {"on_hook", "dnd", "mwi", "in_service", "version", "type"}
            self.devices[name] = {key: getattr(device, key) for key in kept}
            told = () if device.forwarding is UNSET else device.forwarding
            self.devices[name]["forwarding"] = {one.kind: one for one in told}
            if device.type is DeviceType.QUEUE and name in start.queues:
                self.devices[name]["type"] = DeviceType.UNKNOWN
            if isinstance(device.agent_id, str):
                self.agent_at[name] = device.agent_id
        self.agents = {name: _members(agent) for name, agent in start.agents.items()}
        self.queues = {name: _members(queue) for name, queue in start.queues.items()}
        self.trunks = {name: _members(trunk) for name, trunk in start.trunks.items()}

    def pictures(self) -> Pictures:
        """Show what the events add up to."""
        calls = {call_id: call.picture() for call_id, call in self.calls.items()}
        return Pictures(
            calls=list(calls.values()),
            devices={name: self._device(name, calls) for name in self.devices},
            agents={name: ob.Agent(**agent) for name, agent in self.agents.items()},
            queues={name: ob.Queue(**queue) for name, queue in self.queues.items()},
            trunks={name: self._trunk(name) for name in self.trunks},
            links=dict(self.links),
            monitors=dict(self.monitors),
        )

    def _device(self, device_id: str, calls: dict[str, ob.Call]) -> ob.Device:
        known = self.devices[device_id]
        here = [
            (picture, one)
            for picture in calls.values()
            for one in picture.connections
            if one.device_id == device_id
        ]
        shown = []
        for picture, own in here:
            held = any(
                one.state is _S.HELD for other, one in here if other.call_id != picture.call_id
            )
            verbs = allowed(own.state, None, other_held=held)
            connections = tuple(
                msgspec.structs.replace(one, allowed=verbs) if one is own else one
                for one in picture.connections
            )
            shown.append(msgspec.structs.replace(picture, connections=connections))
        kind = known["type"]
        if kind is DeviceType.UNKNOWN and device_id in self.queues:
            kind = DeviceType.QUEUE
        return ob.Device(
            switch_id=self.switch_id,
            device_id=device_id,
            type=kind,
            numbers=(device_id,),
            monitored=device_id in self.monitors.values(),
            in_service=known["in_service"],
            on_hook=known["on_hook"],
            dnd=known["dnd"],
            mwi=known["mwi"],
            forwarding=tuple(known["forwarding"].values()) or UNSET,
            agent_id=self.agent_at.get(device_id, UNSET),
            calls=tuple(shown),
            version=known["version"],
        )

    def _trunk(self, trunk_id: str) -> ob.Trunk:
        """A trunk is free again when the connection that used it has ended."""
        fields = dict(self.trunks[trunk_id])
        call = self.calls.get(fields["call_id"])
        if call is None or all(leg.trunk != trunk_id for leg in call.live.values()):
            fields["call_id"] = None
        return ob.Trunk(**fields)

    # Events.

    def take(self, event: ev.Event) -> None:
        """Take one event; assert that its words agree with what is believed."""
        self.switch_id = event.switch_id
        match event:
            case ev.CallEvent():
                self._call(event)
            case ev.AgentEvent():
                self._agent(event)
            case ev.DeviceEvent():
                self._device_event(event)
            case ev.QueueUpdated():
                queue = self._queue(event.queue_id)
                _grow(queue, event.version)
                queue |= {"waiting": event.waiting, "basis": event.basis}
                queue |= {"agents": event.agents, "link_id": event.link_id}
                assert event.waiting is None or event.waiting >= 0, "nobody waits less than 0"
            case ev.TrunkEvent():
                self._trunk_event(event)
            case ev.MonitorEvent():
                self._monitor(event)
            case ev.LinkStateChanged():
                self._link(event)
            case ev.SnapshotBegin():
                self.syncing.add(event.link_id)
                self._doubt(event.link_id)
            case ev.SnapshotEnd():
                assert self.late or event.link_id in self.syncing, "an end has a beginning"
                self.syncing.discard(event.link_id)
            case _:
                pass

    def _doubt(self, link_id: str) -> list[Call]:
        """Messages of a link may be missing."""
        calls = [call for call in self.calls.values() if call.fields["link_id"] == link_id]
        for call in calls:
            for leg in call.legs.values():
                leg.sure = False
        return calls

    def _link(self, event: ev.LinkStateChanged) -> None:
        assert self.links.get(event.link_id, LinkState.DISABLED) is event.previous
        self.links[event.link_id] = event.state
        if self._down(event.link_id):
            self.syncing.discard(event.link_id)
            for call in self._doubt(event.link_id):
                call.fields["stale"] = True
            for key in [key for key in self.monitors if key[0] == event.link_id]:
                del self.monitors[key]

    def _down(self, link_id: str) -> bool:
        return self.links.get(link_id) in (LinkState.DOWN, LinkState.BLOCKED)

    def _monitor(self, event: ev.MonitorEvent) -> None:
        prefix = f"{event.link_id}:{event.epoch}:"
        assert event.monitor_id.startswith(prefix)
        key = (event.link_id, event.monitor_id.removeprefix(prefix))
        match event:
            case ev.MonitorStarted():
                self.monitors[key] = event.device_id
                if event.device_id is not None:
                    self._known(event.device_id)
            case ev.MonitorStopped():
                self.monitors.pop(key, None)
            case _:
                pass

    # Calls.

    def _call(self, event: ev.CallEvent) -> None:
        call_id = event.call_id
        if isinstance(event, ev.CallCreated):
            assert call_id not in self.calls
            assert call_id not in self.ended, "a call begins once"
            assert event.call_version == 1, "a call begins with its first version"
            self.calls[call_id] = self._created(event)
            return
        if event.late:
            assert self.late or call_id in self.ended, "late is what comes after the end"
            before = self.ended.get(call_id, event.call_version - 1)
            assert event.call_version == before + 1
            self.ended[call_id] = event.call_version
            return
        assert call_id in self.calls, f"{type(event).__name__} on a call that is not there"
        call = self.calls[call_id]
        _grow(call.fields, event.call_version)
        call.fields |= {"thread_id": event.thread_id, "link_id": event.link_id}
        match event:
            case ev.ConnectionEvent():
                self._connection(call, event)
            case ev.CallTransferred() | ev.CallConferenced():
                self._merged(call, event)
            case ev.CallMerged() | ev.CallLost():
                for leg in call.legs.values():
                    leg.state = _S.NULL
            case ev.CallRecovered():
                assert call.fields["stale"], "what was not in doubt need not recover"
                call.fields["stale"] = False
                self._agree(call, event.parties)
            case ev.CallDataChanged():
                self._data(call, event)
            case ev.CallPartyChanged():
                leg = call.legs[event.device_id, event.leg]
                leg.number = leg.number if event.number is UNSET else event.number
                leg.trunk = leg.trunk if event.trunk is UNSET else event.trunk
            case ev.CallCleared():
                assert not call.live, "call.cleared comes when nobody is on the call"
                if event.origin in (Origin.REPORTED, Origin.DERIVED):
                    assert not self._down(event.link_id), "a link that is down tells no end"
                del self.calls[call_id]
                self.ended[call_id] = event.call_version
            case _:
                pass

    def _created(self, event: ev.CallCreated) -> Call:
        return Call(
            {
                "call_id": event.call_id,
                "thread_id": event.thread_id,
                "thread_aliases": (),
                "switch_id": event.switch_id,
                "link_id": event.link_id,
                "native_ids": (event.native_id,),
                "state": CallState.ACTIVE,
                "direction": event.direction,
                "created_at": event.ts_received,
                "ended_at": None,
                "numbers": event.numbers,
                "data": CallData(),
                "global_ref": None if event.global_ref is UNSET else event.global_ref,
                "version": event.call_version,
                "partial": event.partial,
                "stale": False,
            }
        )

    def _connection(self, call: Call, event: ev.ConnectionEvent) -> None:
        leg = call.legs.setdefault((event.device_id, event.leg), Leg())
        if self.late:
            leg.sure = False  # pictures do not show who had left
        if event.previous is not _S.UNKNOWN:
            assert leg.state is event.previous, "the state before is the one told last"
        if isinstance(event, ev.ConnectionDequeued):
            assert event.state is event.previous
        else:
            self._step(leg, event)
            leg.state, leg.sure = event.state, event.link_id not in self.syncing
            leg.since = None if event.origin is Origin.SNAPSHOT else event.ts_received
            leg.cause = None if event.cause is UNSET else event.cause
        leg.agent_id = None if event.agent_id is UNSET else event.agent_id
        leg.number = None if event.number is UNSET else event.number
        leg.trunk = None if event.trunk is UNSET else event.trunk
        call.fields |= {"direction": event.direction, "numbers": event.numbers}
        call.fields["data"] = event.data
        if event.global_ref is not UNSET:
            call.fields["global_ref"] = event.global_ref
        if isinstance(event, ev.ConnectionQueued):
            self._queue(event.queue_id)
        self._agree(call, event.parties)

    def _step(self, leg: Leg, event: ev.ConnectionEvent) -> None:
        """A step is legal, or marked, or nobody knows from where it was made."""
        known = leg.sure and leg.state is event.previous is not _S.UNKNOWN
        if event.anomaly == "unexpected_transition":
            assert event.state not in LEGAL_TRANSITIONS[event.previous]
        elif known and event.origin is not Origin.SNAPSHOT:
            assert event.state in LEGAL_TRANSITIONS[event.previous], "a step is legal or marked"

    def _merged(self, call: Call, event: ev.CallTransferred | ev.CallConferenced) -> None:
        moved = {(one.device_id, one.leg): one for one in event.moved}
        for party in event.parties:
            place = (party.device_id, party.leg)
            leg = call.legs.setdefault(place, Leg())
            if place in moved:
                one = moved[place]
                leg.state, leg.since, leg.moved_from = one.state, one.since, one.from_call
            if leg.state is not party.state:
                leg.since = event.ts_received
            if place in moved or leg.state is not party.state:
                leg.cause = None if event.cause is UNSET else event.cause
            leg.state, leg.sure = party.state, False
            leg.agent_id, leg.number, leg.trunk = party.agent_id, party.number, party.trunk
        self._agree(call, event.parties)
        if isinstance(event.native_id, str):
            others = [name for name in call.fields["native_ids"] if name != event.native_id]
            call.fields["native_ids"] = (*others, event.native_id)

    def _data(self, call: Call, event: ev.CallDataChanged) -> None:
        for name in ("numbers", "direction", "global_ref", "thread_aliases"):
            value = getattr(event, name)
            if value is not UNSET:
                call.fields[name] = value
        told = {name: getattr(event.delta, name) for name in CallData.__struct_fields__}
        told = {name: value for name, value in told.items() if value is not UNSET}
        if "app" in told:
            known = call.fields["data"].app
            spaces = {} if known is UNSET else dict(known)
            for space, keys in told["app"].items():
                merged = {**spaces.get(space, {}), **keys}
                spaces[space] = {k: v for k, v in merged.items() if v is not None}
            told["app"] = spaces
        call.fields["data"] = msgspec.structs.replace(call.fields["data"], **told)

    def _agree(self, call: Call, parties: tuple[ob.Party, ...]) -> None:
        told = [
            (one.device_id, one.leg, one.state, one.number, one.trunk, one.agent_id)
            for one in parties
        ]
        live = [
            (*place, leg.state, leg.number, leg.trunk, leg.agent_id)
            for place, leg in call.live.items()
        ]
        if self.late:
            told, live = sorted(told, key=str), sorted(live, key=str)
        assert told == live, "the parties told are those that the events add up to"

    # The rest.

    def _agent(self, event: ev.AgentEvent) -> None:
        new = {"version": 0, "state": AgentState.UNKNOWN, "device_id": None, "since": None}
        agent = self.agents.setdefault(event.agent_id, new)
        assert agent["state"] is event.previous
        _grow(agent, event.version)
        off = event.state is AgentState.LOGGED_OFF
        device_id = None if off else event.device_id
        before = agent["device_id"]
        if before != device_id and self.agent_at.get(before) == event.agent_id:
            del self.agent_at[before]
        if device_id is not None and before != device_id:
            self.agent_at[device_id] = event.agent_id
            self._known(device_id)
        if event.state is not event.previous:
            learned = event.origin is Origin.SNAPSHOT
            agent["since"] = None if learned else event.ts_received
        agent |= {
            "switch_id": event.switch_id,
            "agent_id": event.agent_id,
            "state": event.state,
            "device_id": device_id,
            "reason": None if event.reason is UNSET else event.reason,
            "pending": None if event.pending is UNSET else event.pending,
            "queues": event.queues,
            "queues_basis": event.queues_basis,
            "link_id": event.link_id,
        }

    def _known(self, device_id: str) -> dict[str, Any]:
        new = dict.fromkeys(("on_hook", "dnd", "mwi", "in_service"), UNSET)
        empty: dict[str, Any] = {"forwarding": {}, "version": 0, "type": DeviceType.UNKNOWN}
        return self.devices.setdefault(device_id, {**new, **empty})

    def _device_event(self, event: ev.DeviceEvent) -> None:
        device = self._known(event.device_id)
        _grow(device, event.version)
        device["type"] = event.type
        match event:
            case ev.DeviceForwardingChanged(forwarding=forwarding):
                device["forwarding"][forwarding.kind] = forwarding
            case ev.DeviceDndChanged(on=on):
                device["dnd"] = on
            case ev.DeviceMwiChanged(on=on):
                device["mwi"] = on
            case ev.DeviceHookChanged(on_hook=on_hook):
                device["on_hook"] = on_hook
            case ev.DeviceInService():
                device["in_service"] = True
            case ev.DeviceOutOfService():
                device["in_service"] = False
            case _:
                pass

    def _queue(self, queue_id: str) -> dict[str, Any]:
        new = {"switch_id": self.switch_id, "queue_id": queue_id, "waiting": None}
        empty = {"basis": Basis.UNKNOWN, "agents": (), "version": 0, "link_id": ""}
        return self.queues.setdefault(queue_id, {**new, **empty})

    def _trunk_event(self, event: ev.TrunkEvent) -> None:
        new = {"switch_id": event.switch_id, "trunk_id": event.trunk_id, "in_service": None}
        trunk = self.trunks.setdefault(event.trunk_id, {**new, "call_id": None, "version": 0})
        _grow(trunk, event.version)
        match event:
            case ev.TrunkSeized(call_id=call_id):
                trunk["call_id"] = call_id
            case ev.TrunkInService():
                trunk["in_service"] = True
            case _:
                trunk["in_service"] = False


def _members(picture: Struct, *left_out: str) -> dict[str, Any]:
    names = [name for name in picture.__struct_fields__ if name not in left_out]
    return {name: getattr(picture, name) for name in names}


def _grow(record: dict[str, Any], version: int) -> None:
    assert version == record["version"] + 1, "a version grows by one"
    record["version"] = version
