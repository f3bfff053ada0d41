"""Call control events of a call on its way to an answer (ECMA-269 clause 17.2).

The order of the fields is the order on the wire. Fields from ``subjectOfCall`` on belong to
late editions.
"""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallLinkageData,
    DeviceHistory,
    LanguagePreferences,
    MessageInfo,
    NetworkCapability,
    ProgressIndicator,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import (
    AssociatedCalledDeviceID,
    AssociatedCallingDeviceID,
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    DeviceID,
    LocalConnectionState,
    NetworkCalledDeviceID,
    NetworkCallingDeviceID,
    RedirectionDeviceID,
    SubjectDeviceID,
)
from protocols.csta.phase3.schema.location import LocationInfoList
from protocols.csta.phase3.schema.media import ConnectionInformation, MediaCallCharacteristics
from protocols.csta.phase3.schema.permitted import ServicesPermitted
from protocols.csta.phase3.schema.types import CorrelatorData, CSTACommonArguments, UserData


class ServiceInitiatedEvent(univ.Sequence):
    """A device went off hook, or is prompted to."""

    clause = "ECMA-285 service-initiated-event"
    componentType = NamedTypes(
        required("initiatedConnection", ConnectionID()),
        required("initiatingDevice", SubjectDeviceID()),
        optional("calledDevice", CalledDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("initiatedConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("subjectOfCall", implicit(SubjectOfCall, 7)),
        optional("messageInfo", implicit(MessageInfo, 8)),
        optional("languagePreferences", implicit(LanguagePreferences, 9)),
        optional("locationInfo", implicit(LocationInfoList, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class DigitsDialedEvent(univ.Sequence):
    """Part of a number was dialed."""

    clause = "ECMA-285 digits-dialed-event"
    componentType = NamedTypes(
        required("dialingConnection", ConnectionID()),
        required("dialingDevice", SubjectDeviceID()),
        required("dialingSequence", DeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("dialingConnectionInfo", implicit(ConnectionInformation, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("callLinkageData", implicit(CallLinkageData, 4)),
        optional("languagePreferences", implicit(LanguagePreferences, 5)),
        optional("locationInfo", implicit(LocationInfoList, 6)),
        optional("extensions", CSTACommonArguments()),
    )


class OriginatedEvent(univ.Sequence):
    """A call is being attempted from a device."""

    clause = "ECMA-285 originated-event"
    componentType = NamedTypes(
        required("originatedConnection", ConnectionID()),
        required("callingDevice", SubjectDeviceID()),
        required("calledDevice", CalledDeviceID()),
        optional("originatingDevice", DeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 3)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 4)),
        optional("callCharacteristics", implicit(CallCharacteristics, 5)),
        optional("originatedConnectionInfo", implicit(ConnectionInformation, 6)),
        optional("callLinkageData", implicit(CallLinkageData, 7)),
        optional("subjectOfCall", implicit(SubjectOfCall, 8)),
        optional("messageInfo", implicit(MessageInfo, 9)),
        optional("languagePreferences", implicit(LanguagePreferences, 10)),
        optional("locationInfo", implicit(LocationInfoList, 11)),
        optional("extensions", CSTACommonArguments()),
    )


class OfferedEvent(univ.Sequence):
    """A call is offered to a device, which may still accept or refuse it."""

    clause = "ECMA-285 offered-event"
    componentType = NamedTypes(
        required("offeredConnection", ConnectionID()),
        required("offeredDevice", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("originatingNIDConnection", ConnectionID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 0)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 1)),
        optional("callCharacteristics", implicit(CallCharacteristics, 2)),
        optional("offeredConnectionInfo", implicit(ConnectionInformation, 3)),
        optional("callLinkageData", implicit(CallLinkageData, 4)),
        optional("subjectOfCall", implicit(SubjectOfCall, 5)),
        optional("messageInfo", implicit(MessageInfo, 6)),
        optional("languagePreferences", implicit(LanguagePreferences, 7)),
        optional("deviceHistory", implicit(DeviceHistory, 8)),
        optional("locationInfo", implicit(LocationInfoList, 9)),
        optional("extensions", CSTACommonArguments()),
    )


class DeliveredEvent(univ.Sequence):
    """A call alerts at a device."""

    clause = "ECMA-285 delivered-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("alertingDevice", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("originatingNIDConnection", ConnectionID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("connectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("subjectOfCall", implicit(SubjectOfCall, 6)),
        optional("messageInfo", implicit(MessageInfo, 7)),
        optional("languagePreferences", implicit(LanguagePreferences, 8)),
        optional("deviceHistory", implicit(DeviceHistory, 9)),
        optional("locationInfo", implicit(LocationInfoList, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class QueuedEvent(univ.Sequence):
    """A call waits in a queue."""

    clause = "ECMA-285 queued-event"
    componentType = NamedTypes(
        required("queuedConnection", ConnectionID()),
        required("queue", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("numberQueued", implicit(univ.Integer, 0)),
        optional("callsInFront", implicit(univ.Integer, 1)),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 3)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 4)),
        optional("callCharacteristics", implicit(CallCharacteristics, 5)),
        optional("queuedConnectionInfo", implicit(ConnectionInformation, 6)),
        optional("callLinkageData", implicit(CallLinkageData, 7)),
        optional("subjectOfCall", implicit(SubjectOfCall, 8)),
        optional("messageInfo", implicit(MessageInfo, 9)),
        optional("languagePreferences", implicit(LanguagePreferences, 10)),
        optional("deviceHistory", implicit(DeviceHistory, 11)),
        optional("locationInfo", implicit(LocationInfoList, 12)),
        optional("extensions", CSTACommonArguments()),
    )


class EstablishedEvent(univ.Sequence):
    """A device has answered a call."""

    clause = "ECMA-285 established-event"
    componentType = NamedTypes(
        required("establishedConnection", ConnectionID()),
        required("answeringDevice", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("originatingNIDConnection", ConnectionID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 1)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 2)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 3)),
        optional("callCharacteristics", implicit(CallCharacteristics, 4)),
        optional("establishedConnectionInfo", implicit(ConnectionInformation, 5)),
        optional("callLinkageData", implicit(CallLinkageData, 6)),
        optional("subjectOfCall", implicit(SubjectOfCall, 7)),
        optional("messageInfo", implicit(MessageInfo, 8)),
        optional("languagePreferences", implicit(LanguagePreferences, 9)),
        optional("deviceHistory", implicit(DeviceHistory, 10)),
        optional("locationInfo", implicit(LocationInfoList, 11)),
        optional("extensions", CSTACommonArguments()),
    )


class NetworkReachedEvent(univ.Sequence):
    """A call has left the switching domain."""

    clause = "ECMA-285 network-reached-event"
    componentType = NamedTypes(
        required("outboundConnection", ConnectionID()),
        required("networkInterfaceUsed", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        # The standard misspells it originatingNIDConneciton.
        optional("originatingNIDConnection", ConnectionID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        optional("userData", UserData()),
        optional("networkCapability", implicit(NetworkCapability, 1)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 2)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 3)),
        optional("callCharacteristics", implicit(CallCharacteristics, 4)),
        optional("outboundConnectionInfo", implicit(ConnectionInformation, 5)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("callLinkageData", implicit(CallLinkageData, 6)),
        optional("languagePreferences", implicit(LanguagePreferences, 7)),
        optional("deviceHistory", implicit(DeviceHistory, 8)),
        optional("locationInfo", implicit(LocationInfoList, 9)),
        optional("extensions", CSTACommonArguments()),
    )


class NetworkCapabilitiesChangedEvent(univ.Sequence):
    """The network a call went to reports more or less than before."""

    clause = "ECMA-285 network-capabilities-changed-event"
    componentType = NamedTypes(
        required("outboundConnection", ConnectionID()),
        required("networkInterfaceUsed", SubjectDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("progressIndicator", ProgressIndicator()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("networkCapability", implicit(NetworkCapability, 0)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("outboundConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("languagePreferences", implicit(LanguagePreferences, 6)),
        optional("locationInfo", implicit(LocationInfoList, 7)),
        optional("extensions", CSTACommonArguments()),
    )
