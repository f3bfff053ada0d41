"""Rights of all clients: counted, replaced while they are used, and what clients may see."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.config.rights import Budget, Data, Read, Right
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.data import CallData
from cti.model.errors import ErrorClass
from cti.moment import SECOND
from cti.rights import Rights
from tests.cti.rights.office import EVERYTHING, NOON, Office, command

CALL = cm.MakeCall(device="201", to="202")


def test_a1_new_calls_are_counted_and_the_client_is_told_when_to_ask_again() -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    decisions = [rights.judge(command(CALL), office.place, NOON) for _ in range(6)]
    assert [decision.error is None for decision in decisions] == [True] * 5 + [False]
    error = decisions[-1].error
    assert error is not None
    assert (error.kind, error.retry_after_ms) == (ErrorClass.RESOURCE_LIMIT, 500)
    assert decisions[-1].rule == "budget.calls_per_second"
    hold = rights.judge(command(cm.Hold(device="201")), office.place, NOON)
    assert hold.error is None  # begins no call


def test_a_command_that_was_taken_before_is_no_new_call() -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    for _ in range(20):
        assert not rights.judge(command(CALL), office.place, NOON, repeated=True).error


def test_what_is_refused_costs_nothing() -> None:
    office = Office()
    rights = Rights({"app": Right(verbs=("make_call",), acts=("201",))})
    out = cm.MakeCall(device="201", to="01234567")
    for _ in range(20):
        assert rights.judge(command(out), office.place, NOON).rule == "destinations"
    assert rights.judge(command(CALL), office.place, NOON).error is None


@pytest.mark.parametrize(
    ("args", "counted"),
    [
        (cm.Deflect(device="301", to="202"), False),
        (cm.Deflect(device="301", to="01234567"), True),
        (cm.RouteSelect(route="r", to="202"), False),
        (cm.RouteSelect(route="r", to="001701234567"), True),
        (cm.Consult(device="201", to="202"), True),
        (cm.Hold(device="201"), False),
    ],
)
def test_a2_what_dials_outside_is_a_new_call_whatever_the_verb(
    args: cm.Args, counted: bool
) -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    decisions = [rights.judge(command(args), office.place, NOON) for _ in range(6)]
    assert any(decision.error for decision in decisions) == counted


def test_a_budget_of_0_is_no_permission() -> None:
    right = msgspec.structs.replace(EVERYTHING, budget=Budget(calls_per_day=0))
    office, rights = Office(), Rights({"app": right})
    error = rights.judge(command(CALL), office.place, NOON).error
    assert error is not None
    assert error.kind is ErrorClass.NOT_PERMITTED


def test_a1_the_first_call_into_a_class_is_told_once() -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    firsts = []
    for number in ("202", "01234567", "01234567", "001701234567", "01234567"):
        args = cm.MakeCall(device="201", to=number)
        decision = rights.judge(command(args), office.place, NOON)
        firsts.append([kind.value for kind in decision.first])
    assert firsts == [[], ["national"], [], ["mobile"], []]


# Replaced while they are used (G4, A26).


def test_other_rights_count_at_once_and_used_budgets_stay_used() -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    for _ in range(5):
        rights.judge(command(CALL), office.place, NOON)
    rights.replace({"app": msgspec.structs.replace(EVERYTHING, acts=("201",))})
    assert rights.judge(command(CALL), office.place, NOON).rule.startswith("budget")
    assert rights.permits(command(cm.Hold(device="202")), office.place) is not None
    assert rights.permits(command(cm.Hold(device="201")), office.place) is None
    rights.replace({"app": msgspec.structs.replace(EVERYTHING, budget=Budget(calls_burst=9))})
    assert rights.judge(command(CALL), office.place, NOON).error is None
    rights.replace({})
    assert rights.judge(command(CALL), office.place, NOON).rule == "rights"
    assert rights.permits(command(CALL), office.place) is not None


def test_a26_rights_without_meaning_leave_the_old_ones() -> None:
    office, rights = Office(), Rights({"app": EVERYTHING})
    for wrong in (Right(acts=("9-1",)), Right(destinations=("cheap",))):
        with pytest.raises(ValueError, match=r"9-1|cheap"):
            rights.replace({"app": wrong, "other": EVERYTHING})
        assert rights.judge(command(CALL), office.place, NOON, repeated=True).error is None
        assert rights.judge(command(CALL, "other"), office.place, NOON).error is not None


@pytest.mark.parametrize("verb", sorted(cm.VERBS))
def test_a26_nothing_is_open_where_nothing_is_written(verb: str) -> None:
    office = Office()
    for rights in (Rights({}), Rights({"app": Right()})):
        fields = msgspec.structs.fields(cm.VERBS[verb])
        given_: dict[str, Any] = {field.name: "201" for field in fields if field.required}
        asked = command(cm.VERBS[verb](**given_))
        assert rights.judge(asked, office.place, NOON).error is not None
        assert rights.permits(asked, office.place) is not None


# One client does not take from others (A21).


def test_a21_a_client_that_floods_takes_nothing_from_others() -> None:
    rights = Rights({"hostile": Right(), **{f"app{n}": Right() for n in range(10)}})
    at, refused = NOON, 0
    for step in range(1000):
        at += SECOND // 1000
        refused += rights.arrived("hostile", at) is not None
        if step % 100 == 0:
            assert all(rights.arrived(f"app{n}", at) is None for n in range(10))
    assert refused >= 1000 - 40 - 20


def test_a21_clients_without_rights_have_one_budget_together() -> None:
    rights = Rights({"app": Right()})
    allowed = [rights.arrived(f"stranger{n}", NOON) is None for n in range(1000)]
    assert allowed.count(True) == 40
    assert rights.arrived("app", NOON) is None


# What a client may see.


def event(kind: type[ev.Event], **members: Any) -> ev.Event:
    common = {
        "switch_id": "hq",
        "link_id": "l",
        "epoch": 1,
        "seq": 1,
        "sub": 0,
        "id": "l:1:1:0",
    }
    common |= {"ts_received": "", "origin": "reported"}
    return msgspec.convert(common | members, kind)


QUEUE = event(ev.QueueUpdated, queue_id="500", basis="unknown", waiting=None, version=1)
MWI = event(ev.DeviceMwiChanged, device_id="201", on=True, version=1)
UP = event(ev.LinkStateChanged, state="up", previous="down", reason="")


def test_a_client_sees_what_it_acts_on_and_what_it_may_read() -> None:
    right = Right(acts=("201",), read=Read(devices=("30?",), queues=("500",)))
    reader = Rights({"app": right}).reader("app")
    assert [one for one in ("201", "202", "301") if reader.device(one)] == ["201", "301"]
    assert reader.state("device", "201")
    assert reader.state("queue", "500")
    assert not reader.state("agent", "4711")
    assert not reader.state("trunk", "1")
    assert reader.call(["999", "301"])
    assert not reader.call(["999"])
    assert reader.event(QUEUE)
    assert reader.event(MWI)
    assert reader.event(UP)
    assert not reader.everything


def test_a6_without_rights_nothing_is_seen() -> None:
    reader = Rights({}).reader("app")
    assert not any(reader.event(one) for one in (QUEUE, MWI, UP))
    assert not reader.call(["201"])
    data = CallData(app={"crm": {"a": 1}, "app": {"b": 2}})
    assert reader.data(data).app == {"app": {"b": 2}}


def test_a6_name_spaces_of_call_data() -> None:
    data = CallData(app={"crm": {"a": 1}, "ivr": {"b": 2}, "app": {"c": 3}})
    some = Rights({"app": Right(data=Data(read=("i*",)))}).reader("app")
    assert some.data(data).app == {"ivr": {"b": 2}, "app": {"c": 3}}
    every = Rights({"app": Right()}).reader("app")
    assert every.data(data) == data
    assert some.data(CallData()) == CallData()


@given(st.data())
def test_any_command_of_anybody_comes_to_a_decision(data: st.DataObject) -> None:
    office = Office()
    names = st.sampled_from(["201", "301", "ext:1", office.inner, office.outer, "x", "0900"])
    verb = data.draw(st.sampled_from(sorted(cm.VERBS)))
    members = {
        field.name: data.draw(names)
        for field in msgspec.structs.fields(cm.VERBS[verb])
        if field.required or data.draw(st.booleans())
    }
    patterns = st.lists(st.sampled_from(["201", "2??", "*", "ext:*", "1-9"]), max_size=2).map(
        tuple
    )
    right = Right(
        verbs=data.draw(st.sampled_from([("*",), (verb,), (verb, "observe"), ()])),
        acts=data.draw(patterns),
        reaches=data.draw(patterns),
        agents=data.draw(patterns),
    )
    asked = command(cm.VERBS[verb](**members))
    rights = Rights({"app": right})
    decision = rights.judge(asked, office.place, NOON)
    assert decision.rule
    again = rights.permits(asked, office.place)
    assert (again is None) == (decision.error is None)
