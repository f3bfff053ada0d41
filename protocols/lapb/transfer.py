"""Information transfer of LAPB (ITU-T X.25 (10/96) 2.4.5): one end's variables, procedures.

``Transfer`` knows what has been sent, what arrived and who is busy; the states, and which
procedure an event calls for, are in ``protocols.lapb.link``. Invariants: V(A) <= V(S) <=
V(A) + k, and T1 runs while anything is unacknowledged or the peer is busy.
"""

from __future__ import annotations

from protocols.lapb.frames import Address, Frame, Info, Rej, Rnr, Rr
from protocols.lapb.primitives import (
    Action,
    DataIndication,
    Params,
    SendFrame,
    StartTimer,
    StopTimer,
    Timer,
)
from protocols.lapb.window import Window

Numbered = Info | Rr | Rnr | Rej
"""Frames that carry N(R)."""


class Clocks:
    """Which timers run."""

    __slots__ = ("running",)

    def __init__(self) -> None:
        self.running: set[Timer] = set()

    def start(self, timer: Timer) -> list[Action]:
        """Start a timer, from the beginning if it runs."""
        self.running.add(timer)
        return [StartTimer(timer)]

    def stop(self, *timers: Timer) -> list[Action]:
        """Stop those of the timers that run."""
        stopped: list[Action] = [StopTimer(timer) for timer in timers if timer in self.running]
        self.running.difference_update(timers)
        return stopped

    def stop_all(self) -> list[Action]:
        """Stop whatever runs."""
        return self.stop(*Timer)


