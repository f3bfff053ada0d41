"""Composed commands on simulated switches that do not have the verb itself."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from msgspec import UNSET

from cti.desk import Reply
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
        self.believed: dict[str, dict[str, str]] = {}
        """The calls of 201 at the end of each command."""
        super().__init__(plan, DEVICES, dialect, without=without, **more)
        self.connect()
        self.wait(1)

    def _replied(self, reply: Reply) -> None:
        super()._replied(reply)
        here = self.engine.tracker.book.calls.at("201")
        self.believed[reply.command_id] = {call.call_id: leg.state.value for call, leg in here}

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


# What may happen on the way.


PIECE = 48
"""Octets that are let through at a time."""


class Slow(Office):
    """What the switch sends waits until it is let through, piece by piece."""

    held: list[bytes]
    holding: bool

    def __init__(self, dialect: str, **more: Any) -> None:
        self.held, self.holding = [], False
        super().__init__(dialect, **more)
        self.holding = True

    def hear(self, *pieces: bytes) -> None:
        if pieces and (self.holding or self.held):
            octets = b"".join(pieces)
            self.held += [octets[one : one + PIECE] for one in range(0, len(octets), PIECE)]
        else:
            super().hear(*pieces)

    def let(self, count: int | None = None) -> int:
        """Let so many of what waits through, or all there is; tell how many it was."""
        done = 0
        while self.held and done != count:
            done += 1
            super().hear(self.held.pop(0))
        return done


def consulting(office: Office) -> str:
    """201 talks to 202; 203 and 204 are free."""
    if isinstance(office, Slow):
        office.holding = False
    call = office.talk()
    if isinstance(office, Slow):
        office.holding = True
    return call


def passing(dialect: str, stop: int) -> tuple[Slow, str, bool]:
    """Begin a blind transfer and stop after so many pieces of what the switch sends."""
    office = Slow(dialect)
    consulting(office)
    command = office.give_order(cm.BlindTransfer(device="201", to="203"))
    went = office.let(stop) == stop
    return office, command, went


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_link_that_is_lost_at_any_step_ends_it_unknown(dialect: str) -> None:
    ends = set()
    for stop in range(80):
        office, command, went = passing(dialect, stop)
        if not went or command in office.replies:
            break
        office.held.clear()
        office.holding = False
        office.disconnect()
        result = office.replies[command]
        assert (result.status, problem(result).kind) == (EndState.UNKNOWN, ErrorClass.LINK_DOWN)
        partial = problem(result).partial
        ends.add(() if partial is UNSET else partial.done)
        assert office.engine.desk.outstanding == 0
        office.connect()
        office.wait(30)
        office.agree()
    assert len(ends) > 2, "every step was stopped at"


@pytest.mark.parametrize("who", ["202", "203"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_somebody_hangs_up_at_any_step(dialect: str, who: str) -> None:
    for stop in range(80):
        office, command, went = passing(dialect, stop)
        if not went or command in office.replies:
            break
        office.do(verbs.HangUp(who))
        office.holding = False
        office.let()
        office.wait(20)
        result = office.replies[command]
        assert result.status is not EndState.CANCELLED
        if result.status is EndState.FAILED and (partial := problem(result).partial):
            now = {one.call: one.state.value for one in partial.calls}
            assert {call: state for call, state in now.items() if state != "null"} == (
                office.believed[command]
            )
        office.agree()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_can_be_withdrawn_at_any_step(dialect: str) -> None:
    ends = set()
    for stop in range(80):
        office, command, went = passing(dialect, stop)
        if not went or command in office.replies:
            break
        cancel = office.give_order(cm.Cancel(command=command))
        office.holding = False
        office.let()
        office.wait(10)
        result = office.replies[command]
        if office.replies[cancel].status is not EndState.SUCCEEDED:
            detail = problem(office.replies[cancel]).detail
            assert detail == "blind_transfer was sent: it is up to the switch now"
            assert stop == 0, "the switch has not yet said that it lacks the verb"
            continue
        ends.add(result.status)
        if result.status is EndState.CANCELLED:
            assert office.states("201") == ["connected"]
            assert office.states("202") == ["connected"]
            assert office.states("203") == []
        office.agree()
    assert EndState.CANCELLED in ends


@pytest.mark.parametrize("dialect", DIALECTS)
def test_events_do_not_depend_on_how_the_octets_come(dialect: str) -> None:
    told = []
    for size in (None, 1, 7):
        office = Slow(dialect)
        consulting(office)
        office.give_order(cm.BlindTransfer(device="201", to="203"))
        for _ in range(20):
            octets = b"".join(office.held)
            office.held.clear()
            office.holding = True
            step = size or max(len(octets), 1)
            for begin in range(0, len(octets), step):
                Pair.hear(office, octets[begin : begin + step])
        told.append(office.events)
    assert told[0] == told[1] == told[2]
    assert any(event["event"] == "command.progress" for event in told[0])


def test_a_restart_in_the_middle_is_told_and_nothing_is_sent_again(office: Office) -> None:
    office.talk()
    order = cm.MakeCall(device="203", to="204", mode=cm.MakeCallMode.AGENT_FIRST)
    command = office.give_order(order, deadline_ms=60_000)
    assert command not in office.replies
    (reply,) = office.engine.interrupted()
    assert (reply.command_id, reply.result.status) == (command, EndState.UNKNOWN)


# Confirmed by event.


def test_a_command_can_wait_for_its_event(office: Office) -> None:
    call = office.talk()
    confirm: Any = {"confirm": cm.Confirm.EVENT}
    done = told(office.carry_out(cm.Hold(device="201"), **confirm))
    assert done["confirmed"] is True
    assert office.states("201") == ["held"]
    assert told(office.carry_out(cm.Retrieve(device="201"), **confirm))["confirmed"] is True
    made = told(office.carry_out(cm.Consult(device="201", to="203"), **confirm))
    assert made["confirmed"] is True
    assert made["call"] == office.call() != call
    assert told(office.carry_out(cm.Alternate(device="201"), **confirm))["confirmed"] is True
    office.do(verbs.Answer("203"))
    assert told(office.carry_out(cm.Alternate(device="201"), **confirm))["confirmed"] is True
    assert told(office.carry_out(cm.Conference(device="201"), **confirm))["confirmed"] is True
    clear = cm.ClearConnection(device="201", call=office.call())
    assert told(office.carry_out(clear, **confirm))["confirmed"] is True
    office.agree()


def test_what_no_event_confirms_is_refused(office: Office) -> None:
    result = office.carry_out(cm.QueryDnd(device="201"), confirm=cm.Confirm.EVENT)
    assert result.status is EndState.REJECTED
    assert problem(result).field == "confirm"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("verb", ["make_call", "consult"])
def test_a_call_that_is_being_made_is_cleared_unless_it_was_answered(
    dialect: str, verb: str
) -> None:
    for answered in (False, True):
        office = Slow(dialect, without=())
        office.holding = False
        args: cm.Args = cm.MakeCall(device="201", to="203", mode=cm.MakeCallMode.AUTO_ORIGINATE)
        before = []
        if verb == "consult":
            office.talk()
            before, args = ["connected"], cm.Consult(device="201", to="203")
        office.holding = True
        command = office.give_order(args)
        cancel = office.give_order(cm.Cancel(command=command))
        assert office.replies[cancel].result == {"ended": False}
        assert command not in office.replies
        if dialect == "hipath3000" and verb == "make_call":
            office.do(verbs.GoOffHook("201"))
        if answered:
            office.do(verbs.Answer("203"))
        office.holding = False
        office.let()
        office.wait(10)
        result = office.replies[command]
        if answered and result.status is EndState.SUCCEEDED:
            assert office.states("203") == ["connected"], "it stays"
        else:
            assert result.status is EndState.CANCELLED
            assert office.states("201") == before
            # Who answered too late hears a tone until the handset is down.
            assert office.states("203") in ([], ["failed"])
        office.agree()


def test_cancel_names_what_cannot_be_withdrawn(office: Office) -> None:
    told_ = problem(office.carry_out(cm.Cancel(command="77")))
    assert (told_.kind, told_.field) == (ErrorClass.INVALID_OBJECT, "args.command")
    office.talk()
    command = office.give_order(cm.Hold(device="201"))
    assert problem(office.carry_out(cm.Cancel(command=command))).kind is (
        ErrorClass.STATE_CONFLICT
    )


def test_the_capabilities_tell_what_is_composed_and_of_what() -> None:
    office = Office("standard")
    office.talk()
    office.carry_out(cm.Consult(device="201", to="203"))
    office.carry_out(cm.Alternate(device="201"))
    commands = office.capabilities.commands
    assert commands["alternate"].support == "emulated"
    assert commands["alternate"].steps == ("hold", "retrieve")
    assert commands["alternate"].atomic is False
    assert commands["make_call"].composed_modes == ("agent_first", "two_legs")
    assert commands["make_call"].modes == (
        *("prompt", "auto_originate"),
        *("agent_first", "two_legs"),
    )
    office = Office("standard", (*LACKING, Operation.RETRIEVE_CALL))
    office.talk()
    office.do(verbs.Hold("201"))
    assert problem(office.carry_out(cm.Retrieve(device="201"))).kind is ErrorClass.UNSUPPORTED
    office.do(verbs.Retrieve("201"))
    result = office.carry_out(cm.Consult(device="201", to="203"))
    assert problem(result).kind is ErrorClass.UNSUPPORTED
    note = office.capabilities.commands["consult"].note
    assert isinstance(note, str)
    assert note.endswith("not composed either, since retrieve is missing")
