"""Agents, settings, snapshots, data and other services beside the calls."""

from __future__ import annotations

import pytest

from sim.exchange import verbs
from sim.exchange.verbs import Event
from sim.exchange.words import AgentState
from tests.sim.csta.client import Client, device, events, names, subject


def started(dialect: str = "standard") -> Client:
    client = Client(dialect)
    client.associate()
    client.monitor("201")
    return client


def state(wanted: str, **more: object) -> dict[str, object]:
    return {"device": device("201"), "requestedAgentState": wanted, **more}


def test_an_agent_works_for_a_day() -> None:
    client = started()
    client.monitor("300")
    heard = client.ask(312, state("loggedOn", agentID={"octets": b"4711".hex()}))
    assert heard[0]["value"]["result"]["result"] == {}
    assert names(heard[1:]) == [
        ("01", "agentLoggedOn"),
        ("02", "agentLoggedOn"),
        ("01", "agentNotReady"),
        ("02", "agentNotReady"),
    ]
    assert events(heard)[0][2] == {
        "agentDevice": subject("201"),
        "agentID": {"octets": b"4711".hex()},
        "acdGroup": device("300"),
    }
    assert names(client.ask(312, state("ready"))[1:])[0] == ("01", "agentReady")
    client.do(verbs.TrunkRings("49301000300", "0301111111"))
    heard = client.do(verbs.Answer("201"))
    assert ("01", "agentBusy") in names(heard)
    heard = client.ask(312, state("notReady"))
    assert heard[0]["value"]["result"]["result"] == {"pendingAgentState": "agentNotReady"}
    assert events(heard)[0][2]["pendingAgentState"] == "agentNotReady"
    heard = client.do(verbs.HangUp("201"))
    assert ("01", "agentNotReady") in names(heard)
    assert names(client.ask(312, state("workingAfterCall"))[1:])[0][1] == (
        "agentWorkingAfterCall"
    )
    assert names(client.ask(312, state("loggedOff"))[1:])[0] == ("01", "agentLoggedOff")


@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        (state("loggedOn", agentID={"octets": "39"}), "invalidAgentIdentifier"),
        (state("loggedOn", agentID={"octets": b"4713".hex()}), "invalidAgentPassword"),
        (state("ready"), "invalidAgentIdentifier"),
    ],
)
def test_what_an_agent_may_not(argument, wanted) -> None:
    assert started().failure(312, argument) == ("operation", wanted)


def test_a_password_opens() -> None:
    client = started()
    argument = state(
        "loggedOn",
        agentID={"octets": b"4713".hex()},
        password={"octets": b"1234".hex()},
    )
    client.result(312, argument)


def test_the_state_of_an_agent_is_told() -> None:
    client = started()
    asked = {"device": device("201")}
    assert client.result(304, asked) == {"agentStateList": [{"loggedOn": False}]}
    client.do(verbs.LogOn("201", "4711"), verbs.SetAgentState("201", AgentState.READY))
    assert client.result(304, asked) == {
        "agentStateList": [
            {
                "agentID": {"octets": b"4711".hex()},
                "loggedOn": True,
                "agentInfo": [{"acdGroup": device("300"), "agentState": "agentReady"}],
            }
        ]
    }
    assert client.failure(304, {"device": device("400")}) == ("operation", "invalidDeviceID")


def test_a_group_tells_the_states_of_all_its_agents_who_are_logged_on() -> None:
    client = started()
    asked = {"device": device("300")}
    assert client.result(304, asked) == {"agentStateList": [{"loggedOn": False}]}
    client.do(verbs.LogOn("203", "4712"), verbs.LogOn("201", "4711"))
    client.do(verbs.SetAgentState("201", AgentState.READY))
    state = {"acdGroup": device("300"), "agentState": "agentReady"}
    assert client.result(304, asked) == {
        "agentStateList": [
            {"agentID": {"octets": b"4711".hex()}, "loggedOn": True, "agentInfo": [state]},
            {
                "agentID": {"octets": b"4712".hex()},
                "loggedOn": True,
                "agentInfo": [state | {"agentState": "agentNotReady"}],
            },
        ]
    }
    wrong = {"device": device("201"), "acdGroup": device("201")}
    assert client.failure(304, wrong) == ("operation", "invalidAgentGroup")
    other = {"device": device("201"), "acdGroup": device("310")}
    assert client.result(304, other) == {"agentStateList": [{"loggedOn": False}]}


