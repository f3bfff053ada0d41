"""What survives a restart, in frozen form: live objects, and the changes to them.

These are what the store and the head of a capture hold. ``cti.tracker.keeping`` makes them of
the tracker's records and the records of them. A member has the name that it has there; one
with its default value is not written, so that a member can be added without a migration.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

from cti.facts import SeenLeg
from cti.model.causes import Cause
from cti.model.data import CallData, Forwarding
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import (
    AgentState,
    Basis,
    CallState,
    ConnectionState,
    DeviceType,
    Direction,
)


class KeptLeg(Struct, frozen=True, gc=False, omit_defaults=True):
    """Connection of one device to a call."""

    device_id: str
    leg: int
    state: ConnectionState
    since: int | None = None
    cause: Cause | None = None
    agent_id: str | None = None
    number: Number | None = None
    trunk: str | None = None
    moved_from: str | None = None
    queue_id: str | None = None
    sure: bool = True


class KeptCall(Struct, frozen=True, gc=False, omit_defaults=True):
    """One incarnation of a native call: a live one, or one that ended and lingers."""

    call_id: str
    thread_id: str
    natives: tuple[str, ...]
    state: CallState
    created_at: int
    heard_at: int
    version: int
    bound: tuple[str, ...] = ()
    """Native identifiers by which it is found now."""
    lingering: tuple[str, ...] = ()
    """Native identifiers by which its late reports are known."""
    direction: Direction = Direction.UNKNOWN
    connected_at: int | None = None
    ended_at: int | None = None
    numbers: CallNumbers = CallNumbers()
    data: CallData = CallData()
    global_ref: str | None = None
    partial: bool = False
    stale_since: int | None = None
    given_until: int | None = None
    unverified: bool = False
    asked: bool = False
    asked_at: int | None = None
    idle_told: bool = False
    link_id: str = ""
    story_at: int = 0
    went_on: bool = False
    merge: tuple[str, ...] | None = None
    legs: tuple[KeptLeg, ...] = ()
    aliases: dict[str, str] = {}
    thread_aliases: tuple[str, ...] = ()
    caller: str | None = None
    bound_for: str | None = None
    externals: int = 0
    """Handles that were given to parties outside."""
    unnamed: dict[str, str] = {}


class KeptAgent(Struct, frozen=True, gc=False, omit_defaults=True):
    """An agent."""

    agent_id: str
    version: int
    device_id: str | None = None
    state: AgentState = AgentState.UNKNOWN
    pending: AgentState | None = None
    reason: str | None = None
    queues: tuple[str, ...] = ()
    since: int | None = None
    sure: bool = True
    link_id: str = ""


class KeptLogOn(Struct, frozen=True, gc=False):
    """Which agent is logged on at a device."""

    device_id: str
    agent_id: str


class KeptDevice(Struct, frozen=True, gc=False, omit_defaults=True):
    """A device; UNSET was never told."""

    device_id: str
    version: int
    on_hook: bool | UnsetType = UNSET
    dnd: bool | UnsetType = UNSET
    mwi: bool | UnsetType = UNSET
    in_service: bool | UnsetType = UNSET
    type: DeviceType = DeviceType.UNKNOWN
    forwarding: dict[str, Forwarding] = {}


class KeptQueue(Struct, frozen=True, gc=False, omit_defaults=True):
    """A queue."""

    queue_id: str
    version: int
    waiting: int | None = None
    basis: Basis = Basis.UNKNOWN
    agents: tuple[str, ...] = ()
    link_id: str = ""


class KeptTrunk(Struct, frozen=True, gc=False, omit_defaults=True):
    """A trunk."""

    trunk_id: str
    version: int
    in_service: bool | None = None
    call_id: str | None = None


class KeptMonitor(Struct, frozen=True, gc=False):
    """A monitor of a connection to the switch. It ends with the connection."""

    link_id: str
    monitor: str
    device_id: str | None


class KeptLease(Struct, frozen=True, gc=False):
    """Something that an application wants for a time."""

    verb: str
    """Verb that began it."""
    name: str
    holder: str
    until: int


class KeptMessage(Struct, frozen=True, gc=False):
    """A message that is to be published in its place."""

    place: int
    """Grows by one with each message of the switch."""
    offset: int | None
    """Grows by one with each event of the switch; None for what is no event."""
    body: bytes


class KeptCommand(Struct, frozen=True, gc=False, omit_defaults=True):
    """A command as it is remembered by its id."""

    client: str
    command_id: str
    verb: str
    digest: bytes
    """Of verb and arguments: tells another command with the same id."""
    at: int
    """When it arrived."""
    way: bytes = b""
    """How its client is answered, as the north has it."""
    result: bytes | None = None
    """JSON of how it ended; None while it has not."""


class Ended(Struct, frozen=True, gc=False):
    """How a remembered command ended, or that it is forgotten."""

    client: str
    command_id: str
    result: bytes | None
    """JSON of its result; None when it is forgotten."""


class Mark(Struct, frozen=True, gc=False):
    """What the broker has taken over."""

    through: int = 0
    """Place up to which it has everything,"""
    held: tuple[int, ...] = ()
    """but for these, which it refused."""


class KeptNewcomer(Struct, frozen=True, gc=False):
    """A listed connection of which it is open to which call it belongs."""

    call_id: str
    """Call that has its native identifier, as far as is known."""
    seen: SeenLeg
    device_id: str
    leg: int | None
    """Connection of the device that was known; None where there was none."""


class KeptRun(Struct, frozen=True, gc=False):
    """What was found on a link while everything is being asked for."""

    link_id: str
    begun_at: int
    known: tuple[str, ...]
    heard: tuple[str, ...]
    missing: tuple[tuple[str, str, int], ...]
    """Call, device and number of connections that their device does not list."""
    newcomers: tuple[KeptNewcomer, ...]
    verdicts: dict[str, int]
    uncounted: tuple[str, ...] = ()


class Kind(StrEnum):
    """Kinds of kept objects."""

    CALL = "call"
    AGENT = "agent"
    LOG_ON = "log_on"
    DEVICE = "device"
    QUEUE = "queue"
    LEASE = "lease"
    TRUNK = "trunk"


class Row(Struct, frozen=True, gc=False):
    """An object as it is now, or that it is gone."""

    kind: Kind
    key: str
    body: bytes | None
    """JSON of the kept form; None when the object is gone."""


class Changes(Struct, frozen=True):
    """What changed since the last time, and what is to be told about it.

    The order of ``rows`` is that of their making.
    """

    at: int
    """Moment of the last input; ``at`` never goes back, over restarts too."""
    floor: int
    """See ``cti.identity.Identities``."""
    epochs: dict[str, int]
    incarnations: dict[str, int]
    forgotten: tuple[str, ...]
    """Native call identifiers whose incarnations need not be kept any more."""
    rows: tuple[Row, ...]
    ended: tuple[Ended, ...] = ()
    """Commands that ended or are forgotten."""
    arrivals: tuple[KeptCommand, ...] = ()
    """Commands that the Engine takes when they are stored."""
    messages: tuple[KeptMessage, ...] = ()
    mark: Mark | None = None

    def __bool__(self) -> bool:
        changed = self.epochs or self.incarnations or self.forgotten or self.rows
        return bool(changed or self.ended or self.arrivals or self.messages)
