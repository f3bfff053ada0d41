"""Two ends of a message link on one still clock, joined by a wire that can be bad."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable
from random import Random

from protocols.stacks import primitives as st


class Ends:
    """Two stacks; ``spoil`` says what becomes of the octets of one transmission."""

    def __init__(
        self,
        one: st.Stack,
        two: st.Stack,
        *,
        delay: float = 0.01,
        rate: float = 0.0,
        spoil: Callable[[bytes], list[bytes]] | None = None,
    ) -> None:
        self.stacks = (one, two)
        self.now = 0.0
        self.spoil = spoil
        self.seen: tuple[list[st.Action], list[st.Action]] = ([], [])
        """What the users were told, in order."""
        self.at: tuple[list[float], list[float]] = ([], [])
        """When each PDU arrived."""
        self.sent: list[tuple[int, bytes]] = []
        self._delay = delay
        self._rate = rate
        """Octets a second of each direction; 0 for no bound."""
        self._free = [0.0, 0.0]
        self._due: list[tuple[float, int, int, Hashable | None, bytes]] = []
        self.running: dict[tuple[int, Hashable], int] = {}
        self._serial = 0

    def up(self) -> None:
        for which in (0, 1):
            self.give(which, st.TransportUp())

    def give(self, which: int, event: st.Event) -> None:
        stack = self.stacks[which]
        user = False
        for action in stack.handle(event):
            match action:
                case st.Transmit(octets):
                    assert not user, "something for the line stands behind the user's"
                    self.sent.append((which, octets))
                    self._transmit(which, octets)
                case st.StartTimer(timer):
                    seconds = stack.timers[timer]
                    self.running[which, timer] = self._later(seconds, which, timer, b"")
                case st.StopTimer(timer):
                    self.running.pop((which, timer), None)
                case _:
                    user = True
                    self.seen[which].append(action)
                    if isinstance(action, st.Received):
                        self.at[which].append(self.now)

    def send(self, which: int, pdu: bytes, *, urgent: bool = False) -> None:
        self.give(which, st.Send(pdu, urgent))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, serial, which, timer, octets = heapq.heappop(self._due)
            if timer is None:
                self.give(which, st.OctetsReceived(octets))
            elif self.running.get((which, timer)) == serial:
                del self.running[which, timer]
                self.give(which, st.TimerExpired(timer))
        self.now = end

    def received(self, which: int) -> list[bytes]:
        return [one.pdu for one in self.seen[which] if isinstance(one, st.Received)]

    def kinds(self, which: int) -> list[str]:
        """Name what the user was told: faults by their kinds."""
        return [
            one.kind if isinstance(one, st.Fault) else type(one).__name__
            for one in self.seen[which]
        ]

    def _transmit(self, which: int, octets: bytes) -> None:
        pieces = [octets] if self.spoil is None else self.spoil(octets)
        for piece in pieces:
            if not self._rate:
                self._later(self._delay, 1 - which, None, piece)
                continue
            begin = max(self.now, self._free[which])
            self._free[which] = begin + len(octets) / self._rate
            self._later(self._free[which] - self.now, 1 - which, None, piece)

    def _later(self, seconds: float, which: int, timer: Hashable | None, octets: bytes) -> int:
        self._serial += 1
        due = (self.now + seconds, self._serial, which, timer, octets)
        heapq.heappush(self._due, due)
        return self._serial


def bad_weather(dice: Random, share: float) -> Callable[[bytes], list[bytes]]:
    """Lose, double and damage that share of what is sent."""

    def spoil(octets: bytes) -> list[bytes]:
        if dice.random() < share:
            return []
        if octets and dice.random() < share:
            place = dice.randrange(len(octets))
            damage = octets[place] ^ 1 << dice.randrange(8)
            octets = octets[:place] + bytes((damage,)) + octets[place + 1 :]
        return [octets] * (2 if dice.random() < share else 1)

    return spoil
