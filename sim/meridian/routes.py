"""Controlled DNs: calls that wait for the host's decision (section 5.6)."""

from __future__ import annotations

from typing import Any, Final

from protocols.meridian import _codec_meridian as m
from protocols.meridian.values import Reason as Why
from sim.exchange import verbs
from sim.exchange.facts import RouteEnded, RouteRequested
from sim.exchange.verbs import Verb
from sim.exchange.words import RouteOutcome, Treatment
from sim.meridian.office import Office
from sim.meridian.requests import called

Routing = m.RouteCall | m.GiveRingback | m.GiveSilence | m.GiveMusic
_TREATMENTS: Final[dict[type[Any], Treatment]] = {
    m.GiveRingback: Treatment.RINGBACK,
    m.GiveSilence: Treatment.SILENCE,
    m.GiveMusic: Treatment.MUSIC,
}
_LAST_REFERENCE: Final = 0xFFFF
_REMEMBERED: Final = 64
"""Requests that timed out and are still known for it."""


class Routes:
    """Route requests of one link, by the reference that the link chose for each."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._last = 0
        self._open: dict[int, tuple[int, int]] = {}
        """Route and call of the exchange by reference."""
        self._late: dict[int, int] = {}
        """Calls that went to the default treatment, by reference."""

    def clear(self) -> None:
        """Forget every request."""
        self._open.clear()
        self._late.clear()

    def offer(self, fact: RouteRequested, caller: dict[str, Any]) -> tuple[int, m.RouteRequest]:
        """Give the request to send, with its reference."""
        self._last = self._last % _LAST_REFERENCE + 1
        self._open[self._last] = (fact.route, fact.call)
        self._late.pop(self._last, None)
        return self._last, m.RouteRequest(self._office.dn(fact.device), fact.call, **caller)

    def wanted(self, asked: Routing) -> Verb | Why:
        """Say what the exchange is to do for an answer of the host."""
        route, call = self._open.get(asked.route_ref, (0, 0))
        if self._late.get(asked.route_ref) == asked.call_id:
            return Why.TIMEOUT
        if not route or call != asked.call_id:
            return Why.BAD_CALL_ID
        if isinstance(asked, m.RouteCall):
            to = called(self._office, asked.called_dn)
            if self._office.options.emergency and to not in self._office.queues:
                return verbs.RouteEnd(route)
            return verbs.RouteSelect(route, to)
        return verbs.RouteTreat(route, _TREATMENTS[type(asked)])

    def ended(self, fact: RouteEnded) -> m.CallAbandoned | None:
        """Take the end of a request; tell of a caller who gave up."""
        reference = next((key for key, one in self._open.items() if one[0] == fact.route), 0)
        if not reference:
            return None
        _, call = self._open.pop(reference)
        match fact.outcome:
            case RouteOutcome.ABANDONED:
                return m.CallAbandoned(call, self._office.dn(fact.device))
            case RouteOutcome.TIMED_OUT | RouteOutcome.OVERTAKEN:
                self._late[reference] = call
                if len(self._late) > _REMEMBERED:
                    del self._late[next(iter(self._late))]
            case RouteOutcome.SELECTED | RouteOutcome.ENDED:
                pass
        return None
