"""Devices, calls and connections (ECMA-285 device-identifiers)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import (
    application,
    application_explicit,
    explicit,
    implicit,
    optional,
    required,
)
from protocols.csta.phase3.schema.media import ConnectionInformation, MediaCallCharacteristics

# --- devices ----------------------------------------------------------------------------


class NumberDigits(char.IA5String):
    """A number as a user dials it."""


class DeviceNumber(univ.Integer):
    """A number that the switching function gave a device; Panasonic numbers trunks so."""


class OtherPlan(univ.OctetString):
    """A device in a form of the vendor's own, such as ``N<7049>7049``."""


class PublicTON(univ.Choice):
    """A number of the public plan with its type of number."""

    clause = "ECMA-285 device-identifiers"
    componentType = NamedTypes(
        required("unknown", implicit(char.IA5String, 0)),
        required("international", implicit(char.IA5String, 1)),
        required("national", implicit(char.IA5String, 2)),
        required("networkspecific", implicit(char.IA5String, 3)),
        required("subscriber", implicit(char.IA5String, 4)),
        required("abbreviated", implicit(char.IA5String, 5)),
    )


class PrivateTON(univ.Choice):
    """A number of a private plan with its type of number."""

    clause = "ECMA-285 device-identifiers"
    componentType = NamedTypes(
        required("unknown", implicit(char.IA5String, 0)),
        required("level3RegionalNumber", implicit(char.IA5String, 1)),
        required("level2RegionalNumber", implicit(char.IA5String, 2)),
        required("level1RegionalNumber", implicit(char.IA5String, 3)),
        required("pTNSpecificNumber", implicit(char.IA5String, 4)),
        required("localNumber", implicit(char.IA5String, 5)),
        required("abbreviated", implicit(char.IA5String, 6)),
    )


class DeviceIdentifier(univ.Choice):
    """The identifier of a device in one of the standard's forms."""

    clause = "ECMA-285 device-identifiers"
    componentType = NamedTypes(
        required("dialingNumber", implicit(NumberDigits, 0)),
        required("deviceNumber", implicit(DeviceNumber, 1)),
        required("implicitPublic", implicit(NumberDigits, 2)),
        required("explicitPublic", explicit(PublicTON, 3)),
        required("implicitPrivate", implicit(NumberDigits, 4)),
        required("explicitPrivate", explicit(PrivateTON, 5)),
        required("other", implicit(OtherPlan, 6)),
    )


class DeviceID(univ.Sequence):
    """A device: its identifier, and in late editions its private number and name."""

    clause = "ECMA-285 device-identifiers"
    componentType = NamedTypes(
        required("deviceIdentifier", DeviceIdentifier()),
        optional("privateNumber", explicit(NumberDigits, 0)),
        optional("privateName", explicit(char.IA5String, 1)),
        optional("mediaCallCharacteristics", MediaCallCharacteristics()),
    )


class DeviceIDList(univ.SequenceOf):
    """Several devices."""

    clause = "ECMA-285 deflect-call"
    componentType = DeviceID()


_EXTENDED = NamedTypes(
    required("deviceIdentifier", DeviceID()),
    required("notKnown", implicit(univ.Null, 7)),
    required("restricted", implicit(univ.Null, 8)),
)


class CallingDeviceID(univ.Choice):
    """The calling device."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 1)
    componentType = _EXTENDED


class CalledDeviceID(univ.Choice):
    """The called device."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 2)
    componentType = _EXTENDED


class SubjectDeviceID(univ.Choice):
    """The device that an event is about."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 3)
    componentType = _EXTENDED


class RedirectionDeviceID(univ.Choice):
    """The device that last redirected the call."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 4)
    componentType = NamedTypes(
        required("numberdialed", DeviceID()),
        required("notKnown", implicit(univ.Null, 7)),
        required("notRequired", implicit(univ.Null, 8)),
        required("notSpecified", implicit(univ.Null, 9)),
        required("restricted", implicit(univ.Null, 10)),
    )


