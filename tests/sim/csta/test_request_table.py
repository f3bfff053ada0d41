"""Every request on one connection in every state of that connection.

Expected answers are those of ECMA-269 for a connection in the wrong state: the failure that
the service names for it, else invalidConnectionState.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.exchange import verbs
from sim.exchange.verbs import Event
from tests.sim.csta.client import Client, Json, device

# State of the connection of 201 on call 1, and how it comes about.
STATES: dict[str, list[Event]] = {
    "gone": [verbs.MakeCall("201", "202"), verbs.HangUp("201")],
    "initiated": [verbs.GoOffHook("201")],
    "calling": [verbs.MakeCall("201", "202")],
    "alerting": [verbs.MakeCall("202", "201")],
    "talking": [verbs.MakeCall("201", "202"), verbs.Answer("202")],
    "held": [verbs.MakeCall("201", "202"), verbs.Answer("202"), verbs.Hold("201")],
    "failed": [verbs.Dial("201", "99")],
    "called busy": [verbs.SetDoNotDisturb("202", True), verbs.MakeCall("201", "202")],
}
OK = ("ok", "")
STATE = ("stateIncompatibility", "invalidConnectionState")
ANSWER = ("stateIncompatibility", "noCallToAnswer")
ACTIVE = ("stateIncompatibility", "noActiveCall")
HELD = ("stateIncompatibility", "noHeldCall")
GONE = ("operation", "invalidCallID")
CLEAR = ("stateIncompatibility", "noCallToClear")
EXISTS = ("stateIncompatibility", "connectedCallExists")

# Columns: gone, initiated, calling, alerting, talking, held, failed, called busy.
TABLE: dict[tuple[int, str], list[tuple[str, str]]] = {
    (2, "answerCall"): [GONE, ANSWER, ANSWER, OK, ANSWER, ANSWER, ANSWER, ANSWER],
    (4, "clearCall"): [CLEAR, OK, OK, OK, OK, OK, OK, OK],
    (5, "clearConnection"): [GONE, OK, OK, OK, OK, OK, OK, OK],
    (7, "consultationCall"): [GONE, ACTIVE, OK, ACTIVE, OK, ACTIVE, ACTIVE, ACTIVE],
    (9, "holdCall"): [GONE, ACTIVE, OK, ACTIVE, OK, ACTIVE, ACTIVE, ACTIVE],
    (14, "retrieveCall"): [GONE, HELD, HELD, HELD, HELD, OK, HELD, HELD],
    (18, "parkCall"): [GONE, STATE, STATE, STATE, OK, STATE, STATE, STATE],
    (20, "singleStepConference"): [GONE, STATE, STATE, STATE, OK, STATE, STATE, STATE],
    (50, "singleStepTransfer"): [GONE, STATE, STATE, STATE, OK, STATE, STATE, STATE],
    (218, "deflectCall"): [GONE, STATE, STATE, OK, STATE, STATE, STATE, STATE],
    (219, "dialDigits"): [GONE, OK, STATE, STATE, STATE, STATE, STATE, STATE],
    (220, "directedPickupCall"): [GONE, STATE, STATE, OK, STATE, STATE, STATE, STATE],
    (230, "associateData"): [GONE, OK, OK, OK, OK, OK, OK, OK],
    (232, "generateDigits"): [GONE, STATE, OK, STATE, OK, STATE, STATE, OK],
}


def argument(code: int, connection: Json) -> Json:
    other = device("203")
    match code:
        case 7:
            return {"existingCall": connection, "consultedDevice": other}
        case 18:
            return {"parking": connection, "parkTo": device("71")}
        case 20:
            return {"activeCall": connection, "deviceToJoin": other}
        case 50:
            return {"activeCall": connection, "transferredTo": other}
        case 218:
            return {"callToBeDiverted": connection, "newDestination": other}
        case 219:
            return {"diallingConnection": connection, "diallingSequence": device("204")}
        case 220:
            return {"callToBePickedUp": connection, "requestingDevice": other}
        case 230:
            return {"existingCall": connection, "correlatorData": {"octets": "0102"}}
        case 232:
            return {"connectionToSendDigits": connection, "charactersToSend": "12"}
        case _:
            return {"connection": connection}


CASES = [
    (code, state, wanted)
    for (code, _), row in TABLE.items()
    for state, wanted in zip(STATES, row, strict=True)
]


@pytest.mark.parametrize("dialect", ["standard", "panasonic", "hipath3000"])
@pytest.mark.parametrize(("code", "state", "wanted"), CASES)
def test_a_request_in_a_state(dialect, code, state, wanted) -> None:
    client = Client(dialect)
    client.associate()
    client.do(*STATES[state])
    heard = client.ask(code, argument(code, client.connection(1, "201")))
    assert len(heard) == 1, "nobody is monitored"
    got: tuple[str, Any] = OK
    if heard[0]["pdu"] != "returnResult":
        parameter = heard[0]["value"]["parameter"]
        got = parameter["choice"], parameter["value"]
    assert got == wanted
    view = client.bench.hub.stage.exchange.snapshot()
    if wanted != OK:
        again = Client(dialect)
        again.associate()
        again.do(*STATES[state])
        assert view == again.bench.hub.stage.exchange.snapshot(), "refused and yet changed"


PAIR: list[Event] = [
    verbs.MakeCall("202", "201"),
    verbs.Answer("201"),
    verbs.Consult("201", "203"),
]


@pytest.mark.parametrize(
    ("code", "answered", "wanted"),
    [
        (1, True, OK),
        (1, False, OK),
        (6, True, OK),
        (6, False, STATE),
        (13, True, OK),
        (13, False, OK),
        (16, True, OK),
        (16, False, OK),
    ],
)
def test_a_request_on_two_calls(code, answered, wanted) -> None:
    client = Client()
    client.associate()
    client.do(*PAIR, *([verbs.Answer("203")] if answered else []))
    held, active = client.connection(1, "201"), client.connection(2, "201")
    heard = client.ask(code, {"heldCall": held, "activeCall": active})
    got: tuple[str, Any] = OK
    if heard[0]["pdu"] != "returnResult":
        parameter = heard[0]["value"]["parameter"]
        got = parameter["choice"], parameter["value"]
    assert got == wanted


@pytest.mark.parametrize("code", [1, 6, 13, 16])
def test_two_calls_that_cannot_be_meant(code) -> None:
    client = Client()
    client.associate()
    client.do(*PAIR, verbs.Answer("203"))
    mine, yours = client.connection(1, "201"), client.connection(2, "203")
    assert client.failure(code, {"heldCall": mine, "activeCall": yours}) == (
        "operation",
        "notSameDevice",
    )
    swapped = {"heldCall": client.connection(2, "201"), "activeCall": mine}
    assert client.failure(code, swapped) == STATE
    gone = {"heldCall": client.connection(9, "201"), "activeCall": mine}
    assert client.failure(code, gone) == GONE


@pytest.mark.parametrize(
    ("calling", "called", "wanted"),
    [
        ("999", "202", ("operation", "invalidCallingDeviceID")),
        ("201", "999", ("operation", "invalidCalledDeviceID")),
        ("209", "00301234567", ("operation", "privilegeViolationCallingDevice")),
        ("210", "202", ("operation", "privilegeViolationCallingDevice")),
    ],
)
def test_a_call_that_is_not_made(calling, called, wanted) -> None:
    client = Client()
    client.associate()
    numbers = {"callingDevice": device(calling), "calledDirectoryNumber": device(called)}
    assert client.failure(10, numbers) == wanted
    assert not client.bench.hub.stage.exchange.snapshot().calls


def test_a_call_from_a_set_that_talks_or_has_no_room() -> None:
    client = Client()
    client.associate()
    client.do(verbs.MakeCall("201", "202"))
    numbers = {"callingDevice": device("201"), "calledDirectoryNumber": device("203")}
    assert client.failure(10, numbers) == EXISTS
    client.do(verbs.MakeCall("203", "209"))
    numbers["callingDevice"] = device("209")
    busy = ("systemResourceAvailability", "resourceBusy")
    assert client.failure(10, numbers) == busy


def test_all_lines_out_are_taken() -> None:
    client = Client()
    client.associate()
    client.do(*(verbs.MakeCall(f"20{one}", "00301234567") for one in (1, 2, 3, 4)))
    numbers = {"callingDevice": device("205"), "calledDirectoryNumber": device("00301234567")}
    assert client.failure(10, numbers) == ("systemResourceAvailability", "networkBusy")


@pytest.mark.parametrize(
    ("connection", "wanted"),
    [
        ({"choice": "callID", "value": {"octets": "0001"}}, "invalidConnectionID"),
        ({"choice": "callID", "value": {"octets": "000001"}}, "invalidCallID"),
        ({"choice": "callID", "value": {"octets": "0000"}}, "invalidCallID"),
        ({"choice": "callID", "value": {"octets": ""}}, "invalidCallID"),
    ],
)
def test_a_connection_that_is_named_badly(connection, wanted) -> None:
    client = Client()
    client.associate()
    client.do(verbs.MakeCall("201", "202"))
    assert client.failure(2, {"connection": connection}) == ("operation", wanted)


def test_a_device_alone_names_the_call_that_it_can_mean() -> None:
    client = Client()
    client.associate()
    client.do(verbs.MakeCall("201", "202"))
    only = {"choice": "deviceID", "value": {"choice": "staticID", "value": device("202")}}
    assert client.result(2, {"connection": only}) == {"choice": "noData", "value": None}
    other = client.connection(1, "203")
    assert client.failure(5, {"connection": other}) == ("operation", "invalidConnectionID")
