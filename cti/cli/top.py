"""``cti top``: what happens at the switches, live in the terminal."""

from __future__ import annotations

from typing import Any

import click

from cti.cli import broker as br


@click.command()
@br.options
def top(**where: Any) -> None:
    """Show calls, agents, queues, devices and links live. Needs the extra tui."""
    to = br.reach(**where, any_switch=True)
    try:
        from cti.tui.top import run
    except ModuleNotFoundError as error:
        if error.name not in ("textual", "rich"):
            raise
        raise click.ClickException("needs textual: pip install 'cti-bridge[tui]'") from None
    if (wrong := run(to.application())) is not None:
        raise click.ClickException(wrong)
