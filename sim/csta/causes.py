"""The exchange's causes and refusals in the numbers of ECMA-269."""

from __future__ import annotations

from typing import Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import (
    EventCause,
    OperationErrors,
    StateIncompatibilityErrors,
    SystemResourceAvailabilityErrors,
)
from protocols.csta.phase3.codec import Operation
from sim.csta.dialects import Dialect
from sim.exchange.words import Cause, Reason

_CAUSES: Final = {
    Cause.NEW_CALL: EventCause.NEW_CALL,
    Cause.MAKE_CALL: EventCause.MAKE_CALL,
    Cause.PREDICTIVE: EventCause.MAKE_PREDICTIVE_CALL,
    Cause.MACHINE: EventCause.DEST_DETECTED,
    Cause.NORMAL: EventCause.NORMAL,
    Cause.BUSY: EventCause.BUSY,
    Cause.NO_ANSWER: EventCause.CALL_NOT_ANSWERED,
    Cause.NUMBER_UNOBTAINABLE: EventCause.DEST_NOT_OBTAINABLE,
    Cause.BARRED: EventCause.LOCKOUT,
    Cause.TRUNKS_BUSY: EventCause.TRUNKS_BUSY,
    Cause.DO_NOT_DISTURB: EventCause.DO_NOT_DISTURB,
    Cause.BLOCKED: EventCause.BLOCKED,
    Cause.DIAL_TIMEOUT: EventCause.TIMEOUT,
    Cause.TONE_TIMEOUT: EventCause.TIMEOUT,
    Cause.REDIRECTION_LIMIT: EventCause.RESOURCES_NOT_AVAILABLE,
    Cause.FORWARD_ALL: EventCause.CALL_FORWARD_IMMEDIATE,
    Cause.FORWARD_BUSY: EventCause.CALL_FORWARD_BUSY,
    Cause.FORWARD_NO_ANSWER: EventCause.CALL_FORWARD_NO_ANSWER,
    Cause.REDIRECTED: EventCause.REDIRECTED,
    Cause.PICKUP: EventCause.CALL_PICKUP,
    Cause.PARK: EventCause.PARK,
    Cause.RECALL: EventCause.RECALL,
    Cause.CONSULTATION: EventCause.CONSULTATION,
    Cause.ALTERNATE: EventCause.ALTERNATE,
    Cause.TRANSFER: EventCause.TRANSFER,
    Cause.BLIND_TRANSFER: EventCause.SINGLE_STEP_TRANSFER,
    Cause.CONFERENCE: EventCause.CONFERENCE,
    Cause.SINGLE_STEP_CONFERENCE: EventCause.SINGLE_STEP_CONFERENCE,
    Cause.ENTERING_DISTRIBUTION: EventCause.ENTERING_DISTRIBUTION,
    Cause.DISTRIBUTED: EventCause.DISTRIBUTED,
    Cause.OVERFLOW: EventCause.OVERFLOW,
    Cause.QUEUE_FULL: EventCause.ACD_SATURATED,
    Cause.ABANDONED: EventCause.NORMAL_CLEARING,
    Cause.CLEARED: EventCause.NORMAL_CLEARING,
}
_BY_EVENT: Final = {
    ("established", Cause.NORMAL): EventCause.NEW_CALL,
    **{
        (event, cause): EventCause.NORMAL_CLEARING
        for event in ("connectionCleared", "callCleared")
        for cause in (
            *(Cause.NORMAL, Cause.NEW_CALL, Cause.TONE_TIMEOUT, Cause.BLOCKED),
            *(Cause.NO_ANSWER, Cause.NUMBER_UNOBTAINABLE, Cause.BUSY, Cause.TRUNKS_BUSY),
        )
    },
}
"""Where the event says what the cause of the exchange leaves open."""


def event_cause(dialect: Dialect, event: str, cause: Cause) -> EventCause:
    """Give the EventCause of an event."""
    own = dialect.causes.get((event, cause))
    if own is not None:
        return own
    return _BY_EVENT.get((event, cause), _CAUSES[cause])


