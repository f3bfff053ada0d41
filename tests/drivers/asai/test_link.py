"""A link from its restart to its end: states, snapshots, strictness, trouble."""

from __future__ import annotations

from typing import Any

import pytest

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice, SeenLeg
from cti.model import commands as cm
from cti.model.capabilities import Support
from cti.model.commands import EndState
from cti.model.errors import ErrorClass
from cti.model.states import ConnectionState, DeviceType, LinkState, Origin
from drivers.asai import AsaiDriver
from drivers.asai.port import RequestTimer
from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY, Mark
from protocols.asai.messages import Message, MessageType
from protocols.asai.names import DomainType, ItemName, LocalState, ManagementName, VersionName
from protocols.q931 import values as q
from tests.drivers.asai.script import (
    COMPLETE,
    LOGINS,
    NORMAL,
    OP,
    REGISTER,
    SPLIT,
    VDN,
    A,
    Script,
    call,
    connected,
    office,
    split,
    state,
    station,
    vdn,
)

D7101 = NativeDevice("7101")


# Configuration.


@pytest.mark.parametrize(("config", "words"), [
    ({"dialect": "g9"}, "dialect: 'g9' is none of"),
    ({"codes": "guessed"}, "codes: 'guessed' is none of strict, laboratory"),
    ({"vdns": ["73 0"]}, "vdns: '73 0' is no number"),
    ({"devices": "7101"}, "devices: a list"),
    ({"vdns": ["1"], "splits": ["1"]}, "splits: 1 is a VDN too"),
    ({"crv_octets": 3}, "crv_octets: 3 is not between 1 and 2"),
    ({"outstanding": 1.5}, "outstanding: 1.5 is no whole number"),
    ({"timers": {"T316": 1}}, "timers.T316: no such timer"),
    ({"timers": {"request": True}}, "timers.request: True is no number"),
    ({"known": {"operation": {"make_call": "81"}}}, "known.operation.make_call: '81'"),
    ({"known": {"operation": {"dial": 1}}}, "known: operation.dial: no such name"),
    ({"known": {"operation": 1}}, "known.operation: a table"),
    ({"stack": "xot"}, "stack: 'xot' is none of"),
    ({"tunnel": 1}, "tunnel: no such key"),
])  # fmt: skip
def test_a_wrong_key_is_named(config: dict[str, Any], words: str) -> None:
    with pytest.raises(dr.DriverError, match=words.replace("(", r"\(")):
        AsaiDriver(config)


def test_placeholders_have_a_name_of_their_own() -> None:
    assert AsaiDriver({}).protocol == "asai"
    assert AsaiDriver({"codes": "laboratory"}).protocol == "asai-laboratory"
    counts = LABORATORY.counts()
    assert f"{counts[Mark.ASSIGNED]} assigned" in AsaiDriver.remarks[0]


def test_a_restart_begins_a_connection() -> None:
    driver = AsaiDriver({})
    for octets, begins in (("08010046790187", True), ("0802000046790187", True),
                           ("0801014679", False), ("080122", False), ("", False)):  # fmt: skip
        assert driver.begins_connection(bytes.fromhex(octets), sent=True) is begins


# Start.


