"""The switch's side of an OmniPCX link: B is answered with P, EXIT ends it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from typing_extensions import override

from protocols.stacks import primitives as st
from protocols.stacks.framing import FramingStack
from protocols.stacks.omnipcx import BEGIN, EXIT, PROCEED, Frames


class Greeted(st.Stack):
    """Two octets of length per APDU, once the client has greeted."""

    def __init__(self) -> None:
        self._inner = FramingStack(Frames())
        self._up = False

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets) if not self._up and octets:
                if octets[:1] != BEGIN:
                    wrong = f"the client greets with {octets[:1].hex()} instead of B"
                    return [st.Fault("greeting", wrong, fatal=True), st.Released(wrong)]
                self._up = True
                return [st.Transmit(PROCEED), *self.handle(st.OctetsReceived(octets[1:]))]
            case st.OctetsReceived():
                return [_ended(one) for one in self._inner.handle(event)]
            case st.Send() if not self._up:
                return []
            case st.Release():
                return [st.Transmit(EXIT)] if self._up else []
            case _:
                return self._inner.handle(event)


def _ended(action: st.Action) -> st.Action:
    return st.Released("the client says EXIT") if action == st.Received(EXIT) else action
