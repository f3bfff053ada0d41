"""Finding out that an association is dead: one repeating timer and a flag."""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from drivers.csta.dialects import Beats
from drivers.csta.exchange import Answer, Asked, Exchange, ForBeat, Full, Told, Unanswered
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation
from protocols.errors import EncodeError

TIMER: Final = "heartbeat"

_HIPATH: Final = "1.3.12.2.1107.15"
_ACTIVATION: Final = bytes.fromhex("1a0406c4220403002304")
"""Content of the Escape that asks a HiPath for beats; the seconds follow, low octet first."""


class Heartbeat:
    """The signs of life of one association."""

    def __init__(self, by: Beats, period: float, silence: float, exchange: Exchange) -> None:
        self._configured = by
        self._by = by
        """Who sends beats; changes when the switch refuses to."""
        self.period = period
        self._limit = silence
        self._exchange = exchange
        self._heard = False
        self._silent = 0.0
        """Seconds in whole periods without any message."""
        self._asking = False
        """Whether a sign of life was asked for and has not come."""
        self.dead: float | None = None
        """Seconds of silence once there were too many."""

    def begin(self) -> list[dr.Action]:
        """Start anew: an association is open."""
        self._by = self._configured
        self._heard, self._asking = True, False
        self._silent, self.dead = 0.0, None
        asked = self._ask(escape=True) if self._by is Beats.ESCAPE else []
        return [dr.StartTimer(TIMER, self.period), *asked]

    def heard(self) -> None:
        """Take any message of the switch."""
        self._heard = True
        self._silent = 0.0

    def tick(self) -> list[dr.Action]:
        """Take the end of a period."""
        actions: list[dr.Action] = [dr.StartTimer(TIMER, self.period)]
        if self._heard:
            self._heard = False
            return actions
        self._silent += self.period
        if self._by is not Beats.ASK:
            self.dead = self._silent if self._silent >= self._limit else None
        elif not self._asking:
            actions += self._ask(escape=False)
        return actions

    def _ask(self, *, escape: bool) -> list[dr.Action]:
        argument: c.EscapeArgument | c.RequestSysStatArg = c.RequestSysStatArg()
        operation = Operation.REQUEST_SYSTEM_STATUS
        if escape:
            argument, operation = beats_wanted(self.period), Operation.ESCAPE
        try:
            actions = self._exchange.ask(operation, argument, ForBeat(escape))
        except (EncodeError, Full):
            return []  # asked again at the next beat
        self._asking = True
        return actions

    def answered(self, asked: Asked, purpose: ForBeat, answer: Answer) -> list[dr.Action]:
        """Take any answer to the question for a sign of life: even a refusal is one.

        When none came, another message may have come instead.
        """
        self._asking = False
        if purpose.escape:
            if not isinstance(answer, Told):
                self._by = Beats.ASK
        elif isinstance(answer, Unanswered) and self._silent:
            self.dead = self._silent + asked.seconds
        return self._exchange.end(asked)


def beats_wanted(seconds: float) -> c.EscapeArgument:
    """Make the Escape that asks a HiPath for a beat every so many seconds."""
    period = max(1, min(0xFFFF, round(seconds)))
    data = _ACTIVATION + period.to_bytes(2, "little")
    return c.EscapeArgument(private_data=("hipath", c.HiPathPrivateData(_HIPATH, data)))
