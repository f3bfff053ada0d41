"""Objects of the model as they are published: frozen pictures of the tracker's state.

``device_id`` of a party outside the switch is a handle ``ext:<n>``, unique in its call and
stable until the call ends. A field left out was never told by the link.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from cti.model.causes import Cause, NativeCause
from cti.model.data import CallData, Forwarding
from cti.model.numbers import Number
from cti.model.states import (
    AgentState,
    Basis,
    CallState,
    ConnectionState,
    DeviceType,
    Direction,
    LinkState,
    MonitorState,
    RouteState,
    SystemStatus,
)


class Party(Struct, frozen=True, gc=False, omit_defaults=True):
    """One connection of a call, in short."""

    device_id: str
    state: ConnectionState
    leg: int = 0
    """Counts the connections of one device on one call, from 0."""
    number: Number | None = None
    trunk: str | None = None
    agent_id: str | None = None


class Moved(Struct, frozen=True, gc=False, omit_defaults=True):
    """One connection that went from an old call to the surviving one."""

    device_id: str
    from_call: str
    """``call_id`` the connection was on before."""
    state: ConnectionState
    leg: int = 0
    since: str | None = None
    """When the state began, UTC; None when that is not known."""
    from_device_id: str | None = None
    """Its ``device_id`` on that call, where it was another: handles are given per call."""


class Connection(Struct, frozen=True, gc=False):
    """Connection of one device to one call."""

    call_id: str
    device_id: str
    leg: int
    state: ConnectionState
    since: str | None
    """When the state began, UTC; None when it was learned later."""
    cause: Cause | None
    agent_id: str | None
    """Agent who was logged on when the connection began."""
    number: Number | None
    trunk: str | None
    moved_from: str | None
    """``call_id`` of the absorbed call this connection was on before."""
    allowed: tuple[str, ...]
    """Verbs that are legal now, from the state and the link's capabilities."""


class CallNumbers(Struct, frozen=True, gc=False):
    """Numbers of a call, each by its role; a role never told is left out."""

    calling: Number | UnsetType = UNSET
    called: Number | UnsetType = UNSET
    dialled: Number | UnsetType = UNSET
    redirecting: Number | UnsetType = UNSET
    network_calling: Number | UnsetType = UNSET
    network_called: Number | UnsetType = UNSET


class Call(Struct, frozen=True, gc=False):
    """One call on one switch."""

    call_id: str
    thread_id: str
    switch_id: str
    native_ids: tuple[str, ...]
    state: CallState
    direction: Direction
    created_at: str
    """When the bridge first heard of the call, UTC."""
    ended_at: str | None
    numbers: CallNumbers
    data: CallData
    global_ref: str | None
    """The switch's own global id of the call (UCID, call linkage)."""
    version: int
    partial: bool
    """True when the bridge came late and the beginning is not known."""
    stale: bool
    """True when the link was lost and nothing confirmed the call since."""
    connections: tuple[Connection, ...]
    thread_aliases: tuple[str, ...] = ()
    """Other names of the story: ``thread_id`` of stories that became one with it."""
    link_id: str = ""
    """Link that the last event of the call came by; when it is down, the call is stale."""


class Summary(Struct, frozen=True, gc=False):
    """What a call was, told once when it ends. Durations are seconds."""

    created_at: str
    ended_at: str
    duration: float
    connected: float | None
    """Time from the first connection of two parties to the end; None when there was none."""
    exact: bool
    """False when part of the call was not seen."""
    direction: Direction
    numbers: CallNumbers
    parties: tuple[str, ...]
    """Every ``device_id`` that was on the call, in order of appearance."""
    data: CallData
    thread_aliases: tuple[str, ...]


class Device(Struct, frozen=True, gc=False):
    """One device of a switch."""

    switch_id: str
    device_id: str
    type: DeviceType
    numbers: tuple[str, ...]
    monitored: bool
    in_service: bool | UnsetType = UNSET
    on_hook: bool | UnsetType = UNSET
    dnd: bool | UnsetType = UNSET
    mwi: bool | UnsetType = UNSET
    forwarding: tuple[Forwarding, ...] | UnsetType = UNSET
    agent_id: str | UnsetType = UNSET
    calls: tuple[Call, ...] = ()
    version: int = 0
    """Grows with the events of the device itself, not with those of its calls."""
    offset: int | UnsetType = UNSET
    """Offset of the last event that it includes; left out within events."""


class Agent(Struct, frozen=True, gc=False):
    """One agent of a switch."""

    switch_id: str
    agent_id: str
    state: AgentState
    device_id: str | None
    reason: str | None
    pending: AgentState | None
    """State that begins when the present call ends."""
    queues: tuple[str, ...]
    queues_basis: Basis
    since: str | None
    version: int
    offset: int | UnsetType = UNSET
    """Offset of the last event that it includes; left out within events."""
    link_id: str = ""
    """Link that the last event of the agent came by; when it is down, this may be old."""


class Queue(Struct, frozen=True, gc=False):
    """One queue of a switch."""

    switch_id: str
    queue_id: str
    waiting: int | None
    basis: Basis
    agents: tuple[str, ...]
    version: int
    offset: int | UnsetType = UNSET
    """Offset of the last event that it includes; left out within events."""
    link_id: str = ""
    """Link that the last event of the queue came by; when it is down, this may be old."""


class Trunk(Struct, frozen=True, gc=False):
    """One trunk circuit."""

    switch_id: str
    trunk_id: str
    """Group and member as the switch names them."""
    in_service: bool | None
    call_id: str | None
    version: int


class RouteRequest(Struct, frozen=True, gc=False):
    """The switch asks where to send a call."""

    route_id: str
    call_id: str | None
    route_point: str
    state: RouteState
    deadline_at: str | None
    numbers: CallNumbers
    data: CallData
    fallback: str | None
    """What the bridge answers at the deadline: a number, or ``end``; None where it cannot."""


class Monitor(Struct, frozen=True, gc=False):
    """One monitor at the switch."""

    monitor_id: str
    """Cross reference of the switch, with link and epoch."""
    object: str
    """``device_id`` or native call id; empty while it is not known."""
    state: MonitorState
    requesters: tuple[str, ...]


class Link(Struct, frozen=True, gc=False):
    """One link to one switch."""

    switch_id: str
    link_id: str
    protocol: str
    transport: str
    state: LinkState
    reason: str
    epoch: int
    seq: int
    since: str


class Switch(Struct, frozen=True, gc=False):
    """One switch."""

    switch_id: str
    vendor: str
    family: str
    time_zone: str | None
    links: tuple[str, ...]
    system_status: SystemStatus


class ConnectionCause(Struct, frozen=True, gc=False, omit_defaults=True):
    """A cause with the native one beside it."""

    cause: Cause
    native: NativeCause | None = None
