"""Commands from their request to their outcome: every token gets exactly one."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from cti import driver as dr
from cti import facts as f
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import Origin
from drivers.csta import results
from drivers.csta.arguments import request_of
from drivers.csta.capabilities import Known
from drivers.csta.connections import Connections
from drivers.csta.exchange import (
    Answer,
    Asked,
    Exchange,
    Failed,
    ForCommand,
    Full,
    Rejected,
    Told,
    Unanswered,
    Unreadable,
    unsupported,
)
from drivers.csta.findings import call_found, device_found, message_of
from drivers.csta.outcomes import failure_error, reject_error, rejected, unknown
from drivers.csta.pdus import operation_name
from drivers.csta.reports import native_device
from drivers.csta.routes import Routes
from drivers.csta.settings import Settings
from drivers.csta.target import Target, Unwritable
from drivers.csta.wire import Wire
from protocols.csta.phase3.codec import Operation
from protocols.errors import EncodeError

_ALREADY: Final = {
    "clear_connection": ("stateIncompatibility", 7),  # noConnectionToClear
    "clear_call": ("stateIncompatibility", 6),  # noCallToClear
}
"""Failures that say that what was asked for is so already: the far end was quicker."""


class Commands:
    """The commands of one link."""

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        connections: Connections,
        known: Known,
        routes: Routes,
        wire: Wire,
    ) -> None:
        self._wire = wire
        self._dialect = settings.dialect
        self._limit = settings.outstanding
        self._route_seconds = settings.timers.route
        self._exchange = exchange
        self._connections = connections
        self._known = known
        self._routes = routes
        self._answering: dict[str, int] = {}
        """Route to the invoke id of the request that answers it."""

    def forget(self) -> None:
        """Drop what belongs to an association."""
        self._answering.clear()

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
            lost = self._wire.ignored(request.operation, request.argument)
            purpose = ForCommand(
                *(asked.token, command, where, request.route, request.ignored + lost),
                device=target.device_key,
                call=asked.native.call,
            )
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

    def answered(self, asked: Asked, purpose: ForCommand, answer: Answer) -> list[dr.Action]:
        """Take whatever answers a command."""
        seen = self._seen(asked, purpose, answer)
        match answer:
            case Told():
                return seen + self._told(asked, purpose, answer)
            case Failed(failure):
                return seen + self._failed(asked, purpose, failure)
            case Rejected(problem):
                error = reject_error(purpose.where, problem, self._dialect.phase.protocol)
                ended = self._end(asked, purpose, Result(EndState.FAILED, error=error))
                return self._taught(purpose, answer) + ended
            case Unreadable():
                detail = f"{purpose.where}: the answer of the switch cannot be read"
                return self._end(asked, purpose, unknown(ErrorClass.PROTOCOL, detail))
            case Unanswered() if purpose.route is not None:
                # A route select has no answer but an error: silence is a good sign.
                return self._succeeded(asked, purpose, {"confirmed": False}, proven=False)
            case Unanswered():
                detail = f"{purpose.where}: no answer within {asked.seconds:g} s"
                return self._end(asked, purpose, unknown(ErrorClass.TIMEOUT, detail))

    def _seen(self, asked: Asked, purpose: ForCommand, answer: Answer) -> list[dr.Action]:
        """Report what a snapshot found: the tracker believes it as well."""
        fact: f.Facts
        match asked.operation:
            case Operation.SNAPSHOT_DEVICE if purpose.device is not None:
                device = native_device(purpose.device, self._dialect)
                fact = device_found(answer, device, self._dialect)
            case Operation.SNAPSHOT_CALL if purpose.call is not None:
                fact = call_found(answer, purpose.call, self._dialect)
            case _:
                return []
        if isinstance(fact, f.NotSeen):
            return []  # the reply says it
        return [dr.Report(fact, message_of(asked, answer))]

    def _told(self, asked: Asked, purpose: ForCommand, answer: Told) -> list[dr.Action]:
        told = results.shown(answer.result, self._connections, self._dialect)
        if asked.operation in _NEEDED and answer.result is None:
            detail = f"{purpose.where}: the switch answered without a result"
            return self._end(asked, purpose, unknown(ErrorClass.PROTOCOL, detail))
        if answer.truncated:
            told["truncated"] = True
        ended = self._succeeded(asked, purpose, told)
        call = results.made(answer.result, self._dialect)
        if call is None:
            return ended
        return [dr.Report(f.CallMade(call=call), operation_name(asked.operation)), *ended]

    def _failed(self, asked: Asked, purpose: ForCommand, failure: object) -> list[dr.Action]:
        code = failure if isinstance(failure, tuple) else ("", 0)
        if code == _ALREADY.get(purpose.command.verb):
            return self._succeeded(asked, purpose, {"already": True})
        error = failure_error(purpose.where, failure, self._dialect.phase.protocol)
        ended = self._end(asked, purpose, Result(EndState.FAILED, error=error))
        return self._taught(purpose, Failed(failure)) + ended

    def _taught(self, purpose: ForCommand, answer: Answer) -> list[dr.Action]:
        """Remember that the switch does not have a service, before the command ends by it."""
        if unsupported(answer) and self._known.refused(purpose.command.verb):
            return [dr.CapabilitiesChanged(self._known.document)]
        return []

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
            self._routes.over(purpose.route)
            over = f.RouteOver(route=purpose.route, reason="ended", origin=Origin.DERIVED)
            actions.append(dr.Report(over, ""))
        if proven and self._known.worked(purpose.command.verb):
            actions.append(dr.CapabilitiesChanged(self._known.document))
        return actions

    def _end(self, asked: Asked, purpose: ForCommand, result: Result) -> list[dr.Action]:
        if purpose.route is not None and self._answering.get(purpose.route) == asked.invoke_id:
            del self._answering[purpose.route]
        return [*self._exchange.end(asked), dr.Outcome(purpose.token, result)]

    # Routes.

    def route_told(
        self, reference: bytes, *, over: bool = False, error: Error | None = None
    ) -> list[dr.Action]:
        """Take what the switch made of a route, and end the request that answered it."""
        key = reference.hex()
        if over:
            self._routes.over(key)
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
        Operation.MAKE_PREDICTIVE_CALL,
        Operation.GET_AGENT_STATE,
        Operation.GET_FORWARDING,
        Operation.GET_DO_NOT_DISTURB,
        Operation.GET_LOGICAL_DEVICE_INFORMATION,
        Operation.GET_MESSAGE_WAITING_INDICATOR,
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
