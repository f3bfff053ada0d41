"""Devices of a link: registering DNs, ACD DNs and controlled DNs, and giving them up.

A DN that the switch does not know as a set may be an ACD DN: it is asked for as one before it
counts as refused. What was refused is tried again after a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, Final

from msgspec import Struct

from cti import driver as dr
from cti import facts as f
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import Origin
from drivers.meridian import mapping
from drivers.meridian.errors import error_of
from drivers.meridian.outcomes import rejected, succeeded, unknown
from drivers.meridian.requests import Requests
from drivers.meridian.settings import DEVICES, Settings
from protocols.errors import EncodeError
from protocols.meridian._codec_meridian import DNRegister, DNRelease
from protocols.meridian.values import Cause, Reason

RETRY: Final = "retry"
AT_ONCE: Final = 8
"""Registrations that wait for their answers at once."""
_NO_SET: Final = frozenset({Reason.BAD_DN, Reason.BAD_TN, Reason.DEVICE_NOT_AST})


class ForDevice(Struct, frozen=True, gc=False):
    """A registration, or its end."""

    key: str
    on: bool


class _State(Enum):
    WANTED = auto()
    ASKED = auto()
    ACTIVE = auto()
    REFUSED = auto()
    UNWANTED = auto()
    ENDING = auto()


class _Watch:
    """One device."""

    __slots__ = ("acd", "error", "state", "tokens", "tried")

    def __init__(self, *, acd: bool) -> None:
        self.state = _State.WANTED
        self.acd = acd
        """Registered as an ACD DN."""
        self.tried = False
        """Whether the other kind was tried."""
        self.error = ""
        self.tokens: list[int] = []


class Devices:
    """All devices of one link."""

    def __init__(self, settings: Settings, requests: Requests) -> None:
        self._settings = settings
        self._requests = requests
        self._watches = {
            key: _Watch(acd=key in settings.acd_dns)
            for key in (*settings.devices, *settings.acd_dns, *settings.trunks)
        }
        self._busy = 0

    def begin(self) -> None:
        """Want all devices anew: the link knows none."""
        self._busy = 0
        for key, watch in list(self._watches.items()):
            if watch.state in (_State.UNWANTED, _State.ENDING):
                del self._watches[key]
            else:
                watch.state, watch.error = _State.WANTED, ""

    def forget(self, why: str) -> list[dr.Action]:
        """End the commands that wait, and what ran."""
        actions: list[dr.Action] = []
        for watch in self._watches.values():
            result = unknown(ErrorClass.LINK_DOWN, why)
            actions += [dr.Outcome(token, result) for token in watch.tokens]
            watch.tokens.clear()
        return actions

    @property
    def settled(self) -> bool:
        """Whether every device has its answer."""
        waits = (_State.WANTED, _State.ASKED)
        return not any(watch.state in waits for watch in self._watches.values())

    @property
    def running(self) -> list[str]:
        """Devices that the link reports about."""
        return [key for key, one in self._watches.items() if one.state is _State.ACTIVE]

    @property
    def queues(self) -> list[str]:
        """Those of them that are ACD DNs."""
        return [key for key in self.running if self._watches[key].acd]

    def problem(self) -> str:
        """Say which devices are missing; empty when none is."""
        missing = [key for key, one in self._watches.items() if one.state is _State.REFUSED]
        if not missing:
            return ""
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        first = self._watches[missing[0]]
        return f"not registered: {missing[0]}{more} ({first.error})"

    # Commands.

    def wanted(self, token: int, key: str, *, acd: bool) -> list[dr.Action]:
        """Have a device registered from now on."""
        watch = self._watches.get(key)
        if watch is not None and watch.state is _State.ACTIVE:
            return [succeeded(token, {"already": True})]
        if watch is None:
            if len(self._watches) >= DEVICES:
                detail = f"{key}: {DEVICES} devices are registered already"
                return [rejected(token, Error(ErrorClass.RESOURCE_LIMIT, detail))]
            watch = self._watches[key] = _Watch(acd=acd or key in self._settings.acd_dns)
        elif watch.state is not _State.ASKED:
            watch.state, watch.tried = _State.WANTED, False
        watch.tokens.append(token)
        return []

    def unwanted(self, token: int, key: str) -> list[dr.Action]:
        """Give a device up; one that the configuration names stays."""
        watch = self._watches.get(key)
        settings = self._settings
        stays = key in (*settings.devices, *settings.acd_dns, *settings.trunks)
        if watch is None or stays or watch.state is not _State.ACTIVE:
            if watch is not None and not stays and not watch.tokens:
                del self._watches[key]
            return [succeeded(token, {"already": True})]
        watch.state = _State.UNWANTED
        watch.tokens.append(token)
        return []

    # Requests and answers.

    def pump(self) -> list[dr.Action]:
        """Ask for what is wanted, as much as may wait at once."""
        actions: list[dr.Action] = []
        for key, watch in self._jobs():
            if self._busy >= AT_ONCE:
                break
            named = _named(key, acd=watch.acd)
            on = watch.state is _State.WANTED
            body: DNRegister | DNRelease = DNRelease(**named)
            if on:
                body = DNRegister(**named, event_group=self._settings.event_group)
            try:
                actions += self._requests.ask(body, ForDevice(key, on))
            except EncodeError:  # no reference is free: at the next answer
                break
            watch.state = _State.ASKED if on else _State.ENDING
            self._busy += 1
        return actions

    def _jobs(self) -> Iterator[tuple[str, _Watch]]:
        jobs = (_State.WANTED, _State.UNWANTED)
        return (one for one in list(self._watches.items()) if one[1].state in jobs)

    def accepted(self, purpose: ForDevice) -> list[dr.Action]:
        """Take that the link does what was asked."""
        self._busy -= 1
        watch = self._watches.get(purpose.key)
        if watch is None:
            return []
        ended = [succeeded(token, {}) for token in watch.tokens]
        watch.tokens.clear()
        if purpose.on:
            watch.state = _State.ACTIVE
            device = mapping.device(purpose.key)
            told: f.Facts = f.MonitorStarted(monitor=purpose.key, device=device)
            return [dr.Report(told, "DNRegister"), *ended]
        del self._watches[purpose.key]
        return [dr.Report(f.MonitorStopped(monitor=purpose.key), "DNRelease"), *ended]

    def refused(self, purpose: ForDevice, cause: Cause | None) -> list[dr.Action]:
        """Take a refusal; without a cause there was no answer that could be read."""
        self._busy -= 1
        watch = self._watches.get(purpose.key)
        if watch is None:
            return []
        other = not watch.tried and mapping.tn_of(purpose.key) is None
        if purpose.on and cause is not None and cause.reason in _NO_SET and other:
            watch.acd, watch.tried = not watch.acd, True
            watch.state = _State.WANTED
            return []
        where = f"registration of {purpose.key}"
        if cause is None:
            error = Error(ErrorClass.TIMEOUT, f"{where}: no answer")
        else:
            error = error_of(where, cause, self._settings.profile)
        status = EndState.UNKNOWN if cause is None else EndState.FAILED
        ended = [dr.Outcome(token, Result(status, error=error)) for token in watch.tokens]
        watch.tokens.clear()
        if not purpose.on:
            watch.state = _State.ACTIVE
            return list(ended)
        watch.state, watch.error, watch.tried = _State.REFUSED, error.kind.value, False
        told = f.MonitorFailed(
            device=mapping.device(purpose.key),
            error=error.kind.value,
            native=error.detail,
            origin=Origin.REPORTED,
        )
        retry = dr.StartTimer(RETRY, self._settings.timers.retry)
        return [dr.Report(told, "DNRegister"), *ended, retry]

    def retry(self) -> None:
        """Want again what was refused."""
        for watch in self._watches.values():
            if watch.state is _State.REFUSED:
                watch.state = _State.WANTED


def _named(key: str, *, acd: bool) -> dict[str, Any]:
    """Name a device as an element."""
    if (tn := mapping.tn_of(key)) is not None:
        return {"device_tn": tn}
    return {"acd_dn": key} if acd else {"device_dn": key}