class Transfer:
    """Sequence variables and conditions of one end, and the procedures that move them."""

    __slots__ = (
        "_accepted",
        "_clocks",
        "_dropped",
        "own_busy",
        "params",
        "peer_busy",
        "reject_exception",
        "untouched",
        "vr",
        "window",
    )

    def __init__(self, params: Params, clocks: Clocks) -> None:
        self.params = params
        self._clocks = clocks
        self.own_busy = False
        self.window = Window(params.modulo.value)
        self.reset()

    def reset(self) -> None:
        """Zero the variables and forget packets; this end stays busy if it is."""
        self.window.reset()
        self.vr = 0
        self.peer_busy = False
        self.reject_exception = False
        self._accepted = 0  # I frames taken and not acknowledged yet
        self._dropped = False
        self.untouched = True
        """No I frame went out or came in: to zero the variables once more changes nothing."""

    @property
    def vs(self) -> int:
        """V(S): number of the next I frame to send."""
        return self.window.vs

    @property
    def va(self) -> int:
        """V(A): number of the oldest unacknowledged I frame."""
        return self.window.va

    @property
    def queued(self) -> int:
        """Packets that wait or are unacknowledged."""
        return len(self.window.queue)

    @property
    def waiting(self) -> bool:
        """Whether the peer owes an acknowledgement or the end of its busy condition."""
        return self.window.outstanding or self.peer_busy

    def command(self, frame: Frame) -> SendFrame:
        """Address a command."""
        return SendFrame(self.params.peer, frame)

    def response(self, frame: Frame) -> SendFrame:
        """Address a response."""
        return SendFrame(self.params.own, frame)

    def nr_is_valid(self, nr: int) -> bool:
        """Tell whether N(R) lies between V(A) and the highest V(S) there was (2.4.6.1)."""
        return self.window.valid(nr)

    def put(self, data: bytes) -> bool:
        """Queue a packet; tell whether there was room for it."""
        if self.queued >= self.params.queue or len(data) > self.params.max_field:
            return False
        self.window.queue.append(data)
        return True

    # Sending.

    def send(self) -> list[Action]:
        """Send what the window allows (2.4.5.1)."""
        actions: list[Action] = []
        while not self.peer_busy and self.window.open(self.params.k):
            ns, data = self.window.next()
            actions.append(self.command(Info(ns, self.vr, data=data)))
        if actions:
            self.untouched = False
            actions += self._acknowledged()
            if Timer.T1 not in self._clocks.running:
                actions += self._clocks.start(Timer.T1)
        return actions

    def _watch(self, *, progress: bool) -> list[Action]:
        """Let T1 run while something is waited for, from the beginning after progress."""
        if not self.waiting:
            return self._clocks.stop(Timer.T1)
        if progress or Timer.T1 not in self._clocks.running:
            return self._clocks.start(Timer.T1)
        return []

    def enquire(self) -> list[Action]:
        """Ask the peer what arrived: RR or RNR with P=1 (2.4.5.9)."""
        return [
            self.command(self._status(pf=True)),
            *self._acknowledged(),
            *self._clocks.start(Timer.T1),
        ]

    # Receiving.

    def _accept(self, frame: Info) -> list[Action]:
        """Take the number and field of an I frame whose N(R) has been taken (2.4.5.2, .4)."""
        self.untouched = False
        if self.own_busy:
            self._dropped = True
            return self.answer(pf=frame.pf)
        if frame.ns != self.vr:
            if not self.reject_exception:
                self.reject_exception = True
                return [self.response(Rej(self.vr, frame.pf)), *self._acknowledged()]
            return self.answer(pf=True) if frame.pf else []
        self.vr = (self.vr + 1) % self.params.modulo.value
        self.reject_exception = False
        self._accepted += 1
        delivered: list[Action] = [DataIndication(frame.data)]
        return delivered + self.answer(pf=True) if frame.pf else delivered

    def advance(self, address: Address, frame: Numbered) -> list[Action]:
        """Take a valid I or S frame while connected, and send what it allows."""
        was_busy = self.peer_busy
        progress = self.window.acknowledge(frame.nr)
        actions = self._take(address, frame)
        if isinstance(frame, Rej):  # 2.4.5.6
            self.window.go_back()
            progress = True
        if self.peer_busy and not was_busy:  # 2.4.5.7
            progress = True
        actions += self._watch(progress=progress)
        actions += self.send()
        return actions + self.acknowledge()

    def hold(self, address: Address, frame: Numbered) -> list[Action]:
        """Take a valid I or S frame that does not end timer recovery; send no I frame."""
        self.window.acknowledge(frame.nr)
        return self._take(address, frame) + self.acknowledge()

    def recover(self, frame: Rr | Rnr | Rej) -> list[Action]:
        """Take the answer that ends timer recovery, and send again what was lost (2.4.5.9)."""
        self.window.acknowledge(frame.nr)
        self.window.go_back()
        self.peer_busy = isinstance(frame, Rnr)
        return self._watch(progress=True) + self.send()

    def _take(self, address: Address, frame: Numbered) -> list[Action]:
        """Take all of an I or S frame but its N(R); answer a command with P=1."""
        match frame:
            case Info():
                return self._accept(frame)
            case Rr() | Rej():
                self.peer_busy = False
            case Rnr():
                self.peer_busy = True
        if frame.pf and address is self.params.own:
            return self.answer(pf=True)
        return []

    def acknowledge(self) -> list[Action]:
        """Acknowledge later, or at once when the peer's window may be used up (2.4.5.2)."""
        if not self._accepted:
            return []
        if not self.params.t2 or self._accepted >= self.params.k:
            return self.answer(pf=False)
        if Timer.T2 in self._clocks.running:
            return []
        return self._clocks.start(Timer.T2)

    def answer(self, *, pf: bool) -> list[Action]:
        """Say what was taken: RR, or RNR while busy."""
        return [self.response(self._status(pf=pf)), *self._acknowledged()]

    def ready(self) -> list[Action]:
        """End the busy condition: REJ if it cost an I frame, else RR (2.4.5.8)."""
        self.own_busy = False
        if not self._dropped:
            return self.answer(pf=False)
        self._dropped = False
        self.reject_exception = True
        return [self.response(Rej(self.vr)), *self._acknowledged()]

    def _status(self, *, pf: bool) -> Rr | Rnr:
        return Rnr(self.vr, pf) if self.own_busy else Rr(self.vr, pf)

    def _acknowledged(self) -> list[Action]:
        """Note that N(R) goes out: nothing is left to acknowledge."""
        self._accepted = 0
        return self._clocks.stop(Timer.T2)
