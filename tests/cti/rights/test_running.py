"""Rights at the desk: asked again before anything is sent, and ended when taken away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import desk as dk
from cti import facts as f
from cti import lending, moment
from cti.config.rights import Right
from cti.fair import share
from cti.model import commands as cm
from cti.model.commands import Command, EndState, Result
from cti.model.errors import ErrorClass
from cti.rights import Place, Rights
from tests.cti.desk.test_desk import Office, done, error, reply, sent
from tests.cti.rights.office import EVERYTHING


class Guarded(Office):
    """A desk that asks rights."""

    def __init__(self, **rights: Right) -> None:
        super().__init__()
        self.rights = Rights(rights)
        place = Place(self.board.tracker.book)
        self.desk.admission.permits = lambda command: self.rights.permits(command, place)

    def change(self, **rights: Right) -> list[Any]:
        """Give other rights; leases whose time is over by that end at once."""
        self.rights.replace(rights)
        actions = self.desk.rights_changed(self.at)
        timers = [one for one in actions if isinstance(one, dk.StartTimer)]
        if any(one.token == dk.LEASES and one.due <= self.at for one in timers):
            actions += self.desk.expired(dk.LEASES, self.at)
        return actions


SOME = Right(verbs=("*",), acts=("201",), reaches=("203",))
MONITOR = cm.MonitorStart(device="203", ttl_s=600)


def test_g1_a_command_without_a_right_is_never_sent() -> None:
    office = Guarded(app=SOME)
    office.talk()
    assert sent(office.ask(cm.Hold(device="201")))
    assert error(office.ask(cm.Hold(device="202"))).kind is ErrorClass.NOT_PERMITTED
    assert error(office.ask(cm.Hold(device="201"), requester="b")).detail.endswith("here")


def test_g4_a_command_that_waits_ends_with_its_right() -> None:
    office = Guarded(app=EVERYTHING)
    office.talk()
    (first,) = sent(office.ask(cm.Hold(device="201")))
    assert sent(office.ask(cm.SetDnd(device="201", on=True))) == []
    ended = office.change(app=Right(verbs=("hold",), acts=("201",)))
    assert error(ended).kind is ErrorClass.NOT_PERMITTED
    assert reply(ended).status is EndState.REJECTED
    answered = office.desk.ended(first.request.token, done(), office.at)
    assert sent(answered) == []  # the one that waited is gone
    assert reply(answered).status is EndState.SUCCEEDED  # what was sent is the switch's


def test_g4_what_waits_for_others_goes_on() -> None:
    office = Guarded(app=EVERYTHING, other=EVERYTHING)
    office.talk()
    (first,) = sent(office.ask(cm.Hold(device="201")))
    office.ask(cm.SetDnd(device="201", on=True))
    office.ask(cm.SetMwi(device="201", on=True), requester="other")
    assert error(office.change(other=EVERYTHING)).kind is ErrorClass.NOT_PERMITTED
    (next_,) = sent(office.desk.ended(first.request.token, done(), office.at))
    assert next_.request.command.verb == "set_mwi"


def test_g4_a_lease_ends_with_its_right_and_the_switch_is_told() -> None:
    office = Guarded(app=SOME)
    (start,) = sent(office.ask(MONITOR))
    office.desk.ended(start.request.token, done(), office.at)
    assert office.change(app=SOME) == []
    (stop,) = sent(office.change(app=Right(verbs=("*",), acts=("201",))))
    assert stop.request.command.args == cm.MonitorStop(device="203")
    assert stop.request.command.requester == lending.OURSELVES


def test_g4_a_lease_that_another_one_holds_stays() -> None:
    office = Guarded(app=SOME, other=SOME)
    (start,) = sent(office.ask(MONITOR))
    office.desk.ended(start.request.token, done(), office.at)
    (again,) = sent(office.ask(MONITOR, requester="other"))
    office.desk.ended(again.request.token, done(), office.at)
    assert sent(office.change(other=SOME)) == []
    assert sent(office.change())


def test_g4_a_registration_ends_with_its_right() -> None:
    office = Guarded(app=Right(verbs=("*",), route_points=("400",)))
    (start,) = sent(office.ask(cm.RouteRegister(route_point="400", ttl_s=600)))
    office.desk.ended(start.request.token, done(), office.at)
    assert office.desk.wishes.serves("400")
    assert sent(office.change())
    assert not office.desk.wishes.serves("400")


def test_g4_a_lease_that_was_being_asked_for_ends_at_once() -> None:
    office = Guarded(app=SOME)
    (start,) = sent(office.ask(MONITOR))
    assert sent(office.change()) == []
    actions = office.desk.ended(start.request.token, done(), office.at)
    (timer,) = [one for one in actions if isinstance(one, dk.StartTimer)]
    assert timer.token == dk.LEASES
    assert timer.due <= office.at
    (stop,) = sent(office.desk.expired(dk.LEASES, office.at))
    assert stop.request.command.verb == "monitor_stop"


def test_a5_a_pickup_that_waited_is_judged_by_the_call_of_that_moment() -> None:
    """While it waits, the call that it names goes from a device in reach to another one."""
    office = Guarded(app=Right(verbs=("*",), acts=("201",), reaches=("202",)))
    office.board.on(f.Originated, "1", "203")
    office.board.on(f.Alerting, "1", "202")
    call = office.board.tracker.calls[-1].call_id
    (first,) = sent(office.ask(cm.SetDnd(device="201", on=True)))
    assert sent(office.ask(cm.Pickup(device="201", target="202", call=call))) == []
    office.board.on(f.Diverted, "1", "202", to="205")
    office.board.on(f.Alerting, "1", "205")
    told = office.desk.ended(first.request.token, done(), office.at)
    assert sent(told) == []
    rejected = [one for one in told if isinstance(one, dk.Reply)][-1]
    assert rejected.result.status is EndState.REJECTED


def test_a20_who_serves_another_route_point_answers_for_none() -> None:
    office = Guarded(
        router=Right(verbs=("*",), route_points=("400",), destinations=("*",)),
        thief=Right(verbs=("*",), route_points=("401",), destinations=("*",)),
    )
    register = cm.RouteRegister(route_point="400", ttl_s=60)
    assert error(office.ask(register, requester="thief")).kind is ErrorClass.NOT_PERMITTED
    assert sent(office.ask(register, requester="router"))


# Fair shares (A21).


def test_a21_one_client_leaves_room_in_the_queue() -> None:
    office = Office()
    for number in range(600):
        office.ask(cm.SetDnd(device=f"d{number}", on=True), requester="hostile")
    held = [
        office.ask(cm.SetMwi(device=f"d{number}", on=True), requester="hostile")
        for number in range(600)
    ]
    refused = [actions for actions in held if any(isinstance(one, dk.Reply) for one in actions)]
    assert len(held) - len(refused) == dk.PER_LINK // 2
    waits = office.ask(cm.SetMwi(device="d599", on=False), requester="honest")
    assert not any(isinstance(one, dk.Reply) for one in waits)
    assert error(refused[0]).kind is ErrorClass.RESOURCE_BUSY


def test_a21_one_client_leaves_leases_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "AT_ONCE", 20)
    office = Office()

    def want(device: str, requester: str) -> bool:
        actions = office.ask(cm.MonitorStart(device=device, ttl_s=60), requester=requester)
        for send in sent(actions):
            office.desk.ended(send.request.token, done(), office.at)
        return bool(sent(actions))

    assert [want(f"a{n}", "greedy") for n in range(12)].count(True) == 10
    assert [want(f"b{n}", "second") for n in range(12)].count(True) == 5
    assert want("c", "third")


@given(st.lists(st.integers(0, 5), max_size=400), st.integers(1, 60))
def test_a21_there_is_room_for_another_client(clients: list[int], places: int) -> None:
    """Whatever is asked for by how many, nobody has more than what the first one may have."""
    has = dict.fromkeys(range(6), 0)
    for client in clients:
        taken = sum(has.values())
        if share(has[client], taken, places):
            has[client] += 1
            assert taken < places
    assert max(has.values()) <= (places + 1) // 2
    if places >= 64:
        assert share(0, sum(has.values()), places)


# What the switch says causes no command (A17).


@given(
    st.lists(
        st.tuples(
            st.sampled_from([f.Originated, f.Alerting, f.Connected, f.Held, f.Cleared]),
            st.sampled_from("123"),
            st.sampled_from(["201", "202", "203", "~a:0900", "9*#"]),
        ),
        max_size=30,
    )
)
def test_a17_nothing_that_a_switch_reports_has_a_command_sent(reports: list[Any]) -> None:
    office = Office()
    for kind, call, device in reports:
        office.board.on(kind, call, device)
    assert office.desk.outstanding == 0
    for token in (-1, 0, 1, 2):
        assert office.desk.ended(token, Result(EndState.SUCCEEDED, result={}), office.at) == []
    office.at += 3600 * moment.SECOND
    assert office.desk.expired(dk.LEASES, office.at) == []
    assert office.desk.rights_changed(office.at) == []


def test_what_the_bridge_asks_itself_needs_no_right() -> None:
    office = Guarded()
    command = Command(
        command_id="x", verb="hold", switch_id="hq", args=cm.Hold(device="201"), requester=""
    )
    assert office.desk.admission.forbidden(command) is None
