"""Patterns: what they match, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.rights.patterns import Patterns


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("201", "201", "2011 20 0201 2O1"),
        ("2??", "201 2ab", "2 20 2011 301"),
        ("*", "201 x", ""),
        ("2*", "2 201 2-x", "12"),
        ("20[13]", "201 203", "202 20[13]"),
        ("201-203", "201 202 203", "200 204 0202 201-203 2020 \uff12\uff10\uff12"),
        ("007-010", "007 009 010", "7 07 0007 011"),
        ("8-12", "8 9 12", "08 13 007"),
    ],
)
def test_what_a_pattern_matches(pattern: str, yes: str, no: str) -> None:
    patterns = Patterns([pattern])
    assert [name for name in yes.split() if patterns.match(name) != pattern] == []
    assert [name for name in no.split() if name in patterns] == []


@pytest.mark.parametrize("pattern", ["203-201", "007-1000", "1-20001"])
def test_a_range_that_says_nothing_is_an_error(pattern: str) -> None:
    with pytest.raises(ValueError, match=pattern):
        Patterns([pattern])


def test_the_names_that_patterns_stand_for() -> None:
    patterns = Patterns(["201", "007-009", "3?1"])
    assert patterns.names(["301", "302", "201"]) == ["201", "007", "008", "009", "301"]
    assert patterns.wild == ["3?1"]


def test_no_pattern_matches_nothing() -> None:
    assert not Patterns()
    assert "" not in Patterns()
    assert "201" not in Patterns()
    assert Patterns(["1", "2"]).any(["3", "2"]) == "2"


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_a_range_holds_the_numbers_between_its_ends(low: int, high: int, one: int) -> None:
    low, high = sorted((low, high))
    assert (f"{one:04d}" in Patterns([f"{low:04d}-{high:04d}"])) == (low <= one <= high)
    assert (str(one) in Patterns([f"{low}-{high}"])) == (low <= one <= high)


@given(st.text(alphabet="2x?*[]-", max_size=6), st.text(max_size=8))
def test_any_pattern_and_any_name_come_to_an_answer(pattern: str, name: str) -> None:
    assert Patterns([pattern]).match(name) in (None, pattern, "*")
