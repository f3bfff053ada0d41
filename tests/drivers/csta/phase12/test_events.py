"""Events of phases I and II: the facts that they tell."""

from typing import Any

import pytest

from cti import driver as dr
from cti import facts as f
from cti.model.causes import Cause
from cti.model.data import Forwarding, ForwardingKind
from cti.model.events import SwitchTime
from cti.model.states import AgentState, ConnectionState
from drivers.csta import CstaDriver
from drivers.csta.phase12.events import EVENTS as MAPPED
from protocols.csta.phase12.schema.events import EVENT_TYPES
from protocols.csta.phase12.schema.events_device import (
    AGENT_EVENTS,
    FEATURE_EVENTS,
    MAINTENANCE_EVENTS,
)
from tests.drivers.csta.phase12.script import NOT_REQUIRED, connection, device, invoke, party
from tests.drivers.csta.script import reported

AT = connection("0001", "202")
PARTIES = {
    "callingDevice": party("201"),
    "calledDevice": party("202"),
    "lastRedirectionDevice": NOT_REQUIRED,
}
END = {"localConnectionInfo": "connected", "cause": "newCall"}
LIST = {
    "choice": "connections",
    "value": [connection("0002", "201"), connection("0002", "203")],
}
AGENT = {"agentDevice": party("202"), "agentID": {"octets": "3437"}}

