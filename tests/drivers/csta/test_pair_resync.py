"""Driver and simulated switch: what is found after the link was away."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from cti import driver as dr
from cti import facts as f
from cti.link import Told
from sim.exchange import verbs
from sim.plan import read_plan
from tests.support.pair import DIALECTS, Pair

DEVICES = ["201", "202", "203", "204", "300"]


class Away:
    """A pair whose facts are kept, before the tracker has them."""

    def __init__(self, dialect: str, **options: Any) -> None:
        plan = read_plan((files("sim.csta") / "office.toml").read_text())
        self.pair = Pair(plan, DEVICES, dialect, **options)
        self.facts: list[f.Facts] = []
        handle = self.pair.link.handle

        def kept(event: Any) -> Any:
            actions = handle(event)
            self.facts += [one.fact for one in actions if isinstance(one, Told)]
            return actions

        self.pair.link.handle = kept  # type: ignore[method-assign]

    def up(self) -> None:
        """Bring the link up, and let it learn what there is."""
        self.facts.clear()
        self.pair.connect()
        self.pair.wait(2)
        assert self.pair.state == "up"

    def seen(self) -> dict[tuple[str, str], str]:
        """Give what the switch told of its devices: call and device to state."""
        return {
            (leg.call, fact.device.key): leg.state.value
            for fact in self.facts
            if isinstance(fact, f.DeviceSeen)
            for leg in fact.legs
        }

    def parties(self) -> dict[str, set[str]]:
        """Give what the switch told of its calls: call to the states of its parties."""
        return {
            fact.call: {leg.state.value for leg in fact.legs}
            for fact in self.facts
            if isinstance(fact, f.CallSeen)
        }

    def truth(self) -> list[tuple[str, str]]:
        """Give what truly is at the monitored devices."""
        calls = self.pair.bench.hub.stage.exchange.snapshot().calls
        return sorted(
            (party.device, party.state.value)
            for call in calls
            for party in call.parties
            if party.device in DEVICES
        )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_changed_while_the_link_was_away_is_found(dialect: str) -> None:
    away = Away(dialect)
    away.up()
    pair = away.pair
    pair.do(verbs.Dial("201", "202"))
    pair.do(verbs.Answer("202"))
    pair.disconnect()
    pair.bench.do(verbs.HangUp("201"))
    pair.bench.do(verbs.HangUp("202"))
    pair.bench.do(verbs.Dial("203", "204"))
    pair.wait(1)
    away.up()
    found = sorted((device, state) for (_, device), state in away.seen().items())
    assert found == away.truth() == [("203", "connected"), ("204", "alerting")]
    assert list(away.parties().values()) == [{"connected", "alerting"}]
    (begun,) = [fact for fact in away.facts if isinstance(fact, f.ResyncBegun)]
    (ended,) = [fact for fact in away.facts if isinstance(fact, f.ResyncEnded)]
    assert (begun.reason, ended.complete) == ("connected", True)
    places = [type(fact).__name__ for fact in away.facts]
    assert places.index("ResyncBegun") > max(
        place for place, name in enumerate(places) if name == "MonitorStarted"
    )


def test_a_call_that_goes_on_is_found_with_all_its_parties() -> None:
    away = Away("standard")
    away.up()
    away.pair.do(verbs.Dial("201", "202"))
    away.pair.do(verbs.Answer("202"))
    before = away.pair.engine.tracker.calls[0].call_id
    away.pair.disconnect()
    away.up()
    assert sorted(away.seen().values()) == ["connected", "connected"]
    assert list(away.parties().values()) == [{"connected"}]
    assert [call.call_id for call in away.pair.engine.tracker.calls] == [before]


def test_a_request_asks_everything_again_while_the_link_stays() -> None:
    away = Away("standard", resync={"gap": 1})
    away.up()
    away.pair.do(verbs.Dial("201", "202"))
    away.pair.wait(2)
    away.facts.clear()
    away.pair.give(dr.ResyncRequested("asked"))
    away.pair.wait(2)
    assert sorted(device for _, device in away.seen()) == ["201", "202"]
    assert not [fact for fact in away.facts if isinstance(fact, f.MonitorStarted)]
    assert away.pair.state == "up"
