"""What happens while an association is open: everything but its opening and its end.

Each procedure has a module of its own and gives actions; here they are put together.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from cti import driver as dr
from cti.facts import Facts
from cti.model.errors import Error, ErrorClass
from drivers.csta import heartbeat, pace, registrations, reports, resync, watching
from drivers.csta.answers import Answers
from drivers.csta.capabilities import Known
from drivers.csta.commands import Commands
from drivers.csta.connections import Connections
from drivers.csta.exchange import Exchange, ForCommand, RequestTimer
from drivers.csta.health import Health
from drivers.csta.heartbeat import Heartbeat
from drivers.csta.incoming import Incoming, send
from drivers.csta.monitors import Monitors
from drivers.csta.outcomes import rejected
from drivers.csta.reading import Reading
from drivers.csta.registrations import Registrations
from drivers.csta.reports import Reports
from drivers.csta.resync import Resync
from drivers.csta.routes import Routes
from drivers.csta.settings import Settings
from drivers.csta.verbs import Verbs
from drivers.csta.watching import Watching
from drivers.csta.wires import wire_of
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke, Reject, ReturnError, ReturnResult
from protocols.rose.apdus import ApduError

_INVOKE: Final = b"\xa1"
_ANSWERS: Final = (b"\xa2", b"\xa3", b"\xa4")


class Session:
    """The procedures of one link; what they know of an association ends with it."""

    def __init__(self, settings: Settings) -> None:
        dialect, timers = settings.dialect, settings.timers
        self.known = Known(settings)
        self._wire = wire_of(dialect)
        self.reading = Reading(timers.heartbeat, self._wire)
        self._exchange = Exchange(timers.request, self._wire)
        self._heartbeat = Heartbeat(
            dialect.heartbeat.by, timers.heartbeat, timers.silence, self._exchange
        )
        self._connections = Connections(dialect)
        self._monitors = Monitors(settings.devices)
        self._reports = Reports(dialect, self._monitors, self._connections)
        self._health = Health()
        self._registrations = Registrations(settings, self._exchange, self.known)
        self._routes = Routes(dialect, self._registrations)
        self._commands = Commands(
            settings, self._exchange, self._connections, self.known, self._routes, self._wire
        )
        self._watching = Watching(
            settings, self._exchange, self._monitors, self._reports, self.known
        )
        self._resync = Resync(
            settings, self._exchange, self._watching, self._connections, self.known
        )
        self._verbs = Verbs(self.known, self._commands, self._watching, self._registrations)
        self._incoming = Incoming(
            *(dialect, self._reports, self._commands, self._monitors, self._watching),
            *(self._health, self._connections, self._resync),
            *(self._routes, self._registrations, self._wire),
        )
        self._answers = Answers(
            *(self._exchange, self._commands, self._watching, self._heartbeat),
            *(self._incoming, self._resync, self._registrations),
        )

    # The association.

    def begin(self) -> list[dr.Action]:
        """Take that the association is open."""
        self.reading.begin_period()
        actions = self._heartbeat.begin()
        self._watching.begin()
        self._registrations.begin()
        self._resync.request("connected")
        return actions

    def release(self) -> list[dr.Action]:
        """End the monitors, and ask nothing else any more."""
        self._monitors.release()
        timers = (heartbeat.TIMER, watching.RETRY, registrations.RETRY)
        return [*(dr.StopTimer(timer) for timer in timers), *self._resync.stop()]

    def releasing(self) -> list[dr.Action]:
        """Go on ending the monitors."""
        return [*self._watching.pump(), dr.StopTimer(watching.RETRY)]

    @property
    def released(self) -> bool:
        """Whether no monitor is left."""
        return self._monitors.idle

    def end(self) -> list[dr.Action]:
        """Forget the association: everything that waits gets its end."""
        actions = self._reports.forget()
        for asked in self._exchange.drain():
            if isinstance(asked.purpose, ForCommand):
                actions.append(self._commands.lost(asked.purpose))
        actions += self._watching.forget()
        actions += self._registrations.forget()
        self._routes.forget()
        self._commands.forget()
        self._answers.forget()
        self._resync.forget()
        self._connections.forget()
        self._health.forget()
        return actions

    # Work.

    def pump(self) -> list[dr.Action]:
        """Ask for what is still wanted."""
        asked = [*self._watching.pump(), *self._resync.pump()]
        return [*asked, *self._registrations.pump()] if self.synced else asked

    @property
    def synced(self) -> bool:
        """Whether the state of the switch was learned once in this association."""
        return self._resync.synced

    @property
    def dead(self) -> float | None:
        """Seconds of silence when there were too many; None while the switch lives."""
        return self._heartbeat.dead

    def problem(self) -> str:
        """Say what is wrong with the link; empty when nothing is."""
        problems = (
            self._resync.problem(),
            self._health.problem(),
            self._watching.problem(),
            self._registrations.problem(),
            self.reading.problem(),
        )
        return "; ".join(problem for problem in problems if problem)

    # What the session is told.

    def told(self, fact: Facts) -> None:
        """Take a fact that was reported."""
        self._resync.heard(fact)

    def resync(self, reason: str) -> None:
        """Learn the whole state of the switch again."""
        self._resync.request(reason or "asked")

    def command(self, asked: dr.CommandRequested, state: str) -> list[dr.Action]:
        """Carry out a command, if the link is further than ``state``."""
        if self.synced:
            return self._verbs.take(asked)
        return [not_up(asked, state)]

    def heard(self) -> None:
        """Take any message of the switch as a sign of life."""
        self._heartbeat.heard()

    def unreadable(self, octets: bytes, error: ApduError) -> list[dr.Action]:
        """Answer what cannot be read, or give it to whoever asked."""
        if octets[:1] == _INVOKE and not self.reading.crowded:
            return send(Reject(error.invoke_id, error.problem), self._wire)
        return self._answers.unreadable(error.invoke_id) if octets[:1] in _ANSWERS else []

    def received(self, pdu: Invoke | ReturnResult | ReturnError | Reject) -> list[dr.Action]:
        """Take a remote operation of the switch."""
        match pdu:
            case Invoke(argument=c.SnapshotCallDataArgument() as data):
                return self._answers.part(pdu, data)
            case Invoke(argument=c.SnapshotDeviceDataArgument() as data):
                return self._answers.part(pdu, data)
            case Invoke():
                return self._incoming.take(pdu)
            case ReturnResult():
                return self._answers.result(pdu)
            case ReturnError():
                return self._answers.error(pdu)
            case Reject():
                return self._answers.reject(pdu)

    def expired(self, timer: Hashable) -> list[dr.Action]:
        """Take that a timer of a procedure ran out."""
        match timer:
            case RequestTimer(invoke_id):
                return self._answers.expired(invoke_id)
            case heartbeat.TIMER:
                self.reading.begin_period()
                return self._heartbeat.tick()
            case reports.TIMER:
                return self._reports.flush()
            case watching.RETRY:
                self._watching.retry()
            case registrations.RETRY:
                self._registrations.retry()
            case resync.GAP:
                self._resync.rested()
            case pace.TIMER:
                self._resync.tick()
            case _:
                pass
        return []


def not_up(asked: dr.CommandRequested, state: str) -> dr.Action:
    """Say that a command was not sent because of the state of the link."""
    detail = f"{asked.command.verb}: the link is {state}, not up"
    return rejected(asked.token, Error(ErrorClass.LINK_DOWN, detail))
