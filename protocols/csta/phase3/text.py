"""CSTA phase III APDUs as JSON."""

from __future__ import annotations

from typing import Final

from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3.codec import CODEC
from protocols.csta.text import ACSE, CstaText, TextCodec
from protocols.rose.apdus import Invoke

__all__ = ["ACSE", "CSTA3"]


def _event(pdu: Invoke) -> str | None:
    match pdu.argument:
        case phase3.CSTAEventReportArgument(event_specific_info=(_, (str(name), _))):
            return name
        case _:
            return None


CSTA3: Final[TextCodec] = CstaText(CODEC, _event)
"""CSTA phase III."""
