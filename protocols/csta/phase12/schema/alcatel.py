"""Private data of the Alcatel OmniPCX Enterprise, object identifiers below 1.3.12.1206."""

from __future__ import annotations

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, required
from protocols.csta.phase12.schema.identifiers import DeviceID


class AlcatelNames(univ.Sequence):
    """Names of the parties of a call; which is whose is not known."""

    clause = "Alcatel private data"
    componentType = NamedTypes(
        required("s0", implicit(char.IA5String, 0)),
        required("s1", implicit(char.IA5String, 1)),
    )


class AlcatelEventData(univ.Choice):
    """What stands behind an event."""

    clause = "Alcatel private data"
    componentType = NamedTypes(
        required("struct", AlcatelNames()),
        required("opaque", univ.OctetString()),
    )


class AlcatelIPRecording(univ.Sequence):
    """Start of the recording of a device: where the voice of both sides is sent to."""

    clause = "Alcatel private data"
    componentType = NamedTypes(
        required("recordedDevice", DeviceID()),
        required("loggerIPAddress", univ.OctetString()),
        required("port1", univ.Integer()),
        required("port2", univ.Integer()),
    )
