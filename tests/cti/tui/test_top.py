"""``cti top`` worked by a person who presses keys, with a mirror that needs no broker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, cast

import pytest
from textual.widgets import DataTable, Static, TabbedContent

from cti.client import BrokerUnreachable, Changed, Client, Mirror
from cti.model.data import CallData
from cti.model.numbers import Number
from cti.model.objects import Agent, Call, CallNumbers, Connection, Device, Queue
from cti.model.states import (
    AgentState,
    Basis,
    CallState,
    ConnectionState,
    DeviceType,
    Direction,
    LinkState,
)
from cti.northbound.documents import DaemonStatus, LinkStatus
from cti.tui.rows import COLUMNS
from cti.tui.top import Top

SINCE = "2026-01-01T00:00:00.000000000Z"


class Bench:
    """Stands for a client: a mirror that the test fills."""

    def __init__(self, error: Exception | None = None) -> None:
        self.shown = Mirror()
        self._changes: asyncio.Queue[Changed] = asyncio.Queue()
        self._error = error

    async def __aenter__(self) -> Self:
        if self._error is not None:
            raise self._error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to leave."""

    async def mirror(self) -> Mirror:
        return self.shown

    async def changes(self) -> Any:
        while True:
            yield await self._changes.get()

    def changed(self) -> None:
        self._changes.put_nowait(Changed("call", "hq", ""))


def connection(call: str, device: str, state: ConnectionState) -> Connection:
    return Connection(call, device, 0, state, SINCE, None, None, None, None, None, ())


def call(call_id: str, name: str = "Miller") -> Call:
    return Call(
        *(call_id, "t", "hq", (), CallState.ACTIVE, Direction.INBOUND, SINCE, None),
        CallNumbers(calling=Number(raw="0301234567", name=name)),
        CallData(),
        *(None, 1, False, False),
        (
            connection(call_id, "ext:1", ConnectionState.CONNECTED),
            connection(call_id, "201", ConnectionState.ALERTING),
        ),
    )


def device(*calls: Call) -> Device:
    return Device("hq", "201", DeviceType.STATION, ("201",), True, calls=calls)


def fill(mirror: Mirror) -> None:
    mirror.connected = True
    mirror.daemons["d1"] = DaemonStatus("online", "b", SINCE, "1")
    mirror.links["hq", "main"] = LinkStatus(LinkState.UP, 7, SINCE, "", "b")
    mirror.devices["hq", "201"] = device(call("c1"))
    mirror.agents["hq", "4711"] = Agent(
        *("hq", "4711", AgentState.READY, "201", None, AgentState.NOT_READY),
        *(("300",), Basis.REPORTED, SINCE, 1),
    )
    mirror.queues["hq", "300"] = Queue("hq", "300", 3, Basis.COUNTED, ("4711",), 1)


def play(bench: Bench, scene: Callable[[Top, Any], Coroutine[Any, Any, None]]) -> Top:
    app = Top(cast("Client", bench))

    async def run() -> None:
        async with app.run_test(size=(140, 30)) as pilot:
            await scene(app, pilot)

    asyncio.run(run())
    return app


def cells(app: Top, name: str) -> list[list[str]]:
    table = app.query_one(f"#{name}-table", DataTable)
    return [[str(cell) for cell in table.get_row_at(row)] for row in range(table.row_count)]


async def until(pilot: Any, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await pilot.pause(0.05)


def status(app: Top) -> str:
    return str(app.query_one("#status", Static).render())


def test_everything_is_shown() -> None:
    bench = Bench()
    fill(bench.shown)

    async def scene(app: Top, pilot: Any) -> None:
        await until(pilot, lambda: bool(cells(app, "calls")))
        ((_, name, _, direction, calling, called, parties),) = cells(app, "calls")
        assert (name, direction, calling) == ("c1", "inbound", "0301234567 Miller")
        assert (called, parties) == ("", "ext:1 connected  201 alerting")
        assert cells(app, "agents")[0][1:3] == ["4711", "ready > not_ready"]
        assert cells(app, "queues") == [["hq", "300", "3", "counted", "4711"]]
        assert cells(app, "devices")[0][:4] == ["hq", "201", "station", "alerting"]
        assert cells(app, "links")[0][:3] == ["hq", "main", "up"]
        assert status(app) == "hq live   1 calls   1 agents"

    play(bench, scene)


def test_what_changes_is_drawn_anew() -> None:
    bench = Bench()
    fill(bench.shown)

    async def scene(app: Top, pilot: Any) -> None:
        await until(pilot, lambda: len(cells(app, "calls")) == 1)
        bench.shown.devices["hq", "201"] = device(call("c1"), call("c2"))
        bench.changed()
        await until(pilot, lambda: len(cells(app, "calls")) == 2)
        bench.shown.devices["hq", "201"] = device()
        bench.changed()
        await until(pilot, lambda: not cells(app, "calls"))
        bench.shown.daemons["d1"] = DaemonStatus("lost", "b", SINCE, "1")
        bench.changed()
        await until(pilot, lambda: "STALE" in status(app))
        assert cells(app, "links")[0][2] == "up (stale)"
        bench.shown.connected = False
        bench.changed()
        await until(pilot, lambda: "no connection" in status(app))

    play(bench, scene)


@pytest.mark.parametrize(
    "name", ["\x1b[2J", "[bold]x", "[@click=app.quit]x[/]", "\u202egnp", "a\nb", "[/]"]
)
def test_names_from_outside_are_text_only(name: str) -> None:
    bench = Bench()
    fill(bench.shown)
    bench.shown.devices["hq", "201"] = device(call("c1", name))

    async def scene(app: Top, pilot: Any) -> None:
        await until(pilot, lambda: bool(cells(app, "calls")))
        shown = cells(app, "calls")[0][4]
        assert shown.isprintable()
        assert shown.startswith("0301234567 ")
        if name.isprintable():
            assert shown == f"0301234567 {name}"
        assert not app.query_one("#calls-table", DataTable).get_row_at(0)[4].spans

    play(bench, scene)


def test_keys_bring_tables_to_the_front_and_end_it() -> None:
    async def scene(app: Top, pilot: Any) -> None:
        for place, name in enumerate(COLUMNS, 1):
            await pilot.press(str(place))
            await until(pilot, lambda name=name: app.query_one(TabbedContent).active == name)  # type: ignore[misc]
        await pilot.press("q")

    app = play(Bench(), scene)
    assert not app.return_code


def test_a_broker_that_is_not_there_ends_it() -> None:
    async def scene(app: Top, pilot: Any) -> None:
        await until(pilot, lambda: app.return_code is not None)

    app = play(Bench(BrokerUnreachable("broker x: refused")), scene)
    assert (app.return_code, app.return_value) == (1, "broker x: refused")
