"""What a command aims at: objects of the model to the switch's own identifiers.

A command names a device, and a call only where it has to. What is left out is the one
connection that fits; where several fit, the command has to say which.
"""

from __future__ import annotations

from typing import Final

from cti.calls import Call, Leg
from cti.driver import NativeTarget
from cti.model import commands as cm
from cti.model.commands import Command
from cti.model.errors import Error, ErrorClass
from cti.model.states import ConnectionState, RouteState
from cti.routes import Route
from cti.tracker.book import Book

_S = ConnectionState

WANTED: Final[dict[str, frozenset[ConnectionState]]] = {
    "answer": frozenset({_S.ALERTING, _S.INITIATED, _S.QUEUED}),
    "hold": frozenset({_S.CONNECTED}),
    "retrieve": frozenset({_S.HELD}),
    "consult": frozenset({_S.CONNECTED}),
    "blind_transfer": frozenset({_S.CONNECTED}),
    "single_step_conference": frozenset({_S.CONNECTED}),
    "deflect": frozenset({_S.ALERTING, _S.QUEUED, _S.INITIATED}),
    "redirect": frozenset({_S.QUEUED, _S.ALERTING}),
    "park": frozenset({_S.CONNECTED}),
    "camp_on": frozenset({_S.FAILED, _S.CONNECTED}),
    "call_back": frozenset({_S.FAILED, _S.CONNECTED, _S.ALERTING}),
    "intrude": frozenset({_S.FAILED, _S.CONNECTED}),
    "send_dtmf": frozenset({_S.CONNECTED}),
    "clear_connection": frozenset(ConnectionState) - {_S.NULL},
}
"""States of the connection that a verb acts on."""

