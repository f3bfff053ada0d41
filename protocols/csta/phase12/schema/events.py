"""The event report, the one operation that differs between the phases."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedType, NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.types import MonitorCrossRefID
from protocols.csta.phase12.schema.events_call import CALL_EVENTS
from protocols.csta.phase12.schema.events_device import (
    AGENT_EVENTS,
    FEATURE_EVENTS,
    MAINTENANCE_EVENTS,
    AgentEvent,
    CallInformationEvent,
    DoNotDisturbEvent,
    ForwardingEvent,
    LoggedOffEvent,
    LoggedOnEvent,
    MessageWaitingEvent,
    PrivateEvent,
    ServiceEvent,
)
from protocols.csta.phase12.schema.events_voice import VOICE_EVENTS
from protocols.csta.phase12.schema.extensions import CSTACommonArguments, TaggedPrivateData

# --- phase I: a number and what it tells ------------------------------------------------


class PrivateEventInfo(univ.Null):
    """An event of the vendor: what it tells stands behind it."""


EVENT_TYPES: Final[dict[int, tuple[str, Any]]] = {
    **{1 + number: event for number, event in enumerate(CALL_EVENTS.items())},
    101: ("callInformation", CallInformationEvent),
    102: ("doNotDisturb", DoNotDisturbEvent),
    103: ("forwarding", ForwardingEvent),
    104: ("messageWaiting", MessageWaitingEvent),
    201: ("loggedOn", LoggedOnEvent),
    202: ("loggedOff", LoggedOffEvent),
    203: ("notReady", AgentEvent),
    204: ("ready", AgentEvent),
    205: ("workNotReady", AgentEvent),
    206: ("workReady", AgentEvent),
    301: ("backInService", ServiceEvent),
    302: ("outOfService", ServiceEvent),
    401: ("private", PrivateEventInfo),
}
"""Names and bodies of phase I events by number."""


class EventReportArgument(univ.Sequence):
    """A report of phase I."""

    clause = "ECMA-180 event-report"
    open_types: ClassVar = {
        "eventInfo": ("eventType", {code: body for code, (_, body) in EVENT_TYPES.items()})
    }
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("eventType", implicit(univ.Integer, 0)),
        required("eventInfo", univ.Any()),
        optional("privateData", TaggedPrivateData()),
    )


# --- phase II: groups of events ---------------------------------------------------------


def _numbered(events: dict[str, Any]) -> list[NamedType]:
    return [
        required(name, explicit(body, at)) for at, (name, body) in enumerate(events.items())
    ]


class CallEvents(univ.Choice):
    """A call event; each tag stands around the event's own SEQUENCE."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(*_numbered(CALL_EVENTS))


class FeatureEvents(univ.Choice):
    """A feature event."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(*_numbered(FEATURE_EVENTS))


class AgentEvents(univ.Choice):
    """An agent event."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(*_numbered(AGENT_EVENTS))


class MaintenanceEvents(univ.Choice):
    """A maintenance event."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(*_numbered(MAINTENANCE_EVENTS))


class VoiceUnitEvents(univ.Choice):
    """An event of a voice unit."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(*_numbered(VOICE_EVENTS))


class EventSpecificInfo(univ.Choice):
    """An event in its group."""

    clause = "ECMA-218 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("callEvents", explicit(CallEvents, 0)),
        required("featureEvents", explicit(FeatureEvents, 1)),
        required("agentEvents", explicit(AgentEvents, 2)),
        required("maintenanceEvents", explicit(MaintenanceEvents, 3)),
        required("voiceUnitEvents", explicit(VoiceUnitEvents, 4)),
        required("privateEvent", explicit(PrivateEvent, 5)),
    )


class CSTAEventReportArgument(univ.Sequence):
    """A report of phase II; extensions stand behind the event, not in it."""

    clause = "ECMA-218 event-report-definitions"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("eventSpecificInfo", EventSpecificInfo()),
        optional("extensions", CSTACommonArguments()),
    )
