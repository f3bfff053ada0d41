"""What devices and the switching function can do (ECMA-269 clause 13)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import CallCharacteristics
from protocols.csta.phase3.schema.identifiers import DeviceID, DeviceIDList
from protocols.csta.phase3.schema.media import MediaServiceInstanceID, MediaServiceType
from protocols.csta.phase3.schema.permitted import MonitorFilter
from protocols.csta.phase3.schema.private import DeviceCategory
from protocols.csta.phase3.schema.services_capability import (
    ACDModels,
    AgentLogOnModels,
    GroupDeviceAttributes,
    MiscMonitorCaps,
    NamedDeviceTypes,
    TransAndConfSetup,
)
from protocols.csta.phase3.schema.status import MonitorMediaClass
from protocols.csta.phase3.schema.types import CSTACommonArguments, TimeInfo


class PhysDevServList(univ.Sequence):
    """The services of a physical device; kept as octets."""

    clause = "ECMA-285 capability-exchange"
    componentType = NamedTypes()


class PhysDevEvtsList(univ.Sequence):
    """The events of a physical device; kept as octets."""

    clause = "ECMA-285 capability-exchange"
    componentType = NamedTypes()


class GetPhysicalDeviceInformationArgument(univ.Sequence):
    """Ask what a physical device is."""

    clause = "ECMA-285 get-physical-device-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetPhysicalDeviceInformationResult(univ.Sequence):
    """What a physical device is; a station when the category is absent."""

    clause = "ECMA-285 get-physical-device-information"
    componentType = NamedTypes(
        optional("deviceCategory", implicit(DeviceCategory, 0)),
        optional("groupDeviceAttributes", implicit(GroupDeviceAttributes, 1)),
        optional("namedDeviceTypes", implicit(NamedDeviceTypes, 2)),
        required("hasLogicalElement", univ.Boolean()),
        optional("otherLogicalDeviceList", implicit(DeviceIDList, 3)),
        optional("deviceModelName", implicit(char.IA5String, 4)),
        optional("deviceOnDeviceMonitorFilter", implicit(MonitorFilter, 5)),
        optional("deviceOnConnectionMonitorFilter", implicit(MonitorFilter, 6)),
        optional("callOnDeviceMonitorFilter", implicit(MonitorFilter, 7)),
        optional("callOnConnectionMonitorFilter", implicit(MonitorFilter, 8)),
        optional("maxDisplays", implicit(univ.Integer, 9)),
        optional("maxButtons", implicit(univ.Integer, 10)),
        optional("maxLamps", implicit(univ.Integer, 11)),
        optional("maxRingPatterns", implicit(univ.Integer, 12)),
        optional("physDevServList", implicit(PhysDevServList, 13)),
        optional("physDevEvtsList", implicit(PhysDevEvtsList, 14)),
        optional("extensions", CSTACommonArguments()),
    )


class GetSwitchingFunctionCapsArgument(univ.Choice):
    """Ask what the switching function is and can do."""

    clause = "ECMA-285 get-switching-function-capabilities"
    componentType = NamedTypes(
        required("extensions", CSTACommonArguments()),
        required("noData", univ.Null()),
    )


class Profiles(univ.BitString):
    """Sets of services that are complete."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("basicTelephonyProfile", 0),
        ("routeingProfile", 1),
        ("level1aVoiceBrowserProfile", 2),
        ("level1bVoiceBrowserProfile", 3),
        ("level2VoiceBrowserProfile", 4),
        ("minimalUaCSTACallControlProfile", 5),
        ("basicUaCSTACallControlProfile", 6),
        ("advancedUaCSTACallControlProfile", 7),
        ("conferencingUaCSTACallControlProfile", 8),
        ("basicUaCSTADeviceFeatureProfile", 9),
        ("advancedUaCSTADeviceFeatureProfile", 10),
        ("speakerUACSTADeviceFeatureProfile", 11),
        ("basicSpeechServiceProfile", 12),
        ("advancedSpeechServiceProfile", 13),
    )


