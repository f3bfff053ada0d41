"""Signs of life: who sends them in each dialect, and what their absence means."""

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.states import SystemStatus
from tests.drivers.csta.script import (
    Link,
    aare,
    error,
    facts,
    invoke,
    reject,
    result,
    sent,
    shown,
    states,
    system_status,
)

LOGIN = {"name": "AMHOST", "password": "secret"}


def hipath() -> Link:
    link = Link(open_it=False, dialect="hipath3000", login=LOGIN)
    link.event(dr.LinkUp())
    return link


def test_a_system_status_is_answered_with_its_own_invoke_id() -> None:
    link = Link(dialect="panasonic")
    actions = link.receive(bytes.fromhex("a10c02010d020200d330030a0102"))
    assert sent(actions) == [bytes.fromhex("a20b02010d3006020200d30500")]
    assert facts(actions) == [f.SystemStatusTold(status=SystemStatus.NORMAL)]


def test_a_panasonic_that_is_silent_for_two_periods_is_down() -> None:
    link = Link(dialect="panasonic")
    assert link.timers["heartbeat"] == 120.0
    assert sent(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == [("down", "no heartbeat for 240 s")]
    assert link.timers == {}


def test_a_beat_in_every_period_keeps_the_link_up() -> None:
    link = Link(dialect="panasonic")
    for number in range(5):
        link.receive(system_status(number, "normal"))
        assert states(link.expire("heartbeat")) == []
    assert "heartbeat" in link.timers


def test_a_late_beat_begins_the_silence_anew() -> None:
    link = Link(dialect="panasonic")
    for _ in range(2):
        link.expire("heartbeat")
    link.receive(system_status(1, "normal"))
    for _ in range(2):
        assert states(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == [("down", "no heartbeat for 240 s")]


def test_a_hipath_is_asked_for_a_beat_every_thirty_seconds() -> None:
    link = hipath()
    (asked,) = sent(link.receive(aare()))
    value = shown(asked)["value"]
    assert value["opcode"] == 51
    private = value["argument"]["privateData"]["value"]
    assert private["oid"] == "1.3.12.2.1107.15"
    assert private["data"] == {"octets": "1a0406c42204030023041e00"}


def test_the_beats_of_a_hipath_are_not_answered_and_their_absence_is_down() -> None:
    link = hipath()
    link.receive(aare())
    done = {"choice": "extensions", "value": {}}
    link.receive(result(1, 51, done))
    beat = bytes.fromhex(
        "a1280201030201333020e11e06062b0c0288530f04141a0406c422040200b806ff0d0100b906ff002b2f"
    )
    assert link.receive(beat) == []
    assert states(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == [("down", "no heartbeat for 60 s")]


@pytest.mark.parametrize("refusal", [error(1, "operation", "generic"), reject(1, "invoke", 1)])
def test_a_hipath_that_sends_no_beats_is_asked_for_its_status(refusal) -> None:
    link = hipath()
    link.receive(aare())
    link.receive(refusal)
    link.expire("heartbeat")
    (asked,) = sent(link.expire("heartbeat"))
    assert shown(asked)["operation"] == "requestSystemStatus"


def test_a_standard_switch_is_asked_for_its_status_only_after_a_quiet_period() -> None:
    link = Link()
    assert link.timers["heartbeat"] == 60.0
    assert sent(link.expire("heartbeat")) == []
    (asked,) = sent(link.expire("heartbeat"))
    assert shown(asked)["operation"] == "requestSystemStatus"
    actions = link.receive(result(1, 210, {"systemStatus": "normal"}))
    assert facts(actions) == [f.SystemStatusTold(status=SystemStatus.NORMAL)]
    assert sent(link.expire("heartbeat")) == []


def test_a_status_that_was_known_is_no_news() -> None:
    link = Link()
    link.receive(system_status(1, "normal"))
    for _ in range(2):
        link.expire("heartbeat")
    assert facts(link.receive(result(1, 210, {"systemStatus": "normal"}))) == []


def test_a_question_without_an_answer_is_down() -> None:
    link = Link()
    for _ in range(2):
        link.expire("heartbeat")
    assert states(link.expire_request(1)) == [("down", "no heartbeat for 70 s")]
    assert link.timers == {}


@pytest.mark.parametrize(
    "life",
    [reject(1, "invoke", 1), error(1, "operation", "serviceNotSupported"), b"\xa2\x00"],
)
def test_whatever_comes_after_the_question_proves_life(life) -> None:
    link = Link()
    for _ in range(2):
        link.expire("heartbeat")
    link.receive(life)
    if any(getattr(timer, "invoke_id", 0) for timer in link.timers):
        assert states(link.expire_request(1)) == []
    assert states(link.expire("heartbeat")) == []
    assert "heartbeat" in link.timers


def test_the_periods_can_be_configured() -> None:
    link = Link(dialect="panasonic", timers={"heartbeat": 30, "silence": 90})
    assert link.timers["heartbeat"] == 30.0
    for _ in range(3):
        assert states(link.expire("heartbeat")) == []
    assert states(link.expire("heartbeat")) == [("down", "no heartbeat for 90 s")]


def test_the_switch_may_ask_for_our_status() -> None:
    (answer,) = sent(Link().receive(invoke(9, 210, {})))
    assert shown(answer)["value"]["result"]["result"] == {"systemStatus": "normal"}


@pytest.mark.parametrize("dialect", ["standard", "panasonic"])
def test_an_escape_of_another_switch_is_answered(dialect) -> None:
    escape = invoke(9, 51, {"privateData": {"choice": "string", "value": {"octets": "01"}}})
    (answer,) = sent(Link(dialect=dialect).receive(escape))
    assert answer == bytes.fromhex("a20a0201093005020133 0500")


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["disabled"], ("degraded", "system status disabled")),
        (["overloadImminent"], ("degraded", "system status overload_imminent")),
        (
            ["overloadImminent", "overloadReached"],
            ("degraded", "system status overload_reached"),
        ),
        (["overloadReached", "overloadRelieved"], ("up", "")),
        (["initializing"], ("degraded", "system status initializing")),
        (["overloadReached", "disabled", "normal"], ("up", "")),
    ],
)
def test_what_the_switch_says_of_itself_degrades_the_link_until_it_is_normal(
    statuses, state
) -> None:
    link = Link()
    told = states(link.receive(*(system_status(1, status) for status in statuses)))
    assert told[-1] == state


def test_a_switch_that_was_disabled_gets_its_monitors_anew() -> None:
    link = Link(devices=["201"])
    link.receive(result(1, 71, {"crossRefIdentifier": {"octets": "0001"}}))
    link.receive(system_status(1, "disabled"))
    answer, stop = sent(link.receive(system_status(2, "normal")))
    assert shown(answer)["pdu"] == "returnResult"
    assert shown(stop)["operation"] == "monitorStop"
    (start,) = sent(link.receive(error(2, "operation", "invalidMonitorCrossRefID")))
    assert shown(start)["operation"] == "monitorStart"
