"""``cti events`` and ``cti state``: what a running bridge publishes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import click
import msgspec

from cti.cli import broker as br
from cti.cli.columns import HEADER, LONGEST, row
from cti.client import wire
from cti.northbound.topics import level
from cti.safe import safe


@click.command()
@br.options
@click.option("--device", help="Only connections of this device.")
@click.option("--type", "kind", help="Only this event, such as connection.alerting.")
@click.option("--json", "as_json", is_flag=True, help="Write events as they are published.")
@click.option("--count", type=int, default=0, help="End after so many events.")
def events(
    device: str | None, kind: str | None, *, as_json: bool, count: int, **where: Any
) -> None:
    """Show events live, one in a line, until interrupted."""
    to = br.reach(**where, any_switch=True)
    filter_ = _filter(to, device, kind)
    if not as_json:
        click.echo(HEADER)
    with suppress(KeyboardInterrupt):
        asyncio.run(_events(to, filter_, as_json=as_json, count=count))


def _filter(to: br.Reach, device: str | None, kind: str | None) -> str:
    subject, _, name = (kind or "").partition(".")
    if device is not None:
        return f"{to.root}/event/connection/{level(device)}/{name or '+'}"
    if kind is not None:
        return f"{to.root}/event/{level(subject)}/+/{name or '+'}"
    return f"{to.root}/event/#"


async def _events(to: br.Reach, filter_: str, *, as_json: bool, count: int) -> None:
    async with br.connect(to) as client:
        await client.subscribe(filter_, qos=1)
        seen = 0
        async for message in client.messages:
            click.echo(_shown(bytes(message.payload), as_json=as_json))
            seen += 1
            if count and seen >= count:
                return


def _shown(payload: bytes, *, as_json: bool) -> str:
    if as_json:
        return payload.decode("utf-8", "replace")
    try:
        event = wire.item(payload).event
    except wire.Unreadable:
        event = None
    return safe(payload.decode("utf-8", "replace"), LONGEST) if event is None else row(event)


@click.command()
@click.argument("kind", type=click.Choice(["all", "device", "agent", "queue", "link", "info"]))
@click.argument("object_id", required=False)
@br.options
@click.option("--json", "as_json", is_flag=True, help="Write the states as they are published.")
@click.option("--wait", default=2.0, show_default=True, help="Seconds to wait for states.")
def state(
    kind: str, object_id: str | None, *, as_json: bool, wait: float, **where: Any
) -> None:
    """Show retained states: of a device, agent, queue or link, or all of them."""
    to = br.reach(**where, any_switch=True)
    found = asyncio.run(_states(to, _state_filters(to, kind, object_id), wait))
    if not found:
        raise click.ClickException("nothing is published there")
    for topic, payload in found:
        click.echo(payload.decode("utf-8", "replace") if as_json else _line(topic, payload))


def _state_filters(to: br.Reach, kind: str, object_id: str | None) -> list[str]:
    about = "+" if object_id is None else level(object_id)
    match kind:
        case "all":
            return [f"{to.root}/state/#", f"{to.root}/link/+/status"]
        case "link":
            return [f"{to.root}/link/{about}/status"]
        case "info":
            return [f"{to.root}/info"]
        case _:
            return [f"{to.root}/state/{kind}/{about}"]


async def _states(to: br.Reach, filters: list[str], wait: float) -> list[tuple[str, bytes]]:
    """Collect retained messages; a message of our own to ourselves says that all are here."""
    mark = f"{to.base}/v1/{to.switch.replace('+', 'cli')}/reply/{to.client}/state-mark"
    found: list[tuple[str, bytes]] = []
    async with br.connect(to) as client:
        for filter_ in filters:
            await client.subscribe(filter_, qos=1)
        await client.subscribe(mark, qos=1)
        await client.publish(mark, b"", qos=1)
        try:
            async with asyncio.timeout(wait):
                async for message in client.messages:
                    if str(message.topic) == mark:
                        break
                    if message.retain and message.payload:
                        found.append((str(message.topic), bytes(message.payload)))
        except TimeoutError:
            pass
    return sorted(found)


def _line(topic: str, payload: bytes) -> str:
    """Show one state for a person."""
    parts = topic.split("/")
    about = f"{parts[-2]} {parts[-1]}" if parts[-1] != "status" else f"link {parts[-2]}"
    try:
        told: dict[str, Any] = msgspec.json.decode(payload, type=dict[str, Any])
    except msgspec.MsgspecError:
        return safe(f"{about:<18} {payload.decode('utf-8', 'replace')}", LONGEST)
    if parts[-1] == "info":
        return msgspec.json.format(payload, indent=2).decode()
    words = [
        f"{name}={told[name]}"
        for name in ("state", "reason", "agent_id", "on_hook", "dnd", "waiting", "epoch")
        if told.get(name) not in (None, "")
    ]
    for call in told.get("calls", ()):
        parties = ", ".join(f"{one['device_id']} {one['state']}" for one in call["connections"])
        verbs = {verb for one in call["connections"] for verb in one["allowed"]}
        words.append(f"call {call['call_id'][:8]} ({parties}; may {' '.join(sorted(verbs))})")
    return safe(f"{about:<18} {'  '.join(words)}".rstrip(), LONGEST)
