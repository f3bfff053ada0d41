"""A runner with a store: what it tells, when, and what it does while the disk fails."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs
from twisted.internet.task import Clock

from cti import engine as en
from cti import moment
from cti.clock import ClockWall
from cti.desk import Reply
from cti.ends import Port
from cti.identity import StartingState
from cti.kept import Changes
from cti.model import events as ev
from cti.model.commands import EndState
from cti.model.errors import Error, ErrorClass
from cti.mqtt.packets import Publish
from cti.runner import Runner
from cti.store import Store, StoreError
from cti.store import store as module
from cti.store.outlet import Outlet
from cti.store.stream import Stream, body
from cti.store.writer import Done
from cti.telling import Settled, Telling
from protocols.stacks.primitives import OctetsReceived, TransportUp
from tests.cti.runner_bench import CAPABILITIES, COMMAND, Bench
from tests.cti.test_engine import Bench as EngineBench
from tests.support.disk import Disk
from tests.support.ear import Ear
from tests.support.shelf import Direct


class Writer:
    """Stores when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Changes, Done]] = []
        self.asked: list[Changes] = []

    def commit(self, changes: Changes, done: Done) -> None:
        self.asked.append(changes)
        self.jobs.append((changes, done))

    def finish(self, reason: str | None = None) -> None:
        _, done = self.jobs.pop(0)
        done(reason)


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def bench(writer: Writer) -> Bench:
    return Bench(writer)


def fail(bench: Bench, writer: Writer, seconds: float) -> None:
    """Let the disk fail for some time."""
    until = bench.clock.seconds() + seconds
    while bench.clock.seconds() < until:
        if writer.jobs:
            writer.finish("no space left on the disk")
        bench.clock.advance(0.1)


def heal(bench: Bench, writer: Writer) -> None:
    for _ in range(50):
        while writer.jobs:
            writer.finish()
        bench.clock.advance(0.1)


def answered(bench: Bench) -> ErrorClass:
    """Give the class of the error that the last command ended with."""
    error = bench.told[-1].result.error
    assert isinstance(error, Error)
    return error.kind


