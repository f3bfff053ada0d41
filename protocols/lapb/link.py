"""One end of a LAPB link (ITU-T X.25 (10/96) section 2.4, ISO/IEC 7776).

Everything that decides a transition is in this file, one method per state, one case per
row; the procedures of information transfer that they call are in
``protocols.lapb.transfer``. The machine sees neither octets nor a clock: frames arrive
decoded, timers arrive as ``TimerExpired``, and what is to be done is returned.

Choices that the Recommendation leaves open: T1 without an acknowledgement asks with RR or
RNR P=1 rather than repeating an I frame; a reset drops queued packets, because layer 3
restarts after it; colliding SABMs end with the UA of the peer, or with T1 after the own UA;
an unexpected UA F=1 resets the link, because the peer has zeroed its variables, but T1
passes first; before the first I frame it is a repetition that does no harm, and is ignored.
"""

from __future__ import annotations

from msgspec import structs

from protocols.errors import EncodeError
from protocols.lapb.frames import (
    Address,
    Disc,
    Dm,
    Frame,
    Frmr,
    Info,
    Modulo,
    Reason,
    Rej,
    RejectedError,
    Rnr,
    Rr,
    Sabm,
    Sabme,
    Ua,
    control_field,
    decode,
    poll_bit,
)
from protocols.lapb.primitives import (
    Action,
    BusyRequest,
    Cause,
    DataRequest,
    EstablishConfirm,
    EstablishIndication,
    EstablishRequest,
    Event,
    FrameReceived,
    FrameRejected,
    Ignored,
    LineDown,
    LineUp,
    Mode,
    Params,
    ReadyRequest,
    Refused,
    ReleaseConfirm,
    ReleaseIndication,
    ReleaseRequest,
    ResetIndication,
    State,
    Timer,
    TimerExpired,
)
from protocols.lapb.transfer import Clocks, Transfer


def read(octets: bytes, modulo: Modulo = Modulo.M8) -> FrameReceived | FrameRejected:
    """Make the event of a frame; raise ``DecodeError`` if the frame is to be dropped."""
    try:
        address, frame = decode(octets, modulo)
    except RejectedError as error:
        return FrameRejected(error.address, error.control, error.reasons)
    return FrameReceived(address, frame)


_WhileUp = (
    LineUp
    | LineDown
    | EstablishRequest
    | ReleaseRequest
    | BusyRequest
    | ReadyRequest
    | FrameReceived
    | FrameRejected
    | TimerExpired
)


