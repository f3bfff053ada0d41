"""Stacks that observe one direction of somebody else's X.25 link: PDUs out, nothing sent.

What is repeated on the line is taken once: I frames count. Packets that begin a circuit anew,
of whichever side they are, end a message that is not complete.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Protocol

from typing_extensions import override

from protocols.errors import DecodeError
from protocols.lapb import frames
from protocols.stacks import options
from protocols.stacks import primitives as st
from protocols.x25 import packets
from protocols.x25.errors import PacketError
from protocols.xot import framer as xot


class Framing(Protocol):
    """What finds frames in octets."""

    def feed(self, octets: bytes) -> list[bytes]:
        """Give the good frames of what was read."""


class _Tap(st.Stack):
    """One direction of a circuit."""

    def __init__(self, keys: options.Circuit) -> None:
        self._modulo = packets.Modulo.M8 if keys.modulo == 8 else packets.Modulo.M128
        self._longest = keys.longest
        self._message: list[bytes] = []

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: st.Event) -> list[st.Action]:
        match event:
            case st.TransportUp():
                self._begin()
                return [st.Established()]
            case st.TransportDown(reason):
                return [st.Released(reason)]
            case st.OctetsReceived(octets):
                return self._heard(octets)
            case st.Send() | st.TimerExpired() | st.Release() | st.Reset():
                return []

    def _begin(self) -> None:
        self._message = []

    def _heard(self, octets: bytes) -> list[st.Action]:
        raise NotImplementedError

    def _packet(self, octets: bytes) -> list[st.Action]:
        """Take a packet."""
        try:
            packet = packets.decode(octets, self._modulo)
        except PacketError as error:
            return [st.Fault("packet", str(error))]
        match packet:
            case packets.Data(data=data, m_bit=more, q_bit=qualified):
                self._message.append(data)
                if sum(map(len, self._message)) > self._longest:
                    self._message = []
                    return [st.Fault("packet", f"message longer than {self._longest} octets")]
                if more:
                    return []
                whole, self._message = b"".join(self._message), []
                return [] if qualified else [st.Received(whole)]
            case packets.Reset() | packets.ResetConfirmation():
                self._message = []
                return [st.Fault(st.LOST, "X.25 reset")]
            case (
                packets.Call()
                | packets.CallAccepted()
                | packets.Clear()
                | packets.ClearConfirmation()
                | packets.Restart()
                | packets.RestartConfirmation()
            ):
                self._message = []
                return []
            case _:
                return []


class LineTap(_Tap):
    """One direction of a line with LAPB."""

    def __init__(self, keys: options.Interface, framing: Framing) -> None:
        super().__init__(keys)
        self._framing = framing
        self._lapb_modulo = frames.Modulo(keys.lapb.modulo)
        self._vr: int | None = None
        """Unknown where a recording begins in the middle of a link."""

    @override
    def _begin(self) -> None:
        super()._begin()
        self._vr = None

    @override
    def _heard(self, octets: bytes) -> list[st.Action]:
        out: list[st.Action] = []
        for frame in self._framing.feed(octets):
            try:
                _, heard = frames.decode(frame, self._lapb_modulo)
            except DecodeError as error:
                out.append(st.Fault("dropped", str(error)))
                continue
            match heard:
                case frames.Info(ns=ns, data=data) if self._vr in (None, ns):
                    self._vr = (ns + 1) % self._lapb_modulo.value
                    out += self._packet(data)
                case frames.Sabm() | frames.Sabme() | frames.Ua():
                    self._vr = 0  # whoever sends one of these numbers anew
                    self._message = []
                case _:
                    pass
        return out


class XotTap(_Tap):
    """One direction of an XOT connection."""

    def __init__(self, keys: options.Circuit) -> None:
        super().__init__(keys)
        self._framer = xot.XotFramer()

    @override
    def _begin(self) -> None:
        super()._begin()
        self._framer = xot.XotFramer()

    @override
    def _heard(self, octets: bytes) -> list[st.Action]:
        out: list[st.Action] = []
        for found in self._framer.feed(octets):
            if isinstance(found, xot.BadHeader):
                wrong = f"version {found.version}, length {found.length}"
                out.append(st.Fault("framing", wrong, fatal=True))
            elif xot.carries(found):
                out += self._packet(found)
        return out


def xot_tap(given: Mapping[str, Any]) -> st.Stack:
    """Make the observer of one direction of an XOT connection."""
    return XotTap(options.read(given, options.Xot))
