"""Voice unit and input/output services of phase II: arguments and results.

No grammar of them was published apart from the standard: names, order, codes and most types
are those that phase III has for the same services.
"""

from __future__ import annotations

from typing import Final

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.services_data import (
    DataPathDirection,
    DataPathType,
    DisplayAttributeList,
    IOCrossRefID,
    IOCrossRefIDList,
)
from protocols.csta.phase3.schema.services_voice import (
    ControlData,
    EncodingAlgorithm,
    MessageID,
    MessageIDList,
    Period,
    PeriodToReview,
    TerminatingConditions,
)
from protocols.csta.phase12.schema.identifiers import ConnectionID, MonitorObject
from protocols.csta.phase12.schema.services_call import EXTENSIONS
from protocols.csta.phase12.schema.values import EventCause

# --- voice units ------------------------------------------------------------------------


class ConcatenateMessageArgument(univ.Sequence):
    """Make one message of several."""

    clause = "ECMA-218 concatenate-message"
    componentType = NamedTypes(required("messagesToConcatenate", MessageIDList()), *EXTENSIONS)


class MessageResult(univ.Sequence):
    """The message that was made."""

    clause = "ECMA-218 concatenate-message"
    componentType = NamedTypes(required("message", MessageID()), *EXTENSIONS)


class DeleteMessageArgument(univ.Sequence):
    """Delete a message."""

    clause = "ECMA-218 delete-message"
    componentType = NamedTypes(required("messageToBeDeleted", MessageID()), *EXTENSIONS)


class PlayMessageArgument(univ.Sequence):
    """Play a message."""

    clause = "ECMA-218 play-message"
    componentType = NamedTypes(
        required("messageToBePlayed", MessageID()),
        required("overConnection", ConnectionID()),
        optional("duration", univ.Integer()),
        optional("termination", TerminatingConditions()),
        *EXTENSIONS,
    )


class AttributeToQuery(univ.Enumerated):
    """What is asked about a message."""

    clause = "ECMA-218 query-voice-attribute"
    namedValues = namedval.NamedValues(
        ("encodingAlgorithm", 0),
        ("samplingRate", 1),
        ("duration", 2),
        ("fileName", 3),
        ("currentPosition", 4),
        ("currentSpeed", 5),
        ("currentVolume", 6),
        ("currentLevel", 7),
        ("currentState", 8),
    )


class CurrentState(univ.Enumerated):
    """What a voice unit does with a message."""

    clause = "ECMA-218 device-feature-types"
    namedValues = namedval.NamedValues(
        ("stop", 0),
        ("play", 1),
        ("record", 2),
        ("suspendPlay", 3),
        ("suspendRecord", 4),
        ("review", 5),
    )


class QueryVoiceAttributeArgument(univ.Sequence):
    """Ask about a message."""

    clause = "ECMA-218 query-voice-attribute"
    componentType = NamedTypes(
        required("messageToQuery", MessageID()),
        required("attributeToQuery", AttributeToQuery()),
        optional("connection", ConnectionID()),
        *EXTENSIONS,
    )


class AttributeInfo(univ.Choice):
    """What was asked about a message."""

    clause = "ECMA-218 device-feature-types"
    extensible = True
    componentType = NamedTypes(
        required("encodingAlgorithm", implicit(EncodingAlgorithm, 0)),
        required("samplingRate", implicit(univ.Integer, 1)),
        required("duration", implicit(univ.Integer, 2)),
        required("filename", implicit(char.IA5String, 3)),
        required("currentPosition", implicit(univ.Integer, 4)),
        required("currentSpeed", implicit(univ.Integer, 5)),
        required("currentVolume", implicit(univ.Integer, 6)),
        required("currentLevel", implicit(univ.Integer, 7)),
        required("currentState", implicit(CurrentState, 8)),
    )


class QueryVoiceAttributeResult(univ.Sequence):
    """Answer to a question about a message."""

    clause = "ECMA-218 query-voice-attribute"
    componentType = NamedTypes(required("attribute", AttributeInfo()), *EXTENSIONS)


class RecordMessageArgument(univ.Sequence):
    """Record a call."""

    clause = "ECMA-218 record-message"
    componentType = NamedTypes(
        required("callToBeRecorded", ConnectionID()),
        optional("samplingRate", implicit(univ.Integer, 0)),
        optional("encodingAlgorithm", EncodingAlgorithm()),
        optional("maxDuration", implicit(univ.Integer, 1)),
        optional("termination", TerminatingConditions()),
        *EXTENSIONS,
    )


class RepositionArgument(univ.Sequence):
    """Go to another place of a message."""

    clause = "ECMA-218 reposition"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("periodOfReposition", Period()),
        optional("messageToReposition", MessageID()),
        *EXTENSIONS,
    )


class ReviewArgument(univ.Sequence):
    """Play what was recorded."""

    clause = "ECMA-218 review"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("periodToReview", PeriodToReview()),
        optional("messageToReview", MessageID()),
        *EXTENSIONS,
    )


