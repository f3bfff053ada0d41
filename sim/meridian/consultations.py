"""Consultations that nobody completed, and what Meridian Link Services leave untold of them.

Section 5.10: a party who is asked answers, or leaves before the completion: nothing is told.
Who asked gives it up: nothing either, unless the other never answered or is monitored.
"""

from __future__ import annotations

from sim.exchange import facts
from sim.exchange.facts import CallFact
from sim.exchange.words import Cause

TOLD = (False, "")


class _Consultation:
    def __init__(self, by: str) -> None:
        self.by = by
        self.asked = ""
        self.answered = False
        self.left = ""
        """Who left first."""


class Consultations:
    """Open consultation calls."""

    def __init__(self) -> None:
        self._open: dict[int, _Consultation] = {}

    def clear(self) -> None:
        """Forget all."""
        self._open.clear()

    def __contains__(self, call: int) -> bool:
        """Tell whether a call is an open consultation."""
        return call in self._open

    def take(self, fact: CallFact) -> None:
        """Note what a fact makes of the consultations."""
        if isinstance(fact, facts.ServiceInitiated) and fact.cause is Cause.CONSULTATION:
            self._open[fact.call] = _Consultation(fact.device)
        if isinstance(fact, facts.Merged):
            self._open.pop(fact.primary, None)
            self._open.pop(fact.secondary, None)
        one = self._open.get(fact.call)
        if one is None:
            return
        match fact:
            case facts.Delivered():
                one.asked = fact.device
            case facts.Established():
                one.asked, one.answered = fact.device, True
            case facts.ConnectionCleared():
                one.left = one.left or fact.device
            case facts.CallCleared():
                del self._open[fact.call]
            case _:
                pass

    def silence(self, fact: CallFact) -> tuple[bool, str]:
        """Tell whether a fact goes untold, and who has to be monitored for it to be told."""
        one = self._open.get(fact.call)
        if one is None:
            return TOLD
        if isinstance(fact, facts.Established):
            return True, ""
        if not one.left or not one.answered:
            return TOLD
        return True, one.asked if one.left == one.by else ""
