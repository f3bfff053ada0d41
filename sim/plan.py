"""The plan of a telephone exchange as data: who is there, and how the exchange treats them.

``read_plan`` reads TOML text and raises ``PlanError`` with the place that is wrong. Device
names are the numbers people dial, except trunk members, which are ``<group>/<member>``.
"""

from __future__ import annotations

import tomllib
from typing import Final

import msgspec
from msgspec import Struct, field

from sim.exchange.steps import AdjunctRoute, Announcement, Collect, QueueTo, RouteTo, Step, Wait
from sim.exchange.timers import TIMERS, TimerKind
from sim.exchange.words import (
    Behaviour,
    GroupKind,
    HuntOrder,
    IdOrder,
    MergedId,
    RestartLinks,
    SetKind,
    Supervision,
)

_FORBID: Final = True


class PlanError(ValueError):
    """A plan contradicts itself or is not a plan."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        """Table and entry, such as ``group 500``."""


class Options(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """How the exchange behaves as a whole."""

    merged_id: MergedId = field(default=MergedId.PRIMARY, name="transfer_call_id")
    call_ids: int = 65535
    """Ids run from 1 to here and start again; an id in use is skipped."""
    call_id_order: IdOrder = IdOrder.RISING
    """Which free id a new call gets."""
    answer_holds: bool = False
    """Answering a second call puts the first on hold instead of being refused."""
    transfer_ringing: bool = True
    """A transfer may be completed before the consulted party answers."""
    trunk_to_trunk: bool = True
    """A transfer may leave two outside parties alone."""
    conference_size: int = 6
    """Most parties on one call."""
    redirections: int = 5
    """Most forwardings, overflows and other redirections of one call."""
    moving_agents: bool = False
    """An agent who logs on at another set is logged off at the first instead of refused."""
    restart_keeps_agents: bool = False
    """After a restart agents are logged on and not ready, else logged off."""


class StationPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """One extension and its set."""

    number: str
    name: str = ""
    kind: SetKind = SetKind.DIGITAL
    appearances: int = 2
    """Calls the set can have at once, ringing and held ones included."""
    prompts: bool = False
    """On a computer's make call the set rings and waits for its user to go off-hook."""
    outside: bool = True
    """May call outside parties."""
    controllable: bool = True
    """A computer may act for this set."""
    pickup: str = ""
    """Name of the pickup group; empty for none."""


class AgentPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """One person who may log on at any station."""

    id: str
    password: str = ""
    """Empty when none is asked for."""


class GroupPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """A number that distributes its calls over members."""

    number: str
    kind: GroupKind = GroupKind.ACD
    members: tuple[str, ...] = ()
    """Agent ids of an ACD group, station numbers of a hunt group."""
    order: HuntOrder = HuntOrder.LONGEST_IDLE
    overflow: str = ""
    """Where a call goes that waits too long, finds the queue full or a hunt group busy."""
    overflow_after: float = 0.0
    """Seconds; 0 for the timer table's."""
    ring: float = 0.0
    """Seconds that a member rings; 0 for the timer table's."""
    wrap_up: float = 0.0
    """Seconds of work after a call; 0 for none."""
    not_ready_on_no_answer: bool = True
    max_waiting: int = 0
    """Most waiting calls; 0 for no limit."""


class RoutePointPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """A number whose calls a computer sends on."""

    number: str
    default: str = ""
    """Where calls go without an answer from a computer."""
    seconds: float = 0.0
    """Time for the answer; 0 for the timer table's."""
    served: bool = True
    """Whether a computer is registered at the start."""
    vector: tuple[Step, ...] = ()
    """What becomes of a call, step by step, in place of the two above: a VDN."""


class TrunkGroupPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """Lines to the public network."""

    name: str
    members: int
    access: str = ""
    """Prefix dialled for an outgoing call; empty for incoming only."""
    did: dict[str, str] = field(default_factory=dict)
    """Called number as the network gives it -> number of this exchange."""
    default: str = ""
    """Where a call to any other number goes; empty refuses it."""
    supervision: Supervision = Supervision.ANSWER
    """What the exchange learns about outgoing calls."""


class ExternalPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """An outside party and how it behaves."""

    number: str
    behaviour: Behaviour = Behaviour.ANSWERS
    alert_after: float | None = None
    """Seconds from dialling to ringing (or busy); ``None`` for the timer table's."""
    answer_after: float | None = None
    """Seconds from ringing to the answer; ``None`` for the timer table's."""
    leave_after: float = 0.0
    """Seconds from the answer until this party hangs up; 0 when it never does."""
    patience: float = 0.0
    """Seconds an incoming caller waits for an answer; 0 when for ever."""


class LinkPlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """How the exchange treats its CTI links, whatever they speak."""

    rate: float = 0.0
    """Requests that are served per second on each link, the rest waiting; 0 for any number."""
    outstanding: int = 0
    """Most requests that wait on a link, the next being refused; 0 for any number."""
    monitors: int = 0
    """Most monitors on a link; 0 for what the kind of switch has."""
    registrations: int = 0
    """Most registrations for one route point, over all links; 0 for any number."""
    segment: int = 0
    """Most connections in one part of a snapshot, which then comes in parts; 0 for no parts."""
    restart: RestartLinks = RestartLinks.CUT
    restart_seconds: float = 0.0
    """How long a restart takes."""


class ExchangePlan(Struct, frozen=True, gc=False, forbid_unknown_fields=_FORBID):
    """Everything about one exchange that does not change while it runs."""

    options: Options = field(default_factory=Options, name="exchange")
    timers: dict[str, float] = field(default_factory=dict)
    """Seconds by the name of a ``TimerKind``."""
    stations: tuple[StationPlan, ...] = field(default=(), name="station")
    agents: tuple[AgentPlan, ...] = field(default=(), name="agent")
    groups: tuple[GroupPlan, ...] = field(default=(), name="group")
    route_points: tuple[RoutePointPlan, ...] = field(default=(), name="route_point")
    trunk_groups: tuple[TrunkGroupPlan, ...] = field(default=(), name="trunk_group")
    externals: tuple[ExternalPlan, ...] = field(default=(), name="external")
    park: tuple[str, ...] = ()
    """Numbers of the park slots."""
    link: LinkPlan = field(default_factory=LinkPlan)


def read_plan(text: str) -> ExchangePlan:
    """Read a plan from TOML; raise ``PlanError`` when it is not one."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError("plan", str(error)) from error
    return convert_plan(tables)


def convert_plan(tables: object) -> ExchangePlan:
    """Make a plan of tables that were read already; raise ``PlanError`` as ``read_plan``."""
    try:
        plan = msgspec.convert(tables, ExchangePlan)
    except msgspec.ValidationError as error:
        raise PlanError("plan", str(error)) from error
    _check_link(plan.link)
    _check_timers(plan)
    _check_numbers(plan)
    _check_members(plan)
    _check_destinations(plan)
    return plan


class Dialling:
    """What dialled numbers lead to, by a plan."""

    def __init__(self, plan: ExchangePlan) -> None:
        self._own = frozenset(_own_numbers(plan))
        self._access = tuple(group.access for group in plan.trunk_groups if group.access)

    def leads(self, number: str) -> bool:
        """Tell whether the exchange knows what to do with a dialled number."""
        return number in self._own or any(
            number.startswith(access) and len(number) > len(access) for access in self._access
        )


def _own_numbers(plan: ExchangePlan) -> list[str]:
    """Every number that leads to a station, group or route point, in the plan's order."""
    return [
        *(station.number for station in plan.stations),
        *(group.number for group in plan.groups),
        *(point.number for point in plan.route_points),
    ]


def _check_link(link: LinkPlan) -> None:
    numbers = {
        "rate": link.rate,
        "outstanding": link.outstanding,
        "monitors": link.monitors,
        "registrations": link.registrations,
        "segment": link.segment,
        "restart_seconds": link.restart_seconds,
    }
    for name, value in numbers.items():
        if value < 0:
            raise PlanError(f"link {name}", f"{value} is below 0")


