"""Link start, heartbeat and alarms (S2 11-6, S1 6-5), one test for each rule."""

from __future__ import annotations

import msgspec
import pytest

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import DomainType, ManagementName, Operation, VersionName
from protocols.q931 import values as q
from sim.asai import start as st
from sim.asai.dialects import DIALECTS, R6R, R8R
from sim.exchange.verbs import TrunkRings
from tests.sim.asai.client import Adjunct, all_of, cause, extension, one, vdn

INDICATOR = q.RestartIndicator(7)


def state(adjunct: Adjunct) -> str:
    (link,) = adjunct.bench.hub.show()["links"]
    told: str = link["state"]
    return told


def acknowledge(adjunct: Adjunct, *versions: VersionName) -> list[Message]:
    told = (INDICATOR, *(v.Version(version) for version in versions))
    return adjunct.send(MessageType.RESTART_ACKNOWLEDGE, 0, flag=True, elements=told)


def restart(adjunct: Adjunct, *versions: VersionName) -> list[Message]:
    told = (INDICATOR, *(v.Version(version) for version in versions))
    return adjunct.send(MessageType.RESTART, 0, elements=told)


def test_the_switch_lists_its_versions_in_restart() -> None:
    (greeting,) = Adjunct(start=False).greeting
    assert (greeting.kind, greeting.crv, greeting.flag) == (MessageType.RESTART, 0, False)
    assert one(greeting, q.RestartIndicator).kind == 7
    assert [told.version for told in all_of(greeting, v.Version)] == list(R6R.versions)


def test_after_the_acknowledgement_the_switch_sends_a_heartbeat() -> None:
    adjunct = Adjunct(start=False)
    (beat,) = acknowledge(adjunct, VersionName.V3)
    assert (beat.kind, beat.flag) == (MessageType.REGISTER, False)
    assert beat.facility == c.Invoke(2, Operation.HEARTBEAT)
    assert state(adjunct) == "restarted"
    adjunct.answer_heartbeat(beat)
    assert state(adjunct) == "established"


def test_the_adjunct_sends_the_heartbeat_when_it_started_the_restart() -> None:
    adjunct = Adjunct(start=False)
    (acknowledged,) = restart(adjunct, VersionName.V2, VersionName.V1)
    assert (acknowledged.kind, acknowledged.flag) == (MessageType.RESTART_ACKNOWLEDGE, True)
    assert one(acknowledged, v.Version).version == VersionName.V2
    (answer,) = adjunct.ask(Operation.HEARTBEAT)
    assert answer.kind is MessageType.RELEASE_COMPLETE
    assert answer.facility == c.ReturnResult(1)
    assert state(adjunct) == "established"


def test_the_switch_prefers_the_highest_version() -> None:
    adjunct = Adjunct(start=False)
    (acknowledged,) = restart(adjunct, VersionName.V1, VersionName.V3, VersionName.V2)
    assert one(acknowledged, v.Version).version == VersionName.V3


def test_no_version_element_means_version_1() -> None:
    adjunct = Adjunct(start=False)
    (acknowledged,) = restart(adjunct)
    assert all_of(acknowledged, v.Version) == []
    adjunct.ask(Operation.HEARTBEAT)
    assert adjunct.bench.hub.show()["links"][0]["version"] == "1"


def test_the_link_does_not_start_with_a_version_that_was_not_offered() -> None:
    adjunct = Adjunct(start=False)
    assert acknowledge(adjunct, VersionName.V4) == []
    assert [note.kind for note in adjunct.bench.notes] == ["version"]
    assert state(adjunct) == "restarting"
    assert restart(adjunct, VersionName.V4) == []


def test_restart_is_sent_again_after_t316() -> None:
    adjunct = Adjunct(start=False)
    assert adjunct.wait(119.9) == []
    assert [message.kind for message in adjunct.wait(0.2)] == [MessageType.RESTART]
    (beat,) = acknowledge(adjunct, VersionName.V3)
    adjunct.answer_heartbeat(beat)
    assert [message.kind for message in adjunct.wait(119.0)] == []


def test_a_heartbeat_is_answered_within_60_seconds_or_the_link_starts_again() -> None:
    adjunct = Adjunct(start=False)
    acknowledge(adjunct, VersionName.V3)
    assert adjunct.wait(59.0) == []
    assert [message.kind for message in adjunct.wait(2.0)] == [MessageType.RESTART]
    assert state(adjunct) == "restarting"


def test_an_established_link_is_asked_for_a_heartbeat_from_time_to_time() -> None:
    adjunct = Adjunct()
    (beat,) = adjunct.wait(120.0)
    assert beat.facility == c.Invoke(2, Operation.HEARTBEAT)
    adjunct.answer_heartbeat(beat)
    assert state(adjunct) == "established"
    adjunct.wait(120.0)
    assert [message.kind for message in adjunct.wait(60.0)] == [MessageType.RESTART]


def test_an_answer_to_a_heartbeat_is_taken_in_any_message() -> None:
    adjunct = Adjunct(start=False)
    (beat,) = acknowledge(adjunct, VersionName.V3)
    adjunct.send(MessageType.FACILITY, beat.crv, c.ReturnResult(2), flag=True)
    assert state(adjunct) == "established"


