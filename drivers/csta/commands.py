"""Commands from their request to their outcome: every token gets exactly one."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, structs

from cti import driver as dr
from cti import facts as f
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass, NativeError
from cti.model.states import Origin
from drivers.csta import results
from drivers.csta.arguments import request_of
from drivers.csta.capabilities import Known
from drivers.csta.connections import Connections
from drivers.csta.errors import describe
from drivers.csta.exchange import Asked, Exchange, ForCommand, Full
from drivers.csta.pdus import operation_name
from drivers.csta.settings import Settings
from drivers.csta.target import Target, Unwritable
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation, ReturnResult
from protocols.errors import EncodeError
from protocols.rose.apdus import Problem

ROUTES: Final = 1_000
"""Routeing dialogues that are remembered; beyond that the oldest go."""
ENTRIES: Final = 2_000
"""Entries of one snapshot that comes in parts."""

_UNRECOGNIZED: Final[Problem] = ("invoke", 1)
_BUSY: Final = {("invoke", 3): ErrorClass.RESOURCE_BUSY}  # resource limitation
_SERVICE_NOT_SUPPORTED: Final = ("operation", 50)
_ALREADY: Final = {
    "clear_connection": ("stateIncompatibility", 7),  # noConnectionToClear
    "clear_call": ("stateIncompatibility", 6),  # noCallToClear
}
"""Failures that say that what was asked for is so already: the far end was quicker."""


class _Parts:
    """A snapshot whose data comes after its result."""

    __slots__ = ("asked", "count", "entries", "truncated")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.count = 0
        self.entries: list[Any] = []
        self.truncated = False


class Commands:
    """The commands of one link."""

    def __init__(
        self, settings: Settings, exchange: Exchange, connections: Connections, known: Known
    ) -> None:
        self._dialect = settings.dialect
        self._limit = settings.outstanding
        self._route_seconds = settings.timers.route
        self._exchange = exchange
        self._connections = connections
        self._known = known
        self._routes: dict[str, bytes | None] = {}
        self._answering: dict[str, int] = {}
        """Route to the invoke id of the request that answers it."""
        self._parts: dict[bytes, _Parts] = {}

    def forget(self) -> None:
        """Drop what belongs to an association."""
        self._routes.clear()
        self._answering.clear()
        self._parts.clear()

    # Requests.

    def requested(self, asked: dr.CommandRequested) -> list[dr.Action]:
        """Send the request of a command, or say why not."""
        command = asked.command
        target = Target(
            asked.native, command.args, self._connections, self._dialect, self._routes
        )
        where = _where(command.verb, target.device_key, asked.native)
        try:
            request = request_of(command, target)
            if len(self._exchange) >= self._limit and not request.urgent:
                return [self._busy(asked.token, where)]
            purpose = ForCommand(asked.token, command, where, request.route, request.ignored)
            sent = self._exchange.ask(
                request.operation,
                request.argument,
                purpose,
                urgent=request.urgent,
                seconds=None if request.route is None else self._route_seconds,
            )
        except Unwritable as refusal:
            told = structs.replace(refusal.error, detail=f"{where}: {refusal.error.detail}")
            return [rejected(asked.token, told)]
        except EncodeError as error:
            told = Error(ErrorClass.INVALID_ARGUMENT, f"{where}: {error}", "args")
            return [rejected(asked.token, told)]
        except Full:
            return [self._busy(asked.token, where)]
        if request.route is not None:
            self._answering[request.route] = self._exchange.last
        return sent

    def _busy(self, token: int, where: str) -> dr.Action:
        detail = f"{where}: {len(self._exchange)} requests wait for an answer already"
        return rejected(token, Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=1000))

    # Answers.

    def result(self, asked: Asked, purpose: ForCommand, pdu: ReturnResult) -> list[dr.Action]:
        """Take a result."""
        reference = results.segments(pdu.result)
        if reference is not None:
            for old in [key for key, one in self._parts.items() if one.asked is asked]:
                del self._parts[old]
            self._parts[reference] = _Parts(asked)
            return self._exchange.go_on(asked)
        told = results.shown(pdu.result, self._connections, self._dialect)
        if asked.operation in _NEEDED and pdu.result is None:
            detail = f"{purpose.where}: the switch answered without a result"
            return self._end(asked, purpose, unknown(ErrorClass.PROTOCOL, detail))
        ended = self._succeeded(asked, purpose, told)
        call = results.made(pdu.result, self._dialect)
        if call is None:
            return ended
        return [dr.Report(f.CallMade(call=call), operation_name(pdu.operation)), *ended]

    def part(self, data: c.SnapshotDeviceDataArgument | c.SnapshotCallDataArgument) -> bool:
        """Take a part of a snapshot; False when nobody waits for it."""
        parts = self._parts.get(data.service_cross_ref_id)
        if parts is None or self._exchange.waiting(parts.asked.invoke_id) is not parts.asked:
            return False
        parts.count += 1
        parts.entries += data.snapshot_data[: ENTRIES - len(parts.entries)]
        parts.truncated = len(parts.entries) >= ENTRIES or parts.count >= ENTRIES
        return True

    def part_done(
        self, data: c.SnapshotDeviceDataArgument | c.SnapshotCallDataArgument
    ) -> list[dr.Action]:
        """Go on waiting for the next part, or end with the last."""
        parts = self._parts[data.service_cross_ref_id]
        if not data.last_segment and not parts.truncated:
            return self._exchange.go_on(parts.asked)
        del self._parts[data.service_cross_ref_id]
        purpose = parts.asked.purpose
        entries = tuple(parts.entries)
        if not isinstance(purpose, ForCommand):
            return []
        if isinstance(data, c.SnapshotDeviceDataArgument):
            told = results.device_snapshot(entries, self._connections)
        else:
            told = results.call_snapshot(entries, self._connections, self._dialect)
        if not data.last_segment:
            told["truncated"] = True
        return self._succeeded(parts.asked, purpose, told)

    def failed(self, asked: Asked, purpose: ForCommand, failure: object) -> list[dr.Action]:
        """Take an error."""
        verb = purpose.command.verb
        code = failure if isinstance(failure, tuple) else ("", 0)
        if code == _ALREADY.get(verb):
            return self._succeeded(asked, purpose, {"already": True})
        news: list[dr.Action] = []
        if code == _SERVICE_NOT_SUPPORTED and self._known.refused(verb):
            news = [dr.CapabilitiesChanged(self._known.document)]
        error = failure_error(purpose.where, failure)
        return self._end(asked, purpose, Result(EndState.FAILED, error=error)) + news

    def rejected(self, asked: Asked, purpose: ForCommand, problem: Problem) -> list[dr.Action]:
        """Take a reject: the switch did not take the request for one."""
        news: list[dr.Action] = []
        if problem == _UNRECOGNIZED and self._known.refused(purpose.command.verb):
            news = [dr.CapabilitiesChanged(self._known.document)]
        error = reject_error(purpose.where, problem)
        return self._end(asked, purpose, Result(EndState.FAILED, error=error)) + news

    def undecodable(self, asked: Asked, purpose: ForCommand) -> list[dr.Action]:
        """Take an answer that cannot be read."""
        detail = f"{purpose.where}: the answer of the switch cannot be read"
        return self._end(asked, purpose, unknown(ErrorClass.PROTOCOL, detail))

    def expired(self, asked: Asked, purpose: ForCommand) -> list[dr.Action]:
        """Take that no answer came; for the answer to a route that is a good sign."""
        if purpose.route is not None:
            return self._succeeded(asked, purpose, {"confirmed": False}, proven=False)
        detail = f"{purpose.where}: no answer within {asked.seconds:g} s"
        return self._end(asked, purpose, unknown(ErrorClass.TIMEOUT, detail))

    def lost(self, purpose: ForCommand) -> dr.Action:
        """Take that the association is gone."""
        detail = f"{purpose.where}: link lost before the answer"
        return dr.Outcome(purpose.token, unknown(ErrorClass.LINK_DOWN, detail))

    def _succeeded(
        self,
        asked: Asked,
        purpose: ForCommand,
        told: dict[str, Any],
        *,
        proven: bool = True,
    ) -> list[dr.Action]:
        if purpose.ignored:
            told = {**told, "ignored": list(purpose.ignored)}
        actions = self._end(asked, purpose, Result(EndState.SUCCEEDED, result=told))
        if purpose.route is not None and asked.operation == Operation.ROUTE_END_REQUEST:
            self._routes.pop(purpose.route, None)
            over = f.RouteOver(route=purpose.route, reason="ended", origin=Origin.DERIVED)
            actions.append(dr.Report(over, ""))
        if proven and self._known.worked(purpose.command.verb):
            actions.append(dr.CapabilitiesChanged(self._known.document))
        return actions

    def _end(self, asked: Asked, purpose: ForCommand, result: Result) -> list[dr.Action]:
        if purpose.route is not None and self._answering.get(purpose.route) == asked.invoke_id:
            del self._answering[purpose.route]
        for old in [key for key, one in self._parts.items() if one.asked is asked]:
            del self._parts[old]
        return [*self._exchange.end(asked), dr.Outcome(purpose.token, result)]

    # Routes.

    def route_asked(self, reference: bytes, registration: bytes | None) -> None:
        """Remember a routeing dialogue."""
        key = reference.hex()
        self._routes.pop(key, None)
        self._routes[key] = registration
        if len(self._routes) > ROUTES:
            del self._routes[next(iter(self._routes))]

    def route_told(
        self, reference: bytes, *, over: bool = False, error: Error | None = None
    ) -> list[dr.Action]:
        """Take what the switch made of a route, and end the request that answered it."""
        key = reference.hex()
        if over:
            self._routes.pop(key, None)
        asked = self._exchange.waiting(self._answering.get(key))
        if asked is None or not isinstance(asked.purpose, ForCommand):
            return []
        if error is None:
            return self._succeeded(asked, asked.purpose, {"confirmed": True})
        told = structs.replace(error, detail=f"{asked.purpose.where}: {error.detail}")
        return self._end(asked, asked.purpose, Result(EndState.FAILED, error=told))


_NEEDED: Final = frozenset(
    {
        Operation.MAKE_CALL,
        Operation.CONSULTATION_CALL,
        Operation.GET_AGENT_STATE,
        Operation.GET_FORWARDING,
        Operation.GET_DO_NOT_DISTURB,
        Operation.SNAPSHOT_CALL,
        Operation.SNAPSHOT_DEVICE,
    }
)
"""Operations whose result is the point of asking."""


def _where(verb: str, device: str | None, native: dr.NativeTarget) -> str:
    if device is not None:
        return f"{verb} at {device}"
    if native.route is not None:
        return f"{verb} of route {native.route}"
    return verb if native.call is None else f"{verb} of call {native.call}"


def rejected(token: int, error: Error) -> dr.Action:
    """Say that a command was never sent."""
    return dr.Outcome(token, Result(EndState.REJECTED, error=error))


def unknown(kind: ErrorClass, detail: str) -> Result:
    """Say that a command was sent and nobody knows what became of it."""
    return Result(EndState.UNKNOWN, error=Error(kind, detail))


def failure_error(where: str, failure: object) -> Error:
    """Make the error of a universal failure."""
    kind, words = describe(failure)
    native: NativeError | None = None
    match failure:
        case (str(category), int(code)):
            name = getattr(code, "name", "").lower()
            native = NativeError("csta3-ber", category, int(code), name)
        case (str(category), _):
            native = NativeError("csta3-ber", category, 0)
        case _:
            pass
    detail = f"{where}: the switch answers {words}"
    return Error(kind, detail, native=UNSET if native is None else native)


def reject_error(where: str, problem: Problem) -> Error:
    """Make the error of a reject."""
    category, number = problem
    kind = _BUSY.get(problem, ErrorClass.PROTOCOL)
    words = f"the switch rejects the request: {category} problem {number}"
    if problem == _UNRECOGNIZED:
        kind, words = ErrorClass.UNSUPPORTED, "the switch does not know the operation"
    native = NativeError("csta3-ber", f"reject {category}", number)
    return Error(kind, f"{where}: {words}", native=native)
