"""Masks: what is hidden of people's numbers where the north writes.

A mask hides the digits of numbers outside the switch but for the last ones, the names that
come with them, and what people type. Identifiers stay, so that topics, states and commands
fit together; so do octets and data of applications, whose meaning nobody here knows.
"""

from __future__ import annotations

import re
from operator import is_
from typing import Any, Final, TypeVar

from msgspec import Struct, structs

from cti.calls import HANDLE
from cti.config.sections import Mask as Kept
from cti.model import events as ev
from cti.model.numbers import Number, Plan
from cti.rights import Place

_T = TypeVar("_T")

_NUMBERS: Final = frozenset({"destination", "device", "fallback", "number", "to"})
"""Members whose text may be a number."""
_TYPED: Final = frozenset({"digits", "account", "auth"})
"""Members that somebody entered."""
_SENTENCES: Final = frozenset({"detail", "network", "vendor"})
"""Members that have numbers among other text."""
_STAYS: Final = frozenset({"app", "private"})
"""Members in a form of their own."""
_NAMED: Final = _NUMBERS | _TYPED | _SENTENCES
_WHOLES: Final = (Struct, dict, tuple, list)
_TO_DEVICES: Final = (ev.CallTransferred, ev.ConnectionDiverted)
"""Events whose ``to`` is an identifier."""
_RUN: Final = re.compile(r"\+?[0-9][0-9*#A-D]{2,}")
"""What can be dialled, and is no count of anything."""


class Mask:
    """What one group of topics shows of one switch."""

    def __init__(self, kept: int | None, place: Place) -> None:
        """``kept`` digits stay at the end of each number; None masks nothing."""
        self._kept = kept
        self._place = place

    def of(self, value: _T) -> _T:
        """Give an event, a state or a result as it may be told."""
        if self._kept is None:
            return value
        masked: _T = self._any(value)
        return masked

    def _any(self, value: Any) -> Any:
        match value:
            case Number():
                return self._party(value)
            case Struct():
                changed = self._changed(value, structs.asdict(value))
                return structs.replace(value, **changed) if changed else value
            case dict():
                return {**value, **self._changed(value, value)}
            case tuple() | list():
                masked = type(value)(self._any(one) for one in value)
                return value if all(map(is_, masked, value)) else masked
            case _:
                return value

    def _changed(self, of: Any, members: dict[str, Any]) -> dict[str, Any]:
        """Give the members that are not told as they are; a default stays the very same."""
        masked = {
            name: self._member(of, name, told)
            for name, told in members.items()
            if name in _NAMED or isinstance(told, _WHOLES)
        }
        return {name: told for name, told in masked.items() if told is not members[name]}

    def _member(self, of: Any, name: str, told: Any) -> Any:
        if name in _STAYS:
            return told
        if name in _TYPED:
            return self._typed(told)
        if name in _SENTENCES:
            return self._sentences(told)
        if name in _NUMBERS and isinstance(told, str):
            return told if isinstance(of, _TO_DEVICES) else self._number(told)
        return self._any(told)

    def _typed(self, told: Any) -> Any:
        match told:
            case str():
                return self._hidden(told)
            case bytes():
                return self._hidden(told.decode("latin-1")).encode("latin-1")
            case _:
                return told

    def _sentences(self, told: Any) -> Any:
        match told:
            case str():
                return _RUN.sub(lambda run: self._number(run[0]), told)
            case dict():
                return {name: self._sentences(one) for name, one in told.items()}
            case tuple() | list():
                return type(told)(self._sentences(one) for one in told)
            case _:
                return told

    def _party(self, number: Number) -> Number:
        canonical = number.e164 if number.plan is Plan.E164 else None
        if number.plan is Plan.INTERNAL or self._own(canonical or number.raw):
            return number
        e164 = None if number.e164 is None else self._hidden(number.e164)
        return structs.replace(number, raw=self._hidden(number.raw), e164=e164, name=None)

    def _number(self, text: str) -> str:
        """Mask a text that may be a number; words such as ``end`` and handles are none."""
        is_one = any(map(str.isdigit, text)) and not text.startswith(HANDLE)
        return self._hidden(text) if is_one and not self._own(text) else text

    def _own(self, text: str) -> bool:
        """Tell whether a number is one of the site's own devices."""
        plan = self._place.numbering
        if plan is not None and text.startswith("+"):
            text = plan.dialable(text) or text
        return self._place.own(text) or (plan is not None and plan.inside(text))

    def _hidden(self, text: str) -> str:
        """Hide all but the end; a plus sign in front stays, and the length."""
        sign = "+" if text.startswith("+") else ""
        hidden = max(len(text) - len(sign) - (self._kept or 0), 0)
        return sign + "*" * hidden + text[len(sign) + hidden :]


class Masks:
    """The masks of one switch, one for each group of topics."""

    def __init__(self, place: Place, kept: Kept) -> None:
        """``kept`` are the digits that stay in each group."""
        self.events: Final = Mask(kept.events, place)
        self.states: Final = Mask(kept.states, place)
        self.replies: Final = Mask(kept.replies, place)
