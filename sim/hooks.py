"""Handsets: which sets are off-hook, folded from the facts of calls.

The exchange tells what becomes of calls; a switch that reports the hook besides knows it from
the set. A set is off-hook while it dials, talks, holds or hears a tone.
"""

from __future__ import annotations

from collections.abc import Set

from sim.exchange.facts import CallFact, Merged, ServiceInitiated
from sim.exchange.views import ExchangeView, Party
from sim.exchange.words import LegState

_OFF_HOOK = (LegState.INITIATED, LegState.CONNECTED, LegState.HELD)


class Hooks:
    """The calls that keep each set off-hook."""

    def __init__(self, stations: frozenset[str]) -> None:
        self._stations = stations
        self._busy: dict[str, set[int]] = {}
        self._calls: dict[int, set[str]] = {}
        """The same by call: the sets that it keeps off-hook."""
        self._prompted: set[tuple[str, int]] = set()

    def clear(self) -> None:
        """Put every handset down, without a word."""
        self._busy.clear()
        self._calls.clear()
        self._prompted.clear()

    def begin(self, view: ExchangeView) -> None:
        """Start from a state of the exchange; a set that is being prompted counts as off."""
        self.clear()
        for call in view.calls:
            for party in call.parties:
                if party.state in _OFF_HOOK:
                    self._put(party.device, call.call)

    def take(self, fact: CallFact) -> list[tuple[str, bool]]:
        """Note a fact; give the sets whose hook changed, with whether it is on-hook now."""
        prompting = isinstance(fact, ServiceInitiated) and fact.prompting
        if prompting:
            self._prompted.add((fact.device, fact.call))
        ended = [fact.call]
        if isinstance(fact, Merged):
            ended += [fact.primary, fact.secondary]
        was = {(device, call): None for call in ended for device in self._calls.pop(call, ())}
        concerned = sorted({device for device, _ in was} | {p.device for p in fact.parties})
        before = {device: device in self._busy for device in concerned}
        for device, call in was:
            calls = self._busy[device]
            calls.discard(call)
            if not calls:
                del self._busy[device]
        for party in fact.parties:
            if self._off_hook(party, fact.call, was.keys()):
                self._put(party.device, fact.call)
        changed = [
            (device, device not in self._busy)
            for device in concerned
            if (device in self._busy) != before[device]
        ]
        # Who did it goes first; what follows from it comes after.
        return sorted(changed, key=lambda one: one[0] != fact.device)

    def _put(self, device: str, call: int) -> None:
        self._busy.setdefault(device, set()).add(call)
        self._calls.setdefault(call, set()).add(device)

    def _off_hook(self, party: Party, call: int, was: Set[tuple[str, int]]) -> bool:
        if party.device not in self._stations:
            return False
        leg = (party.device, call)
        if leg in self._prompted:
            if party.state is LegState.INITIATED:
                return False
            self._prompted.discard(leg)
        if party.state is LegState.FAILED:
            return leg in was  # a set that was found busy has no handset on this call
        return party.state in _OFF_HOOK
