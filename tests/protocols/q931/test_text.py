"""Messages as JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from protocols.errors import EncodeError
from protocols.q931.messages import Message
from protocols.q931.text import Q931, from_json, to_json
from tests.protocols.q931.strategies import MESSAGES

SETUP = "0801010504038090a31801816c092180353535393939397008a135353531323334a1"


def test_a_setup_is_shown_and_made() -> None:
    shown = Q931.to_json(bytes.fromhex(SETUP))
    assert shown == {
        "message": "SETUP",
        "reference": 1,
        "elements": [
            {"element": "bearer_capability", "capability": 0, "layer1": "03"},
            {"element": "channel_identification"},
            {"element": "calling_party_number", "digits": "5559999", "type_of_number": 2,
             "plan": 1, "presentation": 0, "screening": 0},
            {"element": "called_party_number", "digits": "5551234", "type_of_number": 2,
             "plan": 1},
            {"element": "sending_complete"},
        ],
    }  # fmt: skip
    assert Q931.from_json(json.loads(json.dumps(shown))).hex() == SETUP


@pytest.mark.parametrize(
    "octets",
    [
        "08018162961c0191",
        "0800621c0191",
        "080101051e029888",
        "08010105080100",
        "03010100f7",
        "0802800a7f",
    ],
)
def test_other_forms_come_back_as_they_were(octets: str) -> None:
    shown = json.loads(json.dumps(Q931.to_json(bytes.fromhex(octets))))
    assert Q931.from_json(shown).hex() == octets


@given(MESSAGES)
def test_every_message_comes_back(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@pytest.mark.parametrize(
    ("obj", "place"),
    [
        (5, "$:"),
        ({}, "$.message"),
        ({"message": "HELLO"}, "$.message"),
        ({"message": True}, "$.message"),
        ({"message": 5, "x": 1}, "$.x"),
        ({"message": 5, "reference": "1"}, "$.reference"),
        ({"message": 5, "elements": {}}, "$.elements"),
        ({"message": 5, "elements": [5]}, "$.elements[0].element"),
        ({"message": 5, "elements": [{"element": "x"}]}, "$.elements[0].element"),
        ({"message": 5, "elements": [{"element": "cause"}]}, "$.elements[0]"),
        ({"message": 5, "elements": [{"element": "cause", "value": "x"}]}, "$.elements[0]"),
        ({"message": 5, "elements": [{"element": "cause", "y": 1}]}, "$.elements[0].y"),
        ({"message": 5, "elements": [{"element": "facility", "contents": "x"}]},
         "$.elements[0].contents"),
        ({"message": 5, "elements": [{"element": "more_data", "contents": "00"}]},
         "$.elements[0].contents"),
        ({"message": 5, "elements": [{"element": "call_state", "state": 99}]}, "call state"),
    ],
)  # fmt: skip
def test_what_describes_no_message_is_told_by_its_place(obj: object, place: str) -> None:
    with pytest.raises(EncodeError) as caught:
        Q931.from_json(obj)
    assert place in str(caught.value)
