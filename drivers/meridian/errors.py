"""Causes of the link in the classes of the model's errors."""

from __future__ import annotations

from typing import Final

from cti.model.errors import Error, ErrorClass, NativeError
from protocols.meridian.profile import Profile
from protocols.meridian.values import Cause, Reason

PROTOCOL: Final = "meridian-link-style"
"""Protocol as capability documents and errors name it."""

_K = ErrorClass
_R = Reason
CLASSES: Final[dict[Reason, ErrorClass]] = {
    _R.BAD_PROTOCOL: _K.PROTOCOL,
    _R.UNKNOWN_MESSAGE: _K.UNSUPPORTED,
    _R.BAD_KIND: _K.PROTOCOL,
    _R.BAD_IE_LENGTH: _K.PROTOCOL,
    _R.MISSING_IE: _K.INVALID_ARGUMENT,
    _R.BAD_IE: _K.INVALID_ARGUMENT,
    _R.NOT_REGISTERED: _K.NOT_PERMITTED,
    _R.ALREADY_REGISTERED: _K.STATE_CONFLICT,
    _R.BAD_MACHINE_NAME: _K.NOT_PERMITTED,
    _R.SERVICE_NOT_ALLOWED: _K.NOT_PERMITTED,
    _R.BAD_PASSWORD: _K.NOT_PERMITTED,
    _R.DEVICE_NOT_REGISTERED: _K.NOT_PERMITTED,
    _R.DEVICE_NOT_AST: _K.NOT_PERMITTED,
    _R.CUSTOMER_MISMATCH: _K.NOT_PERMITTED,
    _R.BAD_TN: _K.INVALID_OBJECT,
    _R.BAD_ROUTE_MEMBER: _K.INVALID_OBJECT,
    _R.BAD_DN: _K.INVALID_OBJECT,
    _R.BAD_CALL_ID: _K.INVALID_OBJECT,
    _R.NOT_TWO_PARTY: _K.STATE_CONFLICT,
    _R.NOT_ESTABLISHED: _K.STATE_CONFLICT,
    _R.DEVICE_BUSY: _K.STATE_CONFLICT,
    _R.DEVICE_IDLE: _K.STATE_CONFLICT,
    _R.FEATURE_UNAVAILABLE: _K.UNSUPPORTED,
    _R.WRONG_FEATURE_STATE: _K.STATE_CONFLICT,
    _R.RESOURCE_UNAVAILABLE: _K.RESOURCE_BUSY,
    _R.TIMEOUT: _K.TIMEOUT,
    _R.LINK_DOWN: _K.LINK_DOWN,
    _R.FLOW_STOPPED: _K.OVERLOAD,
    _R.INTERNAL_ERROR: _K.UNKNOWN,
}
PERMANENT: Final = frozenset({_R.BAD_MACHINE_NAME, _R.SERVICE_NOT_ALLOWED, _R.BAD_PASSWORD})
"""Refusals of an association that trying again does not cure."""
_DESTINATIONS: Final = ("CalledDN", "ForwardDN")


def words(cause: Cause, profile: Profile) -> str:
    """Name a cause, and the element at fault."""
    reason = cause.reason
    text = reason.value if isinstance(reason, Reason) else f"cause {reason}"
    element = _element(cause, profile)
    return f"{text} ({element})" if element else text


def _element(cause: Cause, profile: Profile) -> str:
    if cause.element is None:
        return ""
    names = {number: name for name, number in profile.numbers().items()}
    return names.get(cause.element, f"element {cause.element}")


def error_of(where: str, cause: Cause, profile: Profile) -> Error:
    """Make the error of a refusal; an unknown DN to call is a wrong argument."""
    reason = cause.reason
    if isinstance(reason, Reason):
        kind, code = CLASSES[reason], profile.causes[reason]
        name = reason.value
    else:
        kind, code, name = ErrorClass.UNKNOWN, reason, ""
    if reason is Reason.BAD_DN and _element(cause, profile) in _DESTINATIONS:
        kind = ErrorClass.INVALID_ARGUMENT
    native = NativeError(PROTOCOL, "cause", code, name)
    detail = f"{where}: the switch answers {words(cause, profile)}"
    return Error(kind, detail, native=native)
