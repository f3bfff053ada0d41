"""Monitor, snapshot, system status and escape services (ECMA-269 clauses 14 to 16, 28)."""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.calls import (
    CallCharacteristics,
    CallLinkageData,
    DeviceHistory,
    LanguagePreferences,
    MessageInfo,
    SubjectOfCall,
)
from protocols.csta.phase3.schema.identifiers import (
    AssociatedCalledDeviceID,
    AssociatedCallingDeviceID,
    CalledDeviceID,
    CallingDeviceID,
    ConnectionID,
    CSTAObject,
    DeviceID,
)
from protocols.csta.phase3.schema.media import MediaCallCharacteristics
from protocols.csta.phase3.schema.permitted import MonitorFilter
from protocols.csta.phase3.schema.private import CSTAPrivateData
from protocols.csta.phase3.schema.status import (
    MonitorMediaClass,
    MonitorType,
    SnapshotCallData,
    SnapshotDeviceData,
)
from protocols.csta.phase3.schema.types import (
    CorrelatorData,
    CSTACommonArguments,
    CSTASecurityData,
    MonitorCrossRefID,
    ServiceCrossRefID,
    SysStatRegisterID,
    SystemStatus,
)


class MonitorStartArgument(univ.Sequence):
    """Start to report the events of a device or call."""

    clause = "ECMA-285 monitor-start"
    componentType = NamedTypes(
        required("monitorObject", CSTAObject()),
        optional("requestedMonitorFilter", implicit(MonitorFilter, 0)),
        optional("monitorType", MonitorType()),
        optional("requestedMonitorMediaClass", implicit(MonitorMediaClass, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class MonitorStartResult(univ.Sequence):
    """The monitor and what it will not report."""

    clause = "ECMA-285 monitor-start"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        optional("actualmonitorFilter", implicit(MonitorFilter, 0)),
        optional("actualMonitorMediaClass", implicit(MonitorMediaClass, 1)),
        optional("monitorExistingCalls", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class MonitorStopArgument(univ.Sequence):
    """End a monitor."""

    clause = "ECMA-285 monitor-stop"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class ChangeMonitorFilterArgument(univ.Sequence):
    """Report other events than before."""

    clause = "ECMA-285 change-monitor-filter"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("requestedFilterList", MonitorFilter()),
        optional("extensions", CSTACommonArguments()),
    )


class ChangeMonitorFilterResult(univ.Sequence):
    """What the monitor will not report from now on."""

    clause = "ECMA-285 change-monitor-filter"
    componentType = NamedTypes(
        optional("actualFilterList", MonitorFilter()),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotDeviceArgument(univ.Sequence):
    """Ask for the calls at a device."""

    clause = "ECMA-285 snapshot-device"
    componentType = NamedTypes(
        required("snapshotObject", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotDeviceResult(univ.Sequence):
    """The calls at a device, or where they will be reported.

    The standard puts the first two fields into a CHOICE: one of the two is present.
    """

    clause = "ECMA-285 snapshot-device"
    componentType = NamedTypes(
        optional("serviceCrossRefID", ServiceCrossRefID()),
        optional("snapshotData", SnapshotDeviceData()),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotDeviceDataArgument(univ.Sequence):
    """A part of the calls at a device."""

    clause = "ECMA-285 snapshot-device-data"
    componentType = NamedTypes(
        required("serviceCrossRefID", ServiceCrossRefID()),
        optional("segmentID", univ.Integer()),
        required("lastSegment", univ.Boolean()),
        required("snapshotData", SnapshotDeviceData()),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotCallArgument(univ.Sequence):
    """Ask for the devices in a call."""

    clause = "ECMA-285 snapshot-call"
    componentType = NamedTypes(
        required("snapshotObject", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotCallResult(univ.Sequence):
    """The devices in a call, or where they will be reported.

    The standard puts the first two fields into a CHOICE: one of the two is present.
    """

    clause = "ECMA-285 snapshot-call"
    componentType = NamedTypes(
        optional("serviceCrossRefID", implicit(ServiceCrossRefID, 0)),
        optional("snapshotData", SnapshotCallData()),
        optional("mediaCallCharacteristics", MediaCallCharacteristics()),
        optional("callCharacteristics", CallCharacteristics()),
        optional("callingDevice", CallingDeviceID()),
        optional("calledDevice", CalledDeviceID()),
        optional("associatedCallingDeviceID", AssociatedCallingDeviceID()),
        optional("associatedCalledDeviceID", AssociatedCalledDeviceID()),
        optional("correlatorData", implicit(CorrelatorData, 1)),
        optional("callLinkageData", implicit(CallLinkageData, 2)),
        optional("subjectOfCall", implicit(SubjectOfCall, 3)),
        optional("messageInfo", implicit(MessageInfo, 4)),
        optional("languagePreferences", implicit(LanguagePreferences, 5)),
        optional("deviceHistory", implicit(DeviceHistory, 6)),
        optional("extensions", CSTACommonArguments()),
    )


class SnapshotCallDataArgument(univ.Sequence):
    """A part of the devices in a call."""

    clause = "ECMA-285 snapshot-call-data"
    componentType = NamedTypes(
        required("serviceCrossRefID", ServiceCrossRefID()),
        optional("segmentID", univ.Integer()),
        required("lastSegment", univ.Boolean()),
        required("snapshotData", SnapshotCallData()),
        optional("extensions", CSTACommonArguments()),
    )


class SystemStatusArg(univ.Sequence):
    """Report the own state."""

    clause = "ECMA-285 system-status"
    componentType = NamedTypes(
        optional("sysStatRegisterID", SysStatRegisterID()),
        required("systemStatus", SystemStatus()),
        optional("extensions", CSTACommonArguments()),
    )


class RequestSysStatArg(univ.Sequence):
    """Ask for the state of the peer."""

    clause = "ECMA-285 request-system-status"
    componentType = NamedTypes(
        optional("sysStatRegisterID", SysStatRegisterID()),
        optional("extensions", CSTACommonArguments()),
    )


class RequestSysStatRes(univ.Sequence):
    """The state of the peer."""

    clause = "ECMA-285 request-system-status"
    componentType = NamedTypes(
        required("systemStatus", SystemStatus()),
        optional("extensions", CSTACommonArguments()),
    )


class EscapeRegisterID(univ.OctetString):
    """A registration for escape services."""

    clause = "ECMA-285 escape-types"


class EscapeArgument(univ.Sequence):
    """A service of the vendor."""

    clause = "ECMA-285 escape-service"
    componentType = NamedTypes(
        optional("escapeRegisterID", explicit(EscapeRegisterID, 0)),
        optional("security", CSTASecurityData()),
        required("privateData", CSTAPrivateData()),
    )
