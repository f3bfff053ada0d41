import json
from importlib.metadata import entry_points

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.csta.phase3.text import CSTA3
from protocols.csta.phase12.text import CSTA1, CSTA2
from protocols.csta.text import ACSE
from protocols.errors import DecodeError, EncodeError

# From the published vectors, made by an independent compiler.
HELD = {
    "pdu": "invoke",
    "operation": "holdCall",
    "value": {
        "invokeID": 5,
        "opcode": 9,
        "argument": {"connection": {"choice": "callID", "value": {"octets": "0001"}}},
    },
}
HELD_OCTETS = bytes.fromhex("a10e02010502010930066b0480020001")


def test_shown_by_hand():
    assert CSTA3.to_json(HELD_OCTETS) == HELD
    assert CSTA3.from_json(HELD) == HELD_OCTETS
    assert json.loads(json.dumps(CSTA3.to_json(HELD_OCTETS))) == HELD


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (
            "a112 020105 020109 3008 850107 6b03800101 8200",
            {
                "pdu": "invoke",
                "operation": "holdCall",
                "value": {
                    "invokeID": 5,
                    "opcode": 9,
                    "argument": {
                        "connection": {"choice": "callID", "value": {"octets": "01"}},
                        "unknown": [[0, "850107"]],
                    },
                    "unknown": [[3, "8200"]],
                },
            },
        ),
        (
            "a109 020105 02010f 040107",
            {
                "pdu": "invoke",
                "value": {"invokeID": 5, "opcode": 15, "argument": {"octets": "040107"}},
            },
        ),
        (
            "a111 020105 020115 3009 550101 a004 bf630100",
            {
                "pdu": "invoke",
                "operation": "cSTAEventReport:unknown",
                "value": {
                    "invokeID": 5,
                    "opcode": 21,
                    "argument": {
                        "crossRefIdentifier": {"octets": "01"},
                        "eventSpecificInfo": {
                            "choice": "callControlEvents",
                            "value": {"choice": "unknown", "value": {"octets": "bf630100"}},
                        },
                    },
                },
            },
        ),
        (
            "a407 0500 820107 8300",
            {
                "pdu": "reject",
                "value": {
                    "invokeID": {"choice": "absent", "value": None},
                    "problem": {"choice": "returnResult", "value": 7},
                    "unknown": [[2, "8300"]],
                },
            },
        ),
    ],
)
def test_what_is_not_known_is_shown(octets, shown):
    octets = bytes.fromhex(octets)
    assert CSTA3.to_json(octets) == shown
    assert CSTA3.from_json(shown) == octets


def changed(path, value):
    """Give the example with one place changed."""
    copy = json.loads(json.dumps(HELD))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("obj", "path"),
    [
        (None, "$:"),
        ([], "$:"),
        ({"pdu": "invoke"}, "$:"),
        ({"pdu": "hello", "value": {}}, "$.pdu:"),
        ({"pdu": "invoke", "value": 3}, "$.value:"),
        (changed(["value", "invokeID"], "x"), "$.value.invokeID:"),
        (changed(["value", "invokeID"], 1.5), "$.value.invokeID:"),
        (changed(["value", "invokeID"], True), "$.value.invokeID:"),
        (changed(["value", "extra"], True), "$.value:"),
        (changed(["value", "argument"], {}), "$.value.argument.connection: missing"),
        (
            changed(["value", "argument", "connection", "choice"], "device"),
            "$.value.argument.connection:",
        ),
        (
            changed(["value", "argument", "connection", "value", "octets"], "0g"),
            "$.value.argument.connection.value.octets:",
        ),
        (
            changed(["value", "argument", "unknown"], [[0, "85"]]),
            "$.value.argument.unknown[0]:",
        ),
        (
            changed(["value", "argument", "unknown"], [[99, "8500"]]),
            "$.value.argument.unknown[0]:",
        ),
        (changed(["value", "argument", "unknown"], 1), "$.value.argument.unknown:"),
    ],
    ids=repr,
)
def test_errors_name_the_place(obj, path):
    with pytest.raises(EncodeError) as caught:
        CSTA3.from_json(obj)
    assert str(caught.value).startswith(path)


def test_association_errors():
    with pytest.raises(EncodeError, match="no association APDU"):
        ACSE.from_json(HELD)
    with pytest.raises(EncodeError, match=r"\$.value.applicationContextName: "):
        CSTA3.from_json({"pdu": "AARQ", "value": {"applicationContextName": "1.2.x"}})
    with pytest.raises(DecodeError):
        ACSE.to_json(HELD_OCTETS)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(["choice", "value", "octets", "bits", "invokeID", "unknown", "result"])
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    """List the paths of all places in a JSON value."""
    yield path
    items = dict(enumerate(value)) if isinstance(value, list) else value
    for key, inner in items.items() if isinstance(items, dict) else ():
        yield from places(inner, (*path, key))


@given(path=st.sampled_from([path for path in places(HELD) if path]), value=ANY_JSON)
def test_any_json(path, value):
    obj = changed(list(path), value)
    try:
        octets = CSTA3.from_json(obj)
    except EncodeError as error:
        message = str(error)
    else:
        message = "$"
        assert CSTA3.from_json(CSTA3.to_json(octets)) == octets
    assert message.startswith("$")


@given(
    kind=st.sampled_from(["invoke", "returnResult", "returnError", "reject", "AARQ"]),
    value=ANY_JSON,
)
def test_any_value(kind, value):
    try:
        octets = CSTA3.from_json({"pdu": kind, "value": value})
    except EncodeError as error:
        message = str(error)
    else:
        message = "$"
        assert CSTA3.to_json(octets)["pdu"] == kind
    assert message.startswith("$")


def test_entry_points():
    found = {one.name: one for one in entry_points(group="cti.codecs")}
    assert found["csta1"].load() is CSTA1
    assert found["csta2"].load() is CSTA2
    assert found["csta3"].load() is CSTA3
    assert found["acse"].load() is ACSE
