"""Route points that the computing function serves (ECMA-269 clause 20, route register).

The wish outlives the association: when a link is in step with its switch again, every route
point that was registered and not given up since is registered anew. Not before: a switch that
nobody can answer had better go its own way.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from msgspec import UNSET

from cti import driver as dr
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from drivers.csta.capabilities import Known
from drivers.csta.connections import device_id
from drivers.csta.dialects import Phase
from drivers.csta.exchange import (
    Answer,
    Asked,
    Exchange,
    Failed,
    ForRegistration,
    Full,
    Rejected,
    Told,
    Unanswered,
    unsupported,
)
from drivers.csta.outcomes import failure_error, reject_error, rejected, succeeded, unknown
from drivers.csta.settings import Settings, valid_device
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation
from protocols.errors import EncodeError

RETRY: Final = "registration_retry"
POINTS: Final = 2_000
"""Route points that are registered at most."""


class _Point:
    """One route point."""

    __slots__ = ("asking", "kept", "problem", "registration", "tokens", "wanted")

    def __init__(self) -> None:
        self.wanted = False
        self.kept = False
        """Whether it was registered once since it is wanted."""
        self.asking = False
        """Whether an answer of the switch is awaited."""
        self.registration: bytes | None = None
        self.problem = ""
        """Why it is not registered; tried again later."""
        self.tokens: list[tuple[int, bool]] = []
        """Commands that wait, and whether they register."""


class Registrations:
    """The route points of one link."""

    def __init__(self, settings: Settings, exchange: Exchange, known: Known) -> None:
        self._dialect = settings.dialect
        self._limit = settings.outstanding
        self._seconds = settings.timers.monitor_retry
        self._exchange = exchange
        self._known = known
        self._points: dict[str, _Point] = {}
        self._due: deque[str] = deque()
        self._ids: dict[bytes, str] = {}
        self._retrying = False

    # The association.

    def begin(self) -> None:
        """Register anew what was registered before."""
        self._due.extend(self._points)

    def forget(self) -> list[dr.Action]:
        """Keep the wishes alone, and end the commands that wait."""
        actions: list[dr.Action] = []
        for key, point in list(self._points.items()):
            detail = f"route point {key}: the link was lost before the switch answered"
            error = Error(ErrorClass.LINK_DOWN, detail)
            state = EndState.UNKNOWN if point.asking else EndState.REJECTED
            actions += [dr.Outcome(one, Result(state, error=error)) for one, _ in point.tokens]
            if point.wanted and point.kept:
                self._points[key] = fresh = _Point()
                fresh.wanted = fresh.kept = True
            else:
                del self._points[key]
        self._due.clear()
        self._ids.clear()
        self._retrying = False
        return actions

    def restarted(self) -> None:
        """Register all anew: the switch has begun anew."""
        self._ids.clear()
        for key, point in self._points.items():
            point.registration, point.problem = None, ""
            self._due.append(key)

    # Commands.

    def requested(self, token: int, key: str, *, on: bool) -> list[dr.Action]:
        """Serve a route point from now on, or no longer."""
        point = self._points.get(key)
        if on and not valid_device(key):
            detail = f"route_register: {key!r} is no device number"
            error = Error(ErrorClass.INVALID_ARGUMENT, detail, "args.route_point")
            return [rejected(token, error)]
        if point is None:
            if not on:
                return [succeeded(token, {"already": True})]
            if len(self._points) >= POINTS:
                detail = f"route_register at {key}: more than {POINTS} route points"
                return [rejected(token, Error(ErrorClass.RESOURCE_LIMIT, detail))]
            point = self._points[key] = _Point()
        if on and point.registration is not None and not point.asking:
            registration = point.registration.hex()
            return [succeeded(token, {"registration": registration, "already": True})]
        if point.wanted is not on:
            point.wanted, point.kept = on, False
        point.problem = ""
        point.tokens.append((token, on))
        self._due.append(key)
        return []

    # Work.

    def pump(self) -> list[dr.Action]:
        """Ask for what is wanted, as much as may wait at once."""
        actions: list[dr.Action] = []
        while self._due and len(self._exchange) < self._limit:
            key = self._due.popleft()
            point = self._points.get(key)
            if point is None or point.asking:
                continue
            if point.wanted and point.registration is None:
                actions += self._ask(key, point, on=True)
            elif not point.wanted and point.registration is not None:
                actions += self._ask(key, point, on=False)
            else:
                actions += self._settled(key, point)
        return actions

    def _ask(self, key: str, point: _Point, *, on: bool) -> list[dr.Action]:
        if on and not self._known.serves("route_register"):
            detail = f"route_register at {key}: the switch does not know the service"
            error = Error(ErrorClass.UNSUPPORTED, detail, "verb")
            result = Result(EndState.REJECTED, error=error)
            return self._failed(key, point, result, lasting=True)
        operation, argument = Operation.ROUTE_REGISTER, c.RouteRegisterArgument()
        try:
            if on:
                argument = c.RouteRegisterArgument(device_id(key, self._dialect))
                sent = self._exchange.ask(operation, argument, ForRegistration(key, on=True))
            else:
                cancel = c.RouteRegisterCancelArgument(point.registration or b"")
                operation = Operation.ROUTE_REGISTER_CANCEL
                sent = self._exchange.ask(operation, cancel, ForRegistration(key, on=False))
        except (EncodeError, Full) as why:
            error = Error(ErrorClass.INVALID_ARGUMENT, f"route point {key}: {why}")
            result = Result(EndState.REJECTED, error=error)
            return self._failed(key, point, result, lasting=True)
        point.asking = True
        return sent

    def retry(self) -> None:
        """Try again what was refused."""
        self._retrying = False
        for key, point in self._points.items():
            if point.problem:
                point.problem = ""
                self._due.append(key)

    # Answers.

    def answered(
        self, asked: Asked, purpose: ForRegistration, answer: Answer
    ) -> list[dr.Action]:
        """Take whatever answers a registration or its end."""
        actions = self._exchange.end(asked)
        key = purpose.point
        point = self._points.get(key)
        if point is None:
            return actions
        point.asking = False
        if not purpose.on:
            # Whatever the switch says: it is registered no more.
            self._ids.pop(point.registration or b"", None)
            point.registration = None
            return actions + self._next(key, point)
        match answer:
            case Told(c.RouteRegisterResult(route_register_req_id=registration)):
                point.registration, point.kept = registration, True
                self._ids[registration] = key
                actions += self._next(key, point)
                news = self._known.worked("route_register")
            case _:
                result = _why(f"route_register at {key}", asked, answer)
                lost = unsupported(answer)
                news = lost and self._lack()
                actions += self._failed(key, point, result, lasting=lost)
        if news:
            actions.append(dr.CapabilitiesChanged(self._known.document))
        return actions

    def _next(self, key: str, point: _Point) -> list[dr.Action]:
        """End the commands that wait, or ask for what is wanted since."""
        if point.wanted is (point.registration is not None):
            return self._settled(key, point)
        self._due.append(key)
        return []

    def _lack(self) -> bool:
        registers = self._known.refused("route_register")
        return self._known.refused("route_unregister") or registers

    def _settled(self, key: str, point: _Point) -> list[dr.Action]:
        told: dict[str, str] = {}
        if point.registration is not None:
            told = {"registration": point.registration.hex()}
        else:
            del self._points[key]
        tokens, point.tokens = point.tokens, []
        return [succeeded(token, told if on else {}) for token, on in tokens]

    def _failed(
        self, key: str, point: _Point, result: Result, *, lasting: bool
    ) -> list[dr.Action]:
        tokens, point.tokens = point.tokens, []
        actions: list[dr.Action] = [
            dr.Outcome(token, result) if on else succeeded(token, {}) for token, on in tokens
        ]
        if lasting or not point.wanted or not point.kept:
            del self._points[key]
            return actions
        error = result.error
        point.problem = "unknown" if error is UNSET else error.kind.value
        return actions + self._retry_later()

    def _retry_later(self) -> list[dr.Action]:
        if self._retrying:
            return []
        self._retrying = True
        return [dr.StartTimer(RETRY, self._seconds)]

    def ended_by_switch(self, registration: bytes) -> list[dr.Action] | None:
        """Take that the switch ended a registration; None when there is no such one."""
        key = self._ids.pop(registration, None)
        point = None if key is None else self._points.get(key)
        if key is None or point is None:
            return None
        point.registration = None
        if point.asking or not point.wanted:
            return []  # it is being ended anyway
        point.problem = "ended by the switch"
        return self._retry_later()

    # Questions.

    def point_of(self, registration: bytes) -> str | None:
        """Give the route point of a registration."""
        return self._ids.get(registration)

    def problem(self) -> str:
        """Say which route points are not served and why; empty when all are."""
        missing = [one.problem for one in self._points.values() if one.problem]
        if not missing:
            return ""
        words = ", ".join(sorted(set(missing)))
        return f"{len(missing)} of {len(self._points)} route points not registered: {words}"


def _why(where: str, asked: Asked, answer: Answer) -> Result:
    match answer:
        case Failed(failure):
            return Result(
                EndState.FAILED,
                error=failure_error(where, failure, Phase.III.protocol),
            )
        case Rejected(problem):
            return Result(
                EndState.FAILED,
                error=reject_error(where, problem, Phase.III.protocol),
            )
        case Unanswered():
            return unknown(ErrorClass.TIMEOUT, f"{where}: no answer within {asked.seconds:g} s")
        case _:
            detail = f"{where}: the answer of the switch cannot be read"
            return unknown(ErrorClass.PROTOCOL, detail)
