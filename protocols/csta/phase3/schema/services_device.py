"""Call associated, physical and logical device services (ECMA-269 clauses 18, 21, 22)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.apparatus import CharacterSet, DisplayID
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallQualifyingData,
    LanguagePreferences,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.identifiers import ConnectionID, DeviceID, DeviceIDList
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AgentID,
    AgentPassword,
    AgentState,
    AuthCode,
    CallOrigination,
    CorrelatorData,
    CSTACommonArguments,
    ForwardDefault,
    ForwardingType,
    PendingAgentState,
    UserData,
)


class AssociateDataArgument(univ.Sequence):
    """Attach data to a call."""

    clause = "ECMA-285 associate-data"
    componentType = NamedTypes(
        required("existingCall", ConnectionID()),
        optional("accountCode", implicit(AccountInfo, 0)),
        optional("authCode", implicit(AuthCode, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("callQualifyingData", implicit(CallQualifyingData, 3)),
        optional("callCharacteristics", implicit(CallCharacteristics, 4)),
        optional("subjectOfCall", implicit(SubjectOfCall, 5)),
        optional("languagePreferences", implicit(LanguagePreferences, 6)),
        optional("deviceInfo", implicit(DeviceID, 7)),
        optional("extensions", CSTACommonArguments()),
    )


class DigitMode(univ.Enumerated):
    """How digits are sent."""

    clause = "ECMA-285 generate-digits"
    namedValues = namedval.NamedValues(("rotaryPulse", 0), ("dTMF", 1))


class GenerateDigitsArgument(univ.Sequence):
    """Send digits on a connection; durations in milliseconds."""

    clause = "ECMA-285 generate-digits"
    componentType = NamedTypes(
        required("connectionToSendDigits", ConnectionID()),
        optional("digitMode", DigitMode()),
        required("charactersToSend", char.IA5String()),
        optional("toneDuration", implicit(univ.Integer, 0)),
        optional("pulseRate", implicit(univ.Integer, 1)),
        optional("pauseDuration", implicit(univ.Integer, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class SendUserInfoArgument(univ.Sequence):
    """Send user data along a call."""

    clause = "ECMA-285 send-user-information"
    componentType = NamedTypes(
        required("existingCall", ConnectionID()),
        required("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class SetDisplayArgument(univ.Sequence):
    """Write on the display of a device."""

    clause = "ECMA-285 set-display"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("display", DisplayID()),
        optional("physicalBaseRowNumber", implicit(univ.Integer, 0)),
        optional("physicalBaseColumnNumber", implicit(univ.Integer, 1)),
        required("contentsOfDisplay", char.IA5String()),
        optional("offset", implicit(univ.Integer, 2)),
        optional("characterSet", implicit(CharacterSet, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class SetMessageWaitingIndicatorArgument(univ.Sequence):
    """Set or clear the message indicator of a device."""

    clause = "ECMA-285 set-message-waiting-indicator"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("messageWaitingOn", univ.Boolean()),
        optional("deviceForMessage", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetMessageWaitingIndicatorArgument(univ.Sequence):
    """Ask whether the message indicator of a device is set."""

    clause = "ECMA-285 get-message-waiting-indicator"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetMessageWaitingIndicatorResult(univ.Sequence):
    """Whether the message indicator of a device is set."""

    clause = "ECMA-285 get-message-waiting-indicator"
    componentType = NamedTypes(
        required("messageWaitingOn", univ.Boolean()),
        optional("deviceForMessage", DeviceID()),
        optional("lampIsPresent", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class ReqAgentState(univ.Enumerated):
    """The state an agent asks for."""

    clause = "ECMA-285 set-agent-state"
    namedValues = namedval.NamedValues(
        ("loggedOn", 0),
        ("loggedOff", 1),
        ("notReady", 2),
        ("ready", 3),
        ("workingAfterCall", 4),
    )


class SetAgentStateArgument(univ.Sequence):
    """Change the state of an agent."""

    clause = "ECMA-285 set-agent-state"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("requestedAgentState", ReqAgentState()),
        optional("agentID", implicit(AgentID, 2)),
        optional("password", implicit(AgentPassword, 3)),
        optional("group", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class SetAgentStateResult(univ.Sequence):
    """The state that follows the present call."""

    clause = "ECMA-285 set-agent-state"
    componentType = NamedTypes(
        optional("pendingAgentState", PendingAgentState()),
        optional("extensions", CSTACommonArguments()),
    )


class AgentStateCondition(univ.Enumerated):
    """Why an agent is in a state."""

    clause = "ECMA-285 get-agent-state"
    namedValues = namedval.NamedValues(("forcedPause", 0), ("other", 1))


class AgentInfo(univ.Sequence):
    """The state of an agent in one group."""

    clause = "ECMA-285 get-agent-state"
    componentType = NamedTypes(
        optional("acdGroup", DeviceID()),
        required("agentState", AgentState()),
        optional("pendingAgentState", implicit(PendingAgentState, 0)),
        optional("agentStateCondition", implicit(AgentStateCondition, 1)),
    )


class AgentInfoList(univ.SequenceOf):
    """The states of an agent in its groups."""

    clause = "ECMA-285 get-agent-state"
    componentType = AgentInfo()


class AgentStateEntry(univ.Sequence):
    """One agent at the device."""

    clause = "ECMA-285 get-agent-state"
    componentType = NamedTypes(
        optional("agentID", AgentID()),
        required("loggedOn", univ.Boolean()),
        optional("agentInfo", AgentInfoList()),
    )


class AgentStateList(univ.SequenceOf):
    """The agents at the device, 1 to 32."""

    clause = "ECMA-285 get-agent-state"
    componentType = AgentStateEntry()


class GetAgentStateArgument(univ.Sequence):
    """Ask for the state of the agents at a device."""

    clause = "ECMA-285 get-agent-state"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("acdGroup", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAgentStateResult(univ.Sequence):
    """The agents at a device."""

    clause = "ECMA-285 get-agent-state"
    componentType = NamedTypes(
        required("agentStateList", AgentStateList()),
        optional("extensions", CSTACommonArguments()),
    )


class SetForwardingArgument(univ.Sequence):
    """Set or clear a forwarding."""

    clause = "ECMA-285 set-forwarding"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("forwardingType", ForwardingType()),
        required("activateForward", univ.Boolean()),
        optional("forwardDN", DeviceID()),
        optional("ringCount", univ.Integer()),
        optional("ringDuration", implicit(univ.Integer, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class ForwardListEntry(univ.Sequence):
    """One forwarding of a device."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        optional("forwardingType", ForwardingType()),
        required("forwardStatus", univ.Boolean()),
        optional("forwardDN", DeviceID()),
        optional("forwardDefault", ForwardDefault()),
        optional("ringDuration", implicit(univ.Integer, 0)),
        optional("ringCount", univ.Integer()),
    )


