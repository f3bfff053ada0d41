"""What events and services say about a call (ECMA-285 call-control)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import ConnectionID, DeviceID
from protocols.csta.phase3.schema.types import TimeInfo


class CallQualifyingData(univ.OctetString):
    """What an application notes about a call, such as why it was made."""


class SubjectOfCall(char.IA5String):
    """What a call is about."""


class LanguagePreferences(char.IA5String):
    """Languages of a caller."""


class ParticipationType(univ.Enumerated):
    """How a device takes part in a conference."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(("silent", 0), ("active", 1), ("none", 2))


class MessageInfo(univ.Sequence):
    """The message that a call carries."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        required("contents", char.IA5String()),
        optional("contentTypeAndSubtype", char.IA5String()),
        optional("contentsLength", univ.Integer()),
    )


class DeviceHistory(univ.Sequence):
    """A device that the call left, and why."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        required("oldDeviceID", DeviceID()),
        optional("eventCause", implicit(EventCause, 1)),
        optional("oldConnectionID", implicit(ConnectionID, 2)),
    )


class AutoOriginate(univ.Enumerated):
    """Whether the calling device is prompted first (the default)."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(("prompt", 0), ("doNotPrompt", 1))


class ConsultOptions(univ.Enumerated):
    """What may follow a consultation; unrestricted is the default."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("unrestricted", 0),
        ("consultOnly", 1),
        ("transferOnly", 2),
        ("conferenceOnly", 3),
    )


class CallCharacteristics(univ.BitString):
    """What kind of call it is."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("acdCall", 0),
        ("priorityCall", 1),
        ("maintainanceCall", 2),
        ("directAgent", 3),
        ("assistCall", 4),
        ("voiceUnitCall", 5),
        ("privateCall", 6),
        ("personalCall", 7),
        ("sensitiveCall", 8),
        ("confidentialCall", 9),
        ("encryptedCall", 10),
        ("lowPriorityCall", 11),
        ("highPriorityCall", 12),
    )


class GlobalCallLinkageID(univ.Choice):
    """An identifier that stays with a call, in a sub-domain or world-wide."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("subDomainCallLinkageID", implicit(univ.OctetString, 0)),
        required("globallyUniqueCallLinkageID", implicit(univ.OctetString, 1)),
    )


class GlobalCallData(univ.Sequence):
    """The identifier of a call, with its issuer and time."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        optional("globalCallSwitchingSubDomainName", char.IA5String()),
        required("globalCallLinkageID", GlobalCallLinkageID()),
        optional("callLinkageIDTimestamp", TimeInfo()),
    )


class ThreadLinkageID(univ.Choice):
    """An identifier that stays with a chain of calls, in a sub-domain or world-wide."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("subDomainThreadID", implicit(univ.OctetString, 0)),
        required("globallyUniqueThreadID", implicit(univ.OctetString, 1)),
    )


class ThreadData(univ.Sequence):
    """The identifier of a chain of calls, with its issuer and time."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        optional("threadSwitchingSubDomainName", char.IA5String()),
        required("threadLinkageID", ThreadLinkageID()),
        optional("threadIDTimeStamp", TimeInfo()),
    )


class CallLinkageData(univ.Sequence):
    """The call and the chain of calls that a connection belongs to."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("globalCallData", GlobalCallData()),
        optional("threadData", ThreadData()),
    )


class CallLinkageDataList(univ.Sequence):
    """Call linkage after and before two calls became one."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("newCallLinkageData", CallLinkageData()),
        required("oldCallLinkageData", CallLinkageData()),
    )


class NetworkType(univ.Enumerated):
    """The kind of network a call went to."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("iSDNPublic", 0),
        ("nonISDNPublic", 1),
        ("iSDNPrivate", 2),
        ("nonISDNPrivate", 3),
        ("other", 4),
    )


class NetworkCapability(univ.Sequence):
    """What the network will report; the bits of eventsProvided are the event tags."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("networkType", NetworkType()),
        optional("eventsProvided", univ.BitString()),
    )


class ProgressLocation(univ.Enumerated):
    """Where a progress description comes from."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("user", 0),
        ("privateNetServingLocal", 1),
        ("publicNetServingLocal", 2),
        ("transitNetwork", 3),
        ("publicNetServingRemote", 4),
        ("privateNetServingRemote", 5),
        ("localInterface", 6),
        ("internationalNetwork", 7),
        ("networkBeyondInterwk", 8),
        ("other", 9),
    )


class ProgressDescription(univ.Enumerated):
    """Whose progress descriptions are meant."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("iSDNProgressDesc", 0), ("qSIGProgressDesc", 1), ("other", 2)
    )


class ProgressIndicator(univ.Sequence):
    """How a call fares in the network."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("progressLocation", ProgressLocation()),
        required("progressDescription", ProgressDescription()),
    )
