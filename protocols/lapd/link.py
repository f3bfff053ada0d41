"""One data link connection of LAPD (ITU-T Q.921 (09/97) section 5, annex B), either side.

Everything that decides a transition is in this file, one method per state, one case per row
of annex B; the procedures of multiple frame operation that they call are in
``protocols.lapd.transfer``. The machine sees neither octets, nor addresses, nor a clock.

Choices that the Recommendation leaves open: T200 without an acknowledgement asks with RR or
RNR P=1 rather than repeating an I frame; an I frame whose N(R) is not valid is not delivered;
N(R) may lie up to the highest V(S) there was. Rows beyond annex B: a release asked for while
the link is being set up sends DISC at once; a set-up asked for while DISC is out follows it;
a release asked for while there is no TEI is confirmed.
"""

from __future__ import annotations

from collections import deque

from protocols.lapd.frames import (
    Disc,
    Dm,
    Error,
    Frame,
    Frmr,
    Info,
    Rej,
    Rnr,
    Rr,
    Sabme,
    Ua,
    Ui,
    Xid,
)
from protocols.lapd.primitives import (
    Action,
    AssignIndication,
    AssignRequest,
    BusyRequest,
    Cause,
    DataRequest,
    Deactivation,
    ErrorIndication,
    ErrorResponse,
    EstablishConfirm,
    EstablishIndication,
    EstablishRequest,
    Event,
    FrameInvalid,
    FrameReceived,
    Ignored,
    Params,
    ReadyRequest,
    Refused,
    ReleaseConfirm,
    ReleaseIndication,
    ReleaseRequest,
    RemoveRequest,
    SendFrame,
    State,
    Timer,
    TimerExpired,
    UnitDataIndication,
    UnitDataRequest,
    XidIndication,
    XidRequest,
)
from protocols.lapd.transfer import Clocks, Transfer

_Common = (
    UnitDataRequest
    | XidRequest
    | BusyRequest
    | ReadyRequest
    | AssignRequest
    | ErrorResponse
    | FrameReceived
    | FrameInvalid
    | TimerExpired
)
"""What all states with a TEI treat alike, unless they have a row of their own."""
_WhileUp = EstablishRequest | ReleaseRequest | RemoveRequest | Deactivation | _Common


