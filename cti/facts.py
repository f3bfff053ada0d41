"""Facts: what a switch told, in its own identifiers.

Drivers report facts, the tracker makes events of them. Keys of devices and calls are text
that is unique on the switch; a member that is UNSET was not told.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData, Forwarding
from cti.model.events import SwitchTime
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import (
    AgentState,
    Answer,
    ConnectionState,
    DeviceType,
    Direction,
    Origin,
    SystemStatus,
)


class DeviceForm(StrEnum):
    """How a switch names a device on a call."""

    STATIC = "static"
    """By an identifier that is always this device: its directory number, mostly."""
    DYNAMIC = "dynamic"
    """By an identifier that only lives with the call."""
    TRUNK = "trunk"
    """By the trunk that leads to a party outside the switch."""


class NativeDevice(Struct, frozen=True, gc=False):
    """A device as the switch names it."""

    key: str
    """The switch's identifier as text; equal keys are the same device."""
    form: DeviceForm = DeviceForm.STATIC
    number: Number | None = None
    """Number told together with the device."""


class Fact(Struct, frozen=True, kw_only=True, gc=False):
    """One thing the switch told."""

    origin: Origin = Origin.REPORTED
    cause: Cause | UnsetType = UNSET
    cause_native: NativeCause | UnsetType = UNSET
    ts_switch: SwitchTime | UnsetType = UNSET


class CallFact(Fact, frozen=True, kw_only=True, gc=False):
    """A fact about one call."""

    call: str
    """Native call identifier as text."""
    numbers: CallNumbers = CallNumbers()
    data: CallData = CallData()
    global_ref: str | UnsetType = UNSET
    direction: Direction | UnsetType = UNSET


class ConnectionFact(CallFact, frozen=True, kw_only=True, gc=False):
    """A fact about one device's connection to a call."""

    device: NativeDevice
    calling: NativeDevice | None = None
    """Who calls, where it is told and is not ``device`` itself."""


