"""How calls end: by themselves, out of sight, or given up."""

from __future__ import annotations

from cti import moment
from cti.calls import Call
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.objects import Summary
from cti.model.states import CallState, ConnectionState, Origin, Outcome
from cti.tracker.book import UNTOLD, Book
from cti.tracker.queues import Queues

_S = ConnectionState
_GUESSED = (Origin.INFERRED, Origin.SNAPSHOT, Origin.SYNTHETIC)


class Endings:
    """Procedures of the ends of calls."""

    def __init__(self, book: Book, queues: Queues) -> None:
        self._book = book
        self._queues = queues

    def settle(self, call: Call) -> None:
        """End a call that nobody is on, or that nobody can tell of any more.

        Reports come from monitored devices only. When the last of them has left, at most one
        other party being left means that the call is over; with more of them it goes on out
        of sight.
        """
        if call.state is not CallState.ACTIVE:
            return
        if call.bound_for is not None:
            self._book.agenda.watch(call)  # nobody may be left who tells of it
            return
        live = call.live
        if not live and call.went_on:
            self.lose(call, "went on where no device is monitored")
            return
        if not live:
            self.end(call, self._book.derived)
            return
        inside = self._book.inside
        if any(leg.device_id in inside for leg in live):
            call.went_on = False
            if self._book.agenda.adrift(call):
                self._book.agenda.watch(call)
        elif any(leg.device_id in inside for leg in call.legs.values()):
            if call.went_on or len(live) > 1:
                self.lose(call, "went on where no device is monitored")
            else:
                self.clear_rest(call, Origin.INFERRED)
                self.end(call, Origin.INFERRED)

    def clear_rest(self, call: Call, origin: Origin) -> None:
        """Take everybody off a call that is over."""
        book = self._book
        for leg in call.live:
            if leg.state is _S.QUEUED:
                self._queues.leaves(call, leg, Outcome.OTHER, origin=origin, **UNTOLD)
            previous, leg.state = leg.state, _S.NULL
            leg.since = book.at
            book.emit_leg(
                ev.ConnectionCleared, call, leg, previous=previous, origin=origin, **UNTOLD
            )
            if previous is _S.QUEUED:
                self._queues.left(leg)

    def lose(self, call: Call, reason: str, origin: Origin = Origin.INFERRED) -> None:
        """Give up a call that nobody can tell of any more."""
        call.state = CallState.LOST
        told = {**UNTOLD, "cause": Cause.UNKNOWN} if origin is Origin.SNAPSHOT else UNTOLD
        self._book.emit_call(ev.CallLost, call, reason=reason, origin=origin, **told)
        for leg in call.live:
            waited = leg.state is _S.QUEUED
            leg.state = _S.NULL
            if waited and origin is Origin.SNAPSHOT:
                self._queues.left(leg)
            elif waited:
                self._queues.uncertain(leg)
        self.end(call, origin, told_cause=False)

    def end(self, call: Call, origin: Origin, *, told_cause: bool = True) -> None:
        """Write the last event of a call and take it out of the live ones."""
        book = self._book
        exact = not (call.partial or call.stale or call.asked or origin in _GUESSED)
        exact = exact and call.state is CallState.ACTIVE
        if call.state is CallState.ACTIVE:
            call.state = CallState.ENDED
        call.ended_at = book.at
        connected = None
        if call.connected_at is not None:
            connected = (book.at - call.connected_at) / moment.SECOND
        devices = dict.fromkeys(leg.device_id for leg in call.legs.values())
        summary = Summary(
            created_at=moment.text(call.created_at),
            ended_at=moment.text(book.at),
            duration=(book.at - call.created_at) / moment.SECOND,
            connected=connected,
            exact=exact,
            direction=call.direction,
            numbers=call.numbers,
            parties=tuple(devices),
            data=call.data,
            thread_aliases=tuple(call.thread_aliases),
        )
        told = {} if told_cause and origin is not Origin.INFERRED else UNTOLD
        if origin is Origin.SNAPSHOT:
            told = {**UNTOLD, "cause": Cause.UNKNOWN}
        book.emit_call(ev.CallCleared, call, origin=origin, summary=summary, **told)
        book.calls.end(call)
