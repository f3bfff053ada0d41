"""The streams of a client: what each wants, its order per switch, what it asks for again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cti.client import actions as a
from cti.client import order as od
from cti.client.errors import CommandError
from cti.client.filters import Filter
from cti.client.values import Gap, Told
from cti.client.wire import Item, Names
from cti.model.commands import Replay
from cti.model.errors import ErrorClass
from cti.model.results import Replayed

PATIENCE: Final = 30.0
"""Seconds of silence after which a replay is given up."""
BUSY: Final = 2.0
"""Seconds until a replay is asked for again, where the bridge does not say how long."""
TRIES: Final = 3
"""How often a range is asked for again of which the broker dropped a part."""
_LATER: Final = frozenset({ErrorClass.RESOURCE_BUSY, ErrorClass.OVERLOAD})


class Flow:
    """One stream."""

    def __init__(self, opened: a.StreamOpened, names: Names) -> None:
        self.stream: Final = opened.stream
        self.filter: Final = opened.filter
        self.switch_id: Final = opened.switch_id
        self.topics: Final = opened.filter.topics(names.switch(opened.switch_id))
        self.waiting: set[str] = set()
        """Filters that the broker has not answered for."""
        self.short = 0
        """How often in a row less came than was sent."""
        self.orders: Final[dict[str, od.Order]] = {}
        if opened.after is not None and opened.switch_id is not None:
            self.order(opened.switch_id, opened.after)

    def order(self, switch_id: str, after: int | None = None) -> od.Order:
        """Give the order of the events of one switch."""
        known = self.orders.get(switch_id)
        if known is None:
            everything = self.filter == Filter()
            known = self.orders[switch_id] = od.Order(
                after, everything=everything, covers=self._covers
            )
        return known

    def wants(self, switch_id: str, item: Item) -> bool:
        """Tell whether an event belongs to the stream; all do that reads everything."""
        if self.switch_id not in (None, switch_id):
            return False
        if item.event is None:
            return self.filter == Filter()
        return self.filter.accepts(item.event)

    def _covers(self, kind: str, object_id: str) -> bool:
        """Tell whether the stream gets every event that changes the version of an object."""
        return not self.filter.kinds and self.filter.wanted() == {f"{kind}_id": object_id}


class _Replay:
    """A range that is asked for."""

    __slots__ = ("count", "flow", "switch_id")

    def __init__(self, flow: Flow, switch_id: str) -> None:
        self.flow: Final = flow
        self.switch_id: Final = switch_id
        self.count = 0
        """Events that have come of it."""


class Flows:
    """All streams of a client."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._flows: dict[int, Flow] = {}
        self._replays: dict[str, _Replay] = {}
        """By the id of the command that asks."""
        self._count = 0
        self._fresh: set[int] = set()
        """Streams that may have missed something."""
        self.lost = 0

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def open(self, opened: a.StreamOpened) -> Flow:
        """Begin a stream."""
        flow = self._flows[opened.stream] = Flow(opened, self._names)
        self._fresh.add(opened.stream)
        return flow

    def close(self, stream: int) -> tuple[Flow | None, list[str]]:
        """End a stream; give it and the commands that are no longer of use."""
        flow = self._flows.pop(stream, None)
        self._fresh.discard(stream)
        ended = [name for name, one in self._replays.items() if one.flow is flow]
        for name in ended:
            del self._replays[name]
        return flow, ended

    def disconnected(self) -> list[str]:
        """Take that the connection is lost; give the commands that are no longer of use."""
        for flow in self:
            flow.waiting.clear()
            for order in flow.orders.values():
                order.disconnected()
        ended = list(self._replays)
        self._replays.clear()
        self._fresh = set(self._flows)
        return ended

    def subscribed(self) -> list[a.Action | a.Requested]:
        """Take that all streams are subscribed: what came before is asked for."""
        actions: list[a.Action | a.Requested] = []
        for flow in self:
            if flow.stream in self._fresh:
                for switch_id, order in list(flow.orders.items()):
                    actions += self._ordered(flow, switch_id, order.connected())
        self._fresh.clear()
        return actions

    def arrived(self, switch_id: str, item: Item) -> list[a.Action | a.Requested]:
        """Give an event to the streams that want it."""
        return [
            action
            for flow in self
            if flow.wants(switch_id, item)
            for action in self._ordered(flow, switch_id, flow.order(switch_id).arrived(item))
        ]

    # What was asked for again.

    def replays(self, command_id: str) -> bool:
        """Tell whether a command asks for events."""
        return command_id in self._replays

    def replayed(self, command_id: str, item: Item) -> list[a.Action | a.Requested]:
        """Take an event that was asked for."""
        replay = self._replays[command_id]
        replay.count += 1
        flow, switch_id = replay.flow, replay.switch_id
        if not flow.wants(switch_id, item):
            return []
        return self._ordered(flow, switch_id, flow.order(switch_id).replayed(item))

    def ended(self, command_id: str, result: object) -> list[a.Action | a.Requested]:
        """Take the end of what was asked for."""
        replay = self._replays.pop(command_id)
        flow, switch_id = replay.flow, replay.switch_id
        order = flow.order(switch_id)
        match result:
            case Replayed(events=sent) if replay.count < sent and order.asking is not None:
                flow.short += 1  # the broker dropped some of them
                if flow.short > TRIES:
                    return self._ordered(flow, switch_id, order.refused("dropped", None))
                wait = BUSY
            case Replayed(to=through, newest=newest):
                flow.short = 0
                return self._ordered(flow, switch_id, order.asked(through, newest))
            case CommandError(problem=problem) if problem.kind in _LATER and order.asking:
                wait = (problem.retry_after_ms or BUSY * 1000) / 1000
            case CommandError(problem=problem):
                available = problem.first_offset or None
                refused = order.refused(problem.kind.value, available)
                return self._ordered(flow, switch_id, refused)
            case _:
                return self._ordered(flow, switch_id, order.refused("unreadable", None))
        return [a.StartTimer(("again", flow.stream, switch_id), wait)]

    def again(self, stream: int, switch_id: str) -> list[a.Action | a.Requested]:
        """Ask again what the bridge was too busy for."""
        flow = self._flows.get(stream)
        asking = None if flow is None else flow.order(switch_id).asking
        busy = any(one.flow is flow for one in self._replays.values())
        if flow is None or asking is None or busy:
            return []
        return self._ordered(flow, switch_id, [asking])

    def _ordered(
        self, flow: Flow, switch_id: str, actions: list[od.Action]
    ) -> list[a.Action | a.Requested]:
        told: list[a.Action | a.Requested] = []
        for action in actions:
            match action:
                case od.Tell(item, replayed):
                    if item.first < item.offset:
                        self.lost += 1
                        gap = Gap(switch_id, item.first, item.offset, "gone")
                        told.append(a.Deliver(flow.stream, gap))
                    if item.event is not None:
                        value = Told(item.event, item.offset, replayed)
                        told.append(a.Deliver(flow.stream, value))
                case od.Lost(first, last, reason):
                    self.lost += 1
                    gap = Gap(switch_id, first, last, reason)
                    told.append(a.Deliver(flow.stream, gap))
                case od.Ask(first, last):
                    self._count += 1
                    command_id = f"{self._names.instance}-replay-{self._count}"
                    self._replays[command_id] = _Replay(flow, switch_id)
                    args = Replay(from_=first, to=last)
                    told.append(a.Requested(command_id, switch_id, args, PATIENCE))
        return told
