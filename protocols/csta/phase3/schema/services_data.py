"""Data paths, collection of digits and tones (ECMA-269 clauses 24, 25)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.apparatus import DisplayID
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.events_associated import IntegerList, TelephonyTone
from protocols.csta.phase3.schema.identifiers import ConnectionID, CSTAObject, DeviceID
from protocols.csta.phase3.schema.media import ConnectionInformation
from protocols.csta.phase3.schema.types import CSTACommonArguments


class IORegisterReqID(univ.OctetString):
    """A registration for data."""


class IOCrossRefID(univ.Choice):
    """A data path, named by the one side or the other."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        required("switchProvided", explicit(univ.OctetString, 0)),
        required("computerProvided", explicit(univ.OctetString, 1)),
    )


class IOCrossRefIDList(univ.SequenceOf):
    """Several data paths."""

    clause = "ECMA-285 send-multicast-data"
    componentType = IOCrossRefID()


class DataPathDirection(univ.Enumerated):
    """Who sends on a data path."""

    clause = "ECMA-285 start-data-path"
    namedValues = namedval.NamedValues(
        ("computeFunctionToObject", 0),
        ("objectToComputeFunction", 1),
        ("bidirectional", 2),
    )


class DataPathType(univ.Enumerated):
    """What is sent on a data path."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("text", 0),
        ("voice", 1),
    )


class DisplayAttributeList(univ.Sequence):
    """Where on a display data stands."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        optional("physicalBaseRowNumber", implicit(univ.Integer, 0)),
        optional("physicalBaseColumnNumber", implicit(univ.Integer, 1)),
        optional("offset", implicit(univ.Integer, 2)),
    )


class StartDataPathArgument(univ.Sequence):
    """Open a data path to a device or a call."""

    clause = "ECMA-285 start-data-path"
    componentType = NamedTypes(
        optional("ioRegisterReqID", IORegisterReqID()),
        required("object", CSTAObject()),
        optional("dataPathDirection", implicit(DataPathDirection, 0)),
        optional("dataPathType", implicit(DataPathType, 1)),
        optional("displayID", DisplayID()),
        optional("numberOfCharactersToCollect", implicit(univ.Integer, 2)),
        optional("terminationCharacter", char.IA5String()),
        optional("timeout", implicit(univ.Integer, 3)),
        optional("extensions", CSTACommonArguments()),
    )


