"""Devices, calls and connections of phases I and II (ECMA-180, ECMA-218).

A device stands without a SEQUENCE around it, and a connection is a SEQUENCE without a CHOICE
around it: both the other way round than in phase III.
"""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import (
    application,
    application_explicit,
    explicit,
    implicit,
    optional,
    required,
)
from protocols.csta.phase3.schema.identifiers import (
    DeviceNumber,
    NumberDigits,
    OtherPlan,
    PrivateTON,
    PublicTON,
)

# --- devices ----------------------------------------------------------------------------


class DeviceID(univ.Choice):
    """A device of the switching function."""

    clause = "ECMA-180 device-identifiers"
    componentType = NamedTypes(
        required("dialingNumber", implicit(NumberDigits, 0)),
        required("deviceNumber", implicit(DeviceNumber, 1)),
    )


class ExtendedDeviceID(univ.Choice):
    """A device of the switching function, or a number of a public or private plan."""

    clause = "ECMA-180 device-identifiers"
    componentType = NamedTypes(
        required("deviceIdentifier", DeviceID()),
        required("implicitPublic", implicit(NumberDigits, 2)),
        required("explicitPublic", explicit(PublicTON, 3)),
        required("implicitPrivate", implicit(NumberDigits, 4)),
        required("explicitPrivate", explicit(PrivateTON, 5)),
        required("other", implicit(OtherPlan, 6)),
    )


_TOLD = NamedTypes(
    required("deviceIdentifier", ExtendedDeviceID()),
    required("notKnown", implicit(univ.Null, 7)),
    required("notRequired", implicit(univ.Null, 8)),
)


class CallingDeviceID(univ.Choice):
    """The calling device."""

    clause = "ECMA-180 device-identifiers"
    tagSet = application_explicit(univ.Choice, 1)
    componentType = _TOLD


class CalledDeviceID(univ.Choice):
    """The called device."""

    clause = "ECMA-180 device-identifiers"
    tagSet = application_explicit(univ.Choice, 2)
    componentType = _TOLD


class SubjectDeviceID(univ.Choice):
    """The device that an event is about."""

    clause = "ECMA-180 device-identifiers"
    tagSet = application_explicit(univ.Choice, 3)
    componentType = _TOLD


class RedirectionDeviceID(univ.Choice):
    """The device that last redirected the call."""

    clause = "ECMA-180 device-identifiers"
    tagSet = application_explicit(univ.Choice, 4)
    componentType = _TOLD


# --- calls and connections --------------------------------------------------------------


class ConnectionDevice(univ.Choice):
    """The device of a connection: known by its number, or for this connection only."""

    clause = "ECMA-180 call-connection-identifiers"
    componentType = NamedTypes(
        required("staticID", DeviceID()),
        required("dynamicID", implicit(univ.OctetString, 3)),
    )


class ConnectionID(univ.Sequence):
    """The relationship between a call and a device; one of the two may stand alone."""

    clause = "ECMA-180 call-connection-identifiers"
    tagSet = application(univ.Sequence, 11)
    componentType = NamedTypes(
        optional("call", implicit(univ.OctetString, 2)),
        optional("device", ConnectionDevice()),
    )


class ConnectionIDList(univ.SequenceOf):
    """The connections of a call."""

    clause = "ECMA-180 connection-states"
    tagSet = application(univ.SequenceOf, 12)
    componentType = ConnectionID()


class CallInfo(univ.Sequence):
    """A connection of a call, and the device at its end where that has a number."""

    clause = "ECMA-180 connection-states"
    componentType = NamedTypes(
        required("endpoint", ConnectionID()),
        optional("staticEndpoint", DeviceID()),
    )


class CallInfoList(univ.SequenceOf):
    """The connections of a call with their devices."""

    clause = "ECMA-180 connection-states"
    tagSet = application(univ.SequenceOf, 13)
    componentType = CallInfo()


class ConnectionList(univ.Choice):
    """The connections of a merged or transferred call."""

    clause = "ECMA-180 connection-states"
    componentType = NamedTypes(
        required("connections", ConnectionIDList()),
        required("callInformation", CallInfoList()),
    )


class MonitorObject(univ.Choice):
    """A device or a call to monitor."""

    clause = "ECMA-180 switching-function-objects"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("call", ConnectionID()),
    )
