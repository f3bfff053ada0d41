"""The exchange's board: its state and the few moves that change it.

Every procedure works by these moves, and each move tells its fact. So a connection cannot
change without somebody hearing of it, and a timer ends with the leg it belongs to.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Any, Final

from sim.exchange.facts import (
    Action,
    CallCleared,
    CallFact,
    ConnectionCleared,
    Delivered,
    Diverted,
    Established,
    Failed,
    Held,
    Restarted,
    Retrieved,
    RouteEnded,
    TrunkFreed,
    TrunkSeized,
)
from sim.exchange.idle import FreeAgents
from sim.exchange.state import Agent, Call, Group, Leg, RoutePoint, Station, Trunk
from sim.exchange.timers import TIMERS, StartTimer, StopTimer, Timer, TimerKind
from sim.exchange.words import (
    AgentState,
    Cause,
    GroupKind,
    IdOrder,
    LegState,
    RouteOutcome,
    SetKind,
)
from sim.plan import Dialling, ExchangePlan

_OWNING: Final = (LegState.INITIATED, LegState.CONNECTED, LegState.HELD)
"""States of a party that keeps its call alive."""


class Board:
    """State of one exchange, with the moves on it."""

    def __init__(self, plan: ExchangePlan) -> None:
        self.plan = plan
        self.dialling = Dialling(plan)
        self.stations = {station.number: Station(station) for station in plan.stations}
        self.groups = {group.number: Group(group) for group in plan.groups}
        self.points = {point.number: RoutePoint(point) for point in plan.route_points}
        memberships: dict[str, list[str]] = {agent.id: [] for agent in plan.agents}
        for group in plan.groups:
            for member in dict.fromkeys(group.members):
                if member in memberships and group.kind is GroupKind.ACD:
                    memberships[member].append(group.number)
        self.agents = {
            agent.id: Agent(agent, index, tuple(memberships[agent.id]))
            for index, agent in enumerate(plan.agents)
        }
        self.trunks = {
            f"{group.name}/{member}": Trunk(f"{group.name}/{member}", group.name, member)
            for group in plan.trunk_groups
            for member in range(1, group.members + 1)
        }
        self.idle_trunks = {
            group.name: list(range(1, group.members + 1)) for group in plan.trunk_groups
        }
        """Idle members of each trunk group as a heap, lowest first."""
        self.free_agents = FreeAgents(self.groups.values(), self.agents)
        self.touched: set[str] = set()
        """Agents whose calls changed since states were settled last."""
        self.externals = {external.number: external for external in plan.externals}
        self.calls: dict[int, Call] = {}
        self.routes: dict[int, Leg] = {}
        """Legs at route points by the id of the open request."""
        self.running: dict[Timer, Leg | Agent] = {}
        self._at: dict[str, list[Leg]] = {
            device: []
            for device in (
                *self.stations,
                *self.groups,
                *self.points,
                *self.trunks,
                *plan.park,
            )
        }
        self._waiting: dict[str, list[Leg]] = {
            device: [] for device in (*self.groups, *plan.park)
        }
        self._told: list[Action] = []
        self._last_call = 0
        self._freed: list[int] = []
        """Ids up to the last one that are free again, as a heap."""
        self._serial = 0
        self._begun = 0
        """Calls so far."""

    def at(self, device: str) -> list[Leg]:
        """Give the legs of a device, oldest first; empty for an unknown one."""
        return self._at.get(device, [])

    def waiting(self, device: str) -> list[Leg]:
        """Give the calls that wait at a group or park slot, oldest first."""
        return self._waiting[device]

    def touch(self, device: str) -> None:
        """Note that the calls or settings of a set changed, for the agent who sits there."""
        station = self.stations.get(device)
        if station is not None and station.agent is not None:
            agent = station.agent
            self.touched.add(agent.plan.id)
            free = (
                agent.state is AgentState.READY
                and not station.do_not_disturb
                and not any(leg.occupies for leg in self._at[device])
            )
            self.free_agents.put(agent, free=free)

    def known(self, device: str) -> bool:
        """Tell whether the exchange has such a device."""
        return device in self._at

    def active(self, device: str) -> Leg | None:
        """Give the leg on which a set talks, dials or hears a tone."""
        return next((leg for leg in self.at(device) if leg.active), None)

    def free_appearance(self, device: str) -> bool:
        """Tell whether a station can take one more call."""
        used = sum(leg.occupies for leg in self.at(device))
        return used < self.stations[device].plan.appearances

    def next_serial(self) -> int:
        """Count: one number for orders of waiting, routes and timers alike."""
        self._serial += 1
        return self._serial

    # Telling.

    def tell(self, action: Action) -> None:
        """Add an action to what this event leads to."""
        self._told.append(action)

    def tell_call(
        self, fact: Callable[..., CallFact], call: Call, device: str, cause: Cause, **more: Any
    ) -> None:
        """Tell a fact about a call with the call as it is now."""
        told: Any = fact(
            call=call.id,
            device=device,
            cause=cause,
            calling=call.calling,
            called=call.called,
            last_redirection=call.last_redirection,
            trunk=call.trunk,
            data=call.data.correlator,
            user_data=call.data.user,
            account=call.data.account,
            parties=call.parties(),
            serial=call.serial,
            collected=call.digits,
            **more,
        )
        self._told.append(told)

    def take(self) -> list[Action]:
        """Give what was told since the last time."""
        told, self._told = self._told, []
        return told

    # Timers.

    def start(self, owner: Leg | Agent, kind: TimerKind, seconds: float | None = None) -> None:
        """Start the one timer of a leg or agent, in place of the one that runs."""
        self.stop(owner)
        if seconds is None:
            seconds = self.seconds(kind)
        timer = Timer(kind, self.next_serial())
        owner.timer = timer
        self.running[timer] = owner
        self.tell(StartTimer(timer, seconds))

    def seconds(self, kind: TimerKind) -> float:
        """Give how long a timer runs by the plan."""
        return self.plan.timers.get(kind.value.replace(" ", "_"), TIMERS[kind].default)

    def stop(self, owner: Leg | Agent) -> None:
        """Stop the timer of a leg or agent, if one runs."""
        if owner.timer is not None:
            del self.running[owner.timer]
            self.tell(StopTimer(owner.timer))
            owner.timer = None

    # Calls and legs.

    def new_call(self, origin: str) -> Call:
        """Begin a call under the next free id."""
        number = self._free_id()
        self._begun += 1
        call = Call(number, origin, self._begun)
        self.calls[number] = call
        return call

    def _free_id(self) -> int:
        options = self.plan.options
        if options.call_id_order is IdOrder.LOWEST and self._freed:
            return heapq.heappop(self._freed)
        number = self._last_call % options.call_ids + 1
        while number in self.calls:
            number = number % options.call_ids + 1
        self._last_call = number
        return number

    def join(
        self,
        call: Call,
        device: str,
        state: LegState,
        number: str | None = None,
        entered: int = 0,
    ) -> Leg:
        """Put a device on a call; the caller tells why. ``entered`` is its place in a queue."""
        leg = Leg(call, device, device if number is None else number, state)
        leg.entered = entered
        station = self.stations.get(device)
        if station is not None and station.agent is not None:
            leg.agent = station.agent.plan.id
        _add(call, leg)
        self._at[device].append(leg)
        if state is LegState.QUEUED:
            insort(self._waiting[device], leg, key=_entered)
        trunk = self.trunks.get(device)
        if trunk is not None:
            heapq.heappop(self.idle_trunks[trunk.group])  # the lowest, as everybody takes it
            self.tell(TrunkSeized(device, call.id))
        self.touch(device)
        return leg

    def move(self, leg: Leg, call: Call) -> None:
        """Take a leg from its call into another; the caller tells it."""
        del leg.call.legs[leg.device]
        leg.call = call
        _add(call, leg)
        if leg.device in self.trunks:
            self.tell(TrunkSeized(leg.device, call.id))

    def remove(self, leg: Leg) -> None:
        """Take a leg off its call without telling; its timer and trunk are free."""
        self.stop(leg)
        del leg.call.legs[leg.device]
        self._at[leg.device].remove(leg)
        if leg.state is LegState.QUEUED:
            line = self._waiting[leg.device]
            del line[bisect_left(line, leg.entered, key=_entered)]
        if leg.route:
            del self.routes[leg.route]
        trunk = self.trunks.get(leg.device)
        if trunk is not None:
            heapq.heappush(self.idle_trunks[trunk.group], trunk.member)
            self.tell(TrunkFreed(leg.device))
        self.touch(leg.device)

    def forget(self, call: Call) -> None:
        """Free the id of a call without legs."""
        del self.calls[call.id]
        if self.plan.options.call_id_order is IdOrder.LOWEST:
            heapq.heappush(self._freed, call.id)

    def alert(self, leg: Leg, cause: Cause) -> None:
        """Let a leg ring that was joined as alerting."""
        leg.state = LegState.ALERTING
        self.tell_call(Delivered, leg.call, leg.device, cause, group=leg.group)

    def establish(self, leg: Leg, cause: Cause) -> None:
        """Connect a leg."""
        self.stop(leg)
        leg.state = LegState.CONNECTED
        self.touch(leg.device)
        self.tell_call(Established, leg.call, leg.device, cause)

    def hold(self, leg: Leg, cause: Cause, *, conference: bool = False) -> None:
        """Put a leg on hold; it goes behind the device's other legs, as the one held last."""
        leg.state = LegState.HELD
        self._at[leg.device].remove(leg)
        self._at[leg.device].append(leg)
        self.tell_call(Held, leg.call, leg.device, cause, conference=conference)

    def retrieve(self, leg: Leg, cause: Cause) -> None:
        """Connect a held leg."""
        leg.state = LegState.CONNECTED
        self.tell_call(Retrieved, leg.call, leg.device, cause)

    def fail(self, leg: Leg, cause: Cause, *, tone: bool) -> None:
        """Let a leg fail; the tone time-out clears it.

        A predicted call has nobody to hear a tone and ends at once.
        """
        leg.state = LegState.FAILED
        leg.tone = tone
        self.touch(leg.device)
        leg.prompting = False
        self.start(leg, TimerKind.TONE)
        self.tell_call(Failed, leg.call, leg.device, cause)
        if leg.call.predictive is not None:
            self.clear_call(leg.call, cause)

    def divert(self, leg: Leg, to: str, cause: Cause, *, counts: bool = True) -> None:
        """Take an unanswered leg off the call, which goes elsewhere next.

        What the distribution of a group does by itself does not count as a redirection.
        """
        call = leg.call
        self.remove(leg)
        call.last_redirection = leg.device
        call.redirections += counts
        self.tell_call(Diverted, call, leg.device, cause, to=to)

    def drop(self, leg: Leg, cause: Cause) -> None:
        """Clear a connection, and the call if nobody is left to talk to."""
        self._clear(leg, cause)
        self.close(leg.call, cause)

    def clear_call(self, call: Call, cause: Cause) -> None:
        """Clear every connection of a call."""
        for leg in list(call.legs.values()):
            self._clear(leg, cause)
        self.close(call, cause)

    def close(self, call: Call, cause: Cause) -> None:
        """Clear what cannot go on after a party left."""
        legs = list(call.legs.values())
        if len(legs) == 1 and self._stays_off_hook(legs[0]):
            if legs[0].state is LegState.CONNECTED:
                self.fail(legs[0], Cause.BLOCKED, tone=True)
            return
        if len(legs) == 1 or not any(leg.state in _OWNING for leg in legs):
            why = Cause.ABANDONED if legs and cause is Cause.NORMAL else cause
            for leg in legs:
                unanswered = leg.state in (LegState.ALERTING, LegState.QUEUED, LegState.ROUTING)
                self._clear(leg, why if unanswered else cause)
            legs = []
        if not legs:
            self.forget(call)
            self.tell_call(CallCleared, call, call.origin, cause)

    def restart(self) -> None:
        """Forget every call without a word, and agents as the plan says; ids start again."""
        for timer in list(self.running):
            self.running.pop(timer).timer = None
            self.tell(StopTimer(timer))
        for line in (*self._at.values(), *self._waiting.values()):
            line.clear()
        for group in self.plan.trunk_groups:
            self.idle_trunks[group.name] = list(range(1, group.members + 1))
        self.calls.clear()
        self.routes.clear()
        self._last_call = 0
        self._freed.clear()
        self.touched.clear()
        for agent in self.agents.values():
            if agent.device:
                self._restart_agent(agent)
        left = tuple(agent.view() for agent in self.agents.values() if agent.device)
        self.tell(Restarted(left))

    def _restart_agent(self, agent: Agent) -> None:
        self.free_agents.put(agent, free=False)
        agent.pending, agent.reason, agent.pending_reason = None, "", ""
        agent.manual = False
        if self.plan.options.restart_keeps_agents:
            agent.state = AgentState.NOT_READY
        else:
            self.stations[agent.device].agent = None
            agent.state, agent.device = AgentState.LOGGED_OFF, ""

    def _clear(self, leg: Leg, cause: Cause) -> None:
        """Clear one connection without a look at the others."""
        route, call = leg.route, leg.call
        self.remove(leg)
        if route:
            self.tell(RouteEnded(route, call.id, leg.device, RouteOutcome.ABANDONED, ""))
        self.tell_call(ConnectionCleared, call, leg.device, cause)

    def _stays_off_hook(self, leg: Leg) -> bool:
        """Tell whether the last leg of a call lives on with dial tone or a tone."""
        if leg.state is LegState.INITIATED or leg.tone:
            return True
        station = self.stations.get(leg.device)
        return (
            leg.state is LegState.CONNECTED
            and station is not None
            and station.plan.kind is SetKind.ANALOG
        )


def _add(call: Call, leg: Leg) -> None:
    call.joined += 1
    leg.place = call.joined
    call.legs[leg.device] = leg


def _entered(leg: Leg) -> int:
    return leg.entered
