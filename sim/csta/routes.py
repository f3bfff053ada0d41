"""The routeing dialogue: calls at route points, offered to the link that serves them."""

from __future__ import annotations

from typing import Any

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import OperationErrors
from protocols.csta.phase3.codec import Operation
from sim.csta.dialects import Dialect
from sim.csta.numbers import Numbers
from sim.exchange.facts import RouteEnded, RouteRequested
from sim.exchange.words import RouteOutcome

_LAST = 0x7FFF


class _Dialogue:
    """One open route request."""

    def __init__(self, route: int, fact: RouteRequested) -> None:
        self.route = route
        self.fact = fact
        self.wants_used = False


class Routes:
    """Open route requests and registrations of one association."""

    def __init__(self, dialect: Dialect, numbers: Numbers) -> None:
        self._dialect = dialect
        self._numbers = numbers
        self._open: dict[bytes, _Dialogue] = {}
        self._last = 0
        self._registered: dict[bytes, tuple[str, list[str]]] = {}
        """What was registered for, and the route points that it means."""

    def register(self, device: str, points: list[str]) -> bytes | None:
        """Register for a route point, or all of them; ``None`` when that was done already."""
        if any(device == one for one, _ in self._registered.values()):
            return None
        self._last = self._last % _LAST + 1
        octets = self._octets(self._last)
        self._registered[octets] = device, points
        return octets

    def cancel(self, registration: bytes) -> list[str]:
        """End a registration; give its route points, none for an unknown one."""
        _, points = self._registered.pop(registration, ("", []))
        return points

    def offer(
        self, fact: RouteRequested, linkage: csta.CallLinkageData | None
    ) -> csta.RouteRequestArgument:
        """Ask where a call at a route point goes."""
        self._last = self._last % _LAST + 1
        reference = self._octets(self._last)
        self._open[reference] = _Dialogue(fact.route, fact)
        numbers = self._numbers
        trunk: Any = numbers.subject(fact.trunk) if fact.trunk else None
        return csta.RouteRequestArgument(
            cross_ref_identifier=reference,
            route_register_req_id=self._registration(fact.device),
            current_route=numbers.dialled(numbers.internal(fact.trunk, fact.called)),
            calling_device=numbers.outside(fact.calling),
            routeing_device=numbers.subject(fact.device),
            routed_call=numbers.connection(fact.call, fact.device),
            associated_calling_device=trunk,
            reply_timeout=round(fact.seconds),
            correlator_data=fact.data or None,
            call_linkage_data=linkage,
        )

    def find(self, reference: bytes) -> int | None:
        """Give the exchange's request of a cross reference."""
        dialogue = self._open.get(reference)
        return dialogue.route if dialogue else None

    def select(self, argument: csta.RouteSelectRequestArgument) -> None:
        """Note whether the computing function wants to know what became of its choice."""
        dialogue = self._open.get(argument.cross_ref_identifier)
        if dialogue is not None:
            dialogue.wants_used = bool(argument.route_used_req)

    def again(self, route: int) -> tuple[int, Any] | None:
        """Ask once more after a choice that leads nowhere; ``None`` where no one asks twice."""
        for reference, dialogue in self._open.items():
            if dialogue.route == route and self._dialect.reroutes:
                registration = self._registration(dialogue.fact.device)
                argument = csta.ReRouteRequestArgument(reference, registration)
                return Operation.RE_ROUTE_REQUEST, argument
        return None

    def ended(self, fact: RouteEnded) -> list[tuple[int, Any]]:
        """Close the dialogue of a request that is over; give what is sent about it."""
        found = next((ref for ref, one in self._open.items() if one.route == fact.route), None)
        if found is None:
            return []
        dialogue = self._open.pop(found)
        registration = self._registration(fact.device)
        error: csta.UniversalFailure | None = None
        sent: list[tuple[int, Any]] = []
        match fact.outcome:
            case RouteOutcome.ENDED:
                return []  # the computing function said so itself
            case RouteOutcome.SELECTED:
                if dialogue.wants_used:
                    used = csta.RouteUsedRequestArgument(
                        cross_ref_identifier=found,
                        route_register_req_id=registration,
                        route_used=self._numbers.dialled(fact.destination),
                    )
                    sent.append((Operation.ROUTE_USED_REQUEST, used))
            case RouteOutcome.TIMED_OUT | RouteOutcome.OVERTAKEN:
                error = ("operation", OperationErrors.ROUTEING_TIMER_EXPIRED)
            case RouteOutcome.ABANDONED:
                error = ("operation", OperationErrors.INVALID_CALL_ID)
        end = csta.RouteEndRequestArgument(found, registration, error)
        return [*sent, (Operation.ROUTE_END_REQUEST, end)]

    def clear(self) -> list[str]:
        """Forget everything; give the route points that were served."""
        served = [point for _, points in self._registered.values() for point in points]
        self._open.clear()
        self._registered.clear()
        return served

    def _octets(self, number: int) -> bytes:
        return number.to_bytes(self._dialect.cross_reference_octets, "big")

    def _registration(self, device: str) -> bytes | None:
        """Give the registration for a route point, sooner than that for all."""
        found = sorted(
            (not named, one)
            for one, (named, points) in self._registered.items()
            if device in points
        )
        return found[0][1] if found else None