def test_a_panasonic_does_not_know_get_agent_state() -> None:
    client = started("panasonic")
    (reject,) = client.ask(304, {"device": device("201")})
    assert reject["pdu"] == "reject"
    assert reject["value"]["problem"] == {"choice": "invoke", "value": 1}


def test_forwarding_is_set_told_asked_for_and_obeyed() -> None:
    client = started()
    argument = {
        "device": device("201"),
        "forwardingType": "forwardImmediate",
        "activateForward": True,
        "forwardDN": device("203"),
    }
    heard = client.ask(317, argument)
    assert heard[0]["value"]["result"]["result"]["choice"] == "noData"
    assert events(heard) == [
        (
            "00000001",
            "forwarding",
            {
                "device": subject("201"),
                "forwardingType": "forwardImmediate",
                "forwardStatus": True,
                "forwardTo": device("203"),
            },
        )
    ]
    entries = client.result(309, {"device": device("201")})["forwardingList"]
    assert entries[0] == {
        "forwardingType": "forwardImmediate",
        "forwardStatus": True,
        "forwardDN": device("203"),
    }
    assert [one["forwardStatus"] for one in entries] == [True, False, False]
    client.monitor("203")
    (delivered,) = events(client.do(verbs.MakeCall("202", "201")))
    assert delivered[1] == "delivered"
    assert delivered[2]["cause"] == "callForwardImmediate"
    assert delivered[2]["lastRedirectionDevice"] == {
        "choice": "numberdialed",
        "value": device("201"),
    }
    assert client.failure(317, argument) == ("operation", "featureAlreadySet")
    argument["forwardDN"] = device("999")
    assert client.failure(317, argument)[1] == "invalidForwardingDestination"
    argument["forwardingType"] = "forwardDND"
    assert client.failure(317, argument)[1] == "invalidForwardingType"


def test_do_not_disturb_and_the_lamp() -> None:
    client = started()
    heard = client.ask(316, {"device": device("201"), "doNotDisturbOn": True})
    assert names(heard[1:]) == [("01", "doNotDisturb")]
    assert client.result(308, {"device": device("201")}) == {"doNotDisturbOn": True}
    heard = client.ask(277, {"device": device("201"), "messageWaitingOn": True})
    assert events(heard)[0][2] == {"targetDevice": subject("201"), "messageWaitingOn": True}
    assert client.failure(308, {"device": device("300")})[1] == "invalidDeviceID"
    assert client.failure(309, {"device": device("300")})[1] == "invalidDeviceID"


def test_data_given_to_a_call_stays_with_it() -> None:
    client = started()
    client.do(verbs.MakeCall("201", "202"))
    data = {"existingCall": client.connection(1, "201"), "correlatorData": {"octets": "c0ffee"}}
    heard = client.ask(230, data)
    assert names(heard[1:]) == [("01", "callInformation")]
    (established,) = events(client.do(verbs.Answer("202")))
    assert established[2]["correlatorData"] == {"octets": "c0ffee"}
    shown = client.result(75, {"snapshotObject": client.connection(1, "201")})
    assert shown["correlatorData"] == {"octets": "c0ffee"}
    del data["correlatorData"]
    assert client.failure(230, data)[0] == "operation"


