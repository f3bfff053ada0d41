"""The live side of the driver: keeping an association as computing function.

Order of a life: AARQ, AARE, monitors, resynchronisation, up; RLRQ, RLRE at the end (ITU-T
X.227). Whatever is odd is counted; only an association that is refused, ended or silent
brings the link down.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum, auto
from typing import Final

from cti import driver as dr
from cti.model.capabilities import Capabilities, Peer
from cti.model.states import LinkState
from drivers.csta import association
from drivers.csta.session import Session, not_up
from drivers.csta.settings import Settings
from protocols.csta.phase3.codec import Aare, Aarq, Abrt, Pdu, Rlre, Rlrq, encode
from protocols.errors import DecodeError
from protocols.rose.apdus import ApduError

_ASSOCIATION: Final = "association"
_RELEASE: Final = "release"
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
        self._session = Session(settings)
        self._phase = Phase.IDLE
        self._out: list[dr.Action] = []
        self._running: set[Hashable] = set()
        """Timers that run."""
        self._told: tuple[LinkState, str] = (LinkState.DOWN, "")
        self._release_sent = False

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do, as far as is known now."""
        return self._session.known.document

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
            case dr.ResyncRequested(reason):
                if self._phase is Phase.OPEN:
                    self._session.resync(reason)
        self._settle()
        return self._out

    def _do(self, actions: Iterable[dr.Action]) -> None:
        """Add actions, and keep book of the timers."""
        for action in actions:
            match action:
                case dr.Report(fact):
                    self._session.told(fact)
                case dr.StartTimer(timer):
                    self._running.add(timer)
                case dr.StopTimer(timer):
                    if timer not in self._running:
                        continue
                    self._running.discard(timer)
                case _:
                    pass
            self._out.append(action)

    def _odd(self, detail: str) -> None:
        self._do([dr.Anomaly(dr.AnomalyKind.UNEXPECTED, detail)])

    # The life of the association (X.227).

    def _begin(self) -> None:
        if self._phase not in (Phase.IDLE, Phase.OVER):
            self._end(LinkState.DOWN, "a new connection begins")
        self._phase = Phase.OPENING
        settings = self._settings
        if not settings.dialect.associates:
            self._do([dr.StateChanged(LinkState.OPENING)])
            self._opened("", Peer(settings.dialect.vendor, settings.dialect.product))
            return
        aarq = association.request(settings.dialect, settings.login, settings.version_bits)
        self._do([dr.StateChanged(LinkState.OPENING), dr.SendPdu(encode(aarq))])
        self._do([dr.StartTimer(_ASSOCIATION, settings.timers.association)])

    def _answered(self, pdu: Aare) -> None:
        refusal = association.refusal(pdu)
        if refusal is not None:
            self._end(*refusal)
            return
        self._do([dr.StopTimer(_ASSOCIATION)])
        self._opened(association.versions(pdu), association.peer(pdu, self._settings.dialect))

    def _opened(self, version: str, peer: Peer) -> None:
        self._phase = Phase.OPEN
        self._release_sent = False
        known = self._session.known
        known.negotiated(version, peer)
        self._tell(LinkState.SYNCING, "")
        self._do([dr.CapabilitiesChanged(known.document)])
        self._do(self._session.begin())

    def _stop(self) -> None:
        match self._phase:
            case Phase.IDLE | Phase.OVER | Phase.OPENING:
                self._end(LinkState.DOWN, "stopped")
            case Phase.OPEN:
                self._phase = Phase.RELEASING
                self._do([dr.StartTimer(_RELEASE, self._settings.timers.release)])
                self._do(self._session.release())
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
        self._do(self._session.end())
        self._do([dr.StopTimer(timer) for timer in sorted(self._running, key=repr)])
        self._phase = Phase.OVER
        self._tell(state, reason)

    def _tell(self, state: LinkState, reason: str) -> None:
        self._told = (state, reason)
        self._do([dr.StateChanged(state, reason)])

    def _settle(self) -> None:
        """Ask for what is still wanted, and tell how the link is."""
        session = self._session
        alive = self._phase in (Phase.OPEN, Phase.RELEASING)
        if alive and session.dead is not None:
            self._end(LinkState.DOWN, f"no heartbeat for {session.dead:g} s")
        match self._phase:
            case Phase.OPEN:
                self._do(session.pump())
                reason = session.problem()
                state = LinkState.DEGRADED if reason else LinkState.UP
                if session.synced and (state, reason) != self._told:
                    self._tell(state, reason)
            case Phase.RELEASING:
                self._do(session.releasing())
                if session.released and not self._release_sent:
                    self._release_sent = True
                    if self._settings.dialect.releases:
                        self._do([dr.SendPdu(encode(Rlrq(reason=_NORMAL)))])
                    else:
                        self._end(LinkState.DOWN, "stopped")
            case Phase.IDLE | Phase.OPENING | Phase.OVER:
                pass

    # What the switch says.

    def _octets(self, octets: bytes) -> None:
        if self._phase in (Phase.IDLE, Phase.OVER):
            self._odd("a message outside any association")
            return
        self._session.heard()
        pdu, oddities = self._session.reading.read(octets)
        self._do(oddities)
        if not isinstance(pdu, DecodeError):
            self._received(pdu)
        elif self._phase is not Phase.OPENING:
            if isinstance(pdu, ApduError):
                self._do(self._session.unreadable(octets, pdu))
        elif octets[:1] == _AARE:
            self._end(LinkState.DOWN, "the answer to the AARQ cannot be read")

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
            case _:
                self._do(self._session.received(pdu))

    # Timers and commands.

    def _expired(self, timer: Hashable) -> None:
        match timer:
            case _ if timer == _ASSOCIATION:
                seconds = self._settings.timers.association
                self._end(LinkState.DOWN, f"no answer to the AARQ within {seconds:g} s")
            case _ if timer == _RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _:
                self._do(self._session.expired(timer))

    def _commanded(self, asked: dr.CommandRequested) -> None:
        state = LinkState.DOWN if self._phase is Phase.IDLE else self._told[0]
        if self._phase is Phase.OPEN:
            self._do(self._session.command(asked, state.value))
        else:
            self._do([not_up(asked, state.value)])
