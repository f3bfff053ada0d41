"""The switch behind a D channel and behind its gateway, against the user's end of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import Operation
from protocols.q931 import values as q
from protocols.stacks import dchannel, tunnel_stack
from protocols.stacks import primitives as st
from sim.asai.bench import FACE, Bench, tunnelled
from sim.exchange.verbs import Event, MakeCall, TrunkRings
from sim.kit.carried import carried
from sim.linked import Linked
from tests.sim.asai.client import CODEC, PLAN, event, extension


class User:
    """An adjunct with a message link of its own on the still clock of the switch."""

    def __init__(self, line: Linked, stack: st.Stack) -> None:
        self.line = line
        self.stack = stack
        self.heard: list[Message] = []
        self.up = False
        self._due: dict[object, float] = {}

    def open(self) -> bool:
        if not self.line.connect():
            return False
        self._handle(st.TransportUp())
        return True

    def do(self, happening: Event) -> list[Message]:
        return self._during(lambda: self.line.do(happening))

    def say(self, *words: str) -> list[Message]:
        return self._during(lambda: self.line.say(list(words)))

    def send(self, message: Message) -> list[Message]:
        before = len(self.heard)
        self._handle(st.Send(CODEC.encode(message)))
        return self.heard[before:]

    def wait(self, seconds: float) -> list[Message]:
        before, end = len(self.heard), self.line.now + seconds
        while self.line.now < end:
            theirs = self.line.next_due()
            due = min([end, *self._due.values(), *(() if theirs is None else (theirs,))])
            self.line.advance(max(due - self.line.now, 0.0))
            self._take(list(self.line.sent))
            for timer, at in list(self._due.items()):
                if at <= self.line.now and self._due.get(timer) == at:
                    del self._due[timer]
                    self._handle(st.TimerExpired(timer))
        return self.heard[before:]

    def start(self) -> None:
        """Answer RESTart and heartbeat."""
        assert self.up
        told = (q.RestartIndicator(7), *(one for one in self.heard[-1].elements[1:2]))
        self.send(Message(MessageType.RESTART_ACKNOWLEDGE, 0, True, None, told))
        if self.line.busy:
            return
        beat = self.heard[-1]
        assert isinstance(beat.facility, c.Invoke)
        answer = c.ReturnResult(beat.facility.invoke_id)
        self.send(Message(MessageType.RELEASE_COMPLETE, beat.crv, True, answer))

    def _during(self, move: Callable[[], object]) -> list[Message]:
        before = len(self.heard)
        move()
        self._take(list(self.line.sent))
        return self.heard[before:]

    def _take(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._handle(st.OctetsReceived(piece))
        if not self.line.connected and self.up:
            self._handle(st.TransportDown("closed"))

    def _handle(self, happening: st.Event) -> None:
        for action in self.stack.handle(happening):
            match action:
                case st.Transmit(octets):
                    self.line.feed(octets)
                    self._take(list(self.line.sent))
                case st.Received(pdu):
                    self.heard.append(CODEC.decode(pdu))
                case st.StartTimer(timer):
                    self._due[timer] = self.line.now + self.stack.timers[timer]
                case st.StopTimer(timer):
                    self._due.pop(timer, None)
                case st.Established():
                    self.up = True
                case st.Released():
                    self.up = False
                case _:
                    pass


def over(name: str) -> User:
    bench = Bench(PLAN)
    if name == "dchannel":
        return User(carried(bench, name), dchannel({"tei": 0}))
    return User(tunnelled(bench), tunnel_stack({"link": 1}))


LINES = pytest.mark.parametrize("name", ["dchannel", "tunnel"])


@LINES
def test_a_link_starts_and_tells_of_a_call(name: str) -> None:
    user = over(name)
    assert user.open()
    user.start()
    told = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
    (answer,) = user.send(Message(MessageType.REGISTER, 40, False, told))
    assert answer.facility == c.ReturnResult(1, Operation.DOMAIN_CONTROL)
    names = [str(event(message)) for message in user.do(MakeCall("201", "202"))]
    assert names == ["call_initiated", "call_originated", "alerting"]


@LINES
def test_heartbeats_of_every_layer_keep_a_link_up(name: str) -> None:
    user = over(name)
    user.open()
    user.start()
    for _ in range(3):
        for beat in user.wait(120.0):
            assert isinstance(beat.facility, c.Invoke)
            told = c.ReturnResult(beat.facility.invoke_id)
            user.send(Message(MessageType.RELEASE_COMPLETE, beat.crv, True, told))
    assert user.up
    assert user.line.bench.hub.served


@LINES
def test_a_cut_by_the_switch_ends_the_link_and_it_may_come_again(name: str) -> None:
    user = over(name)
    user.open()
    user.start()
    user.say("cut", "20")
    assert not user.up
    assert not user.open()
    user.line.advance(21.0)
    assert user.open()
    user.start()
    assert user.line.bench.hub.served


@LINES
def test_a_dead_line_keeps_what_was_said(name: str) -> None:
    user = over(name)
    user.open()
    user.start()
    told = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
    user.send(Message(MessageType.REGISTER, 40, False, told))
    user.say("stall", "on")
    assert user.do(MakeCall("201", "202")) == []
    names = [str(event(message)) for message in user.say("stall", "off")]
    assert names == ["call_initiated", "call_originated", "alerting"]


def test_a_slow_line_takes_its_time_and_keeps_the_order() -> None:
    user = User(carried(Bench(PLAN), "dchannel", 16_000), dchannel({"tei": 0}))
    assert user.open()
    assert not user.up
    user.wait(1.0)
    user.start()
    user.wait(1.0)
    user.send(Message(MessageType.RELEASE_COMPLETE, 1, True, c.ReturnResult(2)))
    user.wait(1.0)
    assert user.line.bench.hub.served
    told = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
    user.send(Message(MessageType.REGISTER, 40, False, told))
    user.wait(1.0)
    assert user.do(MakeCall("201", "202")) == []
    assert user.line.busy
    names = [str(event(message)) for message in user.wait(1.0)]
    assert names == ["call_initiated", "call_originated", "alerting"]
    assert not user.line.busy


def test_the_kit_gets_a_switch_behind_a_gateway_or_one_of_whole_messages() -> None:
    assert isinstance(FACE.bench(PLAN, "r6r"), Linked)
    assert isinstance(FACE.bench(PLAN, "r6r", packets=True), Bench)
    assert "23d" in FACE.inexpressible("r6r")


def test_a_route_waits_for_its_vector_when_the_link_is_lost() -> None:
    user = over("tunnel")
    user.open()
    user.start()
    (route,) = user.do(TrunkRings("5550600", "0612"))
    assert isinstance(route.facility, c.Invoke)
    assert v.Domain in {type(one) for one in route.facility.elements}
    user.line.disconnect()
    (call,) = user.line.view().calls
    assert "201" in {party.device for party in call.parties}