class Initiated(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device got dial tone or started a service."""


class Originated(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Switch accepted the number that the device dialled."""


class Offered(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Call is offered to the device before it alerts."""


class Queued(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Call waits at a queue."""

    queue: NativeDevice
    position: int | UnsetType = UNSET
    waiting: int | UnsetType = UNSET


class Alerting(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device alerts."""

    far_end: bool = False


class Connected(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device answered."""

    answer: Answer = Answer.REPORTED


class Held(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device holds the call."""


class Retrieved(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device took the call back from hold."""


class Diverted(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Call was taken from the device and sent elsewhere."""

    to: NativeDevice | None


class NetworkReached(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Call left over a trunk."""

    trunk: str


class Failed(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Call cannot go on at the device."""


class Cleared(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """Device is off the call."""

    released_by: NativeDevice | UnsetType | None = UNSET


class Bridged(ConnectionFact, frozen=True, kw_only=True, gc=False):
    """A shared line is in use at another appearance."""


class CallMade(CallFact, frozen=True, kw_only=True, gc=False):
    """The switch named a call in its answer to a request: it is there from now on."""


class CallEnded(CallFact, frozen=True, kw_only=True, gc=False):
    """The whole call ended."""


class CallInformed(CallFact, frozen=True, kw_only=True, gc=False):
    """Numbers or data of a call became known."""

    device: NativeDevice | None = None


class DigitsTold(CallFact, frozen=True, kw_only=True, gc=False):
    """Digits were dialled or generated."""

    device: NativeDevice | None
    digits: str


class ChargeTold(CallFact, frozen=True, kw_only=True, gc=False):
    """Advice of charge."""

    device: NativeDevice | None
    charge: dict[str, Any]


class MovedLeg(Struct, frozen=True, gc=False):
    """One connection before and after a merge, as far as the switch told."""

    call: str
    """Native call after the merge."""
    device: NativeDevice | None
    old_call: str | None = None
    old_device: NativeDevice | None = None


class MergeKind(StrEnum):
    """How two calls became one."""

    TRANSFER = "transfer"
    CONFERENCE = "conference"


class Merged(Fact, frozen=True, kw_only=True, gc=False):
    """Calls were transferred or conferenced."""

    kind: MergeKind
    primary: str
    """Native call that was there first: the one that was held."""
    secondary: str | None
    """Native consultation call; None for a single-step form."""
    controller: NativeDevice | None
    other: NativeDevice | None
    """Transferred to, or added."""
    moved: tuple[MovedLeg, ...]
    here: NativeDevice | None = None
    """Device whose connection has ``state`` now: the one that the report is for."""
    state: ConnectionState | UnsetType = UNSET
    data: CallData = CallData()
    global_ref: str | UnsetType = UNSET
    named: bool = True
    """False when the switch does not say which of the two calls is the primary one."""


class AgentFact(Fact, frozen=True, kw_only=True, gc=False):
    """A fact about an agent."""

    agent: str | None
    """Login id; None where the switch names the device only."""
    device: NativeDevice
    group: NativeDevice | None = None


class AgentLoggedOn(AgentFact, frozen=True, kw_only=True, gc=False):
    """Agent logged on."""


class AgentLoggedOff(AgentFact, frozen=True, kw_only=True, gc=False):
    """Agent logged off."""


class AgentStateTold(AgentFact, frozen=True, kw_only=True, gc=False):
    """Work state of an agent."""

    state: AgentState
    pending: AgentState | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class DeviceFact(Fact, frozen=True, kw_only=True, gc=False):
    """A fact about a device; what is UNSET was not told."""

    device: NativeDevice
    type: DeviceType | UnsetType = UNSET
    on_hook: bool | UnsetType = UNSET
    dnd: bool | UnsetType = UNSET
    mwi: bool | UnsetType = UNSET
    in_service: bool | UnsetType = UNSET
    forwarding: Forwarding | UnsetType = UNSET
    capabilities_changed: bool = False


class SystemStatusTold(Fact, frozen=True, kw_only=True, gc=False):
    """System status of the switching function."""

    status: SystemStatus


class MonitorStarted(Fact, frozen=True, kw_only=True, gc=False):
    """The switch reports about a device from now on."""

    monitor: str
    """Cross reference as text."""
    device: NativeDevice | None
    """None when an observer did not see which."""


class MonitorStopped(Fact, frozen=True, kw_only=True, gc=False):
    """The switch reports no more under this cross reference."""

    monitor: str


class MonitorFailed(Fact, frozen=True, kw_only=True, gc=False):
    """The switch refused to monitor a device."""

    device: NativeDevice | None
    error: str
    native: str


class RouteAsked(Fact, frozen=True, kw_only=True, gc=False):
    """The switch asks where to send a call."""

    route: str
    route_point: NativeDevice | None
    call: str | None
    numbers: CallNumbers = CallNumbers()
    data: CallData = CallData()
    timeout_s: float | UnsetType = UNSET
    """How long the switch waits for an answer before it goes its own way."""


class RouteTaken(Fact, frozen=True, kw_only=True, gc=False):
    """The switch took a route."""

    route: str
    destination: NativeDevice | None


class RouteOver(Fact, frozen=True, kw_only=True, gc=False):
    """A route request is over."""

    route: str
    reason: str
    """``ended`` in order, ``abandoned`` when the caller is gone, ``expired`` when the switch
    waited no longer, else the error in the switch's words."""


class SeenLeg(Struct, frozen=True, gc=False):
    """One connection in the switch's answer to a snapshot."""

    call: str
    device: NativeDevice
    state: ConnectionState
    """``unknown`` where the answer does not tell it."""


class ResyncBegun(Fact, frozen=True, kw_only=True, gc=False):
    """The driver asks the switch for everything from here on (reference: resynchronisation).

    What is found until ``ResyncEnded`` is told by ``DeviceSeen``, ``CallSeen``, ``NotSeen``
    and by agent and device facts of origin ``snapshot``.
    """

    reason: str
    """``connected``, ``messages lost``, ``asked`` or words of the driver."""


class DeviceSeen(Fact, frozen=True, kw_only=True, gc=False):
    """The switch listed all connections of a device, as of this place in the stream."""

    device: NativeDevice
    legs: tuple[SeenLeg, ...]
    """The device's own connections; ``device`` in them may be its name on that call."""


class CallSeen(Fact, frozen=True, kw_only=True, gc=False):
    """The switch listed all parties of a call, as of this place in the stream."""

    call: str
    legs: tuple[SeenLeg, ...]
    """Empty when the switch says that there is no such call."""
    numbers: CallNumbers = CallNumbers()
    data: CallData = CallData()
    global_ref: str | UnsetType = UNSET


class NotSeen(Fact, frozen=True, kw_only=True, gc=False):
    """The switch could not or would not tell about a device or a call."""

    device: NativeDevice | None = None
    call: str | None = None
    error: str


class ResyncEnded(Fact, frozen=True, kw_only=True, gc=False):
    """Everything that can be asked was asked and answered."""

    complete: bool
    """False when something that the link can tell was refused or not answered."""


ConnectionFacts = (
    Initiated
    | Originated
    | Offered
    | Queued
    | Alerting
    | Connected
    | Held
    | Retrieved
    | Diverted
    | NetworkReached
    | Failed
    | Cleared
    | Bridged
)
"""Everything that happens to a connection."""

AgentFacts = AgentLoggedOn | AgentLoggedOff | AgentStateTold
"""Everything that happens to an agent."""

RouteFacts = RouteAsked | RouteTaken | RouteOver
"""Everything that happens to a route request."""

SeenFacts = ResyncBegun | DeviceSeen | CallSeen | NotSeen | ResyncEnded
"""What is learned by asking after the link was lost."""

Facts = (
    ConnectionFacts
    | CallMade
    | CallEnded
    | CallInformed
    | DigitsTold
    | ChargeTold
    | Merged
    | AgentFacts
    | DeviceFact
    | SystemStatusTold
    | MonitorStarted
    | MonitorStopped
    | MonitorFailed
    | RouteFacts
    | SeenFacts
)
"""Everything a driver reports."""
