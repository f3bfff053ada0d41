"""What a receiver does about a message: error treatment (ITU-T Q.931 (05/98) 5.8).

``judge`` is pure: it is told what the call control knows of the call, and gives an
``Outcome``, which says whether the message is to be processed and which messages answer it.

Choices that the Recommendation leaves open: an unknown call reference is answered by RELEASE
COMPLETE rather than RELEASE, which needs no timer; elements out of order and in codesets 4
to 7 pass without remark, and so does a known element that the message does not usually have.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

import msgspec

from protocols.errors import DecodeError
from protocols.q931 import table
from protocols.q931 import values as v
from protocols.q931.causes import CauseValue
from protocols.q931.messages import (
    CallReference,
    Fault,
    Finding,
    Message,
    MessageType,
    parse,
)

_M = MessageType

MANDATORY: Final[dict[int, tuple[type[object], ...]]] = {
    _M.SETUP: (v.BearerCapability,),
    _M.USER_INFORMATION: (v.UserUser,),
    _M.SUSPEND_REJECT: (v.Cause,),
    _M.RESUME_REJECT: (v.Cause,),
    _M.RESUME_ACKNOWLEDGE: (v.ChannelIdentification,),
    _M.HOLD_REJECT: (v.Cause,),
    _M.RETRIEVE_REJECT: (v.Cause,),
    _M.PROGRESS: (v.ProgressIndicator,),
    _M.DISCONNECT: (v.Cause,),
    _M.RESTART: (v.RestartIndicator,),
    _M.RESTART_ACKNOWLEDGE: (v.RestartIndicator,),
    _M.SEGMENT: (v.SegmentedMessage,),
    _M.NOTIFY: (v.NotificationIndicator,),
    _M.CONGESTION_CONTROL: (v.CongestionLevel, v.Cause),
    _M.STATUS: (v.Cause, v.CallState),
}
"""Elements without which a message of either direction is faulty (clause 3).

What is mandatory only in some states or directions is left to call control.
"""
IDENTIFIERS: Final = {v.CongestionLevel: 0xB0} | {
    value: spec.identifier for value, spec in table.BY_VALUE.items()
}

_GLOBAL: Final = (_M.RESTART, _M.RESTART_ACKNOWLEDGE, _M.STATUS)
"""All that the global call reference carries (5.8.3.2)."""
_CONNECTIONLESS: Final = (_M.FACILITY, _M.REGISTER, _M.NOTIFY, _M.INFORMATION)
_ALWAYS: Final = (_M.RELEASE_COMPLETE, _M.STATUS, _M.STATUS_ENQUIRY, _M.SEGMENT)
"""Messages that fit every state of a call."""


class Situation(msgspec.Struct, frozen=True):
    """What call control knows of the call that a message names."""

    known: bool = False
    """The call reference is of a call, or of one that is being set up or cleared."""
    state: int = 0
    """State of the call, or of the interface for the global reference (4.5.7)."""
    fitting: Container[int] | None = None
    """Message types that fit the state; ``None`` takes every known one."""
    types: Container[int] = frozenset(MessageType)
    """Message types that are implemented."""
    opens: Container[int] = (_M.SETUP, _M.RESUME, _M.REGISTER)
    """Message types that begin a call or a connection."""
    comprehended: Container[int] = ()
    """Further identifiers of codeset 0 that a protocol above knows."""


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What is to be done about a message."""

    message: Message | None
    """What is to be processed; ``None`` for nothing."""
    answers: tuple[Message, ...] = ()
    """What is to be sent, in this order; when there is a message, besides what it leads to."""
    clears: bool = False
    """The call is gone with the answer, or goes with it."""
    reason: str = ""
    """Why anything but processing is done, for people."""
    clause: str = ""


def examine(octets: bytes, situation: Situation) -> Outcome:
    """Judge octets; those that are no message are ignored (5.8.1 to 5.8.3.1)."""
    try:
        parsed = parse(octets)
    except DecodeError as error:
        return Outcome(None, reason=error.message, clause=error.clause)
    return judge(parsed.message, parsed.findings, situation)


def judge(message: Message, findings: tuple[Finding, ...], situation: Situation) -> Outcome:
    """Say what is to be done about a message that ``parse`` gave, with what was found."""
    return (
        _reference(message, situation)
        or _type(message, situation)
        or _elements(message, findings, situation)
    )


def status(message: Message, cause: v.Cause, state: int) -> Message:
    """Make the STATUS that answers a message."""
    elements = (cause, v.CallState(state))
    return Message(_M.STATUS, message.call_reference.answer(), elements)


def release_complete(reference: CallReference, cause: v.Cause) -> Message:
    """Make the RELEASE COMPLETE that answers a message with a reference."""
    return Message(_M.RELEASE_COMPLETE, reference.answer(), (cause,))


def _reference(message: Message, situation: Situation) -> Outcome | None:
    """Check the call reference (5.8.3.2)."""
    reference, kind = message.call_reference, message.kind
    clause = "Q.931 5.8.3.2"
    wrong = v.Cause(CauseValue.INVALID_CALL_REFERENCE)
    if reference.dummy:
        if kind in _CONNECTIONLESS:
            return None
        return Outcome(None, reason="no message for the dummy call reference", clause=clause)
    if reference.is_global:
        if kind in _GLOBAL:
            return None
        answer = status(message, wrong, situation.state)
        reason = "no message for the global call reference"
        return Outcome(None, (answer,), reason=reason, clause=clause)
    if situation.known:
        if kind in situation.opens:
            reason = "call reference is in use"
            return Outcome(None, reason=reason, clause=clause)
        return None
    if kind in situation.opens:
        if not reference.flag:
            return None
        reason = "a call begins with flag 1"
        return Outcome(None, reason=reason, clause=clause)
    reason = "call reference is of no call"
    match kind:
        case _M.RELEASE_COMPLETE:
            return Outcome(None, reason=reason, clause=clause)
        case _M.STATUS:
            return _stray_status(message, reason)
        case _:
            answer = release_complete(reference, wrong)
            return Outcome(None, (answer,), reason=reason, clause=clause)


