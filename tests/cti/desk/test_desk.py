"""The life of a command: refused, queued, sent, ended, and never carried out twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cti import desk as dk
from cti import facts as f
from cti import moment
from cti.config.sections import Numbers
from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.capabilities import (
    Capabilities,
    CommandSupport,
    Limits,
    Peer,
    Resync,
    Support,
)
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from cti.numbering import Numbering
from tests.support.switchboard import Board

ALL = {verb: CommandSupport(Support.NATIVE) for verb in cm.VERBS}


def capabilities(**verbs: CommandSupport) -> Capabilities:
    return Capabilities("test", "", Peer(), (), {**ALL, **verbs}, {}, {}, Resync(), Limits())


class Office:
    """A board with a desk; 201 talks to 202 on native call 1."""

    def __init__(self) -> None:
        self.board = Board()
        self.desk = dk.Desk(self.board.tracker.book)
        self.desk.links["l"] = dk.LinkView(LinkState.UP, capabilities())
        self.at = self.board.at
        self.count = 0

    def talk(self, call: str = "1", a: str = "201", b: str = "202") -> str:
        self.board.on(f.Originated, call, a)
        self.board.on(f.Alerting, call, b)
        self.board.on(f.Connected, call, b)
        return self.board.tracker.calls[-1].call_id

    def ask(self, args: cm.Args, command_id: str = "", **more: Any) -> list[Any]:
        self.count += 1
        verb = next(verb for verb, kind in cm.VERBS.items() if type(args) is kind)
        command = Command(
            command_id=command_id or str(self.count),
            verb=verb,
            switch_id="hq",
            args=args,
            requester=more.pop("requester", "app"),
            **more,
        )
        return self.desk.arrive(command, self.at)


def sent(actions: list[Any]) -> list[dk.Send]:
    return [action for action in actions if isinstance(action, dk.Send)]


def reply(actions: list[Any]) -> Result:
    (one,) = [action for action in actions if isinstance(action, dk.Reply)]
    result: Result = one.result
    return result


def error(actions: list[Any]) -> Error:
    told = reply(actions).error
    assert isinstance(told, Error)
    return told


def done() -> Result:
    return Result(EndState.SUCCEEDED, result={})


def test_a_command_is_sent_with_the_native_target_and_ends_with_the_answer() -> None:
    office = Office()
    office.talk()
    actions = office.ask(cm.Hold(device="201"))
    (send,) = sent(actions)
    assert send.link_id == "l"
    assert send.request.native == NativeTarget(device="201", call="1")
    assert any(isinstance(action, dk.StartTimer) for action in actions)
    ended = office.desk.ended(send.request.token, done(), office.at)
    assert reply(ended).status is EndState.SUCCEEDED
    assert office.desk.ended(send.request.token, done(), office.at) == []
    assert office.desk.outstanding == 0


def test_the_same_id_gives_the_same_end_and_is_not_sent_again() -> None:
    office = Office()
    office.talk()
    (send,) = sent(office.ask(cm.Hold(device="201"), "a"))
    assert office.ask(cm.Hold(device="201"), "a") == []  # it is still out
    office.desk.ended(send.request.token, done(), office.at)
    again = office.ask(cm.Hold(device="201"), "a")
    assert sent(again) == []
    assert reply(again).status is EndState.SUCCEEDED


def test_the_same_id_with_another_body_is_refused() -> None:
    office = Office()
    office.talk()
    office.ask(cm.Hold(device="201"), "a")
    told = error(office.ask(cm.Hold(device="202"), "a"))
    assert (told.kind, told.field) == (ErrorClass.ID_REUSED, "command_id")


def test_ids_belong_to_their_requester() -> None:
    office = Office()
    office.talk()
    office.ask(cm.Hold(device="201"), "a", requester="one")
    assert sent(office.ask(cm.SetDnd(device="202", on=True), "a", requester="two"))


def test_an_id_is_forgotten_after_a_day() -> None:
    office = Office()
    office.talk()
    (send,) = sent(office.ask(cm.Hold(device="201"), "a"))
    office.desk.ended(send.request.token, done(), office.at)
    office.at += 24 * 3600 * moment.SECOND + 1
    assert sent(office.ask(cm.Hold(device="202"), "a"))


def test_no_link_is_link_down() -> None:
    office = Office()
    office.desk.links["l"].state = LinkState.DOWN
    told = error(office.ask(cm.MakeCall(device="201", to="202")))
    assert told.kind is ErrorClass.LINK_DOWN
    assert "l down" in told.detail


def test_a_degraded_link_takes_commands() -> None:
    office = Office()
    office.desk.links["l"].state = LinkState.DEGRADED
    assert sent(office.ask(cm.MakeCall(device="201", to="202")))


def test_what_the_link_cannot_do_is_unsupported_with_the_reason() -> None:
    office = Office()
    office.desk.links["l"].capabilities = capabilities(
        park=CommandSupport(Support.UNSUPPORTED, note="not in this release")
    )
    told = error(office.ask(cm.Park(device="201", at="7")))
    assert (told.kind, told.field) == (ErrorClass.UNSUPPORTED, "verb")
    assert "not in this release" in told.detail


def test_a_command_that_is_wrong_now_says_why() -> None:
    office = Office()
    call = office.talk()
    told = error(office.ask(cm.Retrieve(device="201")))
    assert told.kind is ErrorClass.STATE_CONFLICT
    assert told.detail == "201 has no call that is held"
    told = error(office.ask(cm.Hold(device="201", call="nothing")))
    assert (told.kind, told.field) == (ErrorClass.INVALID_OBJECT, "args.call")
    told = error(office.ask(cm.Hold(device="203", call=call)))
    assert (told.kind, told.field) == (ErrorClass.INVALID_OBJECT, "args.device")
    told = error(office.ask(cm.Retrieve(device="201", call=call)))
    assert told.kind is ErrorClass.STATE_CONFLICT


def test_a_command_that_fits_two_calls_has_to_name_one() -> None:
    office = Office()
    first = office.talk("1", "201", "202")
    second = office.talk("2", "201", "203")
    told = error(office.ask(cm.Hold(device="201")))
    assert (told.kind, told.field) == (ErrorClass.INVALID_ARGUMENT, "args.call")
    assert first in told.detail
    assert second in told.detail
    assert sent(office.ask(cm.Hold(device="201", call=second)))


def test_the_version_a_command_expects_is_checked() -> None:
    office = Office()
    call = office.talk()
    version = office.board.tracker.calls[0].version
    told = error(office.ask(cm.Hold(device="201", call=call), expect_version=version - 1))
    assert (told.kind, told.field) == (ErrorClass.STALE, "expect_version")
    assert sent(office.ask(cm.Hold(device="201", call=call), expect_version=version))


def test_what_is_so_already_succeeds_without_being_sent() -> None:
    office = Office()
    call = office.talk()
    answered = office.ask(cm.Answer(device="202"))
    assert sent(answered) == []
    assert reply(answered).result == {"already": True}
    office.board.on(f.Cleared, "1", "202")
    cleared = office.ask(cm.ClearConnection(device="202", call=call))
    assert reply(cleared).result == {"already": True}
    office.board.on(f.Cleared, "1", "201")
    ended = office.ask(cm.ClearConnection(device="201", call=call))
    assert reply(ended).result == {"already": True}


def test_a_clear_that_somebody_else_was_quicker_with_succeeds() -> None:
    refused = Result(EndState.FAILED, error=Error(ErrorClass.INVALID_OBJECT, "no such call"))
    for args in (cm.ClearConnection(device="201"), None):
        office = Office()
        call = office.talk()
        (one,) = sent(office.ask(args or cm.ClearCall(call=call)))
        told = office.desk.ended(one.request.token, refused, office.at)
        assert reply(told).status is EndState.FAILED, "it is still there"
        (one,) = sent(office.ask(args or cm.ClearCall(call=call)))
        office.board.on(f.Cleared, "1", "201")
        office.board.on(f.Cleared, "1", "202")
        told = office.desk.ended(one.request.token, refused, office.at)
        assert reply(told) == Result(EndState.SUCCEEDED, result={"already": True})


def test_transfer_finds_the_held_and_the_active_call() -> None:
    office = Office()
    office.talk("1", "201", "202")
    office.board.on(f.Held, "1", "201")
    office.talk("2", "201", "203")
    (send,) = sent(office.ask(cm.Transfer(device="201")))
    assert send.request.native.held == "1"
    assert send.request.native.active == "2"


def test_a_party_outside_is_aimed_at_by_its_native_key() -> None:
    office = Office()
    office.board.on(f.Connected, "1", "201", calling="~c9:030")
    call = office.board.tracker.calls[0].call_id
    (send,) = sent(office.ask(cm.ClearConnection(device="ext:1", call=call)))
    assert send.request.native == NativeTarget(device="c9", call="1")


def test_one_command_per_device_is_out_and_the_next_waits() -> None:
    office = Office()
    office.talk()
    (first,) = sent(office.ask(cm.Hold(device="201")))
    assert sent(office.ask(cm.SendDtmf(device="201", digits="1"))) == []
    actions = office.desk.ended(first.request.token, done(), office.at)
    (second,) = sent(actions)
    assert second.request.command.verb == "send_dtmf"


def test_clears_do_not_wait() -> None:
    office = Office()
    office.talk()
    office.ask(cm.Hold(device="201"))
    assert sent(office.ask(cm.ClearConnection(device="201")))


def test_a_command_that_waited_is_checked_again_before_it_is_sent() -> None:
    office = Office()
    office.talk()
    (first,) = sent(office.ask(cm.Hold(device="201")))
    office.ask(cm.SendDtmf(device="201", digits="1"))
    office.board.on(f.Held, "1", "201")
    told = office.desk.ended(first.request.token, done(), office.at)
    assert sent(told) == []
    results = [action.result for action in told if isinstance(action, dk.Reply)]
    assert [result.status for result in results] == [EndState.SUCCEEDED, EndState.REJECTED]


def test_too_many_that_wait_for_one_device_are_refused() -> None:
    office = Office()
    office.talk()
    office.ask(cm.Hold(device="201"))
    for _ in range(8):
        assert office.ask(cm.SendDtmf(device="201", digits="1"))
    told = error(office.ask(cm.SendDtmf(device="201", digits="1")))
    assert told.kind is ErrorClass.RESOURCE_BUSY


def test_a_deadline_ends_what_waits_as_rejected_and_what_was_sent_as_unknown() -> None:
    office = Office()
    office.talk()
    (first,) = sent(office.ask(cm.Hold(device="201"), deadline_ms=500))
    waiting = office.ask(cm.SendDtmf(device="201", digits="1"))
    (timer,) = [action for action in waiting if isinstance(action, dk.StartTimer)]
    told = reply(office.desk.expired(timer.token, office.at))
    assert told.status is EndState.REJECTED
    told = reply(office.desk.expired(first.request.token, office.at))
    assert told.status is EndState.UNKNOWN
    assert office.desk.ended(first.request.token, done(), office.at) == []


def test_a_lost_link_ends_what_was_sent_as_unknown() -> None:
    office = Office()
    office.talk()
    office.ask(cm.Hold(device="201"))
    office.desk.links["l"].state = LinkState.DOWN
    told = error(office.desk.link_lost("l", office.at))
    assert told.kind is ErrorClass.LINK_DOWN
    assert office.desk.outstanding == 0


def test_a_number_with_a_plus_sign_is_dialled_as_the_site_dials_it() -> None:
    office = Office()
    site = Numbers(country="DE", access_code="0", extensions=("2xx",), direct_dial="+4930100")
    office.desk = dk.Desk(office.board.tracker.book, numbering=Numbering(site))
    office.desk.links["l"] = dk.LinkView(LinkState.UP, capabilities())
    wanted = {"+4930100202": "202", "+390612345678": "000390612345678", "202": "202"}
    for number, (to, dialled) in enumerate(wanted.items()):
        (send,) = sent(office.ask(cm.MakeCall(device=f"20{number}", to=to)))
        assert send.request.command.args == cm.MakeCall(device=f"20{number}", to=dialled)
    told = error(office.ask(cm.MakeCall(device="209", to="+49")))
    assert (told.kind, told.field) == (ErrorClass.INVALID_ARGUMENT, "args.to")


def test_without_a_plan_a_number_is_left_as_it_is() -> None:
    (send,) = sent(Office().ask(cm.MakeCall(device="201", to="+49301234567")))
    assert send.request.command.args == cm.MakeCall(device="201", to="+49301234567")


STEPS = st.one_of(
    st.tuples(
        st.just("hold"), st.sampled_from(["201", "202", "203"]), st.sampled_from("abcdef")
    ),
    st.tuples(st.just("clear"), st.sampled_from(["201", "202"]), st.sampled_from("ghi")),
    st.tuples(st.just("end"), st.integers(0, 9), st.just("")),
    st.tuples(st.just("expire"), st.integers(0, 9), st.just("")),
    st.tuples(st.just("lose"), st.just(""), st.just("")),
)


@given(st.lists(STEPS, max_size=40))
def test_every_command_ends_exactly_once(steps) -> None:
    office = Office()
    office.talk()
    asked: dict[str, int] = {}
    ends: dict[str, int] = {}
    bodies: dict[str, object] = {}

    def take(actions: list[Any]) -> None:
        for action in actions:
            if isinstance(action, dk.Reply) and action.command_id in asked:
                kind = action.result.error
                if isinstance(kind, Error) and kind.kind is ErrorClass.ID_REUSED:
                    continue
                ends[action.command_id] = ends.get(action.command_id, 0) + 1

    for kind, what, name in steps:
        match kind:
            case "hold" | "clear":
                make = cm.Hold if kind == "hold" else cm.ClearConnection
                args = make(device=str(what))
                repeated = name in asked
                before = ends.get(name, 0)
                asked[name] = asked.get(name, 0) + 1
                bodies.setdefault(name, args)
                take(office.ask(args, name))
                if repeated:
                    ends[name] = before
            case "end":
                take(office.desk.ended(int(what), done(), office.at))
            case "expire":
                take(office.desk.expired(int(what), office.at))
            case _:
                take(office.desk.link_lost("l", office.at))
    for token in range(office.count + 1):
        take(office.desk.expired(token, office.at))
    assert office.desk.outstanding == 0
    assert dict.fromkeys(asked, 1) == ends


def lease(
    office: Office, seconds: int, requester: str = "app", device: str = "201"
) -> list[Any]:
    actions = office.ask(cm.MonitorStart(device=device, ttl_s=seconds), requester=requester)
    (send,) = sent(actions)
    return office.desk.ended(send.request.token, done(), office.at)


def timer(actions: list[Any]) -> float | None:
    """Give when the timer of leases ends; None if it is stopped."""
    (one,) = [
        action
        for action in actions
        if isinstance(action, dk.StartTimer | dk.StopTimer) and action.token == dk.LEASES
    ]
    return (one.due - Board().at) / moment.SECOND if isinstance(one, dk.StartTimer) else None


def test_a_monitor_that_was_asked_for_ends_with_its_lease() -> None:
    office = Office()
    assert timer(lease(office, 60)) == 60
    (send,) = sent(office.desk.expired(dk.LEASES, office.at))
    assert send.request.command.args == cm.MonitorStop(device="201")
    ended = office.desk.ended(send.request.token, done(), office.at)
    assert not any(isinstance(action, dk.Reply) for action in ended)
    assert office.desk.outstanding == 0


def test_a_lease_is_renewed_by_the_same_command() -> None:
    office = Office()
    lease(office, 60)
    office.at += 50 * moment.SECOND
    assert timer(lease(office, 60)) == 110


def test_a_monitor_lasts_as_long_as_somebody_wants_it() -> None:
    office = Office()
    assert timer(lease(office, 60, "a")) == 60
    lease(office, 100, "b")
    stopped = office.ask(cm.MonitorStop(device="201"), requester="a")
    assert sent(stopped) == []
    assert reply(stopped).result == {"monitored": True}
    assert timer(stopped) == 100
    (send,) = sent(office.ask(cm.MonitorStop(device="201"), requester="b"))
    assert send.request.command.requester == "b"


def test_a_stop_that_waited_for_a_start_leaves_it_alone() -> None:
    office = Office()
    (send,) = sent(office.ask(cm.MonitorStart(device="201", ttl_s=60), requester="a"))
    assert sent(office.ask(cm.MonitorStop(device="201"), requester="b")) == []
    ended = office.desk.ended(send.request.token, done(), office.at)
    assert sent(ended) == []
    results = {action.requester: action.result for action in ended if type(action) is dk.Reply}
    assert results["a"].status is EndState.SUCCEEDED
    assert results["b"].result == {"monitored": True}
    assert office.desk.outstanding == 0


def test_a_stop_that_is_refused_is_made_up_for() -> None:
    office = Office()
    lease(office, 600)
    office.desk.links["l"].state = LinkState.DOWN
    actions = office.ask(cm.MonitorStop(device="201"))
    assert error(actions).kind is ErrorClass.LINK_DOWN
    assert timer(actions) == 60
    office.desk.links["l"].state = LinkState.UP
    (send,) = sent(office.desk.expired(dk.LEASES, office.at))
    assert send.request.command.args == cm.MonitorStop(device="201")
    failed = Result(EndState.FAILED, error=Error(ErrorClass.RESOURCE_BUSY, "busy"))
    assert timer(office.desk.ended(send.request.token, failed, office.at)) == 120


def test_a_stop_of_what_nobody_wants_leaves_nothing_behind() -> None:
    office = Office()
    office.desk.links["l"].state = LinkState.DOWN
    for number in range(100):
        actions = office.ask(cm.MonitorStop(device=f"x{number}"))
        assert error(actions).kind is ErrorClass.LINK_DOWN
        assert not any(getattr(action, "token", None) == dk.LEASES for action in actions)


def test_a_lease_that_ends_in_a_crowd_is_ended_later() -> None:
    office = Office()
    lease(office, 60)
    for _ in range(1 + dk.PER_DEVICE):
        office.ask(cm.QueryDnd(device="201"))
    actions = office.desk.expired(dk.LEASES, office.at)
    assert reply_free(actions)
    assert timer(actions) == 60 + 60


def test_a_configured_monitor_is_never_stopped_by_an_application() -> None:
    office = Office()
    office.desk = dk.Desk(office.board.tracker.book, ["201"])
    office.desk.links["l"] = dk.LinkView(LinkState.UP, capabilities())
    (send,) = sent(office.ask(cm.MonitorStart(device="201", ttl_s=1)))
    office.desk.ended(send.request.token, done(), office.at)
    assert sent(office.desk.expired(dk.LEASES, office.at)) == []
    stopped = office.ask(cm.MonitorStop(device="201"))
    assert sent(stopped) == []
    assert reply(stopped).result == {"monitored": True}


def test_a_lease_that_ends_without_a_link_is_ended_later() -> None:
    office = Office()
    lease(office, 60)
    office.desk.links["l"].state = LinkState.DOWN
    actions = office.desk.expired(dk.LEASES, office.at)
    assert timer(actions) == 60 + 60
    assert reply_free(actions)
    office.desk.links["l"].state = LinkState.UP
    assert len(sent(office.desk.expired(dk.LEASES, office.at))) == 1


def test_a_monitor_that_the_switch_does_not_end_is_asked_for_again() -> None:
    office = Office()
    lease(office, 60)
    (send,) = sent(office.desk.expired(dk.LEASES, office.at))
    failed = Result(EndState.FAILED, error=Error(ErrorClass.RESOURCE_BUSY, "busy"))
    assert timer(office.desk.ended(send.request.token, failed, office.at)) == 60 + 60


def test_a_monitor_that_was_refused_has_no_lease() -> None:
    office = Office()
    (send,) = sent(office.ask(cm.MonitorStart(device="201", ttl_s=60)))
    failed = Result(EndState.FAILED, error=Error(ErrorClass.RESOURCE_LIMIT, "full"))
    ended = office.desk.ended(send.request.token, failed, office.at)
    assert not any(getattr(action, "token", None) == dk.LEASES for action in ended)


def reply_free(actions: list[Any]) -> bool:
    return not any(isinstance(action, dk.Reply) for action in actions)
