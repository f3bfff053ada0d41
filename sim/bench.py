"""A bench: one exchange and one CTI link on a still clock, for tests in one process.

Octets of the client go in, octets of the switch come out; ``advance`` lets time pass. What the
switch speaks is a matter of its hub.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sim.exchange.facts import Action
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.hub import Hub
from sim.outputs import Happened, Noted, Output, Reset, Shut, Transmit
from sim.play import Play
from sim.words import operate

AnyHub = TypeVar("AnyHub", bound=Hub)


class Bench(Generic[AnyHub]):
    """One link on one exchange. The link is not open at first."""

    def __init__(self, hub: AnyHub, *, packets: bool = False) -> None:
        self.hub = hub
        self.packets = packets
        """Whether the link carries whole PDUs, not a stream; ``sent`` has them one by one."""
        self.link: int | None = None
        """Number of the open link."""
        self.closed = ""
        """Why the switch closed the link last; empty if it did not."""
        self.resets: list[str] = []
        """Why the switch reset the circuit, each time."""
        self.notes: list[Noted] = []
        self.happened: list[tuple[float, Action]] = []
        """What truly happened at the exchange, with the time."""
        self.sent: list[bytes] = []
        """What the last move had the switch send, piece by piece."""
        self._play = Play(hub)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return self.hub.now

    @property
    def connected(self) -> bool:
        """Whether the link is open."""
        return self.link is not None

    def connect(self) -> bool:
        """Open the link; say whether the switch let it stand."""
        self.closed = ""
        self.link, outputs = self.hub.connect(packets=self.packets)
        self._take(outputs)
        return self.link is not None

    def disconnect(self) -> None:
        """Close the link from the client's side."""
        if self.link is not None:
            self._take(self.hub.disconnect(self.link))
            self.link = None

    def feed(self, octets: bytes) -> bytes:
        """Send octets to the switch; give what it sends at once."""
        if self.link is None:
            return b""
        return self._take(self.hub.receive(self.link, octets))

    def do(self, event: Event) -> bytes:
        """Let something happen at the exchange; give what the switch sends of it."""
        return self._take(self.hub.do(event))

    def advance(self, seconds: float) -> bytes:
        """Let time pass; give what the switch sends meanwhile."""
        return self._take(self.hub.advance(self.hub.now + seconds))

    def next_due(self) -> float | None:
        """Give the time of the next thing that happens by itself."""
        return self.hub.next_due()

    def operate(self, outputs: list[Output]) -> bytes:
        """Take what an operator's move on ``hub`` gave, such as ``hub.cut()``."""
        return self._take(outputs)

    def say(self, words: list[str]) -> tuple[dict[str, Any], bytes]:
        """Act on an operator's words; give the answer and what the switch sends."""
        answer = operate(self._play, words)
        return answer, self._take([])

    def view(self) -> ExchangeView:
        """Give the whole truth of the exchange."""
        return self.hub.stage.exchange.snapshot()

    def _take(self, outputs: list[Output]) -> bytes:
        self._play.put(outputs)
        self.sent = []
        for output in self._play.take():
            match output:
                case Transmit(_, octets):
                    self.sent.append(octets)
                case Reset(_, reason):
                    self.resets.append(reason)
                case Shut(_, reason):
                    self.closed, self.link = reason, None
                case Noted():
                    self.notes.append(output)
                case Happened(at, action):
                    self.happened.append((at, action))
        return b"".join(self.sent)
