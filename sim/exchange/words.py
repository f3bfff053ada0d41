"""The exchange's own vocabulary: states, causes, refusals.

Every CTI face translates these into the numbers of its link, so each member stands for one
meaning and never changes it with the fact it appears in.
"""

from __future__ import annotations

from enum import Enum


class LegState(Enum):
    """What a connection (one device on one call) is doing; no connection means null."""

    INITIATED = "initiated"
    """Dial tone, or a set that is asked to go off-hook."""
    PROCEEDING = "proceeding"
    """An outgoing trunk: the network has the number and has not said what comes of it."""
    ALERTING = "alerting"
    CONNECTED = "connected"
    HELD = "held"
    QUEUED = "queued"
    """Waits at a group or in a park slot."""
    ROUTING = "routing"
    """Waits at a route point for a destination."""
    FAILED = "failed"


class Cause(Enum):
    """Why a fact came about."""

    NEW_CALL = "new call"
    MAKE_CALL = "make call"
    """A computer asked for the call."""
    PREDICTIVE = "predictive"
    """A computer asked for a call that reaches its destination first."""
    MACHINE = "machine"
    """An answering machine answered."""
    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    NUMBER_UNOBTAINABLE = "number unobtainable"
    BARRED = "barred"
    TRUNKS_BUSY = "trunks busy"
    DO_NOT_DISTURB = "do not disturb"
    BLOCKED = "blocked"
    """The other side left and this set is still off-hook."""
    DIAL_TIMEOUT = "dial timeout"
    TONE_TIMEOUT = "tone timeout"
    REDIRECTION_LIMIT = "redirection limit"
    FORWARD_ALL = "forward all"
    FORWARD_BUSY = "forward busy"
    FORWARD_NO_ANSWER = "forward no answer"
    REDIRECTED = "redirected"
    """Deflected, or sent on by a route point."""
    PICKUP = "pickup"
    PARK = "park"
    RECALL = "recall"
    CONSULTATION = "consultation"
    ALTERNATE = "alternate"
    TRANSFER = "transfer"
    BLIND_TRANSFER = "blind transfer"
    CONFERENCE = "conference"
    SINGLE_STEP_CONFERENCE = "single step conference"
    ENTERING_DISTRIBUTION = "entering distribution"
    DISTRIBUTED = "distributed"
    OVERFLOW = "overflow"
    QUEUE_FULL = "queue full"
    ABANDONED = "abandoned"
    """The caller left before anybody answered."""
    CLEARED = "cleared"
    """Somebody cleared the whole call."""


class Reason(Enum):
    """Why a request was refused or a person's action had no effect."""

    INVALID_DEVICE = "invalid device"
    INVALID_DESTINATION = "invalid destination"
    INVALID_CALL = "invalid call"
    INVALID_CONNECTION = "invalid connection"
    INVALID_STATE = "invalid state"
    NO_ACTIVE_CALL = "no active call"
    NO_HELD_CALL = "no held call"
    NO_CALL_TO_ANSWER = "no call to answer"
    NO_CALL_TO_CLEAR = "no call to clear"
    CONNECTED_CALL_EXISTS = "connected call exists"
    DEVICE_BUSY = "device busy"
    """Every call appearance of the set is in use."""
    TRUNKS_BUSY = "trunks busy"
    CONFERENCE_LIMIT = "conference limit"
    NOT_PERMITTED = "not permitted"
    SAME_DEVICE = "same device"
    INVALID_AGENT = "invalid agent"
    INVALID_PASSWORD = "invalid password"  # noqa: S105 - a reason, no secret
    INVALID_AGENT_STATE = "invalid agent state"
    INVALID_ROUTE = "invalid route"
    INVALID_FORWARDING = "invalid forwarding"
    INVALID_SLOT = "invalid slot"
    SLOT_TAKEN = "slot taken"
    SLOT_EMPTY = "slot empty"
    INVALID_VALUE = "invalid value"
    NOTHING_TO_DO = "nothing to do"
    """The feature or state asked for is set already, or the timer means nothing any more."""


class AgentState(Enum):
    """Work state of an agent."""

    LOGGED_OFF = "logged off"
    NOT_READY = "not ready"
    READY = "ready"
    BUSY = "busy"
    """On a call that a group distributed."""
    AFTER_CALL = "working after call"


class Forwarding(Enum):
    """When a set's calls go elsewhere."""

    ALL = "all"
    BUSY = "busy"
    NO_ANSWER = "no answer"


class Treatment(Enum):
    """What a caller hears at a route point until the computer has decided."""

    RINGBACK = "ringback"
    SILENCE = "silence"
    MUSIC = "music"


class RouteOutcome(Enum):
    """How a route request ended."""

    SELECTED = "selected"
    ENDED = "ended"
    """The computer declined; the call went to the default destination."""
    TIMED_OUT = "timed out"
    OVERTAKEN = "overtaken"
    """The vector that asked sent the call on itself."""
    ABANDONED = "abandoned"
    """The caller left, or the call was taken from the route point."""


class SetKind(Enum):
    """What kind of set a station has."""

    ANALOG = "analog"
    """Stays off-hook, hearing a tone, when the other side leaves."""
    DIGITAL = "digital"


class GroupKind(Enum):
    """How a group treats its calls."""

    ACD = "acd"
    """Members are agents; calls wait."""
    HUNT = "hunt"
    """Members are stations; calls find all of them busy or ring one."""


class HuntOrder(Enum):
    """Which free member gets the next call."""

    LONGEST_IDLE = "longest idle"
    LINEAR = "linear"
    CIRCULAR = "circular"


class Behaviour(Enum):
    """What an outside party does when it is called."""

    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    UNOBTAINABLE = "unobtainable"
    MACHINE = "machine"
    """An answering machine answers. Who predicts answers can tell it from a person."""


class Supervision(Enum):
    """What an exchange learns about an outgoing call over a trunk."""

    ANSWER = "answer"
    """The network says that the party rings, answers, is busy."""
    NONE = "none"
    """The line is through once the number is sent; nothing but its clearing is learnt."""
    ASSUMED = "assumed"
    """The same, and after a time the exchange takes the call for answered."""


class RestartLinks(Enum):
    """What a restart of the exchange does to its CTI links."""

    CUT = "cut"
    """They end, and new ones are refused until the exchange is up."""
    STATUS = "status"
    """They stay, and SystemStatus says initializing, enabled, normal. Monitors are gone."""


class IdOrder(Enum):
    """Which free id a new call gets."""

    RISING = "rising"
    """The one after the last, and from the beginning again at the end."""
    LOWEST = "lowest"
    """The lowest: the id of a call that just ended is the next one's."""


class MergedId(Enum):
    """Which call id a transfer or conference leaves."""

    PRIMARY = "primary"
    """The id of the call that was held."""
    SECONDARY = "secondary"
    NEW = "new"
