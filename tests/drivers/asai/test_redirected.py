"""Calls that are taken away: Call Redirected does not say whither, the next report does."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from cti import driver as dr
from cti import facts as f
from cti.model.causes import Cause
from cti.model.states import Origin
from drivers.asai import AsaiDriver
from drivers.asai.port import WhitherTimer
from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message
from protocols.asai.names import RedirectReason
from protocols.asai.values import Element
from sim.scenario import read_scenario
from sim.scenarios import plans
from tests.drivers.asai.script import (
    CONFIG,
    NORMAL,
    OP,
    REGISTER,
    SPLIT,
    VDN,
    A,
    B,
    E,
    Script,
    call,
    called,
    calling,
    connected,
    office,
    split,
    station,
    vdn,
)
from tests.drivers.asai.test_scenarios import TRIED

CALL = 0x302
TIMER = WhitherTimer(str(CALL))
OUTSIDE = calling("3035550142")
NO_ANSWER = v.Redirection(RedirectReason.NO_ANSWER)


def alerts(digits: str, party: int) -> tuple[Element, ...]:
    return connected(digits), *call(CALL, party), OUTSIDE


@pytest.fixture
def script() -> Script:
    """A switch where a call from outside alerts at 7101."""
    script = office().up()
    script.report(A, E.ALERTING, *alerts("7101", 2))
    return script


def redirected(script: Script, crv: int = A) -> None:
    """Have the call taken away: nothing is told yet."""
    assert script.report(crv, E.CALL_REDIRECTED, *call(CALL)) == []
    assert script.running[TIMER] == 1.0


def diverted(facts: list[f.Facts], device: str = "7101") -> f.Diverted:
    """Take the first fact: the call went on from a device."""
    told = facts[0]
    assert isinstance(told, f.Diverted)
    assert told.device.key == device
    return told


def kinds(facts: list[f.Facts]) -> list[type[f.Facts]]:
    return [type(one) for one in facts]


def test_the_set_that_alerts_next_is_where_it_went(script: Script) -> None:
    redirected(script)
    told = script.report(B, E.ALERTING, *alerts("7102", 3), NO_ANSWER)
    assert kinds(told) == [f.Diverted, f.Alerting]
    one = diverted(told)
    assert one.to is not None
    assert (one.to.key, one.cause) == ("7102", Cause.FORWARD_NO_ANSWER)
    assert one.origin is Origin.REPORTED
    assert TIMER not in script.running


def test_a_set_that_alerts_before_says_it_first(script: Script) -> None:
    told = script.report(B, E.ALERTING, *alerts("7102", 3), NO_ANSWER)
    assert diverted(told).origin is Origin.INFERRED
    (late,) = script.report(A, E.CALL_REDIRECTED, *call(CALL))
    assert diverted([late]).to is None
    assert TIMER not in script.running


def test_the_queue_that_it_comes_to_next(script: Script) -> None:
    redirected(script)
    waits = (*call(CALL), called("7600"), split("7600"))
    assert kinds(script.report(SPLIT, E.CALL_OFFERED, OUTSIDE, *waits)) == [f.Originated]
    told = script.report(SPLIT, E.QUEUED, *waits)
    assert kinds(told) == [f.Diverted, f.Queued]
    to = diverted(told).to
    assert to is not None
    assert to.key == "7600"
    assert TIMER not in script.running


def test_the_split_that_it_left_for_a_vdn(script: Script) -> None:
    waits = (*call(CALL), called("7600"), split("7600"))
    script.report(SPLIT, E.QUEUED, *waits)
    redirected(script, SPLIT)
    told = script.report(VDN, E.CALL_OFFERED, *call(CALL), OUTSIDE, called("7300"), vdn("7300"))
    assert diverted(told, "7600").to is not None
    assert kinds(told) == [f.Diverted, f.Queued]


def test_an_answer_without_alerting_is_no_pickup(script: Script) -> None:
    redirected(script)
    told = script.report(B, E.CONNECTED, *alerts("7102", 3))
    assert kinds(told) == [f.Diverted, f.Connected]
    assert {one.cause for one in told} == {UNSET}


def test_nothing_that_says_whither(script: Script) -> None:
    redirected(script)
    script.expire(TIMER)
    (told,) = script.told()
    assert diverted([told]).to is None
    assert kinds(script.report(B, E.ALERTING, *alerts("7102", 3))) == [f.Alerting]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (E.DROP, (NORMAL, connected("#####"), *call(CALL, 1))),
        (E.CALL_ENDED, (NORMAL, *call(CALL))),
    ],
)
def test_a_call_that_ends_meanwhile(script: Script, event: Any, told: Any) -> None:
    redirected(script)
    facts = script.report(B, event, *told)
    assert diverted(facts).to is None
    assert len(facts) > 1
    assert TIMER not in script.running


def test_a_call_that_comes_back_never_left(script: Script) -> None:
    redirected(script)
    assert kinds(script.report(A, E.ALERTING, *alerts("7101", 2))) == [f.Alerting]
    assert TIMER not in script.running


def test_a_call_that_nobody_knows_is_told_at_once(script: Script) -> None:
    (told,) = script.report(A, E.CALL_REDIRECTED, *call(0x999))
    assert diverted([told]).to is None


def test_told_twice_is_told_once(script: Script) -> None:
    redirected(script)
    assert script.report(A, E.CALL_REDIRECTED, *call(CALL)) == []
    assert kinds(script.report(B, E.ALERTING, *alerts("7102", 3))) == [f.Diverted, f.Alerting]


def test_a_link_that_goes_stops_the_timer(script: Script) -> None:
    redirected(script)
    script.told()
    script.give(dr.LinkDown("cut"))
    assert TIMER not in script.running
    assert script.told() == []


def test_an_observer_waits_as_long() -> None:
    observer = Script()
    observer.driver = AsaiDriver(CONFIG, observing=True)
    for crv, digits in ((A, "7101"), (B, "7102")):
        asked = c.Invoke(1, OP.DOMAIN_CONTROL, (station(digits),))
        octets = observer.codec.encode(Message(REGISTER, crv, False, asked))
        observer.give(dr.PduSent(octets))
    observer.report(A, E.ALERTING, *alerts("7101", 2))
    redirected(observer)
    told = observer.report(B, E.ALERTING, *alerts("7102", 3))
    assert kinds(told) == [f.Diverted, f.Alerting]
    redirected(observer, B)
    observer.expire(TIMER)
    assert diverted(observer.told(), "7102").to is None


# The whole way to the model, with a caller from outside.

FORWARDED = """
number = "redirected 1"
name = "call from outside, forwarded when nobody answers"
level = "L1"
plan = "office"

