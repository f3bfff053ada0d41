"""Whatever octets arrive: an answer, a reject, an end, or silence; never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.csta.phase3.text import CSTA3
from protocols.errors import DecodeError
from protocols.stacks.framing import frame
from sim.csta.mischief import indefinite
from sim.exchange import verbs
from tests.sim.csta.client import VERSIONS, Client, aarq, device

REQUESTS: list[tuple[int, Any]] = [
    (10, {"callingDevice": device("201"), "calledDirectoryNumber": device("202")}),
    (71, {"monitorObject": {"choice": "deviceObject", "value": device("201")}}),
    (74, {"snapshotObject": device("201")}),
    (312, {"device": device("201"), "requestedAgentState": "ready"}),
    (33, {"crossRefIdentifier": {"octets": "01"}, "routeSelected": device("202")}),
]


def request(invoke_id: int, code: int, argument: Any) -> bytes:
    value = {"invokeID": invoke_id, "opcode": code, "argument": argument}
    return CSTA3.from_json({"pdu": "invoke", "value": value})


SEEDS = [
    CSTA3.from_json(aarq(VERSIONS["standard"])),
    CSTA3.from_json({"pdu": "RLRQ", "value": {"reason": 0}}),
    *(request(7, *one) for one in REQUESTS),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    octets = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 3))):
        octets[draw(st.integers(0, len(octets) - 1))] = draw(st.integers(0, 255))
    return bytes(octets[: draw(st.integers(1, len(octets)))])


@given(
    dialect=st.sampled_from(["standard", "panasonic", "hipath3000"]),
    associated=st.booleans(),
    pdus=st.lists(st.binary(max_size=40) | damaged(), max_size=4),
)
def test_any_apdus(dialect, associated, pdus) -> None:
    client = Client(dialect)
    if associated:
        client.associate()
        client.monitor("201")
    else:
        client.connect()
    for pdu in pdus:
        client.raw(pdu)
    client.do(verbs.MakeCall("201", "202"), verbs.Answer("202"))
    client.wait(1.0)


@given(octets=st.binary(max_size=80), dialect=st.sampled_from(["standard", "hipath3000"]))
def test_any_octets(octets, dialect) -> None:
    client = Client(dialect)
    client.connect()
    client.hear(client.bench.feed(octets))


@given(st.data())
def test_any_argument_of_a_known_form_leaves_the_exchange_whole(data) -> None:
    code, argument = data.draw(st.sampled_from(REQUESTS))
    text = json.dumps(argument)
    number = data.draw(st.text(alphabet="0123456789*#x", max_size=8))
    client = Client()
    client.associate()
    pdu = request(3, code, json.loads(text.replace("201", number)))
    answer, *_ = client.raw(pdu)
    assert answer["pdu"] in ("returnResult", "returnError")
    assert answer["value"]["invokeID"] == 3


@pytest.mark.parametrize("code", [3, 8, 99, 400, 5000, -1])
def test_an_unknown_operation_is_rejected(code) -> None:
    client = Client()
    client.associate()
    size = 1 if -128 <= code < 128 else 2  # the fewest octets
    operation = bytes((2, size)) + code.to_bytes(size, "big", signed=True)
    body = bytes.fromhex("020105") + operation + bytes.fromhex("3000")
    pdu = bytes((0xA1, len(body))) + body
    (reject,) = client.raw(pdu)
    assert reject["pdu"] == "reject"
    assert reject["value"]["invokeID"] == {"choice": "present", "value": 5}
    assert reject["value"]["problem"] == {"choice": "invoke", "value": 1}


@pytest.mark.parametrize(
    ("octets", "invoke_id", "problem"),
    [
        # holdCall with an INTEGER for an argument; makeCall with an empty SEQUENCE.
        ("a109020109020109020101", 9, ("invoke", 2)),
        ("a10802010802010a3000", 8, ("invoke", 2)),
        # An APDU of no kind, and an invoke that ends too early.
        ("a5030201 01", None, ("general", 0)),
        ("a10302 01", None, ("general", 2)),
    ],
)
def test_what_cannot_be_read_is_rejected(octets, invoke_id, problem) -> None:
    client = Client()
    client.associate()
    (reject,) = client.raw(bytes.fromhex(octets.replace(" ", "")))
    assert reject["pdu"] == "reject"
    told = reject["value"]["invokeID"]
    assert told == (
        {"choice": "present", "value": invoke_id}
        if invoke_id
        else {"choice": "absent", "value": None}
    )
    assert reject["value"]["problem"] == {"choice": problem[0], "value": problem[1]}


def test_a_reject_is_never_rejected() -> None:
    client = Client()
    client.associate()
    for octets in ("a4050500800100", "a403", "a4050500860100", "a400"):
        assert client.raw(bytes.fromhex(octets)) == []
    assert client.bench.link is not None


def test_indefinite_lengths_are_understood() -> None:
    client = Client("panasonic")
    client.connect()
    heard = client.raw(indefinite(SEEDS[0]))
    assert [one["pdu"] for one in heard] == ["AARE", "invoke"]
    # makeCall of the shared vectors in the indefinite form, from 201 to 202.
    plain = request(1, *REQUESTS[0])
    assert CSTA3.to_json(indefinite(plain)) == CSTA3.to_json(plain)
    assert client.raw(indefinite(plain))[0]["pdu"] == "returnResult"


def test_a_frame_that_is_none_ends_the_link() -> None:
    client = Client("hipath3000")
    client.associate()
    client.bench.feed(b"\x30\x00\x00\x00")
    assert client.bench.link is None


def test_several_requests_in_one_read() -> None:
    client = Client()
    client.associate()
    read = b"".join(frame(client.header, request(number, 210, {})) for number in (1, 2, 3))
    heard = client.hear(client.bench.feed(read))
    assert [one["value"]["invokeID"] for one in heard] == [1, 2, 3]


def test_the_seeds_are_what_they_should_be() -> None:
    for seed in SEEDS:
        CSTA3.to_json(seed)
    with pytest.raises(DecodeError):
        CSTA3.to_json(b"\xff")
