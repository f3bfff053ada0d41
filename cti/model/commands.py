"""Commands: what an application asks of a switch.

A command is ``Command(command_id, verb, args)``; ``VERBS`` maps each verb to the type of its
arguments. Every member is bounded, so that what passes the reader is safe to hand on.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from cti.model.data import ForwardingKind
from cti.model.errors import Error
from cti.model.states import AgentState

_END: Final = r"$(?!\n)"
"""End of a text: the dollar sign alone matches before a last line feed too."""

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+" + _END)]
"""Identifier: printable ASCII without space."""
DialString = Annotated[str, Meta(pattern=r"^\+?[0-9*#A-D]{1,32}" + _END)]
"""Digits to dial, after one optional plus sign."""
Digits = Annotated[str, Meta(pattern=r"^[0-9*#A-D,]{1,64}" + _END)]
"""DTMF characters; a comma is a pause."""
Text = Annotated[str, Meta(max_length=256)]
Octets = Annotated[bytes, Meta(max_length=256)]
"""Octets, base64 in JSON."""
Leg = Annotated[int, Meta(ge=0, le=63)]
Milliseconds = Annotated[int, Meta(ge=1, le=600_000)]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]
AppData = dict[str, Any]


class Args(
    Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, omit_defaults=True
):
    """Arguments of one verb."""


class ConnectionRef(Args, frozen=True, kw_only=True):
    """One connection: by call and device, or the only fitting one of a device."""

    device: Id
    call: Id | UnsetType = UNSET
    leg: Leg = 0


class TwoCallsRef(Args, frozen=True, kw_only=True):
    """The held and the active call of one device; each may be left out when there is one."""

    device: Id
    held: Id | UnsetType = UNSET
    active: Id | UnsetType = UNSET


class MakeCallMode(StrEnum):
    """How the calling set is brought off-hook."""

    PROMPT = "prompt"
    AUTO_ORIGINATE = "auto_originate"
    AGENT_FIRST = "agent_first"
    """The set rings, and calls when somebody answers; if nobody does, that is undone."""
    TWO_LEGS = "two_legs"
    """The set of ``via`` calls ``device`` and then ``to``, joins both and leaves."""


class ConsultPurpose(StrEnum):
    """What a consultation is for."""

    ANY = "any"
    TRANSFER = "transfer"
    CONFERENCE = "conference"


class Participation(StrEnum):
    """How a device joins a call."""

    ACTIVE = "active"
    SILENT = "silent"


class MakeCall(Args, frozen=True, kw_only=True):
    """Call ``to`` from ``device``."""

    device: Id
    to: DialString
    mode: MakeCallMode | UnsetType = UNSET
    data: AppData | UnsetType = UNSET
    account: Octets | UnsetType = UNSET
    auth: Octets | UnsetType = UNSET
    correlator: Octets | UnsetType = UNSET
    uui: Octets | UnsetType = UNSET
    priority: bool = False
    via: Id | UnsetType = UNSET
    """Set that makes both calls; mode ``two_legs`` only."""


class MakePredictiveCall(Args, frozen=True, kw_only=True):
    """Call ``to`` for a group and hand it over when somebody answers."""

    device: Id
    to: DialString
    deliver_to: Id
    ring_seconds: Annotated[int, Meta(ge=1, le=300)] = 30
    machine: str = "deliver"
    data: AppData | UnsetType = UNSET


class Answer(ConnectionRef, frozen=True, kw_only=True):
    """Answer a call that alerts."""


class Hold(ConnectionRef, frozen=True, kw_only=True):
    """Put a call on hold."""

    reserve: bool = False


class Retrieve(ConnectionRef, frozen=True, kw_only=True):
    """Take a call back from hold."""


class Alternate(TwoCallsRef, frozen=True, kw_only=True):
    """Hold the active call and retrieve the held one."""


class Consult(ConnectionRef, frozen=True, kw_only=True):
    """Hold the active call and call somebody else."""

    to: DialString
    purpose: ConsultPurpose = ConsultPurpose.ANY
    data: AppData | UnsetType = UNSET
    uui: Octets | UnsetType = UNSET


class Reconnect(TwoCallsRef, frozen=True, kw_only=True):
    """Clear the consultation and retrieve the held call."""


class Transfer(TwoCallsRef, frozen=True, kw_only=True):
    """Join the held and the active call and leave."""


class Conference(TwoCallsRef, frozen=True, kw_only=True):
    """Join the held and the active call and stay."""


class BlindTransfer(ConnectionRef, frozen=True, kw_only=True):
    """Send the other party to ``to`` without speaking to it."""

    to: DialString


class SingleStepConference(ConnectionRef, frozen=True, kw_only=True):
    """Add ``join`` to a call."""

    join: Id
    participation: Participation = Participation.ACTIVE


class ClearConnection(ConnectionRef, frozen=True, kw_only=True):
    """Take one device off a call."""


class ClearCall(Args, frozen=True, kw_only=True):
    """End a call for everybody."""

    call: Id


class Deflect(ConnectionRef, frozen=True, kw_only=True):
    """Send a call that alerts to ``to``."""

    to: DialString


class Redirect(Args, frozen=True, kw_only=True):
    """Send a call that waits at a queue or route point to ``to``."""

    call: Id
    device: Id
    to: DialString


class Pickup(Args, frozen=True, kw_only=True):
    """Answer at ``device`` a call that alerts at ``target``."""

    device: Id
    target: Id
    call: Id | UnsetType = UNSET


class GroupPickup(Args, frozen=True, kw_only=True):
    """Answer at ``device`` a call that alerts in its pickup group."""

    device: Id


class Park(ConnectionRef, frozen=True, kw_only=True):
    """Park a call at ``at``."""

    at: Id


class Unpark(Args, frozen=True, kw_only=True):
    """Take the call parked at ``at`` to ``device``."""

    device: Id
    at: Id


class CampOn(ConnectionRef, frozen=True, kw_only=True):
    """Wait until the busy called party is free."""


class CallBack(ConnectionRef, frozen=True, kw_only=True):
    """Ask the switch to call back when the called party is free."""


class Intrude(ConnectionRef, frozen=True, kw_only=True):
    """Break into the called party's call."""

    participation: Participation = Participation.ACTIVE


