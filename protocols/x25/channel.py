"""One logical channel of X.25 (ITU-T X.25 (10/96) 4.1 to 4.4; tables C.3 and C.4).

The p states set up and clear virtual calls, the d states belong to data transfer; a
permanent circuit knows the d states only. The Recommendation numbers the states as the DCE
sees them; this machine serves both sides, so its states say which side began. Clear and
reset of the peer are confirmed at once: p6, d2 and, mirrored, p7 and d3 pass in one event.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from protocols.x25 import negotiation
from protocols.x25.causes import ClearCause, Diagnostic, ResetCause
from protocols.x25.facilities import CallOptions, Facility, FastSelect, Marker, RawFacility
from protocols.x25.flow import Flow
from protocols.x25.packets import (
    MAX_INTERRUPT,
    MAX_USER_DATA,
    Call,
    CallAccepted,
    Clear,
    ClearConfirmation,
    Data,
    Interrupt,
    InterruptConfirmation,
    Rej,
    Reset,
    ResetConfirmation,
    Rnr,
    Rr,
)
from protocols.x25.primitives import (
    Action,
    BusyRequest,
    ChannelEvent,
    Clocks,
    ConnectConfirm,
    ConnectIndication,
    ConnectRequest,
    ConnectResponse,
    DataRequest,
    DisconnectConfirm,
    DisconnectIndication,
    DisconnectRequest,
    Fault,
    Ignored,
    InterruptRequest,
    PacketInvalid,
    PacketReceived,
    Params,
    ReadyRequest,
    Refused,
    ResetConfirm,
    ResetIndication,
    ResetRequest,
    Role,
    SendPacket,
    Timer,
    TimerExpired,
)

MAX_PLAIN_USER_DATA: Final = 16
"""Octets of user data in a call without fast select (5.2.1)."""


class State(Enum):
    """What the channel is used for."""

    READY = "ready"
    """p1."""
    CALLING = "calling"
    """Our call is out: p2 in a DTE, p3 in a DCE."""
    CALLED = "called"
    """The peer's call waits for the user: p3 in a DTE, p2 in a DCE."""
    FLOW_CONTROL_READY = "flow control ready"
    """p4, d1."""
    RESETTING = "resetting"
    """p4; our reset is out: d2 in a DTE, d3 in a DCE."""
    CLEARING = "clearing"
    """Our clear is out: p6 in a DTE, p7 in a DCE."""


