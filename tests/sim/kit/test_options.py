"""Options of drivers as words."""

from __future__ import annotations

import pytest

from sim.kit.options import parse


def test_words_become_tables_and_values() -> None:
    words = [
        "dialect=panasonic",
        "login.name=me",
        'login.password="77"',
        "outstanding=7",
        "a.b=[1]",
    ]
    assert parse(words) == {
        "dialect": "panasonic",
        "login": {"name": "me", "password": "77"},
        "outstanding": 7,
        "a": {"b": [1]},
    }


@pytest.mark.parametrize("word", ["", "dialect", "=x", "a..b=1"])
def test_what_is_no_option_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="KEY=VALUE"):
        parse([word])


def test_a_value_is_no_table() -> None:
    with pytest.raises(ValueError, match="no table"):
        parse(["a=1", "a.b=2"])
