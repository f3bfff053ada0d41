"""The stream of a TCP connection: messages have their length in their own header (7.1)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from typing_extensions import override

from protocols.meridian import header
from protocols.stacks import primitives as st


class Stream(st.Stack):
    """Split a stream into messages; one without a believable length ends it (7.4)."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held = b""

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.OctetsReceived(octets):
                return self._received(octets)
            case st.Send(pdu):
                return [st.Transmit(pdu)]
            case _:
                return []

    def _received(self, octets: bytes) -> list[st.Action]:
        held, at = self._held + octets, 0
        actions: list[st.Action] = []
        while len(held) - at >= header.LENGTH_SIZE:
            length = header.total(held, at)
            if not header.SIZE <= length <= self._longest:
                wrong = f"a message of {length} octets"
                actions += [st.Fault("framing", wrong, fatal=True), st.Released(wrong)]
                break
            if len(held) - at < length:
                break
            actions.append(st.Received(held[at : at + length]))
            at += length
        self._held = held[at:]
        return actions
