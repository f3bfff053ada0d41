"""``replay`` and ``snapshot`` of a whole site, and a client that misses nothing by them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cti.client import Client, Gap, Told
from tests.integration.conftest import Site
from tests.integration.site import PATIENCE, Application, Process, Switch, wait_for

pytestmark = pytest.mark.slow

READER = """
[rights.desk]
verbs = ["replay", "snapshot"]
[rights.desk.read]
devices = ["201"]
"""


class Stage:
    """A site with a switch, and an application that has heard everything."""

    def __init__(self, folder: Path, stack: ExitStack, more: str = READER) -> None:
        self.site = Site(folder, stack)
        self.app: Application = self.site.application()
        self.switch: Switch = self.site.switch()
        self.process: Process = self.site.daemon(self.switch.port, more=more)
        self.broker = f"mqtt://127.0.0.1:{self.site.broker.port}"
        wait_for(lambda: self.app.link() == "up", "link up")

    def calls(self, count: int) -> None:
        """Have people call each other, and wait until all of it is told."""
        before = self._cleared()
        for _ in range(count):
            self.switch("dial", "201", "202")
            self.switch("hang-up", "201")
        wait_for(lambda: self._cleared() >= before + count, "calls", 4 * PATIENCE)

    def _cleared(self) -> int:
        return len({one["id"] for one in self.app.events if one["type"] == CLEARED})


CLEARED = "cti.call.cleared.v1"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(tmp_path_factory.mktemp("stage"), stack)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def patiently() -> None:
        async with asyncio.timeout(4 * PATIENCE):
            await work()

    asyncio.run(patiently())


async def read(client: Client, after: int, through: int) -> list[Told[Any] | Gap]:
    """Follow a switch to an offset."""
    found: list[Told[Any] | Gap] = []
    async for told in client.follow(after=after):
        found.append(told)
        if isinstance(told, Told) and told.offset >= through:
            return found
    raise AssertionError("ended")


def test_a_range_is_told_again_as_it_was(stage: Stage) -> None:
    stage.calls(2)
    known = {event["offset"]: event for event in stage.app.events}
    last = max(known)
    since = len(stage.app.again)
    reply = stage.app.ask("replay", **{"from": 3, "to": last})
    assert reply["status"] == "succeeded"
    told = {"from": 3, "to": last, "events": last - 2, "newest": last}
    assert reply["result"] == told
    assert stage.app.again[since:] == [known[offset] for offset in range(3, last + 1)]


def test_a_client_reads_everything_from_the_first_event(stage: Stage) -> None:
    stage.calls(90)
    last = max(event["offset"] for event in stage.app.events)
    assert last > 600  # more than one answer has

    async def work() -> None:
        async with Client(stage.broker, client="app", switch="hq") as client:
            found = await read(client, 0, last)
            assert [one.offset for one in found if isinstance(one, Told)] == [
                *range(1, last + 1)
            ]
            assert client.lost == 0

    run(work)


def test_a6_a_client_is_told_again_what_it_may_see(stage: Stage) -> None:
    stage.calls(1)
    desk = stage.site.application("desk")
    seen = {"connection/201", "link/main", "switch/hq", "snapshot/main"}
    last = max(event["offset"] for event in stage.app.events[:200])
    reply = desk.ask("replay", **{"from": 1, "to": last})
    assert reply["status"] == "succeeded"
    assert {event["subject"] for event in desk.again} == seen
    assert reply["result"]["events"] == len(desk.again) < last
    assert reply["result"]["to"] == last
    desk.again.clear()
    reply = desk.ask("snapshot")
    assert reply["status"] == "succeeded"
    topics = {one["topic"].removeprefix("cti/v1/hq/") for one in desk.again}
    assert topics == {"info", "link/main/status", "state/device/201"}
    assert reply["result"]["states"] == 3


def test_a_snapshot_is_what_is_retained(stage: Stage) -> None:
    stage.calls(1)

    def same() -> bool:
        stage.app.again.clear()
        assert stage.app.ask("snapshot")["status"] == "succeeded"
        told = {one["topic"]: one["state"] for one in stage.app.again}
        retained = {
            topic: state
            for topic, state in stage.app.retained.items()
            if topic.startswith("cti/v1/hq/")
        }
        return _without(told) == _without(retained)

    wait_for(same, "states as they are retained")


def _without(states: dict[str, Any]) -> dict[str, Any]:
    """Leave away up to where a state was known to be true."""
    return {
        topic: {name: one for name, one in state.items() if name != "offset"}
        for topic, state in states.items()
    }


def test_a_client_misses_nothing_of_a_broker_that_is_killed(
    tmp_path: Path, stack: ExitStack
) -> None:
    stage = Stage(tmp_path, stack)

    async def work() -> None:
        async with Client(stage.broker, client="app", switch="hq") as client:
            follow = client.follow(after=0)
            offsets = [told.offset async for told in _first(follow, 10)]
            for _ in range(2):
                await asyncio.to_thread(stage.site.broker.stop, signal.SIGKILL)
                for _ in range(5):
                    stage.switch("dial", "201", "202")
                    stage.switch("hang-up", "201")
                await asyncio.to_thread(stage.site.broker.start)
                await asyncio.to_thread(wait_for, stage.app.connected.is_set, "connected")
                await asyncio.to_thread(stage.calls, 5)
            last = max(event["offset"] for event in stage.app.events)
            while offsets[-1] < last:
                told = await anext(follow)
                assert isinstance(told, Told), told
                offsets.append(told.offset)
            assert offsets == list(range(1, len(offsets) + 1))
            assert client.lost == 0

    run(work)


async def _first(follow: Any, count: int) -> Any:
    for _ in range(count):
        yield await anext(follow)


def test_what_is_not_kept_any_more_is_told_as_gone(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack, more="[journal]\nreplay_age = 0\n")

    def gone() -> dict[str, Any] | None:
        reply = stage.app.ask("replay", **{"from": 1, "to": 5})
        return None if reply["status"] == "succeeded" else reply

    error = wait_for(gone, "gone")["error"]
    assert (error["class"], error["status"]) == ("gone", 410)
    first = error["first_offset"]
    assert first > 5

    async def work() -> None:
        async with Client(stage.broker, client="app", switch="hq") as client:
            follow = client.follow(after=1)
            gap = await anext(follow)
            assert isinstance(gap, Gap)
            assert (gap.first, gap.reason) == (2, "gone")
            await asyncio.to_thread(stage.calls, 1)
            told = await anext(follow)
            assert isinstance(told, Told)

    run(work)