class AssociatedCallingDeviceID(univ.Choice):
    """The network interface device on the calling side."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 5)
    componentType = _EXTENDED


class AssociatedCalledDeviceID(univ.Choice):
    """The device inside the switching function that an incoming call is for."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 6)
    componentType = _EXTENDED


class NetworkCallingDeviceID(univ.Choice):
    """The calling device as the network gave it."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 7)
    componentType = _EXTENDED


class NetworkCalledDeviceID(univ.Choice):
    """The called device as the network gave it."""

    clause = "ECMA-285 device-identifiers"
    tagSet = application_explicit(univ.Choice, 8)
    componentType = _EXTENDED


# --- calls and connections --------------------------------------------------------------


class CallID(univ.OctetString):
    """A call: two octets at a HiPath 3000, four hexadecimal digits at a Panasonic."""


class LocalDeviceID(univ.Choice):
    """The device of a connection: known by its number, or for this connection only."""

    clause = "ECMA-285 call-connection-identifiers"
    componentType = NamedTypes(
        required("staticID", DeviceID()),
        required("dynamicID", implicit(univ.OctetString, 3)),
    )


class ConnectionIDBoth(univ.Sequence):
    """A connection identified by its call and its device."""

    clause = "ECMA-285 call-connection-identifiers"
    componentType = NamedTypes(
        required("callID", implicit(CallID, 0)),
        required("deviceID", explicit(LocalDeviceID, 1)),
    )


class ConnectionID(univ.Choice):
    """The relationship between a call and a device; one of the two may stand alone."""

    clause = "ECMA-285 call-connection-identifiers"
    tagSet = application_explicit(univ.Choice, 11)
    componentType = NamedTypes(
        required("callID", implicit(CallID, 0)),
        required("deviceID", explicit(LocalDeviceID, 1)),
        required("both", ConnectionIDBoth()),
    )


class LocalConnectionState(univ.Enumerated):
    """The state of the connection at the monitored device."""

    clause = "ECMA-285 connection-states"
    tagSet = application(univ.Enumerated, 14)
    namedValues = namedval.NamedValues(
        ("null", 0),
        ("initiated", 1),
        ("alerting", 2),
        ("connected", 3),
        ("hold", 4),
        ("queued", 5),
        ("fail", 6),
    )


class Endpoint(univ.Choice):
    """The device at the far end of a connection in a connection list."""

    clause = "ECMA-285 connection-states"
    componentType = NamedTypes(
        required("deviceID", DeviceID()),
        required("notKnown", univ.Null()),
        required("restricted", explicit(univ.Null, 1)),
    )


class AssociatedNID(univ.Choice):
    """The network interface device of a connection in a connection list."""

    clause = "ECMA-285 connection-states"
    componentType = NamedTypes(
        required("deviceID", DeviceID()),
        required("notKnown", univ.Null()),
    )


class ConnectionListEntry(univ.Sequence):
    """What became of one connection of a merged or transferred call."""

    clause = "ECMA-285 connection-states"
    componentType = NamedTypes(
        optional("newConnection", explicit(ConnectionID, 0)),
        optional("oldConnection", explicit(ConnectionID, 1)),
        optional("endpoint", explicit(Endpoint, 2)),
        optional("associatedNID", explicit(AssociatedNID, 3)),
        optional("resultingConnectionInfo", ConnectionInformation()),
    )


class ConnectionList(univ.SequenceOf):
    """The connections of a merged or transferred call."""

    clause = "ECMA-285 connection-states"
    componentType = ConnectionListEntry()


class CSTAObject(univ.Choice):
    """A device or a call to monitor."""

    clause = "ECMA-285 switching-function-objects"
    componentType = NamedTypes(
        required("deviceObject", DeviceID()),
        required("callObject", ConnectionID()),
    )
