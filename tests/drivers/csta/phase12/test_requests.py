"""Requests of phases I and II, and what becomes of them."""

import json
from typing import Any

import pytest

from cti.driver import NativeTarget
from cti.model.data import ForwardingKind
from drivers.csta.capabilities import LACKING, MAPPED
from tests.drivers.csta.phase12.script import (
    connection,
    device,
    error,
    opened,
    party,
    result,
    shown,
)
from tests.drivers.csta.script import sent
from tests.drivers.csta.verbs import DEVICE, ONE, ROUTE, TWO, VERBS, given

AT = connection("0001", "202")
BOTH = {
    "choice": "bothCalls",
    "value": {"heldCall": AT, "activeCall": connection("0002", "202")},
}
SUBSCRIBED = "subscribedResourceAvailabilityErrors"
OWN = ("monitor_start", "monitor_stop", "route_register", "route_unregister", "private")


def feature(name, value):
    return {"device": device("202"), "feature": {"choice": name, "value": value}}


def asked(name):
    return {"device": device("202"), "feature": name}


def agent(name, value=None):
    return feature("requestedAgentState", {"choice": name, "value": value})


def divert(kind, value):
    return {"choice": kind, "value": value}


# What both phases make of the verbs of the table for phase III, by hand.
EXPECTED = {
    "make_call": (10, None),
    "make_predictive_call": (11, None),
    "answer": (2, AT),
    "hold": (9, {"callToBeHeld": AT, "connectionReservation": True}),
    "retrieve": (14, AT),
    "alternate": (1, BOTH),
    "consult": (7, {"existingCall": AT, "calledDirectoryNumber": party("203")}),
    "reconnect": (13, BOTH),
    "transfer": (16, BOTH),
    "conference": (6, BOTH),
    "blind_transfer": (50, {"activeCall": AT, "transferredTo": party("203")}),
    "single_step_conference": (
        20,
        {"activeCall": AT, "deviceToJoin": party("203"), "participationType": "silent"},
    ),
    "clear_connection": (5, AT),
    "clear_call": (4, {"call": {"octets": "0001"}}),
    "deflect": (8, divert("deflect", {"callToBeDiverted": AT, "newDestination": party("203")})),
    "redirect": (
        8,
        divert("deflect", {"callToBeDiverted": AT, "newDestination": party("203")}),
    ),
    "pickup": (
        8,
        divert(
            "pickup",
            {"callToBePickedUp": connection("0001", "203"), "requestingDevice": device("202")},
        ),
    ),
    "group_pickup": (8, divert("group", device("202"))),
    "park": (18, {"callToBeParked": AT, "parkTo": party("800")}),
    "camp_on": (3, {"choice": "campOn", "value": AT}),
    "call_back": (3, {"choice": "callBack", "value": AT}),
    "intrude": (3, {"choice": "intrude", "value": AT}),
    "query_agent": (12, asked("agentState")),
    "query_device": (12, asked("deviceInfo")),
    "query_dnd": (12, asked("doNotDisturb")),
    "query_forwarding": (12, asked("forward")),
    "query_mwi": (12, asked("msgWaiting")),
    "set_dnd": (15, feature("doNotDisturb", True)),
    "set_mwi": (15, feature("msgWaiting", False)),
    "snapshot_call": (75, {"call": {"octets": "0001"}}),
    "snapshot_device": (74, device("202")),
    "route_select": (
        33,
        {"crossRefIdentifier": {"octets": "0007"}, "routeUsedReq": True}
        | {"routeSelected": party("203")},
    ),
    "route_end": (35, {"crossRefIdentifier": {"octets": "0007"}}),
}


@pytest.mark.parametrize("dialect", ["phase1", "phase2"])
@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"private"}))
def test_a_verb_asks_for_its_service_or_is_not_supported(dialect, verb):
    link = opened(dialect)
    phase = {"phase1": "I", "phase2": "II"}[dialect]
    pdus = given(link, verb)
    if verb in LACKING[phase]:
        assert pdus == []
        assert link.last.error.kind.value == "unsupported"
        return
    (pdu,) = pdus
    value = shown(dialect, pdu)["value"]
    if verb in EXPECTED:
        opcode, argument = EXPECTED[verb]
        assert value["opcode"] == opcode
        assert argument in (None, value["argument"])


