"""Facts about agents and settings of sets as events for the monitors that see them."""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import (
    ForwardingType,
    PendingAgentState,
    WorkingAfterCallPendingState,
)
from sim.csta.events import Report
from sim.csta.monitors import Monitors
from sim.csta.numbers import Numbers
from sim.exchange import facts
from sim.exchange.words import AgentState, Forwarding

FORWARDING: Final = {
    Forwarding.ALL: ForwardingType.FORWARD_IMMEDIATE,
    Forwarding.BUSY: ForwardingType.FORWARD_BUSY,
    Forwarding.NO_ANSWER: ForwardingType.FORWARD_NO_ANS,
}
PENDING: Final = {
    AgentState.LOGGED_OFF: PendingAgentState.AGENT_NULL,
    AgentState.NOT_READY: PendingAgentState.AGENT_NOT_READY,
    AgentState.READY: PendingAgentState.AGENT_READY,
    AgentState.AFTER_CALL: PendingAgentState.AGENT_WORKING_AFTER_CALL,
}
_AFTER: Final = {
    AgentState.LOGGED_OFF: WorkingAfterCallPendingState.NULL,
    AgentState.NOT_READY: WorkingAfterCallPendingState.NOT_READY,
    AgentState.READY: WorkingAfterCallPendingState.READY,
}


def report(
    fact: facts.Fact,
    numbers: Numbers,
    monitors: Monitors,
    extensions: csta.CSTACommonArguments | None,
) -> list[Report]:
    """Give the events of a fact that is about no call; a group hears of its agents too."""
    match fact:
        case facts.AgentLoggedOn() | facts.AgentLoggedOff() | facts.AgentStateChanged():
            told = _agent(fact, numbers, extensions)
            devices = (fact.device, *fact.groups)
            group = "logicalDeviceFeatureEvents"
        case facts.ForwardingChanged(device, kind, on, to):
            forwarding = csta.ForwardingEvent(
                device=numbers.subject(device),
                forwarding_type=FORWARDING[kind],
                forward_status=on,
                forward_to=numbers.device(to) if to else None,
                extensions=extensions,
            )
            told, devices = ("forwarding", forwarding), (device,)
            group = "logicalDeviceFeatureEvents"
        case facts.DoNotDisturbChanged(device, on):
            quiet = csta.DoNotDisturbEvent(
                device=numbers.subject(device), do_not_disturb_on=on, extensions=extensions
            )
            told, devices = ("doNotDisturb", quiet), (device,)
            group = "logicalDeviceFeatureEvents"
        case facts.MessageWaitingChanged(device, on):
            lamp = csta.MessageWaitingEvent(
                target_device=numbers.subject(device),
                message_waiting_on=on,
                extensions=extensions,
            )
            told, devices = ("messageWaiting", lamp), (device,)
            group = "physicalDeviceFeatureEvents"
        case _:
            return []
    if told is None:
        return []
    info: Any = (group, told)
    return [
        (monitor, info)
        for device in devices
        for monitor in monitors.of_device(device)
        if told[0] not in monitor.suppressed
    ]


def _agent(
    fact: facts.AgentLoggedOn | facts.AgentLoggedOff | facts.AgentStateChanged,
    numbers: Numbers,
    extensions: csta.CSTACommonArguments | None,
) -> tuple[str, Any] | None:
    """Give name and body; the group stands in the event where the agent has only one."""
    common: dict[str, Any] = {
        "agent_device": numbers.subject(fact.device),
        "agent_id": fact.agent.encode(),
        "acd_group": numbers.device(fact.groups[0]) if len(fact.groups) == 1 else None,
        "extensions": extensions,
    }
    match fact:
        case facts.AgentLoggedOn():
            return "agentLoggedOn", csta.AgentLoggedOnEvent(**common)
        case facts.AgentLoggedOff():
            return "agentLoggedOff", csta.AgentLoggedOffEvent(**common)
        case facts.AgentStateChanged(state=state, pending=pending):
            match state:
                case AgentState.LOGGED_OFF:
                    return None  # agentLoggedOff follows
                case AgentState.NOT_READY:
                    return "agentNotReady", csta.AgentNotReadyEvent(**common)
                case AgentState.READY:
                    return "agentReady", csta.AgentReadyEvent(**common)
                case AgentState.BUSY:
                    later = PENDING.get(pending) if pending else None
                    return "agentBusy", csta.AgentBusyEvent(**common, pending_agent_state=later)
                case AgentState.AFTER_CALL:
                    after = _AFTER.get(pending) if pending else None
                    return "agentWorkingAfterCall", csta.AgentWorkingAfterCallEvent(
                        **common, pending_agent_state=after
                    )
