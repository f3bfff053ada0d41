"""Changes made up for tests, and what they add up to."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from cti.identity import StartingState
from cti.kept import Changes, KeptDevice, KeptQueue, Kind, Row


class Contents(Struct, frozen=True):
    """What a store holds, as far as ``made_up`` changes it."""

    at: int = 0
    floor: int = 0
    epochs: dict[str, int] = {}
    incarnations: dict[str, int] = {}
    devices: tuple[Any, ...] = ()
    queues: tuple[Any, ...] = ()


def contents(state: StartingState) -> Contents:
    return Contents(
        state.at,
        state.floor,
        state.epochs,
        state.incarnations,
        tuple(sorted(state.devices, key=lambda one: one.device_id)),
        tuple(sorted(state.queues, key=lambda one: one.queue_id)),
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
    return Contents(
        changes.at,
        changes.floor,
        {**known.epochs, **changes.epochs},
        counted,
        tuple(one for _, one in sorted(tables[Kind.DEVICE].items())),
        tuple(one for _, one in sorted(tables[Kind.QUEUE].items())),
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
        every.append(
            Changes(
                at=number * 1000,
                floor=number // 4,
                epochs={"main": number},
                incarnations={native: number},
                forgotten=(str(draw.randrange(6, 9)),),
                rows=tuple(rows),
            )
        )
    return every
