"""Call facts of the exchange as call control events, for each monitor that sees them.

A device monitor sees an event while its device is on the call, and what happens to the device
itself. ``localConnectionInfo`` is the state of that device's own connection.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import LocalConnectionState as Local
from sim.csta.causes import event_cause
from sim.csta.dialects import BadNumber, Dialect, Order
from sim.csta.merges import connection_list
from sim.csta.monitors import Monitor, Monitors
from sim.csta.numbers import Numbers
from sim.exchange import facts
from sim.exchange.facts import CallFact
from sim.exchange.views import Party
from sim.exchange.words import LegState, Supervision
from sim.hooks import Hooks

_CONNECTION_CLEARED: Final = 3
_ESTABLISHED: Final = 7
STATES: Final = {
    LegState.INITIATED: Local.INITIATED,
    LegState.PROCEEDING: Local.CONNECTED,
    LegState.ALERTING: Local.ALERTING,
    LegState.CONNECTED: Local.CONNECTED,
    LegState.HELD: Local.HOLD,
    LegState.QUEUED: Local.QUEUED,
    LegState.ROUTING: Local.QUEUED,
    LegState.FAILED: Local.FAIL,
}
"""Connection states; a call at a route point counts as queued there."""

_PROVIDED: Final = {
    Supervision.NONE: (_CONNECTION_CLEARED,),
    Supervision.ASSUMED: (_CONNECTION_CLEARED, _ESTABLISHED),
}
"""Tags of the events that a network without supervision still leads to."""
_CAPABILITY: Final[dict[Supervision, csta.NetworkCapability | None]] = {
    Supervision.ANSWER: None,
    **{
        supervision: csta.NetworkCapability(
            csta.NetworkType.NON_ISDN_PUBLIC,
            "".join("1" if tag in tags else "0" for tag in range(max(tags) + 1)),
        )
        for supervision, tags in _PROVIDED.items()
    },
}
Report = tuple[Monitor, csta.EventSpecificInfo]


class _Event(Struct, frozen=True, gc=False):
    """One event before it is known who hears it."""

    group: str
    name: str
    body: Any


class Reporter:
    """Turn call facts into events for the monitors of one association."""

    def __init__(self, dialect: Dialect, numbers: Numbers, monitors: Monitors) -> None:
        self._dialect = dialect
        self._numbers = numbers
        self._monitors = monitors
        self.hooks = Hooks(numbers.stations)

    def report(self, fact: CallFact, at: str) -> list[Report]:
        """Give the events of a fact in the order in which they are sent."""
        reports: list[Report] = []
        if self._dialect.hookswitch:
            for device, on_hook in self.hooks.take(fact):
                hook = csta.HookswitchEvent(
                    invoking_device=self._numbers.subject(device),
                    hookswitch=b"\x01",
                    hookswitch_on_hook=on_hook,
                    extensions=self._extensions(at),
                )
                event = _Event("physicalDeviceFeatureEvents", "hookswitch", hook)
                reports += self._to_device(device, event)
        told = self._event(fact, at)
        if told is not None:
            reports += self._to_all(fact, told)
        if self._dialect.ringer and isinstance(fact, facts.Delivered):
            reports += self._to_device(fact.device, self._ringing(fact))
        if isinstance(fact, facts.Merged):
            for old in (fact.primary, fact.secondary):
                self._monitors.move_call(old, fact.call)
        return reports

    def extensions(self, at: str) -> csta.CSTACommonArguments | None:
        """Give what stands at the end of every event."""
        return self._extensions(at)

    def linkage(self, call: int) -> csta.CallLinkageData | None:
        """Give the linkage of a call: one thread for each call, with the call's own id."""
        if not self._dialect.linkage:
            return None
        mixed = (call * 2654435761) & 0xFFFFFFFF  # looks unlike its neighbours, as real ones do
        octets = mixed.to_bytes(4, "big") + b"\x02SIM\x01\0\0\0\0\0" + call.to_bytes(2, "big")
        return csta.CallLinkageData(
            csta.GlobalCallData(global_call_linkage_id=("globallyUniqueCallLinkageID", octets)),
            csta.ThreadData(thread_linkage_id=("globallyUniqueThreadID", octets)),
        )

    # Who hears it.

    def _to_device(self, device: str, event: _Event) -> list[Report]:
        info: Any = (event.group, (event.name, event.body))
        return [
            (monitor, info)
            for monitor in self._monitors.of_device(device)
            if event.name not in monitor.suppressed
        ]

    def _to_all(self, fact: CallFact, event: _Event) -> list[Report]:
        states = {party.device: STATES[party.state] for party in fact.parties}
        reports: list[Report] = []
        for device in self._audience(fact):
            local = states.get(device, Local.NULL)
            reports += [
                (monitor, _seen(event, local))
                for monitor in self._monitors.of_device(device)
                if event.name not in monitor.suppressed and event.name != "callCleared"
            ]
        old = (fact.primary, fact.secondary) if isinstance(fact, facts.Merged) else ()
        for call in dict.fromkeys((fact.call, *old)):
            reports += [
                (monitor, _seen(event, None))
                for monitor in self._monitors.of_call(call)
                if event.name not in monitor.suppressed
            ]
        return reports

    def _audience(self, fact: CallFact) -> list[str]:
        """Give the devices whose monitors see a fact, in order."""
        devices = [party.device for party in fact.parties]
        if isinstance(fact, facts.Merged):
            devices += [moved.device for moved in fact.moved]
        calling = isinstance(fact, facts.Delivered | facts.Established)
        if calling and self._dialect.order is Order.CALLER_FIRST:
            return list(dict.fromkeys([*devices, fact.device]))
        return list(dict.fromkeys([fact.device, *devices]))

    # What is told.

    def _event(self, fact: CallFact, at: str) -> _Event | None:
        match fact:
            case facts.DataAssociated() if not (self._dialect.call_data or fact.account):
                return None
            case facts.DataAssociated():
                body: Any = csta.CallInformationEvent(
                    connection=self._numbers.connection(fact.call, fact.device),
                    device=self._who(fact, fact.device),
                    account_info=fact.account or None,
                    correlator_data=fact.data,
                    user_data=fact.user_data or None,
                    extensions=self._extensions(at),
                )
                return _Event("callAssociatedEvents", "callInformation", body)
            case facts.DigitsSent(digits=digits):
                body = csta.DigitsGeneratedEvent(
                    connection=self._numbers.connection(fact.call, fact.device),
                    digit_generated_list=digits,
                    extensions=self._extensions(at),
                )
                return _Event("callAssociatedEvents", "digitsGeneratedEvent", body)
            case facts.Originated(dialled=dialled) if not fact.trunk and not self._leads(
                dialled
            ):
                if self._dialect.bad_number is BadNumber.NOT_ORIGINATED:
                    return None
            case _:
                pass
        named = self._body(fact)
        if named is None:
            return None
        name, body = named
        more: dict[str, Any] = {"cause": event_cause(self._dialect, name, fact.cause)}
        if fact.data:
            more["correlator_data"] = fact.data
        if fact.user_data and hasattr(body, "user_data"):
            more["user_data"] = fact.user_data
        if (linkage := self.linkage(fact.call)) is not None:
            if isinstance(fact, facts.Merged):
                old = self.linkage(fact.primary)
                if old is not None:
                    more["call_linkage_data_list"] = csta.CallLinkageDataList(linkage, old)
            else:
                more["call_linkage_data"] = linkage
        more["extensions"] = self._extensions(at)
        return _Event("callControlEvents", name, msgspec.structs.replace(body, **more))

    def _body(self, fact: CallFact) -> tuple[str, Any] | None:
        """Give name and body of an event, without what all bodies have."""
        numbers = self._numbers
        connection = numbers.connection(fact.call, fact.device)
        who = self._who(fact, fact.device)
        route, network = self._route(fact), self._network(fact)
        match fact:
            case facts.ServiceInitiated():
                return "serviceInitiated", csta.ServiceInitiatedEvent(connection, who)
            case facts.Originated(dialled=dialled):
                called = self._called(fact, dialled)
                return "originated", csta.OriginatedEvent(connection, who, called)
            case facts.NetworkReached(supervision=supervision):
                trunk = numbers.subject(fact.device)
                return "networkReached", csta.NetworkReachedEvent(
                    connection, trunk, *route, network_capability=_CAPABILITY[supervision]
                )
            case facts.Queued(waiting=waiting, in_front=in_front):
                queued = csta.QueuedEvent(
                    *(connection, who, *route),
                    number_queued=waiting,
                    calls_in_front=in_front,
                    **network,
                )
                return "queued", queued
            case facts.RouteRequested(in_vector=False) | facts.VectorEntered():
                return "queued", csta.QueuedEvent(connection, who, *route, **network)
            case facts.Delivered():
                return "delivered", csta.DeliveredEvent(
                    connection,
                    who,
                    *route,
                    self._caller(fact),
                    **network,
                )
            case facts.Established():
                return "established", csta.EstablishedEvent(
                    connection,
                    who,
                    *route,
                    self._caller(fact),
                    **network,
                )
            case facts.Held():
                return "held", csta.HeldEvent(connection, who)
            case facts.Retrieved():
                return "retrieved", csta.RetrievedEvent(connection, who)
            case facts.Diverted(to=to):
                destination = numbers.subject(to) if to else ("notKnown", None)
                return "diverted", csta.DivertedEvent(connection, who, destination, *route)
            case facts.Failed():
                return "failed", csta.FailedEvent(connection, who, *route)
            case facts.ConnectionCleared():
                return "connectionCleared", csta.ConnectionClearedEvent(connection, who)
            case facts.CallCleared():
                return "callCleared", csta.CallClearedEvent(connection)
            case facts.Transferred() | facts.Conferenced():
                return self._merged(fact)
            case _:
                return None

    def _merged(self, fact: facts.Transferred | facts.Conferenced) -> tuple[str, Any]:
        numbers = self._numbers
        first = numbers.connection(fact.primary, fact.device)
        second = numbers.connection(fact.secondary, fact.device) if fact.secondary else None
        parts = (
            *(first, second, numbers.subject(fact.device), self._who(fact, fact.added)),
            connection_list(numbers, fact),
        )
        if isinstance(fact, facts.Transferred):
            return "transferred", csta.TransferredEvent(*parts)
        return "conferenced", csta.ConferencedEvent(*parts)

    def _ringing(self, fact: CallFact) -> _Event:
        private: Any = ("kmeAdditionalData", ("callID", self._numbers.call_id(fact.call)))
        body = csta.RingerStatusEvent(
            device=self._numbers.subject(fact.device),
            ringer=b"1",
            ring_mode=csta.RingMode.RINGING,
            extensions=csta.CSTACommonArguments(private_data=(private,)),
        )
        return _Event("physicalDeviceFeatureEvents", "ringerStatus", body)

    # Names in an event.

    def _leads(self, dialled: str) -> bool:
        return self._numbers.dialling.leads(dialled)

    def _party(self, fact: CallFact, digits: str) -> Party | None:
        """Find the party that a number of the call stands for."""
        if not digits:
            return None
        exact = (party for party in fact.parties if party.number == digits)
        behind = (
            party
            for party in fact.parties
            if party.number and party.number != party.device and digits.endswith(party.number)
        )
        return next(exact, None) or next(behind, None)

    def _who(self, fact: CallFact, device: str) -> Any:
        """Name a device; a trunk member by the outside party while it is on the call."""
        for party in fact.parties:
            if party.device == device:
                return self._numbers.party(party)
        return self._numbers.subject(device)

    def _called(self, fact: CallFact, digits: str) -> Any:
        own = self._numbers.internal(fact.trunk, digits)
        strict = self._dialect.bad_number is not BadNumber.AS_DIALLED
        if strict and not fact.trunk and not self._leads(own):
            return ("notKnown", None)
        return self._numbers.dialled(own)

    def _route(self, fact: CallFact) -> tuple[Any, Any, Any]:
        """Give calling, called and last redirection device."""
        return (
            self._numbers.outside(fact.calling),
            self._called(fact, fact.called),
            self._numbers.redirection(fact.last_redirection),
        )

    def _caller(self, fact: CallFact) -> csta.ConnectionID | None:
        party = self._party(fact, fact.calling)
        if party is None or not self._dialect.originating_connection:
            return None
        return self._numbers.connection(fact.call, party.device)

    def _network(self, fact: CallFact) -> dict[str, Any]:
        """Give the numbers of the network and the trunks of parties outside."""
        numbers, more = self._numbers, {}
        caller, called = self._party(fact, fact.calling), self._party(fact, fact.called)
        if caller is None and not fact.calling:  # the number is withheld, the line is not
            caller = next((one for one in fact.parties if one.device == fact.trunk), None)
        if caller is not None and caller.device == fact.trunk:
            more["network_calling_device"] = numbers.outside(fact.calling)
            if fact.called not in numbers.devices:
                more["network_called_device"] = numbers.dialled(fact.called)
        for name, party in (("calling", caller), ("called", called)):
            if party is not None and numbers.is_trunk(party.device):
                more[f"associated_{name}_device"] = numbers.subject(party.device)
        return more

    def _extensions(self, at: str) -> csta.CSTACommonArguments | None:
        if not self._dialect.time_stamps or not at:
            return None
        return csta.CSTACommonArguments(security=csta.CSTASecurityData(timestamp=at))


def _seen(event: _Event, local: Local | None) -> Any:
    """Give an event from one monitor's point of view."""
    if event.group != "callControlEvents" or event.name == "callCleared":
        return (event.group, (event.name, event.body))
    body = msgspec.structs.replace(event.body, local_connection_info=local)
    return (event.group, (event.name, body))
