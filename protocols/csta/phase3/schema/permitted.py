"""Bit strings of services and events (ECMA-285 application-context-information-csta3)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required

# --- services that may be asked for at a connection -------------------------------------


class CallControlServices(univ.BitString):
    """Call control services."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("acceptCall", 0),
        ("alternateCall", 1),
        ("answerCall", 2),
        ("callBack", 3),
        ("callBackMessage", 4),
        ("campOnCall", 5),
        ("clearCall", 6),
        ("clearConnection", 7),
        ("conferenceCall", 8),
        ("consultationCall", 9),
        ("deflectCall", 10),
        ("dialDigits", 11),
        ("directedPickupCall", 12),
        ("groupPickupCall", 13),
        ("holdCall", 14),
        ("intrudeCall", 15),
        ("joinCall", 16),
        ("makeCall", 17),
        ("makePredictiveCall", 18),
        ("parkCall", 19),
        ("reconnectCall", 20),
        ("retrieveCall", 21),
        ("singleStepConference", 22),
        ("singleStepTransfer", 23),
        ("transferCall", 24),
        ("makeConnection", 25),
        ("sendMessage", 26),
    )


class CallAssociatedServices(univ.BitString):
    """Call associated services."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("associateData", 0),
        ("cancelTelephonyTones", 1),
        ("generateDigits", 2),
        ("generateTelephonyTones", 3),
        ("sendUserInformation", 4),
        ("changeConnectionInformation", 5),
    )


class MediaAttachmentServices(univ.BitString):
    """Media attachment services."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(("attachMediaService", 0), ("detachMediaService", 1))


class RouteingServices(univ.BitString):
    """Routeing services."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("routeRegister", 0),
        ("routeRegisterCancel", 1),
        ("routeRegisterAbort", 2),
        ("reroute", 3),
        ("routeEnd", 4),
        ("routeReject", 5),
        ("routeRequest", 6),
        ("routeSelect", 7),
        ("routeUsed", 8),
    )


class VoiceUnitServices(univ.BitString):
    """Voice unit services."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("concatenateMessage", 0),
        ("deleteMessage", 1),
        ("playMessage", 2),
        ("queryVoiceAttribute", 3),
        ("recordMessage", 4),
        ("reposition", 5),
        ("resume", 6),
        ("review", 7),
        ("setVoiceAttribute", 8),
        ("stop", 9),
        ("suspend", 10),
        ("synthesizeMessage", 11),
        ("activate", 12),
        ("clear", 13),
        ("deactivate", 14),
    )


class ServicesPermitted(univ.Sequence):
    """The services that may be asked for at a connection now."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("callControlServices", CallControlServices()),
        required("callAssociatedServices", CallAssociatedServices()),
        required("mediaAttachmentServices", MediaAttachmentServices()),
        required("routeingServices", RouteingServices()),
        required("voiceUnitServices", VoiceUnitServices()),
    )


# --- events of a monitor filter ---------------------------------------------------------

# The standard calls these bit strings by the names of the CHOICEs of the event report
# (CallControlEvents ...); "Filter" tells the two apart. Their numbers are not the event tags.


class CallControlFilter(univ.BitString):
    """Call control events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("callCleared", 0),
        ("conferenced", 1),
        ("connectionCleared", 2),
        ("delivered", 3),
        ("diverted", 4),
        ("established", 5),
        ("failed", 6),
        ("held", 7),
        ("networkReached", 8),
        ("originated", 9),
        ("queued", 10),
        ("retrieved", 11),
        ("serviceInitiated", 12),
        ("transferred", 13),
        ("digitsDialed", 14),
        ("bridged", 15),
        ("networkCapabilitiesChanged", 16),
        ("offered", 17),
    )


class CallAssociatedFilter(univ.BitString):
    """Call associated events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("callInformation", 0),
        ("charging", 1),
        ("dTMFDigitsDetected", 2),
        ("telephonyTonesDetected", 3),
        ("serviceCompletionFailure", 4),
    )


class MediaAttachmentFilter(univ.BitString):
    """Media attachment events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(("mediaAttached", 0), ("mediaDetached", 1))


class PhysicalDeviceFeatureFilter(univ.BitString):
    """Physical device events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("buttonInformation", 0),
        ("buttonPress", 1),
        ("displayUpdated", 2),
        ("hookswitch", 3),
        ("lampMode", 4),
        ("messageWaiting", 5),
        ("microphoneGain", 6),
        ("microphoneMute", 7),
        ("ringerStatus", 8),
        ("speakerMute", 9),
        ("speakerVolume", 10),
    )


class LogicalDeviceFeatureFilter(univ.BitString):
    """Logical device events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("agentBusy", 0),
        ("agentLoggedOn", 1),
        ("agentLoggedOff", 2),
        ("agentNotReady", 3),
        ("agentReady", 4),
        ("agentWorkingAfterCall", 5),
        ("autoAnswer", 6),
        ("autoWorkMode", 7),
        ("callBack", 8),
        ("callBackMessage", 9),
        ("callerIDStatus", 10),
        ("doNotDisturb", 11),
        ("forwarding", 12),
        ("routeingMode", 13),
        ("presenceState", 14),
    )


class DeviceMaintenanceFilter(univ.BitString):
    """Device maintenance events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("backInService", 0),
        ("outOfService", 1),
        ("deviceCapabilityChanged", 2),
        ("partiallyInService", 3),
    )


class VoiceUnitFilter(univ.BitString):
    """Voice unit events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(
        ("stop", 0),
        ("play", 1),
        ("suspendPlay", 2),
        ("record", 3),
        ("suspendRecord", 4),
        ("review", 5),
        ("voiceAttributesChange", 6),
        ("bookmarkReached", 7),
        ("completed", 8),
        ("dtmfDetected", 9),
        ("emptied", 10),
        ("interruptionDetected", 11),
        ("notRecognized", 12),
        ("recognized", 13),
        ("started", 14),
        ("silenceTimeoutExpired", 15),
        ("speechDetected", 16),
        ("voiceErrorOccured", 17),
    )


class VendorSpecFilter(univ.BitString):
    """Private events."""

    clause = "ECMA-285 application-context-information-csta3"
    namedValues = namedval.NamedValues(("privateEvent", 0))


class MonitorFilter(univ.Sequence):
    """The events a monitor does not report: a set bit suppresses. Absent means none."""

    clause = "ECMA-285 status-reporting"
    componentType = NamedTypes(
        optional("callControl", implicit(CallControlFilter, 0)),
        optional("callAssociated", implicit(CallAssociatedFilter, 6)),
        optional("mediaAttachment", implicit(MediaAttachmentFilter, 7)),
        optional("physicalDeviceFeature", implicit(PhysicalDeviceFeatureFilter, 8)),
        optional("logicalDeviceFeature", implicit(LogicalDeviceFeatureFilter, 9)),
        optional("maintenance", implicit(DeviceMaintenanceFilter, 3)),
        optional("voiceUnit", implicit(VoiceUnitFilter, 5)),
        optional("private", implicit(VendorSpecFilter, 4)),
    )
