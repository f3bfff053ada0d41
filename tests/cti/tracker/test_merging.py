"""Transfer and conference: which call survives, and who is on it."""

from cti import facts as f
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from tests.support.switchboard import Board


def consulting(board: Board) -> None:
    """201 talks to a caller outside on call 1 and asks 203 on call 2."""
    board.on(f.Alerting, "1", "201", calling="~c1:030")
    board.on(f.Connected, "1", "201", calling="~c1:030")
    board.on(f.Held, "1", "201")
    board.on(f.Originated, "2", "201")
    board.on(f.Alerting, "2", "203")
    board.on(f.Connected, "2", "203")


def test_the_primary_call_survives_a_transfer() -> None:
    board = Board("201 203")
    consulting(board)
    a, b = [call.call_id for call in board.tracker.calls]
    told = board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert told == [
        "call.data_changed",
        "call.merged",
        "call.transferred 203 consult",
        "connection.cleared 201 null",
        "call.cleared",
    ]
    (left,) = board.tracker.calls
    assert left.call_id == a
    assert {leg.device_id: leg.state.value for leg in left.connections} == {
        "ext:1": "connected",
        "203": "connected",
    }
    moved = [leg for leg in left.connections if leg.device_id == "203"]
    assert moved[0].moved_from == b
    merged = next(event for event in board.events if isinstance(event, ev.CallMerged))
    assert (merged.call_id, merged.into) == (b, a)


def test_the_story_of_both_calls_becomes_one_and_the_other_name_is_an_alias() -> None:
    board = Board("201 203")
    consulting(board)
    first, second = board.tracker.calls
    assert first.thread_id != second.thread_id
    board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    changed = next(event for event in board.events if isinstance(event, ev.CallDataChanged))
    assert changed.thread_aliases == (second.thread_id,)
    assert board.tracker.calls[0].thread_id == first.thread_id


def test_a_consultation_that_is_told_as_such_belongs_to_the_story_at_once() -> None:
    board = Board("201 203")
    board.on(f.Connected, "1", "201")
    board.on(f.Held, "1", "201")
    board.on(f.Initiated, "2", "201", cause=Cause.CONSULTATION)
    first, second = board.tracker.calls
    assert first.thread_id == second.thread_id


def test_every_monitor_tells_the_transfer_and_it_happens_once() -> None:
    for result in ("1", "2", "9"):
        board = Board("201 203")
        consulting(board)
        legs = (f"{result}/~c1:030<1", f"{result}/203<2")
        assert board.merge("transfer", "1", "2", "201", "203", *legs)
        assert board.merge("transfer", "1", "2", "201", "203", *legs) == []


def test_the_call_goes_on_under_whatever_identifier_the_switch_uses() -> None:
    for result in ("1", "2", "9"):
        board = Board("201 203")
        consulting(board)
        survivor = board.tracker.calls[0].call_id
        board.merge(
            "transfer", "1", "2", "201", "203", f"{result}/~c1:030<1", f"{result}/203<2"
        )
        told = board.on(f.Cleared, result, "203")
        assert told[0] == "connection.cleared 203 null"
        assert board.events[-1].call_id == survivor


def test_transfer_while_it_rings_keeps_the_ringing() -> None:
    board = Board("201 203")
    board.on(f.Connected, "1", "201", calling="~c1:030")
    board.on(f.Held, "1", "201")
    board.on(f.Originated, "2", "201")
    board.on(f.Alerting, "2", "203")
    board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    states = {leg.device_id: leg.state.value for leg in board.tracker.calls[0].connections}
    assert states == {"ext:1": "connected", "203": "alerting"}


def test_a_conference_keeps_its_controller() -> None:
    board = Board("201 203")
    consulting(board)
    told = board.merge(
        "conference", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2", "1/201<2"
    )
    assert told == ["call.data_changed", "call.merged", "call.conferenced", "call.cleared"]
    states = {leg.device_id: leg.state.value for leg in board.tracker.calls[0].connections}
    assert states == {"ext:1": "connected", "201": "connected", "203": "connected"}
    assert board.on(f.Cleared, "1", "203") == ["connection.cleared 203 null"]
    assert len(board.tracker.calls) == 1


def test_a_transfer_of_a_call_that_was_never_seen() -> None:
    board = Board("203")
    board.on(f.Alerting, "2", "203", calling="201")
    board.on(f.Connected, "2", "203")
    told = board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert told[0] == "call.created"
    created = [event for event in board.events if isinstance(event, ev.CallCreated)]
    assert created[-1].partial
    (left,) = board.tracker.calls
    assert left.call_id == created[-1].call_id


def test_a_single_step_transfer_keeps_the_call() -> None:
    board = Board("201 203")
    board.on(f.Connected, "1", "201", calling="~c1:030")
    survivor = board.tracker.calls[0].call_id
    told = board.merge("transfer", "1", None, "201", "203", "1/~c1:030<1", "1/203")
    assert told == ["call.transferred 203 single_step", "connection.cleared 201 null"]
    assert board.tracker.calls[0].call_id == survivor
    assert board.on(f.Alerting, "1", "203") == ["connection.alerting 203 alerting"]


def test_a_transfer_to_where_nobody_looks_loses_the_call() -> None:
    board = Board("201")
    consulting(board)
    told = board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert told[-2:] == ["call.lost [inferred]", "call.cleared [inferred]"]
    assert board.tracker.calls == []


def test_the_survivors_data_wins_and_the_rest_is_added() -> None:
    board = Board("201 203")
    consulting(board)
    board.tell(f.CallInformed(call="1", data=CallData(uui=b"a")))
    board.tell(f.CallInformed(call="2", data=CallData(uui=b"b", account=b"7")))
    board.merge("transfer", "1", "2", "201", "203", "1/~c1:030<1", "1/203<2")
    assert board.tracker.calls[0].data == CallData(uui=b"a", account=b"7")