class ForwardList(univ.SequenceOf):
    """The forwardings of a device."""

    clause = "ECMA-285 device-feature-types"
    componentType = ForwardListEntry()


class GetForwardingArgument(univ.Sequence):
    """Ask for the forwardings of a device."""

    clause = "ECMA-285 get-forwarding"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetForwardingResult(univ.Sequence):
    """The forwardings of a device."""

    clause = "ECMA-285 get-forwarding"
    componentType = NamedTypes(
        required("forwardingList", ForwardList()),
        optional("extensions", CSTACommonArguments()),
    )


class SetDoNotDisturbArgument(univ.Sequence):
    """Set or clear do not disturb."""

    clause = "ECMA-285 set-do-not-disturb"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("doNotDisturbOn", univ.Boolean()),
        optional("callOrigination", CallOrigination()),
        optional("callingDeviceList", DeviceIDList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetDoNotDisturbArgument(univ.Sequence):
    """Ask whether do not disturb is set."""

    clause = "ECMA-285 get-do-not-disturb"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetDoNotDisturbResult(univ.Sequence):
    """Whether do not disturb is set."""

    clause = "ECMA-285 get-do-not-disturb"
    componentType = NamedTypes(
        required("doNotDisturbOn", univ.Boolean()),
        optional("callOrigination", CallOrigination()),
        optional("callingDeviceList", DeviceIDList()),
        optional("extensions", CSTACommonArguments()),
    )
