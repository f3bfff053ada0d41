"""``cti replay``: a recorded day of a switch as normalized events."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

import click
import msgspec

from cti import engine as en
from cti.cli.columns import HEADER, row
from cti.driver import DriverError
from cti.trace.records import Header, Record, TraceError, load
from cti.trace.replay import Replay
from protocols.stacks.primitives import OptionError

_LONG: Final = 2000
"""Records from which a progress bar is shown."""


@click.command()
@click.argument("trace", type=click.File("r", errors="replace"))
@click.option("--driver", help="Switch driver, such as csta.")
@click.option("--dialect", help="Dialect of the driver, such as panasonic.")
@click.option("--switch", "switch_id", help="Switch id; replay if nothing tells it.")
@click.option("--link", "link_id", help="Link id; replay-1 if nothing tells it.")
@click.option("--json", "as_json", is_flag=True, help="Write events as JSON lines.")
def replay(
    trace: Any,
    driver: str | None,
    dialect: str | None,
    switch_id: str | None,
    link_id: str | None,
    *,
    as_json: bool,
) -> None:
    """Run a trace through the Engine and show the events it gives.

    TRACE holds JSON lines {"t","dir","hex"}; - is standard input. A trace that the daemon
    recorded tells in its first line what the options would tell, and what the daemon knew
    then: the events come with the identifiers they were published with. Options override.

    The summary goes to standard error. The exit status is 1 when something did not decode,
    2 when the trace or the options are wrong.
    """
    try:
        header, records = load(trace, trace.name)
        if header is None:
            if driver is None:
                raise click.UsageError("--driver is needed: the trace does not tell its driver")
            header = Header(switch="replay", link="replay-1", driver=driver)
        config = header.config if dialect is None else {**header.config, "dialect": dialect}
        run = Replay(
            driver or header.driver,
            config,
            switch_id=switch_id or header.switch,
            link_id=link_id or header.link,
            start=header.start,
            stack=header.stack,
            seq=header.seq,
        )
        actions = _watched(run, records)
        if not as_json:
            click.echo(HEADER)
        for action in actions:
            _show(action, as_json=as_json)
    except (TraceError, DriverError, OptionError) as error:
        click.echo(f"cti replay: {error}", err=True)
        sys.exit(2)
    summary = ", ".join(f"{count} {name}" for name, count in run.summary.items())
    click.echo(summary, err=True)
    sys.exit(1 if run.unreadable else 0)


def _watched(run: Replay, records: list[Record]) -> Iterable[en.Action]:
    """Run a trace; a long one before a terminal first shows how far it is."""
    if len(records) < _LONG or not sys.stderr.isatty():
        return run.run(records)
    with click.progressbar(length=len(records), file=sys.stderr, label="replay") as bar:
        return list(run.run(records, bar.update))


def _show(action: en.Action, *, as_json: bool) -> None:
    match action:
        case en.Publish(event):
            click.echo(msgspec.json.encode(event) if as_json else row(event))
        case en.Note(link_id, note):
            where = "" if note.offset is None else f" at octet {note.offset}"
            clause = f" ({note.clause})" if note.clause else ""
            click.echo(
                f"{link_id} {note.epoch}:{note.seq} {note.kind}: {note.detail}{where}{clause}",
                err=True,
            )
        case _:
            pass
