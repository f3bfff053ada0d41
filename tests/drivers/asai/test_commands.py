"""Commands: which requests they make, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model.capabilities import Support
from cti.model.commands import EndState
from cti.model.data import ForwardingKind
from cti.model.errors import ErrorClass, NativeError
from cti.model.states import AgentState, LinkState, Origin
from drivers.asai import AsaiDriver
from drivers.asai.learning import status_of
from drivers.asai.routes import RouteTimer
from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, first
from protocols.asai.names import (
    CallOptionName,
    DomainType,
    FeatureName,
    ItemName,
    LocalState,
    Operation,
    ServiceCircuitName,
    TalkStateName,
    WorkModeName,
)
from protocols.q931 import values as q
from tests.drivers.asai.script import (
    COMPLETE,
    LOGINS,
    NORMAL,
    OP,
    REGISTER,
    A,
    B,
    E,
    Script,
    call,
    called,
    calling,
    connected,
    office,
    split,
    state,
    station,
    vdn,
)
from tests.protocols.asai.strategies import CODEC, MESSAGES

HERE = {"device": "7101", "call": "513"}
TWO = {"device": "7101", "held": "513", "active": "514", "call": "513"}
DIGITS = "1234"
ACKNOWLEDGE = v.CallOption(CallOptionName.RETURN_ACKNOWLEDGEMENT)


@pytest.fixture
def script() -> Script:
    """7101 is party 1 of calls 513 and 514; 7102 is party 2 of 513."""
    script = office().up()
    for number in (513, 514):
        script.report(A, E.CONNECTED, connected("7101"), *call(number, 1))
    script.report(B, E.CONNECTED, connected("7102"), *call(513, 2))
    return script


def succeeded(script: Script, token: int, **result: Any) -> None:
    told = script.outcomes[token]
    assert (told.status, told.result) == (EndState.SUCCEEDED, result)


def failed(script: Script, token: int, kind: ErrorClass, words: str = "") -> None:
    told = script.outcomes[token]
    assert told.status in (EndState.FAILED, EndState.REJECTED)
    assert told.error.kind is kind  # type: ignore[union-attr]
    assert words in told.error.detail  # type: ignore[union-attr]


@pytest.mark.parametrize(("verb", "args", "operation", "more"), [
    ("answer", cm.Answer(device="7101"), OP.ANSWER, ()),
    ("hold", cm.Hold(device="7101"), OP.SELECTIVE_HOLD, ()),
    ("retrieve", cm.Retrieve(device="7101"), OP.RECONNECT, ()),
    ("clear_connection", cm.ClearConnection(device="7101"), OP.SELECTIVE_DROP, ()),
    ("deflect", cm.Deflect(device="7101", to="7105"), OP.REDIRECT, (called("7105"),)),
    ("redirect", cm.Redirect(call="c", device="7101", to="7105"), OP.REDIRECT,
     (called("7105"),)),
    ("send_dtmf", cm.SendDtmf(device="7101", digits="12#", tone_ms=150), OP.SEND_DTMF,
     (v.Dtmf("12#", 15),)),
])  # fmt: skip
def test_one_request_over_the_domain_control(
    script: Script, verb: str, args: cm.Args, operation: Operation, more: tuple[Any, ...]
) -> None:
    token = script.command(verb, args, **HERE)
    asked = script.answer(bare=True)
    assert (asked.crv, asked.kind) == (A, 0x62)
    facility = asked.facility
    assert isinstance(facility, c.Invoke)
    assert facility.operation is operation
    assert set(facility.elements) == {*call(513, 1), *more}
    succeeded(script, token)


def test_a_refusal_is_told_in_the_words_of_the_model(script: Script) -> None:
    token = script.command("hold", cm.Hold(device="7101"), **HERE)
    script.refuse(98)
    failed(script, token, ErrorClass.STATE_CONFLICT, "hold at 7101 on call 513")
    native = script.outcomes[token].error.native  # type: ignore[union-attr]
    assert isinstance(native, NativeError)
    assert (native.category, native.code) == ("CS0", 98)
    assert script.states[-1][0] is LinkState.UP


def test_what_is_clear_already_is_clear(script: Script) -> None:
    token = script.command("clear_connection", cm.ClearConnection(device="7101"), **HERE)
    script.refuse(86, coding=3)
    succeeded(script, token, already=True)


def test_the_reject_of_an_operation_teaches(script: Script) -> None:
    token = script.command("send_dtmf", cm.SendDtmf(device="7101", digits="1"), **HERE)
    asked = script.take()
    assert isinstance(asked.facility, c.Invoke)
    script.say(asked.crv, c.Reject(asked.facility.invoke_id, c.UNRECOGNIZED_OPERATION))
    failed(script, token, ErrorClass.UNSUPPORTED, "rejects the request")
    assert script.driver.capabilities.commands["send_dtmf"].support is Support.UNSUPPORTED
    assert script.take() == Message(COMPLETE, A, elements=(q.Cause(111),))
    assert script.states[-1][0] is LinkState.DEGRADED  # the station's monitor is gone with it


def test_a_party_that_is_not_known_is_asked_for(script: Script) -> None:
    token = script.command("hold", cm.Hold(device="7101"), device="7101", call="600")
    asked = script.answer(connected("7101"), connected("#####"), v.PartyIdentifier(2),
                          v.PartyIdentifier(1), ends=True)  # fmt: skip
    assert asked.facility.elements == (*call(600), v.Item(ItemName.PARTY_IDENTIFICATION))  # type: ignore[union-attr]
    held = script.answer(bare=True)
    assert first(held.facility.elements, v.PartyIdentifier) == v.PartyIdentifier(2)  # type: ignore[union-attr]
    succeeded(script, token)
    token = script.command("hold", cm.Hold(device="7101"), device="7101", call="601")
    script.answer(ends=True)
    failed(script, token, ErrorClass.INVALID_OBJECT, "no party of call 601")


def test_a_station_that_is_not_monitored_is_reached_by_taking_control(script: Script) -> None:
    token = script.command("hold", cm.Hold(device="7105"), device="7105", call="513")
    taken = script.answer(connected("7105"), v.PartyIdentifier(3))
    assert taken.facility.operation is OP.TAKE_CONTROL  # type: ignore[union-attr]
    held = script.answer(bare=True)
    assert (held.crv, held.facility.elements) == (taken.crv, (v.PartyIdentifier(3),))  # type: ignore[union-attr]
    given = script.answer(ends=True, bare=True)
    assert given.facility.operation is OP.RELINQUISH_CONTROL  # type: ignore[union-attr]
    succeeded(script, token)


def test_the_last_party_that_is_dropped_ends_the_call(script: Script) -> None:
    script.report(A, E.CALL_INITIATED, *call(600, 1))
    token = script.command(
        "clear_connection", cm.ClearConnection(device="7101"), device="7101", call="600"
    )
    script.answer(bare=True)
    succeeded(script, token)
    assert script.told() == [f.CallEnded(call="600", origin=Origin.INFERRED)]


# Calling.


def test_a_call_from_a_monitored_station_is_dialled_there(script: Script) -> None:
    args = cm.MakeCall(device="7101", to="7202", uui=b"ABC", priority=True)
    token = script.command("make_call", args, device="7101")
    asked = script.answer(*call(0x203, 1))
    assert asked.crv == A
    assert asked.facility.elements == (  # type: ignore[union-attr]
        called("7202"), q.UserUser(b"ABC"), ACKNOWLEDGE,
        v.CallOption(CallOptionName.PRIORITY),
    )  # fmt: skip
    assert script.told()[-1] == f.CallMade(call="515")
    succeeded(script, token, native={"call": "515", "device": "7101"})


def test_a_call_from_another_station_is_controlled_until_it_ends(script: Script) -> None:
    """S1 appendix B, B-113: 3P Proceed acknowledges."""
    script.told()
    token = script.command("make_call", cm.MakeCall(device="7105", to="7202"), device="7105")
    asked = script.take()
    assert asked.kind == REGISTER
    assert asked.facility == c.Invoke(
        1, OP.MAKE_CALL, (calling("7105"), called("7202"), ACKNOWLEDGE)
    )
    proceed = (connected("7105"), *call(0x203, 1))
    script.say(asked.crv, c.Invoke(2, OP.PROCEED, proceed))
    succeeded(script, token, native={"call": "515", "device": "7105"})
    (alerting,) = script.report(
        asked.crv, E.ALERTING, connected("7202"), *call(0x203, 2), calling("7105")
    )
    assert isinstance(alerting, f.Alerting)
    token = script.command("hold", cm.Hold(device="7105"), device="7105", call="515")
    held = script.answer(bare=True)
    assert (held.crv, held.facility.elements) == (asked.crv, (v.PartyIdentifier(1),))  # type: ignore[union-attr]
    succeeded(script, token)
    script.told()
    script.say(asked.crv, c.Invoke(6, OP.CALL_ENDED, (NORMAL,)), COMPLETE)
    (ended,) = script.told()
    assert isinstance(ended, f.CallEnded)
    assert ended.call == "515"


def test_a_call_that_is_refused(script: Script) -> None:
    token = script.command("make_call", cm.MakeCall(device="7105", to="7202"), device="7105")
    script.refuse(27, coding=3)
    failed(script, token, ErrorClass.OUT_OF_SERVICE, "originator out of service")


@pytest.mark.parametrize(("args", "field"), [
    (cm.MakeCall(device="7101", to="7A02"), "args.to"),
    (cm.MakeCall(device="7101", to="1" * 16), "args.to"),
    (cm.MakeCall(device="7101", to="7202", uui=bytes(97)), "args.uui"),
])  # fmt: skip
def test_what_has_no_octets_is_not_sent(script: Script, args: cm.Args, field: str) -> None:
    token = script.command("make_call", args, device="7101")
    failed(script, token, ErrorClass.INVALID_ARGUMENT)
    assert script.outcomes[token].error.field == field  # type: ignore[union-attr]
    assert not script.sent


def test_a_predictive_call_is_classified_by_the_switch(script: Script) -> None:
    args = cm.MakePredictiveCall(
        device="7300", to="3035550142", deliver_to="7300", machine="clear"
    )
    token = script.command("make_predictive_call", args, device="7300")
    asked = script.take()
    assert isinstance(asked.facility, c.Invoke)
    options = {one.option for one in asked.facility.elements if isinstance(one, v.CallOption)}
    assert options >= {CallOptionName.SWITCH_CLASSIFIED, CallOptionName.ANSWERING_MACHINE_DROP}
    assert v.ServiceCircuit(ServiceCircuitName.CLASSIFIER) in asked.facility.elements
    script.say(asked.crv, c.Invoke(2, OP.PROCEED, call(0x203)))
    assert script.outcomes[token].status is EndState.SUCCEEDED
    wrong = cm.MakePredictiveCall(device="1", to="1", deliver_to="1", machine="tone")
    failed(script, script.command("make_predictive_call", wrong), ErrorClass.INVALID_ARGUMENT)


def test_a_call_is_ended_for_everybody(script: Script) -> None:
    token = script.command("clear_call", cm.ClearCall(call="c"), call="513")
    script.answer()
    cleared = script.answer(ends=True, bare=True)
    assert cleared.facility.operation is OP.CLEAR_CALL  # type: ignore[union-attr]
    succeeded(script, token)
    assert script.told()[-1] == f.CallEnded(call="513")


# Joining.


@pytest.mark.parametrize(("verb", "args", "option", "kind"), [
    ("transfer", cm.Transfer(device="7101"), CallOptionName.TRANSFER, f.MergeKind.TRANSFER),
    ("conference", cm.Conference(device="7101"), CallOptionName.CONFERENCE,
     f.MergeKind.CONFERENCE),
])  # fmt: skip
def test_the_result_of_a_merge_stands_for_its_event(
    script: Script, verb: str, args: cm.Args, option: CallOptionName, kind: f.MergeKind
) -> None:
    token = script.command(verb, args, **TWO)
    asked = script.answer(
        connected("7102"), connected("7202"), v.CallIdentity(514), v.PartyIdentifier(1),
        v.PartyIdentifier(2), v.OldPartyIdentifier(2), v.OldPartyIdentifier(2),
    )  # fmt: skip
    assert asked.facility.elements == (*call(513, 1), v.CallOption(option))  # type: ignore[union-attr]
    merged = script.told()[-1]
    assert isinstance(merged, f.Merged)
    assert (merged.kind, merged.primary, merged.secondary) == (kind, "514", "513")
    assert merged.controller == NativeDevice("7101")
    assert merged.moved[0].old_call == "513"
    succeeded(script, token, native={"call": "514"})


def test_a_silent_party_only_listens(script: Script) -> None:
    args = cm.SingleStepConference(
        device="7101", join="7105", participation=cm.Participation.SILENT
    )
    token = script.command("single_step_conference", args, **HERE)
    asked = script.answer(bare=True)
    assert asked.facility.elements == (  # type: ignore[union-attr]
        *call(513), called("7105"), v.CallOption(CallOptionName.LISTEN_ONLY),
    )  # fmt: skip
    succeeded(script, token)


# Stations and agents.


def test_an_agent_logs_on_changes_and_logs_off(script: Script) -> None:
    script.told()
    args = cm.Login(
        device="7101", agent="5001", queue="7600", password=DIGITS, state=AgentState.READY
    )
    token = script.command("login", args, device="7101")
    asked = script.answer(ends=True, bare=True)
    assert asked.facility == c.Invoke(1, OP.REQUEST_FEATURE, (
        v.UserEnteredCode(DIGITS), v.WorkMode(WorkModeName.AUTO_IN),
        v.Feature(FeatureName.LOGIN), station("7101"),
        v.Domain(DomainType.LOGICAL_AGENT, "5001"), split("7600"),
    ))  # fmt: skip
    assert script.invoke().elements == status_of("7101", "7600").elements
    script.answer(ends=True)
    succeeded(script, token)
    on, ready = script.told()
    assert isinstance(on, f.AgentLoggedOn)
    assert (on.agent, on.origin) == ("5001", Origin.DERIVED)
    assert ready.state is AgentState.READY  # type: ignore[union-attr]
    change = cm.SetAgentState(device="7101", state=AgentState.AFTER_CALL_WORK)
    token = script.command("set_agent_state", change, device="7101")
    script.answer(ends=True, bare=True)
    (told,) = script.told()
    assert isinstance(told, f.AgentStateTold)
    assert (told.agent, told.state) == ("5001", AgentState.AFTER_CALL_WORK)
    token = script.command("logout", cm.Logout(device="7101", agent="5001"), device="7101")
    script.answer(ends=True, bare=True)
    script.refuse(15, coding=3)
    succeeded(script, token)
    assert isinstance(script.told()[0], f.AgentLoggedOff)
    busy = cm.SetAgentState(device="7101", state=AgentState.BUSY)
    failed(script, script.command("set_agent_state", busy), ErrorClass.INVALID_ARGUMENT)


def test_what_the_switch_tells_of_an_agent_is_not_told_again(script: Script) -> None:
    who = station("7101"), v.Domain(DomainType.LOGICAL_AGENT, "5001")
    token = script.command("login", cm.Login(device="7101", agent="5001"), device="7101")
    script.answer(ends=True, bare=True)
    (on,) = script.report(LOGINS, E.LOGIN, *who)
    assert (type(on), on.origin) == (f.AgentLoggedOn, Origin.REPORTED)
    script.answer(ends=True)
    succeeded(script, token)
    assert script.told() == []
    token = script.command("logout", cm.Logout(device="7101"), device="7101")
    asked = script.answer(ends=True, bare=True)
    assert who[1] in asked.facility.elements  # type: ignore[union-attr]
    (off,) = script.report(LOGINS, E.LOGOUT, *who)
    assert isinstance(off, f.AgentLoggedOff)
    script.refuse(15, coding=3)
    succeeded(script, token)
    assert script.told() == []


def test_nothing_is_told_of_an_agent_when_the_link_is_lost(script: Script) -> None:
    token = script.command("login", cm.Login(device="7101", agent="5001"), device="7101")
    script.answer(ends=True, bare=True)
    script.told()
    script.give(dr.LinkDown("cut"))
    succeeded(script, token)
    assert script.told() == []


def test_a_bad_password_is_a_matter_of_rights(script: Script) -> None:
    token = script.command("login", cm.Login(device="7101", agent="7101"), device="7101")
    script.refuse(14, coding=3)
    failed(script, token, ErrorClass.NOT_PERMITTED, "bad login")


@pytest.mark.parametrize(("verb", "args", "elements", "member"), [
    ("set_dnd", cm.SetDnd(device="7101", on=False),
     (q.RedirectingNumber(digits="7101"), v.Feature(FeatureName.CANCEL_SEND_ALL_CALLS)),
     ("dnd", False)),
    ("set_forwarding",
     cm.SetForwarding(device="7101", kind=ForwardingKind.ALL, active=True, to="7105"),
     (q.RedirectingNumber(digits="7101"), q.RedirectionNumber(digits="7105"),
      v.Feature(FeatureName.CALL_FORWARDING)), None),
    ("set_mwi", cm.SetMwi(device="7101", on=True),
     (station("7101"), v.Item(ItemName.MESSAGE_WAITING), v.MessageWaitingStatus(1)),
     ("mwi", True)),
])  # fmt: skip
def test_features(script: Script, verb: str, args: cm.Args, elements: Any, member: Any) -> None:
    script.told()
    token = script.command(verb, args, device="7101")
    asked = script.answer(ends=True, bare=True)
    assert asked.facility.elements == elements  # type: ignore[union-attr]
    (fact,) = script.told()
    assert isinstance(fact, f.DeviceFact)
    if member:
        assert getattr(fact, member[0]) is member[1]
    succeeded(script, token)


def test_only_all_calls_are_forwarded(script: Script) -> None:
    for args, kind in (
        (cm.SetForwarding(device="7101", kind=ForwardingKind.BUSY, active=True, to="1"),
         ErrorClass.UNSUPPORTED),
        (cm.SetForwarding(device="7101", kind=ForwardingKind.ALL, active=True),
         ErrorClass.INVALID_ARGUMENT),
    ):  # fmt: skip
        failed(script, script.command("set_forwarding", args, device="7101"), kind)


@pytest.mark.parametrize(("verb", "args", "told", "result"), [
    ("query_mwi", cm.QueryMwi(device="7101"), (v.MessageWaitingStatus(5),), {"on": True}),
    ("query_dnd", cm.QueryDnd(device="7101"), (v.FeatureStatus(on=False),), {"on": False}),
    ("query_forwarding", cm.QueryForwarding(device="7101"),
     (q.RedirectionNumber(digits="7105"), v.FeatureStatus(on=True)),
     {"forwarding": [{"kind": "all", "active": True, "to": "7105"}]}),
    ("query_device", cm.QueryDevice(device="7101"), (vdn("7101"),), {"type": "route_point"}),
    ("query_queue", cm.QueryQueue(queue="7600"),
     (v.QueryCounter(3), v.QueryCounter(0), v.QueryCounter(9)),
     {"waiting": 3, "available": 0, "agents": 9}),
    ("query_agent", cm.QueryAgent(device="7101"),
     (v.WorkMode(WorkModeName.AUTO_IN), v.TalkState(TalkStateName.IDLE)),
     {"agents": [{"agent": "7101", "state": "ready", "logged_on": True}]}),
    ("snapshot_device", cm.SnapshotDevice(device="7101"),
     (*call(513, 1), state(LocalState.HELD)),
     {"calls": [{"native": {"call": "513", "device": "7101"}, "state": "held"}]}),
])  # fmt: skip
def test_queries(script: Script, verb: str, args: cm.Args, told: Any, result: Any) -> None:
    token = script.command(verb, args, device="7101")
    asked = script.answer(*told, ends=True)
    assert asked.facility.operation is OP.VALUE_QUERY  # type: ignore[union-attr]
    succeeded(script, token, **result)


def test_a_snapshot_of_a_call(script: Script) -> None:
    script.told()
    token = script.command("snapshot_call", cm.SnapshotCall(call="c"), call="513")
    script.answer(connected("7101"), connected("7102"), v.PartyIdentifier(1),
                  v.PartyIdentifier(2), ends=True)  # fmt: skip
    parties = [{"native": {"call": "513", "device": one}} for one in ("7101", "7102")]
    succeeded(script, token, parties=parties)
    assert isinstance(script.told()[0], f.CallSeen)


@pytest.mark.parametrize("verb", ["park", "pickup", "route_treatment", "private", "intrude"])
def test_what_asai_does_not_have(script: Script, verb: str) -> None:
    failed(script, script.command(verb, cm.Args()), ErrorClass.UNSUPPORTED, verb)


# Routes.


def asked_route(script: Script, crv: int = 40) -> f.RouteAsked:
    script.told()
    route = (
        *call(0x206), calling("3035550142"), called("7301"), vdn("7301"), q.UserUser(b"X"),
        v.UserEnteredCode("99"),
    )  # fmt: skip
    script.hear(Message(REGISTER, crv, False, c.Invoke(2, OP.ROUTE, route)))
    point, told = script.told()
    assert isinstance(point, f.DeviceFact)
    assert isinstance(told, f.RouteAsked)
    return told


def over(script: Script, value: int, coding: int = 0, crv: int = 40) -> None:
    cause = q.Cause(value, location=1, coding=coding)
    script.hear(Message(COMPLETE, crv, False, c.Invoke(4, OP.ROUTE_END, (cause,))))


def test_a_route_is_asked_answered_and_taken(script: Script) -> None:
    told = asked_route(script)
    assert (told.call, told.route_point) == ("518", NativeDevice("7301"))
    assert told.numbers.calling.raw == "3035550142"  # type: ignore[union-attr]
    assert (told.data.uui, told.data.digits) == (b"X", "99")
    args = cm.RouteSelect(route="r", to="7402", uui=b"Y")
    token = script.command("route_select", args, route=told.route)
    selected = script.take()
    assert (selected.crv, selected.flag) == (40, True)
    assert selected.facility == c.Invoke(1, OP.ROUTE_SELECT, (called("7402"), q.UserUser(b"Y")))
    assert token not in script.outcomes
    over(script, 16)
    succeeded(script, token, confirmed=True)
    assert script.told() == [
        f.RouteTaken(route=told.route, destination=NativeDevice("7402")),
        f.RouteOver(route=told.route, reason="ended"),
    ]
    assert asked_route(script).route != told.route


def test_a_route_select_that_the_switch_does_not_like(script: Script) -> None:
    told = asked_route(script)
    token = script.command("route_select", cm.RouteSelect(route="r", to="1"), route=told.route)
    over(script, 28)
    failed(script, token, ErrorClass.INVALID_OBJECT)
    assert script.told() == [
        f.RouteOver(route=told.route, reason="cause CS0/28 (invalid number format)")
    ]


def test_silence_after_a_route_select_is_a_good_sign(script: Script) -> None:
    told = asked_route(script)
    token = script.command("route_select", cm.RouteSelect(route="r", to="1"), route=told.route)
    script.expire(RouteTimer(int(told.route)))
    succeeded(script, token, confirmed=False)
    over(script, 16)
    assert len(script.told()) == 2


def test_a_route_that_is_given_back_goes_on_in_the_vector(script: Script) -> None:
    told = asked_route(script)
    token = script.command("route_end", cm.RouteEnd(route="r"), route=told.route)
    ended = script.take()
    assert (ended.kind, ended.facility) == (
        COMPLETE, c.Invoke(1, OP.ROUTE_END, (q.Cause(16),)),
    )  # fmt: skip
    succeeded(script, token)
    (fact,) = script.told()
    assert isinstance(fact, f.RouteOver)
    assert fact.reason == "ended"
    token = script.command("route_end", cm.RouteEnd(route="r"), route=told.route)
    failed(script, token, ErrorClass.INVALID_OBJECT)


@pytest.mark.parametrize(("value", "coding", "reason"), [
    (86, 0, "abandoned"), (86, 3, "abandoned"), (102, 0, "expired"),
    (30, 3, "cause CS3/30 (call redirected)"),
])  # fmt: skip
def test_why_a_route_ends(script: Script, value: int, coding: int, reason: str) -> None:
    told = asked_route(script)
    over(script, value, coding)
    assert script.told() == [f.RouteOver(route=told.route, reason=reason)]


def test_a_route_ends_with_its_association_and_its_link(script: Script) -> None:
    told = asked_route(script)
    cause = q.Cause(102, location=1)
    script.hear(Message(COMPLETE, 40, False, c.Invoke(4, OP.ABORT, (cause,))))
    assert script.told() == [f.RouteOver(route=told.route, reason="expired")]
    told = asked_route(script)
    token = script.command("route_select", cm.RouteSelect(route="r", to="1"), route=told.route)
    script.give(dr.LinkDown("cut"))
    assert f.RouteOver(route=told.route, reason="link_down") in script.told()
    assert script.outcomes[token].status is EndState.UNKNOWN


# Anything at all.

COMMANDS: list[tuple[str, cm.Args, dict[str, str]]] = [
    ("hold", cm.Hold(device="7101"), HERE),
    ("transfer", cm.Transfer(device="7101"), TWO),
    ("clear_call", cm.ClearCall(call="c"), {"call": "513"}),
    ("make_call", cm.MakeCall(device="7105", to="7202"), {"device": "7105"}),
    ("deflect", cm.Deflect(device="7105", to="7202"), {"device": "7105", "call": "9"}),
    ("query_mwi", cm.QueryMwi(device="7101"), {"device": "7101"}),
    ("monitor_start", cm.MonitorStart(device="7105", ttl_s=1), {}),
    ("monitor_stop", cm.MonitorStop(device="7300"), {}),
    ("route_end", cm.RouteEnd(route="r"), {"route": "12"}),
]
HAPPENINGS = st.one_of(
    st.sampled_from(COMMANDS),
    MESSAGES.map(lambda told: dr.PduReceived(CODEC.encode(Message(
        told.kind, 33 + told.crv % 8 if told.crv else 0, told.flag, told.facility, told.elements
    )))),
    st.builds(dr.PduReceived, st.binary(max_size=20)),
    st.sampled_from([
        dr.LinkDown("x"), dr.LinkUp(), dr.StopRequested(), dr.ResyncRequested("x"),
    ]),
    st.sampled_from(["answer", "refuse", "expire"]),
)  # fmt: skip


@given(st.lists(HAPPENINGS, max_size=30))
def test_whatever_happens_every_command_has_one_end_and_no_timer_is_left(
    happenings: list[Any],
) -> None:
    script = office().up()
    tokens = []
    for what in happenings:
        match what:
            case (verb, args, native):
                tokens.append(script.command(verb, args, **native))
            case "answer" | "refuse" if script.sent:
                one = script.sent[0]
                if not isinstance(one.facility, c.Invoke) or one.flag:
                    script.sent.pop(0)
                elif what == "answer":
                    script.answer(*call(513, 1))
                else:
                    script.refuse(98)
            case "expire" if script.running:
                script.expire(min(script.running, key=repr))
            case str():
                pass
            case _:
                script.give(what)
    script.give(dr.LinkDown("over"))
    script.give(dr.StopRequested())
    assert set(tokens) == set(script.outcomes)
    assert not script.running


@given(st.lists(st.tuples(st.booleans(), MESSAGES.map(CODEC.encode) | st.binary(max_size=20))))
def test_an_observer_takes_anything_and_sends_nothing(heard: list[tuple[bool, bytes]]) -> None:
    driver = AsaiDriver({"codes": "laboratory"}, observing=True)
    driver.handle(dr.LinkUp())
    for sent, octets in heard:
        for action in driver.handle(dr.PduSent(octets) if sent else dr.PduReceived(octets)):
            assert not isinstance(action, dr.SendPdu | dr.StartTimer)
    driver.handle(dr.LinkDown("over"))
