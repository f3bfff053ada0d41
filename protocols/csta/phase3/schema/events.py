"""The event report and the groups of events (ECMA-285 event-report-definitions)."""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, required
from protocols.csta.phase3.schema import events_associated as associated
from protocols.csta.phase3.schema import events_change as change
from protocols.csta.phase3.schema import events_logical as logical
from protocols.csta.phase3.schema import events_other as other
from protocols.csta.phase3.schema import events_physical as physical
from protocols.csta.phase3.schema import events_progress as progress
from protocols.csta.phase3.schema.events_voice import VoiceUnitEvents
from protocols.csta.phase3.schema.types import MonitorCrossRefID


class CallControlEvents(univ.Choice):
    """Events of calls and connections."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("bridged", implicit(change.BridgedEvent, 0)),
        required("callCleared", implicit(change.CallClearedEvent, 1)),
        required("conferenced", implicit(change.ConferencedEvent, 2)),
        required("connectionCleared", implicit(change.ConnectionClearedEvent, 3)),
        required("delivered", implicit(progress.DeliveredEvent, 4)),
        required("digitsDialed", implicit(progress.DigitsDialedEvent, 5)),
        required("diverted", implicit(change.DivertedEvent, 6)),
        required("established", implicit(progress.EstablishedEvent, 7)),
        required("failed", implicit(change.FailedEvent, 8)),
        required("held", implicit(change.HeldEvent, 9)),
        required(
            "networkCapabilitiesChanged",
            implicit(progress.NetworkCapabilitiesChangedEvent, 10),
        ),
        required("networkReached", implicit(progress.NetworkReachedEvent, 11)),
        required("offered", implicit(progress.OfferedEvent, 12)),
        required("originated", implicit(progress.OriginatedEvent, 13)),
        required("queued", implicit(progress.QueuedEvent, 14)),
        required("retrieved", implicit(change.RetrievedEvent, 15)),
        required("serviceInitiated", implicit(progress.ServiceInitiatedEvent, 16)),
        required("transferred", implicit(change.TransferredEvent, 17)),
    )


class CallAssociatedEvents(univ.Choice):
    """Events of what goes along with a call."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("callInformation", implicit(associated.CallInformationEvent, 0)),
        required("charging", implicit(associated.ChargingEvent, 1)),
        required("digitsGeneratedEvent", implicit(associated.DigitsGeneratedEvent, 2)),
        required(
            "telephonyTonesGeneratedEvent",
            implicit(associated.TelephonyTonesGeneratedEvent, 3),
        ),
        required(
            "serviceCompletionFailure",
            implicit(associated.ServiceCompletionFailureEvent, 4),
        ),
    )


class MediaAttachmentEvents(univ.Choice):
    """Events of media services."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("mediaAttached", implicit(associated.MediaAttachedEvent, 0)),
        required("mediaDetached", implicit(associated.MediaDetachedEvent, 1)),
    )


class PhysicalDeviceFeatureEvents(univ.Choice):
    """Events of the parts of a device."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("buttonInformation", implicit(physical.ButtonInformationEvent, 0)),
        required("buttonPress", implicit(physical.ButtonPressEvent, 1)),
        required("displayUpdated", implicit(physical.DisplayUpdatedEvent, 2)),
        required("hookswitch", implicit(physical.HookswitchEvent, 3)),
        required("lampMode", implicit(physical.LampModeEvent, 4)),
        required("messageWaiting", implicit(physical.MessageWaitingEvent, 5)),
        required("microphoneGain", implicit(physical.MicrophoneGainEvent, 6)),
        required("microphoneMute", implicit(physical.MicrophoneMuteEvent, 7)),
        required("ringerStatus", implicit(physical.RingerStatusEvent, 8)),
        required("speakerMute", implicit(physical.SpeakerMuteEvent, 9)),
        required("speakerVolume", implicit(physical.SpeakerVolumeEvent, 10)),
    )


class LogicalDeviceFeatureEvents(univ.Choice):
    """Events of agents and features of a number."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("agentBusy", implicit(logical.AgentBusyEvent, 0)),
        required("agentLoggedOn", implicit(logical.AgentLoggedOnEvent, 1)),
        required("agentLoggedOff", implicit(logical.AgentLoggedOffEvent, 2)),
        required("agentNotReady", implicit(logical.AgentNotReadyEvent, 3)),
        required("agentReady", implicit(logical.AgentReadyEvent, 4)),
        required("agentWorkingAfterCall", implicit(logical.AgentWorkingAfterCallEvent, 5)),
        required("autoAnswer", implicit(logical.AutoAnswerEvent, 6)),
        required("autoWorkMode", implicit(logical.AutoWorkModeEvent, 7)),
        required("callBack", implicit(logical.CallBackEvent, 8)),
        required("callBackMessage", implicit(logical.CallBackMessageEvent, 9)),
        required("callerIDStatus", implicit(logical.CallerIDStatusEvent, 10)),
        required("doNotDisturb", implicit(logical.DoNotDisturbEvent, 11)),
        required("forwarding", implicit(logical.ForwardingEvent, 12)),
        required("routeingMode", implicit(logical.RouteingModeEvent, 13)),
        required("presenceState", implicit(logical.PresenceStateEvent, 14)),
    )


class DeviceMaintenanceEvents(univ.Choice):
    """Events of the service state of a device."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("backInService", implicit(other.BackInServiceEvent, 0)),
        required("deviceCapabilityChanged", implicit(other.DeviceCapsChangedEvent, 1)),
        required("outOfService", implicit(other.OutOfServiceEvent, 2)),
        required("partiallyInService", implicit(other.PartiallyInServiceEvent, 3)),
    )


class VendorSpecEvents(univ.Choice):
    """Events of the vendor."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(required("privateEvent", implicit(other.PrivateEvent, 0)))


class EventSpecificInfo(univ.Choice):
    """An event in its group."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("callControlEvents", explicit(CallControlEvents, 0)),
        required("callAssociatedEvents", explicit(CallAssociatedEvents, 1)),
        required("mediaAttachmentEvents", explicit(MediaAttachmentEvents, 2)),
        required("physicalDeviceFeatureEvents", explicit(PhysicalDeviceFeatureEvents, 3)),
        required("logicalDeviceFeatureEvents", explicit(LogicalDeviceFeatureEvents, 4)),
        required("deviceMaintenanceEvents", explicit(DeviceMaintenanceEvents, 5)),
        required("voiceUnitEvents", explicit(VoiceUnitEvents, 6)),
        required("vendorSpecEvents", explicit(VendorSpecEvents, 7)),
    )


class CSTAEventReportArgument(univ.Sequence):
    """One event of one monitor."""

    clause = "ECMA-285 event-report-definitions"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("eventSpecificInfo", EventSpecificInfo()),
    )
