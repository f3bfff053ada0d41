"""``cti top``: calls, agents, queues, devices and links, live, as an MQTT client."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer, Static, TabbedContent, TabPane
from typing_extensions import override

from cti.client import BrokerUnreachable, Client, Mirror
from cti.safe import safe
from cti.tui.rows import COLUMNS, rows

REFRESH: Final = 0.25
"""Seconds between two looks at what changed."""


class Top(App[str | None]):
    """The tables, drawn anew where something changed. Ends with an error or nothing."""

    TITLE = "cti top"
    ENABLE_COMMAND_PALETTE = False
    CSS = "#status { height: 1; padding: 0 1; background: $boost; } DataTable { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit", "Quit"),
        *((str(place), f"show('{name}')", name) for place, name in enumerate(COLUMNS, 1)),
    ]

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._mirror: Mirror | None = None
        self._changed = True
        self._shown: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in COLUMNS}

    @override
    def compose(self) -> ComposeResult:
        yield Static("connecting", id="status", markup=False)
        with TabbedContent(id="tabs"):
            for name in COLUMNS:
                with TabPane(name, id=name):
                    yield DataTable[Text](id=f"{name}-table", cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Make the columns and begin to listen."""
        for name, columns in COLUMNS.items():
            table = self._table(name)
            for column in columns:
                table.add_column(column, key=column)
        self.run_worker(self._listen(), name="listen", exit_on_error=True)
        self.set_interval(REFRESH, self._refresh)
        self.set_interval(1.0, self._mark)

    async def _listen(self) -> None:
        try:
            async with self._client as client:
                changes = client.changes()
                self._mirror = await client.mirror()
                async for _ in changes:
                    self._changed = True
        except BrokerUnreachable as error:
            self.exit(str(error), return_code=1)

    def _mark(self) -> None:
        """Have ages drawn anew."""
        self._changed = True

    def _refresh(self) -> None:
        if self._mirror is None or not self._changed:
            return
        self._changed = False
        for name in COLUMNS:
            self._draw(name, self._mirror)
        self.query_one("#status", Static).update(self._status(self._mirror))

    def _status(self, mirror: Mirror) -> str:
        if not mirror.connected:
            return "no connection to the broker: all this is as it was last"
        switches = sorted({switch for switch, _ in mirror.links})
        if not switches:
            return "connected; no bridge tells anything"
        words = [f"{safe(one)} {'live' if mirror.usable(one) else 'STALE'}" for one in switches]
        calls = sum(1 for _ in mirror.calls())
        return f"{'  '.join(words)}   {calls} calls   {len(mirror.agents)} agents"

    def _draw(self, name: str, mirror: Mirror) -> None:
        table = self._table(name)
        found = {key: cells for key, *cells in rows(mirror, name, _age)}
        shown = self._shown[name]
        if list(shown) != list(found):
            # Rows that come and go: the table is short, and keeps its order.
            place = table.cursor_row
            table.clear()
            for key, cells in found.items():
                table.add_row(*map(_text, cells), key=key)
            table.move_cursor(row=place)
        else:
            for key, cells in found.items():
                for column, old, new in zip(COLUMNS[name], shown[key], cells, strict=True):
                    if old != new:
                        table.update_cell(key, column, _text(new))
        self._shown[name] = {key: tuple(cells) for key, cells in found.items()}

    def _table(self, name: str) -> DataTable[Text]:
        table: DataTable[Text] = self.query_one(f"#{name}-table", DataTable)
        return table

    def action_show(self, name: str) -> None:
        """Bring a table to the front."""
        self.query_one("#tabs", TabbedContent).active = name
        self._table(name).focus()


def _text(cell: str) -> Text:
    """Make a cell; brackets in it are no markup."""
    return Text(cell, no_wrap=True)


def _age(since: str | None) -> str:
    """Tell how long ago a moment was."""
    if since is None:
        return ""
    try:
        begun = datetime.fromisoformat(f"{since[:19]}+00:00")
    except ValueError:
        return ""
    seconds = max(0, round((datetime.now(UTC) - begun).total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return f"{hours}:{minutes % 60:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"


def run(client: Client) -> str | None:
    """Show it until the person quits; give what went wrong, or nothing."""
    app: Any = Top(client)
    found: str | None = app.run()
    return found
