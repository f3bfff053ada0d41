"""What a LAPD data link connection is told and what it wants done; states, parameters, timers.

Clauses are those of ITU-T Q.921 (09/97). DL primitives are those of layer 3, MDL primitives
those of layer management, which in this package is ``layer`` with the TEI machines.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from protocols.lapd.frames import Error, Frame
from protocols.timers import TimerSpec


class Role(Enum):
    """Which side of the D channel this is: it decides the C/R bit and who assigns TEIs."""

    USER = "user"
    NETWORK = "network"

    def command(self) -> bool:
        """Give the C/R bit of the commands this side sends (table 1)."""
        return self is Role.NETWORK


class State(Enum):
    """States of a point-to-point data link connection (annex B), with their numbers."""

    TEI_UNASSIGNED = 1
    ASSIGN_AWAITING_TEI = 2
    """A TEI was asked for to send UI."""
    ESTABLISH_AWAITING_TEI = 3
    """A TEI was asked for to set the link up."""
    TEI_ASSIGNED = 4
    AWAITING_ESTABLISHMENT = 5
    """SABME is out."""
    AWAITING_RELEASE = 6
    """DISC is out."""
    MULTIPLE_FRAME_ESTABLISHED = 7
    TIMER_RECOVERY = 8
    """Established, and a command with P=1 is out whose answer tells what arrived."""


class Timer(Enum):
    """Timers of layer 2; their lengths are in ``TIMERS``."""

    T200 = "T200"
    T201 = "T201"
    T202 = "T202"
    T203 = "T203"


TIMERS: Final = {
    Timer.T200: TimerSpec(1.0, 0.05, 60.0, "answer or acknowledgement", "Q.921 5.9.1"),
    Timer.T201: TimerSpec(1.0, 0.05, 60.0, "identity check response", "Q.921 5.9.2"),
    Timer.T202: TimerSpec(2.0, 0.05, 60.0, "identity assigned", "Q.921 5.9.3"),
    Timer.T203: TimerSpec(10.0, 0.5, 600.0, "silence: link is tested", "Q.921 5.9.8"),
}


class Params(msgspec.Struct, frozen=True, gc=False):
    """System parameters of one data link connection (5.9)."""

    k: int = 7
    """I frames that may be unacknowledged, 1 to 127; usual on basic access are 1 for
    SAPI 0 and 3 for SAPI 16 (5.9.5)."""
    n200: int = 3
    """Times that an unanswered frame is sent again (5.9.4)."""
    n201: int = 260
    """Octets of the longest information field (5.9.6)."""
    queue: int = 256
    """I frames that wait or are unacknowledged before ``DataRequest`` is refused."""
    t203: bool = True
    """An idle link is tested each T203."""
    duplicating: bool = False
    """The line may deliver a frame twice, as UDP does. SABME and UA carry no number, so that
    a second one passes for new and what is sent next may be taken for acknowledged: then an
    unexpected UA sets the link up again, after T200, and layer 3 is told of every SABME."""

    def __post_init__(self) -> None:
        if not 1 <= self.k <= 127:
            raise ValueError(f"k = {self.k}: wanted 1 to 127")
        if self.n200 < 1 or self.n201 < 1 or self.queue < 1:
            raise ValueError(
                f"n200 = {self.n200}, n201 = {self.n201}, queue = {self.queue}: too small"
            )


# Events: what a connection is told.


class EstablishRequest(msgspec.Struct, frozen=True, gc=False):
    """DL-ESTABLISH: layer 3 wants the link set up, or set up anew."""


class ReleaseRequest(msgspec.Struct, frozen=True, gc=False):
    """DL-RELEASE: layer 3 wants the link taken down."""


class DataRequest(msgspec.Struct, frozen=True, gc=False):
    """DL-DATA: layer 3 has a message to send acknowledged."""

    data: bytes


class UnitDataRequest(msgspec.Struct, frozen=True, gc=False):
    """DL-UNIT DATA: layer 3 has a message to send unacknowledged, to this TEI."""

    data: bytes


class XidRequest(msgspec.Struct, frozen=True, gc=False):
    """Exchange identification: send XID; the peer's answer is an ``XidIndication``."""

    data: bytes
    command: bool = True


class BusyRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 can take no more messages (5.6.5)."""


class ReadyRequest(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 can take messages again."""


class AssignRequest(msgspec.Struct, frozen=True, gc=False):
    """MDL-ASSIGN: the connection has a TEI now."""


class RemoveRequest(msgspec.Struct, frozen=True, gc=False):
    """MDL-REMOVE: the connection has no TEI any more."""


class ErrorResponse(msgspec.Struct, frozen=True, gc=False):
    """MDL-ERROR response: there is no TEI to be had."""


class Deactivation(msgspec.Struct, frozen=True, gc=False):
    """Persistent deactivation: layer 1 is down."""


class FrameReceived(msgspec.Struct, frozen=True, gc=False):
    """A frame with the address of this connection arrived whole."""

    command: bool
    """What the C/R bit says; else it is a response."""
    frame: Frame


class FrameInvalid(msgspec.Struct, frozen=True, gc=False):
    """A frame of this connection arrived that is of no use (``InvalidError``)."""

    error: Error


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer that this connection started ran out: T200 or T203."""

    timer: Timer


Event = (
    EstablishRequest
    | ReleaseRequest
    | DataRequest
    | UnitDataRequest
    | XidRequest
    | BusyRequest
    | ReadyRequest
    | AssignRequest
    | RemoveRequest
    | ErrorResponse
    | Deactivation
    | FrameReceived
    | FrameInvalid
    | TimerExpired
)
Request = (
    EstablishRequest
    | ReleaseRequest
    | DataRequest
    | UnitDataRequest
    | XidRequest
    | BusyRequest
    | ReadyRequest
)
"""What layer 3 may say."""

# Actions: what a connection wants done, in this order.


class Cause(Enum):
    """Why a link went away or could not be set up."""

    PEER = "peer"
    """It sent DISC or DM."""
    UNANSWERED = "unanswered"
    """SABME and N200 repetitions were not answered."""
    NO_TEI = "no TEI"
    """The network gave none."""
    TEI_REMOVED = "TEI removed"
    LINE = "line"
    """Layer 1 is down."""


class SendFrame(msgspec.Struct, frozen=True, gc=False):
    """Put a frame with the address of this connection on the line."""

    command: bool
    """Else it is a response."""
    frame: Frame


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, from the beginning if it is running."""

    timer: Timer


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer that is running."""

    timer: Timer


class EstablishIndication(msgspec.Struct, frozen=True, gc=False):
    """DL-ESTABLISH: the link is up, or up anew; what was not acknowledged is lost."""


class EstablishConfirm(msgspec.Struct, frozen=True, gc=False):
    """DL-ESTABLISH: the link that layer 3 asked for is up."""


class ReleaseIndication(msgspec.Struct, frozen=True, gc=False):
    """DL-RELEASE: the link is gone or could not be set up; what was under way is lost."""

    cause: Cause


class ReleaseConfirm(msgspec.Struct, frozen=True, gc=False):
    """DL-RELEASE: the link is down as requested."""


class DataIndication(msgspec.Struct, frozen=True, gc=False):
    """DL-DATA: a message arrived, in sequence."""

    data: bytes


class UnitDataIndication(msgspec.Struct, frozen=True, gc=False):
    """DL-UNIT DATA: a message arrived in UI."""

    data: bytes


class XidIndication(msgspec.Struct, frozen=True, gc=False):
    """XID arrived; a command has been answered by an empty response (appendix IV)."""

    command: bool
    data: bytes


class AssignIndication(msgspec.Struct, frozen=True, gc=False):
    """MDL-ASSIGN: the connection needs a TEI."""


class ErrorIndication(msgspec.Struct, frozen=True, gc=False):
    """MDL-ERROR: something that layer management should know of."""

    error: Error


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
    | ReleaseIndication
    | ReleaseConfirm
    | DataIndication
    | UnitDataIndication
    | XidIndication
    | AssignIndication
    | ErrorIndication
    | Ignored
    | Refused
)
Indication = (
    EstablishIndication
    | EstablishConfirm
    | ReleaseIndication
    | ReleaseConfirm
    | DataIndication
    | UnitDataIndication
    | XidIndication
)
"""What layer 3 is told."""
