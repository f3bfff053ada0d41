"""Who is free for a call: the ready agents of each group, in the order of their turns.

The order is kept at every change, so that finding the next agent costs the same among two
thousand as among two.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping

from sim.exchange.state import Agent, Group
from sim.exchange.words import GroupKind, HuntOrder

_Place = tuple[int, int]
"""Where an agent stands in a group: what it is sorted by, then its index in the plan's list."""


class FreeAgents:
    """The free agents of all ACD groups."""

    def __init__(self, groups: Iterable[Group], agents: Mapping[str, Agent]) -> None:
        self._free: dict[str, list[_Place]] = {}
        self._members: dict[str, tuple[Agent, ...]] = {}
        self._memberships: dict[str, list[tuple[Group, int]]] = {name: [] for name in agents}
        for group in groups:
            if group.plan.kind is not GroupKind.ACD:
                continue
            # An agent who is listed twice stands where he or she is listed first.
            names = dict.fromkeys(group.plan.members)
            self._free[group.plan.number] = []
            self._members[group.plan.number] = tuple(agents[name] for name in names)
            for index, name in enumerate(names):
                self._memberships[name].append((group, index))
        self._places: dict[str, list[_Place]] = {}
        """Where each free agent stands, in the order of the memberships."""

    def put(self, agent: Agent, *, free: bool) -> None:
        """Note whether an agent is free, and since when."""
        memberships = self._memberships[agent.plan.id]
        wanted = [(_rank(group, index, agent), index) for group, index in memberships]
        old = self._places.pop(agent.plan.id, [])
        if free:
            self._places[agent.plan.id] = wanted
        if old == (wanted if free else []):
            return
        for (group, _), place in zip(memberships, old, strict=False):
            line = self._free[group.plan.number]
            del line[bisect_left(line, place)]
        for (group, _), place in zip(memberships, wanted if free else (), strict=False):
            insort(self._free[group.plan.number], place)

    def any(self, group: Group) -> bool:
        """Tell whether a group has a free agent."""
        return bool(self._free[group.plan.number])

    def take_next(self, group: Group) -> Agent | None:
        """Choose who gets the group's next call; that agent stays free until it rings."""
        line = self._free[group.plan.number]
        if not line:
            return None
        members = self._members[group.plan.number]
        at = 0
        if group.plan.order is HuntOrder.CIRCULAR:
            at = bisect_left(line, (group.next, 0)) % len(line)
            group.next = (line[at][1] + 1) % len(members)
        return members[line[at][1]]


def _rank(group: Group, index: int, agent: Agent) -> int:
    return agent.idle_since if group.plan.order is HuntOrder.LONGEST_IDLE else index
