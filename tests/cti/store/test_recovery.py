"""A tracker restarted from its store at any moment, and one that was not: the same events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cti.kept import Changes
from cti.store import Store
from tests.cti.tracker.test_keeping import do, go_on, placeless, state
from tests.cti.tracker.test_properties import STEPS
from tests.support.disk import Disk
from tests.support.switchboard import Board


def write(store: Store, board: Board) -> None:
    """Store what changed on a board, as an Engine tells it."""
    identities = board.tracker.book.identities
    counted, forgotten = identities.changes()
    rows = tuple(board.tracker.keeper.changes())
    store.write(
        Changes(board.at, identities.floor, dict(board.epochs), counted, forgotten, rows)
    )


@given(st.lists(st.lists(STEPS, max_size=12), max_size=5), st.lists(STEPS, max_size=20))
def test_a_restart_from_the_store_changes_no_event(batches, then) -> None:
    disk = Disk()
    store = Store("hq", "hq", disk.connect, bytes)
    a = Board()
    for steps in batches:
        do(a, steps)
        write(store, a)
    write(store, a)
    store.close()
    store = Store("hq", "hq", disk.connect)
    whole = state(a)
    known = structs.replace(
        store.load(),
        store_id="test",
        monitors=whole.monitors,
        awaited=whole.awaited,
        runs=whole.runs,
        links=whole.links,
    )
    assert {one.call_id: one for one in known.calls} == {
        one.call_id: one for one in whole.calls
    }
    assert known.agents == whole.agents
    assert known.devices == whole.devices
    assert known.queues == whole.queues
    assert known.trunks == whole.trunks
    assert list(known.incarnations.items()) == list(whole.incarnations.items())
    assert (known.at, known.epochs) == (whole.at, whole.epochs)

    b = Board("", known)
    go_on(a, b)
    since = len(a.events)
    do(a, then)
    do(b, then)
    assert [placeless(event) for event in b.events] == [placeless(e) for e in a.events[since:]]
    write(store, b)
    again = store.load()
    assert {one.call_id: one for one in again.calls} == {
        one.call_id: one for one in state(a).calls
    }
    store.close()
