"""Physical device feature events (ECMA-269 clause 21.2)."""

from __future__ import annotations

from pyasn1.type import char, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.apparatus import (
    AuditoryApparatusID,
    ButtonID,
    CharacterSet,
    DisplayID,
    HookswitchID,
    LampBrightness,
    LampColor,
    LampID,
    LampMode,
    MicrophoneGain,
    RingerID,
    RingMode,
    Volume,
)
from protocols.csta.phase3.schema.identifiers import DeviceID, SubjectDeviceID
from protocols.csta.phase3.schema.types import CSTACommonArguments


class ButtonInformationEvent(univ.Sequence):
    """A button was given another label or number."""

    clause = "ECMA-285 button-information-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("button", ButtonID()),
        optional("buttonLabel", char.IA5String()),
        optional("buttonAssociatedNumber", DeviceID()),
        optional("buttonPressIndicator", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class ButtonPressEvent(univ.Sequence):
    """A button was pressed."""

    clause = "ECMA-285 button-press-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("button", ButtonID()),
        optional("buttonLabel", char.IA5String()),
        optional("buttonAssociatedNumber", DeviceID()),
        optional("extensions", CSTACommonArguments()),
    )


class DisplayUpdatedEvent(univ.Sequence):
    """A display shows something else."""

    clause = "ECMA-285 display-updated-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        optional("displayID", DisplayID()),
        required("logicalRows", univ.Integer()),
        required("logicalColumns", univ.Integer()),
        optional("physicalRows", implicit(univ.Integer, 0)),
        optional("physicalColumns", implicit(univ.Integer, 1)),
        optional("physicalBaseRowNumber", implicit(univ.Integer, 2)),
        optional("physicalBaseColumnNumber", implicit(univ.Integer, 3)),
        optional("characterSet", CharacterSet()),
        required("contentsOfDisplay", char.IA5String()),
        optional("extensions", CSTACommonArguments()),
    )


class HookswitchEvent(univ.Sequence):
    """A handset was lifted or put down."""

    clause = "ECMA-285 hookswitch-event"
    componentType = NamedTypes(
        # Named as in the other events of a device part; the module says device.
        required("invokingDevice", SubjectDeviceID()),
        required("hookswitch", HookswitchID()),
        required("hookswitchOnHook", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class LampModeEvent(univ.Sequence):
    """A lamp changed."""

    clause = "ECMA-285 lamp-mode-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("lamp", LampID()),
        optional("lampLabel", univ.OctetString()),
        required("lampMode", LampMode()),
        optional("lampBrightness", LampBrightness()),
        optional("lampColor", LampColor()),
        optional("extensions", CSTACommonArguments()),
    )


class MessageWaitingEvent(univ.Sequence):
    """A message indicator was set or cleared."""

    clause = "ECMA-285 message-waiting-event"
    componentType = NamedTypes(
        required("targetDevice", SubjectDeviceID()),
        optional("deviceForMessage", DeviceID()),
        required("messageWaitingOn", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class MicrophoneGainEvent(univ.Sequence):
    """The gain of a microphone changed."""

    clause = "ECMA-285 microphone-gain-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("microphoneGain", MicrophoneGain()),
        optional("extensions", CSTACommonArguments()),
    )


class MicrophoneMuteEvent(univ.Sequence):
    """A microphone was muted or opened."""

    clause = "ECMA-285 microphone-mute-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("microphoneMuteOn", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class RingerStatusEvent(univ.Sequence):
    """A ringer started, stopped or was set."""

    clause = "ECMA-285 ringer-status-event"
    componentType = NamedTypes(
        required("device", SubjectDeviceID()),
        required("ringer", RingerID()),
        optional("ringMode", RingMode()),
        optional("ringCount", implicit(univ.Integer, 0)),
        optional("ringDuration", implicit(univ.Integer, 3)),
        optional("ringPattern", implicit(univ.Integer, 1)),
        optional("ringVolume", explicit(Volume, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class SpeakerMuteEvent(univ.Sequence):
    """A speaker was muted or opened."""

    clause = "ECMA-285 speaker-mute-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("speakerMuteOn", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SpeakerVolumeEvent(univ.Sequence):
    """The volume of a speaker changed."""

    clause = "ECMA-285 speaker-volume-event"
    componentType = NamedTypes(
        required("invokingDevice", SubjectDeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("speakerVolume", Volume()),
        optional("extensions", CSTACommonArguments()),
    )
