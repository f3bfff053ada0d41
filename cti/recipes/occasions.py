"""What a performance is told, and what it wants done."""

from __future__ import annotations

from msgspec import Struct

from cti.model.commands import Args, Result
from cti.model.errors import Error

# Events.


class Begin(Struct, frozen=True, gc=False):
    """The turn of the command has come."""


class Answered(Struct, frozen=True, gc=False):
    """What became of the step that was asked for last."""

    result: Result


class Heard(Struct, frozen=True, gc=False):
    """The switch told something."""


class Late(Struct, frozen=True, gc=False):
    """There is hardly any time left: what is not done by now is taken back."""


class TimeOver(Struct, frozen=True, gc=False):
    """There is no time left."""


class LinkLost(Struct, frozen=True, gc=False):
    """The link is gone."""


class Withdrawn(Struct, frozen=True, gc=False):
    """Nobody wants the command any more, or may."""

    error: Error | None = None
    """Why it ends so; None where its requester asked for that."""


Event = Begin | Answered | Heard | Late | TimeOver | LinkLost | Withdrawn

# Actions.


class Ask(Struct, frozen=True, gc=False):
    """Give a step to the switch."""

    verb: str
    args: Args
    undo: bool = False
    """Whether it takes something back."""


class Told(Struct, frozen=True, gc=False):
    """A step is done, or taken back."""

    step: str


class Over(Struct, frozen=True, gc=False):
    """The end."""

    result: Result


Action = Ask | Told | Over
