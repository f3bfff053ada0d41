"""``cti drivers``: what is installed, and what whoever chooses it has to know."""

from __future__ import annotations

import click

from cti import installed
from cti.driver import GROUP, load


@click.command()
def drivers() -> None:
    """List the drivers that are installed, and what has to be known of them.

    Each line has the name for the configuration and the protocol; remarks stand below it.
    """
    for name in installed.names(GROUP):
        try:
            driver = load(name)
        except (ImportError, AttributeError) as error:
            click.echo(f"{name}: cannot be loaded: {error}")
            continue
        click.echo(f"{name}: {driver.protocol}")
        for remark in driver.remarks:
            click.echo(f"    {remark}")
