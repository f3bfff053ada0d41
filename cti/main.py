"""``cti``: the command line."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Final

import click
from typing_extensions import override

_COMMANDS: Final = {
    "acl": "cti.cli.acl:acl",
    "alternate": "cti.cli.ask:alternate",
    "answer": "cti.cli.ask:answer",
    "blind-transfer": "cti.cli.ask:blind_transfer",
    "call": "cti.cli.ask:call",
    "check": "cti.cli.check:check",
    "clear": "cti.cli.ask:clear",
    "command": "cti.cli.ask:command",
    "conference": "cti.cli.ask:conference",
    "consult": "cti.cli.ask:consult",
    "decode": "cti.cli.codec:decode",
    "deflect": "cti.cli.ask:deflect",
    "doctor": "cti.cli.doctor:doctor",
    "drivers": "cti.cli.drivers:drivers",
    "encode": "cti.cli.codec:encode",
    "events": "cti.cli.watch:events",
    "hold": "cti.cli.ask:hold",
    "init": "cti.cli.init:init",
    "login": "cti.cli.ask:login",
    "logout": "cti.cli.ask:logout",
    "reconnect": "cti.cli.ask:reconnect",
    "replay": "cti.cli.replay:replay",
    "retrieve": "cti.cli.ask:retrieve",
    "run": "cti.cli.run:run",
    "schema": "cti.cli.schema:schema",
    "state": "cti.cli.watch:state",
    "store": "cti.cli.store:store",
    "top": "cti.cli.top:top",
    "transfer": "cti.cli.ask:transfer",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are used: the start stays short."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        where = _COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, name = where.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"cti-bridge {version('cti-bridge')}")
    for name in ("cti", "protocols", "drivers", "sim"):
        click.echo(f"{name}: {importlib.import_module(name).__path__[0]}")
    ctx.exit()


@click.group(cls=_Lazy)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and where each package is imported from.",
)
def main() -> None:
    """CTI bridge: telephone switches on one side, MQTT on the other."""
