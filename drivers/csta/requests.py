"""What the switch asks of the computing function, in the terms of facts.

System status and routeing (ECMA-269 clauses 14 and 20). Events have a module of their own.
"""

from __future__ import annotations

from typing import Any, Final

from cti import facts as f
from cti.model.data import CallData
from cti.model.objects import CallNumbers
from cti.model.states import SystemStatus
from drivers.csta.dialects import Dialect
from drivers.csta.errors import describe
from drivers.csta.identifiers import connection_of, subject_of, told_number
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke, Operation

SYSTEM_STATUS: Final[dict[int, SystemStatus]] = {
    c.SystemStatus.INITIALIZING: SystemStatus.INITIALIZING,
    c.SystemStatus.ENABLED: SystemStatus.ENABLED,
    c.SystemStatus.NORMAL: SystemStatus.NORMAL,
    c.SystemStatus.MESSAGES_LOST: SystemStatus.MESSAGES_LOST,
    c.SystemStatus.DISABLED: SystemStatus.DISABLED,
    c.SystemStatus.OVERLOAD_IMMINENT: SystemStatus.OVERLOAD_IMMINENT,
    c.SystemStatus.OVERLOAD_REACHED: SystemStatus.OVERLOAD_REACHED,
    c.SystemStatus.OVERLOAD_RELIEVED: SystemStatus.OVERLOAD_RELIEVED,
    c.SystemStatus.PARTIALLY_DISABLED: SystemStatus.PARTIALLY_DISABLED,
}

_CALL_GONE: Final = (
    c.OperationErrors.INVALID_CALL_ID,
    c.OperationErrors.INVALID_CONNECTION_ID,
)
"""Errors of a route end that say that the caller hung up."""

NOT_NORMALIZED: Final = frozenset(
    {
        Operation.ESCAPE,
        Operation.SNAPSHOT_CALL_DATA,
        Operation.SNAPSHOT_DEVICE_DATA,
        Operation.SWITCHING_FUNCTION_DEVICES,
    }
)
"""Operations of the switch that are understood and tell nothing that the model has."""


def fact_of(pdu: Invoke, dialect: Dialect) -> f.Facts | None:
    """Tell what an operation of the switch means; None when the model has no word for it."""
    match pdu.argument:
        case c.SystemStatusArg(system_status=status):
            return f.SystemStatusTold(status=SYSTEM_STATUS.get(status, SystemStatus.UNKNOWN))
        case c.RouteRequestArgument():
            return route_request(pdu.argument, dialect)
        case c.RouteUsedRequestArgument(cross_ref_identifier=reference, route_used=used):
            return f.RouteTaken(route=reference.hex(), destination=subject_of(used, dialect))
        case c.RouteEndRequestArgument(cross_ref_identifier=reference, error_value=error):
            return f.RouteOver(route=reference.hex(), reason=_route_end(error))
        case _:
            return None


def _route_end(error: object) -> str:
    """Say why a routeing dialogue is over."""
    match error:
        case None:
            return "ended"
        case ("operation", code) if code in _CALL_GONE:
            return "abandoned"
        case ("stateIncompatibility", 4):  # noActiveCall
            return "abandoned"
        case ("operation", c.OperationErrors.ROUTEING_TIMER_EXPIRED):
            return "expired"
        case _:
            return describe(error)[1]


def route_request(asked: c.RouteRequestArgument, dialect: Dialect) -> f.RouteAsked:
    """Tell what the switch asks; its time for an answer is left out, its unit is not known."""
    call: str | None = None
    device: f.NativeDevice | None = None
    if asked.routed_call is not None:
        call, device = connection_of(asked.routed_call, dialect)
        if device is not None and device.form is f.DeviceForm.DYNAMIC:
            device = None  # a name for this connection alone
    numbers: dict[str, Any] = {"called": told_number(asked.current_route)}
    if asked.calling_device is not None:
        numbers["calling"] = told_number(asked.calling_device)
    data = CallData()
    if asked.correlator_data is not None:
        data = CallData(correlator=asked.correlator_data)
    point = subject_of(asked.routeing_device, dialect) or device
    return f.RouteAsked(
        route=asked.cross_ref_identifier.hex(),
        route_point=point or subject_of(asked.current_route, dialect),
        call=call,
        numbers=CallNumbers(**numbers),
        data=data,
    )
