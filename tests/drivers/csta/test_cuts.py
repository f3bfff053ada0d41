"""A link that is cut at any octet of what the switch sends."""

from __future__ import annotations

import pytest

from cti import engine as en
from cti import moment
from protocols.stacks.primitives import OctetsReceived, TransportDown, TransportUp
from sim.scenarios import reference
from tests.drivers.csta.test_scenarios import joined
from tests.support.folding import Fold
from tests.support.pair import DIALECTS, client

BEGIN = 1_700_000_000 * moment.SECOND


def said(dialect: str) -> tuple[list[str], list[bytes]]:
    """Give the devices, and what the switch sends while a call lives and ends."""
    play = reference()["01a"]
    heard: list[bytes] = []
    pair = joined(play, dialect, heard)
    for step in play.steps:
        if step.do is not None:
            pair.do(step.do)
        pair.wait(step.wait)
    return pair.devices, heard


class Cut:
    """An Engine with one link."""

    def __init__(self, dialect: str, devices: list[str]) -> None:
        self.engine, self.link = client(dialect, devices)
        self.fold = Fold()

    @property
    def state(self) -> str:
        return self.link.state.value

    def give(self, event: TransportUp | TransportDown | OctetsReceived) -> list[en.Action]:
        actions = self.engine.handle(en.Input("main", event), BEGIN)
        for action in actions:
            if isinstance(action, en.Publish):
                self.fold.tell(action.event)
        return actions


@pytest.mark.parametrize("dialect", DIALECTS)
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
