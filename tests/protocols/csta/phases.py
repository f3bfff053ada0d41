"""The codecs of all phases, for tests that hold for each."""

from __future__ import annotations

import random
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from protocols.csta.codec import Codec
from protocols.csta.phase3 import _codec_phase3 as phase3
from protocols.csta.phase3 import codec as codec3
from protocols.csta.phase3.text import CSTA3
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12 import codec as codec12
from protocols.csta.phase12.text import CSTA1, CSTA2
from protocols.csta.text import TextCodec
from tests.protocols.ber.values import random_value


class Phase(NamedTuple):
    """One phase."""

    name: str
    """As the vectors have it."""
    codec: Codec
    text: TextCodec
    generated: Any

    @property
    def operations(self) -> list[int]:
        """Codes of the operations."""
        return sorted({*self.codec.rose.arguments, *self.codec.rose.results})

    def value(self, name: str, draw: random.Random, **how: Any) -> Any:
        """Make a value of a type."""
        known = self.generated.CODEC
        return random_value(known.use(name), draw, known.classes, **how)


PHASES: Final = (
    Phase("I", codec12.PHASE1, CSTA1, phase12),
    Phase("II", codec12.PHASE2, CSTA2, phase12),
    Phase("III", codec3.CODEC, CSTA3, phase3),
)
BY_NAME: Final = {phase.name: phase for phase in PHASES}

SEEDS: Final = st.integers(0, 2**32)
OPERATIONS: Final = st.sampled_from(
    [(phase.name, code) for phase in PHASES for code in phase.operations]
)
TYPES: Final = st.sampled_from(
    [
        (phase.name, name)
        for phase in PHASES
        for name in sorted(phase.generated.CODEC.schema.roots)
        if phase.name != "I"  # its types are those of phase II
    ]
)
