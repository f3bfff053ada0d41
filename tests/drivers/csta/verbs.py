"""Every verb with a native target and arguments, and what phase III makes of it."""

from typing import Any

import msgspec

from cti.driver import NativeTarget
from cti.model import commands as cm
from tests.drivers.csta.script import Link, connection, device, dynamic, sent

ONE = NativeTarget(device="202", call="0001")
TWO = NativeTarget(device="202", held="0001", active="0002")
DEVICE = NativeTarget(device="202")
CALL = NativeTarget(call="0001")
ROUTE = NativeTarget(route="0007")

AT = connection("0001", "202")
WHOLE = {"choice": "callID", "value": {"octets": "0001"}}
BOTH = {"heldCall": AT, "activeCall": connection("0002", "202")}
DONE = {"choice": "noData", "value": None}


def told(octets: bytes) -> dict[str, str]:
    return {"octets": octets.hex()}


VERBS: dict[str, tuple[NativeTarget, dict[str, Any], int, dict[str, Any]]] = {
    "make_call": (
        DEVICE,
        {"to": "+4930", "mode": "auto_originate", "account": b"a", "auth": b"b"}
        | {"correlator": b"c", "uui": b"d", "priority": True},
        10,
        {
            "callingDevice": device("202"),
            "calledDirectoryNumber": device("+4930"),
            "accountCode": told(b"a"),
            "authCode": told(b"b"),
            "autoOriginate": "doNotPrompt",
            "correlatorData": told(b"c"),
            "userData": told(b"d"),
            "callCharacteristics": {"bits": "01"},
        },
    ),
    "make_predictive_call": (
        DEVICE,
        {"to": "0123", "deliver_to": "202", "machine": "clear", "ring_seconds": 20},
        11,
        {
            "callingDevice": device("202"),
            "calledDirectoryNumber": device("0123"),
            "signallingDetection": {
                "signallingCondition": "callEstablished",
                "signallingConditionsAction": "destinationDetection",
            },
            "destinationDetection": [
                {"destinationCondition": who, "detectionAction": action}
                for who, action in [
                    ("humanVoice", "remainConnected"),
                    ("answeringMachine", "clearCalledConnection"),
                    ("facsimileMachine", "clearCalledConnection"),
                ]
            ],
            "defaultAction": "clearCalledConnection",
            "alertTime": 20,
        },
    ),
    "answer": (ONE, {}, 2, {"connection": AT}),
    "hold": (ONE, {"reserve": True}, 9, {"connection": AT, "connectionReservation": True}),
    "retrieve": (ONE, {}, 14, {"connection": AT}),
    "alternate": (TWO, {}, 1, BOTH),
    "consult": (
        ONE,
        {"to": "203", "purpose": "transfer", "uui": b"d"},
        7,
        {
            "existingCall": AT,
            "consultedDevice": device("203"),
            "userData": told(b"d"),
            "consultOptions": "transferOnly",
        },
    ),
    "reconnect": (TWO, {}, 13, BOTH),
    "transfer": (TWO, {}, 16, BOTH),
    "conference": (TWO, {}, 6, BOTH),
    "blind_transfer": (
        ONE,
        {"to": "203"},
        50,
        {"activeCall": AT, "transferredTo": device("203")},
    ),
    "single_step_conference": (
        ONE,
        {"join": "203", "participation": "silent"},
        20,
        {"activeCall": AT, "deviceToJoin": device("203"), "participationType": "silent"},
    ),
    "clear_connection": (ONE, {}, 5, {"connection": AT}),
    "clear_call": (CALL, {"call": "c"}, 4, {"connection": WHOLE}),
    "deflect": (
        ONE,
        {"to": "203"},
        218,
        {"callToBeDiverted": AT, "newDestination": device("203")},
    ),
    "redirect": (
        ONE,
        {"call": "c", "to": "203"},
        218,
        {"callToBeDiverted": AT, "newDestination": device("203")},
    ),
    "pickup": (
        ONE,
        {"target": "203"},
        220,
        {"callToBePickedUp": connection("0001", "203"), "requestingDevice": device("202")},
    ),
    "group_pickup": (DEVICE, {}, 221, {"newDestination": device("202")}),
    "park": (ONE, {"at": "800"}, 18, {"parking": AT, "parkTo": device("800")}),
    "unpark": (
        DEVICE,
        {"at": "800"},
        220,
        {
            "callToBePickedUp": {
                "choice": "deviceID",
                "value": {"choice": "staticID", "value": device("800")},
            },
            "requestingDevice": device("202"),
        },
    ),
    "call_back": (ONE, {}, 215, {"callbackConnection": AT}),
    "camp_on": (ONE, {}, 217, {"camponConnection": AT}),
    "intrude": (ONE, {}, 222, {"intrude": AT, "participationType": "active"}),
    "send_dtmf": (
        ONE,
        {"digits": "12*#", "tone_ms": 100, "pause_ms": 50},
        232,
        {
            "connectionToSendDigits": AT,
            "digitMode": "dTMF",
            "charactersToSend": "12*#",
            "toneDuration": 100,
            "pauseDuration": 50,
        },
    ),
    "set_agent_state": (
        DEVICE,
        {"state": "after_call_work", "agent": "4711"},
        312,
        {
            "device": device("202"),
            "requestedAgentState": "workingAfterCall",
            "agentID": told(b"4711"),
        },
    ),
    "login": (
        DEVICE,
        {"agent": "4711", "password": "0000", "queue": "9000"},
        312,
        {
            "device": device("202"),
            "requestedAgentState": "loggedOn",
            "agentID": told(b"4711"),
            "password": told(b"0000"),
            "group": device("9000"),
        },
    ),
    "logout": (
        DEVICE,
        {"agent": "4711"},
        312,
        {
            "device": device("202"),
            "requestedAgentState": "loggedOff",
            "agentID": told(b"4711"),
        },
    ),
    "query_agent": (DEVICE, {}, 304, {"device": device("202")}),
    "set_forwarding": (
        DEVICE,
        {"kind": "no_answer", "active": True, "to": "209", "ring_count": 4},
        317,
        {
            "device": device("202"),
            "forwardingType": "forwardNoAns",
            "activateForward": True,
            "forwardDN": device("209"),
            "ringCount": 4,
        },
    ),
    "query_forwarding": (DEVICE, {}, 309, {"device": device("202")}),
    "set_dnd": (DEVICE, {"on": True}, 316, {"device": device("202"), "doNotDisturbOn": True}),
    "query_dnd": (DEVICE, {}, 308, {"device": device("202")}),
    "query_device": (DEVICE, {}, 201, {"device": device("202")}),
    "query_mwi": (DEVICE, {}, 267, {"device": device("202")}),
    "set_mwi": (
        DEVICE,
        {"on": False},
        277,
        {"device": device("202"), "messageWaitingOn": False},
    ),
    "route_select": (
        ROUTE,
        {"route": "r", "to": "203"},
        33,
        {"crossRefIdentifier": told(b"\0\7"), "routeSelected": device("203")}
        | {"routeUsedReq": True},
    ),
    "route_end": (ROUTE, {"route": "r"}, 35, {"crossRefIdentifier": told(b"\0\7")}),
    "snapshot_device": (DEVICE, {}, 74, {"snapshotObject": device("202")}),
    "snapshot_call": (CALL, {"call": "c"}, 75, {"snapshotObject": WHOLE}),
    "private": (
        NativeTarget(),
        {"payload": {"hex": "0102"}},
        51,
        {"privateData": {"choice": "string", "value": told(b"\1\2")}},
    ),
}
"""Verb: native target, arguments beside the device, operation, its argument."""

