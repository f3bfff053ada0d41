"""Commands from their request to their outcome: every token gets exactly one."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from cti import driver as dr
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from drivers.meridian.arguments import Request, Unwritable, request_of
from drivers.meridian.errors import error_of
from drivers.meridian.outcomes import rejected, succeeded, unknown
from drivers.meridian.reading import Reading
from drivers.meridian.requests import Asked, Requests
from drivers.meridian.settings import Settings
from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as c
from protocols.meridian.values import Cause, Reason

_MADE: Final = frozenset({"make_call", "consult"})
_JOINED: Final = frozenset({"transfer", "conference", "blind_transfer"})


class ForCommand(Struct, frozen=True, gc=False):
    """A command."""

    token: int
    verb: str
    where: str
    device: str | None
    request: Request


class Commands:
    """The commands of one link."""

    def __init__(self, settings: Settings, requests: Requests, reading: Reading) -> None:
        self._settings = settings
        self._requests = requests
        self._reading = reading

    def requested(self, asked: dr.CommandRequested) -> list[dr.Action]:
        """Send the request of a command, or say why not."""
        command, native = asked.command, asked.native
        named = getattr(command.args, "device", None)
        device = native.device or (named if isinstance(named, str) else None)
        where = _where(command.verb, device, native)
        if len(self._requests) >= self._settings.outstanding:
            detail = f"{where}: {len(self._requests)} requests wait for an answer already"
            error = Error(ErrorClass.RESOURCE_BUSY, detail, retry_after_ms=1000)
            return [rejected(asked.token, error)]
        if command.verb == "route_end":
            return self._given_back(asked, where)
        try:
            request = request_of(command, native, self._settings, self._reading)
            purpose = ForCommand(asked.token, command.verb, where, device, request)
            return self._requests.ask(request.body, purpose, urgent=request.urgent)
        except Unwritable as refusal:
            told = structs.replace(refusal.error, detail=f"{where}: {refusal.error.detail}")
            return [rejected(asked.token, told)]
        except EncodeError as error:
            told = Error(ErrorClass.INVALID_ARGUMENT, f"{where}: {error}", "args")
            return [rejected(asked.token, told)]

    def _given_back(self, asked: dr.CommandRequested, where: str) -> list[dr.Action]:
        """Leave a route to the switch, which has a time of its own: no message says so."""
        told = self._reading.given_back(asked.native.route or "")
        if not told:
            detail = f"{where}: no open route of this link"
            return [rejected(asked.token, Error(ErrorClass.INVALID_OBJECT, detail))]
        return [succeeded(asked.token, {"confirmed": False}), *told]

    # Answers.

    def accepted(self, asked: Asked, purpose: ForCommand, answer: c.Body) -> list[dr.Action]:
        """Take an acknowledgement."""
        request = purpose.request
        facts, result = self._told(asked, purpose, answer)
        if request.ignored:
            result["ignored"] = list(request.ignored)
        return [*facts, succeeded(purpose.token, result)]

    def _told(
        self, asked: Asked, purpose: ForCommand, answer: c.Body
    ) -> tuple[list[dr.Action], dict[str, Any]]:
        """Give the facts of an answer, and what the reply tells of it."""
        reading, request, device = self._reading, purpose.request, purpose.device or ""
        made = getattr(answer, "call_id", None)
        match purpose.verb:
            case verb if verb in _MADE and made is not None:
                call = str(made)
                held = request.call if verb == "consult" else None
                facts = reading.made(device, call, request.to, asked.message.value, held=held)
                return facts, {"native": {"call": call, "device": device}}
            case verb if verb in _JOINED and request.call is not None:
                told = {"native": {"call": request.call, "device": device}}
                if verb == "blind_transfer":
                    return reading.blind(device, request.call, request.to), told
                return [], told
            case "route_select" | "redirect" if request.route is not None:
                return reading.taken(request.route, request.to), {"confirmed": True}
            case "query_queue" if isinstance(answer, c.QueueStatusAck):
                return [], {"waiting": answer.calls_waiting}
            case "private":
                if isinstance(answer, c.OpenSessionAck) and request.call is not None:
                    reading.opened(answer.session_id, request.call)
                return [], {"private": _elements(answer)}
            case _:
                return [], {}

    def refused(self, purpose: ForCommand, cause: Cause) -> list[dr.Action]:
        """Take a refusal."""
        error = error_of(purpose.where, cause, self._settings.profile)
        if cause == Cause(Reason.BAD_DN) and purpose.request.to:
            # The set is one that the link monitors: what it does not know is the number.
            error = structs.replace(error, kind=ErrorClass.INVALID_ARGUMENT)
        return [dr.Outcome(purpose.token, Result(EndState.FAILED, error=error))]

    def unsent(self, purpose: ForCommand, why: str) -> list[dr.Action]:
        """Take that a request waited for too long and will not be sent."""
        error = Error(ErrorClass.OVERLOAD, f"{purpose.where}: {why}")
        return [rejected(purpose.token, error)]

    def unanswered(self, purpose: ForCommand, kind: ErrorClass, why: str) -> list[dr.Action]:
        """Take that nobody knows what became of a request."""
        return [dr.Outcome(purpose.token, unknown(kind, f"{purpose.where}: {why}"))]


def _elements(answer: c.Body) -> dict[str, Any]:
    shown: dict[str, Any] = {} if isinstance(answer, c.Ack) else msgspec.to_builtins(answer)
    return shown


def _where(verb: str, device: str | None, native: dr.NativeTarget) -> str:
    if device is not None:
        return f"{verb} at {device}"
    if native.route is not None:
        return f"{verb} of route {native.route}"
    return verb if native.call is None else f"{verb} of call {native.call}"
