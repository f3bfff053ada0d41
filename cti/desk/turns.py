"""Whose turn it is: commands that wait for a device, a call, or their link.

One command of each device and call is out at a time, and the next one in the order of arrival.
A link takes so many in a second, and has so many out at once. What overtakes, clears and
answers to routes, waits for its link only, and goes before all others there.

Every line has an end. A client may have as much of one as is free, so that none fills it, and
new work is refused a little earlier than what ends or goes on with a call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from cti.bucket import Bucket
from cti.fair import share
from cti.model.capabilities import Limits
from cti.model.errors import Error, ErrorClass

PER_CALL: Final = 8
PER_DEVICE: Final = 16
PER_LINK: Final = 256
AT_ONCE: Final = 2_000
"""Commands that may wait: for a call, a device, a link, and for all together."""
BUSY: Final = 200
"""Commands waiting for a link above which no new work is begun."""
_SECOND_MS: Final = 1_000

OVERTAKES: Final = frozenset(
    {"clear_connection", "clear_call", "route_select", "route_end", "route_treatment"}
)
"""Verbs that do not wait behind others."""
NEW_WORK: Final = frozenset(
    {
        *("make_call", "make_predictive_call", "consult", "single_step_conference"),
        *("set_agent_state", "login", "logout", "set_forwarding", "set_dnd", "set_mwi"),
    }
)
"""Verbs that begin something, and are refused first."""

Object = tuple[str, str]
"""Kind and name of what a command is for."""


class Pace(Struct, frozen=True, gc=False):
    """How fast a switch may be asked."""

    per_second: float | None = None
    """Commands on each link; None is as many as the link says, or as there are."""
    burst: int = 10
    """Commands at once after a pause."""
    gap: int = 0
    """Nanoseconds between the end of a command and the next one for the same object."""


class Turn:
    """One command that waits or is out."""

    __slots__ = (
        *("counts", "link_id", "objects", "pays"),
        *("requester", "token", "urgent", "verb"),
    )

    def __init__(
        self,
        token: int,
        requester: str,
        verb: str,
        link_id: str,
        objects: frozenset[Object] = frozenset(),
        *,
        urgent: bool = False,
        pays: bool = True,
        counts: bool = True,
    ) -> None:
        """``pays`` is False for what somebody has paid for, ``counts`` for what others send."""
        self.token = token
        self.requester = requester
        self.verb = verb
        self.link_id = link_id
        self.objects = objects
        self.urgent = urgent or verb in OVERTAKES
        self.pays = pays
        self.counts = counts


class Turns:
    """The lines of one switch."""

    def __init__(self, limits: Callable[[str], Limits], pace: Pace) -> None:
        """``limits`` tells what a link takes."""
        self.pace = pace
        self.due: int | None = None
        """When somebody may go who waits for time only."""
        self._limits = limits
        self._waiting: dict[int, Turn] = {}
        self._out: dict[int, Turn] = {}
        self._links: Counter[str] = Counter()
        """Commands that are out, by link."""
        self._busy: Counter[Object] = Counter()
        self._rests: dict[Object, int] = {}
        """Objects that were busy just now, and until when they rest."""
        self._buckets: dict[str, tuple[float, int, Bucket]] = {}

    def __len__(self) -> int:
        """Count those that wait."""
        return len(self._waiting)

    def enter(self, turn: Turn) -> None:
        """Stand in line."""
        self._waiting[turn.token] = turn

    def busy(self, kind: str, name: str) -> bool:
        """Tell whether a command for something waits or is out."""
        waiting = any((kind, name) in turn.objects for turn in self._waiting.values())
        return waiting or self._busy[kind, name] > 0

    def leave(self, token: int, at: int) -> None:
        """Take that a command has ended, whether it waited or was out."""
        self._waiting.pop(token, None)
        turn = self._out.pop(token, None)
        if turn is None:
            return
        self._links[turn.link_id] -= turn.counts
        self._busy -= Counter(turn.objects)
        if self.pace.gap:
            self._rests |= dict.fromkeys(turn.objects, at + self.pace.gap)

    def ready(self, at: int) -> list[int]:
        """Give those that may go now, in order; they are out from then on."""
        self.due = None
        self._rests = {name: until for name, until in self._rests.items() if until > at}
        ahead: set[Object] = set()
        going = []
        waiting = sorted(self._waiting.values(), key=lambda turn: not turn.urgent)
        for turn in waiting:
            if self._behind(turn, ahead) or not self._link_free(turn, at):
                ahead |= turn.objects
                continue
            del self._waiting[turn.token]
            self._out[turn.token] = turn
            self._links[turn.link_id] += turn.counts
            self._busy.update(turn.objects)
            going.append(turn.token)
        return going

    def crowded(self, turn: Turn) -> Error | None:
        """Tell why one that waits cannot go on waiting."""
        waiting = self._waiting.values()
        line = [one for one in waiting if one.link_id == turn.link_id]
        if not _room(turn, line, PER_LINK) or not _room(turn, list(waiting), AT_ONCE):
            return self._full(turn, f"{len(line)} commands wait for link {turn.link_id}")
        if len(line) > BUSY and turn.verb in NEW_WORK:
            detail = f"{len(line)} commands wait for link {turn.link_id}: nothing new is begun"
            return self._full(turn, detail, ErrorClass.OVERLOAD)
        for kind, name in turn.objects if not turn.urgent else ():
            places = PER_CALL if kind == "call" else PER_DEVICE
            if sum((kind, name) in one.objects for one in waiting) > places:
                detail = f"{places} commands wait for {kind.replace('_', ' ')} {name}"
                return Error(ErrorClass.RESOURCE_BUSY, detail)
        return None

    def _full(
        self, turn: Turn, detail: str, kind: ErrorClass = ErrorClass.RESOURCE_BUSY
    ) -> Error:
        wait = _SECOND_MS
        if (rate := self._rate(turn.link_id)) is not None:
            wait = max(wait, round(len(self._waiting) / rate * _SECOND_MS))
        return Error(kind, detail, retry_after_ms=wait)

    def _behind(self, turn: Turn, ahead: set[Object]) -> bool:
        """Tell whether a command waits for others, or for what was busy just now."""
        if turn.urgent:
            return False
        resting = [self._rests[name] for name in turn.objects if name in self._rests]
        if resting:
            self._wake(max(resting))
        busy = any(self._busy[name] > 0 for name in turn.objects)
        return busy or bool(resting) or not ahead.isdisjoint(turn.objects)

    def _link_free(self, turn: Turn, at: int) -> bool:
        """Tell whether a link takes one more now, and pay for it."""
        if not turn.pays:
            return True
        limit = self._limits(turn.link_id).outstanding
        crowded = isinstance(limit, int) and self._links[turn.link_id] >= limit
        if crowded and not turn.urgent:
            return False
        rate = self._rate(turn.link_id)
        if rate is None:
            return True
        bucket = self._bucket(turn.link_id, rate)
        wait = bucket.wait(at)
        if wait:
            self._wake(at + wait)
            return False
        bucket.take()
        return True

    def _rate(self, link_id: str) -> float | None:
        """Give how many commands a link may get in a second; None is any number."""
        told = self._limits(link_id).messages_per_s
        rates = [rate for rate in (self.pace.per_second, told) if isinstance(rate, int | float)]
        return min((rate for rate in rates if rate > 0), default=None)

    def _bucket(self, link_id: str, rate: float) -> Bucket:
        known = self._buckets.get(link_id)
        if known is None or known[:2] != (rate, self.pace.burst):
            known = (rate, self.pace.burst, Bucket(rate, self.pace.burst))
            self._buckets[link_id] = known
        return known[2]

    def _wake(self, due: int) -> None:
        self.due = due if self.due is None else min(self.due, due)


def _room(turn: Turn, line: list[Turn], places: int) -> bool:
    """Tell whether one in a line may stay; there is room behind it for what overtakes."""
    own = sum(one.requester == turn.requester for one in line) - 1
    return share(own, len(line) - 1, 2 * places if turn.urgent else places)
