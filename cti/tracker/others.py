"""Devices, monitors and links."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from cti import facts as f
from cti.facts import DeviceForm
from cti.model import events as ev
from cti.model.states import DeviceType, LinkState, Origin, SystemStatus
from cti.tracker.book import Book, DeviceRecord
from cti.tracker.queues import Queues
from cti.tracker.trunks import Trunks

_OVERLOAD = (
    SystemStatus.OVERLOAD_IMMINENT,
    SystemStatus.OVERLOAD_REACHED,
    SystemStatus.OVERLOAD_RELIEVED,
)


class Others:
    """Procedures of everything that is not a call."""

    def __init__(self, book: Book, queues: Queues, trunks: Trunks) -> None:
        self._book = book
        self._queues = queues
        self._trunks = trunks

    def device(self, fact: f.DeviceFact) -> None:
        """Take one fact about a device; of a trunk, whether it works."""
        if fact.device.form is DeviceForm.TRUNK:
            if fact.in_service is not UNSET:
                self._trunks.service(fact.device.key, works=fact.in_service)
            return
        known = self._book.devices.get(fact.device.key)
        record = DeviceRecord(fact.device.key) if known is None else known
        if fact.on_hook is not UNSET and fact.on_hook != record.on_hook:
            record.on_hook = fact.on_hook
            self._tell_device(record, ev.DeviceHookChanged, fact, on_hook=fact.on_hook)
        if fact.dnd is not UNSET and fact.dnd != record.dnd:
            record.dnd = fact.dnd
            self._tell_device(record, ev.DeviceDndChanged, fact, on=fact.dnd)
        if fact.mwi is not UNSET and fact.mwi != record.mwi:
            record.mwi = fact.mwi
            self._tell_device(record, ev.DeviceMwiChanged, fact, on=fact.mwi)
        if fact.in_service is not UNSET and fact.in_service != record.in_service:
            record.in_service = fact.in_service
            kind = ev.DeviceInService if fact.in_service else ev.DeviceOutOfService
            self._tell_device(record, kind, fact)
        if fact.forwarding is not UNSET:
            key = fact.forwarding.kind.value
            if record.forwarding.get(key) != fact.forwarding:
                record.forwarding[key] = fact.forwarding
                self._tell_device(
                    record, ev.DeviceForwardingChanged, fact, forwarding=fact.forwarding
                )
        learned = fact.type not in (UNSET, DeviceType.UNKNOWN, record.type)
        if fact.capabilities_changed or learned:
            self._tell_device(record, ev.DeviceCapabilitiesChanged, fact)

    def _tell_device(
        self,
        record: DeviceRecord,
        kind: type[ev.DeviceEvent],
        fact: f.DeviceFact,
        **members: Any,
    ) -> None:
        self._book.devices[record.device_id] = record
        record.version += 1
        if fact.type not in (UNSET, DeviceType.UNKNOWN):
            record.type = DeviceType(fact.type)
        self._book.emit(
            kind,
            device_id=record.device_id,
            version=record.version,
            type=record.type,
            **members,
        )

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
        before = book.links.get(link_id, LinkState.DISABLED)
        if before is state:
            return False
        book.links[link_id] = state
        book.emit(
            ev.LinkStateChanged,
            state=state,
            previous=before,
            reason=reason,
            origin=Origin.SYNTHETIC,
        )
        if book.lost(link_id):
            self._lost(link_id)
        elif state in (LinkState.UP, LinkState.DEGRADED):
            book.inside.awaited.pop(link_id, None)
        elif state is LinkState.OPENING:
            self._queues.link_lost(link_id)  # also after a restart
        for call in book.calls:
            if call.stale and call.link_id == link_id:
                book.agenda.watch(call)
        return True

    def _lost(self, link_id: str) -> None:
        """Take the loss of a link: nothing that it told is certain any more."""
        book = self._book
        book.runs.pop(link_id, None)  # what is being asked will not be answered
        awaited = book.inside.awaited.setdefault(link_id, set())
        for key in [key for key in book.monitors if key[0] == link_id]:
            device_id = book.monitors.pop(key)
            self._forget(device_id)
            if device_id is not None:
                awaited.add(device_id)
        for call in book.calls:
            if call.link_id == link_id:
                book.doubt(call)
        self._queues.link_lost(link_id)
