# Values are drawn from seeds and hide nothing.
# ruff: noqa: S311

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.ber.jsonform import Parser, to_json
from protocols.errors import EncodeError
from tests.protocols.ber import example
from tests.protocols.ber.values import random_value

M = example.codec(None)
NAMES = sorted(M.CODEC.schema.roots)
MANY = settings(max_examples=10 * settings().max_examples)


def shown(name, value):
    return json.loads(json.dumps(to_json(M.CODEC.use(name), value)))


def parsed(name, told):
    return Parser(M.CODEC.classes).value(M.CODEC.use(name), told, "$")


@MANY
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32))
def test_every_value_is_shown_and_read_again(name, seed):
    value = random_value(M.CODEC.use(name), random.Random(seed), M.CODEC.classes)
    assert parsed(name, shown(name, value)) == value


NUMBER = ("dialled", "201")
SHOWN = {"choice": "dialled", "value": "201"}


def test_an_alternative_that_is_shown_bare():
    assert shown("NumberArgument", ("number", NUMBER)) == SHOWN
    more = ("more", M.WithMore(NUMBER))
    assert shown("NumberArgument", more) == {"choice": "more", "value": {"number": SHOWN}}


def test_a_type_that_is_told_by_another_field():
    value = M.Told(1, M.Tone(True), None, "1.3", b"\x05\x00")
    told = {"kind": 1, "what": {"on": True}, "maker": "1.3", "data": {"octets": "0500"}}
    assert shown("Told", value) == told
    with pytest.raises(EncodeError, match=r"\$.what: Tone"):
        parsed("Told", {**told, "what": 5})


def delivered(time):
    called = {"choice": "notKnown", "value": None}
    number = {"choice": "callID", "value": {"octets": ""}}
    parties = {"connection": number, "calling": called, "called": called}
    return {**parties, "cause": "busy", "nothing": None, "utc": time}


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        ("151129224539Z", {"time": "20151129224539"}),
        ("991231235959Z", {"time": "19991231235959"}),
        ("500101000000Z", {"time": "19500101000000"}),
        ("490101000000Z", {"time": "20490101000000"}),
        ("1511292245Z", {"utc": "1511292245Z"}),
        ("20151129224539", {"utc": "20151129224539"}),
    ],
)
def test_two_digit_years(octets, told):
    value = parsed("Delivered", delivered(told))
    assert value.utc == octets
    assert shown("Delivered", value)["utc"] == told


@pytest.mark.parametrize("time", ["2015", "20501129224539", "19491129224539", "151129224539Z"])
def test_times_without_a_two_digit_year(time):
    with pytest.raises(EncodeError, match=r"\$.utc.time: "):
        parsed("Delivered", delivered({"time": time}))