def test_nothing_is_told_before_it_is_stored_and_octets_leave_at_once(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    bench.say(b"ue")
    assert ("a", b"E") in bench.log
    assert bench.told == []
    (first,) = writer.asked
    assert first.epochs == {"a": 0, "b": 0}  # connecting: told under the epoch of the start
    writer.finish()
    assert bench.states == ["connecting"]
    assert writer.asked[1].epochs == {"a": 1}
    assert len(writer.asked) == 2
    writer.finish()
    assert bench.states == ["connecting", "opening", "up"]
    assert writer.jobs == []


def test_what_changes_nothing_is_told_at_once_but_never_out_of_turn(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    bench.say(b"u")
    bench.say(b"c")
    bench.runner.feed(en.CommandArrived(COMMAND))
    assert bench.told == []
    writer.finish()
    writer.finish()
    assert bench.states == ["connecting", "opening", "up"]
    assert bench.told[3] == ("a", en.own(CAPABILITIES))
    assert bench.told[4:] == []
    assert [one.command_id for one in writer.asked[1].arrivals] == ["c-1"]
    writer.finish()  # the end of the command
    assert isinstance(bench.told[4], Reply)
    bench.say(b"d")
    assert bench.states[-1] == "down"
    assert writer.jobs == []


def test_who_waits_is_called_when_all_before_is_stored(bench: Bench, writer: Writer) -> None:
    bench.runner.settled(lambda: bench.told.append("now"))
    writer.finish()
    assert bench.told == ["now"]
    bench.up()
    bench.runner.settled(lambda: bench.told.append("then"))
    assert "then" not in bench.told
    while writer.jobs:
        writer.finish()
    assert bench.states == ["connecting", "opening"]
    assert bench.told[-1] == "then"


def test_the_same_changes_are_written_again_until_they_are_stored(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    writer.finish("I/O error")
    bench.say(b"u")
    bench.clock.advance(0.1)
    writer.finish("I/O error")
    bench.clock.advance(0.4)
    assert len(writer.asked) == 2
    bench.clock.advance(0.1)
    assert writer.asked[0] is writer.asked[1] is writer.asked[2]
    assert bench.told == []
    heal(bench, writer)
    assert bench.states == ["connecting", "opening", "up"]
    assert bench.alarms == []


def test_commands_wait_for_a_disk_that_fails_for_a_short_time(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    bench.say(b"u")
    fail(bench, writer, 1)
    bench.runner.feed(en.CommandArrived(COMMAND))
    assert bench.engine.desk.outstanding == 0
    heal(bench, writer)
    assert answered(bench) is ErrorClass.UNSUPPORTED  # by the Engine: it got there


def test_a_disk_that_fails_for_long_is_told_and_commands_are_refused(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    bench.say(b"u")
    with capture_logs():
        fail(bench, writer, 4)
        bench.runner.feed(en.CommandArrived(COMMAND))
        assert bench.told == []
        fail(bench, writer, 2)
        bench.runner.feed(en.CommandArrived(COMMAND))
    alarm, *replies = bench.told
    assert alarm == ("", "store_failing", "no space left on the disk")
    assert [reply.result.status for reply in replies] == [EndState.REJECTED] * 2
    assert answered(bench) is ErrorClass.OVERLOAD
    assert bench.runner.counters["", "refused"] == 2
    with capture_logs():
        heal(bench, writer)
    assert bench.states == ["connecting", "opening", "up"]
    assert bench.alarms[-1][1] == "store_healed"
    bench.runner.feed(en.CommandArrived(COMMAND))
    heal(bench, writer)
    assert answered(bench) is ErrorClass.UNSUPPORTED


def test_links_are_paused_then_closed_when_much_waits_and_opened_when_all_is_well(
    bench: Bench, writer: Writer
) -> None:
    assert bench.runner.outlet is not None
    bench.runner.outlet.gate._most = 4  # type: ignore[misc]
    bench.runner.outlet.gate._busy = 4  # type: ignore[misc]
    stream = bench.up()
    with capture_logs():
        fail(bench, writer, 1)
        bench.log.clear()
        bench.say(b"udud")
        assert bench.log.count(("a", "pause")) == 1
        assert bench.log.count(("b", "pause")) == 1
        stream.is_up = False
        fail(bench, writer, 11)
        assert bench.log[-2:] == [("a", "stop"), ("b", "stop")]
        bench.log.clear()
        heal(bench, writer)
    assert bench.log == [
        ("a", "resume"),
        ("b", "resume"),
        ("a", "start"),
        ("b", "start"),
    ]
    assert bench.states == ["connecting", "opening", "up", "down", "up", "down"]


def test_a_stop_waits_for_the_disk(bench: Bench, writer: Writer) -> None:
    bench.up()
    stopped: list[Any] = []
    bench.runner.stop().addCallback(stopped.append)
    bench.clock.advance(0.1)
    assert stopped == []
    while writer.jobs:
        writer.finish()
    assert stopped == [None]
    assert bench.states[-1] == "down"
    assert bench.clock.getDelayedCalls() == []


def test_a_stop_waits_a_bounded_time_and_says_what_is_not_told(
    bench: Bench, writer: Writer
) -> None:
    bench.up()
    stopped: list[Any] = []
    with capture_logs() as logs:
        writer.finish("I/O error")
        bench.runner.stop().addCallback(stopped.append)
        fail(bench, writer, 20)
    assert stopped == [None]
    (line,) = [line for line in logs if line["event"] == "not stored, and not told"]
    assert line["outputs"] == 3
    assert bench.clock.getDelayedCalls() == []


def test_one_event_that_cannot_be_told_does_not_stop_the_others(
    bench: Bench, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = bench.published

    def published(event: ev.Event) -> None:
        if isinstance(event, ev.LinkStateChanged) and event.state.value == "opening":
            raise ValueError("planted")
        take(event)

    monkeypatch.setattr(bench, "published", published)
    with capture_logs():
        bench.up()
        bench.say(b"u")
        heal(bench, writer)
    assert bench.states == ["connecting", "up"]
    assert bench.alarms == [("", "fault", "Publish could not be told")]


# With a real store, on a disk that stops.


class Inline:
    """Stores at once, until the disk stops."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def commit(self, changes: Changes, done: Done) -> None:
        try:
            self.store.write(changes)
        except StoreError as error:
            done(error.reason)
        else:
            done(None)


class Mute:
    """A stream that goes nowhere."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


class Outside(Ear):
    """Everybody outside: what they were told, over any number of lives."""

    def __init__(self) -> None:
        super().__init__()
        self.published_: list[Publish] = []

    def take(self, stream: Stream, draw: Random) -> None:
        """Let the broker take some, and tell us of some of these."""
        for publication in stream.next_batch(draw.randrange(6)):
            self.published_.append(publication.message)
            if draw.random() < 0.7:
                stream.acknowledged(publication.token)

    @property
    def events(self) -> dict[int, Publish]:
        """Events by their offset; those that came again are the same."""
        known: dict[int, Publish] = {}
        for message in self.published_:
            offset = int(dict(message.user_properties)["offset"])
            assert known.setdefault(offset, message) == message, "an offset was given twice"
        return known


def life(disk: Disk, ear: Outside, at: float) -> None:
    """Let a switch live from what the disk has, until the disk stops or the day is over."""
    try:
        store = Store("hq", "hq", disk.connect)
        start, outbox = store.load(), store.outbox()
        held = store.held(outbox.mark)
    except StoreError:
        return
    draw = Random(at)  # noqa: S311 - the same day each time
    bench = EngineBench(start=start)
    bench.link.epoch += 1
    bench.engine.restarted(round(at * moment.SECOND))
    clock: Any = Clock()
    port = Port(lambda _: Mute())
    wall = ClockWall(clock, round(at * moment.SECOND))
    stream = Stream("hq", outbox, Direct(store), held, window=5)
    stream.start()
    runner = Runner(
        *(bench.engine, {"l": port}, ear, clock, wall),
        writer=Inline(store),
        stream=stream,
    )
    try:
        with capture_logs():
            runner.feed(en.Input("l", TransportUp()))
            for number in range(8):
                text = f"i{200 + number % 5}".encode()
                octets = len(text).to_bytes(2, "big") + text
                runner.feed(en.Input("l", OctetsReceived(octets)))
                clock.advance(1)
                ear.take(stream, draw)
            clock.advance(4)  # stays below a person's patience
            ear.take(stream, draw)
    finally:
        with suppress(StoreError):
            store.close()


def check(disk: Disk, ear: Outside) -> StartingState:
    """Whatever was told is in the store."""
    store = Store("hq", "hq", disk.connect)
    state, outbox = store.load(), store.outbox()
    stored = {one.offset: one.body for one in store.events(1, outbox.offset, 10_000)}
    store.close()
    assert list(stored) == list(range(1, outbox.offset + 1))
    for offset, message in ear.events.items():
        assert stored[offset] == body(message)
    calls = {call.call_id: call for call in state.calls}
    for event in ear.told:
        if not isinstance(event, ev.Event):  # an alarm about the disk
            continue
        assert event.epoch <= state.epochs["l"]
        if isinstance(event, ev.CallEvent):
            assert calls[event.call_id].version >= event.call_version
        if isinstance(event, ev.CallCreated):
            assert state.incarnations[str(event.native_id)] >= 1
    return state


def cut_at_every_operation() -> int:
    """Cut the power at each operation of a day; give how often calls were told before it."""
    whole, ear = Disk(), Outside()
    life(whole, ear, 1000)
    assert len(ear.events) > 10
    reached = 0
    for place in range(1, whole.operations + 1):
        disk, ear = Disk(place), Outside()
        disk.stop_at = place
        life(disk, ear, 1000)
        disk.cut()
        reached += bool(ear.told and check(disk, ear).calls)
        life(disk, ear, 2000)
        life(disk, ear, 3000)
        check(disk, ear)
        told = [event for event in ear.told if isinstance(event, ev.Event)]
        made = [event.call_id for event in told if isinstance(event, ev.CallCreated)]
        assert len(set(made)) == len(made)
        ids = [event.id for event in told]
        assert len(set(ids)) == len(ids)
        versions: dict[str, int] = {}
        for event in told:
            if isinstance(event, ev.CallEvent):
                assert event.call_version > versions.get(event.call_id, 0)
                versions[event.call_id] = event.call_version
        first = list(ear.events)
        assert first == list(range(1, len(first) + 1)), "a hole, or not in order"
    return reached


def test_whatever_was_told_before_a_power_cut_is_known_after_it() -> None:
    assert cut_at_every_operation() > 20


def test_the_checker_objects_to_telling_before_storing(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = Outlet.tell

    def at_once(self: Outlet, output: Any) -> None:
        self._owner.told(output)
        tell(self, Settled(lambda: None))

    monkeypatch.setattr(Outlet, "tell", at_once)
    with pytest.raises((AssertionError, KeyError)):
        cut_at_every_operation()


def test_the_checker_objects_to_publishing_before_storing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = Telling.entries

    def at_once(self: Telling, output: Any) -> Any:
        made = entries(self, output)
        for entry in made:
            assert self._stream is not None
            self._stream.release(entry)
        return made

    monkeypatch.setattr(Telling, "entries", at_once)
    with pytest.raises((AssertionError, KeyError)):
        cut_at_every_operation()


def test_the_checker_objects_to_commits_that_are_not_synced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = dict(module.PRAGMAS) | {"synchronous": "NORMAL"}
    monkeypatch.setattr(module, "PRAGMAS", tuple(values.items()))
    with pytest.raises((AssertionError, KeyError, StoreError)):
        cut_at_every_operation()
