"""Call associated and media attachment events (ECMA-269 clauses 18.2, 19.2)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallLinkageDataList,
    CallQualifyingData,
    LanguagePreferences,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.charging import ChargingInfo
from protocols.csta.phase3.schema.identifiers import (
    CallingDeviceID,
    ConnectionID,
    DeviceID,
    LocalConnectionState,
    SubjectDeviceID,
)
from protocols.csta.phase3.schema.media import (
    ConnectionInformation,
    MediaCallCharacteristics,
    MediaServiceInstanceID,
    MediaServiceType,
    MediaStreamID,
)
from protocols.csta.phase3.schema.permitted import ServicesPermitted
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AuthCode,
    CorrelatorData,
    CSTACommonArguments,
    UserData,
)


class CallInformationEvent(univ.Sequence):
    """What is known about a call has changed."""

    clause = "ECMA-285 call-information-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("device", SubjectDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("accountInfo", implicit(AccountInfo, 0)),
        optional("authCode", implicit(AuthCode, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("servicesPermitted", implicit(ServicesPermitted, 3)),
        optional("userData", UserData()),
        optional("callQualifyingData", implicit(CallQualifyingData, 4)),
        optional("connectionInfo", ConnectionInformation()),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 5)),
        optional("callCharacteristics", implicit(CallCharacteristics, 6)),
        optional("subjectOfCall", implicit(SubjectOfCall, 7)),
        optional("languagePreferences", implicit(LanguagePreferences, 8)),
        optional("deviceInfo", implicit(DeviceID, 9)),
        optional("extensions", CSTACommonArguments()),
    )


class ChargingEvent(univ.Sequence):
    """A call was charged."""

    clause = "ECMA-285 charging-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("chargedDevice", DeviceID()),
        required("chargingInfo", ChargingInfo()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class IntegerList(univ.SequenceOf):
    """Durations in milliseconds."""

    clause = "ECMA-285 digits-generated-event"
    componentType = univ.Integer()


class DigitsGeneratedEvent(univ.Sequence):
    """Digits were sent on a connection."""

    clause = "ECMA-285 digits-generated-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("digitGeneratedList", char.IA5String()),
        optional("digitDurationList", implicit(IntegerList, 0)),
        optional("pauseDurationList", implicit(IntegerList, 1)),
        optional("connectionInfo", ConnectionInformation()),
        optional("extensions", CSTACommonArguments()),
    )


class TelephonyTone(univ.Enumerated):
    """A tone."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("beep", 0),
        ("billing", 1),
        ("busy", 2),
        ("carrier", 3),
        ("confirmation", 4),
        ("dial", 5),
        ("faxCNG", 6),
        ("hold", 7),
        ("howler", 8),
        ("intrusion", 9),
        ("modemCNG", 10),
        ("park", 11),
        ("recordWarning", 12),
        ("reorder", 13),
        ("ringback", 14),
        ("silence", 15),
        ("sitVC", 16),
        ("sitIC", 17),
        ("sitRO", 18),
        ("sitNC", 19),
        *((f"switchSpec{number}", 20 + number) for number in range(101)),
    )


class TelephonyTonesGeneratedEvent(univ.Sequence):
    """A tone was sent on a connection."""

    clause = "ECMA-285 telephony-tones-generated-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("toneGenerated", TelephonyTone()),
        optional("toneFrequency", implicit(univ.Integer, 0)),
        optional("toneDuration", implicit(univ.Integer, 1)),
        optional("pauseDuration", implicit(univ.Integer, 2)),
        optional("connectionInfo", ConnectionInformation()),
        optional("extensions", CSTACommonArguments()),
    )


class PrimaryOrSecondaryCall(univ.Sequence):
    """A call that a service failed for, at the device that asked."""

    clause = "ECMA-285 service-completion-failure-event"
    componentType = NamedTypes(
        required("deviceID", DeviceID()),
        required("connectionID", ConnectionID()),
        required("localConnectionState", LocalConnectionState()),
        optional("connectionInfo", ConnectionInformation()),
    )


class OtherCall(univ.Sequence):
    """A call that a service failed for, at another device."""

    clause = "ECMA-285 service-completion-failure-event"
    componentType = NamedTypes(
        required("deviceID", DeviceID()),
        required("connectionID", ConnectionID()),
        optional("localConnectionState", LocalConnectionState()),
        optional("connectionInfo", ConnectionInformation()),
    )


class OtherCallList(univ.SequenceOf):
    """The other devices of a call that a service failed for."""

    clause = "ECMA-285 service-completion-failure-event"
    componentType = OtherCall()


class ServiceCompletionFailureEvent(univ.Sequence):
    """A service that was acknowledged could not be completed."""

    clause = "ECMA-285 service-completion-failure-event"
    componentType = NamedTypes(
        required("primaryCall", PrimaryOrSecondaryCall()),
        optional("secondaryCall", implicit(PrimaryOrSecondaryCall, 0)),
        optional("otherDevsPrimaryCallList", implicit(OtherCallList, 1)),
        optional("otherDevsSecondaryCallList", implicit(OtherCallList, 2)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 3)),
        required("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class MediaAttachedEvent(univ.Sequence):
    """A media service was attached to a connection."""

    clause = "ECMA-285 media-attached-event"
    componentType = NamedTypes(
        required("mediaConnection", ConnectionID()),
        required("mediaDevice", SubjectDeviceID()),
        required("mediaServiceType", MediaServiceType()),
        optional("mediaServiceVersion", univ.Integer()),
        optional("mediaServiceInstanceID", implicit(MediaServiceInstanceID, 0)),
        optional("mediaStreamID", implicit(MediaStreamID, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", CallCharacteristics()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("mediaConnectionInfo", implicit(ConnectionInformation, 3)),
        optional("extension", CSTACommonArguments()),
    )


class MediaDetachedEvent(univ.Sequence):
    """A media service was detached from a connection."""

    clause = "ECMA-285 media-detached-event"
    componentType = NamedTypes(
        required("mediaConnection", ConnectionID()),
        required("mediaDevice", SubjectDeviceID()),
        required("mediaServiceType", MediaServiceType()),
        optional("mediaServiceVersion", univ.Integer()),
        optional("mediaServiceInstanceID", implicit(MediaServiceInstanceID, 0)),
        optional("mediaStreamID", implicit(MediaStreamID, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", CallCharacteristics()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("mediaConnectionInfo", implicit(ConnectionInformation, 3)),
        optional("extension", CSTACommonArguments()),
    )
