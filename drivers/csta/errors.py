"""Universal failures in the classes of the model (ECMA-285 error-definition)."""

from __future__ import annotations

from typing import Final

from cti.model.errors import ErrorClass

_K = ErrorClass

_OPERATION: Final[dict[int, ErrorClass]] = {
    2: _K.UNSUPPORTED,  # requestIncompatibleWithObject
    3: _K.INVALID_ARGUMENT,
    4: _K.INVALID_OBJECT,
    5: _K.INVALID_OBJECT,  # invalidCallingDeviceID
    6: _K.INVALID_ARGUMENT,  # invalidCalledDeviceID
    7: _K.INVALID_ARGUMENT,
    8: _K.NOT_PERMITTED,
    9: _K.NOT_PERMITTED,
    10: _K.NOT_PERMITTED,
    11: _K.INVALID_OBJECT,
    12: _K.INVALID_OBJECT,
    13: _K.INVALID_OBJECT,
    14: _K.INVALID_ARGUMENT,
    15: _K.INVALID_ARGUMENT,
    16: _K.INVALID_ARGUMENT,
    17: _K.INVALID_OBJECT,
    18: _K.INVALID_OBJECT,
    19: _K.NOT_PERMITTED,
    20: _K.INVALID_ARGUMENT,
    21: _K.NOT_PERMITTED,  # invalidAccountCode
    22: _K.NOT_PERMITTED,  # invalidAuthCode
    23: _K.UNSUPPORTED,
    24: _K.UNSUPPORTED,
    27: _K.UNSUPPORTED,
    32: _K.INVALID_ARGUMENT,  # invalidAgentGroup
    33: _K.INVALID_OBJECT,  # invalidAgentIdentifier
    34: _K.NOT_PERMITTED,  # invalidAgentPassword
    35: _K.STATE_CONFLICT,  # invalidAgentState
    50: _K.UNSUPPORTED,  # serviceNotSupported
    60: _K.INVALID_OBJECT,
    62: _K.INVALID_OBJECT,
    144: _K.TIMEOUT,  # routeingTimerExpired
    195: _K.INVALID_ARGUMENT,
}
_RANGES: Final = (
    (range(25, 50), _K.INVALID_ARGUMENT),
    (range(51, 76), _K.INVALID_ARGUMENT),
    (range(76, 98), _K.INVALID_OBJECT),
    (range(98, 137), _K.UNSUPPORTED),  # one per parameter
    (range(137, 144), _K.NOT_PERMITTED),
    (range(145, 157), _K.UNSUPPORTED),  # request incompatible with
    (range(157, 195), _K.INVALID_ARGUMENT),  # one out of range per parameter
)
_RESOURCE: Final[dict[int, ErrorClass]] = {
    4: _K.OUT_OF_SERVICE,
    6: _K.OUT_OF_SERVICE,
    7: _K.RESOURCE_LIMIT,  # overallMonitorLimitExceeded
    8: _K.RESOURCE_LIMIT,  # conferenceMemberLimitExceeded
    **dict.fromkeys(range(15, 26), _K.OUT_OF_SERVICE),
    **dict.fromkeys(range(26, 32), _K.RESOURCE_LIMIT),
}


def describe(failure: object) -> tuple[ErrorClass, str]:
    """Give the class of a UniversalFailure and its name in the standard's words."""
    match failure:
        case (str(category), int(code)):
            return _class(category, code), f"{category} {_words(code)}"
        case (str(category), _):
            return _K.UNKNOWN, category
        case _:
            return _K.UNKNOWN, "unspecified"


def _words(code: int) -> str:
    """Give number and name of a code that has one."""
    name = getattr(code, "name", "")
    return f"{int(code)} {name.lower()}".rstrip()


def _class(category: str, code: int) -> ErrorClass:
    match category:
        case "operation":
            known = _OPERATION.get(code)
            if known is not None:
                return known
            return next((kind for codes, kind in _RANGES if code in codes), _K.UNKNOWN)
        case "security":
            return _K.NOT_PERMITTED
        case "stateIncompatibility":
            return _K.STATE_CONFLICT
        case "systemResourceAvailability":
            return _RESOURCE.get(code, _K.RESOURCE_BUSY)
        case "subscribedResourceAvailability":
            return _K.RESOURCE_LIMIT
        case "performanceManagement":
            return _K.OVERLOAD
        case _:
            return _K.UNKNOWN
