"""Features of sets and agents: what SetFeature asks for, and what SFN tells (section 5.5)."""

from __future__ import annotations

from typing import Any

from protocols.meridian import _codec_meridian as m
from protocols.meridian.values import Feature, FeatureState
from protocols.meridian.values import Reason as Why
from sim.exchange import facts, verbs
from sim.exchange.facts import Fact
from sim.exchange.verbs import Verb
from sim.exchange.views import Sight
from sim.exchange.words import AgentState, Forwarding
from sim.meridian.office import Office
from sim.meridian.reports import Note

_STATES = {
    Feature.READY: AgentState.READY,
    Feature.NOT_READY: AgentState.NOT_READY,
}
_TOLD = {
    AgentState.READY: Feature.READY,
    AgentState.NOT_READY: Feature.NOT_READY,
    # The set has no other key for it.
    AgentState.AFTER_CALL: Feature.NOT_READY,
}
_AGENT_ID_RELEASE = 24
"""First X11 release whose notification of a login has the agent's id (section 2.2)."""


def wanted(office: Office, asked: m.SetFeature, device: str, sight: Sight) -> list[Verb] | Why:
    """Say what the exchange is to do for a request, one after the other.

    The first verb's answer answers the request.
    """
    on = asked.feature_state is not FeatureState.OFF
    match asked.feature_code:
        case Feature.LOGIN:
            agent = asked.agent_id or office.options.agents.get(device)
            if agent is None:
                return Why.FEATURE_UNAVAILABLE
            # No password passes this link; the switch takes the id alone.
            return [verbs.LogOn(device, agent, office.passwords.get(agent, ""))]
        case Feature.LOGOUT:
            return [verbs.LogOff(device)]
        case Feature.READY | Feature.NOT_READY as feature:
            state = _STATES[feature]
            keeps = asked.keep_call and not office.options.mls_mode
            busy = any(one.state is AgentState.BUSY for one in sight.agents)
            drops = feature is Feature.NOT_READY and busy and not keeps
            change = verbs.SetAgentState(device, state, asked.activity_code or "")
            return [change, verbs.HangUp(device)] if drops else [change]
        case Feature.MAKE_SET_BUSY:
            return [verbs.SetDoNotDisturb(device, on)]
        case Feature.CALL_FORWARD_ALL:
            if on and not asked.forward_dn:
                return Why.MISSING_IE
            to = office.own(asked.forward_dn or "") or asked.forward_dn or ""
            return [verbs.SetForwarding(device, Forwarding.ALL, on, to)]
        case Feature.MESSAGE_WAITING:
            return [verbs.SetMessageWaiting(device, on)]
        case (
            Feature.ACTIVITY_CODE
            | Feature.WALKAWAY
            | Feature.RETURN_FROM_WALKAWAY
            | Feature.EMERGENCY
        ):
            return Why.FEATURE_UNAVAILABLE


class Notifications:
    """What SetFeatureNotification tells, and what it told of each agent last.

    A call makes an agent busy and ready again without anybody setting a feature: that is
    nothing new.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._last: dict[str, Feature] = {}

    def note(self, fact: Fact) -> Note | None:
        """Tell of an agent or a feature of a set; ``None`` for what is not told."""
        office = self._office
        match fact:
            case facts.AgentLoggedOn(agent, device, groups):
                return self._agent(Feature.LOGIN, agent, device, groups)
            case facts.AgentLoggedOff(agent, device, groups):
                return self._agent(Feature.LOGOUT, agent, device, groups)
            case facts.AgentStateChanged(agent, device, state, _, _, groups) if state in _TOLD:
                return self._agent(_TOLD[state], agent, device, groups)
            case facts.ForwardingChanged(device, Forwarding.ALL, on):
                return _switched(office, Feature.CALL_FORWARD_ALL, device, on=on)
            case facts.DoNotDisturbChanged(device, on):
                return _switched(office, Feature.MAKE_SET_BUSY, device, on=on)
            case facts.MessageWaitingChanged(device, on):
                return _switched(office, Feature.MESSAGE_WAITING, device, on=on)
            case _:
                return None

    def _agent(
        self, feature: Feature, agent: str, device: str, groups: tuple[str, ...]
    ) -> Note | None:
        if self._last.get(agent) is feature:
            return None
        self._last[agent] = feature
        return _agent(self._office, feature, agent, device, groups)


def _agent(
    office: Office, feature: Feature, agent: str, device: str, groups: tuple[str, ...]
) -> Note:
    tells_id = agent.isdecimal() and office.options.x11_release >= _AGENT_ID_RELEASE
    return _told(
        office,
        feature,
        device,
        position_id=office.position(device),
        agent_id=agent if tells_id else None,
        acd_dn=office.dn(groups[0]) if groups else None,
    )


def _switched(office: Office, feature: Feature, device: str, *, on: bool) -> Note:
    state = FeatureState.ON if on else FeatureState.OFF
    return _told(office, feature, device, feature_state=state)


def _told(office: Office, feature: Feature, device: str, **more: Any) -> Note:
    named: dict[str, Any] = {"device_dn": office.dn(device), "device_tn": office.tn(device)}
    body = m.SetFeatureNotification(feature, **named, **more)
    return Note(device, body, silent=feature in office.options.silent_features)
