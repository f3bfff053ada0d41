"""The desk performs what links lack: one reply, one step out at a time, nothing left untold."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import desk as dk
from cti import facts as f
from cti.config.rights import Right
from cti.model import commands as cm
from cti.model.capabilities import Capabilities, CommandSupport, Support
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error, ErrorClass, Partial
from cti.model.states import LinkState
from cti.recipes import compositions
from cti.recipes.plans import RECIPES
from cti.rights import Place, Rights
from tests.cti.desk.test_desk import ALL, Office, capabilities, done, error, reply, sent

LACKING = ("alternate", "consult", "reconnect", "blind_transfer", "clear_call", "pickup")
REFUSED = Result(EndState.FAILED, error=Error(ErrorClass.RESOURCE_BUSY, "busy"))


def without(*verbs: str, **options: Any) -> Capabilities:
    own = {verb: support for verb, support in ALL.items() if verb not in verbs}
    return capabilities(**{**own, **compositions(own, **options)})


def office_without(*verbs: str) -> Office:
    office = Office()
    office.desk.links["l"].capabilities = without(*(verbs or LACKING))
    return office


def answered(office: Office, actions: list[Any], result: Result | None = None) -> list[Any]:
    """Answer the one step that is out."""
    (send,) = sent(actions)
    return office.desk.ended(send.request.token, result or done(), office.at)


def heard(office: Office, kind: Any, call: str, device: str) -> list[Any]:
    office.board.on(kind, call, device)
    return office.desk.heard(office.at)


def test_steps_have_the_id_and_the_requester_of_the_command() -> None:
    office = office_without()
    call = office.talk()
    (send,) = sent(office.ask(cm.Consult(device="201", to="203"), "a", progress=True))
    command = send.request.command
    assert (command.command_id, command.requester, command.verb) == ("a", "app", "hold")
    assert command.args == cm.Hold(device="201", call=call)
    assert office.desk.outstanding == 1


def test_other_commands_for_the_device_wait_until_the_last_step() -> None:
    office = office_without()
    office.talk()
    first = office.ask(cm.Consult(device="201", to="203"))
    assert not sent(office.ask(cm.SetDnd(device="201", on=True)))
    assert not sent(answered(office, first))
    (make_call,) = sent(heard(office, f.Held, "1", "201"))
    ended = office.desk.ended(make_call.request.token, done(), office.at)
    assert reply(ended).status is EndState.SUCCEEDED
    (other,) = sent(ended)
    assert other.request.command.verb == "set_dnd"


def test_a_version_is_expected_of_the_command_not_of_its_steps() -> None:
    office = office_without()
    office.talk()
    version = office.board.tracker.calls[0].version
    first = office.ask(cm.Consult(device="201", to="203"), expect_version=version)
    answered(office, first)
    assert sent(heard(office, f.Held, "1", "201"))
    told = error(office.ask(cm.Alternate(device="201", held="x"), expect_version=version))
    assert told.kind is ErrorClass.INVALID_OBJECT


def test_the_same_id_gives_the_same_end_and_no_step_twice() -> None:
    office = office_without()
    office.talk()
    first = office.ask(cm.Consult(device="201", to="203"), "a")
    assert office.ask(cm.Consult(device="201", to="203"), "a") == []
    answered(office, first, REFUSED)
    again = office.ask(cm.Consult(device="201", to="203"), "a")
    assert not sent(again)
    assert reply(again).status is EndState.FAILED


def test_rights_that_are_taken_away_in_the_middle_take_the_command_back() -> None:
    office = office_without()
    office.talk()
    rights = Rights({"app": Right(verbs=("consult",), acts=("201",), destinations=("*",))})
    place = Place(office.board.tracker.book)
    office.desk.admission.permits = lambda command: rights.permits(command, place)
    first = office.ask(cm.Consult(device="201", to="203"))
    answered(office, first)
    rights.replace({})
    assert not sent(office.desk.rights_changed(office.at)), "it is not yet seen to be held"
    (retrieve,) = sent(heard(office, f.Held, "1", "201"))
    assert retrieve.request.command.verb == "retrieve", "no right is asked for the way back"
    office.board.on(f.Retrieved, "1", "201")
    told = error(office.desk.ended(retrieve.request.token, done(), office.at))
    assert told.kind is ErrorClass.NOT_PERMITTED
    assert isinstance(told.partial, Partial)
    assert told.partial.undone == ("retrieve",)


def test_no_step_needs_a_right_of_its_own() -> None:
    office = office_without()
    office.talk()
    rights = Rights({"app": Right(verbs=("consult",), acts=("201",), destinations=("*",))})
    place = Place(office.board.tracker.book)
    office.desk.admission.permits = lambda command: rights.permits(command, place)
    assert sent(office.ask(cm.Consult(device="201", to="203")))
    assert error(office.ask(cm.Hold(device="201"))).kind is ErrorClass.NOT_PERMITTED


def test_the_time_for_the_way_back_is_kept() -> None:
    office = office_without()
    office.talk()
    first = office.ask(cm.Consult(device="201", to="203"), deadline_ms=8_000)
    due = [one.due for one in first if isinstance(one, dk.StartTimer)]
    assert [one - office.at for one in due] == [8_000_000_000, 6_000_000_000]


def test_a_command_that_waits_for_its_event_is_unknown_without_it() -> None:
    for comes in (True, False):
        office = Office()
        office.talk()
        first = office.ask(cm.Hold(device="201"), confirm=cm.Confirm.EVENT, progress=True)
        (send,) = sent(first)
        said = office.desk.ended(send.request.token, done(), office.at)
        assert [one.step for one in said if isinstance(one, dk.Progress)] == ["hold"]
        assert not any(isinstance(one, dk.Reply) for one in said)
        if comes:
            told = reply(heard(office, f.Held, "1", "201"))
            assert told.result == {"confirmed": True}
        else:
            token = next(one.token for one in first if isinstance(one, dk.StartTimer))
            told = reply(office.desk.expired(token, office.at))
            assert told.status is EndState.UNKNOWN
        assert office.desk.outstanding == 0


def test_what_the_switch_turns_out_to_lack_is_composed_at_once() -> None:
    office = Office()
    office.talk()
    (send,) = sent(office.ask(cm.Consult(device="201", to="203")))
    assert send.request.command.verb == "consult"
    office.desk.links["l"].capabilities = without("consult")
    unknown = Result(EndState.FAILED, error=Error(ErrorClass.UNSUPPORTED, "what?"))
    (hold,) = sent(office.desk.ended(send.request.token, unknown, office.at))
    assert hold.request.command.verb == "hold"


def test_what_cannot_be_composed_says_what_is_missing() -> None:
    office = office_without("alternate", "retrieve")
    office.talk()
    office.board.on(f.Held, "1", "201")
    office.talk("2", "201", "203")
    told = error(office.ask(cm.Alternate(device="201")))
    assert told.kind is ErrorClass.UNSUPPORTED
    assert told.detail.endswith("not composed either, since retrieve is missing")


def test_a_recipe_without_a_way_back_is_used_where_that_is_allowed() -> None:
    own = {verb: one for verb, one in ALL.items() if verb not in ("consult", "retrieve")}
    assert compositions(own)["consult"].support is Support.UNSUPPORTED
    assert compositions(own, partial=True)["consult"].support is Support.EMULATED


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (cm.MakeCall(device="201", to="202", mode=cm.MakeCallMode.TWO_LEGS), "args.via"),
        (cm.MakeCall(device="201", to="202", via="203"), "args.via"),
        (
            cm.MakeCall(device="x", to="202", mode=cm.MakeCallMode.TWO_LEGS, via="203"),
            "args.device",
        ),
        (cm.Pickup(device="x", target="202"), "args.device"),
    ],
)
def test_what_a_recipe_cannot_do_is_refused_before_it_begins(args: cm.Args, field: str) -> None:
    office = office_without()
    office.board.on(f.Originated, "1", "201")
    office.board.on(f.Alerting, "1", "202")
    told = error(office.ask(args))
    assert (told.kind, told.field) == (ErrorClass.INVALID_ARGUMENT, field)


def test_a_mode_that_a_link_lacks_is_unsupported() -> None:
    office = Office()
    modes = CommandSupport(Support.NATIVE, modes=("auto_originate",))
    office.desk.links["l"].capabilities = capabilities(make_call=modes)
    call = cm.MakeCall(device="201", to="202", mode=cm.MakeCallMode.PROMPT)
    told = error(office.ask(call))
    assert (told.kind, told.field) == (ErrorClass.UNSUPPORTED, "args.mode")
    assert "auto_originate" in told.detail


def test_modes_that_a_link_does_not_tell_are_left_to_its_switch() -> None:
    office = office_without()
    support = office.desk.links["l"].capabilities.commands["make_call"]
    assert support.modes is msgspec.UNSET
    assert support.composed_modes == ("agent_first", "two_legs")
    auto = cm.MakeCall(device="201", to="202", mode=cm.MakeCallMode.AUTO_ORIGINATE)
    (send,) = sent(office.ask(auto))
    assert send.request.command.args == auto
    first = cm.MakeCall(device="203", to="202", mode=cm.MakeCallMode.AGENT_FIRST)
    (send,) = sent(office.ask(first))
    assert send.request.command.args == cm.MakeCall(
        device="203", to="202", mode=cm.MakeCallMode.PROMPT
    )


@given(st.sets(st.sampled_from(sorted(cm.VERBS))), st.booleans())
def test_what_is_said_to_be_composed_needs_only_what_is_there(
    lacking: set[str], partial: bool
) -> None:
    own = {verb: support for verb, support in ALL.items() if verb not in lacking}
    told = {**own, **compositions(own, partial=partial)}
    for verb, support in told.items():
        if support.steps is not msgspec.UNSET:
            assert verb in lacking
            for step in support.steps:
                assert told[step].support is not Support.UNSUPPORTED
            if not partial:
                for step in RECIPES[verb].takes_back:
                    assert step in own
        elif verb in lacking:
            assert support.support is Support.UNSUPPORTED


EVENTS = st.one_of(
    st.tuples(
        st.just("ask"),
        st.sampled_from(
            [
                cm.Consult(device="201", to="203"),
                cm.BlindTransfer(device="201", to="203"),
                cm.Alternate(device="201"),
                cm.Reconnect(device="201"),
                cm.Hold(device="201"),
                cm.Retrieve(device="201"),
                cm.Pickup(device="203", target="202"),
                cm.MakeCall(device="203", to="204", mode=cm.MakeCallMode.AGENT_FIRST),
                cm.MakeCall(device="202", to="204", mode=cm.MakeCallMode.TWO_LEGS, via="203"),
            ]
        ),
        st.sampled_from([cm.Confirm.REPLY, cm.Confirm.EVENT]),
    ),
    st.tuples(
        st.just("fact"),
        st.sampled_from(
            [f.Originated, f.Alerting, f.Connected, f.Held, f.Retrieved, f.Cleared, f.Failed]
        ),
        st.tuples(st.sampled_from("123"), st.sampled_from(["201", "202", "203", "204"])),
    ),
    st.tuples(
        st.just("answer"),
        st.integers(0, 3),
        st.sampled_from(
            [
                *([done()] * 4),
                REFUSED,
                Result(EndState.UNKNOWN, error=Error(ErrorClass.TIMEOUT, "")),
                Result(EndState.FAILED, error=Error(ErrorClass.UNSUPPORTED, "")),
            ]
        ),
    ),
    st.tuples(st.just("expire"), st.integers(0, 5), st.none()),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
    st.tuples(st.just("lose"), st.none(), st.none()),
    st.tuples(st.just("rights"), st.booleans(), st.none()),
)


@given(st.lists(EVENTS, max_size=60), st.sampled_from([None, 2.0]))
def test_every_command_ends_once_and_tells_what_was_done(
    events: list[Any], rate: float | None
) -> None:
    office = Office()
    office.desk = dk.Desk(office.board.tracker.book, pace=dk.Pace(rate, 2))
    office.desk.links["l"] = dk.LinkView(LinkState.UP, without(*LACKING))
    forbidden = [False]
    denied = Error(ErrorClass.NOT_PERMITTED, "no more")
    office.desk.admission.permits = lambda _: denied if forbidden[0] else None
    office.talk()
    tokens: dict[int, str] = {}
    out: dict[int, Command] = {}
    timers: dict[int, int] = {}
    yes: dict[str, list[str]] = {}
    ends: dict[str, Result] = {}
    asked: set[str] = set()

    def take(actions: list[Any]) -> None:
        for action in actions:
            match action:
                case dk.Send(request=request):
                    command = request.command
                    assert command.command_id not in ends, "sent after its end"
                    known = [one.command_id for one in out.values()]
                    assert command.command_id not in known, "two steps at once"
                    out[request.token] = command
                case dk.Reply(command_id=command_id, result=result):
                    assert command_id not in ends, "ended twice"
                    ends[command_id] = result
                    for token in [t for t, one in out.items() if one.command_id == command_id]:
                        del out[token]
                case dk.StartTimer(token, due):
                    timers[token] = due
                case dk.StopTimer(token):
                    timers.pop(token, None)
                case _:
                    pass

    def expire(token: int) -> None:
        office.at = max(office.at, timers.pop(token))
        take(office.desk.expired(token, office.at))

    for kind, what, more in events:
        office.at += 1_000_000
        match kind:
            case "ask":
                name = str(office.count + 1)
                asked.add(name)
                take(office.ask(what, confirm=more))
            case "fact":
                office.board.on(what, *more)
                take(office.desk.heard(office.at))
            case "answer" if out:
                token = sorted(out)[what % len(out)]
                command = out.pop(token)
                if more.status is EndState.SUCCEEDED:
                    yes.setdefault(command.command_id, []).append(command.verb)
                take(office.desk.ended(token, more, office.at))
            case "expire" if timers:
                expire(sorted(timers)[what % len(timers)])
            case "cancel" if asked:
                name = sorted(asked)[what % len(asked)]
                take(office.ask(cm.Cancel(command=name), f"c{office.count}"))
            case "lose":
                take(office.desk.link_lost("l", office.at))
            case "rights":
                forbidden[0] = what
                take(office.desk.rights_changed(office.at))
            case _:
                pass
    for _ in range(400):
        if timers:
            expire(min(timers, key=lambda token: timers[token]))
    assert not timers, "no timer runs for nothing"
    assert office.desk.outstanding == 0
    assert asked <= set(ends)
    assert not out
    assert tokens == {}
    for name in asked:
        result = ends[name]
        if result.status is EndState.SUCCEEDED or name not in yes:
            continue
        told = result.error
        assert isinstance(told, Error)
        left = told.partial
        if result.status is EndState.UNKNOWN:
            assert isinstance(left, Partial)
        elif isinstance(left, Partial):
            assert set(yes[name]) <= {*left.done, *left.undone}
        else:
            assert result.status is not EndState.CANCELLED


@pytest.mark.parametrize(
    "args",
    [
        cm.Consult(device="201", to="0900123"),
        cm.BlindTransfer(device="201", to="0900123"),
        cm.MakeCall(device="203", to="0900123", mode=cm.MakeCallMode.AGENT_FIRST),
        cm.MakeCall(device="202", to="0900123", mode=cm.MakeCallMode.TWO_LEGS, via="203"),
        cm.MakeCall(device="0900123", to="202", mode=cm.MakeCallMode.TWO_LEGS, via="203"),
        cm.MakeCall(device="203", to="202", mode=cm.MakeCallMode.TWO_LEGS, via="209"),
    ],
)
def test_a2_what_may_not_be_dialled_or_used_has_no_first_step(args: cm.Args) -> None:
    office = office_without()
    office.talk()
    own = ("201", "202", "203", "0900123")
    rights = Rights({"app": Right(verbs=("*",), acts=own)})
    place = Place(office.board.tracker.book, None, lambda: {"201", "202", "203", "209"})
    office.desk.admission.permits = lambda command: rights.permits(command, place)
    actions = office.ask(args)
    assert not sent(actions)
    assert error(actions).kind is ErrorClass.NOT_PERMITTED
    assert office.desk.outstanding == 0


def test_a21_composed_commands_of_one_client_leave_the_link_to_others() -> None:
    office = office_without()
    slow = dk.Desk(office.board.tracker.book, pace=dk.Pace(0.001, 1))
    slow.links["l"] = office.desk.links["l"]
    office.desk = slow
    for number in range(2 * dk.PER_LINK):
        call = cm.MakeCall(device=f"d{number}", to="202", mode=cm.MakeCallMode.AGENT_FIRST)
        office.ask(call, requester="hostile")
    assert office.desk.outstanding <= dk.PER_LINK // 2 + 1
    office.talk()
    waits = office.ask(cm.Hold(device="201"), requester="honest")
    assert not any(isinstance(one, dk.Reply) for one in waits)
