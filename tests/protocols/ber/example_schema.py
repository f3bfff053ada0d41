"""Types of every form that the compiler knows, in the manner of an event of a switch."""

# ASN.1's own names stand as class attributes.
# ruff: noqa: N815

from __future__ import annotations

from typing import ClassVar

from pyasn1.type import char, namedval, univ, useful
from pyasn1.type.namedtype import NamedTypes

from protocols.ber.asn1 import (
    application,
    application_explicit,
    explicit,
    implicit,
    optional,
    private,
    required,
)


class Number(univ.Choice):
    componentType = NamedTypes(
        required("dialled", implicit(char.IA5String, 0)),
        required("internal", implicit(univ.Integer, 1)),
        required("other", implicit(univ.OctetString, 6)),
    )


class Device(univ.Sequence):
    """A device.

    It has a number, and perhaps a name.
    """

    clause = "EXAMPLE 1"
    componentType = NamedTypes(
        required("number", Number()),
        optional("privateName", explicit(char.IA5String, 1)),
    )


class CallingDevice(univ.Choice):
    tagSet = application_explicit(univ.Choice, 1)
    componentType = NamedTypes(
        required("device", Device()),
        required("notKnown", implicit(univ.Null, 7)),
    )


class CalledDevice(univ.Choice):
    tagSet = application_explicit(univ.Choice, 2)
    extensible = True
    componentType = NamedTypes(
        required("device", Device()),
        required("notKnown", implicit(univ.Null, 7)),
    )


class Local(univ.Choice):
    componentType = NamedTypes(
        required("staticID", Device()),
        required("dynamicID", implicit(univ.OctetString, 3)),
    )


class Both(univ.Sequence):
    componentType = NamedTypes(
        required("callID", implicit(univ.OctetString, 0)),
        required("deviceID", explicit(Local, 1)),
    )


class Connection(univ.Choice):
    tagSet = application_explicit(univ.Choice, 11)
    componentType = NamedTypes(
        required("callID", implicit(univ.OctetString, 0)),
        required("both", Both()),
    )


class Cause(univ.Enumerated):
    """Why."""

    namedValues = namedval.NamedValues(
        ("busy", 3), ("newCall", 22), ("aCDBusy", 57), ("far", 1000)
    )


class State(univ.Enumerated):
    tagSet = application(univ.Enumerated, 14)
    namedValues = namedval.NamedValues(("null", 0), ("minus", -1))


class Flags(univ.BitString):
    pass


class Names(univ.SequenceOf):
    componentType = char.UTF8String()


class Devices(univ.SetOf):
    componentType = Device()


class Matrix(univ.SequenceOf):
    componentType = Names()


class Vendor(univ.Sequence):
    tagSet = private(univ.Sequence, 1)
    componentType = NamedTypes(
        required("oid", univ.ObjectIdentifier()),
        required("data", univ.Any()),
    )


class Extra(univ.Choice):
    componentType = NamedTypes(
        required("octets", univ.OctetString()),
        required("vendor", Vendor()),
    )


class Open(univ.Choice):
    """Ends in an open type; pyasn1 loses the header of such a value."""

    componentType = NamedTypes(
        required("octets", univ.OctetString()),
        required("anything", univ.Any()),
    )


class Extras(univ.SequenceOf):
    componentType = Extra()


class Pair(univ.Set):
    componentType = NamedTypes(
        required("first", implicit(univ.Integer, 0)),
        optional("second", implicit(univ.Boolean, 1)),
    )


class Delivered(univ.Sequence):
    """Somebody is called."""

    clause = "EXAMPLE 2"
    componentType = NamedTypes(
        required("connection", Connection()),
        required("calling", CallingDevice()),
        required("called", CalledDevice()),
        optional("state", State()),
        optional("movedConnection", implicit(Connection, 0)),
        required("cause", Cause()),
        required("nothing", univ.Null()),
        optional("flags", implicit(Flags, 1)),
        optional("names", implicit(Names, 2)),
        optional("time", useful.GeneralizedTime()),
        optional("utc", useful.UTCTime()),
        optional("sure", univ.Boolean()),
        optional("count", univ.Integer()),
        optional("local", Local()),
        optional("twice", implicit(Number, 4)),
        optional("pair", explicit(Pair, 5)),
        optional("far", implicit(univ.OctetString, 7000)),
        optional("devices", implicit(Devices, 7)),
        optional("extras", implicit(Extras, 30)),
        optional("from", implicit(char.VisibleString, 8)),
    )


class Wrapped(univ.Sequence):
    """An open type in an explicit tag, which pyasn1 takes for any tag."""

    componentType = NamedTypes(
        required("wrapped", explicit(univ.Any, 6)),
        optional("also", explicit(univ.Any, 7)),
    )


class Nested(univ.Sequence):
    componentType = NamedTypes(
        required("deep", explicit(Matrix, 3)),
        optional("implicit", implicit(Matrix, 4)),
    )


class Empty(univ.Sequence):
    componentType = NamedTypes(optional("cause", Cause()))


class Tone(univ.Sequence):
    componentType = NamedTypes(required("on", univ.Boolean()))


class Events(univ.Choice):
    """So many alternatives that they are looked up."""

    extensible = True
    componentType = NamedTypes(
        required("delivered", implicit(Delivered, 0)),
        *(required(f"tone{number}", implicit(Tone, number)) for number in range(1, 12)),
        required("empty", implicit(Empty, 12)),
    )


class Nothing(univ.Null):
    pass


class Told(univ.Sequence):
    """An open type that a number tells, and one that an identifier tells."""

    open_types: ClassVar = {
        "what": ("kind", {1: Tone, 300: Connection, 7: Cause, 8: Nothing}),
        "data": ("maker", {"1.3.12.1": Device}),
    }
    componentType = NamedTypes(
        required("kind", implicit(univ.Integer, 0)),
        required("what", univ.Any()),
        optional("sure", univ.Boolean()),
        required("maker", univ.ObjectIdentifier()),
        required("data", univ.Any()),
        optional("state", State()),
    )


class WithMore(univ.Sequence):
    componentType = NamedTypes(required("number", Number()), optional("state", State()))


class NumberArgument(univ.Choice):
    """A number alone, or with more."""

    bare = "number"
    componentType = NamedTypes(
        required("number", Number()),
        required("more", WithMore()),
    )


class Report(univ.Sequence):
    clause = "EXAMPLE 3"
    componentType = NamedTypes(
        required("crossRef", univ.OctetString()),
        required("info", explicit(Events, 0)),
        required("grows", CalledDevice()),
    )
