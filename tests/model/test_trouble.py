"""Random people and a link that fails: when all is well again, what is believed is true.

The link is cut while people go on, and the switch repeats reports, tells them out of order or
loses them. The rules of the events hold throughout (``sim.kit.fold``): versions without holes,
every call with one beginning and one end, no end reported while the link is down.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cti.driver import load
from sim.csta.bench import Bench
from sim.csta.settings import Settings
from sim.exchange import verbs
from sim.exchange.words import AgentState
from sim.kit.pair import Pair
from sim.kit.truth import differences
from sim.mischief import Of, PduFault, PduKind
from sim.plan import read_plan
from tests.model.test_people import believed, truth
from tests.sim.small import SMALL
from tests.support.pair import DIALECTS, options
from tests.support.people import People

RESYNC = 15.0
"""Seconds after which the whole state has been asked for again, the pause between included."""
ORDERS = (PduKind.REPEAT, PduKind.SWAP, PduKind.OTHER_ORDER)


def site(dialect: str, faults: tuple[PduFault, ...]) -> Pair:
    plan = read_plan(SMALL)
    devices = [station.number for station in plan.stations]
    devices += [group.number for group in plan.groups]
    devices += [*(point.number for point in plan.route_points), *plan.park]
    bench = Bench(plan, dialect, Settings(pdu_faults=faults), fit=True)
    pair = Pair(load("csta"), options(dialect), bench, devices)
    pair.connect()
    pair.wait(RESYNC)
    assert pair.state == "up", pair.events[-1]
    for device, agent, password in [("201", "901", "77"), ("202", "902", "")]:
        pair.do(verbs.LogOn(device, agent, password))
        pair.do(verbs.SetAgentState(device, AgentState.READY))
    return pair


def agree(pair: Pair, what: object) -> None:
    """What is believed is true, and no rule of the events was broken."""
    assert not pair.fold.problems, (what, pair.fold.problems)
    assert not pair.problems, (what, pair.problems)
    assert believed(pair) == truth(pair), what
    assert not differences(pair.fold, pair.view(), pair.devices), what


def away(pair: Pair, people: People, draw: Random) -> None:
    """Cut the link, let people go on, and mend it."""
    pair.operate(["cut"])
    for _ in range(draw.randrange(12)):
        pair.bench.do(people.sensible(pair.view()))
        pair.wait(draw.choice([0.0, 0.5, 6.0]))
    pair.wait(draw.choice([0.5, 30.0]))
    pair.operate(["mend"])
    pair.wait(RESYNC)
    for _ in range(9):
        if pair.state == "degraded":  # reports were lost again meanwhile
            pair.wait(RESYNC)


def all_is_well(pair: Pair, faults: tuple[PduFault, ...]) -> None:
    """End the trouble; what it left behind must be made good."""
    assert isinstance(pair.bench, Bench)
    pair.bench.hub.end_faults()
    pair.wait(2 * RESYNC)
    agree(pair, faults)


def hour(
    seed: int, length: int, dialect: str, faults: tuple[PduFault, ...], cuts: float
) -> Pair:
    draw = Random(seed)  # noqa: S311 - the seed makes the same hour again
    pair = site(dialect, faults)
    people = People(read_plan(SMALL), draw)
    for _ in range(length):
        chance = draw.random()
        if chance < cuts:
            away(pair, people, draw)
            agree(pair, "after a cut")
        elif chance < 0.2:
            pair.wait(draw.choice([1.0, 6.0, 21.0]))
        else:
            pair.do(people.sensible(pair.view()))
    return pair


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_after_every_cut_the_truth_is_known_again(dialect: str, seed: int) -> None:
    hour(seed, 60, dialect, (), cuts=0.1)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=20)
@example(seed=1085)  # digits are the first to name the caller
@example(seed=1113)  # a call is sent outside in one step
@given(seed=st.integers(0, 2**32))
def test_an_hour_without_trouble(dialect: str, seed: int) -> None:
    all_is_well(hour(seed, 60, dialect, (), cuts=0.0), ())


def order(draw: Random) -> tuple[PduFault, ...]:
    """Draw reports that are repeated or come in another order."""
    return tuple(
        PduFault(draw.choice(ORDERS), at=draw.randrange(1, 300), of=Of.EVENTS, count=3)
        for _ in range(12)
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=20)
@example(seed=13)  # a conference is the first to name a party behind a trunk
@example(seed=17)
@example(seed=1155)  # a transfer is told again when its call has ended
@example(seed=2665)  # a call was diverted on to a party outside
@given(seed=st.integers(0, 2**32))
def test_repeated_and_reordered_reports_change_nothing(dialect: str, seed: int) -> None:
    faults = order(Random(seed))  # noqa: S311 - the seed makes the same hour again
    pair = hour(seed, 60, dialect, faults, cuts=0.0)
    all_is_well(pair, faults)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=20)
@example(seed=11)  # a merge names a party whose number was known
@example(seed=1492)  # the caller gets busy tone, and nobody tells
@example(seed=1797)  # two parties outside with the same number are found by asking
@example(seed=3358)  # a report names a caller who has left
@example(seed=3513)  # an agent logs on meanwhile, and agents cannot be asked for
@given(seed=st.integers(0, 2**32))
def test_lost_reports_are_made_good(dialect: str, seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - the seed makes the same hour again
    faults = tuple(
        PduFault(PduKind.MESSAGES_LOST, at=draw.randrange(1, 200), of=Of.EVENTS, count=2)
        for _ in range(4)
    )
    pair = hour(seed, 60, dialect, faults, cuts=0.03)
    all_is_well(pair, faults)
