"""What layer 2 of one side of a D channel is told and what it wants done; its parameters."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from protocols.lapd import primitives as dl
from protocols.lapd import tei_network, tei_user
from protocols.lapd.frames import (
    CALL_CONTROL,
    GROUP_TEI,
    MANAGEMENT,
    Address,
    Error,
    Frame,
)
from protocols.lapd.primitives import Role, Timer
from protocols.lapd.tei import FIRST


class Params(msgspec.Struct, frozen=True):
    """What one side of a D channel is."""

    role: Role = Role.USER
    tei: int | None = None
    """0 to 63: of this terminal, or on the network side that of the one terminal of a
    point-to-point access. ``None``: a terminal has its TEI assigned; a network serves a
    bus."""
    sapis: Mapping[int, dl.Params] = msgspec.field(
        default_factory=lambda: {CALL_CONTROL: dl.Params()}
    )
    """Connections that there are, by SAPI from 0 to 62."""
    n202: int = 3
    """Identity requests before a terminal gives up for now."""
    seed: int = 0
    """Begins a terminal's sequence of reference numbers."""

    def __post_init__(self) -> None:
        if self.tei is not None and not 0 <= self.tei < FIRST:
            raise ValueError(f"tei = {self.tei}: a fixed TEI is 0 to {FIRST - 1}")
        for sapi in self.sapis:
            if not 0 <= sapi < MANAGEMENT:
                raise ValueError(f"sapi = {sapi}: wanted 0 to {MANAGEMENT - 1}")
        if self.n202 < 1:
            raise ValueError(f"n202 = {self.n202}: too small")


class Clock(msgspec.Struct, frozen=True, gc=False):
    """Which timer of which connection; T201 and T202 belong to SAPI 63."""

    timer: Timer
    sapi: int
    tei: int


# Events: what the layer is told.


class LineUp(msgspec.Struct, frozen=True, gc=False):
    """PH-ACTIVATE: frames can pass now."""


class LineDown(msgspec.Struct, frozen=True, gc=False):
    """PH-DEACTIVATE: frames pass no more."""


class FrameReceived(msgspec.Struct, frozen=True, gc=False):
    """A frame arrived whole."""

    address: Address
    frame: Frame


class FrameInvalid(msgspec.Struct, frozen=True, gc=False):
    """A frame arrived whose control or information field is of no use."""

    address: Address
    error: Error


class Requested(msgspec.Struct, frozen=True, gc=False):
    """Layer 3 wants something of a connection."""

    request: dl.Request
    sapi: int = CALL_CONTROL
    tei: int = GROUP_TEI
    """Which terminal; a terminal itself need not say."""


class GroupDataRequest(msgspec.Struct, frozen=True, gc=False):
    """DL-UNIT DATA of a network to all terminals of the bus."""

    data: bytes
    sapi: int = CALL_CONTROL


class CheckRequest(msgspec.Struct, frozen=True, gc=False):
    """Management of a network wants a TEI checked, or all of them (127)."""

    tei: int = GROUP_TEI


class RemoveRequest(msgspec.Struct, frozen=True, gc=False):
    """Management of a network wants a TEI taken away, or all of them (127)."""

    tei: int


class TimerExpired(msgspec.Struct, frozen=True, gc=False):
    """A timer that this layer started ran out."""

    clock: Clock


Event = (
    LineUp
    | LineDown
    | FrameReceived
    | FrameInvalid
    | Requested
    | GroupDataRequest
    | CheckRequest
    | RemoveRequest
    | TimerExpired
)

# Actions: what the layer wants done, in this order.


class SendFrame(msgspec.Struct, frozen=True, gc=False):
    """Put a frame on the line."""

    address: Address
    frame: Frame


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Start a timer, from the beginning if it is running."""

    clock: Clock


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """Stop a timer that is running."""

    clock: Clock


class Told(msgspec.Struct, frozen=True, gc=False):
    """A connection tells layer 3 something."""

    indication: dl.Indication
    sapi: int
    tei: int
    """127 while a terminal has none."""


class GroupDataIndication(msgspec.Struct, frozen=True, gc=False):
    """DL-UNIT DATA to all terminals arrived."""

    data: bytes
    sapi: int


class TeiAssigned(msgspec.Struct, frozen=True, gc=False):
    """This terminal, or one of the bus, has a TEI now."""

    tei: int


class TeiRemoved(msgspec.Struct, frozen=True, gc=False):
    """This terminal, or one of the bus, has its TEI no more."""

    tei: int


class TeiFailed(msgspec.Struct, frozen=True, gc=False):
    """The network gives this terminal no TEI."""


class ErrorIndication(msgspec.Struct, frozen=True, gc=False):
    """MDL-ERROR of a connection, for those who keep count."""

    error: Error
    sapi: int
    tei: int


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """The event has no effect, here or in the machine that it was meant for."""

    event: Event | dl.Event | tei_user.Event | tei_network.Event


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The request cannot be met now, or is none of this side."""

    event: Event | dl.Event


Action = (
    SendFrame
    | StartTimer
    | StopTimer
    | Told
    | GroupDataIndication
    | TeiAssigned
    | TeiRemoved
    | TeiFailed
    | ErrorIndication
    | Ignored
    | Refused
)
