"""Ends of commands, and the errors of the model that say why."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from cti import driver as dr
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass, NativeError
from drivers.csta.errors import describe
from drivers.csta.exchange import UNRECOGNIZED
from protocols.rose.apdus import Problem

_BUSY: Final = {("invoke", 3): ErrorClass.RESOURCE_BUSY}  # resource limitation


def rejected(token: int, error: Error) -> dr.Action:
    """Say that a command was never sent."""
    return dr.Outcome(token, Result(EndState.REJECTED, error=error))


def succeeded(token: int, result: dict[str, Any]) -> dr.Action:
    """Say that a command was carried out."""
    return dr.Outcome(token, Result(EndState.SUCCEEDED, result=result))


def unknown(kind: ErrorClass, detail: str) -> Result:
    """Say that a command was sent and nobody knows what became of it."""
    return Result(EndState.UNKNOWN, error=Error(kind, detail))


def failure_error(where: str, failure: object, protocol: str) -> Error:
    """Make the error of a universal failure."""
    kind, words = describe(failure)
    native: NativeError | None = None
    match failure:
        case (str(category), int(code)):
            name = getattr(code, "name", "").lower()
            native = NativeError(protocol, category, int(code), name)
        case (str(category), _):
            native = NativeError(protocol, category, 0)
        case _:
            pass
    detail = f"{where}: the switch answers {words}"
    return Error(kind, detail, native=UNSET if native is None else native)


def reject_error(where: str, problem: Problem, protocol: str) -> Error:
    """Make the error of a reject."""
    category, number = problem
    kind = _BUSY.get(problem, ErrorClass.PROTOCOL)
    words = f"the switch rejects the request: {category} problem {number}"
    if problem == UNRECOGNIZED:
        kind, words = ErrorClass.UNSUPPORTED, "the switch does not know the operation"
    native = NativeError(protocol, f"reject {category}", number)
    return Error(kind, f"{where}: {words}", native=native)