def test_the_link_is_up_when_everything_had_its_answer() -> None:
    script = office()
    script.start()
    assert script.states == [(LinkState.OPENING, ""), (LinkState.SYNCING, "")]
    opened = [(one.crv, one.facility.operation, one.facility.elements)  # type: ignore[union-attr]
              for one in script.sent]  # fmt: skip
    assert opened == [
        (34, OP.DOMAIN_CONTROL, (station("7101"),)),
        (35, OP.DOMAIN_CONTROL, (station("7102"),)),
        (36, OP.EVENT_NOTIFICATION_REQUEST, (vdn("7300"),)),
        (37, OP.EVENT_NOTIFICATION_REQUEST, (split("7600"),)),
    ]
    for _ in range(4):
        script.answer(bare=True)
    login = script.answer()
    assert (login.crv, login.facility.elements) == (LOGINS, (split("7600"),))  # type: ignore[union-attr]
    audit = script.answer(ends=True)
    assert audit.facility.elements == (split("7600"), v.Item(ItemName.AGENT_LOGIN_AUDIT))  # type: ignore[union-attr]
    assert script.states[-1] == (LinkState.UP, "")
    types = [
        (one.device.key, one.type) for one in script.facts if isinstance(one, f.DeviceFact)
    ]
    assert types == [
        ("7101", DeviceType.STATION), ("7102", DeviceType.STATION),
        ("7300", DeviceType.ROUTE_POINT), ("7600", DeviceType.QUEUE),
    ]  # fmt: skip
    ended = script.facts[-1]
    assert isinstance(ended, f.ResyncEnded)
    assert ended.complete


def test_the_acknowledgement_of_domain_control_is_the_snapshot() -> None:
    script = Script(devices=["7101"])
    script.start()
    script.answer(
        *call(0x201), *call(0x202), v.PartyIdentifier(2), v.PartyIdentifier(1),
        state(LocalState.CONNECTED), state(LocalState.HELD),
    )  # fmt: skip
    seen = next(one for one in script.facts if isinstance(one, f.DeviceSeen))
    assert seen.legs == (
        SeenLeg("513", D7101, ConnectionState.CONNECTED),
        SeenLeg("514", D7101, ConnectionState.HELD),
    )
    assert seen.origin is Origin.SNAPSHOT
    asked = script.answer(
        connected("#####"), connected("7101"), v.PartyIdentifier(1), v.PartyIdentifier(2),
        state(LocalState.CONNECTED), state(LocalState.CONNECTED),
        v.UniversalCallId(bytes(7) + b"\x05"), ends=True,
    )  # fmt: skip
    assert asked.facility.elements == (*call(0x201), v.Item(ItemName.PARTY_IDENTIFICATION))  # type: ignore[union-attr]
    script.refuse(86, coding=3)
    first, second = (one for one in script.facts if isinstance(one, f.CallSeen))
    assert [(leg.device.key, leg.device.form.value) for leg in first.legs] == [
        ("513.1", "dynamic"), ("7101", "static"),
    ]  # fmt: skip
    assert first.global_ref == "00000000000000000005"
    assert (second.call, second.legs) == ("514", ())
    assert script.states[-1] == (LinkState.UP, "")


def test_agents_are_learned_from_an_audit_in_parts() -> None:
    script = Script(devices=["7600"], splits=["7600"])
    script.start()
    script.answer(bare=True)
    script.answer()
    audit = script.take()
    agents = [station("7101"), v.Domain(DomainType.LOGICAL_AGENT, "5001")]
    script.say(audit.crv, c.Invoke(2, OP.VALUE_QUERY_RESPONSE, tuple(agents)))
    last = (station("7102"), v.Domain(DomainType.LOGICAL_AGENT, "5002"))
    script.say(audit.crv, c.ReturnResult(1, OP.VALUE_QUERY, last), COMPLETE)
    assert [
        (one.agent, one.device.key, one.group, one.origin)
        for one in script.facts
        if isinstance(one, f.AgentLoggedOn)
    ] == [
        ("5001", "7101", NativeDevice("7600"), Origin.SNAPSHOT),
        ("5002", "7102", NativeDevice("7600"), Origin.SNAPSHOT),
    ]


