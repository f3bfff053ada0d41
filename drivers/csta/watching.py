"""Starting, keeping and ending the monitors of a live link (ECMA-269 clause 15)."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from drivers.csta.capabilities import Known
from drivers.csta.connections import device_id
from drivers.csta.exchange import (
    Answer,
    Asked,
    Exchange,
    Failed,
    ForStart,
    ForStop,
    Full,
    Rejected,
    Told,
    Unanswered,
    Unreadable,
)
from drivers.csta.monitors import ENDED, Monitors, Start, Stop
from drivers.csta.outcomes import failure_error, reject_error, rejected, succeeded, unknown
from drivers.csta.reports import Reports, native_device
from drivers.csta.settings import Settings, valid_device
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation
from protocols.errors import EncodeError

RETRY: Final = "monitor_retry"

_LIMITS: Final = frozenset(
    {("systemResourceAvailability", 7), ("subscribedResourceAvailability", 2)}
)
"""Failures that tell how many monitors the switch allows."""


_NOT_REFUSED: Final = frozenset({ErrorClass.TIMEOUT.value, ENDED})


class Watching:
    """The monitors of one link, with their requests."""

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        monitors: Monitors,
        reports: Reports,
        known: Known,
    ) -> None:
        self._settings = settings
        self._dialect = settings.dialect
        self._exchange = exchange
        self._monitors = monitors
        self._reports = reports
        self._known = known
        self._busy = 0
        """Starts and stops that wait for their answer."""
        self._retrying = False

    def begin(self) -> None:
        """Want all devices anew: an association is open."""
        self._busy, self._retrying = 0, False
        self._monitors.begin()

    def forget(self) -> list[dr.Action]:
        """Drop what ran, and end the commands that waited for it."""
        self._busy, self._retrying = 0, False
        actions: list[dr.Action] = []
        for token, sent in self._monitors.forget():
            detail = "the link was lost before the monitor had its answer"
            result = unknown(ErrorClass.LINK_DOWN, detail)
            if not sent:
                error = Error(ErrorClass.LINK_DOWN, detail)
                result = Result(EndState.REJECTED, error=error)
            actions.append(dr.Outcome(token, result))
        return actions

    # Commands.

    def start_requested(self, token: int, device: str) -> list[dr.Action]:
        """Monitor a device from now on."""
        if not valid_device(device):
            detail = f"monitor_start: {device!r} is no device number"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "args.device")
            return [rejected(token, error)]
        try:
            reference = self._monitors.want(device, token)
        except ValueError as refusal:
            detail = f"monitor_start at {device}: {refusal}"
            return [rejected(token, Error(ErrorClass.RESOURCE_LIMIT, detail))]
        if reference is None:
            return []
        return [succeeded(token, {"monitor": reference.hex(), "already": True})]

    def stop_requested(self, token: int, device: str) -> list[dr.Action]:
        """Monitor a device no longer."""
        if self._monitors.unwant(device, token):
            return []
        return [succeeded(token, {"already": True})]

    # Requests.

    def pump(self) -> list[dr.Action]:
        """Ask for what is wanted, as much as may wait at once."""
        actions: list[dr.Action] = []
        limit = self._settings
        while (
            self._busy < limit.outstanding_monitors and len(self._exchange) < limit.outstanding
        ):
            match self._monitors.job():
                case None:
                    break
                case Start(device):
                    actions += self._start(device)
                case Stop(device, reference):
                    actions += self._stop(device, reference)
                case tokens:
                    actions += [succeeded(token, {}) for token in tokens]
        return actions + self._retry_later()

    def _start(self, device: str) -> list[dr.Action]:
        argument = c.MonitorStartArgument(
            ("deviceObject", device_id(device, self._dialect)), self._dialect.monitor_filter
        )
        self._busy += 1
        try:
            return self._exchange.ask(Operation.MONITOR_START, argument, ForStart(device))
        except (EncodeError, Full) as why:
            error = Error(ErrorClass.INVALID_ARGUMENT, f"monitor_start at {device}: {why}")
            result = Result(EndState.REJECTED, error=error)
            return self._refused(device, error.detail, result)

    def _stop(self, device: str, reference: bytes) -> list[dr.Action]:
        self._busy += 1
        try:
            argument = c.MonitorStopArgument(reference)
            return self._exchange.ask(Operation.MONITOR_STOP, argument, ForStop(device))
        except (EncodeError, Full):
            return self._stopped(device)

    def _retry_later(self) -> list[dr.Action]:
        if self._retrying or self._monitors.complete:
            return []
        self._retrying = True
        return [dr.StartTimer(RETRY, self._settings.timers.monitor_retry)]

    def retry(self) -> None:
        """Try again what was refused."""
        self._retrying = False
        self._monitors.retry()

    # Answers.

    def started(self, asked: Asked, purpose: ForStart, answer: Answer) -> list[dr.Action]:
        """Take whatever answers a start."""
        actions = self._exchange.end(asked)
        where = f"monitor_start at {purpose.device}"
        words, message = "the answer of the switch cannot be read", ""
        result = unknown(ErrorClass.PROTOCOL, f"{where}: {words}")
        match answer:
            case Told(c.MonitorStartResult(cross_ref_identifier=reference)):
                return actions + self._running(purpose.device, reference)
            case Failed(failure):
                error = failure_error(where, failure, self._dialect.phase.protocol)
                _, _, words = error.detail.partition("the switch answers ")
                result, message = Result(EndState.FAILED, error=error), "universalFailure"
            case Rejected((category, number) as problem):
                error = reject_error(where, problem, self._dialect.phase.protocol)
                words = f"reject {category} {number}"
                result, message = Result(EndState.FAILED, error=error), "reject"
            case Unanswered():
                words = f"no answer within {asked.seconds:g} s"
                result = unknown(ErrorClass.TIMEOUT, f"{where}: {words}")
            case Told() | Unreadable():
                pass
        actions += self._refused(purpose.device, words, result, message)
        limit = isinstance(answer, Failed) and answer.failure in _LIMITS
        running = self._monitors.running
        if limit and running and self._known.monitors(running):
            actions.append(dr.CapabilitiesChanged(self._known.document))
        return actions

    def _running(self, key: str, reference: bytes) -> list[dr.Action]:
        self._busy -= 1
        tokens = self._monitors.started(key, reference)
        device = native_device(key, self._dialect)
        fact = f.MonitorStarted(monitor=reference.hex(), device=device)
        actions: list[dr.Action] = [dr.Report(fact, "monitorStart")]
        actions += [succeeded(token, {"monitor": reference.hex()}) for token in tokens]
        if self._known.worked("monitor_start"):
            actions.append(dr.CapabilitiesChanged(self._known.document))
        return actions + self._reports.claim(reference, key)

    def _refused(
        self, device: str, words: str, result: Result, message: str = ""
    ) -> list[dr.Action]:
        self._busy -= 1
        error = result.error
        kind = ErrorClass.UNKNOWN if error is UNSET else error.kind
        tokens, news = self._monitors.refused(device, kind, words)
        actions: list[dr.Action] = []
        if news:
            told = native_device(device, self._dialect)
            fact = f.MonitorFailed(device=told, error=kind.value, native=words)
            actions.append(dr.Report(fact, message))
        return actions + [dr.Outcome(token, result) for token in tokens]

    def stopped(self, asked: Asked, purpose: ForStop) -> list[dr.Action]:
        """Take any answer to a stop, or none: the monitor counts as ended."""
        actions = self._exchange.end(asked)
        return actions if purpose.device is None else actions + self._stopped(purpose.device)

    def _stopped(self, device: str) -> list[dr.Action]:
        self._busy -= 1
        tokens, reference = self._monitors.stopped(device)
        actions: list[dr.Action] = [
            dr.Report(f.MonitorStopped(monitor=reference.hex()), "monitorStop")
        ]
        return actions + [succeeded(token, {}) for token in tokens]

    # What the switch does by itself.

    def restarted(self) -> list[dr.Action]:
        """Take that the switch has begun anew, without any monitor."""
        return [
            dr.Report(f.MonitorStopped(monitor=reference.hex()), "")
            for reference in self._monitors.lost()
        ]

    def stray(self, reference: bytes) -> list[dr.Action]:
        """End a monitor whose start was given up before its answer came."""
        if self._monitors.device_of(reference) is not None:
            return []
        try:
            argument = c.MonitorStopArgument(reference)
            return self._exchange.ask(Operation.MONITOR_STOP, argument, ForStop(None))
        except (EncodeError, Full):
            return []

    def ended_by_switch(self, reference: bytes) -> list[dr.Action] | None:
        """Take that the switch ended a monitor; None when there is no such monitor."""
        if self._monitors.ended_by_switch(reference) is None:
            return None
        return [dr.Report(f.MonitorStopped(monitor=reference.hex()), "monitorStop")]

    # Questions.

    @property
    def quiet(self) -> bool:
        """Whether every monitor has had its answer."""
        return not self._busy and self._monitors.quiet

    @property
    def running(self) -> list[str]:
        """The devices whose monitor runs."""
        return self._monitors.devices

    @property
    def missing(self) -> list[tuple[str, str]]:
        """The devices whose monitor does not run, and why."""
        return self._monitors.missing

    def problem(self) -> str:
        """Say how many monitors are missing and why; empty when none is."""
        if self._monitors.complete:
            return ""
        refused, wanted, errors = self._monitors.refusals()
        words = [f"{count} {kind}" for kind, count in sorted(errors.items())]
        if len(errors) == 1:
            words = list(errors)
        verb = "failed" if _NOT_REFUSED & errors.keys() else "refused"
        return f"{refused} of {wanted} monitors {verb}: {', '.join(words)}"
