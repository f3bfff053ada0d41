"""Monitors and snapshots: their types (ECMA-285 status-reporting)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import application, implicit, optional, required
from protocols.csta.phase3.schema.calls import CallLinkageData
from protocols.csta.phase3.schema.identifiers import (
    ConnectionID,
    LocalConnectionState,
    SubjectDeviceID,
)
from protocols.csta.phase3.schema.location import LocationInfoList
from protocols.csta.phase3.schema.media import (
    ConnectionInformation,
    MediaCallCharacteristics,
    MediaClass,
    MediaServiceInstanceID,
    MediaServiceType,
    MediaStreamID,
)
from protocols.csta.phase3.schema.permitted import ServicesPermitted


class MonitorType(univ.Enumerated):
    """Whether the monitor follows a call or stays with a device."""

    clause = "ECMA-285 status-reporting"
    namedValues = namedval.NamedValues(("call", 0), ("device", 1))


class MonitorMediaClass(MediaClass):
    """The media a monitor reports on."""

    clause = "ECMA-285 status-reporting"


class SimpleCallState(univ.Enumerated):
    """Two connection states in one number, the first in the upper four bits."""

    clause = "ECMA-285 status-reporting"
    namedValues = namedval.NamedValues(
        ("callNull", 0),
        ("callPending", 1),
        ("callOriginated", 3),
        ("callDelivered", 35),
        ("callDeliveredHeld", 36),
        ("callReceived", 50),
        ("callEstablished", 51),
        ("callEstablishedHeld", 52),
        ("callReceivedOnHold", 66),
        ("callEstablishedOnHold", 67),
        ("callQueued", 83),
        ("callQueuedHeld", 84),
        ("callBlocked", 96),
        ("callFailed", 99),
        ("callFailedHeld", 100),
    )


class CompoundCallState(univ.SequenceOf):
    """The states of all connections of a call, the own one first."""

    clause = "ECMA-285 status-reporting"
    componentType = LocalConnectionState()


class CallState(univ.Choice):
    """The state of a call as seen from one device."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        required("compoundCallState", implicit(CompoundCallState, 0)),
        required("simpleCallState", implicit(SimpleCallState, 1)),
        required("unknown", implicit(univ.Null, 2)),
    )


class DeviceMediaInfo(univ.Sequence):
    """One media stream of a call at a device."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        optional("mediaStreamID", MediaStreamID()),
        optional("connectionInformation", ConnectionInformation()),
    )


class DeviceMediaInfoList(univ.SequenceOf):
    """The media streams of a call at a device."""

    clause = "ECMA-285 status-reporting"
    componentType = DeviceMediaInfo()


class SnapshotDeviceResponseInfo(univ.Sequence):
    """One call at a device."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        required("connectionIdentifier", ConnectionID()),
        optional("endpointDevice", implicit(SubjectDeviceID, 3)),
        required("localCallState", CallState()),
        optional("servicesPermitted", implicit(ServicesPermitted, 0)),
        optional("mediaServiceInfoList", implicit(DeviceMediaInfoList, 1)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 2)),
        optional("callLinkageData", implicit(CallLinkageData, 4)),
    )


class SnapshotDeviceData(univ.SequenceOf):
    """The calls at a device."""

    clause = "ECMA-285 status-reporting"
    tagSet = application(univ.SequenceOf, 22)
    componentType = SnapshotDeviceResponseInfo()


class CallMediaInfo(univ.Sequence):
    """One media service of a connection."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        required("mediaServiceType", implicit(MediaServiceType, 0)),
        optional("mediaServiceVersion", implicit(univ.Integer, 1)),
        optional("mediaServiceInstance", implicit(MediaServiceInstanceID, 2)),
        optional("mediaStreamID", implicit(MediaStreamID, 3)),
        optional("connectionInformation", implicit(ConnectionInformation, 4)),
    )


class CallMediaInfoList(univ.SequenceOf):
    """The media services of a connection."""

    clause = "ECMA-285 status-reporting"
    componentType = CallMediaInfo()


class SnapshotCallResponseInfo(univ.Sequence):
    """One device in a call."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        required("deviceOnCall", SubjectDeviceID()),
        optional("callIdentifier", ConnectionID()),
        optional("localConnectionState", LocalConnectionState()),
        optional("servicesPermitted", implicit(ServicesPermitted, 0)),
        optional("mediaServiceInfoList", implicit(CallMediaInfoList, 1)),
        optional("locationInfo", implicit(LocationInfoList, 2)),
    )


class SnapshotCallData(univ.SequenceOf):
    """The devices in a call."""

    clause = "ECMA-285 status-reporting"
    tagSet = application(univ.SequenceOf, 23)
    componentType = SnapshotCallResponseInfo()
