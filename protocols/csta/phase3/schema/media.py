"""Media of a call and of a connection (ECMA-285 media-services)."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required


class MediaClass(univ.BitString):
    """Kinds of media."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(
        ("voice", 0),
        ("data", 1),
        ("image", 2),
        ("other", 3),
        ("audio", 4),
        ("notKnown", 5),
        ("chat", 6),
        ("email", 7),
        ("message", 8),
        ("im", 9),
        ("sms", 10),
        ("mms", 11),
    )


class BitRate(univ.Enumerated):
    """Whether the bit rate is constant (the default) or variable."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(("constant", 0), ("variable", 1))


class SwitchingSubDomainCCIEType(univ.Enumerated):
    """Whose information elements are given."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(
        ("isdn", 0),
        ("atm", 1),
        ("isoEthernet", 2),
        ("rsvp", 3),
        ("other", 4),
        ("sip", 5),
    )


class MediaCallCharacteristics(univ.Sequence):
    """The media of a call; connection rate 0 means unknown."""

    clause = "ECMA-285 media-services"
    componentType = NamedTypes(
        required("mediaClass", MediaClass()),
        optional("connectionRate", implicit(univ.Integer, 0)),
        optional("bitRate", implicit(BitRate, 1)),
        optional("delayTolerance", implicit(univ.Integer, 2)),
        optional("switchingSubDomainCCIEType", implicit(SwitchingSubDomainCCIEType, 3)),
        optional("switchingSubDomainInformationElements", univ.OctetString()),
    )


class FlowDirection(univ.Enumerated):
    """Which way media flow on a connection."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(
        ("transmit", 0),
        ("receive", 1),
        ("transmitAndReceive", 2),
        ("none", 3),
    )


class ConnectionInformation(univ.Sequence):
    """The media of a connection; one channel when the number is absent."""

    clause = "ECMA-285 media-services"
    componentType = NamedTypes(
        optional("flowDirection", FlowDirection()),
        optional("numberOfChannels", univ.Integer()),
        optional("mediaSessionInformation", char.IA5String()),
    )


class MediaServiceType(univ.Enumerated):
    """The media service attached to a connection."""

    clause = "ECMA-285 media-services"
    namedValues = namedval.NamedValues(
        ("cstaVoiceUnit", 0),
        ("dataModem", 1),
        ("digitalDataIsochronousIeee1394", 2),
        ("digitalDataIsochronousGeoport", 3),
        ("digitalDataIsochronousIeeeAtm", 4),
        ("digitalDataIsochronousIeeeIsdn", 5),
        ("digitalDataApi", 6),
        ("ectfS100MediaServicesDefault", 7),
        ("ectfS100MediaServicesAppServices", 8),
        *((f"cstaIVRScript{number}", 8 + number) for number in range(1, 11)),
        ("liveSoundCaptureAnalog", 19),
        ("liveSoundTransmitAnalog", 20),
        ("liveSoundCaptureIeee1394", 21),
        ("liveSoundTransmitIeee1394", 22),
        ("liveSoundCaptureTransmitGeoport", 23),
        ("liveSoundCaptureTransmitAtm", 24),
        ("liveSoundCaptureTransmitISDN", 25),
        ("soundCaptureTransmitADPCM", 26),
        ("soundCaptureTransmitApi", 27),
        ("usb", 28),
        *((f"sfSpecific{number}", 28 + number) for number in range(1, 11)),
    )


class MediaServiceInstanceID(univ.OctetString):
    """One instance of a media service."""


class MediaStreamID(univ.OctetString):
    """One stream of a media service."""
