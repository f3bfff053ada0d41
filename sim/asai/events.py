"""Event reports: what the exchange tells, in the words and elements of ASAI (S2 chapter 3)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from protocols.asai import values as v
from protocols.asai.names import DomainType, EventName, RedirectReason, WorkModeName
from protocols.q931 import values as q
from protocols.q931.values import Cause
from sim.asai import causes
from sim.asai.dialects import Dialect
from sim.asai.parties import INSIDE, MOST_PARTIES, OUTSIDE, Calls, Plan, Seen, is_number
from sim.exchange import facts, words
from sim.exchange.facts import CallFact
from sim.exchange.views import ExchangeView, Party
from sim.exchange.words import LegState, Supervision


class Report(Struct, frozen=True, gc=False):
    """One event before it is known who hears it."""

    event: EventName
    elements: tuple[v.Element, ...]
    call: int = 0
    """0 for an event of an agent."""
    device: str = ""
    """Whom it happened to."""
    stations: frozenset[str] = frozenset()
    """Stations whose domain control hears it."""
    domain: str = ""
    """VDN or split that a call is offered to, or splits' agents are told of."""


_REASONS: Final = {
    words.Cause.FORWARD_ALL: RedirectReason.FORWARDED,
    words.Cause.FORWARD_BUSY: RedirectReason.BUSY,
    words.Cause.FORWARD_NO_ANSWER: RedirectReason.NO_ANSWER,
    words.Cause.REDIRECTED: RedirectReason.REDIRECTED,
    words.Cause.RECALL: RedirectReason.RECALL,
}
_QUIET: Final = (words.Cause.PICKUP,)
"""Why a call leaves a ringing station without Call Redirected."""


