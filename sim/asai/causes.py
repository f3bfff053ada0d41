"""Causes of ASAI: why something was refused, and why something happened (S2)."""

from __future__ import annotations

from typing import Final

from protocols.asai.names import Operation
from protocols.q931.values import Cause
from sim.exchange import words
from sim.exchange.words import Reason

_PBX: Final = 1
"""Location of causes that the switch gives."""


def cs0(value: int) -> Cause:
    """Make a cause of CCITT's."""
    return Cause(value, location=_PBX)


def cs3(value: int) -> Cause:
    """Make a cause of ASAI's own."""
    return Cause(value, location=_PBX, coding=3)


NORMAL: Final = cs0(16)
BUSY: Final = cs0(17)
MERGED: Final = cs0(22)
INVALID: Final = cs0(28)
"""A number or domain that there is not."""
CONGESTION: Final = cs0(42)
OUTSIDE_ASSOCIATION: Final = cs0(81)
GONE: Final = cs0(86)
MISSING: Final = cs0(96)
UNKNOWN_TYPE: Final = cs0(97)
WRONG_STATE: Final = cs0(98)
CONTENT: Final = cs0(100)
TIMER: Final = cs0(102)
NOT_IN_SPLIT: Final = cs3(11)
NOT_LOGGED_IN: Final = cs3(15)
SAME_STATE: Final = cs3(16)
REDIRECTED: Final = cs3(30)
NO_RESOURCES: Final = cs3(40)
NOT_AVAILABLE: Final = cs3(63)
NO_SUCH_CALL: Final = cs3(86)


class RefusedError(Exception):
    """A request is not carried out; the face answers with the cause."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


_REASONS: Final = {
    Reason.INVALID_DEVICE: INVALID,
    Reason.INVALID_DESTINATION: INVALID,
    Reason.INVALID_CALL: NO_SUCH_CALL,
    Reason.INVALID_CONNECTION: INVALID,
    Reason.INVALID_STATE: WRONG_STATE,
    Reason.NO_ACTIVE_CALL: WRONG_STATE,
    Reason.NO_HELD_CALL: WRONG_STATE,
    Reason.NO_CALL_TO_ANSWER: WRONG_STATE,
    Reason.NO_CALL_TO_CLEAR: WRONG_STATE,
    Reason.CONNECTED_CALL_EXISTS: WRONG_STATE,
    Reason.DEVICE_BUSY: BUSY,
    Reason.TRUNKS_BUSY: NO_RESOURCES,
    Reason.CONFERENCE_LIMIT: cs3(42),
    Reason.NOT_PERMITTED: cs3(43),
    Reason.SAME_DEVICE: cs3(42),
    Reason.INVALID_AGENT: NOT_LOGGED_IN,
    Reason.INVALID_PASSWORD: cs3(14),
    Reason.INVALID_AGENT_STATE: cs3(12),
    Reason.INVALID_ROUTE: OUTSIDE_ASSOCIATION,
    Reason.INVALID_FORWARDING: INVALID,
    Reason.INVALID_VALUE: CONTENT,
    Reason.NOTHING_TO_DO: SAME_STATE,
}
_SPECIAL: Final = {
    (Operation.MAKE_CALL, Reason.CONNECTED_CALL_EXISTS): BUSY,
    (Operation.MAKE_CALL, Reason.NOT_PERMITTED): cs0(52),
    (Operation.AUTO_DIAL, Reason.NOT_PERMITTED): cs0(52),
    (Operation.MERGE, Reason.NOT_PERMITTED): cs3(42),
    (Operation.MERGE, Reason.INVALID_CONNECTION): INVALID,
}


def refusal(operation: Operation, reason: Reason) -> Cause:
    """Give the cause of a refusal by the exchange."""
    return _SPECIAL.get((operation, reason)) or _REASONS.get(reason, cs0(79))


_CAUSES: Final = {
    words.Cause.BUSY: BUSY,
    words.Cause.QUEUE_FULL: BUSY,
    words.Cause.DO_NOT_DISTURB: BUSY,
    words.Cause.NUMBER_UNOBTAINABLE: cs0(1),
    words.Cause.BARRED: cs0(52),
    words.Cause.TRUNKS_BUSY: cs0(34),
    words.Cause.DIAL_TIMEOUT: TIMER,
    words.Cause.NO_ANSWER: cs0(18),
    words.Cause.MACHINE: cs3(24),
    words.Cause.REDIRECTION_LIMIT: cs0(31),
}


def of_fact(cause: words.Cause) -> Cause:
    """Give the cause of what happened."""
    return _CAUSES.get(cause, NORMAL)
