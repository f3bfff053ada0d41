"""The ASN.1 of CSTA phases I and II as pyasn1 types, and the tables of their operations.

What no line has shown and no published grammar has is in the manner of the neighbouring
phase; the conformance page tells which operations that is.
"""

from __future__ import annotations

from typing import Any, Final

from protocols.csta.operations import OperationSpec
from protocols.csta.phase12.schema import services_call as call
from protocols.csta.phase12.schema import services_device as device
from protocols.csta.phase12.schema import services_status as status
from protocols.csta.phase12.schema.events import CSTAEventReportArgument, EventReportArgument
from protocols.csta.phase12.schema.events_call import CALL_EVENTS
from protocols.csta.phase12.schema.events_device import (
    AGENT_EVENTS,
    FEATURE_EVENTS,
    MAINTENANCE_EVENTS,
)
from protocols.csta.phase12.schema.events_voice import VOICE_EVENTS
from protocols.csta.phase12.schema.extensions import Acknowledgement
from protocols.csta.phase12.schema.failures import UniversalFailure
from protocols.csta.phase12.schema.services_voice import DATA_SERVICES, VOICE_SERVICES

__all__ = ["ERRORS", "EVENTS", "OPERATIONS", "PHASE1", "PHASE2", "OperationSpec"]


def _op(code: int, name: str, argument: Any, result: Any = Acknowledgement) -> OperationSpec:
    return OperationSpec(code, name, argument, result, argument.clause)


_BOTH: Final = (
    _op(1, "alternateCall", call.CallsArgument),
    _op(2, "answerCall", call.ConnectionArgument),
    _op(3, "callCompletion", call.CallCompletionArgument),
    _op(4, "clearCall", call.ConnectionArgument),
    _op(5, "clearConnection", call.ConnectionArgument),
    _op(6, "conferenceCall", call.CallsArgument, call.ConferenceCallResult),
    _op(7, "consultationCall", call.ConsultationCallArgument, call.ConnectionArgument),
    _op(8, "divertCall", call.DivertCallArgument),
    _op(9, "holdCall", call.HoldCallArgument),
    _op(10, "makeCall", call.MakeCallArgument, call.ConnectionArgument),
    _op(11, "makePredictiveCall", call.MakePredictiveCallArgument, call.ConnectionArgument),
    _op(12, "queryDevice", device.QueryDeviceArgument, device.QueryDeviceResult),
    _op(13, "reconnectCall", call.CallsArgument),
    _op(14, "retrieveCall", call.ConnectionArgument),
    _op(15, "setFeature", device.SetFeatureArgument),
    _op(16, "transferCall", call.CallsArgument, call.TransferCallResult),
    _op(31, "routeRequest", device.RouteRequestArgument, None),
    _op(32, "reRouteRequest", device.ReRouteRequestArgument, None),
    _op(33, "routeSelectRequest", device.RouteSelectRequestArgument, None),
    _op(34, "routeUsedRequest", device.RouteUsedRequestArgument, None),
    _op(35, "routeEndRequest", device.RouteEndRequestArgument, None),
    _op(51, "escape", device.EscapeArgument),
    _op(52, "systemStatus", status.SystemStatusArgument),
    _op(71, "monitorStart", status.MonitorStartArgument, status.MonitorStartResult),
    _op(
        72,
        "changeMonitorFilter",
        status.ChangeMonitorFilterArgument,
        status.ChangeMonitorFilterResult,
    ),
    _op(73, "monitorStop", status.MonitorStopArgument),
    _op(74, "snapshotDevice", status.SnapshotDeviceArgument, status.SnapshotDeviceResult),
    _op(75, "snapshotCall", call.ConnectionArgument, status.SnapshotCallResult),
)

PHASE1: Final = tuple(sorted((*_BOTH, _op(21, "eventReport", EventReportArgument, None))))
"""Operations of phase I, by code."""

PHASE2: Final = tuple(
    sorted(
        (
            *_BOTH,
            _op(17, "associateData", call.AssociateDataArgument),
            _op(18, "parkCall", call.ParkCallArgument),
            _op(19, "sendDTMFTones", call.SendDTMFTonesArgument),
            _op(
                20,
                "singleStepConference",
                call.SingleStepConfArgument,
                call.ConferenceCallResult,
            ),
            _op(21, "cSTAEventReport", CSTAEventReportArgument, None),
            _op(
                50, "singleStepTransfer", call.SingleStepTransArgument, call.TransferCallResult
            ),
            *(
                _op(code, name, argument, result or Acknowledgement)
                for code, name, argument, result in (*DATA_SERVICES, *VOICE_SERVICES)
            ),
        )
    )
)
"""Operations of phase II, by code."""

OPERATIONS: Final = (*PHASE1, *PHASE2)

EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "callEvents": tuple(CALL_EVENTS),
    "featureEvents": tuple(FEATURE_EVENTS),
    "agentEvents": tuple(AGENT_EVENTS),
    "maintenanceEvents": tuple(MAINTENANCE_EVENTS),
    "voiceUnitEvents": tuple(VOICE_EVENTS),
}
"""The names of the events of phase II by group."""

ERRORS: Final = {1: UniversalFailure}
"""The types of the errors by their code: CSTA knows one."""
