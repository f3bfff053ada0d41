"""An operator's words that scenarios are played by."""

from __future__ import annotations

import pytest

from sim.csta.dialects import STANDARD
from sim.csta.hub import Hub
from sim.play import Play
from sim.scenarios import reference
from sim.words import operate


def office(*, still: bool) -> Play:
    return Play(Hub(reference()["01a"].plan, STANDARD), still=still)


def test_an_event_is_acted_as_scenarios_write_it() -> None:
    play = office(still=True)
    event = '{"do": "MakeCall", "device": "201", "to": "202"}'
    assert operate(play, ["act", event]) == {"ok": True}
    (call,) = operate(play, ["show"])["state"]["exchange"]["calls"]
    assert [party["device"] for party in call["parties"]] == ["201", "202"]


def test_time_passes_by_the_word_alone() -> None:
    play = office(still=True)
    operate(play, ["lift", "201"])
    assert operate(play, ["pass", "12.5"]) == {"ok": True}
    assert play.now == 12.5
    assert not operate(office(still=False), ["pass", "1"])["ok"]


@pytest.mark.parametrize(
    "words",
    [
        ["act"],
        ["act", "{"],
        ["act", '{"do": "Dance"}'],
        ["act", '{"do": "Request", "token": "1", "verb": {"do": "HangUp", "device": "201"}}'],
        ["pass", "-1"],
        ["pass", "x"],
        ["pass", "nan"],
        ["pass", "1e9"],
    ],
)
def test_what_means_nothing_is_refused(words: list[str]) -> None:
    play = office(still=True)
    answer = operate(play, words)
    assert not answer["ok"]
    assert answer["error"]
    assert play.now == 0.0
