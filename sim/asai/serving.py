"""Requests on open associations: third party call control, notification, routing (S2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from protocols.asai import values as v
from protocols.asai.names import CallOptionName, DomainType, EventName, Operation
from protocols.q931 import values as q
from sim.asai import causes, routing
from sim.asai.associations import Association, Kind
from sim.asai.causes import RefusedError
from sim.asai.parties import Seen
from sim.asai.requests import Request
from sim.exchange import facts, verbs
from sim.exchange.facts import Accepted, Fact
from sim.exchange.words import LegState
from sim.ports import Ask

if TYPE_CHECKING:
    from sim.asai.face import Face

MERGES: Final = (EventName.TRANSFERRED, EventName.CONFERENCED)
_OPTIONS_CONFLICT: Final = causes.cs3(80)


def serve(request: Request) -> None:
    """Serve a request whose association may ask for it."""
    request.check()
    _SERVE[request.operation](request)


def dialled(request: Request) -> str:
    """Give the number that a call goes to, with its trunk access code."""
    access = request.domain(DomainType.TRUNK_ACCESS_CODE)
    if access and access not in request.face.plan.accesses:
        raise RefusedError(causes.INVALID)
    return access + request.number(q.CalledPartyNumber)


def began(
    request: Request, device: str, told: tuple[Fact, ...], call: int
) -> tuple[v.Element, ...]:
    """Name the call that began and its first party, with a number if that was asked for."""
    parties = (
        (fact, party)
        for fact in told
        if isinstance(fact, facts.CallFact) and fact.call == call
        for party in fact.parties
        if party.device == device
    )
    _, party = next(parties)
    acknowledged = request.option(CallOptionName.RETURN_ACKNOWLEDGEMENT)
    number = v.ConnectedNumber(digits=device)
    return (
        *((number,) if acknowledged else ()),
        v.CallIdentity(call),
        v.PartyIdentifier(party.place),
    )


# Third party call control.


def _auto_dial(request: Request) -> None:
    station = request.association.number

    def done(accepted: Accepted, told: tuple[Fact, ...]) -> None:
        if request.option(CallOptionName.RETURN_ACKNOWLEDGEMENT):
            request.accept(*began(request, station, told, accepted.call))
        else:
            request.accept()

    to = dialled(request)
    request.ask(verbs.MakeCall(station, to, user_data=request.user_data), done)


def _answer(request: Request) -> None:
    call = _alone(request, LegState.ALERTING)
    request.ask(verbs.Answer(request.party(call).device, call.call))


def _hold(request: Request) -> None:
    call = _alone(request, LegState.CONNECTED)
    request.ask(verbs.Hold(request.party(call).device, call.call))


def _reconnect(request: Request) -> None:
    call = _alone(request, LegState.HELD)
    request.ask(verbs.Retrieve(request.party(call).device, call.call))


def _redirect(request: Request) -> None:
    call = _alone(request, LegState.ALERTING)
    to = request.number(q.CalledPartyNumber)
    request.ask(verbs.Deflect(request.party(call).device, to, call.call))


def _send_dtmf(request: Request) -> None:
    call = _alone(request, LegState.CONNECTED)
    tones = request.need(v.Dtmf).tones
    request.ask(verbs.SendDigits(request.party(call).device, tones, call.call))


def _drop(request: Request) -> None:
    if request.first(v.ResourceStatus) is not None:
        both = request.first(v.PartyIdentifier) is not None
        raise RefusedError(causes.cs0(80 if both else 82))
    call = request.call()
    party = request.party(call)
    request.ask(verbs.HangUp(party.device, call.call, request.user_data))


def _clear_call(request: Request) -> None:
    call = request.association.call
    request.ask(verbs.ClearCall(call), lambda _, __: request.accept(ends=True))


def _relinquish(request: Request) -> None:
    request.accept(ends=True)


def _merge(request: Request) -> None:
    conference = request.option(CallOptionName.CONFERENCE)
    if conference and request.option(CallOptionName.TRANSFER):
        raise RefusedError(_OPTIONS_CONFLICT)
    if not conference and not request.option(CallOptionName.TRANSFER):
        raise RefusedError(causes.MISSING)
    face, one = request.face, request.association
    station = one.number or request.party(request.call()).device
    held = active = 0
    for named in request.all(v.CallIdentity):
        state = face.calls.state(named.call_id, station)
        if state is None:
            raise RefusedError(causes.NO_SUCH_CALL)
        if state is LegState.HELD:
            held = named.call_id
        else:
            active = named.call_id

    def done(_: Accepted, told: tuple[Fact, ...]) -> None:
        merged = next(fact for fact in told if isinstance(fact, facts.Merged))
        one.merging = True
        request.accept(*face.reporter.merged(merged))

    kind = verbs.Conference if conference else verbs.Transfer
    request.ask(kind(station, held, active), done)


def _single_step_conference(request: Request) -> None:
    face, call = request.face, request.call()
    if not face.dialect.single_step:
        raise RefusedError(causes.cs0(79))
    to = request.number(q.CalledPartyNumber)
    talking = [
        party.device
        for party in face.calls.parties(call)
        if party.device in face.plan.stations and party.state is LegState.CONNECTED
    ]
    own = request.association.number
    if not talking or (own and own not in talking):
        raise RefusedError(causes.WRONG_STATE)
    request.ask(verbs.SingleStepConference(own or talking[0], to, call.call))


def _listen(request: Request) -> None:
    """Cut parties' voice paths or join them; the exchange has no voice to lose."""
    call = request.call()
    places = {party.place: party for party in request.face.calls.parties(call)}
    named = [one.party for one in request.all(v.PartyIdentifier)]
    if not named:
        raise RefusedError(causes.MISSING)
    if any(place not in places for place in named):
        raise RefusedError(causes.INVALID)
    if any(places[place].state is not LegState.CONNECTED for place in named):
        raise RefusedError(causes.WRONG_STATE)
    request.accept()