class Channel:
    """One logical channel, for a virtual call or a permanent circuit."""

    __slots__ = (
        "_asked",
        "_attempts",
        "_call",
        "_clear",
        "_clocks",
        "_d_bit",
        "_params",
        "_reset",
        "flow",
        "lcn",
        "permanent",
        "state",
    )

    def __init__(self, lcn: int, params: Params, *, permanent: bool = False) -> None:
        self.lcn = lcn
        self.permanent = permanent
        self._params = params
        self._clocks = Clocks(lcn)
        self.flow = Flow(lcn, params, self._clocks)
        self.state = State.FLOW_CONTROL_READY if permanent else State.READY
        self._attempts = 0
        self._asked = False
        """The user asked for the clear or reset that is out, and waits for its confirm."""
        self._d_bit = permanent
        """Both ends know the D bit: said at set-up (4.3.3), settled beforehand on a PVC."""
        self._call = Call(lcn)
        self._clear = Clear(lcn)
        self._reset = Reset(lcn)

    @property
    def running(self) -> frozenset[Timer]:
        """Timers that run."""
        return frozenset(self._clocks.running)

    def handle(self, event: ChannelEvent) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        match self.state:
            case State.READY:
                return self._ready(event)
            case State.CALLING:
                return self._calling(event)
            case State.CALLED:
                return self._called(event)
            case State.FLOW_CONTROL_READY:
                return self._flow_control_ready(event)
            case State.RESETTING:
                return self._resetting(event)
            case State.CLEARING:
                return self._clearing(event)

    def drop(self, cause: int, diagnostic: int) -> list[Action]:
        """Take a restart or the loss of the link: calls are gone, circuits begin anew."""
        had_call = self.state not in (State.READY, State.CLEARING)
        asked = self._asked and self.state is State.CLEARING
        stopped = self._go(State.FLOW_CONTROL_READY if self.permanent else State.READY)
        if self.permanent:
            return [*stopped, ResetIndication(self.lcn, cause, diagnostic)]
        if asked:
            return [*stopped, DisconnectConfirm(self.lcn)]
        if had_call:
            return [*stopped, DisconnectIndication(self.lcn, cause, diagnostic)]
        return stopped

    # States.

    def _ready(self, event: ChannelEvent) -> list[Action]:
        match event:
            case PacketReceived(Call() as call):  # 4.1.2, 4.1.3
                return self._take_call(call)
            case PacketReceived(Clear()):  # table C.3
                return [SendPacket(ClearConfirmation(self.lcn))]
            case PacketReceived():
                return self._clear_for(Diagnostic.INVALID_TYPE_P1)
            case PacketInvalid(_, diagnostic):
                return self._clear_for(diagnostic)
            case ConnectRequest():
                return self._call_out(event)
            case ConnectResponse() | DisconnectRequest() | ResetRequest() | DataRequest():
                return [Refused(event)]
            case InterruptRequest() | BusyRequest() | ReadyRequest():
                return [Refused(event)]
            case TimerExpired():
                return [Ignored(event)]

    def _calling(self, event: ChannelEvent) -> list[Action]:
        match event:
            case TimerExpired(timer) if not self._clocks.expire(timer):
                return [Ignored(event)]
            case PacketReceived(CallAccepted() as accepted):  # 4.1.5
                return self._take_accepted(accepted)
            case PacketReceived(Clear() as clear):  # 4.1.7
                return self._take_clear(clear)
            case PacketReceived(Call()) if self._params.role is Role.DTE:  # 4.1.6: ours wins
                return [Ignored(event)]
            case PacketReceived(Call() as call):
                collision = Diagnostic.CALL_COLLISION
                lost = DisconnectIndication(self.lcn, ClearCause.NETWORK_CONGESTION, collision)
                return [*self._go(State.READY), lost, *self._take_call(call)]
            case PacketReceived():
                return self._clear_for(self._by_role(Diagnostic.INVALID_TYPE_P2, 1))
            case PacketInvalid(_, diagnostic):
                return self._clear_for(diagnostic)
            case TimerExpired():  # T11, T21
                return self._clear_for(Diagnostic.TIME_EXPIRED_CALL)
            case DisconnectRequest():
                return self._disconnect(event)
            case ConnectRequest() | ConnectResponse() | ResetRequest() | DataRequest():
                return [Refused(event)]
            case InterruptRequest() | BusyRequest() | ReadyRequest():
                return [Refused(event)]

    def _called(self, event: ChannelEvent) -> list[Action]:
        match event:
            case PacketReceived(Clear() as clear):
                return self._take_clear(clear)
            case PacketReceived():
                return self._clear_for(self._by_role(Diagnostic.INVALID_TYPE_P3, -1))
            case PacketInvalid(_, diagnostic):
                return self._clear_for(diagnostic)
            case ConnectResponse():
                return self._accept(event)
            case DisconnectRequest():
                return self._disconnect(event)
            case ConnectRequest() | ResetRequest() | DataRequest() | InterruptRequest():
                return [Refused(event)]
            case BusyRequest() | ReadyRequest():
                return [Refused(event)]
            case TimerExpired():
                return [Ignored(event)]

    def _flow_control_ready(self, event: ChannelEvent) -> list[Action]:
        match event:
            case TimerExpired(timer) if not self._clocks.expire(timer):
                return [Ignored(event)]
            case PacketReceived(
                Data() | Rr() | Rnr() | Rej() | Interrupt() | InterruptConfirmation() as packet
            ):
                taken = self.flow.take(packet)
                return self._reset_for(taken) if isinstance(taken, Diagnostic) else taken
            case PacketReceived(Reset() as reset):  # 4.4.3
                confirmation = SendPacket(ResetConfirmation(self.lcn))
                return [*self._begin_anew(), self._told_of(reset), confirmation, *self.begin()]
            case PacketReceived(ResetConfirmation()):
                return self._reset_for(Diagnostic.INVALID_TYPE_D1)
            case PacketReceived() if self.permanent:
                return self._reset_for(Diagnostic.INVALID_ON_PVC)
            case PacketReceived(Clear() as clear):
                return self._take_clear(clear)
            case PacketReceived():
                return self._clear_for(Diagnostic.INVALID_TYPE_P4)
            case PacketInvalid(_, diagnostic):
                return self._reset_for(diagnostic)
            case DataRequest(_, _, _, True) if not self._d_bit:  # 4.3.3
                return [Refused(event)]
            case DataRequest(_, data, q_bit, d_bit):
                if not self.flow.put(data, q_bit=q_bit, d_bit=d_bit):
                    return [Refused(event)]
                return self.flow.send()
            case InterruptRequest(_, data):
                if self.flow.interrupting or not 1 <= len(data) <= MAX_INTERRUPT:
                    return [Refused(event)]
                return self.flow.interrupt(data)
            case BusyRequest() | ReadyRequest():
                self.flow.own_busy = isinstance(event, BusyRequest)
                return self.flow.status()
            case ResetRequest(_, cause, diagnostic):
                return self._send_reset(Reset(self.lcn, cause, diagnostic), asked=True)
            case DisconnectRequest() if not self.permanent:
                return self._disconnect(event)
            case TimerExpired(Timer.T25):
                return self._reset_for(Diagnostic.DTE_TIMER_DATA)
            case TimerExpired(Timer.T26):
                return self._reset_for(Diagnostic.DTE_TIMER_INTERRUPT)
            case TimerExpired():  # T2, T24
                return self.flow.status()
            case ConnectRequest() | ConnectResponse() | DisconnectRequest():
                return [Refused(event)]

    def _resetting(self, event: ChannelEvent) -> list[Action]:
        match event:
            case TimerExpired(timer) if not self._clocks.expire(timer):
                return [Ignored(event)]
            case PacketReceived(ResetConfirmation() | Reset()):  # crossing confirms, 4.4.3.3
                asked = self._asked
                done: list[Action] = [ResetConfirm(self.lcn)] if asked else []
                return [*self._begin_anew(), *done, *self.begin()]
            case PacketReceived(Clear() as clear) if not self.permanent:
                return self._take_clear(clear)
            case PacketReceived(Call() | CallAccepted() | ClearConfirmation()) if (
                not self.permanent
            ):
                return self._clear_for(Diagnostic.INVALID_TYPE_P4)
            case TimerExpired() if self._attempts <= self._params.r22:  # T12, T22
                return self._repeat_reset()
            case TimerExpired() if self.permanent:
                fault = Fault(self.lcn, Diagnostic.TIME_EXPIRED_RESET)
                return [*self._begin_anew(), fault]
            case TimerExpired():
                return self._clear_for(Diagnostic.TIME_EXPIRED_RESET)
            case DisconnectRequest() if not self.permanent:
                return self._disconnect(event)
            case BusyRequest() | ReadyRequest():
                self.flow.own_busy = isinstance(event, BusyRequest)
                return []
            case ConnectRequest() | ConnectResponse() | DisconnectRequest() | ResetRequest():
                return [Refused(event)]
            case DataRequest() | InterruptRequest():
                return [Refused(event)]
            case PacketReceived() | PacketInvalid():
                return [Ignored(event)]

    def _clearing(self, event: ChannelEvent) -> list[Action]:
        match event:
            case TimerExpired(timer) if not self._clocks.expire(timer):
                return [Ignored(event)]
            case PacketReceived(ClearConfirmation() | Clear()):  # crossing confirms, 4.1.9
                return self._cleared()
            case TimerExpired() if self._attempts <= self._params.r23:  # T13, T23
                return self._repeat_clear()
            case TimerExpired():
                fault = Fault(self.lcn, Diagnostic.TIME_EXPIRED_CLEAR)
                return [*self._cleared(), fault]
            case ConnectRequest() | ConnectResponse() | DisconnectRequest() | ResetRequest():
                return [Refused(event)]
            case DataRequest() | InterruptRequest() | BusyRequest() | ReadyRequest():
                return [Refused(event)]
            case PacketReceived() | PacketInvalid():
                return [Ignored(event)]

    # Call set-up.

    def _call_out(self, request: ConnectRequest) -> list[Action]:
        """Send a call (4.1.2)."""
        limit = MAX_USER_DATA if _fast_select(request.facilities) else MAX_PLAIN_USER_DATA
        if self.permanent or len(request.user_data) > limit:
            return [Refused(request)]
        self._call = Call(
            self.lcn,
            request.called,
            request.calling,
            negotiation.offer(request.facilities, self._params),
            request.user_data,
            request.d_bit,
        )
        self.state = State.CALLING
        timer = Timer.T21 if self._params.role is Role.DTE else Timer.T11
        return [SendPacket(self._call), *self._clocks.start(timer)]

    def _take_call(self, call: Call) -> list[Action]:
        """Check a call and hand it to the user (4.1.3, 6.16)."""
        if len(call.user_data) > MAX_PLAIN_USER_DATA and not _fast_select(call.facilities):
            return self._clear_for(Diagnostic.TOO_LONG)
        kinds = [type(each) for each in call.facilities if not isinstance(each, _REPEATED)]
        if len(kinds) > len(set(kinds)):
            return self._clear_for(Diagnostic.DUPLICATE_FACILITY)
        self._call = call
        self.state = State.CALLED
        return [ConnectIndication(self.lcn, call)]

    def _take_accepted(self, accepted: CallAccepted) -> list[Action]:
        """Begin data transfer on a call of ours."""
        if _fast_select(self._call.facilities) is FastSelect.RESTRICTED:
            return self._clear_for(Diagnostic.NOT_COMPATIBLE_WITH_FACILITY)
        if accepted.user_data and not _fast_select(self._call.facilities):
            return self._clear_for(Diagnostic.TOO_LONG)
        circuit = negotiation.agree(self._call.facilities, accepted.facilities, self._params)
        if circuit is None:
            return self._clear_for(Diagnostic.FACILITY_PARAMETER_NOT_ALLOWED)
        stopped = self._go(State.FLOW_CONTROL_READY)
        self.flow.circuit = circuit
        self._d_bit = self._call.d_bit and accepted.d_bit
        return [*stopped, ConnectConfirm(self.lcn, accepted, circuit), *self.begin()]

    def _accept(self, response: ConnectResponse) -> list[Action]:
        """Accept the peer's call (4.1.4)."""
        fast_select = _fast_select(self._call.facilities)
        chosen = negotiation.answer(self._call.facilities, response.facilities, self._params)
        if (
            chosen is None
            or fast_select is FastSelect.RESTRICTED
            or (response.user_data and not fast_select)
            or len(response.user_data) > MAX_USER_DATA
        ):
            return [Refused(response)]
        facilities, self.flow.circuit = chosen
        self._d_bit = self._call.d_bit
        self.state = State.FLOW_CONTROL_READY
        accepted = CallAccepted(
            self.lcn,
            facilities=facilities,
            user_data=response.user_data,
            d_bit=self._call.d_bit,
        )
        return [SendPacket(accepted), *self.begin()]

    # Clearing.

    def _disconnect(self, request: DisconnectRequest) -> list[Action]:
        """Clear a call for the user (4.1.7)."""
        if request.user_data and not _fast_select(self._call.facilities):
            return [Refused(request)]
        if len(request.user_data) > MAX_USER_DATA:
            return [Refused(request)]
        clear = Clear(self.lcn, request.cause, request.diagnostic, user_data=request.user_data)
        return self._send_clear(clear, asked=True)

    def _clear_for(self, diagnostic: int) -> list[Action]:
        """Clear after an error (table C.3); a DTE gives no cause of its own."""
        cause = ClearCause.DTE
        if self._params.role is Role.DCE:
            cause = ClearCause.LOCAL_PROCEDURE_ERROR
        had_call = self.state is not State.READY
        actions = self._send_clear(Clear(self.lcn, cause, diagnostic), asked=False)
        if had_call:
            actions.append(DisconnectIndication(self.lcn, cause, diagnostic))
        return actions

    def _send_clear(self, clear: Clear, *, asked: bool) -> list[Action]:
        stopped = self._go(State.CLEARING)
        self._clear = clear
        self._asked = asked
        return [*stopped, *self._repeat_clear()]

    def _repeat_clear(self) -> list[Action]:
        self._attempts += 1
        timer = Timer.T23 if self._params.role is Role.DTE else Timer.T13
        return [SendPacket(self._clear), *self._clocks.start(timer)]

    def _take_clear(self, clear: Clear) -> list[Action]:
        """Confirm the peer's clear and tell the user."""
        told = DisconnectIndication(self.lcn, clear.cause, clear.diagnostic or 0, clear)
        return [*self._go(State.READY), SendPacket(ClearConfirmation(self.lcn)), told]

    def _cleared(self) -> list[Action]:
        asked = self._asked
        stopped = self._go(State.READY)
        return [*stopped, DisconnectConfirm(self.lcn)] if asked else stopped

    # Resetting.

    def _reset_for(self, diagnostic: int) -> list[Action]:
        """Reset after an error (table C.4); a DTE gives no cause of its own."""
        cause = ResetCause.DTE
        if self._params.role is Role.DCE:
            cause = ResetCause.LOCAL_PROCEDURE_ERROR
        actions = self._send_reset(Reset(self.lcn, cause, diagnostic), asked=False)
        return [*actions, ResetIndication(self.lcn, cause, diagnostic)]

    def _send_reset(self, reset: Reset, *, asked: bool) -> list[Action]:
        stopped = self._go(State.RESETTING)
        self._reset = reset
        self._asked = asked
        return [*stopped, *self._repeat_reset()]

    def _repeat_reset(self) -> list[Action]:
        self._attempts += 1
        timer = Timer.T22 if self._params.role is Role.DTE else Timer.T12
        return [SendPacket(self._reset), *self._clocks.start(timer)]

    def _begin_anew(self) -> list[Action]:
        return self._go(State.FLOW_CONTROL_READY)

    def _told_of(self, reset: Reset) -> ResetIndication:
        return ResetIndication(self.lcn, reset.cause, reset.diagnostic or 0)

    def begin(self) -> list[Action]:
        """Begin data transfer; repeat a busy condition, which a reset does not end.

        A permanent circuit begins when restart is complete.
        """
        if self.flow.own_busy:
            return self.flow.status()
        return self._clocks.start(Timer.T24) if self._params.t24 else []

    # Common.

    def _go(self, state: State) -> list[Action]:
        """Go to another state with nothing running and no data under way."""
        self.state = state
        self._attempts = 0
        self._asked = False
        self.flow.reset()
        if state in (State.READY, State.CLEARING):
            self.flow.own_busy = False
        return self._clocks.stop(*Timer)

    def _by_role(self, diagnostic: Diagnostic, in_dce: int) -> int:
        """Give the diagnostic of a state that DTE and DCE number differently."""
        return diagnostic + (in_dce if self._params.role is Role.DCE else 0)


_REPEATED: Final = (RawFacility, Marker)
"""Facilities that say nothing about being given twice."""


def _fast_select(facilities: tuple[Facility, ...]) -> FastSelect | None:
    """Tell which fast select a call has, ``None`` for none."""
    for each in facilities:
        if isinstance(each, CallOptions) and each.fast_select is not FastSelect.NO:
            return each.fast_select
    return None