class Link:
    """One end of a LAPB link."""

    __slots__ = ("_attempts", "_cause", "_clocks", "_crossed", "_frmr", "_transfer", "_wanted",
                 "params", "state")  # fmt: skip

    def __init__(self, params: Params | None = None) -> None:
        self.params = params or Params()
        self.state = State.DISCONNECTED
        self._clocks = Clocks()
        self._transfer = Transfer(self.params, self._clocks)
        self._attempts = 0
        self._cause: Cause | None = None
        """Why the link is being reset; ``None`` while it is being set up."""
        self._crossed = False
        """SABM of the peer met ours and has been answered."""
        self._wanted = False
        """Set-up was asked for while DISC was out."""
        self._frmr = Frmr(pf=False, control=b"", vs=0, vr=0, response=False, reasons=Reason(0))
        """What is repeated while in FRAME_REJECT."""

    @property
    def vs(self) -> int:
        """V(S): number of the next I frame to send."""
        return self._transfer.vs

    @property
    def va(self) -> int:
        """V(A): number of the oldest unacknowledged I frame."""
        return self._transfer.va

    @property
    def vr(self) -> int:
        """V(R): number of the I frame that is expected."""
        return self._transfer.vr

    @property
    def queued(self) -> int:
        """Packets that wait or are unacknowledged."""
        return self._transfer.queued

    @property
    def waiting(self) -> bool:
        """Whether the peer owes something, so that T1 has to run."""
        match self.state:
            case State.DISCONNECTED:
                return False
            case State.CONNECTED:
                return self._transfer.waiting
            case State.SETTING_UP | State.DISCONNECTING:
                return True
            case State.TIMER_RECOVERY | State.FRAME_REJECT:
                return True

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        if isinstance(event, TimerExpired):
            if event.timer not in self._clocks.running:
                return [Ignored(self.state, event)]
            self._clocks.running.discard(event.timer)
        elif isinstance(event, FrameReceived | FrameRejected):
            if event.address not in (self.params.own, self.params.peer):
                return [Ignored(self.state, event)]
            if isinstance(event, FrameReceived) and self._misdirected(event):
                event = FrameRejected(event.address, self._control(event.frame), Reason.W)
        return self._dispatch(event) + self._supervise(event)

    def _dispatch(self, event: Event) -> list[Action]:
        match self.state:
            case State.DISCONNECTED:
                return self._disconnected(event)
            case State.SETTING_UP:
                return self._setting_up(event)
            case State.DISCONNECTING:
                return self._disconnecting(event)
            case State.CONNECTED:
                return self._connected(event)
            case State.TIMER_RECOVERY:
                return self._timer_recovery(event)
            case State.FRAME_REJECT:
                return self._frame_reject(event)

    def _misdirected(self, event: FrameReceived) -> bool:
        """Tell whether a command came as a response or the other way round."""
        match event.frame:
            case Info() | Sabm() | Sabme() | Disc():
                return event.address is not self.params.own
            case Ua() | Dm() | Frmr():
                return event.address is not self.params.peer
            case Rr() | Rnr() | Rej():
                return False

    def _supervise(self, event: Event) -> list[Action]:
        """Run T3 while connected, and T4 while connected with T1 at rest."""
        heard = isinstance(event, FrameReceived)
        up = self.state in (State.CONNECTED, State.TIMER_RECOVERY)
        idle = self.state is State.CONNECTED and Timer.T1 not in self._clocks.running
        actions: list[Action] = []
        for timer, used, on in (
            (Timer.T4, self.params.t4, idle),
            (Timer.T3, self.params.t3, up),
        ):
            if not on:
                actions += self._clocks.stop(timer)
            elif used and (heard or timer not in self._clocks.running):
                actions += self._clocks.start(timer)
        return actions

    # States.

    def _disconnected(self, event: Event) -> list[Action]:
        match event:
            case EstablishRequest():  # 2.4.4.1
                return self._set_up(None)
            case LineUp() if self.params.mode is Mode.ACTIVE:
                return self._set_up(None)
            case LineUp() if self.params.mode is Mode.INVITING:
                return [self._transfer.response(Dm(pf=False))]
            case ReleaseRequest():
                return [ReleaseConfirm()]
            case FrameReceived(_, Sabm(pf) | Sabme(pf) as frame):
                if not self._fits(frame):
                    return [self._transfer.response(Dm(pf))]
                self._transfer.reset()
                ua = self._transfer.response(Ua(pf))
                return [ua, *self._connect(), EstablishIndication(), *self._tell_busy()]
            case FrameReceived(_, Disc(pf)):  # 2.4.4.4
                return [self._transfer.response(Dm(pf))]
            case FrameReceived(_, Dm(pf=False)) if self.params.mode is Mode.ACTIVE:
                return self._set_up(None)
            case FrameReceived(
                address, Info(pf=True) | Rr(pf=True) | Rnr(pf=True) | Rej(pf=True)
            ):
                return self._deny(address, event)
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest():
                return [Refused(self.state, event)]
            case LineUp() | LineDown() | FrameReceived() | FrameRejected() | TimerExpired():
                return [Ignored(self.state, event)]

    def _setting_up(self, event: Event) -> list[Action]:
        match event:
            case FrameReceived(_, Ua(pf=True)) if self._attempts:  # 2.4.4.1
                return self._set_up_done()
            case FrameReceived(_, Sabm(pf) | Sabme(pf) as frame):
                if not self._fits(frame):
                    return [self._transfer.response(Dm(pf))]
                self._crossed = True  # 2.4.4.5.1
                return [self._transfer.response(Ua(pf))]
            case FrameReceived(_, Disc(pf)):  # 2.4.4.5.2
                dm = self._transfer.response(Dm(pf))
                return [dm, *self._released(ReleaseIndication(Cause.PEER))]
            case FrameReceived(_, Dm(pf=True)):
                return self._released(ReleaseIndication(Cause.PEER))
            case TimerExpired(Timer.T1) if self._crossed:  # 2.4.4.5.1
                return self._set_up_done()
            case TimerExpired(Timer.T1) if self._attempts < self.params.n2:  # 2.4.4.1
                return self._attempt(self._sabm())
            case TimerExpired(Timer.T1):
                return self._released(ReleaseIndication(Cause.UNANSWERED))
            case ReleaseRequest():
                return self._take_down()
            case LineDown():
                return self._released(ReleaseIndication(Cause.LINE))
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest():
                return [Refused(self.state, event)]
            case LineUp() | EstablishRequest():
                return [Ignored(self.state, event)]
            case FrameReceived() | FrameRejected() | TimerExpired():
                return [Ignored(self.state, event)]

    def _disconnecting(self, event: Event) -> list[Action]:
        match event:
            case FrameReceived(_, Ua(pf=True) | Dm(pf=True)):  # 2.4.4.3
                return self._released(ReleaseConfirm())
            case FrameReceived(_, Disc(pf)):  # 2.4.4.5.1
                return [self._transfer.response(Ua(pf))]
            case FrameReceived(_, Sabm(pf) | Sabme(pf)):  # 2.4.4.5.2
                return [self._transfer.response(Dm(pf)), *self._released(ReleaseConfirm())]
            case FrameReceived(
                address, Info(pf=True) | Rr(pf=True) | Rnr(pf=True) | Rej(pf=True)
            ):
                return self._deny(address, event)
            case TimerExpired(Timer.T1) if self._attempts < self.params.n2:
                return self._attempt(Disc(pf=True))
            case TimerExpired(Timer.T1):
                return self._released(ReleaseConfirm())
            case LineDown():
                self._wanted = False
                return self._released(ReleaseConfirm())
            case EstablishRequest():
                self._wanted = True
                return []
            case ReleaseRequest():
                self._wanted = False
                return []
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest():
                return [Refused(self.state, event)]
            case LineUp() | FrameReceived() | FrameRejected() | TimerExpired():
                return [Ignored(self.state, event)]

    def _connected(self, event: Event) -> list[Action]:
        match event:
            case FrameReceived(address, Info() | Rr() | Rnr() | Rej() as frame):
                return self._check(address, frame) or self._transfer.advance(address, frame)
            case TimerExpired(Timer.T1 | Timer.T4):  # 2.4.5.9
                self._attempts = 1
                self.state = State.TIMER_RECOVERY
                return self._transfer.enquire()
            case DataRequest(data):
                if not self._transfer.put(data):
                    return [Refused(self.state, event)]
                return self._transfer.send()
            case LineUp() | LineDown() | EstablishRequest() | ReleaseRequest():
                return self._while_up(event)
            case BusyRequest() | ReadyRequest():
                return self._while_up(event)
            case FrameReceived() | FrameRejected() | TimerExpired():
                return self._while_up(event)

    def _timer_recovery(self, event: Event) -> list[Action]:
        match event:
            case FrameReceived(address, Rr(pf=True) | Rnr(pf=True) | Rej(pf=True) as frame) if (
                address is self.params.peer
            ):
                if rejected := self._check(address, frame):
                    return rejected
                self.state = State.CONNECTED
                self._attempts = 0
                return self._transfer.recover(frame)
            case FrameReceived(address, Info() | Rr() | Rnr() | Rej() as frame):
                return self._check(address, frame) or self._transfer.hold(address, frame)
            case TimerExpired(Timer.T1) if self._attempts < self.params.n2:
                self._attempts += 1
                return self._transfer.enquire()
            case TimerExpired(Timer.T1):
                return self._set_up(Cause.UNANSWERED)
            case DataRequest(data):
                return [] if self._transfer.put(data) else [Refused(self.state, event)]
            case LineUp() | LineDown() | EstablishRequest() | ReleaseRequest():
                return self._while_up(event)
            case BusyRequest() | ReadyRequest():
                return self._while_up(event)
            case FrameReceived() | FrameRejected() | TimerExpired():
                return self._while_up(event)

    def _while_up(self, event: _WhileUp) -> list[Action]:
        """Take what CONNECTED and TIMER_RECOVERY treat alike."""
        match event:
            case FrameReceived(address, Sabm(pf) | Sabme(pf) as frame):  # 2.4.7.2
                if not self._fits(frame):
                    return self._reject(address, self._control(frame), Reason.W)
                return self._reset_by_peer(pf=pf, cause=Cause.PEER)
            case FrameReceived(_, Disc(pf)):  # 2.4.4.3
                ua = self._transfer.response(Ua(pf))
                return [ua, *self._released(ReleaseIndication(Cause.PEER))]
            case FrameReceived(_, Ua(pf=True)) if not self._transfer.untouched:
                return self._quarantine()
            case FrameReceived(_, Dm(pf=False)) if self.params.mode is Mode.ACTIVE:
                return self._set_up(Cause.PEER)
            case FrameReceived(_, Dm()):
                return self._released(ReleaseIndication(Cause.PEER))
            case FrameReceived(_, Frmr()):  # 2.4.7.2
                return self._set_up(Cause.FRAME_REJECT)
            case FrameRejected(address, control, reasons):  # 2.4.6.1
                return self._reject(address, control, reasons)
            case TimerExpired(Timer.T2):
                return self._transfer.answer(pf=False)
            case TimerExpired(Timer.T3):  # 2.4.8.3
                return self._released(ReleaseIndication(Cause.SILENCE))
            case EstablishRequest():
                return self._set_up(Cause.REQUEST)
            case ReleaseRequest():
                return self._take_down()
            case LineDown():
                return self._released(ReleaseIndication(Cause.LINE))
            case BusyRequest() if not self._transfer.own_busy:  # 2.4.5.8
                self._transfer.own_busy = True
                return self._transfer.answer(pf=False)
            case ReadyRequest() if self._transfer.own_busy:
                return self._transfer.ready()
            case LineUp() | BusyRequest() | ReadyRequest():
                return [Ignored(self.state, event)]
            case FrameReceived() | TimerExpired():
                return [Ignored(self.state, event)]

    def _frame_reject(self, event: Event) -> list[Action]:
        match event:
            case FrameReceived(_, Sabm(pf) | Sabme(pf) as frame):  # 2.4.7.3
                if not self._fits(frame):
                    return self._reject_again(pf=pf)
                return self._reset_by_peer(pf=pf, cause=Cause.FRAME_REJECT)
            case FrameReceived(_, Disc(pf)):
                ua = self._transfer.response(Ua(pf))
                return [ua, *self._released(ReleaseIndication(Cause.PEER))]
            case FrameReceived(_, Dm()):
                return self._released(ReleaseIndication(Cause.PEER))
            case FrameReceived(_, Frmr()):
                return self._set_up(Cause.FRAME_REJECT)
            case FrameReceived(
                address, Info(pf=True) | Rr(pf=True) | Rnr(pf=True) | Rej(pf=True)
            ) if address is self.params.own:
                return self._reject_again(pf=True)
            case FrameRejected(address, control) if address is self.params.own and poll_bit(
                control
            ):
                return self._reject_again(pf=True)
            case TimerExpired(Timer.T1) if self._attempts < self.params.n2:
                self._attempts += 1
                return [*self._reject_again(pf=False), *self._clocks.start(Timer.T1)]
            case TimerExpired(Timer.T1):
                return self._set_up(Cause.FRAME_REJECT)
            case EstablishRequest():
                return self._set_up(Cause.REQUEST)
            case ReleaseRequest():
                return self._take_down()
            case LineDown():
                return self._released(ReleaseIndication(Cause.LINE))
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest():
                return [Refused(self.state, event)]
            case LineUp() | FrameReceived() | FrameRejected() | TimerExpired():
                return [Ignored(self.state, event)]

    # Set-up, disconnection, reset.

    def _fits(self, frame: Sabm | Sabme) -> bool:
        """Tell whether the peer sets up the mode of operation that this end has."""
        return isinstance(frame, Sabm) == (self.params.modulo is Modulo.M8)

    def _sabm(self) -> Sabm | Sabme:
        return Sabm(pf=True) if self.params.modulo is Modulo.M8 else Sabme(pf=True)

    def _attempt(self, frame: Frame) -> list[Action]:
        """Send a command whose answer T1 watches."""
        self._attempts += 1
        return [self._transfer.command(frame), *self._clocks.start(Timer.T1)]

    def _leave(self, state: State) -> list[Action]:
        """Go to another state with nothing running and nothing remembered."""
        self.state = state
        self._attempts = 0
        self._crossed = False
        self._transfer.reset()
        return self._clocks.stop_all()

    def _set_up(self, cause: Cause | None) -> list[Action]:
        """Set the link up, or reset it for ``cause``."""
        self._cause = cause
        self._wanted = False
        return [*self._leave(State.SETTING_UP), *self._attempt(self._sabm())]

    def _quarantine(self) -> list[Action]:
        """Let T1 pass before resetting a link whose set-up was answered twice.

        The peer has zeroed its variables once more than this end. UA carries no number: a
        third one, still under way, would pass for the answer to the SABM of the reset.
        """
        self._cause = Cause.UNEXPECTED_UA
        return [*self._leave(State.SETTING_UP), *self._clocks.start(Timer.T1)]

    def _set_up_done(self) -> list[Action]:
        """Take the peer's agreement."""
        done = EstablishConfirm() if self._cause is None else ResetIndication(self._cause)
        return [*self._connect(), done, *self._tell_busy()]

    def _connect(self) -> list[Action]:
        return self._leave(State.CONNECTED)

    def _note(self, event: BusyRequest | ReadyRequest) -> list[Action]:
        """Remember whether this end is busy; the peer is told when the link is up."""
        self._transfer.own_busy = isinstance(event, BusyRequest)
        return []

    def _tell_busy(self) -> list[Action]:
        """Repeat a busy condition that set-up does not end."""
        return self._transfer.answer(pf=False) if self._transfer.own_busy else []

    def _take_down(self) -> list[Action]:
        """Disconnect the link."""
        self._wanted = False
        return [*self._leave(State.DISCONNECTING), *self._attempt(Disc(pf=True))]

    def _released(self, told: ReleaseConfirm | ReleaseIndication) -> list[Action]:
        """Note that the link is gone; set it up if that was asked for meanwhile."""
        stopped = self._leave(State.DISCONNECTED)
        return [*stopped, told, *(self._set_up(None) if self._wanted else [])]

    def _reset_by_peer(self, *, pf: bool, cause: Cause) -> list[Action]:
        """Agree to SABM while the link is up."""
        ua = self._transfer.response(Ua(pf))
        return [ua, *self._connect(), ResetIndication(cause), *self._tell_busy()]

    def _deny(self, address: Address, event: Event) -> list[Action]:
        """Answer a command with P=1 that came while disconnected (2.4.4.4)."""
        if address is self.params.own:
            return [self._transfer.response(Dm(pf=True))]
        return [Ignored(self.state, event)]

    # Frame rejection (2.4.6, 2.4.7.3).

    def _control(self, frame: Frame) -> bytes:
        """Give the control field of a frame that arrived; empty if it cannot have arrived."""
        try:
            return control_field(frame, self.params.modulo)
        except EncodeError:
            return b""

    def _check(self, address: Address, frame: Info | Rr | Rnr | Rej) -> list[Action]:
        """Reject a frame whose field is too long or whose N(R) is not valid."""
        if isinstance(frame, Info) and len(frame.data) > self.params.max_field:
            return self._reject(address, self._control(frame), Reason.Y)
        if not self._transfer.nr_is_valid(frame.nr):
            return self._reject(address, self._control(frame), Reason.Z)
        return []

    def _reject(self, address: Address, control: bytes, reasons: Reason) -> list[Action]:
        """Send FRMR and wait for the peer to reset the link."""
        response = address is self.params.peer
        self._frmr = Frmr(
            pf=not response and poll_bit(control),
            control=control,
            vs=self.vs,
            vr=self.vr,
            response=response,
            reasons=reasons,
        )
        frmr = self._transfer.response(self._frmr)
        stopped = self._leave(State.FRAME_REJECT)
        self._attempts = 1
        return [*stopped, frmr, *self._clocks.start(Timer.T1)]

    def _reject_again(self, *, pf: bool) -> list[Action]:
        return [self._transfer.response(structs.replace(self._frmr, pf=pf))]