def test_the_adjunct_may_send_heartbeats_at_any_time() -> None:
    adjunct = Adjunct()
    (answer,) = adjunct.ask(Operation.HEARTBEAT)
    assert answer.facility == c.ReturnResult(1)


def test_a_restart_ends_every_association() -> None:
    adjunct = Adjunct()
    control = adjunct.control("201")
    restart(adjunct)
    (answer,) = adjunct.further(control, Operation.ANSWER)
    assert (answer.kind, cause(answer)) == (MessageType.RELEASE_COMPLETE, (0, 81))


def test_nothing_but_a_heartbeat_is_served_before_the_link_is_established() -> None:
    adjunct = Adjunct(start=False)
    refused = adjunct.refused(Operation.DOMAIN_CONTROL, extension("201"))
    assert refused == (0, 98)


def test_a_switch_that_waits_leaves_the_start_to_the_adjunct() -> None:
    adjunct = Adjunct(dialect="r8r", start=False)
    assert adjunct.greeting == []
    (answer,) = adjunct.start()
    assert answer.facility == c.ReturnResult(1)
    assert state(adjunct) == "established"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_release_starts_a_link(dialect: str) -> None:
    adjunct = Adjunct(dialect=dialect)
    assert state(adjunct) == "established"
    adjunct.control("201")


def test_alarms_are_suspended_and_resumed_by_management_information() -> None:
    adjunct = Adjunct()
    told = v.ManagementInformation(ManagementName.SUSPEND_ALARMS)
    assert adjunct.send(MessageType.MANAGEMENT_INFORMATION, 0, elements=(told,)) == []
    assert adjunct.bench.hub.show()["links"][0]["alarms"] == "suspended"
    (resume,) = adjunct.say("alarms", "resume")
    assert resume.kind is MessageType.MANAGEMENT_INFORMATION
    assert one(resume, v.ManagementInformation).information == ManagementName.RESUME_ALARMS


def test_a_vector_asks_only_while_the_link_is_established() -> None:
    adjunct = Adjunct(start=False)
    adjunct.do(TrunkRings("5550600", "0612"))
    (call,) = adjunct.bench.view().calls
    assert call.last_redirection == "600"
    adjunct.start()
    told = adjunct.do(TrunkRings("5550600", "0613"))
    assert [one(message, v.Domain) for message in told] == [v.Domain(DomainType.VDN, "600")]


def test_a_restart_of_the_exchange_restarts_a_link_that_stays() -> None:
    plan = msgspec.structs.replace
    from sim.exchange.words import RestartLinks
    from tests.sim.asai.client import PLAN

    stays = plan(PLAN, link=plan(PLAN.link, restart=RestartLinks.STATUS))
    adjunct = Adjunct(stays)
    adjunct.notify(vdn("600"))
    (again,) = adjunct.say("restart")
    assert again.kind is MessageType.RESTART
    assert state(adjunct) == "restarting"


def test_every_event_is_treated_in_every_state() -> None:
    """The whole table: what a link does in each state on each event."""
    events: list[st.Event] = [
        st.Up(),
        st.RestartReceived((VersionName.V2,)),
        st.AcknowledgeReceived((VersionName.V2,)),
        st.HeartbeatReceived(),
        st.HeartbeatAnswered(),
        st.Expired(st.T316),
        st.Expired(st.ANSWER),
        st.Expired(st.NEXT),
        st.Down(),
    ]
    table = {}
    for before in st.State:
        for event in events:
            machine = st.Start(R6R)
            machine.state = before
            actions = machine.handle(event)
            names = [type(action).__name__ for action in actions]
            table[before.value, type(event).__name__, getattr(event, "timer", "")] = (
                machine.state.value,
                [name for name in names if not name.endswith("Timer")],
            )
    assert table["restarting", "AcknowledgeReceived", ""] == (
        "restarted",
        ["EndAssociations", "SendHeartbeat"],
    )
    assert table["restarted", "HeartbeatAnswered", ""] == ("established", ["Established"])
    assert table["established", "RestartReceived", ""] == (
        "restarted",
        ["EndAssociations", "Lost", "SendAcknowledge"],
    )
    assert table["established", "Expired", st.NEXT] == ("established", ["SendHeartbeat"])
    assert table["established", "Expired", st.ANSWER] == (
        "restarting",
        ["Note", "EndAssociations", "Lost", "SendRestart"],
    )
    assert table["restarting", "HeartbeatAnswered", ""] == ("restarting", [])
    for (before_value, name, _), (after, actions_told) in table.items():
        if before_value == "down" and name not in ("Up", "Down"):
            assert (after, actions_told) == ("down", [])
        if after == "established" and before_value != "established":
            assert "Established" in actions_told
        if before_value == "established" and after != "established":
            assert "Lost" in actions_told


def test_a_waiting_side_has_no_restart_of_its_own() -> None:
    machine = st.Start(R8R)
    assert not any(isinstance(one, st.SendRestart) for one in machine.handle(st.Up()))
