"""``cti schema``: the contract and the configuration file, for editors and programs."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from cti.contract import asyncapi, schemas


def text(what: str) -> str:
    """Give a document as it is printed; raise ``KeyError`` for a name that is none."""
    if what == "config":
        from cti.config.describe import schema_text

        return schema_text()
    if what == "asyncapi":
        told: Any = asyncapi.document()
    elif what in schemas.GROUPS:
        told = schemas.group(what)
    else:
        told = schemas.one(what)
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"


@click.command()
@click.argument("what", default="asyncapi")
def schema(what: str) -> None:
    """Print the AsyncAPI document of the contract, or JSON Schemas.

    WHAT is asyncapi, config for the configuration file, a group (events, commands, replies,
    states, status, errors), or one schema: an event such as connection.alerting, a command
    such as make_call.request, its make_call.reply, or the name of a type.
    """
    try:
        click.echo(text(what), nl=False)
    except KeyError:
        groups = ", ".join(schemas.GROUPS)
        raise click.UsageError(
            f"{what!r} is not asyncapi, config, a group ({groups}) or the name of a schema"
        ) from None