def test_a_monitor_that_is_refused_degrades_the_link_and_is_tried_again() -> None:
    script = Script(devices=["7101", "7999"])
    script.start()
    script.answer()
    script.refuse(28)
    assert script.invoke().elements[1:] == (v.Item(ItemName.EXTENSION_INFORMATION),)
    script.refuse(28)
    failed = next(one for one in script.facts if isinstance(one, f.MonitorFailed))
    assert failed.device == NativeDevice("7999")
    assert failed.error == ErrorClass.INVALID_OBJECT.value
    assert "CS0/28 (invalid number format)" in failed.native
    assert script.states[-1] == (
        LinkState.DEGRADED,
        "1 of 2 monitors missing: 1 invalid_object",
    )
    assert any(isinstance(one, f.NotSeen) for one in script.facts)
    script.expire("monitor_retry")
    assert script.invoke().elements == (station("7999"),)
    script.answer()
    assert script.states[-1] == (LinkState.UP, "")
    assert "monitor_retry" not in script.running


def test_what_the_configuration_does_not_say_is_asked() -> None:
    script = Script(devices=["7300", "7600"])
    script.start()
    for number in ("7300", "7600"):
        refused = script.refuse(28)
        assert refused.facility.elements == (station(number),)  # type: ignore[union-attr]
    for told in (vdn("7300"), split("7600")):
        script.answer(told, ends=True)
    opened = [one.facility.elements[0] for one in script.sent]  # type: ignore[union-attr]
    assert opened == [vdn("7300"), split("7600")]
    while script.sent:
        script.answer(ends=script.invoke().operation is OP.VALUE_QUERY)
    assert script.states[-1] == (LinkState.UP, "")


# Trouble.


def test_a_restart_of_the_switch_begins_everything_anew() -> None:
    script = office().up()
    token = script.command("hold", cm.Hold(device="7101"), device="7101", call="513")
    assert script.invoke().operation is OP.VALUE_QUERY  # the party is not known
    script.sent.clear()
    script.hear("08 01 00 46 79 01 87")
    assert script.take().kind == MessageType.RESTART_ACKNOWLEDGE
    assert script.states[-1] == (LinkState.SYNCING, "the link is being restarted")
    assert script.outcomes[token].status is EndState.UNKNOWN
    script.hear(Message(REGISTER, 40, False, c.Invoke(2, OP.HEARTBEAT)))
    assert script.take() == Message(COMPLETE, 40, True, c.ReturnResult(2))
    assert [one.kind for one in script.sent] == [REGISTER] * 4
    assert isinstance(script.told()[0], f.ResyncBegun)


def test_a_version_that_was_not_offered_blocks_the_link() -> None:
    script = Script(dialect="g3v3")
    script.give(dr.LinkUp())
    version = v.Version(VersionName.V4)
    acknowledge = Message(
        MessageType.RESTART_ACKNOWLEDGE, 0, True, elements=(q.RestartIndicator(7), version)
    )
    script.hear(acknowledge)
    assert script.states[-1] == (LinkState.BLOCKED, "version 4 was not offered")
    assert not script.running


def test_a_wrong_length_of_references_is_told() -> None:
    script = Script(crv_octets=2)
    script.give(dr.LinkUp())
    script.expire(p.Timer.T316)
    told = "no answer to RESTart with call reference length 2"
    assert script.states[-1] == (LinkState.OPENING, told)
    script.hear("08 01 80 4E 79 01 87")
    told = "the other side has call reference length 1, not 2"
    assert script.states[-1] == (LinkState.BLOCKED, told)
    assert not script.running


def test_a_heartbeat_without_answer_takes_the_link_down() -> None:
    script = office().up()
    script.expire(p.Timer.PERIOD)
    assert script.invoke().operation is OP.HEARTBEAT
    script.expire(p.Timer.ANSWER)
    assert script.states[-1] == (LinkState.DOWN, "no answer to the heartbeat")
    assert not script.running


def test_suspended_alarms_are_told() -> None:
    script = office().up()
    for name, told in (
        (
            ManagementName.SUSPEND_ALARMS,
            (LinkState.DEGRADED, "the switch suspended its alarms"),
        ),
        (ManagementName.RESUME_ALARMS, (LinkState.UP, "")),
    ):
        script.hear(Message(MessageType.MANAGEMENT_INFORMATION, 0, False, None,
                            (v.ManagementInformation(name),)))  # fmt: skip
        assert script.states[-1] == told


