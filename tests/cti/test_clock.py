"""The time of day never goes back, and follows the system clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some
from twisted.internet.task import Clock

from cti.clock import ClockWall, WallClock
from cti.moment import SECOND

HOUR = 3600 * SECOND


class Machine:
    """A system clock that can be set, and what counts beside it."""

    def __init__(self) -> None:
        self.system = 1_000_000 * SECOND
        self.steady = 5 * SECOND
        self.jumps: list[int] = []
        self.wall = WallClock(
            self.jumps.append, system=lambda: self.system, steady=lambda: self.steady
        )

    def wait(self, nanoseconds: int) -> None:
        self.system += nanoseconds
        self.steady += nanoseconds


def test_follows_the_system_clock():
    machine = Machine()
    machine.wait(3 * SECOND)
    assert machine.wall.now() == machine.system
    machine.wait(HOUR)
    assert machine.wall.now() == machine.system
    assert machine.jumps == []


def test_set_forward_is_followed_and_told():
    machine = Machine()
    machine.wait(SECOND)
    machine.system += 24 * HOUR
    assert machine.wall.now() == machine.system
    assert machine.jumps == [24 * HOUR]
    assert machine.wall.jumps == 1
    machine.wait(SECOND)
    assert machine.wall.now() == machine.system
    assert machine.wall.jumps == 1


def test_set_back_goes_on_slower_until_both_agree():
    machine = Machine()
    before = machine.wall.now()
    machine.system -= 60 * SECOND
    assert machine.wall.now() == before
    assert machine.jumps == [-60 * SECOND]
    machine.wait(100 * SECOND)
    assert machine.wall.now() == before + 90 * SECOND
    machine.wait(500 * SECOND)  # a tenth of 600 s are the 60
    assert machine.wall.now() == machine.system == before + 540 * SECOND
    assert machine.wall.jumps == 1


def test_steering_is_no_jump():
    machine = Machine()
    for _ in range(100):
        machine.wait(HOUR)
        machine.system += 3 * SECOND  # 0.8 per mille, more than a steered clock gains
        assert machine.wall.now() == machine.system
    assert machine.jumps == []


def test_suspend_is_no_jump():
    machine = Machine()
    machine.wait(600 * SECOND)  # both clocks count it
    assert machine.wall.now() == machine.system
    assert machine.jumps == []


@given(
    some.lists(
        some.tuples(some.integers(0, 10 * HOUR), some.integers(-10 * HOUR, 10 * HOUR)),
        max_size=20,
    )
)
def test_never_goes_back_nor_stands_still(steps):
    machine = Machine()
    last = machine.wall.now()
    for passed, set_by in steps:
        machine.wait(passed)
        machine.system += set_by
        now = machine.wall.now()
        assert now >= last + passed - passed // 10 - 1
        assert now >= machine.system
        last = now


def test_the_real_one_gives_the_time_of_day():
    wall = WallClock()
    first = wall.now()
    assert 1_700_000_000 * SECOND < first <= wall.now()


def test_made_of_a_clock():
    clock = Clock()
    clock.advance(7)
    wall = ClockWall(clock, 10 * SECOND)
    assert wall.now() == 10 * SECOND
    clock.advance(0.25)
    assert wall.now() == 10 * SECOND + SECOND // 4


def test_goes_on_from_what_an_earlier_process_had_come_to():
    machine = Machine()
    ahead = machine.system + 60 * SECOND
    wall = WallClock(system=lambda: machine.system, steady=lambda: machine.steady, after=ahead)
    assert wall.now() == ahead
    machine.wait(100 * SECOND)
    assert wall.now() == ahead + 90 * SECOND
    machine.wait(500 * SECOND)
    assert wall.now() == machine.system
