"""What the reply to a command tells when it succeeded, one type per shape.

Every member may be missing: a link tells what its switch tells. ``RESULTS`` maps each verb to
its type.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from cti.model.commands import VERBS
from cti.model.data import ForwardingKind
from cti.model.states import AgentState, ConnectionState, DeviceType


class Done(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """The switch took the command."""

    already: bool = False
    """True when there was nothing left to do."""
    confirmed: bool | UnsetType = UNSET
    """True where the command waited for the event that confirms it; False where the switch
    answers refusals only and was silent."""
    truncated: bool = False
    """True when the switch sent more than is told here."""
    steps: tuple[str, ...] | UnsetType = UNSET
    """Verbs that the bridge composed the command of, in order."""


class CallMade(Done, frozen=True, kw_only=True):
    """The call that the command made or changed."""

    call: str | UnsetType | None = UNSET
    """``call_id``; None for a call that is not known here."""
    device: str | UnsetType = UNSET
    private: tuple[str, ...] | UnsetType = UNSET
    """Private data of the switch, in hex."""


class AgentSet(Done, frozen=True, kw_only=True):
    """The state of an agent was set, or will be."""

    pending: bool = False
    """True when the state begins with the end of the present call."""
    pending_state: AgentState | UnsetType = UNSET


class AgentGroup(Struct, frozen=True, kw_only=True, gc=False):
    """State of an agent in one of its groups."""

    state: AgentState
    group: str | UnsetType = UNSET
    pending: AgentState | UnsetType = UNSET


class AgentFound(Struct, frozen=True, kw_only=True, gc=False):
    """One agent as the switch tells it."""

    logged_on: bool
    state: AgentState
    agent: str | UnsetType = UNSET
    groups: tuple[AgentGroup, ...] = ()


class Agents(Done, frozen=True, kw_only=True):
    """Agents at a device."""

    agents: tuple[AgentFound, ...] | UnsetType = UNSET


class ForwardingFound(Struct, frozen=True, kw_only=True, gc=False):
    """One forwarding as the switch tells it."""

    kind: ForwardingKind
    active: bool
    to: str | UnsetType = UNSET
    ring_count: int | UnsetType = UNSET


class Forwardings(Done, frozen=True, kw_only=True):
    """Forwardings of a device."""

    forwarding: tuple[ForwardingFound, ...] | UnsetType = UNSET


class Lamp(Done, frozen=True, kw_only=True):
    """Whether a feature of a device is on."""

    on: bool | UnsetType = UNSET


class DeviceFound(Done, frozen=True, kw_only=True):
    """What a device is."""

    type: DeviceType | UnsetType = UNSET
    max_active_calls: int | UnsetType = UNSET
    max_held_calls: int | UnsetType = UNSET
    max_conference_parties: int | UnsetType = UNSET
    groups: tuple[str, ...] | UnsetType = UNSET


class QueueFound(Done, frozen=True, kw_only=True):
    """What the switch tells of a queue."""

    waiting: int | UnsetType = UNSET


class Lease(Done, frozen=True, kw_only=True):
    """A route point or monitor is, or is no longer, lent to the client."""

    registered: bool | UnsetType = UNSET
    monitored: bool | UnsetType = UNSET
    at_switch: bool | UnsetType = UNSET
    """False where the switch needs not be told, or not any more."""


class CallFound(Struct, frozen=True, kw_only=True, gc=False):
    """One call of a device as the switch tells it."""

    state: ConnectionState
    call: str | UnsetType | None = UNSET
    device: str | UnsetType = UNSET
    others: tuple[ConnectionState, ...] | UnsetType = UNSET
    """States of the other parties."""


class Calls(Done, frozen=True, kw_only=True):
    """Calls of a device."""

    calls: tuple[CallFound, ...] | UnsetType = UNSET


class PartyFound(Struct, frozen=True, kw_only=True, gc=False):
    """One party of a call as the switch tells it."""

    state: ConnectionState
    call: str | UnsetType | None = UNSET
    device: str | UnsetType = UNSET
    number: str | UnsetType = UNSET


class Parties(Done, frozen=True, kw_only=True):
    """Parties of a call."""

    parties: tuple[PartyFound, ...] | UnsetType = UNSET


class Replayed(Done, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The events of a range were sent before this."""

    from_: int = 0
    to: int = 0
    """Last offset that was looked at: ask on behind it if it is lower than what you asked for
    and than ``newest``."""
    events: int = 0
    """How many were sent; fewer than offsets where you may not see them all."""
    newest: int = 0
    """Offset of the last event that was published when you asked."""


class StatesTold(Done, frozen=True, kw_only=True):
    """The states were sent before this."""

    states: int = 0
    offset: int = 0
    """Offset of the last event that they include."""


class Withdrawn(Done, frozen=True, kw_only=True):
    """A command is withdrawn."""

    ended: bool | UnsetType = UNSET
    """False where its steps are still being taken back: its own reply tells the end."""


class Private(Done, frozen=True, kw_only=True):
    """Answer of the switch in its own form."""

    private: Any = UNSET


_TOLD: Final[dict[str, type[Done]]] = {
    **dict.fromkeys(
        (
            *("make_call", "make_predictive_call", "consult", "transfer", "blind_transfer"),
            *("conference", "single_step_conference", "pickup", "group_pickup", "park"),
            *("unpark", "intrude", "call_back", "camp_on", "attach_data", "deflect"),
        ),
        CallMade,
    ),
    **dict.fromkeys(("set_agent_state", "login", "logout"), AgentSet),
    **dict.fromkeys(("query_dnd", "query_mwi"), Lamp),
    **dict.fromkeys(("route_register", "route_unregister"), Lease),
    **dict.fromkeys(("monitor_start", "monitor_stop"), Lease),
    "query_agent": Agents,
    "query_forwarding": Forwardings,
    "query_device": DeviceFound,
    "query_queue": QueueFound,
    "cancel": Withdrawn,
    "snapshot_device": Calls,
    "snapshot_call": Parties,
    "snapshot": StatesTold,
    "replay": Replayed,
    "private": Private,
}
RESULTS: Final[dict[str, type[Done]]] = {verb: _TOLD.get(verb, Done) for verb in VERBS}
"""Result of every verb."""
