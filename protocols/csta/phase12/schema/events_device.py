"""Feature, agent and maintenance events (ECMA-180 and ECMA-218).

Numbers of phase II, and tags where no published grammar has them, follow the order of the
events in the application context and the tags of like fields.
"""

from __future__ import annotations

from typing import Final

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.types import AccountInfo, AgentID, AgentPassword, AuthCode
from protocols.csta.phase12.schema.extensions import AnyPrivateData, TaggedPrivateData
from protocols.csta.phase12.schema.identifiers import (
    CalledDeviceID,
    ConnectionID,
    DeviceID,
    SubjectDeviceID,
)
from protocols.csta.phase12.schema.values import EventCause, ForwardParameter

_PRIVATE: Final = optional("privateData", TaggedPrivateData())
_AGENT: Final = (
    required("agentDevice", SubjectDeviceID()),
    optional("agentID", implicit(AgentID, 10)),
)


class CallInformationEvent(univ.Sequence):
    """A call has account data."""

    clause = "ECMA-180 call-information-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("device", SubjectDeviceID()),
        optional("accountInfo", implicit(AccountInfo, 0)),
        optional("authorisationCode", implicit(AuthCode, 1)),
        _PRIVATE,
    )


class DoNotDisturbEvent(univ.Sequence):
    """A device does not want to be disturbed, or wants to again."""

    clause = "ECMA-180 do-not-disturb-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("doNotDisturbOn", univ.Boolean()),
        _PRIVATE,
    )


class ForwardingEvent(univ.Sequence):
    """A forwarding was set or ended."""

    clause = "ECMA-180 forwarding-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("forwardingInformation", ForwardParameter()),
        optional("forwardedTo", SubjectDeviceID()),
        _PRIVATE,
    )


class MessageWaitingEvent(univ.Sequence):
    """A message waits, or no longer."""

    clause = "ECMA-180 message-waiting-event"
    componentType = NamedTypes(
        required("deviceForMessage", CalledDeviceID()),
        optional("invokingDevice", SubjectDeviceID()),
        required("messageWaitingOn", univ.Boolean()),
        _PRIVATE,
    )


class AutoAnswerEvent(univ.Sequence):
    """A device answers by itself, or no longer."""

    clause = "ECMA-218 auto-answer-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()), required("autoAnswerOn", univ.Boolean())
    )


class MicrophoneMuteEvent(univ.Sequence):
    """A microphone is off, or on."""

    clause = "ECMA-218 microphone-mute-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()), required("microphoneMuteOn", univ.Boolean())
    )


class SpeakerMuteEvent(univ.Sequence):
    """A speaker is off, or on."""

    clause = "ECMA-218 speaker-mute-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()), required("speakerMuteOn", univ.Boolean())
    )


class SpeakerVolumeEvent(univ.Sequence):
    """A speaker is louder, or less so."""

    clause = "ECMA-218 speaker-volume-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()), required("speakerVolume", univ.Integer())
    )


class LoggedOnEvent(univ.Sequence):
    """An agent logged on."""

    clause = "ECMA-180 logged-on-event"
    componentType = NamedTypes(
        *_AGENT,
        optional("agentGroup", DeviceID()),
        optional("password", implicit(AgentPassword, 11)),
        _PRIVATE,
    )


class LoggedOffEvent(univ.Sequence):
    """An agent logged off."""

    clause = "ECMA-180 logged-off-event"
    componentType = NamedTypes(*_AGENT, optional("agentGroup", DeviceID()), _PRIVATE)


class AgentEvent(univ.Sequence):
    """An agent is in another state, which the name of the event tells."""

    clause = "ECMA-180 ready-event"
    componentType = NamedTypes(*_AGENT, optional("agentGroup", DeviceID()), _PRIVATE)


class ServiceEvent(univ.Sequence):
    """A device is in service again, or out of it."""

    clause = "ECMA-180 back-in-service-event"
    componentType = NamedTypes(
        required("device", DeviceID()), optional("cause", EventCause()), _PRIVATE
    )


class PrivateEvent(univ.SequenceOf):
    """An event of the vendor."""

    clause = "ECMA-218 private-event"
    componentType = AnyPrivateData()


FEATURE_EVENTS: Final = {
    "autoAnswer": AutoAnswerEvent,
    "callInformation": CallInformationEvent,
    "doNotDisturb": DoNotDisturbEvent,
    "forwarding": ForwardingEvent,
    "messageWaiting": MessageWaitingEvent,
    "microphoneMute": MicrophoneMuteEvent,
    "speakerMute": SpeakerMuteEvent,
    "speakerVolume": SpeakerVolumeEvent,
}
"""Bodies by name, numbered from 0 in phase II."""

AGENT_EVENTS: Final = {
    "agentBusy": AgentEvent,
    "loggedOn": LoggedOnEvent,
    "loggedOff": LoggedOffEvent,
    "notReady": AgentEvent,
    "ready": AgentEvent,
    "workingAfterCall": AgentEvent,
}
"""Bodies by name, numbered from 0 in phase II."""

MAINTENANCE_EVENTS: Final = {"backInService": ServiceEvent, "outOfService": ServiceEvent}
"""Bodies by name, numbered from 0 in phase II."""
