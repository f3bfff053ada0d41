"""Logical device feature events (ECMA-269 clause 22.2)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import DeviceID, DeviceIDList, SubjectDeviceID
from protocols.csta.phase3.schema.types import (
    AgentID,
    AgentPassword,
    CallOrigination,
    CSTACommonArguments,
    ForwardDefault,
    ForwardingType,
    PendingAgentState,
    TimeInfo,
)


class AgentBusyEvent(univ.Sequence):
    """An agent is busy with a call."""

    clause = "ECMA-285 agent-busy-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", AgentID()),
        optional("acdGroup", DeviceID()),
        optional("pendingAgentState", implicit(PendingAgentState, 2)),
        optional("cause", implicit(EventCause, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class AgentLoggedOnEvent(univ.Sequence):
    """An agent logged on."""

    clause = "ECMA-285 agent-logged-on-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", implicit(AgentID, 2)),
        optional("acdGroup", DeviceID()),
        optional("agentPassword", implicit(AgentPassword, 3)),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class AgentLoggedOffEvent(univ.Sequence):
    """An agent logged off."""

    clause = "ECMA-285 agent-logged-off-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", implicit(AgentID, 2)),
        optional("acdGroup", DeviceID()),
        optional("agentPassword", implicit(AgentPassword, 3)),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class AgentNotReadyEvent(univ.Sequence):
    """An agent does not take calls."""

    clause = "ECMA-285 agent-not-ready-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", AgentID()),
        optional("acdGroup", DeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class AgentReadyEvent(univ.Sequence):
    """An agent takes calls."""

    clause = "ECMA-285 agent-ready-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", AgentID()),
        optional("acdGroup", DeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class WorkingAfterCallPendingState(univ.Enumerated):
    """The state that follows work after a call; its numbers are of its own."""

    clause = "ECMA-285 agent-working-after-call-event"
    namedValues = namedval.NamedValues(("notReady", 0), ("ready", 1), ("null", 2))


class AgentWorkingAfterCallEvent(univ.Sequence):
    """An agent works on a call that has ended."""

    clause = "ECMA-285 agent-working-after-call-event"
    componentType = NamedTypes(
        required("agentDevice", SubjectDeviceID()),
        optional("agentID", AgentID()),
        optional("acdGroup", DeviceID()),
        optional("pendingAgentState", implicit(WorkingAfterCallPendingState, 2)),
        optional("cause", implicit(EventCause, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class AutoAnswerEvent(univ.Sequence):
    """Automatic answering was set or cleared."""

    clause = "ECMA-285 auto-answer-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("autoAnswerOn", univ.Boolean()),
        optional("numberOfRings", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class AutoWorkModeEvent(univ.Sequence):
    """Automatic work after a call was set or cleared."""

    clause = "ECMA-285 auto-work-mode-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("autoWorkOn", univ.Boolean()),
        required("autoWorkInterval", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackEvent(univ.Sequence):
    """A call back was booked or cancelled."""

    clause = "ECMA-285 call-back-event"
    componentType = NamedTypes(
        required("originatingDevice", SubjectDeviceID()),
        required("targetDevice", SubjectDeviceID()),
        required("callBackSetCanceled", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackMessageEvent(univ.Sequence):
    """A message asking to call back was left or cancelled."""

    clause = "ECMA-285 call-back-message-event"
    componentType = NamedTypes(
        required("originatingDevice", SubjectDeviceID()),
        required("targetDevice", SubjectDeviceID()),
        required("callBackMsgSetCanceled", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class CallerIDStatusEvent(univ.Sequence):
    """Presenting the own number was allowed or forbidden."""

    clause = "ECMA-285 caller-id-status-event"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("callerIDProvided", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class DoNotDisturbEvent(univ.Sequence):
    """Do not disturb was set or cleared."""

    clause = "ECMA-285 do-not-disturb-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("doNotDisturbOn", univ.Boolean()),
        optional("callOrigination", CallOrigination()),
        optional("callingDeviceList", DeviceIDList()),
        optional("extensions", CSTACommonArguments()),
    )


class ForwardingEvent(univ.Sequence):
    """Forwarding was set or cleared."""

    clause = "ECMA-285 forwarding-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("forwardingType", ForwardingType()),
        required("forwardStatus", univ.Boolean()),
        optional("forwardTo", DeviceID()),
        optional("forwardDefault", ForwardDefault()),
        optional("ringCount", univ.Integer()),
        optional("ringDuration", implicit(univ.Integer, 4)),
        optional("extensions", CSTACommonArguments()),
    )


class PresenceState(univ.BitString):
    """Where a user is and what the user does."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("available", 0),
        ("away", 1),
        ("busy", 2),
        ("calling", 3),
        ("dnd", 4),
        ("meeting", 5),
        ("offline", 6),
        ("unknown", 7),
        ("vacation", 8),
        *((f"applicationSpec{number}", 9 + number) for number in range(11)),
    )


class PresenceStateEvent(univ.Sequence):
    """The presence of a user changed."""

    clause = "ECMA-285 presence-state-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("presenceState", PresenceState()),
        optional("fromTime", implicit(TimeInfo, 0)),
        optional("untilTime", implicit(TimeInfo, 1)),
        optional("place", implicit(univ.OctetString, 2)),
        optional("mood", implicit(univ.OctetString, 3)),
        optional("namedPresenceState", implicit(univ.OctetString, 4)),
        optional("extensions", CSTACommonArguments()),
    )


class RouteingModeEvent(univ.Sequence):
    """Routeing by the computing function was set or cleared."""

    clause = "ECMA-285 routeing-mode-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("routeingMode", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )
