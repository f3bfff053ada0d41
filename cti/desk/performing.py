"""Composed commands on their way: each step is a command of its own, under the same id.

A performance says what is next (``cti.recipes.performance``); here its steps get tokens and
stand in line for their link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import UNSET, Struct, structs

from cti import moment
from cti.desk.actions import Action, Out, StartTimer, rejected, send, succeeded
from cti.desk.admission import Admission
from cti.desk.turns import Turn, Turns
from cti.model.commands import Command, Result
from cti.model.errors import Error
from cti.recipes.occasions import (
    Answered,
    Ask,
    Begin,
    Event,
    Heard,
    Late,
    LinkLost,
    Over,
    TimeOver,
    Told,
    Withdrawn,
)
from cti.recipes.performance import Performance
from cti.recipes.sight import Sight
from cti.recipes.steps import Plan
from cti.targets import Already, Refusal

RESERVE: Final = 2 * moment.SECOND
"""Time that is kept for taking a command back; at most a quarter of what it has."""


class Ended(Struct, frozen=True, gc=False):
    """A composed command has come to its end."""

    out: Out
    result: Result


class _Playing:
    """One composed command."""

    __slots__ = ("asked", "late", "out", "performance", "token")

    def __init__(self, out: Out, performance: Performance) -> None:
        self.out = out
        self.performance = performance
        self.asked: Command | None = None
        """The step that is out, or waits for its link."""
        self.token = 0
        """Its token; 0 while none is."""
        self.late = False
        """Whether the time is over in which it may go on."""


class Performing:
    """The composed commands of one switch."""

    def __init__(
        self, admission: Admission, turns: Turns, sight: Sight, token: Callable[[], int]
    ) -> None:
        self._admission = admission
        self._turns = turns
        self._sight = sight
        self._token = token
        self._playing: dict[int, _Playing] = {}
        self._steps: dict[int, _Playing] = {}

    def __len__(self) -> int:
        """Count them."""
        return len(self._playing)

    def __contains__(self, token: int) -> bool:
        """Tell whether a token is that of a command that is being performed."""
        return token in self._playing

    def step(self, token: int) -> bool:
        """Tell whether a token is that of a step."""
        return token in self._steps

    def begin(self, out: Out, plan: Plan, at: int) -> list[Action | Ended]:
        """Begin a command whose turn it is."""
        performance = Performance(out.command.verb, plan, self._sight)
        playing = self._playing[out.token] = _Playing(out, performance)
        back = any(step.undo for step in plan.steps)
        reserve = min(RESERVE, (out.due - out.at) // 4) if back else 0
        timer = StartTimer(out.token, max(out.due - reserve, at))
        return [timer, *self._play(playing, Begin(), at)]

    def withdraw(self, out: Out, plan: Plan, at: int) -> list[Action | Ended]:
        """Take a command over that was sent as the first step of a plan, to take it back."""
        performance = Performance(out.command.verb, plan, self._sight)
        performance.handle(Begin())  # the switch has what it asks for
        playing = self._playing[out.token] = _Playing(out, performance)
        playing.asked, playing.token = out.command, out.token
        self._steps[out.token] = playing
        return self._play(playing, Withdrawn(), at)

    def send(self, token: int, at: int) -> list[Action | Ended]:
        """Send a step whose turn it is; what it aims at is looked up now."""
        playing = self._steps[token]
        command = playing.asked
        if command is None:
            return []
        try:
            aim = self._admission.step(command, playing.out.link_id)
        except Refusal as refusal:
            return self.answered(token, rejected(refusal.error), at)
        except Already:
            return self.answered(token, succeeded({"already": True}), at)
        return [send(token, command, aim)]

    def answered(self, token: int, result: Result, at: int) -> list[Action | Ended]:
        """Take what became of a step."""
        playing = self._steps[token]
        self._drop(playing, at)
        return self._play(playing, Answered(result), at)

    def heard(self, at: int) -> list[Action | Ended]:
        """Take that something happened at the switch."""
        return [
            action
            for playing in list(self._playing.values())
            for action in self._play(playing, Heard(), at)
        ]

    def expired(self, token: int, at: int) -> list[Action | Ended]:
        """Take that the time of a command is over, or nearly so."""
        playing = self._playing[token]
        if playing.late:
            return self._play(playing, TimeOver(), at)
        playing.late = True
        return [StartTimer(token, playing.out.due), *self._play(playing, Late(), at)]

    def lost(self, token: int, at: int) -> list[Action | Ended]:
        """Take that the link of a command is gone."""
        return self._play(self._playing[token], LinkLost(), at)

    def withdrawn(self, token: int, error: Error | None, at: int) -> list[Action | Ended]:
        """Take a command back, because its requester may not or does not want it any more."""
        return self._play(self._playing[token], Withdrawn(error), at)

    def _play(self, playing: _Playing, event: Event, at: int) -> list[Action | Ended]:
        out = playing.out
        actions: list[Action | Ended] = []
        for action in playing.performance.handle(event):
            match action:
                case Told(step):
                    actions += out.progress(step, out.link_id)
                case Ask():
                    self._ask(playing, action)
                case Over(result):
                    self._drop(playing, at)
                    del self._playing[out.token]
                    actions.append(Ended(out, result))
        return actions

    def _ask(self, playing: _Playing, ask: Ask) -> None:
        """Stand in line for the link, before other commands: the whole has had its turn."""
        out = playing.out
        first = playing.asked is None
        command = structs.replace(
            out.command, verb=ask.verb, args=ask.args, expect_version=UNSET
        )
        playing.asked, playing.token = command, self._token()
        self._steps[playing.token] = playing
        turn = (playing.token, command.requester, ask.verb, out.link_id)
        self._turns.enter(Turn(*turn, urgent=True, pays=not first))

    def _drop(self, playing: _Playing, at: int) -> None:
        """Forget a step that is answered, or that nobody waits for any more."""
        known = self._steps.pop(playing.token, None) is not None
        if known and playing.token != playing.out.token:
            self._turns.leave(playing.token, at)
        playing.token = 0
