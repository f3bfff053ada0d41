"""Call detail records (ECMA-269 clause 27)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.calls import CallCharacteristics
from protocols.csta.phase3.schema.charging import ChargingInfo
from protocols.csta.phase3.schema.identifiers import (
    AssociatedCalledDeviceID,
    AssociatedCallingDeviceID,
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    DeviceID,
    NetworkCalledDeviceID,
    NetworkCallingDeviceID,
)
from protocols.csta.phase3.schema.media import MediaCallCharacteristics
from protocols.csta.phase3.schema.private import DeviceCategory
from protocols.csta.phase3.schema.services_capability import NamedDeviceTypes
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AuthCode,
    CSTACommonArguments,
    TimeInfo,
)


class CDRCrossRefID(univ.OctetString):
    """A transmission of records."""


class CDRReason(univ.Enumerated):
    """Why records are ready."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("timeout", 0),
        ("thresholdReached", 1),
        ("other", 2),
    )


class ChargedDevice(univ.Choice):
    """Who is charged."""

    clause = "ECMA-285 call-detail-record"
    componentType = NamedTypes(
        required("operator", implicit(DeviceID, 0)),
        required("nonOperator", implicit(DeviceID, 1)),
    )


class NodeNumber(univ.Sequence):
    """A node of the network."""

    clause = "ECMA-285 call-detail-record"
    componentType = NamedTypes(
        optional("area0", implicit(univ.Integer, 0)),
        optional("area1", implicit(univ.Integer, 1)),
        optional("area2", implicit(univ.Integer, 2)),
    )


class BillingID(univ.Enumerated):
    """How a call is charged."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("normalCharging", 0),
        ("reverseCharging", 1),
        ("creditCardCharging", 2),
        ("callForwarding", 3),
        ("callDeflection", 4),
        ("callTransfer", 5),
        ("other", 6),
    )


class SupplServiceInfo(univ.BitString):
    """Services that a call has used."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("normalCall", 0),
        ("consultationCall", 1),
        ("transferCall", 2),
        ("callCompletion", 3),
        ("callForwarding", 4),
        ("callDiversion", 5),
        ("conferencing", 6),
        ("intrusion", 7),
        ("userUserInfo", 8),
        ("other", 9),
    )


class ReasonForTerm(univ.Enumerated):
    """How a call has ended."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("normalClearing", 0),
        ("unsuccessfulCallAttempt", 1),
        ("abnormalTermination", 2),
        ("callTransferred", 3),
        ("other", 4),
    )


class CDRInformationItem(univ.Sequence):
    """The record of one call."""

    clause = "ECMA-285 call-detail-record"
    componentType = NamedTypes(
        optional("recordNumber", univ.Integer()),
        required("recordCreationTime", TimeInfo()),
        optional("callingDevice", CallingDeviceID()),
        optional("calledDevice", CalledDeviceID()),
        optional("associatedCallingDevice", AssociatedCallingDeviceID()),
        optional("associatedCalledDevice", AssociatedCalledDeviceID()),
        optional("networkCallingDevice", NetworkCallingDeviceID()),
        optional("networkCalledDevice", NetworkCalledDeviceID()),
        optional("callCharacteristics", implicit(CallCharacteristics, 0)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 1)),
        optional("chargedDevice", explicit(ChargedDevice, 2)),
        optional("recordedCall", ConnectionID()),
        optional("nodeNumber", implicit(NodeNumber, 3)),
        optional("tariffTable", implicit(univ.Integer, 4)),
        optional("connectionStart", implicit(TimeInfo, 5)),
        optional("connectionEnd", implicit(TimeInfo, 6)),
        optional("connectionDuration", implicit(univ.Integer, 7)),
        optional("accessCode", implicit(univ.OctetString, 8)),
        optional("carrier", implicit(univ.Integer, 9)),
        optional("selectedRoute", implicit(univ.Integer, 10)),
        optional("billingID", implicit(BillingID, 11)),
        optional("chargingInfo", implicit(ChargingInfo, 12)),
        optional("supplServiceInfo", implicit(SupplServiceInfo, 13)),
        optional("reasonForTerm", implicit(ReasonForTerm, 14)),
        optional("authCode", implicit(AuthCode, 15)),
        optional("accountInfo", implicit(AccountInfo, 16)),
        optional("deviceCategory", implicit(DeviceCategory, 17)),
        optional("namedDeviceTypes", implicit(NamedDeviceTypes, 18)),
        optional("operatorDevice", explicit(DeviceID, 19)),
    )


class CDRInfo(univ.SequenceOf):
    """The records of several calls."""

    clause = "ECMA-285 call-detail-record"
    componentType = CDRInformationItem()


class CDRTimePeriod(univ.Sequence):
    """A period of records."""

    clause = "ECMA-285 call-detail-record"
    componentType = NamedTypes(
        required("beginningOfCDR", TimeInfo()),
        required("endOfCDR", TimeInfo()),
    )


class CDRTransferMode(univ.Enumerated):
    """When records are sent."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("transferAtEndOfCall", 0),
        ("transferOnRequest", 1),
        ("transferOnThresholdReached", 2),
    )


class CDRTermReason(univ.Enumerated):
    """Why a transmission ends."""

    clause = "ECMA-285 call-detail-record"
    namedValues = namedval.NamedValues(
        ("endOfDataDetected", 0),
        ("errorDetected", 1),
        ("thresholdReached", 2),
        ("other", 3),
    )


class CDRNotificationArgument(univ.Sequence):
    """Records are ready."""

    clause = "ECMA-285 call-detail-records-notification"
    componentType = NamedTypes(
        required("cdrCrossRefID", CDRCrossRefID()),
        optional("cdrReason", CDRReason()),
        optional("extensions", CSTACommonArguments()),
    )


class CDRReportArgument(univ.Sequence):
    """Records of calls."""

    clause = "ECMA-285 call-detail-records-report"
    componentType = NamedTypes(
        required("cdrCrossRefID", CDRCrossRefID()),
        required("numberOfRecordsSent", univ.Integer()),
        required("cdrInfo", CDRInfo()),
        optional("lastStoredCDRReportSent", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SendStoredCDRArgument(univ.Sequence):
    """Ask for the records that are ready."""

    clause = "ECMA-285 send-stored-call-detail-records"
    componentType = NamedTypes(
        required("cdrCrossRefID", CDRCrossRefID()),
        optional("timePeriod", CDRTimePeriod()),
        optional("extensions", CSTACommonArguments()),
    )


class StartCDRTransmissionArgument(univ.Sequence):
    """Begin a transmission of records."""

    clause = "ECMA-285 start-call-detail-records-transmission"
    componentType = NamedTypes(
        required("transferMode", CDRTransferMode()),
        optional("extensions", CSTACommonArguments()),
    )


class StartCDRTransmissionResult(univ.Sequence):
    """The transmission that was begun."""

    clause = "ECMA-285 start-call-detail-records-transmission"
    componentType = NamedTypes(
        required("cdrCrossRefID", CDRCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class StopCDRTransmissionArgument(univ.Sequence):
    """End a transmission of records."""

    clause = "ECMA-285 stop-call-detail-records"
    componentType = NamedTypes(
        required("cdrCrossRefID", CDRCrossRefID()),
        optional("cdrTermReason", CDRTermReason()),
        optional("extensions", CSTACommonArguments()),
    )