_ACTIVE: Final = frozenset({_S.CONNECTED, _S.ALERTING, _S.INITIATED})
_FAILED_TOO: Final = _ACTIVE | {_S.FAILED}


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of this program
    """A command that must not be sent, with the error to answer."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.detail)
        self.error = error


class Already(Exception):  # noqa: N818 - an answer, not a failure of this program
    """What a command asks for is so already."""


def refuse(kind: ErrorClass, detail: str, field: str | None = None) -> Refusal:
    """Make a refusal, with the member of the command that is at fault."""
    return Refusal(Error(kind, detail) if field is None else Error(kind, detail, field))


class Targets:
    """Finds what commands aim at among the calls of one switch."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def of(self, command: Command) -> NativeTarget:
        """Give the native target of a command; raise ``Refusal`` or ``Already``."""
        match command.args:
            case cm.Redirect(device=device, call=call_id):
                call = self.call(call_id, "args.call")
                leg = self._leg_of(call, device, WANTED["redirect"], "redirect")
                return self._target(call, leg)
            case cm.ConnectionRef(device=device) as args:
                call, leg = self._connection(command.verb, args)
                target = self._target(call, leg)
                return NativeTarget(target.device or device, target.call)
            case cm.TwoCallsRef() as args:
                return self._two_calls(command.verb, args)
            case cm.ClearCall(call=call_id) | cm.SnapshotCall(call=call_id):
                return NativeTarget(call=self.call(call_id, "args.call").native)
            case cm.Pickup(device=device, target=target) as args:
                call = self._ringing(target, args)
                return NativeTarget(device=device, call=call.native)
            case (
                cm.RouteSelect(route=route)
                | cm.RouteEnd(route=route)
                | cm.RouteTreatment(route=route)
            ):
                return NativeTarget(route=self.route(route).native)
            case cm.RouteRegister(route_point=point) | cm.RouteUnregister(route_point=point):
                return NativeTarget(device=point)
            case _:
                return NativeTarget(device=getattr(command.args, "device", None))

    def route(self, route_id: str) -> Route:
        """Give a route request that is open; raise ``Refusal``."""
        routes = self._book.routes
        route = routes.live(route_id)
        if route is None:
            over = routes.ended(route_id)
            if over is None:
                raise refuse(ErrorClass.INVALID_OBJECT, f"no route {route_id!r}", "args.route")
            answered = over.reason in ("selected", "ended") and over.verb
            word = "already_selected" if answered else over.reason
            detail = f"{word}: route {route_id} has ended"
            raise refuse(ErrorClass.STATE_CONFLICT, detail)
        if route.state is not RouteState.OPEN:
            detail = f"already_selected: route {route_id} has an answer"
            raise refuse(ErrorClass.STATE_CONFLICT, detail)
        return route

    def call_for_data(self, call_id: str, at: int) -> Call:
        """Give a call that is live or ended just now; raise ``Refusal``."""
        late = self._book.calls.lately(call_id, at)
        return self.call(call_id, "args.call") if late is None else late

    def call_of_route(self, args: cm.Args) -> Call | None:
        """Give the call that an answer to a route request is about, if it is known."""
        route = self._book.routes.live(getattr(args, "route", ""))
        native = None if route is None else route.native_call
        return None if native is None else self._book.calls.live(native)

    def calls_of(self, command: Command) -> list[Call]:
        """Give the calls that a command names, as far as they are there."""
        named = (getattr(command.args, member, None) for member in ("call", "held", "active"))
        found = (self._book.calls.by_id(name) for name in named if isinstance(name, str))
        return [call for call in found if call is not None]

    def is_clear(self, command: Command, aimed: NativeTarget) -> bool:
        """Tell whether what a command to clear aimed at is clear by now."""
        call = None if aimed.call is None else self._book.calls.live(aimed.call)
        if call is None or not isinstance(command.args, cm.ClearConnection):
            return call is None
        leg = call.leg(command.args.device)
        return leg is None or not leg.live

    def call(self, call_id: str, field: str = "args.call") -> Call:
        """Give a live call; raise ``Refusal`` that names the member at fault."""
        call = self._book.calls.by_id(call_id)
        if call is None:
            raise refuse(ErrorClass.INVALID_OBJECT, f"no call {call_id!r}", field)
        return call

    def _target(self, call: Call, leg: Leg) -> NativeTarget:
        return NativeTarget(device=call.native_device(leg.device_id), call=call.native)

    def _connection(self, verb: str, args: cm.ConnectionRef) -> tuple[Call, Leg]:
        wanted = WANTED[verb]
        if isinstance(args.call, str):
            if verb == "clear_connection" and self._book.calls.has_ended(args.call):
                raise Already
            call = self.call(args.call, "args.call")
            return call, self._leg_of(call, args.device, wanted, verb, args.leg)
        found = self._legs(args.device, wanted)
        if not found and verb == "answer" and self._legs(args.device, {_S.CONNECTED}):
            raise Already
        return self._only(found, args.device, wanted, "args.call")

    def _leg_of(
        self,
        call: Call,
        device: str,
        wanted: frozenset[ConnectionState],
        verb: str,
        number: int = 0,
    ) -> Leg:
        leg = call.legs.get((device, number)) or call.leg(device)
        if leg is None:
            detail = f"{device} is not on call {call.call_id}"
            raise refuse(ErrorClass.INVALID_OBJECT, detail, "args.device")
        if (verb == "answer" and leg.state is _S.CONNECTED) or (
            verb == "clear_connection" and not leg.live
        ):
            raise Already
        if leg.state not in wanted and leg.state is not _S.UNKNOWN:
            detail = f"connection of {device} is {leg.state.value}, not {_words(wanted)}"
            raise refuse(ErrorClass.STATE_CONFLICT, detail)
        return leg

    def _legs(
        self, device: str, wanted: frozenset[ConnectionState] | set[ConnectionState]
    ) -> list[tuple[Call, Leg]]:
        return [one for one in self._book.calls.at(device) if one[1].state in wanted]

    def _only(
        self,
        found: list[tuple[Call, Leg]],
        device: str,
        wanted: frozenset[ConnectionState],
        field: str,
    ) -> tuple[Call, Leg]:
        if not found:
            detail = f"{device} has no call that is {_words(wanted)}"
            raise refuse(ErrorClass.STATE_CONFLICT, detail)
        if len(found) > 1:
            calls = ", ".join(call.call_id for call, _ in found)
            detail = f"{device} has {len(found)} such calls, name one of {calls}"
            raise refuse(ErrorClass.INVALID_ARGUMENT, detail, field)
        return found[0]

    def _two_calls(self, verb: str, args: cm.TwoCallsRef) -> NativeTarget:
        active = _FAILED_TOO if verb == "reconnect" else _ACTIVE
        held = self._one_of(args.device, args.held, frozenset({_S.HELD}), "args.held")
        other = self._one_of(args.device, args.active, active, "args.active")
        return NativeTarget(
            device=args.device, held=held.native, active=other.native, call=held.native
        )

    def _one_of(
        self,
        device: str,
        call_id: object,
        wanted: frozenset[ConnectionState],
        field: str,
    ) -> Call:
        if isinstance(call_id, str):
            call = self.call(call_id, field)
            self._leg_of(call, device, wanted, "")
            return call
        return self._only(self._legs(device, wanted), device, wanted, field)[0]

    def _ringing(self, target: str, args: cm.Pickup) -> Call:
        if isinstance(args.call, str):
            return self.call(args.call, "args.call")
        wanted = frozenset({_S.ALERTING})
        return self._only(self._legs(target, wanted), target, wanted, "args.call")[0]


def _words(states: frozenset[ConnectionState]) -> str:
    return " or ".join(sorted(state.value for state in states))
