"""Events of voice units (ECMA-218); bodies as the front of those of phase III."""

from __future__ import annotations

from typing import Final

from pyasn1.type import univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase12.schema.identifiers import ConnectionID
from protocols.csta.phase12.schema.values import EventCause


class VoiceUnitEvent(univ.Sequence):
    """A message is played, recorded, reviewed, suspended or stopped: the event's name tells."""

    clause = "ECMA-218 play-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("message", univ.OctetString()),
        optional("length", implicit(univ.Integer, 0)),
        optional("currentPosition", implicit(univ.Integer, 1)),
        optional("speed", implicit(univ.Integer, 2)),
        optional("cause", EventCause()),
    )


class VoiceAttributesChangeEvent(univ.Sequence):
    """A message is played or recorded in another way."""

    clause = "ECMA-218 voice-attributes-change-event"
    componentType = NamedTypes(
        required("connection", ConnectionID()),
        required("message", univ.OctetString()),
        optional("playVolume", implicit(univ.Integer, 0)),
        optional("recordingLevel", implicit(univ.Integer, 1)),
        optional("speed", implicit(univ.Integer, 2)),
        optional("currentPosition", implicit(univ.Integer, 3)),
        optional("cause", EventCause()),
    )


VOICE_EVENTS: Final = {
    "play": VoiceUnitEvent,
    "record": VoiceUnitEvent,
    "review": VoiceUnitEvent,
    "stop": VoiceUnitEvent,
    "suspendPlay": VoiceUnitEvent,
    "suspendRecord": VoiceUnitEvent,
    "voiceAttributesChange": VoiceAttributesChangeEvent,
}
"""Bodies by name, numbered from 0."""
