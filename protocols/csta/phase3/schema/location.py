"""Where a device is (ECMA-285 call-control, after IETF RFC 4119); late editions only."""

from __future__ import annotations

from pyasn1.type import char, namedval, univ
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import implicit, optional, required
from protocols.csta.phase3.schema.types import TimeInfo


class Method(univ.Enumerated):
    """How the location was found (IANA method tokens)."""

    clause = "ECMA-285 call-control"
    namedValues = namedval.NamedValues(
        ("a-GPS", 0),
        ("aOA", 1),
        ("cell", 2),
        ("derived", 3),
        ("deviceAssistedAGps", 4),
        ("deviceBasedAGps", 5),
        ("dHCP", 6),
        ("gPS", 7),
        ("handsetAflt", 8),
        ("handsetEflt", 9),
        ("hybridAGps", 10),
        ("ipdl", 11),
        ("lldpMed", 12),
        ("manual", 13),
        ("mpl", 14),
        ("nmr", 15),
        ("otdoa", 16),
        ("rfid", 17),
        ("rssi", 18),
        ("rssiRtt", 19),
        ("rtt", 20),
        ("ta", 21),
        ("taNmr", 22),
        ("triangulation", 23),
        ("utdoa", 24),
        ("wiremap", 25),
        ("locMet80211", 26),
    )


class ProvidedBy(univ.Sequence):
    """Who gave the location."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("dataproviderID", char.IA5String()),
        required("telUri", char.IA5String()),
        required("uRL", char.IA5String()),
    )


class UsageRules(univ.Sequence):
    """What may be done with the location."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("retransmissionAllowed", univ.Boolean()),
        required("retentionExpires", TimeInfo()),
        required("rulesetReference", char.IA5String()),
        optional("noteWell", char.IA5String()),
    )


class CivicLoc(univ.Sequence):
    """A postal address in the elements of RFC 4119."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("country", char.IA5String()),
        optional("a1", implicit(char.IA5String, 0)),
        optional("a2", implicit(char.IA5String, 1)),
        optional("a3", implicit(char.IA5String, 2)),
        optional("a4", implicit(char.IA5String, 3)),
        optional("a5", implicit(char.IA5String, 4)),
        optional("a6", implicit(char.IA5String, 5)),
        optional("prd", implicit(char.IA5String, 6)),
        optional("pod", implicit(char.IA5String, 7)),
        optional("sts", implicit(char.IA5String, 8)),
        optional("hno", implicit(char.IA5String, 9)),
        optional("hns", implicit(char.IA5String, 10)),
        optional("lmk", implicit(char.IA5String, 11)),
        optional("loc", implicit(char.IA5String, 12)),
        optional("flr", implicit(char.IA5String, 13)),
        optional("nam", implicit(char.IA5String, 14)),
        optional("pc", implicit(char.IA5String, 15)),
    )


class CivicLocGml(univ.Sequence):
    """A position in GML, and the postal address."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("gmlFormat", univ.OctetString()),
        optional("civicLoc", CivicLoc()),
    )


class GpLocationInfo(univ.Sequence):
    """One location."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(required("civicLocGml", CivicLocGml()))


class GpLocationInfoList(univ.SequenceOf):
    """Several locations."""

    clause = "ECMA-285 call-control"
    componentType = GpLocationInfo()


class GeoPriv(univ.Sequence):
    """Locations with the rules for their use."""

    clause = "ECMA-285 call-control"
    componentType = NamedTypes(
        required("gpLocationInfo", GpLocationInfoList()),
        optional("usageRules", implicit(UsageRules, 0)),
        optional("method", implicit(Method, 1)),
        optional("providedBy", implicit(ProvidedBy, 2)),
    )


class LocationInfo(univ.SequenceOf):
    """The location of one device."""

    clause = "ECMA-285 call-control"
    componentType = GeoPriv()


class LocationInfoList(univ.SequenceOf):
    """The locations of the devices in a call."""

    clause = "ECMA-285 call-control"
    componentType = LocationInfo()
