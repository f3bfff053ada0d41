"""What one client may do, made ready for judging."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from cti.moment import SECOND
from cti.numbering import extension
from cti.rights.classes import DestinationClass, Reached
from cti.rights.patterns import EVERYTHING, Patterns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti.config.rights import Night, Right

EXPLICIT: Final = frozenset({"private", "observe"})
"""Verbs that ``*`` does not cover; ``observe`` is to take part in a call unheard."""

_CLASSES: Final = {one.value: one for one in DestinationClass}
_SATURDAY: Final = 5


def clock(text: str) -> int:
    """Read ``19:30`` as minutes of the day; raise ``ValueError``."""
    hours, colon, minutes = text.partition(":")
    plain = len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal()
    if not (plain and colon and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f"{text!r} is no time of day, such as 19:00")
    return int(hours) * 60 + int(minutes)


class Destinations:
    """Destinations that may be dialled."""

    __slots__ = ("_beginnings", "_classes", "_extensions", "everything")

    def __init__(self, texts: Iterable[str]) -> None:
        """Raise ``ValueError`` for what is neither a class nor the form of a number."""
        texts = tuple(texts)
        self.everything: Final = EVERYTHING in texts
        self._classes = {_CLASSES[text] for text in texts if text in _CLASSES}
        numbers = [text for text in texts if text not in _CLASSES and text != EVERYTHING]
        self._beginnings = [text for text in numbers if text.startswith("+")]
        for text in self._beginnings:
            if not (text[1:].isascii() and text[1:].isdigit() and len(text) <= 16):
                raise ValueError(f"{text!r} is no beginning of a number, such as +4930")
        self._extensions = [
            (text, extension(text)) for text in numbers if not text.startswith("+")
        ]

    def match(self, number: str, reached: Reached) -> str | None:
        """Give what allows a number to be dialled.

        A beginning does not cover dear numbers that begin so: these are named whole.
        """
        if reached.kind in self._classes:
            return reached.kind.value
        for text in self._beginnings if reached.e164 is not None else ():
            dear = reached.kind is DestinationClass.PREMIUM
            if reached.e164 == text or (not dear and str(reached.e164).startswith(text)):
                return text
        for text, pattern in self._extensions:
            if pattern.fullmatch(number):
                return text
        return EVERYTHING if self.everything else None


class Hours:
    """The hours of a night profile."""

    __slots__ = ("_from", "_to", "_weekend", "_zone", "destinations")

    def __init__(self, night: Night) -> None:
        self._from, self._to = clock(night.begins), clock(night.ends)
        self._weekend = night.weekend
        self._zone = ZoneInfo(night.time_zone) if night.time_zone else None
        self.destinations: Final = Destinations(night.destinations)

    def holds(self, at: int) -> bool:
        """Tell whether it is night."""
        there = datetime.fromtimestamp(at // SECOND, UTC).astimezone(self._zone)
        if self._weekend and there.weekday() >= _SATURDAY:
            return True
        minute = there.hour * 60 + there.minute
        if self._from <= self._to:
            return self._from <= minute < self._to
        return minute >= self._from or minute < self._to


class Grant:
    """The rights of one client."""

    __slots__ = (
        *(
            "acts",
            "agents",
            "data",
            "night",
            "queues",
            "reaches",
            "read_agents",
            "read_devices",
        ),
        *(
            "read_queues",
            "read_route_points",
            "right",
            "route_points",
            "_destinations",
            "_verbs",
        ),
    )

    def __init__(self, right: Right) -> None:
        """Raise ``ValueError`` for a right that says something without meaning."""
        self.right: Final = right
        self._verbs = frozenset(right.verbs)
        self.acts: Final = Patterns(right.acts)
        self.reaches: Final = Patterns(right.reaches)
        self.agents: Final = Patterns(right.agents)
        self.queues: Final = Patterns(right.queues)
        self.route_points: Final = Patterns(right.route_points)
        read = right.read
        self.read_devices: Final = Patterns((*right.acts, *read.devices))
        self.read_agents: Final = Patterns((*right.agents, *read.agents))
        self.read_queues: Final = Patterns((*right.queues, *read.queues))
        self.read_route_points: Final = Patterns((*right.route_points, *read.route_points))
        self.data: Final = Patterns(right.data.read)
        self._destinations = Destinations(right.destinations)
        self.night: Final = None if right.night is None else Hours(right.night)

    def verb(self, verb: str) -> str | None:
        """Give what allows a verb."""
        if verb in self._verbs:
            return verb
        return EVERYTHING if EVERYTHING in self._verbs and verb not in EXPLICIT else None

    def dials(self, number: str, reached: Reached, at: int | None) -> str | None:
        """Give what allows a number to be dialled at a moment; None is some moment."""
        if reached.kind is DestinationClass.FEATURE_CODE:
            return "feature_codes" if self.right.feature_codes else None
        by_day = self._destinations.match(number, reached)
        if self.night is None:
            return by_day
        by_night = self.night.destinations.match(number, reached)
        if at is None:
            return by_day or by_night
        return by_night if self.night.holds(at) else by_day
