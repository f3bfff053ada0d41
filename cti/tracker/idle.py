"""Calls of which nothing is heard: when to tell it, to ask for them, to give them up.

A lost report of an end leaves a call that nobody ends. Each live call stands at most once in
a heap, at the earliest moment at which something may have to be done about it. A report does
not touch the heap: whether a call is due is worked out when its moment comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

from cti import moment
from cti.calls import Call
from cti.model.states import CallState, ConnectionState, LinkState

if TYPE_CHECKING:
    from cti.tracker.book import Book


ADRIFT: Final = 10.0
"""Seconds after which the switch is asked what became of a call that is adrift."""


class Due(Enum):
    """What there is to do about a call."""

    GIVE_UP = "give up"
    """Its link was lost, and nothing was asked since: the grace is over."""
    CLEAR = "clear"
    """Nothing was heard of it for longer than any call lasts."""
    VERIFY = "verify"
    """Ask the switch for it."""
    NOTIFY = "notify"
    """Tell that nothing is heard of it."""


class Agenda:
    """When to look at which call."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._heap: list[tuple[int, int, int, Call]] = []
        self._count = 0

    @property
    def due(self) -> int | None:
        """When to look next; None while there is nothing to look at."""
        while self._heap:
            due, _, _, call = self._heap[0]
            if call.due == due and call.state is CallState.ACTIVE:
                return due
            heappop(self._heap)  # the call ended, or stands elsewhere
        return None

    def watch(self, call: Call) -> None:
        """Look at a call when its next moment comes; call it when that may be earlier."""
        due = min((at for at, _ in self._moments(call)), default=None)
        if due is None:
            call.due = None
        elif call.due is None or due < call.due:
            call.due = due
            self._count += 1
            heappush(self._heap, (due, call.serial, self._count, call))

    def over(self, at: int) -> Iterator[tuple[Call, Due]]:
        """Give what is to be done by ``at``, for each call the gravest; each is done at once.

        A call is looked at again after that, so what is done has to put its moment off.
        """
        while (due := self.due) is not None and due <= at:
            call = heappop(self._heap)[3]
            call.due = None
            moments = list(self._moments(call))
            ripe = [what for moment_, what in moments if moment_ <= at]
            if (
                ripe and min(moment_ for moment_, _ in moments) <= due
            ):  # else something was heard of it since
                yield call, ripe[0]
            if call.state is CallState.ACTIVE:
                self.watch(call)

    def _moments(self, call: Call) -> Iterator[tuple[int, Due]]:
        """Give what may have to be done about a call and when, the gravest first."""
        book, times = self._book, self._book.times
        if call.stale and not call.unverified:
            if call.given_until is not None and not self._asking(call.link_id):
                yield call.given_until, Due.GIVE_UP
            return
        verifies = call.link_id in book.verifying
        if times.idle_clear and (verifies or call.stale):
            yield call.heard_at + _ticks(times.idle_clear), Due.CLEAR
        if times.idle_verify and verifies and not book.lost(call.link_id):
            asked_at = max(call.heard_at, call.asked_at or 0)
            silence = ADRIFT if self.adrift(call) else times.idle_verify
            yield asked_at + _ticks(silence), Due.VERIFY
        if times.idle_notify and not call.idle_told:
            yield call.heard_at + _ticks(times.idle_notify), Due.NOTIFY

    def adrift(self, call: Call) -> bool:
        """Whether nobody is left on a call who will tell how it goes on.

        It was sent to a device that has not told of it, or its caller left and only a queue
        is there.
        """
        if call.bound_for is not None:
            inside = self._book.inside
            return not any(leg.device_id in inside for leg in call.live)
        queued = ConnectionState.QUEUED
        return call.caller is not None and all(leg.state is queued for leg in call.live)

    def _asking(self, link_id: str) -> bool:
        """Whether the switch is about to tell what became of the calls of a link."""
        syncing = self._book.links.get(link_id) is LinkState.SYNCING
        return syncing or link_id in self._book.runs


def _ticks(seconds: float) -> int:
    return round(seconds * moment.SECOND)
