"""How the commands that talk to a running bridge reach its broker."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import aiomqtt
import click
from msgspec import Struct

from cti.client import Client
from cti.client.address import Broker
from cti.northbound.topics import VERSION, level

DEFAULT: Final = "mqtt://localhost:1883"

F = TypeVar("F", bound=Callable[..., Any])


class Reach(Struct, frozen=True):
    """Where the broker is, and who we are there."""

    host: str
    port: int
    tls: bool
    username: str | None
    password: str | None
    base: str
    switch: str
    client: str

    @property
    def root(self) -> str:
        """First levels of every topic of the switch."""
        return (
            f"{self.base}/{VERSION}/{self.switch if self.switch == '+' else level(self.switch)}"
        )

    def application(self) -> Client:
        """Make a client of it, for one switch or all."""
        return Client(
            Broker(self.host, self.port, self.tls, self.username),
            client=self.client,
            switch=None if self.switch == "+" else self.switch,
            base=self.base,
            password=self.password,
        )


def options(command: F) -> F:
    """Add the options that say where the broker is; the command gets ``reach``."""
    for option in (
        click.option("--client", help="Our name in topics; the user name, else cli."),
        click.option("--switch", default=None, envvar="CTI_SWITCH", help="Switch."),
        click.option("--base", default="cti", show_default=True, help="First topic levels."),
        click.option(
            "--password-file", type=click.File("r"), help="File that holds the password."
        ),
        click.option(
            "--broker",
            default=DEFAULT,
            show_default=True,
            envvar="CTI_BROKER",
            help="mqtt://[user@]host[:port] or mqtts://...",
        ),
    ):
        command = option(command)
    return command


def reach(
    broker: str,
    password_file: Any,
    base: str,
    switch: str | None,
    client: str | None,
    *,
    any_switch: bool = False,
) -> Reach:
    """Make sense of the options; raise ``click.UsageError``."""
    url = urlsplit(broker)
    if url.scheme not in ("mqtt", "mqtts") or not url.hostname:
        raise click.UsageError(f"--broker: {broker!r} is not mqtt://host:port")
    if switch is None and not any_switch:
        raise click.UsageError("--switch: name the switch (or set CTI_SWITCH)")
    tls = url.scheme == "mqtts"
    username = unquote(url.username) if url.username else None
    password = (
        password_file.read().rstrip("\n") if password_file else os.environ.get("CTI_PASSWORD")
    )
    return Reach(
        url.hostname,
        url.port or (8883 if tls else 1883),
        tls,
        username,
        password,
        base,
        switch or "+",
        client or username or "cli",
    )


@asynccontextmanager
async def connect(to: Reach) -> AsyncIterator[aiomqtt.Client]:
    """Connect to the broker; raise ``click.ClickException`` when that fails."""
    try:
        async with aiomqtt.Client(
            to.host,
            port=to.port,
            username=to.username,
            password=to.password,
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_params=aiomqtt.TLSParameters() if to.tls else None,
            # Small packets one way and the other: without this each waits for an ACK.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        ) as client:
            yield client
    except aiomqtt.MqttError as error:
        raise click.ClickException(f"broker {to.host}:{to.port}: {error}") from None