class DeviceIDFormat(univ.BitString):
    """How devices can be named."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("dialableDigitsAsterix", 0),
        ("dialableDigitsHash", 1),
        ("dialableDigitsABCD", 2),
        ("dialableDigitsExclamation", 3),
        ("dialableDigitsP", 4),
        ("dialableDigitsT", 5),
        ("dialableDigitsComma", 6),
        ("dialableDigitsW", 7),
        ("dialableDigitsAt", 8),
        ("dialableDigitsDollar", 9),
        ("dialableDigitsSemicolon", 10),
        ("sFReprExclamation", 11),
        ("sFReprEt", 12),
        ("sFReprSlash", 13),
        ("sFReprPercent", 14),
        ("sFReprNM", 15),
        ("sFReprGeneric", 16),
        ("sFReprImplicitTON", 17),
        ("sFReprPubTONUnkown", 18),
        ("sFReprPubTONInternal", 19),
        ("sFReprPubTONNational", 20),
        ("sFReprPubTONSubscriber", 21),
        ("sFReprPubTONAbbreviated", 22),
        ("sFReprPriTONUnknown", 23),
        ("sFReprPriTONLevel3", 24),
        ("sFReprPriTONLevel2", 25),
        ("sFReprPriTONLevel1", 26),
        ("sFReprPriTONLocal", 27),
        ("sFReprPriTONAbbreviated", 28),
        ("sFReprOther", 29),
        ("deviceNumber", 30),
        ("sFRResourceID", 31),
        ("privateNumber", 32),
        ("privateName", 33),
    )


class SwDomainFeatures(univ.BitString):
    """How the switching function behaves."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("isForwardingBefore", 0),
        ("isForwardingAfter", 1),
        ("swFunctionDefaultSettings", 2),
        ("userSpecific", 3),
        ("userSpecificDefaultFowardingType", 4),
        ("userSpecificDefaultForwardDestination", 5),
        ("negativeAcknowledgment", 6),
        ("supportFailedWithAssConn", 7),
        ("supportFailedWithoutAssConn", 8),
        ("supportFailedWithAssConnNotReportet", 9),
        ("recall", 10),
        ("callBack", 11),
        ("extCallsIncoming", 12),
        ("extCallsOutgoing", 13),
        ("prompting", 14),
    )


class SwAppearanceAddressability(univ.BitString):
    """Whether appearances can be named."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("nonAddressable", 0),
        ("addressable", 1),
    )


class SwAppearanceTypes(univ.BitString):
    """The appearances there are."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("selectedStandard", 0),
        ("basicStandard", 1),
        ("basicBridged", 2),
        ("exclusiveBridged", 3),
        ("independentSharedBridged", 4),
        ("interDependentSharedBridged", 5),
    )


class IgnoreUnsupportedParameters(univ.Enumerated):
    """What becomes of a parameter that is not supported."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("ignoreParameters", 0),
        ("rejectMessage", 1),
    )


class ConnectionRateList(univ.SequenceOf):
    """The rates of data calls."""

    clause = "ECMA-285 data-call-types"
    componentType = univ.Integer()


class DelayToleranceList(univ.SequenceOf):
    """The delays of data calls."""

    clause = "ECMA-285 data-call-types"
    componentType = univ.Integer()


class MiscMediaCallCharacteristics(univ.BitString):
    """Whether rates can be adjusted."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("supportAdjustment", 0),
    )


class MessageSeqNumbers(univ.BitString):
    """The messages that are numbered."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("allEvents", 0),
        ("allAcks", 1),
        ("allServReqs", 2),
    )


class TimeStampMode(univ.BitString):
    """The messages that tell their time."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("allEvents", 0),
        ("allAcks", 1),
        ("allServReqs", 2),
    )


class SecurityMode(univ.Enumerated):
    """The messages that are protected."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("allEvents", 0),
        ("allAcks", 1),
        ("allServReqs", 2),
    )


class SecurityFormat(univ.BitString):
    """The forms of protection, and of private data."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("octetStringFromSF", 0),
        ("otherTypeFromSF", 1),
        ("octetStringToSF", 2),
        ("otherTypeToSF", 3),
    )


class MonitorFilterItems(univ.Sequence):
    """The events that monitors can report, by kind of monitor."""

    clause = "ECMA-285 get-switching-function-capabilities"
    componentType = NamedTypes(
        optional("deviceOnDeviceMonitorFilter", implicit(MonitorFilter, 0)),
        optional("deviceOnConnectionMonitorFilter", implicit(MonitorFilter, 1)),
        optional("callOnDeviceMonitorFilter", implicit(MonitorFilter, 2)),
        optional("callOnConnectionMonitorFilter", implicit(MonitorFilter, 3)),
    )


class DynamicFeatureSupported(univ.Enumerated):
    """Which events tell what can be done next."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("none", 0),
        ("all", 1),
        ("some", 2),
    )


class CallLinkageOptions(univ.BitString):
    """How calls that belong together are told."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("callLinkageFeatureSupported", 0),
        ("threadLinkageFeatureSupported", 1),
    )


