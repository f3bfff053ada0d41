"""Settings of devices, call backs, tones, media services (ECMA-269 clauses 18, 19, 22)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import CallLinkageData
from protocols.csta.phase3.schema.events_associated import TelephonyTone
from protocols.csta.phase3.schema.identifiers import (
    ConnectionID,
    DeviceID,
    LocalConnectionState,
)
from protocols.csta.phase3.schema.media import (
    ConnectionInformation,
    MediaServiceInstanceID,
    MediaServiceType,
)
from protocols.csta.phase3.schema.types import CSTACommonArguments


class CallBackNonCallRelatedArgument(univ.Sequence):
    """Ask to be called back by a device."""

    clause = "ECMA-285 call-back-non-call-related"
    componentType = NamedTypes(
        required("originatingDevice", DeviceID()),
        required("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackMessageNonCallRelatedArgument(univ.Sequence):
    """Leave a message to be called back."""

    clause = "ECMA-285 call-back-message-non-call-related"
    componentType = NamedTypes(
        required("originatingDevice", DeviceID()),
        required("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class CancelCallBackArgument(univ.Sequence):
    """Cancel call backs."""

    clause = "ECMA-285 cancel-call-back"
    componentType = NamedTypes(
        required("originatingDevice", DeviceID()),
        required("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class CancelCallBackMessageArgument(univ.Sequence):
    """Cancel messages to be called back."""

    clause = "ECMA-285 cancel-call-back-message"
    componentType = NamedTypes(
        required("originatingDevice", DeviceID()),
        required("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAutoAnswerArgument(univ.Sequence):
    """Ask whether a device answers by itself."""

    clause = "ECMA-285 get-auto-answer"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAutoAnswerResult(univ.Sequence):
    """Whether a device answers by itself."""

    clause = "ECMA-285 get-auto-answer"
    componentType = NamedTypes(
        required("autoAnswerOn", univ.Boolean()),
        optional("numberOfRings", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAutoWorkModeArgument(univ.Sequence):
    """Ask whether work after a call begins by itself."""

    clause = "ECMA-285 get-auto-work-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAutoWorkModeResult(univ.Sequence):
    """Whether work after a call begins by itself, and its seconds."""

    clause = "ECMA-285 get-auto-work-mode"
    componentType = NamedTypes(
        required("autoWorkOn", univ.Boolean()),
        optional("autoWorkInterval", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class GetCallerIDStatusArgument(univ.Sequence):
    """Ask whether a device shows its number."""

    clause = "ECMA-285 get-caller-id-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetCallerIDStatusResult(univ.Sequence):
    """Whether a device shows its number."""

    clause = "ECMA-285 get-caller-id-status"
    componentType = NamedTypes(
        required("callerIDProvided", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class GetLastNumberDialedArgument(univ.Sequence):
    """Ask for the last number dialled at a device."""

    clause = "ECMA-285 get-last-number-dialed"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetLastNumberDialedResult(univ.Sequence):
    """The last number dialled at a device."""

    clause = "ECMA-285 get-last-number-dialed"
    componentType = NamedTypes(
        required("numberDialed", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetRouteingModeArgument(univ.Sequence):
    """Ask whether calls of a device are routed by the application."""

    clause = "ECMA-285 get-routeing-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetRouteingModeResult(univ.Sequence):
    """Whether calls of a device are routed by the application."""

    clause = "ECMA-285 get-routeing-mode"
    componentType = NamedTypes(
        required("routeingMode", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SetAutoAnswerArgument(univ.Sequence):
    """Have a device answer by itself, or end that."""

    clause = "ECMA-285 set-auto-answer"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("autoAnswerOn", univ.Boolean()),
        optional("numberOfRings", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class SetAutoWorkModeArgument(univ.Sequence):
    """Have work after a call begin by itself, or end that."""

    clause = "ECMA-285 set-auto-work-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("autoWorkOn", univ.Boolean()),
        optional("autoWorkInterval", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class SetCallerIDStatusArgument(univ.Sequence):
    """Have a device show its number, or end that."""

    clause = "ECMA-285 set-caller-id-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("callerIDProvided", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SetRouteingModeArgument(univ.Sequence):
    """Route the calls of a device, or end that."""

    clause = "ECMA-285 set-routeing-mode"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("routeingMode", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class CancelTelephonyTonesArgument(univ.Sequence):
    """End a tone on a connection."""

    clause = "ECMA-285 cancel-telephony-tones"
    componentType = NamedTypes(
        required("connectionToStopTone", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class GenerateTelephonyTonesArgument(univ.Sequence):
    """Send a tone on a connection."""

    clause = "ECMA-285 generate-telephony-tones"
    componentType = NamedTypes(
        required("connectionToSendTone", ConnectionID()),
        required("toneToSend", TelephonyTone()),
        optional("toneDuration", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class ConnectionMode(univ.Enumerated):
    """How a media service is brought to a call."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(
        ("consultationConference", 0),
        ("consultationConferenceHold", 1),
        ("deflect", 2),
        ("directedPickup", 3),
        ("join", 4),
        ("singleStepConference", 5),
        ("singleStepConferenceHold", 6),
        ("singleStepTransfer", 7),
        ("transfer", 8),
        ("direct", 9),
    )


class AttachMediaServiceArgument(univ.Sequence):
    """Attach a media service to a connection."""

    clause = "ECMA-285 attach-media-service"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("mediaServiceType", MediaServiceType()),
        optional("mediaServiceVersion", univ.Integer()),
        optional("mediaServiceInstanceID", MediaServiceInstanceID()),
        required("connectionMode", ConnectionMode()),
        optional("requestedConnectionState", LocalConnectionState()),
        optional("extensions", CSTACommonArguments()),
    )


class AttachMediaServiceResult(univ.Sequence):
    """The connection of a media service."""

    clause = "ECMA-285 attach-media-service"
    componentType = NamedTypes(
        optional("mediaConnection", ConnectionID()),
        optional("mediaDevice", implicit(DeviceID, 0)),
        optional("mediaServiceInstanceID", MediaServiceInstanceID()),
        optional("mediaConnectionInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageData", implicit(CallLinkageData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class DetachMediaServiceArgument(univ.Sequence):
    """Detach a media service from a connection."""

    clause = "ECMA-285 detach-media-service"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("mediaServiceType", MediaServiceType()),
        optional("extensions", CSTACommonArguments()),
    )
