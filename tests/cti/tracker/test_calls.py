"""Calls from begin to end: one test per rule of docs/model.md."""

from cti import facts as f
from cti.identity import StartingState
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.states import LinkState
from tests.support.switchboard import START, Board


def test_a_call_of_two_stations() -> None:
    board = Board()
    assert board.on(f.Initiated, "1", "201") == [
        "call.created",
        "connection.initiated 201 initiated",
    ]
    assert board.on(f.Originated, "1", "201") == ["connection.originated 201 connected"]
    assert board.on(f.Alerting, "1", "202", calling="201") == [
        "connection.alerting 202 alerting"
    ]
    assert board.on(f.Connected, "1", "202") == ["connection.connected 202 connected"]
    assert board.on(f.Held, "1", "201") == ["connection.held 201 held"]
    assert board.on(f.Retrieved, "1", "201") == ["connection.retrieved 201 connected"]
    assert board.on(f.Cleared, "1", "202") == ["connection.cleared 202 null"]
    assert board.on(f.Cleared, "1", "201") == ["connection.cleared 201 null", "call.cleared"]
    created = board.events[0]
    assert isinstance(created, ev.CallCreated)
    assert not created.partial
    cleared = board.events[-1]
    assert isinstance(cleared, ev.CallCleared)
    assert cleared.summary.duration == 7.0
    assert cleared.summary.connected == 4.0
    assert cleared.summary.exact
    assert cleared.summary.parties == ("201", "202")
    assert cleared.summary.direction.value == "internal"
    assert board.tracker.calls == []


def test_the_same_report_of_several_monitors_is_one_event() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    for kind in (f.Alerting, f.Connected):
        assert len(board.on(kind, "1", "202")) == 1
        assert board.on(kind, "1", "202") == []
    board.on(f.Cleared, "1", "202")
    assert board.on(f.Cleared, "1", "202") == []
    board.on(f.Cleared, "1", "201")
    assert board.on(f.Cleared, "1", "201") == []
    assert board.tracker.counters["collapsed"] == 4


def test_a_repeat_that_brings_news_tells_the_news() -> None:
    board = Board()
    board.on(f.Alerting, "1", "202")
    told = board.on(f.Alerting, "1", "202", data=CallData(uui=b"x"))
    assert told == ["call.data_changed"]
    assert board.events[-1].delta == CallData(uui=b"x")


def test_a_call_first_heard_of_in_its_middle_is_partial() -> None:
    board = Board()
    assert board.on(f.Held, "1", "201") == ["call.created", "connection.held 201 held"]
    assert board.events[0].partial
    board.on(f.Cleared, "1", "201")
    assert not board.events[-1].summary.exact


def test_a_native_identifier_used_again_is_another_call() -> None:
    board = Board()
    for _ in range(3):
        board.on(f.Initiated, "1", "201")
        board.on(f.Cleared, "1", "201")
    created = [event.call_id for event in board.events if isinstance(event, ev.CallCreated)]
    assert len(set(created)) == 3


def test_incarnations_go_on_after_a_restart() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201")
    start = StartingState("test", {}, board.tracker.book.identities.incarnations)
    again = Board(start=start)
    again.on(f.Initiated, "1", "201")
    assert again.events[0].call_id != board.events[0].call_id
    same = Board(start=START)
    same.on(f.Initiated, "1", "201")
    assert same.events[0].call_id == board.events[0].call_id
    other = Board(start=StartingState("other", {}, {}))
    other.on(f.Initiated, "1", "201")
    assert other.events[0].call_id != board.events[0].call_id


def test_a_silent_call_gives_way_to_a_new_one_under_its_identifier() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201")
    board.wait(3601)
    assert board.on(f.Initiated, "1", "202") == [
        "call.lost [inferred]",
        "call.cleared [inferred]",
        "call.created",
        "connection.initiated 202 initiated",
    ]


def test_an_illegal_step_is_made_and_marked() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201")
    assert board.on(f.Held, "1", "201") == ["connection.held 201 held !"]
    assert board.tracker.counters["anomaly.unexpected_transition"] == 1


def test_a_caller_from_outside_is_a_party_with_a_handle() -> None:
    board = Board()
    assert board.on(f.Alerting, "1", "201", calling="~c1:030") == [
        "call.created",
        "connection.originated ext:1 connected",
        "connection.alerting 201 alerting",
    ]
    assert board.events[-1].parties[0].number.raw == "030"
    board.on(f.Connected, "1", "201", calling="~c1:030")
    assert board.on(f.Cleared, "1", "~c1:030") == ["connection.cleared ext:1 null"]
    assert board.on(f.Cleared, "1", "201") == ["connection.cleared 201 null", "call.cleared"]


