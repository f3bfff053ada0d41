"""Words to declare ASN.1 types with (ITU-T X.680), on top of pyasn1.

A schema module declares each type as a class with the standard's name. The class carries
the type's own tag; a field that is tagged again where it stands uses ``implicit`` or
``explicit``::

    class MonitorCrossRefID(univ.OctetString):
        tagSet = application(univ.OctetString, 21)


    class MonitorStopArgument(univ.Sequence):
        componentType = namedtype.NamedTypes(
            required("crossRefIdentifier", MonitorCrossRefID()),
            optional("extensions", CSTACommonArguments()),
        )

Every SEQUENCE, CHOICE and ENUMERATED is a class of its own: its name becomes the name of
the record, so a type is never built in the middle of a field.

Two class attributes steer the derived codec:

``clause``
    Where the standard declares the type; error texts of the decoder name it.

``extensible``
    On a CHOICE: an alternative with an unknown tag is kept as ``("unknown", octets)`` and
    written back, instead of being refused.

``open_types``
    On a SEQUENCE: what stands in an ANY by an earlier field, ``ANY DEFINED BY`` of X.208:
    ``{"eventInfo": ("eventType", {1: CallClearedEvent, 3: ConnectionClearedEvent})}``. The
    octets of a value that is not listed are kept.

``bare``
    On a CHOICE: the alternative that is shown without its name where values are shown.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pyasn1.type import base, namedtype, tag, univ

T = TypeVar("T", bound=base.Asn1Type)

_CONSTRUCTED = (univ.Sequence, univ.SequenceOf, univ.Choice)


def _format(kind: type[base.Asn1Type]) -> int:
    """Tell the format bit that an implicit tag on ``kind`` carries."""
    return tag.tagFormatConstructed if issubclass(kind, _CONSTRUCTED) else tag.tagFormatSimple


def _tag_set(
    kind: type[base.Asn1Type], tag_class: int, number: int, *, explicit: bool
) -> tag.TagSet:
    # pyasn1's stubs leave these methods untyped.
    own: Any = kind.tagSet
    if explicit:
        result: tag.TagSet = own.tagExplicitly(
            tag.Tag(tag_class, tag.tagFormatConstructed, number)
        )
    else:
        result = own.tagImplicitly(tag.Tag(tag_class, _format(kind), number))
    return result


def application(kind: type[base.Asn1Type], number: int) -> tag.TagSet:
    """Make the tag set of an ``[APPLICATION number] IMPLICIT`` type based on ``kind``."""
    return _tag_set(kind, tag.tagClassApplication, number, explicit=False)


def application_explicit(kind: type[base.Asn1Type], number: int) -> tag.TagSet:
    """Make the tag set of an ``[APPLICATION number] EXPLICIT`` type based on ``kind``."""
    return _tag_set(kind, tag.tagClassApplication, number, explicit=True)


def private(kind: type[base.Asn1Type], number: int) -> tag.TagSet:
    """Make the tag set of a ``[PRIVATE number] IMPLICIT`` type based on ``kind``."""
    return _tag_set(kind, tag.tagClassPrivate, number, explicit=False)


def implicit(kind: type[T], number: int) -> T:
    """Make ``[number] IMPLICIT kind``: the outermost tag of ``kind`` is replaced.

    On a CHOICE with no tag of its own ASN.1 makes the tag explicit (X.680 31.2.7).
    """
    outer = tag.Tag(tag.tagClassContext, _format(kind), number)
    # pyasn1's ``subtype`` takes keywords only and its stub leaves it untyped.
    make: Any = kind()
    if issubclass(kind, univ.Choice) and not len(kind.tagSet):
        result: T = make.subtype(explicitTag=outer)
    else:
        result = make.subtype(implicitTag=outer)
    return result


def explicit(kind: type[T], number: int) -> T:
    """Make ``[number] EXPLICIT kind``: a constructed wrapper around ``kind``."""
    outer = tag.Tag(tag.tagClassContext, tag.tagFormatConstructed, number)
    make: Any = kind()
    result: T = make.subtype(explicitTag=outer)
    return result


def required(name: str, kind: base.Asn1Type) -> namedtype.NamedType:
    """Declare a mandatory field, or an alternative of a CHOICE."""
    return namedtype.NamedType(name, kind)


def optional(name: str, kind: base.Asn1Type) -> namedtype.OptionalNamedType:
    """Declare an OPTIONAL field. Fields with a DEFAULT are declared so too: absence is kept."""
    return namedtype.OptionalNamedType(name, kind)
