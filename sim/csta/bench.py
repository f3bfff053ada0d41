"""A bench: one exchange and one CTI link on a still clock, for tests in one process.

Octets of the client go in, octets of the switch come out; ``advance`` lets time pass.
"""

from __future__ import annotations

from typing import Any

from sim.csta.dialects import DIALECTS, Dialect, fitted
from sim.csta.hub import Hub
from sim.csta.outputs import Happened, Noted, Output, Settings, Shut, Transmit
from sim.exchange.facts import Action
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.plan import ExchangePlan
from sim.play import Play
from sim.words import operate


class Bench:
    """One link on one exchange. The link is not open at first."""

    def __init__(
        self,
        plan: ExchangePlan,
        dialect: Dialect | str = "standard",
        settings: Settings | None = None,
        *,
        fit: bool = False,
    ) -> None:
        row = DIALECTS[dialect] if isinstance(dialect, str) else dialect
        self.hub = Hub(fitted(plan, row) if fit else plan, row, settings)
        self.link: int | None = None
        """Number of the open link."""
        self.closed = ""
        """Why the switch closed the link last; empty if it did not."""
        self.notes: list[Noted] = []
        self.happened: list[tuple[float, Action]] = []
        """What truly happened at the exchange, with the time."""
        self._play = Play(self.hub)

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
        self.link, outputs = self.hub.connect()
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
        sent = b""
        for output in self._play.take():
            match output:
                case Transmit(_, octets):
                    sent += octets
                case Shut(_, reason):
                    self.closed, self.link = reason, None
                case Noted():
                    self.notes.append(output)
                case Happened(at, action):
                    self.happened.append((at, action))
        return sent


class Csta3:
    """The face of CSTA phase III, as the kit finds it (``sim.face``)."""

    protocol = "csta3-ber"
    variants = tuple(DIALECTS)

    @staticmethod
    def bench(plan: ExchangePlan, variant: str) -> Bench:
        """Make a switch of a dialect with the kind of sets that it has."""
        return Bench(plan, variant, fit=True)


FACE = Csta3()
