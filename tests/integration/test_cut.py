"""Connections and processes are cut under load: nothing is lost, nothing is numbered twice.

The rates are what the switch tries; a slow machine takes longer for the same events.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cti.client import Client, Told
from tests.integration.flood import Ear, Flood, Wire, memory
from tests.integration.site import (
    PATIENCE,
    Application,
    Broker,
    Process,
    wait_for,
    write_config,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("mosquitto_sub") is None, reason="mosquitto_sub is not installed"
    ),
]

EVENTS = 12_000
RATE = 6_000
LONG = 8 * PATIENCE
ROOMY = """allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
max_inflight_messages 0
"""
HOOK = "cti.device.hook_changed.v1"


class Yard:
    """A flooding switch, a daemon for it, and brokers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.flood = Flood()
        stack.callback(self.flood.close)
        self.broker = self.another()

    def another(self) -> Broker:
        broker = Broker(self.folder, "mosquitto", ROOMY)
        self.stack.callback(broker.stop)
        return broker

    def ear(self, broker: Broker) -> Ear:
        ear = Ear(broker.port)
        self.stack.callback(ear.process.end)
        return ear

    def daemon(self, port: int | None = None, more: str = "") -> Process:
        to = port or self.broker.port
        config = write_config(self.folder, to, self.flood.port, more=more)
        process = Process(sys.executable, "-m", "tests.integration.flood", str(config))
        self.stack.callback(process.end)
        return process

    def connected(self, process: Process) -> None:
        process.expect('"state":"connected"')
        process.expect('"state":"up"')


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with ExitStack() as stack:
        yield Yard(tmp_path, stack)


def hooks(events: list[dict[str, Any]]) -> int:
    return len({event["id"] for event in events if event["type"] == HOOK})


def check(events: list[dict[str, Any]]) -> None:
    """Nothing is missing, and offset and id belong together."""
    ids, offsets = defaultdict(set), defaultdict(set)
    for event in events:
        ids[event["offset"]].add(event["id"])
        offsets[event["id"]].add(event["offset"])
    assert sorted(ids) == list(range(1, max(ids) + 1))
    assert all(len(one) == 1 for one in ids.values())
    assert all(len(one) == 1 for one in offsets.values())


def in_order(events: list[dict[str, Any]]) -> bool:
    """Tell whether each event came behind those before it, but for repeats."""
    first = list(dict.fromkeys(event["offset"] for event in events))
    return first == sorted(first)


def reached(count: Callable[[], int], least: int) -> Callable[[], bool]:
    return lambda: count() >= least


