"""``cti check``: everything that is wrong with a configuration, before it is used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import click

from cti.config import Config, ConfigError, examine
from cti.config.files import devices
from cti.config.rights import Right
from cti.config.words import broker

_LISTS: Final = (
    *("verbs", "acts", "reaches", "agents", "queues", "route_points", "destinations"),
)
_READ: Final = ("devices", "agents", "queues", "route_points")
_GRAVE: Final = {
    "private": "which passes every other check",
    "observe": "which is silent listening",
}
_PLANNED: Final = {"national", "mobile", "international", "premium", "emergency"}
"""Classes that only a numbering plan tells apart."""


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
        yield from (f"rights.{name}: {words}" for words in wide(right))
    outside = [name for name, right in config.rights.items() if dials_outside(right)]
    for name, switch in config.switch.items():
        if outside and switch.numbers is None:
            yield (
                f"switch.{name} has no numbers: for {_listed(outside)} every number that is "
                "none of its devices is unknown"
            )
    for link in config.log.octets:
        yield f"the log holds all that {link} says"


def wide(right: Right) -> Iterator[str]:
    """Tell what a client may do that few should."""
    lists = {key: getattr(right, key) for key in _LISTS}
    lists |= {f"read.{key}": getattr(right.read, key) for key in _READ}
    if right.night is not None:
        lists["night.destinations"] = right.night.destinations
    for key, texts in lists.items():
        if "*" in texts:
            but = " but private and observe" if key == "verbs" else ""
            yield f"{key} has '*', which is everything{but}"
    for verb, words in _GRAVE.items():
        if verb in right.verbs:
            yield f"verbs has {verb!r}, {words}"
    if "unknown" in right.destinations:
        yield "destinations has 'unknown', which is every number that no plan explains"


def dials_outside(right: Right) -> bool:
    """Tell whether a client may have numbers outside dialled."""
    return bool(set(right.destinations) & _PLANNED)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
