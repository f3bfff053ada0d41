"""CSTA over X.25 on one still clock: calls, a reset of the circuit, a line that goes bad."""

from __future__ import annotations

from importlib.resources import files

import pytest

from drivers.csta import CstaDriver
from sim.csta.bench import Bench
from sim.exchange import verbs
from sim.kit import pair
from sim.kit.carried import carried
from sim.linked import Linked
from sim.plan import read_plan


def over(name: str) -> tuple[pair.Pair, Linked]:
    """Join driver and switch by a message link, and bring them up."""

    plan = read_plan((files("sim.csta") / "office.toml").read_text())
    bench = carried(Bench(plan, "standard", fit=True, packets=True), name)
    devices = pair.monitored(plan)
    made = pair.Pair(CstaDriver, {"dialect": "standard"}, bench, devices, over=name)
    assert made.connect()
    made.wait(10)
    assert made.state == "up"
    return made, bench


@pytest.mark.parametrize("name", ["xot", "x25_serial"])
def test_a_call_is_seen_from_its_beginning_to_its_end(name: str) -> None:
    made, _ = over(name)
    made.do(verbs.Dial("201", "202"))
    made.wait(1)
    made.do(verbs.Answer("202"))
    made.wait(1)
    made.do(verbs.HangUp("202"))
    made.wait(30)
    named = [event["event"] for event in made.events]
    for event in ("call.created", "connection.alerting", "connection.connected"):
        assert event in named
    assert named.count("call.cleared") == 1
    assert not made.notes


def test_a_reset_of_the_circuit_has_the_driver_learn_everything_again() -> None:
    made, bench = over("xot")
    made.do(verbs.Dial("201", "202"))
    made.wait(1)
    lost = bench.bench.do(verbs.Answer("202"))  # the circuit is reset before this is through
    assert lost
    made.hear(bench.feed(bytes.fromhex("00000004 1001 0a 00")))  # P(S) out of order
    made.wait(30)
    assert made.notes == ["fault.lost: X.25 reset: by the other end (00), diagnostic 1"]
    states = [event["state"] for event in made.events if event["event"] == "link.state"]
    assert states[-2:] == ["degraded", "up"]
    answered = [event for event in made.events if event["event"] == "connection.connected"]
    assert answered[-1]["device_id"] == "202"