class Reporter:
    """Make event reports of facts."""

    def __init__(self, dialect: Dialect, plan: Plan, calls: Calls) -> None:
        self._dialect = dialect
        self._plan = plan
        self._calls = calls
        self.longest_user_data = 32
        self.tells_originated = False
        """Call Originated is of link version 2 and later."""
        self._inside: dict[int, str] = {}
        """VDN or split that a call was offered to last."""

    def begin(self, view: ExchangeView) -> None:
        """Start from a state of the exchange: what waits somewhere was offered before."""
        self._inside = {
            call.call: party.device
            for call in view.calls
            for party in call.parties
            if party.state in (LegState.QUEUED, LegState.ROUTING)
        }

    def clear(self) -> None:
        """Forget every call."""
        self._inside.clear()

    def of_call(self, fact: CallFact) -> list[Report]:
        """Give the events of a fact about a call, in their order."""
        match fact:
            case facts.ServiceInitiated() if fact.device in self._plan.stations:
                return [self._report(EventName.CALL_INITIATED, fact, self._ucid(fact))]
            case facts.Originated() if fact.device in self._plan.stations:
                return [self._originated(fact)] if self.tells_originated else []
            case facts.NetworkReached(supervision=supervision):
                # A network that tells what becomes of the call is ISDN from end to end.
                if supervision is Supervision.ANSWER:
                    return []
                seized = (q.CalledPartyNumber(digits=OUTSIDE), self._plan.trunk(fact.device))
                return [self._report(EventName.TRUNK_SEIZED, fact, seized)]
            case facts.VectorEntered() | facts.RouteRequested():
                return self._offered(fact, fact.device)
            case facts.Queued() if fact.device in self._plan.splits:
                return [*self._offered(fact, fact.device), self._queued(fact)]
            case facts.DigitsCollected(digits=digits):
                code = v.UserEnteredCode(digits)
                return [self._report(EventName.ENTERED_DIGITS, fact, (code,), party=False)]
            case facts.Delivered():
                return self._delivered(fact)
            case facts.Established():
                return [self._established(fact)]
            case facts.Held():
                return [self._report(EventName.HOLD, fact, self._connected(fact))]
            case facts.Retrieved():
                return [self._report(EventName.RECONNECTED, fact, self._connected(fact))]
            case facts.Diverted():
                return self._diverted(fact)
            case facts.Failed():
                return self._failed(fact)
            case facts.ConnectionCleared():
                return self._dropped(fact)
            case facts.CallCleared():
                self._inside.pop(fact.call, None)
                cause = causes.of_fact(fact.cause)
                return [self._report(EventName.CALL_ENDED, fact, (cause,), party=False)]
            case facts.Transferred():
                return [self._merged(EventName.TRANSFERRED, fact)]
            case facts.Conferenced():
                return [self._merged(EventName.CONFERENCED, fact)]
            case _:
                return []

    def of_agent(self, fact: facts.Fact) -> list[Report]:
        """Give the events of a fact about an agent, one for each split."""
        match fact:
            case facts.AgentLoggedOn(agent, device, groups):
                event = EventName.LOGIN
            case facts.AgentLoggedOff(agent, device, groups):
                event = EventName.LOGOUT
            case _:
                return []
        mode = (v.WorkMode(WorkModeName.AUXILIARY),) if event is EventName.LOGIN else ()
        domains = [v.Domain(DomainType.EXTENSION, device)]
        if is_number(agent):
            domains.append(v.Domain(DomainType.LOGICAL_AGENT, agent))
        return [Report(event, (*mode, *domains), domain=group) for group in groups]

    def of_route(self, fact: facts.RouteRequested) -> tuple[v.Element, ...]:
        """Give what an adjunct is told when it is asked where a call goes."""
        return (v.CallIdentity(fact.call), *self._arrival(fact, fact.device))

    def merged(self, fact: facts.Merged) -> tuple[v.Element, ...]:
        """List the parties after a merge, with their numbers before it."""
        parties = self._calls.parties(fact)[:MOST_PARTIES]
        old: dict[str, int] = {}
        for move in fact.moved:
            old.setdefault(move.device, move.old_call)
        before = [
            self._calls.place(old.get(party.device, fact.call), party.device) or party.place
            for party in parties
        ]
        return (
            *(self._plan.connected(party) for party in parties),
            v.CallIdentity(fact.call),
            *self._ucid(fact),
            *(v.OldPartyIdentifier(place) for place in before),
            *(v.PartyIdentifier(party.place) for party in parties),
        )

    # Single events.

    def _originated(self, fact: facts.Originated) -> Report:
        dialled = fact.dialled if is_number(fact.dialled) else OUTSIDE
        told = (
            q.CallingPartyNumber(digits=fact.device),
            q.CalledPartyNumber(digits=dialled),
            *self._connected(fact),
        )
        return self._report(EventName.CALL_ORIGINATED, fact, told)

    def _offered(self, fact: CallFact, domain: str) -> list[Report]:
        if self._inside.get(fact.call) == domain:
            return []
        self._inside[fact.call] = domain
        told = self._arrival(fact, domain)
        return [self._report(EventName.CALL_OFFERED, fact, told, party=False, domain=domain)]

    def _arrival(self, fact: CallFact, domain: str) -> tuple[v.Element, ...]:
        return (
            *self._plan.caller(fact),
            self._plan.called(fact),
            *((v.UserEnteredCode(fact.collected),) if fact.collected else ()),
            self._plan.domain(domain),
            *self._user_data(fact),
            *self._ucid(fact),
        )

    def _queued(self, fact: facts.Queued) -> Report:
        told = (
            self._plan.called(fact),
            v.QueryCounter(fact.waiting),
            self._plan.domain(fact.device),
        )
        return self._report(EventName.QUEUED, fact, told, party=False)

    def _delivered(self, fact: facts.Delivered) -> list[Report]:
        reason = _REASONS.get(fact.cause)
        told = (
            *self._plan.caller(fact),
            self._plan.called(fact),
            *self._connected(fact),
            *((self._plan.domain(fact.group),) if fact.group else ()),
            *self._user_data(fact),
            *((v.Redirection(reason),) if reason else ()),
            *self._ucid(fact),
        )
        alerting = self._report(EventName.ALERTING, fact, told)
        return [*(self._offered(fact, fact.group) if fact.group else ()), alerting]

    def _established(self, fact: facts.Established) -> Report:
        cause: tuple[Cause, ...] = ()
        if fact.cause is words.Cause.MACHINE:
            cause = (causes.cs3(24),)
        told = (self._plan.called(fact), *self._connected(fact))
        if self._predicted(fact):
            return self._report(
                EventName.ANSWERED, fact, (*told, *(cause or (causes.cs3(18),)))
            )
        told = (*self._plan.caller(fact), *told, *self._ucid(fact), *cause)
        return self._report(EventName.CONNECTED, fact, told)

    def _predicted(self, fact: CallFact) -> bool:
        """Tell whether a call waits for an answer before its split or VDN gets it."""
        return any(
            party.state is LegState.CONNECTED and not self._plan.has_party(party.device)
            for party in fact.parties
        )

    def _diverted(self, fact: facts.Diverted) -> list[Report]:
        if fact.device not in self._plan.stations:
            return []
        if self._calls.state(fact.call, fact.device) is not LegState.ALERTING:
            return self._dropped(fact)  # parked
        if fact.cause in _QUIET:
            return []
        return [self._report(EventName.CALL_REDIRECTED, fact, (), party=False)]

    def _failed(self, fact: facts.Failed) -> list[Report]:
        cause = causes.of_fact(fact.cause)
        if fact.cause is words.Cause.BLOCKED:
            return []
        if cause == causes.BUSY:
            # Who was found busy is no party; a trunk that leads to a busy party is one.
            trunk = fact.device not in self._plan.stations and self._plan.has_party(fact.device)
            who = self._connected(fact) if trunk else ()
            told = (self._plan.called(fact), *who, cause)
            return [self._report(EventName.BUSY, fact, told, party=trunk)]
        denied = (q.CalledPartyNumber(digits=INSIDE), cause)
        return [self._report(EventName.REORDER, fact, denied, party=False)]

    def _dropped(self, fact: CallFact) -> list[Report]:
        was = self._calls.get(fact.call)
        party = _party(was, fact.device) if was is not None else None
        if party is None or was is None or party not in self._calls.parties(was):
            return []
        last = not self._calls.parties(fact)
        told = (
            self._plan.connected(party),
            v.PartyIdentifier(party.place),
            causes.of_fact(fact.cause),
            *self._user_data(fact),
        )
        report = self._report(EventName.DROP, fact, told, party=False)
        if not last:
            return [report]
        # Call Ended takes its place (S2 chapter 3), where that is told.
        only = frozenset({fact.device} if self._dialect.drops_last else ())
        return [Report(report.event, report.elements, 0, fact.device, only)]

    def _merged(self, event: EventName, fact: facts.Merged) -> Report:
        gone = [one for one in (fact.primary, fact.secondary) if one and one != fact.call]
        for old in gone:
            self._inside.pop(old, None)
        other = gone[0] if gone else fact.call  # in one step there is no other call
        added = fact.added if is_number(fact.added) else OUTSIDE
        told = (
            q.CallingPartyNumber(digits=fact.device),
            q.CalledPartyNumber(digits=added),
            v.CallIdentity(other),
            *self.merged(fact),
        )
        stations = self._stations(fact) | {move.device for move in fact.moved}
        return Report(event, told, fact.call, fact.device, stations)

    # Parts.

    def _report(
        self,
        event: EventName,
        fact: CallFact,
        told: tuple[v.Element, ...],
        *,
        party: bool = True,
        domain: str = "",
    ) -> Report:
        place = next((one.place for one in fact.parties if one.device == fact.device), 0)
        who = (v.PartyIdentifier(place),) if party and place else ()
        elements = (v.CallIdentity(fact.call), *told, *who)
        stations = self._stations(fact)
        if event is EventName.CALL_REDIRECTED:
            stations = frozenset({fact.device})
        return Report(event, elements, fact.call, fact.device, stations, domain)

    def _stations(self, fact: CallFact) -> frozenset[str]:
        """Give the stations that are on the call, or just were."""
        parties = {party.device for party in self._calls.parties(fact)}
        if self._calls.state(fact.call, fact.device):
            parties.add(fact.device)
        elif isinstance(fact, facts.Failed):
            parties.discard(fact.device)  # found busy by this call
        return frozenset(parties)

    def _connected(self, fact: CallFact) -> tuple[v.Element, ...]:
        party = _party(fact, fact.device)
        return (self._plan.connected(party),) if party is not None else ()

    def _user_data(self, fact: CallFact) -> tuple[v.Element, ...]:
        fits = fact.user_data and len(fact.user_data) <= self.longest_user_data
        return (q.UserUser(fact.user_data),) if fits else ()

    def _ucid(self, fact: Seen) -> tuple[v.Element, ...]:
        if not self._dialect.ucid:
            return ()
        return (v.UniversalCallId(ucid(self._dialect.node, fact.serial)),)


def ucid(node: int, serial: int) -> bytes:
    """Make a universal call id: node, sequence number and what stands for the time."""
    return (
        node.to_bytes(2, "big")
        + (serial & 0xFFFF).to_bytes(2, "big")
        + (serial >> 16).to_bytes(4, "big")
    )


def _party(call: Seen, device: str) -> Party | None:
    return next((party for party in call.parties if party.device == device), None)
