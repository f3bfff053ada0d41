"""The hub: one exchange, its CTI links and one clock, without a socket.

Octets and requests of an operator go in, octets for each link come out. Time passes only when
``advance`` says so; what falls due at one moment happens in the order in which it was started,
the exchange's own timers first.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import timedelta
from typing import Final

import msgspec

from protocols.csta.phase3._codec_phase3 import SystemStatus
from protocols.stacks import primitives as link
from sim import faults
from sim.csta import ports
from sim.csta.alarms import Alarms
from sim.csta.dialects import Dialect
from sim.csta.face import Face, State
from sim.csta.gate import Gate, Verdict
from sim.csta.links import Link
from sim.csta.mischief import Mischief, PduKind
from sim.csta.outputs import Happened, Noted, Output, Settings, Shut, Transmit
from sim.csta.servers import Servers
from sim.exchange import facts, verbs
from sim.exchange import timers as exchange_timers
from sim.exchange.facts import Accepted, Ignored, Refused
from sim.exchange.words import RestartLinks
from sim.faults import Direction, Wire
from sim.ledger import RESTART
from sim.plan import ExchangePlan
from sim.stage import Stage
from sim.switch import Exchange

_PASSING: Final = (SystemStatus.MESSAGES_LOST, SystemStatus.OVERLOAD_RELIEVED)
"""Statuses that are told and do not last."""
_AWAY: Final = "away"
_STARTING: Final = "starting"


class Hub:
    """One exchange with CTI links."""

    def __init__(
        self, plan: ExchangePlan, dialect: Dialect, settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings()
        self.dialect = dialect
        self.stage = Stage(Exchange(plan))
        self.now = 0.0
        """Seconds since the beginning."""
        self.refusing = False
        """Whether new connections are closed at once."""
        self.away = False
        """The same, until the time of a cut is over."""
        self.stalled = False
        """Whether octets stay under way in both directions."""
        self.status: int = SystemStatus.NORMAL
        self.refusing_requests = False
        self._links: dict[int, Link] = {}
        self._serial = 0
        self._last_invoke = 0
        self._wires = [Wire(self.settings.faults)]
        self._mischief = [Mischief(self.settings.pdu_faults)]
        self._servers = Servers(plan.link.registrations)
        self._alarms = Alarms()
        self._late = 0
        self._out: list[Output] = []

    @property
    def links(self) -> dict[int, Face]:
        """Faces of the links that stand, by number."""
        return {number: one.face for number, one in self._links.items()}

    @property
    def time(self) -> str:
        """Time of day as yyyymmddhhmmss."""
        return f"{self.settings.begins + timedelta(seconds=self.now):%Y%m%d%H%M%S}"

    # Links.

    def connect(self) -> tuple[int | None, list[Output]]:
        """Open a link; no number when it is refused."""
        if self.refusing or self.away:
            return None, []
        place = next((i for i, wire in enumerate(self._wires) if not wire.up), -1)
        if place < 0:
            self._wires.append(Wire())
            self._mischief.append(Mischief(()))
        wire, mischief = self._wires[place], self._mischief[place]
        self._serial += 1
        number = self._serial
        opened = wire.handle(faults.Connect())
        if not any(isinstance(action, faults.Connected) for action in opened):
            return None, []
        goes_on = self.dialect.counter_goes_on
        plan = self.stage.exchange.plan
        last = self._last_invoke if goes_on else 0
        face = Face(self.dialect, plan, self.settings.login, last)
        gate = Gate(plan.link.rate, plan.link.outstanding)
        here = Link(number, face, wire, mischief, gate)
        self._links[number] = here
        here.stack.handle(link.TransportUp())
        self._face(here, ports.LinkUp(self.stage.exchange.snapshot()))
        self._face(here, ports.RefusalSet(self.refusing_requests))
        face.status = self.status
        return number, self._take()

    def disconnect(self, number: int) -> list[Output]:
        """Close a link because its transport ended."""
        here = self._links.get(number)
        if here is not None:
            self._wire(here, faults.Closed())
            self._drop(here)
        return self._take()

    def receive(self, number: int, octets: bytes) -> list[Output]:
        """Take octets that a link's client sent."""
        here = self._links.get(number)
        if here is not None and octets:
            self._carry(here, Direction.TO_SWITCH, octets)
        return self._take()

    # The operator, people and the outside.

    def do(self, event: verbs.Event) -> list[Output]:
        """Let something happen at the exchange."""
        self._exchange(event)
        return self._take()

    def cut(self, seconds: float = 0.0) -> list[Output]:
        """End every link, and let none stand for some time."""
        self._cut_all("cut", seconds)
        return self._take()

    def stall(self, *, on: bool) -> list[Output]:
        """Keep octets back in both directions, or let them go on."""
        self.stalled = on
        if not on:
            for here in list(self._links.values()):
                # What the switch said comes before what it answers to what it hears now.
                held, here.held = here.held, []
                for direction, octets in sorted(
                    held, key=lambda one: one[0] is Direction.TO_SWITCH
                ):
                    self._carry(here, direction, octets)
        return self._take()

    def set_status(self, status: int) -> list[Output]:
        """Report a system status on every link; the lost-messages status does not last."""
        self._tell_status(status)
        return self._take()

    def strike_next(self, kind: PduKind, count: int) -> list[Output]:
        """Put a fault on the next events of every link."""
        for here in self._links.values():
            here.mischief.strike_next(kind, count)
        return self._take()

    def refuse_requests(self, *, on: bool) -> list[Output]:
        """Refuse every request on every link, or none any more."""
        self.refusing_requests = on
        for here in self._links.values():
            self._face(here, ports.RefusalSet(on))
        return self._take()

    # Time.

    def next_due(self) -> float | None:
        """Give the time of the next expiry, or ``None`` when nothing runs."""
        own = self._alarms.next_due()
        theirs = self.stage.next_due()
        if own is None or theirs is None:
            return theirs if own is None else own
        return min(own, theirs)

    def advance(self, until: float) -> list[Output]:
        """Move the clock, letting everything happen that falls due on the way."""
        while (due := self.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            if self.stage.next_due() == due:
                fired = self.stage.fire()
                self._spread(fired[1] if fired else [], None)
            elif (alarm := self._alarms.pop()) is not None:
                self._expire(*alarm)
            self._end_moment()
        self.now = max(self.now, until)
        self.stage.now = max(self.stage.now, self.now)
        return self._take()

    # Inside.

    @property
    def _room(self) -> bool:
        taken = sum(one.face.state is State.ASSOCIATED for one in self._links.values())
        return taken < self.settings.associations

    def _take(self) -> list[Output]:
        self._end_moment()
        taken, self._out = self._out, []
        return taken

    def _end_moment(self) -> None:
        """Send what faults kept back for the end of what happens at one time."""
        for here in list(self._links.values()):
            for pdu in here.mischief.flush():
                self._send(here, pdu)

    def _cut_all(self, why: str, seconds: float) -> None:
        for here in list(self._links.values()):
            self._wire(here, faults.Closed())
            self._shut(here, why)
        self._stay_away(seconds)

    def _stay_away(self, seconds: float) -> None:
        if seconds:
            self.away = True
            self._alarms.start((0, "hub", _AWAY), self.now + seconds)

    def _tell_status(self, status: int) -> None:
        self.status = SystemStatus.NORMAL if status in _PASSING else status
        for here in list(self._links.values()):
            self._face(here, ports.StatusSet(status))
            here.face.status = self.status

    def _expire(self, number: int, kind: str, timer: Hashable) -> None:
        here = self._links.get(number)
        match kind, timer:
            case "hub", str(name):
                self._go_on(name)
            case _ if here is None:
                pass
            case "gate", _:
                self._serve_next(here)
            case "face", str(name):
                self._face(here, ports.TimerExpired(name))
            case "wire", int(serial):
                self._wire(here, faults.WireTimerExpired(serial))
            case "late", (int(), bytes(pdu)):
                self._send(here, pdu)
            case _:
                pass

    def _go_on(self, timer: str) -> None:
        """End a time that the hub itself waited for."""
        if timer == _AWAY:
            self.away = False
        else:
            self._tell_status(SystemStatus.ENABLED)
            self._tell_status(SystemStatus.NORMAL)

    def _restarted(self) -> None:
        """Do to the links what a restart of the exchange does."""
        plan = self.stage.exchange.plan.link
        match plan.restart:
            case RestartLinks.CUT:
                self._cut_all(RESTART, plan.restart_seconds)
            case RestartLinks.STATUS:
                self.status = SystemStatus.INITIALIZING
                for here in list(self._links.values()):
                    self._face(here, ports.Restarted())
                self._alarms.start((0, "hub", _STARTING), self.now + plan.restart_seconds)

    def _start(self, here: Link, kind: str, timer: Hashable, seconds: float) -> None:
        self._alarms.start((here.number, kind, timer), self.now + seconds)

    def _exchange(self, event: verbs.Event) -> None:
        self.stage.now = self.now
        self._spread(self.stage.do(event), None)

    def _spread(self, actions: list[facts.Action], asker: Link | None) -> None:
        """Bring what the exchange told to every link, the answer first."""
        told: list[facts.Fact] = []
        answer: Accepted | Refused | None = None
        for action in actions:
            match action:
                case exchange_timers.StartTimer() | exchange_timers.StopTimer():
                    continue
                case Accepted() | Refused():
                    answer = action
                case Ignored():
                    self._out.append(Noted(0, "ignored", f"{action.event}: {action.reason}"))
                case _:
                    told.append(action)
            self._out.append(Happened(self.now, action))
        if answer is not None and asker is not None:
            _, _, token = answer.token.partition("/")
            own = msgspec.structs.replace(answer, token=token)
            self._face(asker, ports.Answered(own, tuple(told)))
        for fact in told:
            for here in list(self._links.values()):
                self._face(here, ports.Told(fact))
            if isinstance(fact, facts.RouteRequested):
                self._offer(fact)
            elif isinstance(fact, facts.Restarted):
                self._restarted()

    def _offer(self, fact: facts.RouteRequested) -> None:
        """Offer a call to the link that registered, or else to the first association."""
        candidates = self._servers.of(fact.device) or list(self._links)
        for number in candidates:
            here = self._links.get(number)
            if here is not None and here.face.state is State.ASSOCIATED:
                self._face(here, ports.RouteOffered(fact))
                return

    def _face(self, here: Link, event: ports.Event) -> None:
        for action in here.face.handle(event, self.time):
            match action:
                case ports.SendPdu(octets):
                    for seconds, pdu in here.mischief.take(octets):
                        if seconds:
                            self._late += 1
                            self._start(here, "late", (self._late, pdu), seconds)
                        else:
                            self._send(here, pdu)
                case ports.Ask(token, verb):
                    self.stage.now = self.now
                    request = verbs.Request(f"{here.number}/{token}", verb)
                    self._spread(self.stage.do(request), here)
                case ports.Look(token, device, call):
                    sight = self.stage.exchange.look(device, call)
                    self._face(here, ports.Seen(token, sight))
                case ports.Serve(device, on):
                    self._serve(here, device, on=on)
                case ports.StartTimer(timer, seconds):
                    self._start(here, "face", timer, seconds)
                case ports.StopTimer(timer):
                    self._alarms.stop((here.number, "face", timer))
                case ports.Note(kind, detail):
                    self._out.append(Noted(here.number, kind, detail))
                case ports.Close(reason):
                    self._wire(here, faults.Closed())
                    self._shut(here, reason)

    def _serve(self, here: Link, device: str, *, on: bool) -> None:
        served = self._servers.change(device, here.number, on=on)
        planned = any(
            point.number == device and point.served
            for point in self.stage.exchange.plan.route_points
        )
        self._exchange(verbs.RouteRegister(device, on=served or planned))

    def _send(self, here: Link, pdu: bytes) -> None:
        for action in here.stack.handle(link.Send(pdu)):
            if isinstance(action, link.Transmit):
                self._carry(here, Direction.TO_HOST, action.octets)

    def _carry(self, here: Link, direction: Direction, octets: bytes) -> None:
        """Put octets on the wire of a link, or keep them while it is stalled."""
        if self.stalled:
            here.held.append((direction, octets))
        else:
            self._wire(here, faults.Sent(direction, octets))

    def _wire(self, here: Link, event: faults.WireEvent) -> None:
        for action in here.wire.handle(event):
            match action:
                case faults.Arrived(Direction.TO_HOST, octets):
                    self._out.append(Transmit(here.number, octets))
                case faults.Arrived(_, octets):
                    self._arrive(here, octets)
                case faults.ConnectionLost(seconds) if not isinstance(event, faults.Closed):
                    self._stay_away(seconds)
                    self._shut(here, "cut")
                case faults.StartWireTimer(timer, seconds):
                    self._start(here, "wire", timer, seconds)
                case faults.StopWireTimer(timer):
                    self._alarms.stop((here.number, "wire", timer))
                case _:
                    pass

    def _arrive(self, here: Link, octets: bytes) -> None:
        for action in here.stack.handle(link.OctetsReceived(octets)):
            if here.number not in self._links:
                return  # an earlier message ended the link
            match action:
                case link.Received(pdu):
                    self._admit(here, pdu)
                case link.Fault(kind, detail):
                    self._out.append(Noted(here.number, kind, detail))
                case link.Released(reason):
                    self._wire(here, faults.Closed())
                    self._shut(here, reason)
                case _:
                    pass

    def _admit(self, here: Link, pdu: bytes) -> None:
        """Let an APDU of the client in, now or when its turn comes."""
        match here.gate.put(pdu, self.now):
            case Verdict.PASS:
                self._deliver(here, pdu, None)
            case Verdict.REFUSE:
                self._deliver(here, pdu, ports.Refusal.TOO_MANY)
            case Verdict.WAIT:
                self._await_turn(here)

    def _await_turn(self, here: Link) -> None:
        status = here.gate.change()
        if status is not None:
            self._face(here, ports.LoadReported(status))
        if here.gate.due is not None:
            self._start(here, "gate", "", here.gate.due - self.now)

    def _serve_next(self, here: Link) -> None:
        """Serve the request whose turn has come."""
        pdu = here.gate.take(self.now)
        if pdu is not None:
            self._deliver(here, pdu, None)
        if here.number in self._links:
            self._await_turn(here)

    def _deliver(self, here: Link, pdu: bytes, refusal: ports.Refusal | None) -> None:
        if here.mischief.refuses(pdu):
            refusal = ports.Refusal.BUSY
        self._face(here, ports.PduReceived(pdu, self._room, refusal, self._servers.full))

    def _shut(self, here: Link, reason: str) -> None:
        """End a link from this side."""
        if here.number in self._links:
            self._out.append(Shut(here.number, reason))
            self._drop(here)

    def _drop(self, here: Link) -> None:
        """Forget a link."""
        if self._links.pop(here.number, None) is None:
            return
        self._last_invoke = here.face.last_invoke
        self._face(here, ports.LinkDown())
        self._alarms.stop_link(here.number)
