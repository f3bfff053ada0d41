"""Agents, devices, monitors and links."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from cti import facts as f
from cti.model import events as ev
from cti.model.states import AgentState, Basis, LinkState, Origin, SystemStatus
from cti.tracker.book import AgentRecord, Book

_OVERLOAD = (
    SystemStatus.OVERLOAD_IMMINENT,
    SystemStatus.OVERLOAD_REACHED,
    SystemStatus.OVERLOAD_RELIEVED,
)


class Others:
    """Procedures of everything that is not a call."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.links: dict[str, LinkState] = {}
        """State of each link that was told of."""

    def agent(self, fact: f.AgentFacts) -> None:
        """Take one fact about an agent."""
        book = self._book
        device_id = fact.device.key
        agent_id = fact.agent or book.agent_at.get(device_id) or device_id
        record = book.agents.get(agent_id)
        if record is None:
            record = book.agents[agent_id] = AgentRecord(agent_id)
        before = record.state
        match fact:
            case f.AgentLoggedOn():
                self._log_on(record, device_id, fact)
            case f.AgentLoggedOff():
                self._log_off(record, device_id, fact)
            case f.AgentStateTold():
                if fact.state is AgentState.LOGGED_OFF:
                    self._log_off(record, device_id, fact)
                    return
                pending = None if fact.pending is UNSET else fact.pending
                if record.state is fact.state and record.pending == pending:
                    book.counters["collapsed"] += 1
                    return
                if record.device_id is None:
                    record.device_id = device_id
                    book.agent_at[device_id] = agent_id
                record.state, record.pending = fact.state, pending
                record.reason = None if fact.reason is UNSET else fact.reason
                self._tell(
                    ev.AgentStateChanged,
                    record,
                    before,
                    reason=fact.reason,
                    pending=UNSET if pending is None else pending,
                )

    def _log_on(self, record: AgentRecord, device_id: str, fact: f.AgentFact) -> None:
        book, before = self._book, record.state
        group = None if fact.group is None else fact.group.key
        known = record.device_id == device_id and before not in (
            AgentState.LOGGED_OFF,
            AgentState.UNKNOWN,
        )
        if known and (group is None or group in record.queues):
            book.counters["collapsed"] += 1
            return
        if record.device_id not in (None, device_id):
            book.agent_at.pop(str(record.device_id), None)  # the same agent at another set
        record.device_id = device_id
        book.agent_at[device_id] = record.agent_id
        if group is not None and group not in record.queues:
            record.queues.append(group)
        if not known:
            record.state = AgentState.NOT_READY
        self._tell(ev.AgentLoggedOn, record, before)

    def _log_off(self, record: AgentRecord, device_id: str, fact: f.AgentFact) -> None:
        book, before = self._book, record.state
        if before is AgentState.LOGGED_OFF:
            book.counters["collapsed"] += 1
            return
        group = None if fact.group is None else fact.group.key
        if group is not None and group in record.queues and len(record.queues) > 1:
            record.queues.remove(group)
            self._tell(ev.AgentLoggedOff, record, before)
            return
        record.queues.clear()
        record.state, record.pending = AgentState.LOGGED_OFF, None
        book.agent_at.pop(device_id, None)
        self._tell(ev.AgentLoggedOff, record, before)

    def _tell(
        self,
        kind: type[ev.AgentEvent],
        record: AgentRecord,
        before: AgentState,
        /,
        **members: Any,
    ) -> None:
        record.version += 1
        record.since = self._book.at
        self._book.emit(
            kind,
            agent_id=record.agent_id,
            version=record.version,
            device_id=record.device_id,
            state=record.state,
            previous=before,
            queues=tuple(record.queues),
            queues_basis=Basis.REPORTED if record.queues else Basis.UNKNOWN,
            **members,
        )

    def device(self, fact: f.DeviceFact) -> None:
        """Take one fact about a device."""
        record = self._book.device(fact.device.key)
        if fact.on_hook is not UNSET and fact.on_hook != record.on_hook:
            record.on_hook = fact.on_hook
            self._tell_device(ev.DeviceHookChanged, fact, on_hook=fact.on_hook)
        if fact.dnd is not UNSET and fact.dnd != record.dnd:
            record.dnd = fact.dnd
            self._tell_device(ev.DeviceDndChanged, fact, on=fact.dnd)
        if fact.mwi is not UNSET and fact.mwi != record.mwi:
            record.mwi = fact.mwi
            self._tell_device(ev.DeviceMwiChanged, fact, on=fact.mwi)
        if fact.in_service is not UNSET and fact.in_service != record.in_service:
            record.in_service = fact.in_service
            kind = ev.DeviceInService if fact.in_service else ev.DeviceOutOfService
            self._tell_device(kind, fact)
        if fact.forwarding is not UNSET:
            key = fact.forwarding.kind.value
            if record.forwarding.get(key) != fact.forwarding:
                record.forwarding[key] = fact.forwarding
                self._tell_device(ev.DeviceForwardingChanged, fact, forwarding=fact.forwarding)
        if fact.capabilities_changed:
            self._tell_device(ev.DeviceCapabilitiesChanged, fact)

    def _tell_device(
        self, kind: type[ev.DeviceEvent], fact: f.DeviceFact, **members: Any
    ) -> None:
        record = self._book.device(fact.device.key)
        record.version += 1
        if fact.type is not UNSET:
            members["type"] = fact.type
        self._book.emit(kind, device_id=record.device_id, version=record.version, **members)

    def system_status(self, fact: f.SystemStatusTold) -> None:
        """Take the system status of the switching function."""
        self._book.emit(ev.SwitchStatus, status=fact.status)
        if fact.status in _OVERLOAD:
            self._book.emit(ev.LinkOverload, status=fact.status)
        if fact.status is SystemStatus.MESSAGES_LOST:
            self._book.emit(ev.LinkMessagesLost)

    # Monitors.

    def monitor_started(self, fact: f.MonitorStarted, link_id: str, epoch: int) -> None:
        """Take the start of a monitor, or the name of its device when that is learned later."""
        book, key = self._book, (link_id, fact.monitor)
        device_id = None if fact.device is None else fact.device.key
        before = book.monitors.get(key)
        if key in book.monitors and device_id in (before, None):
            book.counters["collapsed"] += 1
            return
        self._forget(before)
        book.monitors[key] = device_id
        if device_id is not None:
            book.monitored[device_id] += 1
            book.device(device_id)
        book.emit(
            ev.MonitorStarted,
            monitor_id=f"{link_id}:{epoch}:{fact.monitor}",
            device_id=device_id,
        )

    def monitor_stopped(self, fact: f.MonitorStopped, link_id: str, epoch: int) -> None:
        """Take the end of a monitor."""
        book, key = self._book, (link_id, fact.monitor)
        device_id = book.monitors.pop(key, None)
        self._forget(device_id)
        book.emit(
            ev.MonitorStopped,
            monitor_id=f"{link_id}:{epoch}:{fact.monitor}",
            device_id=device_id,
        )

    def monitor_failed(self, fact: f.MonitorFailed, link_id: str, epoch: int) -> None:
        """Take the switch's refusal to monitor a device."""
        self._book.emit(
            ev.MonitorFailed,
            monitor_id=f"{link_id}:{epoch}:",
            device_id=None if fact.device is None else fact.device.key,
            error=fact.error,
            native=fact.native,
        )

    def _forget(self, device_id: str | None) -> None:
        if device_id is not None:
            self._book.monitored[device_id] -= 1
            if self._book.monitored[device_id] <= 0:
                del self._book.monitored[device_id]

    # Links.

    def link_state(self, link_id: str, state: LinkState, reason: str) -> bool:
        """Take the state of a link; return whether it is news."""
        book = self._book
        before = self.links.get(link_id, LinkState.DISABLED)
        if before is state:
            return False
        self.links[link_id] = state
        book.emit(
            ev.LinkStateChanged,
            state=state,
            previous=before,
            reason=reason,
            origin=Origin.SYNTHETIC,
        )
        if state in (LinkState.DOWN, LinkState.BLOCKED):
            for key in [key for key in book.monitors if key[0] == link_id]:
                self._forget(book.monitors.pop(key))
            for call in book.calls:
                if not call.stale:
                    call.stale_since = book.at
                    book.calls.touch(call)
        return True
