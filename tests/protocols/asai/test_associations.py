"""Associations: references, invoke ids, answers, restart, heartbeat, alarms."""

from __future__ import annotations

import pytest

from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.capabilities import CAPABILITIES, EVENTS, Kind, Role, Scope
from protocols.asai.causes import cause_of, words
from protocols.asai.codes import LABORATORY, STRICT
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import (
    CallOptionName,
    DomainType,
    EventName,
    ManagementName,
    Operation,
    VersionName,
)
from protocols.q931 import values as q
from tests.protocols.asai.layouts import PUBLIC, TEMPLATES, called, calling, station, vdn
from tests.protocols.asai.link import Side, complete, facility, register

OP = Operation
NORMAL = cause_of(16, switch=True)
PARTY = (v.PartyIdentifier(1),)
CONTROL = p.Open("dc", OP.DOMAIN_CONTROL, (station("1004"),))


def adjunct(**more: object) -> Side:
    return Side(**more).up()  # type: ignore[arg-type]


def controlled() -> Side:
    """An adjunct that controls a station: association 1, reference 33."""
    side = adjunct()
    side.give(CONTROL)
    side.hear(facility(33, c.ReturnResult(1, OP.DOMAIN_CONTROL)))
    return side


# References and invoke ids.


def test_the_traced_domain_control() -> None:
    """S7 8-200: reference 4 and invoke id 3 are what that adjunct had come to."""
    side = Side(lowest_crv=4)
    side.up()
    side.give(p.Open("first", OP.DOMAIN_CONTROL, (station("1"),)))
    side.give(p.Abort(1))
    opened = side.give(p.Open("dc", OP.DOMAIN_CONTROL, (station("1004"),)))
    assert opened[0] == p.Opened(2, "dc")
    assert side.sent == [register(5, c.Invoke(1, OP.DOMAIN_CONTROL, (station("1004"),)))]
    side.hear("08 01 85 64 96 1C 0D 91 A2 0A 02 01 01 30 05 02 01 C4 40 00")
    assert side.told == [p.Answered(2, "dc", p.Result(()))]


def test_references_begin_at_33_go_round_and_are_not_given_twice() -> None:
    side = adjunct()
    seen = []
    for token in range(95):
        side.give(p.Open(token, OP.DOMAIN_CONTROL, (station("1"),)))
        seen.append(side.sent[0].crv)
    assert seen == list(range(33, 128))
    side.give(p.Open("more", OP.DOMAIN_CONTROL, (station("1"),)))
    assert side.told == [
        p.Answered(None, "more", p.Unsent("all call references are in use", full=True))
    ]
    side.hear(complete(50, elements=(NORMAL,)))
    side.give(p.Open("more", OP.DOMAIN_CONTROL, (station("1"),)))
    assert [one.crv for one in side.sent] == [50]


def test_a_reference_of_two_octets() -> None:
    side = adjunct(crv_length=2, lowest_crv=0x7FFF)
    side.give(CONTROL)
    assert (side.sent[0].crv, side.sent[0].crv_length) == (0x7FFF, 2)


def test_both_sides_may_use_one_reference() -> None:
    side = controlled()
    route = c.Invoke(2, OP.ROUTE, (called("7301"),))
    side.hear(register(33, route))
    assert side.heard == [
        p.Invoked(2, Kind.ROUTING, 2, OP.ROUTE, (called("7301"),), opens=True)
    ]
    side.hear(complete(33, c.Invoke(4, OP.ROUTE_END, (NORMAL,)), flag=False))
    assert isinstance(side.heard[-1], p.Ended)
    assert side.heard[-1].association == 2
    side.give(p.Ask(1, "hold", OP.SELECTIVE_HOLD, PARTY))
    assert side.sent[0].crv == 33
    assert not side.sent[0].flag


@pytest.mark.parametrize(("role", "first", "second"), [
    (Role.ADJUNCT, 1, 3), (Role.SWITCH, 2, 4),
])  # fmt: skip
def test_the_adjunct_counts_odd_and_the_switch_even(
    role: Role, first: int, second: int
) -> None:
    side = Side(role).up()
    operation = OP.DOMAIN_CONTROL if role is Role.ADJUNCT else OP.ROUTE
    elements: tuple[v.Element, ...] = (station("1"),)
    if role is Role.SWITCH:
        elements = (called("1"),)
    ids = []
    side.give(p.Open("a", operation, elements))
    ids.append(side.sent[0].facility.invoke_id)  # type: ignore[union-attr]
    side.give(p.Abort(1))
    ids.append(side.sent[0].facility.invoke_id)  # type: ignore[union-attr]
    side.give(p.Open("b", operation, elements))
    ids.append(side.sent[0].facility.invoke_id)  # type: ignore[union-attr]
    assert ids == [first, second, first]


