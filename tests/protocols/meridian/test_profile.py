"""The profile is checked, so that a wrong one is refused where it is read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.meridian.profile import DEFAULT, DEFAULT_TEXT, ProfileError, read
from protocols.meridian.values import StatusEvent
from tests.protocols.meridian.profiles import PROFILES, SWAPPED

EVERY = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


def changed(path: str, value: Any) -> str:
    """Write the profile with one value changed; a value of None takes the key away."""
    told = json.loads(DEFAULT_TEXT)
    *way, last = path.split("/")
    inner = told
    for key in way:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(told)


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("protocol", 256, r"<= 255 - at `\$.protocol`"),
        ("profile", None, "missing required field `profile`"),
        ("colour", 1, "unknown field `colour`"),
        ("messages/Hold", None, "messages: Hold is missing"),
        ("messages/Hold", [36, "C"], "messages: Hold and Retrieve both have 36"),
        ("messages/Wave", [200, "A"], "Wave"),
        ("kinds/ACK", 1, "kinds: REQ and ACK both have 1"),
        ("causes/timeout", None, "causes: timeout is missing"),
        ("ies/CallId", None, "ies: CallId is missing"),
        ("ies/Colour", [200, "u8", "A"], "ies: Colour is no element"),
        ("ies/CallId", [17, "u32", "A"], "ies: CallId and CallingDN both have 17"),
        ("ies/CallId", [16, "u16", "A"], "ies.CallId: format u16, but the codec reads u32"),
        ("event_min_release/15", 22, "event_min_release: 15 is the number of no event"),
        ("trunk_far_end_answer_event", 99, "trunk_far_end_answer_event: 99 is the number"),
        ("event_groups/256", [], "event_groups: '256' is no number"),
        ("event_groups/2", [3, 77], "event_groups.2: 77 is the number of no event"),
        ("limits/dn_digits", 5, "dn_digits"),
        ("timers_s/t_poll", 0, "t_poll"),
    ],
)
def test_a_wrong_profile_is_refused(path: str, value: Any, text: str) -> None:
    with pytest.raises(ProfileError, match=text):
        read(changed(path, value))


@given(st.text() | st.binary())
def test_any_text_is_a_profile_or_refused(text: str | bytes) -> None:
    with pytest.raises(ProfileError):
        read(text)


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(ProfileError):
        read("[" * 100_000)


def test_every_number_of_the_other_profile_is_another() -> None:
    for table in ("messages", "ies", "features"):
        here, there = getattr(DEFAULT, table), getattr(SWAPPED, table)
        assert all(here[name][0] != there[name][0] for name in here)
    for table in ("kinds", "events", "causes", "call_types", "services", "flow_state"):
        here, there = getattr(DEFAULT, table), getattr(SWAPPED, table)
        assert all(here[name] != there[name] for name in here)


@EVERY
def test_groups_zero_and_one_are_built_in(profile: Any) -> None:
    assert profile.group(0) == frozenset()
    assert profile.group(1) == frozenset(StatusEvent)
    assert profile.group(9) == frozenset()


def test_a_group_of_its_own() -> None:
    profile = read(changed("event_groups/2", [3, 4]))
    assert profile.group(2) == {StatusEvent.RINGING, StatusEvent.ACTIVE}


@EVERY
def test_the_first_release_of_events(profile: Any) -> None:
    """Section 2.2: 1 to 4 always, 5 from 17, 6 from 19, 7 from 21, the others from 22."""
    first = {event: profile.first_release(event) for event in StatusEvent}
    assert first.pop(StatusEvent.DISCONNECTED) == 17
    assert first.pop(StatusEvent.UNRINGING) == 19
    assert first.pop(StatusEvent.RETRIEVE) == 21
    for event in ("on_hook", "off_hook", "ringing", "active"):
        assert first.pop(StatusEvent(event)) == 0
    assert set(first.values()) == {22}
