"""Damaged messages: the protocol's own answer, and no other association is disturbed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.capabilities import CAPABILITIES, Role
from protocols.asai.causes import cause_of
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import Operation
from protocols.q931 import values as q
from tests.protocols.asai.layouts import called, station
from tests.protocols.asai.link import Side, complete, facility, register
from tests.protocols.asai.strategies import CODEC, FIELDS, MESSAGES

OP = Operation
PARTY = (v.PartyIdentifier(1),)
DOMAIN = c.Invoke(1, OP.DOMAIN_CONTROL, (station("7103"),))


def bare(value: int, crv: int = 34) -> Message:
    """RELease COMplete of the switch with a cause alone."""
    return complete(crv, elements=(cause_of(value, switch=True),))


def switch() -> Side:
    """A switch with two associations: 34, which is damaged, and 35, which is not."""
    side = Side(Role.SWITCH).up()
    for crv in (34, 35):
        side.hear(register(crv, DOMAIN))
        side.give(p.Reply(crv - 33, 1, ()))
    return side


def undisturbed(side: Side) -> None:
    side.hear(facility(35, c.Invoke(9, OP.SELECTIVE_HOLD, PARTY), flag=False))
    assert [type(one) for one in side.told] == [p.Invoked]
    side.give(p.Reply(2, 9))
    assert side.sent == [facility(35, c.ReturnResult(9))]


def ours(octets: str) -> bytes:
    """A Facility message of reference 34 with these contents."""
    contents = bytes.fromhex(octets)
    return bytes.fromhex("08012262961C") + bytes((len(contents),)) + contents


def hold(invoke_id: int = 3, *elements: v.Element) -> Message:
    told = c.Invoke(invoke_id, OP.SELECTIVE_HOLD, elements or PARTY)
    return facility(34, told, flag=False)


STATUS = Message(
    MessageType.STATUS, 34, True,
    elements=(cause_of(96, switch=True), q.CallState(10)),
)  # fmt: skip
IN_ASSOCIATION: list[Any] = [  # what arrives, what is answered, whether 34 goes on
    pytest.param("08 01", [], True, id="too short"),
    pytest.param("00 " * 261, [], True, id="too long"),
    pytest.param("09 01 22 62", [], True, id="another discriminator"),
    pytest.param("08 01 22 05", [bare(97)], False, id="SETUP is not of ASAI"),
    pytest.param("08 01 22 75", [bare(97)], False, id="STATUS ENQuiry is not supported"),
    pytest.param("08 01 22 00 F8", [bare(97)], False, id="another national type"),
    pytest.param("08 01 22 46 79 01 87", [bare(98)], False, id="RESTart of one association"),
    pytest.param("08 01 22 7D 08 02 80 E0", [], True, id="STATUS is not answered"),
    pytest.param("08 01 22 62", [STATUS], True, id="no Facility element"),
    pytest.param("08 01 00 62", [], True, id="FACility with the global reference"),
    pytest.param("08 01 23 64", [], True, id="REGister for the other one, in use"),
    pytest.param("08 01 C0 64", [], True, id="REGister with the flag set, of nobody"),
    pytest.param("08 01 40 5A 08 02 80 90", [], True, id="RELease COMplete of nobody"),
    pytest.param("08 01 40 62", [bare(81, 64)], True, id="FACility of nobody"),
    pytest.param("08 02 01 00 62", [], True, id="FACility of nobody, longer reference"),
    pytest.param(ours("92 A1 00"), [facility(34, c.Reject(None, c.UNRECOGNIZED_COMPONENT))],
                 True, id="another profile"),
    pytest.param(ours("91 A5 00"), [facility(34, c.Reject(None, c.UNRECOGNIZED_COMPONENT))],
                 True, id="another component"),
    pytest.param(ours("91 A1 09 02 01 03"),
                 [facility(34, c.Reject(None, c.BADLY_STRUCTURED_COMPONENT))],
                 True, id="component that is cut off"),
    pytest.param(ours("91 A1 06 02 01 03 04 01 86"),
                 [facility(34, c.Reject(3, c.MISTYPED_COMPONENT))],
                 True, id="operation of another type"),
    pytest.param(ours("91 A1 06 02 01 03 02 01 01"),
                 [facility(34, c.Reject(3, c.UNRECOGNIZED_OPERATION))],
                 True, id="unknown operation"),
    pytest.param(facility(34, c.Invoke(3, OP.EVENT_REPORT), flag=False),
                 [facility(34, c.Reject(3, c.UNRECOGNIZED_OPERATION))],
                 True, id="operation that only the switch invokes"),
    pytest.param(facility(34, c.Invoke(3, OP.ROUTE_SELECT, (called("1"),)), flag=False),
                 [facility(34, c.Reject(3, c.UNRECOGNIZED_OPERATION))],
                 True, id="operation of another association"),
    pytest.param(facility(34, c.Invoke(3, OP.SELECTIVE_HOLD), flag=False),
                 [facility(34, c.ReturnError(3, OP.SELECTIVE_HOLD,
                                             (cause_of(96, switch=True),)))],
                 True, id="element that is missing"),
    pytest.param(ours("91 A1 0F 02 01 03 02 01 86 40 07 96 44 04 01 01 01 81"),
                 [facility(34, c.ReturnError(3, OP.RECONNECT, (cause_of(100, switch=True),)))],
                 True, id="element with wrong contents"),
    pytest.param(facility(34, c.ReturnResult(2), flag=False),
                 [facility(34, c.Reject(2, c.UNRECOGNIZED_RESULT))],
                 True, id="result of nothing"),
    pytest.param(facility(34, c.ReturnError(2, OP.PROCEED), flag=False),
                 [facility(34, c.Reject(2, c.UNRECOGNIZED_ERROR))],
                 True, id="error of nothing"),
    pytest.param(facility(34, c.Reject(None, c.UNRECOGNIZED_COMPONENT), flag=False),
                 [bare(111)], False, id="reject in FACility"),
    pytest.param(complete(34, c.Reject(2, c.UNRECOGNIZED_OPERATION), flag=False),
                 [], False, id="reject in RELease COMplete"),
    pytest.param("08 01 22 5A 96 1C 01 92", [], False, id="unreadable RELease COMplete"),
    pytest.param("08 01 22 5A", [], False, id="RELease COMplete without anything"),
]  # fmt: skip


@pytest.mark.parametrize(("arrives", "answers", "goes_on"), IN_ASSOCIATION)
def test_in_an_association(
    arrives: str | bytes | Message, answers: list[Message], goes_on: bool
) -> None:
    side = switch()
    side.hear(arrives)
    assert side.sent == answers
    told = side.told
    assert (side.layer.associations == 2) is goes_on
    assert any(isinstance(one, p.Ended) for one in told) is not goes_on
    if arrives != "08 01 22 5A":  # which is in order, if short
        assert any(isinstance(one, p.Fault) for one in told)
    undisturbed(side)
    if goes_on:
        side.hear(hold())
        assert [type(one) for one in side.told] == [p.Invoked]


@pytest.mark.parametrize(("arrives", "answer"), [
    (None, bare(96)),
    (c.Unreadable(b"\x92", None, c.UNRECOGNIZED_COMPONENT),
     complete(34, c.Reject(None, c.UNRECOGNIZED_COMPONENT))),
    (c.Invoke(1, 1, PARTY), complete(34, c.Reject(1, c.UNRECOGNIZED_OPERATION))),
    (c.Invoke(1, OP.ROUTE, (called("1"),)),
     complete(34, c.Reject(1, c.UNRECOGNIZED_OPERATION))),
    (c.Invoke(1, OP.SELECTIVE_HOLD, PARTY),
     complete(34, c.Reject(1, c.UNRECOGNIZED_OPERATION))),
    (c.Invoke(1, OP.DOMAIN_CONTROL), bare(96)),
    (c.Invoke(1, OP.DOMAIN_CONTROL, (v.Invalid(0x49, b"\x83\x31", 6),)), bare(100)),
    (c.ReturnResult(1), complete(34, c.Reject(1, c.UNRECOGNIZED_RESULT))),
    (c.ReturnError(1, OP.ROUTE), complete(34, c.Reject(1, c.UNRECOGNIZED_ERROR))),
    (c.Reject(1, c.UNRECOGNIZED_OPERATION), bare(16)),
])  # fmt: skip
def test_a_register_that_opens_nothing(arrives: c.Facility | None, answer: Message) -> None:
    side = Side(Role.SWITCH).up()
    side.hear(register(34, arrives))
    assert side.sent == [answer]
    assert side.faults
    assert not [one for one in side.told if isinstance(one, p.Invoked)]
    assert not side.layer.associations


def test_a_second_invoke_with_an_id_that_waits() -> None:
    side = switch()
    side.hear(hold())
    side.hear(hold())
    assert side.sent == [facility(34, c.Reject(3, c.DUPLICATE_INVOCATION))]
    side.give(p.Reply(1, 3))
    side.hear(hold())
    assert not side.sent


@pytest.mark.parametrize(("answer", "problem"), [
    (facility(33, c.ReturnResult(1, OP.TAKE_CONTROL)), c.MISTYPED_RESULT),
    (bytes.fromhex("0801A162961C0891A20502010102 00".replace(" ", "")),
     c.MISTYPED_COMPONENT),
])  # fmt: skip
def test_an_answer_that_is_none_is_rejected_and_ends_the_wait(
    answer: Message | bytes, problem: c.Problem
) -> None:
    side = Side().up()
    side.give(p.Open("dc", OP.DOMAIN_CONTROL, (station("1"),)))
    side.hear(answer)
    assert side.sent == [facility(33, c.Reject(1, problem), flag=False)]
    (told,) = side.heard
    assert isinstance(told, p.Answered)
    assert isinstance(told.outcome, p.Unreadable)
    assert side.layer.associations == 1


def test_an_answer_that_comes_twice_is_noted() -> None:
    side = Side().up()
    side.give(p.Open("dc", OP.DOMAIN_CONTROL, (station("1"),)))
    for _ in range(2):
        side.hear(facility(33, c.ReturnResult(1)))
    assert not side.sent
    assert side.faults == ["unexpected"]


# Properties.

REQUESTS = st.one_of(
    st.builds(p.Open, st.integers(0, 9), st.sampled_from(Operation), FIELDS),
    st.builds(p.Ask, st.integers(0, 6), st.integers(0, 9), st.sampled_from(Operation), FIELDS),
    st.builds(p.Reply, st.integers(0, 6), st.integers(0, 9), st.none() | FIELDS, st.booleans()),
    st.builds(p.Refuse, st.integers(0, 6), st.integers(0, 9), st.just(q.Cause(42))),
    st.builds(p.Release, st.integers(0, 6)),
    st.builds(p.Abort, st.integers(0, 6)),
    st.builds(p.Alarms, st.booleans()),
    st.builds(p.Congestion, st.booleans()),
    st.builds(p.TimerExpired, st.sampled_from(p.Timer)),
    st.sampled_from([p.LinkUp(), p.LinkDown(), p.Restart()]),
)
SMALL = MESSAGES.map(lambda message: CODEC.encode(Message(
    message.kind, 33 + message.crv % 3 if message.crv else 0, message.flag, message.facility,
    message.elements,
)))  # fmt: skip
HEARD = st.builds(p.MessageReceived, SMALL | st.binary(max_size=20))


@given(st.sampled_from(Role), st.lists(REQUESTS | HEARD, max_size=25))
def test_nothing_that_happens_raises_and_every_invoke_has_one_end(
    role: Role, events: list[Any]
) -> None:
    side = Side(role).up()
    waiting = 0
    for event in events:
        told = side.give(event)
        asked = isinstance(event, p.Open | p.Ask)
        ended = sum(isinstance(one, p.Answered) for one in told)
        waiting += asked - ended
        assert waiting >= 0
        assert side.layer.associations <= 25
        for message in side.sent:
            assert message.crv_length == 1
    side.give(p.LinkDown())
    assert waiting == sum(isinstance(one, p.Answered) for one in side.told)
    assert not side.layer.associations


@given(st.lists(st.tuples(st.booleans(), REQUESTS), max_size=20), st.data())
def test_two_sides_that_lose_nothing_agree(
    requests: list[tuple[bool, Any]], data: st.DataObject
) -> None:
    """Whatever either wants, messages crossing: in the end both have the same associations."""
    sides = [Side(Role.ADJUNCT).up(), Side(Role.SWITCH).up()]
    wires: list[list[bytes]] = [[], []]

    def give(which: int, event: p.Event) -> None:
        for action in sides[which].give(event):
            if isinstance(action, p.Send):
                wires[1 - which].append(action.octets)

    for at_switch, request in requests:
        if isinstance(request, p.LinkUp | p.LinkDown):
            continue
        give(int(at_switch), request)
        for which in (0, 1):
            for _ in range(data.draw(st.integers(0, len(wires[which])))):
                give(which, p.MessageReceived(wires[which].pop(0)))
    steps = 0
    while wires[0] or wires[1]:
        for which in (0, 1):
            if wires[which]:
                give(which, p.MessageReceived(wires[which].pop(0)))
        steps += 1
        assert steps < 500  # no reject answers a reject for ever
    assert sides[0].layer.associations == sides[1].layer.associations


def test_every_need_of_a_capability_is_asked_for() -> None:
    for capability in CAPABILITIES.values():
        if capability.by is not Role.ADJUNCT or capability.carried is not MessageType.REGISTER:
            continue
        side = Side(Role.SWITCH).up()
        side.hear(register(40, c.Invoke(1, capability.operation)))
        refused = [one.kind for one in side.sent] == [MessageType.RELEASE_COMPLETE]
        assert refused is bool(capability.needs)
