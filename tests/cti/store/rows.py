"""Changes made up for tests, and what they add up to."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from msgspec import Struct, structs

from cti.kept import (
    Changes,
    Ended,
    KeptCommand,
    KeptDevice,
    KeptMessage,
    KeptQueue,
    Kind,
    Mark,
    Row,
)
from cti.store import Store
from cti.store.messages import NOTHING, Outbox


class Contents(Struct, frozen=True):
    """What a store holds, as far as ``made_up`` changes it."""

    at: int = 0
    floor: int = 0
    epochs: dict[str, int] = {}
    incarnations: dict[str, int] = {}
    devices: tuple[Any, ...] = ()
    queues: tuple[Any, ...] = ()
    outbox: Outbox = NOTHING
    messages: tuple[KeptMessage, ...] = ()
    commands: tuple[KeptCommand, ...] = ()


def contents(store: Store) -> Contents:
    """Give all that a store holds."""
    state = store.load()
    return Contents(
        state.at,
        state.floor,
        state.epochs,
        state.incarnations,
        tuple(sorted(state.devices, key=lambda one: one.device_id)),
        tuple(sorted(state.queues, key=lambda one: one.queue_id)),
        store.outbox(),
        tuple(store.ahead(0, 10_000)),
        store.commands(),
    )


def after(known: Contents, changes: Changes) -> Contents:
    """Add changes up: the model that a store is compared with."""
    tables: dict[Kind, dict[str, Any]] = {
        Kind.DEVICE: {one.device_id: one for one in known.devices},
        Kind.QUEUE: {one.queue_id: one for one in known.queues},
    }
    kinds: dict[Kind, Any] = {Kind.DEVICE: KeptDevice, Kind.QUEUE: KeptQueue}
    for row in changes.rows:
        table = tables[row.kind]
        if row.body is None:
            table.pop(row.key, None)
        else:
            table[row.key] = msgspec.json.decode(row.body, type=kinds[row.kind])
    counted = {**known.incarnations, **changes.incarnations}
    for native in changes.forgotten:
        counted.pop(native, None)
    commands = {one.command_id: one for one in known.commands}
    commands.update({one.command_id: one for one in changes.arrivals})
    for ended in changes.ended:
        if ended.result is None:
            commands.pop(ended.command_id, None)
        else:
            one = commands[ended.command_id]
            commands[ended.command_id] = structs.replace(one, result=ended.result)
    place, offset, mark = known.outbox.place, known.outbox.offset, known.outbox.mark
    for message in changes.messages:
        place, offset = message.place, message.offset or offset
    mark = changes.mark or mark
    messages = known.messages + changes.messages
    ahead = [one.offset - 1 for one in messages if one.place > mark.through and one.offset]
    return Contents(
        changes.at,
        changes.floor,
        {**known.epochs, **changes.epochs},
        counted,
        tuple(one for _, one in sorted(tables[Kind.DEVICE].items())),
        tuple(one for _, one in sorted(tables[Kind.QUEUE].items())),
        Outbox(place, offset, mark, ahead[0] if ahead else offset),
        messages,
        tuple(commands.values()),
    )


def made_up(count: int, seed: int = 0) -> list[Changes]:
    """Make changes of every kind; those of some objects are several pages long."""
    draw = Random(seed)  # noqa: S311 - the seed makes the same changes again
    every: list[Changes] = []
    for number in range(1, count + 1):
        rows: list[Row] = []
        for key in draw.sample("abcdefgh", draw.randrange(1, 4)):
            if draw.random() < 0.25:
                rows.append(Row(Kind.DEVICE, key, None))
                continue
            forwarding = {"x" * draw.choice([1, 1, 9000]): {"kind": "all", "active": True}}
            body = {"device_id": key, "version": number, "forwarding": forwarding}
            rows.append(Row(Kind.DEVICE, key, msgspec.json.encode(body)))
        body = {"queue_id": "q", "version": number}
        rows.append(Row(Kind.QUEUE, "q", msgspec.json.encode(body)))
        native = str(draw.randrange(6))
        place = number * 3
        messages = (
            KeptMessage(place - 2, number * 2 - 1, b"e" * draw.choice([80, 80, 5000])),
            KeptMessage(place - 1, None, b"reply"),
            KeptMessage(place, number * 2, b"event"),
        )
        arrival = KeptCommand("app", f"c{number}", "hold", b"d", number * 1000, b"way")
        ended = (Ended("app", f"c{number - 1}", b"{}"),) if number % 3 else ()
        every.append(
            Changes(
                at=number * 1000,
                floor=number // 4,
                epochs={"main": number},
                incarnations={native: number},
                forgotten=(str(draw.randrange(6, 9)),),
                rows=tuple(rows),
                ended=ended if number > 1 else (),
                arrivals=(arrival,),
                messages=messages,
                mark=Mark(place - 4, (1,)) if number % 4 == 3 else None,
            )
        )
    return every
