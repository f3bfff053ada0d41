"""The driver against the simulated Meridian 1: all that the link can express of the kit.

Driver and face were written by different people from the reference, and share the codec only.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from typing_extensions import override

from drivers.meridian import MeridianDriver
from sim.kit import flap, matrix
from sim.kit.plugin import Tried
from sim.meridian.bench import FACE, VARIANTS, Bench, Meridian
from sim.plan import ExchangePlan
from sim.scenarios import reference
from tests.protocols.meridian.profiles import SWAPPED, swapped_text

SCENARIOS = reference()
TRUNKS = ["129-0-0-1", "129-0-0-2"]
"""Terminal numbers that this switch gives to the first lines of a plan."""


class Swapped(Meridian):
    """The same switch, with every number of the link changed."""

    @staticmethod
    @override
    def bench(plan: ExchangePlan, variant: str, *, packets: bool = False) -> Bench:
        return Bench(plan, VARIANTS[variant], profile=SWAPPED, packets=packets)


class Supervised(Meridian):
    """The same switch, whose trunks are watched: they tell who left first."""

    @staticmethod
    @override
    def inexpressible(variant: str) -> Mapping[str, str]:
        told = dict(Meridian.inexpressible(variant))
        del told["02a"]
        return told


TRIED = {
    "tcp": Tried(MeridianDriver, {}, FACE, "meridian1"),
    "xot": Tried(MeridianDriver, {"transport": "xot"}, FACE, "meridian1", "xot"),
    "serial": Tried(
        MeridianDriver, {"transport": "x25_serial"}, FACE, "meridian1", "x25_serial"
    ),
    "mls": Tried(MeridianDriver, {"dialect": "mls"}, FACE, "mls"),
    "release21": Tried(MeridianDriver, {"dialect": "x11-21"}, FACE, "release21"),
    "swapped": Tried(MeridianDriver, {"profile": swapped_text()}, Swapped(), "meridian1"),
}


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("number", SCENARIOS)
def test_a_scenario_is_told_as_the_model_says(number: str, kind: str) -> None:
    assert TRIED[kind].play(SCENARIOS[number]) == []


@pytest.mark.parametrize("number", ["02a", "03", "20b"])
def test_supervised_trunks_tell_which_end_left_first(number: str) -> None:
    tried = Tried(MeridianDriver, {"trunks": TRUNKS}, Supervised(), "meridian1")
    assert tried.play(SCENARIOS[number]) == []


@pytest.mark.parametrize("kind", ["tcp", "xot", "serial"])
@pytest.mark.parametrize("check", flap.CHECKS)
def test_the_link_comes_and_goes(check: str, kind: str) -> None:
    assert TRIED[kind].flap(flap.CHECKS[check]) == []


@pytest.mark.parametrize("verb", matrix.ARGUMENTS)
def test_a_verb_in_every_state(verb: str) -> None:
    assert TRIED["tcp"].row(verb) == []
