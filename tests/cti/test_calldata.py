"""Call data: where it comes from, whose it is, how long it lives, and what it may not be."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cti import calldata
from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.commands import EndState, Result
from cti.model.data import CallData
from cti.model.errors import Error, ErrorClass
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from protocols.stacks.primitives import TransportDown
from tests.support.site import REFUSED, Site
from tests.support.switchboard import Board

TICKET = {"ticket": 7}


def made(call: str, device: str = "201") -> Result:
    return Result(EndState.SUCCEEDED, result={"native": {"call": call, "device": device}})


def office() -> Site:
    site = Site()
    for number in ("201", "202", "203"):
        site.tell(f.MonitorStarted(monitor=number, device=NativeDevice(number)))
    return site


def originated(site: Site, call: str, to: str, device: str = "201") -> None:
    numbers = CallNumbers(calling=Number(raw=device), called=Number(raw=to))
    site.tell(f.Originated(call=call, device=NativeDevice(device), numbers=numbers))


def alerting(site: Site, call: str, to: str, device: str = "201") -> None:
    numbers = CallNumbers(calling=Number(raw=device), called=Number(raw=to))
    calling = NativeDevice(device)
    site.tell(f.Alerting(call=call, device=NativeDevice(to), calling=calling, numbers=numbers))


def named(site: Site, call: str, verb: str = "make_call") -> None:
    """Let the switch answer with the call that it made."""
    for asked in [one for one in site.driver.asked if one.command.verb == verb]:
        site.driver.asked.remove(asked)
        site.say(
            dr.Report(f.CallMade(call=call), "makeCall"), dr.Outcome(asked.token, made(call))
        )


def app(site: Site, call: str) -> Any:
    live = site.engine.tracker.book.calls.live(call)
    assert live is not None
    return None if live.data.app is UNSET else live.data.app.get("app")


def order(site: Site) -> list[str]:
    return [str(event.__struct_config__.tag) for event in site.events]


def test_d1_data_is_there_when_the_switch_answers_before_it_reports() -> None:
    site = office()
    name = site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    named(site, "1")
    assert order(site)[-2:] == ["call.created", "call.data_changed"]
    assert app(site, "1") == TICKET
    assert site.replies[name].status is EndState.SUCCEEDED
    alerting(site, "1", "202")
    assert site.events[-1].data.app == {"app": TICKET}


def test_d1_data_is_there_before_alerting_when_the_switch_reports_first() -> None:
    site = office()
    site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    site.tell(f.Initiated(call="1", device=NativeDevice("201")))
    assert app(site, "1") is None  # nobody knows yet what will be dialled
    originated(site, "1", "202")
    alerting(site, "1", "202")
    assert order(site)[-5:] == [
        "call.created",
        "connection.initiated",
        "call.data_changed",
        "connection.originated",
        "connection.alerting",
    ]
    assert site.events[-1].data.app == {"app": TICKET}
    before = len(site.events)
    named(site, "1")
    assert len(site.events) == before


def test_d1_the_destination_alone_shows_it_too() -> None:
    site = office()
    site.ask(cm.MakeCall(device="299", to="202", data=TICKET))
    alerting(site, "1", "202", "299")
    assert order(site).index("call.data_changed") < order(site).index("connection.alerting")


def test_d1_a_call_that_somebody_makes_by_hand_gets_nothing() -> None:
    site = office()
    site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    originated(site, "9", "203")  # somebody dials at that very moment
    alerting(site, "8", "201", "203")
    originated(site, "7", "202", "203")
    assert app(site, "9") is app(site, "8") is app(site, "7") is None
    named(site, "1")
    assert app(site, "1") == TICKET
    assert app(site, "9") is app(site, "8") is app(site, "7") is None


def test_d1_a_call_from_before_gets_nothing() -> None:
    site = office()
    originated(site, "9", "202")
    site.wait(1)
    site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    alerting(site, "9", "202")
    assert app(site, "9") is None


def test_d1_the_answer_has_the_last_word() -> None:
    site = office()
    site.ask(cm.MakeCall(device="201", to="202", data={**TICKET, "none": None}))
    originated(site, "9", "202")  # the same number, dialled by hand
    assert app(site, "9") == TICKET
    named(site, "1")
    assert app(site, "1") == TICKET
    assert app(site, "9") == {}
    changes = [event for event in site.events if isinstance(event, ev.CallDataChanged)]
    assert [event.delta.app for event in changes] == [
        {"app": TICKET},
        {"app": {"ticket": None}},
        {"app": TICKET},
    ]


def test_d1_two_commands_that_fit_are_told_apart_by_their_answers() -> None:
    site = office()
    for ticket in (1, 2):
        data = {"ticket": ticket}
        site.ask(cm.MakeCall(device="201", to="202", data=data), deadline_ms=100)
        site.wait(0.2)
    originated(site, "1", "202")
    assert app(site, "1") is None


def test_d1_a_command_that_fails_leaves_nothing_behind() -> None:
    site = office()
    name = site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    originated(site, "1", "202")
    assert app(site, "1") == TICKET
    site.answer("make_call", REFUSED)
    assert site.replies[name].status is EndState.FAILED
    assert app(site, "1") == {}
    originated(site, "2", "202")
    assert app(site, "2") is None
    assert len(site.engine.tracker.book.promises) == 0


def test_d1_data_that_was_changed_meanwhile_is_not_taken_back() -> None:
    site = office()
    site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    originated(site, "1", "202")
    call = site.engine.tracker.calls[0].call_id
    site.ask(cm.AttachData(call=call, data={"ticket": 8}))
    site.answer("make_call", REFUSED)
    assert app(site, "1") == {"ticket": 8}


def test_d1_a_consultation_has_its_data() -> None:
    site = office()
    originated(site, "1", "202")
    site.tell(f.Connected(call="1", device=NativeDevice("202")))
    site.ask(cm.Consult(device="201", to="203", data=TICKET))
    site.tell(f.Held(call="1", device=NativeDevice("201")))
    originated(site, "2", "203")
    named(site, "2", "consult")
    assert app(site, "2") == TICKET
    assert app(site, "1") is None


def test_d1_a_lost_link_leaves_no_promise_of_a_driver_that_keeps_its_word() -> None:
    site = office()
    site.ask(cm.MakeCall(device="201", to="202", data=TICKET))
    (asked,) = site.driver.asked
    site.say(dr.Outcome(asked.token, Result(EndState.UNKNOWN)))
    site.link(TransportDown("cut"))
    assert len(site.engine.tracker.book.promises) == 0


def test_data_of_a_route_is_there_before_the_destination_alerts() -> None:
    for known in (True, False):
        site = office()
        site.serve()
        if known:
            site.tell(f.MonitorStarted(monitor="400", device=NativeDevice("400")))
            here = NativeDevice("400")
            site.tell(f.Queued(call="1", device=here, queue=here))
        route = site.call(call="1")
        site.ask(cm.RouteSelect(route=route, to="202", data=TICKET))
        assert ("call.data_changed" in order(site)) is known
        alerting(site, "1", "202", "030")
        assert site.events[-1].data.app == {"app": TICKET}
        site.answer("route_select")
        site.tell(f.RouteOver(route="r", reason="ended"))
        assert app(site, "1") == TICKET


def test_data_of_a_route_comes_after_the_dialogue_is_over() -> None:
    site = office()
    site.serve()
    route = site.call(call="1")
    site.ask(cm.RouteSelect(route=route, to="202", data=TICKET))
    site.answer("route_select")
    site.tell(f.RouteOver(route="r", reason="ended"))
    alerting(site, "1", "202", "030")
    assert app(site, "1") == TICKET


def test_data_of_a_route_does_not_wait_for_ever() -> None:
    site = office()
    site.serve()
    route = site.call(call="1")
    site.ask(cm.RouteSelect(route=route, to="299", data=TICKET))
    site.answer("route_select")
    site.wait(61)
    alerting(site, "1", "202", "203")  # the identifier is used again
    assert app(site, "1") is None


def test_data_of_an_answer_that_the_switch_refuses_is_taken_back() -> None:
    site = office()
    site.serve()
    site.tell(f.MonitorStarted(monitor="400", device=NativeDevice("400")))
    here = NativeDevice("400")
    site.tell(f.Queued(call="1", device=here, queue=here))
    call = site.engine.tracker.calls[0].call_id
    site.ask(cm.AttachData(call=call, data={"kept": 1, "ticket": 1}))
    route = site.call(call="1")
    site.ask(cm.RouteSelect(route=route, to="999", data={"ticket": 7, "new": 2}))
    assert app(site, "1") == {"kept": 1, "ticket": 7, "new": 2}
    site.answer("route_select", REFUSED)
    assert app(site, "1") == {"kept": 1, "ticket": 1}


# D2.


def test_d2_the_survivors_keys_win_and_losers_are_kept_under_the_other_call() -> None:
    board = Board("201 203")
    for call, device in (("1", "201"), ("2", "201")):
        board.on(f.Originated, call, device)
        board.on(f.Alerting, call, "203" if call == "2" else "202")
        board.on(f.Connected, call, "203" if call == "2" else "202")
        if call == "1":
            board.on(f.Held, "1", "201")
    first, second = [call.call_id for call in board.tracker.calls]
    board.take(board.tracker.attach(board.stamp(), first, "crm", {"a": 1, "b": 1}))
    board.take(board.tracker.attach(board.stamp(), second, "crm", {"b": 2, "c": 2}))
    board.take(board.tracker.attach(board.stamp(), second, "ivr", {"b": 3}))
    told = CallData(uui=b"u", account=b"7", digits="12", correlator=b"k")
    board.tell(f.CallInformed(call="2", data=told))
    board.merge("transfer", "1", "2", "201", "203", "1/202<1", "1/203<2")
    (left,) = board.tracker.calls
    assert left.data == CallData(
        app={
            "crm": {"a": 1, "b": 1, "c": 2},
            "ivr": {"b": 3},
            f"merged.{second}": {"crm": {"b": 2}},
        },
        uui=b"u",
        account=b"7",
        digits="12",
        correlator=b"k",
    )


SPACES = st.dictionaries(
    st.sampled_from(["crm", "ivr"]),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3),
    max_size=2,
)
DATA = st.builds(
    CallData,
    app=st.just(UNSET) | SPACES,
    uui=st.just(UNSET) | st.sampled_from([b"a", b"b"]),
    network=st.just(UNSET) | st.dictionaries(st.sampled_from("ad"), st.sampled_from("12")),
)


@given(DATA, DATA)
def test_d2_nothing_of_either_call_is_lost(mine: CallData, theirs: CallData) -> None:
    news = calldata.joined(mine, theirs, "c2")
    app = news.app if news.app is not UNSET else mine.app
    for data, wins in ((mine, True), (theirs, False)):
        for space, values in ({} if data.app is UNSET else data.app).items():
            assert app is not UNSET
            for key, value in values.items():
                lost = app.get("merged.c2", {}).get(space, {}).get(key)
                assert app[space][key] == value or (not wins and lost == value)


# D3, D4 and limits.


def test_d3_data_that_comes_after_the_end_is_late_and_only_for_a_minute() -> None:
    site = office()
    originated(site, "1", "202")
    call = site.engine.tracker.calls[0].call_id
    site.ask(cm.AttachData(call=call, data=TICKET))
    site.tell(f.Cleared(call="1", device=NativeDevice("201")))
    cleared = site.events[-1]
    assert isinstance(cleared, ev.CallCleared)
    assert cleared.summary.data.app == {"app": TICKET}
    site.wait(60)
    name = site.ask(cm.AttachData(call=call, data={"outcome": "sold"}))
    assert site.replies[name].status is EndState.SUCCEEDED
    changed = site.events[-1]
    assert isinstance(changed, ev.CallDataChanged)
    assert changed.late
    assert changed.call_version == cleared.call_version + 1
    site.wait(0.001)
    told = site.error(site.ask(cm.AttachData(call=call, data=TICKET)))
    assert (told.kind, told.field) == (ErrorClass.INVALID_OBJECT, "args.call")


def test_d3_an_identifier_that_is_used_again_takes_no_data_away() -> None:
    site = office()
    originated(site, "1", "202")
    call = site.engine.tracker.calls[0].call_id
    site.tell(f.Cleared(call="1", device=NativeDevice("201")))
    originated(site, "1", "203")
    name = site.ask(cm.AttachData(call=call, data=TICKET))
    assert site.replies[name].status is EndState.SUCCEEDED
    assert app(site, "1") is None


def test_d4_every_application_has_its_own_name_space() -> None:
    site = office()
    originated(site, "1", "202")
    call = site.engine.tracker.calls[0].call_id
    site.ask(cm.AttachData(call=call, data=TICKET), "one")
    site.ask(cm.AttachData(call=call, data={"ticket": 8}), "two")
    site.ask(cm.AttachData(call=call, data={"ticket": None}), "two")
    live = site.engine.tracker.book.calls.live("1")
    assert live is not None
    assert live.data.app == {"one": TICKET, "two": {}}


def test_more_data_than_a_call_may_have_is_refused_with_the_member() -> None:
    site = office()
    originated(site, "1", "202")
    call = site.engine.tracker.calls[0].call_id
    many = {str(number): 1 for number in range(65)}

    def refused(args: cm.Args, requester: str = "app") -> Error:
        told = site.error(site.ask(args, requester))
        assert (told.kind, told.field) == (ErrorClass.RESOURCE_LIMIT, "args.data")
        return told

    assert "65 keys" in refused(cm.AttachData(call=call, data=many)).detail
    assert "65 keys" in refused(cm.MakeCall(device="203", to="202", data=many)).detail
    assert "16400" in refused(cm.AttachData(call=call, data={"a": "x" * 16_384})).detail
    site.ask(cm.AttachData(call=call, data={"a": "x" * 9_000}), "one")
    refused(cm.AttachData(call=call, data={"a": "x" * 9_000}), "two")
    site.ask(cm.AttachData(call=call, data={"a": None}), "one")
    name = site.ask(cm.AttachData(call=call, data={"a": "x" * 9_000}), "two")
    assert site.replies[name].status is EndState.SUCCEEDED
    assert site.driver.asked == []
