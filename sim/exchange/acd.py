"""Groups: calls wait, ring the right member, and agents' states follow their calls.

Distribution and agent states are settled once after each event (``settle``): whatever made
an agent free or a call wait, one place draws the consequence.
"""

from __future__ import annotations

from bisect import bisect_left

from sim.exchange import routing
from sim.exchange.board import Board
from sim.exchange.facts import AgentLoggedOff, AgentStateChanged, Queued
from sim.exchange.state import Agent, Call, Group, Leg
from sim.exchange.timers import TimerKind
from sim.exchange.words import AgentState, Cause, GroupKind, LegState


def is_full(board: Board, group: Group) -> bool:
    """Tell whether no further call may wait."""
    limit = group.plan.max_waiting
    return bool(limit) and len(board.waiting(group.plan.number)) >= limit


def enter(board: Board, call: Call, group: Group, cause: Cause) -> None:
    """Give a call to an agent who is ready, or let it wait."""
    agent = None if board.waiting(group.plan.number) else board.free_agents.take_next(group)
    if agent is not None and agent.device not in call.legs:
        call.last_redirection = group.plan.number
        _ring(board, call, group, agent)
    else:
        wait(board, call, group, cause, board.next_serial())


def wait(board: Board, call: Call, group: Group, cause: Cause, entered: int) -> None:
    """Let a call wait at a group, in the order of ``entered``."""
    number = group.plan.number
    leg = board.join(call, number, LegState.QUEUED, entered=entered)
    in_vector = any(one.state is LegState.ROUTING for one in call.legs.values())
    if group.plan.overflow and not in_vector:  # a vector says itself what comes next
        board.start(leg, TimerKind.OVERFLOW, group.plan.overflow_after or None)
    tell_queued(board, leg, cause)


def tell_queued(board: Board, leg: Leg, cause: Cause) -> None:
    """Tell that a call waits, and how many wait with it."""
    line = board.waiting(leg.device)
    in_front = bisect_left(line, leg.entered, key=lambda one: one.entered)
    board.tell_call(Queued, leg.call, leg.device, cause, waiting=len(line), in_front=in_front)


def not_answered(board: Board, leg: Leg) -> None:
    """Take a call from an agent who does not answer; it waits in front of all others."""
    group, call, entered = board.groups[leg.group], leg.call, leg.entered
    agent = board.agents.get(leg.agent)
    board.divert(leg, group.plan.number, Cause.NO_ANSWER, counts=False)
    if agent is not None and agent.state is AgentState.READY:
        if group.plan.not_ready_on_no_answer:
            set_state(board, agent, AgentState.NOT_READY, Cause.NO_ANSWER.value)
        else:
            agent.idle_since = board.next_serial()
            board.touch(agent.device)
    wait(board, call, group, Cause.NO_ANSWER, entered)


def set_state(
    board: Board,
    agent: Agent,
    state: AgentState,
    reason: str = "",
    pending: AgentState | None = None,
) -> None:
    """Give an agent a state, and a state to come in place of what was pending."""
    board.stop(agent)
    agent.state, agent.reason = state, reason
    agent.pending, agent.pending_reason = pending, ""
    if state is AgentState.READY:
        agent.idle_since = board.next_serial()
    board.touch(agent.device)
    tell_agent(board, agent)


def leave(board: Board, agent: Agent) -> None:
    """Log an agent off."""
    device, agent.manual = agent.device, False
    set_state(board, agent, AgentState.LOGGED_OFF)
    board.touched.discard(agent.plan.id)
    agent.device = ""
    board.stations[device].agent = None
    board.tell(AgentLoggedOff(agent.plan.id, device, agent.groups))


def tell_agent(board: Board, agent: Agent) -> None:
    """Tell an agent's state."""
    view = agent.view()
    board.tell(
        AgentStateChanged(
            view.agent,
            view.device,
            view.state,
            view.reason,
            view.pending,
            view.groups,
            view.manual,
        )
    )


def settle(board: Board) -> None:
    """Let agents' states follow their calls, then give waiting calls to free agents."""
    touched = sorted((board.agents[name] for name in board.touched), key=lambda one: one.index)
    board.touched.clear()
    for agent in touched:
        leg = next((leg for leg in board.at(agent.device) if _is_work(leg)), None)
        if leg is not None and agent.state is not AgentState.BUSY:
            agent.wrap_up = board.groups[leg.group].plan.wrap_up
            # A state asked for while the call rang (working after call, say) comes back.
            resume = None if agent.state is AgentState.READY else agent.state
            set_state(board, agent, AgentState.BUSY, pending=resume)
        elif leg is None and agent.state is AgentState.BUSY:
            _finish_call(board, agent)
    for group in board.groups.values():
        if group.plan.kind is GroupKind.ACD and board.waiting(group.plan.number):
            _distribute(board, group)


def _finish_call(board: Board, agent: Agent) -> None:
    pending, reason = agent.pending, agent.pending_reason
    if pending is AgentState.LOGGED_OFF:
        leave(board, agent)
    elif pending is not None and pending is not AgentState.READY:
        set_state(board, agent, pending, reason)
    elif agent.manual:
        set_state(board, agent, AgentState.AFTER_CALL)
    elif agent.wrap_up:
        set_state(board, agent, AgentState.AFTER_CALL)
        board.start(agent, TimerKind.WRAP_UP, agent.wrap_up)
    else:
        set_state(board, agent, AgentState.READY, reason)


def _distribute(board: Board, group: Group) -> None:
    for leg in list(board.waiting(group.plan.number)) if board.free_agents.any(group) else ():
        agent = board.free_agents.take_next(group)
        if agent is None:
            return
        if agent.device in leg.call.legs:
            continue
        entered, call = leg.entered, leg.call
        board.divert(leg, agent.device, Cause.DISTRIBUTED, counts=False)
        _ring(board, call, group, agent).entered = entered


def _ring(board: Board, call: Call, group: Group, agent: Agent) -> Leg:
    routing.leave(board, call, agent.device)
    leg = board.join(call, agent.device, LegState.ALERTING)
    leg.group, leg.distributed = group.plan.number, True
    leg.entered = board.next_serial()
    board.alert(leg, Cause.DISTRIBUTED)
    board.start(leg, TimerKind.AGENT_RING, group.plan.ring or None)
    return leg


def _is_work(leg: Leg) -> bool:
    """Tell whether a leg makes its agent busy."""
    return leg.distributed and leg.state in (LegState.CONNECTED, LegState.HELD)
