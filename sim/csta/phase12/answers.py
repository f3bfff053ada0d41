"""Answers and further requests of a phase III face as those of phases I and II."""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3._codec_phase3 import OperationErrors as Wrong
from protocols.csta.phase3.codec import Operation
from protocols.csta.phase12 import _codec_phase12 as phase12
from protocols.csta.phase12.codec import Operation as Early
from sim.csta.phase12.events import digits_of, forwarding, report
from sim.csta.phase12.filters import written_filter
from sim.csta.phase12.names import written

_NO_DATA: Final = ("noData", None)
_EARLY: Final[dict[int, Early]] = {
    Operation.DEFLECT_CALL: Early.DIVERT_CALL,
    Operation.DIRECTED_PICKUP_CALL: Early.DIVERT_CALL,
    Operation.GROUP_PICKUP_CALL: Early.DIVERT_CALL,
    Operation.GENERATE_DIGITS: Early.SEND_DTMF_TONES,
    Operation.ASSOCIATE_DATA: Early.ASSOCIATE_DATA,
    Operation.SYSTEM_STATUS: Early.SYSTEM_STATUS,
    **dict.fromkeys(
        (
            Operation.SET_MESSAGE_WAITING_INDICATOR,
            Operation.SET_DO_NOT_DISTURB,
            Operation.SET_FORWARDING,
            Operation.SET_AGENT_STATE,
        ),
        Early.SET_FEATURE,
    ),
    **dict.fromkeys(
        (
            Operation.GET_MESSAGE_WAITING_INDICATOR,
            Operation.GET_DO_NOT_DISTURB,
            Operation.GET_FORWARDING,
            Operation.GET_AGENT_STATE,
            Operation.GET_LOGICAL_DEVICE_INFORMATION,
        ),
        Early.QUERY_DEVICE,
    ),
}
"""Operations that phase III has split or numbered anew; the others have their numbers."""
_TYPES: Final = {
    csta.DeviceCategory.STATION: phase12.DeviceType.STATION,
    csta.DeviceCategory.ACD: phase12.DeviceType.ACD_GROUP,
    csta.DeviceCategory.GROUP: phase12.DeviceType.STATION_GROUP,
    csta.DeviceCategory.NETWORK_INTERFACE: phase12.DeviceType.TRUNK,
}


def operation_of(operation: int) -> int:
    """Give the number that an operation of phase III has in phases I and II."""
    return _EARLY.get(operation) or Early(operation)


def result_of(operation: int, result: Any, *, first: bool) -> Any:
    """Write a result; ``first`` for phase I."""
    match result:
        case (
            csta.MakeCallResult(connection)
            | csta.MakePredictiveCallResult(connection)
            | csta.ConsultationCallResult(connection)
        ):
            return ("connection", written(connection))
        case csta.ConferenceCallResult(connection, connections):
            return phase12.ConferenceCallResult(written(connection), written(connections))
        case csta.SingleStepConfResult(connection):
            return phase12.ConferenceCallResult(written(connection))
        case csta.TransferCallResult(connection, connections) | csta.SingleStepTransResult(
            connection, connections
        ):
            return phase12.TransferCallResult(written(connection), written(connections))
        case csta.MonitorStartResult(reference, shown):
            return phase12.MonitorStartResult(reference, written_filter(shown, first=first))
        case csta.ChangeMonitorFilterResult(shown):
            told = written_filter(shown, first=first) or phase12.MonitorFilter()
            return ("filter", told)
        case csta.SnapshotDeviceResult() | csta.SnapshotCallResult():
            return ("snapshotData", tuple(_entry(one) for one in result.snapshot_data or ()))
        case _ if operation_of(operation) == Early.QUERY_DEVICE:
            return ("deviceInformation", _information(result))
        case _:
            return _NO_DATA


def _entry(entry: csta.SnapshotDeviceResponseInfo | csta.SnapshotCallResponseInfo) -> Any:
    if isinstance(entry, csta.SnapshotDeviceResponseInfo):
        return phase12.SnapshotDeviceResponseInfo(
            call_identifier=written(entry.connection_identifier),
            local_call_state=entry.local_call_state,
        )
    device, connection = written(entry.device_on_call), written(entry.call_identifier)
    return phase12.SnapshotCallResponseInfo(device, connection, entry.local_connection_state)


def _information(result: Any) -> tuple[str, Any]:
    match result:
        case csta.GetMessageWaitingIndicatorResult():
            return "msgWaiting", result.message_waiting_on
        case csta.GetDoNotDisturbResult():
            return "doNotDisturb", result.do_not_disturb_on
        case csta.GetForwardingResult():
            return "forward", tuple(_forwarding(one) for one in result.forwarding_list)
        case csta.GetAgentStateResult():
            return "agentState", _agent(result.agent_state_list[0])
        case _:
            kind = _TYPES.get(result.device_category, phase12.DeviceType.OTHER)
            return "deviceInfo", phase12.DeviceInfo(device_type=kind)


