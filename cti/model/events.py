"""Normalized events.

Every event carries the envelope of ``Event``; its ``event`` member names it as
``object.past_participle``. Members that a link never told are left out; None means that the
link told there is none.
"""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData, Forwarding
from cti.model.numbers import Number
from cti.model.objects import CallNumbers, Moved, Party, Summary
from cti.model.states import (
    AgentState,
    Answer,
    Basis,
    ConnectionState,
    DeviceType,
    Direction,
    LinkState,
    Origin,
    Outcome,
    SystemStatus,
)


def _event_name(kind: str) -> str:
    """Make ``call.created`` from ``CallCreated``."""
    first, *rest = re.findall(r"[A-Z][a-z]*", kind)
    return f"{first.lower()}.{'_'.join(rest).lower()}"


class Raw(Struct, frozen=True, gc=False):
    """The message behind an event: nobody has to trust the mapping blindly."""

    protocol: str
    message: str
    """Name of the message in its standard, such as ``cSTAEventReport:delivered``."""


class SwitchTime(Struct, frozen=True, gc=False):
    """Time as the switch told it. Never used for order."""

    time: str
    """ISO 8601 without a zone."""
    zone: str
    """Zone the switch named, or ``unspecified``."""


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    tag_field="event",
    tag=_event_name,
    omit_defaults=True,
):
    """Envelope of all events."""

    event_version: int = 1
    switch_id: str
    link_id: str
    epoch: int
    """Grows with every connection of the link and every start of the bridge."""
    seq: int
    """Number of the raw message on this link and epoch, from 1."""
    sub: int
    """Order among the events made from one message, from 0."""
    id: str
    """``link_id:epoch:seq:sub``; the same when the event is published again."""
    ts_received: str
    """When the octets arrived: UTC, RFC 3339, nanoseconds."""
    ts_switch: SwitchTime | UnsetType = UNSET
    origin: Origin
    cause: Cause | UnsetType = UNSET
    cause_native: NativeCause | UnsetType = UNSET
    raw: Raw | UnsetType = UNSET
    anomaly: str | UnsetType = UNSET
    """What is odd about it, such as ``unexpected_transition``."""
    command_id: str | UnsetType = UNSET
    """The command that led to it, where the switch's answer proves it."""


# Calls.


class CallEvent(Event, frozen=True, kw_only=True):
    """Something happened to a call."""

    call_id: str
    thread_id: str
    call_version: int
    late: bool = False
    """True when it came after ``call.cleared``."""


class CallCreated(CallEvent, frozen=True, kw_only=True):
    """First time this call is seen. Always first for a call."""

    direction: Direction
    partial: bool = False
    numbers: CallNumbers = CallNumbers()
    global_ref: str | UnsetType = UNSET
    native_id: str


class CallConferenced(CallEvent, frozen=True, kw_only=True):
    """Calls were merged and the controller stays."""

    controller: str
    added: str | None
    merged: tuple[str, ...]
    """``call_id`` of the calls that were absorbed."""
    moved: tuple[Moved, ...]
    parties: tuple[Party, ...]
    native_id: str | UnsetType = UNSET
    """Native identifier under which the call goes on."""


class CallTransferred(CallEvent, frozen=True, kw_only=True):
    """Calls were merged and the controller leaves."""

    controller: str
    to: str | None
    kind: str
    """``consult``, ``single_step`` or ``inferred``."""
    merged: tuple[str, ...]
    moved: tuple[Moved, ...]
    parties: tuple[Party, ...]
    native_id: str | UnsetType = UNSET
    """Native identifier under which the call goes on."""


class CallMerged(CallEvent, frozen=True, kw_only=True):
    """This call was absorbed by another."""

    into: str


class CallDataChanged(CallEvent, frozen=True, kw_only=True):
    """Data of the call changed; ``delta`` holds what is new."""

    delta: CallData = CallData()
    """In ``app``, a key with None is taken away; of other kinds it is the new value."""
    numbers: CallNumbers | UnsetType = UNSET
    direction: Direction | UnsetType = UNSET
    thread_aliases: tuple[str, ...] | UnsetType = UNSET
    """All other names of the story; its name is ``thread_id``."""
    global_ref: str | UnsetType = UNSET


class CallPartyChanged(CallEvent, frozen=True, kw_only=True):
    """Number, name or trunk of a party became known or was corrected."""

    device_id: str
    leg: int = 0
    number: Number | UnsetType = UNSET
    trunk: str | UnsetType = UNSET


class CallDigits(CallEvent, frozen=True, kw_only=True):
    """Digits were dialled by or collected from a party."""

    device_id: str | None
    digits: str


class CallCharged(CallEvent, frozen=True, kw_only=True):
    """Advice of charge."""

    device_id: str | None
    charge: dict[str, Any]


class CallCleared(CallEvent, frozen=True, kw_only=True):
    """The last connection ended. Always last for a call, but for late data."""

    summary: Summary


class CallRecovered(CallEvent, frozen=True, kw_only=True):
    """Still there after the link was lost; what was missed follows as further events."""

    parties: tuple[Party, ...]


