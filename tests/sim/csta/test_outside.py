"""Calls to and from outside: names of lines and of the parties behind them."""

from __future__ import annotations

from typing import Any

import pytest

from sim.exchange import verbs
from tests.sim.csta.client import Client, Json, device, events, names, subject

DIALECTS = ["standard", "panasonic", "hipath3000"]
LINES: dict[str, Json] = {
    "standard": {"deviceIdentifier": {"choice": "other", "value": {"octets": b"L/1".hex()}}},
    "panasonic": {"deviceIdentifier": {"choice": "deviceNumber", "value": 0x01310001}},
    "hipath3000": device("L/1"),
}


def line(client: Client, call: int) -> Json:
    """Name the connection of the first line."""
    name = client.row.name
    connection: Any = client.connection(call, "201")
    local: Json = {"choice": "dynamicID", "value": {"octets": "0001"}}
    if name == "panasonic":
        local = {"choice": "staticID", "value": LINES[name]}
    connection["value"]["deviceID"] = local
    named: Json = connection
    return named


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_call_from_outside(dialect) -> None:
    client = Client(dialect)
    client.associate()
    client.monitor("202")
    heard = client.do(verbs.TrunkRings("49301000202", "0305550000"))
    body = next(body for _, name, body in events(heard) if name == "delivered")
    assert body["callingDevice"] == subject("0305550000")
    assert body["calledDevice"] == subject("202")
    assert body["networkCallingDevice"] == subject("0305550000")
    assert body["networkCalledDevice"] == subject("49301000202")
    assert body["associatedCallingDevice"]["value"] == LINES[dialect]
    assert body["localConnectionInfo"] == "alerting"
    client.do(verbs.Answer("202"))
    cleared = events(client.do(verbs.ExternalHangsUp("L/1")))
    ours = [one for _, name, one in cleared if name == "connectionCleared"]
    assert ours[0]["droppedConnection"] == line(client, 1)
    assert ours[0]["releasingDevice"]["value"] == LINES[dialect]


def test_a_caller_who_hides_is_not_known() -> None:
    client = Client()
    client.associate()
    client.monitor("202")
    ((_, _, body),) = events(client.do(verbs.TrunkRings("49301000202", "")))
    assert body["callingDevice"] == {"choice": "notKnown", "value": None}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_call_to_outside(dialect) -> None:
    client = Client(dialect)
    client.associate()
    client.monitor("201")
    client.do(verbs.Dial("201", "00301234567"))
    client.wait(10.0)
    told = {name: body for _, name, body in events(client.got) if name != "hookswitch"}
    assert list(told) == [
        "serviceInitiated",
        "originated",
        "networkReached",
        "delivered",
        "established",
    ]
    assert told["originated"]["calledDevice"] == subject("00301234567")
    reached = told["networkReached"]
    assert reached["outboundConnection"] == line(client, 1)
    assert reached["networkInterfaceUsed"]["value"] == LINES[dialect]
    assert told["delivered"]["connection"] == line(client, 1)
    assert told["delivered"]["alertingDevice"] == subject("0301234567")
    assert told["delivered"]["associatedCalledDevice"]["value"] == LINES[dialect]
    assert told["established"]["answeringDevice"] == subject("0301234567")


@pytest.mark.parametrize(
    ("number", "cause"), [("00302222222", "busy"), ("00304444444", "destNotObtainable")]
)
def test_a_call_to_outside_that_fails(number, cause) -> None:
    client = Client()
    client.associate()
    client.monitor("201")
    client.do(verbs.Dial("201", number))
    _, name, body = events(client.wait(5.0))[0]
    assert (name, body["cause"]) == ("failed", cause)
    assert body["failedConnection"] == line(client, 1)
    assert body["localConnectionInfo"] == "connected"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("code", [16, 6])
def test_an_outside_caller_is_handed_on(dialect, code) -> None:
    client = Client(dialect)
    client.associate()
    for number in ("202", "203"):
        client.monitor(number)
    client.do(verbs.TrunkRings("49301000202", "0305550000"), verbs.Answer("202"))
    client.do(verbs.Consult("202", "203"), verbs.Answer("203"))
    calls = [client.connection(call, "202") for call in (1, 2)]
    heard = client.ask(code, {"heldCall": calls[0], "activeCall": calls[1]})
    result = heard[0]["value"]["result"]["result"]
    named = result["transferredCall"] if code == 16 else result["conferenceCall"]
    assert named == client.connection(1, "203" if code == 16 else "202")
    told = [(name, body) for _, name, body in events(heard) if name != "hookswitch"]
    wanted = "transferred" if code == 16 else "conferenced"
    assert [name for name, _ in told] == [wanted, wanted]
    body = told[0][1]
    assert body["primaryOldCall"] == calls[0]
    assert body["secondaryOldCall"] == calls[1]
    listed = body["transferredConnections" if code == 16 else "conferenceConnections"]
    assert listed == result["connections"]
    outside = listed[0]
    assert outside["newConnection"] == outside["oldConnection"] == line(client, 1)
    assert outside["endpoint"]["value"] == device("0305550000")
    assert outside["associatedNID"]["value"] == LINES[dialect]
    added = next(one for one in listed if one["newConnection"] == client.connection(1, "203"))
    assert added["oldConnection"] == client.connection(2, "203")
    states = {body["localConnectionInfo"] for _, body in told}
    assert states == ({"null", "connected"} if code == 16 else {"connected"})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_computer_clears_a_line(dialect) -> None:
    client = Client(dialect)
    client.associate()
    client.do(verbs.TrunkRings("49301000202", "0305550000"), verbs.Answer("202"))
    assert client.ask(5, {"connection": line(client, 1)})[0]["pdu"] == "returnResult"
    assert client.bench.hub.stage.exchange.snapshot().calls == ()


def test_a_line_that_is_none() -> None:
    client = Client()
    client.associate()
    client.do(verbs.TrunkRings("49301000202", "0305550000"))
    wrong = line(client, 1)
    for octets in ("0009", "0000", "000001", ""):
        wrong["value"]["deviceID"]["value"] = {"octets": octets}
        assert client.failure(5, {"connection": wrong}) == ("operation", "invalidConnectionID")


def test_a_number_in_any_form_names_the_same_device() -> None:
    forms: list[Json] = [
        {"choice": "implicitPublic", "value": "202"},
        {"choice": "implicitPrivate", "value": "202"},
        {"choice": "explicitPublic", "value": {"choice": "unknown", "value": "202"}},
        {"choice": "explicitPrivate", "value": {"choice": "unknown", "value": "202"}},
        {"choice": "other", "value": {"octets": b"202".hex()}},
    ]
    for form in forms:
        client = Client()
        client.associate()
        client.result(71, {"monitorObject": {"choice": "deviceObject", "value": device("202")}})
        numbers = {
            "callingDevice": device("201"),
            "calledDirectoryNumber": {"deviceIdentifier": form},
        }
        assert names(client.ask(10, numbers)) == [("01", "delivered")], form
    client = Client()
    client.associate()
    unknown = {"deviceIdentifier": {"choice": "deviceNumber", "value": 202}}
    monitored = {"choice": "deviceObject", "value": unknown}
    assert client.failure(71, {"monitorObject": monitored})[1] == "invalidDeviceID"
