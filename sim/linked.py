"""A bench behind a message link: octets of the line in and out, on the same still clock.

The bench inside takes and gives whole PDUs; what is between is a stack of either side, such as
a D channel. What a dead line keeps back is what passes on the line.
"""

from __future__ import annotations

from typing import Any, Final

from protocols.stacks import primitives as st
from sim.alarms import Alarms
from sim.bench import AnyHub, Bench
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView

_IN: Final = "to switch"
_OUT: Final = "to host"


class Linked:
    """One link on one exchange. The link is not open at first."""

    def __init__(self, bench: Bench[AnyHub], stack: st.Stack, rate: float = 0.0) -> None:
        """Join a bench and a stack; the line carries ``rate`` bits a second, 0 at once."""
        self.bench = bench
        self.stack = stack
        self.sent: list[bytes] = []
        """What the last move had the switch send, piece by piece."""
        self.faults: list[st.Fault] = []
        """What was odd on the line."""
        self.resets: list[str] = []
        """Why the switch reset the circuit, each time so far."""
        self._open = False
        self._alarms = Alarms()
        self._rate = rate
        self._free_at = {_IN: 0.0, _OUT: 0.0}
        """When each direction of the line has carried what was given to it."""
        self._serial = 0
        self._under_way = 0
        self._held: list[bytes] = []
        """What came from the client while the line was dead."""
        self._kept: list[bytes] = []
        """What was for the client meanwhile."""

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.bench.now

    @property
    def connected(self) -> bool:
        """Whether the transport is open."""
        return self._open

    @property
    def busy(self) -> bool:
        """Whether the line carries anything now."""
        return self._under_way > 0

    def connect(self) -> bool:
        """Open the transport; say whether the switch let it stand."""
        self.sent = []
        if self.bench.hub.refusing or self.bench.hub.away:
            return False
        self._open = True
        self._handle(st.TransportUp())
        return self.connected

    def disconnect(self) -> None:
        """Close the transport from the client's side."""
        if self._open:
            self._handle(st.TransportDown("closed"))
            self._close()

    def feed(self, octets: bytes) -> bytes:
        """Send octets to the switch; give what it sends at once."""
        self.sent = []
        if self.bench.hub.stalled:
            self._held.append(octets)
        else:
            self._carry(_IN, octets)
        return b"".join(self.sent)

    def do(self, event: Event) -> bytes:
        """Let something happen at the exchange; give what the switch sends of it."""
        self.sent = []
        self.bench.do(event)
        return self._pass_on()

    def advance(self, seconds: float) -> bytes:
        """Let time pass; give what the switch sends meanwhile."""
        self.sent = []
        end = self.now + seconds
        while (due := self._alarms.next_due()) is not None and due <= end:
            self._step(due - self.now)
            alarm = self._alarms.pop()
            match alarm:
                case (_, "timer", timer):
                    self._handle(st.TimerExpired(timer))
                case (_, str(way), (_, bytes(octets))):
                    self._under_way -= 1
                    self._arrive(way, octets)
                case _:
                    pass
        self._step(end - self.now)
        return b"".join(self.sent)

    def next_due(self) -> float | None:
        """Give the time of the next thing that happens by itself."""
        due = [
            one for one in (self._alarms.next_due(), self.bench.next_due()) if one is not None
        ]
        return min(due, default=None)

    def say(self, words: list[str]) -> tuple[dict[str, Any], bytes]:
        """Act on an operator's words; give the answer and what the switch sends."""
        self.sent = []
        answer, _ = self.bench.say(words)
        self._pass_on()
        if not self.bench.hub.stalled:
            self.sent = self._kept + self.sent
            held, self._held, self._kept = self._held, [], []
            for octets in held:
                self._carry(_IN, octets)
        return answer, b"".join(self.sent)

    def view(self) -> ExchangeView:
        """Give the whole truth of the exchange."""
        return self.bench.view()

    # Inside.

    def _step(self, seconds: float) -> None:
        self.bench.advance(max(seconds, 0.0))
        self._pass_on()

    def _pass_on(self) -> bytes:
        """Put what the bench sent last into the link, and its end."""
        for pdu in list(self.bench.sent):
            self._handle(st.Send(pdu))
        resets, self.bench.resets = self.bench.resets, []
        self.resets += resets
        for reason in resets:
            self._handle(st.Reset(reason))
        if self._open and self.bench.closed:
            self._hang_up(self.bench.closed)
        return b"".join(self.sent)

    def _carry(self, way: str, octets: bytes) -> None:
        """Give octets to the line; behind what is under way, if it takes its time."""
        if not self._rate:
            self._arrive(way, octets)
            return
        self._serial += 1
        self._under_way += 1
        begins = max(self.now, self._free_at[way])
        self._free_at[way] = begins + 8 * len(octets) / self._rate
        self._alarms.start((0, way, (self._serial, octets)), self._free_at[way])

    def _arrive(self, way: str, octets: bytes) -> None:
        if way == _IN:
            self._handle(st.OctetsReceived(octets))
        else:
            line = self._kept if self.bench.hub.stalled else self.sent
            line.append(octets)

    def _hang_up(self, reason: str) -> None:
        """End the link from the switch's side."""
        self.bench.closed = ""
        self._handle(st.Release())
        self._handle(st.TransportDown(reason))
        self._close()

    def _close(self) -> None:
        self._open = False
        self._alarms = Alarms()
        self._under_way = 0
        self._free_at = {_IN: 0.0, _OUT: 0.0}
        self._held.clear()
        self._kept.clear()

    def _handle(self, event: st.Event) -> None:
        if not self._open:
            return
        for action in self.stack.handle(event):
            match action:
                case st.Transmit(octets):
                    self._carry(_OUT, octets)
                case st.StartTimer(timer):
                    at = self.now + self.stack.timers[timer]
                    self._alarms.start((0, "timer", timer), at)
                case st.StopTimer(timer):
                    self._alarms.stop((0, "timer", timer))
                case st.Established():
                    if self.bench.connect():
                        self._pass_on()
                    else:
                        self._hang_up("refused")
                        return
                case st.Released():
                    self.bench.disconnect()
                case st.Received(pdu):
                    self.bench.feed(pdu)
                    self._pass_on()
                case st.Fault():
                    self.faults.append(action)
                    if action.fatal:
                        self.bench.disconnect()
                        self._close()
                        return
