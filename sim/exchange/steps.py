"""Steps of a vector: what becomes of a call at a vector directory number (VDN), as data."""

from __future__ import annotations

from msgspec import Struct


class _Step(
    Struct, frozen=True, gc=False, tag=True, tag_field="step", forbid_unknown_fields=True
):
    """Common form of all steps, so that plans can name them."""


class QueueTo(_Step, frozen=True, gc=False, tag="queue"):
    """Queue the call to an ACD group and go on with the vector while it waits there."""

    group: str


class Announcement(_Step, frozen=True, gc=False, tag="announcement"):
    """Play something to the caller."""

    seconds: float


class Wait(_Step, frozen=True, gc=False, tag="wait"):
    """Let time pass."""

    seconds: float


class Collect(_Step, frozen=True, gc=False, tag="collect"):
    """Take digits from the caller, up to a ``#``."""

    digits: int
    """How many at most, 1 to 16."""
    seconds: float = 0.0
    """Time for all of them; 0 for the timer table's."""


class AdjunctRoute(_Step, frozen=True, gc=False, tag="adjunct"):
    """Ask the computer, if there is one.

    The steps behind it that only let time pass give it the time to answer; any other step
    ends the request.
    """


class RouteTo(_Step, frozen=True, gc=False, tag="route"):
    """Send the call to a number."""

    number: str


class Disconnect(_Step, frozen=True, gc=False, tag="disconnect"):
    """End the call."""


Step = QueueTo | Announcement | Wait | Collect | AdjunctRoute | RouteTo | Disconnect
