"""Voice unit events (ECMA-269 clause 26.2)."""

from __future__ import annotations

from typing import Final

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.apparatus import Volume
from protocols.csta.phase3.schema.causes import EventCause
from protocols.csta.phase3.schema.identifiers import ConnectionID
from protocols.csta.phase3.schema.permitted import ServicesPermitted
from protocols.csta.phase3.schema.services_voice import MessageID, RecognitionMode, ResourceID
from protocols.csta.phase3.schema.types import CSTACommonArguments

_MESSAGE: Final = NamedTypes(
    required("connection", ConnectionID()),
    required("message", MessageID()),
    optional("resource", implicit(ResourceID, 2)),
    optional("length", implicit(univ.Integer, 0)),
    optional("currentPosition", implicit(univ.Integer, 1)),
    optional("cause", EventCause()),
    optional("servicesPermitted", ServicesPermitted()),
    optional("extensions", CSTACommonArguments()),
)


class PlayEvent(univ.Sequence):
    """A message is played."""

    clause = "ECMA-285 play-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("message", MessageID()),
        optional("resource", implicit(ResourceID, 3)),
        optional("length", implicit(univ.Integer, 0)),
        optional("currentPosition", implicit(univ.Integer, 1)),
        optional("speed", implicit(univ.Integer, 2)),
        optional("cause", EventCause()),
        optional("servicesPermitted", ServicesPermitted()),
        optional("extensions", CSTACommonArguments()),
    )


class RecordEvent(univ.Sequence):
    """A message is recorded."""

    clause = "ECMA-285 record-event"
    componentType = _MESSAGE


class ReviewEvent(univ.Sequence):
    """What was recorded is played."""

    clause = "ECMA-285 review-event"
    componentType = _MESSAGE


class StopEvent(univ.Sequence):
    """Playing or recording has ended."""

    clause = "ECMA-285 stop-event"
    componentType = _MESSAGE


class SuspendPlayEvent(univ.Sequence):
    """Playing was halted."""

    clause = "ECMA-285 suspend-play-event"
    componentType = _MESSAGE


class SuspendRecordEvent(univ.Sequence):
    """Recording was halted."""

    clause = "ECMA-285 suspend-record-event"
    componentType = _MESSAGE


class VoiceAttributesChangeEvent(univ.Sequence):
    """A message is played, recorded or listened to in another way."""

    clause = "ECMA-285 voice-attributes-change-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        optional("resource", implicit(ResourceID, 4)),
        required("message", MessageID()),
        optional("playVolume", explicit(Volume, 0)),
        optional("recordingGain", implicit(univ.Integer, 1)),
        optional("speed", implicit(univ.Integer, 2)),
        optional("currentPosition", implicit(univ.Integer, 3)),
        optional("grammars", implicit(char.IA5String, 5)),
        optional("language", implicit(char.IA5String, 6)),
        optional("mode", implicit(RecognitionMode, 7)),
        optional("retainAudio", implicit(univ.Boolean, 8)),
        optional("silenceTimeout", implicit(univ.Integer, 9)),
        optional("maxTimeout", implicit(univ.Integer, 10)),
        optional("babbleTimeout", implicit(univ.Integer, 11)),
        optional("endSilence", implicit(univ.Integer, 12)),
        optional("rejectionThreshold", implicit(univ.Integer, 13)),
        optional("autoInterruptible", implicit(univ.Boolean, 14)),
        optional("innerXML", implicit(char.IA5String, 15)),
        optional("interDigitTimeout", implicit(univ.Integer, 16)),
        optional("preflush", implicit(univ.Boolean, 17)),
        optional("cause", EventCause()),
        optional("servicesPermitted", ServicesPermitted()),
        optional("extensions", CSTACommonArguments()),
    )


class VoiceUnitEvents(univ.Choice):
    """Voice unit events; later editions add more, which are kept as octets."""

    clause = "ECMA-285 event-report-definitions"
    extensible = True
    componentType = NamedTypes(
        required("play", implicit(PlayEvent, 0)),
        required("record", implicit(RecordEvent, 1)),
        required("review", implicit(ReviewEvent, 2)),
        required("stop", implicit(StopEvent, 3)),
        required("suspendPlay", implicit(SuspendPlayEvent, 4)),
        required("suspendRecord", implicit(SuspendRecordEvent, 5)),
        required("voiceAttributesChange", implicit(VoiceAttributesChangeEvent, 6)),
    )
