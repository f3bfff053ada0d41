"""Publishing to a real broker, as ratios measured side by side, and the time that it takes.

Run with ``python -m tests.bench.bench_publish [FOLDER]``; stores are made below FOLDER. Needs
Mosquitto. Each measurement is a process of its own beside one broker, in turn in each round:

- c: libmosquitto sends messages of the mean size; needs ``libmosquitto-dev`` and ``cc``;
- narrow: our session sends the ready messages with as many under way as libmosquitto has;
- ready: our session sends the ready messages, with its own window;
- whole: what a switch said goes through link, model and envelope to our session;
- stored: the same with the store.

After it messages come at a pace, and it is told how long an event takes from the octets of the
switch to the octets for the broker.
"""

from __future__ import annotations

import logging
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import random
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct
from twisted.internet import reactor as _reactor

from cti import engine as en
from cti import moment
from cti.clock import WallClock
from cti.ends import Port
from cti.moment import SECOND
from cti.mqtt.addresses import Address, servers_for
from cti.mqtt.params import Params
from cti.mqtt.service import MqttService
from cti.northbound.north import Northbound
from cti.northbound.topics import Topics
from cti.rights import Rights
from cti.runner import Runner
from cti.store import Store
from cti.store.stream import Stream
from cti.store.writer import Shelf, Writer
from protocols.stacks.primitives import OctetsReceived, TransportUp
from sim.load import Load
from sim.processes import start_broker
from tests.support.busy import Busy
from tests.support.pair import client

ROUNDS: Final = 5
WINDOW: Final = 200
"""Messages under way when the sessions are compared."""
AHEAD: Final = 2_000
"""Events that wait for the broker before the switch is not read any more."""
RATE: Final = 240.0
"""Events in a second at the pace."""
PACED_FOR: Final = 20.0
"""Seconds that they come at it."""
SECONDS: Final = 9_000.0
"""How long the switch was busy."""

reactor: Any = _reactor


class Said(Struct, frozen=True):
    """What a switch said to one who monitors these devices."""

    devices: list[str]
    octets: list[bytes]


class Told(Struct, frozen=True):
    """What one process measured."""

    events: int
    seconds: float
    processor: float
    size: float = 0.0
    """Octets of a payload, on average."""
    delays: list[float] = []
    """Seconds from the switch's octets to ours."""


class Bridge:
    """The way of events through a daemon: runner, north, session, and a store or none."""

    def __init__(self, said: Said, port: int, window: int, store: Store | None) -> None:
        engine, link = client("standard", said.devices)
        self.wall = wall = WallClock()
        self.north = Northbound(
            Topics("cti", "bench"), Rights({}), reactor, wall.now, boot="b", version="0"
        )
        self._writer = None if store is None else Writer(store, reactor)
        shelf = None if self._writer is None else Shelf(self._writer)
        self.stream = Stream("hq", shelf=shelf)
        to = self.north.add("hq", stream=self.stream)
        self.runner = Runner(
            engine,
            {link.link_id: Port(lambda _: _Mute())},
            to,
            reactor,
            wall,
            writer=self._writer,
            stream=self.stream,
        )
        self.link = link.link_id
        self.north.connect("hq", self.runner)
        self.service = service(port, window, self.north.outbox)
        self.north.service = self.service
        if self._writer is not None:
            self._writer.start()
        self.runner.feed(en.Input(self.link, TransportUp()))

    def take(self, octets: bytes) -> None:
        """Take what the switch said."""
        self.runner.feed(en.Input(self.link, OctetsReceived(octets)))

    def stop(self) -> None:
        """End the process."""
        if self._writer is None:
            reactor.stop()
        else:
            self._writer.stop().addCallback(lambda _: reactor.stop())


