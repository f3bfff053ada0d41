"""CSTA phase I and II APDUs as JSON."""

from __future__ import annotations

from typing import Final

from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12.codec import PHASE1, PHASE2
from protocols.csta.phase12.schema.events import EVENT_TYPES
from protocols.csta.text import CstaText, TextCodec
from protocols.rose.apdus import Invoke

__all__ = ["CSTA1", "CSTA2"]


def _event(pdu: Invoke) -> str | None:
    match pdu.argument:
        case phase12.EventReportArgument(event_type=number):
            return EVENT_TYPES[number][0] if number in EVENT_TYPES else str(number)
        case phase12.CSTAEventReportArgument(event_specific_info=(_, (str(name), _))):
            return name
        case phase12.CSTAEventReportArgument(event_specific_info=(str(name), _)):
            return name
        case _:
            return None


CSTA1: Final[TextCodec] = CstaText(PHASE1, _event)
"""CSTA phase I."""

CSTA2: Final[TextCodec] = CstaText(PHASE2, _event)
"""CSTA phase II."""
