"""What the X.25 packet layer is told and what it wants done; parameters and timers.

Events and actions of a logical channel carry its number (``lcn``), so that they pass through
the layer as they are; 0 stands for the layer itself.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.timers import TimerSpec
from protocols.x25.facilities import Facility
from protocols.x25.packets import (
    MAX_LCN,
    Call,
    CallAccepted,
    Clear,
    DiagnosticPacket,
    Modulo,
    Packet,
)


class Role(Enum):
    """Which side of the DTE/DCE interface this is."""

    DTE = "dte"
    DCE = "dce"


class Timer(Enum):
    """Timers of the layer and of its channels (annex D); T2 delays acknowledgements."""

    T2 = "T2"
    T10 = "T10"
    T11 = "T11"
    T12 = "T12"
    T13 = "T13"
    T20 = "T20"
    T21 = "T21"
    T22 = "T22"
    T23 = "T23"
    T24 = "T24"
    T25 = "T25"
    T26 = "T26"


# T27 and T28 watch reject and registration packets, which this layer never sends.
TIMERS: Final = {
    Timer.T2: TimerSpec(1.0, 0.01, 30.0, "delay of an acknowledgement", "local"),
    Timer.T10: TimerSpec(60.0, 1.0, 600.0, "confirmation of restart, DCE", "X.25 annex D"),
    Timer.T11: TimerSpec(180.0, 1.0, 600.0, "answer to an incoming call, DCE", "X.25 annex D"),
    Timer.T12: TimerSpec(60.0, 1.0, 600.0, "confirmation of reset, DCE", "X.25 annex D"),
    Timer.T13: TimerSpec(60.0, 1.0, 600.0, "confirmation of clear, DCE", "X.25 annex D"),
    Timer.T20: TimerSpec(180.0, 1.0, 600.0, "confirmation of restart, DTE", "X.25 annex D"),
    Timer.T21: TimerSpec(200.0, 1.0, 600.0, "answer to a call, DTE", "X.25 annex D"),
    Timer.T22: TimerSpec(180.0, 1.0, 600.0, "confirmation of reset, DTE", "X.25 annex D"),
    Timer.T23: TimerSpec(180.0, 1.0, 600.0, "confirmation of clear, DTE", "X.25 annex D"),
    Timer.T24: TimerSpec(60.0, 1.0, 600.0, "next window status", "X.25 annex D"),
    Timer.T25: TimerSpec(200.0, 1.0, 600.0, "P(R) for data that was sent", "X.25 annex D"),
    Timer.T26: TimerSpec(180.0, 1.0, 600.0, "confirmation of interrupt", "X.25 annex D"),
}


class Range(msgspec.Struct, frozen=True, gc=False):
    """Logical channels from ``low`` to ``high``; none if ``low`` is greater."""

    low: int = 1
    high: int = 0

    def __contains__(self, lcn: object) -> bool:
        return isinstance(lcn, int) and self.low <= lcn <= self.high


class Params(msgspec.Struct, frozen=True, gc=False):
    """Parameters of one DTE/DCE interface."""

    role: Role = Role.DTE
    modulo: Modulo = Modulo.M8
    permanent: tuple[int, ...] = ()
    """Channels of permanent virtual circuits."""
    incoming: Range = Range()
    """One-way channels for calls to the DTE (LIC to HIC)."""
    two_way: Range = Range(1, 32)
    """LTC to HTC."""
    outgoing: Range = Range()
    """One-way channels for calls from the DTE (LOC to HOC)."""
    packet_size: int = 128
    """Octets of data in a packet where nothing is negotiated."""
    window: int = 2
    """Window where nothing is negotiated."""
    max_packet_size: int = 1024
    """The most that this end agrees to."""
    max_window: int = 7
    negotiate: bool = False
    """Calls from here offer ``max_packet_size`` and ``max_window``."""
    answer_always: bool = False
    """Accepted calls always tell packet and window size, as RFC 1613 may require."""
    r20: int = 1
    """Times restart is sent again."""
    r22: int = 1
    """Times reset is sent again."""
    r23: int = 1
    """Times clear is sent again."""
    t2: bool = True
    """Acknowledgements may wait for T2; if not, each data packet is answered at once."""
    t24: bool = False
    """Window status is repeated every T24."""
    t25: bool = False
    """A channel is reset when P(R) does not come within T25."""
    reject: bool = False
    """The peer may send reject packets."""
    max_message: int = 32_768
    """Octets of a message that is put together from packets, before the channel is reset."""
    queue: int = 512
    """Data packets of a channel that wait or are unacknowledged."""

    def __post_init__(self) -> None:
        if not 1 <= self.window <= self.max_window < self.modulo.size:
            raise ValueError(f"window {self.window}, max_window {self.max_window}")
        if not 16 <= self.packet_size <= self.max_packet_size <= 4096:
            raise ValueError(
                f"packet_size {self.packet_size}, max_packet_size {self.max_packet_size}"
            )
        top = max(self.permanent, default=0)
        for span in (self.incoming, self.two_way, self.outgoing):
            if span.low <= span.high:
                if not top < span.low <= span.high <= MAX_LCN:
                    raise ValueError(f"channels {span.low} to {span.high} behind {top}")
                top = span.high
        if any(not 1 <= lcn <= MAX_LCN for lcn in self.permanent):
            raise ValueError(f"permanent channels {self.permanent}")


class Circuit(msgspec.Struct, frozen=True, gc=False):
    """Sizes that hold on one virtual circuit."""

    size_out: int = 128
    """Octets of data in the packets this end sends."""
    size_in: int = 128
    window_out: int = 2
    """Packets this end may send without acknowledgement."""
    window_in: int = 2


# Events: what the layer or a channel is told.


class LinkUp(msgspec.Struct, frozen=True, gc=False):
    """The data link was set up or reset."""


class LinkDown(msgspec.Struct, frozen=True, gc=False):
    """The data link is gone."""


class PacketReceived(msgspec.Struct, frozen=True, gc=False):
    """A packet arrived."""

    packet: Packet


class PacketInvalid(msgspec.Struct, frozen=True, gc=False):
    """Octets arrived that are not a packet (``PacketError``)."""

    lcn: int
    diagnostic: int
    head: bytes
    """The first three octets, or fewer."""


class RestartRequest(msgspec.Struct, frozen=True, gc=False):
    """The user wants all channels to begin anew."""

    cause: int = 0
    diagnostic: int = 0


class ConnectRequest(msgspec.Struct, frozen=True, gc=False):
    """The user wants a virtual call."""

    token: int
    """Comes back in ``Allocated`` with the channel."""
    called: str = ""
    calling: str = ""
    facilities: tuple[Facility, ...] = ()
    user_data: bytes = b""
    d_bit: bool = False


class ConnectResponse(msgspec.Struct, frozen=True, gc=False):
    """The user accepts an incoming call."""

    lcn: int
    facilities: tuple[Facility, ...] = ()
    user_data: bytes = b""


class DisconnectRequest(msgspec.Struct, frozen=True, gc=False):
    """The user gives a call up, or refuses it."""

    lcn: int
    cause: int = 0
    diagnostic: int = 0
    user_data: bytes = b""


class ResetRequest(msgspec.Struct, frozen=True, gc=False):
    """The user wants a circuit to begin anew."""

    lcn: int
    cause: int = 0
    diagnostic: int = 0


class DataRequest(msgspec.Struct, frozen=True, gc=False):
    """The user has a message, which may take several packets."""

    lcn: int
    data: bytes
    q_bit: bool = False
    d_bit: bool = False
    """``DeliveryConfirm`` tells when the far end has it; refused if not agreed at set-up."""


class InterruptRequest(msgspec.Struct, frozen=True, gc=False):
    """The user has an interrupt, 1 to 32 octets; one at a time."""

    lcn: int
    data: bytes


class BusyRequest(msgspec.Struct, frozen=True, gc=False):
    """The user takes no more data from a channel."""

    lcn: int


class ReadyRequest(msgspec.Struct, frozen=True, gc=False):
    """The user takes data again."""

    lcn: int


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer ran out."""

    timer: Timer
    lcn: int = 0


