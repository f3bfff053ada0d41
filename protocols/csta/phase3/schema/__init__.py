"""The ASN.1 of CSTA phase III (ECMA-285) as pyasn1 types, and the table of its operations.

Where the switches on the line and the modules of the standard differ, the line wins and a
comment says so. Fields of the standard with a DEFAULT are optional here: absence is kept.
"""

from __future__ import annotations

from typing import Any

from pyasn1.type import base

from protocols.csta.operations import OperationSpec
from protocols.csta.phase3.schema import services_call as call
from protocols.csta.phase3.schema import services_capability as capability
from protocols.csta.phase3.schema import services_device as device
from protocols.csta.phase3.schema import services_pickup as pickup
from protocols.csta.phase3.schema import services_predictive as predictive
from protocols.csta.phase3.schema import services_route as route
from protocols.csta.phase3.schema import services_status as status
from protocols.csta.phase3.schema.errors import UniversalFailure
from protocols.csta.phase3.schema.events import CSTAEventReportArgument, EventSpecificInfo
from protocols.csta.phase3.schema.types import Acknowledgement

__all__ = ["ERRORS", "EVENTS", "OPERATIONS", "OperationSpec"]


def _op(code: int, name: str, argument: Any, result: Any = Acknowledgement) -> OperationSpec:
    return OperationSpec(code, name, argument, result, argument.clause)


# Every code stands in its module of the standard; none is inferred.
OPERATIONS: tuple[OperationSpec, ...] = (
    _op(1, "alternateCall", call.AlternateCallArgument),
    _op(2, "answerCall", call.AnswerCallArgument),
    _op(4, "clearCall", call.ClearCallArgument),
    _op(5, "clearConnection", call.ClearConnectionArgument),
    _op(6, "conferenceCall", call.ConferenceCallArgument, call.ConferenceCallResult),
    _op(7, "consultationCall", call.ConsultationCallArgument, call.ConsultationCallResult),
    _op(9, "holdCall", call.HoldCallArgument),
    _op(10, "makeCall", call.MakeCallArgument, call.MakeCallResult),
    _op(
        11,
        "makePredictiveCall",
        predictive.MakePredictiveCallArgument,
        predictive.MakePredictiveCallResult,
    ),
    _op(13, "reconnectCall", call.ReconnectCallArgument),
    _op(14, "retrieveCall", call.RetrieveCallArgument),
    _op(16, "transferCall", call.TransferCallArgument, call.TransferCallResult),
    _op(18, "parkCall", pickup.ParkCallArgument, pickup.ParkCallResult),
    _op(20, "singleStepConference", call.SingleStepConfArgument, call.SingleStepConfResult),
    _op(21, "cSTAEventReport", CSTAEventReportArgument, None),
    _op(31, "routeRequest", route.RouteRequestArgument, None),
    _op(32, "reRouteRequest", route.ReRouteRequestArgument, None),
    _op(33, "routeSelectRequest", route.RouteSelectRequestArgument, None),
    _op(34, "routeUsedRequest", route.RouteUsedRequestArgument, None),
    _op(35, "routeEndRequest", route.RouteEndRequestArgument, None),
    _op(36, "routeReject", route.RouteRejectArgument, None),
    _op(50, "singleStepTransfer", call.SingleStepTransArgument, call.SingleStepTransResult),
    _op(51, "escape", status.EscapeArgument),
    _op(71, "monitorStart", status.MonitorStartArgument, status.MonitorStartResult),
    _op(
        72,
        "changeMonitorFilter",
        status.ChangeMonitorFilterArgument,
        status.ChangeMonitorFilterResult,
    ),
    _op(73, "monitorStop", status.MonitorStopArgument),
    _op(74, "snapshotDevice", status.SnapshotDeviceArgument, status.SnapshotDeviceResult),
    _op(75, "snapshotCall", status.SnapshotCallArgument, status.SnapshotCallResult),
    _op(76, "snapshotCallData", status.SnapshotCallDataArgument, None),
    _op(77, "snapshotDeviceData", status.SnapshotDeviceDataArgument, None),
    _op(
        201,
        "getLogicalDeviceInformation",
        capability.GetLogicalDeviceInformationArgument,
        capability.GetLogicalDeviceInformationResult,
    ),
    _op(
        204,
        "getSwitchingFunctionDevices",
        capability.GetSwitchingFunctionDevicesArgument,
        capability.GetSwitchingFunctionDevicesResult,
    ),
    _op(205, "switchingFunctionDevices", capability.SwitchingFunctionDevicesArgument, None),
    _op(210, "requestSystemStatus", status.RequestSysStatArg, status.RequestSysStatRes),
    _op(211, "systemStatus", status.SystemStatusArg),
    _op(214, "acceptCall", pickup.AcceptCallArgument),
    _op(215, "callBack", pickup.CallBackArgument, pickup.CallBackResult),
    _op(216, "callBackMessage", pickup.CallBackMessageArgument, pickup.CallBackMessageResult),
    _op(217, "campOnCall", pickup.CamponCallArgument),
    _op(218, "deflectCall", pickup.DeflectCallArgument),
    _op(219, "dialDigits", pickup.DialDigitsArgument),
    _op(
        220,
        "directedPickupCall",
        pickup.DirectedPickupCallArgument,
        pickup.DirectedPickupCallResult,
    ),
    _op(221, "groupPickupCall", pickup.GroupPickupCallArgument, pickup.GroupPickupCallResult),
    _op(222, "intrudeCall", pickup.IntrudeCallArgument, pickup.IntrudeCallResult),
    _op(223, "joinCall", pickup.JoinCallArgument, pickup.JoinCallResult),
    _op(230, "associateData", device.AssociateDataArgument),
    _op(232, "generateDigits", device.GenerateDigitsArgument),
    _op(234, "sendUserInformation", device.SendUserInfoArgument),
    _op(248, "routeRegister", route.RouteRegisterArgument, route.RouteRegisterResult),
    _op(249, "routeRegisterAbort", route.RouteRegisterAbortArgument, None),
    _op(250, "routeRegisterCancel", route.RouteRegisterCancelArgument),
    _op(
        267,
        "getMessageWaitingIndicator",
        device.GetMessageWaitingIndicatorArgument,
        device.GetMessageWaitingIndicatorResult,
    ),
    _op(274, "setDisplay", device.SetDisplayArgument),
    _op(277, "setMessageWaitingIndicator", device.SetMessageWaitingIndicatorArgument),
    _op(304, "getAgentState", device.GetAgentStateArgument, device.GetAgentStateResult),
    _op(308, "getDoNotDisturb", device.GetDoNotDisturbArgument, device.GetDoNotDisturbResult),
    _op(309, "getForwarding", device.GetForwardingArgument, device.GetForwardingResult),
    _op(312, "setAgentState", device.SetAgentStateArgument, device.SetAgentStateResult),
    _op(316, "setDoNotDisturb", device.SetDoNotDisturbArgument),
    _op(317, "setForwarding", device.SetForwardingArgument),
)

# The types of the errors by their code: CSTA knows one.
ERRORS: dict[int, type[base.Asn1Type]] = {1: UniversalFailure}


def _alternatives(choice: Any) -> dict[str, Any]:
    return {field.name: field.asn1Object for field in choice.componentType.namedTypes}


# The names of the events by group: ``delivered`` stands in ``callControlEvents``.
EVENTS: dict[str, tuple[str, ...]] = {
    group: tuple(_alternatives(events))
    for group, events in _alternatives(EventSpecificInfo).items()
}
