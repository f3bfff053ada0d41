"""The list of true calls: facts and their times in, one record per call out.

This is what an observer of a link is measured against. A call that was merged into another
has a record of its own, which says into which.
"""

from __future__ import annotations

from msgspec import Struct, to_builtins

from sim.exchange import facts
from sim.exchange.facts import Action, CallFact


class CallRecord(Struct, frozen=True, gc=False):
    """One call from its first fact to its last."""

    serial: int
    """Order in which calls began; ids may be used again, this is not."""
    call: int
    calling: str
    called: str
    began: float
    """Seconds on the clock of the play."""
    answered: float | None
    """First answer by anybody but the caller."""
    ended: float | None
    """``None`` while it lives."""
    devices: tuple[str, ...]
    """Every device that ever was on it, in order."""
    waited_at: tuple[str, ...]
    """Groups and park slots where it waited."""
    merged_into: int | None
    """Serial of the call it became part of."""
    cause: str
    """Cause of the last fact."""


class _Entry:
    def __init__(self, serial: int, fact: CallFact, at: float) -> None:
        self.serial = serial
        self.call = fact.call
        self.began = at
        self.answered: float | None = None
        self.ended: float | None = None
        self.devices: list[str] = []
        self.waited_at: list[str] = []
        self.merged_into: int | None = None
        self.last = fact

    def record(self) -> CallRecord:
        return CallRecord(
            self.serial,
            self.call,
            self.last.calling,
            self.last.called,
            self.began,
            self.answered,
            self.ended,
            tuple(self.devices),
            tuple(self.waited_at),
            self.merged_into,
            self.last.cause.value,
        )


class Ledger:
    """Write down the calls of one exchange."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._live: dict[int, _Entry] = {}

    def take(self, at: float, action: Action) -> None:
        """Note one action of the exchange and its time; facts without a call are skipped."""
        if not isinstance(action, CallFact):
            return
        if isinstance(action, facts.Merged):
            self._merge(at, action)
        entry = self._live.get(action.call)
        if entry is None:
            entry = self._begin(at, action)
        entry.last = action
        entry.devices += [p.device for p in action.parties if p.device not in entry.devices]
        if isinstance(action, facts.Queued) and action.device not in entry.waited_at:
            entry.waited_at.append(action.device)
        if isinstance(action, facts.Established) and entry.answered is None:
            entry.answered = at
        if isinstance(action, facts.CallCleared):
            entry.ended = at
            del self._live[action.call]

    def records(self) -> list[CallRecord]:
        """Give every call so far, in the order in which they began."""
        return [entry.record() for entry in self._entries]

    def builtins(self) -> list[dict[str, object]]:
        """Give the records as lists, strings and numbers, ready for JSON."""
        return [to_builtins(record) for record in self.records()]

    def _begin(self, at: float, fact: CallFact) -> _Entry:
        entry = _Entry(len(self._entries) + 1, fact, at)
        self._entries.append(entry)
        self._live[fact.call] = entry
        return entry

    def _merge(self, at: float, fact: facts.Merged) -> None:
        """End the calls that are no more; the one that keeps the id lives on."""
        old = [self._live.pop(n) for n in (fact.primary, fact.secondary) if n in self._live]
        stays = next((entry for entry in old if entry.call == fact.call), None)
        if stays is None:
            stays = self._begin(at, fact)
        self._live[fact.call] = stays
        for entry in old:
            if entry is not stays:
                entry.ended, entry.merged_into = at, stays.serial
                stays.answered = entry.answered if stays.answered is None else stays.answered