@pytest.mark.parametrize("other", [False, True], ids=["same broker", "other broker"])
def test_a_connection_that_is_reset_loses_nothing(yard: Yard, other: bool) -> None:
    wire = Wire(yard.broker.port)
    yard.stack.callback(wire.close)
    second = yard.another() if other else yard.broker
    ears = [yard.ear(one) for one in dict.fromkeys((yard.broker, second))]
    process = yard.daemon(wire.port)
    yard.connected(process)
    before = memory(process.pid)

    def heard() -> list[dict[str, Any]]:
        return [event for ear in ears for event in ear.hear()]

    yard.flood.tell(EVENTS, RATE)
    wait_for(lambda: hooks(heard()) > EVENTS // 5, "the first events", LONG)
    wire.cut()
    wait_for(lambda: yard.flood.sent >= EVENTS * 4 // 5, "the switch goes on", LONG)
    wire.lead(second.port)
    wait_for(lambda: hooks(heard()) == EVENTS, "all events", LONG)
    check(heard())
    assert all(in_order(ear.events) for ear in ears)
    assert yard.flood.connections == 1
    assert memory(process.pid) - before < 100_000_000
    assert process.end() == 0


def test_what_has_no_room_is_named_by_a_gap(yard: Yard) -> None:
    most = 10_000
    ear = yard.ear(yard.broker)
    wire = Wire(yard.broker.port)
    yard.stack.callback(wire.close)
    process = yard.daemon(wire.port, more=f"[journal]\nmax_events = {most}\n")
    yard.connected(process)
    wire.cut()
    yard.flood.tell(EVENTS + 6_000, RATE)
    process.expect("lost before the broker took them over")
    wait_for(lambda: yard.flood.sent == EVENTS + 6_000, "the switch told all", LONG)
    wire.lead(yard.broker.port)
    wait_for(lambda: ear.hear()[-1]["offset"] >= EVENTS + 6_000, "the last event", LONG)
    spans = {
        event["offset"]: event["data"].get("from_offset", event["offset"])
        for event in ear.hear()
    }
    assert min(spans.values()) == 1
    lasts = sorted(spans)
    assert all(spans[last] == before + 1 for before, last in pairwise(lasts))
    gaps = [last for last, first in spans.items() if last > first]
    assert gaps
    assert len(spans) < EVENTS + 6_000
    assert yard.flood.connections == 1
    assert process.end() == 0


def test_a_broker_that_is_killed_costs_a_client_nothing(yard: Yard) -> None:
    process = yard.daemon()
    yard.connected(process)
    broker, flood = yard.broker, yard.flood

    async def follow() -> list[int]:
        offsets: list[int] = []
        found = 0
        async with Client(f"mqtt://127.0.0.1:{broker.port}", client="app", switch="hq") as app:
            killing = asyncio.create_task(asyncio.to_thread(kill, offsets))
            async for told in app.follow(after=0):
                assert isinstance(told, Told), told
                offsets.append(told.offset)
                found += told.event.__struct_config__.tag == "device.hook_changed"
                if found == EVENTS:
                    break
            await killing
            assert app.lost == 0
        return offsets

    def kill(offsets: list[int]) -> None:
        flood.tell(EVENTS, RATE // 2)
        for part in (1, 3):
            wait_for(reached(lambda: len(offsets), EVENTS * part // 6), "events", LONG)
            broker.stop(signal.SIGKILL)
            wait_for(reached(lambda: flood.sent, EVENTS * (part + 1) // 6), "more", LONG)
            broker.start()

    async def patiently() -> list[int]:
        async with asyncio.timeout(LONG):
            return await follow()

    offsets = asyncio.run(patiently())
    assert offsets == list(range(1, len(offsets) + 1))
    assert flood.connections == 1
    assert process.end() == 0


def test_a_daemon_that_is_killed_twenty_times_loses_and_repeats_nothing(yard: Yard) -> None:
    draw = Random(20)  # noqa: S311 - the same moments each time
    ear = yard.ear(yard.broker)
    app = Application(yard.broker.port)
    yard.stack.callback(app.close)
    app.quiet = True
    asked: list[str] = []
    for life in range(20):
        process = yard.daemon()
        yard.flood.tell(1_000_000, 2_000)
        wait_for(reached(lambda: hooks(ear.hear()), hooks(ear.hear()) + 1), "events", LONG)
        for number in range(draw.randrange(5, 60)):
            asked.append(f"c{life}-{number}")
            body = f'{{"command_id":"{asked[-1]}","args":{{"device":"201"}}}}'
            for _ in range(1 + draw.randrange(2)):  # some arrive twice
                app.send("cti/v1/hq/command/app/query_dnd", body.encode(), qos=1)
        until = hooks(ear.hear()) + draw.randrange(0, 2_000)
        wait_for(reached(lambda: hooks(ear.hear()), until), "a moment", LONG)
        process.end(signal.SIGKILL)
    yard.flood.tell(0, 1)
    process = yard.daemon()
    process.expect('"state":"up"')
    wait_for(lambda: app.replies > 0, "replies")
    check(ear.hear())
    assert yard.flood.commands
    assert len(yard.flood.commands) == len(set(yard.flood.commands))
    assert set(yard.flood.commands) <= set(asked)
    assert process.end() == 0
