"""Call events (ECMA-180 and ECMA-218 switching function event reports).

Bodies are the same in both phases; private data inside them is phase I. The optional fields
that phase II adds have tags that nobody published: they are kept as they come.
"""

from __future__ import annotations

from typing import Final

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import optional, required
from protocols.csta.phase3.schema.identifiers import LocalConnectionState
from protocols.csta.phase12.schema.extensions import TaggedPrivateData
from protocols.csta.phase12.schema.identifiers import (
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    ConnectionList,
    RedirectionDeviceID,
    SubjectDeviceID,
)
from protocols.csta.phase12.schema.values import EventCause

_END: Final = (
    optional("localConnectionInfo", LocalConnectionState()),
    optional("cause", EventCause()),
    optional("privateData", TaggedPrivateData()),
)


class CallClearedEvent(univ.Sequence):
    """A call is over."""

    clause = "ECMA-180 call-cleared-event"
    componentType = NamedTypes(required("clearedCall", ConnectionID()), *_END)


class ConferencedEvent(univ.Sequence):
    """Two calls became one."""

    clause = "ECMA-180 conferenced-event"
    componentType = NamedTypes(
        required("primaryOldCall", ConnectionID()),
        optional("secondaryOldCall", ConnectionID()),
        required("confController", SubjectDeviceID()),
        required("addedParty", SubjectDeviceID()),
        optional("conferenceConnections", ConnectionList()),
        *_END,
    )


class ConnectionClearedEvent(univ.Sequence):
    """A device left a call."""

    clause = "ECMA-180 connection-cleared-event"
    componentType = NamedTypes(
        required("droppedConnection", ConnectionID()),
        required("releasingDevice", SubjectDeviceID()),
        *_END,
    )


class DeliveredEvent(univ.Sequence):
    """A call alerts at a device, or is answered there: both events have one form."""

    clause = "ECMA-180 delivered-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("alertingDevice", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        *_END,
    )


class DivertedEvent(univ.Sequence):
    """A call went on to another device."""

    clause = "ECMA-180 diverted-event"
    componentType = NamedTypes(
        optional("connection", ConnectionID()),
        required("divertingDevice", SubjectDeviceID()),
        required("newDestination", CalledDeviceID()),
        *_END,
    )


class FailedEvent(univ.Sequence):
    """A call does not get further."""

    clause = "ECMA-180 failed-event"
    componentType = NamedTypes(
        required("failedConnection", ConnectionID()),
        required("failedDevice", SubjectDeviceID()),
        required("calledNumber", CalledDeviceID()),
        *_END,
    )


class HeldEvent(univ.Sequence):
    """A device put a call on hold."""

    clause = "ECMA-180 held-event"
    componentType = NamedTypes(
        required("heldConnection", ConnectionID()),
        required("holdingDevice", SubjectDeviceID()),
        *_END,
    )


class NetworkReachedEvent(univ.Sequence):
    """A call left the switching function."""

    clause = "ECMA-180 network-reached-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("trunkUsed", SubjectDeviceID()),
        required("calledDevice", CalledDeviceID()),
        *_END,
    )


class OriginatedEvent(univ.Sequence):
    """A device made a call."""

    clause = "ECMA-180 originated-event"
    componentType = NamedTypes(
        required("originatedConnection", ConnectionID()),
        required("callingDevice", SubjectDeviceID()),
        required("calledDevice", CalledDeviceID()),
        *_END,
    )


class QueuedEvent(univ.Sequence):
    """A call waits."""

    clause = "ECMA-180 queued-event"
    componentType = NamedTypes(
        required("queuedConnection", ConnectionID()),
        required("queue", SubjectDeviceID()),
        required("callingDevice", CallingDeviceID()),
        required("calledDevice", CalledDeviceID()),
        required("lastRedirectionDevice", RedirectionDeviceID()),
        optional("numberedQueued", univ.Integer()),
        *_END,
    )


class RetrievedEvent(univ.Sequence):
    """A device took a call from hold."""

    clause = "ECMA-180 retrieved-event"
    componentType = NamedTypes(
        required("retrievedConnection", ConnectionID()),
        required("retrievingDevice", SubjectDeviceID()),
        *_END,
    )


class ServiceInitiatedEvent(univ.Sequence):
    """A handset was lifted; the event does not name the device."""

    clause = "ECMA-180 service-initiated-event"
    componentType = NamedTypes(required("initiatedConnection", ConnectionID()), *_END)


class TransferredEvent(univ.Sequence):
    """A device left two calls, which became one."""

    clause = "ECMA-180 transferred-event"
    componentType = NamedTypes(
        required("primaryOldCall", ConnectionID()),
        optional("secondaryOldCall", ConnectionID()),
        required("transferringDevice", SubjectDeviceID()),
        required("transferredDevice", SubjectDeviceID()),
        optional("transferredConnections", ConnectionList()),
        *_END,
    )


CALL_EVENTS: Final = {
    "callCleared": CallClearedEvent,
    "conferenced": ConferencedEvent,
    "connectionCleared": ConnectionClearedEvent,
    "delivered": DeliveredEvent,
    "diverted": DivertedEvent,
    "established": DeliveredEvent,
    "failed": FailedEvent,
    "held": HeldEvent,
    "networkReached": NetworkReachedEvent,
    "originated": OriginatedEvent,
    "queued": QueuedEvent,
    "retrieved": RetrievedEvent,
    "serviceInitiated": ServiceInitiatedEvent,
    "transferred": TransferredEvent,
}
"""Bodies by name, in the order of the standard: 1 to 14 in phase I, 0 to 13 in phase II."""
