"""Restart of the packet layer (ITU-T X.25 (10/96) 3.3 and table C.2; ISO/IEC 8208).

Both sides restart when the data link has come up; restarts that cross confirm each other,
and nobody sends a confirmation then. A restart of the peer is confirmed at once, so of r2
and r3 only the own one lasts: r2 in a DTE, r3 in a DCE.
"""

from __future__ import annotations

from enum import Enum

from protocols.x25.causes import Diagnostic, RestartCause
from protocols.x25.packets import DiagnosticPacket, Restart, RestartConfirmation
from protocols.x25.primitives import (
    Action,
    Clocks,
    Fault,
    Ignored,
    LayerDown,
    LayerReady,
    LinkDown,
    LinkUp,
    PacketReceived,
    Params,
    Refused,
    RestartIndication,
    RestartRequest,
    Role,
    SendPacket,
    Timer,
    TimerExpired,
)


class State(Enum):
    """What the layer as a whole is doing."""

    DOWN = "down"
    """There is no data link, or no peer on it."""
    READY = "ready"
    """r1."""
    RESTARTING = "restarting"
    """Our restart is out: r2 in a DTE, r3 in a DCE."""


RestartEvent = LinkUp | LinkDown | RestartRequest | PacketReceived | TimerExpired


class Restarter:
    """The restart states of one interface; takes restart packets and no others."""

    __slots__ = ("_attempts", "_clocks", "_params", "_restart", "state")

    def __init__(self, params: Params) -> None:
        self.state = State.DOWN
        self._params = params
        self._clocks = Clocks(0)
        self._attempts = 0
        self._restart = Restart()

    def handle(self, event: RestartEvent) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        ``RestartIndication`` among the actions means that all calls are gone.
        """
        match self.state:
            case State.DOWN:
                return self._down(event)
            case State.READY:
                return self._ready(event)
            case State.RESTARTING:
                return self._restarting(event)

    def _down(self, event: RestartEvent) -> list[Action]:
        match event:
            case LinkUp():
                return self._after_link_up()
            case PacketReceived(Restart(cause, diagnostic, 0)):
                # Only after restart failed: the peer has come to life on the old link.
                return self._confirm(cause, diagnostic or 0)
            case RestartRequest():
                return [Refused(event)]
            case LinkDown() | PacketReceived() | TimerExpired():
                return [Ignored(event)]

    def _ready(self, event: RestartEvent) -> list[Action]:
        match event:
            case PacketReceived(Restart(cause, diagnostic, 0)):  # 3.3.1, 3.3.2
                return self._confirm(cause, diagnostic or 0)
            case PacketReceived(RestartConfirmation(0)):
                return self._begin_for(Diagnostic.INVALID_TYPE_R1)
            case PacketReceived():
                return self._begin_for(Diagnostic.RESTART_WITH_CHANNEL)
            case RestartRequest(cause, diagnostic):
                return self._begin(cause, diagnostic)
            case LinkUp():
                return self._after_link_up()
            case LinkDown():
                return self._lose()
            case TimerExpired():
                return [Ignored(event)]

    def _restarting(self, event: RestartEvent) -> list[Action]:
        match event:
            case TimerExpired(timer) if not self._clocks.expire(timer):
                return [Ignored(event)]
            case PacketReceived(Restart(lcn=0) | RestartConfirmation(0)):  # 3.3.3
                self.state = State.READY
                return [*self._clocks.stop(*Timer), LayerReady()]
            case TimerExpired() if self._attempts <= self._params.r20:  # T10, T20
                return self._repeat()
            case TimerExpired() if self._params.role is Role.DCE:
                self.state = State.READY
                expired = DiagnosticPacket(Diagnostic.TIME_EXPIRED_RESTART)
                return [SendPacket(expired), LayerReady()]
            case TimerExpired():
                self.state = State.DOWN
                return [Fault(0, Diagnostic.TIME_EXPIRED_RESTART), LayerDown()]
            case LinkUp():
                return self._after_link_up()
            case LinkDown():
                return self._lose()
            case RestartRequest():
                return [Refused(event)]
            case PacketReceived():
                return [Ignored(event)]

    def _after_link_up(self) -> list[Action]:
        """Restart because the data link began anew (3.3)."""
        if self._params.role is Role.DCE:
            return self._begin(RestartCause.NETWORK_OPERATIONAL, Diagnostic.NONE)
        return self._begin(RestartCause.DTE, Diagnostic.NONE)

    def _begin_for(self, diagnostic: int) -> list[Action]:
        """Restart after an error (table C.2)."""
        if self._params.role is Role.DCE:
            return self._begin(RestartCause.LOCAL_PROCEDURE_ERROR, diagnostic)
        return self._begin(RestartCause.DTE, diagnostic)

    def _begin(self, cause: int, diagnostic: int) -> list[Action]:
        self.state = State.RESTARTING
        self._attempts = 0
        self._restart = Restart(cause, diagnostic)
        return [RestartIndication(cause, diagnostic), *self._repeat()]

    def _repeat(self) -> list[Action]:
        self._attempts += 1
        timer = Timer.T20 if self._params.role is Role.DTE else Timer.T10
        return [SendPacket(self._restart), *self._clocks.start(timer)]

    def _confirm(self, cause: int, diagnostic: int) -> list[Action]:
        """Take the peer's restart."""
        self.state = State.READY
        confirmation = SendPacket(RestartConfirmation())
        return [RestartIndication(cause, diagnostic), confirmation, LayerReady()]

    def _lose(self) -> list[Action]:
        """Take the loss of the data link."""
        self.state = State.DOWN
        cause = RestartCause.NETWORK_CONGESTION
        stopped = self._clocks.stop(*Timer)
        return [*stopped, RestartIndication(cause, Diagnostic.NONE), LayerDown()]
