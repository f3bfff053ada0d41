"""Monitors of one association: cross references, filters, who hears of what."""

from __future__ import annotations

import heapq
from bisect import insort
from typing import Any, Final, TypeVar

import msgspec

from protocols.csta.phase3 import _codec_phase3 as csta
from sim.csta.dialects import Dialect

_CALL_CONTROL: Final = (
    *("callCleared", "conferenced", "connectionCleared", "delivered", "diverted"),
    *("established", "failed", "held", "networkReached", "originated", "queued"),
    *("retrieved", "serviceInitiated", "transferred", "digitsDialed", "bridged"),
    *("networkCapabilitiesChanged", "offered"),
)
_CALL_ASSOCIATED: Final = (
    *("callInformation", "charging", "digitsGeneratedEvent"),
    *("telephonyTonesGeneratedEvent", "serviceCompletionFailure"),
)
_PHYSICAL: Final = (
    *("buttonInformation", "buttonPress", "displayUpdated", "hookswitch", "lampMode"),
    *("messageWaiting", "microphoneGain", "microphoneMute", "ringerStatus"),
    *("speakerMute", "speakerVolume"),
)
_LOGICAL: Final = (
    *("agentBusy", "agentLoggedOn", "agentLoggedOff", "agentNotReady", "agentReady"),
    *("agentWorkingAfterCall", "autoAnswer", "autoWorkMode", "callBack"),
    *("callBackMessage", "callerIDStatus", "doNotDisturb", "forwarding", "routeingMode"),
)
_MAINTENANCE: Final = ("backInService", "outOfService", "deviceCapabilityChanged")
_GROUPS: Final = {
    "call_control": _CALL_CONTROL,
    "call_associated": _CALL_ASSOCIATED,
    "media_attachment": ("mediaAttached", "mediaDetached"),
    "physical_device_feature": _PHYSICAL,
    "logical_device_feature": _LOGICAL,
    "maintenance": _MAINTENANCE,
}
"""Events of a filter by field, in the order of their bits (ECMA-285 monitor filter)."""


_Key = TypeVar("_Key", str, int)


def suppressed(wanted: csta.MonitorFilter | None, dialect: Dialect) -> frozenset[str]:
    """Give the events that a monitor with such a filter does not report."""
    return dialect.never | (named(wanted) if wanted else frozenset())


def named(wanted: csta.MonitorFilter) -> frozenset[str]:
    """Give the events that a filter suppresses."""
    names: set[str] = set()
    for group, events in _GROUPS.items():
        bits: str = getattr(wanted, group) or ""
        names |= {name for name, bit in zip(events, bits, strict=False) if bit == "1"}
    return frozenset(names)


def actual(names: frozenset[str]) -> csta.MonitorFilter:
    """Write the filter that suppresses these events."""
    groups: dict[str, Any] = {
        group: "".join("1" if name in names else "0" for name in events)
        for group, events in _GROUPS.items()
    }
    return csta.MonitorFilter(**groups, voice_unit="1" * 7, private="0")


class Monitor(msgspec.Struct, frozen=True, gc=False):
    """One monitor of a device or of a call."""

    cross_reference: bytes
    device: str
    """Empty for a monitor of a call."""
    call: int
    """0 for a monitor of a device."""
    suppressed: frozenset[str]


class Monitors:
    """All monitors of one association, in the order of their cross references."""

    def __init__(self, dialect: Dialect, most: int = 0) -> None:
        self._dialect = dialect
        self._most = most or dialect.monitor_limit
        self._all: dict[int, Monitor] = {}
        self._devices: dict[str, list[Monitor]] = {}
        self._calls: dict[int, list[Monitor]] = {}
        self._free: list[int] = []
        """References that were used and are free again, as a heap."""
        self._next = dialect.cross_reference_base

    def __len__(self) -> int:
        return len(self._all)

    def start(self, device: str, call: int, names: frozenset[str]) -> Monitor | None:
        """Begin a monitor under the lowest free reference; ``None`` when no more may be."""
        if len(self._all) >= self._most:
            return None
        if self._free:
            number = heapq.heappop(self._free)
        else:
            number, self._next = self._next, self._next + 1
        octets = number.to_bytes(self._dialect.cross_reference_octets, "big")
        monitor = Monitor(octets, device, call, names)
        self._put(monitor)
        return monitor

    def find(self, cross_reference: bytes) -> Monitor | None:
        """Give the monitor of a cross reference."""
        if len(cross_reference) != self._dialect.cross_reference_octets:
            return None
        return self._all.get(int.from_bytes(cross_reference, "big"))

    def change(self, monitor: Monitor, names: frozenset[str]) -> None:
        """Give a monitor another filter."""
        self._remove(monitor)
        self._put(msgspec.structs.replace(monitor, suppressed=names))

    def stop(self, monitor: Monitor) -> None:
        """End a monitor."""
        self._remove(monitor)
        heapq.heappush(self._free, _number(monitor))

    def clear(self) -> None:
        """End all monitors."""
        self._all.clear()
        self._devices.clear()
        self._calls.clear()
        self._free.clear()
        self._next = self._dialect.cross_reference_base

    def of_device(self, device: str) -> list[Monitor]:
        """Give the monitors of a device, lowest reference first."""
        return self._devices.get(device, [])

    def of_call(self, call: int) -> list[Monitor]:
        """Give the monitors of a call, lowest reference first."""
        return self._calls.get(call, [])

    def move_call(self, old: int, new: int) -> None:
        """Let the monitors of a call follow it into another."""
        for monitor in list(self.of_call(old)) if old != new else ():
            self._remove(monitor)
            self._put(msgspec.structs.replace(monitor, call=new))

    def _put(self, monitor: Monitor) -> None:
        self._all[_number(monitor)] = monitor
        if monitor.call:
            insort(self._calls.setdefault(monitor.call, []), monitor, key=_number)
        else:
            insort(self._devices.setdefault(monitor.device, []), monitor, key=_number)

    def _remove(self, monitor: Monitor) -> None:
        del self._all[_number(monitor)]
        if monitor.call:
            _take_out(self._calls, monitor.call, monitor)
        else:
            _take_out(self._devices, monitor.device, monitor)


def _take_out(table: dict[_Key, list[Monitor]], key: _Key, monitor: Monitor) -> None:
    line = table[key]
    line.remove(monitor)
    if not line:
        del table[key]


def _number(monitor: Monitor) -> int:
    return int.from_bytes(monitor.cross_reference, "big")
