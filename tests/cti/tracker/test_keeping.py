"""What a tracker knew, kept and restored: another tracker goes on as it would have."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti import facts as f
from cti.calls import Call, Leg
from cti.identity import COUNTED, Identities, StartingState
from cti.kept import (
    KeptAgent,
    KeptCall,
    KeptDevice,
    KeptLeg,
    KeptLogOn,
    KeptQueue,
    KeptTrunk,
    Kind,
    Row,
)
from cti.model import events as ev
from cti.model.data import CallData
from cti.tracker.book import AgentRecord, Book, DeviceRecord, QueueRecord, TrunkRecord
from cti.tracker.keeping import KINDS, kept
from cti.tracker.watched import Watched
from tests.cti.tracker.test_properties import STEPS, play
from tests.support.consumer import Consumer
from tests.support.switchboard import Board, shown

OWN = {Call: {"_externals", "_unnamed", "serial", "due"}}
"""Members that are kept under a name of their own, or follow from the others."""
PLACED = {
    KeptCall: {"bound", "lingering", "externals", "unnamed"},
}
"""Kept members that stand in no record, but in the tables around it or under another name."""


@pytest.mark.parametrize(
    ("record", "form"),
    [
        (Call, KeptCall),
        (Leg, KeptLeg),
        (AgentRecord, KeptAgent),
        (DeviceRecord, KeptDevice),
        (QueueRecord, KeptQueue),
        (TrunkRecord, KeptTrunk),
    ],
)
def test_every_member_of_a_record_is_kept(record: Any, form: Any) -> None:
    members = set(record.__slots__) - OWN.get(record, set())
    assert members == set(form.__struct_fields__) - PLACED.get(form, set())


def test_every_table_of_a_switch_is_kept() -> None:
    tables = {"calls", "agents", "agent_at", "devices", "queues", "trunks", "links"}
    tables |= {"monitors", "monitored", "inside", "runs", "agenda"}
    apart = {"switch_id", "identities", "counters", "at", "routes", "times", "verifying"}
    apart.add("promises")
    book = Book("hq", Identities("s", "hq"))
    assert {name for name in vars(book) if not name.startswith("_")} == tables | apart


def test_a_new_row_counts_from_when_it_was_made_not_from_when_it_was_missed() -> None:
    table: Watched[int] = Watched()
    assert table.get("b") is None
    table["a"] = 1
    table["b"] = 2
    table["a"] = 3
    assert table.touched() == list(table) == ["a", "b"]


def state(board: Board) -> StartingState:
    """Give what is to be kept, through its written form."""
    book = board.tracker.book
    whole = StartingState(
        "test",
        dict(board.epochs),
        dict(book.identities.incarnations),
        book.identities.floor,
        board.at,
        **kept(book),
    )
    return msgspec.json.decode(msgspec.json.encode(whole), type=StartingState)


def restored(before: Board) -> Board:
    """Give a board that goes on from what another one knew."""
    board = Board("", state(before))
    go_on(before, board)
    return board


def go_on(before: Board, board: Board) -> None:
    """Let a board have time, numbers and readers of another one."""
    for link_id in before.seqs:  # events of both in one message would be alike
        before.seqs[link_id] += 1
    board.at, board.by = before.at, before.by
    board.epochs, board.seqs = dict(before.epochs), dict(before.seqs)
    board.fold, board.consumer = deepcopy(before.fold), deepcopy(before.consumer)


def restart(board: Board) -> None:
    """Begin a new life; whoever reads the events has to read the pictures again."""
    board.tracker.restarted(board.at, {name: ["201", "202"] for name in board.epochs})
    board.consumer = Consumer(shown(board.tracker))
    board.fold.syncing.clear()


def do(board: Board, steps: list[Any]) -> None:
    for step in steps:
        play(board, step)


def placeless(event: Any) -> Any:
    """Leave out where an event stands among those of its message."""
    return msgspec.structs.replace(event, id="", sub=0)


@given(st.lists(STEPS, max_size=40), st.lists(STEPS, max_size=20))
def test_a_restored_tracker_goes_on_as_the_first_one_would(first, then) -> None:
    a = Board()
    do(a, first)
    b = restored(a)
    assert state(b) == state(a)
    assert [call.call_id for call in b.tracker.calls] == [c.call_id for c in a.tracker.calls]
    since = len(a.events)
    do(a, then)
    do(b, then)
    assert [placeless(event) for event in b.events] == [placeless(e) for e in a.events[since:]]
    assert state(b) == state(a)


class Table:
    """What a store makes of rows, in memory."""

    def __init__(self) -> None:
        self.objects: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}

    def take(self, rows: list[Row]) -> None:
        for row in rows:
            if row.body is None:
                del self.objects[row.kind][row.key]
            else:
                form: Any = msgspec.json.decode(row.body, type=KINDS[row.kind])
                self.objects[row.kind][row.key] = form


@given(st.lists(st.lists(STEPS, max_size=8), max_size=8))
def test_the_changes_add_up_to_the_state(batches) -> None:
    board, table = Board(), Table()
    counted: dict[str, int] = {}
    for steps in [[], *batches]:
        do(board, steps)
        table.take(list(board.tracker.keeper.changes()))
        fresh, forgotten = board.tracker.book.identities.changes()
        counted |= fresh
        whole = state(board)
        assert forgotten == ()
        assert counted == whole.incarnations
        assert table.objects == {
            Kind.CALL: {one.call_id: one for one in whole.calls},
            Kind.AGENT: {one.agent_id: one for one in whole.agents},
            Kind.LOG_ON: {one.device_id: one for one in whole.logged_on},
            Kind.DEVICE: {one.device_id: one for one in whole.devices},
            Kind.QUEUE: {one.queue_id: one for one in whole.queues},
            Kind.TRUNK: {one.trunk_id: one for one in whole.trunks},
        }
        live = [one.call_id for one in table.objects[Kind.CALL].values() if not one.ended_at]
        assert live == [call.call_id for call in board.tracker.calls]


@given(st.lists(st.lists(STEPS, max_size=20), max_size=4))
def test_over_restarts_ids_are_never_repeated_and_versions_go_on(lives) -> None:
    board = Board()
    made: list[str] = []
    versions: dict[str, int] = {}
    for steps in lives:
        do(board, steps)
        for event in board.events:
            if isinstance(event, ev.CallCreated):
                made.append(event.call_id)
            if isinstance(event, ev.CallEvent):
                assert event.call_version == versions.get(event.call_id, 0) + 1
                versions[event.call_id] = event.call_version
            for kind, key in (
                (ev.AgentEvent, "agent_id"),
                (ev.DeviceEvent, "device_id"),
                (ev.QueueUpdated, "queue_id"),
                (ev.TrunkEvent, "trunk_id"),
            ):
                if isinstance(event, kind):
                    place = f"{key} {getattr(event, key)}"
                    assert event.version == versions.get(place, 0) + 1
                    versions[place] = event.version
        again = restored(board)
        restart(again)
        assert all(call.stale for call in again.tracker.calls)
        assert again.tracker.book.monitored == {}
        again.epochs = {name: epoch + 1 for name, epoch in again.epochs.items()}
        board = again
    assert len(set(made)) == len(made)


def test_a_call_goes_on_after_a_restart() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    board.on(f.Alerting, "1", "202", calling="201", data=CallData(uui=b"\x00\xff"))
    (before,) = board.tracker.calls
    again = restored(board)
    restart(again)
    assert again.on(f.Connected, "1", "202") == [
        "call.recovered",
        "connection.connected 202 connected",
    ]
    (after,) = again.tracker.calls
    assert (after.call_id, after.thread_id) == (before.call_id, before.thread_id)
    assert after.version == before.version + 2
    assert after.data == CallData(uui=b"\x00\xff")


def test_a_call_that_nobody_confirms_after_a_restart_is_lost_in_time() -> None:
    board = Board()
    board.on(f.Originated, "1", "201")
    again = restored(board)
    restart(again)
    assert again.tracker.due == again.at + 900 * 10**9
    assert again.look(900) == ["call.lost [synthetic]", "call.cleared [synthetic]"]


def test_a_late_report_of_a_call_that_ended_before_the_restart_begins_no_other() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201")
    board.on(f.Cleared, "1", "201")
    again = restored(board)
    assert again.on(f.Cleared, "1", "201") == []
    again.wait(61)
    assert again.on(f.Cleared, "1", "201") != []


def test_an_agent_goes_on_after_a_restart() -> None:
    board = Board()
    board.tell(f.AgentLoggedOn(agent="7", device=f.NativeDevice("201"), group=None))
    again = restored(board)
    again.tell(f.AgentLoggedOff(agent=None, device=f.NativeDevice("201")))
    told = again.events[-1]
    assert isinstance(told, ev.AgentLoggedOff)
    assert (told.agent_id, told.version) == ("7", 2)
    assert state(board).logged_on == (KeptLogOn("201", "7"),)
    assert state(again).logged_on == ()


def test_counters_of_identifiers_are_bounded_and_ids_are_still_never_repeated() -> None:
    identities = Identities("s", "hq")
    made = [identities.begin(str(number)) for number in range(COUNTED)]
    made += [identities.begin("0") for _ in range(3)]
    made += [identities.begin("new")]
    assert len(identities.incarnations) == COUNTED + 1 - COUNTED // 2
    assert identities.floor == 1
    assert identities.incarnations["0"] == 4
    fresh, forgotten = identities.changes()
    assert set(fresh) == set(identities.incarnations)
    assert forgotten == tuple(str(number) for number in range(1, COUNTED // 2 + 1))
    made += [identities.begin(str(number)) for number in range(COUNTED)]
    assert len(set(made)) == len(made)
    again = Identities("s", "hq", identities.incarnations, identities.floor)
    assert again.begin("1") == identities.begin("1")
    assert again.begin("never seen") == identities.begin("never seen")


def test_what_no_event_can_show_is_counted_and_the_rest_is_kept() -> None:
    board = Board()
    board.on(f.Initiated, "1", "201", data=CallData(digits="\ud800"))
    board.on(f.Initiated, "2", "202")
    rows = list(board.tracker.keeper.changes())
    assert [row.kind for row in rows].count(Kind.CALL) == 1
    assert board.tracker.counters["anomaly.not_kept"] == 1
