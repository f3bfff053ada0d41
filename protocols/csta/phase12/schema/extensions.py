"""Security, private data, and the empty result (ECMA-180 and ECMA-218 extension types).

Private data is a SEQUENCE in phase II (on the line) and has a tag of its own in phase I.
"""

from __future__ import annotations

from typing import ClassVar, Final

from pyasn1.type import univ, useful
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import application, implicit, optional, required
from protocols.csta.phase12.schema.alcatel import AlcatelEventData, AlcatelIPRecording

MANUFACTURERS: Final = {
    "1.3.12.1206.24": AlcatelIPRecording,
    "1.3.12.1206.512": AlcatelEventData,
    "1.3.12.1206.521": AlcatelEventData,
}
"""Types of private data by object identifier; the data of any other is kept as it came."""


class CSTAPrivateData(univ.Sequence):
    """Private data of phase II: whose it is, and the data."""

    clause = "ECMA-218 extension-types"
    open_types: ClassVar = {"data": ("manufacturer", MANUFACTURERS)}
    componentType = NamedTypes(
        required("manufacturer", univ.ObjectIdentifier()),
        required("data", univ.Any()),
    )


class TaggedPrivateData(univ.Sequence):
    """Private data of phase I."""

    clause = "ECMA-180 extension-types"
    tagSet = application(univ.Sequence, 29)
    open_types: ClassVar = {"data": ("manufacturer", MANUFACTURERS)}
    componentType = NamedTypes(
        required("manufacturer", univ.ObjectIdentifier()),
        required("data", univ.Any()),
    )


class AnyPrivateData(univ.Choice):
    """Private data of either phase."""

    clause = "ECMA-218 extension-types"
    bare = "plain"
    componentType = NamedTypes(
        required("plain", CSTAPrivateData()),
        required("tagged", TaggedPrivateData()),
    )


class CSTAPrivateDataList(univ.SequenceOf):
    """Private data of one message."""

    clause = "ECMA-218 extension-types"
    componentType = AnyPrivateData()


class Seal(univ.Sequence):
    """What protects a message."""

    clause = "ECMA-180 security"
    componentType = NamedTypes(
        required("algorithmIdentifier", univ.ObjectIdentifier()),
        required("keyIdentifier", univ.OctetString()),
        required("seal", univ.OctetString()),
    )


class CSTASecurityData(univ.Sequence):
    """Number, time and protection of one message."""

    clause = "ECMA-180 security"
    componentType = NamedTypes(
        optional("messageSequenceNumber", univ.Integer()),
        optional("timestamp", useful.UTCTime()),
        optional("seal", Seal()),
    )


class CSTACommonArguments(univ.Sequence):
    """The extensions of a message: security and private data."""

    clause = "ECMA-218 extension-types"
    tagSet = application(univ.Sequence, 30)
    componentType = NamedTypes(
        optional("security", implicit(CSTASecurityData, 0)),
        optional("privateData", implicit(CSTAPrivateDataList, 1)),
    )


class Acknowledgement(univ.Choice):
    """The result of a service that returns no data."""

    clause = "ECMA-180 answer-call"
    bare = "noData"
    componentType = NamedTypes(
        required("extensions", CSTACommonArguments()),
        required("tagged", TaggedPrivateData()),
        required("plain", CSTAPrivateData()),
        required("noData", univ.Null()),
    )
