"""Call control events of a call that changes, fails or ends (ECMA-269 clause 17.2).

The order of the fields is the order on the wire.
"""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallLinkageData,
    CallLinkageDataList,
    DeviceHistory,
    LanguagePreferences,
    MessageInfo,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.charging import ChargingInfo
from protocols.csta.phase3.schema.identifiers import (
    AssociatedCalledDeviceID,
    AssociatedCallingDeviceID,
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    ConnectionList,
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


class HeldEvent(univ.Sequence):
    """A connection is put on hold."""

    clause = "ECMA-285 held-event"
    componentType = NamedTypes(
        required("heldConnection", ConnectionID()),
        required("holdingDevice", SubjectDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("heldConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("languagePreferences", implicit(LanguagePreferences, 6)),
        optional("locationInfo", implicit(LocationInfoList, 7)),
        optional("extensions", CSTACommonArguments()),
    )


class RetrievedEvent(univ.Sequence):
    """A held connection is taken up again."""

    clause = "ECMA-285 retrieved-event"
    componentType = NamedTypes(
        required("retrievedConnection", ConnectionID()),
        required("retrievingDevice", SubjectDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("retrievedConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("languagePreferences", implicit(LanguagePreferences, 6)),
        optional("locationInfo", implicit(LocationInfoList, 7)),
        optional("extensions", CSTACommonArguments()),
    )


class DivertedEvent(univ.Sequence):
    """A call leaves a device for another."""

    clause = "ECMA-285 diverted-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("divertingDevice", SubjectDeviceID()),
        required("newDestination", SubjectDeviceID()),
        optional("callingDevice", CallingDeviceID()),
        optional("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("connectionInfo", implicit(ConnectionInformation, 4)),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("subjectOfCall", implicit(SubjectOfCall, 6)),
        optional("messageInfo", implicit(MessageInfo, 7)),
        optional("languagePreferences", implicit(LanguagePreferences, 8)),
        optional("deviceHistory", implicit(DeviceHistory, 9)),
        optional("locationInfo", implicit(LocationInfoList, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class ConferencedEvent(univ.Sequence):
    """Two calls became one, or a device joined a call."""

    clause = "ECMA-285 conferenced-event"
    componentType = NamedTypes(
        required("primaryOldCall", ConnectionID()),
        optional("secondaryOldCall", ConnectionID()),
        required("conferencingDevice", SubjectDeviceID()),
        required("addedParty", SubjectDeviceID()),
        required("conferenceConnections", ConnectionList()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 1)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 2)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 3)),
        optional("callCharacteristics", implicit(CallCharacteristics, 4)),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 6)),
        optional("languagePreferences", implicit(LanguagePreferences, 7)),
        optional("deviceHistory", implicit(DeviceHistory, 8)),
        optional("locationInfo", implicit(LocationInfoList, 9)),
        # Tagged here alone; everywhere else extensions are APPLICATION 30.
        optional("extensions", implicit(CSTACommonArguments, 5)),
    )


class TransferredEvent(univ.Sequence):
    """A call was transferred to another device."""

    clause = "ECMA-285 transferred-event"
    componentType = NamedTypes(
        required("primaryOldCall", ConnectionID()),
        optional("secondaryOldCall", implicit(ConnectionID, 0)),
        required("transferringDevice", SubjectDeviceID()),
        required("transferredToDevice", SubjectDeviceID()),
        required("transferredConnections", implicit(ConnectionList, 1)),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("userData", UserData()),
        optional("chargingInfo", implicit(ChargingInfo, 3)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 4)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 5)),
        optional("callCharacteristics", implicit(CallCharacteristics, 6)),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 7)),
        optional("languagePreferences", implicit(LanguagePreferences, 8)),
        optional("deviceHistory", implicit(DeviceHistory, 9)),
        optional("locationInfo", implicit(LocationInfoList, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class BridgedEvent(univ.Sequence):
    """A shared appearance is in use at another device."""

    clause = "ECMA-285 bridged-event"
    componentType = NamedTypes(
        required("bridgedConnection", ConnectionID()),
        required("bridgedAppearance", SubjectDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("bridgedConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("languagePreferences", implicit(LanguagePreferences, 6)),
        optional("locationInfo", implicit(LocationInfoList, 7)),
        optional("extensions", CSTACommonArguments()),
    )


class FailedEvent(univ.Sequence):
    """A call cannot be completed; the connection stays."""

    clause = "ECMA-285 failed-event"
    componentType = NamedTypes(
        required("failedConnection", ConnectionID()),
        required("failingDevice", SubjectDeviceID()),
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
        optional("failedConnectionInfo", implicit(ConnectionInformation, 4)),
        optional("callLinkageData", implicit(CallLinkageData, 5)),
        optional("subjectOfCall", implicit(SubjectOfCall, 6)),
        optional("messageInfo", implicit(MessageInfo, 7)),
        optional("languagePreferences", implicit(LanguagePreferences, 8)),
        optional("deviceHistory", implicit(DeviceHistory, 9)),
        optional("locationInfo", implicit(LocationInfoList, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class ConnectionClearedEvent(univ.Sequence):
    """A device has left a call."""

    clause = "ECMA-285 connection-cleared-event"
    componentType = NamedTypes(
        required("droppedConnection", ConnectionID()),
        required("releasingDevice", SubjectDeviceID()),
        optional("localConnectionInfo", LocalConnectionState()),
        optional("correlatorData", implicit(CorrelatorData, 0)),
        optional("userData", UserData()),
        optional("chargingInfo", implicit(ChargingInfo, 1)),
        required("cause", EventCause()),
        optional("servicesPermitted", implicit(ServicesPermitted, 2)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 3)),
        optional("callCharacteristics", implicit(CallCharacteristics, 4)),
        optional("droppedConnectionInfo", implicit(ConnectionInformation, 5)),
        optional("callLinkageData", implicit(CallLinkageData, 6)),
        optional("languagePreferences", implicit(LanguagePreferences, 7)),
        optional("deviceHistory", implicit(DeviceHistory, 8)),
        optional("locationInfo", implicit(LocationInfoList, 9)),
        optional("extensions", CSTACommonArguments()),
    )


class CallClearedEvent(univ.Sequence):
    """A call has ended."""

    clause = "ECMA-285 call-cleared-event"
    componentType = NamedTypes(
        required("clearedCall", ConnectionID()),
        optional("correlatorData", implicit(CorrelatorData, 1)),
        optional("userData", UserData()),
        required("cause", EventCause()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("callLinkageData", implicit(CallLinkageData, 4)),
        optional("languagePreferences", implicit(LanguagePreferences, 5)),
        optional("locationInfo", implicit(LocationInfoList, 6)),
        optional("extensions", CSTACommonArguments()),
    )