# Actions: what the layer or a channel wants done, in this order.


class SendPacket(msgspec.Struct, frozen=True, gc=False):
    """Give a packet to the data link."""

    packet: Packet


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, from the beginning if it is running."""

    timer: Timer
    lcn: int = 0


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer that is running."""

    timer: Timer
    lcn: int = 0


class RestartIndication(msgspec.Struct, frozen=True, gc=False):
    """All calls are gone and all permanent circuits reset; wait for ``LayerReady``."""

    cause: int
    diagnostic: int


class LayerReady(msgspec.Struct, frozen=True, gc=False):
    """Restart is complete: channels may be used."""


class LayerDown(msgspec.Struct, frozen=True, gc=False):
    """The data link is gone, or restart was never confirmed: no channel may be used."""


class Allocated(msgspec.Struct, frozen=True, gc=False):
    """A call goes out on this channel."""

    token: int
    lcn: int


class ConnectIndication(msgspec.Struct, frozen=True, gc=False):
    """The peer calls."""

    lcn: int
    call: Call


class ConnectConfirm(msgspec.Struct, frozen=True, gc=False):
    """The peer accepted the call."""

    lcn: int
    accepted: CallAccepted
    circuit: Circuit


class DisconnectIndication(msgspec.Struct, frozen=True, gc=False):
    """A call is gone, or never came about."""

    lcn: int
    cause: int
    diagnostic: int
    clear: Clear | None = None
    """The packet that said so, if one did."""


