"""``cti init``: a first configuration, made of a few answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from cti import installed
from cti.config import ConfigError, load, words
from cti.driver import GROUP

F = TypeVar("F", bound=Callable[..., Any])

_TEXT: Final = """\
# Configuration of the bridge. `cti check {file}` tells everything that is wrong with it,
# `cti doctor {file}` what is wrong around it. docs/configuration.md lists all keys.

[daemon]
# Name of this daemon in topics, and its MQTT client id.
name = {name}
# A file for each switch: what the bridge must know after a restart.
state_dir = {state_dir}

[log]
# debug, info, warning, error or critical.
level = "info"

[health]
# /healthz, /readyz, /metrics and /info; loopback or a UNIX socket.
{health}

[mqtt]
# Brokers to try in turn: mqtts://host:port or mqtt://host:port.
brokers = [{broker}]
{login}

# One table for each switch; its name is a level of every topic.
[switch.{switch}]

[switch.{switch}.link.main]
driver = {driver}
# tcp:HOST:PORT, unix:/PATH, xot:HOST, serial:/dev/NAME?speed=19200 or hdlc:INTERFACE.
address = {address}
{dialect}

[switch.{switch}.monitor]
# What is watched: devices and ranges of them.
devices = [{devices}]

# Who may do what. A client's name is the level of its command topics, which the broker proves.
# What is not listed is refused.
{rights}
"""


def _taking(check: Callable[[str], object]) -> Callable[..., Any]:
    """Make a check of the configuration one of the command line."""

    def take(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        if value:
            try:
                check(value)
            except ValueError as error:
                raise click.BadParameter(str(error)) from None
        return value

    return take


def _devices(text: str) -> None:
    for one in text.split(","):
        words.device_range(one.strip())


def _driver(text: str) -> None:
    known = installed.names(GROUP)
    if text not in known:
        raise ValueError(f"no driver {text!r}; installed: {', '.join(known)}")


def _asked(
    name: str, default: str, question: str, check: Callable[[str], object]
) -> Callable[[F], F]:
    return click.option(
        name, default=default, show_default=True, help=question, callback=_taking(check)
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given has its default.")
@_asked("--broker", "mqtt://127.0.0.1:1883", "Address of the broker", words.broker)
@_asked("--username", "", "User name at the broker, if it wants one", str)
@_asked("--password-file", "", "File that holds its password", str)
@_asked("--switch", "hq", "Name of the switch in topics", words.switch_name)
@_asked("--driver", "csta", "Driver of its link", _driver)
@_asked("--address", "tcp:127.0.0.1:34000", "Address of its link", words.link_address)
@_asked("--dialect", "", "Dialect of the driver, if the switch needs one", str)
@_asked("--devices", "201-208", "Devices to watch, with commas", _devices)
@_asked("--client", "", "Client that may give every command, if any", words.name)
@_asked("--health", "", "Address of the health pages, if any", words.listening)
@_asked("--state-dir", "/var/lib/cti", "Folder of the stores", str)
@_asked("--name", "ctid", "Name of the daemon", words.name)
def init(file: Path, *, yes: bool, **answers: str) -> None:
    """Write a first configuration to FILE, of a few answers.

    The file is readable by its owner only; one that is there is left alone.
    """
    if os.path.lexists(file):
        click.echo(f"cti init: {file} is there already, and stays as it is", err=True)
        sys.exit(2)
    if not yes and sys.stdin.isatty():
        answers = {name: _ask(name, value) for name, value in answers.items()}
    try:
        text = _written(file, answers)
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "w") as opened:
            opened.write(text)
        load(file)
    except OSError as error:
        click.echo(f"cti init: {file}: {error.strerror}", err=True)
        sys.exit(2)
    except ConfigError as error:
        file.unlink()
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{file} is written; next: cti check {file}")


def _ask(name: str, value: str) -> str:
    """Ask for what the command line did not say."""
    ctx = click.get_current_context()
    parameter = next(one for one in ctx.command.params if one.name == name)
    source = ctx.get_parameter_source(name)
    if source is not None and source.name != "DEFAULT":
        return value
    assert isinstance(parameter, click.Option)  # noqa: S101 # all but FILE are

    def checked(text: str) -> str:
        if parameter.callback is not None:
            parameter.callback(ctx, parameter, text)
        return text

    answer: str = click.prompt(
        parameter.help or name, default=value, show_default=bool(value), value_proc=checked
    )
    return answer


def _written(file: Path, answers: dict[str, str]) -> str:
    """Fill in the answers."""
    devices = [one.strip() for one in answers["devices"].split(",")]
    client = answers["client"]
    rights = f'[rights.{client}]\nverbs = ["*"]\nacts = ["*"]\ndestinations = ["*"]'
    example = '#[rights.crm]\n#verbs = ["make_call", "answer"]\n#acts = ["2??"]'
    login = [
        _line("username", answers["username"], "ctid"),
        "# The file holds the password and nothing else.",
        _line("password_file", answers["password_file"], "${CREDENTIALS_DIRECTORY}/mqtt"),
    ]
    return _TEXT.format(
        file=file,
        name=_toml(answers["name"]),
        state_dir=_toml(answers["state_dir"]),
        health=_line("listen", answers["health"], "tcp:127.0.0.1:9470"),
        broker=_toml(answers["broker"]),
        login="\n".join(login),
        switch=answers["switch"],
        driver=_toml(answers["driver"]),
        address=_toml(answers["address"]),
        dialect=_line("dialect", answers["dialect"], "panasonic"),
        devices=", ".join(_toml(one) for one in devices),
        rights=rights if client else example,
    )


def _line(key: str, value: str, example: str) -> str:
    """Write a key, or an example of it behind a ``#``."""
    return f"{key} = {_toml(value)}" if value else f"#{key} = {_toml(example)}"


def _toml(text: str) -> str:
    """Write a text: a string of JSON is one of TOML, but for DEL."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007F")
