"""The APDUs of remote operations as CSTA uses them (ITU-T X.880).

An envelope names the operation; what the operation carries is kept here as raw octets and
read by the codec that knows the operation. The linked id of X.880 is left out: no CSTA
service is linked to another.
"""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required


class Invoke(univ.Sequence):
    """Ask the peer to perform an operation, or report an event to it."""

    clause = "X.880 ROS Invoke"
    componentType = NamedTypes(
        required("invokeID", univ.Integer()),
        required("opcode", univ.Integer()),
        optional("argument", univ.Any()),
    )


class ResultSeq(univ.Sequence):
    """The operation that succeeded, with what it returns."""

    clause = "X.880 ROS ReturnResult"
    componentType = NamedTypes(
        required("opcode", univ.Integer()),
        optional("result", univ.Any()),
    )


class ReturnResult(univ.Sequence):
    """An operation succeeded. ``result`` is absent when nothing at all is returned."""

    clause = "X.880 ROS ReturnResult"
    componentType = NamedTypes(
        required("invokeID", univ.Integer()),
        optional("result", ResultSeq()),
    )


class ReturnError(univ.Sequence):
    """An operation failed. CSTA knows one error, 1 = universalFailure."""

    clause = "X.880 ROS ReturnError"
    componentType = NamedTypes(
        required("invokeID", univ.Integer()),
        required("errcode", univ.Integer()),
        optional("parameter", univ.Any()),
    )


class InvokeId(univ.Choice):
    """The invocation that a reject is about; absent when its id could not be read."""

    clause = "X.880 InvokeId"
    componentType = NamedTypes(
        required("present", univ.Integer()),
        required("absent", univ.Null()),
    )


class GeneralProblem(univ.Integer):
    """0 unrecognized APDU, 1 mistyped APDU, 2 badly structured APDU."""


class InvokeProblem(univ.Integer):
    """Why an invoke was rejected.

    0 duplicate invocation, 1 unrecognized operation, 2 mistyped argument, 3 resource
    limitation, 4 initiator releasing, 5 unrecognized linked id, 6 linked response
    unexpected, 7 unexpected child operation.
    """


class ReturnResultProblem(univ.Integer):
    """0 unrecognized invocation, 1 result response unexpected, 2 mistyped result."""


class ReturnErrorProblem(univ.Integer):
    """Why a return error was rejected.

    0 unrecognized invocation, 1 error response unexpected, 2 unrecognized error,
    3 unexpected error, 4 mistyped parameter.
    """


class Problem(univ.Choice):
    """Which kind of APDU was rejected, and why (a number: an unlisted one is no fault)."""

    clause = "X.880 ROS Reject problem"
    componentType = NamedTypes(
        required("general", implicit(GeneralProblem, 0)),
        required("invoke", implicit(InvokeProblem, 1)),
        required("returnResult", implicit(ReturnResultProblem, 2)),
        required("returnError", implicit(ReturnErrorProblem, 3)),
    )


class Reject(univ.Sequence):
    """An APDU that could not be handled is sent back as a problem."""

    clause = "X.880 ROS Reject"
    componentType = NamedTypes(
        required("invokeID", InvokeId()),
        required("problem", Problem()),
    )


class ROS(univ.Choice):
    """Any remote operations APDU."""

    clause = "X.880 ROS"
    componentType = NamedTypes(
        required("invoke", implicit(Invoke, 1)),
        required("returnResult", implicit(ReturnResult, 2)),
        required("returnError", implicit(ReturnError, 3)),
        required("reject", implicit(Reject, 4)),
    )