class CallLost(CallEvent, frozen=True, kw_only=True):
    """Nobody can tell any more what became of it."""

    reason: str


# Connections.


class ConnectionEvent(CallEvent, frozen=True, kw_only=True):
    """Something happened to one device's connection."""

    device_id: str
    leg: int = 0
    state: ConnectionState
    """State after the event."""
    previous: ConnectionState
    agent_id: str | UnsetType = UNSET
    number: Number | UnsetType = UNSET
    trunk: str | UnsetType = UNSET
    direction: Direction
    numbers: CallNumbers
    data: CallData = CallData()
    global_ref: str | UnsetType = UNSET
    parties: tuple[Party, ...]
    """Everybody on the call after the event."""


class ConnectionInitiated(ConnectionEvent, frozen=True, kw_only=True):
    """Device got dial tone or started a service."""


class ConnectionOriginated(ConnectionEvent, frozen=True, kw_only=True):
    """Switch accepted the dialled number; the call leaves the originator."""


class ConnectionOffered(ConnectionEvent, frozen=True, kw_only=True):
    """Call is offered before it alerts: it can be accepted, deflected or rejected."""


class ConnectionQueued(ConnectionEvent, frozen=True, kw_only=True):
    """Call waits at a queue or for a resource."""

    queue_id: str
    position: int | UnsetType = UNSET
    """Calls in front of this one."""
    waiting: int | UnsetType = UNSET
    """Calls in the queue, this one included."""


class ConnectionDequeued(ConnectionEvent, frozen=True, kw_only=True):
    """Call left that queue."""

    queue_id: str
    outcome: Outcome


class ConnectionAlerting(ConnectionEvent, frozen=True, kw_only=True):
    """Device rings, or the far end does."""

    far_end: bool = False
    """True for ringback from a trunk."""


class ConnectionConnected(ConnectionEvent, frozen=True, kw_only=True):
    """Two-way path."""

    answer: Answer = Answer.REPORTED


class ConnectionHeld(ConnectionEvent, frozen=True, kw_only=True):
    """Device put the call on hold."""


class ConnectionRetrieved(ConnectionEvent, frozen=True, kw_only=True):
    """Device took the call back from hold."""


class ConnectionDiverted(ConnectionEvent, frozen=True, kw_only=True):
    """Call was taken from this device and sent elsewhere before answer."""

    to: str | None


class ConnectionNetworkReached(ConnectionEvent, frozen=True, kw_only=True):
    """Call left the switch over a trunk; later news may be missing."""


class ConnectionFailed(ConnectionEvent, frozen=True, kw_only=True):
    """Call cannot go on at this device."""


class ConnectionCleared(ConnectionEvent, frozen=True, kw_only=True):
    """This party is off the call."""

    released_by: str | UnsetType | None = UNSET


class ConnectionBridged(ConnectionEvent, frozen=True, kw_only=True):
    """A shared line is in use at another appearance."""


class ConnectionFound(ConnectionEvent, frozen=True, kw_only=True):
    """A snapshot lists this party and does not tell its state."""


# Routing.


class RouteEvent(Event, frozen=True, kw_only=True):
    """Something happened to a route request."""

    route_id: str
    call_id: str | UnsetType = UNSET
    thread_id: str | UnsetType = UNSET


class RouteRequested(RouteEvent, frozen=True, kw_only=True):
    """The switch asks where to send a call."""

    route_point: str
    numbers: CallNumbers
    data: CallData = CallData()
    deadline_at: str | UnsetType = UNSET
    """When the bridge answers itself; absent where it cannot, or nobody is to be waited for."""
    fallback: str | UnsetType = UNSET
    """What the bridge answers then: a number, or ``end`` to give the call back."""
    attempt: int = 1
    """Grows when the switch refused an answer and the request is open again."""


class RouteUsed(RouteEvent, frozen=True, kw_only=True):
    """The switch took the route."""

    destination: str | None


class RouteEnded(RouteEvent, frozen=True, kw_only=True):
    """The route request is over."""

    reason: str
    """``selected``, ``ended`` (given back), ``expired``, ``unserved``, ``abandoned``,
    ``link_down``, ``resource_limit`` or the switch's error."""
    fallback: str | UnsetType = UNSET
    """What the bridge answered in place of an application: a number, or ``end``."""


# Agents.


class AgentEvent(Event, frozen=True, kw_only=True):
    """Something happened to an agent."""

    agent_id: str
    version: int
    device_id: str | None
    state: AgentState
    previous: AgentState
    queues: tuple[str, ...] = ()
    queues_basis: Basis = Basis.UNKNOWN
    reason: str | UnsetType = UNSET
    """Why the agent is in this state, in the switch's words."""
    pending: AgentState | UnsetType = UNSET
    """State that begins when the present call ends."""


class AgentLoggedOn(AgentEvent, frozen=True, kw_only=True):
    """Agent logged on."""


class AgentLoggedOff(AgentEvent, frozen=True, kw_only=True):
    """Agent logged off."""


