"""The driver against simulated switches of phases I and II: all that those can express.

Driver and face were written by different people from the reference, and share the codec only.
"""

from __future__ import annotations

import pytest

from drivers.csta import CstaDriver
from sim.csta.bench import FACE1, FACE2
from sim.kit import flap, matrix
from sim.kit.plugin import Tried
from sim.scenarios import reference

SCENARIOS = reference()
TRIED = {
    name: Tried(CstaDriver, {"dialect": name}, face, name)
    for face in (FACE2, FACE1)
    for name in face.variants
}


@pytest.mark.parametrize("dialect", TRIED)
@pytest.mark.parametrize("number", SCENARIOS)
def test_a_scenario_is_told_as_the_model_says(number: str, dialect: str) -> None:
    assert TRIED[dialect].play(SCENARIOS[number]) == []


@pytest.mark.parametrize("dialect", TRIED)
@pytest.mark.parametrize("check", flap.CHECKS)
def test_the_link_comes_and_goes(check: str, dialect: str) -> None:
    assert TRIED[dialect].flap(flap.CHECKS[check]) == []


@pytest.mark.parametrize("dialect", TRIED)
@pytest.mark.parametrize("verb", matrix.ARGUMENTS)
def test_a_verb_in_every_state(verb: str, dialect: str) -> None:
    assert TRIED[dialect].row(verb) == []
