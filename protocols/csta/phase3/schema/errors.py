"""Why a service failed (ECMA-285 error-definition). A number not listed is kept as a number."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, required


class OperationErrors(univ.Enumerated):
    """Wrong in the request itself. 40 and 41 are not used.

    164 and 187 are spelled as the standard spells them.
    """

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("requestIncompatibleWithObject", 2),
        ("valueOutOfRange", 3),
        ("objectNotKnown", 4),
        ("invalidCallingDeviceID", 5),
        ("invalidCalledDeviceID", 6),
        ("invalidForwardingDestination", 7),
        ("privilegeViolationSpecifiedDevice", 8),
        ("privilegeViolationCalledDevice", 9),
        ("privilegeViolationCallingDevice", 10),
        ("invalidCallID", 11),
        ("invalidDeviceID", 12),
        ("invalidConnectionID", 13),
        ("invalidDestination", 14),
        ("invalidFeature", 15),
        ("invalidAllocationState", 16),
        ("invalidCrossRefID", 17),
        ("invalidObjectType", 18),
        ("securityViolation", 19),
        ("invalidCorrelatorData", 20),
        ("invalidAccountCode", 21),
        ("invalidAuthCode", 22),
        ("requestIncompatibleWithCallingDevice", 23),
        ("requestIncompatibleWithCalledDevice", 24),
        ("invalidMsgID", 25),
        ("messageIDRequired", 26),
        ("requestIncompatibleWithMedia", 27),
        ("invalidFile", 28),
        ("atLeastOneConditionalParameterNotProvided", 29),
        ("featureAlreadySet", 30),
        ("invalidParameterValue", 31),
        ("invalidAgentGroup", 32),
        ("invalidAgentIdentifier", 33),
        ("invalidAgentPassword", 34),
        ("invalidAgentState", 35),
        ("invalidAlertTime", 36),
        ("invalidAutoAnswer", 37),
        ("invalidBitRate", 38),
        ("invalidButtonIdentifier", 39),
        ("invalidCallType", 42),
        ("invalidConnectionRate", 43),
        ("invalidConsultPurpose", 44),
        ("invalidDelayTolerance", 45),
        ("invalidDestinationDetect", 46),
        ("invalidDoNotDisturb", 47),
        ("invalidEscapeCrossRefID", 48),
        ("invalidFlowDirection", 49),
        ("serviceNotSupported", 50),
        ("invalidForwardingFlag", 51),
        ("invalidForwardingType", 52),
        ("invalidHookswitchType", 53),
        ("invalidHookswitchComponent", 54),
        ("invalidLampMode", 55),
        ("invalidLampID", 56),
        ("invalidMessageWaitingSetting", 57),
        ("invalidMicrophoneGain", 58),
        ("invalidMicrophoneMute", 59),
        ("invalidMonitorCrossRefID", 60),
        ("invalidMonitorFilter", 61),
        ("invalidMonitorObject", 62),
        ("invalidMonitorType", 63),
        ("invalidNumberOFChannels", 64),
        ("invalidParticipationType", 65),
        ("invalidRemainRetry", 66),
        ("invalidRingCount", 67),
        ("invalidRingPattern", 68),
        ("invalidRingVolume", 69),
        ("invalidRouteingAlgorithm", 70),
        ("invalidRouteingCrossRefID", 71),
        ("invalidRouteRegistrationCrossRefID", 72),
        ("invalidSpeakerVolume", 73),
        ("invalidSpeakerMute", 74),
        ("invalidSwitchingSubdomainCharsType", 75),
        ("invalidActiveCallObject", 76),
        ("invalidCalledDeviceObjectType", 77),
        ("invalidCallingDeviceObjectType", 78),
        ("invalidCallToBePickedUpObjectType", 79),
        ("invalidCallToDivertObjectType", 80),
        ("invalidCallToParkObjectType", 81),
        ("invalidHeldCallObject", 82),
        ("invalidMonitorObjectType", 83),
        ("invalidParkToObjectType", 84),
        ("notDifferentDevices", 85),
        ("notSameDevice", 86),
        ("invalidActiveCallID", 87),
        ("invalidHeldCallID", 88),
        ("invalidActiveConnectionID", 89),
        ("invalidHeldConnectionID", 90),
        ("invalidActiveDeviceID", 91),
        ("invalidCallToParkDeviceID", 92),
        ("invalidDestinationDeviceID", 93),
        ("invalidDivertingDeviceID", 94),
        ("invalidHeldDeviceID", 95),
        ("invalidParkToDeviceID", 96),
        ("invalidPickUpDeviceID", 97),
        ("parameterNotSupported", 98),
        ("accountCodeNotSupported", 99),
        ("agentGroupNotSupported", 100),
        ("agentPasswordNotSupported", 101),
        ("agentStateNotSupported", 102),
        ("alertTimeNotSupported", 103),
        ("allocationNotSupported", 104),
        ("authorisationCodeNotSupported", 105),
        ("autoAnswerNotSupported", 106),
        ("bitRateNotSupported", 107),
        ("buttonNotSupported", 108),
        ("callTypeNotSupported", 109),
        ("charactersToSendNotSupported", 110),
        ("connectionRateNotSupported", 111),
        ("connectionReservationNotSupported", 112),
        ("consultPurposeNotSupported", 113),
        ("correlatorDataNotSupported", 114),
        ("delayToleranceNotSupported", 115),
        ("destinationDetectNotSupported", 116),
        ("digitModeNotSupported", 117),
        ("errorValueNotSupported", 118),
        ("flowDirectionNotSupported", 119),
        ("forwardingDestinationNotSupported", 120),
        ("lampNotSupported", 121),
        ("monitorTypeNotSupported", 122),
        ("numberOfChannelsNotSupported", 123),
        ("parameterTypeNotSupported", 124),
        ("priorityNotSupported", 125),
        ("privateDataNotSupported", 126),
        ("pulseDurationNotSupported", 127),
        ("pulseRateNotSupported", 128),
        ("remainRetryNotSupported", 129),
        ("ringCountNotSupported", 130),
        ("routeUsedNotSupported", 131),
        ("securityNotSupported", 132),
        ("swSubdomainCCIETypeNotSupported", 133),
        ("toneDurationNotSupported", 134),
        ("sysStatRegIDNotSupported", 135),
        ("userDataNotSupported", 136),
        ("privilegeViolationActiveDevice", 137),
        ("privilegeViolationCallToParkDevice", 138),
        ("privilegeViolationDestinationDevice", 139),
        ("privilegeViolationOnDivertingDevice", 140),
        ("privilegeViolationHeldDevice", 141),
        ("privilegeViolationOnParkToDevice", 142),
        ("privilegeViolationPickUpDevice", 143),
        ("routeingTimerExpired", 144),
        ("requestIncompatibleWithConnection", 145),
        ("requestIncompatibleWithActiveConnection", 146),
        ("requestIncompatibleWithHeldConnection", 147),
        ("requestIncompatibleWithDevice", 148),
        ("requestIncompatibleWithSubjectDevice", 149),
        ("requestIncompatibleWithActiveDevice", 150),
        ("requestIncompatibleWithCallToParkDevice", 151),
        ("requestIncompatibleWithDestinationDevice", 152),
        ("requestIncompatibleWithDivertingDevice", 153),
        ("requestIncompatibleWithHeldDevice", 154),
        ("requestIncompatibleWithParkToDevice", 155),
        ("requestIncompatibleWithPickupDevice", 156),
        ("agentStateOutOfRange", 157),
        ("alertTimeOutOfRange", 158),
        ("allocationOutOfRange", 159),
        ("autoAnswerOutOfRange", 160),
        ("bitRateOutOfRange", 161),
        ("callTypeOutOfRange", 162),
        ("connectionRateOutOfRange", 163),
        ("connectionReservoationOutOfRange", 164),
        ("consultPurposeOutOfRange", 165),
        ("correlatorDataOutOfRange", 166),
        ("delayToleranceOutOfRange", 167),
        ("destinationDetectOutOfRange", 168),
        ("digitModeOutOfRange", 169),
        ("doNotDisturbOutOfRange", 170),
        ("flowDirectionOutOfRange", 171),
        ("forwardingFlagOutOfRange", 172),
        ("forwardingTypeOutOfRange", 173),
        ("hookswitchComponentOutOfRange", 174),
        ("hookswitchTypeOutOfRange", 175),
        ("lampModeOutOfRange", 176),
        ("messageWaitingSettingOutOfRange", 177),
        ("micGainOutOfRange", 178),
        ("micMuteOutOfRange", 179),
        ("monitorTypeOutOfRange", 180),
        ("numberOfChannelsOutOfRange", 181),
        ("participationTypeOutOfRange", 182),
        ("pulseDurationOutOfRange", 183),
        ("pulseRateOutOfRange", 184),
        ("ringCountOutOfRange", 185),
        ("ringPatternOutOfRange", 186),
        ("ringVolumnOutOfRange", 187),
        ("routeingAlgorithmOutOfRange", 188),
        ("speakerMuteOutOfRange", 189),
        ("speakerVolumeOutOfRange", 190),
        ("switchingCcittTypeOutOfRange", 191),
        ("systemStatusOutOfRange", 192),
        ("toneCharacterOutOfRange", 193),
        ("toneDurationOutOfRange", 194),
        ("invalidDestinationDeviceObject", 195),
    )


class SecurityErrors(univ.Enumerated):
    """Wrong in the protection of the request."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 0),
        ("sequenceNumberViolated", 1),
        ("timeStampViolated", 2),
        ("securityInfoViolated", 4),
    )


