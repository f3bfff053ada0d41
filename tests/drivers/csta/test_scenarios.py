"""Driver against simulated switch: every scenario of the exchange, in every dialect.

Driver and face were written by different people from the standard. What the events add up to
is compared with what truly is at the exchange; the events themselves are golden.
"""

from pathlib import Path
from typing import Any

import pytest

from cti.config.sections import RoutePoint as Point
from cti.model import commands as cm
from sim.scenario import Scenario, read_scenario
from tests.support import golden
from tests.support.pair import Pair
from tests.support.switchboard import short

FOLDER = Path(__file__).resolve().parents[3] / "sim" / "scenarios"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
DIALECTS = ["standard", "panasonic", "hipath3000"]
LOGIN: dict[str, Any] = {"login": {"name": "AMHOST", "password": "77777"}}


def scenario(name: str) -> Scenario:
    plans = {path.stem: path.read_text() for path in (FOLDER / "plans").glob("*.toml")}
    return read_scenario((FOLDER / f"{name}.toml").read_text(), plans)


def joined(
    play: Scenario, dialect: str, heard: list[bytes] | None = None, *, serve: bool = True
) -> Pair:
    plan = play.plan
    devices = [station.number for station in plan.stations]
    devices += [group.number for group in plan.groups]
    options = LOGIN if dialect == "hipath3000" else {}
    # What the scenario answers is not to be answered by the bridge before.
    points = tuple(Point(device=point.number, deadline_s=60) for point in plan.route_points)
    pair = Pair(plan, devices, dialect, route_points=points, **options)
    pair.record = heard
    pair.connect()
    pair.wait(1)
    assert pair.link.state.value == "up", pair.events[-1]
    for point in points if serve else ():
        pair.ask(cm.RouteRegister(route_point=point.device, ttl_s=86_400))
    return pair


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_gives_its_golden_events_and_nothing_is_left(name, dialect) -> None:
    play = scenario(name)
    pair = joined(play, dialect)
    lines = []
    for number, step in enumerate(play.steps, 1):
        before = len(pair.events)
        if step.do is not None:
            pair.do(step.do)
        pair.wait(step.wait)
        what = step.comment or (type(step.do).__name__ if step.do else "wait")
        lines.append(f"{number}. {what}")
        lines += [f"   {short(event)}" for event in pair.events[before:]]
    text = f"# {name}, {dialect}\n\n" + "\n".join(lines) + "\n"
    golden.compare(f"golden/scenarios/{name}.{dialect}.txt", text)
    assert not pair.notes
    assert not [event for event in pair.events if isinstance(event.anomaly, str)]
    agree(pair)


def agree(pair: Pair) -> None:
    """Compare what the bridge believes with what is at the exchange."""
    truth = pair.bench.hub.stage.exchange.snapshot()
    monitored = set(pair.engine.tracker.book.monitored)
    there = {
        (party.device, party.state.value)
        for call in truth.calls
        for party in call.parties
        if party.device in monitored
    }
    believed = {
        (leg.device_id, leg.state.value)
        for call in pair.engine.tracker.calls
        for leg in call.connections
        if leg.device_id in monitored
    }
    assert believed == there
