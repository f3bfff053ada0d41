"""A busy hour of the simulated switch: every call that truly was is told, and no other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sim.load import Load
from tests.support.busy import Busy
from tests.support.pair import DIALECTS as NAMES


@pytest.mark.parametrize("dialect", NAMES)
def test_the_calls_of_a_load_are_the_calls_that_were_told(dialect: str) -> None:
    busy = Busy(dialect, Load(rate=0.5, duration=900.0, seed=7))
    busy.run()
    truth: list[dict[str, Any]] = busy.play.truth()
    assert len(truth) > 80
    told: dict[str, set[str]] = {}
    ended: Counter[str] = Counter()
    for event in busy.events:
        name = event.__struct_config__.tag
        if name == "call.created":
            told[event.call_id] = set()
        elif name == "call.cleared":
            ended[event.call_id] += 1
        elif hasattr(event, "call_id") and isinstance(getattr(event, "device_id", None), str):
            told[event.call_id] |= {event.device_id} & busy.stations
    assert len(told) == len(truth)
    assert ended == dict.fromkeys(told, 1)
    devices = [frozenset(busy.stations.intersection(call["devices"])) for call in truth]
    assert Counter(map(frozenset, told.values())) == Counter(devices)
    assert busy.engine.tracker.calls == []