def test_invoke_ids_go_round_and_pass_those_that_wait() -> None:
    side = controlled()
    side.give(p.Ask(1, "waits", OP.SELECTIVE_HOLD, PARTY))
    ids = []
    for token in range(130):
        side.give(p.Ask(1, token, OP.RECONNECT, PARTY))
        (told,) = side.sent
        assert isinstance(told.facility, c.Invoke)
        ids.append(told.facility.invoke_id)
        side.hear(facility(33, c.ReturnResult(told.facility.invoke_id)))
        assert side.told == [p.Answered(1, token, p.Result())]
    assert ids[:2] == [5, 7]
    assert ids[125:128] == [255, 1, 5]


# Answers.


def test_an_acknowledgement_in_a_register_is_taken_as_the_trace_has_it() -> None:
    side = adjunct()
    side.give(CONTROL)
    side.hear(register(33, c.ReturnResult(1), flag=True))
    assert side.told == [p.Answered(1, "dc", p.Result())]


def test_a_refusal_leaves_the_association_open() -> None:
    side = controlled()
    side.give(p.Ask(1, "hold", OP.SELECTIVE_HOLD, PARTY))
    cause = cause_of(98, switch=True)
    side.hear(facility(33, c.ReturnError(3, OP.SELECTIVE_HOLD, (cause,))))
    assert side.told == [p.Answered(1, "hold", p.Refused(cause))]
    assert side.layer.associations == 1


def test_a_refused_opening_ends_with_a_cause_alone() -> None:
    side = adjunct()
    side.give(CONTROL)
    refusal = cause_of(63, switch=True, coding=3)
    side.hear("08 01 A1 5A 08 02 E1 BF")
    assert side.told == [
        p.Answered(1, "dc", p.Refused(refusal)),
        p.Ended(1, "cause CS3/63 (service not available)", refusal),
    ]
    assert not side.layer.associations


def test_make_call_is_acknowledged_by_proceed() -> None:
    """S1 appendix B, B-113."""
    side = adjunct()
    option = v.CallOption(CallOptionName.RETURN_ACKNOWLEDGEMENT)
    side.give(p.Open("call", OP.MAKE_CALL, (calling("7101"), called("7202"), option)))
    template = next(one for one in TEMPLATES if one.name.startswith("make call"))
    assert side.codec.encode(side.sent[0])[3:] == template.fill(LABORATORY)[3:]
    proceed = (v.ConnectedNumber(digits="7101"), v.CallIdentity(0x203), *PARTY)
    side.hear(facility(33, c.Invoke(2, OP.PROCEED, proceed)))
    assert side.told == [p.Answered(1, "call", p.Result(proceed))]
    side.hear(facility(33, c.Invoke(4, OP.PROCEED, proceed)))
    assert side.faults == ["unexpected"]
    side.hear(complete(33, c.Invoke(6, OP.CALL_ENDED, (NORMAL,))))
    assert side.told == [
        p.Invoked(1, Kind.CALL_CONTROL, 6, OP.CALL_ENDED, (NORMAL,)),
        p.Ended(1, "cause CS0/16 (normal clearing)", NORMAL),
    ]


@pytest.mark.parametrize("answer", [
    complete(33, c.ReturnResult(3)), complete(33, elements=(NORMAL,)),
], ids=["result", "normal clearing"])  # fmt: skip
@pytest.mark.parametrize(("opens", "operation"), [
    (p.Open("o", OP.EVENT_NOTIFICATION_REQUEST, (vdn("1"),)), OP.EVENT_NOTIFICATION_CANCEL),
    (p.Open("o", OP.TAKE_CONTROL, (v.CallIdentity(1),)), OP.CLEAR_CALL),
    (p.Open("o", OP.TAKE_CONTROL, (v.CallIdentity(1),)), OP.RELINQUISH_CONTROL),
])  # fmt: skip
def test_what_ends_an_association_is_answered_by_its_end(
    opens: p.Open, operation: Operation, answer: Message
) -> None:
    side = adjunct()
    side.give(opens)
    side.hear(facility(33, c.ReturnResult(1)))
    side.give(p.Ask(1, "end", operation))
    side.hear(answer)
    assert side.told[0] == p.Answered(1, "end", p.Result())
    assert isinstance(side.told[1], p.Ended)


