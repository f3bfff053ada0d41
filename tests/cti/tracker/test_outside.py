"""Parties outside: each is on a call once, whoever names it first and how."""

from cti import facts as f
from cti.model.numbers import Number
from tests.support.switchboard import Board, device


def parties(board: Board) -> dict[str, str]:
    """Show who is on the only call."""
    (call,) = board.tracker.calls
    shown = {leg.device_id: leg.state.value for leg in call.connections}
    assert len(shown) == len(call.connections), "each has a name of its own"
    return shown


def asking(board: Board) -> None:
    """Let the link be one that can be asked for a call."""
    board.tracker.verifies("hq-1", able=True)


def test_digits_are_the_first_to_name_the_caller() -> None:
    board = Board("201 203")
    board.on(f.Alerting, "1", "201", calling="666")
    board.on(f.Connected, "1", "201", calling="666")
    told = board.tell(f.DigitsTold(call="1", device=device("~a"), digits="7"))
    assert told == ["call.digits ext:1"]
    board.merge("transfer", "1", None, "201", "203", "1/~a:666<1")
    board.on(f.Alerting, "1", "203", calling="666")
    assert parties(board) == {"ext:1": "connected", "203": "alerting"}


def test_a_charge_is_the_first_to_name_the_caller() -> None:
    board = Board("201")
    board.on(f.Alerting, "1", "201", calling="666")
    told = board.tell(f.ChargeTold(call="1", device=device("~a"), charge={"units": "1"}))
    assert told == ["call.charged ext:1"]


def test_a_call_that_is_sent_outside_in_one_step_gets_there_once() -> None:
    board = Board("201 203")
    board.on(f.Alerting, "1", "203", calling="201")
    board.on(f.Connected, "1", "203", calling="201")
    told = board.merge("transfer", "1", None, "203", "8111", "1/201<1")
    assert told == ["call.transferred 8111 single_step", "connection.cleared 203 null"]
    assert parties(board) == {"201": "connected"}
    outside = f.NativeDevice("3", f.DeviceForm.TRUNK, Number(raw="8111"))
    board.tell(f.NetworkReached(call="1", device=outside, trunk="T2"))
    board.on(f.Alerting, "1", "~3:111")
    assert parties(board) == {"201": "connected", "ext:1": "alerting"}


def test_a_caller_who_is_sent_outside_in_one_step_is_out_of_sight() -> None:
    board = Board("201")
    board.on(f.Alerting, "1", "201", calling="666")
    board.on(f.Connected, "1", "201", calling="666")
    told = board.merge("transfer", "1", None, "201", "8555", "1/~a:666<1")
    assert told[-2:] == ["call.lost [inferred]", "call.cleared [inferred]"]


def test_a_transfer_that_ended_its_call_is_not_another_one_when_it_is_told_again() -> None:
    board = Board("201")
    board.on(f.Alerting, "1", "201", calling="111")
    board.on(f.Connected, "1", "201", calling="111")
    board.on(f.Held, "1", "201")
    board.on(f.Originated, "2", "201")
    board.on(f.Connected, "2", "~b:111")
    moved = ("1/~a:111<1", "1/~b:111<2")
    told = board.merge("transfer", "1", "2", "201", "111", *moved)
    assert told[-2:] == ["call.lost [inferred]", "call.cleared [inferred]"]
    assert board.merge("transfer", "1", "2", "201", "111", *moved) == []
    assert board.tracker.calls == []


def test_a_transfer_of_unseen_calls_that_leaves_parties_outside_is_out_of_sight() -> None:
    board = Board("201")
    told = board.merge("transfer", "1", "2", "201", "111", "1/~a:111<1", "1/~b:111<2")
    assert told[-2:] == ["call.lost [inferred]", "call.cleared [inferred]"]
    assert board.tracker.calls == []


def test_who_is_added_from_an_unseen_call_is_who_the_list_names() -> None:
    board = Board("201 203")
    board.on(f.Alerting, "1", "203", calling="201")
    board.on(f.Connected, "1", "203", calling="201")
    board.merge("conference", "1", "2", "201", "555", "1/201<1", "1/203<1", "1/~b:555<2")
    assert parties(board) == {"201": "connected", "203": "connected", "ext:1": "unknown"}


def test_who_is_added_is_on_the_call_where_nobody_is_listed() -> None:
    board = Board("201 203")
    board.on(f.Alerting, "1", "203", calling="201")
    board.on(f.Connected, "1", "203", calling="201")
    board.merge("conference", "1", "2", "201", "250")
    assert parties(board) == {"201": "connected", "203": "connected", "250": "unknown"}


def test_two_outside_with_one_number_are_two_when_they_are_asked_for() -> None:
    board = Board("201")
    board.on(f.Alerting, "1", "201", calling="666")
    board.on(f.Connected, "1", "201", calling="666")
    board.call_seen("1", "~a:666:connected", "201:connected", "~b:666:connected")
    assert parties(board) == {"ext:1": "connected", "201": "connected", "ext:2": "connected"}


def test_a_caller_who_has_left_is_named_by_a_later_report() -> None:
    board = Board("201")
    board.seen("201", "1:connected")
    board.call_seen("1", "~a:444:connected", "201:connected")
    board.on(f.Cleared, "1", "~a:444")
    board.on(f.Failed, "1", "201", calling="444")
    assert parties(board) == {"201": "failed"}


def test_a_call_that_met_somebody_outside_is_on_its_way_no_more() -> None:
    board = Board("201 202")
    asking(board)
    board.on(f.Alerting, "1", "201", calling="~a:111")
    board.on(f.Diverted, "1", "201", to="202")
    board.look(11)
    (call,) = board.tracker.calls
    assert board.asked == [call.call_id]
    told = board.call_seen("1", "~a:111:connected", "~b:222:connected")
    assert told[-2:] == ["call.lost [inferred]", "call.cleared [inferred]"]


def test_a_call_that_failed_on_its_way_is_on_its_way_no_more() -> None:
    board = Board("201 202")
    board.on(f.Alerting, "1", "201", calling="~a:111")
    board.on(f.Diverted, "1", "201", to="202")
    board.call_seen("1", "~a:111:failed")
    assert board.tracker.calls == []


def test_a_queue_that_nobody_waits_at_is_asked_for() -> None:
    board = Board("201 202 500")
    asking(board)
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202")
    board.on(f.Queued, "1", "500")
    board.on(f.Diverted, "1", "202", to="500")
    board.on(f.Cleared, "1", "201")
    assert parties(board) == {"500": "queued"}
    (call,) = board.tracker.calls
    board.look(11)
    assert board.asked == [call.call_id]
    board.call_seen("1")
    assert board.tracker.calls == []


def test_a_queue_with_a_caller_whom_nobody_names_is_left_in_peace() -> None:
    board = Board("500")
    asking(board)
    board.on(f.Queued, "1", "500")
    board.look(60)
    assert board.asked == []
