"""An Engine and a busy switch on one still clock."""

from __future__ import annotations

from typing import Any

from cti import engine as en
from cti import moment
from protocols.stacks.primitives import OctetsReceived, TransportUp
from sim.csta.dialects import DIALECTS, fitted
from sim.csta.hub import Hub
from sim.csta.settings import Settings
from sim.load import Load, busy_plan
from sim.outputs import Transmit
from sim.play import Play
from tests.support.folding import Fold
from tests.support.pair import client

BEGIN = 1_700_000_000


class Busy:
    """An Engine and a play on one still clock."""

    def __init__(self, dialect: str, traffic: Load) -> None:
        self.said: list[bytes] = []
        """What the switch sent."""
        known = DIALECTS[dialect]
        plan = fitted(busy_plan(), known)
        self.stations = {station.number for station in plan.stations}
        self.devices = [*sorted(self.stations), *(group.number for group in plan.groups)]
        self.play = Play(Hub(plan, known, Settings()), traffic, after_client=1.0)
        self.engine, self.link = client(dialect, self.devices)
        self.fold = Fold()
        self.events: list[Any] = []
        number, outputs = self.play.hub.connect()
        assert number is not None
        self.number = number
        self.play.put(outputs)
        self.give(en.Input("main", TransportUp()))

    def give(self, event: en.Event) -> None:
        at = round((BEGIN + self.play.now) * moment.SECOND)
        waiting = [event]
        while waiting:
            for action in self.engine.handle(waiting.pop(0), at):
                match action:
                    case en.Publish(told):
                        self.fold.tell(told)
                        self.events.append(told)
                    case en.Transmit(_, octets):
                        self.play.put(self.play.hub.receive(self.number, octets))
                    case en.Note(_, note):
                        raise AssertionError(note)
                    case _:
                        pass
            said = [one.octets for one in self.play.take() if isinstance(one, Transmit)]
            self.said += said
            waiting += [en.Input("main", OctetsReceived(octets)) for octets in said]

    def run(self) -> None:
        while not self.play.over:
            due = [one for one in (self.play.next_due(),) if one is not None]
            if (theirs := self.engine.next_due) is not None:
                due.append(theirs / moment.SECOND - BEGIN)
            self.play.advance(max(min(due), self.play.now))
            self.give(en.Wake())
