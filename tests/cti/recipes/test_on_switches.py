"""Composed commands on simulated switches that do not have the verb itself."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from msgspec import UNSET

from cti.model import commands as cm
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from protocols.csta.phase3.codec import Operation
from sim.exchange import verbs
from sim.kit import truth
from sim.plan import read_plan
from tests.support.pair import DIALECTS, Pair

LACKING = (
    Operation.ALTERNATE_CALL,
    Operation.CONSULTATION_CALL,
    Operation.RECONNECT_CALL,
    Operation.SINGLE_STEP_TRANSFER,
    Operation.CLEAR_CALL,
    Operation.DIRECTED_PICKUP_CALL,
)
DEVICES = ["201", "202", "203", "204", "205", "206"]


class Office(Pair):
    """201 to 206 on a switch that lacks services, and what is true of it."""

    def __init__(self, dialect: str, without: tuple[int, ...] = LACKING, **more: Any) -> None:
        plan = read_plan((files("sim.csta") / "office.toml").read_text())
        super().__init__(plan, DEVICES, dialect, without=without, **more)
        self.connect()
        self.wait(1)

    def give_order(self, args: cm.Args, **more: Any) -> str:
        verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
        members = ((name, getattr(args, name)) for name in args.__struct_fields__)
        given = {name: value for name, value in members if value is not UNSET}
        return self.send(verb, given, progress=True, **more)

    def end(self, command_id: str, seconds: float = 0.0) -> Result:
        self.wait(seconds)
        return self.replies[command_id]

    def carry_out(self, args: cm.Args, seconds: float = 1.0, **more: Any) -> Result:
        return self.end(self.give_order(args, **more), seconds)

    def states(self, device: str) -> list[str]:
        """How the tracker believes a device to be on its calls, the oldest first."""
        return [leg.state.value for _, leg in self.engine.tracker.book.calls.at(device)]

    def call(self, device: str = "201") -> str:
        return self.engine.tracker.book.calls.at(device)[-1][0].call_id

    def agree(self) -> None:
        assert truth.differences(self.fold, self.view(), self.devices) == []
        assert not self.problems
        assert self.engine.desk.outstanding == 0

    def talk(self, a: str = "201", b: str = "202") -> str:
        self.do(verbs.Dial(a, b))
        self.do(verbs.Answer(b))
        return self.call(a)


@pytest.fixture(params=DIALECTS)
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.param)


def problem(result: Result) -> Error:
    assert isinstance(result.error, Error)
    return result.error


def told(result: Result) -> dict[str, Any]:
    assert result.status is EndState.SUCCEEDED, result
    assert isinstance(result.result, dict)
    return result.result


def test_alternate_is_hold_and_retrieve(office: Office) -> None:
    first = office.talk()
    office.do(verbs.Consult("201", "203"))
    office.do(verbs.Answer("203"))
    done = told(office.carry_out(cm.Alternate(device="201")))
    assert done["steps"] == ["hold", "retrieve"]
    assert office.states("201") == ["connected", "held"]
    assert office.call() != first
    office.agree()


def test_consult_is_hold_and_make_call(office: Office) -> None:
    first = office.talk()
    done = told(office.carry_out(cm.Consult(device="201", to="203")))
    assert done["steps"] == ["hold", "make_call"]
    assert done["call"] == office.call() != first
    assert office.states("201") == ["held", "connected"]
    office.do(verbs.Answer("203"))
    office.agree()


def test_reconnect_is_clear_and_retrieve(office: Office) -> None:
    first = office.talk()
    office.do(verbs.Consult("201", "203"))
    done = told(office.carry_out(cm.Reconnect(device="201")))
    assert done["steps"] == ["clear_connection", "retrieve"]
    assert done["call"] == first
    assert office.states("201") == ["connected"]
    assert office.states("203") == []
    office.agree()


def test_a_blind_transfer_is_a_consultation_and_a_transfer(office: Office) -> None:
    first = office.talk()
    command = office.give_order(cm.BlindTransfer(device="201", to="203"))
    done = told(office.end(command, 1))
    assert done["steps"] == ["hold", "make_call", "transfer"]
    assert office.progress[command] == ["sent", "hold", "make_call", "transfer"]
    assert done["call"] == first
    assert office.states("201") == []
    assert office.states("203") == ["alerting"]
    office.do(verbs.Answer("203"))
    assert office.states("202") == ["connected"]
    steps = [one["step"] for one in office.named("command.progress")]
    assert steps == ["hold", "make_call", "transfer"]
    office.agree()


def test_a_blind_transfer_to_a_busy_set_is_taken_back(office: Office) -> None:
    office.talk()
    office.talk("203", "204")
    office.do(verbs.SetDoNotDisturb("203", on=True))
    error = problem(office.carry_out(cm.BlindTransfer(device="201", to="203"), 12))
    assert office.states("201") == ["connected"], "the first call goes on"
    partial = error.partial
    assert partial is not UNSET
    assert partial.undone[-1:] == ("retrieve",)
    assert [one.state.value for one in partial.calls][:1] == ["connected"]
    office.agree()


def test_clear_call_takes_everybody_off(office: Office) -> None:
    call = office.talk()
    done = told(office.carry_out(cm.ClearCall(call=call)))
    assert set(done["steps"]) == {"clear_connection"}
    assert office.states("201") == office.states("202") == []
    office.agree()


def test_pickup_is_a_deflection_and_an_answer(office: Office) -> None:
    office.do(verbs.Dial("201", "202"))
    done = told(office.carry_out(cm.Pickup(device="203", target="202")))
    assert done["steps"] == ["deflect", "answer"]
    assert office.states("202") == []
    assert office.states("203") == ["connected"]
    office.agree()


def test_agent_first_waits_for_the_agent(office: Office) -> None:
    order = cm.MakeCall(device="201", to="202", mode=cm.MakeCallMode.AGENT_FIRST)
    command = office.give_order(order, deadline_ms=30_000)
    office.wait(5)
    assert command not in office.replies
    office.do(verbs.GoOffHook("201"))
    done = told(office.end(command))
    assert done["confirmed"] is True
    assert done["call"] == office.call()
    assert office.states("202") == ["alerting"]
    office.agree()


def test_an_agent_who_does_not_answer_is_rung_no_longer(office: Office) -> None:
    order = cm.MakeCall(device="201", to="202", mode=cm.MakeCallMode.AGENT_FIRST)
    result = office.carry_out(order, 10, deadline_ms=10_000)
    assert result.status is EndState.FAILED
    error = problem(result)
    assert error.kind is ErrorClass.TIMEOUT
    assert error.partial is not UNSET
    assert error.partial.undone == ("clear_connection",)
    assert office.states("201") == []
    office.agree()


def test_two_legs_are_joined_and_the_caller_leaves(office: Office) -> None:
    order = cm.MakeCall(
        device="202", to="203", mode=cm.MakeCallMode.TWO_LEGS, via="201", data={"case": 7}
    )
    command = office.give_order(order, deadline_ms=60_000)
    if office.states("201") == ["initiated"]:  # a set that has to be lifted
        office.do(verbs.GoOffHook("201"))
    office.do(verbs.Answer("202"))
    assert office.progress[command] == ["make_call", "hold"]
    office.do(verbs.Answer("203"))
    done = told(office.end(command, 1))
    assert done["steps"][-1] == "transfer"
    assert office.states("201") == []
    assert office.states("202") == office.states("203") == ["connected"]
    assert office.call("202") == office.call("203") == done["call"]
    (call,) = office.engine.tracker.calls
    assert call.data.app == {"app": {"case": 7}}
    office.agree()


@pytest.mark.parametrize("who", ["202", "203"])
def test_two_legs_leave_nothing_when_somebody_does_not_answer(office: Office, who: str) -> None:
    order = cm.MakeCall(device="202", to="203", mode=cm.MakeCallMode.TWO_LEGS, via="201")
    command = office.give_order(order, deadline_ms=20_000)
    if office.states("201") == ["initiated"]:
        office.do(verbs.GoOffHook("201"))
    if who == "203":
        office.do(verbs.Answer("202"))
    result = office.end(command, 20)
    assert result.status is EndState.FAILED
    office.wait(60)
    assert office.states("201") == []
    assert office.states("203") == []
    office.do(verbs.HangUp("202"))
    assert office.states("202") == []
    office.agree()
