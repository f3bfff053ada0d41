"""Causes that only ASAI has: values of coding standard 3 (S2). Others are those of Q.850."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from protocols.q931.causes import CauseValue
from protocols.q931.values import Cause

ASAI: Final = 3
"""Coding standard of ASAI's own causes; 0 is the one of Q.850."""


class AsaiCause(IntEnum):
    """Cause values of coding standard 3."""

    LISTEN_ONLY = 8
    VISIBLE = 9
    AGENT_NOT_IN_SPLIT = 11
    AGENT_STATE_INCONSISTENT = 12
    LOGGED_INTO_ANOTHER_SPLIT = 13
    BAD_LOGIN = 14
    NOT_LOGGED_IN = 15
    ALREADY_IN_STATE = 16
    TIMED_ANSWER = 17
    VOICE_ENERGY_ANSWER = 18
    NO_ANSWER = 19
    IN_QUEUE = 22
    ANSWERING_MACHINE = 24
    ORIGINATOR_OUT_OF_SERVICE = 27
    CALL_REDIRECTED = 30
    SEND_ALL_CALLS = 31
    RESOURCES_NOT_AVAILABLE = 40
    SPLIT_ADMINISTERED_WRONGLY = 41
    RESTRICTION = 42
    PERMISSION_DENIED = 43
    FEATURE_REFUSED = 53
    SERVICE_NOT_AVAILABLE = 63
    NOT_IMPLEMENTED = 79
    OPTIONS_CONFLICT = 80
    CALL_ENDED = 86
    ASSOCIATION_ERROR = 87


def cause_of(value: int, *, switch: bool, coding: int = 0) -> Cause:
    """Make a cause of one end; the switch's location is 1."""
    return Cause(value, location=int(switch), coding=coding)


def words(cause: Cause) -> str:
    """Say a cause: its coding standard, value and name."""
    known = AsaiCause if cause.coding == ASAI else CauseValue
    name = (
        known(cause.value).name.lower().replace("_", " ")
        if cause.value in _VALUES[known]
        else ""
    )
    return f"cause CS{cause.coding}/{cause.value}" + (f" ({name})" if name else "")


_VALUES: Final[dict[type[IntEnum], frozenset[int]]] = {
    kind: frozenset(int(member) for member in kind) for kind in (AsaiCause, CauseValue)
}
