"""The events of one switch in order, each once, with what was missed asked for again.

Every event has an ``offset`` that grows by one. A client that reads everything sees a loss by
it. One that reads a part sees it by the version of an object of which it reads every event,
and after each new connection it cannot know: then it asks for what came since. While it asks,
what arrives is held, so that nothing is told out of order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from cti.client.wire import Item
from cti.model import events as ev

OPEN: Final = 2**53 - 1
"""End of a range that ends with what there is; the largest number of every JSON reader."""
REMEMBERED: Final = 20_000
"""Events that are known by their id, against repeats."""
HELD: Final = 50_000
"""Events that wait while a range is asked for."""
STRAGGLER: Final = 1_000
"""How far behind an event that is new may be before its switch counts again from the start."""

SLOW: Final = "slow"
"""Reason of a loss: more arrived than is held."""


class Tell(Struct, frozen=True, gc=False):
    """An event is next."""

    item: Item
    replayed: bool


class Ask(Struct, frozen=True, gc=False):
    """A range is to be asked for again; ``Order.asked`` or ``refused`` ends it."""

    first: int
    last: int


class Lost(Struct, frozen=True, gc=False):
    """A range cannot be had."""

    first: int
    last: int | None
    reason: str


Action = Tell | Ask | Lost


class Order:
    """The order of the events of one switch."""

    def __init__(
        self,
        after: int | None = None,
        *,
        everything: bool,
        covers: Callable[[str, str], bool] = lambda _kind, _id: False,
    ) -> None:
        """``after`` is the last offset that the application has had.

        ``everything``: every event of the switch is read. Else ``covers(kind, id)`` tells
        whether every event of an object is.
        """
        self.last = after
        """Everything up to here is told, or known to be nothing for us."""
        self.asking: Ask | None = None
        self._away = False
        """Whether something may be missing that is not asked for yet."""
        self._everything = everything
        self._covers = covers
        self._held: list[Item] = []
        self._checked = ""
        """Id of the event for which what lies before it has been asked."""
        self._seen: dict[str, None] = {}
        self._versions: dict[tuple[str, str], tuple[int, int]] = {}
        """Version and offset of the last event of an object."""

    # What happens.

    def connected(self) -> list[Action]:
        """Take that all is subscribed on a new connection: what came before it is missing."""
        self._away = False
        if self.last is None:
            return []
        return self._ask(self.last + 1, OPEN)

    def disconnected(self) -> None:
        """Take that the connection is lost: no answer will come, and events are missed."""
        self.asking = None
        self._away = self.last is not None

    def arrived(self, item: Item) -> list[Action]:
        """Take an event as it is published."""
        if not self._new(item):
            return []
        if self.asking is not None or self._away:
            self._held.append(item)
            return self.refused(SLOW, None) if len(self._held) > HELD else []
        return self._next(item)

    def replayed(self, item: Item) -> list[Action]:
        """Take an event that was asked for."""
        if not self._new(item):
            return []
        before = [one for one in self._held if one.offset < item.offset]
        self._held = [one for one in self._held if one.offset >= item.offset]
        actions: list[Action] = []
        for one in sorted(before, key=lambda held: held.offset):
            self._advance(one, live=False)
            actions.append(Tell(one, replayed=False))
        self._advance(item, live=False)
        return [*actions, Tell(item, replayed=True)]

    def asked(self, through: int = OPEN, newest: int = 0) -> list[Action]:
        """Take that all of the range has come, up to ``through``, that there is for us.

        ``newest`` is the last event that was published when it was asked for. Where there is
        more of the range, it is asked for.
        """
        if self.asking is None:
            return []
        ask, self.asking = self.asking, None
        if ask.first <= through < min(ask.last, newest):
            self._reach(through)
            return self._ask(through + 1, ask.last)
        self._reach(newest if ask.last == OPEN else ask.last)
        return self._release()

    def refused(self, reason: str, available: int | None) -> list[Action]:
        """Take that a range cannot be had; the journal begins at ``available``."""
        if self.asking is None:
            return []
        ask, self.asking = self.asking, None
        if available is not None and available > ask.first:
            lost = Lost(ask.first, min(available - 1, ask.last), reason)
            self._reach(available - 1)
            if available <= ask.last:
                return [lost, *self._ask(available, ask.last)]
            return [lost, *self._release()]
        if ask.last != OPEN:
            self._reach(ask.last)
            return [Lost(ask.first, ask.last, reason), *self._release()]
        if self._everything and reason != SLOW:
            return self._release()  # the next offset shows whether anything is missing
        if not self._held:
            return [Lost(ask.first, None, reason)]
        last = min(one.offset for one in self._held) - 1
        if last < ask.first:
            return self._release()
        self._reach(last)
        return [Lost(ask.first, last, reason), *self._release()]

    # How it is put in order.

    def _ask(self, first: int, last: int) -> list[Action]:
        self.asking = Ask(first, last)
        return [self.asking]

    def _next(self, item: Item) -> list[Action]:
        missing = None if item.id == self._checked else self._missing(item)
        if missing is not None:
            self._checked = item.id
            self._held.insert(0, item)
            return self._ask(*missing)
        self._advance(item, live=True)
        return [Tell(item, replayed=False)]

    def _release(self) -> list[Action]:
        """Tell what was held, until something is missing again."""
        held, self._held = sorted(self._held, key=lambda item: item.offset), []
        actions: list[Action] = []
        for place, item in enumerate(held):
            actions += self._next(item)
            if self.asking is not None:
                self._held += held[place + 1 :]
                break
        return actions

    def _missing(self, item: Item) -> tuple[int, int] | None:
        """Give the range that must have been lost before an event."""
        if self.last is None:
            return None
        if self._everything:
            return (self.last + 1, item.first - 1) if item.first > self.last + 1 else None
        found = versioned(item.event)
        if found is None:
            return None
        kind, object_id, version = found
        known = self._versions.get((kind, object_id))
        if known is None or version <= known[0] + 1 or not self._covers(kind, object_id):
            return None
        return (known[1] + 1, item.first - 1) if known[1] + 1 < item.first else None

    def _advance(self, item: Item, *, live: bool) -> None:
        last = item.offset if self.last is None else self.last
        again = live and last - item.offset > STRAGGLER
        self.last = item.offset if again else max(last, item.offset)
        found = versioned(item.event)
        if found is None:
            return
        kind, object_id, version = found
        self._versions.pop((kind, object_id), None)
        self._versions[kind, object_id] = (version, item.offset)
        if len(self._versions) > REMEMBERED:
            del self._versions[next(iter(self._versions))]

    def _reach(self, offset: int) -> None:
        if self.last is None or offset > self.last:
            self.last = offset

    def _new(self, item: Item) -> bool:
        if item.id in self._seen:
            return False
        self._seen[item.id] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True


def versioned(event: ev.Event | None) -> tuple[str, str, int] | None:
    """Give object and version of an event that has one."""
    match event:
        case ev.CallEvent(call_id=object_id, call_version=version):
            return "call", object_id, version
        case ev.AgentEvent(agent_id=object_id, version=version):
            return "agent", object_id, version
        case ev.QueueUpdated(queue_id=object_id, version=version):
            return "queue", object_id, version
        case _:
            return None
