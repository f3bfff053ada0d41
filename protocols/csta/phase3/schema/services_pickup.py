"""Call control services on a call that waits or is taken over (ECMA-269 clause 17.1)."""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    AutoOriginate,
    CallCharacteristics,
    CallLinkageData,
    CallLinkageDataList,
    LanguagePreferences,
    ParticipationType,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import ConnectionID, DeviceID, DeviceIDList
from protocols.csta.phase3.schema.media import ConnectionInformation
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AuthCode,
    CorrelatorData,
    CSTACommonArguments,
    UserData,
)


class AcceptCallArgument(univ.Sequence):
    """Accept a call that is offered."""

    clause = "ECMA-285 accept-call"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackArgument(univ.Sequence):
    """Book a call back to a busy or unanswered device."""

    clause = "ECMA-285 call-back-call-related"
    componentType = NamedTypes(
        required("callbackConnection", ConnectionID()),
        optional("callCharacteristics", CallCharacteristics()),
        optional("subjectOfCall", implicit(SubjectOfCall, 0)),
        optional("languagePreferences", implicit(LanguagePreferences, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackResult(univ.Sequence):
    """The device that will be called back."""

    clause = "ECMA-285 call-back-call-related"
    componentType = NamedTypes(
        optional("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackMessageArgument(univ.Sequence):
    """Leave a message asking to call back."""

    clause = "ECMA-285 call-back-message-call-related"
    componentType = NamedTypes(
        required("callbackMessageConnection", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class CallBackMessageResult(univ.Sequence):
    """The device the message was left at."""

    clause = "ECMA-285 call-back-message-call-related"
    componentType = NamedTypes(
        optional("targetDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class CamponCallArgument(univ.Sequence):
    """Wait at a busy device."""

    clause = "ECMA-285 camp-on-call"
    componentType = NamedTypes(
        required("camponConnection", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class DeflectCallArgument(univ.Sequence):
    """Send a call to another device."""

    clause = "ECMA-285 deflect-call"
    componentType = NamedTypes(
        required("callToBeDiverted", ConnectionID()),
        required("newDestination", DeviceID()),
        optional("addNewDestinationsList", DeviceIDList()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("callCharacteristics", implicit(CallCharacteristics, 0)),
        optional("subjectOfCall", implicit(SubjectOfCall, 1)),
        optional("languagePreferences", implicit(LanguagePreferences, 2)),
        optional("reason", implicit(EventCause, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class DialDigitsArgument(univ.Sequence):
    """Dial on from a device that has gone off hook."""

    clause = "ECMA-285 dial-digits"
    componentType = NamedTypes(
        required("diallingConnection", ConnectionID()),
        required("diallingSequence", DeviceID()),
        optional("correlatorData", CorrelatorData()),
        optional("extensions", CSTACommonArguments()),
    )


class DirectedPickupCallArgument(univ.Sequence):
    """Take a call that waits at another device."""

    clause = "ECMA-285 directed-pickup-call"
    componentType = NamedTypes(
        required("callToBePickedUp", ConnectionID()),
        required("requestingDevice", DeviceID()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class DirectedPickupCallResult(univ.Sequence):
    """The call at its new device."""

    clause = "ECMA-285 directed-pickup-call"
    componentType = NamedTypes(
        optional("pickedCall", ConnectionID()),
        optional("pickedCallInfo", ConnectionInformation()),
        optional("callLinkageData", implicit(CallLinkageData, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class GroupPickupCallArgument(univ.Sequence):
    """Take a call that waits at a device of the pickup group."""

    clause = "ECMA-285 group-pickup-call"
    componentType = NamedTypes(
        required("newDestination", DeviceID()),
        optional("pickGroup", DeviceID()),
        optional("correlatorData", CorrelatorData()),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class GroupPickupCallResult(univ.Sequence):
    """The call at its new device."""

    clause = "ECMA-285 group-pickup-call"
    componentType = NamedTypes(
        optional("pickedCall", ConnectionID()),
        optional("pickedCallInfo", ConnectionInformation()),
        optional("callLinkageData", implicit(CallLinkageData, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class IntrudeCallArgument(univ.Sequence):
    """Break into the call of a busy device."""

    clause = "ECMA-285 intrude-call"
    componentType = NamedTypes(
        required("intrude", ConnectionID()),
        optional("participationType", ParticipationType()),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class IntrudeCallResult(univ.Sequence):
    """The call with the intruder."""

    clause = "ECMA-285 intrude-call"
    componentType = NamedTypes(
        optional("conferencedCall", ConnectionID()),
        optional("conferencedCallInfo", ConnectionInformation()),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class JoinCallArgument(univ.Sequence):
    """Bring a device into a call, at its own wish."""

    clause = "ECMA-285 join-call"
    componentType = NamedTypes(
        required("activeCall", ConnectionID()),
        required("joiningDevice", DeviceID()),
        optional("autoOriginate", implicit(AutoOriginate, 0)),
        optional("participationType", implicit(ParticipationType, 1)),
        optional("accountCode", implicit(AccountInfo, 2)),
        optional("authCode", implicit(AuthCode, 3)),
        optional("correlatorData", implicit(CorrelatorData, 4)),
        optional("userData", UserData()),
        optional("extensions", CSTACommonArguments()),
    )


class JoinCallResult(univ.Sequence):
    """The call with the device that joined."""

    clause = "ECMA-285 join-call"
    componentType = NamedTypes(
        required("conferencedCall", ConnectionID()),
        optional("conferencedCallInfo", ConnectionInformation()),
        optional("callLinkageDataList", implicit(CallLinkageDataList, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class ParkCallArgument(univ.Sequence):
    """Move a call to a device where it waits."""

    clause = "ECMA-285 park-call"
    componentType = NamedTypes(
        required("parking", ConnectionID()),
        required("parkTo", DeviceID()),
        optional("correlatorData", CorrelatorData()),
        optional("subjectOfCall", implicit(SubjectOfCall, 0)),
        optional("languagePreferences", implicit(LanguagePreferences, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class ParkCallResult(univ.Sequence):
    """The call where it waits."""

    clause = "ECMA-285 park-call"
    componentType = NamedTypes(
        optional("parkedTo", ConnectionID()),
        optional("callLinkageData", implicit(CallLinkageData, 1)),
        optional("extensions", CSTACommonArguments()),
    )