def _check_timers(plan: ExchangePlan) -> None:
    for name, seconds in plan.timers.items():
        try:
            spec = TIMERS[TimerKind(name.replace("_", " "))]
        except ValueError as error:
            raise PlanError(f"timers {name}", "no such timer") from error
        if not spec.minimum <= seconds <= spec.maximum:
            limits = f"{spec.minimum} to {spec.maximum}"
            raise PlanError(f"timers {name}", f"{seconds} s is not within {limits} s")
    own: list[tuple[str, tuple[float | None, ...]]] = [
        *((f"group {g.number}", (g.overflow_after, g.ring, g.wrap_up)) for g in plan.groups),
        *((f"route_point {p.number}", (p.seconds,)) for p in plan.route_points),
        *(
            (f"external {e.number}", (e.alert_after, e.answer_after, e.leave_after, e.patience))
            for e in plan.externals
        ),
    ]
    for place, times in own:
        if any(seconds is not None and seconds < 0 for seconds in times):
            raise PlanError(place, "a time below 0 s")


def _check_numbers(plan: ExchangePlan) -> None:
    trunks = [
        f"{group.name}/{member}"
        for group in plan.trunk_groups
        for member in range(1, group.members + 1)
    ]
    seen: set[str] = set()
    for number in [*_own_numbers(plan), *plan.park, *trunks]:
        if not number:
            raise PlanError("plan", "an empty number")
        if number in seen:
            raise PlanError(f"number {number}", "given twice")
        seen.add(number)
    if len({agent.id for agent in plan.agents}) != len(plan.agents):
        raise PlanError("agent", "an id given twice")
    for station in plan.stations:
        if station.appearances < 1:
            raise PlanError(f"station {station.number}", "needs at least one appearance")
    # One id more than calls can be live, else a new call could find none.
    capacity = sum(station.appearances for station in plan.stations) + len(trunks) + 1
    if plan.options.call_ids < capacity:
        raise PlanError("exchange call_ids", f"at least {capacity} for this plan")
    if plan.options.conference_size < 3:
        raise PlanError("exchange conference_size", "at least 3")


def _check_members(plan: ExchangePlan) -> None:
    agents = {agent.id for agent in plan.agents}
    stations = {station.number for station in plan.stations}
    for group in plan.groups:
        known = agents if group.kind is GroupKind.ACD else stations
        for member in group.members:
            if member not in known:
                raise PlanError(f"group {group.number}", f"unknown member {member}")


def _check_destinations(plan: ExchangePlan) -> None:
    dialling = Dialling(plan)
    wanted = [
        *((f"group {group.number}", group.overflow) for group in plan.groups),
        *((f"trunk_group {group.name}", group.default) for group in plan.trunk_groups),
        *(
            (f"trunk_group {group.name} did", number)
            for group in plan.trunk_groups
            for number in group.did.values()
        ),
    ]
    for place, number in wanted:
        if number and not dialling.leads(number):
            raise PlanError(place, f"unknown destination {number}")
    acd = {group.number for group in plan.groups if group.kind is GroupKind.ACD}
    for point in plan.route_points:
        if not point.vector and not dialling.leads(point.default):
            raise PlanError(f"route_point {point.number}", "unknown default destination")
        for step, after in zip(point.vector, (*point.vector[1:], None), strict=False):
            wrong = _wrong_step(step, after, acd, dialling)
            if wrong:
                raise PlanError(f"route_point {point.number} vector", wrong)


def _wrong_step(step: Step, after: Step | None, acd: set[str], dialling: Dialling) -> str:
    """Say what is wrong with a step of a vector; nothing if it is right."""
    match step:
        case Wait(seconds) | Announcement(seconds) if seconds <= 0:
            return f"a step of {seconds} s"
        case Collect(digits, seconds) if not 1 <= digits <= 16 or seconds < 0:
            return f"{digits} digits in {seconds} s"
        case QueueTo(number) if number not in acd:
            return f"{number} is no ACD group"
        case RouteTo(number) if not dialling.leads(number):
            return f"unknown destination {number}"
        case AdjunctRoute() if not isinstance(after, Wait | Announcement | AdjunctRoute):
            return "no time is left for the computer"
        case _:
            return ""
