"""CSTA event causes in the words of the model.

Numbers mean the same in all phases but for two; phase I ends with 34, phase II with 56
(ECMA-285 EventCause). A number that is not listed maps to ``unknown`` and is counted.
"""

from __future__ import annotations

from typing import Final

from cti.model.causes import Cause
from drivers.csta.dialects import Phase

CAUSES: Final[dict[int, Cause]] = {
    1: Cause.MONITORING,  # activeParticipation
    2: Cause.ALTERNATE,
    3: Cause.BUSY,
    4: Cause.CALL_BACK,
    5: Cause.CALL_CANCELLED,
    6: Cause.FORWARD_ALL,
    7: Cause.FORWARD_BUSY,
    8: Cause.FORWARD_NO_ANSWER,
    9: Cause.FORWARD,
    10: Cause.NO_ANSWER,
    11: Cause.PICKUP,
    12: Cause.CAMP_ON,
    13: Cause.UNREACHABLE,  # destNotObtainable
    14: Cause.DND,
    15: Cause.INCOMPATIBLE,
    16: Cause.BARRED,  # invalidAccountCode
    18: Cause.OUT_OF_SERVICE,  # lockout
    19: Cause.OUT_OF_SERVICE,  # maintenance
    20: Cause.CONGESTION,
    21: Cause.UNREACHABLE,  # networkNotObtainable
    22: Cause.NEW_CALL,
    23: Cause.NO_AGENTS,
    24: Cause.INTRUDE,  # override
    25: Cause.PARK,
    26: Cause.QUEUE_FULL,  # overflow
    27: Cause.RECALL,
    28: Cause.REDIRECTED,
    29: Cause.REORDER,
    30: Cause.CONGESTION,  # resourcesNotAvailable
    31: Cause.MONITORING,  # silentParticipation
    32: Cause.TRANSFER,
    33: Cause.NO_TRUNK,
    35: Cause.FAR_END_GONE,  # blocked
    37: Cause.CONSULTATION,
    38: Cause.DISTRIBUTION,
    42: Cause.DISTRIBUTION,  # enteringDistribution
    44: Cause.NEW_CALL,  # makeCall
    48: Cause.NORMAL,  # normalClearing
    50: Cause.UNASSIGNED_NUMBER,  # numberChanged
    51: Cause.CONFERENCE,  # singleStepConference
    52: Cause.TRANSFER,  # singleStepTransfer
    56: Cause.QUEUE_TIMEOUT,
    57: Cause.BUSY,  # aCDBusy
    58: Cause.DISTRIBUTION,  # aCDForward
    59: Cause.QUEUE_FULL,  # aCDSaturated
    60: Cause.NO_ANSWER,  # alertTimeExpired
    62: Cause.CAMP_ON,  # campOnTrunks
    63: Cause.CONFERENCE,
    65: Cause.OUT_OF_SERVICE,  # destOutOfOrder
    68: Cause.INTRUDE,
    69: Cause.UNASSIGNED_NUMBER,  # invalidNumberFormat
    70: Cause.CONFERENCE,  # joinCall
    72: Cause.NEW_CALL,  # makePredictiveCall
    77: Cause.OUT_OF_SERVICE,  # networkOutOfOrder
    78: Cause.NORMAL,
    79: Cause.INCOMPATIBLE,  # notAvailableBearerService
    80: Cause.INCOMPATIBLE,  # notSupportedBearerService
    81: Cause.UNASSIGNED_NUMBER,
    82: Cause.QUEUE_CLEARED,
    85: Cause.NO_TRUNK,  # selectedTrunkBusy
    87: Cause.INCOMPATIBLE,  # unauthorisedBearerService
    94: Cause.BUSY,  # busyOverflow
    96: Cause.QUEUE_FULL,  # capacityOverflow
    110: Cause.QUEUE_FULL,  # queueTimeOverflow
    111: Cause.RECALL,
    112: Cause.RECALL,
    113: Cause.RECALL,
    114: Cause.RECALL,
    115: Cause.QUEUE_FULL,  # unknownOverflow
}

_EARLY: Final = CAUSES | {17: Cause.CONFERENCE}  # keyConference; keyOperation in phase III


def causes_of(phase: Phase) -> dict[int, Cause]:
    """Give the causes of a phase."""
    return CAUSES if phase is Phase.III else _EARLY