class StateIncompatibilityErrors(univ.Enumerated):
    """Not possible in the present state of an object."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("invalidObjectState", 2),
        ("invalidConnectionIDForActiveCall", 3),
        ("noActiveCall", 4),
        ("noHeldCall", 5),
        ("noCallToClear", 6),
        ("noConnectionToClear", 7),
        ("noCallToAnswer", 8),
        ("noCallToComplete", 9),
        ("notAbleToPlay", 10),
        ("notAbleToResume", 11),
        ("endOfMsg", 12),
        ("beginningOfMsg", 13),
        ("msgSuspended", 14),
        ("invalidDeviceState", 15),
        ("connectedCallExists", 16),
        ("invalidActiveDeviceState", 17),
        ("invalidCalledDeviceState", 18),
        ("invalidCallingDeviceState", 19),
        ("invalidCallToParkDeviceState", 20),
        ("invalidDestinationDeviceState", 21),
        ("invalidDivertingDeviceState", 22),
        ("invalidHeldDeviceState", 23),
        ("invalidParkToDeviceState", 24),
        ("invalidConnectionState", 25),
        ("invalidActiveConnectionState", 26),
        ("invalidHeldConnectionState", 27),
        ("incorrectMsgState", 28),
    )


class SystemResourceAvailabilityErrors(univ.Enumerated):
    """Something of the switching function is busy, missing or out of service."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("resourceBusy", 2),
        ("internalResourceBusy", 3),
        ("resourceOutOfService", 4),
        ("networkBusy", 5),
        ("networkOutOfService", 6),
        ("overallMonitorLimitExceeded", 7),
        ("conferenceMemberLimitExceeded", 8),
        ("classifierBusy", 9),
        ("noMediaChannelsAvailable", 10),
        ("channelsInUseForBridgedDevices", 11),
        ("channelsInUseForData", 12),
        ("toneDetectorBusy", 13),
        ("toneGeneratorBusy", 14),
        ("deviceOutOfService", 15),
        ("activeDeviceOutOfService", 16),
        ("calledDeviceOutOfService", 17),
        ("callingDeviceOutOfService", 18),
        ("callToParkDeviceOutOfService", 19),
        ("destinationDeviceOutOfService", 20),
        ("divertingDeviceOutOfService", 21),
        ("heldDeviceOutOfService", 22),
        ("parkToDeviceOutOfService", 23),
        ("pickupDeviceOutOfService", 24),
        ("otherResourceOutOfService", 25),
        ("resourceLimitExceeded", 26),
        ("registrationLimitExceeded", 27),
        ("conferenceResourceCannotBeSatisfied", 28),
        ("maxDevicesExceeded", 29),
        ("startTimeOutOfRange", 30),
        ("durationExceeded", 31),
    )


