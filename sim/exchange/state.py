"""The exchange's mutable state: calls, legs, stations, agents, groups, route points, trunks.

A leg is one connection. It stands in its call's table and in the list of its device; only
``sim.exchange.board`` adds and removes legs, so the two cannot part.
"""

from __future__ import annotations

from msgspec import Struct

from sim.exchange.steps import Step
from sim.exchange.timers import Timer
from sim.exchange.views import AgentView, CallData, CallView, Party, StationView
from sim.exchange.words import AgentState, Behaviour, Forwarding, LegState
from sim.plan import AgentPlan, ExternalPlan, GroupPlan, RoutePointPlan, StationPlan


class Predictive(Struct, frozen=True, gc=False):
    """A call that waits for its answer."""

    device: str
    """Group or route point that gets it then."""
    machines: bool
    """Whether it gets it from a machine too."""


class Call:
    """One call."""

    __slots__ = (
        "called",
        "calling",
        "data",
        "digits",
        "id",
        "joined",
        "last_redirection",
        "legs",
        "origin",
        "predictive",
        "redirections",
        "serial",
        "trunk",
    )

    def __init__(self, number: int, origin: str, serial: int) -> None:
        self.id = number
        self.origin = origin
        """Device that began the call."""
        self.serial = serial
        """Unique within the life of the exchange, as ids are not."""
        self.calling = ""
        self.called = ""
        self.last_redirection = ""
        self.trunk = ""
        self.data = CallData()
        self.digits = ""
        """What a vector collected from the caller."""
        self.predictive: Predictive | None = None
        """What was asked of a call that is to be answered before its group gets it."""
        self.redirections = 0
        self.joined = 0
        """Connections that it ever had."""
        self.legs: dict[str, Leg] = {}
        """By device, in the order in which they joined."""

    def parties(self) -> tuple[Party, ...]:
        """Give every connection as it is now."""
        return tuple(
            Party(leg.device, leg.state, leg.number, leg.agent, leg.place)
            for leg in self.legs.values()
        )

    def view(self) -> CallView:
        """Give the call as it is now."""
        return CallView(
            self.id,
            self.calling,
            self.called,
            self.last_redirection,
            self.trunk,
            self.data.correlator,
            self.parties(),
            self.data.user,
            self.data.account,
            self.serial,
        )


class Leg:
    """One connection: a device on a call."""

    __slots__ = (
        "agent",
        "call",
        "device",
        "digits",
        "distributed",
        "entered",
        "external",
        "group",
        "number",
        "parked_by",
        "place",
        "prompting",
        "route",
        "state",
        "timer",
        "to",
        "tone",
        "vector",
        "wanted",
    )

    def __init__(self, call: Call, device: str, number: str, state: LegState) -> None:
        self.call = call
        self.device = device
        self.number = number
        self.place = 0
        """Order in which the legs of the call came onto it."""
        self.state = state
        self.agent = ""
        self.distributed = False
        """An ACD group gave this call to the agent."""
        self.group = ""
        """Group that chose the device."""
        self.entered = 0
        """Place in the order of waiting."""
        self.prompting = False
        self.to = ""
        """Number to call once a prompted set is off-hook, or digits are collected."""
        self.tone = False
        """Failed at the set that listens, not at one that was found busy."""
        self.parked_by = ""
        self.route = 0
        self.vector: tuple[Step, ...] = ()
        """Steps that are still to come at a VDN."""
        self.wanted = 0
        """Digits that the VDN waits for."""
        self.digits = ""
        """Those that came."""
        self.external: ExternalPlan | None = None
        self.timer: Timer | None = None

    @property
    def machine(self) -> bool:
        """Tell whether an answering machine is behind the trunk."""
        return self.external is not None and self.external.behaviour is Behaviour.MACHINE

    @property
    def active(self) -> bool:
        """Tell whether the set has its voice path or tone on this leg."""
        return self.state in (LegState.CONNECTED, LegState.INITIATED) or self.tone

    @property
    def occupies(self) -> bool:
        """Tell whether the leg takes one of the set's appearances."""
        return self.state is not LegState.FAILED or self.tone


class Station:
    """One extension."""

    __slots__ = ("agent", "do_not_disturb", "forwarding", "message_waiting", "plan")

    def __init__(self, plan: StationPlan) -> None:
        self.plan = plan
        self.forwarding: dict[Forwarding, str] = {}
        self.do_not_disturb = False
        self.message_waiting = False
        self.agent: Agent | None = None

    def view(self, legs: list[Leg]) -> StationView:
        """Give the station as it is now."""
        return StationView(
            self.plan.number,
            tuple((leg.call.id, leg.state) for leg in legs),
            dict(self.forwarding),
            self.do_not_disturb,
            self.message_waiting,
            self.agent.plan.id if self.agent else "",
        )


class Agent:
    """One agent."""

    __slots__ = (
        "device",
        "groups",
        "idle_since",
        "index",
        "manual",
        "pending",
        "pending_reason",
        "plan",
        "reason",
        "state",
        "timer",
        "wrap_up",
    )

    def __init__(self, plan: AgentPlan, index: int, groups: tuple[str, ...]) -> None:
        self.plan = plan
        self.index = index
        """Place in the plan's list of agents."""
        self.groups = groups
        self.device = ""
        self.state = AgentState.LOGGED_OFF
        self.reason = ""
        self.manual = False
        """Ready for one call at a time: behind each the agent works until told otherwise."""
        self.pending: AgentState | None = None
        self.pending_reason = ""
        self.idle_since = 0
        """Place in the order of waiting for a call; the lowest waits longest."""
        self.wrap_up = 0.0
        """Seconds of work that the group of the present call asks for."""
        self.timer: Timer | None = None

    def view(self) -> AgentView:
        """Give the agent as he or she is now."""
        return AgentView(
            self.plan.id,
            self.device,
            self.state,
            self.reason,
            self.pending,
            self.groups,
            self.manual,
        )


class Group:
    """One ACD or hunt group."""

    __slots__ = ("next", "plan")

    def __init__(self, plan: GroupPlan) -> None:
        self.plan = plan
        self.next = 0
        """Index of the member after the one that had the last call."""


class RoutePoint:
    """One route point."""

    __slots__ = ("plan", "served")

    def __init__(self, plan: RoutePointPlan) -> None:
        self.plan = plan
        self.served = plan.served


class Trunk:
    """One trunk member."""

    __slots__ = ("device", "group", "member")

    def __init__(self, device: str, group: str, member: int) -> None:
        self.device = device
        self.group = group
        self.member = member
