"""Errors of commands: one closed list of classes, shown as RFC 9457 problem details."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import UNSET, Struct, UnsetType

from cti.model.causes import Cause
from cti.model.states import ConnectionState


class ErrorClass(StrEnum):
    """What kind of failure it is, whatever the switch calls it."""

    INVALID_OBJECT = "invalid_object"
    INVALID_ARGUMENT = "invalid_argument"
    NOT_PERMITTED = "not_permitted"
    STATE_CONFLICT = "state_conflict"
    STALE = "stale"
    """The object changed since the version that the command expects."""
    UNSUPPORTED = "unsupported"
    RESOURCE_BUSY = "resource_busy"
    RESOURCE_LIMIT = "resource_limit"
    OUT_OF_SERVICE = "out_of_service"
    OVERLOAD = "overload"
    PROTOCOL = "protocol"
    TIMEOUT = "timeout"
    LINK_DOWN = "link_down"
    GONE = "gone"
    """What is asked for was kept once, and is not any more."""
    ID_REUSED = "id_reused"
    """The command id was used before with another body."""
    RETAINED = "retained"
    """Commands must not be retained messages."""
    WITHDRAWN = "withdrawn"
    """Its requester wanted it no more."""
    UNKNOWN = "unknown"


class Retry(StrEnum):
    """Whether asking again can help."""

    NO = "no"
    LATER = "later"
    AFTER_STATE_CHANGE = "after_state_change"


class _Meaning(Struct, frozen=True, gc=False):
    status: int
    title: str
    retry: Retry


_MEANINGS: Final[dict[ErrorClass, _Meaning]] = {
    ErrorClass.INVALID_OBJECT: _Meaning(404, "No such object", Retry.NO),
    ErrorClass.INVALID_ARGUMENT: _Meaning(400, "A value is not valid", Retry.NO),
    ErrorClass.NOT_PERMITTED: _Meaning(403, "Not permitted", Retry.NO),
    ErrorClass.STATE_CONFLICT: _Meaning(
        409, "Object is in the wrong state", Retry.AFTER_STATE_CHANGE
    ),
    ErrorClass.STALE: _Meaning(409, "Object has changed", Retry.AFTER_STATE_CHANGE),
    ErrorClass.UNSUPPORTED: _Meaning(501, "This link has no such command", Retry.NO),
    ErrorClass.RESOURCE_BUSY: _Meaning(503, "A resource is busy", Retry.LATER),
    ErrorClass.RESOURCE_LIMIT: _Meaning(429, "A limit is reached", Retry.LATER),
    ErrorClass.OUT_OF_SERVICE: _Meaning(503, "Out of service", Retry.LATER),
    ErrorClass.OVERLOAD: _Meaning(503, "Overloaded", Retry.LATER),
    ErrorClass.PROTOCOL: _Meaning(502, "The switch did not understand", Retry.NO),
    ErrorClass.TIMEOUT: _Meaning(504, "No answer in time", Retry.AFTER_STATE_CHANGE),
    ErrorClass.LINK_DOWN: _Meaning(503, "The link to the switch is down", Retry.LATER),
    ErrorClass.GONE: _Meaning(410, "Not kept any more", Retry.NO),
    ErrorClass.ID_REUSED: _Meaning(400, "Command id was used before", Retry.NO),
    ErrorClass.RETAINED: _Meaning(400, "Commands must not be retained", Retry.NO),
    ErrorClass.WITHDRAWN: _Meaning(409, "Withdrawn", Retry.LATER),
    ErrorClass.UNKNOWN: _Meaning(502, "The switch refused", Retry.NO),
}


class NativeError(Struct, frozen=True, gc=False, omit_defaults=True):
    """Error as the switch gave it."""

    protocol: str
    category: str
    code: int
    name: str = ""


class CallNow(Struct, frozen=True, gc=False):
    """A call as one device has it at this moment."""

    call: str
    """``call_id``."""
    device: str
    state: ConnectionState
    """``null`` for a call that the device is not on."""


class Partial(Struct, frozen=True, gc=False, omit_defaults=True):
    """How far a composed command came, and what is left of it."""

    done: tuple[str, ...] = ()
    """Verbs of the steps that were carried out, in order."""
    undone: tuple[str, ...] = ()
    """Verbs with which the bridge took them back, in order."""
    calls: tuple[CallNow, ...] = ()
    """The calls that it was about, as the device has them now."""


class Problem(Struct, frozen=True, gc=False, rename={"kind": "class"}):
    """Why a command did not succeed, as it is told (RFC 9457)."""

    type: str
    """``urn:cti:error:`` and the class."""
    title: str
    status: int
    """HTTP status code of the class."""
    detail: str
    instance: str
    """``urn:cti:command:`` and the command's id."""
    kind: ErrorClass
    """Written ``class`` in JSON."""
    retry: Retry
    field: str | UnsetType = UNSET
    """Member of the command that is at fault, such as ``args.device``."""
    native: NativeError | UnsetType = UNSET
    retry_after_ms: int | UnsetType = UNSET
    first_offset: int | UnsetType = UNSET
    """Of ``gone``: the first event that is still there."""
    cause: Cause | UnsetType = UNSET
    """Why the called party could not be had, where the events say it."""
    partial: Partial | UnsetType = UNSET
    """Of a composed command that stopped on its way."""


class Error(Struct, frozen=True, gc=False, rename={"kind": "class"}):
    """Why a command did not succeed."""

    kind: ErrorClass
    """Written ``class`` in JSON."""
    detail: str
    """One sentence with the object and the value at fault."""
    field: str | UnsetType = UNSET
    """The member of the command that is wrong, as a path such as ``args.device``."""
    native: NativeError | UnsetType = UNSET
    retry_after_ms: int | UnsetType = UNSET
    first_offset: int | UnsetType = UNSET
    """Of ``gone``: the first event that is still there."""
    cause: Cause | UnsetType = UNSET
    partial: Partial | UnsetType = UNSET

    @property
    def retry(self) -> Retry:
        """Tell whether asking again can help."""
        return _MEANINGS[self.kind].retry

    @property
    def status(self) -> int:
        """Give the HTTP status code of this class."""
        return _MEANINGS[self.kind].status

    def problem(self, command_id: str) -> Problem:
        """Make the problem details object (RFC 9457) of the command that failed."""
        meaning = _MEANINGS[self.kind]
        return Problem(
            type=f"urn:cti:error:{self.kind.value}",
            title=meaning.title,
            status=meaning.status,
            detail=self.detail,
            instance=f"urn:cti:command:{command_id}",
            kind=self.kind,
            retry=meaning.retry,
            field=self.field,
            native=self.native,
            retry_after_ms=self.retry_after_ms,
            first_offset=self.first_offset,
            cause=self.cause,
            partial=self.partial,
        )
