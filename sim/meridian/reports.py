"""Call facts of the exchange as what a Meridian 1 tells of its sets and trunks.

One fact leads to any number of notes, each about one device; who hears them is decided
elsewhere. Notes come in the order of section 7.6 of the project's description of the link.
"""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from msgspec import Struct

from protocols.meridian import _codec_meridian as m
from protocols.meridian.profile import Profile
from protocols.meridian.values import CallType, Party, StatusEvent
from sim.exchange import facts
from sim.exchange.facts import CallFact, Fact
from sim.exchange.views import ExchangeView
from sim.exchange.views import Party as Leg
from sim.exchange.words import Cause, LegState, SetKind, Supervision
from sim.hooks import Hooks
from sim.meridian.consultations import Consultations
from sim.meridian.office import Office
from sim.plan import ExchangePlan

_TALKING: Final = (LegState.CONNECTED, LegState.HELD)
_WAITING: Final = (LegState.QUEUED, LegState.ROUTING)
_DIGITS: Final = frozenset("0123456789*#")


class Note(Struct, frozen=True, gc=False):
    """Something to be told of a device."""

    device: str
    body: Any
    event: StatusEvent | None = None
    """Status event that an event group must have; ``None`` for what no group filters."""
    acd: str = ""
    """ACD group whose monitor hears it too."""
    silent: bool = False
    """Whether Meridian Link Services do not tell it (section 5.10) ..."""
    unless: str = ""
    """... unless this device is monitored; empty for never."""


