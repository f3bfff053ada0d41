"""Calls as this link sees them: who is a party, and the elements that name parties.

The exchange tells every fact with the whole call; the last one of each call is kept, so that a
request that names a party by its number can be understood.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from protocols.asai import elements as rows
from protocols.asai import values as v
from protocols.asai.names import DomainType, LocalState
from protocols.q931 import values as q
from sim.exchange import facts
from sim.exchange.facts import CallFact
from sim.exchange.views import CallView, ExchangeView, Party
from sim.exchange.words import GroupKind, LegState
from sim.plan import ExchangePlan

OUTSIDE: Final = "#####"
"""Number of a party without one behind a trunk."""
INSIDE: Final = "*****"
"""Number of an extension without one."""
MOST_PARTIES: Final = 6
"""Parties that an answer or event lists."""
STATES: Final = {
    LegState.INITIATED: LocalState.INITIATED,
    LegState.PROCEEDING: LocalState.OTHER,
    LegState.ALERTING: LocalState.ALERTING,
    LegState.CONNECTED: LocalState.CONNECTED,
    LegState.HELD: LocalState.HELD,
    LegState.FAILED: LocalState.OTHER,
}

Seen = CallFact | CallView
"""A call with its parties."""


def is_number(digits: str) -> bool:
    """Tell whether a number fits the elements of numbers (S1 4-15)."""
    return bool(rows.DIGITS.fullmatch(digits)) and len(digits) <= rows.LONGEST_NUMBER


class Plan:
    """What the numbers of the exchange are."""

    def __init__(self, plan: ExchangePlan) -> None:
        self.stations = frozenset(one.number for one in plan.stations)
        self.splits = {one.number: one for one in plan.groups}
        self.vdns = {one.number: one for one in plan.route_points}
        self.groups = {one.name: place for place, one in enumerate(plan.trunk_groups, 1)}
        self._own = {
            (group.name, called): own
            for group in plan.trunk_groups
            for called, own in group.did.items()
        }
        self.accesses = {one.access: one for one in plan.trunk_groups if one.access}

    def is_acd(self, number: str) -> bool:
        """Tell whether agents log on to a split."""
        return number in self.splits and self.splits[number].kind is GroupKind.ACD

    def has_party(self, device: str) -> bool:
        """Tell whether a device can be a party: queues and VDNs are none."""
        return device in self.stations or "/" in device

    def number(self, party: Party) -> str:
        """Give the number of a party."""
        if party.device in self.stations:
            return party.device if is_number(party.device) else INSIDE
        return party.number if party.number and is_number(party.number) else OUTSIDE

    def connected(self, party: Party) -> v.ConnectedNumber:
        """Name a party."""
        return v.ConnectedNumber(digits=self.number(party))

    def caller(self, call: Seen) -> tuple[v.Element, ...]:
        """Name who calls: by number, or else by the trunk."""
        if call.calling and is_number(call.calling):
            return (q.CallingPartyNumber(digits=call.calling),)
        return (self.trunk(call.trunk),) if call.trunk else ()

    def trunk(self, device: str) -> v.TrunkGroup:
        """Name a trunk by its group and member."""
        name, _, member = device.rpartition("/")
        return v.TrunkGroup(self.groups[name], int(member))

    def called(self, call: Seen) -> q.CalledPartyNumber:
        """Name who was called; of a call from outside the own number that it came to."""
        group, _, _ = call.trunk.rpartition("/")
        number = self._own.get((group, call.called), call.called)
        return q.CalledPartyNumber(digits=number if number and is_number(number) else OUTSIDE)

    def domain(self, number: str) -> v.Domain:
        """Name a VDN or split."""
        return v.Domain(DomainType.VDN if number in self.vdns else DomainType.SPLIT, number)


class Calls:
    """Every call as it was told last."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._calls: dict[int, Seen] = {}
        self._busy: set[tuple[int, str]] = set()
        """Stations that were found busy: they are shown on the call and are no party."""

    def begin(self, view: ExchangeView) -> None:
        """Start from a state of the exchange."""
        self._calls = {call.call: call for call in view.calls}
        self._busy.clear()

    def clear(self) -> None:
        """Forget every call."""
        self._calls.clear()
        self._busy.clear()

    def get(self, call: int) -> Seen | None:
        """Give a call."""
        return self._calls.get(call)

    def at(self, device: str) -> list[Seen]:
        """Give the calls at which a device is a party, oldest id first."""
        return [
            call
            for _, call in sorted(self._calls.items())
            if any(party.device == device for party in self.parties(call))
        ]

    def parties(self, call: Seen) -> list[Party]:
        """Give who is a party."""
        return [
            party
            for party in call.parties
            if self._plan.has_party(party.device)
            and (call.call, party.device) not in self._busy
        ]

    def place(self, call: int, device: str) -> int:
        """Give the party number of a device; 0 if it has none."""
        seen = self._calls.get(call)
        parties: Iterable[Party] = seen.parties if seen is not None else ()
        return next((party.place for party in parties if party.device == device), 0)

    def state(self, call: int, device: str) -> LegState | None:
        """Give the state of a device on a call."""
        seen = self._calls.get(call)
        parties: Iterable[Party] = seen.parties if seen is not None else ()
        return next((party.state for party in parties if party.device == device), None)

    def note(self, fact: CallFact) -> None:
        """Take a fact, once everything was made of it."""
        match fact:
            case facts.Merged():
                for old in (fact.primary, fact.secondary):
                    self._forget(old)
            case facts.Failed() if fact.device in self._plan.stations and not self.hears_tone(
                fact
            ):
                self._busy.add((fact.call, fact.device))
            case _:
                pass
        if isinstance(fact, facts.CallCleared):
            self._forget(fact.call)
        else:
            self._calls[fact.call] = fact

    def hears_tone(self, fact: facts.Failed) -> bool:
        """Tell whether a connection failed whose device was on the call before."""
        before = self.state(fact.call, fact.device)
        return before in (LegState.INITIATED, LegState.CONNECTED, LegState.HELD)

    def _forget(self, call: int) -> None:
        self._calls.pop(call, None)
        self._busy = {one for one in self._busy if one[0] != call}
