from __future__ import annotations

from sim.exchange import verbs
from tests.sim.csta.client import Client, Json, device, subject

REFERENCE = {"octets": "00000001"}


def offered(dialect: str = "standard") -> tuple[Client, Json]:
    """Let somebody call the route point; give the client and the request's argument."""
    client = Client(dialect)
    client.associate()
    heard = client.do(verbs.TrunkRings("49301000400", "0301111111"))
    (request,) = [one for one in heard if one["operation"] == "routeRequest"]
    return client, request["value"]["argument"]


def where(client: Client) -> dict[str, str]:
    (call,) = client.bench.hub.stage.exchange.snapshot().calls
    return {party.device: party.state.value for party in call.parties}


def test_a_call_at_a_route_point_is_offered() -> None:
    _, request = offered()
    assert request["currentRoute"] == subject("400")
    assert request["callingDevice"] == subject("0301111111")
    assert request["routeingDevice"] == subject("400")
    assert request["replyTimeout"] == 5
    assert request["crossRefIdentifier"] == REFERENCE


def test_the_computer_chooses_and_hears_what_became_of_it() -> None:
    client, _ = offered()
    chosen = {
        "crossRefIdentifier": REFERENCE,
        "routeSelected": device("202"),
        "routeUsedReq": True,
    }
    heard = client.ask(33, chosen)
    assert [one["operation"] for one in heard] == ["routeUsedRequest", "routeEndRequest"]
    assert heard[0]["value"]["argument"]["routeUsed"] == subject("202")
    assert "errorValue" not in heard[1]["value"]["argument"]
    assert where(client) == {"L/1": "connected", "202": "alerting"}


def test_a_choice_that_leads_nowhere_is_asked_for_again() -> None:
    client, _ = offered()
    chosen = {"crossRefIdentifier": REFERENCE, "routeSelected": device("999")}
    error, again = client.ask(33, chosen)
    assert error["value"]["parameter"] == {"choice": "operation", "value": "invalidDestination"}
    assert again["operation"] == "reRouteRequest"
    chosen["routeSelected"] = device("203")
    (end,) = client.ask(33, chosen)
    assert end["operation"] == "routeEndRequest"
    assert where(client) == {"L/1": "connected", "203": "alerting"}


def test_the_computer_declines() -> None:
    for code in (35, 36):
        client, _ = offered()
        assert client.ask(code, {"crossRefIdentifier": REFERENCE}) == []
        assert where(client) == {"L/1": "connected", "300": "queued"}


def test_the_computer_is_silent() -> None:
    client, _ = offered()
    (end,) = client.wait(5.0)
    assert end["operation"] == "routeEndRequest"
    assert end["value"]["argument"]["errorValue"] == {
        "choice": "operation",
        "value": "routeingTimerExpired",
    }
    assert where(client) == {"L/1": "connected", "300": "queued"}
    late = {"crossRefIdentifier": REFERENCE, "routeSelected": device("202")}
    assert client.failure(33, late) == ("operation", "invalidRouteingCrossRefID")


def test_the_caller_leaves() -> None:
    client, _ = offered()
    heard = client.do(verbs.ExternalHangsUp("L/1"))
    assert [one["operation"] for one in heard] == ["routeEndRequest"]
    assert "errorValue" in heard[0]["value"]["argument"]


def test_who_registers_is_asked_and_says_when_no_more() -> None:
    client = Client()
    client.associate()
    other, outputs = client.bench.hub.connect()
    client.operate(outputs)
    registration = client.result(248, {"routeingDevice": device("400")})["routeRegisterReqID"]
    assert client.failure(248, {"routeingDevice": device("400")})[1] == "featureAlreadySet"
    assert client.failure(248, {"routeingDevice": device("201")})[1] == "invalidDeviceID"
    (request,) = client.do(verbs.TrunkRings("49301000400", "0301111111"))
    assert request["value"]["argument"]["routeRegisterReqID"] == registration
    client.result(250, {"routeRegisterReqID": registration})
    wrong = client.failure(250, {"routeRegisterReqID": registration})
    assert wrong == ("operation", "invalidRouteRegistrationCrossRefID")
    assert other is not None


def test_a_short_reference_at_a_hipath() -> None:
    _, request = offered("hipath3000")
    assert request["crossRefIdentifier"] == {"octets": "0001"}
