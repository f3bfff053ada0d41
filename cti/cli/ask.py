"""Commands to a switch from the command line: ``cti call 201 0301234567`` and its kin."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Callable
from typing import Any

import click
import msgspec
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cti.cli import broker as br
from cti.model.commands import VERBS
from cti.northbound.topics import level


async def ask(to: br.Reach, verb: str, args: dict[str, Any], timeout: float) -> dict[str, Any]:
    """Give one command and wait for its reply; raise ``TimeoutError`` when none comes."""
    command_id = uuid.uuid4().hex
    reply = f"{to.root}/reply/{level(to.client)}/{level(verb)}/{command_id}"
    async with br.connect(to) as client:
        await client.subscribe(reply, qos=1)
        make: Any = Properties  # paho has no types
        properties = make(PacketTypes.PUBLISH)
        properties.ResponseTopic = reply
        properties.MessageExpiryInterval = max(1, round(timeout))
        body = {
            "command_id": command_id,
            "args": args,
            "deadline_ms": round(timeout * 1000),
        }
        topic = f"{to.root}/command/{level(to.client)}/{level(verb)}"
        await client.publish(topic, msgspec.json.encode(body), qos=0, properties=properties)
        async with asyncio.timeout(timeout + 2):
            async for message in client.messages:
                told: dict[str, Any] = msgspec.json.decode(bytes(message.payload))
                if told.get("command_id") == command_id:
                    return told
    raise TimeoutError


def run(verb: str, args: dict[str, Any], timeout: float, where: dict[str, Any]) -> None:
    """Give one command, print its reply as JSON, and exit 0 if it succeeded."""
    to = br.reach(**where)
    given = {name: value for name, value in args.items() if value is not None}
    try:
        told = asyncio.run(ask(to, verb, given, timeout))
    except TimeoutError:
        raise click.ClickException(
            f"no reply within {timeout + 2:g} s: is the bridge running, "
            f"and is {to.switch!r} one of its switches?"
        ) from None
    click.echo(msgspec.json.encode(told))
    sys.exit(0 if told["status"] == "succeeded" else 1)


def _command(verb: str, text: str, *parameters: Callable[[Any], Any]) -> click.Command:
    """Make the command line form of a verb."""

    def invoke(timeout: float, **given: Any) -> None:
        where = {
            name: given.pop(name)
            for name in ("broker", "password_file", "base", "switch", "client")
        }
        run(verb, given, timeout, where)

    invoke.__doc__ = text
    command: Any = invoke
    for parameter in (*parameters[::-1], _TIMEOUT):
        command = parameter(command)
    return click.command()(br.options(command))


_TIMEOUT = click.option("--timeout", default=10.0, show_default=True, help="Seconds.")
_DEVICE = click.argument("device")
_CALL = click.option("--call", help="Call, where the device has several.")
_HELD = click.option("--held", help="Held call, where there are several.")
_ACTIVE = click.option("--active", help="Active call, where there are several.")
_TO = click.argument("to")
_AGENT = click.argument("agent")

call = _command("make_call", "Call TO from DEVICE.", _DEVICE, _TO)
answer = _command("answer", "Answer at DEVICE.", _DEVICE, _CALL)
hold = _command("hold", "Put the call of DEVICE on hold.", _DEVICE, _CALL)
retrieve = _command("retrieve", "Take the held call of DEVICE back.", _DEVICE, _CALL)
alternate = _command(
    "alternate", "Change between the calls of DEVICE.", _DEVICE, _HELD, _ACTIVE
)
consult = _command("consult", "Hold the call of DEVICE and call TO.", _DEVICE, _TO, _CALL)
reconnect = _command(
    "reconnect",
    "End the consultation of DEVICE, take the held call back.",
    _DEVICE,
    _HELD,
    _ACTIVE,
)
transfer = _command("transfer", "Join the calls of DEVICE and leave.", _DEVICE, _HELD, _ACTIVE)
conference = _command(
    "conference", "Join the calls of DEVICE and stay.", _DEVICE, _HELD, _ACTIVE
)
blind_transfer = _command(
    "blind_transfer", "Send the other party of DEVICE to TO.", _DEVICE, _TO, _CALL
)
deflect = _command("deflect", "Send the call that rings at DEVICE to TO.", _DEVICE, _TO, _CALL)
clear = _command("clear_connection", "Take DEVICE off its call.", _DEVICE, _CALL)
login = _command("login", "Log AGENT on at DEVICE.", _DEVICE, _AGENT)
logout = _command("logout", "Log the agent at DEVICE off.", _DEVICE)


@click.command()
@click.argument("verb", type=click.Choice(sorted(VERBS)), metavar="VERB")
@click.argument("args", nargs=-1, metavar="[NAME=VALUE]...")
@_TIMEOUT
@br.options
def command(verb: str, args: tuple[str, ...], timeout: float, **where: Any) -> None:
    """Give any command: cti command set_agent_state device=201 state=ready.

    A value is taken as JSON where it is JSON, else as text.
    """
    given: dict[str, Any] = {}
    for text in args:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is not NAME=VALUE")
        given[name] = _value(verb, name, value)
    run(verb, given, timeout, where)


def _value(verb: str, name: str, text: str) -> Any:
    """Read a value: numbers of telephones stay text."""
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(VERBS[verb])}
    if kinds.get(name) in (bool, int) or text[:1] in "{[":
        try:
            return msgspec.json.decode(text)
        except msgspec.MsgspecError:
            return text
    return text
