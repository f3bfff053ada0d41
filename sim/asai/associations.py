"""Associations of one link: what each call reference value stands for, and its counters.

The side that opens an association chooses its call reference value, and both sides may use the
same value at once: the flag tells whose it is (S1 4-5).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

_LAST_INVOKE: Final = 254


class Kind(Enum):
    """What an association is for."""

    CALL = "call control"
    STATION = "domain control of a station"
    SPLIT = "domain control of a split"
    NOTIFICATION = "event notification"
    ROUTE = "routing"
    ONCE = "one request and its answer"


class Association:
    """One association."""

    def __init__(self, kind: Kind, crv: int, *, ours: bool, number: str = "") -> None:
        self.kind = kind
        self.crv = crv
        self.ours = ours
        """Whether the switch opened it."""
        self.number = number
        """Station, split, VDN or trunk access code that it is about."""
        self.call = 0
        """Call that it controls or routes."""
        self.route = 0
        """Request of the exchange that it asks about."""
        self.followed: set[int] = set()
        """Calls that it is notified of."""
        self.merging = False
        """The answer to its merge stands for the event."""
        self.last = 0
        """Invoke id that the switch used last, always even; 0 for none."""

    def next_invoke(self) -> int:
        """Count the switch's invokes: 2, 4 and so on, beginning again at the end."""
        self.last = self.last % _LAST_INVOKE + 2
        return self.last


class Associations:
    """All associations of one link, in the order in which they were opened."""

    def __init__(self, crv_length: int) -> None:
        self._most = 0x7F if crv_length == 1 else 0x7FFF
        self._all: dict[tuple[int, bool], Association] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Association]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def find(self, crv: int, *, ours: bool) -> Association | None:
        """Give an association by its value and who opened it."""
        return self._all.get((crv, ours))

    def put(self, association: Association) -> None:
        """Add an association."""
        self._all[association.crv, association.ours] = association

    def remove(self, association: Association) -> None:
        """Forget an association; it may be gone already."""
        self._all.pop((association.crv, association.ours), None)

    def open(self, kind: Kind, number: str = "") -> Association | None:
        """Open one from this side; ``None`` when every value is in use."""
        for _ in range(self._most):
            self._last = self._last % self._most + 1
            if (self._last, True) not in self._all:
                opened = Association(kind, self._last, ours=True, number=number)
                self.put(opened)
                return opened
        return None

    def of(self, kind: Kind) -> list[Association]:
        """Give those of a kind."""
        return [one for one in self._all.values() if one.kind is kind]

    def clear(self) -> list[Association]:
        """Forget all; give them."""
        gone = list(self._all.values())
        self._all.clear()
        return gone


class Administration:
    """What all links of a switch share: who watches and controls what."""

    def __init__(self) -> None:
        self._taken: dict[tuple[Kind, str | int], list[Association]] = {}

    def take(self, association: Association, most: int) -> bool:
        """Count an association; say no when there are so many already."""
        here = self._taken.setdefault(_key(association), [])
        if len(here) >= most:
            return False
        here.append(association)
        return True

    def give_back(self, association: Association) -> None:
        """Take an association off the count, if it was counted."""
        here = self._taken.get(_key(association), [])
        if association in here:
            here.remove(association)

    def holders(self, kind: Kind, about: str | int) -> list[Association]:
        """Give the associations of a kind about a number or call."""
        return self._taken.get((kind, about), [])


def _key(association: Association) -> tuple[Kind, str | int]:
    return association.kind, association.number or association.call
