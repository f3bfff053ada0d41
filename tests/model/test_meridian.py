"""Random people at the simulated Meridian 1: what is believed of its calls is true.

The link tells what sets do, and the driver infers what became of the calls: any set may hold,
consult, transfer, deflect and pick up while others do the same.
"""

from __future__ import annotations

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from cti.driver import load
from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.exchange.words import LegState
from sim.kit.pair import Pair, monitored
from sim.kit.truth import differences
from sim.meridian.bench import FACE
from sim.plan import read_plan

STATIONS = ["201", "202", "203", "204", "205"]
PLAN = "\n".join(f'[[station]]\nnumber = "{one}"' for one in STATIONS)
PLAN += """
[[trunk_group]]
name = "T1"
access = "0"
members = 2
did = { 5550201 = "201", 5550202 = "202" }
"""
TRUNKS = ["129-0-0-1", "129-0-0-2"]
"""Terminal numbers that this switch gives to the lines of the group."""
UNTOLD = (LegState.INITIATED, LegState.FAILED)
"""A set that gets no further than a tone: the link tells nothing of that."""


def some_act(draw: Random) -> Event:
    """Draw what somebody tries, whether or not it makes sense; equal draws give equal acts."""
    a, b = draw.sample(STATIONS, 2)
    acts: list[Event] = [
        *(verbs.Dial(a, b), verbs.Dial(a, b)),
        *(verbs.Answer(a), verbs.Answer(a), verbs.Answer(a)),
        *(verbs.HangUp(a), verbs.Hold(a), verbs.Retrieve(a)),
        *(verbs.Consult(a, b), verbs.Consult(a, b, conference=True)),
        *(verbs.Transfer(a), verbs.Conference(a)),
        verbs.TrunkRings("5550201", "0301"),
        *(verbs.ExternalHangsUp("T1/1"), verbs.ExternalHangsUp("T1/2")),
        *(verbs.BlindTransfer(a, b), verbs.Deflect(a, b), verbs.Pickup(a, b)),
    ]
    return draw.choice(acts)


def adds_outside(view: ExchangeView, act: Event) -> bool:
    """Tell whether somebody outside is added to a conference: only who is added is told."""
    if not isinstance(act, verbs.Conference):
        return False
    active = [
        {party.device for party in call.parties} - {act.device}
        for call in view.calls
        for party in call.parties
        if party.device == act.device and party.state is LegState.CONNECTED
    ]
    return any(others.isdisjoint(STATIONS) for others in active)


@example(seed=23)  # two sets hold the call that reached the destination
@example(seed=137)  # a call from outside was deflected, then picked up
@example(seed=145)  # sent on in one step, while the destination holds another call
@example(seed=146)  # a consultation is sent on in one step
@example(seed=268)  # sent on in one step by a set at which the destination rings
@example(seed=485)  # consulted for a call from outside, beside another consultation
@example(seed=493)
@given(seed=st.integers(0, 2**32))
def test_an_hour_without_trouble(seed: int) -> None:
    draw, plan = Random(seed), read_plan(PLAN)  # noqa: S311 - the seed makes the same hour again
    bench = FACE.bench(plan, "meridian1")
    pair = Pair(load("meridian"), {"trunks": TRUNKS}, bench, monitored(plan))
    pair.connect()
    pair.wait(3.0)
    assert pair.state == "up", pair.notes
    for _ in range(60):
        act = some_act(draw)
        if adds_outside(pair.view(), act):
            continue
        pair.do(act)
        pair.wait(3.0)
        if any(party.state in UNTOLD for call in pair.view().calls for party in call.parties):
            return
        assert not differences(pair.fold, pair.view(), pair.devices), act
        assert not pair.fold.problems, (act, pair.fold.problems)
        assert not pair.fold.anomalies, (act, pair.fold.anomalies)
        assert not pair.notes, (act, pair.notes)
        assert not pair.problems, (act, pair.problems)
