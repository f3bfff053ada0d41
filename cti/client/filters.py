"""Which events a stream wants: as topic filters for the broker, and as a test of events."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from cti.model.events import EVENTS, Event
from cti.northbound.topics import SUBJECTS, level

_MEMBERS: Final = {
    "device": "device_id",
    "call": "call_id",
    "agent": "agent_id",
    "queue": "queue_id",
    "route": "route_id",
}


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(field.name for field in msgspec.structs.fields(EVENTS[name]))


@cache
def _names(kind: str) -> frozenset[str]:
    """Give the names of all events of one kind of object."""
    return frozenset(name for name in EVENTS if name.startswith(f"{kind}."))


class Filter(Struct, frozen=True, kw_only=True):
    """Events of some types, about one object; everything when nothing is named."""

    kinds: tuple[type[Event], ...] = ()
    """Types of events, or bases of several; empty for all."""
    device: str | None = None
    call: str | None = None
    agent: str | None = None
    queue: str | None = None
    route: str | None = None

    def wanted(self) -> dict[str, str]:
        """Give the member and value that an event must have, by member."""
        return {
            member: value
            for name, member in _MEMBERS.items()
            if (value := getattr(self, name)) is not None
        }

    def accepts(self, event: Event) -> bool:
        """Tell whether an event is wanted."""
        if self.kinds and not isinstance(event, self.kinds):
            return False
        return all(
            getattr(event, member, None) == value for member, value in self.wanted().items()
        )

    def names(self) -> frozenset[str]:
        """Give the names of the events that can be wanted."""
        needed = set(self.wanted())
        return frozenset(
            name
            for name, kind in EVENTS.items()
            if (not self.kinds or issubclass(kind, self.kinds)) and needed <= _members(name)
        )

    def topics(self, root: str) -> tuple[str, ...]:
        """Give the topic filters, ``root`` being the levels before ``event``."""
        if not self.kinds and not self.wanted():
            return (f"{root}/event/#",)
        by_kind: dict[str, set[str]] = defaultdict(set)
        for name in self.names():
            by_kind[name.partition(".")[0]].add(name)
        found = []
        for kind, names in sorted(by_kind.items()):
            about = self.wanted().get(SUBJECTS[kind])
            place = f"{root}/event/{kind}/{'+' if about is None else level(about)}"
            if names == _names(kind):
                found.append(f"{place}/+")
            else:
                found += sorted(f"{place}/{name.partition('.')[2]}" for name in names)
        return tuple(found)
