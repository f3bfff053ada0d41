"""Capability exchange services (ECMA-269 clause 13)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.identifiers import DeviceID
from protocols.csta.phase3.schema.private import DeviceCategory
from protocols.csta.phase3.schema.types import CSTACommonArguments, ServiceCrossRefID


class NamedDeviceTypes(univ.Enumerated):
    """What a device is called."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("acd", 0),
        ("acdGroup", 1),
        ("button", 2),
        ("buttonGroup", 3),
        ("conferenceBridge", 4),
        ("line", 5),
        ("lineGroup", 6),
        ("operator", 7),
        ("operatorGroup", 8),
        ("parkingDevice", 9),
        ("station", 10),
        ("stationGroup", 11),
        ("trunk", 12),
        ("trunkGroup", 13),
        ("other", 14),
        ("otherGroup", 15),
    )


class ReqDeviceCategory(univ.Enumerated):
    """A kind of device to list; its numbers differ from DeviceCategory."""

    clause = "ECMA-285 get-switching-function-devices"
    namedValues = namedval.NamedValues(
        ("acd", 0),
        ("groupACD", 1),
        ("groupHunt", 2),
        ("groupPick", 3),
        ("groupOther", 4),
        ("networkInterface", 5),
        ("park", 6),
        ("routeingDevice", 7),
        ("station", 8),
        ("voiceUnit", 9),
        ("other", 10),
        ("conference", 11),
        ("dtmfIV", 12),
        ("genericIV", 13),
        ("groupUser", 14),
        ("listenerIV", 15),
        ("messageIV", 16),
        ("promptIV", 17),
        ("promptQueue", 18),
    )


class GetSwitchingFunctionDevicesArgument(univ.Sequence):
    """Ask for the devices of the switching function."""

    clause = "ECMA-285 get-switching-function-devices"
    componentType = NamedTypes(
        optional("requestedDeviceID", DeviceID()),
        optional("requestedDeviceCategory", ReqDeviceCategory()),
        optional("extensions", CSTACommonArguments()),
    )


class GetSwitchingFunctionDevicesResult(univ.Sequence):
    """Where the devices will be reported."""

    clause = "ECMA-285 get-switching-function-devices"
    componentType = NamedTypes(
        required("serviceCrossRefID", ServiceCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class DeviceAttributes(univ.BitString):
    """What a listed device can be."""

    clause = "ECMA-285 switching-function-devices"
    namedValues = namedval.NamedValues(
        ("mediaAccessDevice", 0),
        ("routeingDevice", 1),
        ("groupACD", 2),
        ("groupHunt", 3),
        ("groupPick", 4),
    )


class DeviceListEntry(univ.Sequence):
    """One device; a station when the category is absent."""

    clause = "ECMA-285 switching-function-devices"
    componentType = NamedTypes(
        required("deviceID", DeviceID()),
        optional("deviceCategory", implicit(DeviceCategory, 0)),
        optional("namedDeviceTypes", implicit(NamedDeviceTypes, 1)),
        optional("deviceAttributes", DeviceAttributes()),
        optional("deviceModelName", char.IA5String()),
        optional("nidGroup", DeviceID()),
    )


class DeviceList(univ.SequenceOf):
    """Devices of the switching function."""

    clause = "ECMA-285 switching-function-devices"
    componentType = DeviceListEntry()


class SwitchingFunctionDevicesArgument(univ.Sequence):
    """A part of the devices of the switching function."""

    clause = "ECMA-285 switching-function-devices"
    componentType = NamedTypes(
        required("serviceCrossRefID", ServiceCrossRefID()),
        optional("segmentID", univ.Integer()),
        required("lastSegment", univ.Boolean()),
        required("deviceList", DeviceList()),
        optional("extensions", CSTACommonArguments()),
    )
