"""The hub of CSTA links: what an operator sets of them, and requests that wait their turn."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, Final

from typing_extensions import override

from protocols.csta.phase3._codec_phase3 import SystemStatus
from protocols.stacks import framing
from protocols.stacks import primitives as st
from sim import hub
from sim.csta import ports
from sim.csta.dialects import Dialect, Framing
from sim.csta.face import Face, State
from sim.csta.gate import Gate, Verdict
from sim.csta.greeting import Greeted
from sim.csta.lines import letters, wire
from sim.csta.settings import Settings
from sim.exchange import facts
from sim.links import Link
from sim.outputs import Output
from sim.plan import ExchangePlan

_PASSING: Final = (SystemStatus.MESSAGES_LOST, SystemStatus.OVERLOAD_RELIEVED)
"""Statuses that are told and do not last."""
STATUS: Final = {
    "initializing": SystemStatus.INITIALIZING,
    "enabled": SystemStatus.ENABLED,
    "normal": SystemStatus.NORMAL,
    "messages-lost": SystemStatus.MESSAGES_LOST,
    "disabled": SystemStatus.DISABLED,
    "overload-imminent": SystemStatus.OVERLOAD_IMMINENT,
    "overload-reached": SystemStatus.OVERLOAD_REACHED,
    "overload-relieved": SystemStatus.OVERLOAD_RELIEVED,
}


class Hub(hub.Hub):
    """One exchange with CSTA links."""

    words: ClassVar[Mapping[str, str]] = {
        "status": "|".join(STATUS),
        "refuse": "[requests] on|off",
    }

    def __init__(
        self, plan: ExchangePlan, dialect: Dialect, settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        super().__init__(plan, letters(dialect), self.settings)
        self.dialect = dialect
        self.status: int = SystemStatus.NORMAL
        self.refusing_requests = False
        self._last_invoke = 0
        self._gates: dict[int, Gate] = {}

    @property
    @override
    def served(self) -> bool:
        return self._taken > 0

    @property
    def time(self) -> str:
        """Time of day as yyyymmddhhmmss."""
        return f"{self.moment:%Y%m%d%H%M%S}"

    # The operator.

    def set_status(self, status: int) -> list[Output]:
        """Report a system status on every link; the lost-messages status does not last."""
        self._tell_status(status)
        return self._take()

    def refuse_requests(self, *, on: bool) -> list[Output]:
        """Refuse every request on every link, or none any more."""
        self.refusing_requests = on
        for here in self._links.values():
            self._face(here, ports.RefusalSet(on))
        return self._take()

    @override
    def obey(self, words: Sequence[str]) -> list[Output] | None:
        match words:
            case ["status", word] if word in STATUS:
                return self.set_status(STATUS[word])
            case ["refuse", "requests", ("on" | "off") as word]:
                return self.refuse_requests(on=word == "on")
            case _:
                return None

    @override
    def show(self) -> dict[str, Any]:
        return {
            "links": [
                {
                    "link": number,
                    "state": face.state.value,
                    "monitors": len(face.monitors),
                    "invokes": face.last_invoke,
                }
                for number, face in self.links.items()
            ],
        }

    # What the hub of all protocols asks.

    @override
    def _framing(self) -> st.Stack:
        if self.dialect.framing is Framing.OMNIPCX:
            return Greeted()
        header = framing.Header.LENGTH16
        if self.dialect.framing is Framing.HIPATH:
            header = framing.Header.HIPATH
        return framing.FramingStack(header)

    @override
    def _new_face(self, *, packets: bool) -> Face:
        last = self._last_invoke if self.dialect.counter_goes_on else 0
        plan, login = self.stage.exchange.plan, self.settings.login
        return Face(self.dialect, plan, login, last, wire(self.dialect))

    @override
    def _opened(self, here: Link) -> None:
        plan = self.stage.exchange.plan.link
        self._gates[here.number] = Gate(plan.rate, plan.outstanding)
        self._face(here, ports.RefusalSet(self.refusing_requests))
        here.face.status = self.status

    @override
    def _closed(self, here: Link) -> None:
        self._last_invoke = here.face.last_invoke
        del self._gates[here.number]

    @override
    def _react(self, here: Link, event: Any) -> Sequence[ports.Action]:
        actions: list[ports.Action] = here.face.handle(event, self.time)
        return actions

    @override
    def _told(self, told: Sequence[facts.Fact]) -> None:
        for fact in told:
            for here in list(self._links.values()):
                self._face(here, ports.Told(fact))
            if isinstance(fact, facts.RouteRequested):
                self._offer(fact)
            elif isinstance(fact, facts.Restarted):
                self._restarted()

    @override
    def _restarts(self, seconds: float) -> None:
        self.status = SystemStatus.INITIALIZING
        for here in list(self._links.values()):
            self._face(here, ports.Restarted())
        self._alarms.start((0, "hub", hub.STARTING), self.now + seconds)

    @override
    def _expired(self, here: Link | None, kind: str, timer: Hashable) -> None:
        if kind == "hub":
            self._tell_status(SystemStatus.ENABLED)
            self._tell_status(SystemStatus.NORMAL)
        elif kind == "gate" and here is not None:
            self._serve_next(here)

    @override
    def _arrived(self, here: Link, pdu: bytes) -> None:
        """Let an APDU of the client in, now or when its turn comes."""
        match self._gates[here.number].put(pdu, self.now):
            case Verdict.PASS:
                self._deliver(here, pdu, None)
            case Verdict.REFUSE:
                self._deliver(here, pdu, ports.Refusal.TOO_MANY)
            case Verdict.WAIT:
                self._await_turn(here)

    # Inside.

    @property
    def _taken(self) -> int:
        return sum(face.state is State.ASSOCIATED for face in self.links.values())

    def _tell_status(self, status: int) -> None:
        self.status = SystemStatus.NORMAL if status in _PASSING else status
        for here in list(self._links.values()):
            self._face(here, ports.StatusSet(status))
            here.face.status = self.status

    def _offer(self, fact: facts.RouteRequested) -> None:
        """Offer a call to the link that registered, or else to the first association."""
        candidates = self._servers.of(fact.device) or list(self._links)
        for number in candidates:
            here = self._links.get(number)
            if here is not None and here.face.state is State.ASSOCIATED:
                self._face(here, ports.RouteOffered(fact))
                return

    def _await_turn(self, here: Link) -> None:
        gate = self._gates[here.number]
        status = gate.change()
        if status is not None:
            self._face(here, ports.LoadReported(status))
        if gate.due is not None:
            self._start(here, "gate", "", gate.due - self.now)

    def _serve_next(self, here: Link) -> None:
        """Serve the request whose turn has come."""
        pdu = self._gates[here.number].take(self.now)
        if pdu is not None:
            self._deliver(here, pdu, None)
        if here.number in self._links:
            self._await_turn(here)

    def _deliver(self, here: Link, pdu: bytes, refusal: ports.Refusal | None) -> None:
        if here.mischief.refuses(pdu):
            refusal = ports.Refusal.BUSY
        room = self._taken < self.settings.associations
        self._face(here, ports.PduReceived(pdu, room, refusal, self._servers.full))
