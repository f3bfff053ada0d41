"""The declared CSTA phase III types against real and independent octets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.type import univ

from protocols.csta.phase3.schema import ERRORS, EVENTS, OPERATIONS
from protocols.rose.schema import ROS
from tests.protocols.rose.values import (
    ambiguous_fields,
    decode,
    encode,
    first_tags,
    reachable,
    sample,
)

ENVELOPE = ROS()
ARGUMENTS = {spec.code: spec.argument() for spec in OPERATIONS if spec.argument}
RESULTS = {spec.code: spec.result() for spec in OPERATIONS if spec.result}
ERROR_PARAMETERS = {code: kind() for code, kind in ERRORS.items()}
TYPES = reachable(*ARGUMENTS.values(), *RESULTS.values(), *ERROR_PARAMETERS.values())


def read(octets: bytes) -> Any:
    """Read an APDU and what stands in it; both must give the same octets again."""
    apdu = decode(octets, ENVELOPE)
    assert encode(apdu, ENVELOPE) == octets
    body = apdu["value"]
    match apdu["choice"]:
        case "invoke":
            _read_in_place(body, "argument", ARGUMENTS[body["opcode"]])
        case "returnResult":
            _read_in_place(body["result"], "result", RESULTS[body["result"]["opcode"]])
        case "returnError":
            _read_in_place(body, "parameter", ERROR_PARAMETERS[body["errcode"]])
        case _:
            assert apdu["choice"] == "reject"
    return apdu


def _read_in_place(body: dict[str, Any], field: str, spec: Any) -> None:
    octets = bytes.fromhex(body[field]["octets"])
    body[field] = decode(octets, spec)
    assert encode(body[field], spec) == octets


# Made with an independent ASN.1 compiler.
VECTORS = [
    pytest.param(
        "a11902010202010230116b0f300d80020001a10730058003323032",
        "invoke",
        {
            "invokeID": 2,
            "opcode": 2,
            "argument": {
                "connection": {
                    "choice": "both",
                    "value": {
                        "callID": {"octets": "0001"},
                        "deviceID": {
                            "choice": "staticID",
                            "value": {
                                "deviceIdentifier": {
                                    "choice": "dialingNumber",
                                    "value": "202",
                                }
                            },
                        },
                    },
                }
            },
        },
        id="answerCall",
    ),
    pytest.param(
        "a21d02010b301802014730135502002aa00a8004068000c0840207000101ff",
        "returnResult",
        {
            "invokeID": 11,
            "result": {
                "opcode": 71,
                "result": {
                    "crossRefIdentifier": {"octets": "002a"},
                    "actualmonitorFilter": {
                        "callControl": {"bits": "100000000000000011"},
                        "private": {"bits": "0"},
                    },
                    "monitorExistingCalls": True,
                },
            },
        },
        id="monitorStart, result",
    ),
    pytest.param(
        "a30b020101020101a0030a010c",
        "returnError",
        {
            "invokeID": 1,
            "errcode": 1,
            "parameter": {"choice": "operation", "value": "invalidDeviceID"},
        },
        id="universal failure",
    ),
]

# Worked out by hand from the tags of the modules.
HAND_MADE = [
    pytest.param(
        "a137 020103 02010b 302f 30058003393030 3006800430313233"
        "a0060a01010a0100 a11030060a01000a010130060a01020a0100 820100 860114",
        "invoke",
        {
            "invokeID": 3,
            "opcode": 11,
            "argument": {
                "callingDevice": {
                    "deviceIdentifier": {"choice": "dialingNumber", "value": "900"}
                },
                "calledDirectoryNumber": {
                    "deviceIdentifier": {"choice": "dialingNumber", "value": "0123"}
                },
                "signallingDetection": {
                    "signallingCondition": "callEstablished",
                    "signallingConditionsAction": "destinationDetection",
                },
                "destinationDetection": [
                    {
                        "destinationCondition": "humanVoice",
                        "detectionAction": "remainConnected",
                    },
                    {
                        "destinationCondition": "facsimileMachine",
                        "detectionAction": "clearCalledConnection",
                    },
                ],
                "defaultAction": "clearCalledConnection",
                "alertTime": 20,
            },
        },
        id="makePredictiveCall",
    ),
    pytest.param(
        "a21b 020103 3016 02010b 3011 6b0f 300d80020009a10730058003393030",
        "returnResult",
        {
            "invokeID": 3,
            "result": {
                "opcode": 11,
                "result": {
                    "initiatedCall": {
                        "choice": "both",
                        "value": {
                            "callID": {"octets": "0009"},
                            "deviceID": {
                                "choice": "staticID",
                                "value": {
                                    "deviceIdentifier": {
                                        "choice": "dialingNumber",
                                        "value": "900",
                                    }
                                },
                            },
                        },
                    }
                },
            },
        },
        id="makePredictiveCall, result",
    ),
    pytest.param(
        "a211 020104 300c 0202010b 3006 0101ff 010100",
        "returnResult",
        {
            "invokeID": 4,
            "result": {
                "opcode": 267,
                "result": {"messageWaitingOn": True, "lampIsPresent": False},
            },
        },
        id="getMessageWaitingIndicator, result",
    ),
    pytest.param(
        "a21e 020105 3019 020200c9 3013 800101 010100 03020680 0101ff 0a0101 8b0102",
        "returnResult",
        {
            "invokeID": 5,
            "result": {
                "opcode": 201,
                "result": {
                    "deviceCategory": "group",
                    "hasPhysicalElement": False,
                    "acdModels": {"bits": "10"},
                    "appearanceAddressable": True,
                    "appearanceType": "basicStandard",
                    "maxActiveCalls": 2,
                },
            },
        },
        id="getLogicalDeviceInformation, result",
    ),
]


@pytest.mark.parametrize(("octets", "name", "value"), [*VECTORS, *HAND_MADE])
def test_vector(octets: str, name: str, value: Any) -> None:
    assert read(bytes.fromhex(octets)) == {"choice": name, "value": value}


@pytest.mark.vectors
def test_shared_vectors_have_the_meaning_they_are_given(vectors: Path) -> None:
    names = {spec.code: spec.name for spec in OPERATIONS}
    tried = 0
    for file in ("real", "encoded"):
        for line in (vectors / "csta" / f"{file}.jsonl").read_text().splitlines():
            vector = json.loads(line)
            octets, meaning = bytes.fromhex(vector["hex"]), vector["meaning"]
            if vector["phase"] != "III" or octets[0] >> 6 != 2:
                continue
            apdu = {"choice": meaning["pdu"], "value": meaning["value"]}
            assert read(octets) == apdu, vector["name"]
            body = meaning["value"]
            if code := body.get("opcode") or body.get("result", {}).get("opcode"):
                assert meaning["operation"] == names[code] + _event(body), vector["name"]
            tried += 1
    assert tried > 300


def _event(body: dict[str, Any]) -> str:
    """Name the event of a report as the operation of a vector does, from the table."""
    try:
        info = body["argument"]["eventSpecificInfo"]
    except KeyError:
        return ""
    name: str = info["value"]["choice"]
    assert name in EVENTS[info["choice"]]
    return f":{name}"


def frames(stream: bytes, header: int) -> Iterator[bytes]:
    """Cut a read into APDUs; each has its length in the last two octets of its header."""
    while stream:
        end = header + (int.from_bytes(stream[header - 2 : header]) & 0x7FFF)
        yield stream[header:end]
        stream = stream[end:]


@pytest.mark.vectors
@pytest.mark.parametrize(
    ("trace", "header", "distinct"),
    [("panasonic-kx-2016-12-01", 2, 128), ("hipath3000-2012-12-29", 3, 169)],
)
def test_every_message_of_a_real_switch(
    vectors: Path, trace: str, header: int, distinct: int
) -> None:
    """Every APDU, and what stands in it, gives its octets again."""
    messages = {
        message
        for line in (vectors / "traces" / f"{trace}.jsonl").read_text().splitlines()
        for message in frames(bytes.fromhex(json.loads(line).get("hex", "")), header)
        if message[0] >> 6 == 2
    }
    for message in messages:
        read(message)
    assert len(messages) == distinct


@pytest.mark.parametrize("full", [True, False], ids=["every field", "no optional field"])
@pytest.mark.parametrize("name", TYPES)
def test_every_type_survives_the_way_out_and_back(name: str, *, full: bool) -> None:
    spec = TYPES[name]()
    value = sample(spec, full=full)
    assert decode(encode(value, spec), spec) == value


@pytest.mark.parametrize(
    "name", [name for name, kind in TYPES.items() if issubclass(kind, univ.Sequence)]
)
def test_the_next_tag_tells_the_field(name: str) -> None:
    assert ambiguous_fields(TYPES[name]()) == []


@pytest.mark.parametrize(
    "name", [name for name, kind in TYPES.items() if issubclass(kind, univ.Choice)]
)
def test_the_tag_tells_the_alternative(name: str) -> None:
    tags = [first_tags(field.asn1Object) for field in TYPES[name].componentType.namedTypes]
    assert sum(map(len, tags)) == len(set().union(*tags))


FAILURE: Any = ERROR_PARAMETERS[1]
CATEGORIES = [name for name in FAILURE.componentType if name != "unspecified"]


@given(st.sampled_from(CATEGORIES), st.integers(200, 2**31))
def test_a_number_that_is_not_listed_is_kept(category: str, number: int) -> None:
    value = {"choice": category, "value": number}
    assert decode(encode(value, FAILURE), FAILURE) == value


CONSTRUCTED = (univ.Sequence, univ.SequenceOf, univ.Choice, univ.Enumerated)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_declared_by_name_and_says_where_it_stands(name: str) -> None:
    kind = TYPES[name]
    if kind.__module__.startswith("pyasn1"):
        assert not issubclass(kind, CONSTRUCTED)
        return
    assert kind.__doc__ != kind.__mro__[1].__doc__
    if issubclass(kind, CONSTRUCTED):
        assert kind.clause.startswith(("ECMA-285 ", "HiPath ", "Panasonic "))


def test_codes_and_names_of_operations_are_unique() -> None:
    codes = [spec.code for spec in OPERATIONS]
    assert codes == sorted(set(codes))
    assert len({spec.name for spec in OPERATIONS}) == len(codes)


def test_operations_name_the_module_of_the_standard() -> None:
    assert all(spec.clause.startswith("ECMA-285 ") for spec in OPERATIONS)


def test_events_of_one_name_stand_in_one_group() -> None:
    names = [name for group in EVENTS.values() for name in group]
    assert len(set(names)) == len(names) == 63


def test_the_second_call_of_a_conference_is_told_by_its_place() -> None:
    """Both old calls are untagged ConnectionIDs; the first is mandatory, so order decides."""
    spec = TYPES["ConferencedEvent"]()
    both = sample(spec, full=True)
    one = {name: value for name, value in both.items() if name != "secondaryOldCall"}
    assert decode(encode(one, spec), spec) == one
    assert decode(encode(both, spec), spec) == both
