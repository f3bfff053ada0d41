"""Monitors, snapshots and system status of phases I and II: arguments and results."""

from __future__ import annotations

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import application, implicit, optional, required
from protocols.csta.phase3.schema.identifiers import LocalConnectionState
from protocols.csta.phase3.schema.status import CallState, MonitorType
from protocols.csta.phase3.schema.types import MonitorCrossRefID
from protocols.csta.phase12.schema.identifiers import (
    ConnectionID,
    DeviceID,
    MonitorObject,
    SubjectDeviceID,
)
from protocols.csta.phase12.schema.services_call import EXTENSIONS
from protocols.csta.phase12.schema.values import SystemStatus

# --- monitors ---------------------------------------------------------------------------


class MonitorFilter(univ.Sequence):
    """Events that are not reported, one bit each. Private events come last, behind 5."""

    clause = "ECMA-180 status-reporting"
    componentType = NamedTypes(
        optional("call", implicit(univ.BitString, 0)),
        optional("feature", implicit(univ.BitString, 1)),
        optional("agent", implicit(univ.BitString, 2)),
        optional("maintenance", implicit(univ.BitString, 3)),
        optional("voiceUnit", implicit(univ.BitString, 5)),
        optional("private", implicit(univ.Boolean, 4)),
    )


class MonitorStartArgument(univ.Sequence):
    """Report on a device or a call."""

    clause = "ECMA-180 monitor-start"
    componentType = NamedTypes(
        required("monitorObject", MonitorObject()),
        optional("monitorFilter", MonitorFilter()),
        optional("monitorType", MonitorType()),
        *EXTENSIONS,
    )


class MonitorStartResult(univ.Sequence):
    """The reference of a monitor."""

    clause = "ECMA-180 monitor-start"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        optional("monitorFilter", MonitorFilter()),
        *EXTENSIONS,
    )


class ReferenceWithExtensions(univ.Sequence):
    """The reference of a monitor with extensions."""

    clause = "ECMA-180 monitor-stop"
    componentType = NamedTypes(required("crossRefIdentifier", MonitorCrossRefID()), *EXTENSIONS)


class MonitorStopArgument(univ.Choice):
    """Report no more."""

    clause = "ECMA-180 monitor-stop"
    bare = "crossRefIdentifier"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("extended", ReferenceWithExtensions()),
    )


class ChangeMonitorFilterArgument(univ.Sequence):
    """Report on other events."""

    clause = "ECMA-180 change-monitor-filter"
    componentType = NamedTypes(
        required("crossRefIdentifier", MonitorCrossRefID()),
        required("filter", MonitorFilter()),
        *EXTENSIONS,
    )


class FilterWithExtensions(univ.Sequence):
    """A filter with extensions."""

    clause = "ECMA-180 change-monitor-filter"
    componentType = NamedTypes(required("filter", MonitorFilter()), *EXTENSIONS)


class ChangeMonitorFilterResult(univ.Choice):
    """The filter that holds."""

    clause = "ECMA-180 change-monitor-filter"
    bare = "filter"
    componentType = NamedTypes(
        required("filter", implicit(MonitorFilter, 0)),
        required("extended", FilterWithExtensions()),
    )


# --- snapshots --------------------------------------------------------------------------


class DeviceWithExtensions(univ.Sequence):
    """A device with extensions."""

    clause = "ECMA-180 snapshot-device"
    componentType = NamedTypes(required("snapshotObject", DeviceID()), *EXTENSIONS)


class SnapshotDeviceArgument(univ.Choice):
    """Ask for the calls at a device."""

    clause = "ECMA-180 snapshot-device"
    bare = "snapshotObject"
    componentType = NamedTypes(
        required("snapshotObject", DeviceID()),
        required("extended", DeviceWithExtensions()),
    )


class SnapshotDeviceResponseInfo(univ.Sequence):
    """A call at a device.

    The standard has the states of all its connections; the Application Link of an MD110 has
    a device in front and the state of one connection instead.
    """

    clause = "ECMA-180 status-reporting"
    componentType = NamedTypes(
        optional("deviceOnCall", SubjectDeviceID()),
        required("callIdentifier", ConnectionID()),
        optional("localCallState", CallState()),
        optional("localConnectionState", LocalConnectionState()),
    )


class SnapshotDeviceData(univ.SequenceOf):
    """The calls at a device."""

    clause = "ECMA-180 status-reporting"
    tagSet = application(univ.SequenceOf, 22)
    componentType = SnapshotDeviceResponseInfo()


class DeviceDataWithExtensions(univ.Sequence):
    """The calls at a device with extensions."""

    clause = "ECMA-180 snapshot-device"
    componentType = NamedTypes(required("snapshotData", SnapshotDeviceData()), *EXTENSIONS)


class SnapshotDeviceResult(univ.Choice):
    """Answer to a question for the calls at a device."""

    clause = "ECMA-180 snapshot-device"
    bare = "snapshotData"
    componentType = NamedTypes(
        required("snapshotData", SnapshotDeviceData()),
        required("extended", DeviceDataWithExtensions()),
    )


class SnapshotCallResponseInfo(univ.Sequence):
    """A device in a call."""

    clause = "ECMA-180 status-reporting"
    componentType = NamedTypes(
        required("deviceOnCall", SubjectDeviceID()),
        required("callIdentifier", ConnectionID()),
        optional("localConnectionState", LocalConnectionState()),
    )


class SnapshotCallData(univ.SequenceOf):
    """The devices in a call."""

    clause = "ECMA-180 status-reporting"
    tagSet = application(univ.SequenceOf, 23)
    componentType = SnapshotCallResponseInfo()


class CallDataWithExtensions(univ.Sequence):
    """The devices in a call with extensions."""

    clause = "ECMA-180 snapshot-call"
    componentType = NamedTypes(required("snapshotData", SnapshotCallData()), *EXTENSIONS)


class SnapshotCallResult(univ.Choice):
    """Answer to a question for the devices in a call."""

    clause = "ECMA-180 snapshot-call"
    bare = "snapshotData"
    componentType = NamedTypes(
        required("snapshotData", SnapshotCallData()),
        required("extended", CallDataWithExtensions()),
    )


# --- system status ----------------------------------------------------------------------


class StatusWithExtensions(univ.Sequence):
    """A status with extensions."""

    clause = "ECMA-180 system-status"
    componentType = NamedTypes(required("systemStatus", SystemStatus()), *EXTENSIONS)


class SystemStatusArgument(univ.Choice):
    """How the sender is; either side may say it."""

    clause = "ECMA-180 system-status"
    bare = "systemStatus"
    componentType = NamedTypes(
        required("systemStatus", SystemStatus()),
        required("extended", StatusWithExtensions()),
    )
