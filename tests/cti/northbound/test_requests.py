"""What a client can send: a command, or an error that names the field, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.model import commands as cm
from cti.model.errors import ErrorClass
from cti.northbound.requests import LARGEST, BadRequest, read
from cti.northbound.topics import Asked


def asked(verb: str = "make_call") -> Asked:
    return Asked("hq", "app", verb)


def body(**members: Any) -> bytes:
    told = {"command_id": "c1", "args": {"device": "201", "to": "030"}, **members}
    return json.dumps(told).encode()


def test_a_command_with_everything() -> None:
    told = read(asked(), body(deadline_ms=5000, expect_version=12, progress=True))
    assert told.command_id == "c1"
    assert told.requester == "app"
    assert told.switch_id == "hq"
    assert told.args == cm.MakeCall(device="201", to="030")
    assert (told.deadline_ms, told.expect_version, told.progress) == (5000, 12, True)


def test_arguments_may_be_left_out_where_none_are_needed() -> None:
    assert read(asked("snapshot"), b'{"command_id":"a"}').args == cm.Snapshot()


WRONG = [
    (b"", "make_call", None),
    (b"[]", "make_call", None),
    (b"{", "make_call", None),
    (b"\xff", "make_call", None),
    (b'{"command_id":5}', "make_call", "command_id"),
    (b'{"command_id":""}', "make_call", "command_id"),
    (b'{"command_id":"a b"}', "make_call", "command_id"),
    (b'{"args":{}}', "make_call", "command_id"),
    (body(color=1), "make_call", "color"),
    (body(deadline_ms=-1), "make_call", "deadline_ms"),
    (body(deadline_ms=10**9), "make_call", "deadline_ms"),
    (body(expect_version="x"), "make_call", "expect_version"),
    (body(args={"device": "201"}), "make_call", "args.to"),
    (body(args={"device": "201", "to": "030", "x": 1}), "make_call", "args.x"),
    (body(args={"device": 201, "to": "030"}), "make_call", "args.device"),
    (body(args={"device": "201", "to": "٠٣٠"}), "make_call", "args.to"),
    (body(args={"device": "201", "to": "²"}), "make_call", "args.to"),
    (body(args={"device": "201", "to": "030\n"}), "make_call", "args.to"),
    (body(args={"device": "201", "to": "0" * 33}), "make_call", "args.to"),
    (body(args={"device": "2\u0000", "to": "030"}), "make_call", "args.device"),
    (body(args={"device": "\u202e201", "to": "030"}), "make_call", "args.device"),
    (body(args={"device": "201", "to": "030", "mode": "loud"}), "make_call", "args.mode"),
    (body(args=[]), "make_call", "args"),
    (body(), "explode", "verb"),
]


@pytest.mark.parametrize(("payload", "verb", "field"), WRONG)
def test_a_wrong_command_names_the_member_at_fault(payload, verb, field) -> None:
    with pytest.raises(BadRequest) as caught:
        read(asked(verb), payload)
    told = caught.value.error.field
    assert (told if isinstance(told, str) else None) == field
    assert caught.value.error.detail


def test_the_id_of_a_wrong_command_is_found_for_the_answer() -> None:
    with pytest.raises(BadRequest) as caught:
        read(asked(), body(args={}))
    assert caught.value.command_id == "c1"


def test_too_large_and_too_deep_are_refused() -> None:
    for payload in (b" " * (LARGEST + 1), b'{"command_id":"a","args":' + b"[" * 16_000):
        with pytest.raises(BadRequest) as caught:
            read(asked(), payload)
        assert caught.value.error.kind is ErrorClass.INVALID_ARGUMENT


MEMBERS = ["command_id", "args", "deadline_ms", "expect_version", "progress"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(
    st.sampled_from([*sorted(cm.VERBS), "none"]),
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(
        st.sampled_from(["command_id", "args", "deadline_ms", "expect_version", "progress"]),
        JSON,
    ).map(lambda value: json.dumps(value).encode()),
)
def test_any_payload_is_a_command_or_a_bad_request(verb, payload) -> None:
    try:
        told = read(asked(verb), payload)
    except BadRequest as error:
        bad = error
    else:
        assert told.verb == verb
        return
    assert bad.error.detail
    assert bad.error.problem(bad.command_id).status >= 400
