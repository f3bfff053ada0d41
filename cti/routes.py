"""Route requests as the bridge holds them: a switch asks where to send a call."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, Literal, Protocol

from cti import moment
from cti.model.data import CallData
from cti.model.objects import CallNumbers, RouteRequest
from cti.model.states import RouteState

LINGER: Final = 60 * moment.SECOND
"""How long a request that ended is known, so that a late answer is told why it is too late."""
OPEN: Final = 1_000
"""Requests that are open at once."""
END: Final = "end"
"""Fallback that gives the call back to the switch."""


class RoutePoint(Protocol):
    """What is configured for one route point."""

    @property
    def device(self) -> str:
        """The route point."""

    @property
    def deadline_s(self) -> float:
        """How long an application may take to answer."""

    @property
    def switch_timer_s(self) -> float | None:
        """How long the switch waits, where it is known."""

    @property
    def default(self) -> str:
        """Number that the bridge answers with when nobody else does, or ``end``."""

    @property
    def registered(self) -> Literal["always", "on demand"]:
        """Whether the bridge serves the route point at the switch when no application does."""


class Route:
    """One route request."""

    __slots__ = (
        *("asked_at", "attempt", "call_id", "data", "due", "fallback", "link_id", "native"),
        *("native_call", "numbers", "point", "reason", "route_id", "state", "thread_id"),
        *("ended_at", "token", "verb"),
    )

    def __init__(self, route_id: str, link_id: str, native: str, point: str, at: int) -> None:
        self.route_id = route_id
        self.link_id = link_id
        self.native = native
        """The switch's own reference."""
        self.point = point
        """``device_id`` of the route point; empty where the switch does not name it."""
        self.state = RouteState.OPEN
        self.asked_at = at
        self.due: int | None = None
        """When the bridge answers itself; None for a link that is only watched."""
        self.fallback = END
        self.native_call: str | None = None
        self.call_id: str | None = None
        self.thread_id: str | None = None
        self.numbers = CallNumbers()
        self.data = CallData()
        self.attempt = 1
        self.token: int | None = None
        """Token of the answer that is out."""
        self.verb = ""
        """Verb of the last answer."""
        self.ended_at: int | None = None
        self.reason = ""
        """Why it ended."""

    def picture(self) -> RouteRequest:
        """Show the request."""
        return RouteRequest(
            route_id=self.route_id,
            call_id=self.call_id,
            route_point=self.point,
            state=self.state,
            deadline_at=None if self.due is None else moment.text(self.due),
            numbers=self.numbers,
            data=self.data,
            fallback=None if self.due is None else self.fallback,
        )


class RouteIndex:
    """Route requests of one switch by their id."""

    def __init__(self) -> None:
        self._live: dict[str, Route] = {}
        self._ended: OrderedDict[str, Route] = OrderedDict()

    def __len__(self) -> int:
        return len(self._live)

    def __iter__(self) -> Iterator[Route]:
        return iter(list(self._live.values()))

    def live(self, route_id: str) -> Route | None:
        """Find a request that has not ended."""
        return self._live.get(route_id)

    def ended(self, route_id: str) -> Route | None:
        """Find a request that ended just now."""
        return self._ended.get(route_id)

    def add(self, route: Route) -> None:
        """Take a new request."""
        self._live[route.route_id] = route
        self._ended.pop(route.route_id, None)

    def end(self, route: Route, at: int) -> None:
        """Take a request out of the live ones."""
        del self._live[route.route_id]
        route.ended_at = at
        self._ended[route.route_id] = route
        while self._ended:
            oldest = next(iter(self._ended.values()))
            if at - (oldest.ended_at or 0) <= LINGER and len(self._ended) <= OPEN:
                break
            del self._ended[oldest.route_id]
