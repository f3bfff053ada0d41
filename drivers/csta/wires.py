"""The wire of each dialect."""

from __future__ import annotations

from drivers.csta.dialects import Dialect, Phase
from drivers.csta.phase12.wire import EarlyWire
from drivers.csta.wire import Wire
from protocols.csta.phase12.codec import APPLICATION_LINK, PHASE1, PHASE2

_CODECS = {Phase.I: PHASE1, Phase.II: PHASE2, Phase.APPLICATION_LINK: APPLICATION_LINK}


def wire_of(dialect: Dialect) -> Wire:
    """Make the wire of a dialect."""
    codec = _CODECS.get(dialect.phase)
    if codec is None:
        return Wire()
    return EarlyWire(dialect.phase.standard, codec, dialect.agent_states)
