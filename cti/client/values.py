"""What a client gives besides the model's own types."""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from cti.model.events import Event

E = TypeVar("E")


class Gap(Struct, frozen=True):
    """Events that were published and cannot be had any more."""

    switch_id: str
    first: int
    """Offset of the first event that is missing."""
    last: int | None
    """Offset of the last one; None where nobody can tell."""
    reason: str
    """``gone`` from the journal, ``slow`` reader, or the class of the error."""


class Told(Struct, Generic[E], frozen=True):
    """An event with its place among those of its switch."""

    event: E
    offset: int
    """Keep it, and give it as ``after`` to go on from there at the next start."""
    replayed: bool
    """True for an event that was missed and asked for again."""


AnyEvent: TypeAlias = Event


class Changed(Struct, frozen=True):
    """One object of the mirror is not as it was."""

    kind: str
    """``device``, ``agent``, ``queue``, ``link``, ``switch`` or ``daemon``."""
    switch_id: str
    """Empty for a daemon."""
    id: str
