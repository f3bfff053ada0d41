"""The examples of docs/client.md, as they are printed, against a whole site."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cti.client import Client, CommandError, CommandRejected
from cti.model.events import CallCleared, ConnectionAlerting, ConnectionEvent
from cti.model.results import CallMade
from tests.integration.conftest import Site
from tests.integration.site import PATIENCE, Process, Switch, wait_for
from tests.support import examples

pytestmark = pytest.mark.slow


class Stage:
    """A site, and the examples to run at it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.site = Site(folder, stack)
        self.switch: Switch = self.site.switch()
        self.site.daemon(self.switch.port, devices='"201-208", "300", "400"')
        self.broker = f"mqtt://127.0.0.1:{self.site.broker.port}"
        self._files = examples.extract("client.md", folder)
        self._stack = stack
        with ExitStack() as look:
            application = self.site.application("app")
            look.callback(application.close)
            wait_for(lambda: application.link() == "up", "link up")

    def run(self, name: str, *words: str) -> Process:
        process = Process(
            sys.executable, str(self._files[name]), *words, env={"CTI_BROKER": self.broker}
        )
        self._stack.callback(process.end)
        return process


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(tmp_path_factory.mktemp("stage"), stack)


def test_who_calls(stage: Stage) -> None:
    pop = stage.run("pop.py")
    pop.expect("waiting")
    stage.switch("dial", "202", "201")
    pop.expect("201 rings: 202")
    stage.switch("hang-up", "202")


def test_click_to_dial(stage: Stage) -> None:
    dial = stage.run("dial.py", "203", "204")
    dial.expect("calling")
    stage.switch("answer", "204")
    dial.expect("talking to 204")
    stage.switch("hang-up", "203")
    dial.expect("over")


def test_click_to_dial_says_what_is_wrong(stage: Stage) -> None:
    stage.run("dial.py", "999", "204").expect("invalid_object, no")


def test_a_board_of_agents(stage: Stage) -> None:
    board = stage.run("board.py")
    board.expect("live")
    stage.switch("log-in", "205", "4711")
    board.expect("4711 not_ready")
    stage.switch("ready", "205")
    board.expect("4711 ready")
    stage.switch("log-out", "205")


def test_routing(stage: Stage) -> None:
    route = stage.run("route.py")
    route.expect("serving")
    stage.switch("call-in", "0301234567", "400")
    route.expect("routed to 201")
    wait_for(lambda: {"201": "alerting"}.items() <= _all(stage.switch).items(), "201 rings")
    stage.switch("answer", "201")
    stage.switch("hang-up", "201")


def _all(switch: Switch) -> dict[str, str]:
    return {device: state for call in switch.calls() for device, state in call.items()}


def test_on_twisted(stage: Stage) -> None:
    dial = stage.run("twisted_dial.py", "206", "207")
    dial.expect("calling 206")
    stage.switch("hang-up", "206")


def test_the_examples_satisfy_the_type_checker(tmp_path: Path) -> None:
    files = examples.extract("client.md", tmp_path)
    assert len(files) >= 5
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, files.values())],
        cwd=examples.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


# What no example shows.


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def patiently() -> None:
        async with asyncio.timeout(PATIENCE):
            await work()

    asyncio.run(patiently())


def test_results_errors_and_streams_are_typed(stage: Stage) -> None:
    async def work() -> None:
        async with Client(stage.broker, client="app", switch="hq") as client:
            async with client.events(ConnectionEvent, device="208") as events:
                made = await client.make_call(device="207", to="208")
                assert isinstance(made, CallMade)
                event = await anext(events)
                assert isinstance(event, ConnectionAlerting)
                assert event.call_id == made.call
                with pytest.raises(CommandError) as refused:
                    await client.retrieve(device="207")
                assert refused.value.kind == "state_conflict"
                assert isinstance(refused.value, CommandRejected)
            async with client.events(CallCleared) as ends:
                await client.clear_connection(device="207")
                assert (await anext(ends)).call_id == made.call

    run(work)


def test_streams_and_commands_go_on_after_the_broker_was_away(
    tmp_path: Path, stack: ExitStack
) -> None:
    stage = Stage(tmp_path, stack)

    async def work() -> None:
        async with Client(stage.broker, client="app", switch="hq") as client:
            changes = client.changes()
            mirror = await client.mirror()
            async with client.events(ConnectionAlerting, device="202") as ringing:
                await asyncio.to_thread(stage.site.broker.stop)
                while mirror.usable("hq"):
                    await anext(changes)
                asked = asyncio.create_task(
                    client.make_call(device="201", to="202", timeout=PATIENCE)
                )
                await asyncio.to_thread(stage.site.broker.start)
                assert (await asked).device == "201"
                assert (await anext(ringing)).device_id == "202"
                while not mirror.usable("hq"):
                    await anext(changes)

    run(work)


def test_top_shows_the_site(stage: Stage) -> None:
    from textual.widgets import DataTable

    from cti.tui.top import Top

    async def work() -> None:
        app = Top(Client(stage.broker, client="app", switch="hq"))
        async with app.run_test(size=(140, 40)) as pilot:
            table = app.query_one("#devices-table", DataTable)
            while table.row_count < 10:
                await pilot.pause(0.05)
            links = app.query_one("#links-table", DataTable)
            assert str(links.get_row_at(0)[2]) == "up"

    run(work)


def test_a_broker_that_is_not_there_is_told_at_once() -> None:
    from cti.client import BrokerUnreachable
    from tests.integration.site import free_port

    async def work() -> None:
        with pytest.raises(BrokerUnreachable):
            async with Client(f"mqtt://127.0.0.1:{free_port()}", client="app", switch="hq"):
                raise AssertionError("entered")

    run(work)


def test_the_broker_of_the_environment_is_the_default() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cti.client.address import DEFAULT; print(DEFAULT)"],
        env={**os.environ, "CTI_BROKER": "mqtts://broker.example"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "mqtts://broker.example\n"
