"""People and computers at a simulated exchange who mostly do what makes sense.

``sensible`` draws the next act from what the exchange shows, so that calls get far: answered,
held, consulted, transferred. Equal draws give equal acts.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.exchange.words import AgentState, Forwarding, LegState
from sim.plan import ExchangePlan

FITTING: Final[dict[LegState, list[Any]]] = {
    LegState.INITIATED: [verbs.Dial, verbs.GoOffHook, verbs.HangUp],
    LegState.ALERTING: [verbs.Answer, verbs.Answer, verbs.Answer, verbs.Deflect, verbs.HangUp],
    LegState.CONNECTED: [
        verbs.Hold,
        verbs.Consult,
        verbs.Consult,
        verbs.Transfer,
        verbs.Conference,
        verbs.Alternate,
        verbs.BlindTransfer,
        verbs.SingleStepConference,
        verbs.Park,
        verbs.SendDigits,
        verbs.HangUp,
    ],
    LegState.HELD: [verbs.Retrieve, verbs.Reconnect, verbs.Transfer, verbs.Conference],
    LegState.QUEUED: [verbs.Deflect],
    LegState.ROUTING: [verbs.Deflect],
    LegState.PROCEEDING: [verbs.ExternalAnswers, verbs.HangUp],
    LegState.FAILED: [verbs.HangUp, verbs.Reconnect],
}
"""What one does with a connection in a state."""
FEATURES: Final[list[Any]] = [
    verbs.LogOn,
    verbs.LogOff,
    verbs.SetAgentState,
    verbs.SetAgentState,
    verbs.SetAgentState,
    verbs.SetForwarding,
    verbs.SetDoNotDisturb,
    verbs.SetMessageWaiting,
    verbs.Pickup,
    verbs.GroupPickup,
    verbs.Unpark,
    verbs.GoOffHook,
    verbs.Dial,
]
"""What one does at a set without a call."""


class People:
    """Draws acts for one exchange."""

    def __init__(self, plan: ExchangePlan, draw: Random) -> None:
        self._draw = draw
        self.stations = [station.number for station in plan.stations]
        outside = [
            group.access + external.number
            for group in plan.trunk_groups
            for external in plan.externals
            if group.access
        ]
        own = [group.number for group in plan.groups]
        own += [point.number for point in plan.route_points]
        self._numbers = [*self.stations, *self.stations, *own, *outside]
        self._called = [number for group in plan.trunk_groups for number in group.did]
        self._callers = [external.number for external in plan.externals] + [""]
        self._choices: dict[str, list[Any]] = {
            "to": self._numbers,
            "target": self.stations,
            "digits": [*self._numbers, "*7"],
            "slot": list(plan.park),
            "agent": [agent.id for agent in plan.agents],
            "password": [agent.password for agent in plan.agents],
            "state": [AgentState.READY, AgentState.READY, AgentState.NOT_READY],
            "reason": ["", "lunch"],
            "kind": list(Forwarding),
            "on": [True, False, False],
            "data": [b"", b"order 7"],
        }

    def sensible(self, view: ExchangeView) -> Event:
        """Draw the next act."""
        draw = self._draw
        legs = [(call.call, party) for call in view.calls for party in call.parties]
        chance = draw.random()
        if view.routes and chance < 0.2:
            route = draw.choice(view.routes).route
            return verbs.RouteSelect(route, draw.choice(self._numbers), b"r")
        if self._called and chance < 0.3:
            called, calling = draw.choice(self._called), draw.choice(self._callers)
            return verbs.TrunkRings(called, calling)
        if chance < 0.45:
            return verbs.MakeCall(draw.choice(self.stations), draw.choice(self._numbers))
        if chance < 0.55 or not legs:
            return self._one_of(draw.choice(FEATURES), {"device": draw.choice(self.stations)})
        call, party = draw.choice(legs)
        known = {"device": party.device, "trunk": party.device, "call": call}
        return self._one_of(draw.choice(FITTING[party.state]), known)

    def _one_of(self, kind: Any, known: dict[str, Any]) -> Event:
        """Make an act of a kind, with what is known and the rest drawn."""
        fields = dict(known)
        for name in kind.__struct_fields__:
            if name not in known and name in self._choices:
                fields[name] = self._draw.choice(self._choices[name])
        names = set(kind.__struct_fields__)
        made: Event = kind(**{name: value for name, value in fields.items() if name in names})
        return made
