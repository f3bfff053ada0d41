"""Packet layer, LAPB and framing joined: a call over a line that damages octets."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from protocols.hdlc import octets
from protocols.hdlc.received import Frame
from protocols.lapb import primitives as lapb
from protocols.stacks.interface import Action, Event, FrameOctets, Interface
from protocols.stacks.primitives import Transmit
from protocols.x25 import primitives as x25


class Node:
    """One end: octets in, octets out, and what its user sees."""

    def __init__(self, lapb_params: lapb.Params, x25_params: x25.Params) -> None:
        self.framer = octets.OctetFramer()
        self.interface = Interface(lapb_params, x25_params)
        self.out = bytearray()
        self.running: set[lapb.Timer] = set()
        self.seen: list[Action] = []

    def octets(self, received: bytes) -> None:
        for found in self.framer.feed(received):
            if isinstance(found, Frame):
                self.give(FrameOctets(found.octets))

    def give(self, event: Event) -> None:
        for action in self.interface.handle(event):
            match action:
                case Transmit(frame):
                    self.out += octets.encode(frame)
                case lapb.StartTimer(timer):
                    self.running.add(timer)
                case lapb.StopTimer(timer):
                    assert timer in self.running, "stopped a timer that does not run"
                    self.running.remove(timer)
                case _:
                    self.seen.append(action)
        assert self.interface.link.waiting == (lapb.Timer.T1 in self.running)

    def expire(self) -> None:
        for timer in (lapb.Timer.T1, lapb.Timer.T2):
            if timer in self.running:
                self.running.remove(timer)
                self.give(lapb.TimerExpired(timer))


def exchange(one: Node, two: Node, dice: Random | None = None) -> None:
    """Carry octets both ways until nothing moves; with ``dice``, damage some of them."""
    while one.out or two.out:
        for sender, receiver in ((one, two), (two, one)):
            line, sender.out = sender.out, bytearray()
            if dice is not None and line and dice.random() < 0.2:
                line[dice.randrange(len(line))] ^= 1 << dice.randrange(8)
            middle = len(line) // 2
            receiver.octets(bytes(line[:middle]))
            receiver.octets(bytes(line[middle:]))


def joined() -> tuple[Node, Node]:
    dte = Node(
        lapb.Params(role=lapb.Role.DTE, n2=50, t4=False),
        x25.Params(role=x25.Role.DTE, t2=False),
    )
    dce = Node(
        lapb.Params(role=lapb.Role.DCE, mode=lapb.Mode.PASSIVE, n2=50, t4=False),
        x25.Params(role=x25.Role.DCE, t2=False),
    )
    dte.give(lapb.LineUp())
    exchange(dte, dce)
    assert dte.interface.layer.ready
    assert dce.interface.layer.ready
    return dte, dce


def settle(one: Node, two: Node, dice: Random | None) -> None:
    for _ in range(200):
        exchange(one, two, dice)
        one.expire()
        two.expire()
    exchange(one, two)
    for _ in range(10):
        one.expire()
        two.expire()
        exchange(one, two)


@given(st.integers(0, 2**32), st.lists(st.binary(max_size=600), max_size=6))
def test_messages_of_a_call_survive_damaged_octets(seed: int, messages: list[bytes]) -> None:
    dte, dce = joined()
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    dte.give(x25.ConnectRequest(1, "5678", "1234"))
    settle(dte, dce, dice)
    call = next(each for each in dce.seen if isinstance(each, x25.ConnectIndication))
    assert (call.lcn, call.call.called) == (32, "5678")
    dce.give(x25.ConnectResponse(32))
    settle(dte, dce, dice)
    for message in messages:
        dte.give(x25.DataRequest(32, message))
        dce.give(x25.DataRequest(32, message[::-1]))
    settle(dte, dce, dice)
    there = [each.data for each in dce.seen if isinstance(each, x25.DataIndication)]
    back = [each.data for each in dte.seen if isinstance(each, x25.DataIndication)]
    assert there == messages
    assert back == [message[::-1] for message in messages]


def test_loss_of_the_line_ends_the_call_at_both_ends() -> None:
    dte, dce = joined()
    dte.give(x25.ConnectRequest(1))
    exchange(dte, dce)
    dce.give(x25.ConnectResponse(32))
    exchange(dte, dce)
    for node in (dte, dce):
        node.give(lapb.LineDown())
        assert any(isinstance(each, x25.DisconnectIndication) for each in node.seen)
        assert node.seen[-1] == x25.LayerDown()
