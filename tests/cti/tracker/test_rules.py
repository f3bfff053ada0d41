"""Rules of order and identity, queues, trunks and data, each under its name in the model."""

from __future__ import annotations

from typing import Any

from cti import facts as f
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import Basis, LinkState, Origin
from cti.tracker import Times
from tests.cti.tracker.test_merging import consulting
from tests.support.switchboard import Board, device

# Order.


def test_o1_seq_and_sub_are_the_order_of_the_wire() -> None:
    board = Board("201 300")
    board.tell(
        f.Queued(call="1", device=device("300"), queue=device("300"), waiting=1),
        f.Alerting(call="1", device=device("201")),
    )
    seqs = {event.seq for event in board.events}
    assert len(seqs) == 1
    assert [event.sub for event in board.events] == list(range(len(board.events)))


def test_o2_versions_grow_by_one_with_every_event_of_an_object() -> None:
    board = Board("201 203")
    consulting(board)
    board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    versions: dict[str, list[int]] = {}
    for event in board.events:
        if isinstance(event, ev.CallEvent):
            versions.setdefault(event.call_id, []).append(event.call_version)
    assert all(told == list(range(1, len(told) + 1)) for told in versions.values())


def test_o3_what_comes_after_the_end_is_late() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.on(f.Cleared, "1", "201")
    assert isinstance(board.events[-1], ev.CallCleared)
    late: list[Any] = [
        f.CallInformed(call="1", data=CallData(account=b"7")),
        f.ChargeTold(call="1", device=device("201"), charge={"units": 3}),
        f.DigitsTold(call="1", device=None, digits="1"),
        f.Cleared(call="1", device=device("202"), numbers=CallNumbers(called=Number(raw="9"))),
    ]
    told = [text for fact in late for text in board.tell(fact)]
    assert told == ["call.data_changed", "call.charged 201", "call.digits", "call.data_changed"]
    assert all(event.late for event in board.events[-4:])


def test_o4_data_then_merges_then_who_leaves_then_who_arrives_then_the_call() -> None:
    board = Board("201 203")
    consulting(board)
    board.tell(f.CallInformed(call="2", data=CallData(uui=b"b")))
    told = board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert told == [
        "call.data_changed",
        "call.merged",
        "call.transferred 203 consult",
        "connection.cleared 201 null",
        "call.cleared",
    ]
    assert board.call_seen(
        "1", "203:connected", "202:alerting", data=CallData(account=b"1")
    ) == [
        "call.data_changed [snapshot]",
        "connection.cleared ext:1 null [snapshot]",
        "connection.alerting 202 alerting [snapshot]",
    ]


def test_o7_a_call_that_a_command_made_is_told_before_its_connections() -> None:
    board = Board()
    assert board.tell(f.CallMade(call="1")) == ["call.created"]
    assert not board.events[0].partial
    assert board.on(f.Initiated, "1", "201") == ["connection.initiated 201 initiated"]


def test_o9_an_event_that_is_published_again_adds_nothing() -> None:
    board = Board("201 203")
    consulting(board)
    seen = {event.id for event in board.events}
    assert len(seen) == len(board.events)
    board.link(LinkState.UP)
    assert board.events[-1].id not in seen


# Identity.


def test_4_3_rule_2_the_call_with_a_party_outside_survives_where_nobody_says() -> None:
    for first, second in (("1", "2"), ("2", "1")):
        board = Board("201 203")
        consulting(board)
        outside = board.tracker.calls[0].call_id
        fact = f.Merged(
            kind=f.MergeKind.CONFERENCE,
            primary=first,
            secondary=second,
            controller=device("201"),
            other=device("203"),
            moved=tuple(f.MovedLeg("2", device(one)) for one in ("~c1:030", "203", "201")),
            named=False,
        )
        assert board.tell(fact)
        assert board.tell(fact) == []
        (left,) = board.tracker.calls
        assert left.call_id == outside


