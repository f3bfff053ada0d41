"""The project's driver passes the project's kit on every transport, as far as the link can tell.

Driver and simulated Meridian 1 were written by different people from the documents, and the
expected events from the specification of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import pytest

from drivers.meridian import MeridianDriver
from sim.kit import flap, matrix
from sim.kit.pair import Pair
from sim.kit.plugin import Tried
from sim.meridian.bench import FACE
from sim.scenarios import reference

SCENARIOS: Final = reference()
TRIED: Final[dict[str, Callable[[], Tried]]] = {
    name: partial(Tried, MeridianDriver, options, FACE, variant, over)
    for name, options, variant, over in (
        ("tcp", {}, "meridian1", None),
        ("xot", {"transport": "xot"}, "meridian1", "xot"),
        ("serial", {"transport": "x25_serial"}, "meridian1", "x25_serial"),
        ("mls", {"dialect": "mls"}, "mls", None),
        ("release21", {"dialect": "x11-21"}, "release21", None),
    )
}
"""Transports of the usual switch, and other switches."""


@pytest.fixture(params=list(TRIED))
def tried(request: pytest.FixtureRequest) -> Any:
    return TRIED[request.param]()


@pytest.mark.parametrize("number", SCENARIOS)
def test_a_scenario_is_told_as_the_model_says(tried: Tried, number: str) -> None:
    assert tried.play(SCENARIOS[number]) == []


@pytest.mark.parametrize("verb", matrix.ARGUMENTS)
def test_a_verb_does_what_it_can_in_every_state(tried: Tried, verb: str) -> None:
    assert tried.row(verb) == []


@pytest.mark.parametrize("check", flap.CHECKS.values(), ids=list(flap.CHECKS))
def test_a_link_comes_and_goes(tried: Tried, check: Callable[[Pair], list[str]]) -> None:
    assert tried.flap(check) == []
