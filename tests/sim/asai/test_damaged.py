"""Damaged messages of each type: the protocol's own answer, and nothing else disturbed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import FeatureName, ItemName, Operation
from protocols.errors import DecodeError
from protocols.q931 import values as q
from sim.exchange.verbs import Answer, HangUp, MakeCall, TrunkRings
from tests.protocols.asai.strategies import MESSAGES
from tests.sim.asai.client import (
    CODEC,
    Adjunct,
    call,
    called,
    calling,
    events,
    extension,
    party,
    split,
)

O = Operation  # noqa: E741 - short, as there are many
OPENINGS: dict[Operation, tuple[v.Element, ...]] = {
    O.MAKE_CALL: (calling("201"), called("202")),
    O.TAKE_CONTROL: (call(1),),
    O.DOMAIN_CONTROL: (extension("201"),),
    O.EVENT_NOTIFICATION_REQUEST: (split("500"),),
    O.REQUEST_FEATURE: (
        q.RedirectingNumber(digits="201"),
        v.Feature(FeatureName.SEND_ALL_CALLS),
    ),
    O.VALUE_QUERY: (v.Item(ItemName.STATION_STATUS), extension("201")),
    O.SET_VALUE: (extension("201"), v.MessageWaitingStatus(1)),
    O.HEARTBEAT: (),
}
FURTHER: dict[Operation, tuple[v.Element, ...]] = {
    O.ANSWER: (call(1), party(2)),
    O.SELECTIVE_HOLD: (call(1), party(1)),
    O.RECONNECT: (call(1), party(1)),
    O.MERGE: (call(1),),
    O.SELECTIVE_DROP: (call(1), party(1)),
    O.REDIRECT: (call(1), called("204")),
    O.SEND_DTMF: (call(1), v.Dtmf("12")),
    O.AUTO_DIAL: (called("204"),),
}
OWN = 70
"""Reference of what is damaged."""


class Witness(Adjunct):
    """An adjunct with two associations that must go on whatever befalls others."""

    def __init__(self) -> None:
        super().__init__()
        self.notified = self.notify(split("510"))
        self.controlled = self.control("204")

    @property
    def up(self) -> bool:
        """Whether the damage did not happen to make a RESTart of the message."""
        return self.bench.hub.served

    def unharmed(self) -> None:
        """Let both associations hear of a call."""
        for view in self.bench.view().calls:
            for one in view.parties:
                self.do(HangUp(one.device, view.call))
        told = self.do(MakeCall("204", "510"))
        assert events(told, self.controlled)[:2] == ["call_initiated", "call_originated"]
        assert events(told, self.notified) == ["call_offered", "queued"]


def damaged(octets: bytes) -> Iterator[bytes]:
    """Cut a message short, turn bits of each of its octets, and lengthen it."""
    for end in range(len(octets)):
        yield octets[:end]
    for place in range(len(octets)):
        for turned in (0x01, 0x80, 0xFF):
            yield octets[:place] + bytes((octets[place] ^ turned,)) + octets[place + 1 :]
    yield octets + b"\x00"
    yield octets + octets


def answered_in_protocol(adjunct: Witness, sent: bytes, heard: list[Message]) -> None:
    """Hold what came to what the message was: its own reference has the answer."""
    try:
        message = CODEC.decode(sent)
    except DecodeError:
        assert heard == [], "a message without a header is ignored"
        return
    for told in heard:
        others = {adjunct.notified, adjunct.controlled} - {message.crv}
        if told.crv in others:
            assert isinstance(told.facility, c.Invoke)
            assert told.facility.operation is Operation.EVENT_REPORT
        elif isinstance(told.facility, c.Reject) or told.kind is MessageType.STATUS:
            assert told.crv == message.crv


@pytest.mark.parametrize("operation", OPENINGS, ids=str)
def test_a_damaged_opening_harms_nobody_else(operation: Operation) -> None:
    told = c.Invoke(1, operation, OPENINGS[operation])
    adjunct = Witness()
    for octets in damaged(CODEC.encode(Message(MessageType.REGISTER, OWN, False, told))):
        if octets[:3] == bytes((8, 1, adjunct.controlled)) or not adjunct.up:
            adjunct = Witness()
        answered_in_protocol(adjunct, octets, adjunct.raw(octets))
        adjunct.send(MessageType.RELEASE_COMPLETE, OWN)
    if adjunct.up:
        adjunct.unharmed()


@pytest.mark.parametrize("operation", FURTHER, ids=str)
def test_a_damaged_request_harms_nobody_else(operation: Operation) -> None:
    adjunct = Witness()
    told = c.Invoke(3, operation, FURTHER[operation])
    opened = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
    harmed = 0
    for octets in damaged(CODEC.encode(Message(MessageType.FACILITY, OWN, False, told))):
        adjunct.send(MessageType.REGISTER, OWN, opened)
        if not adjunct.bench.view().calls:
            adjunct.do(MakeCall("201", "202"), Answer("202"))
        answered_in_protocol(adjunct, octets, adjunct.raw(octets))
        if not adjunct.up:
            harmed += 1
            adjunct = Witness()
    assert harmed <= 1
    adjunct.unharmed()


@pytest.mark.parametrize(
    "kind", [MessageType.RESTART, MessageType.RESTART_ACKNOWLEDGE, MessageType.STATUS]
)
def test_a_damaged_message_of_the_link_is_answered_by_no_association(
    kind: MessageType,
) -> None:
    flag = kind is MessageType.RESTART_ACKNOWLEDGE
    elements = (q.RestartIndicator(7),) if kind is not MessageType.STATUS else (q.Cause(16),)
    for octets in damaged(CODEC.encode(Message(kind, 0, flag, None, elements))):
        adjunct = Witness()
        answered_in_protocol(adjunct, octets, adjunct.raw(octets))
        if adjunct.up:
            adjunct.unharmed()


@pytest.mark.parametrize("kind", [MessageType.RELEASE_COMPLETE, MessageType.FACILITY])
def test_a_damaged_answer_to_a_route_leaves_the_call_to_the_switch(kind: MessageType) -> None:
    operation = O.ROUTE_END if kind is MessageType.RELEASE_COMPLETE else O.ROUTE_SELECT
    elements = (q.Cause(16),) if operation is O.ROUTE_END else (called("202"),)
    told = c.Invoke(1, operation, elements)
    adjunct = Witness()
    (route,) = adjunct.do(TrunkRings("5550600", "0612"))
    for octets in damaged(CODEC.encode(Message(kind, route.crv, True, told))):
        if not adjunct.bench.view().routes:
            adjunct = Witness()
            (route,) = adjunct.do(TrunkRings("5550600", "0612"))
        answered_in_protocol(adjunct, octets, adjunct.raw(octets))
    adjunct.wait(5.0)
    assert not adjunct.bench.view().routes


SHARED = [Adjunct()]
"""One link for all examples; what a message left behind is part of the next one's state."""


def shared() -> Adjunct:
    if not SHARED[0].bench.hub.served:
        SHARED[0] = Adjunct()
        SHARED[0].do(MakeCall("201", "202"), Answer("202"))
    return SHARED[0]


@given(st.binary(max_size=60))
def test_any_octets_on_an_established_link_raise_nothing(octets: bytes) -> None:
    shared().raw(octets)


@given(MESSAGES, st.booleans())
def test_any_message_on_an_established_link_raises_nothing(message: Message, own: bool) -> None:
    adjunct = shared()
    if own:
        opened = c.Invoke(1, Operation.DOMAIN_CONTROL, (extension("201"),))
        adjunct.send(MessageType.REGISTER, OWN, opened)
        message = Message(message.kind, OWN, False, message.facility, message.elements)
    try:
        octets = CODEC.encode(message)
    except ValueError:  # such as the type of the escape
        return
    adjunct.raw(octets)
