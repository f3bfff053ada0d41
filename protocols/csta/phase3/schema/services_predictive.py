"""Predictive calls (ECMA-269 clause 17.1): the called party is connected first."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    AutoOriginate,
    CallCharacteristics,
    CallLinkageData,
    LanguagePreferences,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.identifiers import ConnectionID, DeviceID
from protocols.csta.phase3.schema.media import ConnectionInformation
from protocols.csta.phase3.schema.types import (
    AccountInfo,
    AuthCode,
    CorrelatorData,
    CSTACommonArguments,
    UserData,
)

_CLAUSE = "ECMA-285 make-predictive-call"


class SignallingCondition(univ.Enumerated):
    """How far the call has come."""

    clause = _CLAUSE
    namedValues = namedval.NamedValues(("callDelivered", 0), ("callEstablished", 1))


class SignallingConditionsAction(univ.Enumerated):
    """What follows when the call has come so far."""

    clause = _CLAUSE
    namedValues = namedval.NamedValues(("destinationDetection", 0), ("remainConnected", 1))


class SignallingDetection(univ.Sequence):
    """When the calling device gets the call, by the signalling of the network."""

    clause = _CLAUSE
    componentType = NamedTypes(
        required("signallingCondition", SignallingCondition()),
        required("signallingConditionsAction", SignallingConditionsAction()),
    )


class DestinationCondition(univ.Enumerated):
    """Who answered."""

    clause = _CLAUSE
    namedValues = namedval.NamedValues(
        ("humanVoice", 0), ("answeringMachine", 1), ("facsimileMachine", 2)
    )


class DetectionAction(univ.Enumerated):
    """What becomes of the called party."""

    clause = _CLAUSE
    namedValues = namedval.NamedValues(("clearCalledConnection", 0), ("remainConnected", 1))


class DefaultAction(DetectionAction):
    """What becomes of a called party of another kind."""

    clause = _CLAUSE


class DestinationDetectionItem(univ.Sequence):
    """What becomes of a called party of one kind."""

    clause = _CLAUSE
    componentType = NamedTypes(
        required("destinationCondition", DestinationCondition()),
        required("detectionAction", DetectionAction()),
    )


class DestinationDetection(univ.SequenceOf):
    """What becomes of the called party, by who answered."""

    clause = _CLAUSE
    componentType = DestinationDetectionItem()


class MakePredictiveCallArgument(univ.Sequence):
    """Call somebody, and give the call to the calling device afterwards."""

    clause = _CLAUSE
    componentType = NamedTypes(
        required("callingDevice", DeviceID()),
        required("calledDirectoryNumber", DeviceID()),
        optional("signallingDetection", implicit(SignallingDetection, 0)),
        optional("destinationDetection", implicit(DestinationDetection, 1)),
        optional("defaultAction", implicit(DefaultAction, 2)),
        optional("accountCode", implicit(AccountInfo, 3)),
        optional("authCode", implicit(AuthCode, 4)),
        optional("autoOriginate", implicit(AutoOriginate, 5)),
        optional("alertTime", implicit(univ.Integer, 6)),
        optional("correlatorData", implicit(CorrelatorData, 7)),
        optional("callCharacteristics", implicit(CallCharacteristics, 8)),
        optional("userData", UserData()),
        optional("subjectOfCall", implicit(SubjectOfCall, 9)),
        optional("languagePreferences", implicit(LanguagePreferences, 10)),
        optional("extensions", CSTACommonArguments()),
    )


class MakePredictiveCallResult(univ.Sequence):
    """The call."""

    clause = _CLAUSE
    componentType = NamedTypes(
        required("initiatedCall", ConnectionID()),
        optional("initiatedCallInfo", ConnectionInformation()),
        optional("callLinkageData", implicit(CallLinkageData, 1)),
        optional("extensions", CSTACommonArguments()),
    )