class AgentStateChanged(AgentEvent, frozen=True, kw_only=True):
    """Work state of an agent changed."""


# Devices, queues, trunks.


class DeviceEvent(Event, frozen=True, kw_only=True):
    """Something happened to a device."""

    device_id: str
    version: int
    type: DeviceType = DeviceType.UNKNOWN


class DeviceForwardingChanged(DeviceEvent, frozen=True, kw_only=True):
    """A forwarding was set or cleared."""

    forwarding: Forwarding


class DeviceDndChanged(DeviceEvent, frozen=True, kw_only=True):
    """Do not disturb was set or cleared."""

    on: bool


class DeviceMwiChanged(DeviceEvent, frozen=True, kw_only=True):
    """Message waiting was set or cleared."""

    on: bool


class DeviceHookChanged(DeviceEvent, frozen=True, kw_only=True):
    """Handset was lifted or put down."""

    on_hook: bool


class DeviceInService(DeviceEvent, frozen=True, kw_only=True):
    """Device works again."""


class DeviceOutOfService(DeviceEvent, frozen=True, kw_only=True):
    """Device does not work."""


class DeviceCapabilitiesChanged(DeviceEvent, frozen=True, kw_only=True):
    """What the device can do changed."""


class QueueUpdated(Event, frozen=True, kw_only=True):
    """Number of waiting calls or of agents at a queue changed."""

    queue_id: str
    version: int
    waiting: int | None
    basis: Basis
    agents: tuple[str, ...] = ()


class TrunkEvent(Event, frozen=True, kw_only=True):
    """Something happened to a trunk."""

    trunk_id: str
    version: int


class TrunkSeized(TrunkEvent, frozen=True, kw_only=True):
    """Trunk was taken for a call; it is free again when the connection that uses it ends."""

    call_id: str | None


class TrunkInService(TrunkEvent, frozen=True, kw_only=True):
    """Trunk works again."""


class TrunkOutOfService(TrunkEvent, frozen=True, kw_only=True):
    """Trunk does not work."""


# Switch, links, monitors.


class SwitchStatus(Event, frozen=True, kw_only=True):
    """The switch told its system status."""

    status: SystemStatus


class SwitchGap(Event, frozen=True, kw_only=True):
    """Events were lost because the broker was away for longer than there was room.

    It has the offset of the last one of them, and comes in their place.
    """

    from_offset: int
    to_offset: int


class LinkStateChanged(Event, tag="link.state", frozen=True, kw_only=True):
    """State of the link changed."""

    state: LinkState
    previous: LinkState
    reason: str = ""


class LinkOverload(Event, frozen=True, kw_only=True):
    """The switch is, or is no longer, overloaded."""

    status: SystemStatus


class LinkMessagesLost(Event, frozen=True, kw_only=True):
    """The switch told that it lost messages."""


class MonitorEvent(Event, frozen=True, kw_only=True):
    """Something happened to a monitor."""

    monitor_id: str
    device_id: str | None
    """None while the monitored object is not known."""


class MonitorStarted(MonitorEvent, frozen=True, kw_only=True):
    """The switch reports about this object from now on."""


class MonitorStopped(MonitorEvent, frozen=True, kw_only=True):
    """The switch reports no more about this object."""


class MonitorFailed(MonitorEvent, frozen=True, kw_only=True):
    """The switch refused the monitor."""

    error: str
    native: str


class SnapshotBegin(Event, frozen=True, kw_only=True):
    """The state of the link is being asked for."""

    reason: str = ""
    """``connected``, ``messages lost``, ``asked`` or words of the driver."""


class SnapshotEnd(Event, frozen=True, kw_only=True):
    """The state of the link is known again; counts are calls."""

    confirmed: int
    corrected: int
    discovered: int
    lost: int
    unverifiable: int
    duration: float
    """Seconds."""
    complete: bool = True
    """False when something that the link can tell was refused or not answered."""


# Commands.


class CommandEvent(Event, frozen=True, kw_only=True):
    """A step in the life of a command. ``command_id`` of the envelope is always there."""

    verb: str
    requester: str


class CommandAccepted(CommandEvent, frozen=True, kw_only=True):
    """Switch took the command."""


class CommandProgress(CommandEvent, frozen=True, kw_only=True):
    """One step of an emulated command is done."""

    step: str


class CommandSucceeded(CommandEvent, frozen=True, kw_only=True):
    """Command is done."""

    result: dict[str, Any]


class CommandFailed(CommandEvent, frozen=True, kw_only=True):
    """Command was rejected or the switch refused."""

    error: dict[str, Any]


class CommandUnknown(CommandEvent, frozen=True, kw_only=True):
    """Command was sent and nobody knows what became of it."""


def _leaves(kind: type[Event]) -> list[type[Event]]:
    children = kind.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [kind]


EVENTS: Final[dict[str, type[Event]]] = {
    str(kind.__struct_config__.tag): kind for kind in _leaves(Event)
}
"""Every event of the model by its name."""
