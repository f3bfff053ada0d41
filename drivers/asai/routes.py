"""Routing: the switch opens an association and asks; its vector goes on without an answer.

A route select has no answer. It counts as taken when the switch ends the route in order, or
after a while without a word; a Route End with another cause says what was wrong with it.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model import commands as cm
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import DeviceType, Origin
from drivers.asai.calls import Calls
from drivers.asai.causes import refusal
from drivers.asai.commands import Aim, CallCommands, Steps, called, done, refuse
from drivers.asai.events import Report
from drivers.asai.port import Port, Want
from protocols.asai.causes import cause_of, words
from protocols.asai.messages import first
from protocols.asai.names import Operation
from protocols.asai.values import Element
from protocols.q931 import values as q
from protocols.q931.causes import CauseValue

_OP = Operation
_GONE: Final = ((0, 86), (3, 86))
_EXPIRED: Final = ((0, 102),)


class RouteTimer(Struct, frozen=True, gc=False):
    """Timer of a route select."""

    association: int


class _Route:
    """One route request that is open."""

    __slots__ = ("aim", "destination")

    def __init__(self) -> None:
        self.aim: Aim | None = None
        """The select that waits for the end of the route."""
        self.destination: str | None = None


class Routes:
    """The route requests of one link."""

    def __init__(self, port: Port, calls: Calls, commands: CallCommands) -> None:
        self._port: Final = port
        self._calls: Final = calls
        self._commands: Final = commands
        self._open: dict[int, _Route] = {}

    def forget(self) -> None:
        """Drop all: the link is gone."""
        routes, self._open = self._open, {}
        for association, route in routes.items():
            over = f.RouteOver(route=str(association), reason="link_down")
            self._port.report(over, "")
            if route.aim is not None:
                self._port.do(dr.StopTimer(RouteTimer(association)))
                error = Error(ErrorClass.LINK_DOWN, f"{route.aim.where}: the link was lost")
                self._end(route, Result(EndState.UNKNOWN, error=error))

    def asked(self, association: int, elements: tuple[Element, ...]) -> None:
        """Take a route request."""
        self._open[association] = _Route()
        report = Report(elements, None, self._calls)
        told = report.of_call()
        point = report.named_domain() or _called_point(elements)
        if point is not None:
            kind = f.DeviceFact(
                device=point, type=DeviceType.ROUTE_POINT, origin=Origin.DERIVED
            )
            self._port.report(kind, "")
        fact = f.RouteAsked(
            route=str(association),
            route_point=point,
            call=report.call,
            numbers=told["numbers"],
            data=told["data"],
        )
        self._port.report(fact, str(_OP.ROUTE))

    def chosen(self, association: int, destination: str) -> None:
        """Take where a call is to go; the end of the route tells whether it went there."""
        route = self._open.get(association)
        if route is not None:
            route.destination = destination

    def over(self, association: int, cause: q.Cause | None) -> bool:
        """Take the end of a route; tell whether there was one."""
        route = self._open.pop(association, None)
        if route is None:
            return False
        key = (0, 16) if cause is None else (cause.coding, cause.value)
        normal = key == (0, CauseValue.NORMAL_CLEARING)
        if key in _GONE:
            reason = "abandoned"
        elif key in _EXPIRED:
            reason = "expired"
        else:
            reason = "ended" if normal or cause is None else words(cause)
        if route.destination is not None and normal:
            taken = NativeDevice(route.destination)
            self._port.report(
                f.RouteTaken(route=str(association), destination=taken), str(_OP.ROUTE_END)
            )
        over = f.RouteOver(route=str(association), reason=reason)
        self._port.report(over, str(_OP.ROUTE_END))
        if route.aim is not None:
            self._port.do(dr.StopTimer(RouteTimer(association)))
            error = refusal(route.aim.where, cause, self._port.settings.protocol)
            failed = Result(EndState.FAILED, error=error)
            self._end(route, done(confirmed=True) if normal else failed)
        return True

    def _end(self, route: _Route, result: Result) -> None:
        if route.aim is not None:
            self._port.do(dr.Outcome(route.aim.asked.token, result))
            route.aim = None

    def expired(self, association: int) -> None:
        """Take that the switch did not object to a route select."""
        route = self._open.get(association)
        if route is not None:
            self._end(route, done(confirmed=False))

    # Commands.

    def _find(self, aim: Aim) -> tuple[int, _Route]:
        told = aim.asked.native.route or ""
        association = int(told) if told.isdecimal() else 0
        route = self._open.get(association)
        if route is None:
            detail = f"{aim.where}: {told!r} is no open route of this link"
            raise refuse(ErrorClass.INVALID_OBJECT, detail, "args.route")
        return association, route

    def select(self, aim: Aim) -> Steps:
        """Answer a route request; ``Later`` says that its outcome waits for the switch."""
        args: cm.RouteSelect = aim.args
        association, route = self._find(aim)
        to = called(args.to, aim)
        elements = (to, *self._commands.user_data(aim, args.uui))
        want = Want(_OP.ROUTE_SELECT, elements, association)
        yield from self._commands.ask(aim, want)
        route.aim, route.destination = aim, to.digits
        seconds = self._port.settings.timers.route
        self._port.do(dr.StartTimer(RouteTimer(association), seconds))
        raise Later

    def end(self, aim: Aim) -> Steps:
        """Give the call back: the vector goes on."""
        association, _ = self._find(aim)
        normal = cause_of(CauseValue.NORMAL_CLEARING, switch=False)
        want = Want(_OP.ROUTE_END, (normal,), association)
        yield from self._commands.ask(aim, want)
        self._open.pop(association, None)
        over = f.RouteOver(route=str(association), reason="ended", origin=Origin.DERIVED)
        self._port.report(over, "")
        return done()


class Later(Exception):  # noqa: N818 - no failure
    """The outcome of a command comes later, by other means."""


def _called_point(elements: tuple[Element, ...]) -> NativeDevice | None:
    told = first(elements, q.CalledPartyNumber)
    return NativeDevice(told.digits) if told is not None and told.digits else None