def test_4_3_rule_2_else_the_older_call_survives() -> None:
    board = Board()
    board.on(f.Connected, "2", "201")
    board.on(f.Connected, "1", "202")
    older = board.tracker.calls[0].call_id
    board.tell(
        f.Merged(
            kind=f.MergeKind.CONFERENCE,
            primary="1",
            secondary="2",
            controller=device("201"),
            other=device("202"),
            moved=(),
            named=False,
        )
    )
    assert [call.call_id for call in board.tracker.calls] == [older]


def test_4_3_rule_4_the_story_of_the_oldest_call_goes_on_and_both_know_the_other_name() -> None:
    board = Board("201 202 203")
    board.on(f.Connected, "1", "201")
    board.on(f.Held, "1", "201")
    board.on(f.Connected, "2", "202")
    other = board.tracker.calls[1].thread_id
    board.on(f.Initiated, "3", "201", cause=Cause.CONSULTATION)
    first, second, third = board.tracker.calls
    assert third.thread_id == first.thread_id
    assert third.thread_aliases == ()
    board.merge("conference", "2", "3", "202", "201", "2/202<2", "2/201<3")
    survivor = board.tracker.calls[1]
    assert survivor.thread_id == first.thread_id  # of the oldest call of both stories
    assert survivor.thread_aliases == (other,)
    absorbed = next(event for event in reversed(board.events) if event.call_id == third.call_id)
    assert isinstance(absorbed, ev.CallCleared)
    assert absorbed.summary.thread_aliases == (other,)
    assert second.call_id == survivor.call_id


def test_4_3_rule_9_calls_with_one_global_reference_are_one_story() -> None:
    board = Board()
    board.on(f.Connected, "1", "201", global_ref="u1")
    first = board.tracker.calls[0]
    board.on(f.Alerting, "2", "202", global_ref="u1")
    created = [event for event in board.events if isinstance(event, ev.CallCreated)][-1]
    assert created.thread_id == first.thread_id
    board.on(f.Alerting, "3", "203")
    late = board.tracker.calls[2].thread_id
    assert board.tell(f.CallInformed(call="3", global_ref="u1")) == [
        "call.data_changed",
        "call.data_changed",
    ]
    assert {call.thread_id for call in board.tracker.calls} == {first.thread_id}
    assert board.tracker.calls[2].thread_aliases == (late,)


def test_4_4_a_connection_keeps_the_agent_who_was_there_when_it_began() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=device("201")))
    board.on(f.Alerting, "1", "201")
    board.tell(f.AgentLoggedOff(agent="7", device=device("201")))
    board.tell(f.AgentLoggedOn(agent="8", device=device("201")))
    board.on(f.Connected, "1", "201")
    assert board.events[-1].agent_id == "7"


def test_17_12_a_device_that_comes_back_has_another_leg() -> None:
    board = Board()
    board.on(f.Connected, "1", "202")
    board.on(f.Alerting, "1", "201")
    board.on(f.Cleared, "1", "201")
    board.on(f.Alerting, "1", "201")
    assert (board.events[-1].device_id, board.events[-1].leg) == ("201", 1)


def test_17_13_a_device_that_changes_its_name_stays_the_same_party() -> None:
    board = Board()
    board.on(f.Alerting, "1", "201")
    assert board.on(f.Connected, "1", "~dyn7:201") == ["connection.connected 201 connected"]
    assert board.on(f.Cleared, "1", "~dyn7:201")[0] == "connection.cleared 201 null"


def test_two_parties_outside_stay_two_in_an_external_transfer() -> None:
    board = Board("201")
    board.on(f.Connected, "1", "201")
    board.on(f.Connected, "1", "~a:030")
    board.on(f.Held, "1", "201")
    board.on(f.Connected, "2", "201")
    board.on(f.Connected, "2", "~b:031")
    board.merge("conference", "1", "2", "201", "~b:031", "1/~a:030<1", "1/~b:031<2", "1/201<1")
    numbers = {
        one.device_id: one.number.raw
        for one in board.tracker.calls[0].connections
        if one.number is not None
    }
    assert numbers == {"201": "201", "ext:1": "030", "ext:2": "031"}
    moved = next(e for e in board.events if isinstance(e, ev.CallConferenced)).moved
    assert [(one.device_id, one.from_device_id) for one in moved] == [("ext:2", "ext:1")]


