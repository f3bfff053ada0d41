"""What is monitored: a domain control for a station, notifications for VDN and split.

A split has two associations: event notification tells its calls, domain control its logins
(S1 table 2-1). The wish outlives the link; associations do not.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator
from enum import Enum, auto
from typing import Final

from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import DeviceType, Origin
from drivers.asai.outcomes import rejected, succeeded
from drivers.asai.port import Got, Job, Port, Want
from drivers.asai.settings import DEVICES, valid_device
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.messages import first
from protocols.asai.names import DomainType, ItemName, Operation

RETRY: Final = "monitor_retry"
_OP = Operation
_TYPES: Final = {
    DomainType.EXTENSION: DeviceType.STATION,
    DomainType.VDN: DeviceType.ROUTE_POINT,
    DomainType.SPLIT: DeviceType.QUEUE,
}
_NO_STATION: Final = (0, 28)
"""Refusal of a domain control that says that the number is none of a station."""
_OPENS: Final = {
    DomainType.EXTENSION: (_OP.DOMAIN_CONTROL,),
    DomainType.VDN: (_OP.EVENT_NOTIFICATION_REQUEST,),
    DomainType.SPLIT: (_OP.EVENT_NOTIFICATION_REQUEST, _OP.DOMAIN_CONTROL),
}


class State(Enum):
    """State of what is wanted of one device."""

    WAITING = auto()
    STARTING = auto()
    RUNNING = auto()
    REFUSED = auto()


class _Watch:
    """One device."""

    __slots__ = ("associations", "error", "kind", "state", "tokens", "wanted")

    def __init__(self, kind: DomainType) -> None:
        self.kind = kind
        self.state = State.WAITING
        self.wanted = True
        self.associations: dict[int, Operation] = {}
        self.error = ""
        self.tokens: list[int] = []


class Watching:
    """The monitors of one link."""

    def __init__(self, port: Port, snapshot: Callable[[NativeDevice, Got], None]) -> None:
        """``snapshot`` takes the acknowledgement of a station's domain control."""
        self._port: Final = port
        self._snapshot: Final = snapshot
        self._wanted = dict.fromkeys(port.settings.devices)
        self._kinds: dict[str, DomainType] = {}
        """What the switch said of devices that the configuration takes for stations."""
        self._watches: dict[str, _Watch] = {}
        self._by_association: dict[int, str] = {}
        self._due: deque[str] = deque()
        self._busy = 0
        self._retrying = False

    def kind_of(self, device: str) -> DomainType:
        """Tell what a device is, by the configuration or by what the switch said."""
        settings = self._port.settings
        if device in settings.vdns:
            return DomainType.VDN
        if device in settings.splits:
            return DomainType.SPLIT
        return self._kinds.get(device, DomainType.EXTENSION)

    # The link.

    def begin(self) -> None:
        """Want everything anew: the link is established."""
        for device in self._wanted:
            self._want(device)

    def forget(self) -> None:
        """Drop what ran; commands that waited get their end."""
        watches, self._watches = self._watches, {}
        self._by_association.clear()
        self._due.clear()
        self._busy, self._retrying = 0, False
        detail = "the link was lost before the monitor had its answer"
        for watch in watches.values():
            for token in watch.tokens:
                error = Error(ErrorClass.LINK_DOWN, detail)
                self._port.do(dr.Outcome(token, Result(EndState.UNKNOWN, error=error)))

    # Wishes.

    def _want(self, device: str) -> _Watch:
        watch = self._watches.get(device)
        if watch is None:
            watch = self._watches[device] = _Watch(self.kind_of(device))
            self._due.append(device)
        elif watch.state is State.REFUSED:
            watch.state = State.WAITING
            self._due.append(device)
        watch.wanted = True
        return watch

    def start_requested(self, token: int, device: str) -> None:
        """Monitor a device from now on."""
        if not valid_device(device):
            detail = f"monitor_start: {device!r} is no extension, VDN or split"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "args.device")
            self._port.do(rejected(token, error))
            return
        if device not in self._wanted and len(self._wanted) >= DEVICES:
            detail = f"monitor_start at {device}: more than {DEVICES} devices"
            self._port.do(rejected(token, Error(ErrorClass.RESOURCE_LIMIT, detail)))
            return
        self._wanted[device] = None
        watch = self._want(device)
        if watch.state is State.RUNNING:
            self._port.do(succeeded(token, {"monitor": _name(watch), "already": True}))
        else:
            watch.tokens.append(token)

    def stop_requested(self, token: int, device: str) -> None:
        """Monitor a device no longer."""
        self._wanted.pop(device, None)
        watch = self._watches.get(device)
        if watch is None:
            self._port.do(succeeded(token, {"already": True}))
            return
        watch.wanted = False
        if watch.state is State.RUNNING:
            self._stop(device, watch)
        elif watch.state is not State.STARTING:
            del self._watches[device]
        self._port.do(succeeded(token, {}))

    def retry(self) -> None:
        """Try again what was refused."""
        self._retrying = False
        for device, watch in list(self._watches.items()):
            if watch.state is State.REFUSED and watch.wanted:
                self._want(device)

    def pump(self) -> None:
        """Ask for what is wanted, as much as may wait at once."""
        while self._due and self._busy < self._port.settings.outstanding:
            device = self._due.popleft()
            watch = self._watches.get(device)
            if watch is not None and watch.state is State.WAITING:
                watch.state = State.STARTING
                self._busy += 1
                self._port.run(self._start(device, watch))
        if not self._retrying and self.refused:
            self._retrying = True
            seconds = self._port.settings.timers.monitor_retry
            self._port.do(dr.StartTimer(RETRY, seconds))

    # Procedures.

    def _start(self, device: str, watch: _Watch) -> Job:
        got = yield from self._open(device, watch)
        cause = None if got is None else got.cause
        no_station = cause is not None and (cause.coding, cause.value) == _NO_STATION
        if no_station and (yield from self._is_other(device, watch)):
            got = yield from self._open(device, watch)
        if got is None or self._watches.get(device) is not watch:
            return  # the link was lost meanwhile
        if not got.done or got.association is None:
            self._refused(device, watch, got)
            return
        native = NativeDevice(device)
        self._busy -= 1
        watch.state, watch.error = State.RUNNING, ""
        told = f.DeviceFact(device=native, type=_TYPES[watch.kind], origin=Origin.SYNTHETIC)
        self._port.report(told, "")
        started = f.MonitorStarted(monitor=_name(watch), device=native)
        self._port.report(started, str(_OPENS[watch.kind][0]))
        tokens, watch.tokens = watch.tokens, []
        for token in tokens:
            self._port.do(succeeded(token, {"monitor": _name(watch)}))
        if not watch.wanted:
            self._stop(device, watch)

    def _open(self, device: str, watch: _Watch) -> Generator[Want, Got, Got | None]:
        """Open what a device needs; give the last answer, None when the link was lost."""
        got: Got | None = None
        for operation in _OPENS[watch.kind]:
            got = yield Want(operation, (v.Domain(watch.kind, device),))
            if self._watches.get(device) is not watch:
                return None
            if not got.done or got.association is None:
                return got
            watch.associations[got.association] = operation
            self._by_association[got.association] = device
            if watch.kind is DomainType.EXTENSION:
                self._snapshot(NativeDevice(device), got)
        return got

    def _is_other(self, device: str, watch: _Watch) -> Generator[Want, Got, bool]:
        """Ask what a device is that is no station; tell whether the switch names it."""
        item = v.Item(ItemName.EXTENSION_INFORMATION)
        got = yield Want(_OP.VALUE_QUERY, (v.Domain(DomainType.EXTENSION, device), item))
        domain = first(got.elements, v.Domain)
        if domain is None or domain.kind not in (DomainType.VDN, DomainType.SPLIT):
            return False
        watch.kind = self._kinds[device] = DomainType(domain.kind)
        return self._watches.get(device) is watch

    def _refused(self, device: str, watch: _Watch, got: Got) -> None:
        self._busy -= 1
        for association in watch.associations:
            self._by_association.pop(association, None)
            self._port.tell(p.Release(association))
        watch.associations.clear()
        watch.state = State.REFUSED
        result = got.end(f"monitor_start at {device}", self._port.settings.protocol)
        error = result.error
        kind, detail = "unknown", "the association is gone"
        if error is not UNSET:
            kind, detail = error.kind.value, error.detail
        if watch.error != kind:
            fact = f.MonitorFailed(device=NativeDevice(device), error=kind, native=detail)
            self._port.report(fact, "")
        watch.error = kind
        tokens, watch.tokens = watch.tokens, []
        for token in tokens:
            self._port.do(dr.Outcome(token, result))
        if not watch.wanted:
            del self._watches[device]

    def _stop(self, device: str, watch: _Watch) -> None:
        name = _name(watch)
        del self._watches[device]
        for association, operation in watch.associations.items():
            self._by_association.pop(association, None)
            if operation is _OP.DOMAIN_CONTROL:
                self._port.tell(p.Release(association))
            else:
                self._port.run(self._cancel(association))
        self._port.report(f.MonitorStopped(monitor=name), "")

    def _cancel(self, association: int) -> Job:
        got = yield Want(_OP.EVENT_NOTIFICATION_CANCEL, association=association)
        if not got.done and got.association is not None:
            self._port.tell(p.Abort(got.association))

    def ended(self, association: int, reason: str) -> bool:
        """Take that the switch ended an association; tell whether it was one of these."""
        device = self._by_association.pop(association, None)
        watch = None if device is None else self._watches.get(device)
        if device is None or watch is None:
            return False
        if watch.state is not State.RUNNING:
            watch.associations.pop(association, None)
            return True
        self._port.report(f.MonitorStopped(monitor=_name(watch)), reason)
        del watch.associations[association]
        for other in watch.associations:
            self._by_association.pop(other, None)
            self._port.tell(p.Release(other))
        watch.associations.clear()
        watch.state, watch.error = State.REFUSED, "ended by the switch"
        return True

    # Questions.

    def domain_of(self, association: int) -> NativeDevice | None:
        """Give the device of an association."""
        device = self._by_association.get(association)
        return None if device is None else NativeDevice(device)

    def control_of(self, device: str | None) -> int | None:
        """Give the association that controls a station."""
        watch = self._watches.get(device or "")
        if watch is None or watch.kind is not DomainType.EXTENSION:
            return None
        return next(iter(watch.associations), None)

    def running(self, kind: DomainType) -> list[str]:
        """Give the devices of one kind that are monitored."""
        return [
            device
            for device, watch in self._watches.items()
            if watch.kind is kind and watch.state is State.RUNNING
        ]

    @property
    def quiet(self) -> bool:
        """Whether everything that is wanted has had its answer."""
        return not self._busy and not self._due

    @property
    def refused(self) -> dict[str, str]:
        """What is wanted and does not run, and why."""
        return {
            device: watch.error
            for device, watch in self._watches.items()
            if watch.state is State.REFUSED
        }

    def problem(self) -> str:
        """Say how many monitors are missing and why; empty when none is."""
        refused = self.refused
        if not refused:
            return ""
        counted = Counter(refused.values())
        words = ", ".join(f"{count} {error}" for error, count in sorted(counted.items()))
        return f"{len(refused)} of {len(self._watches)} monitors missing: {words}"


def _name(watch: _Watch) -> str:
    return str(next(iter(watch.associations), 0))
