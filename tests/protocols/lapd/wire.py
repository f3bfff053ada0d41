"""Sides of a D channel on a wire that a test can make lose, delay and duplicate frames."""

from __future__ import annotations

from collections import deque

from protocols.errors import DecodeError
from protocols.lapd import primitives as dl
from protocols.lapd.frames import GROUP_TEI, decode, encode
from protocols.lapd.layer import Layer, read
from protocols.lapd.layer_primitives import (
    Action,
    Clock,
    ErrorIndication,
    Event,
    GroupDataIndication,
    Ignored,
    LineUp,
    Params,
    Refused,
    Requested,
    SendFrame,
    StartTimer,
    StopTimer,
    TeiAssigned,
    TeiFailed,
    TeiRemoved,
    TimerExpired,
    Told,
)
from protocols.lapd.primitives import Role, Timer


class User:
    """Layer 3 of one connection: what it sent and saw."""

    def __init__(self) -> None:
        self.up = False
        self.life = 0
        """How often what is under way may have been lost; stands in what is sent."""
        self.sent: dict[int, int] = {}
        """Messages accepted for sending, by life."""
        self.received: list[tuple[int, int]] = []
        """Life of the sender and number of each message."""


class Side:
    """One side of a D channel, its timers, what it puts on the line, and its users."""

    def __init__(self, params: Params) -> None:
        self.layer = Layer(params)
        self.running: set[Clock] = set()
        self.line: deque[bytes] = deque()
        self.users: dict[tuple[int, int], User] = {}
        self.broadcasts: list[bytes] = []
        self.seen: list[Action] = []

    def user(self, sapi: int = 0, tei: int = GROUP_TEI) -> User:
        """Give the user of a connection; of a terminal there is one for each SAPI."""
        if self.layer.params.role is Role.USER:
            tei = GROUP_TEI
        return self.users.setdefault((sapi, tei), User())

    def handle(self, event: Event) -> list[Action]:
        actions = self.layer.handle(event)
        for action in actions:
            match action:
                case SendFrame(address, frame):
                    octets = encode(address, frame)
                    assert decode(octets) == (address, frame)
                    self.line.append(octets)
                case StartTimer(clock):
                    self.running.add(clock)
                case StopTimer(clock):
                    assert clock in self.running, "stopped a timer that does not run"
                    self.running.remove(clock)
                case Told(indication, sapi, tei):
                    self._tell(self.user(sapi, tei), indication)
                case GroupDataIndication(data):
                    self.broadcasts.append(data)
                case TeiAssigned() | TeiRemoved() | TeiFailed() | ErrorIndication():
                    pass
                case Refused() | Ignored():
                    pass
        self.seen += actions
        self.check()
        return actions

    def _tell(self, user: User, indication: dl.Indication) -> None:
        match indication:
            case dl.EstablishIndication() | dl.EstablishConfirm():
                user.up = True
                user.life += 1
            case dl.ReleaseIndication() | dl.ReleaseConfirm():
                user.up = False
                user.life += 1
            case dl.DataIndication(data):
                user.received.append((data[0] << 8 | data[1], data[2] << 8 | data[3]))
            case dl.UnitDataIndication() | dl.XidIndication():
                pass

    def request(self, request: dl.Request, sapi: int = 0, tei: int = GROUP_TEI) -> list[Action]:
        return self.handle(Requested(request, sapi, tei))

    def send(self, sapi: int = 0, tei: int = GROUP_TEI) -> None:
        """Send a message that says which it is."""
        user = self.user(sapi, tei)
        number = user.sent.get(user.life, 0)
        data = user.life.to_bytes(2, "big") + number.to_bytes(2, "big")
        actions = self.request(dl.DataRequest(data), sapi, tei)
        if not any(isinstance(action, Refused) for action in actions):
            user.sent[user.life] = number + 1

    def take(self, octets: bytes) -> list[Action]:
        """Take what arrived."""
        try:
            event = read(octets)
        except DecodeError:
            return []
        return self.handle(event)

    def expire(self, *timers: Timer) -> None:
        """Let these timers run out, those that run now, once."""
        for clock in sorted(self.running, key=repr):
            if clock.timer in timers and clock in self.running:
                self.running.remove(clock)
                self.handle(TimerExpired(clock))

    def check(self) -> None:
        """Nobody waits without a running timer, and no timer runs for nothing."""
        for (sapi, tei), link in self.layer.links.items():
            t200, t203 = Clock(Timer.T200, sapi, tei), Clock(Timer.T203, sapi, tei)
            assert (link.vs - link.va) % 128 <= link.params.k
            assert link.waiting == (t200 in self.running)
            idle = link.state is dl.State.MULTIPLE_FRAME_ESTABLISHED and not link.waiting
            assert (idle and link.params.t203) == (t203 in self.running)
            if link.established:
                assert self.user(sapi, tei).up
        known = {(sapi, tei) for sapi, tei in self.layer.links}
        for clock in self.running:
            assert clock.sapi == 63 or (clock.sapi, clock.tei) in known


class Wire:
    """A network and one terminal or several, and the frames between them in their order."""

    def __init__(self, network: Params, *terminals: Params) -> None:
        self.network = Side(network)
        self.terminals = [Side(params) for params in terminals]
        self.sides = [self.network, *self.terminals]
        for side in self.sides:
            side.handle(LineUp())

    def carry(self, sender: Side, *, lose: bool = False, copies: int = 1) -> None:
        """Let the next frame of a side arrive, or not, or several times.

        The network hears every terminal; the terminals hear the network, not each other.
        """
        if not sender.line:
            return
        octets = sender.line.popleft()
        receivers = self.terminals if sender is self.network else [self.network]
        for receiver in receivers:
            for _ in range(0 if lose else copies):
                receiver.take(octets)

    def drain(self) -> None:
        """Let everything on the wire arrive."""
        while any(side.line for side in self.sides):
            for side in self.sides:
                self.carry(side)

    def expire(self, side: Side, timer: Timer, *, late: bool = False) -> None:
        """Let a timer run out, only when nothing is under way, unless frames may be late.

        T200 has to be longer than the way there and back (Q.921 5.9.1): set-up frames carry
        no number, so a UA that is later can pass for the answer to a later SABME.
        """
        if not late:
            self.drain()
        side.expire(timer)

    def settle(self) -> None:
        """Heal the wire: let everything arrive, and timers run out, until all is at rest."""
        self.drain()
        rest = {Timer.T200, Timer.T201, Timer.T202}
        for _ in range(400):
            for side in self.sides:
                side.expire(*rest)
                self.drain()
            if not any(clock.timer in rest for side in self.sides for clock in side.running):
                break
        else:
            raise AssertionError("the sides never come to rest")

    def idle(self) -> None:
        """Let idle links be tested, which finds those that are up at one end only."""
        for _ in range(3):
            for side in self.sides:
                side.expire(Timer.T203)
                self.settle()


def check_received(sender: User, receiver: User) -> None:
    """Of every life of a sender the beginning arrived, in order, once; of the last, all."""
    if sender.up:
        arrived = [number for life, number in receiver.received if life == sender.life]
        assert len(arrived) == sender.sent.get(sender.life, 0)
    lives = [life for life, _ in receiver.received]
    assert lives == sorted(lives)
    for life in set(lives):
        numbers = [number for which, number in receiver.received if which == life]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) <= sender.sent.get(life, 0)