def _alone(request: Request, state: LegState) -> Seen:
    """Give the call that is meant; a station's only one in a state needs no name."""
    one = request.association
    if one.kind is Kind.STATION and request.first(v.CallIdentity) is None:
        calls = request.face.calls
        fitting = [
            call for call in calls.at(one.number) if calls.state(call.call, one.number) is state
        ]
        if len(fitting) == 1:
            return fitting[0]
    return request.call()


# Notification.


def _cancel(request: Request) -> None:
    request.accept(ends=True)


def _stop_call(request: Request) -> None:
    call = request.need(v.CallIdentity).call_id
    if call not in request.association.followed:
        raise RefusedError(causes.NO_SUCH_CALL)
    request.association.followed.discard(call)
    request.accept()


_SERVE: Final[dict[Operation, Callable[[Request], None]]] = {
    Operation.AUTO_DIAL: _auto_dial,
    Operation.ANSWER: _answer,
    Operation.SELECTIVE_HOLD: _hold,
    Operation.RECONNECT: _reconnect,
    Operation.REDIRECT: _redirect,
    Operation.SEND_DTMF: _send_dtmf,
    Operation.SELECTIVE_DROP: _drop,
    Operation.CLEAR_CALL: _clear_call,
    Operation.RELINQUISH_CONTROL: _relinquish,
    Operation.MERGE: _merge,
    Operation.SINGLE_STEP_CONFERENCE: _single_step_conference,
    Operation.LISTEN_DISCONNECT: _listen,
    Operation.LISTEN_RECONNECT: _listen,
    Operation.EVENT_NOTIFICATION_CANCEL: _cancel,
    Operation.STOP_CALL_NOTIFICATION: _stop_call,
    Operation.ROUTE_SELECT: routing.select,
}
_OF_CALLS: Final = frozenset(
    {
        Operation.ANSWER,
        Operation.SELECTIVE_HOLD,
        Operation.RECONNECT,
        Operation.REDIRECT,
        Operation.SEND_DTMF,
        Operation.SELECTIVE_DROP,
        Operation.MERGE,
        Operation.SINGLE_STEP_CONFERENCE,
        Operation.LISTEN_DISCONNECT,
        Operation.LISTEN_RECONNECT,
    }
)
SERVED: Final[dict[Kind, frozenset[Operation]]] = {
    Kind.CALL: _OF_CALLS | {Operation.CLEAR_CALL, Operation.RELINQUISH_CONTROL},
    Kind.STATION: _OF_CALLS | {Operation.AUTO_DIAL},
    Kind.SPLIT: frozenset(),
    Kind.NOTIFICATION: frozenset(
        {Operation.EVENT_NOTIFICATION_CANCEL, Operation.STOP_CALL_NOTIFICATION}
    ),
    Kind.ROUTE: frozenset({Operation.ROUTE_SELECT}),
    Kind.ONCE: frozenset(),
}
"""What may be asked for on an association of each kind; Abort on any."""


# What becomes of associations.


def clear(face: Face, one: Association) -> None:
    """Clear the call of an association that ended with that wish."""
    if one.kind is Kind.CALL:
        face.act(Ask("", verbs.ClearCall(one.call)))


def cleared(face: Face, fact: facts.CallCleared) -> None:
    """End what was about a call that is over."""
    for one in face.associations:
        one.followed.discard(fact.call)
        if one.kind is Kind.CALL and one.call == fact.call:
            face.end(one, Operation.CALL_ENDED, causes.of_fact(fact.cause))


def follow(face: Face, fact: facts.Merged) -> None:
    """Let associations follow a call into another; one of them controls it."""
    gone = {fact.primary, fact.secondary} - {fact.call}
    for one in face.associations:
        if one.followed & gone:
            one.followed = (one.followed - gone) | {fact.call}
        if one.kind is Kind.CALL and one.call in gone:
            if face.administration.holders(Kind.CALL, fact.call):
                face.end(one, Operation.CALL_ENDED, causes.MERGED)
            else:
                face.administration.give_back(one)
                one.call = fact.call
                face.administration.take(one, 1)
