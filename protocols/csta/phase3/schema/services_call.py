"""Call control services of every day (ECMA-269 clause 17.1).

Services on one connection name it ``connection``; the standard names it in each module after
what is done to it (callToBeAnswered, connectionToBeCleared, callToBeHeld ...).
"""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    AutoOriginate,
    CallCharacteristics,
    CallLinkageData,
    CallLinkageDataList,
    ConsultOptions,
    LanguagePreferences,
    ParticipationType,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import ConnectionID, ConnectionList, DeviceID
from protocols.csta.phase3.schema.media import ConnectionInformation, MediaCallCharacteristics
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AuthCode,
    CorrelatorData,
    CSTACommonArguments,
    UserData,
)


class AlternateCallArgument(univ.Sequence):
    """Hold the active call and take up the held one."""

    clause = "ECMA-285 alternate-call"
    componentType = NamedTypes(
        required("heldCall", ConnectionID()),
        required("activeCall", ConnectionID()),
        optional("connectionReservation", univ.Boolean()),
        optional("consultOptions", ConsultOptions()),
        optional("extensions", CSTACommonArguments()),
    )


class AnswerCallArgument(univ.Sequence):
    """Answer a call that alerts."""

    clause = "ECMA-285 answer-call"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class ClearCallArgument(univ.Sequence):
    """End a call for all its devices."""

    clause = "ECMA-285 clear-call"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("userData", UserData()),
        optional("reason", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class ClearConnectionArgument(univ.Sequence):
    """Take one device out of a call."""

    clause = "ECMA-285 clear-connection"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("reason", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class ConferenceCallArgument(univ.Sequence):
    """Make one call of the held and the active one."""

    clause = "ECMA-285 conference-call"
    componentType = NamedTypes(
        required("heldCall", ConnectionID()),
        required("activeCall", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class ConferenceCallResult(univ.Sequence):
    """The conference."""

    clause = "ECMA-285 conference-call"
    componentType = NamedTypes(
        required("conferenceCall", ConnectionID()),
        optional("connections", implicit(ConnectionList, 0)),
        optional("conferenceCallInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class ConsultationCallArgument(univ.Sequence):
    """Hold a call and make another."""

    clause = "ECMA-285 consultation-call"
    componentType = NamedTypes(
        required("existingCall", implicit(ConnectionID, 0)),
        required("consultedDevice", explicit(DeviceID, 1)),
        optional("connectionReservation", implicit(univ.Boolean, 2)),
        optional("accountCode", implicit(AccountInfo, 3)),
        optional("authCode", implicit(AuthCode, 4)),
        optional("correlatorData", implicit(CorrelatorData, 5)),
        optional("userData", implicit(UserData, 6)),
        optional("callCharacteristics", implicit(CallCharacteristics, 7)),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 8)),
        optional("callingConnectionInfo", implicit(ConnectionInformation, 9)),
        optional("consultOptions", implicit(ConsultOptions, 10)),
        optional("subjectOfCall", implicit(SubjectOfCall, 11)),
        optional("languagePreferences", implicit(LanguagePreferences, 12)),
        optional("extensions", CSTACommonArguments()),
    )


class ConsultationCallResult(univ.Sequence):
    """The consultation."""

    clause = "ECMA-285 consultation-call"
    componentType = NamedTypes(
        required("initiatedCall", ConnectionID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 0)),
        optional("initiatedCallInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageData", implicit(CallLinkageData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class HoldCallArgument(univ.Sequence):
    """Put a connection on hold."""

    clause = "ECMA-285 hold-call"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("connectionReservation", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class MakeCallArgument(univ.Sequence):
    """Make a call."""

    clause = "ECMA-285 make-call"
    componentType = NamedTypes(
        required("callingDevice", DeviceID()),
        required("calledDirectoryNumber", DeviceID()),
        optional("accountCode", implicit(AccountInfo, 0)),
        optional("authCode", implicit(AuthCode, 1)),
        optional("autoOriginate", implicit(AutoOriginate, 3)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("userData", UserData()),
        optional("callCharacteristics", CallCharacteristics()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 4)),
        optional("callingConnectionInfo", implicit(ConnectionInformation, 5)),
        optional("subjectOfCall", implicit(SubjectOfCall, 6)),
        optional("languagePreferences", implicit(LanguagePreferences, 7)),
        optional("reason", implicit(EventCause, 8)),
        optional("extensions", CSTACommonArguments()),
    )


class MakeCallResult(univ.Sequence):
    """The connection of the calling device."""

    clause = "ECMA-285 make-call"
    componentType = NamedTypes(
        required("callingDevice", ConnectionID()),
        optional("mediaCallCharacteristics", implicit(MediaCallCharacteristics, 0)),
        optional("initiatedCallInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageData", implicit(CallLinkageData, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class ReconnectCallArgument(univ.Sequence):
    """Clear the active call and take up the held one."""

    clause = "ECMA-285 reconnect-call"
    componentType = NamedTypes(
        # The active call stands first, unlike alternate, conference and transfer.
        required("activeCall", ConnectionID()),
        required("heldCall", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class RetrieveCallArgument(univ.Sequence):
    """Take up a held connection."""

    clause = "ECMA-285 retrieve-call"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class SingleStepConfArgument(univ.Sequence):
    """Bring a device into a call."""

    clause = "ECMA-285 single-step-conference"
    componentType = NamedTypes(
        required("activeCall", ConnectionID()),
        required("deviceToJoin", DeviceID()),
        optional("participationType", ParticipationType()),
        optional("accountCode", implicit(AccountInfo, 0)),
        optional("authCode", implicit(AuthCode, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("userData", UserData()),
        optional("subjectOfCall", implicit(SubjectOfCall, 3)),
        optional("languagePreferences", implicit(LanguagePreferences, 4)),
        optional("extensions", CSTACommonArguments()),
    )


class SingleStepConfResult(univ.Sequence):
    """The call with the device that was brought in."""

    clause = "ECMA-285 single-step-conference"
    componentType = NamedTypes(
        required("conferencedCall", ConnectionID()),
        optional("conferencedCallInfo", ConnectionInformation()),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class SingleStepTransArgument(univ.Sequence):
    """Send the party of a call to another device without a second call."""

    clause = "ECMA-285 single-step-transfer"
    componentType = NamedTypes(
        required("activeCall", ConnectionID()),
        required("transferredTo", DeviceID()),
        optional("accountCode", implicit(AccountInfo, 0)),
        optional("authCode", implicit(AuthCode, 1)),
        optional("correlatorData", implicit(CorrelatorData, 2)),
        optional("userData", UserData()),
        optional("callCharacteristics", implicit(CallCharacteristics, 3)),
        optional("subjectOfCall", implicit(SubjectOfCall, 4)),
        optional("languagePreferences", implicit(LanguagePreferences, 5)),
        optional("reason", implicit(EventCause, 6)),
        optional("extensions", CSTACommonArguments()),
    )


class SingleStepTransResult(univ.Sequence):
    """The transferred call."""

    clause = "ECMA-285 single-step-transfer"
    componentType = NamedTypes(
        required("transferredCall", ConnectionID()),
        optional("connections", implicit(ConnectionList, 0)),
        optional("transferredCallInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class TransferCallArgument(univ.Sequence):
    """Join the held and the active call and leave them."""

    clause = "ECMA-285 transfer-call"
    componentType = NamedTypes(
        required("heldCall", ConnectionID()),
        required("activeCall", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class TransferCallResult(univ.Sequence):
    """The transferred call."""

    clause = "ECMA-285 transfer-call"
    componentType = NamedTypes(
        required("transferredCall", ConnectionID()),
        optional("connections", implicit(ConnectionList, 0)),
        optional("transferredCallInfo", implicit(ConnectionInformation, 1)),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 2)),
        optional("extensions", CSTACommonArguments()),
    )
