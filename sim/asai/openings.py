"""Requests that open an association, or that are one: make call to set value (S2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from protocols.asai import values as v
from protocols.asai.names import CallOptionName, DomainType, Operation
from protocols.q931 import values as q
from sim.asai import causes, features, queries
from sim.asai.associations import Association, Kind
from sim.asai.causes import RefusedError
from sim.asai.parties import MOST_PARTIES, OUTSIDE
from sim.asai.requests import Request
from sim.asai.serving import began, dialled
from sim.exchange import verbs
from sim.exchange.facts import Accepted, Fact
from sim.exchange.views import Sight


def serve(request: Request) -> None:
    """Serve a request that opens an association."""
    request.check()
    _SERVE[request.operation](request)


def _make_call(request: Request) -> None:
    caller, to = request.number(q.CallingPartyNumber), dialled(request)
    plan = request.face.plan
    if request.option(CallOptionName.SWITCH_CLASSIFIED):
        machines = not request.option(CallOptionName.ANSWERING_MACHINE_DROP)
        verb: verbs.Verb = verbs.MakePredictiveCall(
            caller, to, machines=machines, user_data=request.user_data
        )
    elif caller not in plan.stations:
        raise RefusedError(causes.INVALID)
    else:
        verb = verbs.MakeCall(caller, to, user_data=request.user_data)
    if request.option(CallOptionName.DIRECT_AGENT):
        split = request.domain(DomainType.SPLIT)
        if not split:
            raise RefusedError(causes.MISSING)
        request.look(to, lambda sight: _to_agent(request, sight, split, verb, caller))
    else:
        _place(request, verb, caller)


def _to_agent(
    request: Request, sight: Sight, split: str, verb: verbs.Verb, caller: str
) -> None:
    """Place a call to an agent as one of a split."""
    if not sight.agents:
        raise RefusedError(causes.NOT_LOGGED_IN)
    if split not in sight.agents[0].groups:
        raise RefusedError(causes.NOT_IN_SPLIT)
    _place(request, verb, caller)


def _place(request: Request, verb: verbs.Verb, caller: str) -> None:
    face = request.face

    def proceed(accepted: Accepted, told: tuple[Fact, ...]) -> None:
        one = _become(request, Kind.CALL)
        one.call = accepted.call
        face.administration.take(one, 1)
        face.associations.put(one)
        face.invoke(one, Operation.PROCEED, began(request, caller, told, accepted.call))

    request.ask(verb, proceed)


def _take_control(request: Request) -> None:
    call = request.face.calls.get(request.need(v.CallIdentity).call_id)
    if call is None:
        raise RefusedError(causes.NO_SUCH_CALL)
    one = _become(request, Kind.CALL)
    one.call = call.call
    if not request.face.administration.take(one, 1):
        raise RefusedError(causes.NOT_AVAILABLE)
    parties = request.face.calls.parties(call)[:MOST_PARTIES]
    request.accept(
        *(request.face.plan.connected(party) for party in parties),
        *(v.PartyIdentifier(party.place) for party in parties),
    )


def _domain_control(request: Request) -> None:
    face, domain = request.face, request.need(v.Domain)
    match domain:
        case v.Domain(DomainType.EXTENSION, number) if number in face.plan.stations:
            kind = Kind.STATION
        case v.Domain(DomainType.SPLIT, number) if face.plan.is_acd(number):
            kind = Kind.SPLIT
        case _:
            raise RefusedError(causes.INVALID)
    forbidden = any(
        one.number == number and not one.controllable for one in face.exchange.stations
    )
    one = _become(request, kind, number)
    if forbidden or not face.administration.take(one, face.dialect.controllers):
        raise RefusedError(causes.NOT_AVAILABLE)
    listed = queries.calls_at(face, number) if kind is Kind.STATION else ()
    request.accept(*listed, complete=True)


def _notification(request: Request) -> None:
    face, domain = request.face, request.need(v.Domain)
    match domain:
        case v.Domain(DomainType.VDN, number) if number in face.plan.vdns:
            about = number
        case v.Domain(DomainType.SPLIT, number) if number in face.plan.splits:
            about = number
        case v.Domain(DomainType.TRUNK_ACCESS_CODE, access) if access in face.plan.accesses:
            about = f"trunks {access}"
        case v.Domain(DomainType.ALL_TRUNKS, "" | "#####"):
            about = f"trunks {OUTSIDE}"
        case _:
            raise RefusedError(causes.INVALID)
    one = _become(request, Kind.NOTIFICATION, about)
    if not face.administration.take(one, face.dialect.notifications):
        raise RefusedError(causes.NO_RESOURCES)
    request.accept()


def _become(request: Request, kind: Kind, number: str = "") -> Association:
    """Make the association that is opened what it is for."""
    request.association = Association(kind, request.association.crv, ours=False, number=number)
    return request.association


_SERVE: Final[dict[Operation, Callable[[Request], None]]] = {
    Operation.MAKE_CALL: _make_call,
    Operation.TAKE_CONTROL: _take_control,
    Operation.DOMAIN_CONTROL: _domain_control,
    Operation.EVENT_NOTIFICATION_REQUEST: _notification,
    Operation.REQUEST_FEATURE: features.serve,
    Operation.VALUE_QUERY: queries.serve,
    Operation.SET_VALUE: queries.set_value,
}
SERVED: Final = frozenset(_SERVE) | {Operation.HEARTBEAT}
"""What may open an association."""
