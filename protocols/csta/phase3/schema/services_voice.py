"""Voice unit services (ECMA-269 clause 26.1)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.apparatus import Volume
from protocols.csta.phase3.schema.identifiers import ConnectionID
from protocols.csta.phase3.schema.types import CSTACommonArguments


class MessageID(univ.OctetString):
    """A message of a voice unit."""


class ResourceID(char.IA5String):
    """A resource of a voice unit."""


class MessageIDList(univ.SequenceOf):
    """Messages of a voice unit."""

    clause = "ECMA-285 concatenate-message"
    componentType = MessageID()


class TerminatingConditions(univ.BitString):
    """What ends playing or recording."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("durationExceeded", 0),
        ("dTMFDigitDetected", 1),
        ("endOfMessageDetected", 2),
        ("speechDetected", 3),
    )


class EncodingAlgorithm(univ.Enumerated):
    """How speech is encoded."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("aDPCM6K", 0),
        ("aDPCM8K", 1),
        ("muLawPCM6K", 2),
        ("aLawPCM6K", 3),
    )


class CurrentState(univ.Enumerated):
    """What a voice unit does with a message."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("stop", 0),
        ("play", 1),
        ("record", 2),
        ("suspendPlay", 3),
        ("suspendRecord", 4),
        ("review", 5),
        ("dtmfDetected", 6),
        ("formed", 7),
        ("playing", 8),
        ("ready", 9),
        ("speechDetected", 10),
        ("started", 11),
    )


class RecognitionMode(univ.Enumerated):
    """How a voice unit listens."""

    clause = "ECMA-285 set-voice-attribute"
    namedValues = namedval.NamedValues(
        ("automatic", 0),
        ("single", 1),
        ("multiple", 2),
    )


class ConcatenateMessageArgument(univ.Sequence):
    """Make one message of several."""

    clause = "ECMA-285 concatenate-message"
    componentType = NamedTypes(
        required("messagesToConcatenate", MessageIDList()),
        optional("extensions", CSTACommonArguments()),
    )


class ConcatenateMessageResult(univ.Sequence):
    """The message that was made."""

    clause = "ECMA-285 concatenate-message"
    componentType = NamedTypes(
        required("concatenatedMessage", MessageID()),
        optional("extensions", CSTACommonArguments()),
    )


class DeleteMessageArgument(univ.Sequence):
    """Delete a message."""

    clause = "ECMA-285 delete-message"
    componentType = NamedTypes(
        required("messageToBeDeleted", MessageID()),
        optional("extensions", CSTACommonArguments()),
    )


class PlayMessageArgument(univ.Sequence):
    """Play a message."""

    clause = "ECMA-285 play-message"
    componentType = NamedTypes(
        required("messageToBePlayed", MessageID()),
        required("overConnection", ConnectionID()),
        optional("duration", univ.Integer()),
        optional("termination", TerminatingConditions()),
        optional("extensions", CSTACommonArguments()),
    )


class AttributeToQuery(univ.Enumerated):
    """What is asked about a message."""

    clause = "ECMA-285 query-voice-attribute"
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
        ("grammars", 9),
        ("language", 10),
        ("mode", 11),
        ("retainAudio", 12),
        ("silenceTimeout", 13),
        ("maxTimeout", 14),
        ("babbleTimeout", 15),
        ("endSilence", 16),
        ("rejectionThreshold", 17),
        ("autoInterruptible", 18),
        ("innerXml", 19),
        ("interDigitTimeout", 20),
        ("preflush", 21),
    )


class QueryVoiceAttributeArgument(univ.Sequence):
    """Ask about a message."""

    clause = "ECMA-285 query-voice-attribute"
    componentType = NamedTypes(
        required("messageToQuery", MessageID()),
        required("attributeToQuery", AttributeToQuery()),
        optional("resource", implicit(ResourceID, 0)),
        optional("connection", ConnectionID()),
        optional("extensions", CSTACommonArguments()),
    )


class AttributeInfo(univ.Choice):
    """What was asked about a message."""

    clause = "ECMA-285 device-feature-types"
    extensible = True
    componentType = NamedTypes(
        required("encodingAlgorithm", implicit(EncodingAlgorithm, 0)),
        required("samplingRate", implicit(univ.Integer, 1)),
        required("duration", implicit(univ.Integer, 2)),
        required("filename", implicit(char.IA5String, 3)),
        required("currentPosition", implicit(univ.Integer, 4)),
        required("currentSpeed", implicit(univ.Integer, 5)),
        required("currentVolume", implicit(univ.Integer, 6)),
        required("currentGain", implicit(univ.Integer, 7)),
        required("currentState", implicit(CurrentState, 8)),
    )


class QueryVoiceAttributeResult(univ.Sequence):
    """Answer to a question about a message."""

    clause = "ECMA-285 query-voice-attribute"
    componentType = NamedTypes(
        required("attribute", AttributeInfo()),
        optional("extensions", CSTACommonArguments()),
    )


class AbsolutePosition(univ.Enumerated):
    """An end of a message."""

    clause = "ECMA-285 reposition"
    namedValues = namedval.NamedValues(
        ("startOfMessage", 0),
        ("endOfMessage", 1),
    )


