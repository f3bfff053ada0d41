"""Microphones, speakers and ringers of a device (ECMA-269 clause 21.1)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import explicit, implicit, optional, required
from protocols.csta.phase3.schema.apparatus import (
    AuditoryApparatusID,
    HookswitchID,
    MicGainAbs,
    MicrophoneGain,
    RingerID,
    RingMode,
    VolAbs,
    Volume,
)
from protocols.csta.phase3.schema.identifiers import DeviceID
from protocols.csta.phase3.schema.types import CSTACommonArguments


class AuditoryApparatusType(univ.Enumerated):
    """What a person hears and speaks with."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    namedValues = namedval.NamedValues(
        ("speakerphone", 0),
        ("handset", 1),
        ("headset", 2),
        ("speakerOnlyPhone", 3),
        ("other", 4),
    )


class SpeakerAbilities(univ.BitString):
    """What can be done with a speaker."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    namedValues = namedval.NamedValues(
        ("present", 0),
        ("volumeSettable", 1),
        ("volumeReadable", 2),
        ("muteSettable", 3),
        ("muteReadable", 4),
    )


class MicrophoneAbilities(univ.BitString):
    """What can be done with a microphone."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    namedValues = namedval.NamedValues(
        ("present", 0),
        ("gainSettable", 1),
        ("gainReadable", 2),
        ("muteSettable", 3),
        ("muteReadable", 4),
    )


class HookswitchAbilities(univ.BitString):
    """What can be done with a hookswitch, and where it is."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    namedValues = namedval.NamedValues(
        ("hookswitchSettable", 0),
        ("hookswitchOnHook", 1),
    )


class AuditoryApparatus(univ.Sequence):
    """One handset, headset or speakerphone."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    componentType = NamedTypes(
        required("auditoryApparatus", AuditoryApparatusID()),
        required("auditoryApparatusType", AuditoryApparatusType()),
        required("speaker", SpeakerAbilities()),
        required("microphone", MicrophoneAbilities()),
        required("hookswitch", HookswitchAbilities()),
        required("hookswitchID", HookswitchID()),
    )


class AuditoryApparatusList(univ.SequenceOf):
    """The handsets, headsets and speakerphones of a device."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    componentType = AuditoryApparatus()


class GetAuditoryApparatusInformationArgument(univ.Sequence):
    """Ask what a person hears and speaks with at a device."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("auditoryApparatus", AuditoryApparatusID()),
        optional("extensions", CSTACommonArguments()),
    )