def test_every_verb_is_expected_or_tested_by_itself():
    special = {"login", "logout", "set_agent_state", "set_forwarding", "send_dtmf", "unpark"}
    assert {*EXPECTED, *special, *OWN} == MAPPED


VECTORS: dict[str, tuple[str, dict[str, Any], NativeTarget]] = {
    "p1_makeCall": ("make_call", {"device": "201", "to": "202"}, NativeTarget(device="201")),
    "p1_answerCall": ("answer", {"device": "202"}, ONE),
    "p1_transferCall_both": ("transfer", {"device": "202"}, TWO),
    "p1_divertCall_deflect": ("deflect", {"device": "202", "to": "204"}, ONE),
    "p1_setFeature_dnd": ("set_dnd", {"device": "202", "on": True}, DEVICE),
    "p1_setFeature_forward": (
        "set_forwarding",
        {"device": "202", "kind": ForwardingKind.BUSY, "active": True, "to": "209"},
        DEVICE,
    ),
    "p1_queryDevice_forward": ("query_forwarding", {"device": "202"}, DEVICE),
    "p1_snapshotDevice": ("snapshot_device", {"device": "202"}, DEVICE),
}


@pytest.mark.vectors
@pytest.mark.parametrize("name", sorted(VECTORS))
def test_a_request_has_the_octets_of_the_vector(vectors, name):
    lines = (vectors / "csta" / "encoded.jsonl").read_text().splitlines()
    expected = {(one := json.loads(line))["name"]: one["hex"] for line in lines}[name]
    verb, args, native = VECTORS[name]
    link = opened("phase1")
    number = shown("phase1", bytes.fromhex(expected))["value"]["invokeID"]
    link.side._exchange.last = number - 1
    (pdu,) = sent(link.command(verb, native, **args))
    assert pdu.hex() == expected


@pytest.mark.vectors
def test_a_monitor_of_an_omnipcx_has_the_octets_of_the_trace(vectors):
    lines = (vectors / "csta" / "real.jsonl").read_text().splitlines()
    real = {(one := json.loads(line))["name"]: one["hex"] for line in lines}
    link = opened("omnipcx")
    (start,) = sent(link.command("monitor_start", device="3001", ttl_s=9))
    assert start.hex() == real["real_oxe_monitorStart_3001_001"]
    link.receive(bytes.fromhex(real["real_oxe_monitorStart_result_001"]))
    assert link.last.result == {"monitor": "0142f900"}
    link.side._exchange.last = 0
    (stop,) = sent(link.command("monitor_stop", device="3001"))
    assert stop.hex() == real["real_oxe_monitorStop_001"]
    link.receive(bytes.fromhex(real["real_oxe_monitorStop_result_001"]))
    assert link.last.status.value == "succeeded"
    heart = bytes.fromhex(real["real_oxe_systemStatus_heartbeat_001"])
    (answer,) = sent(link.receive(heart))
    assert answer.hex() == "a20b02022bff30050201340500"


@pytest.mark.parametrize(
    ("verb", "args", "expected"),
    [
        ("login", {"agent": "47", "queue": "9000"}, {"agentID": {"octets": "3437"}}),
        ("logout", {"agent": "47"}, {"agentID": {"octets": "3437"}}),
    ],
)
def test_agents_log_on_and_off(verb, args, expected):
    link = opened("phase1")
    (pdu,) = sent(link.command(verb, DEVICE, device="202", **args))
    wanted = shown("phase1", pdu)["value"]["argument"]["feature"]["value"]
    assert wanted["choice"] == {"login": "logOn", "logout": "logOff"}[verb]
    assert expected.items() <= wanted["value"].items()


@pytest.mark.parametrize(
    ("state", "name"),
    [("ready", "ready"), ("not_ready", "notReady"), ("after_call_work", "workNotReady")],
)
def test_states_of_agents(state, name):
    link = opened("phase2")
    (pdu,) = sent(link.command("set_agent_state", DEVICE, device="202", state=state))
    assert shown("phase2", pdu)["value"]["argument"] == agent(name)
    link.receive(result("phase2", 1, 15))
    assert link.last.status.value == "succeeded"


