"""Causes of ASAI in the words of the model: of events, and of refusals."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET

from cti.model.causes import Cause, NativeCause
from cti.model.errors import Error, ErrorClass, NativeError
from cti.model.states import Answer
from protocols.asai.causes import ASAI, AsaiCause, words
from protocols.asai.names import RedirectReason
from protocols.q931 import values as q

_K = ErrorClass

CAUSES: Final[dict[tuple[int, int], Cause]] = {
    (0, 1): Cause.UNASSIGNED_NUMBER,
    (0, 6): Cause.OUT_OF_SERVICE,
    (0, 16): Cause.NORMAL,
    (0, 17): Cause.BUSY,
    (0, 18): Cause.UNREACHABLE,
    (0, 20): Cause.UNREACHABLE,
    (0, 21): Cause.REJECTED,
    (0, 27): Cause.OUT_OF_SERVICE,
    (0, 28): Cause.UNASSIGNED_NUMBER,
    (0, 31): Cause.NORMAL,
    (0, 34): Cause.NO_TRUNK,
    (0, 42): Cause.CONGESTION,
    (0, 52): Cause.BARRED,
    (0, 58): Cause.INCOMPATIBLE,
    (0, 88): Cause.INCOMPATIBLE,
    (0, 127): Cause.NORMAL,
    (ASAI, AsaiCause.NO_ANSWER): Cause.NO_ANSWER,
    (ASAI, AsaiCause.IN_QUEUE): Cause.QUEUE_FULL,
    (ASAI, AsaiCause.ANSWERING_MACHINE): Cause.ANSWERING_MACHINE,
    (ASAI, AsaiCause.TIMED_ANSWER): Cause.NORMAL,
    (ASAI, AsaiCause.VOICE_ENERGY_ANSWER): Cause.NORMAL,
    (ASAI, AsaiCause.ORIGINATOR_OUT_OF_SERVICE): Cause.OUT_OF_SERVICE,
    (ASAI, AsaiCause.CALL_REDIRECTED): Cause.REDIRECTED,
    (ASAI, AsaiCause.SEND_ALL_CALLS): Cause.DND,
    (ASAI, AsaiCause.RESOURCES_NOT_AVAILABLE): Cause.CONGESTION,
    (ASAI, AsaiCause.RESTRICTION): Cause.REORDER,
}
"""Causes of events; one that is not listed is ``unknown`` and is counted."""

REASONS: Final[dict[RedirectReason, Cause]] = {
    RedirectReason.BUSY: Cause.FORWARD_BUSY,
    RedirectReason.NO_ANSWER: Cause.FORWARD_NO_ANSWER,
    RedirectReason.FORWARDED: Cause.FORWARD,
    RedirectReason.SEND_ALL_CALLS: Cause.DND,
    RedirectReason.COVERAGE_ALL: Cause.FORWARD_ALL,
    RedirectReason.PICKUP: Cause.PICKUP,
    RedirectReason.REDIRECTED: Cause.REDIRECTED,
    RedirectReason.RECALL: Cause.RECALL,
}

ANSWERS: Final[dict[tuple[int, int], Answer]] = {
    (ASAI, AsaiCause.ANSWERING_MACHINE): Answer.MACHINE,
    (ASAI, AsaiCause.TIMED_ANSWER): Answer.ASSUMED,
}
"""What the cause of an answer says of who answered."""

_CLASSES: Final[dict[tuple[int, int], ErrorClass]] = {
    (0, 17): _K.STATE_CONFLICT,
    (0, 18): _K.STATE_CONFLICT,
    (0, 21): _K.NOT_PERMITTED,
    (0, 27): _K.OUT_OF_SERVICE,
    (0, 28): _K.INVALID_OBJECT,
    (0, 41): _K.RESOURCE_BUSY,
    (0, 42): _K.RESOURCE_BUSY,
    (0, 50): _K.NOT_PERMITTED,
    (0, 52): _K.NOT_PERMITTED,
    (0, 58): _K.RESOURCE_BUSY,
    (0, 69): _K.UNSUPPORTED,
    (0, 79): _K.UNSUPPORTED,
    (0, 80): _K.INVALID_ARGUMENT,
    (0, 81): _K.INVALID_OBJECT,
    (0, 82): _K.STATE_CONFLICT,
    (0, 86): _K.INVALID_OBJECT,
    (0, 88): _K.STATE_CONFLICT,
    (0, 96): _K.INVALID_ARGUMENT,
    (0, 97): _K.UNSUPPORTED,
    (0, 98): _K.STATE_CONFLICT,
    (0, 99): _K.PROTOCOL,
    (0, 100): _K.INVALID_ARGUMENT,
    (0, 102): _K.TIMEOUT,
    (0, 111): _K.PROTOCOL,
    (ASAI, AsaiCause.AGENT_NOT_IN_SPLIT): _K.INVALID_OBJECT,
    (ASAI, AsaiCause.AGENT_STATE_INCONSISTENT): _K.STATE_CONFLICT,
    (ASAI, AsaiCause.LOGGED_INTO_ANOTHER_SPLIT): _K.STATE_CONFLICT,
    (ASAI, AsaiCause.BAD_LOGIN): _K.NOT_PERMITTED,
    (ASAI, AsaiCause.NOT_LOGGED_IN): _K.STATE_CONFLICT,
    (ASAI, AsaiCause.ALREADY_IN_STATE): _K.STATE_CONFLICT,
    (ASAI, AsaiCause.ORIGINATOR_OUT_OF_SERVICE): _K.OUT_OF_SERVICE,
    (ASAI, AsaiCause.RESOURCES_NOT_AVAILABLE): _K.RESOURCE_BUSY,
    (ASAI, AsaiCause.SPLIT_ADMINISTERED_WRONGLY): _K.INVALID_OBJECT,
    (ASAI, AsaiCause.RESTRICTION): _K.NOT_PERMITTED,
    (ASAI, AsaiCause.PERMISSION_DENIED): _K.NOT_PERMITTED,
    (ASAI, AsaiCause.FEATURE_REFUSED): _K.STATE_CONFLICT,
    (ASAI, AsaiCause.SERVICE_NOT_AVAILABLE): _K.UNSUPPORTED,
    (ASAI, AsaiCause.NOT_IMPLEMENTED): _K.UNSUPPORTED,
    (ASAI, AsaiCause.OPTIONS_CONFLICT): _K.INVALID_ARGUMENT,
    (ASAI, AsaiCause.CALL_ENDED): _K.INVALID_OBJECT,
    (ASAI, AsaiCause.ASSOCIATION_ERROR): _K.INVALID_OBJECT,
}


def native(cause: q.Cause) -> NativeCause:
    """Give a cause as the switch gave it."""
    name = words(cause).partition("(")[2].rstrip(")")
    return NativeCause(cause.value, name, f"CS{cause.coding}")


def refusal(where: str, cause: q.Cause | None, protocol: str) -> Error:
    """Make the error of a refusal."""
    if cause is None:
        return Error(_K.UNKNOWN, f"{where}: the switch ended the association without a cause")
    kind = _CLASSES.get((cause.coding, cause.value), _K.UNKNOWN)
    told = native(cause)
    error = NativeError(protocol, told.coding, told.code, told.name)
    busy = kind is _K.RESOURCE_BUSY
    detail = f"{where}: the switch refuses with {words(cause)}"
    return Error(kind, detail, native=error, retry_after_ms=1000 if busy else UNSET)
