"""A busy hour of the simulated switch: every call that truly was is told, and no other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

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
from tests.support.pair import DIALECTS as NAMES
from tests.support.pair import client

BEGIN = 1_700_000_000


class Busy:
    """An Engine and a play on one still clock."""

    def __init__(self, dialect: str, traffic: Load) -> None:
        known = DIALECTS[dialect]
        plan = fitted(busy_plan(), known)
        self.stations = {station.number for station in plan.stations}
        devices = [*sorted(self.stations), *(group.number for group in plan.groups)]
        self.play = Play(Hub(plan, known, Settings()), traffic, after_client=1.0)
        self.engine, self.link = client(dialect, devices)
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
            waiting += [
                en.Input("main", OctetsReceived(output.octets))
                for output in self.play.take()
                if isinstance(output, Transmit)
            ]

    def run(self) -> None:
        while not self.play.over:
            due = [one for one in (self.play.next_due(),) if one is not None]
            if (theirs := self.engine.next_due) is not None:
                due.append(theirs / moment.SECOND - BEGIN)
            self.play.advance(max(min(due), self.play.now))
            self.give(en.Wake())


@pytest.mark.parametrize("dialect", NAMES)
def test_the_calls_of_a_load_are_the_calls_that_were_told(dialect: str) -> None:
    busy = Busy(dialect, Load(rate=0.5, duration=900.0, seed=7))
    busy.run()
    truth: list[dict[str, Any]] = busy.play.truth()
    assert len(truth) > 80
    told: dict[str, set[str]] = {}
    ended: Counter[str] = Counter()
    for event in busy.events:
        name = event.__struct_config__.tag
        if name == "call.created":
            told[event.call_id] = set()
        elif name == "call.cleared":
            ended[event.call_id] += 1
        elif hasattr(event, "call_id") and isinstance(getattr(event, "device_id", None), str):
            told[event.call_id] |= {event.device_id} & busy.stations
    assert len(told) == len(truth)
    assert ended == dict.fromkeys(told, 1)
    devices = [frozenset(busy.stations.intersection(call["devices"])) for call in truth]
    assert Counter(map(frozenset, told.values())) == Counter(devices)
    assert busy.engine.tracker.calls == []
