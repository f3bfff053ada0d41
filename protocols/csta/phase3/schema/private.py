"""Private data: what vendors put where the standard leaves room (ECMA-285 extension-types).

CSTAPrivateData and SecurityInfo end in an alternative that every vendor replaces by a type
of its own. The forms seen on links stand here; any other is kept as it came.
"""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, private, required
from protocols.csta.phase3.schema.identifiers import DeviceID


class HiPathPrivateData(univ.Sequence):
    """Private data of the Siemens HiPath family, identifier 1.3.12.2.1107.15."""

    clause = "HiPath private data"
    tagSet = private(univ.Sequence, 1)
    componentType = NamedTypes(
        required("oid", univ.ObjectIdentifier()),
        required("data", univ.OctetString()),
    )


class DeviceCategory(univ.Enumerated):
    """What kind of device a device is."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("acd", 0),
        ("group", 1),
        ("networkInterface", 2),
        ("park", 3),
        ("routeingDevice", 4),
        ("station", 5),
        ("voiceUnit", 6),
        ("other", 7),
        ("genericInteractiveVoice", 8),
        ("listenerInteractiveVoice", 9),
        ("dtmfInteractiveVoice", 10),
        ("promptInteractiveVoice", 11),
        ("promptQueueInteractiveVoice", 12),
        ("messageInteractiveVoice", 13),
        ("conference", 14),
    )


class KmeDeviceCategory(univ.Choice):
    """Panasonic: the kind of device to list; 2 lists the trunks, 5 the extensions."""

    clause = "Panasonic private data"
    extensible = True
    componentType = NamedTypes(required("standardDevice", explicit(DeviceCategory, 0)))


class KmeRequestedDevice(univ.Choice):
    """Panasonic: the devices to list."""

    clause = "Panasonic private data"
    extensible = True
    componentType = NamedTypes(required("category", explicit(KmeDeviceCategory, 1)))


class KmeGetSystemDataReq(univ.Choice):
    """Panasonic: the system data asked for."""

    clause = "Panasonic private data"
    extensible = True
    componentType = NamedTypes(required("deviceList", explicit(KmeRequestedDevice, 4)))


class KmeSystemData(univ.Choice):
    """Panasonic: a service on system data, carried by Escape."""

    clause = "Panasonic private data"
    extensible = True
    componentType = NamedTypes(required("getSystemData", explicit(KmeGetSystemDataReq, 0)))


class KmeHoldType(univ.Enumerated):
    """Panasonic: how a call is held; the numbers are not known."""

    clause = "Panasonic private data"


class KmeCdrConditionCode(univ.Enumerated):
    """Panasonic: the condition code of a call detail record."""

    clause = "Panasonic private data"
    namedValues = namedval.NamedValues(
        ("reverseCharging", 0),
        ("callTransfer", 1),
        ("callForwarding", 2),
        ("disaTie", 3),
        ("remoteMaintenance", 4),
        ("noAnswer", 5),
    )


class KmeAdditionalData(univ.Choice):
    """Panasonic: one more fact about an event."""

    clause = "Panasonic private data"
    extensible = True
    componentType = NamedTypes(
        required("device", explicit(DeviceID, 6)),
        required("holdType", explicit(KmeHoldType, 9)),
        required("conditionCode", explicit(KmeCdrConditionCode, 10)),
        required("callID", explicit(univ.OctetString, 13)),
        required("didNo", explicit(DeviceID, 17)),
    )


class CSTAPrivateData(univ.Choice):
    """Private data: octets, or a type of the vendor's own."""

    clause = "ECMA-285 extension-types"
    extensible = True
    componentType = NamedTypes(
        required("string", univ.OctetString()),
        required("private", univ.Null()),
        required("hipath", HiPathPrivateData()),
        required("kmeSystemData", explicit(KmeSystemData, 4)),
        required("kmeAdditionalData", explicit(KmeAdditionalData, 6)),
    )


class CSTAPrivateDataList(univ.SequenceOf):
    """Private data of one message."""

    clause = "ECMA-285 extension-types"
    componentType = CSTAPrivateData()
