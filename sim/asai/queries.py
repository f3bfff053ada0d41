"""Value Query and Set Value (S2): answers from what is there to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from protocols.asai import values as v
from protocols.asai.names import (
    DomainType,
    ItemName,
    LocalState,
    Operation,
    TalkStateName,
    WorkModeName,
)
from protocols.q931 import values as q
from sim.asai import causes
from sim.asai.causes import RefusedError
from sim.asai.events import ucid
from sim.asai.features import switch
from sim.asai.parties import MOST_PARTIES, STATES, Seen, is_number
from sim.asai.requests import Request
from sim.exchange import verbs
from sim.exchange.views import AgentView, Sight, StationView
from sim.exchange.words import AgentState, Forwarding, LegState

if TYPE_CHECKING:
    from sim.asai.face import Face

MOST_CALLS: Final = 10
"""Calls of a station that an answer lists."""
AUDIT: Final = 8
"""Agents in one part of a login audit."""
_CLASSIFIERS: Final = 4
_TALKING: Final = (LegState.CONNECTED, LegState.HELD)
_MODES: Final = {
    AgentState.NOT_READY: WorkModeName.AUXILIARY,
    AgentState.AFTER_CALL: WorkModeName.AFTER_CALL,
}
"""Others are in auto-in or manual-in."""


def serve(request: Request) -> None:
    """Answer a query."""
    item = request.need(v.Item).item
    if not isinstance(item, ItemName) or item not in _ANSWERS:
        raise RefusedError(causes.cs3(79))
    _ANSWERS[item](request)


def calls_at(face: Face, station: str) -> tuple[v.Element, ...]:
    """List the calls of a station: ids, its party on each, its states."""
    calls = face.calls.at(station)[:MOST_CALLS]
    return (
        *(v.CallIdentity(call.call) for call in calls),
        *(v.PartyIdentifier(face.calls.place(call.call, station)) for call in calls),
        *(v.PartyState(_state(face, call, station)) for call in calls),
    )


def _state(face: Face, call: Seen, station: str) -> LocalState:
    state = face.calls.state(call.call, station)
    return STATES.get(state, LocalState.OTHER) if state is not None else LocalState.OTHER


# Of stations.


def _station(request: Request) -> str:
    return request.known(DomainType.EXTENSION, request.face.plan.stations)


def _of_station(
    tell: Callable[[StationView], tuple[v.Element, ...]],
) -> Callable[[Request], None]:
    """Make the answer to a query that is about one station."""

    def answer(request: Request) -> None:
        def told(sight: Sight) -> None:
            if sight.station is None:
                raise RefusedError(causes.INVALID)
            request.accept(*tell(sight.station))

        request.look(_station(request), told)

    return answer


def _talks(station: StationView) -> TalkStateName:
    busy = any(state in _TALKING for _, state in station.connections)
    return TalkStateName.ON_CALL if busy else TalkStateName.IDLE


def _forwarding(station: StationView) -> tuple[v.Element, ...]:
    to = station.forwarding.get(Forwarding.ALL)
    if to is None:
        return (v.FeatureStatus(on=False),)
    return (q.RedirectionNumber(digits=to), v.FeatureStatus(on=True))


def _call_information(request: Request) -> None:
    request.accept(*calls_at(request.face, _station(request)), complete=True)


# Of splits and agents.


def _split(request: Request) -> str:
    return request.known(DomainType.SPLIT, request.face.plan.splits)


def _agent_status(request: Request) -> None:
    split = request.domain(DomainType.SPLIT)

    def told(sight: Sight) -> None:
        if not sight.agents or sight.station is None:
            raise RefusedError(causes.NOT_LOGGED_IN)
        if split and split not in sight.agents[0].groups:
            raise RefusedError(causes.NOT_IN_SPLIT)
        mode = work_mode(sight.agents[0])
        request.accept(v.WorkMode(mode), v.TalkState(_talks(sight.station)))

    request.look(_station(request), told)


def work_mode(agent: AgentView) -> WorkModeName:
    """Give the work mode of an agent; who is on a call has the one from before it."""
    ready = WorkModeName.MANUAL_IN if agent.manual else WorkModeName.AUTO_IN
    return _MODES.get(agent.state, ready)


def _split_status(request: Request) -> None:
    split = _split(request)

    def told(sight: Sight) -> None:
        waiting = sum(
            party.device == split and party.state is LegState.QUEUED
            for call in sight.calls
            for party in call.parties
        )
        free = sum(agent.state is AgentState.READY for agent in sight.agents)
        counts = (waiting, free, len(sight.agents))
        request.accept(*(v.QueryCounter(count) for count in counts))

    request.look(split, told)


def _login_audit(request: Request) -> None:
    face, one = request.face, request.association

    def told(sight: Sight) -> None:
        pairs = [
            (
                v.Domain(DomainType.EXTENSION, agent.device),
                *(
                    (v.Domain(DomainType.LOGICAL_AGENT, agent.agent),)
                    if is_number(agent.agent)
                    else ()
                ),
            )
            for agent in sight.agents
        ]
        for start in range(0, len(pairs), AUDIT):
            part = tuple(domain for pair in pairs[start : start + AUDIT] for domain in pair)
            face.invoke(one, Operation.VALUE_QUERY_RESPONSE, part)
        request.accept()

    request.look(_split(request), told)


# Of calls.


def _call(request: Request) -> Seen:
    call = request.face.calls.get(request.need(v.CallIdentity).call_id)
    if call is None:
        raise RefusedError(causes.NO_SUCH_CALL)
    return call


def _party_identification(request: Request) -> None:
    face = request.face
    parties = face.calls.parties(_call(request))[:MOST_PARTIES]
    request.accept(
        *(face.plan.connected(party) for party in parties),
        *(v.PartyIdentifier(party.place) for party in parties),
        *(v.PartyState(STATES.get(party.state, LocalState.OTHER)) for party in parties),
        complete=True,
    )


def _universal_call_id(request: Request) -> None:
    if not request.face.dialect.ucid:
        raise RefusedError(causes.cs3(79))
    node = request.face.dialect.node
    request.accept(v.UniversalCallId(ucid(node, _call(request).serial)))


# Of the switch.


def _trunk_group(request: Request) -> None:
    accesses = request.face.plan.accesses
    group = accesses[request.known(DomainType.TRUNK_ACCESS_CODE, accesses)]
    members = [f"{group.name}/{member}" for member in range(1, group.members + 1)]
    busy = sum(bool(request.face.calls.at(member)) for member in members)
    request.accept(v.TrunkStatus(group.members - busy, busy))


def _extension_information(request: Request) -> None:
    plan, number = request.face.plan, request.need(v.Domain).digits
    if number in plan.stations:
        kind = DomainType.EXTENSION
    elif number in plan.vdns or number in plan.splits:
        kind = DomainType.VDN if number in plan.vdns else DomainType.SPLIT
    else:
        raise RefusedError(causes.INVALID)
    request.accept(v.Domain(kind, number))


def _call_classifier(request: Request) -> None:
    request.accept(v.ResourceStatus(1, 0b11, (0, _CLASSIFIERS)))


def _date_time(request: Request) -> None:
    at = request.face.at
    numbers = [int(at[place : place + 2]) for place in range(0, 12, 2)]
    request.accept(q.DateTime(*numbers))


_ANSWERS: Final[dict[ItemName, Callable[[Request], None]]] = {
    ItemName.AGENT_LOGIN_AUDIT: _login_audit,
    ItemName.AGENT_STATUS: _agent_status,
    ItemName.CALL_CLASSIFIER: _call_classifier,
    ItemName.CALL_INFORMATION: _call_information,
    ItemName.DATE_TIME: _date_time,
    ItemName.EXTENSION_INFORMATION: _extension_information,
    ItemName.FORWARDING: _of_station(_forwarding),
    ItemName.MESSAGE_WAITING: _of_station(
        lambda station: (v.MessageWaitingStatus(int(station.message_waiting)),)
    ),
    ItemName.PARTY_IDENTIFICATION: _party_identification,
    ItemName.SEND_ALL_CALLS: _of_station(
        lambda station: (v.FeatureStatus(station.do_not_disturb),)
    ),
    ItemName.SPLIT_STATUS: _split_status,
    ItemName.STATION_STATUS: _of_station(lambda station: (v.TalkState(_talks(station)),)),
    ItemName.TRUNK_GROUP: _trunk_group,
    ItemName.UNIVERSAL_CALL_ID: _universal_call_id,
}


def set_value(request: Request) -> None:
    """Set a message lamp, or what a call costs."""
    told = request.first(v.Item)
    billing, lamp = request.first(v.GenericBillingData), request.first(v.MessageWaitingStatus)
    match told.item if told is not None else None:
        case ItemName.BILLING | None if billing is not None:
            _call(request)
            request.accept()
        case ItemName.MESSAGE_WAITING | None if lamp is not None:
            station = _station(request)
            switch(request, verbs.SetMessageWaiting(station, on=bool(lamp.services)))
        case ItemName.BILLING | ItemName.MESSAGE_WAITING | None:
            raise RefusedError(causes.MISSING)
        case _:
            raise RefusedError(causes.cs0(79))
