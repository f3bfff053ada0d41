"""The wire of each dialect."""

from __future__ import annotations

from functools import partial
from typing import Final

from drivers.csta.detecting import DetectingWire
from drivers.csta.dialects import Dialect, Phase
from drivers.csta.phase12.wire import EarlyWire
from drivers.csta.wire import Wire
from protocols.csta.phase12.codec import APPLICATION_LINK, PHASE1, PHASE2

_CODECS: Final = {
    Phase.I: PHASE1,
    Phase.II: PHASE2,
    Phase.APPLICATION_LINK: APPLICATION_LINK,
}


def wire_of(dialect: Dialect) -> Wire:
    """Make the wire of a dialect."""
    if dialect.detects:
        states = dialect.agent_states
        return DetectingWire(
            {
                "I": partial(EarlyWire, "I", PHASE1, states),
                "II": partial(EarlyWire, "II", PHASE2, states),
                "III": Wire,
            }
        )
    codec = _CODECS.get(dialect.phase)
    if codec is None:
        return Wire()
    return EarlyWire(dialect.phase.standard, codec, dialect.agent_states)