# Body of each event, and the fact with some of its members.
EVENTS: dict[str, tuple[dict[str, Any], type[Any] | None, dict[str, Any]]] = {
    "callCleared": ({"clearedCall": AT, **END}, f.CallEnded, {"call": "0001"}),
    "conferenced": (
        {"primaryOldCall": AT, "secondaryOldCall": connection("0002", "202")}
        | {"confController": party("202"), "addedParty": party("203")}
        | {"conferenceConnections": LIST, **END},
        f.Merged,
        {"kind": f.MergeKind.CONFERENCE, "primary": "0001", "secondary": "0002"},
    ),
    "connectionCleared": (
        {"droppedConnection": AT, "releasingDevice": party("202"), **END},
        f.Cleared,
        {"call": "0001"},
    ),
    "delivered": (
        {"connection": AT, "alertingDevice": party("202"), **PARTIES, **END},
        f.Alerting,
        {"call": "0001", "cause": Cause.NEW_CALL},
    ),
    "diverted": (
        {"connection": AT, "divertingDevice": party("202"), "newDestination": party("204")}
        | {**END},
        f.Diverted,
        {"call": "0001"},
    ),
    "established": (
        {"connection": AT, "alertingDevice": party("202"), **PARTIES, **END},
        f.Connected,
        {"call": "0001"},
    ),
    "failed": (
        {"failedConnection": AT, "failedDevice": party("202"), "calledNumber": party("9")}
        | {"cause": "busy"},
        f.Failed,
        {"cause": Cause.BUSY},
    ),
    "held": (
        {"heldConnection": AT, "holdingDevice": party("202"), **END},
        f.Held,
        {"call": "0001"},
    ),
    "networkReached": (
        {"connection": AT, "trunkUsed": party("T1"), "calledDevice": party("0301"), **END},
        f.NetworkReached,
        {"trunk": "T1"},
    ),
    "originated": (
        {"originatedConnection": AT, "callingDevice": party("202")}
        | {"calledDevice": party("201"), **END},
        f.Originated,
        {"call": "0001"},
    ),
    "queued": (
        {"queuedConnection": connection("0001", "800"), "queue": party("800"), **PARTIES}
        | {"numberedQueued": 3, **END},
        f.Queued,
        {"waiting": 3},
    ),
    "retrieved": (
        {"retrievedConnection": AT, "retrievingDevice": party("202"), **END},
        f.Retrieved,
        {"call": "0001"},
    ),
    "serviceInitiated": ({"initiatedConnection": AT, **END}, f.Initiated, {"call": "0001"}),
    "transferred": (
        {"primaryOldCall": AT, "transferringDevice": party("202")}
        | {"transferredDevice": party("203"), "transferredConnections": LIST, **END},
        f.Merged,
        {"kind": f.MergeKind.TRANSFER, "secondary": None, "state": ConnectionState.CONNECTED},
    ),
    "callInformation": (
        {"connection": AT, "device": party("202"), "accountInfo": {"octets": "61"}},
        f.CallInformed,
        {"call": "0001"},
    ),
    "doNotDisturb": (
        {"device": party("202"), "doNotDisturbOn": True},
        f.DeviceFact,
        {"dnd": True},
    ),
    "forwarding": (
        {
            "device": party("202"),
            "forwardingInformation": {
                "forwardingType": "forwardNoAnsExtOff",
                "forwardDN": "209",
            },
        },
        f.DeviceFact,
        {"forwarding": Forwarding(ForwardingKind.NO_ANSWER_EXTERNAL, False, "209")},
    ),
    "messageWaiting": (
        {"deviceForMessage": party("202"), "messageWaitingOn": True},
        f.DeviceFact,
        {"mwi": True},
    ),
    "autoAnswer": ({"device": party("202"), "autoAnswerOn": True}, None, {}),
    "microphoneMute": ({"device": party("202"), "microphoneMuteOn": True}, None, {}),
    "speakerMute": ({"device": party("202"), "speakerMuteOn": True}, None, {}),
    "speakerVolume": ({"device": party("202"), "speakerVolume": 3}, None, {}),
    "agentBusy": (AGENT, f.AgentStateTold, {"state": AgentState.BUSY}),
    "loggedOn": (
        AGENT | {"agentGroup": device("9000")},
        f.AgentLoggedOn,
        {"agent": "47", "group": f.NativeDevice("9000", f.DeviceForm.STATIC)},
    ),
    "loggedOff": (AGENT, f.AgentLoggedOff, {"agent": "47"}),
    "notReady": (AGENT, f.AgentStateTold, {"state": AgentState.NOT_READY}),
    "ready": (AGENT, f.AgentStateTold, {"state": AgentState.READY}),
    "workingAfterCall": (AGENT, f.AgentStateTold, {"state": AgentState.AFTER_CALL_WORK}),
    "workNotReady": (
        AGENT,
        f.AgentStateTold,
        {"state": AgentState.AFTER_CALL_WORK, "pending": AgentState.NOT_READY},
    ),
    "workReady": (
        AGENT,
        f.AgentStateTold,
        {"state": AgentState.AFTER_CALL_WORK, "pending": AgentState.READY},
    ),
    "backInService": ({"device": device("202")}, f.DeviceFact, {"in_service": True}),
    "outOfService": (
        {"device": device("202"), "cause": "maintenance"},
        f.DeviceFact,
        {"in_service": False},
    ),
}
NUMBERS = {name: number for number, (name, _) in EVENT_TYPES.items()}
GROUPS = {
    "featureEvents": tuple(FEATURE_EVENTS),
    "agentEvents": tuple(AGENT_EVENTS),
    "maintenanceEvents": tuple(MAINTENANCE_EVENTS),
}


def group_of(name):
    return next((group for group, names in GROUPS.items() if name in names), "callEvents")


def observed(dialect: str, pdu: bytes) -> list[dr.Action]:
    driver = CstaDriver({"dialect": dialect}, observing=True)
    driver.handle(dr.LinkUp())
    return driver.handle(dr.PduReceived(pdu))


def report(dialect: str, name: str, body: Any, **more: Any) -> bytes:
    argument: dict[str, Any] = {"crossRefIdentifier": {"octets": "12"}, **more}
    if dialect == "phase1":
        argument |= {"eventType": NUMBERS[name], "eventInfo": body}
    else:
        chosen = {"choice": name, "value": body}
        argument["eventSpecificInfo"] = {"choice": group_of(name), "value": chosen}
    return invoke(dialect, 40, 21, argument)


