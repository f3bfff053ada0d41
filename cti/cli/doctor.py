"""``cti doctor``: what is wrong around a bridge, and what to do about it."""

from __future__ import annotations

import sys

import click

from cti.doctor.rounds import SKIPPABLE, rounds, status


@click.command()
@click.argument("file", type=click.Path())
@click.option(
    "--skip",
    multiple=True,
    type=click.Choice(SKIPPABLE),
    help="Leave something out; may be given again.",
)
def doctor(file: str, skip: tuple[str, ...]) -> None:
    """Look at all that the configuration FILE needs, and say what to do about each fault.

    Configuration, the daemon if it runs and has health pages, brokers, links, disk and
    stores, clock, certificates, and who can read the secrets. A link that no daemon has is
    connected for a moment: --skip links where that disturbs.

    The exit status is 0 when all is well, else that of the first of: 2 configuration,
    3 broker, 4 switch, 5 disk or store, 6 clock, 7 certificate, 8 device or permission.
    """
    found = []
    for finding in rounds(file, skip):
        click.echo(finding.text())
        found.append(finding)
    count = sum(one.fault is not None for one in found)
    click.echo("all is well" if not count else f"{count} fault{'s' if count > 1 else ''}")
    sys.exit(status(found))
