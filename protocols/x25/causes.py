"""Causes and diagnostics of clear, reset and restart (ITU-T X.25 5.2.3, 5.4, 5.5, annex E).

The numbers are data: a peer may send any octet, so fields stay integers and these enums and
tables name what has a name.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ClearCause(IntEnum):
    """Clearing cause; 00 and 80-FF come from the DTE at the far end."""

    DTE = 0x00
    NUMBER_BUSY = 0x01
    INVALID_FACILITY_REQUEST = 0x03
    NETWORK_CONGESTION = 0x05
    OUT_OF_ORDER = 0x09
    ACCESS_BARRED = 0x0B
    NOT_OBTAINABLE = 0x0D
    REMOTE_PROCEDURE_ERROR = 0x11
    LOCAL_PROCEDURE_ERROR = 0x13
    RPOA_OUT_OF_ORDER = 0x15
    REVERSE_CHARGING_NOT_ACCEPTED = 0x19
    INCOMPATIBLE_DESTINATION = 0x21
    FAST_SELECT_NOT_ACCEPTED = 0x29
    SHIP_ABSENT = 0x39
    GATEWAY_PROCEDURE_ERROR = 0xC1
    GATEWAY_CONGESTION = 0xC3


class ResetCause(IntEnum):
    """Resetting cause; 00 and 80-FF come from the DTE at the far end."""

    DTE = 0x00
    OUT_OF_ORDER = 0x01
    REMOTE_PROCEDURE_ERROR = 0x03
    LOCAL_PROCEDURE_ERROR = 0x05
    NETWORK_CONGESTION = 0x07
    REMOTE_DTE_OPERATIONAL = 0x09
    NETWORK_OPERATIONAL = 0x0F
    INCOMPATIBLE_DESTINATION = 0x11
    NETWORK_OUT_OF_ORDER = 0x1D


class RestartCause(IntEnum):
    """Restarting cause."""

    DTE = 0x00
    LOCAL_PROCEDURE_ERROR = 0x01
    NETWORK_CONGESTION = 0x03
    NETWORK_OPERATIONAL = 0x07
    REGISTRATION_CONFIRMED = 0x7F


class Diagnostic(IntEnum):
    """Diagnostic code (annex E)."""

    NONE = 0
    INVALID_PS = 1
    INVALID_PR = 2
    INVALID_TYPE = 16
    INVALID_TYPE_R1 = 17
    INVALID_TYPE_R2 = 18
    INVALID_TYPE_R3 = 19
    INVALID_TYPE_P1 = 20
    INVALID_TYPE_P2 = 21
    INVALID_TYPE_P3 = 22
    INVALID_TYPE_P4 = 23
    INVALID_TYPE_P5 = 24
    INVALID_TYPE_P6 = 25
    INVALID_TYPE_P7 = 26
    INVALID_TYPE_D1 = 27
    INVALID_TYPE_D2 = 28
    INVALID_TYPE_D3 = 29
    NOT_ALLOWED = 32
    UNIDENTIFIABLE = 33
    CALL_ON_ONE_WAY_CHANNEL = 34
    INVALID_ON_PVC = 35
    UNASSIGNED_CHANNEL = 36
    REJECT_NOT_SUBSCRIBED = 37
    TOO_SHORT = 38
    TOO_LONG = 39
    INVALID_GFI = 40
    RESTART_WITH_CHANNEL = 41
    NOT_COMPATIBLE_WITH_FACILITY = 42
    UNAUTHORISED_INTERRUPT_CONFIRMATION = 43
    UNAUTHORISED_INTERRUPT = 44
    UNAUTHORISED_REJECT = 45
    TIME_EXPIRED = 48
    TIME_EXPIRED_CALL = 49
    TIME_EXPIRED_CLEAR = 50
    TIME_EXPIRED_RESET = 51
    TIME_EXPIRED_RESTART = 52
    TIME_EXPIRED_DEFLECTION = 53
    CALL_SET_UP = 64
    FACILITY_CODE_NOT_ALLOWED = 65
    FACILITY_PARAMETER_NOT_ALLOWED = 66
    INVALID_CALLED_ADDRESS = 67
    INVALID_CALLING_ADDRESS = 68
    INVALID_FACILITY_LENGTH = 69
    INCOMING_CALL_BARRED = 70
    NO_LOGICAL_CHANNEL = 71
    CALL_COLLISION = 72
    DUPLICATE_FACILITY = 73
    NONZERO_ADDRESS_LENGTH = 74
    NONZERO_FACILITY_LENGTH = 75
    FACILITY_MISSING = 76
    INVALID_DTE_FACILITY = 77
    TOO_MANY_REDIRECTIONS = 78
    MISCELLANEOUS = 80
    IMPROPER_CAUSE = 81
    NOT_OCTET_ALIGNED = 82
    INCONSISTENT_Q = 83
    NUI_PROBLEM = 84
    INTERNATIONAL = 112
    REMOTE_NETWORK = 113
    INTERNATIONAL_PROTOCOL = 114
    INTERNATIONAL_LINK_OUT_OF_ORDER = 115
    INTERNATIONAL_LINK_BUSY = 116
    TRANSIT_NETWORK_FACILITY = 117
    REMOTE_NETWORK_FACILITY = 118
    INTERNATIONAL_ROUTING = 119
    TEMPORARY_ROUTING = 120
    UNKNOWN_CALLED_DNIC = 121
    MAINTENANCE_ACTION = 122
    DTE_TIMER = 144
    DTE_TIMER_INTERRUPT = 145
    DTE_TIMER_DATA = 146
    DTE_TIMER_REJECT = 147
    DTE_SPECIFIC = 160
    DTE_OPERATIONAL = 161
    DTE_NOT_OPERATIONAL = 162
    DTE_RESOURCES = 163
    FAST_SELECT_NOT_SUBSCRIBED = 164
    PARTLY_FULL_PACKET = 165
    D_BIT_NOT_SUPPORTED = 166
    REGISTRATION_CONFIRMED = 167
    OSI_NETWORK_SERVICE = 224
    HIGHER_LAYER = 240
    HIGHER_LAYER_NORMAL = 241
    HIGHER_LAYER_ABNORMAL = 242


CAUSE_TABLES: Final[dict[str, type[IntEnum]]] = {
    "clear": ClearCause,
    "reset": ResetCause,
    "restart": RestartCause,
}

_RANGES: Final = [(224, 239, "OSI network service"), (240, 255, "higher layer")]
_DTE_RANGE: Final = [(0x80, 0xFF, "DTE")]


def name_of(table: type[IntEnum], code: int) -> str:
    """Give a code a name for people: its own, that of its range, or its number."""
    try:
        return table(code).name.lower().replace("_", " ")
    except ValueError:
        pass
    for low, high, name in _RANGES if table is Diagnostic else _DTE_RANGE:
        if low <= code <= high:
            return f"{name} {code}"
    return f"unknown {code}"