class SendDtmf(ConnectionRef, frozen=True, kw_only=True):
    """Send digits on a call."""

    digits: Digits
    tone_ms: Milliseconds | UnsetType = UNSET
    pause_ms: Milliseconds | UnsetType = UNSET


class AttachData(Args, frozen=True, kw_only=True):
    """Attach application data to a call. A key with None is taken away."""

    call: Id
    data: AppData


class SetAgentState(Args, frozen=True, kw_only=True):
    """Change the work state of an agent."""

    device: Id
    state: AgentState
    agent: Id | UnsetType = UNSET
    reason: Text | UnsetType = UNSET
    queue: Id | UnsetType = UNSET
    password: Text | UnsetType = UNSET


class Login(Args, frozen=True, kw_only=True):
    """Log an agent on."""

    device: Id
    agent: Id
    password: Text | UnsetType = UNSET
    queue: Id | UnsetType = UNSET
    state: AgentState | UnsetType = UNSET


class Logout(Args, frozen=True, kw_only=True):
    """Log an agent off."""

    device: Id
    agent: Id | UnsetType = UNSET
    queue: Id | UnsetType = UNSET


class SetForwarding(Args, frozen=True, kw_only=True):
    """Set or clear a forwarding."""

    device: Id
    kind: ForwardingKind
    active: bool
    to: DialString | UnsetType = UNSET
    ring_count: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET


class SetDnd(Args, frozen=True, kw_only=True):
    """Set or clear do not disturb."""

    device: Id
    on: bool


class SetMwi(Args, frozen=True, kw_only=True):
    """Set or clear message waiting."""

    device: Id
    on: bool


class DeviceQuery(Args, frozen=True, kw_only=True):
    """Ask about one device."""

    device: Id
    max_age_s: Seconds | UnsetType = UNSET


class QueryAgent(DeviceQuery, frozen=True, kw_only=True):
    """Ask the state of the agent at a device."""


class QueryDevice(DeviceQuery, frozen=True, kw_only=True):
    """Ask what a device is."""


class QueryForwarding(DeviceQuery, frozen=True, kw_only=True):
    """Ask the forwardings of a device."""


class QueryDnd(DeviceQuery, frozen=True, kw_only=True):
    """Ask whether a device wants no calls."""


class QueryMwi(DeviceQuery, frozen=True, kw_only=True):
    """Ask whether a message waits."""


class QueryQueue(Args, frozen=True, kw_only=True):
    """Ask about a queue."""

    queue: Id
    max_age_s: Seconds | UnsetType = UNSET


class RouteSelect(Args, frozen=True, kw_only=True):
    """Answer a route request with a destination."""

    route: Id
    to: DialString
    data: AppData | UnsetType = UNSET
    uui: Octets | UnsetType = UNSET


class RouteEnd(Args, frozen=True, kw_only=True):
    """Give a route request back to the switch."""

    route: Id
    reason: Text | UnsetType = UNSET


class RouteTreatment(Args, frozen=True, kw_only=True):
    """Let the switch play or collect something before the route is chosen."""

    route: Id
    treatment: Annotated[
        str, Meta(pattern="^(ringback|silence|music|announcement|busy|collect)" + _END)
    ]
    announcement: Id | UnsetType = UNSET
    digits: Annotated[int, Meta(ge=1, le=24)] | UnsetType = UNSET


class RouteRegister(Args, frozen=True, kw_only=True):
    """Serve a route point for ``ttl_s`` seconds; repeat to go on."""

    route_point: Id
    ttl_s: Seconds


