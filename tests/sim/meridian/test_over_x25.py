"""The link over X.25: one PDU a message, and a circuit that is reset where none can be read."""

from __future__ import annotations

from typing import Any

import pytest

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import Codec, Message
from protocols.meridian.profile import DEFAULT
from protocols.meridian.values import Role, Service
from protocols.stacks import primitives as st
from protocols.stacks import x25_serial, xot
from sim.exchange import verbs
from sim.kit.carried import carried
from sim.meridian.bench import FACE
from sim.plan import read_plan
from tests.sim.meridian.client import OFFICE, told


class Caller:
    """A host with the calling end of a message link."""

    def __init__(self, over: str) -> None:
        self.bench = carried(FACE.bench(read_plan(OFFICE), "meridian1", packets=True), over)
        self.stack = (xot if over == "xot" else x25_serial)({"role": "calling"})
        self.codec = Codec(DEFAULT, Role.HOST)
        self.up = False
        self.faults: list[str] = []

    def handle(self, event: st.Event) -> list[Any]:
        heard: list[Any] = []
        for action in self.stack.handle(event):
            match action:
                case st.Transmit(octets):
                    heard += self.handle(st.OctetsReceived(self.bench.feed(octets)))
                case st.Established():
                    self.up = True
                case st.Received(pdu):
                    heard.append(self.codec.decode(pdu))
                case st.Fault(kind):
                    self.faults.append(kind)
                case _:
                    pass
        return heard

    def send(self, body: Any, association: int = 0) -> list[Any]:
        octets = self.codec.encode(Message(body, association, 1, 0))
        return self.handle(st.Send(octets))


@pytest.fixture(params=["xot", "x25_serial"])
def caller(request: pytest.FixtureRequest) -> Caller:
    one = Caller(request.param)
    assert one.bench.connect()
    assert one.handle(st.TransportUp()) == []
    one.handle(st.OctetsReceived(one.bench.advance(5.0)))
    assert one.up
    return one


def test_messages_pass_as_they_are(caller: Caller) -> None:
    (ack,) = caller.send(m.AppRegister("SL16", "TEST", tuple(Service)))
    assert isinstance(ack.body, m.AppRegisterAck)
    caller.send(m.DNRegister(device_dn="5002"), ack.association)
    octets = caller.bench.do(verbs.Dial("5001", "5002"))
    assert told([one.body for one in caller.handle(st.OctetsReceived(octets))]) == [
        "5002 ringing"
    ]


def test_what_is_no_message_resets_the_circuit_and_the_link_goes_on(caller: Caller) -> None:
    (ack,) = caller.send(m.AppRegister("SL16", "TEST", tuple(Service)))
    assert caller.handle(st.Send(b"nonsense")) == []
    assert caller.faults == [st.LOST]
    assert told([one.body for one in caller.send(m.LinkPoll(), ack.association)]) == [
        "LinkPoll done"
    ]