def _stray_status(message: Message, reason: str) -> Outcome:
    """Take STATUS of an unknown call: one that is not idle there is cleared (5.8.11)."""
    told = message.first(v.CallState)
    if told is None or not told.state:
        return Outcome(None, reason=reason, clause="Q.931 5.8.11")
    cause = v.Cause(CauseValue.MESSAGE_NOT_COMPATIBLE_WITH_STATE)
    answer = release_complete(message.call_reference, cause)
    return Outcome(None, (answer,), reason=reason, clause="Q.931 5.8.11")


def _type(message: Message, situation: Situation) -> Outcome | None:
    """Check the message type (5.8.4)."""
    kind = message.kind
    if kind not in situation.types:
        value, reason = CauseValue.MESSAGE_TYPE_UNKNOWN, f"message type {kind:#04x} is unknown"
    elif (
        not situation.known  # it begins, or belongs to none
        or kind in _ALWAYS
        or situation.fitting is None
        or kind in situation.fitting
    ):
        return None
    else:
        value = CauseValue.MESSAGE_NOT_COMPATIBLE_WITH_STATE
        reason = f"message type {kind:#04x} does not fit state {situation.state}"
    if message.call_reference.dummy:
        return Outcome(None, reason=reason, clause="Q.931 5.8.4")
    answer = status(message, v.Cause(value, diagnostics=bytes((kind,))), situation.state)
    return Outcome(None, (answer,), reason=reason, clause="Q.931 5.8.4")


def _elements(message: Message, findings: tuple[Finding, ...], situation: Situation) -> Outcome:
    """Check the elements (5.8.5 to 5.8.7)."""
    wanted = MANDATORY.get(message.kind, ())
    needed = {IDENTIFIERS[kind] for kind in wanted}
    invalid = {
        finding.identifier
        for finding in findings
        if finding.fault in (Fault.CONTENTS, Fault.TRUNCATED) and not finding.codeset
    }
    present = {IDENTIFIERS[kind] for kind in wanted if message.first(kind) is not None}
    unknown = {
        finding.identifier
        for finding in findings
        if finding.fault is Fault.UNKNOWN and finding.identifier not in situation.comprehended
    }
    missing = needed - present - invalid
    missing |= {one for one in unknown if not one & 0xF0}  # 5.8.7.1: comprehension required
    if missing:
        return _mandatory(
            message, CauseValue.MANDATORY_ELEMENT_MISSING, missing, situation, "Q.931 5.8.6.1"
        )
    if bad := (needed & invalid) - present:
        return _mandatory(
            message, CauseValue.INVALID_ELEMENT_CONTENTS, bad, situation, "Q.931 5.8.6.2"
        )
    if unknown:
        return _optional(
            message, CauseValue.ELEMENT_UNKNOWN, unknown, situation, "Q.931 5.8.7.1"
        )
    if invalid:
        return _optional(
            message, CauseValue.INVALID_ELEMENT_CONTENTS, invalid, situation, "Q.931 5.8.7.2"
        )
    return Outcome(message)


_WORDS: Final = {
    CauseValue.MANDATORY_ELEMENT_MISSING: "mandatory element missing",
    CauseValue.INVALID_ELEMENT_CONTENTS: "contents of element invalid",
    CauseValue.ELEMENT_UNKNOWN: "element unknown",
}


def _cause(value: CauseValue, identifiers: set[int]) -> tuple[v.Cause, str]:
    octets = bytes(sorted(identifiers))[:27]
    return v.Cause(value, diagnostics=octets), f"{_WORDS[value]}: {octets.hex(' ')}"


def _mandatory(
    message: Message,
    value: CauseValue,
    identifiers: set[int],
    situation: Situation,
    clause: str,
) -> Outcome:
    """Refuse a message that lacks what it needs (5.8.6)."""
    cause, reason = _cause(value, identifiers)
    reference = message.call_reference
    match message.kind:
        case _M.SETUP | _M.RELEASE | _M.REGISTER:
            answer = release_complete(reference, cause)
            return Outcome(None, (answer,), clears=True, reason=reason, clause=clause)
        case _M.DISCONNECT:
            answer = Message(_M.RELEASE, reference.answer(), (cause,))
            return Outcome(None, (answer,), clears=True, reason=reason, clause=clause)
        case _M.RELEASE_COMPLETE:
            return Outcome(message, reason=reason, clause=clause)
        case _M.STATUS:  # is never answered by another
            return Outcome(None, reason=reason, clause=clause)
        case _ if reference.dummy:
            return Outcome(None, reason=reason, clause=clause)
        case _:
            answer = status(message, cause, situation.state)
            return Outcome(None, (answer,), reason=reason, clause=clause)


def _optional(
    message: Message,
    value: CauseValue,
    identifiers: set[int],
    situation: Situation,
    clause: str,
) -> Outcome:
    """Process a message without those elements, and say so (5.8.7)."""
    cause, reason = _cause(value, identifiers)
    quiet = message.kind in (_M.STATUS, _M.RELEASE_COMPLETE, _M.SETUP, _M.RELEASE)
    if quiet or message.call_reference.dummy:
        # A call that has no state yet, or soon none, has nothing to tell.
        return Outcome(message, reason=reason, clause=clause)
    answer = status(message, cause, situation.state)
    return Outcome(message, (answer,), reason=reason, clause=clause)
