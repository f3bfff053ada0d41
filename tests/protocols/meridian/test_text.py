"""Messages as JSON and back."""

import pytest
from hypothesis import given

from protocols.errors import EncodeError
from protocols.meridian.text import MERIDIAN, from_json, to_json
from tests.protocols.meridian.strategies import MESSAGES


@given(MESSAGES)
def test_every_message_survives_json(message) -> None:
    assert from_json(to_json(message)) == message


def test_a_message_as_it_is_shown() -> None:
    octets = bytes.fromhex("001b4d014104000100000000260101200435303031230431323334")
    assert MERIDIAN.to_json(octets) == {
        "message": "SetFeatureNotification",
        "kind": "IND",
        "association": 1,
        "customer": 0,
        "body": {"feature_code": "login", "device_dn": "5001", "agent_id": "1234"},
    }


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (5, "object"),
        ({"message": "Wave", "kind": "REQ"}, r"\$.message"),
        ({"message": "Hold"}, "missing required field `kind`"),
        ({"message": "Hold", "kind": "IND"}, r"\$.kind: Hold is no IND"),
        ({"message": "Hold", "kind": "NAK"}, "null"),
        ({"message": "LinkPoll", "kind": "REQ", "colour": 1}, "colour"),
        (
            {"message": "LinkPoll", "kind": "REQ", "body": {"x": 1}},
            r"\$.body.x: no such element",
        ),
        ({"message": "Hold", "kind": "REQ", "body": {"call_id": "x"}}, "call_id"),
    ],
)
def test_what_does_not_fit_is_refused(shown, text) -> None:
    with pytest.raises(EncodeError, match=text):
        MERIDIAN.from_json(shown)
