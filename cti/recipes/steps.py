"""The parts of a composed command: what is asked, what is waited for, how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from cti.model.commands import VERBS, Args
from cti.recipes.sight import Until

_VERBS: Final = {kind: verb for verb, kind in VERBS.items()}

Asked = Callable[[tuple[str, ...]], Args]
"""Arguments of a step, by the calls that were made so far."""


class Step(Struct, frozen=True, gc=False):
    """One command of a recipe."""

    verb: str
    ask: Asked
    until: Until | None = None
    """What must be seen before the next step; None where the answer is enough."""
    effect: Until | None = None
    """What shows that the switch did it; it is not taken back before. None is ``until``."""
    undo: tuple[Step, ...] = ()
    """What takes it back once the switch said yes; empty where nothing does."""
    makes: str = ""
    """Device at which the step begins a call."""
    skips: bool = False
    """Whether the recipe goes on when the switch refuses this step."""
    instead: tuple[Step, ...] = ()
    """What does the same where the switch turns out not to have the verb."""


class Plan(Struct, frozen=True, gc=False):
    """Steps in order, and what they are about."""

    device: str
    """Whose calls are told when the steps do not get to their end."""
    calls: tuple[str, ...]
    """Calls that are there before the first step."""
    steps: tuple[Step, ...]
    goal: Until | None = None
    """What must be seen after the last step; None where its answer is enough."""
    call: int | str | None = None
    """Call to name in the result: by its id, or by its place among those that were made."""


def step(args: Args, until: Until | None = None, *undo: Step) -> Step:
    """Make a step whose arguments are known from the beginning."""
    return Step(_VERBS[type(args)], lambda _: args, until, undo=undo)
