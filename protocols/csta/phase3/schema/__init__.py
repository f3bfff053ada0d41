"""The ASN.1 of CSTA phase III (ECMA-285) as pyasn1 types, and the table of its operations.

Where the switches on the line and the modules of the standard differ, the line wins and a
comment says so. Fields of the standard with a DEFAULT are optional here: absence is kept.
"""

from __future__ import annotations

from typing import Any

from pyasn1.type import base

from protocols.csta.operations import OperationSpec
from protocols.csta.phase3.schema import services_apparatus as apparatus
from protocols.csta.phase3.schema import services_audio as audio
from protocols.csta.phase3.schema import services_call as call
from protocols.csta.phase3.schema import services_capability as capability
from protocols.csta.phase3.schema import services_data as data
from protocols.csta.phase3.schema import services_device as device
from protocols.csta.phase3.schema import services_feature as feature
from protocols.csta.phase3.schema import services_information as information
from protocols.csta.phase3.schema import services_pickup as pickup
from protocols.csta.phase3.schema import services_predictive as predictive
from protocols.csta.phase3.schema import services_records as records
from protocols.csta.phase3.schema import services_route as route
from protocols.csta.phase3.schema import services_status as status
from protocols.csta.phase3.schema import services_system as system
from protocols.csta.phase3.schema import services_voice as voice
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
    _op(110, "startDataPath", data.StartDataPathArgument, data.StartDataPathResult),
    _op(111, "stopDataPath", data.StopDataPathArgument),
    _op(112, "sendData", data.SendDataArgument),
    _op(113, "sendMulticastData", data.SendMulticastDataArgument),
    _op(114, "sendBroadcastData", data.SendBroadcastDataArgument),
    _op(115, "suspendDataPath", data.SuspendDataPathArgument),
    _op(116, "dataPathSuspended", data.DataPathSuspendedArgument),
    _op(117, "resumeDataPath", data.ResumeDataPathArgument),
    _op(118, "dataPathResumed", data.DataPathResumedArgument),
    _op(119, "fastData", data.FastDataArgument),
    _op(
        201,
        "getLogicalDeviceInformation",
        capability.GetLogicalDeviceInformationArgument,
        capability.GetLogicalDeviceInformationResult,
    ),
    _op(
        202,
        "getPhysicalDeviceInformation",
        information.GetPhysicalDeviceInformationArgument,
        information.GetPhysicalDeviceInformationResult,
    ),
    _op(
        203,
        "getSwitchingFunctionCapabilities",
        information.GetSwitchingFunctionCapsArgument,
        information.GetSwitchingFunctionCapsResult,
    ),
    _op(
        204,
        "getSwitchingFunctionDevices",
        capability.GetSwitchingFunctionDevicesArgument,
        capability.GetSwitchingFunctionDevicesResult,
    ),
    _op(205, "switchingFunctionDevices", capability.SwitchingFunctionDevicesArgument, None),
    _op(
        206, "changeSysStatFilter", system.ChangeSysStatFilterArg, system.ChangeSysStatFilterRes
    ),
    _op(207, "systemRegister", system.SystemRegisterArgument, system.SystemRegisterResult),
    _op(208, "systemRegisterAbort", system.SystemRegisterAbortArgument, None),
    _op(209, "systemRegisterCancel", system.SystemRegisterCancelArgument),
    _op(210, "requestSystemStatus", status.RequestSysStatArg, status.RequestSysStatRes),
    _op(211, "systemStatus", status.SystemStatusArg),
    _op(212, "swFunctionCapsChanged", system.SwFunctionCapsChangedArgument),
    _op(213, "swFunctionDevicesChanged", system.SwFunctionDevicesChangedArgument),
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
    _op(231, "cancelTelephonyTones", feature.CancelTelephonyTonesArgument),
    _op(232, "generateDigits", device.GenerateDigitsArgument),
    _op(233, "generateTelephonyTones", feature.GenerateTelephonyTonesArgument),
    _op(234, "sendUserInformation", device.SendUserInfoArgument),
    _op(
        244,
        "attachMediaService",
        feature.AttachMediaServiceArgument,
        feature.AttachMediaServiceResult,
    ),
    _op(245, "detachMediaService", feature.DetachMediaServiceArgument),
    _op(248, "routeRegister", route.RouteRegisterArgument, route.RouteRegisterResult),
    _op(249, "routeRegisterAbort", route.RouteRegisterAbortArgument, None),
    _op(250, "routeRegisterCancel", route.RouteRegisterCancelArgument),
    _op(260, "buttonPress", apparatus.ButtonPressArgument),
    _op(
        261,
        "getAuditoryApparatusInformation",
        audio.GetAuditoryApparatusInformationArgument,
        audio.GetAuditoryApparatusInformationResult,
    ),
    _op(
        262,
        "getButtonInformation",
        apparatus.GetButtonInformationArgument,
        apparatus.GetButtonInformationResult,
    ),
    _op(263, "getDisplay", apparatus.GetDisplayArgument, apparatus.GetDisplayResult),
    _op(
        264,
        "getHookswitchStatus",
        apparatus.GetHookswitchStatusArgument,
        apparatus.GetHookswitchStatusResult,
    ),
    _op(
        265,
        "getLampInformation",
        apparatus.GetLampInformationArgument,
        apparatus.GetLampInformationResult,
    ),
    _op(266, "getLampMode", apparatus.GetLampModeArgument, apparatus.GetLampModeResult),
    _op(
        267,
        "getMessageWaitingIndicator",
        device.GetMessageWaitingIndicatorArgument,
        device.GetMessageWaitingIndicatorResult,
    ),
    _op(
        268, "getMicrophoneGain", audio.GetMicrophoneGainArgument, audio.GetMicrophoneGainResult
    ),
    _op(
        269, "getMicrophoneMute", audio.GetMicrophoneMuteArgument, audio.GetMicrophoneMuteResult
    ),
    _op(270, "getRingerStatus", audio.GetRingerStatusArgument, audio.GetRingerStatusResult),
    _op(271, "getSpeakerMute", audio.GetSpeakerMuteArgument, audio.GetSpeakerMuteResult),
    _op(272, "getSpeakerVolume", audio.GetSpeakerVolumeArgument, audio.GetSpeakerVolumeResult),
    _op(273, "setButtonInformation", apparatus.SetButtonInformationArgument),
    _op(274, "setDisplay", device.SetDisplayArgument),
    _op(275, "setHookswitchStatus", apparatus.SetHookswitchStatusArgument),
    _op(276, "setLampMode", apparatus.SetLampModeArgument),
    _op(277, "setMessageWaitingIndicator", device.SetMessageWaitingIndicatorArgument),
    _op(278, "setMicrophoneGain", audio.SetMicrophoneGainArgument),
    _op(279, "setMicrophoneMute", audio.SetMicrophoneMuteArgument),
    _op(280, "setRingerStatus", audio.SetRingerStatusArgument),
    _op(281, "setSpeakerMute", audio.SetSpeakerMuteArgument),
    _op(282, "setSpeakerVolume", audio.SetSpeakerVolumeArgument),
    _op(300, "callBackNonCallRelated", feature.CallBackNonCallRelatedArgument),
    _op(301, "callBackMessageNonCallRelated", feature.CallBackMessageNonCallRelatedArgument),
    _op(302, "cancelCallBack", feature.CancelCallBackArgument),
    _op(303, "cancelCallBackMessage", feature.CancelCallBackMessageArgument),
    _op(304, "getAgentState", device.GetAgentStateArgument, device.GetAgentStateResult),
    _op(305, "getAutoAnswer", feature.GetAutoAnswerArgument, feature.GetAutoAnswerResult),
    _op(306, "getAutoWorkMode", feature.GetAutoWorkModeArgument, feature.GetAutoWorkModeResult),
    _op(
        307,
        "getCallerIDStatus",
        feature.GetCallerIDStatusArgument,
        feature.GetCallerIDStatusResult,
    ),
    _op(308, "getDoNotDisturb", device.GetDoNotDisturbArgument, device.GetDoNotDisturbResult),
    _op(309, "getForwarding", device.GetForwardingArgument, device.GetForwardingResult),
    _op(
        310,
        "getLastNumberDialed",
        feature.GetLastNumberDialedArgument,
        feature.GetLastNumberDialedResult,
    ),
    _op(311, "getRouteingMode", feature.GetRouteingModeArgument, feature.GetRouteingModeResult),
    _op(312, "setAgentState", device.SetAgentStateArgument, device.SetAgentStateResult),
    _op(313, "setAutoAnswer", feature.SetAutoAnswerArgument),
    _op(314, "setAutoWorkMode", feature.SetAutoWorkModeArgument),
    _op(315, "setCallerIDStatus", feature.SetCallerIDStatusArgument),
    _op(316, "setDoNotDisturb", device.SetDoNotDisturbArgument),
    _op(317, "setForwarding", device.SetForwardingArgument),
    _op(318, "setRouteingMode", feature.SetRouteingModeArgument),
    _op(340, "ioRegister", data.IORegisterArgument, data.IORegisterResult),
    _op(341, "ioRegisterAbort", data.IORegisterAbortArgument, None),
    _op(342, "ioRegisterCancel", data.IORegisterCancelArgument),
    _op(343, "dataCollected", data.DataCollectedArgument),
    _op(344, "dataCollectionResumed", data.DataCollectionResumedArgument),
    _op(345, "dataCollectionSuspended", data.DataCollectionSuspendedArgument),
    _op(
        347,
        "startDataCollection",
        data.StartDataCollectionArgument,
        data.StartDataCollectionResult,
    ),
    _op(348, "stopDataCollection", data.StopDataCollectionArgument),
    _op(360, "cDRNotification", records.CDRNotificationArgument),
    _op(361, "cDRReport", records.CDRReportArgument),
    _op(362, "sendStoredCDR", records.SendStoredCDRArgument),
    _op(
        363,
        "startCDRTransmission",
        records.StartCDRTransmissionArgument,
        records.StartCDRTransmissionResult,
    ),
    _op(364, "stopCDRTransmission", records.StopCDRTransmissionArgument),
    _op(
        500,
        "concatenateMessage",
        voice.ConcatenateMessageArgument,
        voice.ConcatenateMessageResult,
    ),
    _op(501, "deleteMessage", voice.DeleteMessageArgument),
    _op(502, "playMessage", voice.PlayMessageArgument),
    _op(
        503,
        "queryVoiceAttribute",
        voice.QueryVoiceAttributeArgument,
        voice.QueryVoiceAttributeResult,
    ),
    _op(504, "reposition", voice.RepositionArgument),
    _op(505, "resume", voice.ResumeArgument),
    _op(506, "review", voice.ReviewArgument),
    _op(507, "setVoiceAttribute", voice.SetVoiceAttributeArgument),
    _op(508, "stop", voice.StopArgument),
    _op(509, "suspend", voice.SuspendArgument),
    _op(
        510, "synthesizeMessage", voice.SynthesizeMessageArgument, voice.SynthesizeMessageResult
    ),
    _op(511, "recordMessage", voice.RecordMessageArgument, voice.RecordMessageResult),
    _op(516, "start", voice.StartArgument, voice.StartResult),
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
