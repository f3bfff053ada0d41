"""The thread that commits: in order, without the reactor waiting, and whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from structlog.testing import capture_logs

from cti.kept import Changes
from cti.store import Store, StoreError
from cti.store.writer import Writer
from tests.cti.store.rows import Contents, after, contents, made_up
from tests.support.disk import Disk


class Reactor:
    """Runs in the test's thread what another thread wants done there."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = SimpleQueue()
        self.now = 0.0

    def seconds(self) -> float:
        return self.now

    def callFromThread(self, call: Callable[..., Any], *args: Any) -> None:  # noqa: N802
        self.queue.put((call, args))

    def run(self) -> None:
        call, args = self.queue.get(timeout=30)
        call(*args)


@pytest.fixture
def reactor() -> Iterator[Reactor]:
    threads = threading.active_count()
    reactor = Reactor()
    yield reactor
    assert threading.active_count() == threads


def stop(writer: Writer, reactor: Reactor) -> None:
    stopped: list[Any] = []
    writer.stop().addCallback(stopped.append)
    while not stopped:
        reactor.run()


def test_commits_in_order_in_a_thread_of_its_own(tmp_path: Path, reactor: Reactor) -> None:
    path = tmp_path / "hq.sqlite"
    writer = Writer(Store(path, "hq"), reactor)
    writer.start()
    known = Contents()
    done: list[tuple[int, str | None]] = []

    def note(number: int, reason: str | None) -> None:
        done.append((number, reason))

    for number, changes in enumerate(made_up(20)):
        known = after(known, changes)
        writer.commit(changes, partial(note, number))
    stop(writer, reactor)
    assert done == [(number, None) for number in range(20)]
    store = Store(path, "hq")
    assert contents(store) == known
    store.close()


def test_a_commit_that_is_not_answered_is_noticed(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, goes_on = Store("hq", "hq", Disk().connect), threading.Event()
    writer = Writer(store, reactor)
    monkeypatch.setattr(store, "write", lambda changes: goes_on.wait(30))
    writer.start()
    assert writer.stuck == 0
    changes = made_up(1)[0]
    writer.commit(changes, str)
    reactor.now = 5
    writer.commit(changes, str)
    reactor.now = 12
    assert writer.stuck == 12
    goes_on.set()
    reactor.run()
    assert writer.stuck == 7
    reactor.run()
    assert writer.stuck == 0
    stop(writer, reactor)


def test_an_error_is_told_and_the_thread_goes_on(reactor: Reactor) -> None:
    disk = Disk()
    store = Store("hq", "hq", disk.connect)
    writer = Writer(store, reactor)
    writer.start()
    told: list[str | None] = []
    first, second, *_ = made_up(2)
    disk.fail_at = frozenset((disk.operations + 1,))
    for changes in (first, first, second):
        writer.commit(changes, told.append)
        reactor.run()
    assert told[0] is not None
    assert told[1:] == [None, None]
    stop(writer, reactor)


def test_a_mistake_in_this_program_is_told_too(
    reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store("hq", "hq", Disk().connect)
    writer = Writer(store, reactor)

    def write(changes: Changes) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(store, "write", write)
    writer.start()
    told: list[str | None] = []
    writer.commit(made_up(1)[0], told.append)
    reactor.run()
    assert told == ["RuntimeError('planted')"]
    stop(writer, reactor)


def test_a_writer_that_never_started_closes_its_store(
    tmp_path: Path, reactor: Reactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hq.sqlite"
    writer = Writer(Store(path, "hq"), reactor)
    assert writer.stop().called
    Store(path, "hq").close()

    def close() -> None:
        raise StoreError("hq", "I/O error")

    store = Store(path, "hq")
    writer = Writer(store, reactor)
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(store, "close", close)
        assert writer.stop().called
    assert logs[0]["reason"] == "I/O error"
    store.close()
