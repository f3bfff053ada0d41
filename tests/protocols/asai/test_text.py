"""Messages as JSON and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Message
from protocols.asai.text import ASAI, from_json, to_json
from protocols.errors import DecodeError, EncodeError
from tests.protocols.asai.layouts import PUBLIC, TEMPLATES, Layout
from tests.protocols.asai.strategies import MESSAGES


def test_the_traced_message_in_words() -> None:
    octets = bytes.fromhex(PUBLIC[0].octets)
    shown = {
        "message": "REGISTER", "crv": 4, "invoke": 3, "operation": "domain_control",
        "elements": [{"element": "domain", "kind": "extension", "digits": "1004"}],
    }  # fmt: skip
    assert ASAI.to_json(octets) == shown
    assert ASAI.from_json(shown) == octets


@pytest.mark.parametrize("layout", [*PUBLIC, *TEMPLATES], ids=lambda layout: layout.name)
def test_every_printed_message_goes_there_and_back(layout: Layout) -> None:
    octets = layout.fill(LABORATORY)
    assert ASAI.from_json(json.loads(json.dumps(ASAI.to_json(octets)))) == octets


@given(MESSAGES)
def test_every_message_goes_there_and_back(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@given(st.binary(max_size=40))
def test_any_octets_are_shown_or_refused(octets: bytes) -> None:
    try:
        shown = ASAI.to_json(bytes.fromhex("0801226296") + octets)
    except DecodeError:
        return
    json.dumps(shown)


@pytest.mark.parametrize(("obj", "words"), [
    ([], "$: "), ({"mess": 1}, "$.mess: no such field"), ({"message": "SETUP"}, "$.message"),
    ({"message": "FACILITY", "crv": "1"}, "$.crv"),
    ({"message": "FACILITY", "invoke": 1, "result": 1}, "$.result: there is a component"),
    ({"message": "FACILITY", "invoke": 1, "operation": "dial"}, "$.operation: 'dial'"),
    ({"message": "FACILITY", "invoke": 1, "operation": 134, "elements": [{}]},
     "$.elements[0].element"),
    ({"message": "FACILITY", "invoke": 1, "operation": 134,
      "elements": [{"element": "domain", "kind": "vdn", "digits": "1", "plan": 1}]},
     "$.elements[0].plan"),
    ({"message": "FACILITY", "invoke": 1, "operation": 134,
      "elements": [{"element": "domain", "kind": "pbx", "digits": "1"}]}, "$.elements[0]: "),
    ({"message": "FACILITY", "elements": 1, "beside": 1}, "$.beside: a list"),
    ({"message": "FACILITY", "reject": 1, "problem": ["odd"]}, "$.problem"),
    ({"message": "FACILITY", "unreadable": "xx"}, "$.unreadable: octets"),
])  # fmt: skip
def test_what_does_not_fit_is_named(obj: Any, words: str) -> None:
    with pytest.raises(EncodeError) as refused:
        ASAI.from_json(obj)
    assert str(refused.value).startswith(words)