class AttributeToSet(univ.Choice):
    """How a message is to be played or recorded."""

    clause = "ECMA-218 set-voice-attribute"
    extensible = True
    componentType = NamedTypes(
        required("currentSpeed", implicit(univ.Integer, 0)),
        required("currentVolume", implicit(univ.Integer, 1)),
        required("currentLevel", implicit(univ.Integer, 2)),
    )


class SetVoiceAttributeArgument(univ.Sequence):
    """Play or record in another way."""

    clause = "ECMA-218 set-voice-attribute"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("attributeToSet", AttributeToSet()),
        optional("message", MessageID()),
        *EXTENSIONS,
    )


class VoiceArgument(univ.Sequence):
    """A message on a connection: argument of resume, stop and suspend."""

    clause = "ECMA-218 stop"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("message", MessageID()),
        optional("duration", univ.Integer()),
        *EXTENSIONS,
    )


class SynthesizeMessageArgument(univ.Sequence):
    """Make a message of a text."""

    clause = "ECMA-218 synthesize-message"
    componentType = NamedTypes(
        required("textToBeSynthesized", char.IA5String()),
        optional("control", ControlData()),
        *EXTENSIONS,
    )


# --- input and output -------------------------------------------------------------------


class StartDataPathArgument(univ.Sequence):
    """Open a data path to a device or a call."""

    clause = "ECMA-218 start-data-path"
    componentType = NamedTypes(
        required("object", MonitorObject()),
        optional("dataPathDirection", DataPathDirection()),
        optional("dataPathType", implicit(DataPathType, 0)),
        *EXTENSIONS,
    )


class StartDataPathResult(univ.Sequence):
    """The data path that was opened."""

    clause = "ECMA-218 start-data-path"
    componentType = NamedTypes(required("ioCrossRefID", IOCrossRefID()), *EXTENSIONS)


class DataPathArgument(univ.Sequence):
    """A data path: argument of stopping, suspending and resuming, and the news of it."""

    clause = "ECMA-218 stop-data-path"
    componentType = NamedTypes(required("ioCrossRefID", IOCrossRefID()), *EXTENSIONS)


class SendDataArgument(univ.Sequence):
    """Data on a data path."""

    clause = "ECMA-218 send-data"
    componentType = NamedTypes(
        required("ioCrossRefID", IOCrossRefID()),
        optional("displayAttributes", DisplayAttributeList()),
        required("ioData", univ.OctetString()),
        optional("ioCause", EventCause()),
        *EXTENSIONS,
    )


class SendMulticastDataArgument(univ.Sequence):
    """Data on several data paths."""

    clause = "ECMA-218 send-multicast-data"
    componentType = NamedTypes(
        required("ioCrossRefIDList", IOCrossRefIDList()),
        optional("ioData", univ.OctetString()),
        optional("displayAttributes", DisplayAttributeList()),
        *EXTENSIONS,
    )


class SendBroadcastDataArgument(univ.Sequence):
    """Data on all data paths."""

    clause = "ECMA-218 send-broadcast-data"
    componentType = NamedTypes(
        required("ioData", univ.OctetString()),
        optional("dataPathType", DataPathType()),
        optional("displayAttributes", DisplayAttributeList()),
        *EXTENSIONS,
    )


class FastDataArgument(univ.Sequence):
    """Data without a data path."""

    clause = "ECMA-218 fast-data"
    componentType = NamedTypes(
        required("object", MonitorObject()),
        optional("dataPathType", DataPathType()),
        optional("displayAttributes", DisplayAttributeList()),
        required("ioData", univ.OctetString()),
        *EXTENSIONS,
    )


VOICE_SERVICES: Final = (
    (500, "concatenateMessage", ConcatenateMessageArgument, MessageResult),
    (501, "deleteMessage", DeleteMessageArgument, None),
    (502, "playMessage", PlayMessageArgument, None),
    (503, "queryVoiceAttribute", QueryVoiceAttributeArgument, QueryVoiceAttributeResult),
    (504, "reposition", RepositionArgument, None),
    (505, "resume", VoiceArgument, None),
    (506, "review", ReviewArgument, None),
    (507, "setVoiceAttribute", SetVoiceAttributeArgument, None),
    (508, "stop", VoiceArgument, None),
    (509, "suspend", VoiceArgument, None),
    (510, "synthesizeMessage", SynthesizeMessageArgument, MessageResult),
    (511, "recordMessage", RecordMessageArgument, MessageResult),
)
"""Code, name, argument and result; None is the empty result."""

DATA_SERVICES: Final = (
    (110, "startDataPath", StartDataPathArgument, StartDataPathResult),
    (111, "stopDataPath", DataPathArgument, None),
    (112, "sendData", SendDataArgument, None),
    (113, "sendMulticastData", SendMulticastDataArgument, None),
    (114, "sendBroadcastData", SendBroadcastDataArgument, None),
    (115, "suspendDataPath", DataPathArgument, None),
    (116, "dataPathSuspended", DataPathArgument, None),
    (117, "resumeDataPath", DataPathArgument, None),
    (118, "dataPathResumed", DataPathArgument, None),
    (119, "fastData", FastDataArgument, None),
)
"""Code, name, argument and result; None is the empty result."""
