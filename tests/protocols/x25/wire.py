"""A DTE and a DCE on a data link that loses nothing but may be reset."""

from __future__ import annotations

from collections import deque

from protocols.x25.causes import Diagnostic
from protocols.x25.channel import State
from protocols.x25.layer import Layer, read
from protocols.x25.packets import Clear, Reset, Restart, encode
from protocols.x25.primitives import (
    Action,
    Allocated,
    ConnectConfirm,
    ConnectIndication,
    ConnectRequest,
    ConnectResponse,
    DataIndication,
    DataRequest,
    DisconnectConfirm,
    DisconnectIndication,
    Event,
    LinkUp,
    Params,
    Refused,
    ResetConfirm,
    ResetIndication,
    ResetRequest,
    SendPacket,
    StartTimer,
    StopTimer,
    Timer,
    TimerExpired,
)
from protocols.x25.restart import State as RestartState

WATCHING = {Timer.T11, Timer.T12, Timer.T13, Timer.T21, Timer.T22, Timer.T23}
"""Timers that run exactly while an answer is due."""

BLAMELESS = {0, 9, Diagnostic.TIME_EXPIRED_CALL, Diagnostic.DTE_TIMER_DATA}
"""Diagnostics that two sound layers send each other: none of a broken rule."""


class Side:
    """A layer, its timers, its outgoing half of the link, and what its user saw."""

    def __init__(self, params: Params) -> None:
        self.layer = Layer(params)
        self.line: deque[bytes] = deque()
        self.running: set[tuple[Timer, int]] = set()
        self.calls: set[int] = set()
        """Calls that wait for the user's answer."""
        self.open: set[int] = set(params.permanent)
        self.lives: dict[int, int] = {}
        """How often each channel began anew; stands in what is sent."""
        self.sent: dict[tuple[int, int], int] = {}
        """Messages accepted for sending, by channel and life."""
        self.received: dict[int, list[tuple[int, int]]] = {}
        """Life of the sender and number of each message, by channel."""
        self.seen: list[Action] = []

    def handle(self, event: Event) -> list[Action]:
        actions = self.layer.handle(event)
        for action in actions:
            match action:
                case SendPacket(packet):
                    if isinstance(packet, Clear | Reset | Restart):
                        assert packet.diagnostic in BLAMELESS
                    self.line.append(encode(packet, self.layer.params.modulo))
                case StartTimer(timer, lcn):
                    self.running.add((timer, lcn))
                case StopTimer(timer, lcn):
                    assert (timer, lcn) in self.running, "stopped a timer that does not run"
                    self.running.remove((timer, lcn))
                case ConnectIndication(lcn):
                    self.calls.add(lcn)
                case ConnectConfirm(lcn) | ResetIndication(lcn) | ResetConfirm(lcn):
                    self.begin(lcn)
                case DisconnectIndication(lcn) | DisconnectConfirm(lcn):
                    self.calls.discard(lcn)
                    self.open.discard(lcn)
                case DataIndication(lcn, data):
                    numbers = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
                    assert data[8:] == bytes(len(data) - 8)
                    self.received.setdefault(lcn, []).append(numbers)
                case _:
                    self.seen.append(action)
        self.check()
        return actions

    def begin(self, lcn: int) -> None:
        self.open.add(lcn)
        self.lives[lcn] = self.lives.get(lcn, 0) + 1

    def answer(self, lcn: int) -> None:
        actions = self.handle(ConnectResponse(lcn))
        if not any(isinstance(action, Refused) for action in actions):
            self.calls.discard(lcn)
            self.begin(lcn)

    def reset(self, lcn: int) -> None:
        self.handle(ResetRequest(lcn, 0, 0))

    def send(self, lcn: int, size: int) -> None:
        life = self.lives.get(lcn, 0)
        number = self.sent.get((lcn, life), 0)
        data = life.to_bytes(4, "big") + number.to_bytes(4, "big") + bytes(size)
        actions = self.handle(DataRequest(lcn, data))
        if not any(isinstance(action, Refused) for action in actions):
            self.sent[lcn, life] = number + 1

    def call(self) -> int | None:
        for action in self.handle(ConnectRequest(1)):
            if isinstance(action, Allocated):
                return action.lcn
        return None

    def expire(self, timer: Timer, lcn: int) -> None:
        if (timer, lcn) in self.running:
            self.running.remove((timer, lcn))
            self.handle(TimerExpired(timer, lcn))

    def check(self) -> None:
        restart = {(timer, 0) for timer in (Timer.T10, Timer.T20)}
        restarting = self.layer.state is RestartState.RESTARTING
        assert len(self.running & restart) == restarting
        for lcn, channel in self.layer.channels.items():
            flow = channel.flow
            assert (flow.vs - flow.va) % 128 <= 127
            assert flow.partial <= self.layer.params.max_message
            clocks = {timer for timer, which in self.running if which == lcn}
            assert clocks == channel.running
            waits = channel.state in (State.CALLING, State.RESETTING, State.CLEARING)
            assert bool(clocks & WATCHING) == waits
            if channel.state is State.READY:
                assert not clocks


class Link:
    """Both sides, and the packets between them in their order."""

    def __init__(self, dte: Params, dce: Params) -> None:
        self.sides = (Side(dte), Side(dce))

    def up(self) -> None:
        """Set the data link up, or reset it: what is on it is lost."""
        for side in self.sides:
            side.line.clear()
        for side in self.sides:
            side.handle(LinkUp())

    def carry(self, receiver: int) -> None:
        line = self.sides[1 - receiver].line
        if line:
            side = self.sides[receiver]
            side.handle(read(line.popleft(), side.layer.params.modulo))

    def drain(self) -> None:
        while self.sides[0].line or self.sides[1].line:
            self.carry(0)
            self.carry(1)

    def expire(self, which: int, timer: Timer) -> None:
        """Let a timer run out wherever it runs; those that wait for an answer after it."""
        if timer is not Timer.T2:
            self.drain()
        for running, lcn in sorted(self.sides[which].running, key=repr):
            if running is timer:
                self.sides[which].expire(timer, lcn)

    def settle(self) -> None:
        """Let everything arrive, and acknowledgements go out."""
        self.drain()
        while any(timer is Timer.T2 for side in self.sides for timer, _ in side.running):
            for which in (0, 1):
                self.expire(which, Timer.T2)
            self.drain()

    def check_received(self) -> None:
        """Of every life of a sender the beginning arrived, in order, once; of the last, all."""
        for sender, receiver in (self.sides, self.sides[::-1]):
            for lcn, found in receiver.received.items():
                lives = [life for life, _ in found]
                assert lives == sorted(lives)
                for life in set(lives):
                    numbers = [number for which, number in found if which == life]
                    assert numbers == list(range(len(numbers)))
                    assert len(numbers) <= sender.sent.get((lcn, life), 0)
            for lcn in sender.open & receiver.open:
                life = sender.lives.get(lcn, 0)
                found = receiver.received.get(lcn, [])
                arrived = sum(1 for which, _ in found if which == life)
                assert arrived == sender.sent.get((lcn, life), 0)