def test_a_long_call_that_rings_elsewhere_is_still_the_same_call() -> None:
    board = Board()
    board.on(f.Connected, "1", "201")
    board.wait(4000)
    assert board.on(f.Alerting, "1", "202", cause=Cause.TRANSFER) == [
        "connection.alerting 202 alerting"
    ]
    board.wait(4000)
    assert board.on(f.Alerting, "1", "203", cause=Cause.NEW_CALL)[0] == "call.lost [inferred]"


def test_an_identifier_that_a_merge_takes_away_loses_its_call() -> None:
    board = Board()
    board.on(f.Connected, "1", "201")
    board.on(f.Connected, "9", "203")
    told = board.merge("transfer", "1", None, "201", "202", "9/202")
    assert told[:2] == ["call.lost [inferred]", "call.cleared [inferred]"]
    assert len(board.tracker.calls) == 1


# Queues.


def queued(board: Board, call: str, waiting: int | None = None) -> list[str]:
    more = {} if waiting is None else {"waiting": waiting}
    return board.on(f.Queued, call, "300", **more)


def waits(board: Board) -> tuple[int | None, str]:
    record = board.tracker.book.queues["300"]
    return record.waiting, record.basis.value


def test_13_a_queue_counts_from_what_the_switch_told() -> None:
    board = Board("300")
    queued(board, "1")
    assert waits(board) == (None, "unknown")
    queued(board, "2", 2)
    assert waits(board) == (2, "reported")
    queued(board, "3")
    assert waits(board) == (3, "counted")
    for call in ("1", "2", "3"):
        board.on(f.Cleared, call, "300")
    assert waits(board) == (0, "counted")


def test_13_a_queue_never_has_fewer_than_none() -> None:
    board = Board("300")
    queued(board, "1", 0)
    queued(board, "2", 0)
    board.on(f.Cleared, "1", "300")
    board.on(f.Cleared, "2", "300")
    assert waits(board) == (0, "counted")


def test_13_what_is_no_change_is_no_event() -> None:
    board = Board("300")
    assert queued(board, "1", 1)[-1] == "queue.updated 300"
    assert queued(board, "1", 1) == []
    board.on(f.Diverted, "1", "300", to="201")
    assert [e.version for e in board.events if isinstance(e, ev.QueueUpdated)] == [1, 2]


def test_13_after_a_link_loss_the_count_is_not_known_until_it_is_told() -> None:
    board = Board("300")
    queued(board, "1", 1)
    board.link(LinkState.UP)
    assert board.link(LinkState.DOWN, "cut") == [
        "link.state down [synthetic]",
        "queue.updated 300 [synthetic]",
    ]
    assert waits(board) == (None, "unknown")
    board.link(LinkState.OPENING)
    board.seen("300", "1:queued", "8:queued", "9:alerting")
    assert waits(board) == (2, "counted")
    queued(board, "10", 3)
    assert waits(board) == (3, "reported")


def test_13_who_waits_no_more_when_the_queue_is_asked_for_is_not_counted_twice() -> None:
    board = Board("300")
    queued(board, "1", 1)
    queued(board, "2", 2)
    board.tell(f.ResyncBegun(reason="asked"))
    board.seen("300", "2:queued")
    assert waits(board) == (1, "counted")
    board.tell(f.ResyncEnded(complete=True))
    assert waits(board) == (1, "counted")
    assert len(board.tracker.calls) == 1


def test_13_who_serves_a_queue_is_told() -> None:
    board = Board("201")
    assert board.tell(
        f.AgentLoggedOn(agent="7", device=device("201"), group=device("300"))
    ) == ["agent.logged_on 201 7 not_ready", "queue.updated 300"]
    assert board.events[-1].agents == ("7",)
    assert board.events[-1].basis is Basis.UNKNOWN
    board.tell(f.AgentLoggedOn(agent="7", device=device("201"), group=device("301")))
    off = f.AgentLoggedOff(agent="7", device=device("201"), group=device("300"))
    assert board.tell(off) == ["agent.logged_off 201 7 not_ready", "queue.updated 300"]
    assert board.events[-1].agents == ()
    off = f.AgentLoggedOff(agent="7", device=device("201"))
    assert board.tell(off) == ["agent.logged_off 201 7 logged_off", "queue.updated 301"]