def _forwarding(entry: csta.ForwardListEntry) -> tuple[str, phase12.ForwardParameter]:
    kind = forwarding(int(entry.forwarding_type or 0), on=entry.forward_status)
    return "parameter", phase12.ForwardParameter(kind, digits_of(entry.forward_dn))


def _agent(entry: csta.AgentStateEntry) -> phase12.AgentState:
    """Give the state of an agent; there is none for busy, so that one counts as ready."""
    told = entry.agent_info[0] if entry.agent_info else None
    if not entry.logged_on or told is None:
        return phase12.AgentState.NULL
    match told.agent_state:
        case csta.AgentState.AGENT_WORKING_AFTER_CALL:
            if told.pending_agent_state == csta.PendingAgentState.AGENT_READY:
                return phase12.AgentState.WORK_READY
            return phase12.AgentState.WORK_NOT_READY
        case csta.AgentState.AGENT_BUSY:
            return phase12.AgentState.READY
        case state:
            return phase12.AgentState(int(state))


def request_of(argument: Any, *, first: bool) -> Any:
    """Write what the switching function asks or reports."""
    match argument:
        case csta.CSTAEventReportArgument():
            return report(argument, first=first)
        case csta.SystemStatusArg():
            return ("systemStatus", argument.system_status)
        case csta.RouteRequestArgument():
            return phase12.RouteRequestArgument(
                argument.cross_ref_identifier,
                written(argument.current_route),
                written(argument.calling_device),
                written(argument.routed_call),
            )
        case csta.RouteUsedRequestArgument():
            reference = argument.cross_ref_identifier
            return phase12.RouteUsedRequestArgument(reference, written(argument.route_used))
        case csta.ReRouteRequestArgument():
            return phase12.ReRouteRequestArgument(argument.cross_ref_identifier)
        case _:
            wrong = argument.error_value
            error = failure_of(wrong) if wrong else None
            return phase12.RouteEndRequestArgument(argument.cross_ref_identifier, error)


# Failures.

_OPERATION: Final[dict[int, int]] = {
    Wrong.INVALID_AGENT_IDENTIFIER: Wrong.OBJECT_NOT_KNOWN,
    Wrong.INVALID_AGENT_PASSWORD: Wrong.SECURITY_VIOLATION,
    Wrong.INVALID_AGENT_STATE: Wrong.VALUE_OUT_OF_RANGE,
    Wrong.INVALID_AGENT_GROUP: Wrong.OBJECT_NOT_KNOWN,
    Wrong.INVALID_ALERT_TIME: Wrong.VALUE_OUT_OF_RANGE,
    Wrong.INVALID_FORWARDING_TYPE: Wrong.VALUE_OUT_OF_RANGE,
    Wrong.INVALID_MONITOR_CROSS_REF_ID: Wrong.INVALID_CROSS_REF_ID,
    Wrong.INVALID_ROUTEING_CROSS_REF_ID: Wrong.INVALID_CROSS_REF_ID,
    Wrong.INVALID_MONITOR_OBJECT: Wrong.INVALID_OBJECT_TYPE,
    Wrong.INVALID_MONITOR_TYPE: Wrong.INVALID_OBJECT_TYPE,
    Wrong.NOT_DIFFERENT_DEVICES: Wrong.REQUEST_INCOMPATIBLE_WITH_OBJECT,
    Wrong.NOT_SAME_DEVICE: Wrong.REQUEST_INCOMPATIBLE_WITH_OBJECT,
    Wrong.PARAMETER_NOT_SUPPORTED: Wrong.INVALID_ALLOCATION_STATE,
}
"""The nearest of the 19 errors that phases I and II have."""
_STATE: Final[dict[int, int]] = {
    csta.StateIncompatibilityErrors.INVALID_CONNECTION_STATE: 2,
    csta.StateIncompatibilityErrors.CONNECTED_CALL_EXISTS: 2,
    csta.StateIncompatibilityErrors.INVALID_PARK_TO_DEVICE_STATE: 2,
}
"""invalidObjectState."""
_RESOURCE: Final = {2: 3, 3: 2}
"""A busy resource and a busy service have changed places between the phases."""
_FAILURES: Final[dict[str, tuple[str, dict[int, int], int]]] = {
    "operation": ("operationalErrors", _OPERATION, 19),
    "stateIncompatibility": ("stateErrors", _STATE, 9),
    "systemResourceAvailability": ("systemResourceErrors", _RESOURCE, 8),
    "subscribedResourceAvailability": ("subscribedResourceAvailabilityErrors", {}, 4),
    "performanceManagement": ("performanceErrors", {}, 2),
}
"""Name in phases I and II, numbers that are others there, and the last number."""
_GENERIC: Final = 1


def failure_of(failed: csta.UniversalFailure) -> Any:
    """Write a failure; one that the phase does not have is generic."""
    kind, number = failed
    name, others, last = _FAILURES[kind]
    told = others.get(int(number), int(number))  # type: ignore[arg-type]
    return (name, told if told <= last else _GENERIC)