def test_snapshots_of_a_device() -> None:
    talking: list[Event] = [
        verbs.MakeCall("201", "202"),
        verbs.Answer("202"),
        verbs.Consult("201", "203"),
    ]
    for dialect, states in [
        ("standard", [["hold", "connected"], ["connected", "alerting"]]),
        ("hipath3000", ["callEstablishedHeld", "callDelivered"]),
    ]:
        client = started(dialect)
        client.do(*talking)
        shown = client.result(74, {"snapshotObject": device("201")})["snapshotData"]
        assert [one["connectionIdentifier"] for one in shown] == [
            client.connection(1, "201"),
            client.connection(2, "201"),
        ]
        kinds = {"standard": "compoundCallState", "hipath3000": "simpleCallState"}
        assert {one["localCallState"]["choice"] for one in shown} == {kinds[dialect]}
        assert [one["localCallState"]["value"] for one in shown] == states
        assert [one["endpointDevice"] for one in shown] == [subject("202"), subject("203")]
    assert client.failure(74, {"snapshotObject": device("999")})[1] == "invalidDeviceID"


def test_a_snapshot_of_a_call_with_somebody_outside() -> None:
    client = started()
    client.do(verbs.TrunkRings("49301000201", "0301111111"))
    shown = client.result(75, {"snapshotObject": client.connection(1, "201")})
    assert [one["deviceOnCall"] for one in shown["snapshotData"]] == [
        subject("0301111111"),
        subject("201"),
    ]
    assert [one["localConnectionState"] for one in shown["snapshotData"]] == [
        "connected",
        "alerting",
    ]
    outside = shown["snapshotData"][0]["callIdentifier"]["value"]["deviceID"]
    assert outside["choice"] == "dynamicID"
    gone = {"snapshotObject": client.connection(9, "201")}
    assert client.failure(75, gone) == ("operation", "invalidCallID")
    # The dynamicID names the line in a request as well.
    both = {**shown["snapshotData"][0]["callIdentifier"]}
    heard = client.ask(5, {"connection": both})
    assert heard[0]["pdu"] == "returnResult"
    assert names(heard[1:]) == [("01", "connectionCleared"), ("01", "connectionCleared")]


def test_status_is_told_and_some_states_refuse_everything() -> None:
    client = started()
    assert client.result(210, {}) == {"systemStatus": "normal"}
    hub = client.bench.hub
    for status, category in [(4, "systemResourceAvailability"), (6, "performanceManagement")]:
        (told,) = client.operate(hub.set_status(status))
        assert told["operation"] == "systemStatus"
        numbers = {"callingDevice": device("201"), "calledDirectoryNumber": device("202")}
        assert client.failure(10, numbers)[0] == category
        assert client.ask(210, {})[0]["pdu"] == "returnResult"
    client.operate(hub.set_status(2))
    assert client.ask(10, numbers)[0]["pdu"] == "returnResult"
    (lost,) = client.operate(hub.set_status(3))
    assert lost["value"]["argument"]["systemStatus"] == "messagesLost"
    assert client.result(210, {}) == {"systemStatus": "normal"}


def test_pickups_and_park_tell_where_the_call_is_now() -> None:
    client = started()
    client.do(verbs.MakeCall("204", "202"))
    picked = client.result(
        220,
        {"callToBePickedUp": client.connection(1, "202"), "requestingDevice": device("201")},
    )
    assert picked["pickedCall"] == client.connection(1, "201")
    parking = {"parking": client.connection(1, "201"), "parkTo": device("71")}
    assert client.result(18, parking)["parkedTo"] == client.connection(1, "71")
    client.do(verbs.MakeCall("205", "203"))
    taken = client.result(221, {"newDestination": device("201")})
    assert taken["pickedCall"] == client.connection(2, "201")


def test_the_client_may_report_its_own_status() -> None:
    client = started()
    assert client.result(211, {"systemStatus": "normal"})["choice"] == "noData"


@pytest.mark.parametrize("dialect", ["standard", "panasonic"])
def test_escape_where_there_is_no_heartbeat(dialect) -> None:
    client = started(dialect)
    argument = {"privateData": {"choice": "string", "value": {"octets": "00"}}}
    heard = client.ask(51, argument)
    assert heard[0]["pdu"] == ("returnError" if dialect == "standard" else "returnResult")
