"""Settings of sets and agents: forwarding, do not disturb, lamp, log-on, agent states."""

from __future__ import annotations

from sim.exchange import acd
from sim.exchange.board import Board
from sim.exchange.facts import (
    AgentLoggedOn,
    Done,
    DoNotDisturbChanged,
    ForwardingChanged,
    MessageWaitingChanged,
)
from sim.exchange.state import Agent
from sim.exchange.words import AgentState, Forwarding, Reason


def set_forwarding(
    board: Board, device: str, kind: Forwarding, to: str, *, on: bool
) -> Done | Reason:
    """Switch one forwarding of a set on or off."""
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    if not on:
        if kind not in station.forwarding:
            return Reason.NOTHING_TO_DO
        del station.forwarding[kind]
        board.tell(ForwardingChanged(device, kind, on=False, to=""))
        return Done()
    if to == device or not board.dialling.leads(to):
        return Reason.INVALID_FORWARDING
    if station.forwarding.get(kind) == to:
        return Reason.NOTHING_TO_DO
    station.forwarding[kind] = to
    board.tell(ForwardingChanged(device, kind, on=True, to=to))
    return Done()


def set_do_not_disturb(board: Board, device: str, *, on: bool) -> Done | Reason:
    """Let a set refuse calls, or take them again."""
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    if station.do_not_disturb == on:
        return Reason.NOTHING_TO_DO
    station.do_not_disturb = on
    board.touch(device)
    board.tell(DoNotDisturbChanged(device, on))
    return Done()


def set_message_waiting(board: Board, device: str, *, on: bool) -> Done | Reason:
    """Switch the lamp of a set."""
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    if station.message_waiting == on:
        return Reason.NOTHING_TO_DO
    station.message_waiting = on
    board.tell(MessageWaitingChanged(device, on))
    return Done()


def log_on(board: Board, device: str, name: str, password: str) -> Done | Reason:
    """Let an agent work at a set, not ready yet."""
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    agent = board.agents.get(name)
    if agent is None:
        return Reason.INVALID_AGENT
    if agent.plan.password != password:
        return Reason.INVALID_PASSWORD
    moves = board.plan.options.moving_agents and agent.state is not AgentState.BUSY
    if station.agent is not None or (agent.device and not moves):
        return Reason.INVALID_AGENT_STATE
    if agent.device:
        acd.leave(board, agent)
    station.agent, agent.device = agent, device
    board.tell(AgentLoggedOn(name, device, agent.groups))
    acd.set_state(board, agent, AgentState.NOT_READY)
    return Done()


def log_off(board: Board, device: str) -> Done | Reason:
    """Let the agent of a set leave, now or after the present call."""
    agent = _agent_at(board, device)
    if isinstance(agent, Reason):
        return agent
    if agent.state is AgentState.BUSY:
        return _later(board, agent, AgentState.LOGGED_OFF, "")
    acd.leave(board, agent)
    return Done()


def set_agent_state(
    board: Board, device: str, state: AgentState, reason: str, *, manual: bool = False
) -> Done | Reason:
    """Give the agent of a set a new state, now or after the present call."""
    agent = _agent_at(board, device)
    if isinstance(agent, Reason):
        return agent
    match state:
        case AgentState.LOGGED_OFF:
            return log_off(board, device)
        case AgentState.BUSY:
            return Reason.INVALID_AGENT_STATE
        case AgentState.READY | AgentState.NOT_READY | AgentState.AFTER_CALL:
            was, agent.manual = agent.manual, manual and state is AgentState.READY
            if agent.state is AgentState.BUSY:
                return _later(board, agent, state, reason, changed=was != agent.manual)
            if (agent.state, agent.reason, was) == (state, reason, agent.manual):
                return Reason.NOTHING_TO_DO
            acd.set_state(board, agent, state, reason)
            return Done()


def get_agent_state(board: Board, device: str) -> Done | Reason:
    """Give the agent of a set."""
    agent = _agent_at(board, device)
    return agent if isinstance(agent, Reason) else Done(view=agent.view())


def _agent_at(board: Board, device: str) -> Agent | Reason:
    station = board.stations.get(device)
    if station is None:
        return Reason.INVALID_DEVICE
    return station.agent or Reason.INVALID_AGENT


def _later(
    board: Board, agent: Agent, state: AgentState, reason: str, *, changed: bool = False
) -> Done | Reason:
    """Note a state for the end of the present call."""
    if (agent.pending, agent.pending_reason) == (state, reason) and not changed:
        return Reason.NOTHING_TO_DO
    agent.pending, agent.pending_reason = state, reason
    acd.tell_agent(board, agent)
    return Done(pending=True)
