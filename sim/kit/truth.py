"""What the events add up to, against what truly is at the exchange (invariant T3).

What a link cannot tell of a party must be ``unknown`` or untold, never something else.
"""

from __future__ import annotations

from typing import Final

from sim.exchange.views import CallView, ExchangeView, Party
from sim.exchange.words import AgentState, LegState
from sim.kit.fold import Fold

_WORDS: Final = {LegState.PROCEEDING: "unknown", LegState.ROUTING: "queued"}
"""States without a word of their own in the model, and how they may be told."""
_AGENT: Final = {
    AgentState.LOGGED_OFF: "logged_off",
    AgentState.NOT_READY: "not_ready",
    AgentState.READY: "ready",
    AgentState.BUSY: "busy",
    AgentState.AFTER_CALL: "after_call_work",
}


def differences(fold: Fold, view: ExchangeView, monitored: list[str]) -> list[str]:
    """Say where belief and truth differ; monitored devices are what a link tells of."""
    return _calls(fold, view, frozenset(monitored)) + _agents(fold, view) + _queues(fold, view)


def _calls(fold: Fold, view: ExchangeView, monitored: frozenset[str]) -> list[str]:
    believed = [call for call in fold.live().values() if call]
    found = []
    for call in view.calls:
        # A call without any monitored device is out of sight (decision 0003).
        if all(party.device not in monitored for party in call.parties):
            continue
        match = next((one for one in believed if _same(one, call, monitored)), None)
        if match is None:
            found.append(f"at the switch: {_true(call)}; believed: {believed or 'no call'}")
        else:
            believed.remove(match)
    if not found and believed:
        found = [f"believed, but not at the switch: {believed}"]
    return found


def _same(believed: dict[str, str], call: CallView, monitored: frozenset[str]) -> bool:
    """Tell whether these can be the parties of a call."""
    rest = dict(believed)
    others: list[Party] = []
    for party in call.parties:
        if party.device not in monitored:
            others.append(party)
        elif rest.pop(party.device, None) != _WORDS.get(party.state, party.state.value):
            return False
    for party in others:
        state = _WORDS.get(party.state, party.state.value)
        fits = (
            device
            for device, told in rest.items()
            if device not in monitored and told in (state, "unknown")
        )
        device = next(fits, None)
        if device is not None:
            del rest[device]
        elif not _unseen(party):
            return False
    return not rest


def _unseen(party: Party) -> bool:
    """Tell whether a party is nobody whom a call's other parties hear of."""
    return party.state in (LegState.QUEUED, LegState.ROUTING)


def _true(call: CallView) -> str:
    return ", ".join(f"{party.device} {party.state.value}" for party in call.parties)


def _agents(fold: Fold, view: ExchangeView) -> list[str]:
    """Compare the agents of whom anything was told."""
    found = []
    for agent in view.agents:
        told = fold.agents.get(agent.agent)
        if told is None or told["state"] == "unknown":
            continue
        state = _AGENT[agent.state]
        if told["state"] != state:
            found.append(f"agent {agent.agent}: {state}; believed: {told['state']}")
        elif state != "logged_off" and told["device_id"] != agent.device:
            found.append(f"agent {agent.agent}: at {agent.device}, not {told['device_id']}")
    return found


def _queues(fold: Fold, view: ExchangeView) -> list[str]:
    found = []
    for queue in view.queues:
        told = fold.waiting.get(queue.number)
        if told is None or told["basis"] == "unknown" or told["waiting"] is None:
            continue
        if told["waiting"] != len(queue.calls):
            found.append(
                f"queue {queue.number}: {len(queue.calls)} wait; believed: {told['waiting']}"
            )
    return found
