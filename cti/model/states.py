"""States of the model, in the words of ECMA-269 where it has one.

The wire numbers of other vocabularies are the drivers' business.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Origin(StrEnum):
    """How the bridge came to know what an event says."""

    REPORTED = "reported"
    """One raw message says exactly this."""
    DERIVED = "derived"
    """Follows with certainty from one raw message and the tracked state."""
    INFERRED = "inferred"
    """Best reading; may be wrong."""
    SNAPSHOT = "snapshot"
    """Learned from a query, not when it happened."""
    SYNTHETIC = "synthetic"
    """Made by the bridge itself: link loss, time-out, clean-up."""


class ConnectionState(StrEnum):
    """Local connection state of one device on one call (ECMA-269)."""

    NULL = "null"
    INITIATED = "initiated"
    ALERTING = "alerting"
    CONNECTED = "connected"
    HELD = "held"
    QUEUED = "queued"
    FAILED = "failed"
    UNKNOWN = "unknown"


_N, _I, _A, _C, _H, _Q, _F, _U = ConnectionState

LEGAL_TRANSITIONS: Final[dict[ConnectionState, frozenset[ConnectionState]]] = {
    _N: frozenset({_I, _A, _Q, _C, _F, _U}),
    _I: frozenset({_C, _N, _F}),
    _A: frozenset({_C, _N, _Q, _F}),
    _Q: frozenset({_A, _C, _N, _F, _Q}),
    _C: frozenset({_H, _N, _F, _C}),
    _H: frozenset({_C, _N}),
    _F: frozenset({_N, _Q, _A}),
    _U: frozenset({_N, _I, _A, _C, _H, _Q, _F}),
}
"""From a state to those that may follow it. Any other step is taken too, since the switch
is right, and is marked ``unexpected_transition``."""


class CallState(StrEnum):
    """State of a call, derived from its connections."""

    ACTIVE = "active"
    ENDED = "ended"
    LOST = "lost"
    """Nobody can tell any more what became of it."""
    MERGED = "merged"
    """Absorbed by another call."""


class Direction(StrEnum):
    """Where a call came from, seen from the switch."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class LinkState(StrEnum):
    """State of one link to one switch."""

    DISABLED = "disabled"
    CONNECTING = "connecting"
    OPENING = "opening"
    """Transport is there; association or registration under way."""
    SYNCING = "syncing"
    """Monitors and snapshots under way."""
    UP = "up"
    DEGRADED = "degraded"
    """Usable with loss: overload, messages lost, monitors missing."""
    DOWN = "down"
    BLOCKED = "blocked"
    """Refused for a reason that trying again does not cure."""


class SystemStatus(StrEnum):
    """Status that the switching function tells of itself (ECMA-269, system status)."""

    INITIALIZING = "initializing"
    ENABLED = "enabled"
    NORMAL = "normal"
    MESSAGES_LOST = "messages_lost"
    DISABLED = "disabled"
    PARTIALLY_DISABLED = "partially_disabled"
    OVERLOAD_IMMINENT = "overload_imminent"
    OVERLOAD_REACHED = "overload_reached"
    OVERLOAD_RELIEVED = "overload_relieved"
    UNKNOWN = "unknown"


class DeviceType(StrEnum):
    """Kind of a device."""

    STATION = "station"
    AGENT_POSITION = "agent_position"
    QUEUE = "queue"
    ROUTE_POINT = "route_point"
    TRUNK = "trunk"
    VOICE_PORT = "voice_port"
    PARK_SLOT = "park_slot"
    CONFERENCE_BRIDGE = "conference_bridge"
    ATTENDANT = "attendant"
    GROUP = "group"
    EXTERNAL = "external"
    """A party outside the switch."""
    UNKNOWN = "unknown"


class AgentState(StrEnum):
    """Work state of an agent, logged off included."""

    LOGGED_OFF = "logged_off"
    NOT_READY = "not_ready"
    READY = "ready"
    BUSY = "busy"
    AFTER_CALL_WORK = "after_call_work"
    WORK_READY = "work_ready"
    """After-call work, but calls may come; phase I and II only."""
    UNKNOWN = "unknown"


class RouteState(StrEnum):
    """State of a route request."""

    OPEN = "open"
    SELECTED = "selected"
    USED = "used"
    ENDED = "ended"
    EXPIRED = "expired"


class MonitorState(StrEnum):
    """State of a monitor."""

    STARTING = "starting"
    ACTIVE = "active"
    FAILED = "failed"
    STOPPED = "stopped"


class Basis(StrEnum):
    """On what a count rests, such as the calls waiting in a queue."""

    REPORTED = "reported"
    COUNTED = "counted"
    CONFIGURED = "configured"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """What is known about who answered."""

    REPORTED = "reported"
    ASSUMED = "assumed"
    """A trunk cut through; nobody told that the far end answered."""
    MACHINE = "machine"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How a connection left a queue."""

    ALERTING = "alerting"
    CONNECTED = "connected"
    DIVERTED = "diverted"
    ABANDONED = "abandoned"
    OTHER = "other"
