"""Composed commands: verbs that a link lacks, carried out with those that it has.

A recipe is a plan of steps (``plans``), a performance carries one out (``performance``), and
the desk performs it. ``compositions`` tells what can be composed on a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import UNSET, structs

from cti.model.capabilities import CommandSupport, Support
from cti.model.commands import MakeCallMode
from cti.recipes.plans import RECIPES, Serves, missing

_MODES: Final = (MakeCallMode.AGENT_FIRST.value, MakeCallMode.TWO_LEGS.value)
"""Modes of ``make_call`` that have a recipe."""


def compositions(
    commands: Mapping[str, CommandSupport], *, partial: bool = False
) -> dict[str, CommandSupport]:
    """Give the verbs that a link does not have, as the bridge serves them, and ``make_call``.

    ``commands`` are those of the link itself. ``partial`` allows recipes that may leave
    somebody on hold, because the link has nothing to take a step back with.
    """

    def serves(verb: str) -> bool:
        return _has(commands.get(verb))

    found = {}
    for verb, recipe in RECIPES.items():
        if verb in _MODES or serves(verb):
            continue
        lacks = missing(verb, serves, partial=partial)
        if lacks is None:
            found[verb] = CommandSupport(
                Support.EMULATED, atomic=False, note=recipe.words, steps=recipe.needs
            )
        else:
            support = commands.get(verb, CommandSupport(Support.UNSUPPORTED))
            why = "" if support.note is UNSET else f"{support.note}; "
            note = f"{why}not composed either, since {lacks} is missing"
            found[verb] = structs.replace(support, note=note)
    make_call = commands.get("make_call")
    if make_call is not None and serves("make_call"):
        found["make_call"] = _with_modes(make_call, serves, partial=partial)
    return found


def _with_modes(make_call: CommandSupport, serves: Serves, *, partial: bool) -> CommandSupport:
    """Tell in which modes calls can be made; one that the link has is not composed."""
    own = make_call.modes
    lacking = [mode for mode in _MODES if own is UNSET or mode not in own]
    composed = tuple(mode for mode in lacking if missing(mode, serves, partial=partial) is None)
    if not composed:
        return make_call
    modes = UNSET if own is UNSET else (*own, *composed)
    return structs.replace(make_call, modes=modes, composed_modes=composed)


def _has(support: CommandSupport | None) -> bool:
    return support is not None and support.support is not Support.UNSUPPORTED


def composed(support: CommandSupport, mode: object = UNSET) -> bool:
    """Tell whether the bridge composes a verb, or ``make_call`` in one of its modes."""
    if support.steps is not UNSET:
        return True
    return support.composed_modes is not UNSET and mode in support.composed_modes


def native(commands: Mapping[str, CommandSupport], verb: str) -> bool:
    """Tell from the capabilities of a link whether it has a verb itself."""
    support = commands.get(verb)
    return support is not None and _has(support) and support.steps is UNSET