# Trunks.


def test_a_trunk_is_seized_and_free_again_with_its_connection() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    assert board.tell(f.NetworkReached(call="1", device=device("=T1"), trunk="T1"))[-1] == (
        "trunk.seized"
    )
    call = board.tracker.calls[0].call_id
    seized = board.events[-1]
    assert (seized.trunk_id, seized.call_id, seized.origin) == ("T1", call, Origin.DERIVED)
    board.on(f.Connected, "1", "=T1")
    assert board.fold.versions["trunk", "T1"] == 1
    board.on(f.Cleared, "1", "=T1")
    assert board.consumer.pictures().trunks["T1"].call_id is None
    board.on(f.Originated, "2", "202")
    board.tell(f.NetworkReached(call="2", device=device("=T1"), trunk="T1"))
    assert board.fold.versions["trunk", "T1"] == 2


def test_a_trunk_works_or_does_not() -> None:
    board = Board()
    fact = f.DeviceFact(device=device("=T1"), in_service=False)
    assert board.tell(fact) == ["trunk.out_of_service"]
    assert board.tell(fact) == []
    assert board.tell(f.DeviceFact(device=device("=T1"), in_service=True)) == [
        "trunk.in_service"
    ]
    assert "T1" not in board.tracker.book.devices


# Data.


def test_d2_application_data_that_loses_is_kept() -> None:
    board = Board("201 203")
    consulting(board)
    first, second = board.tracker.calls
    for call, data in ((first, {"a": 1, "b": 2}), (second, {"b": 3, "c": 4})):
        board.take(board.tracker.attach(board.stamp(), call.call_id, "crm", data))
    board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert board.tracker.calls[0].data.app == {
        "crm": {"a": 1, "b": 2, "c": 4},
        f"merged.{second.call_id}": {"crm": {"b": 3}},
    }


def test_what_a_repeat_tells_of_a_party_is_told() -> None:
    board = Board()
    board.on(f.Alerting, "1", "201")
    named = f.NativeDevice("201", number=Number(raw="201", name="Anna"))
    assert board.tell(f.Alerting(call="1", device=named)) == ["call.party_changed 201"]
    assert board.events[-1].number.name == "Anna"
    assert board.on(f.Alerting, "1", "201") == []


def test_an_idle_call_is_told_once_until_it_is_heard_of_again() -> None:
    board = Board(times=Times(idle_notify=60, idle_verify=0, idle_clear=0))
    board.on(f.Connected, "1", "201")
    assert board.look(59) == []
    assert board.look(1) == ["call.data_changed [synthetic] !"]
    assert board.look(1000) == []
    board.on(f.Held, "1", "201")
    assert board.look(60) == ["call.data_changed [synthetic] !"]


def test_an_idle_call_is_asked_for_where_the_link_can() -> None:
    board = Board(times=Times(idle_notify=0, idle_verify=60, idle_clear=200))
    board.on(f.Connected, "1", "201")
    board.look(100)
    assert board.asked == []
    board.tracker.verifies("hq-1", able=True)
    board.look(0)
    board.look(60)
    assert len(board.asked) == 2
    assert board.call_seen("1", "201:connected") == []
    assert board.look(50) == []
    board.look(60)
    assert len(board.asked) == 3
    board.tell(f.NotSeen(call="1", error="unsupported"))
    assert board.look(200)[-2:] == ["call.lost [synthetic]", "call.cleared [synthetic]"]


def test_a_link_that_cannot_be_asked_loses_no_call_for_being_silent() -> None:
    board = Board(times=Times(idle_notify=0, idle_verify=0, idle_clear=200))
    board.on(f.Connected, "1", "201")
    assert board.look(100_000) == []
