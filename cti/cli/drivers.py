"""``cti drivers``: what is installed to speak to switches."""

from __future__ import annotations

import click

from cti import installed
from cti.driver import GROUP, load


@click.command()
def drivers() -> None:
    """List the drivers that are installed, and what has to be known of them.

    Each line has the name for the configuration and the protocol; a notice stands below it.
    """
    for name in installed.names(GROUP):
        driver = load(name)
        click.echo(f"{name}: {driver.protocol}")
        if driver.notice:
            click.echo(f"    {driver.notice}")
