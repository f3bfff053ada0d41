"""The gate: nothing is told before it is stored, and all of it in its order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cti.store import gate as g
from cti.store.gate import Gate, State, Timer


def test_what_collects_during_a_commit_goes_with_the_next() -> None:
    gate = Gate()
    assert gate.handle(g.Tell("a")) == []
    assert gate.handle(g.Turn()) == [g.Write(("a",))]
    assert gate.handle(g.Tell("b")) == []
    assert gate.handle(g.Turn()) == []
    assert gate.handle(g.Tell("c")) == []
    assert gate.handle(g.Committed()) == [g.Release(("a",)), g.Write(("b", "c"))]
    assert len(gate) == 2
    assert gate.handle(g.Committed()) == [g.Release(("b", "c"))]
    assert gate.drained
    assert gate.handle(g.Turn()) == []


def test_a_failed_write_is_tried_again_with_growing_waits() -> None:
    gate = Gate()
    gate.handle(g.Tell("a"))
    gate.handle(g.Turn())
    waits = []
    for _ in range(5):
        waits += [a for a in gate.handle(g.Failed("full")) if isinstance(a, g.StartTimer)]
        assert gate.handle(g.Turn()) == []
        assert gate.handle(g.TimerExpired(Timer.RETRY)) == [g.WriteAgain(("a",))]
    assert waits == [
        g.StartTimer(Timer.RETRY, 0.1),
        g.StartTimer(Timer.PATIENCE, 5.0),
        g.StartTimer(Timer.RETRY, 0.5),
        *[g.StartTimer(Timer.RETRY, 2.0)] * 3,
    ]
    assert gate.handle(g.Committed()) == [g.Release(("a",)), g.StopTimer(Timer.PATIENCE)]


def failing() -> Gate:
    gate = Gate(most=4, busy=4)
    gate.handle(g.Tell("a"))
    gate.handle(g.Turn())
    gate.handle(g.Failed("full"))
    return gate


def test_a_command_waits_in_its_place_until_its_arrival_is_stored() -> None:
    gate = Gate()
    ask = g.Ask("c1")
    assert gate.handle(g.Tell("a")) == gate.handle(ask) == gate.handle(g.Tell("b")) == []
    assert gate.handle(g.Turn()) == [g.Write(("a", ask, "b"))]
    assert gate.handle(g.Committed()) == [g.Release(("a", ask, "b"))]


def test_commands_wait_while_the_disk_fails() -> None:
    gate = failing()
    assert gate.handle(g.Ask("c1")) == []
    assert gate.handle(g.Ask("c2")) == []
    gate.handle(g.TimerExpired(Timer.RETRY))
    assert gate.handle(g.Committed())[-1] == g.Write((g.Ask("c1"), g.Ask("c2")))
    assert gate.handle(g.Committed()) == [g.Release((g.Ask("c1"), g.Ask("c2")))]


def test_commands_are_refused_when_it_fails_for_long() -> None:
    gate = Gate()
    gate.handle(g.Tell("a"))
    gate.handle(g.Ask("c1"))
    gate.handle(g.Turn())
    gate.handle(g.Failed("full"))
    gate.handle(g.Ask("c2"))
    told = gate.handle(g.TimerExpired(Timer.PATIENCE))
    assert told == [g.Degraded("full"), g.Refuse("c1"), g.Refuse("c2")]
    assert gate.handle(g.Ask("c3")) == [g.Refuse("c3")]
    assert gate.handle(g.TimerExpired(Timer.RETRY)) == [g.WriteAgain(("a",))]
    assert g.Healed() in gate.handle(g.Committed())
    assert gate.handle(g.Ask("c4")) == []


def test_a_command_that_is_being_written_is_refused_only_when_that_failed() -> None:
    gate = Gate()
    gate.handle(g.Ask("c1"))
    gate.handle(g.Turn())
    gate.handle(g.Failed("full"))
    gate.handle(g.TimerExpired(Timer.RETRY))
    assert gate.handle(g.TimerExpired(Timer.PATIENCE)) == [g.Degraded("full")]
    assert gate.handle(g.Failed("full"))[-1] == g.Refuse("c1")
    assert gate.handle(g.TimerExpired(Timer.RETRY)) == [g.WriteAgain(())]


def test_commands_are_refused_while_there_is_hardly_any_room() -> None:
    gate = Gate()
    gate.handle(g.Scarce(scarce=True))
    assert gate.handle(g.Ask("c1")) == [g.Refuse("c1")]
    assert gate.handle(g.Tell("a")) == []
    gate.handle(g.Scarce(scarce=False))
    assert gate.handle(g.Ask("c2")) == []


def test_commands_that_wait_are_bounded() -> None:
    gate = failing()
    for number in range(g.HELD):
        assert gate.handle(g.Ask(number)) == []
    assert gate.handle(g.Ask("one more")) == [g.Refuse("one more")]


def test_reading_pauses_when_much_waits_and_goes_on_when_half_is_left() -> None:
    gate = failing()
    each = [gate.handle(g.Tell(letter)) for letter in "bcde"]
    assert each == [[], [], [], [g.Pause(), g.StartTimer(Timer.PAUSED, g.PAUSED)]]
    gate.handle(g.TimerExpired(Timer.RETRY))
    told = gate.handle(g.Committed())  # four wait
    assert g.Resume() not in told
    assert gate.handle(g.Committed())[-2:] == [g.StopTimer(Timer.PAUSED), g.Resume()]


def test_reading_pauses_sooner_for_a_disk_that_is_only_slow() -> None:
    gate = Gate(most=4, busy=2)
    gate.handle(g.Tell("a"))
    gate.handle(g.Turn())
    assert gate.handle(g.Tell("b")) == []
    assert gate.handle(g.Tell("c")) == [g.Pause(), g.StartTimer(Timer.PAUSED, g.PAUSED)]
    assert g.Resume() not in gate.handle(g.Failed("full"))  # more than half of four wait
    gate.handle(g.TimerExpired(Timer.RETRY))
    assert g.Resume() not in gate.handle(g.Committed())
    assert gate.handle(g.Committed())[-1] == g.Resume()


def test_links_are_closed_when_the_pause_is_long_and_opened_when_all_is_well() -> None:
    gate = failing()
    for letter in "bcde":
        gate.handle(g.Tell(letter))
    assert gate.handle(g.TimerExpired(Timer.PAUSED)) == [g.CloseLinks()]
    assert gate.handle(g.TimerExpired(Timer.PAUSED)) == []
    gate.handle(g.TimerExpired(Timer.RETRY))
    gate.handle(g.Committed())
    assert gate.handle(g.Committed())[-1] == g.OpenLinks()


class World:
    """A disk and clients around a gate; the invariants are asserted at each step."""

    def __init__(self) -> None:
        self.gate = Gate(most=6, busy=3)
        self.told: list[int] = []
        self.released: list[Any] = []
        self.writing: tuple[Any, ...] | None = None
        self.asked: list[int] = []
        self.answered: list[Any] = []
        self.timers: set[Timer] = set()
        self.paused = self.closed = self.degraded = False

    def give(self, event: g.Event) -> None:
        for action in self.gate.handle(event):
            match action:
                case g.Write(outputs):
                    assert self.writing is None
                    assert outputs
                    self.writing = outputs
                case g.WriteAgain(outputs):
                    assert self.writing is not None
                    assert set(outputs) <= set(self.writing)
                    self.writing = outputs
                case g.Release(outputs):
                    assert set(outputs) <= set(self.writing or ()), "told and not stored"
                    self.writing = None
                    for one in outputs:
                        if isinstance(one, g.Ask):
                            self.answered.append(one.command)
                        else:
                            self.released.append(one)
                case g.Refuse(command):
                    self.answered.append(command)
                case g.Pause() | g.Resume():
                    self.paused = not self.paused
                    assert self.paused == isinstance(action, g.Pause)
                case g.CloseLinks() | g.OpenLinks():
                    self.closed = not self.closed
                    assert self.closed == isinstance(action, g.CloseLinks)
                case g.Degraded() | g.Healed():
                    self.degraded = not self.degraded
                    assert self.degraded == isinstance(action, g.Degraded)
                case g.StartTimer(timer):
                    self.timers.add(timer)
                case g.StopTimer(timer):
                    self.timers.discard(timer)
        if isinstance(event, g.Committed):
            assert self.released == self.told[: len(self.released)]
        assert (self.gate.state is State.FAILED) == (Timer.RETRY in self.timers)
        assert self.closed <= self.paused

    def do(self, step: str) -> None:
        busy = self.gate.state is State.WRITING
        match step:
            case "tell":
                self.told.append(len(self.told))
                self.give(g.Tell(self.told[-1]))
            case "turn":
                self.give(g.Turn())
            case "ask":
                self.asked.append(len(self.asked))
                self.give(g.Ask(self.asked[-1]))
            case "commit" if busy:
                self.give(g.Committed())
            case "fail" if busy:
                self.give(g.Failed("no"))
            case "time" if self.timers:
                timer = min(self.timers, key=lambda one: one.value)
                self.timers.discard(timer)
                self.give(g.TimerExpired(timer))
            case _:
                pass


STEPS = st.sampled_from(["tell", "tell", "turn", "ask", "commit", "fail", "time"])


@given(st.lists(STEPS, max_size=120))
def test_whatever_happens_all_is_told_in_order_when_the_disk_is_well(steps) -> None:
    world = World()
    for step in steps:
        world.do(step)
    for _ in range(10):
        for step in ("turn", "time", "time", "time", "commit"):
            world.do(step)
    assert world.released == world.told
    assert sorted(world.answered) == world.asked
    assert world.gate.drained
    assert len(world.gate) == 0
    assert (world.paused, world.closed, world.degraded) == (False, False, False)
    assert not world.timers


@given(
    st.lists(
        st.sampled_from(
            [g.Turn(), g.Committed(), g.Failed("x"), g.Tell(1), g.Ask(2), g.Scarce(scarce=True)]
        )
    )
)
def test_no_event_raises_in_any_state(events) -> None:
    gate = Gate(most=2)
    for event in events:
        gate.handle(event)
        for timer in Timer:
            gate.handle(g.TimerExpired(timer))
