"""A simulated switch whose PDUs go through a message link, such as X.25, on the same clock."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping
from typing import Any, Final

from protocols.stacks import primitives as st
from protocols.stacks import x25_serial, xot
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.face import Bench

ENDS: Final[dict[str, tuple[st.Make, Mapping[str, Any]]]] = {
    "xot": (xot, {}),
    "x25_serial": (x25_serial, {"interface": "dce"}),
}
"""The answering end of each message link that a switch can be joined by."""


class Carried:
    """A bench that carries whole PDUs, behind the answering end of a message link."""

    def __init__(self, bench: Bench, over: str) -> None:
        make, keys = ENDS[over]
        self.bench = bench
        self.stack: Final = make({"role": "answering", **keys})
        self._due: list[tuple[float, int, Hashable]] = []
        self._running: dict[Hashable, int] = {}
        self._serial = 0
        self._reset = 0
        """Resets that were carried out."""

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.bench.now

    @property
    def connected(self) -> bool:
        """Whether the link is open."""
        return self.bench.connected

    @property
    def sent(self) -> list[bytes]:
        """What the last move had the switch send: its PDUs, before the message link."""
        return self.bench.sent

    @property
    def resets(self) -> list[str]:
        """Why the switch reset the circuit, each time so far."""
        return self.bench.resets

    def connect(self) -> bool:
        """Open the link; say whether the switch let it stand."""
        self._handle(st.TransportUp())
        return self.bench.connect()

    def disconnect(self) -> None:
        """Close the link from the client's side."""
        self.bench.disconnect()
        self._handle(st.TransportDown("cut"))

    def feed(self, octets: bytes) -> bytes:
        """Send octets to the switch; give what it sends at once."""
        return self._handle(st.OctetsReceived(octets))

    def do(self, event: Event) -> bytes:
        """Let something happen at the exchange; give what the switch sends of it."""
        self.bench.do(event)
        return self._carry()

    def advance(self, seconds: float) -> bytes:
        """Let time pass; give what the switch sends meanwhile."""
        end = self.bench.now + seconds
        self.bench.advance(seconds)
        sent = self._carry()
        while self._due and self._due[0][0] <= end:
            _, serial, timer = heapq.heappop(self._due)
            if self._running.get(timer) == serial:
                del self._running[timer]
                sent += self._handle(st.TimerExpired(timer))
        return sent

    def next_due(self) -> float | None:
        """Give the time of the next thing that happens by itself."""
        due = [self._due[0][0]] if self._due else []
        own = self.bench.next_due()
        return min([*due, *([] if own is None else [own])], default=None)

    def say(self, words: list[str]) -> tuple[dict[str, Any], bytes]:
        """Act on an operator's words; give the answer and what is sent."""
        answer, _ = self.bench.say(words)
        return answer, self._carry()

    def view(self) -> ExchangeView:
        """Give the whole truth of the exchange."""
        return self.bench.view()

    def _carry(self) -> bytes:
        """Send what the last move had the switch send, and reset what it reset."""
        resets, self._reset = self.bench.resets[self._reset :], len(self.bench.resets)
        sent = b"".join(self._handle(st.Send(pdu)) for pdu in self.bench.sent)
        return sent + b"".join(self._handle(st.Reset(reason)) for reason in resets)

    def _handle(self, event: st.Event) -> bytes:
        sent = b""
        for action in self.stack.handle(event):
            match action:
                case st.Transmit(octets):
                    sent += octets
                case st.StartTimer(timer):
                    self._serial += 1
                    self._running[timer] = self._serial
                    due = self.bench.now + self.stack.timers[timer]
                    heapq.heappush(self._due, (due, self._serial, timer))
                case st.StopTimer(timer):
                    self._running.pop(timer, None)
                case st.Received(pdu):
                    self.bench.feed(pdu)
                    sent += self._carry()
                case _:
                    pass
        return sent