class RouteUnregister(Args, frozen=True, kw_only=True):
    """Serve a route point no longer."""

    route_point: Id


class MonitorStart(Args, frozen=True, kw_only=True):
    """Have a device monitored for ``ttl_s`` seconds; repeat to go on."""

    device: Id
    ttl_s: Seconds


class MonitorStop(Args, frozen=True, kw_only=True):
    """Need the monitor of a device no longer."""

    device: Id


class SnapshotDevice(Args, frozen=True, kw_only=True):
    """Ask the switch for the calls of a device."""

    device: Id


class SnapshotCall(Args, frozen=True, kw_only=True):
    """Ask the switch for the parties of a call."""

    call: Id


class Cancel(Args, frozen=True, kw_only=True):
    """Withdraw a command of one's own: one that waits, or the steps of a composed one."""

    command: Id
    """Its ``command_id``."""


class Snapshot(Args, frozen=True, kw_only=True):
    """Send all states that the requester may read."""


class Replay(Args, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Send the events of an offset range again."""

    from_: Annotated[int, Meta(ge=0)]
    to: Annotated[int, Meta(ge=0)]


class LinkEnable(Args, frozen=True, kw_only=True):
    """Connect a link again."""

    link: Id


class LinkDisable(Args, frozen=True, kw_only=True):
    """Take a link down."""

    link: Id


class Resync(Args, frozen=True, kw_only=True):
    """Ask the switch for the whole state again."""

    link: Id


class ForgetCall(Args, frozen=True, kw_only=True):
    """Drop a call that is known not to exist any more."""

    call: Id


class Private(Args, frozen=True, kw_only=True):
    """Send a protocol's own message."""

    payload: dict[str, Any]


VERBS: Final[dict[str, type[Args]]] = {
    "make_call": MakeCall,
    "make_predictive_call": MakePredictiveCall,
    "answer": Answer,
    "hold": Hold,
    "retrieve": Retrieve,
    "alternate": Alternate,
    "consult": Consult,
    "reconnect": Reconnect,
    "transfer": Transfer,
    "blind_transfer": BlindTransfer,
    "conference": Conference,
    "single_step_conference": SingleStepConference,
    "clear_connection": ClearConnection,
    "clear_call": ClearCall,
    "deflect": Deflect,
    "redirect": Redirect,
    "pickup": Pickup,
    "group_pickup": GroupPickup,
    "park": Park,
    "unpark": Unpark,
    "camp_on": CampOn,
    "call_back": CallBack,
    "intrude": Intrude,
    "send_dtmf": SendDtmf,
    "attach_data": AttachData,
    "set_agent_state": SetAgentState,
    "login": Login,
    "logout": Logout,
    "set_forwarding": SetForwarding,
    "set_dnd": SetDnd,
    "set_mwi": SetMwi,
    "query_agent": QueryAgent,
    "query_device": QueryDevice,
    "query_forwarding": QueryForwarding,
    "query_dnd": QueryDnd,
    "query_mwi": QueryMwi,
    "query_queue": QueryQueue,
    "route_select": RouteSelect,
    "route_end": RouteEnd,
    "route_treatment": RouteTreatment,
    "route_register": RouteRegister,
    "route_unregister": RouteUnregister,
    "monitor_start": MonitorStart,
    "monitor_stop": MonitorStop,
    "snapshot_device": SnapshotDevice,
    "snapshot_call": SnapshotCall,
    "cancel": Cancel,
    "snapshot": Snapshot,
    "replay": Replay,
    "resync": Resync,
    "forget_call": ForgetCall,
    "link_enable": LinkEnable,
    "link_disable": LinkDisable,
    "private": Private,
}
"""Arguments of every verb."""


class Confirm(StrEnum):
    """When a command counts as done."""

    REPLY = "reply"
    """When the switch says yes."""
    EVENT = "event"
    """When the switch reports what it did, too."""


class Command(Struct, frozen=True, kw_only=True, gc=False):
    """One command as the desk has it."""

    command_id: str
    verb: str
    switch_id: str
    args: Args
    requester: str
    """Principal, from the topic; never from the payload."""
    deadline_ms: int = 10_000
    """From arrival."""
    expect_version: int | UnsetType = UNSET
    progress: bool = False
    confirm: Confirm = Confirm.REPLY
    issued_at: int | UnsetType = UNSET
    """Moment at which its client gave it, if it says so."""


class EndState(StrEnum):
    """How a command ended."""

    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    """Never sent."""
    FAILED = "failed"
    """The switch refused."""
    UNKNOWN = "unknown"
    """Sent, and nobody knows what became of it: look before you repeat it."""
    CANCELLED = "cancelled"
    """Withdrawn while it waited."""


class Result(Struct, frozen=True, gc=False):
    """End of a command."""

    status: EndState
    result: dict[str, Any] | UnsetType = UNSET
    error: Error | UnsetType = UNSET
