"""Why something happened: one closed list, with the switch's own code beside it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Cause(StrEnum):
    """Normalized cause. Its meaning does not depend on the event that carries it."""

    NORMAL = "normal"
    NEW_CALL = "new_call"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    FAR_END_GONE = "far_end_gone"
    """The other side left while this set is still off-hook."""
    UNREACHABLE = "unreachable"
    UNASSIGNED_NUMBER = "unassigned_number"
    BARRED = "barred"
    NO_TRUNK = "no_trunk"
    CONGESTION = "congestion"
    OUT_OF_SERVICE = "out_of_service"
    INCOMPATIBLE = "incompatible"
    REORDER = "reorder"
    FORWARD_ALL = "forward_all"
    FORWARD_BUSY = "forward_busy"
    FORWARD_NO_ANSWER = "forward_no_answer"
    FORWARD = "forward"
    """Forwarded; the switch does not say by which rule."""
    REDIRECTED = "redirected"
    PICKUP = "pickup"
    DND = "dnd"
    TRANSFER = "transfer"
    CONFERENCE = "conference"
    CONSULTATION = "consultation"
    ALTERNATE = "alternate"
    RECALL = "recall"
    PARK = "park"
    CAMP_ON = "camp_on"
    CALL_BACK = "call_back"
    INTRUDE = "intrude"
    MONITORING = "monitoring"
    DISTRIBUTION = "distribution"
    NO_AGENTS = "no_agents"
    QUEUE_FULL = "queue_full"
    QUEUE_TIMEOUT = "queue_timeout"
    QUEUE_CLEARED = "queue_cleared"
    ABANDONED = "abandoned"
    ANSWERING_MACHINE = "answering_machine"
    FAX = "fax"
    SPECIAL_TONE = "special_tone"
    CALL_CANCELLED = "call_cancelled"
    UNKNOWN = "unknown"


class NativeCause(Struct, frozen=True, gc=False, omit_defaults=True):
    """Cause as the switch gave it."""

    code: int
    """Number on the wire."""
    name: str = ""
    """The standard's name of the number; empty where it has none."""
    coding: str = ""
    """Coding standard, category or list the number belongs to, where a protocol has several."""