def test_a_query_is_answered_in_the_release_after_parts() -> None:
    side = adjunct()
    item = (v.Item(2),)
    side.give(p.Open("audit", OP.VALUE_QUERY, item))
    agents = (v.Domain(DomainType.LOGICAL_AGENT, "5001"),)
    side.hear(facility(33, c.Invoke(2, OP.VALUE_QUERY_RESPONSE, agents)))
    assert side.told == [p.Invoked(1, Kind.QUERY, 2, OP.VALUE_QUERY_RESPONSE, agents)]
    side.hear(complete(33, c.ReturnResult(1, OP.VALUE_QUERY, agents)))
    assert side.told == [p.Answered(1, "audit", p.Result(agents)), p.Ended(1, "released")]


def test_an_abort_answers_all_that_waits() -> None:
    side = controlled()
    side.give(p.Ask(1, "a", OP.SELECTIVE_HOLD, PARTY))
    side.give(p.Ask(1, "b", OP.RECONNECT, PARTY))
    cause = cause_of(87, switch=True, coding=3)
    side.hear("08 01 A1 5A 96 1C 0F 91 A1 0C 02 01 02 02 01 BE 40 04 08 02 E1 D7")
    assert side.told == [
        p.Answered(1, "a", p.Refused(cause)),
        p.Answered(1, "b", p.Refused(cause)),
        p.Ended(1, words(cause), cause, aborted=True),
    ]


def test_the_switch_always_gives_a_cause_with_an_abort() -> None:
    for role, told in ((Role.SWITCH, True), (Role.ADJUNCT, False)):
        side = Side(role).up()
        opens = OP.ROUTE if role is Role.SWITCH else OP.VALUE_QUERY
        side.give(p.Open("x", opens, (called("1"), v.Item(1))))
        side.give(p.Abort(1))
        (abort,) = side.sent
        assert isinstance(abort.facility, c.Invoke)
        assert bool(abort.facility.elements) is told


def test_a_reject_ends_the_association_and_nothing_is_sent_again() -> None:
    side = controlled()
    side.give(p.Ask(1, "a", OP.SELECTIVE_HOLD, PARTY))
    side.give(p.Ask(1, "b", OP.RECONNECT, PARTY))
    side.hear(facility(33, c.Reject(3, c.UNRECOGNIZED_OPERATION)))
    cause = cause_of(111, switch=False)
    assert side.sent == [complete(33, elements=(cause,), flag=False)]
    assert side.heard == [
        p.Answered(1, "a", p.Rejected(c.UNRECOGNIZED_OPERATION)),
        p.Answered(1, "b", p.Refused(cause)),
        p.Ended(1, "rejected: invoke problem 1"),
    ]
    side.give(p.Ask(1, "a", OP.SELECTIVE_HOLD, PARTY))
    assert side.told == [p.Answered(None, "a", p.Lost())]
    assert not side.sent


def test_a_reject_in_the_release() -> None:
    side = controlled()
    side.give(p.Ask(1, "a", OP.SELECTIVE_HOLD, PARTY))
    side.hear(complete(33, c.Reject(None, c.BADLY_STRUCTURED_COMPONENT)))
    assert side.heard[0] == p.Answered(1, "a", p.Rejected(c.BADLY_STRUCTURED_COMPONENT))
    assert not side.layer.associations


@pytest.mark.parametrize(("operation", "words"), [
    (OP.PROCEED, "not invoked by the adjunct"), (OP.VALUE_QUERY, "opens an association"),
    (OP.ROUTE_SELECT, "does not belong to domain control"),
])  # fmt: skip
def test_what_does_not_fit_is_not_sent(operation: Operation, words: str) -> None:
    side = controlled()
    side.give(p.Ask(1, "x", operation))
    (told,) = side.told
    assert isinstance(told, p.Answered)
    assert isinstance(told.outcome, p.Unsent)
    assert words in told.outcome.detail
    assert not side.sent


def test_a_strict_side_names_the_code_that_it_lacks() -> None:
    side = Side(profile=STRICT).up()
    side.give(p.Open("x", OP.MAKE_CALL, (called("7202"),)))
    assert not side.sent
    (told,) = side.told
    assert isinstance(told, p.Answered)
    assert isinstance(told.outcome, p.Unsent)
    assert told.outcome.missing is OP.MAKE_CALL
    assert "make_call" in told.outcome.detail
    side.give(CONTROL)
    assert side.codec.encode(side.sent[0])[3:] == bytes.fromhex(PUBLIC[0].octets)[3:].replace(
        b"\x02\x01\x03", b"\x02\x01\x01"
    )


