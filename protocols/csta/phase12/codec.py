"""Codecs of CSTA phases I and II (ECMA-180, ECMA-218 over X.880 and X.227)."""

from __future__ import annotations

import enum
from typing import Final

from protocols.csta.codec import Codec
from protocols.csta.operations import rose_of
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12 import schema
from protocols.csta.phase12.schema.failures import ApplicationLinkFailure


class Operation(enum.IntEnum):
    """Operation codes of phase I (ECMA-180) and of phase II (ECMA-218)."""

    ALTERNATE_CALL = 1
    ANSWER_CALL = 2
    CALL_COMPLETION = 3
    CLEAR_CALL = 4
    CLEAR_CONNECTION = 5
    CONFERENCE_CALL = 6
    CONSULTATION_CALL = 7
    DIVERT_CALL = 8
    HOLD_CALL = 9
    MAKE_CALL = 10
    MAKE_PREDICTIVE_CALL = 11
    QUERY_DEVICE = 12
    RECONNECT_CALL = 13
    RETRIEVE_CALL = 14
    SET_FEATURE = 15
    TRANSFER_CALL = 16
    ASSOCIATE_DATA = 17
    PARK_CALL = 18
    SEND_DTMF_TONES = 19
    SINGLE_STEP_CONFERENCE = 20
    EVENT_REPORT = 21
    ROUTE_REQUEST = 31
    RE_ROUTE_REQUEST = 32
    ROUTE_SELECT_REQUEST = 33
    ROUTE_USED_REQUEST = 34
    ROUTE_END_REQUEST = 35
    SINGLE_STEP_TRANSFER = 50
    ESCAPE = 51
    SYSTEM_STATUS = 52
    MONITOR_START = 71
    CHANGE_MONITOR_FILTER = 72
    MONITOR_STOP = 73
    SNAPSHOT_DEVICE = 74
    SNAPSHOT_CALL = 75
    START_DATA_PATH = 110
    STOP_DATA_PATH = 111
    SEND_DATA = 112
    SEND_MULTICAST_DATA = 113
    SEND_BROADCAST_DATA = 114
    SUSPEND_DATA_PATH = 115
    DATA_PATH_SUSPENDED = 116
    RESUME_DATA_PATH = 117
    DATA_PATH_RESUMED = 118
    FAST_DATA = 119
    CONCATENATE_MESSAGE = 500
    DELETE_MESSAGE = 501
    PLAY_MESSAGE = 502
    QUERY_VOICE_ATTRIBUTE = 503
    REPOSITION = 504
    RESUME = 505
    REVIEW = 506
    SET_VOICE_ATTRIBUTE = 507
    STOP = 508
    SUSPEND = 509
    SYNTHESIZE_MESSAGE = 510
    RECORD_MESSAGE = 511


PHASE1: Final = Codec(rose_of(phase12, schema.PHASE1, schema.ERRORS, Operation))
"""CSTA phase I."""

APPLICATION_LINK: Final = Codec(
    rose_of(phase12, schema.PHASE1, {1: ApplicationLinkFailure}, Operation)
)
"""CSTA phase I as the Application Link of an MD110 speaks it: one failure has another tag."""

PHASE2: Final = Codec(rose_of(phase12, schema.PHASE2, schema.ERRORS, Operation))
"""CSTA phase II."""
