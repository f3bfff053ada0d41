"""What a call carries, and what the network says of it, in the events that can carry it."""

from __future__ import annotations

import pytest

from sim.exchange import verbs
from sim.plan import read_plan
from tests.sim.csta.client import Client, device, events

TRUNKS = """
[[station]]
number = "201"

[[trunk_group]]
name = "N"
members = 1
access = "0"
supervision = "none"

[[trunk_group]]
name = "S"
members = 1
access = "8"
supervision = "assumed"
"""
ORDER = {"octets": b"order 7".hex()}
HELLO = {"octets": b"hello".hex()}
ACCOUNT = {"octets": b"0815".hex()}


def test_a_call_carries_three_kinds_of_data() -> None:
    client = Client()
    client.associate()
    client.monitor("202")
    made = {
        "callingDevice": device("201"),
        "calledDirectoryNumber": device("202"),
        "correlatorData": ORDER,
        "userData": HELLO,
        "accountCode": ACCOUNT,
    }
    (delivered,) = events(client.ask(10, made))
    assert delivered[1] == "delivered"
    assert (delivered[2]["correlatorData"], delivered[2]["userData"]) == (ORDER, HELLO)
    client.do(verbs.Answer("202"))
    held, initiated, told, originated, _ = events(client.do(verbs.Consult("202", "203")))
    assert held[2]["correlatorData"] == initiated[2]["correlatorData"] == ORDER
    # Only call information has a place for an account, held and originated none for user data.
    assert told[1] == "callInformation"
    assert told[2]["accountInfo"] == ACCOUNT
    assert told[2]["userData"] == HELLO
    assert "userData" not in held[2]
    assert "userData" not in originated[2]
    client.do(verbs.Answer("203"))
    (transferred,) = events(client.do(verbs.Transfer("202")))
    assert transferred[2]["userData"] == HELLO
    assert transferred[2]["correlatorData"] == ORDER


def test_user_data_and_account_come_with_services_of_their_own() -> None:
    client = Client()
    client.associate()
    client.monitor("202")
    client.do(verbs.MakeCall("201", "202"))
    sent = {"existingCall": client.connection(1, "201"), "userData": HELLO}
    (_, told) = client.ask(234, sent)
    assert events([told])[0][2]["userData"] == HELLO
    account = {"existingCall": client.connection(1, "201"), "accountCode": ACCOUNT}
    (_, told) = client.ask(230, account)
    body = events([told])[0][2]
    assert (body["accountInfo"], body["userData"]) == (ACCOUNT, HELLO)


@pytest.mark.parametrize(("number", "bits"), [("0555", "0001"), ("8555", "00010001")])
def test_an_unsupervised_network_says_what_it_will_report(number, bits) -> None:
    client = Client(plan=read_plan(TRUNKS))
    client.associate()
    client.monitor("201")
    reached = events(client.do(verbs.MakeCall("201", number)))[-1]
    assert reached[1] == "networkReached"
    assert reached[2]["networkCapability"] == {
        "networkType": "nonISDNPublic",
        "eventsProvided": {"bits": bits},
    }
    later = [name for _, name, _ in events(client.wait(100.0))]
    assert later == ([] if number == "0555" else ["established"])
