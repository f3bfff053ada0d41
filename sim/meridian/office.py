"""What a Meridian 1 is told by its craftsman, beside the plan of the exchange.

Sets, trunks and groups of the plan get what a Meridian 1 knows of them: terminal numbers,
positions, routes, whether applications may work them (AST), and which status events they tell
(the event group, IAPG). Names of the switch's own listings stand in the docstrings.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from protocols.meridian.values import Feature, RouteMember, StatusEvent, Tn
from sim.exchange.words import GroupKind
from sim.plan import ExchangePlan, PlanError

_Customer = Annotated[int, Meta(ge=0, le=99)]
_Event = Annotated[int, Meta(ge=1, le=14)]
_UNITS: Final = 16
"""Sets on one card, and cards on one shelf."""
_LD15: Final = dict(enumerate(StatusEvent, 1))
"""Status events by the numbers that the craftsman knows them by."""
_TRUNK_LOOP: Final = 128
"""Loop of the first route's trunks; sets are on the loops below."""


class Options(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One Meridian 1 and its link module."""

    x11_release: Annotated[int, Meta(ge=1, le=99)] = 25
    """Release of the switch's software; gates events and features."""
    mls_mode: bool = False
    """Behaves as Meridian Link Services, with all that those leave untold."""
    dn_digits: int = 4
    """Longest own number that the link tells: 4, or 7 with long directory numbers."""
    customer: _Customer = 0
    machine_name: str = "SL16"
    """Name of the module, which an application must know."""
    password: str = ""
    """Empty when none is asked for."""
    services: tuple[str, ...] = ("inbound", "outbound", "routing", "voice")
    """What associations may be registered for."""
    aml_on_ip: bool = False
    """Whether module and switch are joined by TCP/IP: such a link has no trunk functions."""
    not_ast: tuple[str, ...] = ()
    """Sets and trunks that no application may monitor or control (AST = NO)."""
    positions: dict[str, str] = field(default_factory=dict)
    """Position id by the set's number; the number itself where none is given."""
    event_groups: dict[str, tuple[_Event, ...]] = field(default_factory=dict)
    """Groups 2 to 15 of LD 15; 0 has no events and 1 has all."""
    groups: dict[str, int] = field(default_factory=dict)
    """Event group by device; 1 where none is given."""
    emergency: bool = False
    """Whether this is the 911 product, whose CDNs send calls to ACD DNs alone: a call that is
    to go elsewhere goes to the default."""
    agents: dict[str, str] = field(default_factory=dict)
    """Who works at a set, for log-ins that do not tell the agent."""
    poll: float = 0.0
    """Seconds of quiet before the link polls; 0 for the profile's."""
    outside_dnis: bool = True
    """Whether incoming trunks tell the number that was dialled (DNIS)."""
    silent_features: tuple[Feature, ...] = (Feature.CALL_FORWARD_ALL, Feature.MESSAGE_WAITING)
    """Features without notification in MLS mode. That there are some is documented, which is
    not: these are chosen so that a client meets the gap."""


def read_options(text: str, more: Mapping[str, Any] | None = None) -> Options:
    """Read options from TOML, with ``more`` over them; raise ``PlanError`` for none."""
    try:
        options = msgspec.convert({**tomllib.loads(text), **(more or {})}, Options)
    except ValueError as error:
        raise PlanError("meridian", str(error)) from error
    check(options)
    return options


def check(options: Options) -> None:
    """Raise ``PlanError`` for options that contradict the switch."""
    if options.dn_digits not in (4, 7):
        raise PlanError("meridian dn_digits", f"{options.dn_digits} is not 4 or 7")
    for group in options.event_groups:
        if not group.isdecimal() or not 2 <= int(group) <= 15:
            raise PlanError(f"meridian event_groups {group}", "groups 2 to 15 can be defined")
    for device, number in options.groups.items():
        if number > 1 and str(number) not in options.event_groups:
            raise PlanError(f"meridian groups {device}", f"there is no group {number}")


class Office:
    """Devices of a plan under the names that the link has for them."""

    def __init__(self, plan: ExchangePlan, options: Options) -> None:
        self.options = options
        self.stations = {one.number: one for one in plan.stations}
        self.queues = frozenset(
            group.number for group in plan.groups if group.kind is GroupKind.ACD
        )
        self.points = frozenset(point.number for point in plan.route_points)
        self.passwords = {agent.id: agent.password for agent in plan.agents}
        self.members = {
            f"{group.name}/{member}": RouteMember(route, member)
            for route, group in enumerate(plan.trunk_groups, 1)
            for member in range(1, group.members + 1)
        }
        self._trunks = {member: device for device, member in self.members.items()}
        self._tns = {
            number: Tn(i // 256 * 4, i // _UNITS % 16, 1 + i % _UNITS, 1)
            for i, number in enumerate(self.stations)
        } | {
            device: Tn(
                _TRUNK_LOOP + one.route,
                one.member // 256,
                one.member // 16 % 16,
                one.member % 16,
            )
            for device, one in self.members.items()
        }
        self._by_tn = {tn: device for device, tn in self._tns.items()}
        self._by_position = {position: dn for dn, position in options.positions.items()}
        self._own = frozenset(
            [*self.stations, *(one.number for one in plan.groups), *self.points]
        )

    def tn(self, device: str) -> Tn | None:
        """Give the terminal number of a set or trunk."""
        return self._tns.get(device)

    def at_tn(self, tn: Tn) -> str:
        """Give the device with a terminal number; empty for none."""
        return self._by_tn.get(tn, "")

    def trunk(self, member: RouteMember) -> str:
        """Give the trunk with a route and member; empty for none."""
        return self._trunks.get(member, "")

    def position(self, station: str) -> str:
        """Give the position id of a set."""
        return self.options.positions.get(station, station)

    def at_position(self, position: str) -> str:
        """Give the set with a position id; empty for none."""
        return self._by_position.get(position, position if position in self.stations else "")

    def dn(self, number: str) -> str:
        """Write an own number as the link tells it; others are as they are."""
        return number[-self.options.dn_digits :] if number in self._own else number

    def own(self, told: str) -> str:
        """Find the own number that the link's client means; empty for none."""
        if told in self._own:
            return told
        fits = [one for one in self._own if self.dn(one) == told]
        return fits[0] if len(fits) == 1 else ""

    def is_ast(self, device: str) -> bool:
        """Tell whether applications may monitor and control a set or trunk."""
        station = self.stations.get(device)
        controllable = station is None or station.controllable
        return controllable and device not in self.options.not_ast

    def group_of(self, device: str) -> int:
        """Give the event group that a device was given."""
        return self.options.groups.get(device, 1)

    def events_of(self, group: int) -> frozenset[StatusEvent] | None:
        """Give the events of a group, before the release gates any; ``None`` for no group."""
        if group < 2:
            return frozenset(StatusEvent) if group else frozenset()
        told = self.options.event_groups.get(str(group))
        return None if told is None else frozenset(_LD15[number] for number in told)