class StartDataPathResult(univ.Sequence):
    """The data path that was opened."""

    clause = "ECMA-285 start-data-path"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("numberOfCharactersToCollect", implicit(univ.Integer, 0)),
        optional("terminationCharacter", char.IA5String()),
        optional("timeout", implicit(univ.Integer, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class StopDataPathArgument(univ.Sequence):
    """Close a data path."""

    clause = "ECMA-285 stop-data-path"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class SendDataArgument(univ.Sequence):
    """Data on a data path."""

    clause = "ECMA-285 send-data"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioRegisterReqID", implicit(IORegisterReqID, 0)),
        optional("displayAttributes", DisplayAttributeList()),
        required("ioData", univ.OctetString()),
        optional("ioCause", EventCause()),
        optional("extensions", CSTACommonArguments()),
    )


class SendMulticastDataArgument(univ.Sequence):
    """Data on several data paths."""

    clause = "ECMA-285 send-multicast-data"
    componentType = NamedTypes(
        required("ioCrossRefIDList", IOCrossRefIDList()),
        optional("ioData", univ.OctetString()),
        optional("displayAttributes", DisplayAttributeList()),
        optional("extensions", CSTACommonArguments()),
    )


class SendBroadcastDataArgument(univ.Sequence):
    """Data on all data paths."""

    clause = "ECMA-285 send-broadcast-data"
    componentType = NamedTypes(
        required("ioData", univ.OctetString()),
        optional("dataPathType", DataPathType()),
        optional("displayAttributes", DisplayAttributeList()),
        optional("extensions", CSTACommonArguments()),
    )


class SuspendDataPathArgument(univ.Sequence):
    """Halt a data path."""

    clause = "ECMA-285 suspend-data-path"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class DataPathSuspendedArgument(univ.Sequence):
    """A data path was halted."""

    clause = "ECMA-285 data-path-suspended"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioReqRegisterID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class ResumeDataPathArgument(univ.Sequence):
    """Go on with a data path."""

    clause = "ECMA-285 resume-data-path"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class DataPathResumedArgument(univ.Sequence):
    """A data path goes on."""

    clause = "ECMA-285 data-path-resumed"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class FastDisplayAttributes(univ.Sequence):
    """The display, and where on it data stands."""

    clause = "ECMA-285 fast-data"
    componentType = NamedTypes(
        optional("displayID", DisplayID()),
        optional("physicalBaseRowNumber", implicit(univ.Integer, 0)),
        optional("physicalBaseColumnNumber", implicit(univ.Integer, 1)),
        optional("offset", implicit(univ.Integer, 2)),
    )


class FastDataArgument(univ.Sequence):
    """Data without a data path."""

    clause = "ECMA-285 fast-data"
    componentType = NamedTypes(
        optional("ioRegisterReqID", IORegisterReqID()),
        required("object", CSTAObject()),
        optional("dataPathType", DataPathType()),
        optional("displayAttributes", FastDisplayAttributes()),
        required("ioData", univ.OctetString()),
        optional("extensions", CSTACommonArguments()),
    )


class IORegisterArgument(univ.Sequence):
    """Register for data of a device, or of all."""

    clause = "ECMA-285 io-register"
    componentType = NamedTypes(
        optional("ioDevice", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class IORegisterResult(univ.Sequence):
    """The registration that was made."""

    clause = "ECMA-285 io-register"
    componentType = NamedTypes(
        required("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class IORegisterAbortArgument(univ.Sequence):
    """A registration was ended by the switching function."""

    clause = "ECMA-285 io-register-abort"
    componentType = NamedTypes(
        required("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class IORegisterCancelArgument(univ.Sequence):
    """End a registration."""

    clause = "ECMA-285 io-register-cancel"
    componentType = NamedTypes(
        required("ioRegisterReqID", IORegisterReqID()),
        optional("extensions", CSTACommonArguments()),
    )


class DcollCrossRefID(univ.OctetString):
    """A collection of digits or tones."""


class DigitsData(univ.Sequence):
    """Digits that were heard; durations in milliseconds."""

    clause = "ECMA-285 data-collected"
    componentType = NamedTypes(
        required("digitsDetected", char.IA5String()),
        optional("digitsDuration", implicit(IntegerList, 0)),
        optional("digitsPauseDuration", implicit(IntegerList, 1)),
    )


class TelTonesData(univ.Sequence):
    """A tone that was heard."""

    clause = "ECMA-285 data-collected"
    componentType = NamedTypes(
        required("toneDetected", TelephonyTone()),
        optional("toneFrequency", implicit(univ.Integer, 0)),
        optional("toneDuration", implicit(univ.Integer, 1)),
        optional("tonePauseDuration", implicit(univ.Integer, 2)),
    )


class DcollCause(univ.Enumerated):
    """Why digits or tones are reported."""

    clause = "ECMA-285 data-collected"
    namedValues = namedval.NamedValues(
        ("flushCharReceived", 0),
        ("charCountReached", 1),
        ("timeout", 2),
        ("sfTerminated", 3),
    )


class DataCollectedArgument(univ.Sequence):
    """Digits or tones that were heard."""

    clause = "ECMA-285 data-collected"
    componentType = NamedTypes(
        required("dcollCrossRefID", DcollCrossRefID()),
        optional("digitsData", implicit(DigitsData, 0)),
        optional("telTonesData", implicit(TelTonesData, 1)),
        optional("connectionInformation", implicit(ConnectionInformation, 2)),
        optional("dcollCause", DcollCause()),
        optional("extensions", CSTACommonArguments()),
    )


class DataCollectionResumedArgument(univ.Sequence):
    """A collection goes on."""

    clause = "ECMA-285 data-collection-resumed"
    componentType = NamedTypes(
        required("dcollCrossRefID", DcollCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class DataCollectionSuspendedArgument(univ.Sequence):
    """A collection was halted."""

    clause = "ECMA-285 data-collection-suspended"
    componentType = NamedTypes(
        required("dcollCrossRefID", DcollCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class DataCollType(univ.Enumerated):
    """What is collected."""

    clause = "ECMA-285 start-data-collection"
    namedValues = namedval.NamedValues(
        ("digits", 0),
        ("telTones", 1),
    )


class DigitsReportingCriteria(univ.Sequence):
    """When digits are reported."""

    clause = "ECMA-285 start-data-collection"
    componentType = NamedTypes(
        optional("numChars", implicit(univ.Integer, 0)),
        optional("flushChar", char.IA5String()),
        optional("timeout", implicit(univ.Integer, 1)),
    )


class CallObject(univ.Choice):
    """A device, or a connection."""

    clause = "ECMA-285 start-data-collection"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("call", ConnectionID()),
    )


class StartDataCollectionArgument(univ.Sequence):
    """Collect digits or tones of a device or a call."""

    clause = "ECMA-285 start-data-collection"
    componentType = NamedTypes(
        required("object", CallObject()),
        optional("dataCollType", DataCollType()),
        optional("digitsReportingCriteria", DigitsReportingCriteria()),
        optional("extensions", CSTACommonArguments()),
    )


class StartDataCollectionResult(univ.Sequence):
    """The collection that was begun."""

    clause = "ECMA-285 start-data-collection"
    componentType = NamedTypes(
        required("dcollCrossRefID", DcollCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )


class StopDataCollectionArgument(univ.Sequence):
    """End a collection."""

    clause = "ECMA-285 stop-data-collection"
    componentType = NamedTypes(
        required("dcollCrossRefID", DcollCrossRefID()),
        optional("extensions", CSTACommonArguments()),
    )
