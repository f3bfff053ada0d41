"""The APDUs of phases I and II as faults of messages see and spoil them."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from typing_extensions import override

from protocols.csta.codec import Codec
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12.codec import Operation
from protocols.rose.apdus import Invoke
from sim.csta.dialects import Phase
from sim.csta.mischief import EXTRA_ID, UNKNOWN_ELEMENT, Apdus
from sim.csta.phase12.wire import CODECS

_UNKNOWN_TYPE: Final = 199
"""No event of phase I has it."""


class EarlyApdus(Apdus):
    """What faults must know of APDUs."""

    status_operation = Operation.SYSTEM_STATUS

    def __init__(self, phase: Phase) -> None:
        self.codec: Codec = CODECS[phase]

    @override
    def _status(self, status: int) -> bytes:
        argument = ("systemStatus", status)
        return self.codec.encode(Invoke(EXTRA_ID, Operation.SYSTEM_STATUS, argument))

    @override
    def _strange(self, told: Any) -> Any:
        if isinstance(told, phase12.EventReportArgument):
            return phase12.EventReportArgument(
                told.cross_ref_identifier, _UNKNOWN_TYPE, b"\x30\x00"
            )
        info: Any = ("callEvents", ("unknown", UNKNOWN_ELEMENT))
        return phase12.CSTAEventReportArgument(told.cross_ref_identifier, info)

    @override
    def _longer(self, told: Any) -> Any:
        last = len(told.__struct_fields__) - 1
        return msgspec.structs.replace(told, unknown=((last, UNKNOWN_ELEMENT),))