def test_the_switch_answers_refuses_and_ends() -> None:
    side = Side(Role.SWITCH).up()
    for crv in (34, 35, 36):
        side.hear(register(crv, c.Invoke(1, OP.DOMAIN_CONTROL, (station("1004"),))))
    side.give(p.Reply(1, 1, ()))
    assert side.sent == [facility(34, c.ReturnResult(1, OP.DOMAIN_CONTROL))]
    side.give(p.Reply(1, 1, ()))
    assert side.faults == ["unexpected"]
    refusal = cause_of(42, switch=True)
    side.give(p.Refuse(2, 1, refusal))
    assert side.sent == [complete(35, elements=(refusal,))]
    side.hear(facility(34, c.Invoke(3, OP.SELECTIVE_HOLD, PARTY), flag=False))
    side.give(p.Refuse(1, 3, refusal))
    assert side.sent == [facility(34, c.ReturnError(3, OP.SELECTIVE_HOLD, (refusal,)))]
    side.give(p.Release(3))
    assert side.sent == [complete(36, elements=(NORMAL,))]
    assert side.layer.associations == 1
    assert side.give(p.Release(3)) == [
        p.Fault("unexpected", "there is no association 3 any more")
    ]


def test_the_switch_refuses_new_associations_in_congestion() -> None:
    """S1 6-6."""
    side = Side(Role.SWITCH).up()
    side.hear(register(34, c.Invoke(1, OP.DOMAIN_CONTROL, (station("1"),))))
    side.give(p.Congestion(on=True))
    side.hear(register(35, c.Invoke(1, OP.DOMAIN_CONTROL, (station("2"),))))
    assert side.sent == [complete(35, elements=(cause_of(42, switch=True),))]
    assert side.layer.associations == 1
    side.give(p.Congestion(on=False))
    side.hear(register(35, c.Invoke(1, OP.DOMAIN_CONTROL, (station("2"),))))
    assert side.layer.associations == 2


# The link.

INDICATOR = q.RestartIndicator(7)


def restart(*versions: VersionName) -> Message:
    elements: tuple[v.Element, ...] = (INDICATOR, *map(v.Version, versions))
    return Message(MessageType.RESTART, elements=elements)


def acknowledge(*versions: VersionName | int) -> Message:
    elements: tuple[v.Element, ...] = (INDICATOR, *map(v.Version, versions))
    return Message(MessageType.RESTART_ACKNOWLEDGE, 0, True, elements=elements)


def test_the_link_starts_with_restart_acknowledge_and_heartbeat() -> None:
    side = Side(starts=True, versions=(VersionName.V1, VersionName.V4))
    side.give(p.LinkUp())
    assert side.sent == [restart(VersionName.V1, VersionName.V4)]
    assert side.told == [p.Restarting(), p.StartTimer(p.Timer.T316)]
    side.hear(acknowledge(VersionName.V4))
    assert side.sent == [register(33, c.Invoke(1, OP.HEARTBEAT))]
    assert side.told == [p.StopTimer(p.Timer.T316), p.StartTimer(p.Timer.ANSWER)]
    side.hear(complete(33, c.ReturnResult(1)))
    assert side.told == [
        p.StopTimer(p.Timer.ANSWER),
        p.StartTimer(p.Timer.PERIOD),
        p.Started(VersionName.V4),
    ]
    side.give(p.TimerExpired(p.Timer.PERIOD))
    assert side.sent == [register(34, c.Invoke(1, OP.HEARTBEAT))]
    side.give(p.TimerExpired(p.Timer.ANSWER))
    assert side.told == [p.Failed("no answer to the heartbeat")]


def test_a_restart_without_an_answer_is_sent_again() -> None:
    side = Side(starts=True)
    side.give(p.LinkUp())
    side.give(p.TimerExpired(p.Timer.T316))
    assert side.sent == [restart()]
    assert p.StartTimer(p.Timer.T316) in side.told


def test_a_version_that_was_not_offered_does_not_start_the_link() -> None:
    side = Side(starts=True, versions=(VersionName.V1,))
    side.give(p.LinkUp())
    side.hear(acknowledge(VersionName.V4))
    assert side.told == [
        p.StopTimer(p.Timer.T316), p.Failed("version 4 was not offered", lasting=True),
    ]  # fmt: skip
    assert not side.sent


@pytest.mark.parametrize("octets", ["08 02 80 00 4E 79 01 87", "08 02 00 00 46 79 01 87"])
def test_references_of_another_length_do_not_start_the_link(octets: str) -> None:
    side = Side(starts=True)
    side.give(p.LinkUp())
    side.hear(octets)
    told = "the other side has call reference length 2, not 1"
    assert side.told == [p.StopTimer(p.Timer.T316), p.Failed(told, lasting=True)]
    assert not side.sent


