"""Device maintenance and vendor specific events (ECMA-269 clauses 23, 28)."""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import optional, required
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import SubjectDeviceID
from protocols.csta.phase3.schema.private import CSTAPrivateData
from protocols.csta.phase3.schema.types import CSTACommonArguments, CSTASecurityData


class BackInServiceEvent(univ.Sequence):
    """A device is back in service."""

    clause = "ECMA-285 back-in-service-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class DeviceCapsChangedEvent(univ.Sequence):
    """What a device can do has changed."""

    clause = "ECMA-285 device-capabilities-changed-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class OutOfServiceEvent(univ.Sequence):
    """A device is out of service."""

    clause = "ECMA-285 out-of-service-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class PartiallyInServiceEvent(univ.Sequence):
    """A device does only part of what it can."""

    clause = "ECMA-285 partially-in-service-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("cause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class PrivateEvent(univ.Sequence):
    """An event of the vendor."""

    clause = "ECMA-285 private-event"
    componentType = NamedTypes(
        optional("security", CSTASecurityData()),
        required("privateData", CSTAPrivateData()),
    )
