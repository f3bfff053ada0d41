"""The declared remote operations APDUs against octets, and against each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.type import univ

from protocols.rose.schema import ROS
from tests.protocols.rose.values import (
    ambiguous_fields,
    decode,
    encode,
    first_tags,
    reachable,
    sample,
)

SPEC = ROS()
TYPES = reachable(SPEC)

# Made with an independent ASN.1 compiler; the reject without an id is real OmniPCX traffic.
VECTORS = [
    pytest.param(
        "a10c020101020200d330030a0102",
        "invoke",
        {"invokeID": 1, "opcode": 211, "argument": {"octets": "30030a0102"}},
        id="invoke, operation 211 takes two octets",
    ),
    pytest.param(
        "a20a02010430050201050500",
        "returnResult",
        {"invokeID": 4, "result": {"opcode": 5, "result": {"octets": "0500"}}},
        id="return result, NULL",
    ),
    pytest.param(
        "a203020104", "returnResult", {"invokeID": 4}, id="return result of nothing at all"
    ),
    pytest.param(
        "a30b020101020101a0030a010c",
        "returnError",
        {"invokeID": 1, "errcode": 1, "parameter": {"octets": "a0030a010c"}},
        id="return error",
    ),
    pytest.param(
        "a406020109810101",
        "reject",
        {
            "invokeID": {"choice": "present", "value": 9},
            "problem": {"choice": "invoke", "value": 1},
        },
        id="reject, unrecognized operation",
    ),
    pytest.param(
        "a4050500800100",
        "reject",
        {
            "invokeID": {"choice": "absent", "value": None},
            "problem": {"choice": "general", "value": 0},
        },
        id="reject of what has no id",
    ),
]


@pytest.mark.parametrize(("octets", "name", "value"), VECTORS)
def test_vector(octets: str, name: str, value: Any) -> None:
    apdu = {"choice": name, "value": value}
    assert decode(bytes.fromhex(octets), SPEC) == apdu
    assert encode(apdu, SPEC).hex() == octets


@given(
    kind=st.sampled_from(["general", "invoke", "returnResult", "returnError"]),
    problem=st.integers(0, 2**31),
    invoke_id=st.integers(0, 2**31),
)
def test_any_problem_number_is_kept(kind: str, problem: int, invoke_id: int) -> None:
    apdu = {
        "choice": "reject",
        "value": {
            "invokeID": {"choice": "present", "value": invoke_id},
            "problem": {"choice": kind, "value": problem},
        },
    }
    assert decode(encode(apdu, SPEC), SPEC) == apdu


@pytest.mark.parametrize("full", [True, False], ids=["every field", "no optional field"])
@pytest.mark.parametrize("name", TYPES)
def test_every_type_survives_the_way_out_and_back(name: str, *, full: bool) -> None:
    spec = TYPES[name]()
    value = sample(spec, full=full)
    assert decode(encode(value, spec), spec) == value


def test_the_first_octet_tells_the_apdu() -> None:
    assert first_tags(SPEC) == {(0x80, 1), (0x80, 2), (0x80, 3), (0x80, 4)}


@pytest.mark.parametrize(
    "name", [name for name, kind in TYPES.items() if issubclass(kind, univ.Sequence)]
)
def test_the_next_tag_tells_the_field(name: str) -> None:
    assert ambiguous_fields(TYPES[name]()) == []