_NEW = dynamic("0009", "aabb")
NATIVE = {"native": {"call": "0009", "device": "aabb"}}

RESULTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "make_call": ({"callingDevice": _NEW}, NATIVE),
    "consult": ({"initiatedCall": _NEW}, NATIVE),
    "make_predictive_call": ({"initiatedCall": _NEW}, NATIVE),
    "unpark": ({"pickedCall": _NEW}, NATIVE),
    "conference": ({"conferenceCall": _NEW}, NATIVE),
    "transfer": ({"transferredCall": _NEW}, NATIVE),
    "blind_transfer": ({"transferredCall": _NEW}, NATIVE),
    "single_step_conference": ({"conferencedCall": _NEW}, NATIVE),
    "pickup": ({"pickedCall": _NEW}, NATIVE),
    "group_pickup": ({}, {}),
    "park": ({"parkedTo": _NEW}, NATIVE),
    "intrude": ({"conferencedCall": _NEW}, NATIVE),
    "call_back": ({"targetDevice": device("203")}, {"native": {"device": "203"}}),
    "set_agent_state": (
        {"pendingAgentState": "agentWorkingAfterCall"},
        {"pending": True, "pending_state": "after_call_work"},
    ),
    "login": ({}, {}),
    "logout": ({}, {}),
    "query_agent": (
        {
            "agentStateList": [
                {
                    "agentID": {"octets": b"4711".hex()},
                    "loggedOn": True,
                    "agentInfo": [
                        {
                            "acdGroup": device("9000"),
                            "agentState": "agentBusy",
                            "pendingAgentState": "agentNotReady",
                        }
                    ],
                },
                {"loggedOn": False},
            ]
        },
        {
            "agents": [
                {
                    "logged_on": True,
                    "agent": "4711",
                    "groups": [{"state": "busy", "group": "9000", "pending": "not_ready"}],
                    "state": "busy",
                },
                {"logged_on": False, "groups": [], "state": "logged_off"},
            ]
        },
    ),
    "query_forwarding": (
        {
            "forwardingList": [
                {
                    "forwardingType": "forwardBusy",
                    "forwardStatus": True,
                    "forwardDN": device("209"),
                    "ringCount": 3,
                }
            ]
        },
        {"forwarding": [{"kind": "busy", "active": True, "to": "209", "ring_count": 3}]},
    ),
    "query_dnd": ({"doNotDisturbOn": True}, {"on": True}),
    "query_mwi": ({"messageWaitingOn": False, "lampIsPresent": True}, {"on": False}),
    "query_device": (
        {
            "deviceCategory": "group",
            "groupDeviceAttributes": {"bits": "100000"},
            "hasPhysicalElement": False,
            "acdModels": {"bits": "10"},
            "appearanceAddressable": False,
            "appearanceType": "basicStandard",
            "associatedGroupList": [device("900")],
            "maxActiveCalls": 2,
        },
        {"type": "queue", "max_active_calls": 2, "groups": ["900"]},
    ),
    "snapshot_device": (
        {
            "snapshotData": [
                {
                    "connectionIdentifier": connection("0001", "202"),
                    "localCallState": {
                        "choice": "compoundCallState",
                        "value": ["hold", "alerting"],
                    },
                },
                {
                    "connectionIdentifier": connection("0002", "202"),
                    "localCallState": {"choice": "simpleCallState", "value": "callReceived"},
                },
                {
                    "connectionIdentifier": _NEW,
                    "localCallState": {"choice": "unknown", "value": None},
                },
            ]
        },
        {
            "calls": [
                {
                    "native": {"call": "0001", "device": "202"},
                    "state": "held",
                    "others": ["alerting"],
                },
                {
                    "native": {"call": "0002", "device": "202"},
                    "state": "alerting",
                    "others": ["connected"],
                },
                {**NATIVE, "state": "unknown"},
            ]
        },
    ),
    "snapshot_call": (
        {
            "snapshotData": [
                {
                    "deviceOnCall": {"choice": "deviceIdentifier", "value": device("201")},
                    "callIdentifier": connection("0001", "201"),
                    "localConnectionState": "connected",
                },
                {
                    "deviceOnCall": {"choice": "notKnown", "value": None},
                    "localConnectionState": "alerting",
                },
            ]
        },
        {
            "parties": [
                {
                    "native": {"call": "0001", "device": "201"},
                    "number": "201",
                    "state": "connected",
                },
                {"native": {}, "state": "alerting"},
            ]
        },
    ),
    "private": (
        {
            "choice": "extensions",
            "value": {"privateData": [{"choice": "string", "value": {"octets": "0a0b"}}]},
        },
        {"private": ["0a0b"]},
    ),
}
"""Verb: result of its operation, and the result of the command; others get no data."""


def given(link: Link, verb: str) -> list[bytes]:
    """Give the command of the table, and return what is sent."""
    native, args, _, _ = VERBS[verb]
    members = dict(args)
    if "device" in cm.VERBS[verb].__struct_fields__:
        members["device"] = native.device
    command = cm.VERBS[verb]
    read = msgspec.convert(members, command)
    return sent(link.give(verb, read, native))