class AgentStateModels(univ.BitString):
    """How states of agents hang together."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("multiState", 0),
        ("multiStateSemiIndependentLinked", 1),
        ("agentOriented", 2),
    )


class ConnectionView(univ.Enumerated):
    """Whether a call is seen the same from every device."""

    clause = "ECMA-285 get-switching-function-capabilities"
    namedValues = namedval.NamedValues(
        ("fixed", 0),
        ("local", 1),
    )


class MaxLengthParameters(univ.Sequence):
    """How long strings can be; 0 where there are none."""

    clause = "ECMA-285 capability-exchange"
    componentType = NamedTypes(
        required("accountInfo", univ.Integer()),
        required("authCode", univ.Integer()),
        required("agentID", univ.Integer()),
        required("agentPassword", univ.Integer()),
        required("callIDInConnectionID", univ.Integer()),
        required("correlatorData", univ.Integer()),
        required("privateData", univ.Integer()),
        required("deviceIdentifiers", univ.Integer()),
        required("userData", univ.Integer()),
        required("buttonLabel", univ.Integer()),
        required("lampLabel", univ.Integer()),
        required("charactersToSend", univ.Integer()),
    )


class MaxLengthParametersContinued(univ.Sequence):
    """How long further strings can be."""

    clause = "ECMA-285 capability-exchange"
    componentType = NamedTypes(
        required("monitorCrossRefID", univ.Integer()),
        required("callQualifyingData", univ.Integer()),
        required("subDomainCallLinkageData", univ.Integer()),
        required("subDomainThreadID", univ.Integer()),
        required("ioData", univ.Integer()),
        required("messageInfo", univ.Integer()),
    )


class ServEvtsList(univ.Sequence):
    """The services and events there are; kept as octets."""

    clause = "ECMA-285 get-switching-function-capabilities"
    componentType = NamedTypes()


class PrivateDataVersionList(univ.SequenceOf):
    """The versions of private data."""

    clause = "ECMA-285 get-switching-function-capabilities"
    componentType = univ.Integer()


class FilterThreshold(univ.SequenceOf):
    """How many messages are taken, service by service; the standard names every place."""

    clause = "ECMA-285 capability-exchange"
    componentType = univ.Integer()


class ConnectionModeBMap(univ.BitString):
    """How a media service can be brought to a call."""

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


class MediaServiceCaps(univ.Sequence):
    """One media service."""

    clause = "ECMA-285 capability-exchange"
    componentType = NamedTypes(
        required("mediaServiceType", MediaServiceType()),
        optional("mediaServiceVersion", univ.Integer()),
        optional("mediaServiceInstance", MediaServiceInstanceID()),
        optional("connectionMode", ConnectionModeBMap()),
        required("mediaStreamIDSupported", univ.Boolean()),
    )


class MediaServiceCapsList(univ.SequenceOf):
    """The media services there are."""

    clause = "ECMA-285 capability-exchange"
    componentType = MediaServiceCaps()


class GetSwitchingFunctionCapsResult(univ.Sequence):
    """What the switching function is and can do."""

    clause = "ECMA-285 get-switching-function-capabilities"
    componentType = NamedTypes(
        required("switchingSubDomainName", char.IA5String()),
        required("manufacturerName", char.IA5String()),
        required("profiles", Profiles()),
        required("deviceIDFormat", DeviceIDFormat()),
        required("swDomainFeatures", SwDomainFeatures()),
        required("swAppearanceAddressability", SwAppearanceAddressability()),
        required("swAppearanceTypes", SwAppearanceTypes()),
        required("ignoreUnsupportedParameters", IgnoreUnsupportedParameters()),
        optional("callCharacteristicsSupported", implicit(CallCharacteristics, 0)),
        optional("mediaClassSupport", implicit(MonitorMediaClass, 1)),
        optional("numberOfChannels", implicit(univ.Integer, 2)),
        optional("maxChannelBind", implicit(univ.Integer, 3)),
        optional("miscMediaCallCharacteristics", implicit(MiscMediaCallCharacteristics, 4)),
        optional("connectionRateList", implicit(ConnectionRateList, 5)),
        optional("delayToleranceList", implicit(DelayToleranceList, 6)),
        optional("pauseTime", implicit(univ.Integer, 7)),
        optional("currentTime", implicit(TimeInfo, 8)),
        optional("messageSeqNumbers", implicit(MessageSeqNumbers, 9)),
        optional("timeStampMode", implicit(TimeStampMode, 10)),
        optional("securityMode", implicit(SecurityMode, 11)),
        optional("securityFormat", implicit(SecurityFormat, 12)),
        optional("privateDataFormat", implicit(SecurityFormat, 13)),
        optional("transAndConfSetup", implicit(TransAndConfSetup, 14)),
        optional("monitorFilterItems", implicit(MonitorFilterItems, 15)),
        optional("miscMonitorCaps", implicit(MiscMonitorCaps, 16)),
        optional("correlatorDataSupported", implicit(univ.Boolean, 17)),
        optional("dynamicFeatureSupported", implicit(DynamicFeatureSupported, 18)),
        optional("callLinkageOptions", implicit(CallLinkageOptions, 28)),
        optional("aCDModels", implicit(ACDModels, 19)),
        optional("agentLogOnModels", implicit(AgentLogOnModels, 20)),
        optional("agentStateModels", implicit(AgentStateModels, 21)),
        required("connectionView", ConnectionView()),
        required("maxLengthParameters", MaxLengthParameters()),
        optional("maxLengthParametersContinued", implicit(MaxLengthParametersContinued, 28)),
        optional("servEvtsList", implicit(ServEvtsList, 22)),
        optional("privateDataVersionList", implicit(PrivateDataVersionList, 23)),
        optional("systemStatusTimer", implicit(univ.Integer, 24)),
        optional("simpleThreshold", implicit(univ.Integer, 25)),
        optional("filterThreshold", implicit(FilterThreshold, 26)),
        optional("mediaServiceCapsList", implicit(MediaServiceCapsList, 27)),
        optional("maxDeviceHistoryLength", implicit(univ.Integer, 29)),
        optional("maxDestinationDevicesForDeflect", implicit(univ.Integer, 30)),
        optional("extensions", CSTACommonArguments()),
    )
