"""Routeing dialogues that the switch has open (ECMA-269 clause 20)."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from cti import facts as f
from cti.model.data import CallData
from drivers.csta.dialects import Dialect
from drivers.csta.registrations import Registrations
from drivers.csta.reports import native_device
from drivers.csta.requests import route_request
from protocols.csta.phase3 import _codec_phase3 as c

ROUTES: Final = 1_000
"""Dialogues that are remembered; beyond that the oldest go."""


class _Dialogue:
    """What the switch asked, and under which registration."""

    __slots__ = ("asked", "registration")

    def __init__(self, asked: f.RouteAsked, registration: bytes | None) -> None:
        self.asked = asked
        self.registration = registration


class Routes:
    """The dialogues of one association."""

    def __init__(self, dialect: Dialect, registrations: Registrations) -> None:
        self._dialect = dialect
        self._registrations = registrations
        self._open: dict[str, _Dialogue] = {}

    def forget(self) -> None:
        """Drop all: the association is gone."""
        self._open.clear()

    def asked(self, request: c.RouteRequestArgument) -> f.RouteAsked:
        """Take a question of the switch; where it names no device, the registration does."""
        fact = route_request(request, self._dialect)
        registration = request.route_register_req_id
        if request.routeing_device is None and registration is not None:
            point = self._registrations.point_of(registration)
            if point is not None:
                point_ = native_device(point, self._dialect)
                fact = structs.replace(fact, route_point=point_)
        self._remember(fact, registration)
        return fact

    def asked_again(self, request: c.ReRouteRequestArgument) -> f.RouteAsked:
        """Take that the answer led nowhere: the question stands again, as it was."""
        key = request.cross_ref_identifier.hex()
        before = self._open.get(key)
        fact = f.RouteAsked(route=key, route_point=None, call=None)
        registration = request.route_register_req_id
        if before is not None:
            fact, registration = before.asked, registration or before.registration
        if request.correlator_data is not None:
            fact = structs.replace(fact, data=CallData(correlator=request.correlator_data))
        self._remember(fact, registration)
        return fact

    def _remember(self, fact: f.RouteAsked, registration: bytes | None) -> None:
        self._open.pop(fact.route, None)
        self._open[fact.route] = _Dialogue(fact, registration)
        if len(self._open) > ROUTES:
            del self._open[next(iter(self._open))]

    def over(self, key: str) -> None:
        """Take the end of a dialogue."""
        self._open.pop(key, None)

    def registration(self, key: str) -> bytes | None:
        """Give the registration that a dialogue came by."""
        dialogue = self._open.get(key)
        return None if dialogue is None else dialogue.registration