class Period(univ.Choice):
    """Where to go on with a message."""

    clause = "ECMA-285 reposition"
    componentType = NamedTypes(
        required("absolutePosition", AbsolutePosition()),
        required("relativePosition", univ.Integer()),
    )


class RepositionArgument(univ.Sequence):
    """Go to another place of a message."""

    clause = "ECMA-285 reposition"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("periodOfReposition", Period()),
        optional("messageToReposition", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("extensions", CSTACommonArguments()),
    )


class ResumeArgument(univ.Sequence):
    """Go on playing or recording."""

    clause = "ECMA-285 resume"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("messageToResume", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("duration", univ.Integer()),
        optional("extensions", CSTACommonArguments()),
    )


class PeriodToReview(univ.Choice):
    """How much of a message is reviewed."""

    clause = "ECMA-285 review"
    componentType = NamedTypes(
        required("startOfMessage", univ.Null()),
        required("lengthOfReview", univ.Integer()),
    )


class ReviewArgument(univ.Sequence):
    """Play what was recorded."""

    clause = "ECMA-285 review"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("periodToReview", PeriodToReview()),
        optional("messageToReview", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("extensions", CSTACommonArguments()),
    )


class AttributeToSet(univ.Choice):
    """How a message is played, recorded or understood."""

    clause = "ECMA-285 set-voice-attribute"
    extensible = True
    componentType = NamedTypes(
        required("currentSpeed", implicit(univ.Integer, 0)),
        required("currentVolume", explicit(Volume, 1)),
        required("currentGain", implicit(univ.Integer, 2)),
        required("grammars", implicit(char.IA5String, 3)),
        required("language", implicit(char.IA5String, 4)),
        required("mode", implicit(RecognitionMode, 5)),
        required("retainAudio", implicit(univ.Boolean, 6)),
        required("silenceTimeout", implicit(univ.Integer, 7)),
        required("maxTimeout", implicit(univ.Integer, 8)),
        required("babbleTimeout", implicit(univ.Integer, 9)),
        required("endSilence", implicit(univ.Integer, 10)),
        required("rejectionThreshold", implicit(univ.Integer, 11)),
        required("autoInterruptible", implicit(univ.Boolean, 12)),
        required("innerXML", implicit(char.IA5String, 13)),
        required("interDigitTimeout", implicit(univ.Integer, 14)),
        required("preflush", implicit(univ.Boolean, 15)),
    )


class SetVoiceAttributeArgument(univ.Sequence):
    """Play, record or listen in another way."""

    clause = "ECMA-285 set-voice-attribute"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("attributeToSet", AttributeToSet()),
        optional("message", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("extensions", CSTACommonArguments()),
    )


class StopArgument(univ.Sequence):
    """End playing or recording."""

    clause = "ECMA-285 stop"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("messageToBeStopped", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("extensions", CSTACommonArguments()),
    )


class SuspendArgument(univ.Sequence):
    """Halt playing or recording."""

    clause = "ECMA-285 suspend"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("message", MessageID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("extensions", CSTACommonArguments()),
    )


class Gender(univ.Enumerated):
    """Whose voice reads a text."""

    clause = "ECMA-285 device-feature-types"
    namedValues = namedval.NamedValues(
        ("male", 0),
        ("female", 1),
    )


class ControlData(univ.Sequence):
    """How a text is read."""

    clause = "ECMA-285 device-feature-types"
    componentType = NamedTypes(
        required("gender", Gender()),
        required("language", univ.OctetString()),
    )


class SynthesizeMessageArgument(univ.Sequence):
    """Make a message of a text."""

    clause = "ECMA-285 synthesize-message"
    componentType = NamedTypes(
        required("textToBeSynthesized", char.IA5String()),
        optional("control", ControlData()),
        optional("extensions", CSTACommonArguments()),
    )


class SynthesizeMessageResult(univ.Sequence):
    """The message that was made."""

    clause = "ECMA-285 synthesize-message"
    componentType = NamedTypes(
        required("synthesizedMessage", MessageID()),
        optional("extensions", CSTACommonArguments()),
    )


class RecordMessageArgument(univ.Sequence):
    """Record a call."""

    clause = "ECMA-285 record-message"
    componentType = NamedTypes(
        required("callToBeRecorded", ConnectionID()),
        optional("resource", implicit(ResourceID, 2)),
        optional("samplingRate", implicit(univ.Integer, 0)),
        optional("encodingAlgorithm", EncodingAlgorithm()),
        optional("maxDuration", implicit(univ.Integer, 1)),
        optional("termination", TerminatingConditions()),
        optional("extensions", CSTACommonArguments()),
    )


class RecordMessageResult(univ.Sequence):
    """The message that is recorded."""

    clause = "ECMA-285 record-message"
    componentType = NamedTypes(
        required("resultingMessage", MessageID()),
        optional("extensions", CSTACommonArguments()),
    )


class StartArgument(univ.Sequence):
    """Start a resource, with a text to read or listen by."""

    clause = "ECMA-285 start"
    componentType = NamedTypes(
        required("overConnection", ConnectionID()),
        optional("resource", implicit(ResourceID, 0)),
        optional("text", implicit(char.IA5String, 1)),
        optional("extensions", CSTACommonArguments()),
    )


class StartResult(univ.Sequence):
    """A resource was started."""

    clause = "ECMA-285 start"
    componentType = NamedTypes(
        optional("extensions", CSTACommonArguments()),
    )
