"""Budgets: what a client may ask for in a time, and when it may ask again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti.bucket import Bucket
from cti.config.rights import Budget
from cti.moment import SECOND
from cti.rights.budgets import DAY, MINUTE, SLICES, Purse, Window

HOUR = 3600 * SECOND


def test_a_burst_and_then_the_rate() -> None:
    purse = Purse(Budget())
    at = 1_700_000_000 * SECOND
    allowed = [purse.command(at) is None for _ in range(50)]
    assert allowed == [True] * 40 + [False] * 10
    excess = purse.command(at)
    assert excess is not None
    assert (excess.key, excess.retry_after_ms) == ("commands_per_second", 50)
    assert purse.command(at + 50_000_000) is None
    assert purse.command(at + 50_000_000) is not None


def test_nothing_is_paid_for_what_is_not_allowed() -> None:
    purse = Purse(Budget(calls_per_day=1))
    assert purse.call(0) is None
    for _ in range(20):
        excess = purse.call(SECOND)
        assert excess is not None
        assert excess.key == "calls_per_day"
    assert purse.call(2 * DAY) is None


def test_a_budget_of_0_is_never() -> None:
    for key in ("calls_per_second", "calls_burst", "calls_per_minute", "calls_per_day"):
        excess = Purse(Budget(**{key: 0})).call(DAY)
        assert excess is not None
        assert excess.retry_after_ms is None
    assert Purse(Budget(commands_per_second=0)).command(DAY) is not None


def test_a1_a_weekend_of_dialling_is_two_days_of_budget() -> None:
    """From Friday 18:00 to Monday 8:00 somebody tries a call every second."""
    purse = Purse(Budget())
    start = 1_700_000_000 * SECOND
    made = [at for at in range(0, 62 * HOUR, SECOND) if purse.call(start + at) is None]
    assert len(made) <= 500 * 3
    assert sum(1 for at in made if at < 24 * HOUR) == 500
    assert sum(1 for at in made if at < 60 * SECOND) == 30


def test_a_clock_that_goes_back_gives_nothing() -> None:
    purse = Purse(Budget(calls_per_minute=3))
    assert [purse.call(DAY) is None for _ in range(4)] == [True, True, True, False]
    assert [purse.call(at) is None for at in (0, DAY - SECOND, DAY)] == [False] * 3


@given(
    st.integers(1, 20),
    st.lists(st.integers(0, 3 * MINUTE), max_size=200).map(sorted),
)
def test_no_stretch_of_a_window_has_more_than_the_limit(limit: int, times: list[int]) -> None:
    window = Window(limit, MINUTE)
    taken: list[int] = []
    for at in times:
        wait = window.wait(at)
        if wait == 0:
            window.take()
            taken.append(at)
        else:
            assert wait is not None
            assert 0 < wait <= MINUTE + 2 * MINUTE // SLICES
    for at in taken:
        assert sum(1 for other in taken if at <= other < at + MINUTE) <= limit


@given(st.integers(1, 10), st.lists(st.integers(0, 5 * SECOND), max_size=20))
def test_what_a_window_says_to_wait_is_enough(limit: int, gaps: list[int]) -> None:
    window, at = Window(limit, MINUTE), 0
    for gap in gaps:
        at += gap
        if (wait := window.wait(at)) != 0:
            assert wait is not None
            at += wait
            assert window.wait(at) == 0
        window.take()


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.integers(0, 2 * SECOND), max_size=200),
)
def test_a_bucket_gives_its_burst_and_its_rate_and_no_more(
    rate: float, burst: int, gaps: list[int]
) -> None:
    bucket, at, taken = Bucket(rate, burst), 0, 0
    for gap in gaps:
        at += gap
        wait = bucket.wait(at)
        if wait == 0:
            bucket.take()
            taken += 1
        else:
            assert wait is not None
            assert wait > 0
    assert taken <= burst + rate * at / SECOND + 1e-6
