"""What phases I and II have otherwise than phase III, octet by octet.

Octets are written from the tags of ECMA-180 and ECMA-218, in the form of the recorded traffic
of an OmniPCX (phase II) and of an MD110 (phase I).
"""

from __future__ import annotations

import pytest

from sim.exchange import verbs
from tests.sim.csta.phase12.client import (
    EARLY,
    Client,
    aarq,
    called,
    connection,
    dialling,
    reports,
)

NUMBER = "80 03 32 30 31"
"""Device 201: a dialling number without a SEQUENCE around it."""
CONNECTION = f"6b 09 82 02 00 01 {NUMBER}"
SUBJECT = f"63 05 {NUMBER}"


def up(dialect: str) -> Client:
    client = Client(dialect)
    client.associate()
    return client


def hexed(text: str) -> str:
    return bytes.fromhex(text).hex()


# The association.


@pytest.mark.parametrize(("dialect", "bit"), [("phase2", 1), ("phase1", 0)])
def test_the_version_is_chosen_by_the_place_of_its_bit(dialect: str, bit: int) -> None:
    client = Client(dialect)
    assert client.connect()
    heard = client.send(aarq(client.row.contexts[0], "1" * 20))
    (information,) = heard[0]["value"]["userInformation"]
    assert information["single"]["choice"] == "oldDefinition"
    bits = information["single"]["value"]["cSTAVersion"]["bits"]
    assert [place for place, one in enumerate(bits) if one == "1"] == [bit]


@pytest.mark.parametrize("dialect", EARLY)
@pytest.mark.parametrize(
    ("context", "bits", "diagnostic"), [("1.3.12.0.285", "11", 2), ("", "00101", 1)]
)
def test_another_context_and_a_version_that_it_has_not_are_refused(
    dialect: str, context: str, bits: str, diagnostic: int
) -> None:
    client = Client(dialect)
    assert client.connect()
    (answer,) = client.send(aarq(context or client.row.contexts[0], bits))
    assert answer["value"]["result"] == 1
    assert answer["value"]["resultSourceDiagnostic"]["value"] == diagnostic
    assert client.bench.closed


def test_phase_2_says_which_services_it_has() -> None:
    heard = up("phase2").got[0]
    (information,) = heard["value"]["userInformation"]
    assert information["directReference"] == "1.3.12.0.218.200"
    supplied = information["single"]["value"]["cSTAFunctionsThatCanBeSupplied"]
    switching = supplied["switchingFunctionServices"]["bits"]
    assert len(switching) == 21
    assert [place for place, bit in enumerate(switching) if bit == "0"] == [3]
    assert supplied["bidirectionalServices"]["bits"] == "01", "systemStatus without escape"


# Bare arguments, results and errors.


@pytest.mark.parametrize("dialect", EARLY)
def test_the_status_is_operation_52_and_a_bare_enumerated(dialect: str) -> None:
    client = up(dialect)
    sent = client.told(client.bench.operate(client.bench.hub.set_status(4)))
    assert sent == [hexed("a1 09 02 01 02 02 01 34 0a 01 04")]
    asked = hexed("a1 09 02 01 07 02 01 34 0a 01 02")
    assert client.octets(asked) == [hexed("a2 0a 02 01 07 30 05 02 01 34 05 00")]
    after = hexed("a1 0a 02 01 08 02 02 00 d3 0a 01 02")
    assert client.octets(after) == [hexed("a4 06 02 01 08 81 01 01")], "211 is of phase III"


@pytest.mark.parametrize(
    ("dialect", "reference", "shown"),
    [
        (
            "phase2",
            "55 04 00 00 00 01",
            "80 03 02 00 00 81 02 00 0f 82 02 02 00 83 02 06 c0 85 02 01 fe 84 01 00",
        ),
        ("phase1", "55 01 01", "80 03 02 00 00 81 02 04 00 82 02 02 00 83 02 06 c0 84 01 00"),
    ],
)
def test_a_monitor_begins_with_a_bare_device_and_ends_with_a_bare_reference(
    dialect: str, reference: str, shown: str
) -> None:
    client = up(dialect)
    device = bytes.fromhex(NUMBER)
    begin = bytes.fromhex("02 01 01 02 01 47 30 05") + device
    filtered = bytes.fromhex(shown)
    started = bytes.fromhex(reference) + bytes((0x30, len(filtered))) + filtered
    result = bytes.fromhex("02 01 47 30") + bytes((len(started),)) + started
    body = bytes.fromhex("02 01 01 30") + bytes((len(result),)) + result
    assert client.octets((bytes((0xA1, len(begin))) + begin).hex()) == [
        (bytes((0xA2, len(body))) + body).hex()
    ]
    end = bytes.fromhex("02 01 02 02 01 49") + bytes.fromhex(reference)
    assert client.octets((bytes((0xA1, len(end))) + end).hex()) == [
        hexed("a2 0a 02 01 02 30 05 02 01 49 05 00")
    ]


@pytest.mark.parametrize("dialect", EARLY)
def test_a_failure_has_implicit_tags_and_operation_is_the_first(dialect: str) -> None:
    client = up(dialect)
    unknown = hexed("a1 0b 02 01 05 02 01 4a 80 03 39 39 39")  # snapshotDevice of 999
    assert client.octets(unknown) == [hexed("a3 09 02 01 05 02 01 01 81 01 0c")]


# Events.