CASES = [("phase1", name) for name in sorted(EVENTS) if name in NUMBERS] + [
    ("phase2", name) for name in sorted(EVENTS) if name not in ("workNotReady", "workReady")
]


@pytest.mark.parametrize(("dialect", "name"), CASES)
def test_an_event_tells_its_fact(dialect, name):
    body, kind, members = EVENTS[name]
    actions = observed(dialect, report(dialect, name, body))
    assert [one for one in actions if isinstance(one, dr.Anomaly)] == []
    facts = reported(actions)
    told = [one for one in facts if not isinstance(one, f.MonitorStarted)]
    assert [type(one) for one in told] == ([] if kind is None else [kind])
    for member, value in members.items():
        found = getattr(told[0], member)
        if member == "group":
            found = f.NativeDevice(found.key, found.form)
        assert found == value, member


def test_every_event_is_mapped_and_tested():
    voice = {"play", "record", "review", "stop", "suspendPlay", "suspendRecord"}
    assert set(MAPPED) == {*EVENTS, "private", *voice, "voiceAttributesChange"}
    assert {name for name, _ in EVENT_TYPES.values()} <= set(MAPPED)


def test_two_digit_years_and_private_data_stand_behind_the_event():
    private = [
        {"manufacturer": "1.3.12.1206.512"}
        | {"data": {"choice": "struct", "value": {"s0": "Anna", "s1": ""}}},
        {"manufacturer": "1.3.12.1206.521"}
        | {"data": {"choice": "opaque", "value": {"octets": "03725b5658000100"}}},
        {"manufacturer": "1.3.12.7", "data": {"octets": "040107"}},
    ]
    extensions = {
        "security": {"timestamp": {"time": "20151129224539"}},
        "privateData": private,
    }
    body, _, _ = EVENTS["delivered"]
    actions = observed("omnipcx", report("omnipcx", "delivered", body, extensions=extensions))
    (fact,) = reported(actions)[1:]
    assert fact.ts_switch == SwitchTime("2015-11-29T22:45:39", "UTC")
    assert fact.data.vendor == {
        "alcatel": {"names": ["Anna", ""], "call_reference": "03725b5658000100"}
    }


def test_a_handset_that_is_lifted_is_that_of_the_monitored_device():
    dynamic = {"choice": "dynamicID", "value": {"octets": "10960100"}}
    body = {"initiatedConnection": {"call": {"octets": "0058"}, "device": dynamic}}
    driver = CstaDriver({"dialect": "omnipcx"}, observing=True)
    driver.handle(dr.LinkUp())
    start = {"monitorObject": {"choice": "device", "value": device("3001")}}
    driver.handle(dr.PduSent(invoke("omnipcx", 1, 71, start)))
    driver.handle(dr.PduReceived(bytes.fromhex("a20d 020101 3008 020147 3003 550112")))
    actions = driver.handle(dr.PduReceived(report("omnipcx", "serviceInitiated", body)))
    (fact,) = reported(actions)
    assert fact.device.key == "10960100"
    assert fact.device.number.raw == "3001"


@pytest.mark.parametrize(
    ("dialect", "octets", "word"),
    [
        ("phase1", "a113 020129 020115 300b 550112 80020309 3002 0500", "event group 37"),
        ("phase2", "a10f 020129 020115 3007 550112 a902 0500", "event group a9"),
    ],
)
def test_what_nobody_knows_is_counted(dialect, octets, word):
    actions = observed(dialect, bytes.fromhex(octets))
    (odd,) = [one for one in actions if isinstance(one, dr.Anomaly)]
    assert (odd.kind, odd.detail[: len(word)]) == (dr.AnomalyKind.UNMAPPED, word)


def test_a_cause_of_phase_one_that_phase_three_has_otherwise():
    body = EVENTS["conferenced"][0] | {"cause": "keyConference"}
    actions = observed("phase1", report("phase1", "conferenced", body))
    fact = reported(actions)[-1]
    assert (fact.cause, fact.cause_native.name) == (Cause.CONFERENCE, "keyConference")
