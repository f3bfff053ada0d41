"""One DTE/DCE interface of X.25: LAPB and the packet layer above it, joined.

Frames go in and come out as octets without flags and FCS, so that an asynchronous line, a
synchronous interface and a datagram can carry them alike. What either layer tells its user
or its clock comes out as it is; packets pass between the two inside.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from protocols.errors import DecodeError, EncodeError
from protocols.lapb import frames, link
from protocols.lapb import primitives as lapb
from protocols.stacks.primitives import Transmit
from protocols.x25 import layer, packets
from protocols.x25 import primitives as x25

_PACKET_HEADER: Final = 4  # modulo 128
_FRAME: Final = 5  # address, control of two octets, FCS
_LONGEST_CALL: Final = 256
"""Octets of data that leave room for a call packet with all its fields."""


def frame_bits(packet_size: int) -> int:
    """Give N1 for data packets with so many octets of data: LAPB counts address to FCS."""
    return 8 * (max(packet_size, _LONGEST_CALL) + _PACKET_HEADER + _FRAME)


class FrameOctets(msgspec.Struct, frozen=True, gc=False):
    """A frame arrived, from its address to the end of its information field."""

    octets: bytes


class Dropped(msgspec.Struct, frozen=True, gc=False):
    """Octets that are no frame, or a packet that cannot be sent, were thrown away."""

    reason: str


Event = FrameOctets | lapb.Event | x25.Event
Action = Transmit | Dropped | lapb.Action | x25.Action


class Interface:
    """LAPB and the packet layer of one interface."""

    __slots__ = ("_out", "_work", "layer", "link")

    def __init__(self, lapb_params: lapb.Params, x25_params: x25.Params) -> None:
        self.link = link.Link(lapb_params)
        self.layer = layer.Layer(x25_params)
        self._work: deque[Event] = deque()
        self._out: list[Action] = []

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order. Total.

        What one layer tells the other waits until the first is done, so that neither is
        entered twice and their timers start and stop in the order in which they meant it.
        """
        self._work.append(event)
        while self._work:
            self._one(self._work.popleft())
        out, self._out = self._out, []
        return out

    def _one(self, event: Event) -> None:
        match event:
            case FrameOctets(octets):
                try:
                    heard = link.read(octets, self.link.params.modulo)
                except DecodeError as error:
                    self._out.append(Dropped(str(error)))
                    return
                self._from_link(self.link.handle(heard))
            case (
                lapb.LineUp()
                | lapb.LineDown()
                | lapb.EstablishRequest()
                | lapb.ReleaseRequest()
                | lapb.DataRequest()
                | lapb.BusyRequest()
                | lapb.ReadyRequest()
                | lapb.FrameReceived()
                | lapb.FrameRejected()
                | lapb.TimerExpired()
            ):
                self._from_link(self.link.handle(event))
            case _:
                self._from_layer(self.layer.handle(event))

    def _from_link(self, actions: list[lapb.Action]) -> None:
        for action in actions:
            match action:
                case lapb.SendFrame(address, frame):
                    octets = frames.encode(address, frame, self.link.params.modulo)
                    self._out.append(Transmit(octets))
                case lapb.DataIndication(data):
                    self._work.append(layer.read(data, self.layer.params.modulo))
                case lapb.Refused(state, lapb.DataRequest()):
                    self._refused(state)
                case _:
                    self._out.append(action)
                    self._tell_layer(action)

    def _refused(self, state: lapb.State) -> None:
        """Take a packet back. Its channel's numbers have a gap that only a restart cures.

        A link that is not up restarts the packet layer by itself when it comes up.
        """
        self._out.append(Dropped("the data link took no more packets"))
        full = state in (lapb.State.CONNECTED, lapb.State.TIMER_RECOVERY)
        if full and self.layer.ready:
            self._work.append(x25.RestartRequest())

    def _tell_layer(self, action: lapb.Action) -> None:
        match action:
            case lapb.EstablishIndication() | lapb.EstablishConfirm() | lapb.ResetIndication():
                self._work.append(x25.LinkUp())
            case lapb.ReleaseIndication() | lapb.ReleaseConfirm():
                self._work.append(x25.LinkDown())
            case _:
                pass

    def _from_layer(self, actions: list[x25.Action]) -> None:
        for action in actions:
            if isinstance(action, x25.SendPacket):
                self._send(action.packet)
            else:
                self._out.append(action)

    def _send(self, packet: packets.Packet) -> None:
        try:
            octets = packets.encode(packet, self.layer.params.modulo)
        except EncodeError as error:  # only what the user put in a call can be wrong
            self._out.append(Dropped(str(error)))
            return
        self._work.append(lapb.DataRequest(octets))