class DisconnectConfirm(msgspec.Struct, frozen=True, gc=False):
    """A call that the user gave up is gone; its channel is free."""

    lcn: int


class ResetIndication(msgspec.Struct, frozen=True, gc=False):
    """A circuit begins anew: data and interrupts under way in either direction are lost."""

    lcn: int
    cause: int
    diagnostic: int


class ResetConfirm(msgspec.Struct, frozen=True, gc=False):
    """The reset that the user asked for is complete."""

    lcn: int


class DataIndication(msgspec.Struct, frozen=True, gc=False):
    """A message arrived."""

    lcn: int
    data: bytes
    q_bit: bool = False


class DeliveryConfirm(msgspec.Struct, frozen=True, gc=False):
    """The far end has the oldest message with the D bit that was not confirmed yet."""

    lcn: int


class InterruptIndication(msgspec.Struct, frozen=True, gc=False):
    """An interrupt arrived, and was confirmed."""

    lcn: int
    data: bytes


class InterruptConfirm(msgspec.Struct, frozen=True, gc=False):
    """The interrupt arrived; the next may be sent."""

    lcn: int


class DiagnosticIndication(msgspec.Struct, frozen=True, gc=False):
    """The DCE dropped a packet of ours."""

    packet: DiagnosticPacket


class Fault(msgspec.Struct, frozen=True, gc=False):
    """The peer never confirmed: diagnostic 50 a clear, 51 a reset, 52 a restart."""

    lcn: int
    diagnostic: int


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """The event has no effect."""

    event: Event


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The request cannot be met now, or at all."""

    event: Event


Request = (
    ConnectResponse
    | DisconnectRequest
    | ResetRequest
    | DataRequest
    | InterruptRequest
    | BusyRequest
    | ReadyRequest
)
"""What the user of a channel asks of it."""

ChannelEvent = PacketReceived | PacketInvalid | ConnectRequest | Request | TimerExpired
Event = ChannelEvent | LinkUp | LinkDown | RestartRequest
Action = (
    SendPacket
    | StartTimer
    | StopTimer
    | RestartIndication
    | LayerReady
    | LayerDown
    | Allocated
    | ConnectIndication
    | ConnectConfirm
    | DisconnectIndication
    | DisconnectConfirm
    | ResetIndication
    | ResetConfirm
    | DataIndication
    | DeliveryConfirm
    | InterruptIndication
    | InterruptConfirm
    | DiagnosticIndication
    | Fault
    | Ignored
    | Refused
)


class Clocks:
    """Which timers of one channel run."""

    __slots__ = ("lcn", "running")

    def __init__(self, lcn: int) -> None:
        self.lcn = lcn
        self.running: set[Timer] = set()

    def start(self, timer: Timer) -> list[Action]:
        """Start a timer, from the beginning if it runs."""
        self.running.add(timer)
        return [StartTimer(timer, self.lcn)]

    def stop(self, *timers: Timer) -> list[Action]:
        """Stop those of the timers that run."""
        stopped: list[Action] = [
            StopTimer(timer, self.lcn) for timer in timers if timer in self.running
        ]
        self.running.difference_update(timers)
        return stopped

    def expire(self, timer: Timer) -> bool:
        """Note that a timer ran out; tell whether it was running."""
        was_running = timer in self.running
        self.running.discard(timer)
        return was_running
