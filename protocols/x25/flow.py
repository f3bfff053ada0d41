"""Data transfer on one logical channel (ITU-T X.25 (10/96) 4.3 and 4.4): state d1.

Messages are cut into full packets with the M bit and put together again. Invariants:
V(A) <= V(S) <= V(A) + window; what is put together never exceeds ``max_message``. A packet
that breaks the rules is answered with the diagnostic of the reset that it earns.
"""

from __future__ import annotations

from collections import deque

from protocols.x25.causes import Diagnostic
from protocols.x25.packets import (
    Data,
    Interrupt,
    InterruptConfirmation,
    Rej,
    Rnr,
    Rr,
)
from protocols.x25.primitives import (
    Action,
    Circuit,
    Clocks,
    DataIndication,
    DeliveryConfirm,
    InterruptConfirm,
    InterruptIndication,
    Params,
    SendPacket,
    Timer,
)

FlowPacket = Data | Rr | Rnr | Rej | Interrupt | InterruptConfirmation


class _Piece:
    """A data packet without its numbers, until it is acknowledged."""

    __slots__ = ("d_bit", "data", "m_bit", "q_bit")

    def __init__(self, data: bytes, *, m_bit: bool, q_bit: bool, d_bit: bool) -> None:
        self.data = data
        self.m_bit = m_bit
        self.q_bit = q_bit
        self.d_bit = d_bit


