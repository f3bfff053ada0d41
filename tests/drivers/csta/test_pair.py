"""Driver and simulated switch: what commands answer, in the words of the model."""

from __future__ import annotations

from importlib.resources import files

import pytest

from cti.model import commands as cm
from sim.exchange import verbs
from sim.plan import read_plan
from tests.support.pair import Pair


@pytest.fixture
def pair() -> Pair:
    plan = read_plan((files("sim.csta") / "office.toml").read_text())
    pair = Pair(plan, ["201", "202", "203", "300"])
    pair.connect()
    pair.wait(1)
    return pair


def result(pair: Pair, args: cm.Args) -> object:
    told = pair.ask(args)
    assert told is not None
    assert told.status == "succeeded", told
    return told.result


def test_a_snapshot_names_calls_and_devices_by_their_ids(pair: Pair) -> None:
    pair.do(verbs.Dial("201", "202"))
    call = pair.engine.tracker.calls[0].call_id
    assert result(pair, cm.SnapshotDevice(device="201")) == {
        "calls": [{"call": call, "device": "201", "state": "connected", "others": ["alerting"]}]
    }
    told = result(pair, cm.SnapshotCall(call=call))
    assert isinstance(told, dict)
    assert {(one["call"], one["device"], one["state"]) for one in told["parties"]} == {
        (call, "201", "connected"),
        (call, "202", "alerting"),
    }


def test_a_call_that_is_not_known_has_no_id(pair: Pair) -> None:
    pair.do(verbs.Dial("204", "205"))
    told = result(pair, cm.SnapshotDevice(device="204"))
    assert isinstance(told, dict)
    assert [(one["call"], one["state"]) for one in told["calls"]] == [(None, "connected")]
    assert not pair.engine.tracker.calls


def test_a_call_back_names_who_is_called_back(pair: Pair) -> None:
    pair.do(verbs.Dial("201", "202"))
    told = pair.ask(cm.CallBack(device="201"))
    assert told is not None
    assert told.status in ("succeeded", "failed")


def test_a_lease_ends_its_monitor_at_the_switch(pair: Pair) -> None:
    result(pair, cm.MonitorStart(device="205", ttl_s=60))
    pair.do(verbs.Dial("205", "206"))
    assert pair.engine.tracker.calls
    pair.wait(61)
    assert [event["device_id"] for event in pair.named("monitor.stopped")] == ["205"]
    before = len(pair.events)
    pair.do(verbs.HangUp("205"))
    assert len(pair.events) == before
