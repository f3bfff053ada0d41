"""A link that is cut at any octet of what the switch sends."""

from __future__ import annotations

import pytest

from cti import engine as en
from cti import moment
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp
from tests.drivers.csta.test_scenarios import LOGIN, joined, scenario
from tests.support.folding import Fold
from tests.support.pair import client

BEGIN = 1_700_000_000 * moment.SECOND


def said(dialect: str) -> tuple[list[str], list[bytes]]:
    """Give the devices, and what the switch sends while a call lives and ends."""
    play = scenario("internal_call")
    heard: list[bytes] = []
    pair = joined(play, dialect, heard, serve=False)
    for step in play.steps:
        if step.do is not None:
            pair.do(step.do)
        pair.wait(step.wait)
    devices = [station.number for station in play.plan.stations]
    return [*devices, *(group.number for group in play.plan.groups)], heard


class Cut:
    """An Engine with one link."""

    def __init__(self, dialect: str, devices: list[str]) -> None:
        options = LOGIN if dialect == "hipath3000" else {}
        self.engine, self.link = client(dialect, devices, **options)
        self.fold = Fold()

    @property
    def state(self) -> str:
        return self.link.state.value

    def give(self, event: TransportUp | TransportDown | OctetsReceived) -> list[en.Action]:
        actions = self.engine.handle(en.Input("main", event), BEGIN)
        for action in actions:
            if isinstance(action, en.Publish):
                self.fold.take(action.event)
        return actions


@pytest.mark.parametrize("dialect", ["standard", "panasonic", "hipath3000"])
def test_a_cut_at_any_octet_takes_the_link_down_and_nothing_else(dialect: str) -> None:
    devices, heard = said(dialect)
    octets = b"".join(heard)
    assert len(octets) > 500
    for place in range(len(octets) + 1):
        cut = Cut(dialect, devices)
        cut.give(TransportUp())
        actions = cut.give(OctetsReceived(octets[:place]))
        actions += cut.give(TransportDown("cut"))
        assert cut.state == "down"
        notes = [one.note.kind for one in actions if isinstance(one, en.Note)]
        assert notes in ([], ["fault.cut"]), place
        assert all(call.stale for call in cut.engine.tracker.calls)
        again = cut.give(TransportUp())
        assert any(isinstance(action, en.Transmit) for action in again)
        assert cut.state == "opening"
