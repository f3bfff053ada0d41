"""Messages of a store: what is to be published, in order, until it is old or there is no room.

Every message has a place, which grows by one; every event has an offset too, which grows by
one with each event. Neither comes twice, over restarts too. What the broker has taken over
stays for replay. When something must go that it has not, the oldest that nobody has in memory
goes, and a message that names the lost offsets stands where the last of them stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import apsw
import msgspec
from msgspec import Struct

from cti.kept import KeptMessage, Mark
from cti.moment import SECOND

CHUNK: Final = 2_000
"""Messages that go in one transaction, so that no commit waits long behind it."""

Gap = Callable[[int, int, int], bytes]
"""Writes the message that stands for lost events: first and last offset, moment."""


class Limits(Struct, frozen=True):
    """How much is kept, in octets of the file, seconds and messages."""

    octets: int = 2_000_000_000
    age: float = 86_400.0
    messages: int = 5_000_000
    taken_octets: int = 1_000_000_000
    """Above this, messages that the broker has go."""
    taken_age: float = 86_400.0
    """Age at which messages that the broker has go."""


class Outbox(Struct, frozen=True):
    """What a store tells of its messages at the start."""

    place: int = 0
    """Place of the last message."""
    offset: int = 0
    """Offset of the last event."""
    mark: Mark = Mark()
    handed: int = 0
    """Offset up to which all events were handed to the broker."""


NOTHING: Final = Outbox()
"""Of a new store."""


class Trimmed(Struct, frozen=True):
    """What went."""

    taken: int = 0
    """Messages that the broker has."""
    lost: int = 0
    """Events that it has not."""
    others: int = 0
    """Other messages that it has not."""
    first: int = 0
    """Offset of the first of the lost events."""
    last: int = 0
    more: bool = False
    """Whether still more is to go."""


class Gone(Exception):  # noqa: N818 - an answer to a client
    """Events that are not in the store any more."""

    def __init__(self, first: int) -> None:
        super().__init__(f"the first event that is still there is {first}")
        self.first = first
        """First offset that is still there; one more than the last one if none is."""


class Messages:
    """The messages of an open database; the caller's transaction is around what writes."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._read_to = 0

    def start(self) -> Outbox:
        """Tell where an earlier life came to."""
        ((place, offset, settled, held),) = self._all(
            "SELECT place, offset, settled, held FROM store"
        )
        held = msgspec.json.decode(held, type=tuple[int, ...])
        ahead = self._all(
            "SELECT coalesce(first, offset) FROM message "
            "WHERE place > ? AND offset IS NOT NULL ORDER BY place LIMIT 1",
            (settled,),
        )
        handed = ahead[0][0] - 1 if ahead else offset
        return Outbox(place, offset, Mark(settled, held), handed)

    def add(self, messages: tuple[KeptMessage, ...], at: int) -> None:
        """Add messages; those that are there already are left as they are."""
        if not messages:
            return
        before = self._db.total_changes()
        self._db.executemany(
            "INSERT OR IGNORE INTO message (place, offset, at, body) VALUES (?, ?, ?, ?)",
            [(one.place, one.offset, at, one.body) for one in messages],
        )
        added = self._db.total_changes() - before
        offset = max((one.offset for one in messages if one.offset is not None), default=0)
        self._db.execute(
            "UPDATE store SET count = count + ?, place = max(place, ?), "
            "offset = max(offset, ?)",
            (added, messages[-1].place, offset),
        )

    def settle(self, mark: Mark) -> None:
        """Note what the broker has taken over; it never has less than before."""
        held = msgspec.json.encode(mark.held).decode()
        self._db.execute(
            "UPDATE store SET settled = ?, held = ? WHERE settled <= ?",
            (mark.through, held, mark.through),
        )

    def ahead(self, after: int, most: int) -> list[KeptMessage]:
        """Give the messages behind a place, at most so many."""
        rows = self._all(
            "SELECT place, offset, body FROM message WHERE place > ? ORDER BY place LIMIT ?",
            (after, most),
        )
        if rows:
            self._read_to = max(self._read_to, rows[-1][0])
        return [KeptMessage(*row) for row in rows]

    def at(self, places: Iterable[int]) -> list[KeptMessage]:
        """Give single messages, as far as they are there."""
        found: list[KeptMessage] = []
        for place in places:
            rows = self._all(
                "SELECT place, offset, body FROM message WHERE place = ?", (place,)
            )
            found += [KeptMessage(*row) for row in rows]
        return found

    def events(self, first: int, last: int, most: int) -> list[KeptMessage]:
        """Give events of a range of offsets, at most so many, without a hole; raise ``Gone``.

        Events that were lost are told by the message that stands for them.
        """
        rows = self._all(
            "SELECT place, offset, body, first FROM message "
            "WHERE offset >= ? ORDER BY offset LIMIT ?",
            (first, most),
        )
        if not rows and first <= (end := self.start().offset):
            raise Gone(end + 1)
        found: list[KeptMessage] = []
        wanted = first
        for place, offset, body, since in rows:
            begin = offset if since is None else since
            if begin > wanted and not found:
                raise Gone(begin)
            if begin > min(wanted, last):
                break
            found.append(KeptMessage(place, offset, body))
            wanted = offset + 1
        return found

    @property
    def octets(self) -> int:
        """Octets of the file that are in use."""
        pages = self._db.pragma("page_count") - self._db.pragma("freelist_count")
        return int(pages * self._db.pragma("page_size"))

    @property
    def count(self) -> int:
        """How many messages there are."""
        return int(self._db.execute("SELECT count FROM store").get)

    # What must go.

    def trim(self, limits: Limits, now: int, beyond: int, gap: Gap) -> Trimmed:
        """Let go what there is no room or no time for, at most ``CHUNK`` messages.

        What stands at a place up to ``beyond`` and is not settled is in somebody's memory and
        stays.
        """
        mark = self.start().mark
        octets, count = self.octets, self.count
        excess = max(
            _share(octets - limits.taken_octets, octets, count), count - limits.messages
        )
        before = now - round(limits.taken_age * SECOND)
        if gone := self._let_go(mark, before, excess):
            return Trimmed(taken=gone, more=gone >= CHUNK)
        after = max(beyond, mark.through, self._read_to)
        excess = max(_share(octets - limits.octets, octets, count), count - limits.messages)
        old = self._old(after, now - round(limits.age * SECOND))
        if excess <= 0 and old <= 0:
            return Trimmed()
        return self._lose(after, max(old, min(excess, CHUNK)), now, gap)

    def _let_go(self, mark: Mark, before: int, excess: int) -> int:
        """Delete the first messages that the broker has: the old ones, or so many.

        Those that it refused stay.
        """
        rows = self._all(
            "SELECT place, at FROM message WHERE place <= ? ORDER BY place LIMIT ?",
            (mark.through, CHUNK + len(mark.held)),
        )
        held = frozenset(mark.held)
        rows = [row for row in rows if row[0] not in held][:CHUNK]
        old = next((n for n, (_, at) in enumerate(rows) if at >= before), len(rows))
        going = [(place,) for place, _ in rows[: max(old, excess)]]
        self._delete(going)
        return len(going)

    def _old(self, after: int, before: int) -> int:
        """Count the messages behind a place that are too old, but for a gap."""
        rows = self._all(
            "SELECT at FROM message WHERE place > ? AND first IS NULL ORDER BY place LIMIT ?",
            (after, CHUNK),
        )
        return next((n for n, (at,) in enumerate(rows) if at >= before), len(rows))

    def _lose(self, after: int, most: int, now: int, gap: Gap) -> Trimmed:
        rows = self._all(
            "SELECT place, offset, first, at FROM message "
            "WHERE place > ? ORDER BY place LIMIT ?",
            (after, most + 1),
        )
        if not rows or rows[0][2] is None:
            rows = rows[:most]
        elif len(rows) == 1:  # what stands for the lost is not lost itself
            rows = []
        if not rows:
            return Trimmed()
        events = [
            (place, offset if first is None else first, offset)
            for place, offset, first, _ in rows
            if offset is not None
        ]
        self._delete([(place,) for place, *_ in rows])
        if not events:
            return Trimmed(others=len(rows), more=len(rows) >= CHUNK)
        place, first, last = events[-1][0], events[0][1], events[-1][2]
        self._db.execute(
            "INSERT INTO message (place, offset, first, at, body) VALUES (?, ?, ?, ?, ?)",
            (place, last, first, rows[-1][3], gap(first, last, now)),
        )
        self._db.execute("UPDATE store SET count = count + 1")
        lost = sum(1 for _, offset, since, _ in rows if offset is not None and since is None)
        others = sum(1 for _, offset, _, _ in rows if offset is None)
        return Trimmed(0, lost, others, first, last, len(rows) >= CHUNK)

    def _delete(self, places: list[tuple[int]]) -> None:
        before = self._db.total_changes()
        self._db.executemany("DELETE FROM message WHERE place = ?", places)
        gone = self._db.total_changes() - before
        self._db.execute("UPDATE store SET count = count - ?", (gone,))

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return self._db.execute(query, values).fetchall()


def _share(excess: int, octets: int, count: int) -> int:
    """Give how many messages an excess of octets is, about."""
    return 0 if excess <= 0 or octets <= 0 else max(1, count * excess // octets)
