"""Fold facts into a state, knowing nothing of the exchange's own tables.

The rules here are what a reader of the facts would believe; every call fact must agree with
them in its list of parties, and at any moment the folded state must equal the snapshot.
"""

from __future__ import annotations

from typing import Any

from sim.exchange import facts
from sim.exchange.facts import Action, CallFact
from sim.exchange.timers import StartTimer, StopTimer, Timer
from sim.exchange.views import ExchangeView
from sim.exchange.words import AgentState, Forwarding, LegState, RouteOutcome, Supervision

S = LegState


class FoldedCall:
    def __init__(self) -> None:
        self.legs: dict[str, LegState] = {}
        self.numbers: tuple[Any, ...] = ()
        self.fixed: dict[str, tuple[str, str]] = {}
        """Number and agent by device, as first told."""


class Folding:
    """State by facts alone."""

    def __init__(self) -> None:
        self.calls: dict[int, FoldedCall] = {}
        self.queues: dict[str, list[int]] = {}
        self.routes: dict[int, tuple[int, str]] = {}
        self.trunks: dict[str, int] = {}
        self.agents: dict[str, list[Any]] = {}
        self.forwarding: dict[str, dict[Forwarding, str]] = {}
        self.dnd: set[str] = set()
        self.lamps: set[str] = set()
        self.timers: set[Timer] = set()

    def expired(self, timer: Timer) -> None:
        self.timers.remove(timer)

    def take(self, action: Action) -> None:
        match action:
            case StartTimer(timer):
                assert timer not in self.timers
                self.timers.add(timer)
            case StopTimer(timer):
                self.timers.remove(timer)
            case facts.TrunkSeized(trunk, call):
                self.trunks[trunk] = call
            case facts.TrunkFreed(trunk):
                del self.trunks[trunk]
            case facts.RouteEnded(route, call, device, outcome):
                assert self.routes.pop(route) == (call, device)
                assert isinstance(outcome, RouteOutcome)
            case facts.AgentLoggedOn(agent, device):
                self.agents[agent] = [device, AgentState.NOT_READY, "", None]
            case facts.AgentStateChanged(agent, device, state, reason, pending):
                assert self.agents[agent][0] == device
                self.agents[agent] = [device, state, reason, pending]
            case facts.AgentLoggedOff(agent):
                assert self.agents.pop(agent)[1] is AgentState.LOGGED_OFF
            case facts.ForwardingChanged(device, kind, on, to):
                here = self.forwarding.setdefault(device, {})
                here.pop(kind, None)
                here.update({kind: to} if on else {})
            case facts.DoNotDisturbChanged(device, on):
                self.dnd = self.dnd | {device} if on else self.dnd - {device}
            case facts.MessageWaitingChanged(device, on):
                self.lamps = self.lamps | {device} if on else self.lamps - {device}
            case facts.Restarted(left):
                assert not self.timers, "every timer is stopped"
                for table in (self.calls, self.queues, self.routes, self.trunks, self.agents):
                    table.clear()
                for one in left:
                    self.agents[one.agent] = [one.device, one.state, one.reason, one.pending]
            case facts.Merged():
                self._merge(action)
            case CallFact():
                self._call(action)
            case facts.Accepted() | facts.Refused() | facts.Ignored():
                pass

    def _call(self, fact: CallFact) -> None:
        begins = isinstance(fact, facts.ServiceInitiated | facts.Originated)
        if fact.call not in self.calls:
            assert begins, f"{fact} begins a call"
            self.calls[fact.call] = FoldedCall()
        call = self.calls[fact.call]
        legs, device = call.legs, fact.device
        before = legs.get(device)
        match fact:
            case facts.ServiceInitiated():
                assert before is None
                legs[device] = S.INITIATED
            case facts.Originated():
                assert before in (None, S.INITIATED)
                legs[device] = S.CONNECTED
            case facts.NetworkReached():
                assert before is None
                through = fact.supervision is Supervision.NONE
                legs[device] = S.CONNECTED if through else S.PROCEEDING
            case facts.VectorEntered():
                assert before is None
                legs[device] = S.ROUTING
            case facts.DigitsCollected(digits=digits):
                assert before is S.ROUTING
                assert fact.collected == digits
            case facts.RouteRequested(route=route):
                assert before in (None, S.ROUTING)
                legs[device] = S.ROUTING
                self.routes[route] = (fact.call, device)
            case facts.Treated(route=route):
                assert before is S.ROUTING
                assert self.routes[route] == (fact.call, device)
            case facts.Queued(waiting=waiting, in_front=in_front):
                assert before is None
                legs[device] = S.QUEUED
                line = self.queues.setdefault(device, [])
                line.insert(in_front, fact.call)
                assert waiting == len(line)
            case facts.Delivered():
                assert before in (None, S.PROCEEDING)
                legs[device] = S.ALERTING
            case facts.Established():
                assert before in (None, S.ALERTING, S.PROCEEDING)
                legs[device] = S.CONNECTED
            case facts.Held():
                assert before is S.CONNECTED
                legs[device] = S.HELD
            case facts.Retrieved():
                assert before is S.HELD
                legs[device] = S.CONNECTED
            case facts.Failed():
                assert before is not S.FAILED
                assert before is not S.HELD
                legs[device] = S.FAILED
            case facts.Diverted() | facts.ConnectionCleared():
                assert before is not None
                del legs[device]
                if before is S.QUEUED:
                    self.queues[device].remove(fact.call)
            case facts.CallCleared():
                assert not legs
                del self.calls[fact.call]
            case facts.DigitsSent():
                assert before is S.CONNECTED
            case facts.DataAssociated():
                pass
            case facts.NotDelivered():
                assert device not in legs or len(legs) > 1
            case _:
                raise AssertionError(fact)
        self._agree(call, fact)

    def _merge(self, fact: facts.Merged) -> None:
        old = {
            number: self.calls.pop(number) for number in {fact.primary, fact.secondary} - {0}
        }
        new = FoldedCall()
        self.calls[fact.call] = new
        for moved in fact.moved:
            state = old[moved.old_call].legs.pop(moved.device)
            if not moved.new_call:
                assert moved.device == fact.device
                continue
            assert moved.new_call == fact.call
            if moved.device == fact.device:
                state = S.CONNECTED
            new.legs[moved.device] = state
            # Of two connections of the device that stays, the held one lives on.
            new.fixed.setdefault(moved.device, old[moved.old_call].fixed[moved.device])
            line = self.queues.get(moved.device, [])
            self.queues[moved.device] = [
                fact.call if state is S.QUEUED and call == moved.old_call else call
                for call in line
            ]
            for route, at in list(self.routes.items()):
                if at == (moved.old_call, moved.device):
                    self.routes[route] = (fact.call, moved.device)
        assert not any(call.legs for call in old.values()), "every connection is listed"
        if isinstance(fact, facts.Conferenced):
            assert fact.device in new.legs
            new.legs.setdefault(fact.added, S.CONNECTED)
        else:
            assert fact.device not in new.legs
        self._agree(new, fact)

    def _agree(self, call: FoldedCall, fact: CallFact) -> None:
        """Hold the fact's own list of parties to what the facts before it say."""
        assert {party.device: party.state for party in fact.parties} == call.legs, fact
        for party in fact.parties:
            told = call.fixed.setdefault(party.device, (party.number, party.agent))
            assert told == (party.number, party.agent)
        for device in set(call.fixed) - set(call.legs):
            del call.fixed[device]
        call.numbers = (
            fact.calling,
            fact.called,
            fact.last_redirection,
            fact.trunk,
            (fact.data, fact.user_data, fact.account),
        )

    def check(self, view: ExchangeView) -> None:
        """Compare with the exchange's own account."""
        assert sorted(self.calls) == [call.call for call in view.calls]
        for one in view.calls:
            mine = self.calls[one.call]
            assert {party.device: party.state for party in one.parties} == mine.legs
            numbers = (
                one.calling,
                one.called,
                one.last_redirection,
                one.trunk,
                (one.data, one.user_data, one.account),
            )
            assert numbers == mine.numbers, one
        for station in view.stations:
            at = [
                (number, call.legs[station.number])
                for number, call in self.calls.items()
                if station.number in call.legs
            ]
            assert sorted(at, key=str) == sorted(station.connections, key=str)
            assert station.forwarding == self.forwarding.get(station.number, {})
            assert station.do_not_disturb == (station.number in self.dnd)
            assert station.message_waiting == (station.number in self.lamps)
            here = [name for name, agent in self.agents.items() if agent[0] == station.number]
            assert here == ([station.agent] if station.agent else [])
        for agent in view.agents:
            mine_now = self.agents.get(agent.agent, ["", AgentState.LOGGED_OFF, "", None])
            assert mine_now == [agent.device, agent.state, agent.reason, agent.pending]
        for queue in view.queues:
            assert list(queue.calls) == self.queues.get(queue.number, [])
        for trunk in view.trunks:
            assert self.trunks.get(trunk.trunk, 0) == trunk.call
        assert self.routes == {route.route: (route.call, route.device) for route in view.routes}
        assert len(self.timers) == view.timers
