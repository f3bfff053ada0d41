"""Multiple frame operation of LAPD (ITU-T Q.921 (09/97) 5.5.2 to 5.8): variables, procedures.

``Transfer`` knows what has been sent, what arrived and who is busy; the states, and which
procedure an event calls for, are in ``protocols.lapd.link``. Invariants: V(A) <= V(S) <=
V(A) + k, and T200 runs while anything is unacknowledged or the peer is busy.
"""

from __future__ import annotations

from protocols.lapb.window import Window
from protocols.lapd.frames import Error, Info, Rej, Rnr, Rr
from protocols.lapd.primitives import (
    Action,
    DataIndication,
    ErrorIndication,
    Params,
    SendFrame,
    StartTimer,
    StopTimer,
    Timer,
)

Numbered = Info | Rr | Rnr | Rej
"""Frames that carry N(R)."""
_MODULO = 128


class Clocks:
    """Which of T200 and T203 run; T203 never does where it is not used."""

    __slots__ = ("_unused", "running")

    def __init__(self, *, t203: bool) -> None:
        self.running: set[Timer] = set()
        self._unused = None if t203 else Timer.T203

    def start(self, timer: Timer) -> list[Action]:
        """Start a timer, from the beginning if it runs."""
        if timer is self._unused:
            return []
        self.running.add(timer)
        return [StartTimer(timer)]

    def stop(self, *timers: Timer) -> list[Action]:
        """Stop those of the timers that run."""
        stopped: list[Action] = [StopTimer(timer) for timer in timers if timer in self.running]
        self.running.difference_update(timers)
        return stopped


class Transfer:
    """Sequence variables and conditions of one end, and the procedures that move them."""

    __slots__ = (
        "_acknowledge_pending",
        "_clocks",
        "_dropped",
        "own_busy",
        "params",
        "peer_busy",
        "reject_exception",
        "vr",
        "window",
    )

    def __init__(self, params: Params, clocks: Clocks) -> None:
        self.params = params
        self._clocks = clocks
        self.own_busy = False
        self.window = Window(_MODULO)
        self.reset(keep_queue=False)

    def reset(self, *, keep_queue: bool) -> None:
        """Zero the variables and clear exceptions; this end stays busy if it is."""
        self.window.reset(keep_queue=keep_queue)
        self.vr = 0
        self.peer_busy = False
        self.reject_exception = False
        self._acknowledge_pending = False
        self._dropped = False

    @property
    def waiting(self) -> bool:
        """Whether the peer owes an acknowledgement or the end of its busy condition."""
        return self.window.outstanding or self.peer_busy

    def put(self, data: bytes) -> bool:
        """Queue a message; tell whether there was room for it."""
        if len(self.window.queue) >= self.params.queue or len(data) > self.params.n201:
            return False
        self.window.queue.append(data)
        return True

    # Sending.

    def send(self) -> list[Action]:
        """Send what the window allows (5.6.1)."""
        actions: list[Action] = []
        while not self.peer_busy and self.window.open(self.params.k):
            ns, data = self.window.next()
            actions.append(SendFrame(command=True, frame=Info(ns, self.vr, data=data)))
            self._acknowledge_pending = False
        if actions and Timer.T200 not in self._clocks.running:
            actions += self._clocks.stop(Timer.T203)
            actions += self._clocks.start(Timer.T200)
        return actions

    def enquire(self) -> list[Action]:
        """Ask the peer what arrived: RR or RNR with P=1 (5.6.7)."""
        self._acknowledge_pending = False
        return [
            SendFrame(command=True, frame=self._status(pf=True)),
            *self._clocks.stop(Timer.T203),
            *self._clocks.start(Timer.T200),
        ]

    # Receiving.

    def advance(self, frame: Numbered, *, command: bool) -> list[Action]:
        """Take a frame with a valid N(R) while established, and send what it allows."""
        actions = self._take(frame, command=command)
        if not command and frame.pf:
            actions.append(ErrorIndication(Error.A))
        progress = self.window.acknowledge(frame.nr)
        match frame:
            case Rej():  # 5.6.4
                self.window.go_back()
                actions += self._idle()
            case Rnr():  # 5.6.5
                actions += self._clocks.stop(Timer.T203)
                actions += self._clocks.start(Timer.T200)
            case Info() | Rr():
                if not self.waiting:
                    actions += self._idle()
                elif progress and not self.peer_busy:
                    actions += self._clocks.start(Timer.T200)
        return [*actions, *self.send(), *self.acknowledge()]

    def hold(self, frame: Numbered, *, command: bool) -> list[Action]:
        """Take a frame that does not end timer recovery; send no I frame."""
        self.window.acknowledge(frame.nr)
        return [*self._take(frame, command=command), *self.acknowledge()]

    def recover(self, frame: Rr | Rnr | Rej) -> list[Action]:
        """Take the answer that ends timer recovery, and send again what was lost (5.6.7)."""
        self.window.acknowledge(frame.nr)
        self.window.go_back()
        self.peer_busy = isinstance(frame, Rnr)
        if self.peer_busy:
            return self._clocks.start(Timer.T200)
        return [*self._idle(), *self.send()]

    def _idle(self) -> list[Action]:
        """Note that nothing is outstanding: T203 instead of T200."""
        return [*self._clocks.stop(Timer.T200), *self._clocks.start(Timer.T203)]

    def _take(self, frame: Numbered, *, command: bool) -> list[Action]:
        """Take all of an I or S frame but its N(R); answer a command with P=1."""
        match frame:
            case Info():
                return self._accept(frame)
            case Rr() | Rej():
                self.peer_busy = False
            case Rnr():
                self.peer_busy = True
        return self.answer(pf=True) if frame.pf and command else []

    def _accept(self, frame: Info) -> list[Action]:
        """Take the number and field of an I frame (5.6.2)."""
        if self.own_busy:
            self._dropped = True
            return self.answer(pf=True) if frame.pf else []
        if frame.ns != self.vr:
            if self.reject_exception:
                return self.answer(pf=True) if frame.pf else []
            self.reject_exception = True
            self._acknowledge_pending = False
            return [SendFrame(command=False, frame=Rej(self.vr, frame.pf))]
        self.vr = (self.vr + 1) % _MODULO
        self.reject_exception = False
        delivered: list[Action] = [DataIndication(frame.data)]
        if frame.pf:
            return delivered + self.answer(pf=True)
        self._acknowledge_pending = True
        return delivered

    def acknowledge(self) -> list[Action]:
        """Acknowledge what no I frame has acknowledged meanwhile (5.6.3.2)."""
        return self.answer(pf=False) if self._acknowledge_pending else []

    def answer(self, *, pf: bool) -> list[Action]:
        """Say what was taken: RR, or RNR while busy."""
        self._acknowledge_pending = False
        return [SendFrame(command=False, frame=self._status(pf=pf))]

    def ready(self) -> list[Action]:
        """End the busy condition: REJ if it cost an I frame, else RR (5.6.5)."""
        self.own_busy = False
        if not self._dropped:
            return self.answer(pf=False)
        self._dropped = False
        self.reject_exception = True
        self._acknowledge_pending = False
        return [SendFrame(command=False, frame=Rej(self.vr))]

    def _status(self, *, pf: bool) -> Rr | Rnr:
        return Rnr(self.vr, pf) if self.own_busy else Rr(self.vr, pf)