class SubscribedResourceAvailabilityErrors(univ.Enumerated):
    """More than was subscribed to."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("objectMonitorLimitExceeded", 2),
        ("trunkLimitExceeded", 3),
        ("outstandingReqLimitExceeded", 4),
        ("objectRegistrationLimitExceeded", 5),
    )


class PerformanceManagementErrors(univ.Enumerated):
    """Too many requests."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("generic", 1),
        ("performanceLimitExceeded", 2),
    )


class PrivateDataInfoErrors(univ.Enumerated):
    """Wrong in the private data."""

    clause = "ECMA-285 error-definition"
    namedValues = namedval.NamedValues(
        ("cSTAPrivateDataInfoError", 1),
    )


class UnspecifiedErrors(univ.Null):
    """A failure without a reason."""


class UniversalFailure(univ.Choice):
    """Why a service failed. Every tag is explicit, unlike in phases I and II."""

    clause = "ECMA-285 error-definition"
    componentType = NamedTypes(
        required("operation", explicit(OperationErrors, 0)),
        required("security", explicit(SecurityErrors, 1)),
        required("stateIncompatibility", explicit(StateIncompatibilityErrors, 2)),
        required("systemResourceAvailability", explicit(SystemResourceAvailabilityErrors, 3)),
        required(
            "subscribedResourceAvailability",
            explicit(SubscribedResourceAvailabilityErrors, 4),
        ),
        required("performanceManagement", explicit(PerformanceManagementErrors, 5)),
        required("privateData", explicit(PrivateDataInfoErrors, 6)),
        required("unspecified", explicit(UnspecifiedErrors, 7)),
    )
