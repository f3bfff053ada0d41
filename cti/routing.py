"""Routing: a switch asks where to send a call, and exactly one answer goes back.

A request is ``open`` until an application answers it, ``selected`` while the switch has that
answer, ``used`` when the switch told so. It ends once, with ``route.ended``: because it was
answered, because nobody answered in time or serves the route point (then the bridge answers
with the configured number or gives the call back), because the caller or the link is gone.
After the end nothing of it is left but its id, for a minute, for those who answer too late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from cti import facts as f
from cti import moment
from cti.desk import Desk
from cti.driver import CommandRequested, NativeTarget
from cti.lending import OURSELVES
from cti.model import commands as cm
from cti.model import events as ev
from cti.model.capabilities import Support
from cti.model.commands import Command, EndState, Result
from cti.model.states import Origin, RouteState
from cti.routes import END, OPEN, Route, RoutePoint
from cti.tracker.book import Book, Stamp

DEADLINE_S: Final = 2.0
"""How long applications have at a route point that is not configured."""
SETTLE: Final = 10 * moment.SECOND
"""How long the switch may take to say what became of an answer."""

_ANSWERS: Final = (cm.RouteSelect, cm.RouteEnd)
_OVER: Final = (Origin.REPORTED, Origin.DERIVED, Origin.SNAPSHOT)
"""Origins of ``call.cleared`` that prove that nobody is on the call any more."""

# Actions.


class Tell(Struct, frozen=True, gc=False):
    """Publish events."""

    events: list[ev.Event]


class Send(Struct, frozen=True, gc=False):
    """Give a link's driver an answer of the bridge; its token is negative."""

    link_id: str
    request: CommandRequested


class StartTimer(Struct, frozen=True, gc=False):
    """Start the timer of a request, or start it again."""

    route_id: str
    due: int


class StopTimer(Struct, frozen=True, gc=False):
    """Stop the timer of a request; it may not be running."""

    route_id: str


Action = Tell | Send | StartTimer | StopTimer


