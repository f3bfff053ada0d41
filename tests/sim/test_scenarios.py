"""The scenario files: each can be read and played, and what is none is refused.

That events come as a scenario says is a matter of drivers (``tests/drivers``).
"""

from __future__ import annotations

from importlib.resources import files

import pytest

from sim.exchange.facts import Action
from sim.exchange.verbs import TrunkRings
from sim.plan import PlanError
from sim.scenario import Scenario, ScenarioError, read_scenario
from sim.scenarios import reference
from sim.stage import Stage
from sim.switch import Exchange
from tests.sim.folding import Folding

SCENARIOS = reference()
PEOPLE = [
    number
    for number, scenario in SCENARIOS.items()
    if all(not step.command and not step.fault for step in scenario.steps)
]
TINY = """
number = "1"
name = "tiny"
level = "L1"
plan = { station = [{ number = "201" }, { number = "202" }] }
"""
STEP = "[[step]]\n"


def test_every_reference_scenario_is_there() -> None:
    there = {int(number[:2]) for number in SCENARIOS}
    assert there == set(range(1, 31))


def test_the_number_of_a_file_is_that_in_it() -> None:
    names = [entry.name for entry in (files("sim") / "scenarios").iterdir()]
    numbers = {name.partition("_")[0] for name in names if name.endswith(".toml")}
    assert numbers == set(SCENARIOS)


def play(scenario: Scenario) -> tuple[Stage, list[Action]]:
    """Play what people do; give what the exchange told."""
    stage = Stage(Exchange(scenario.plan))
    told: list[Action] = []
    for step in scenario.steps:
        began = stage.now
        told += [] if step.do is None else stage.do(step.do)
        told += [action for _, action in stage.advance(began + step.wait)]
    return stage, told


@pytest.mark.parametrize("number", PEOPLE)
def test_what_people_do_leaves_nothing_behind(number: str) -> None:
    """Timers aside: the folding hears of expiries only from a stage it drives itself."""
    stage, told = play(SCENARIOS[number])
    assert stage.exchange.snapshot().calls == ()
    assert not stage.running
    folding = Folding()
    for action in told:
        if type(action).__name__ not in ("StartTimer", "StopTimer"):
            folding.take(action)
    assert folding.calls == {}
    assert folding.trunks == {}
    assert told == play(SCENARIOS[number])[1], "a play is the same each time"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "= 1",
        'number = "1"\nname = "x"\nlevel = "L1"\nplan = "nowhere"\nstep = []',
        TINY.replace("L1", "L5") + STEP,
        TINY + STEP + 'do = { do = "Dance", device = "201" }',
        TINY + STEP + 'do = { do = "Dial", device = "201" }',
        TINY + STEP + "commment = 1",
        TINY + STEP + 'do = { do = "HangUp", device = "201" }\nfault = "cut"',
        TINY + STEP + 'command = { device = "201" }',
        TINY + STEP + 'ends = { status = "failed" }',
        TINY + STEP + 'events = [{ call = "$c" }]',
        TINY + STEP + "repeat = 0",
        TINY + STEP + "repeat = 1000000",
        TINY + STEP + 'repeat = "3"',
    ],
)
def test_what_is_no_scenario_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError):
        read_scenario(text, {})


def test_a_scenario_with_a_bad_plan_is_refused() -> None:
    text = 'number = "1"\nname = "x"\nlevel = "L1"\nplan = { stations = [] }\nstep = []'
    with pytest.raises(PlanError):
        read_scenario(text, {})


def test_a_step_may_be_repeated_with_its_number() -> None:
    step = """
    [[step]]
    repeat = 3
    do = { do = "TrunkRings", called = "5550{n}", calling = "06{4-n}" }
    events = [{ event = "connection.queued", call = "$c{n+10}", waiting = "{n}" }]
    """
    scenario = read_scenario(TINY + step, {})
    acts = [one.do for one in scenario.steps]
    assert acts == [
        TrunkRings("55501", "063"),
        TrunkRings("55502", "062"),
        TrunkRings("55503", "061"),
    ]
    expected = [one.events for one in scenario.steps]
    queued = {"event": "connection.queued"}
    assert expected == [({**queued, "call": f"$c{n + 10}", "waiting": n},) for n in (1, 2, 3)]


def test_what_is_outstanding_may_end_in_a_later_step() -> None:
    command = STEP + 'command = { verb = "hold", device = "201" }\n'
    later = STEP + 'ends = { status = "failed" }'
    waits = 'ends = { status = "outstanding" }\n'
    assert read_scenario(TINY + command + waits + later, {}).steps[1].ends
    with pytest.raises(ScenarioError):
        read_scenario(TINY + command + waits + later + "\n" + later, {})


def test_a_change_goes_over_the_plan() -> None:
    text = TINY + "[change.exchange]\ncall_ids = 9\n" + STEP
    assert read_scenario(text, {}).plan.options.call_ids == 9
