"""``cti check``: everything that is wrong with a configuration, before it is used."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from cti.config import Config, ConfigError, examine
from cti.config.files import devices
from cti.config.words import broker


@click.command()
@click.argument("file", type=click.Path())
def check(file: str) -> None:
    """Check a configuration file, with its drivers and the files that it names.

    Every error is told as FILE:LINE: KEY: REASON, and the exit status is 2. Without errors
    it is told what would be started, and what deserves a second look.
    """
    try:
        config = examine(file)
    except ConfigError as error:
        click.echo(str(error), err=True)
        count = len(error.errors)
        click.echo(f"cti check: {count} error{'s' if count > 1 else ''}", err=True)
        sys.exit(2)
    for line in summary(config):
        click.echo(line)
    for line in remarks(config):
        click.echo(f"note: {line}")
    click.echo("ok")


def summary(config: Config) -> Iterator[str]:
    """Tell what would be started."""
    yield f"daemon {config.daemon.name}, state in {config.daemon.state_dir}"
    yield f"mqtt {', '.join(config.mqtt.brokers)}, topics below {config.mqtt.base}/v1"
    for name, switch in config.switch.items():
        count = len(devices(switch.monitor))
        yield f"switch {name}: {count} device{'' if count == 1 else 's'} to watch"
        for link_name, link in switch.link.items():
            dialect = f" ({link.dialect})" if link.dialect else ""
            tls = " with TLS" if link.tls is not None else ""
            kept = f", recorded in {link.record.folder}" if link.record else ""
            yield f"  link {link_name}: {link.driver}{dialect} at {link.address}{tls}{kept}"
    rights = ", ".join(config.rights)
    yield f"rights: {rights or 'none, so every command is refused'}"


def remarks(config: Config) -> Iterator[str]:
    """Tell what is allowed and may still not be meant."""
    plain = [text for text in config.mqtt.brokers if not broker(text).tls]
    if plain and config.mqtt.password_file is not None:
        yield f"the password goes to {', '.join(plain)} in clear text"
    for name, right in config.rights.items():
        for key in ("verbs", "devices"):
            if "*" in getattr(right, key):
                yield f"rights.{name}: {key} has '*', which is everything"
    for link in config.log.octets:
        yield f"the log holds all that {link} says"
