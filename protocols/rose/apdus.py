"""Remote operations APDUs as values (ITU-T X.880), and what a refusal of octets says."""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.ber.runtime import Unknown
from protocols.errors import DecodeError, TruncatedError
from protocols.rose import _codec_rose as ros

Problem = ros.Problem
"""Why an APDU was rejected: ("general" | "invoke" | "returnResult" | "returnError", number)."""

UNRECOGNIZED_APDU: Final[Problem] = ("general", 0)
MISTYPED_APDU: Final[Problem] = ("general", 1)
BADLY_STRUCTURED_APDU: Final[Problem] = ("general", 2)
MISTYPED_ARGUMENT: Final[Problem] = ("invoke", 2)
MISTYPED_RESULT: Final[Problem] = ("returnResult", 2)
MISTYPED_PARAMETER: Final[Problem] = ("returnError", 4)


class Invoke(msgspec.Struct, frozen=True, gc=False):
    """Ask for an operation, or report an event."""

    invoke_id: int
    operation: int
    """Member of the protocol's enumeration where the number is known."""
    argument: object = None
    """The operation's record; the octets of one element if the operation is not known.
    Absent: ``None``, or ``UNSET`` for an operation whose argument is a NULL."""
    unknown: tuple[Unknown, ...] = ()


class ReturnResult(msgspec.Struct, frozen=True, gc=False):
    """An operation succeeded."""

    invoke_id: int
    operation: int | None = None
    """``None`` when nothing at all is returned."""
    result: object = None
    """As ``argument`` of an invoke."""
    unknown: tuple[Unknown, ...] = ()
    result_unknown: tuple[Unknown, ...] = ()
    """Unknown elements beside operation and result."""


class ReturnError(msgspec.Struct, frozen=True, gc=False):
    """An operation failed."""

    invoke_id: int
    error: int
    parameter: object = None
    """As ``argument`` of an invoke."""
    unknown: tuple[Unknown, ...] = ()


class Reject(msgspec.Struct, frozen=True, gc=False):
    """An APDU could not be handled."""

    invoke_id: int | None
    """``None`` when it could not be read."""
    problem: Problem
    unknown: tuple[Unknown, ...] = ()


Apdu = Invoke | ReturnResult | ReturnError | Reject


class ApduError(DecodeError):
    """Octets are not an APDU of this protocol; says how a reject would put it."""

    def __init__(self, cause: DecodeError, *, invoke_id: int | None, problem: Problem) -> None:
        super().__init__(cause.message, offset=cause.offset, clause=cause.clause)
        self.invoke_id = invoke_id
        """The invocation, where its id could be read."""
        self.problem = problem
        """The problem that a reject of these octets names."""


class TruncatedApduError(ApduError, TruncatedError):
    """Octets end before the APDU does."""
