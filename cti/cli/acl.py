"""``cti acl``: the broker's rules that match the rights of a configuration."""

from __future__ import annotations

import sys

import click

from cti.config import Config, ConfigError, load
from cti.config.files import devices
from cti.northbound.acl import FORMS, Site, rules


@click.command()
@click.argument("broker", type=click.Choice(list(FORMS)))
@click.argument("file", type=click.Path())
def acl(broker: str, file: str) -> None:
    """Print the rules that a BROKER needs for the rights in a configuration FILE.

    A user may write below its own name, and read what its rights let it see. Users and their
    passwords are the broker's: their names are those of the rights. Print them again when
    the rights or the devices change.
    """
    try:
        config = load(file)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    site = _site(config)
    if not site.user:
        click.echo("# mqtt.username is missing: the daemon needs rules too", err=True)
    click.echo(FORMS[broker](rules(site, config.rights), site), nl=False)


def _site(config: Config) -> Site:
    switches = {
        name: (*devices(switch.monitor), *(point.device for point in switch.route_point))
        for name, switch in config.switch.items()
    }
    return Site(config.mqtt.base, config.daemon.name, config.mqtt.username or "", switches)