def test_phase_1_numbers_its_events() -> None:
    client = up("phase1")
    client.monitor("201")
    sent = client.told(client.bench.do(verbs.GoOffHook("201")))
    body = f"{CONNECTION} 4e 01 01 0a 01 16"
    report = f"55 01 01 80 01 0d 30 11 {body}"
    assert sent == [hexed(f"a1 21 02 01 02 02 01 15 30 19 {report}")]


def test_phase_2_puts_the_event_and_its_sequence_into_its_group() -> None:
    client = up("phase2")
    client.monitor("201")
    client.bench.do(verbs.GoOffHook("201"))
    sent = client.told(client.bench.do(verbs.HangUp("201")))
    body = f"{CONNECTION} {SUBJECT} 4e 01 00 0a 01 30"
    report = f"55 04 00 00 00 01 a0 1c a2 1a 30 18 {body}"
    assert sent == [hexed(f"a1 2c 02 01 03 02 01 15 30 24 {report}")]


def test_a_caller_outside_has_a_number_of_the_public_plan() -> None:
    client = up("phase2")
    client.monitor("201")
    heard = client.do(verbs.TrunkRings("49301000201", "0301111111"))
    name, body = reports(heard)[-1]
    assert name == "delivered"
    public = {"choice": "implicitPublic", "value": "0301111111"}
    assert body["callingDevice"] == {"choice": "deviceIdentifier", "value": public}
    assert body["calledDevice"] == called("201")


@pytest.mark.parametrize(("dialect", "cause"), [("phase1", None), ("phase2", "consultation")])
def test_phase_1_leaves_out_the_causes_that_came_later(dialect: str, cause: str) -> None:
    client = up(dialect)
    client.do(verbs.MakeCall("201", "202"), verbs.Answer("202"))
    client.monitor("201")
    held = client.do(verbs.Consult("201", "203"))[0]
    ((name, body),) = reports([held])
    assert (name, body.get("cause")) == ("held", cause)


# Requests.


@pytest.mark.parametrize("code", [17, 18, 19, 20, 50, 110, 218, 304])
def test_an_operation_that_the_phase_has_not_is_unrecognized(code: int) -> None:
    operation = f"02 02 {code:04x}" if code > 127 else f"02 01 {code:02x}"
    size = 3 + len(bytes.fromhex(operation)) + 2
    pdu = f"a1 {size:02x} 02 01 09 {operation} 30 00"
    assert up("phase1").octets(pdu) == [hexed("a4 06 02 01 09 81 01 01")]


@pytest.mark.parametrize("dialect", EARLY)
def test_calls_are_not_completed(dialect: str) -> None:
    camp_on = hexed(f"a1 11 02 01 09 02 01 03 a0 09 82 02 00 01 {NUMBER}")
    assert up(dialect).octets(camp_on) == [hexed("a4 06 02 01 09 81 01 01")]


@pytest.mark.parametrize("dialect", EARLY)
def test_an_argument_of_phase_3_is_mistyped(dialect: str) -> None:
    """A SEQUENCE with a device in a SEQUENCE: snapshotDevice, monitorStart."""
    for code in ("4a", "47"):
        pdu = f"a1 11 02 01 09 02 01 {code} 30 09 30 07 30 05 {NUMBER}"
        assert up(dialect).octets(pdu) == [hexed("a4 06 02 01 09 81 01 02")]


@pytest.mark.parametrize("dialect", EARLY)
def test_one_of_two_calls_is_enough_where_the_switch_knows_the_other(dialect: str) -> None:
    client = up(dialect)
    client.do(verbs.MakeCall("201", "202"), verbs.Answer("202"), verbs.Consult("201", "203"))
    client.do(verbs.Answer("203"))
    result = client.result(16, {"choice": "heldCall", "value": connection(1, "201")})
    assert "transferredCall" in result


@pytest.mark.parametrize("dialect", EARLY)
@pytest.mark.parametrize(
    ("wanted", "feature", "shown"),
    [
        (("doNotDisturb", True), "doNotDisturb", True),
        (("msgWaiting", True), "msgWaiting", True),
    ],
)
def test_a_feature_is_set_and_asked_for(dialect, wanted, feature, shown) -> None:
    client = up(dialect)
    choice = {"choice": wanted[0], "value": wanted[1]}
    client.result(15, {"device": dialling("201"), "feature": choice})
    told = client.result(12, {"device": dialling("201"), "feature": feature})
    assert told == {"choice": feature, "value": shown}


@pytest.mark.parametrize("dialect", EARLY)
def test_a_forwarding_has_kind_and_on_or_off_in_one_number(dialect: str) -> None:
    client = up(dialect)
    forward = {"forwardingType": "forwardBusyOn", "forwardDN": "203"}
    choice = {"choice": "forward", "value": forward}
    client.result(15, {"device": dialling("201"), "feature": choice})
    told = client.result(12, {"device": dialling("201"), "feature": "forward"})
    assert told["value"] == [
        {"forwardingType": "forwardImmediateOff"},
        forward,
        {"forwardingType": "forwardNoAnsOff"},
    ]


@pytest.mark.parametrize("dialect", EARLY)
def test_what_cannot_be_asked_of_a_device_is_an_invalid_feature(dialect: str) -> None:
    asked = {"device": dialling("201"), "feature": "lastDialedNumber"}
    assert up(dialect).failure(12, asked) == ("operationalErrors", "invalidFeature")


@pytest.mark.parametrize("dialect", EARLY)
def test_a_private_service_is_not_carried_out(dialect: str) -> None:
    assert up(dialect).failure(51, {"privateData": []}) == ("operationalErrors", "generic")
