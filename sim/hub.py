"""The hub: one exchange, its CTI links and one clock, without a socket.

Octets and requests of an operator go in, octets for each link come out. Time passes only when
``advance`` says so; what falls due at one moment happens in the order in which it was started,
the exchange's own timers first. What a link speaks is a matter of the hub of its protocol,
which is made from this one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec

from protocols.stacks import primitives as link
from sim import faults, ports
from sim.alarms import Alarms
from sim.exchange import facts, verbs
from sim.exchange import timers as exchange_timers
from sim.exchange.facts import Accepted, Ignored, Refused
from sim.exchange.words import RestartLinks
from sim.faults import Direction, Wire
from sim.ledger import RESTART
from sim.links import Link, Packets
from sim.mischief import Letters, Mischief, PduKind
from sim.outputs import Happened, Noted, Output, Reset, Settings, Shut, Transmit
from sim.plan import ExchangePlan
from sim.servers import Servers
from sim.stage import Stage
from sim.switch import Exchange

_AWAY: Final = "away"
STARTING: Final = "starting"
"""The time of a restart that links outlive."""


class Hub(ABC):
    """One exchange with CTI links."""

    words: ClassVar[Mapping[str, str]] = {}
    """What an operator can say to this kind of switch alone, with the form of each."""

    def __init__(self, plan: ExchangePlan, letters: Letters, settings: Settings) -> None:
        self.stage = Stage(Exchange(plan))
        self.now = 0.0
        """Seconds since the beginning."""
        self.refusing = False
        """Whether new connections are closed at once."""
        self.away = False
        """The same, until the time of a cut is over."""
        self.stalled = False
        """Whether octets stay under way in both directions."""
        self._letters = letters
        self._begins = settings.begins
        self._links: dict[int, Link] = {}
        self._serial = 0
        self._wires = [Wire(settings.faults)]
        self._mischief = [Mischief(settings.pdu_faults, letters)]
        self._servers = Servers(plan.link.registrations)
        self._alarms = Alarms()
        self._late = 0
        self._out: list[Output] = []

    @property
    def moment(self) -> datetime:
        """Time of day."""
        return self._begins + timedelta(seconds=self.now)

    @property
    def links(self) -> dict[int, Any]:
        """Faces of the links that stand, by number."""
        return {number: one.face for number, one in self._links.items()}

    @property
    @abstractmethod
    def served(self) -> bool:
        """Whether any client is associated."""

    # Links.

    def connect(self, *, packets: bool = False) -> tuple[int | None, list[Output]]:
        """Open a link; no number when it is refused.

        With ``packets`` the transport carries whole PDUs, as X.25 does, not a stream.
        """
        if self.refusing or self.away:
            return None, []
        place = next((i for i, wire in enumerate(self._wires) if not wire.up), -1)
        if place < 0:
            self._wires.append(Wire())
            self._mischief.append(Mischief((), self._letters))
        wire, mischief = self._wires[place], self._mischief[place]
        self._serial += 1
        number = self._serial
        opened = wire.handle(faults.Connect())
        if not any(isinstance(action, faults.Connected) for action in opened):
            return None, []
        stack = Packets() if packets else self._framing()
        here = Link(number, self._new_face(packets=packets), stack, wire, mischief)
        self._links[number] = here
        stack.handle(link.TransportUp())
        self._face(here, ports.LinkUp(self.stage.exchange.snapshot()))
        self._opened(here)
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

    def strike_next(self, kind: PduKind, count: int) -> list[Output]:
        """Put a fault on the next events of every link."""
        for here in self._links.values():
            here.mischief.strike_next(kind, count)
        return self._take()

    def end_faults(self) -> None:
        """Put no more faults on messages."""
        for mischief in self._mischief:
            mischief.end()

    @abstractmethod
    def obey(self, words: Sequence[str]) -> list[Output] | None:
        """Act on words that only this kind of switch knows; ``None`` for what is no form."""

    @abstractmethod
    def show(self) -> dict[str, Any]:
        """Give the state of the links for an operator."""

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

    # What is a matter of the protocol.

    @abstractmethod
    def _framing(self) -> link.Stack:
        """Make the message link of a stream."""

    @abstractmethod
    def _new_face(self, *, packets: bool) -> Any:
        """Make the face of a link."""

    @abstractmethod
    def _opened(self, here: Link) -> None:
        """Tell a new face what it must know beside the exchange."""

    @abstractmethod
    def _closed(self, here: Link) -> None:
        """Keep what outlasts a link."""

    @abstractmethod
    def _arrived(self, here: Link, pdu: bytes) -> None:
        """Take a PDU of the client."""

    @abstractmethod
    def _react(self, here: Link, event: Any) -> Sequence[Any]:
        """Give an event to a face."""

    @abstractmethod
    def _told(self, told: Sequence[facts.Fact]) -> None:
        """Bring what the exchange told in one go to every link."""

    @abstractmethod
    def _restarts(self, seconds: float) -> None:
        """Do to links that outlive a restart what it does; it is over in so many seconds."""

    @abstractmethod
    def _expired(self, here: Link | None, kind: str, timer: Hashable) -> None:
        """Act on a timer of a kind that is the protocol's own."""

    # Inside.

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

    def _expire(self, number: int, kind: str, timer: Hashable) -> None:
        here = self._links.get(number)
        match kind, timer:
            case "hub", "away":
                self.away = False
            case "face", str(name) if here is not None:
                self._face(here, ports.TimerExpired(name))
            case "wire", int(serial) if here is not None:
                self._wire(here, faults.WireTimerExpired(serial))
            case "late", (int(), bytes(pdu)) if here is not None:
                self._send(here, pdu)
            case _:
                self._expired(here, kind, timer)

    def _restarted(self) -> None:
        """Do to the links what a restart of the exchange does."""
        plan = self.stage.exchange.plan.link
        match plan.restart:
            case RestartLinks.CUT:
                self._cut_all(RESTART, plan.restart_seconds)
            case RestartLinks.STATUS:
                self._restarts(plan.restart_seconds)

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
        self._told(told)

    def _face(self, here: Link, event: Any) -> None:
        for action in self._react(here, event):
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
                case ports.Reset(reason):
                    self._out.append(Reset(here.number, reason))
                case ports.Close(reason):
                    for end in here.stack.handle(link.Release()):
                        if isinstance(end, link.Transmit):
                            self._carry(here, Direction.TO_HOST, end.octets)
                    self._wire(here, faults.Closed())
                    self._shut(here, reason)
                case _:
                    pass

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
                    self._arrived(here, pdu)
                case link.Transmit(answer):
                    self._carry(here, Direction.TO_HOST, answer)
                case link.Fault(kind, detail):
                    self._out.append(Noted(here.number, kind, detail))
                case link.Released(reason):
                    self._wire(here, faults.Closed())
                    self._shut(here, reason)
                case _:
                    pass

    def _shut(self, here: Link, reason: str) -> None:
        """End a link from this side."""
        if here.number in self._links:
            self._out.append(Shut(here.number, reason))
            self._drop(here)

    def _drop(self, here: Link) -> None:
        """Forget a link."""
        if self._links.pop(here.number, None) is None:
            return
        self._closed(here)
        self._face(here, ports.LinkDown())
        self._alarms.stop_link(here.number)
