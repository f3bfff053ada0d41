"""Why a party could not be had, as the error of a command."""

from __future__ import annotations

from typing import Final

from cti.model.causes import Cause
from cti.model.errors import Error, ErrorClass

_CLASSES: Final = {
    Cause.BUSY: ErrorClass.RESOURCE_BUSY,
    Cause.DND: ErrorClass.RESOURCE_BUSY,
    Cause.CONGESTION: ErrorClass.RESOURCE_BUSY,
    Cause.NO_TRUNK: ErrorClass.RESOURCE_BUSY,
    Cause.NO_AGENTS: ErrorClass.RESOURCE_BUSY,
    Cause.QUEUE_FULL: ErrorClass.RESOURCE_BUSY,
    Cause.NO_ANSWER: ErrorClass.TIMEOUT,
    Cause.BARRED: ErrorClass.NOT_PERMITTED,
    Cause.UNASSIGNED_NUMBER: ErrorClass.INVALID_ARGUMENT,
    Cause.OUT_OF_SERVICE: ErrorClass.OUT_OF_SERVICE,
    Cause.UNREACHABLE: ErrorClass.OUT_OF_SERVICE,
}
"""Class of the error when a party cannot be had; others are ``state_conflict``."""


def gone(verb: str, cause: Cause) -> Error:
    """Make the error of a command whose call did not come about."""
    kind = _CLASSES.get(cause, ErrorClass.STATE_CONFLICT)
    words = cause.value.replace("_", " ")
    return Error(kind, f"{verb}: the call did not come about: {words}", cause=cause)
