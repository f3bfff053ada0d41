"""``cti store``: what is in a store, and whether it is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cti import moment
from cti.identity import StartingState
from cti.store import Store, StoreError, Summary
from cti.store.store import existing_connection


@click.group()
def store() -> None:
    """Look into the store of a switch, while no daemon has it."""


@contextmanager
def _opened(file: str) -> Iterator[Store]:
    """Open a store; a wrong one ends the program with status 2."""
    try:
        opened = Store(file, None, existing_connection)
        try:
            yield opened
        finally:
            opened.close()
    except StoreError as error:
        click.echo(f"cti store: {error}", err=True)
        sys.exit(2)


@store.command()
@click.argument("file", type=click.Path())
def check(file: str) -> None:
    """Read everything in a store and tell what is wrong.

    The exit status is 1 if anything is, 2 if the store cannot be opened, else 0.
    """
    with _opened(file) as opened:
        faults = opened.check()
    for fault in faults:
        click.echo(f"{file}: {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo("ok")


@store.command()
@click.argument("file", type=click.Path())
def show(file: str) -> None:
    """Tell what is in a store: whose it is, epochs, how many objects, and the live calls."""
    with _opened(file) as opened:
        summary, state = opened.summary(), opened.load()
    for line in (*told(summary), *calls(state)):
        click.echo(line)


@store.command()
@click.argument("file", type=click.Path())
@click.argument("to", type=click.Path())
def backup(file: str, to: str) -> None:
    """Copy the store FILE to the new file TO, while no daemon has it.

    The copy is checked, and has a store id of its own: calls that begin after it is put in
    the place of FILE never get an id that was given before.
    """
    try:
        with _opened(file) as opened:
            opened.copy(to)
        with _opened(to) as copied:
            faults = copied.check()
    except StoreError as error:
        click.echo(f"cti store: {error}", err=True)
        sys.exit(2)
    for fault in faults:
        click.echo(f"{to}: {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo(f"{to} is whole")


def told(summary: Summary) -> Iterator[str]:
    """Show a summary."""
    yield f"switch {summary.switch_id}, store {summary.store_id}, schema {summary.schema}"
    yield f"last change {moment.text(summary.at) if summary.at else 'never'}"
    for link_id, epoch in summary.epochs.items():
        yield f"link {link_id}: epoch {epoch}"
    yield f"last offset {summary.offset}; {summary.messages} messages"
    yield f"{summary.untaken} of them the broker has not; {summary.commands} commands"
    yield f"{summary.counters} counted call identifiers"
    for kind, count in summary.objects.items():
        yield f"{count} {kind.replace('_', ' ')}{'' if count == 1 else 's'}"


def calls(state: StartingState) -> Iterator[str]:
    """Show the calls that have not ended, without their numbers and data."""
    for call in state.calls:
        if call.ended_at is None:
            parties = ", ".join(
                f"{leg.device_id} {leg.state.value}" for leg in call.legs if leg.state != "null"
            )
            yield f"call {call.call_id} version {call.version}: {parties or 'nobody'}"