def test_a_reference_of_another_length_is_ignored_on_a_link_that_is_up() -> None:
    side = controlled()
    for octets in ("08 02 00 00 46 79 01 87", "08 02 00 21 62 96 1C 06 91 A2 03 02 01 01"):
        side.hear(octets)
        assert side.told == [p.Fault("ignored", "call reference length 2, not 1", 1, "S3 706")]
        assert not side.sent
    assert side.layer.associations == 1


def test_the_restart_of_the_other_side_ends_every_association() -> None:
    side = controlled()
    side.give(p.Ask(1, "hold", OP.SELECTIVE_HOLD, PARTY))
    side.hear("08 01 00 46 79 01 87")
    assert side.told == [
        p.Restarting(), p.Answered(1, "hold", p.Lost()), p.Ended(1, "the link was lost"),
    ]  # fmt: skip
    assert [side.codec.encode(one) for one in side.sent] == [
        bytes.fromhex("08 01 80 4E 79 01 87")
    ]
    side.hear(register(34, c.Invoke(2, OP.HEARTBEAT)))
    assert side.sent == [complete(34, c.ReturnResult(2))]
    assert side.told == [p.StartTimer(p.Timer.PERIOD), p.Started(None)]


def test_the_highest_common_version_is_named() -> None:
    offered = tuple(VersionName)
    side = Side(Role.SWITCH, versions=offered[:3]).up()
    side.hear(restart(*offered))
    assert side.sent == [acknowledge(VersionName.V3)]


def test_a_strict_link_goes_without_the_heartbeat_that_it_cannot_send() -> None:
    side = Side(profile=STRICT, starts=True)
    side.give(p.LinkUp())
    assert side.codec.encode(side.sent[0]) == bytes.fromhex("08 01 00 46 79 01 87")
    side.hear("08 01 80 4E 79 01 87")
    assert side.told[-1] == p.Started(None)
    side.hear("08 01 32 64 96 1C 09 91 A1 06 02 01 02 02 01 99")  # unknown, no parameters
    assert [side.codec.encode(one) for one in side.sent] == [
        bytes.fromhex("08 01 B2 5A 96 1C 06 91 A2 03 02 01 02")
    ]


def test_alarms_are_suspended_and_resumed() -> None:
    side = adjunct()
    for name in ManagementName:
        suspended = name is ManagementName.SUSPEND_ALARMS
        side.give(p.Alarms(suspended))
        (sent,) = side.sent
        assert sent.kind == MessageType.MANAGEMENT_INFORMATION
        other = Side(Role.SWITCH).up()
        other.hear(sent)
        assert other.told == [p.AlarmsTold(suspended)]


def test_the_link_that_goes_down_answers_all_and_stops_its_timers() -> None:
    side = controlled()
    side.give(p.Ask(1, "hold", OP.SELECTIVE_HOLD, PARTY))
    side.give(p.LinkDown())
    assert side.heard == [p.Answered(1, "hold", p.Lost()), p.Ended(1, "the link was lost")]
    assert p.StopTimer(p.Timer.T316) in side.told
    side.give(p.Open("late", OP.VALUE_QUERY, (v.Item(1),)))
    assert side.told == [p.Answered(None, "late", p.Lost())]
    side.hear("08 01 00 46 79 01 87")
    assert not side.sent


# Tables.


def test_every_operation_and_event_has_its_row() -> None:
    assert set(CAPABILITIES) == set(Operation)
    assert set(EVENTS) == set(EventName)


@pytest.mark.parametrize(("event", "columns"), [  # S1 table 2-1, Y and N as printed
    ("alerting", "YYYN"), ("answered", "YYNN"), ("busy", "YYYN"), ("call_ended", "NNYN"),
    ("call_initiated", "YNNN"), ("call_offered", "NNYN"), ("call_originated", "YNNN"),
    ("call_redirected", "YNYN"), ("conferenced", "YYYN"), ("transferred", "YYYN"),
    ("charging", "NNYN"), ("connected", "YYYN"), ("cut_through", "YYYN"), ("drop", "YYYN"),
    ("entered_digits", "NYYN"), ("hold", "YYYN"), ("login", "NNNY"), ("logout", "NNNY"),
    ("queued", "YYYN"), ("reconnected", "YYYN"), ("reorder", "YYYN"), ("trunk_seized", "YYYN"),
])  # fmt: skip
def test_which_association_hears_of_an_event(event: str, columns: str) -> None:
    heard = EVENTS[EventName(event)]
    assert "".join("Y" if scope in heard else "N" for scope in Scope) == columns
