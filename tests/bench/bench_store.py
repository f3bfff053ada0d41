"""Cost of the journal per event, as ratios to the same runner without one.

Run with ``python -m tests.bench.bench_store [FOLDER]``; the stores are made below FOLDER,
whose disk is what is measured, or where temporary files go. What a simulated switch said in
a busy hour is played to the daemon's own Engine in three ways, in turn in each round:

- told at once, without a store: events are written and handed out from memory;
- in a crowd: as fast as it is taken, so that many events go with one commit;
- one by one: each message waits until all is told, so that each has a commit of its own.

In all ways somebody takes each message over as soon as it is handed out, as a quick broker
does. Ratios are of processor time of the reactor's thread per event; the store's thread works
beside it, mostly waiting for the disk. The time until an event is told is that of the disk.
"""

from __future__ import annotations

import gc
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from typing import Any, Final

import structlog
from msgspec import Struct
from twisted.internet.task import Clock
from typing_extensions import override

from cti import engine as en
from cti.clock import ClockWall
from cti.ends import Port
from cti.model import events as ev
from cti.moment import SECOND
from cti.runner import Runner
from cti.store import Store
from cti.store.stream import Stream
from cti.store.writer import Shelf, Writer
from protocols.stacks.primitives import OctetsReceived, TransportUp
from sim.plan import read_plan
from tests.sim.small import SMALL
from tests.support.ear import Ear
from tests.support.pair import Pair, client
from tests.support.people import People

ROUNDS: Final = 5
BEGIN: Final = 1_700_000_000 * SECOND
STEPS: Final = 1500
"""What people do in the hour."""


class Reactor:
    """Runs in this thread what the store's thread wants done here."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[Any, tuple[Any, ...]]] = SimpleQueue()

    def callFromThread(self, call: Any, *args: Any) -> None:  # noqa: N802 # Twisted's name
        self._queue.put((call, args))

    def seconds(self) -> float:
        """Give the time on a clock that never goes back."""
        return time.monotonic()

    def run(self, *, wait: bool) -> None:
        """Do what is to be done now; with ``wait`` at least one thing."""
        try:
            while True:
                call, args = self._queue.get(block=wait)
                call(*args)
                wait = False
        except Empty:
            pass


class North(Ear):
    """Counts."""

    def __init__(self) -> None:
        super().__init__()
        self.events = 0

    @override
    def published(self, event: ev.Event) -> None:
        self.events += 1


class Mute:
    """A stream that goes nowhere."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: True


class Run(Struct, frozen=True):
    """What one run took, per event."""

    events: int
    processor: float
    wall: float
    commits: int = 0


def busy_hour() -> tuple[list[str], list[bytes]]:
    """Give the devices of a small exchange, and what it says to one who monitors them."""
    plan = read_plan(SMALL)
    devices = [station.number for station in plan.stations]
    devices += [group.number for group in plan.groups]
    pair = Pair(plan, devices)
    pair.record = []
    pair.connect()
    pair.wait(1)
    draw = Random(1)  # noqa: S311 - the same hour each time
    people = People(plan, draw)
    for _ in range(STEPS):
        if draw.random() < 0.2:
            pair.wait(draw.choice([1.0, 6.0]))
        else:
            pair.do(people.sensible(pair.bench.hub.stage.exchange.snapshot()))
    return devices, pair.record


def play(devices: list[str], said: list[bytes], store: Store | None, *, crowd: bool) -> Run:
    """Play what was said; ``crowd`` waits for the disk only at the end."""
    engine, link = client("standard", devices)
    north, reactor, clock = North(), Reactor(), Clock()
    writer = None if store is None else Writer(store, reactor)
    ports = {link.link_id: Port(lambda _: Mute())}
    wall = ClockWall(clock, BEGIN)
    stream = Stream("hq", shelf=None if writer is None else Shelf(writer))
    runner = Runner(engine, ports, north, clock, wall, writer=writer, stream=stream)
    drained: list[bool] = []

    def take_over() -> None:
        for publication in stream.next_batch(1000):
            stream.acknowledged(publication.token)

    def drain() -> None:
        drained.clear()
        runner.settled(lambda: drained.append(True))
        while not drained:
            reactor.run(wait=True)
        while not stream.idle:
            take_over()
            reactor.run(wait=False)

    if writer is not None:
        writer.start()
    gc.collect()
    began, processor = time.perf_counter(), time.thread_time()
    runner.feed(en.Input(link.link_id, TransportUp()))
    for octets in said:
        runner.feed(en.Input(link.link_id, OctetsReceived(octets)))
        take_over()
        if writer is not None:
            reactor.run(wait=False)
            if not crowd:
                drain()
    drain()
    processor, took = time.thread_time() - processor, time.perf_counter() - began
    commits = 0 if runner.outlet is None else runner.outlet.commits
    if writer is not None:
        stopped: list[None] = []
        writer.stop().addCallback(stopped.append)
        while not stopped:
            reactor.run(wait=True)
    return Run(north.events, processor / north.events, took / north.events, commits)


def main() -> int:
    """Print times and ratios."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    devices, said = busy_hour()
    crowds: list[float] = []
    singles: list[float] = []
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        for number in range(ROUNDS):
            path = Path(folder) / str(number)
            none = play(devices, said, None, crowd=True)
            crowd = play(devices, said, Store(path / "crowd.sqlite", "hq"), crowd=True)
            single = play(devices, said, Store(path / "single.sqlite", "hq"), crowd=False)
            assert none.events == crowd.events == single.events
            crowds.append(crowd.processor / none.processor)
            singles.append(single.processor / none.processor)
            print(
                f"us per event: {none.processor * 1e6:6.1f} without a store, "
                f"{crowd.processor * 1e6:6.1f} in a crowd ({crowd.events / crowd.commits:.1f} "
                f"events a commit), {single.processor * 1e6:6.1f} one by one; told after "
                f"{single.wall * 1e3 * single.events / single.commits:.2f} ms"
            )
    print(f"{none.events} events of {len(said)} messages")
    print(f"in a crowd x{statistics.median(crowds):.2f}")
    print(f"one by one x{statistics.median(singles):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
