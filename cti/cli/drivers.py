"""``cti drivers``: what is installed, and what whoever chooses it has to know."""

from __future__ import annotations

import click

from cti import driver, installed


@click.command()
def drivers() -> None:
    """List the drivers of switches with their remarks."""
    for name in installed.names(driver.GROUP):
        try:
            kind = driver.load(name)
        except (ImportError, AttributeError) as error:
            click.echo(f"{name}: cannot be loaded: {error}")
            continue
        summary = (kind.__doc__ or "").strip().partition("\n")[0]
        click.echo(f"{name}: {summary}")
        for remark in kind.remarks:
            click.echo(f"  {remark}")