_OPERATION: Final = {
    Reason.INVALID_DEVICE: OperationErrors.INVALID_DEVICE_ID,
    Reason.INVALID_DESTINATION: OperationErrors.INVALID_DESTINATION,
    Reason.INVALID_CALL: OperationErrors.INVALID_CALL_ID,
    Reason.INVALID_CONNECTION: OperationErrors.INVALID_CONNECTION_ID,
    Reason.NOT_PERMITTED: OperationErrors.PRIVILEGE_VIOLATION_SPECIFIED_DEVICE,
    Reason.SAME_DEVICE: OperationErrors.NOT_DIFFERENT_DEVICES,
    Reason.INVALID_AGENT: OperationErrors.INVALID_AGENT_IDENTIFIER,
    Reason.INVALID_PASSWORD: OperationErrors.INVALID_AGENT_PASSWORD,
    Reason.INVALID_AGENT_STATE: OperationErrors.INVALID_AGENT_STATE,
    Reason.INVALID_ROUTE: OperationErrors.INVALID_ROUTEING_CROSS_REF_ID,
    Reason.INVALID_FORWARDING: OperationErrors.INVALID_FORWARDING_DESTINATION,
    Reason.INVALID_SLOT: OperationErrors.INVALID_DESTINATION,
    Reason.INVALID_VALUE: OperationErrors.VALUE_OUT_OF_RANGE,
    Reason.NOTHING_TO_DO: OperationErrors.FEATURE_ALREADY_SET,
}
_STATE: Final = {
    Reason.INVALID_STATE: StateIncompatibilityErrors.INVALID_CONNECTION_STATE,
    Reason.NO_ACTIVE_CALL: StateIncompatibilityErrors.NO_ACTIVE_CALL,
    Reason.NO_HELD_CALL: StateIncompatibilityErrors.NO_HELD_CALL,
    Reason.NO_CALL_TO_ANSWER: StateIncompatibilityErrors.NO_CALL_TO_ANSWER,
    Reason.NO_CALL_TO_CLEAR: StateIncompatibilityErrors.NO_CONNECTION_TO_CLEAR,
    Reason.CONNECTED_CALL_EXISTS: StateIncompatibilityErrors.CONNECTED_CALL_EXISTS,
    Reason.SLOT_TAKEN: StateIncompatibilityErrors.INVALID_PARK_TO_DEVICE_STATE,
    Reason.SLOT_EMPTY: StateIncompatibilityErrors.INVALID_OBJECT_STATE,
}
_RESOURCE: Final = {
    Reason.DEVICE_BUSY: SystemResourceAvailabilityErrors.RESOURCE_BUSY,
    Reason.TRUNKS_BUSY: SystemResourceAvailabilityErrors.NETWORK_BUSY,
    Reason.CONFERENCE_LIMIT: (
        SystemResourceAvailabilityErrors.CONFERENCE_MEMBER_LIMIT_EXCEEDED
    ),
}
_CALLED: Final = (
    Operation.MAKE_CALL,
    Operation.MAKE_PREDICTIVE_CALL,
    Operation.CONSULTATION_CALL,
)
_OWN: Final[dict[tuple[int, Reason], csta.UniversalFailure]] = {
    (Operation.MAKE_CALL, Reason.INVALID_DEVICE): (
        "operation",
        OperationErrors.INVALID_CALLING_DEVICE_ID,
    ),
    (Operation.MAKE_PREDICTIVE_CALL, Reason.INVALID_DEVICE): (
        "operation",
        OperationErrors.INVALID_CALLING_DEVICE_ID,
    ),
    (Operation.MAKE_PREDICTIVE_CALL, Reason.INVALID_VALUE): (
        "operation",
        OperationErrors.INVALID_ALERT_TIME,
    ),
    (Operation.MAKE_CALL, Reason.NOT_PERMITTED): (
        "operation",
        OperationErrors.PRIVILEGE_VIOLATION_CALLING_DEVICE,
    ),
    **{
        (code, Reason.INVALID_DESTINATION): (
            "operation",
            OperationErrors.INVALID_CALLED_DEVICE_ID,
        )
        for code in _CALLED
    },
    (Operation.ANSWER_CALL, Reason.INVALID_STATE): (
        "stateIncompatibility",
        StateIncompatibilityErrors.NO_CALL_TO_ANSWER,
    ),
    (Operation.HOLD_CALL, Reason.INVALID_STATE): (
        "stateIncompatibility",
        StateIncompatibilityErrors.NO_ACTIVE_CALL,
    ),
    (Operation.CONSULTATION_CALL, Reason.INVALID_STATE): (
        "stateIncompatibility",
        StateIncompatibilityErrors.NO_ACTIVE_CALL,
    ),
    (Operation.RETRIEVE_CALL, Reason.INVALID_STATE): (
        "stateIncompatibility",
        StateIncompatibilityErrors.NO_HELD_CALL,
    ),
    (Operation.CLEAR_CALL, Reason.INVALID_CALL): (
        "stateIncompatibility",
        StateIncompatibilityErrors.NO_CALL_TO_CLEAR,
    ),
}
"""Where the service has a failure of its own for the reason."""


def failure(operation: int, reason: Reason) -> csta.UniversalFailure:
    """Give the failure that answers a refused request."""
    own = _OWN.get((operation, reason))
    if own is not None:
        return own
    if reason in _STATE:
        return ("stateIncompatibility", _STATE[reason])
    if reason in _RESOURCE:
        return ("systemResourceAvailability", _RESOURCE[reason])
    return ("operation", _OPERATION[reason])