[[step]]
do = { do = "SetForwarding", device = "201", kind = "no answer", on = true, to = "203" }

[[step]]
do = { do = "TrunkRings", called = "5550201", calling = "0612345678" }
wait = 14.0
events = [
    { event = "call.created", call = "$c" },
    { event = "connection.originated", call = "$c", device = "$caller" },
    { event = "connection.alerting", call = "$c", device = "201" },
    { event = "connection.diverted", call = "$c", device = "201", to = "203", cause = "forward_no_answer" },
    { event = "connection.alerting", call = "$c", device = "203", cause = "forward_no_answer", parties = { "$caller" = "connected", 203 = "alerting" } },
]

[[step]]
do = { do = "Answer", device = "203" }
events = [{ event = "connection.connected", call = "$c", device = "203" }]

[[step]]
do = { do = "HangUp", device = "203" }

[[step]]
do = { do = "ExternalHangsUp", trunk = "T1/1" }
events = [
    { event = "connection.cleared", call = "$c", device = "203" },
    { event = "connection.failed", call = "$c", optional = true },
    { event = "connection.cleared", call = "$c", device = "$caller" },
    { event = "call.cleared", call = "$c" },
]
"""  # noqa: E501

UNANSWERED = """
number = "redirected 2"
name = "call from outside that an agent does not answer"
level = "L3"
plan = "office"

[[step]]
do = { do = "LogOn", device = "301", agent = "901", password = "1234" }

[[step]]
do = { do = "SetAgentState", device = "301", state = "ready" }
wait = 12.0
events = [
    { event = "agent.logged_on", agent = "901", device = "301" },
    { event = "agent.state_changed", agent = "901", state = "not_ready", optional = true },
    { event = "agent.state_changed", agent = "901", state = "ready" },
    { event = "queue.updated", queue = "500", optional = true },
]

[[step]]
do = { do = "TrunkRings", called = "5550500", calling = "0612345678" }
wait = 9.0
events = [
    { event = "call.created", call = "$c" },
    { event = "connection.originated", call = "$c", device = "$caller" },
    { event = "connection.alerting", call = "$c", device = "301" },
]

[[step]]
wait = 14.0
events = [
    { event = "connection.diverted", call = "$c", device = "301", to = "500" },
    { event = "connection.queued", call = "$c", queue = "500", parties = { "$caller" = "connected", 500 = "queued" } },
    { event = "queue.updated", queue = "500", waiting = 1 },
    { event = "agent.state_changed", agent = "901", state = "not_ready" },
]

[[step]]
do = { do = "ExternalHangsUp", trunk = "T1/1" }
events = [
    { event = "connection.cleared", call = "$c", device = "$caller" },
    { event = "connection.dequeued", call = "$c", queue = "500" },
    { event = "connection.cleared", call = "$c", device = "500" },
    { event = "queue.updated", queue = "500", waiting = 0 },
    { event = "call.cleared", call = "$c" },
]
"""  # noqa: E501


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("text", [FORWARDED, UNANSWERED], ids=["set", "agent"])
def test_a_call_from_outside_stays_one_call(text: str, kind: str) -> None:
    assert TRIED[kind].play(read_scenario(text, plans())) == []
