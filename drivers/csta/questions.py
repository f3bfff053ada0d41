"""What is still to be asked in one resynchronisation, and in which order."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Set
from typing import Any, Final

from cti import facts as f
from drivers.csta.exchange import Kind
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation

CALLS: Final = 20_000
"""Calls that are asked for in one resynchronisation."""

SERVICES: Final[dict[Kind, tuple[Operation, Callable[[Any], Any]]]] = {
    Kind.DEVICE: (Operation.SNAPSHOT_DEVICE, c.SnapshotDeviceArgument),
    Kind.CALL: (Operation.SNAPSHOT_CALL, c.SnapshotCallArgument),
    Kind.AGENT: (Operation.GET_AGENT_STATE, c.GetAgentStateArgument),
    Kind.FORWARDING: (Operation.GET_FORWARDING, c.GetForwardingArgument),
    Kind.DND: (Operation.GET_DO_NOT_DISTURB, c.GetDoNotDisturbArgument),
    Kind.MWI: (Operation.GET_MESSAGE_WAITING_INDICATOR, c.GetMessageWaitingIndicatorArgument),
}
"""Operation of a question, and its argument from a device or a connection."""

_AFTER_CALLS: Final = (Kind.AGENT, Kind.FORWARDING, Kind.DND, Kind.MWI)


class Questions:
    """Devices and the calls seen there, then agents, then features."""

    def __init__(self, devices: Iterable[str] = (), kinds: Set[Kind] = frozenset()) -> None:
        """Ask for devices and calls in any case, and for the rest as ``kinds`` says."""
        asked = tuple(devices)
        self._devices = {Kind.DEVICE: deque(asked)}
        for kind in _AFTER_CALLS:
            self._devices[kind] = deque(asked if kind in kinds else ())
        self._calls: dict[str, dict[str, None]] = {}
        """Calls that are still to be asked for, with the devices on them."""
        self._seen: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._calls) or any(self._devices.values())

    def next(self, open_: Counter[Kind]) -> tuple[Kind, str, str | None] | None:
        """Give the next question: kind, key, and a device on the call where it is for one.

        ``open_`` counts the questions without an answer, by their kind: the answer for a
        device may name further calls.
        """
        if devices := self._devices[Kind.DEVICE]:
            return Kind.DEVICE, devices.popleft(), None
        if self._calls:
            call = next(iter(self._calls))
            return Kind.CALL, call, next(iter(self._calls.pop(call)), None)
        if open_[Kind.DEVICE]:
            return None
        for kind in _AFTER_CALLS:
            if devices := self._devices[kind]:
                return kind, devices.popleft(), None
        return None

    def seen(self, fact: f.DeviceSeen) -> bool:
        """Take the calls of a device; False when they are too many."""
        for leg in fact.legs:
            if leg.call in self._calls:
                self._calls[leg.call][leg.device.key] = None
            elif leg.call not in self._seen:
                if len(self._seen) >= CALLS:
                    return False
                self._seen.add(leg.call)
                self._calls[leg.call] = {leg.device.key: None}
        return True

    def heard(self, fact: f.Facts) -> None:
        """Take an event: a call that has ended meanwhile is not asked for."""
        match fact:
            case f.CallEnded(call=call):
                self._calls.pop(call, None)
            case f.Cleared(call=call, device=device) | f.Diverted(call=call, device=device):
                left = self._calls.get(call)
                if left is not None:
                    left.pop(device.key, None)
                    if not left:
                        del self._calls[call]
            case f.ConnectionFact(call=call, device=device):
                if call in self._calls:
                    self._calls[call][device.key] = None
            case f.Merged():
                self._merged(fact)
            case _:
                pass

    def _merged(self, fact: f.Merged) -> None:
        """Ask for what two calls have become instead of for them."""
        after: dict[str, dict[str, None]] = {}
        for leg in fact.moved:
            devices = after.setdefault(leg.call, {})
            if leg.device is not None:
                devices[leg.device.key] = None
        asked = [self._calls.pop(call, None) for call in (fact.primary, fact.secondary or "")]
        if any(one is not None for one in asked):
            for call, devices in (after or {fact.primary: {}}).items():
                self._calls[call] = devices
                self._seen.add(call)