def test_a_caller_known_by_number_only_keeps_its_handle_when_the_switch_names_it() -> None:
    board = Board()
    board.on(f.Alerting, "1", "201", calling="030")
    assert board.on(f.Cleared, "1", "~c9:030") == ["connection.cleared ext:1 null"]


def test_the_end_is_inferred_when_one_unmonitored_party_is_left() -> None:
    board = Board("201")
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "500")
    assert board.on(f.Cleared, "1", "201") == [
        "connection.cleared 201 null",
        "connection.cleared 500 null [inferred]",
        "call.cleared [inferred]",
    ]
    assert not board.events[-1].summary.exact


def test_a_call_that_goes_on_out_of_sight_is_lost() -> None:
    board = Board("201")
    board.on(f.Alerting, "1", "201", calling="~c1:030")
    assert board.on(f.Diverted, "1", "201", to="500") == [
        "connection.diverted 201 500 null",
        "call.lost [inferred]",
        "call.cleared [inferred]",
    ]


def test_a_diverted_call_waits_for_its_monitored_destination() -> None:
    board = Board("201 202")
    board.on(f.Alerting, "1", "201", calling="~c1:030")
    assert board.on(f.Diverted, "1", "201", to="202") == ["connection.diverted 201 202 null"]
    assert board.on(f.Alerting, "1", "202") == ["connection.alerting 202 alerting"]
    assert len({event.call_id for event in board.events}) == 1


def test_a_queued_call_leaves_its_queue_before_it_is_diverted() -> None:
    board = Board("201 300")
    assert board.on(f.Queued, "1", "300", calling="~c:030", waiting=2) == [
        "call.created",
        "connection.originated ext:1 connected",
        "connection.queued 300 300 queued",
        "queue.updated 300",
    ]
    assert board.on(f.Diverted, "1", "300", to="201") == [
        "connection.dequeued 300 300 diverted queued",
        "connection.diverted 300 201 null",
        "queue.updated 300",
    ]


def test_an_abandoned_call_leaves_its_queue_as_abandoned() -> None:
    board = Board("300")
    board.on(f.Queued, "1", "300")
    assert board.on(f.Cleared, "1", "300")[0] == "connection.dequeued 300 300 abandoned queued"


def test_the_whole_call_may_be_told_to_have_ended() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202")
    assert board.tell(f.CallEnded(call="1")) == [
        "connection.cleared 201 null",
        "connection.cleared 202 null",
        "call.cleared",
    ]
    assert board.tell(f.CallEnded(call="1")) == []


def test_data_after_the_end_is_late() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201")
    board.on(f.Cleared, "1", "201")
    board.tell(f.CallInformed(call="1", data=CallData(account=b"7")))
    assert board.events[-1].late


def test_calls_are_stale_while_the_link_is_down_and_recover_when_heard_of() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.link(LinkState.UP)
    assert board.link(LinkState.DOWN, "cut") == ["link.state down [synthetic]"]
    assert board.tracker.calls[0].stale
    board.link(LinkState.OPENING)
    assert board.on(f.Alerting, "1", "202") == [
        "call.recovered",
        "connection.alerting 202 alerting",
    ]
    assert not board.tracker.calls[0].stale


def test_what_nothing_confirms_within_the_grace_is_lost() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.link(LinkState.UP)
    board.link(LinkState.DOWN, "cut")
    assert board.tracker.due == board.at + 900_000_000_000
    assert board.look(899.999) == []
    assert board.look(0.001) == ["call.lost [synthetic]", "call.cleared [synthetic]"]
    assert board.tracker.due is None


def test_a_party_limit_keeps_a_call_bounded() -> None:
    board = Board()
    for number in range(100):
        board.on(f.Connected, "1", str(1000 + number))
    assert len(board.tracker.calls[0].connections) == 64
    assert board.tracker.counters["refused"] == 36


def test_a_party_behind_a_trunk() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    trunk = f.NativeDevice("T1", f.DeviceForm.TRUNK)
    told = board.tell(f.NetworkReached(call="1", device=trunk, trunk="T1"))
    assert told == ["connection.network_reached ext:1 unknown", "trunk.seized"]
    assert board.events[-2].trunk == "T1"
    assert board.events[-2].direction.value == "outbound"


def test_the_cause_stands_beside_its_native_code() -> None:
    board = Board()
    board.on(f.Failed, "1", "201", cause=Cause.BUSY)
    assert board.events[-1].cause is Cause.BUSY
