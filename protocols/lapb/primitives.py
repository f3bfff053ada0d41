"""What a LAPB link is told and what it wants done; its states, parameters and timers.

Clauses are those of ITU-T X.25 (10/96); T4 is from ISO/IEC 7776, which describes the same
procedures as seen by a DTE.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.lapb.frames import Address, Frame, Modulo, Reason
from protocols.timers import TimerSpec


class Role(Enum):
    """Which end of the link this is: it decides the addresses and nothing else (2.4.2)."""

    DTE = "dte"
    DCE = "dce"


class Mode(Enum):
    """What a link does by itself when its line comes up (2.4.4.1)."""

    ACTIVE = "active"
    """Sends SABM, also whenever the peer asks for it with DM F=0."""
    PASSIVE = "passive"
    """Waits for SABM."""
    INVITING = "inviting"
    """Sends DM F=0 to ask for SABM, then waits."""


class State(Enum):
    """Phases of the link (2.4.4 to 2.4.7)."""

    DISCONNECTED = "disconnected"
    SETTING_UP = "setting up"
    """SABM or SABME is out."""
    DISCONNECTING = "disconnecting"
    """DISC is out."""
    CONNECTED = "connected"
    TIMER_RECOVERY = "timer recovery"
    """Connected, and a command with P=1 is out whose answer tells what arrived (2.4.5.9)."""
    FRAME_REJECT = "frame reject"
    """FRMR is out; only the peer can reset the link (2.4.7.3)."""


class Timer(Enum):
    """Timers of the link; their lengths are in ``TIMERS``."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


TIMERS: Final = {
    Timer.T1: TimerSpec(3.0, 0.1, 60.0, "answer or acknowledgement", "X.25 2.4.8.1"),
    Timer.T2: TimerSpec(0.5, 0.01, 30.0, "delay of an acknowledgement", "X.25 2.4.8.2"),
    Timer.T3: TimerSpec(60.0, 1.0, 3600.0, "silence: link is lost", "X.25 2.4.8.3"),
    Timer.T4: TimerSpec(20.0, 1.0, 600.0, "silence: link is tested", "ISO/IEC 7776"),
}


class Params(msgspec.Struct, frozen=True, gc=False):
    """System parameters of one link (2.4.8)."""

    role: Role = Role.DTE
    mode: Mode = Mode.ACTIVE
    modulo: Modulo = Modulo.M8
    k: int = 7
    """I frames that may be unacknowledged, 1 to modulo - 1 (2.4.8.6)."""
    n1: int = 2104
    """Bits of the longest I frame, address to FCS; here 259 octets of packet (2.4.8.5)."""
    n2: int = 10
    """Transmissions of a frame that is not answered, 1 or more (2.4.8.4)."""
    queue: int = 256
    """I frames that wait or are unacknowledged before ``DataRequest`` is refused."""
    t2: bool = True
    """Acknowledgements may wait for T2; if not, each I frame is answered at once."""
    t3: bool = False
    """The link counts as lost after T3 without any frame."""
    t4: bool = True
    """A link without traffic is tested each T4."""

    def __post_init__(self) -> None:
        if not 1 <= self.k < self.modulo.value:
            raise ValueError(f"k = {self.k}: wanted 1 to {self.modulo.value - 1}")
        if self.n2 < 1 or self.queue < 1 or self.max_field < 1:
            raise ValueError(f"n2 = {self.n2}, queue = {self.queue}, n1 = {self.n1}: too small")

    @property
    def max_field(self) -> int:
        """Octets of the longest information field."""
        return self.n1 // 8 - (4 if self.modulo is Modulo.M8 else 5)

    @property
    def own(self) -> Address:
        """Address of the commands this end receives and of the responses it sends."""
        return Address.A if self.role is Role.DTE else Address.B

    @property
    def peer(self) -> Address:
        """Address of the commands this end sends and of the responses it receives."""
        return Address.B if self.role is Role.DTE else Address.A


# Events: what the link is told.


class LineUp(msgspec.Struct, frozen=True, gc=False):
    """The line can carry frames now."""


class LineDown(msgspec.Struct, frozen=True, gc=False):
    """The line carries no frames any more."""


class EstablishRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 wants the link set up, or reset if it is up."""


class ReleaseRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 wants the link taken down."""


class DataRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 has a packet to send."""

    data: bytes


class BusyRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 can take no more packets (2.4.5.8)."""


class ReadyRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 can take packets again."""


class FrameReceived(msgspec.Struct, frozen=True, gc=False):
    """A frame arrived whole."""

    address: Address
    frame: Frame


class FrameRejected(msgspec.Struct, frozen=True, gc=False):
    """A frame arrived whose control or information field is of no use (``RejectedError``)."""

    address: Address
    control: bytes
    reasons: Reason


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer that this link started ran out."""

    timer: Timer


Event = (
    LineUp
    | LineDown
    | EstablishRequest
    | ReleaseRequest
    | DataRequest
    | BusyRequest
    | ReadyRequest
    | FrameReceived
    | FrameRejected
    | TimerExpired
)

# Actions: what the link wants done, in this order.


class Cause(Enum):
    """Why a link was reset or went away."""

    PEER = "peer"
    """It sent SABM, DISC or DM."""
    UNANSWERED = "unanswered"
    """N2 transmissions were not answered."""
    FRAME_REJECT = "frame reject"
    """One end sent FRMR."""
    UNEXPECTED_UA = "unexpected UA"
    SILENCE = "silence"
    """Nothing arrived during T3."""
    LINE = "line"
    """The line went down."""
    REQUEST = "request"
    """Layer 3 asked for it."""


class SendFrame(msgspec.Struct, frozen=True, gc=False):
    """Put a frame on the line."""

    address: Address
    frame: Frame


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, from the beginning if it is running."""

    timer: Timer


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer that is running."""

    timer: Timer


class EstablishIndication(msgspec.Struct, frozen=True, gc=False):
    """The peer set the link up."""


class EstablishConfirm(msgspec.Struct, frozen=True, gc=False):
    """The link that this end set up is there."""


class ResetIndication(msgspec.Struct, frozen=True, gc=False):
    """The link is there again after a reset; packets under way in either direction are lost."""

    cause: Cause


class ReleaseIndication(msgspec.Struct, frozen=True, gc=False):
    """The link is gone or could not be set up; packets under way are lost."""

    cause: Cause


class ReleaseConfirm(msgspec.Struct, frozen=True, gc=False):
    """The link is taken down as requested."""


class DataIndication(msgspec.Struct, frozen=True, gc=False):
    """A packet arrived, in sequence."""

    data: bytes


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """The event has no effect in this state."""

    state: State
    event: Event


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The request cannot be met in this state, or is too long, or the queue is full."""

    state: State
    event: Event


Action = (
    SendFrame
    | StartTimer
    | StopTimer
    | EstablishIndication
    | EstablishConfirm
    | ResetIndication
    | ReleaseIndication
    | ReleaseConfirm
    | DataIndication
    | Ignored
    | Refused
)