def test_an_association_that_the_switch_ends_is_one_monitor_less() -> None:
    script = office().up()
    script.say(VDN, c.Invoke(2, OP.EVENT_NOTIFICATION_ENDED, (NORMAL,)), COMPLETE)
    (stopped,) = script.told()
    assert isinstance(stopped, f.MonitorStopped)
    assert script.states[-1] == (
        LinkState.DEGRADED, "1 of 4 monitors missing: 1 ended by the switch",
    )  # fmt: skip
    script.say(SPLIT, c.Invoke(2, OP.ABORT, (q.Cause(102, location=1),)), COMPLETE)
    ended = script.take()  # what is left of the split is given back
    assert (ended.kind, ended.crv) == (COMPLETE, LOGINS)
    assert len(script.told()) == 1


def test_the_end_of_the_link_ends_all_and_no_timer_runs_on() -> None:
    script = office().up()
    tokens = [
        script.command("query_mwi", cm.QueryMwi(device="7101"), device="7101"),
        script.command("hold", cm.Hold(device="7101"), device="7101", call="5"),
        script.command("monitor_start", cm.MonitorStart(device="7105", ttl_s=60)),
    ]
    script.give(dr.LinkDown("line cut"))
    assert {script.outcomes[token].status for token in tokens} == {EndState.UNKNOWN}
    assert not script.running
    assert script.states[-1] == (LinkState.DOWN, "line cut")
    late = script.command("query_mwi", cm.QueryMwi(device="7101"), device="7101")
    result = script.outcomes[late]
    assert result.status is EndState.REJECTED
    assert result.error.kind is ErrorClass.LINK_DOWN  # type: ignore[union-attr]
    script.sent.clear()
    script.up()


def test_it_stops_as_asked() -> None:
    script = office().up()
    script.give(dr.StopRequested())
    assert script.states[-1] == (LinkState.DOWN, "stopped")
    assert not script.running


def test_a_resynchronisation_asks_for_stations_calls_and_agents() -> None:
    script = office().up()
    script.give(dr.ResyncRequested("messages lost"))
    assert script.states[-1] == (LinkState.DEGRADED, "resynchronising: messages lost")
    asked = script.answer(*call(0x201, 1), state(LocalState.ALERTING), ends=True)
    assert asked.facility.elements == (station("7101"), v.Item(ItemName.CALL_INFORMATION))  # type: ignore[union-attr]
    script.refuse(42)
    script.refuse(28)
    script.answer(ends=True)
    names = [type(one).__name__ for one in script.told()]
    assert names == ["ResyncBegun", "DeviceSeen", "NotSeen", "CallSeen", "ResyncEnded"]
    assert script.states[-1] == (LinkState.UP, "")


def test_a_question_without_an_answer_is_given_up() -> None:
    script = office().up()
    token = script.command("query_mwi", cm.QueryMwi(device="7101"), device="7101")
    (timer,) = (one for one in script.running if isinstance(one, RequestTimer))
    asked = script.take()
    script.expire(timer)
    given_up = script.take()
    assert given_up == Message(COMPLETE, asked.crv, elements=(q.Cause(102),))
    result = script.outcomes[token]
    assert result.status is EndState.UNKNOWN
    assert result.error.kind is ErrorClass.TIMEOUT  # type: ignore[union-attr]


# Monitors by command.