class Routing:
    """Route requests of one switch."""

    def __init__(self, book: Book, desk: Desk, points: Mapping[str, RoutePoint]) -> None:
        self._book = book
        self._desk = desk
        self.points = points
        """What the configuration says of route points, by their devices."""
        self._tokens: dict[int, str] = {}
        """Answers that are out: token to request."""
        self._fallbacks: dict[int, tuple[str, str]] = {}
        """Numbers that the bridge answered with: token to link and the switch's reference."""
        self._last = 0

    # What the switch tells.

    def handle(self, stamp: Stamp, fact: f.RouteFacts) -> list[Action]:
        """Take a fact about a route request. Total: no fact raises."""
        book = self._book
        book.begin(stamp, fact)
        route_id = f"{stamp.link_id}:{stamp.epoch}:{fact.route}"
        match fact:
            case f.RouteAsked():
                return self._asked(stamp, route_id, fact)
            case f.RouteTaken(destination=device):
                return self._taken(stamp, route_id, None if device is None else device.key)
            case f.RouteOver(reason=reason):
                return self._over(stamp, route_id, reason)

    def _asked(self, stamp: Stamp, route_id: str, fact: f.RouteAsked) -> list[Action]:
        book = self._book
        route = book.routes.live(route_id)
        if route is not None:
            if route.state is RouteState.SELECTED:  # the answer did not lead anywhere
                return self._again(route)
            book.counters["collapsed"] += 1
            return self._told()
        point = "" if fact.route_point is None else fact.route_point.key
        route = Route(route_id, stamp.link_id, fact.route, point, book.at)
        route.native_call, route.numbers, route.data = fact.call, fact.numbers, fact.data
        self._meet_call(route)
        plan = self.points.get(point)
        if plan is not None and self._can(route, _SELECT):
            route.fallback = plan.default
        watched = not self._can(route, "route_select") and not self._can(route, "route_end")
        served = self._desk.wishes.serves(point)
        full = len(book.routes) >= OPEN
        if not watched:
            wait = self._deadline(plan, fact) if served and not full else 0
            route.due = book.at + wait
        book.routes.add(route)
        self._request(route)
        told = self._told()
        if watched:
            return told
        if full:
            return [*told, *self._answer_for(route, "resource_limit")]
        if not served:
            return [*told, *self._answer_for(route, "unserved")]
        return [*told, StartTimer(route_id, route.due or 0)]

    def _deadline(self, plan: RoutePoint | None, fact: f.RouteAsked) -> int:
        """Give the time that applications have: less than what the switch waits."""
        seconds = DEADLINE_S if plan is None else plan.deadline_s
        timers = [
            timer
            for timer in (fact.timeout_s, None if plan is None else plan.switch_timer_s)
            if isinstance(timer, int | float) and timer > 0
        ]
        for timer in timers:
            seconds = min(seconds, max(timer - 0.5, timer / 2))
        return round(seconds * moment.SECOND)

    def _taken(self, stamp: Stamp, route_id: str, destination: str | None) -> list[Action]:
        route = self._known(stamp, route_id)
        if route is None or route.state is RouteState.USED:
            return self._told()
        route.state = RouteState.USED
        self._emit(ev.RouteUsed, route, destination=destination)
        return [*self._told(), StartTimer(route_id, self._book.at + SETTLE)]

    def _over(self, stamp: Stamp, route_id: str, reason: str) -> list[Action]:
        route = self._known(stamp, route_id)
        if route is None:
            return self._told()
        if route.state is RouteState.USED or (reason == "ended" and route.verb == _SELECT):
            reason = "selected"
        return self._end(route, reason)

    def _known(self, stamp: Stamp, route_id: str) -> Route | None:
        """Find the request of a report; of one that a watched link began before, make it."""
        book = self._book
        route = book.routes.live(route_id)
        if route is None and book.routes.ended(route_id) is None:
            native = route_id.rpartition(":")[2]
            route = Route(route_id, stamp.link_id, native, "", book.at)
            if self._can(route, "route_select"):
                book.counters["anomaly.unknown_route"] += 1
                return None
            book.routes.add(route)
        elif route is None:
            book.counters["collapsed"] += 1
        return route

    def heard(self, stamp: Stamp, events: Iterable[ev.Event]) -> list[Action]:
        """Take from events of the tracker what becomes of calls that are being routed."""
        actions: list[Action] = []
        for event in events:
            match event:
                case ev.CallCreated(call_id=call_id, native_id=native):
                    for route in self._book.routes:
                        if route.call_id is None and route.native_call == native:
                            route.call_id, route.thread_id = call_id, event.thread_id
                case ev.CallMerged(call_id=call_id, into=into):
                    for route in self._book.routes:
                        if route.call_id == call_id:
                            route.call_id = into
                case ev.CallCleared(call_id=call_id, origin=origin) if origin in _OVER:
                    for route in self._book.routes:
                        if route.call_id == call_id:
                            self._book.begin(stamp)
                            used = route.state is RouteState.USED
                            reason = "selected" if used else "abandoned"
                            actions += self._end(route, reason, origin=Origin.DERIVED)
                case _:
                    pass
        return actions

    def link_lost(self, stamp: Stamp) -> list[Action]:
        """End the requests of a link that was lost; the switch goes its own way."""
        self._book.begin(stamp)
        actions: list[Action] = []
        for route in self._book.routes:
            if route.link_id == stamp.link_id:
                used = route.state is RouteState.USED
                actions += self._end(route, "selected" if used else "link_down")
        for token, (link_id, _) in list(self._fallbacks.items()):
            if link_id == stamp.link_id:
                del self._fallbacks[token]
        return actions

    # What applications answer.

    def sent(self, request: CommandRequested) -> list[Action]:
        """Take that an application's answer goes to the switch."""
        args = request.command.args
        if not isinstance(args, _ANSWERS):
            return []
        route = self._book.routes.live(args.route)
        if route is None:
            return []
        route.state, route.token = RouteState.SELECTED, request.token
        route.verb = request.command.verb
        self._tokens[request.token] = args.route
        return [StartTimer(args.route, self._book.at + SETTLE)]

    def outcome(self, stamp: Stamp, token: int, result: Result) -> list[Action]:
        """Take what the driver says of an answer."""
        self._book.begin(stamp)
        if token in self._fallbacks:
            return self._fallback_ended(token, result)
        route_id = self._tokens.pop(token, None)
        route = None if route_id is None else self._book.routes.live(route_id)
        if route is None or route.token != token:
            return self._told()
        route.token = None
        refused = result.status in (EndState.FAILED, EndState.REJECTED)
        if refused and route.state is RouteState.SELECTED:
            return self._again(route)
        if route.verb == _END and result.status is EndState.SUCCEEDED:
            return self._end(route, "ended", origin=Origin.DERIVED)
        return self._told()

    def _again(self, route: Route) -> list[Action]:
        """Open a request again whose answer the switch refused, if there is time left."""
        if route.token is not None:
            self._tokens.pop(route.token, None)
        route.state, route.verb, route.token = RouteState.OPEN, "", None
        if route.due is None:
            return self._told()
        if self._book.at >= route.due:
            return self._answer_for(route, "expired")
        route.attempt += 1
        self._request(route, origin=Origin.DERIVED)
        return [*self._told(), StartTimer(route.route_id, route.due)]

    # What the bridge answers.

    def expired(self, stamp: Stamp, route_id: str) -> list[Action]:
        """Take that nobody answered in time, or that the switch says no more."""
        self._book.begin(stamp)
        route = self._book.routes.live(route_id)
        if route is None:
            return self._told()
        if route.state is RouteState.OPEN:
            return self._answer_for(route, "expired")
        return self._end(route, "ended" if route.verb == _END else "selected")

    def _answer_for(self, route: Route, reason: str) -> list[Action]:
        """Answer in place of the applications, and end the request."""
        route.state = RouteState.EXPIRED
        actions: list[Action] = []
        verb = _END if route.fallback == END else _SELECT
        if self._can(route, verb):
            actions.append(self._send(route.link_id, route.native, route.fallback, verb))
            if verb == _SELECT:
                self._fallbacks[self._last] = (route.link_id, route.native)
                if len(self._fallbacks) > OPEN:
                    del self._fallbacks[next(iter(self._fallbacks))]
        else:
            self._book.counters["route.unanswered"] += 1
        return [*actions, *self._end(route, reason, fallback=route.fallback)]

    def _fallback_ended(self, token: int, result: Result) -> list[Action]:
        """Give the call back when the switch does not take the configured number."""
        link_id, native = self._fallbacks.pop(token)
        if result.status is EndState.SUCCEEDED or result.status is EndState.UNKNOWN:
            return self._told()
        self._book.counters["route.default_refused"] += 1
        return [*self._told(), self._send(link_id, native, END, _END)]

    def _send(self, link_id: str, native: str, to: str, verb: str) -> Send:
        self._last -= 1
        args: cm.Args
        if verb == _SELECT:
            args = cm.RouteSelect(route=native, to=to)
        else:
            args = cm.RouteEnd(route=native)
        command = Command(
            command_id=f"route-{native}",
            verb=verb,
            switch_id=self._book.switch_id,
            args=args,
            requester=OURSELVES,
        )
        target = NativeTarget(route=native)
        return Send(link_id, CommandRequested(self._last, command, target))

    # Events.

    def _end(self, route: Route, reason: str, **members: Any) -> list[Action]:
        if route.token is not None:
            self._tokens.pop(route.token, None)
        if route.state is not RouteState.EXPIRED:
            route.state = RouteState.ENDED
        route.reason = reason
        self._emit(ev.RouteEnded, route, reason=reason, **members)
        self._book.routes.end(route, self._book.at)
        return [*self._told(), StopTimer(route.route_id)]

    def _request(self, route: Route, **members: Any) -> None:
        if route.due is not None:
            members |= {"deadline_at": moment.text(route.due), "fallback": route.fallback}
        self._emit(
            ev.RouteRequested,
            route,
            route_point=route.point,
            numbers=route.numbers,
            data=route.data,
            attempt=route.attempt,
            **members,
        )

    def _emit(self, kind: type[ev.RouteEvent], route: Route, **members: Any) -> None:
        self._meet_call(route)
        if route.call_id is not None:
            members |= {"call_id": route.call_id, "thread_id": route.thread_id}
        self._book.emit(kind, route_id=route.route_id, **members)

    def _meet_call(self, route: Route) -> None:
        """Find the call of a request, once it is known."""
        if route.call_id is None and route.native_call is not None:
            call = self._book.calls.live(route.native_call)
            if call is not None:
                route.call_id, route.thread_id = call.call_id, call.thread_id

    def _told(self) -> list[Action]:
        events = self._book.end()
        return [Tell(events)] if events else []

    def _can(self, route: Route, verb: str) -> bool:
        link = self._desk.links.get(route.link_id)
        if link is None:
            return False
        support = link.capabilities.commands.get(verb)
        return support is not None and support.support is not Support.UNSUPPORTED


_SELECT: Final = "route_select"
_END: Final = "route_end"
