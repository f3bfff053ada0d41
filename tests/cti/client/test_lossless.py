"""Whatever a broker does, a reader gets each event once and in order: by random runs."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from tests.cti.client.world import World, hook


class _Reader(RuleBasedStateMachine):
    """A client, a broker that loses and repeats, and a bridge that answers or not."""

    everything = True

    @initialize()
    def begin(self) -> None:
        self.world = World()
        if self.everything:
            self.world.open()
        else:
            self.world.open(device="201")
        self.world.start()
        self.world.publish(hook(1))

    def _event(self, device: str) -> None:
        self.world.publish(hook(len(self.world.journal) + 1, device))

    @rule(device=st.sampled_from(["201", "202"]))
    def publish(self, device: str) -> None:
        self._event(device)

    @rule(back=st.integers(0, 5))
    def repeat(self, back: int) -> None:
        journal = self.world.journal
        if back < len(journal):
            self.world.send_event(len(journal) - back)

    @precondition(lambda self: self.world.up)
    @rule()
    def disconnect(self) -> None:
        self.world.disconnect()

    @precondition(lambda self: not self.world.up)
    @rule(session=st.booleans())
    def connect(self, session: bool) -> None:
        self.world.connect(session=session)

    @rule()
    def grant(self) -> None:
        self.world.grant()

    @rule(answers=st.booleans())
    def bridge(self, answers: bool) -> None:
        self.world.answer = self.world.carry_out if answers else self.world.silent

    @invariant()
    def once_and_in_order(self) -> None:
        if hasattr(self, "world"):
            numbers = self.world.numbers()
            assert numbers == sorted(set(numbers))

    @override
    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        if world.up:
            world.disconnect()
        world.answer = world.carry_out
        world.start()
        self._event("201")
        wanted = [
            place
            for place, event in enumerate(world.journal, 1)
            if self.everything or event.device_id == "201"  # type: ignore[attr-defined]
        ]
        assert world.numbers() == wanted
        assert not world.gaps()


class Everything(_Reader):
    """Who reads everything is not harmed by loss within a connection either."""

    @rule(device=st.sampled_from(["201", "202"]))
    def lose(self, device: str) -> None:
        self.world.publish(hook(len(self.world.journal) + 1, device), lose=True)


class OneDevice(_Reader):
    """Who reads a part gets what was published while the connection was lost."""

    everything = False


Everything.TestCase.settings = settings(max_examples=200, stateful_step_count=40)
OneDevice.TestCase.settings = settings(max_examples=200, stateful_step_count=40)
TestEverything = Everything.TestCase
TestOneDevice = OneDevice.TestCase
