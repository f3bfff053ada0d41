"""Request Feature: forwarding, send all calls, agents' log-on and work modes (S2)."""

from __future__ import annotations

from typing import Final

from protocols.asai import values as v
from protocols.asai.names import DomainType, FeatureName, WorkModeName
from protocols.q931 import values as q
from sim.asai import causes
from sim.asai.causes import RefusedError
from sim.asai.requests import Request
from sim.exchange import verbs
from sim.exchange.verbs import Verb
from sim.exchange.words import AgentState, Forwarding, Reason

_MODES: Final = {
    WorkModeName.AUXILIARY: (AgentState.NOT_READY, False),
    WorkModeName.AFTER_CALL: (AgentState.AFTER_CALL, False),
    WorkModeName.AUTO_IN: (AgentState.READY, False),
    WorkModeName.MANUAL_IN: (AgentState.READY, True),
}
"""Work mode -> state of the exchange, and whether it is for one call."""
_BAD_LOGIN: Final = causes.cs3(14)
_ELSEWHERE: Final = causes.cs3(13)


def serve(request: Request) -> None:
    """Serve a request for a feature."""
    feature = request.need(v.Feature).feature
    station = _station(request)
    match feature:
        case FeatureName.CALL_FORWARDING:
            told = request.first(q.RedirectionNumber) or request.need(q.CalledPartyNumber)
            verb = verbs.SetForwarding(station, Forwarding.ALL, on=True, to=told.digits)
            switch(request, verb)
        case FeatureName.CANCEL_CALL_FORWARDING:
            switch(request, verbs.SetForwarding(station, Forwarding.ALL, on=False))
        case FeatureName.SEND_ALL_CALLS:
            switch(request, verbs.SetDoNotDisturb(station, on=True))
        case FeatureName.CANCEL_SEND_ALL_CALLS:
            switch(request, verbs.SetDoNotDisturb(station, on=False))
        case FeatureName.LOGIN:
            _log_in(request, station)
        case FeatureName.LOGOUT:
            _in_split(request, station, verbs.LogOff(station))
        case FeatureName.CHANGE_WORK_MODE:
            _in_split(request, station, _mode(station, request.need(v.WorkMode).mode))
        case _:
            raise RefusedError(causes.cs0(79))


def switch(request: Request, verb: Verb) -> None:
    """Set something; that it is so already is no refusal."""

    def refused(reason: Reason) -> None:
        if reason is Reason.NOTHING_TO_DO:
            request.accept()
        else:
            request.refuse(causes.refusal(request.operation, reason))

    request.face.ask(verb, lambda _, __: request.accept(), refused)


def _station(request: Request) -> str:
    """Give the station that a feature is of (S1 5-127: the redirecting number)."""
    number = request.first(q.RedirectingNumber) or request.first(q.CallingPartyNumber)
    station = number.digits if number is not None else request.domain(DomainType.EXTENSION)
    if not station:
        raise RefusedError(causes.MISSING)
    if station not in request.face.plan.stations:
        raise RefusedError(causes.INVALID)
    return station


def _mode(station: str, mode: WorkModeName | int) -> Verb:
    if not isinstance(mode, WorkModeName):
        raise RefusedError(causes.CONTENT)
    state, manual = _MODES[mode]
    return verbs.SetAgentState(station, state, manual=manual)


def _in_split(request: Request, station: str, verb: Verb) -> None:
    """Act for the agent of a station, who must be in the split that is named."""
    split = request.domain(DomainType.SPLIT)
    if not split:
        request.ask(verb)
        return

    def then(groups: tuple[str, ...] | None) -> None:
        if groups is None:
            raise RefusedError(causes.NOT_LOGGED_IN)
        if split not in groups:
            raise RefusedError(causes.NOT_IN_SPLIT)
        request.ask(verb)

    request.look(station, lambda sight: then(sight.agents[0].groups if sight.agents else None))


def _log_in(request: Request, station: str) -> None:
    code = request.first(v.UserEnteredCode)
    agent = request.domain(DomainType.LOGICAL_AGENT)
    password = ""
    if agent:
        password = code.digits if code is not None else ""
    elif code is not None:
        agent = code.digits
    else:
        raise RefusedError(causes.MISSING)
    face, split = request.face, request.domain(DomainType.SPLIT)
    if agent not in {one.id for one in face.exchange.agents}:
        raise RefusedError(_BAD_LOGIN)
    if split and (not face.plan.is_acd(split) or agent not in face.plan.splits[split].members):
        raise RefusedError(causes.NOT_IN_SPLIT)
    told = request.first(v.WorkMode)
    verb = None if told is None else _mode(station, told.mode)

    def logged_in() -> None:
        if verb is None or verb == verbs.SetAgentState(station, AgentState.NOT_READY):
            request.accept()
        else:
            request.ask(verb)

    def refused(reason: Reason) -> None:
        if reason is Reason.INVALID_AGENT_STATE:
            request.look(station, lambda sight: _taken(agent, [a.agent for a in sight.agents]))
        else:
            request.refuse(causes.refusal(request.operation, reason))

    log_on = verbs.LogOn(station, agent, password)
    face.ask(log_on, lambda _, __: request.perform(logged_in), refused)


def _taken(agent: str, here: list[str]) -> None:
    """Say why an agent cannot log on at a station."""
    raise RefusedError(causes.SAME_STATE if here == [agent] else _ELSEWHERE)
