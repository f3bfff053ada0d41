"""Parts of a physical device (ECMA-285 physical-device-feature)."""

from __future__ import annotations

from pyasn1.type import namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import required


class AuditoryApparatusID(univ.OctetString):
    """A handset, headset or speakerphone."""


class ButtonID(univ.OctetString):
    """A button."""


class DisplayID(univ.OctetString):
    """A display."""


class HookswitchID(univ.OctetString):
    """A hookswitch."""


class LampID(univ.OctetString):
    """A lamp."""


class RingerID(univ.OctetString):
    """A ringer."""


class CharacterSet(univ.Enumerated):
    """The character set of a display."""

    clause = "ECMA-285 physical-device-feature"
    namedValues = namedval.NamedValues(("ascii", 0), ("unicode", 1), ("proprietary", 2))


class LampBrightness(univ.Enumerated):
    """How bright a lamp is."""

    clause = "ECMA-285 physical-device-feature"
    namedValues = namedval.NamedValues(("unspecified", 0), ("dim", 1), ("bright", 2))


class LampColor(univ.Integer):
    """0 no colour, 1 red, 2 yellow, 3 green, 4 blue, 5 unknown; others up to 100."""


class LampMode(univ.Integer):
    """0 broken flutter, 1 flutter, 2 off, 3 steady, 4 wink, 5 unknown; others up to 100."""


class MicGainAbs(univ.Integer):
    """A gain in per cent."""


class MicGainInc(univ.Enumerated):
    """A step of gain."""

    clause = "ECMA-285 physical-device-feature"
    namedValues = namedval.NamedValues(("increment", 0), ("decrement", 1))


class MicrophoneGain(univ.Choice):
    """The gain of a microphone."""

    clause = "ECMA-285 physical-device-feature"
    componentType = NamedTypes(
        required("micGainAbs", MicGainAbs()),
        required("micGainInc", MicGainInc()),
    )


class RingMode(univ.Enumerated):
    """Whether a ringer rings."""

    clause = "ECMA-285 physical-device-feature"
    namedValues = namedval.NamedValues(("ringing", 0), ("notRinging", 1))


class VolAbs(univ.Integer):
    """A volume in per cent."""


class VolInc(univ.Enumerated):
    """A step of volume."""

    clause = "ECMA-285 physical-device-feature"
    namedValues = namedval.NamedValues(("increment", 0), ("decrement", 1))


class Volume(univ.Choice):
    """The volume of a speaker or ringer."""

    clause = "ECMA-285 physical-device-feature"
    componentType = NamedTypes(
        required("volAbs", VolAbs()),
        required("volInc", VolInc()),
    )
