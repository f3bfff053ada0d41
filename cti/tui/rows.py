"""Rows of the tables of ``cti top``: what the mirror shows, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cti.client import Mirror
from cti.model.objects import Call
from cti.safe import safe

Row = tuple[str, ...]
"""Key first, then what is shown."""

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "calls": ("switch", "call", "for", "direction", "calling", "called", "parties"),
    "agents": ("switch", "agent", "state", "for", "device", "reason", "queues"),
    "queues": ("switch", "queue", "waiting", "known", "agents"),
    "devices": ("switch", "device", "type", "state", "dnd", "mwi", "agent", "monitored"),
    "links": ("switch", "link", "state", "for", "epoch", "reason"),
}
"""Heads of the tables, in their order."""

Age = Callable[[str | None], str]
"""Makes of a moment how long ago it was."""


def rows(mirror: Mirror, table: str, age: Age) -> Iterator[Row]:
    """Give the rows of one table, sorted."""
    yield from sorted(_TABLES[table](mirror, age))


def _calls(mirror: Mirror, age: Age) -> Iterator[Row]:
    for call in mirror.calls():
        yield (
            f"{call.switch_id}/{call.call_id}",
            safe(call.switch_id),
            safe(call.call_id[:9]),
            age(call.created_at),
            call.direction.value + (" stale" if call.stale else ""),
            _number(call, "calling"),
            _number(call, "called"),
            "  ".join(f"{safe(one.device_id)} {one.state.value}" for one in call.connections),
        )


def _number(call: Call, role: str) -> str:
    number = getattr(call.numbers, role)
    if not number:
        return ""
    return safe(f"{number.raw} {number.name}" if number.name else number.raw, 40)


def _agents(mirror: Mirror, age: Age) -> Iterator[Row]:
    for (switch, name), agent in mirror.agents.items():
        pending = "" if agent.pending is None else f" > {agent.pending.value}"
        yield (
            f"{switch}/{name}",
            safe(switch),
            safe(name),
            agent.state.value + pending,
            age(agent.since),
            safe(agent.device_id or ""),
            safe(agent.reason or ""),
            safe(" ".join(agent.queues)),
        )


def _queues(mirror: Mirror, _age: Age) -> Iterator[Row]:
    for (switch, name), queue in mirror.queues.items():
        waiting = "?" if queue.waiting is None else str(queue.waiting)
        yield (
            f"{switch}/{name}",
            safe(switch),
            safe(name),
            waiting,
            queue.basis.value,
            safe(" ".join(queue.agents)),
        )


def _devices(mirror: Mirror, _age: Age) -> Iterator[Row]:
    for (switch, name), device in mirror.devices.items():
        states = [
            one.state.value
            for call in device.calls
            for one in call.connections
            if one.device_id == name
        ]
        idle = "" if device.on_hook is not False else "off hook"
        yield (
            f"{switch}/{name}",
            safe(switch),
            safe(name),
            device.type.value,
            "  ".join(states) or ("out of service" if device.in_service is False else idle),
            "yes" if device.dnd is True else "",
            "yes" if device.mwi is True else "",
            safe(device.agent_id or ""),
            "yes" if device.monitored else "no",
        )


def _links(mirror: Mirror, age: Age) -> Iterator[Row]:
    for (switch, name), link in mirror.links.items():
        state = link.state.value if mirror.usable(switch) else f"{link.state.value} (stale)"
        told = state if link.state.value in ("up", "degraded") else link.state.value
        yield (
            f"{switch}/{name}",
            safe(switch),
            safe(name),
            told,
            age(link.since),
            str(link.epoch),
            safe(link.reason),
        )


_TABLES: Final[dict[str, Callable[[Mirror, Age], Iterator[Row]]]] = {
    "calls": _calls,
    "agents": _agents,
    "queues": _queues,
    "devices": _devices,
    "links": _links,
}