class GetAuditoryApparatusInformationResult(univ.Sequence):
    """What a person hears and speaks with."""

    clause = "ECMA-285 get-auditory-apparatus-information"
    componentType = NamedTypes(
        required("auditoryApparatusList", AuditoryApparatusList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetMicrophoneGainArgument(univ.Sequence):
    """Ask how sensitive the microphones of a device are."""

    clause = "ECMA-285 get-microphone-gain"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("auditoryApparatus", AuditoryApparatusID()),
        optional("extensions", CSTACommonArguments()),
    )


class MicrophoneGainEntry(univ.Sequence):
    """The state of one microphone."""

    clause = "ECMA-285 get-microphone-gain"
    componentType = NamedTypes(
        required("auditoryApparatus", AuditoryApparatusID()),
        optional("micGainAbs", MicGainAbs()),
    )


class MicrophoneGainList(univ.SequenceOf):
    """The state of the microphones of a device."""

    clause = "ECMA-285 get-microphone-gain"
    componentType = MicrophoneGainEntry()


class GetMicrophoneGainResult(univ.Sequence):
    """How sensitive the microphones of a device are."""

    clause = "ECMA-285 get-microphone-gain"
    componentType = NamedTypes(
        required("microphoneGainList", MicrophoneGainList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetMicrophoneMuteArgument(univ.Sequence):
    """Ask whether the microphones of a device are muted."""

    clause = "ECMA-285 get-microphone-mute"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("auditoryApparatus", AuditoryApparatusID()),
        optional("extensions", CSTACommonArguments()),
    )


class MicrophoneMuteEntry(univ.Sequence):
    """The state of one microphone."""

    clause = "ECMA-285 get-microphone-mute"
    componentType = NamedTypes(
        required("auditoryApparatus", AuditoryApparatusID()),
        required("microphoneMuteOn", univ.Boolean()),
    )


class MicrophoneMuteList(univ.SequenceOf):
    """The state of the microphones of a device."""

    clause = "ECMA-285 get-microphone-mute"
    componentType = MicrophoneMuteEntry()


class GetMicrophoneMuteResult(univ.Sequence):
    """Whether the microphones of a device are muted."""

    clause = "ECMA-285 get-microphone-mute"
    componentType = NamedTypes(
        required("microphoneMuteList", MicrophoneMuteList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetSpeakerMuteArgument(univ.Sequence):
    """Ask whether the speakers of a device are muted."""

    clause = "ECMA-285 get-speaker-mute"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("auditoryApparatus", AuditoryApparatusID()),
        optional("extensions", CSTACommonArguments()),
    )


class SpeakerMuteEntry(univ.Sequence):
    """The state of one speaker."""

    clause = "ECMA-285 get-speaker-mute"
    componentType = NamedTypes(
        required("auditoryApparatus", AuditoryApparatusID()),
        required("speakerMuteOn", univ.Boolean()),
    )


class SpeakerMuteList(univ.SequenceOf):
    """The state of the speakers of a device."""

    clause = "ECMA-285 get-speaker-mute"
    componentType = SpeakerMuteEntry()


class GetSpeakerMuteResult(univ.Sequence):
    """Whether the speakers of a device are muted."""

    clause = "ECMA-285 get-speaker-mute"
    componentType = NamedTypes(
        required("speakerMuteList", SpeakerMuteList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetSpeakerVolumeArgument(univ.Sequence):
    """Ask how loud the speakers of a device are."""

    clause = "ECMA-285 get-speaker-volume"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("auditoryApparatus", AuditoryApparatusID()),
        optional("extensions", CSTACommonArguments()),
    )


class SpeakerVolumeEntry(univ.Sequence):
    """The state of one speaker."""

    clause = "ECMA-285 get-speaker-volume"
    componentType = NamedTypes(
        required("auditoryApparatus", AuditoryApparatusID()),
        optional("speakerVolAbs", VolAbs()),
    )


class SpeakerVolumeList(univ.SequenceOf):
    """The state of the speakers of a device."""

    clause = "ECMA-285 get-speaker-volume"
    componentType = SpeakerVolumeEntry()


class GetSpeakerVolumeResult(univ.Sequence):
    """How loud the speakers of a device are."""

    clause = "ECMA-285 get-speaker-volume"
    componentType = NamedTypes(
        required("speakerVolumeList", SpeakerVolumeList()),
        optional("extensions", CSTACommonArguments()),
    )


class GetRingerStatusArgument(univ.Sequence):
    """Ask whether and how a ringer rings."""

    clause = "ECMA-285 get-ringer-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        optional("ringer", RingerID()),
        optional("extensions", CSTACommonArguments()),
    )


class RingerStatus(univ.Sequence):
    """Whether and how one ringer rings."""

    clause = "ECMA-285 get-ringer-status"
    componentType = NamedTypes(
        required("ringer", RingerID()),
        required("ringMode", RingMode()),
        optional("ringCount", implicit(univ.Integer, 0)),
        optional("ringDuration", implicit(univ.Integer, 3)),
        optional("ringPattern", implicit(univ.Integer, 1)),
        optional("ringVolAbs", implicit(univ.Integer, 2)),
    )


class RingerStatusList(univ.SequenceOf):
    """Whether and how the ringers of a device ring."""

    clause = "ECMA-285 get-ringer-status"
    componentType = RingerStatus()


class GetRingerStatusResult(univ.Sequence):
    """Whether and how the ringers of a device ring."""

    clause = "ECMA-285 get-ringer-status"
    componentType = NamedTypes(
        required("ringerStatusList", RingerStatusList()),
        optional("extensions", CSTACommonArguments()),
    )


class SetMicrophoneGainArgument(univ.Sequence):
    """Say how sensitive a microphone is to be."""

    clause = "ECMA-285 set-microphone-gain"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("microphoneGain", MicrophoneGain()),
        optional("extensions", CSTACommonArguments()),
    )


class SetMicrophoneMuteArgument(univ.Sequence):
    """Mute a microphone, or end that."""

    clause = "ECMA-285 set-microphone-mute"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("microphoneMuteOn", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SetRingerStatusArgument(univ.Sequence):
    """Say whether and how a ringer is to ring."""

    clause = "ECMA-285 set-ringer-status"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("ringer", RingerID()),
        optional("ringMode", RingMode()),
        optional("ringPattern", implicit(univ.Integer, 1)),
        optional("ringVolume", explicit(Volume, 2)),
        optional("extensions", CSTACommonArguments()),
    )


class SetSpeakerMuteArgument(univ.Sequence):
    """Mute a speaker, or end that."""

    clause = "ECMA-285 set-speaker-mute"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("speakerMuteOn", univ.Boolean()),
        optional("extensions", CSTACommonArguments()),
    )


class SetSpeakerVolumeArgument(univ.Sequence):
    """Say how loud a speaker is to be."""

    clause = "ECMA-285 set-speaker-volume"
    componentType = NamedTypes(
        required("device", DeviceID()),
        required("auditoryApparatus", AuditoryApparatusID()),
        required("speakerVolume", Volume()),
        optional("extensions", CSTACommonArguments()),
    )
