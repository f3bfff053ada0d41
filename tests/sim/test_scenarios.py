"""The scenario files: each plays as written, and differences are seen."""

from __future__ import annotations

from importlib.resources import files

import pytest

from sim.plan import PlanError
from sim.scenario import Mismatch, ScenarioError, play, read_scenario
from tests.sim.folding import Folding

FOLDER = files("sim") / "scenarios"
PLANS = {
    entry.name.removesuffix(".toml"): entry.read_text()
    for entry in (FOLDER / "plans").iterdir()
    if entry.name.endswith(".toml")
}
NAMES = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".toml"))
REFERENCE = {
    "internal_call",
    "inbound_answered",
    "inbound_abandoned",
    "queue_to_agent",
    "overflow",
    "hold_retrieve",
    "alternate",
    "blind_transfer",
    "conference",
    "forwarding",
    "pickup",
    "park",
    "routing",
    "agent_day",
    "outbound",
}

LIFTS = 'do = { do = "GoOffHook", device = "201" }\nwait = 200.0'
TINY = """
name = "tiny"
plan = { station = [{ number = "201" }, { number = "202" }] }
"""


def read(name):
    return read_scenario((FOLDER / name).read_text(), PLANS)


def test_the_reference_scenarios_are_there():
    assert {name.removesuffix(".toml") for name in NAMES} >= REFERENCE


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_plays_as_written(name):
    scenario = read(name)
    assert sum(step.expect is not None for step in scenario.steps) >= 3
    assert play(scenario).mismatches == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_plays_the_same_twice(name):
    assert play(read(name)) == play(read(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_facts_of_a_scenario_fold(name):
    """Timers aside: the folding hears of expiries only from a stage it drives itself."""
    folding = Folding()
    for told in play(read(name)).told:
        if type(told.action).__name__ not in ("StartTimer", "StopTimer"):
            folding.take(told.action)
    assert folding.calls == {}
    assert folding.trunks == {}


@pytest.mark.parametrize(
    ("steps", "mismatch"),
    [
        (
            f'{LIFTS}\nexpect = [{{ fact = "Held" }}]',
            "{'fact': 'Held'}",
        ),
        (
            f"{LIFTS}\nexpect = []",
            "nothing more",
        ),
        ('expect = [{ fact = "Held" }]', "{'fact': 'Held'}"),
    ],
)
def test_a_difference_is_told_with_its_step(steps, mismatch):
    outcome = play(read_scenario(f"{TINY}[[step]]\n{steps}", {}))
    assert [(one.step, one.expected) for one in outcome.mismatches] == [(1, mismatch)]


def test_a_call_left_over_is_told():
    text = TINY + '[[step]]\ndo = { do = "MakeCall", device = "201", to = "202" }'
    left = Mismatch(0, "an idle exchange", "calls [1], 0 timers")
    assert play(read_scenario(text, {})).mismatches == (left,)
    assert play(read_scenario('ends = "any"\n' + text, {})).mismatches == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "= 1",
        'name = "x"\nplan = "nowhere"\nstep = []',
        TINY + '[[step]]\ndo = { do = "Dance", device = "201" }',
        TINY + '[[step]]\ndo = { do = "Dial", device = "201" }',
        TINY + "[[step]]\ncommment = 1",
    ],
)
def test_what_is_no_scenario_is_refused(text):
    with pytest.raises(ScenarioError):
        read_scenario(text, {})


def test_a_scenario_with_a_bad_plan_is_refused():
    with pytest.raises(PlanError):
        read_scenario('name = "x"\nplan = { stations = [] }\nstep = []', {})
