"""Leases: what applications want for a time, and until when.

MQTT tells nobody that an application died, so a wish ends unless it is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from cti.model.commands import VERBS, Args


class Lease(Struct, frozen=True, gc=False):
    """One kind of what can be wanted: the verbs that begin and end it."""

    start: str
    stop: str
    member: str
    """Argument that names what is wanted."""
    word: str
    """Member of a result that tells whether it is still wanted."""

    def name(self, args: Args) -> str:
        """Give what a command of this kind is about."""
        return str(getattr(args, self.member))

    def beginning(self, name: str) -> Args:
        """Make the arguments of a command that begins it, for the shortest time."""
        return VERBS[self.start](**{self.member: name, "ttl_s": 1})

    def ending(self, name: str) -> Args:
        """Make the arguments of the command that ends it."""
        return VERBS[self.stop](**{self.member: name})


MONITOR: Final = Lease("monitor_start", "monitor_stop", "device", "monitored")
REGISTRATION: Final = Lease("route_register", "route_unregister", "route_point", "registered")
STARTS: Final = {kind.start: kind for kind in (MONITOR, REGISTRATION)}
STOPS: Final = {kind.stop: kind for kind in (MONITOR, REGISTRATION)}

Wanted = tuple[Lease, str]
"""A kind, and the name of what is wanted of it."""


class Leases:
    """Who wants what, until when; ``kept`` is wanted for ever."""

    def __init__(self, kept: Iterable[Wanted] = ()) -> None:
        self._kept = dict.fromkeys(kept)
        self._until: dict[Wanted, dict[str, int]] = {}

    def __len__(self) -> int:
        return sum(len(holders) for holders in self._until.values())

    def want(self, what: Wanted, holder: str, until: int) -> None:
        """Want something until a moment; the last word of a holder counts."""
        self._until.setdefault(what, {})[holder] = until

    def keep(self, kept: Iterable[Wanted]) -> None:
        """Let these be wanted for ever, and no others."""
        self._kept = dict.fromkeys(kept)

    def release(self, what: Wanted, holder: str) -> bool:
        """Want something no longer; tell whether somebody else still does."""
        holders = self._until.get(what, {})
        holders.pop(holder, None)
        if not holders:
            self._until.pop(what, None)
        return self.wanted(what)

    def holds(self, what: Wanted, holder: str) -> bool:
        """Tell whether a holder wants something."""
        return holder in self._until.get(what, ())

    def wanted(self, what: Wanted) -> bool:
        """Tell whether anybody wants something."""
        return what in self._kept or what in self._until

    def holders(self, what: Wanted) -> list[str]:
        """Give those who want something, but for what is kept."""
        return list(self._until.get(what, ()))

    def everyone(self) -> list[tuple[Wanted, str]]:
        """Give what is wanted by whom, but for what is kept."""
        return [(what, one) for what, holders in self._until.items() for one in holders]

    def meant(self, kind: Lease) -> list[str]:
        """Give the names of all of a kind that is kept, or that a holder with a name wants."""
        wanted = (what for what, holders in self._until.items() if any(holders))
        return [name for one, name in dict.fromkeys([*self._kept, *wanted]) if one == kind]

    def over(self, at: int) -> list[Wanted]:
        """Drop the wishes that ended by ``at``; return what nobody wants now."""
        over: list[Wanted] = []
        for what, holders in list(self._until.items()):
            for holder, until in list(holders.items()):
                if until <= at:
                    del holders[holder]
            if not holders:
                del self._until[what]
                if what not in self._kept:
                    over.append(what)
        return over

    @property
    def next(self) -> int | None:
        """When the next wish ends."""
        return min((min(holders.values()) for holders in self._until.values()), default=None)
