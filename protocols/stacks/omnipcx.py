"""Framing of CSTA on an Alcatel OmniPCX: a greeting, then two octets of length per APDU.

The computing function says B, the switch says P, one octet each. The text EXIT, without a
length, ends the link.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from enum import Enum, auto
from typing import Any, Final

from typing_extensions import override

from protocols.stacks.framing import FramingStack, Header
from protocols.stacks.primitives import (
    Action,
    Established,
    Event,
    Fault,
    OctetsReceived,
    Received,
    Release,
    Released,
    Reset,
    Send,
    Stack,
    StartTimer,
    StopTimer,
    TimerExpired,
    Transmit,
    TransportDown,
    TransportUp,
    no_options,
)

BEGIN: Final = b"B"
PROCEED: Final = b"P"
EXIT: Final = b"EXIT"
_TIMER: Final = "greeting"
SECONDS: Final = 10.0
"""For the switch to greet."""


class Frames:
    """Two octets of length; EXIT has none, and no APDU is as long as its first two say."""

    size = Header.LENGTH16.size

    def find(self, octets: bytes, at: int) -> tuple[int, int]:
        """Give begin and end of the APDU whose frame begins at ``at``, or of EXIT."""
        if octets.startswith(EXIT[: self.size], at):
            return at, at + len(EXIT)
        return Header.LENGTH16.find(octets, at)

    def frame(self, pdu: bytes) -> bytes:
        """Put the length before one APDU."""
        return Header.LENGTH16.frame(pdu)


class _State(Enum):
    DOWN = auto()
    GREETING = auto()
    UP = auto()


class GreetingStack(Stack):
    """Message link of the computing function; an observer follows either side."""

    def __init__(self, *, observing: bool) -> None:
        self._observing = observing
        self._inner = FramingStack(Frames())
        self._state = _State.DOWN

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {_TIMER: SECONDS}

    @override
    def handle(self, event: Event) -> list[Action]:
        match event:
            case TransportUp():
                self._state = _State.GREETING
                actions = self._inner.handle(event)
                return actions if self._observing else [Transmit(BEGIN), StartTimer(_TIMER)]
            case TransportDown(reason):
                greeting = self._state is _State.GREETING and not self._observing
                self._state = _State.DOWN
                if greeting:
                    self._inner.handle(event)
                    return [StopTimer(_TIMER), Released(f"no greeting: {reason}")]
                return self._inner.handle(event)
            case OctetsReceived(octets):
                return self._octets(octets)
            case Send() if self._state is _State.GREETING and not self._observing:
                return [Fault("unsent", "the switch has not greeted")]
            case TimerExpired(timer):
                if timer != _TIMER or self._state is not _State.GREETING:
                    return []
                return self._refused(f"no greeting within {SECONDS:g} s")
            case Release():
                return [Transmit(EXIT)] if self._state is _State.UP else []
            case Send():
                return self._inner.handle(event)
            case Reset():
                self._state = _State.DOWN
                return [StopTimer(_TIMER), *self._inner.handle(event)]

    def _octets(self, octets: bytes) -> list[Action]:
        actions: list[Action] = []
        if self._state is _State.GREETING:
            if not octets:
                return []
            first, rest = octets[:1], octets[1:]
            if self._observing:
                # Of a recording either side's greeting may be left out.
                octets = rest if first in (BEGIN, PROCEED) else octets
            elif first == PROCEED:
                actions, octets = [StopTimer(_TIMER), Established()], rest
            else:
                return self._refused(f"the switch greets with {first.hex()} instead of P")
            self._state = _State.UP
        for action in self._inner.handle(OctetsReceived(octets)) if octets else ():
            if action == Received(EXIT):
                self._state = _State.DOWN
                why = "the switch says EXIT"
                return [*actions, Fault("exit", why, fatal=True), Released(why)]
            actions.append(action)
        return actions

    def _refused(self, why: str) -> list[Action]:
        self._state = _State.DOWN
        return [StopTimer(_TIMER), Fault("greeting", why, fatal=True), Released(why)]


def omnipcx(options: Mapping[str, Any] = {}, *, observing: bool = False) -> Stack:
    """Make a message link with the greeting of an OmniPCX."""
    no_options(options)
    return GreetingStack(observing=observing)
