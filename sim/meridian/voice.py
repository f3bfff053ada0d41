"""Voice processing sessions: prompts to the parties of a call, and the digits they dial (5.7).

No documented message is known; what stands here is this project's own.
"""

from __future__ import annotations

from typing import Final

from protocols.meridian import _codec_meridian as m
from protocols.meridian.values import Cause
from protocols.meridian.values import Reason as Why
from sim.exchange import facts
from sim.exchange.facts import CallFact
from sim.exchange.views import Sight
from sim.exchange.words import LegState
from sim.ports import StartTimer, StopTimer

TIMER: Final = "digits"
_LAST_SESSION: Final = 0xFFFF
_SECONDS: Final = 10.0
"""For the digits, where the host says nothing."""


class _Session:
    def __init__(self, call: int) -> None:
        self.call = call
        self.wanted = 0
        """Digits that the host waits for; 0 for none."""
        self.digits = ""


Step = StartTimer | StopTimer | m.DigitsCollected | m.SessionEnded
"""What a session leads to, in order."""


class Voice:
    """Sessions of one link."""

    def __init__(self) -> None:
        self._last = 0
        self._open: dict[int, _Session] = {}

    def clear(self) -> list[Step]:
        """End every session without a word."""
        stopped: list[Step] = [StopTimer(f"{TIMER} {number}") for number in self._open]
        self._open.clear()
        return stopped

    def open(self, call: int, sight: Sight) -> m.OpenSessionAck | Why:
        """Open a session with a call on which somebody talks."""
        view = next((one for one in sight.calls if one.call == call), None)
        if view is None:
            return Why.BAD_CALL_ID
        if sum(one.state is LegState.CONNECTED for one in view.parties) < 2:
            return Why.NOT_ESTABLISHED
        if any(one.call == call for one in self._open.values()):
            return Why.RESOURCE_UNAVAILABLE
        self._last = self._last % _LAST_SESSION + 1
        self._open[self._last] = _Session(call)
        return m.OpenSessionAck(self._last)

    def serve(self, asked: m.PlayPrompt | m.CollectDigits | m.CloseSession) -> list[Step] | Why:
        """Carry out a request for a session."""
        session, number = self._open.get(asked.session_id), asked.session_id
        if session is None:
            return Why.BAD_IE
        match asked:
            case m.PlayPrompt():
                return []
            case m.CollectDigits(_, count, timeout):
                if not count:
                    return Why.BAD_IE
                session.wanted, session.digits = count, ""
                return [StartTimer(f"{TIMER} {number}", float(timeout or _SECONDS))]
            case m.CloseSession():
                del self._open[number]
                return [StopTimer(f"{TIMER} {number}")]

    def expired(self, timer: str) -> list[Step]:
        """Give what was dialled so far, though it is less than was wanted."""
        number = int(timer.rpartition(" ")[2])
        session = self._open.get(number)
        return [] if session is None else [self._collected(number, session)]

    def take(self, fact: CallFact) -> list[Step]:
        """Take a fact of a call."""
        steps: list[Step] = []
        for number, session in list(self._open.items()):
            match fact:
                case facts.DigitsSent(digits=digits) if fact.call == session.call:
                    if session.wanted:
                        session.digits += "".join(one for one in digits if one not in "ABCD")
                        if len(session.digits) >= session.wanted:
                            steps.append(StopTimer(f"{TIMER} {number}"))
                            steps.append(self._collected(number, session))
                case facts.Merged() if session.call in (fact.primary, fact.secondary):
                    session.call = fact.call
                case facts.CallCleared() if fact.call == session.call:
                    del self._open[number]
                    steps.append(StopTimer(f"{TIMER} {number}"))
                    steps.append(m.SessionEnded(number, Cause(Why.BAD_CALL_ID)))
                case _:
                    pass
        return steps

    def _collected(self, number: int, session: _Session) -> m.DigitsCollected:
        digits, session.wanted = session.digits[: session.wanted], 0
        return m.DigitsCollected(number, digits)
