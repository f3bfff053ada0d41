"""How calls begin, and what is learned of them: identity, story, numbers, data.

A call is known by its native identifier. One that has ended, or was silent for long, leaves its
identifier to the next call.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from cti import facts as f
from cti import moment
from cti.calls import Call
from cti.facts import DeviceForm
from cti.identity import thread_of
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.states import CallState, ConnectionState, Direction
from cti.tracker.book import UNTOLD, Book
from cti.tracker.endings import Endings
from cti.tracker.stories import join

ECHO: Final = 2 * moment.SECOND
"""Within this time several monitors report one fact."""

_BEGINNINGS: Final = (f.Initiated, f.Originated, f.Offered, f.Queued, f.Alerting)
"""Facts a call can begin with; a call first heard of by another is partial."""
_AT_THE_END: Final = (f.Cleared, f.Failed, f.Diverted, f.CallEnded)
"""Facts that belong to a call that has ended, when one has just ended."""
_OF_THE_CALL: Final = (f.CallInformed, f.DigitsTold, f.ChargeTold)
"""Facts that may come when the call has ended, and are told nevertheless."""


class Beginnings:
    """Finds the call of a fact, or makes it, and takes what the fact tells of it."""

    def __init__(self, book: Book, endings: Endings) -> None:
        self._book = book
        self._endings = endings

    def find(self, fact: f.CallFact) -> Call | None:
        """Find the call of a fact, or make it; None when the fact is a late repeat."""
        book = self._book
        call = book.calls.live(fact.call)
        if call is not None and _begins_anew(fact):
            silent = (book.at - call.heard_at) / moment.SECOND
            if silent > book.times.reuse_guard:
                self._endings.lose(call, "identifier used again")
                call = None
        if call is None:
            ended = book.calls.ended(fact.call, book.at)
            if ended is not None and isinstance(fact, _OF_THE_CALL):
                return ended
            if ended is not None and self._late(ended, fact):
                self._repeat(ended, fact)
                return None
            partial = not isinstance(fact, _BEGINNINGS)
            return self.create(fact.call, partial=partial, told=fact)
        book.hear(call)
        return call

    def create(
        self, native: str, *, partial: bool, told: f.CallFact | f.CallSeen | None = None
    ) -> Call:
        """Make a new call, with its event."""
        book = self._book
        call_id = book.identities.begin(native)
        call = Call(call_id, thread_of(call_id), native, book.at)
        call.partial = partial
        members: dict[str, Any] = {}
        if told is not None:
            story = self._story(told)
            if story is not None:
                call.thread_id, call.story_at = story.thread_id, story.story_at
            call.learn_numbers(told.numbers)
            if isinstance(told, f.CallFact) and told.direction is not UNSET:
                call.direction = told.direction
            if told.global_ref is not UNSET:
                call.global_ref = members["global_ref"] = told.global_ref
        book.calls.add(call)
        book.emit_call(
            ev.CallCreated,
            call,
            origin=book.derived,
            direction=call.direction,
            partial=partial,
            numbers=call.numbers,
            native_id=native,
            **members,
        )
        book.agenda.watch(call)
        return call

    def _story(self, told: f.CallFact | f.CallSeen) -> Call | None:
        """Find the call to whose story a new one belongs from its beginning."""
        if told.global_ref is not UNSET:
            known = self._book.calls.of_ref(told.global_ref)
            if known is not None:
                return known
        return self.held_by(told) if isinstance(told, (f.Initiated, f.Originated)) else None

    def held_by(self, fact: f.ConnectionFact) -> Call | None:
        """Find the call that a device holds while it asks somebody else."""
        if fact.cause is not Cause.CONSULTATION:
            return None
        number = fact.device.number
        key = fact.device.key
        if fact.device.form is not DeviceForm.STATIC and number is not None:
            key = number.raw
        held = [
            call for call, leg in self._book.calls.at(key) if leg.state is ConnectionState.HELD
        ]
        return held[-1] if held else None

    def _late(self, ended: Call, fact: f.CallFact) -> bool:
        """Whether a fact is a late report of a call that ended just now.

        A failure may also be the first that is heard of a new call under an identifier that
        is used again: what others report of the old one comes at once.
        """
        if isinstance(fact, f.Failed) and ended.ended_at is not None:
            return self._book.at - ended.ended_at <= ECHO
        return isinstance(fact, _AT_THE_END)

    def _repeat(self, call: Call, fact: f.CallFact) -> None:
        """Take a repeat that comes after the end of its call: only what it adds is told."""
        self._book.counters["collapsed"] += 1
        if news := self.learn(call, fact):
            self._book.emit_call(ev.CallDataChanged, call, late=True, **news)

    def learn(
        self, call: Call, fact: f.CallFact | f.CallSeen, direction: Direction | None = None
    ) -> dict[str, Any]:
        """Take what a fact tells of its call; return the members of a change event, if any."""
        news: dict[str, Any] = {}
        if call.learn_numbers(fact.numbers):
            news["numbers"] = call.numbers
        if (delta := call.learn_data(fact.data)) is not None:
            news["delta"] = delta
        if fact.global_ref is not UNSET and call.global_ref != fact.global_ref:
            news |= self.refer(call, fact.global_ref)
        if direction is None and isinstance(fact, f.CallFact) and fact.direction is not UNSET:
            direction = fact.direction
        if direction is not None and call.direction is Direction.UNKNOWN is not direction:
            call.direction = news["direction"] = direction
        return news

    def refer(self, call: Call, ref: str) -> dict[str, Any]:
        """Take the global reference of a call: calls that share one are one story."""
        news: dict[str, Any] = {"global_ref": ref}
        other = self._book.calls.of_ref(ref) if call.state is CallState.ACTIVE else None
        if call.state is CallState.ACTIVE:
            self._book.calls.refer(call, ref)
        else:
            call.global_ref = ref
        if other is not None:
            news |= self.join(call, other)
        return news

    def join(self, call: Call, other: Call, *, tell: bool = True) -> dict[str, Any]:
        """Let two calls be of one story; the other's event is written, the call's returned.

        A call of which nothing but its name was told takes the story of the other, and the
        next event says so.
        """
        if call.version == 1 and call.story_at >= other.story_at:
            call.thread_id, call.story_at = other.thread_id, other.story_at
            return {}
        if not join(call, other):
            return {}
        if tell:
            self._book.emit_call(
                ev.CallDataChanged,
                other,
                thread_aliases=tuple(other.thread_aliases),
                **{"origin": self._book.derived, **UNTOLD},
            )
        return {"thread_aliases": tuple(call.thread_aliases)}


def _begins_anew(fact: f.CallFact) -> bool:
    """Whether a fact may be the first of a call whose identifier was used before."""
    if isinstance(fact, (f.Offered, f.Alerting, f.Queued)):
        return fact.cause is Cause.NEW_CALL
    return isinstance(fact, (f.Initiated, f.Originated))
