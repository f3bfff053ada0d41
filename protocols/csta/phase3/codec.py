"""CSTA phase III APDUs (ECMA-285 over X.880 and X.227)."""

from __future__ import annotations

import enum
from typing import Final

from protocols.ber.slow import SlowPath
from protocols.csta.codec import Aare, Aarq, Abrt, Codec, Pdu, Rlre, Rlrq
from protocols.csta.operations import rose_of
from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3.schema import ERRORS, OPERATIONS
from protocols.rose.apdus import ApduError, Invoke, Reject, ReturnError, ReturnResult

__all__ = [
    "CODEC",
    "ROSE",
    "Aare",
    "Aarq",
    "Abrt",
    "ApduError",
    "Invoke",
    "Operation",
    "Pdu",
    "Reject",
    "ReturnError",
    "ReturnResult",
    "Rlre",
    "Rlrq",
    "SlowPath",
    "decode",
    "encode",
]


class Operation(enum.IntEnum):
    """Operation codes of phase III (ECMA-285)."""

    ALTERNATE_CALL = 1
    ANSWER_CALL = 2
    CLEAR_CALL = 4
    CLEAR_CONNECTION = 5
    CONFERENCE_CALL = 6
    CONSULTATION_CALL = 7
    HOLD_CALL = 9
    MAKE_CALL = 10
    MAKE_PREDICTIVE_CALL = 11
    RECONNECT_CALL = 13
    RETRIEVE_CALL = 14
    TRANSFER_CALL = 16
    PARK_CALL = 18
    SINGLE_STEP_CONFERENCE = 20
    CSTA_EVENT_REPORT = 21
    ROUTE_REQUEST = 31
    RE_ROUTE_REQUEST = 32
    ROUTE_SELECT_REQUEST = 33
    ROUTE_USED_REQUEST = 34
    ROUTE_END_REQUEST = 35
    ROUTE_REJECT = 36
    SINGLE_STEP_TRANSFER = 50
    ESCAPE = 51
    MONITOR_START = 71
    CHANGE_MONITOR_FILTER = 72
    MONITOR_STOP = 73
    SNAPSHOT_DEVICE = 74
    SNAPSHOT_CALL = 75
    SNAPSHOT_CALL_DATA = 76
    SNAPSHOT_DEVICE_DATA = 77
    GET_LOGICAL_DEVICE_INFORMATION = 201
    GET_SWITCHING_FUNCTION_DEVICES = 204
    SWITCHING_FUNCTION_DEVICES = 205
    REQUEST_SYSTEM_STATUS = 210
    SYSTEM_STATUS = 211
    ACCEPT_CALL = 214
    CALL_BACK = 215
    CALL_BACK_MESSAGE = 216
    CAMP_ON_CALL = 217
    DEFLECT_CALL = 218
    DIAL_DIGITS = 219
    DIRECTED_PICKUP_CALL = 220
    GROUP_PICKUP_CALL = 221
    INTRUDE_CALL = 222
    JOIN_CALL = 223
    ASSOCIATE_DATA = 230
    GENERATE_DIGITS = 232
    SEND_USER_INFORMATION = 234
    ROUTE_REGISTER = 248
    ROUTE_REGISTER_ABORT = 249
    ROUTE_REGISTER_CANCEL = 250
    GET_MESSAGE_WAITING_INDICATOR = 267
    SET_DISPLAY = 274
    SET_MESSAGE_WAITING_INDICATOR = 277
    GET_AGENT_STATE = 304
    GET_DO_NOT_DISTURB = 308
    GET_FORWARDING = 309
    SET_AGENT_STATE = 312
    SET_DO_NOT_DISTURB = 316
    SET_FORWARDING = 317


CODEC: Final = Codec(rose_of(phase3, OPERATIONS, ERRORS, Operation))
"""CSTA phase III."""

ROSE: Final = CODEC.rose
"""Codec of the remote operations alone."""

decode: Final = CODEC.decode
encode: Final = CODEC.encode