def test_a_monitor_is_started_and_stopped_by_command() -> None:
    script = office().up()
    token = script.command("monitor_start", cm.MonitorStart(device="7105", ttl_s=60))
    opened = script.answer()
    assert opened.facility.elements == (station("7105"),)  # type: ignore[union-attr]
    assert script.outcomes[token].status is EndState.SUCCEEDED
    assert isinstance(script.told()[-1], f.MonitorStarted)
    again = script.command("monitor_start", cm.MonitorStart(device="7105", ttl_s=60))
    assert script.outcomes[again].result["already"]  # type: ignore[index]
    stop = script.command("monitor_stop", cm.MonitorStop(device="7105"))
    released = script.take()
    assert released == Message(COMPLETE, opened.crv, elements=(q.Cause(16),))
    assert script.outcomes[stop].status is EndState.SUCCEEDED
    assert isinstance(script.told()[-1], f.MonitorStopped)
    script.command("monitor_stop", cm.MonitorStop(device="7300"))
    assert script.invoke().operation is OP.EVENT_NOTIFICATION_CANCEL
    script.answer(ends=True, bare=True)
    wrong = script.command("monitor_start", cm.MonitorStart(device="N<7>", ttl_s=60))
    assert script.outcomes[wrong].status is EndState.REJECTED


# Strict.


def test_a_strict_link_sends_no_assigned_code_and_names_what_it_lacks() -> None:
    script = office(codes="strict")
    script.give(dr.LinkUp())
    assert script.codec.encode(script.take()) == bytes.fromhex("08 01 00 46 79 01 87")
    script.hear("08 01 80 4E 79 01 87")
    opened = [one.facility.operation for one in script.sent]  # type: ignore[union-attr]
    assert opened == [OP.DOMAIN_CONTROL, OP.DOMAIN_CONTROL]
    while script.sent:
        script.answer()
    failed = [one for one in script.facts if isinstance(one, f.MonitorFailed)]
    assert [one.device.key for one in failed if one.device] == ["7300", "7600"]
    assert {one.error for one in failed} == {"unsupported"}
    assert "event_notification_request: its code is not public" in failed[0].native
    assert script.states[-1][0] is LinkState.DEGRADED
    known = script.driver.capabilities
    assert known.protocol == "asai"
    assert known.commands["answer"].support is Support.UNSUPPORTED
    assert known.commands["answer"].note == "code not public and not given: answer"
    for verb in ("make_call", "retrieve"):
        assert known.commands[verb].support is Support.UNKNOWN
    token = script.command("answer", cm.Answer(device="7101"), device="7101", call="5")
    assert script.outcomes[token].error.kind is ErrorClass.UNSUPPORTED  # type: ignore[union-attr]
    token = script.command("make_call", cm.MakeCall(device="7101", to="7202"), device="7101")
    dial = script.answer(*call(0x203, 1))
    assert script.codec.encode(dial) == bytes.fromhex(
        "08 01 21 62 96 1C 16 91 A1 13 02 01 03 02 01 C6 40 0B 70 05 80 37 32 30 32 96 4B 01 8C"
    )
    assert script.outcomes[token].result == {"native": {"call": "515", "device": "7101"}}


def test_a_code_that_the_site_knows_is_sent() -> None:
    known = {"operation": {"event_notification_request": 0x9D}, "domain": {"vdn": 0x81}}
    script = Script(codes="strict", devices=["7300"], vdns=["7300"], known=known)
    script.give(dr.LinkUp())
    script.hear("08 01 80 4E 79 01 87")
    (octets,) = (script.codec.encode(one) for one in script.sent[1:])
    assert octets[13:16] == bytes.fromhex("02 01 9D")


def test_capabilities_by_release() -> None:
    for dialect, redirect, conference, uui in (
        ("g3v3", False, False, 32), ("g3v4", True, False, 32), ("r6", True, True, 32),
        ("r8", True, True, 96),
    ):  # fmt: skip
        known = Script(dialect=dialect).driver.capabilities
        assert (known.commands["deflect"].support is not Support.UNSUPPORTED) is redirect
        told = known.commands["single_step_conference"].support
        assert (told is not Support.UNSUPPORTED) is conference
        assert known.limits.uui_octets == uui
        assert known.limits.conference_parties == 6
        assert known.events["agent.state_changed"].support is Support.POLLED
        assert set(known.commands) == set(cm.VERBS)
    assert A == 34