class _Mute:
    """A stream that goes nowhere."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: True


class Ready:
    """A source of messages that are there."""

    def __init__(self, messages: list[Any]) -> None:
        self.left = messages[::-1]
        self.out = len(messages)
        self.done: Callable[[], object] = _nothing

    def next_batch(self, n: int) -> list[Any]:
        """Hand out the next messages."""
        batch = self.left[: -n - 1 : -1]
        del self.left[-n:]
        return batch

    def acknowledged(self, token: object) -> None:
        """Count one."""
        self.out -= 1
        if not self.out:
            self.done()

    def refused(self, token: object, reason: object) -> None:
        """Fail: the broker takes everything."""
        raise AssertionError(reason)


def service(port: int, window: int, source: Any) -> MqttService:
    """Make a session with the broker."""
    address = Address("127.0.0.1", port, tls=False)
    params = Params("bench", window=window)
    return MqttService(params, servers_for(reactor, [address]), source, reactor, random)


def connected(session: MqttService, then: Callable[[], object]) -> None:
    """Start a session, and go on when the broker is there."""
    if session.status.state == "stopped":
        session.start()
    if session.status.state == "connected":
        then()
    else:
        reactor.callLater(0.01, connected, session, then)


def written(said: Said) -> list[Any]:
    """Give the messages of all events, in order."""
    bridge = Bridge(said, 0, WINDOW, None)
    for octets in said.octets:
        bridge.take(octets)
    batch = bridge.stream.next_batch(len(bridge.stream))
    return [one for one in batch if "/event/" in one.message.topic]


def ready(said: Said, port: int, window: int) -> Told:
    """Send ready messages."""
    messages = written(said)
    source = Ready([])
    session = service(port, window, source)
    at = [0.0, 0.0]

    def begin() -> None:
        source.left, source.out = messages[::-1], len(messages)
        source.done = reactor.stop
        at[:] = time.perf_counter(), time.process_time()
        session.wake()

    reactor.callWhenRunning(connected, session, begin)
    reactor.run()
    size = statistics.mean(len(one.message.payload) for one in messages)
    return Told(len(messages), time.perf_counter() - at[0], time.process_time() - at[1], size)


def whole(said: Said, port: int, folder: Path | None) -> Told:
    """Send what a switch says, as fast as the broker takes it."""
    bridge = _bridge(said, port, folder)
    left = said.octets[::-1]
    at = [0.0, 0.0]

    def begin() -> None:
        at[:] = time.perf_counter(), time.process_time()
        go_on()

    def go_on() -> None:
        for _ in range(50):
            if not left or len(bridge.stream) > AHEAD:
                break
            bridge.take(left.pop())
        if left:
            reactor.callLater(0, go_on)
        else:
            bridge.runner.settled(end)

    def end() -> None:
        if len(bridge.stream):
            bridge.north.outbox.settled = end
        elif not told:
            told.append((time.perf_counter() - at[0], time.process_time() - at[1]))
            bridge.stop()

    told: list[tuple[float, float]] = []
    reactor.callWhenRunning(connected, bridge.service, begin)
    reactor.run()
    return Told(bridge.north.counters["events"], *told[0])


def paced(said: Said, port: int, folder: Path | None) -> Told:
    """Send what a switch says at a pace, and note how long each event takes."""
    bridge = _bridge(said, port, folder)
    apart = bridge_events(said) / len(said.octets) / RATE
    most = round(PACED_FOR / apart)
    early, late = said.octets[:-most], said.octets[-most:][::-1]
    handed: list[tuple[int, bytes]] = []
    hand_out = bridge.stream.next_batch

    def next_batch(n: int) -> list[Any]:
        batch = hand_out(n)
        now = bridge.wall.now()
        handed.extend((now, one.message.payload) for one in batch)
        return batch

    def begin() -> None:
        for octets in early:
            bridge.take(octets)
        bridge.runner.settled(partial(reactor.callLater, 1.0, pace))

    def pace() -> None:
        bridge.stream.next_batch = next_batch  # type: ignore[method-assign]
        go_on(reactor.seconds())

    def go_on(due: float) -> None:
        while late and due <= reactor.seconds():
            bridge.take(late.pop())
            due += apart
        if late:
            reactor.callLater(max(0.0, due - reactor.seconds()), go_on, due)
        else:
            bridge.runner.settled(partial(reactor.callLater, 0.5, bridge.stop))

    reactor.callWhenRunning(connected, bridge.service, begin)
    reactor.run()
    delays = []
    for now, payload in handed:
        time_ = msgspec.json.decode(payload).get("time")
        if time_ is not None:
            delays.append((now - moment.parse(time_)) / SECOND)
    return Told(len(delays), 0.0, 0.0, delays=delays)


def bridge_events(said: Said) -> int:
    """Count the events that come of what a switch says."""
    return len(written(said))


def _bridge(said: Said, port: int, folder: Path | None) -> Bridge:
    store = None if folder is None else Store(folder / f"{time.time_ns()}.sqlite", "hq")
    return Bridge(said, port, 1000, store)


def _nothing(*_: object) -> None:
    """Do nothing."""


def measured(case: str, said: Path, port: int, folder: Path) -> Told:
    """Measure one case in this process."""
    read = msgspec.msgpack.decode(said.read_bytes(), type=Said)
    match case:
        case "narrow":
            return ready(read, port, WINDOW)
        case "ready":
            return ready(read, port, 1000)
        case "whole":
            return whole(read, port, None)
        case "stored":
            return whole(read, port, folder)
        case "paced":
            return paced(read, port, None)
        case _:
            return paced(read, port, folder)


def main() -> int:
    """Print times and ratios."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if len(sys.argv) > 2:
        told = measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
        print(msgspec.json.encode(told).decode())
        return 0
    busy = Busy("standard", Load(seed=7, rate=2.0, duration=SECONDS))
    busy.run()
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None)
        )
        said = Path(folder) / "said"
        said.write_bytes(msgspec.msgpack.encode(Said(busy.devices, busy.said)))
        _, port = start_broker(stack, Path(folder), "mosquitto")

        def child(case: str) -> Told:
            words = [sys.executable, "-m", __spec__.name, case, str(said), str(port), folder]
            done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
            return msgspec.json.decode(done.stdout, type=Told)

        _rates(child, _libmosquitto(Path(folder), port))
        for case, name in (("paced", "without a store"), ("paced-stored", "with the store")):
            delays = sorted(child(case).delays)
            parts = ", ".join(
                f"{part:g} % {delays[int(len(delays) * part / 100)] * 1e3:.2f} ms"
                for part in (50, 90, 99, 99.9)
            )
            print(f"{len(delays)} events at {RATE:.0f}/s {name}: {parts}")
    return 0


