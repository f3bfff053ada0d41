"""Causes: one closed list, and a count of what is not on it."""

from __future__ import annotations

from cti import facts as f
from cti.facts import NativeDevice
from cti.model.causes import Cause, NativeCause
from tests.support.switchboard import Board

LIST = """
normal new_call busy no_answer rejected far_end_gone unreachable unassigned_number barred
no_trunk congestion out_of_service incompatible reorder forward_all forward_busy
forward_no_answer forward redirected pickup dnd transfer conference consultation alternate
recall park camp_on call_back intrude monitoring distribution no_agents queue_full
queue_timeout queue_cleared abandoned answering_machine fax special_tone call_cancelled unknown
"""


def test_the_list_is_closed() -> None:
    assert [cause.value for cause in Cause] == LIST.split()


def test_a_cause_that_only_the_switch_knows_is_counted_and_shown() -> None:
    board = Board()
    device = NativeDevice("201")
    board.tell(f.Initiated(call="1", device=device, cause=Cause.NEW_CALL))
    board.tell(f.Originated(call="1", device=device, cause=Cause.UNKNOWN))
    assert board.tracker.counters["unmapped_cause"] == 0  # nobody told one
    native = NativeCause(99, "odd")
    board.tell(f.Cleared(call="1", device=device, cause=Cause.UNKNOWN, cause_native=native))
    assert board.tracker.counters["unmapped_cause"] == 1
    cleared = next(event for event in board.events if event.cause_native == native)
    assert cleared.cause is Cause.UNKNOWN
