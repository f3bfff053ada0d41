"""``cti schema``: the forms of files and messages as JSON Schema."""

from __future__ import annotations

import click


@click.group()
def schema() -> None:
    """Write a JSON Schema, for editors and programs."""


@schema.command()
def config() -> None:
    """Write the schema of the configuration file."""
    from cti.config.describe import schema_text

    click.echo(schema_text(), nl=False)
