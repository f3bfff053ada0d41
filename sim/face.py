"""The face port: a simulated switch as the conformance kit and the scenarios use it.

A face is the switching function's side of one link protocol, put on the exchange of
``sim.switch``. It is found by its name in the entry point group ``cti.faces`` and makes
benches: one exchange with one link on a still clock, octets in and octets out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any, Final, Protocol

from sim.exchange.verbs import Event
from sim.exchange.views import ExchangeView
from sim.plan import ExchangePlan

_GROUP: Final = "cti.faces"


class FaceError(ValueError):
    """There is no such face, or no such variant of one."""


class Bench(Protocol):
    """One exchange and one link. The link is closed at first."""

    @property
    def now(self) -> float:
        """Seconds since the beginning."""

    @property
    def connected(self) -> bool:
        """Whether the link is open."""

    @property
    def sent(self) -> list[bytes]:
        """What the last move had the switch send, piece by piece: PDUs, if it carries such."""

    @property
    def resets(self) -> list[str]:
        """Why the switch reset the circuit that carries its PDUs, each time so far."""

    def connect(self) -> bool:
        """Open the link; say whether the switch let it stand."""

    def disconnect(self) -> None:
        """Close the link from the client's side."""

    def feed(self, octets: bytes) -> bytes:
        """Send octets to the switch; give what it sends at once."""

    def do(self, event: Event) -> bytes:
        """Let something happen at the exchange; give what the switch sends of it."""

    def advance(self, seconds: float) -> bytes:
        """Let time pass; give what the switch sends meanwhile."""

    def next_due(self) -> float | None:
        """Give the time of the next thing that happens by itself."""

    def say(self, words: list[str]) -> tuple[dict[str, Any], bytes]:
        """Act on an operator's words (``sim.words``); give the answer and what is sent."""

    def view(self) -> ExchangeView:
        """Give the whole truth of the exchange."""


class Face(Protocol):
    """What stands under a name in the group ``cti.faces``."""

    protocol: str
    """Protocol and encoding as drivers name it, such as ``csta3-ber``."""
    variants: tuple[str, ...]
    """Families of switches it can be; the first is meant where none is named."""

    def inexpressible(self, variant: str) -> Mapping[str, str]:
        """Give what this protocol cannot express, with the reason.

        Reference scenarios stand by their numbers; verbs, events and members of ``resync`` by
        their names; members of events as ``EVENT.MEMBER``; states of the kit's matrix as
        ``state NAME``. An event, or a member of one, that is not told in one scenario alone
        stands behind the number of that.
        """

    def bench(self, plan: ExchangePlan, variant: str, *, packets: bool = False) -> Bench:
        """Make a switch; sets of the plan become such as the variant has.

        With ``packets`` its link carries whole PDUs, as X.25 does, not a stream.
        """


def faces() -> dict[str, Face]:
    """Give every face that is installed, by name."""
    found = {point.name: point.load() for point in entry_points(group=_GROUP)}
    return dict(sorted(found.items()))


def find(name: str) -> tuple[Face, str]:
    """Give the face and variant called ``FACE`` or ``FACE:VARIANT``; raise ``FaceError``."""
    short, _, variant = name.partition(":")
    known = faces()
    if short not in known:
        raise FaceError(f"no face {short!r}; installed: {', '.join(known) or 'none'}")
    face = known[short]
    variant = variant or face.variants[0]
    if variant not in face.variants:
        raise FaceError(f"face {short}: {variant!r} is none of {', '.join(face.variants)}")
    return face, variant