class Link:
    """One data link connection: one SAPI and one TEI."""

    __slots__ = ("_attempts", "_clocks", "_layer3_initiated", "_transfer", "_ui", "_wanted",
                 "params", "state")  # fmt: skip

    def __init__(self, params: Params | None = None, *, assigned: bool = False) -> None:
        self.params = params or Params()
        self.state = State.TEI_ASSIGNED if assigned else State.TEI_UNASSIGNED
        self._clocks = Clocks(t203=self.params.t203)
        self._transfer = Transfer(self.params, self._clocks)
        self._attempts = 0
        """RC: repetitions of the frame that is not answered; -1 while SABME waits for T200."""
        self._layer3_initiated = False
        """The set-up under way was asked for by layer 3, which awaits a confirm."""
        self._wanted = False
        """Set-up was asked for while DISC was out."""
        self._ui: deque[bytes] = deque()
        """Unacknowledged messages that wait for a TEI."""

    @property
    def vs(self) -> int:
        """V(S): number of the next I frame to send."""
        return self._transfer.window.vs

    @property
    def va(self) -> int:
        """V(A): number of the oldest unacknowledged I frame."""
        return self._transfer.window.va

    @property
    def vr(self) -> int:
        """V(R): number of the I frame that is expected."""
        return self._transfer.vr

    @property
    def queued(self) -> int:
        """Messages that wait or are unacknowledged."""
        return len(self._transfer.window.queue)

    @property
    def established(self) -> bool:
        """Whether multiple frame operation is on."""
        return self.state in (State.MULTIPLE_FRAME_ESTABLISHED, State.TIMER_RECOVERY)

    @property
    def waiting(self) -> bool:
        """Whether the peer owes something, so that T200 has to run."""
        match self.state:
            case State.TEI_UNASSIGNED | State.ASSIGN_AWAITING_TEI:
                return False
            case State.ESTABLISH_AWAITING_TEI | State.TEI_ASSIGNED:
                return False
            case State.MULTIPLE_FRAME_ESTABLISHED:
                return self._transfer.waiting
            case State.AWAITING_ESTABLISHMENT | State.AWAITING_RELEASE:
                return True
            case State.TIMER_RECOVERY:
                return True

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whoever sent it and whatever the state.
        """
        match event:
            case TimerExpired(timer):
                if timer not in self._clocks.running:
                    return [Ignored(self.state, event)]
                self._clocks.running.discard(timer)
            case FrameReceived(command, frame):
                # The control field is undefined for a command or for a response (3.6.1).
                if _misdirected(frame, command=command):
                    event = FrameInvalid(Error.L)
                elif isinstance(frame, Info) and len(frame.data) > self.params.n201:
                    event = FrameInvalid(Error.O)
            case _:
                pass
        match self.state:
            case State.TEI_UNASSIGNED:
                return self._tei_unassigned(event)
            case State.ASSIGN_AWAITING_TEI:
                return self._assign_awaiting_tei(event)
            case State.ESTABLISH_AWAITING_TEI:
                return self._establish_awaiting_tei(event)
            case State.TEI_ASSIGNED:
                return self._tei_assigned(event)
            case State.AWAITING_ESTABLISHMENT:
                return self._awaiting_establishment(event)
            case State.AWAITING_RELEASE:
                return self._awaiting_release(event)
            case State.MULTIPLE_FRAME_ESTABLISHED:
                return self._established(event)
            case State.TIMER_RECOVERY:
                return self._timer_recovery(event)

    # States without a TEI.

    def _tei_unassigned(self, event: Event) -> list[Action]:  # state 1
        match event:
            case EstablishRequest():
                self.state = State.ESTABLISH_AWAITING_TEI
                return [AssignIndication()]
            case UnitDataRequest(data):
                if not self._put_ui(data):
                    return [Refused(self.state, event)]
                self.state = State.ASSIGN_AWAITING_TEI
                return [AssignIndication()]
            case AssignRequest():
                self.state = State.TEI_ASSIGNED
                return []
            case ReleaseRequest():
                return [ReleaseConfirm()]
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest() | XidRequest():
                return [Refused(self.state, event)]
            case RemoveRequest() | ErrorResponse() | Deactivation():
                return [Ignored(self.state, event)]
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return [Ignored(self.state, event)]

    def _assign_awaiting_tei(self, event: Event) -> list[Action]:  # state 2
        match event:
            case EstablishRequest():
                self.state = State.ESTABLISH_AWAITING_TEI
                return []
            case UnitDataRequest(data):
                return [] if self._put_ui(data) else [Refused(self.state, event)]
            case AssignRequest():
                self.state = State.TEI_ASSIGNED
                return self._send_ui()
            case ErrorResponse() | RemoveRequest() | Deactivation():
                return self._unassigned()
            case ReleaseRequest():
                return [ReleaseConfirm()]
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest() | XidRequest():
                return [Refused(self.state, event)]
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return [Ignored(self.state, event)]

    def _establish_awaiting_tei(self, event: Event) -> list[Action]:  # state 3
        match event:
            case UnitDataRequest(data):
                return [] if self._put_ui(data) else [Refused(self.state, event)]
            case AssignRequest():
                return [*self._send_ui(), *self._establish(layer3=True)]
            case ErrorResponse():
                return [*self._unassigned(), ReleaseIndication(Cause.NO_TEI)]
            case RemoveRequest():
                return [*self._unassigned(), ReleaseIndication(Cause.TEI_REMOVED)]
            case Deactivation():
                return [*self._unassigned(), ReleaseIndication(Cause.LINE)]
            case ReleaseRequest():
                self.state = State.ASSIGN_AWAITING_TEI
                return [ReleaseConfirm()]
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case DataRequest() | XidRequest():
                return [Refused(self.state, event)]
            case EstablishRequest():
                return [Ignored(self.state, event)]
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return [Ignored(self.state, event)]

    # States with a TEI.

    def _tei_assigned(self, event: Event) -> list[Action]:  # state 4
        match event:
            case EstablishRequest():
                return self._establish(layer3=True)
            case ReleaseRequest():
                return [ReleaseConfirm()]
            case FrameReceived(_, Sabme(pf)):
                ua = SendFrame(command=False, frame=Ua(pf))
                return [ua, *self._connect(keep_queue=False, told=EstablishIndication())]
            case FrameReceived(_, Disc(pf)):
                return [SendFrame(command=False, frame=Dm(pf))]
            case FrameReceived(_, Dm(pf=False)):
                return self._establish(layer3=True)
            case FrameReceived(_, Ua(pf)):
                return [ErrorIndication(Error.C if pf else Error.D)]
            case RemoveRequest():
                return self._unassigned()
            case DataRequest():
                return [Refused(self.state, event)]
            case Deactivation():
                return [Ignored(self.state, event)]
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._common(event)
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return self._common(event)

    def _awaiting_establishment(self, event: Event) -> list[Action]:  # state 5
        match event:
            case EstablishRequest():
                self._transfer.window.queue.clear()
                self._layer3_initiated = True
                return []
            case ReleaseRequest():
                return self._release()
            case DataRequest(data):
                # While layer 3 awaits its confirm there is no link to send on.
                taken = not self._layer3_initiated and self._transfer.put(data)
                return [] if taken else [Refused(self.state, event)]
            case FrameReceived(_, Sabme(pf)):
                return [SendFrame(command=False, frame=Ua(pf))]
            case FrameReceived(_, Disc(pf)):
                return [SendFrame(command=False, frame=Dm(pf))]
            case FrameReceived(_, Ua(pf=True)) if self._attempts >= 0:
                return self._set_up_done()
            case FrameReceived(_, Ua(pf=True)):
                return [ErrorIndication(Error.C)]
            case FrameReceived(_, Ua()):
                return [ErrorIndication(Error.D)]
            case FrameReceived(_, Dm(pf=True)):
                return self._released(ReleaseIndication(Cause.PEER))
            case TimerExpired(Timer.T200) if self._attempts < self.params.n200:
                return self._repeat(Sabme(pf=True))
            case TimerExpired(Timer.T200):
                lost = ReleaseIndication(Cause.UNANSWERED)
                return [ErrorIndication(Error.G), *self._released(lost)]
            case RemoveRequest():
                return [*self._unassigned(), ReleaseIndication(Cause.TEI_REMOVED)]
            case Deactivation():
                return self._released(ReleaseIndication(Cause.LINE))
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._common(event)
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return self._common(event)

    def _awaiting_release(self, event: Event) -> list[Action]:  # state 6
        match event:
            case EstablishRequest():
                self._wanted = True
                return []
            case ReleaseRequest():
                self._wanted = False
                return []
            case FrameReceived(_, Sabme(pf)):
                return [SendFrame(command=False, frame=Dm(pf))]
            case FrameReceived(_, Disc(pf)):
                return [SendFrame(command=False, frame=Ua(pf))]
            case FrameReceived(_, Ua(pf=True) | Dm(pf=True)):
                return self._released(ReleaseConfirm())
            case FrameReceived(_, Ua()):
                return [ErrorIndication(Error.D)]
            case TimerExpired(Timer.T200) if self._attempts < self.params.n200:
                return self._repeat(Disc(pf=True))
            case TimerExpired(Timer.T200):
                return [ErrorIndication(Error.H), *self._released(ReleaseConfirm())]
            case RemoveRequest():
                return [*self._unassigned(), ReleaseConfirm()]
            case Deactivation():
                self._wanted = False
                return self._released(ReleaseConfirm())
            case DataRequest():
                return [Refused(self.state, event)]
            case BusyRequest() | ReadyRequest():
                return self._note(event)
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._common(event)
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return self._common(event)

    def _established(self, event: Event) -> list[Action]:  # state 7
        match event:
            case FrameReceived(command, Info() | Rr() | Rnr() | Rej() as frame):
                if not self._transfer.window.valid(frame.nr):
                    return self._recover(Error.J)
                return self._transfer.advance(frame, command=command)
            case TimerExpired(Timer.T200):
                self._attempts = 1
                self.state = State.TIMER_RECOVERY
                return self._transfer.enquire()
            case TimerExpired(Timer.T203):
                self._attempts = 0
                self.state = State.TIMER_RECOVERY
                return self._transfer.enquire()
            case DataRequest(data):
                if not self._transfer.put(data):
                    return [Refused(self.state, event)]
                return self._transfer.send()
            case FrameReceived(_, Dm(pf=True)):
                return [ErrorIndication(Error.B)]
            case EstablishRequest() | ReleaseRequest() | RemoveRequest() | Deactivation():
                return self._while_up(event)
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._while_up(event)
            case BusyRequest() | ReadyRequest():
                return self._while_up(event)
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return self._while_up(event)

    def _timer_recovery(self, event: Event) -> list[Action]:  # state 8
        match event:
            case FrameReceived(False, Rr(pf=True) | Rnr(pf=True) | Rej(pf=True) as frame) if (
                self._transfer.window.valid(frame.nr)
            ):
                self.state = State.MULTIPLE_FRAME_ESTABLISHED
                self._attempts = 0
                return self._transfer.recover(frame)
            case FrameReceived(command, Info() | Rr() | Rnr() | Rej() as frame):
                if not self._transfer.window.valid(frame.nr):
                    return self._recover(Error.J)
                return self._transfer.hold(frame, command=command)
            case TimerExpired(Timer.T200) if self._attempts < self.params.n200:
                self._attempts += 1
                return self._transfer.enquire()
            case TimerExpired(Timer.T200):
                return self._recover(Error.I)
            case DataRequest(data):
                return [] if self._transfer.put(data) else [Refused(self.state, event)]
            case FrameReceived(_, Dm(pf=True)):
                return self._recover(Error.B)
            case EstablishRequest() | ReleaseRequest() | RemoveRequest() | Deactivation():
                return self._while_up(event)
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._while_up(event)
            case BusyRequest() | ReadyRequest():
                return self._while_up(event)
            case FrameReceived() | FrameInvalid() | TimerExpired():
                return self._while_up(event)

    def _while_up(self, event: _WhileUp) -> list[Action]:
        """Take what states 7 and 8 treat alike."""
        match event:
            case EstablishRequest():
                self._transfer.window.queue.clear()
                return self._establish(layer3=True)
            case ReleaseRequest():
                return self._release()
            case FrameReceived(_, Sabme(pf)):
                return self._reset_by_peer(pf=pf)
            case FrameReceived(_, Disc(pf)):
                ua = SendFrame(command=False, frame=Ua(pf))
                return [ua, *self._released(ReleaseIndication(Cause.PEER))]
            case FrameReceived(_, Ua(pf=True)) if self.params.duplicating:
                # Deviates from annex B: see Params.duplicating.
                self.state = State.AWAITING_ESTABLISHMENT
                self._attempts = -1
                stopped = self._clocks.stop(Timer.T203)
                return [ErrorIndication(Error.C), *stopped, *self._clocks.start(Timer.T200)]
            case FrameReceived(_, Ua(pf)):
                return [ErrorIndication(Error.C if pf else Error.D)]
            case FrameReceived(_, Dm(pf=False)):
                return self._recover(Error.E)
            case FrameReceived(_, Frmr()):
                return self._recover(Error.K)
            case FrameInvalid(error):
                return self._recover(error)
            case BusyRequest() if not self._transfer.own_busy:
                self._transfer.own_busy = True
                return self._transfer.answer(pf=False)
            case ReadyRequest() if self._transfer.own_busy:
                return self._transfer.ready()
            case BusyRequest() | ReadyRequest():
                return [Ignored(self.state, event)]
            case RemoveRequest():
                return [*self._unassigned(), ReleaseIndication(Cause.TEI_REMOVED)]
            case Deactivation():
                return self._released(ReleaseIndication(Cause.LINE))
            case UnitDataRequest() | XidRequest() | AssignRequest() | ErrorResponse():
                return self._common(event)
            case FrameReceived() | TimerExpired():
                return self._common(event)

    def _common(self, event: _Common) -> list[Action]:
        """Take what all states with a TEI treat alike."""
        match event:
            case UnitDataRequest(data) if len(data) <= self.params.n201:
                return [SendFrame(command=True, frame=Ui(data=data))]
            case XidRequest(data, command) if len(data) <= self.params.n201:
                return [SendFrame(command=command, frame=Xid(data=data))]
            case UnitDataRequest() | XidRequest():
                return [Refused(self.state, event)]
            case FrameReceived(_, Ui(_, data)):
                return [UnitDataIndication(data)]
            case FrameReceived(True, Xid(pf, data)):
                empty = SendFrame(command=False, frame=Xid(pf))
                return [empty, XidIndication(command=True, data=data)]
            case FrameReceived(False, Xid(_, data)):
                return [XidIndication(command=False, data=data)]
            case FrameInvalid(error):
                return [ErrorIndication(error)]
            case BusyRequest() | ReadyRequest() | AssignRequest() | ErrorResponse():
                return [Ignored(self.state, event)]
            case FrameReceived() | TimerExpired():
                return [Ignored(self.state, event)]

    # Set-up, release, recovery.

    def _establish(self, *, layer3: bool) -> list[Action]:
        """Set the link up; what is unacknowledged stays until the peer agrees."""
        self.state = State.AWAITING_ESTABLISHMENT
        self._layer3_initiated = layer3
        self._wanted = False
        self._attempts = 0
        return [
            SendFrame(command=True, frame=Sabme(pf=True)),
            *self._clocks.stop(Timer.T203),
            *self._clocks.start(Timer.T200),
        ]

    def _release(self) -> list[Action]:
        """Take the link down."""
        self._transfer.reset(keep_queue=False)
        self.state = State.AWAITING_RELEASE
        self._attempts = 0
        return [
            SendFrame(command=True, frame=Disc(pf=True)),
            *self._clocks.stop(Timer.T203),
            *self._clocks.start(Timer.T200),
        ]

    def _repeat(self, frame: Sabme | Disc) -> list[Action]:
        self._attempts += 1
        return [SendFrame(command=True, frame=frame), *self._clocks.start(Timer.T200)]

    def _recover(self, error: Error) -> list[Action]:
        """Report what went wrong and set the link up again (5.7)."""
        return [ErrorIndication(error), *self._establish(layer3=False)]

    def _set_up_done(self) -> list[Action]:
        """Take the peer's agreement."""
        if self._layer3_initiated:
            # What waits was accepted before layer 3 asked; it was told that it is lost.
            return self._connect(keep_queue=False, told=EstablishConfirm())
        if self._doubtful():
            return self._connect(keep_queue=False, told=EstablishIndication())
        return self._connect(keep_queue=True, told=None)

    def _doubtful(self) -> bool:
        """Tell whether something that was sent may be lost."""
        return self.vs != self.va or self.params.duplicating

    def _reset_by_peer(self, *, pf: bool) -> list[Action]:
        """Agree to SABME while the link is up; layer 3 is told if something may be lost."""
        ua: list[Action] = [SendFrame(command=False, frame=Ua(pf)), ErrorIndication(Error.F)]
        if self._doubtful():
            return ua + self._connect(keep_queue=False, told=EstablishIndication())
        return ua + self._connect(keep_queue=True, told=None)

    def _connect(
        self, *, keep_queue: bool, told: EstablishIndication | EstablishConfirm | None
    ) -> list[Action]:
        """Begin multiple frame operation with all variables zero."""
        self.state = State.MULTIPLE_FRAME_ESTABLISHED
        self._attempts = 0
        self._layer3_initiated = False
        self._transfer.reset(keep_queue=keep_queue)
        actions: list[Action] = [
            *self._clocks.stop(Timer.T200),
            *self._clocks.start(Timer.T203),
        ]
        if told is not None:
            actions.append(told)
        if self._transfer.own_busy:  # set-up does not end it
            actions += self._transfer.answer(pf=False)
        return actions + self._transfer.send()

    def _released(self, told: ReleaseConfirm | ReleaseIndication) -> list[Action]:
        """Note that the link is down; set it up if that was asked for meanwhile."""
        wanted = self._wanted
        stopped = self._rest(State.TEI_ASSIGNED)
        return [*stopped, told, *(self._establish(layer3=True) if wanted else [])]

    def _unassigned(self) -> list[Action]:
        """Note that there is no TEI."""
        self._ui.clear()
        return self._rest(State.TEI_UNASSIGNED)

    def _rest(self, state: State) -> list[Action]:
        """Go to a state in which nothing runs, with nothing remembered."""
        self.state = state
        self._attempts = 0
        self._layer3_initiated = False
        self._wanted = False
        self._transfer.reset(keep_queue=False)
        return self._clocks.stop(Timer.T200, Timer.T203)

    def _note(self, event: BusyRequest | ReadyRequest) -> list[Action]:
        """Remember whether this end is busy; the peer is told when the link is up."""
        self._transfer.own_busy = isinstance(event, BusyRequest)
        return []

    # Unacknowledged operation.

    def _put_ui(self, data: bytes) -> bool:
        if len(data) > self.params.n201 or len(self._ui) >= self.params.queue:
            return False
        self._ui.append(data)
        return True

    def _send_ui(self) -> list[Action]:
        waiting: list[Action] = [
            SendFrame(command=True, frame=Ui(data=data)) for data in self._ui
        ]
        self._ui.clear()
        return waiting


def _misdirected(frame: Frame, *, command: bool) -> bool:
    """Tell whether a command came as a response or the other way round."""
    match frame:
        case Info() | Sabme() | Disc() | Ui():
            return not command
        case Ua() | Dm() | Frmr():
            return command
        case Rr() | Rnr() | Rej() | Xid():
            return False
