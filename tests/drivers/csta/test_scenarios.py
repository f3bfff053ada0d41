"""The project's own driver passes its own kit: every reference scenario, in every dialect.

Driver and face were written by different people from the standard, and the expected events
from the specification of the model.
"""

from __future__ import annotations

import pytest

from sim.kit.conduct import conduct, lacking
from sim.kit.pair import route_points
from sim.scenario import Scenario
from sim.scenarios import reference
from tests.support.pair import DIALECTS, Pair

SCENARIOS = reference()


def joined(play: Scenario, dialect: str, heard: list[bytes] | None = None) -> Pair:
    pair = Pair(play.plan, dialect=dialect, route_points=route_points(play))
    pair.record = heard
    assert pair.connect()
    pair.wait(1)
    assert pair.state == "up", pair.events[-1]
    return pair


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("number", SCENARIOS)
def test_a_scenario_is_told_as_the_model_says(number: str, dialect: str) -> None:
    play = SCENARIOS[number]
    pair = joined(play, dialect)
    if why := lacking(play, pair.capabilities):
        pytest.skip(why)
    problems = conduct(play, pair)
    assert problems == []
    assert pair.problems == []
    if not play.faults:
        assert pair.notes == []
