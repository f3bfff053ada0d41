"""Handsets: which sets are off-hook, folded from the facts of calls.

The exchange tells what becomes of calls; a switch that reports the hook besides knows it from
the set. A set is off-hook while it dials, talks, holds or hears a tone.
"""

from __future__ import annotations

from sim.exchange.facts import CallFact, Merged, ServiceInitiated
from sim.exchange.views import ExchangeView, Party
from sim.exchange.words import LegState

_OFF_HOOK = (LegState.INITIATED, LegState.CONNECTED, LegState.HELD)


class Hooks:
    """The calls that keep each set off-hook."""

    def __init__(self, stations: frozenset[str]) -> None:
        self._stations = stations
        self._busy: dict[str, set[int]] = {}
        self._prompted: set[tuple[str, int]] = set()

    def begin(self, view: ExchangeView) -> None:
        """Start from a state of the exchange; a set that is being prompted counts as off."""
        self._busy.clear()
        self._prompted.clear()
        for call in view.calls:
            for party in call.parties:
                if party.state in _OFF_HOOK:
                    self._busy.setdefault(party.device, set()).add(call.call)

    def take(self, fact: CallFact) -> list[tuple[str, bool]]:
        """Note a fact; give the sets whose hook changed, with whether it is on-hook now."""
        prompting = isinstance(fact, ServiceInitiated) and fact.prompting
        if prompting:
            self._prompted.add((fact.device, fact.call))
        before = {device: bool(calls) for device, calls in self._busy.items()}
        ended = {fact.call}
        if isinstance(fact, Merged):
            ended |= {fact.primary, fact.secondary}
        was = {(device, call) for device, calls in self._busy.items() for call in calls & ended}
        for busy in self._busy.values():
            busy.difference_update(ended)
        for party in fact.parties:
            if self._off_hook(party, fact.call, was):
                self._busy.setdefault(party.device, set()).add(fact.call)
        changed = [
            (device, not calls)
            for device, calls in self._busy.items()
            if bool(calls) != before.get(device, False)
        ]
        self._busy = {device: calls for device, calls in self._busy.items() if calls}
        # Who did it goes first; what follows from it comes after.
        return sorted(changed, key=lambda one: one[0] != fact.device)

    def _off_hook(self, party: Party, call: int, was: set[tuple[str, int]]) -> bool:
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