class Reporter:
    """Turn facts into notes, remembering only what the link's own words need."""

    def __init__(self, plan: ExchangePlan, office: Office, profile: Profile) -> None:
        self._plan = plan
        self._office = office
        self._answer = profile.event(profile.trunk_far_end_answer_event)
        self._disconnect = profile.event(profile.trunk_far_end_disconnect_event)
        self._supervised = {
            f"{group.name}/{member}"
            for group in plan.trunk_groups
            if group.supervision is Supervision.ANSWER
            for member in range(1, group.members + 1)
        }
        self._hooks = Hooks(frozenset(office.stations))
        self._legs: dict[int, dict[str, LegState]] = {}
        """State of every connection before the fact at hand."""
        self._offered: set[tuple[str, int]] = set()
        """Sets and calls that an ACD group brought together."""
        self.consultations = Consultations()

    def begin(self, view: ExchangeView) -> None:
        """Start from a state of the exchange."""
        self._legs = {
            call.call: {party.device: party.state for party in call.parties}
            for call in view.calls
        }
        self._offered.clear()
        self.consultations.clear()
        self._hooks.begin(view)

    def report(self, told: tuple[Fact, ...]) -> list[Note]:
        """Give what is told of the facts of one moment, in order."""
        notes: list[Note] = []
        for place, fact in enumerate(told):
            if isinstance(fact, facts.Restarted):
                self.begin(ExchangeView((), (), (), (), (), (), 0))
            if not isinstance(fact, CallFact):
                continue
            if isinstance(fact, facts.Transferred) and not fact.secondary:
                # The number that was dialled may be forwarded: the set that rings tells it.
                rings = (one for one in told[place + 1 :] if _reaches(one, fact, self._office))
                notes += [
                    self._status(StatusEvent.TRANSFER_COMPLETED_TO, one)
                    for one in list(rings)[:1]
                ]
            notes += self._report(fact)
        return notes

    # One fact.

    def _report(self, fact: CallFact) -> list[Note]:
        self.consultations.take(fact)
        before = self._legs.get(fact.call, {})
        was = before.get(fact.device)
        hooks = [self._hook(fact, *one) for one in self._hooks.take(fact)]
        lifted = [one for one in hooks if one.event is StatusEvent.OFF_HOOK]
        down = [one for one in hooks if one.event is StatusEvent.ON_HOOK]
        notes = self._happened(fact, was, before)
        self._note_legs(fact)
        return [*lifted, *notes, *down]

    def _happened(
        self, fact: CallFact, was: LegState | None, before: dict[str, LegState]
    ) -> list[Note]:
        mine = fact.device in self._office.stations
        match fact:
            case facts.Delivered() if mine:
                return [self._rings(fact)]
            case facts.Established():
                return self._answered(fact)
            case facts.Held() if mine:
                return [self._status(self._hold_event(fact), fact)]
            case facts.Retrieved() if mine:
                return [self._status(StatusEvent.RETRIEVE, fact)]
            case facts.Diverted() | facts.ConnectionCleared():
                return self._gone(fact, was, before)
            case facts.Transferred():
                return self._transferred(fact)
            case facts.Conferenced():
                return self._conferenced(fact)
            case _:
                return []

    def _rings(self, fact: facts.Delivered) -> Note:
        """Tell that a set rings: an ACD group's call is offered, any other rings."""
        office, device = self._office, fact.device
        if fact.group not in office.queues:
            return self._status(StatusEvent.RINGING, fact)
        self._offered.add((device, fact.call))
        body = m.CallOffered(
            office.dn(fact.group),
            fact.call,
            position_id=office.position(device),
            agent_id=_agent(fact, device),
            device_tn=office.tn(device),
            call_type=CallType.ACD,
            **self.caller(fact),
        )
        return Note(device, body, acd=fact.group)

    def _answered(self, fact: facts.Established) -> list[Note]:
        """Tell both who answered and who waited for it."""
        notes: list[Note] = []
        if fact.device in self._supervised and fact.device != fact.trunk:
            notes.append(self._trunk(self._answer, fact))
        talking = [one.device for one in fact.parties if one.state is LegState.CONNECTED]
        both = talking if len(talking) == 2 else [fact.device]
        sets = [one for one in both if one in self._office.stations]
        notes += [
            self._status(StatusEvent.ACTIVE, fact, device)
            for device in sorted(sets, key=lambda one: one != fact.device)
        ]
        if (fact.device, fact.call) in self._offered:
            answered = m.CallAnswered(fact.call, **self._acd(fact))
            notes.append(Note(fact.device, answered))
        return notes

    def _hold_event(self, fact: facts.Held) -> StatusEvent:
        """Tell a hold from the begin of a transfer, where the set has keys to tell it."""
        station = self._office.stations[fact.device]
        if fact.cause is not Cause.CONSULTATION or station.kind is SetKind.ANALOG:
            return StatusEvent.HOLD
        if fact.conference:
            return StatusEvent.CONFERENCE_INITIATION
        return StatusEvent.TRANSFER_INITIATION

    def _gone(
        self, fact: CallFact, was: LegState | None, before: dict[str, LegState]
    ) -> list[Note]:
        """Tell that a connection ended; by itself, or because the call went elsewhere."""
        device, notes = fact.device, list[Note]()
        talked = [state for state in before.values() if state in _TALKING]
        if device in self._office.stations:
            if was is LegState.ALERTING:
                notes.append(self._status(StatusEvent.UNRINGING, fact))
            elif was is not LegState.INITIATED:
                notes.append(self._status(StatusEvent.DISCONNECTED, fact))
            if (device, fact.call) in self._offered:
                self._offered.discard((device, fact.call))
                if was in _TALKING:
                    notes.append(Note(device, m.CallReleased(fact.call, **self._acd(fact))))
        elif device in self._supervised and was in _TALKING and fact.parties:
            notes.append(self._trunk(self._disconnect, fact))  # the far end went first
        if was in _TALKING and len(talked) == 3:
            notes += self._simple(fact)
        return notes

    def _simple(self, fact: CallFact) -> list[Note]:
        """Tell the two who remain of a conference who they are."""
        left = [one for one in fact.parties if one.state in _TALKING]
        if len(left) != 2:
            return []
        parties = tuple(Party(self._office.tn(one.device), self._dn(one)) for one in left)
        return [
            self._status(StatusEvent.CONFERENCE_TO_SIMPLE, fact, one.device, party=parties)
            for one in left
            if one.device in self._office.stations
        ]

    def _transferred(self, fact: facts.Transferred) -> list[Note]:
        """Tell who has the call now, that a set left for it, and whom the others have."""
        notes = []
        if fact.secondary and fact.added in self._office.stations:
            notes.append(self._status(StatusEvent.TRANSFER_COMPLETED_TO, fact, fact.added))
        self._offered -= {(fact.device, fact.primary), (fact.device, fact.secondary)}
        gone = m.StatusChange(
            StatusEvent.DISCONNECTED,
            **self._named(fact.device),
            call_id=fact.primary,
            call_type=CallType.TRANSFER_COMPLETE,
        )
        notes.append(Note(fact.device, gone, StatusEvent.DISCONNECTED))
        return notes + [
            self._status(StatusEvent.ID_CHANGE, fact, one.device)
            for one in fact.parties
            if one.device in self._office.stations and one.device != fact.added
        ]

    def _conferenced(self, fact: facts.Conferenced) -> list[Note]:
        notes = []
        if fact.added in self._office.stations:
            added = StatusEvent.CONFERENCE_COMPLETED_TO
            notes.append(self._status(added, fact, fact.added, other=fact.device))
        renamed = {
            one.device
            for one in fact.moved
            if one.old_call == fact.primary != fact.call and one.device != fact.added
        }
        return notes + [
            self._status(StatusEvent.ID_CHANGE, fact, one.device)
            for one in fact.parties
            if one.device in renamed and one.device in self._office.stations
        ]

    # Parts of notes.

    def _status(
        self,
        event: StatusEvent,
        fact: CallFact,
        device: str = "",
        *,
        other: str = "",
        **more: Any,
    ) -> Note:
        """Make a status event of a set, with both ends where they are known."""
        device = device or fact.device
        far = self._far(fact, device, other)
        ringing = event is StatusEvent.RINGING
        # To a set that took the call over, the number called says nothing of either end.
        called = self._called(fact) if ringing or fact.calling == device else ""
        body = m.StatusChange(
            event,
            **self._named(device),
            call_id=fact.call,
            **self.caller(fact, ringing=ringing),
            called_dn=_digits(self._office.dn(called)),
            other_dn=_digits(self._dn(far)) if far and not self._outside(far) else None,
            other_tn=self._office.tn(far.device) if far else None,
            call_type=self._type(fact),
            **more,
        )
        return Note(device, body, event, "", *self._silence(fact))

    def _hook(self, fact: CallFact, device: str, on_hook: bool) -> Note:  # noqa: FBT001
        event = StatusEvent.ON_HOOK if on_hook else StatusEvent.OFF_HOOK
        far = self._far(fact, device)
        body = m.StatusChange(
            event,
            **self._named(device),
            call_id=fact.call,
            other_dn=_digits(self._dn(far)) if far and not self._outside(far) else None,
        )
        return Note(device, body, event, "", *self._silence(fact))

    def _silence(self, fact: CallFact) -> tuple[bool, str]:
        """Tell what Meridian Link Services leave out, and when they tell it all the same."""
        if isinstance(fact, facts.Held) and len(fact.parties) > 2:
            return True, ""  # a conference is put on hold
        return self.consultations.silence(fact)

    def _trunk(self, event: StatusEvent, fact: CallFact) -> Note:
        body = m.StatusChange(
            event,
            route_member=self._office.members[fact.device],
            device_tn=self._office.tn(fact.device),
            call_id=fact.call,
            call_type=self._type(fact),
        )
        return Note(fact.device, body, event)

    def _acd(self, fact: CallFact) -> dict[str, Any]:
        far = self._far(fact, fact.device)
        return {
            **self._named(fact.device),
            "other_dn": _digits(self._dn(far)) if far and not self._outside(far) else None,
            "agent_id": _agent(fact, fact.device),
        }

    def _named(self, device: str) -> dict[str, Any]:
        return {"device_dn": self._office.dn(device), "device_tn": self._office.tn(device)}

    def caller(self, fact: CallFact, *, ringing: bool = True) -> dict[str, Any]:
        """Say who calls: a number of ours, or what the trunk told of an outside caller."""
        if not fact.trunk:
            return {"calling_dn": _digits(self._office.dn(fact.calling))}
        return {
            "clid": _digits(fact.calling),
            "dnis": _digits(fact.called) if self._office.options.outside_dnis else None,
            "route_member": self._office.members[fact.trunk] if ringing else None,
        }

    def _called(self, fact: CallFact) -> str:
        """Give the number of ours that was called, or what somebody of ours dialled."""
        for group in self._plan.trunk_groups if fact.trunk else ():
            if fact.trunk.startswith(f"{group.name}/"):
                return group.did.get(fact.called, group.default)
        return fact.called

    def _far(self, fact: CallFact, device: str, other: str = "") -> Leg | None:
        others = [
            one
            for one in fact.parties
            if one.device != device and one.state not in _WAITING and other in ("", one.device)
        ]
        return others[0] if len(others) == 1 else None

    def _outside(self, leg: Leg) -> bool:
        return leg.device in self._office.members

    def _dn(self, leg: Leg) -> str:
        digits = leg.number if _digits(leg.number) else ""
        return digits if self._outside(leg) else self._office.dn(leg.device)

    def _type(self, fact: CallFact) -> CallType:
        if isinstance(fact, facts.Conferenced):
            return CallType.CONFERENCE
        if fact.call in self.consultations:
            return CallType.CONSULTATION
        if fact.trunk:
            return CallType.TRUNK_IN
        if any(self._outside(one) for one in fact.parties):
            return CallType.TRUNK_OUT
        return CallType.INTERNAL

    def _note_legs(self, fact: CallFact) -> None:
        """Keep the states of the call for the next fact."""
        if isinstance(fact, facts.Merged):
            for old in (fact.primary, fact.secondary):
                self._legs.pop(old, None)
        if isinstance(fact, facts.CallCleared):
            self._legs.pop(fact.call, None)
        else:
            self._legs[fact.call] = {one.device: one.state for one in fact.parties}


def _reaches(
    fact: Fact, transfer: facts.Transferred, office: Office
) -> TypeGuard[facts.Delivered]:
    """Tell whether a fact is the set's ringing to which a blind transfer leads."""
    return (
        isinstance(fact, facts.Delivered)
        and fact.call == transfer.call
        and fact.device in office.stations
    )


def _agent(fact: CallFact, device: str) -> str | None:
    agent = next((one.agent for one in fact.parties if one.device == device), "")
    return _digits(agent)


def _digits(number: str) -> str | None:
    """Give a number that the link can carry; letters and the like are left out."""
    return number if number and _DIGITS.issuperset(number) else None
