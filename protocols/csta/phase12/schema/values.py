"""Enumerations and small types of phases I and II."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.identifiers import NumberDigits
from protocols.csta.phase12.schema.identifiers import DeviceID


class EventCause(univ.Enumerated):
    """The reason for an event. Phase I ends with 34; the rest is phase II."""

    clause = "ECMA-218 event-causes"
    namedValues = namedval.NamedValues(
        ("activeMonitor", 1),
        ("alternate", 2),
        ("busy", 3),
        ("callBack", 4),
        ("callCancelled", 5),
        ("callForwardAlways", 6),
        ("callForwardBusy", 7),
        ("callForwardNoAnswer", 8),
        ("callForward", 9),
        ("callNotAnswered", 10),
        ("callPickup", 11),
        ("campOn", 12),
        ("destNotObtainable", 13),
        ("doNotDisturb", 14),
        ("incompatibleDestination", 15),
        ("invalidAccountCode", 16),
        ("keyConference", 17),
        ("lockout", 18),
        ("maintenance", 19),
        ("networkCongestion", 20),
        ("networkNotObtainable", 21),
        ("newCall", 22),
        ("noAvailableAgents", 23),
        ("override", 24),
        ("park", 25),
        ("overflow", 26),
        ("recall", 27),
        ("redirected", 28),
        ("reorderTone", 29),
        ("resourcesNotAvailable", 30),
        ("silentParticipation", 31),
        ("transfer", 32),
        ("trunksBusy", 33),
        ("voiceUnitInitiator", 34),
        ("blocked", 35),
        ("characterCountReached", 36),
        ("consultation", 37),
        ("distributed", 38),
        ("dTMFDigitDetected", 39),
        ("durationExceeded", 40),
        ("endOfMessageDetected", 41),
        ("enteringDistribution", 42),
        ("forcedPause", 43),
        ("makeCall", 44),
        ("messageSizeExceeded", 45),
        ("networkSignal", 46),
        ("nextMessage", 47),
        ("normalClearing", 48),
        ("noSpeechDetected", 49),
        ("numberChanged", 50),
        ("singleStepConference", 51),
        ("singleStepTransfer", 52),
        ("speechDetected", 53),
        ("switchingFunctionTerminated", 54),
        ("terminationCharacterReceived", 55),
        ("timeout", 56),
    )


class SystemStatus(univ.Enumerated):
    """How the switching or the computing function is."""

    clause = "ECMA-180 system-status"
    namedValues = namedval.NamedValues(
        ("initializing", 0),
        ("enabled", 1),
        ("normal", 2),
        ("messagesLost", 3),
        ("disabled", 4),
        ("overloadImminent", 5),
        ("overloadReached", 6),
        ("overloadRelieved", 7),
    )


class AgentState(univ.Enumerated):
    """The state of an agent."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(
        ("notReady", 0),
        ("null", 1),
        ("ready", 2),
        ("workNotReady", 3),
        ("workReady", 4),
    )


class AllocationState(univ.Enumerated):
    """When a predictive call is given to the calling device."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(("callDelivered", 0), ("callEstablished", 1))


class DeviceType(univ.Enumerated):
    """What kind of device a device is."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(
        ("station", 0),
        ("line", 1),
        ("button", 2),
        ("aCD", 3),
        ("trunk", 4),
        ("operator", 5),
        ("stationGroup", 16),
        ("lineGroup", 17),
        ("buttonGroup", 18),
        ("aCDGroup", 19),
        ("trunkGroup", 20),
        ("operatorGroup", 21),
        ("other", 255),
    )


class DeviceClass(univ.BitString):
    """The media of a device."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(("voice", 0), ("data", 1), ("image", 2), ("other", 3))


class ForwardingType(univ.Enumerated):
    """Which calls are forwarded, and whether it begins or ends; even numbers begin."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(
        ("forwardImmediateOn", 0),
        ("forwardImmediateOff", 1),
        ("forwardBusyOn", 2),
        ("forwardBusyOff", 3),
        ("forwardNoAnsOn", 4),
        ("forwardNoAnsOff", 5),
        ("forwardBusyIntOn", 6),
        ("forwardBusyIntOff", 7),
        ("forwardBusyExtOn", 8),
        ("forwardBusyExtOff", 9),
        ("forwardNoAnsIntOn", 10),
        ("forwardNoAnsIntOff", 11),
        ("forwardNoAnsExtOn", 12),
        ("forwardNoAnsExtOff", 13),
    )


class QueryDeviceFeature(univ.Enumerated):
    """What is asked about a device."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(
        ("msgWaiting", 0),
        ("doNotDisturb", 1),
        ("forward", 2),
        ("lastDialedNumber", 3),
        ("deviceInfo", 4),
        ("agentState", 5),
        ("routingEnabled", 6),
        ("autoAnswer", 7),
        ("microphoneMute", 8),
        ("speakerMute", 9),
        ("speakerVolume", 10),
    )


class SelectValue(univ.Enumerated):
    """By what a route is to be chosen."""

    clause = "ECMA-180 device-feature-types"
    namedValues = namedval.NamedValues(
        ("normal", 0), ("leastCost", 1), ("emergency", 2), ("aCD", 3), ("userDefined", 4)
    )


class DeviceInfo(univ.Sequence):
    """What a device is."""

    clause = "ECMA-180 device-feature-types"
    componentType = NamedTypes(
        optional("deviceID", DeviceID()),
        optional("deviceType", DeviceType()),
        optional("deviceClass", DeviceClass()),
    )


class ForwardParameter(univ.Sequence):
    """A forwarding; the number that it ends with may be left out."""

    clause = "ECMA-180 device-feature-types"
    componentType = NamedTypes(
        required("forwardingType", ForwardingType()),
        optional("forwardDN", NumberDigits()),
    )


class ForwardItem(univ.Choice):
    """One element of an answer about forwardings.

    The standard lists pairs; the Application Link writes type and number of a single one
    without a SEQUENCE around them.
    """

    clause = "ECMA-180 device-feature-types"
    bare = "parameter"
    componentType = NamedTypes(
        required("parameter", ForwardParameter()),
        required("forwardingType", ForwardingType()),
        required("forwardDN", NumberDigits()),
    )


class ForwardItems(univ.SequenceOf):
    """The forwardings of a device."""

    clause = "ECMA-180 device-feature-types"
    componentType = ForwardItem()


class LoggedOnInfo(univ.Sequence):
    """Who logs on, and into which group."""

    clause = "ECMA-180 device-feature-types"
    componentType = NamedTypes(
        optional("agentID", implicit(univ.OctetString, 10)),
        optional("password", implicit(univ.OctetString, 11)),
        optional("agentGroup", DeviceID()),
    )


class LoggedOffInfo(univ.Sequence):
    """Who logs off, and from which group."""

    clause = "ECMA-180 device-feature-types"
    componentType = NamedTypes(
        optional("agentID", implicit(univ.OctetString, 10)),
        optional("agentGroup", DeviceID()),
    )


class AgentParameter(univ.Choice):
    """The state that is wanted for an agent."""

    clause = "ECMA-180 device-feature-types"
    componentType = NamedTypes(
        required("logOn", implicit(LoggedOnInfo, 0)),
        required("logOff", implicit(LoggedOffInfo, 1)),
        required("notReady", implicit(univ.Null, 2)),
        required("ready", implicit(univ.Null, 3)),
        required("workNotReady", implicit(univ.Null, 4)),
        required("workReady", implicit(univ.Null, 5)),
    )