class Flow:
    """Windows, queue and reassembly of one circuit."""

    __slots__ = (
        "_clocks",
        "_ever",
        "_message",
        "_params",
        "_q_bit",
        "_queue",
        "_sent",
        "_unacknowledged",
        "circuit",
        "interrupting",
        "lcn",
        "own_busy",
        "peer_busy",
        "va",
        "vr",
    )

    def __init__(self, lcn: int, params: Params, clocks: Clocks) -> None:
        self.lcn = lcn
        self._params = params
        self._clocks = clocks
        self.circuit = Circuit(
            params.packet_size, params.packet_size, params.window, params.window
        )
        self.own_busy = False
        self.reset()

    def reset(self) -> None:
        """Zero the variables and forget data and interrupts; this end stays busy if it is."""
        self.va = 0
        self.vr = 0
        self.peer_busy = False
        self.interrupting = False
        """An interrupt is out and not confirmed."""
        self._queue: deque[_Piece] = deque()  # from V(A) on
        self._sent = 0  # V(S) - V(A)
        self._ever = 0  # the same for the highest V(S), before a reject packet
        self._unacknowledged = 0  # packets taken whose number was not told yet
        self._message: list[bytes] = []
        self._q_bit = False

    @property
    def vs(self) -> int:
        """V(S): P(S) of the next data packet."""
        return (self.va + self._sent) % self._params.modulo.size

    @property
    def queued(self) -> int:
        """Data packets that wait or are unacknowledged."""
        return len(self._queue)

    @property
    def unsent(self) -> int:
        """Data packets that wait for the window."""
        return len(self._queue) - self._sent

    @property
    def partial(self) -> int:
        """Octets of a message that is not complete yet."""
        return sum(map(len, self._message))

    # Sending.

    def put(self, data: bytes, *, q_bit: bool, d_bit: bool) -> bool:
        """Cut a message into packets and queue them; tell whether there was room."""
        size = self.circuit.size_out
        pieces = max(-(-len(data) // size), 1)
        if len(self._queue) + pieces > self._params.queue:
            return False
        for number in range(pieces):
            last = number == pieces - 1
            self._queue.append(
                _Piece(
                    data[number * size : (number + 1) * size],
                    m_bit=not last,
                    q_bit=q_bit,
                    d_bit=d_bit and last,
                )
            )
        return True

    def send(self) -> list[Action]:
        """Send the data packets that the window allows (4.4.1.1)."""
        actions: list[Action] = []
        while not self.peer_busy and self._sent < min(
            self.circuit.window_out, len(self._queue)
        ):
            piece = self._queue[self._sent]
            actions.append(
                SendPacket(
                    Data(
                        self.lcn,
                        self.vs,
                        self.vr,
                        piece.data,
                        piece.m_bit,
                        piece.q_bit,
                        piece.d_bit,
                    )
                )
            )
            self._sent += 1
            self._ever = max(self._ever, self._sent)
        if actions:
            actions += self._told()
            if self._params.t25 and Timer.T25 not in self._clocks.running:
                actions += self._clocks.start(Timer.T25)
        return actions

    def interrupt(self, data: bytes) -> list[Action]:
        """Send an interrupt, past all data (4.3.7)."""
        self.interrupting = True
        return [SendPacket(Interrupt(self.lcn, data)), *self._clocks.start(Timer.T26)]

    # Receiving.

    def take(self, packet: FlowPacket) -> list[Action] | Diagnostic:
        """Take a packet of d1; give the diagnostic of a reset if it breaks a rule."""
        match packet:
            case Data():
                return self._take_data(packet)
            case Rej() if not self._params.reject:
                return Diagnostic.REJECT_NOT_SUBSCRIBED
            case Rr(_, pr) | Rnr(_, pr) | Rej(_, pr):
                confirmed = self._take_pr(pr)
                if isinstance(confirmed, Diagnostic):
                    return confirmed
                self.peer_busy = isinstance(packet, Rnr)
                if isinstance(packet, Rej):
                    self._sent = 0
                return confirmed + self.send()
            case Interrupt(_, data):
                # Confirmed on the spot, so a second one is never unauthorised.
                confirmation = SendPacket(InterruptConfirmation(self.lcn))
                return [InterruptIndication(self.lcn, data), confirmation]
            case InterruptConfirmation():
                if not self.interrupting:
                    return Diagnostic.UNAUTHORISED_INTERRUPT_CONFIRMATION
                self.interrupting = False
                return [*self._clocks.stop(Timer.T26), InterruptConfirm(self.lcn)]

    def _take_pr(self, pr: int) -> list[Action] | Diagnostic:
        """Take P(R): it frees the window up to there (4.4.1.2)."""
        count = (pr - self.va) % self._params.modulo.size
        if count > self._ever:
            return Diagnostic.INVALID_PR
        pieces = [self._queue.popleft() for _ in range(count)]
        self.va = pr
        self._sent = max(self._sent - count, 0)
        self._ever -= count
        actions: list[Action] = [DeliveryConfirm(self.lcn) for piece in pieces if piece.d_bit]
        if not self._ever:
            actions += self._clocks.stop(Timer.T25)
        elif count and self._params.t25:
            actions += self._clocks.start(Timer.T25)
        return actions

    def _take_data(self, packet: Data) -> list[Action] | Diagnostic:
        size = len(packet.data)
        # A used-up window is acknowledged at once, so what lies beyond it is out of order too.
        if packet.ps != self.vr:
            return Diagnostic.INVALID_PS
        if size > self.circuit.size_in:
            return Diagnostic.TOO_LONG
        if packet.m_bit and not packet.d_bit and size < self.circuit.size_in:
            return Diagnostic.PARTLY_FULL_PACKET
        if self._message and packet.q_bit != self._q_bit:
            return Diagnostic.INCONSISTENT_Q
        if self.partial + size > self._params.max_message:
            return Diagnostic.TOO_LONG
        actions = self._take_pr(packet.pr)
        if isinstance(actions, Diagnostic):
            return actions
        self.vr = (self.vr + 1) % self._params.modulo.size
        self._unacknowledged += 1
        self._message.append(packet.data)
        self._q_bit = packet.q_bit
        if not packet.m_bit:
            actions.append(DataIndication(self.lcn, b"".join(self._message), packet.q_bit))
            self._message = []
        return actions + self.send() + self._acknowledge(at_once=packet.d_bit)

    # Telling the peer.

    def status(self) -> list[Action]:
        """Tell what was taken: RR, or RNR while busy."""
        rr = Rnr(self.lcn, self.vr) if self.own_busy else Rr(self.lcn, self.vr)
        return [SendPacket(rr), *self._told()]

    def _acknowledge(self, *, at_once: bool) -> list[Action]:
        """Acknowledge now, or later where the window allows."""
        if not self._unacknowledged:
            return []
        used_up = self._unacknowledged >= self.circuit.window_in
        if at_once or used_up or not self._params.t2:
            return self.status()
        if Timer.T2 in self._clocks.running:
            return []
        return self._clocks.start(Timer.T2)

    def _told(self) -> list[Action]:
        """Note that P(R) goes out."""
        self._unacknowledged = 0
        stopped = self._clocks.stop(Timer.T2)
        return stopped + self._clocks.start(Timer.T24) if self._params.t24 else stopped
