"""Two links on a wire that a test can make lose, delay and duplicate frames."""

from __future__ import annotations

from collections import deque

from protocols.lapb.frames import decode, encode
from protocols.lapb.link import Link, read
from protocols.lapb.primitives import (
    DataIndication,
    DataRequest,
    EstablishConfirm,
    EstablishIndication,
    Event,
    FrameReceived,
    FrameRejected,
    Ignored,
    Params,
    Refused,
    ReleaseConfirm,
    ReleaseIndication,
    ResetIndication,
    Role,
    SendFrame,
    StartTimer,
    State,
    StopTimer,
    Timer,
    TimerExpired,
)


class End:
    """A link, its timers, its outgoing half of the wire, and what its user saw."""

    def __init__(self, params: Params) -> None:
        self.link = Link(params)
        self.running: set[Timer] = set()
        self.line: deque[bytes] = deque()
        self.up = False
        self.life = 0
        """How often this end began numbering anew; stands in what it sends."""
        self.sent: dict[int, int] = {}
        """Packets accepted for sending, by life."""
        self.received: list[tuple[int, int]] = []
        """Life of the sender and number of the packet."""

    def handle(self, event: Event) -> None:
        for action in self.link.handle(event):
            match action:
                case SendFrame(address, frame):
                    octets = encode(address, frame, self.link.params.modulo)
                    assert decode(octets, self.link.params.modulo) == (address, frame)
                    self.line.append(octets)
                case StartTimer(timer):
                    self.running.add(timer)
                case StopTimer(timer):
                    assert timer in self.running, "stopped a timer that does not run"
                    self.running.remove(timer)
                case EstablishIndication() | EstablishConfirm() | ResetIndication():
                    self.up = True
                    self.life += 1
                case ReleaseIndication() | ReleaseConfirm():
                    self.up = False
                case DataIndication(data):
                    self.received.append((data[0] << 8 | data[1], data[2] << 8 | data[3]))
                case Refused() | Ignored():
                    pass
        self.check()

    def send(self) -> None:
        number = self.sent.get(self.life, 0)
        data = self.life.to_bytes(2, "big") + number.to_bytes(2, "big")
        before = self.link.queued, len(self.line)
        self.handle(DataRequest(data))
        if (self.link.queued, len(self.line)) != before:
            self.sent[self.life] = number + 1

    def expire(self, timer: Timer) -> None:
        if timer in self.running:
            self.running.remove(timer)
            self.handle(TimerExpired(timer))

    def check(self) -> None:
        link = self.link
        assert (link.vs - link.va) % link.params.modulo.value <= link.params.k
        assert link.waiting == (Timer.T1 in self.running)
        if link.state is State.DISCONNECTED:
            assert not self.running
        if link.state in (State.CONNECTED, State.TIMER_RECOVERY):
            assert self.up


class Wire:
    """Both ends, and the frames between them in their order."""

    def __init__(self, a: Params, b: Params) -> None:
        assert (a.role, b.role) == (Role.DTE, Role.DCE)
        self.ends = (End(a), End(b))

    def carry(self, receiver: int, *, lose: bool = False, copies: int = 1) -> None:
        """Let the frame that is due at an end arrive, or not, or several times."""
        end, line = self.ends[receiver], self.ends[1 - receiver].line
        if not line:
            return
        octets = line.popleft()
        for _ in range(0 if lose else copies):
            event: FrameReceived | FrameRejected = read(octets, end.link.params.modulo)
            end.handle(event)

    def expire(self, which: int, timer: Timer, *, late: bool) -> None:
        """Let a timer run out, T1 only when nothing is under way, unless frames may be late.

        T1 has to be longer than the way there and back (X.25 2.4.8.1): set-up frames carry
        no number, so a UA that is later than T1 can pass for the answer to a later SABM.
        """
        if timer is Timer.T1 and not late:
            self.drain()
        self.ends[which].expire(timer)

    def drain(self) -> None:
        """Let everything on the wire arrive."""
        while self.ends[0].line or self.ends[1].line:
            self.carry(0)
            self.carry(1)

    def settle(self) -> None:
        """Heal the wire: let everything arrive, and timers run out one at a time."""
        self.drain()
        rounds = 20 + sum(4 * end.link.params.n2 + end.link.queued for end in self.ends)
        for _ in range(rounds):
            for end in self.ends:
                for timer in (Timer.T2, Timer.T1):
                    end.expire(timer)
                    self.drain()
            if not any(end.running & {Timer.T1, Timer.T2} for end in self.ends):
                break
        for end in self.ends:
            end.expire(Timer.T4)
            self.drain()

    def check_received(self) -> None:
        """Of every life of a sender the beginning arrived, in order, once; of the last, all."""
        for sender, receiver in (self.ends, self.ends[::-1]):
            if sender.up:
                arrived = [number for life, number in receiver.received if life == sender.life]
                assert len(arrived) == sender.sent.get(sender.life, 0)
            lives = [life for life, _ in receiver.received]
            assert lives == sorted(lives)
            for life in set(lives):
                numbers = [number for which, number in receiver.received if which == life]
                assert numbers == list(range(len(numbers)))
                assert len(numbers) <= sender.sent.get(life, 0)