def _rates(child: Callable[[str], Told], c: Callable[[int, int], float] | None) -> None:
    """Measure the rates in turn, and print what they are to each other."""
    publishing: list[float] = []
    ends: dict[str, list[float]] = {"whole": [], "stored": []}
    for _ in range(ROUNDS):
        narrow, most = child("narrow"), child("ready")
        line = f"events/s: ready {_shown(most)}"
        if c is not None:
            seconds = c(narrow.events, round(narrow.size))
            publishing.append(seconds / narrow.seconds)
            line += f", narrow {_shown(narrow)}, libmosquitto {narrow.events / seconds:.0f}"
        for case, ratios in ends.items():
            told = child(case)
            ratios.append(most.seconds / told.seconds)
            line += f", {case} {_shown(told)}"
        print(line)
    if publishing:
        print(f"our session to libmosquitto x{statistics.median(publishing):.2f}")
    for case, ratios in ends.items():
        print(f"{case} to ready x{statistics.median(ratios):.3f}")


def _shown(told: Told) -> str:
    micro = told.processor / told.events * 1e6
    return f"{told.events / told.seconds:.0f} ({micro:.0f} us of processor each)"


def _libmosquitto(folder: Path, port: int) -> Callable[[int, int], float] | None:
    """Build the publisher in C; None where it cannot be built."""
    program, source = folder / "publish", Path(__file__).with_name("publish.c")
    compiler = shutil.which("cc")
    if compiler is None:
        print("without libmosquitto: no C compiler")
        return None
    words = [compiler, "-O2", "-o", str(program), str(source), "-lmosquitto"]
    if subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode:
        print("without libmosquitto: apt install libmosquitto-dev")
        return None

    def publish(count: int, size: int) -> float:
        words = [str(program), str(port), "bench/c/connection/201/x", str(count), str(size)]
        done = subprocess.run([*words, str(WINDOW)], stdout=subprocess.PIPE, check=True)
        return float(done.stdout)

    return publish


if __name__ == "__main__":
    sys.exit(main())
