"""Capability exchange services (ECMA-269 clause 13)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.identifiers import DeviceID, DeviceIDList
from protocols.csta.phase3.schema.permitted import MonitorFilter
from protocols.csta.phase3.schema.private import DeviceCategory
from protocols.csta.phase3.schema.status import MonitorMediaClass
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


class GroupDeviceAttributes(univ.BitString):
    """What kinds of group a device is."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("acd", 0), ("hunt", 1), ("pick", 2), ("other", 3), ("user", 4), ("agent", 5)
    )


class ACDModels(univ.BitString):
    """Whether the devices behind an ACD device are seen."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("visibleACDRelatedDevices", 0), ("nonVisibleACDRelatedDevices", 1)
    )


class AgentLogOnModels(univ.BitString):
    """How agents log on."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("logOnToACDDevice", 0),
        ("logOnToACDGroupExplOneStep", 1),
        ("logOnToACDGroupExplTwoSteps", 2),
        ("logOnToACDImplOneStep", 3),
    )


class AppearanceType(univ.Enumerated):
    """How the appearances of a line behave."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("selectedStandard", 0),
        ("basicStandard", 1),
        ("basicBridged", 2),
        ("exclusiveBridged", 3),
        ("independentSharedBridged", 4),
        ("interdependentSharedBridged", 5),
    )


class AppearanceList(univ.SequenceOf):
    """The appearances of a device."""

    clause = "ECMA-285 get-logical-device-information"
    componentType = char.IA5String()


class MiscMonitorCaps(univ.BitString):
    """What a monitor of a device includes."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("groupInclusivModel", 0),
        ("groupExclusiveModel", 1),
        ("monitorPhysicalElement", 2),
        ("acdDeviceInclusiv", 3),
        ("acdDeviceExclusiv", 4),
    )


class TransAndConfSetup(univ.BitString):
    """How the calls of a transfer or conference come about."""

    clause = "ECMA-285 capability-exchange"
    namedValues = namedval.NamedValues(
        ("consultationCall", 0),
        ("holdCallMakeCall", 1),
        ("alternateCall", 2),
        ("twoCallsInHold", 3),
        ("twoCallsInConnected", 4),
    )


class GetLogicalDeviceInformationArgument(univ.Sequence):
    """Ask what a device is."""

    clause = "ECMA-285 get-logical-device-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetLogicalDeviceInformationResult(univ.Sequence):
    """What a device is and can do; a station when the category is absent.

    The lists of media, services and events that follow in the standard are kept as octets.
    """

    clause = "ECMA-285 get-logical-device-information"
    componentType = NamedTypes(
        optional("deviceCategory", implicit(DeviceCategory, 0)),
        optional("groupDeviceAttributes", implicit(GroupDeviceAttributes, 1)),
        optional("namedDeviceTypes", implicit(NamedDeviceTypes, 2)),
        optional("shortFormDeviceID", explicit(DeviceID, 3)),
        required("hasPhysicalElement", univ.Boolean()),
        required("acdModels", ACDModels()),
        optional("agentLogOnModels", implicit(AgentLogOnModels, 4)),
        required("appearanceAddressable", univ.Boolean()),
        required("appearanceType", AppearanceType()),
        optional("appearanceList", implicit(AppearanceList, 5)),
        optional("otherPhysicalDeviceList", implicit(DeviceIDList, 6)),
        optional("miscMonitorCaps", implicit(MiscMonitorCaps, 7)),
        optional("associatedGroupList", implicit(DeviceIDList, 8)),
        optional("maxCallbacks", implicit(univ.Integer, 9)),
        optional("maxAutoAnswerRings", implicit(univ.Integer, 10)),
        optional("maxActiveCalls", implicit(univ.Integer, 11)),
        optional("maxHeldCalls", implicit(univ.Integer, 12)),
        optional("maxFwdSettings", implicit(univ.Integer, 13)),
        optional("maxDevicesInConf", implicit(univ.Integer, 14)),
        optional("transAndConfSetup", implicit(TransAndConfSetup, 15)),
        optional("deviceOnDeviceMonitorFilter", implicit(MonitorFilter, 16)),
        optional("deviceOnConnectionMonitorFilter", implicit(MonitorFilter, 17)),
        optional("callOnDeviceMonitorFilter", implicit(MonitorFilter, 18)),
        optional("callOnConnectionMonitorFilter", implicit(MonitorFilter, 19)),
        optional("mediaClassSupport", implicit(MonitorMediaClass, 20)),
        optional("extensions", CSTACommonArguments()),
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