def test_what_a_phase_has_no_place_for_is_told():
    args = {"device": "202", "to": "203", "account": b"a", "uui": b"u", "priority": True}
    ignored = {"phase1": {"account", "uui", "priority"}, "phase2": {"uui", "priority"}}
    for dialect, lost in ignored.items():
        link = opened(dialect)
        link.command("make_call", DEVICE, **args)
        link.receive(result(dialect, 1, 10, connection("0009", "202")))
        assert link.last.status.value == "succeeded"
        assert set(link.last.result["ignored"]) == lost
        assert link.last.result["native"] == {"call": "0009", "device": "202"}


def test_a_forwarding_that_no_older_phase_has():
    link = opened("phase2")
    args = {"device": "202", "kind": ForwardingKind.ALL_INTERNAL, "active": True, "to": "9"}
    assert sent(link.command("set_forwarding", DEVICE, **args)) == []
    assert link.last.error.kind.value == "unsupported"


@pytest.mark.parametrize(
    ("told", "agents"),
    [(("phase1", "ready"), "ready"), (("md110", "null"), "not_ready")],
)
def test_the_state_of_an_agent(told, agents):
    # An MD110 says notReady with the number that means null elsewhere.
    dialect, name = told
    link = opened(dialect)
    link.command("query_agent", DEVICE, device="202")
    link.receive(result(dialect, 1, 12, {"choice": "agentState", "value": name}))
    (found,) = link.last.result["agents"]
    assert found["state"] == agents


@pytest.mark.parametrize(
    ("verb", "told", "expected"),
    [
        ("query_dnd", {"choice": "doNotDisturb", "value": True}, {"on": True}),
        ("query_mwi", {"choice": "msgWaiting", "value": False}, {"on": False}),
        (
            "query_forwarding",
            {
                "choice": "forward",
                "value": [
                    {"forwardingType": "forwardBusyOn", "forwardDN": "209"},
                    {"forwardingType": "forwardNoAnsOff"},
                ],
            },
            {
                "forwarding": [
                    {"kind": "busy", "active": True, "to": "209"},
                    {"kind": "no_answer", "active": False},
                ]
            },
        ),
        (
            "query_device",
            {"choice": "deviceInfo", "value": {"deviceType": "aCDGroup"}},
            {"type": "queue"},
        ),
    ],
)
def test_what_is_asked_about_a_device(verb, told, expected):
    link = opened("phase1")
    link.command(verb, DEVICE, device="202")
    link.receive(result("phase1", 1, 12, told))
    assert link.last.result == expected


def test_an_answer_to_another_question_is_no_answer():
    link = opened("phase1")
    link.command("query_dnd", DEVICE, device="202")
    link.receive(result("phase1", 1, 12, {"choice": "msgWaiting", "value": True}))
    assert link.last.error.kind.value == "protocol"


@pytest.mark.parametrize(
    ("category", "name", "kind"),
    [
        ("operationalErrors", "invalidCSTADeviceIdentifier", "invalid_object"),
        ("operationalErrors", "privilegeViolationOnCalledDevice", "not_permitted"),
        ("stateErrors", "noCallToAnswer", "state_conflict"),
        ("systemResourceErrors", "serviceBusy", "resource_busy"),
        ("systemResourceErrors", "overallMonitorLimitExceeded", "resource_limit"),
        (
            SUBSCRIBED,
            "externalTrunkLimitExceeded",
            "resource_limit",
        ),
        ("performanceErrors", "performanceLimitExceeded", "overload"),
        ("securityErrors", "sealViolated", "not_permitted"),
        ("unspecifiedErrors", None, "unknown"),
    ],
)
def test_failures(category, name, kind):
    link = opened("phase2")
    link.command("answer", ONE, device="202")
    link.receive(error("phase2", 1, category, name))
    assert link.last.error.kind.value == kind
    assert link.last.error.native.protocol == "csta2-ber"


def test_a_route_is_answered():
    link = opened("phase1")
    (pdu,) = sent(link.command("route_select", ROUTE, route="r", to="203"))
    assert shown("phase1", pdu)["operation"] == "routeSelectRequest"
