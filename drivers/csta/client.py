"""The live side of the driver: keeping an association as computing function.

Order of a life: AARQ, AARE, monitors, up; RLRQ, RLRE at the end (ITU-T X.227). Whatever is
odd is counted; only an association that is refused, ended or silent brings the link down.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum, auto
from typing import Final

from cti import driver as dr
from cti.model import commands as cm
from cti.model.capabilities import Capabilities
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from drivers.csta import association, heartbeat, reports, watching
from drivers.csta.answers import Answers
from drivers.csta.capabilities import Known
from drivers.csta.commands import Commands, rejected
from drivers.csta.connections import Connections
from drivers.csta.exchange import Exchange, ForCommand, RequestTimer
from drivers.csta.health import Health
from drivers.csta.heartbeat import Heartbeat
from drivers.csta.incoming import Incoming, send
from drivers.csta.monitors import Monitors
from drivers.csta.pdus import BoundedSlowPath, read
from drivers.csta.reports import Reports
from drivers.csta.settings import Settings
from drivers.csta.watching import Watching
from protocols.csta.phase3.codec import (
    Aare,
    Aarq,
    Abrt,
    Invoke,
    Pdu,
    Reject,
    ReturnError,
    ReturnResult,
    Rlre,
    Rlrq,
    encode,
)
from protocols.errors import DecodeError
from protocols.rose.apdus import ApduError

UNDECODABLE: Final = 100
"""Undecodable messages in a heartbeat period; further ones are not answered, and told."""
SLOW_PER_SECOND: Final = 10
"""Messages that the slow decoder reads, on average over a heartbeat period."""

_ASSOCIATION: Final = "association"
_RELEASE: Final = "release"
_INVOKE: Final = b"\xa1"
_ANSWERS: Final = (b"\xa2", b"\xa3", b"\xa4")
_AARE: Final = b"\x61"
_NORMAL: Final = 0  # reason of a release


class Phase(Enum):
    """Where the association is."""

    IDLE = auto()
    OPENING = auto()
    OPEN = auto()
    RELEASING = auto()
    OVER = auto()
    """Down was told; the transport is not gone yet."""


class Client:
    """One live link."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._phase = Phase.IDLE
        self._out: list[dr.Action] = []
        self._running: set[Hashable] = set()
        """Timers that run."""
        self._told: tuple[LinkState, str] = (LinkState.DOWN, "")
        self._synced = False
        self._release_sent = False
        timers = settings.timers
        self._slow_path = BoundedSlowPath(int(SLOW_PER_SECOND * timers.heartbeat))
        self._undecodable = 0
        self._known = Known(settings.dialect, settings.outstanding)
        self._exchange = Exchange(timers.request)
        self._heartbeat = Heartbeat(
            settings.dialect.heartbeat.by, timers.heartbeat, timers.silence, self._exchange
        )
        self._connections = Connections(settings.dialect)
        self._monitors = Monitors(settings.devices)
        self._reports = Reports(settings.dialect, self._monitors, self._connections)
        self._health = Health()
        self._commands = Commands(settings, self._exchange, self._connections, self._known)
        self._watching = Watching(
            settings, self._exchange, self._monitors, self._reports, self._known
        )
        self._incoming = Incoming(
            settings.dialect,
            self._reports,
            self._commands,
            self._monitors,
            self._watching,
            self._health,
        )
        self._answers = Answers(
            self._exchange,
            self._commands,
            self._watching,
            self._heartbeat,
            self._incoming,
            self._health,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do, as far as is known now."""
        return self._known.document

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        self._out = []
        match event:
            case dr.LinkUp():
                self._begin()
            case dr.LinkDown(reason):
                self._lost(reason)
            case dr.PduReceived(octets):
                self._octets(octets)
            case dr.PduSent():
                pass  # only an observer is told
            case dr.CommandRequested():
                self._commanded(event)
            case dr.TimerExpired(timer):
                if timer in self._running:
                    self._running.discard(timer)
                    self._expired(timer)
            case dr.StopRequested():
                self._stop()
            case dr.ResyncRequested():
                pass
        self._settle()
        return self._out

    def _do(self, actions: Iterable[dr.Action]) -> None:
        """Add actions, and keep book of the timers."""
        for action in actions:
            match action:
                case dr.StartTimer(timer):
                    self._running.add(timer)
                case dr.StopTimer(timer):
                    if timer not in self._running:
                        continue
                    self._running.discard(timer)
                case _:
                    pass
            self._out.append(action)

    def _odd(self, detail: str, kind: dr.AnomalyKind = dr.AnomalyKind.UNEXPECTED) -> None:
        self._do([dr.Anomaly(kind, detail)])

    # The life of the association (X.227).

    def _begin(self) -> None:
        if self._phase not in (Phase.IDLE, Phase.OVER):
            self._end(LinkState.DOWN, "a new connection begins")
        self._phase = Phase.OPENING
        settings = self._settings
        aarq = association.request(settings.dialect, settings.login, settings.version_bits)
        self._do([dr.StateChanged(LinkState.OPENING), dr.SendPdu(encode(aarq))])
        self._do([dr.StartTimer(_ASSOCIATION, settings.timers.association)])

    def _answered(self, pdu: Aare) -> None:
        refusal = association.refusal(pdu)
        if refusal is not None:
            self._end(*refusal)
            return
        self._do([dr.StopTimer(_ASSOCIATION)])
        self._phase = Phase.OPEN
        self._synced = self._release_sent = False
        self._undecodable = self._slow_path.count = 0
        self._known.negotiated(
            association.versions(pdu), association.peer(pdu, self._settings.dialect)
        )
        self._tell(LinkState.SYNCING, "")
        self._do([dr.CapabilitiesChanged(self._known.document)])
        self._do(self._heartbeat.begin())
        self._watching.begin()

    def _stop(self) -> None:
        match self._phase:
            case Phase.IDLE | Phase.OVER | Phase.OPENING:
                self._end(LinkState.DOWN, "stopped")
            case Phase.OPEN:
                self._phase = Phase.RELEASING
                self._do([dr.StartTimer(_RELEASE, self._settings.timers.release)])
                self._do([dr.StopTimer(heartbeat.TIMER), dr.StopTimer(watching.RETRY)])
                self._monitors.release()
            case Phase.RELEASING:
                pass

    def _released(self) -> None:
        """Answer the switch that ends the association."""
        self._do([dr.SendPdu(encode(Rlre(reason=_NORMAL)))])
        stopping = self._phase is Phase.RELEASING
        self._end(LinkState.DOWN, "stopped" if stopping else "association released")

    def _lost(self, reason: str) -> None:
        if self._phase not in (Phase.IDLE, Phase.OVER):
            self._end(LinkState.DOWN, reason)
        self._phase = Phase.IDLE

    def _end(self, state: LinkState, reason: str) -> None:
        """End the association: everything that waits gets its end, no timer runs on."""
        self._do(self._reports.forget())
        for asked in self._exchange.drain():
            if isinstance(asked.purpose, ForCommand):
                self._do([self._commands.lost(asked.purpose)])
        self._do(self._watching.forget())
        self._commands.forget()
        self._connections.forget()
        self._health.forget()
        self._do([dr.StopTimer(timer) for timer in sorted(self._running, key=repr)])
        self._phase = Phase.OVER
        self._tell(state, reason)

    def _tell(self, state: LinkState, reason: str) -> None:
        self._told = (state, reason)
        self._do([dr.StateChanged(state, reason)])

    def _settle(self) -> None:
        """Ask for what is still wanted, and tell how the link is."""
        alive = self._phase in (Phase.OPEN, Phase.RELEASING)
        if alive and self._heartbeat.dead is not None:
            self._end(LinkState.DOWN, f"no heartbeat for {self._heartbeat.dead:g} s")
        match self._phase:
            case Phase.OPEN:
                self._do(self._watching.pump())
                self._synced = self._synced or self._monitors.settled
                problems = [self._health.problem(), self._watching.problem()]
                if self._undecodable > UNDECODABLE:
                    problems.append("too many undecodable messages")
                reason = "; ".join(problem for problem in problems if problem)
                state = LinkState.DEGRADED if reason else LinkState.UP
                if self._synced and (state, reason) != self._told:
                    self._tell(state, reason)
            case Phase.RELEASING:
                self._do(self._watching.pump())
                self._do([dr.StopTimer(watching.RETRY)])
                if self._monitors.idle and not self._release_sent:
                    self._release_sent = True
                    self._do([dr.SendPdu(encode(Rlrq(reason=_NORMAL)))])
            case Phase.IDLE | Phase.OPENING | Phase.OVER:
                pass

    # What the switch says.

    def _octets(self, octets: bytes) -> None:
        if self._phase in (Phase.IDLE, Phase.OVER):
            self._odd("a message outside any association")
            return
        self._heartbeat.heard()
        pdu, oddities = read(octets, self._slow_path)
        self._do(oddities)
        if isinstance(pdu, DecodeError):
            self._unreadable(octets, pdu)
        else:
            self._received(pdu)

    def _unreadable(self, octets: bytes, error: DecodeError) -> None:
        self._undecodable += 1
        if self._phase is Phase.OPENING:
            if octets[:1] == _AARE:
                self._end(LinkState.DOWN, "the answer to the AARQ cannot be read")
            return
        if not isinstance(error, ApduError):
            return
        if octets[:1] == _INVOKE and self._undecodable <= UNDECODABLE:
            self._do(send(Reject(error.invoke_id, error.problem)))
        if octets[:1] in _ANSWERS:
            self._do(self._answers.unreadable(error.invoke_id))

    def _received(self, pdu: Pdu) -> None:
        match pdu:
            case Aare() if self._phase is Phase.OPENING:
                self._answered(pdu)
            case Aare() | Aarq():
                self._odd(f"{type(pdu).__name__} from the switch")
            case Rlrq():
                self._released()
            case Rlre() if self._phase is Phase.RELEASING:
                self._end(LinkState.DOWN, "stopped")
            case Rlre():
                self._odd("RLRE that nobody asked for")
            case Abrt():
                self._end(LinkState.DOWN, association.abort_reason(pdu))
            case _ if self._phase is Phase.OPENING:
                self._odd("a message before the association is open")
            case Invoke():
                self._do(self._incoming.take(pdu))
            case ReturnResult():
                self._do(self._answers.result(pdu))
            case ReturnError():
                self._do(self._answers.error(pdu))
            case Reject():
                self._do(self._answers.reject(pdu))

    # Timers.

    def _expired(self, timer: Hashable) -> None:
        match timer:
            case RequestTimer(invoke_id):
                self._do(self._answers.expired(invoke_id))
            case heartbeat.TIMER:
                self._undecodable = self._slow_path.count = 0
                self._do(self._heartbeat.tick())
            case reports.TIMER:
                self._do(self._reports.flush())
            case watching.RETRY:
                self._watching.retry()
            case _ if timer == _ASSOCIATION:
                seconds = self._settings.timers.association
                self._end(LinkState.DOWN, f"no answer to the AARQ within {seconds:g} s")
            case _ if timer == _RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _:
                pass

    # Commands.

    def _commanded(self, asked: dr.CommandRequested) -> None:
        verb = asked.command.verb
        if self._phase is not Phase.OPEN or not self._synced:
            state = LinkState.DOWN if self._phase is Phase.IDLE else self._told[0]
            detail = f"{verb}: the link is {state.value}, not up"
            self._do([rejected(asked.token, Error(ErrorClass.LINK_DOWN, detail))])
            return
        if not self._known.serves(verb):
            detail = f"{verb} is not supported by this link"
            self._do([rejected(asked.token, Error(ErrorClass.UNSUPPORTED, detail, "verb"))])
            return
        match asked.command.args:
            case cm.MonitorStart(device=device) if verb == "monitor_start":
                key = asked.native.device or device
                self._do(self._watching.start_requested(asked.token, key))
            case cm.MonitorStop(device=device) if verb == "monitor_stop":
                key = asked.native.device or device
                self._do(self._watching.stop_requested(asked.token, key))
            case _:
                self._do(self._commands.requested(asked))
