"""Every number that a command can make the switch dial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from cti.model import commands as cm
from cti.model.commands import Args, Command, MakeCallMode

DIALS: Final[Mapping[str, tuple[str, ...]]] = {
    "make_call": ("to",),
    "make_predictive_call": ("to", "deliver_to"),
    "consult": ("to",),
    "blind_transfer": ("to",),
    "single_step_conference": ("join",),
    "deflect": ("to",),
    "redirect": ("to",),
    "park": ("at",),
    "set_forwarding": ("to",),
    "route_select": ("to",),
}
"""Verbs to the arguments that hold a number; a number of another kind of argument is none."""

_CALLED_TOO: Final = (MakeCallMode.AGENT_FIRST, MakeCallMode.TWO_LEGS)
"""Modes in which the calling device is called itself."""
CALLS: Final = frozenset({"make_call", "make_predictive_call", "consult"})
"""Verbs that begin a call, whatever they dial."""


class Destination(Struct, frozen=True, gc=False):
    """One number that a command has dialled."""

    number: str
    field: str
    """Where it stands in the command."""
    lasting: bool = False
    """Whether it is dialled for others, again and again: a forwarding."""


def destinations(command: Command) -> tuple[Destination, ...]:
    """Give the numbers that a command has dialled.

    A transfer dials none: it joins who was dialled before, which ``join_outside`` is for.
    """
    args = command.args
    found = [
        Destination(number, f"args.{member}", isinstance(args, cm.SetForwarding))
        for member in DIALS.get(command.verb, ())
        if isinstance(number := getattr(args, member), str)
    ]
    if _rings_first(args):
        found.append(Destination(args.device, "args.device"))  # type: ignore[attr-defined]
    return tuple(found)


def _rings_first(args: Args) -> bool:
    """Tell whether the calling device is called too."""
    return isinstance(args, cm.MakeCall) and args.mode in _CALLED_TOO
