"""Declared pyasn1 types, read once into a plain description.

The compiler, the careful reader and writer, the JSON form and the copy to and from pyasn1
values all work on this description, so none of them asks pyasn1 about its types.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, Final

import msgspec
from pyasn1.type import base, char, namedtype, univ, useful

from protocols.ber import naming


class SchemaError(Exception):
    """A declaration that no codec can be derived from."""


class Kind(enum.Enum):
    """Form of a type, as far as a codec cares."""

    SEQUENCE = "SEQUENCE"
    SET = "SET"
    CHOICE = "CHOICE"
    SEQUENCE_OF = "SEQUENCE OF"
    INTEGER = "INTEGER"
    ENUMERATED = "ENUMERATED"
    BOOLEAN = "BOOLEAN"
    OCTETS = "OCTET STRING"
    TEXT = "character string"
    TIME = "time"
    BITS = "BIT STRING"
    OID = "OBJECT IDENTIFIER"
    NULL = "NULL"
    ANY = "ANY"


STRINGS: Final = frozenset({Kind.OCTETS, Kind.TEXT, Kind.TIME, Kind.BITS})
"""Types that BER may write in segments (X.690 8.6, 8.7, 8.23)."""


class Definition(msgspec.Struct, frozen=True, eq=False):
    """One type without the tags that it carries where it is used."""

    kind: Kind
    name: str
    """Name of the schema class."""
    doc: str = ""
    clause: str = ""
    extensible: bool = False
    """CHOICE: keep an alternative with an unknown tag."""
    fields: tuple[Field, ...] = ()
    """SEQUENCE and SET: components; CHOICE: alternatives; SEQUENCE OF: the element alone."""
    names: dict[str, int] = {}
    """ENUMERATED: numbers by name, in the order of the declaration."""
    named: bool = True
    """The class is the schema's own, not one of pyasn1."""
    utf8: bool = False
    """TEXT: octets are UTF-8."""
    utc: bool = False
    """TIME: the year has two digits."""
    bare: str = ""
    """CHOICE: the alternative that is shown without its name."""

    @property
    def element(self) -> Use:
        """Type of the elements of a SEQUENCE OF."""
        return self.fields[0].use


class Use(msgspec.Struct, frozen=True, eq=False):
    """A type with the tags that it carries in one place."""

    definition: Definition
    tags: tuple[bytes, ...]
    """Identifier octets, outermost first. CHOICE and ANY have only tags around them."""
    firsts: frozenset[bytes] | None
    """Identifier octets that may begin it; ``None`` for an untagged ANY, which any may."""
    asn1: base.Asn1Type
    """The pyasn1 object."""

    def begins(self, identifier: bytes) -> bool:
        """Tell whether ``identifier`` may begin this type."""
        return self.firsts is None or identifier in self.firsts


class Field(msgspec.Struct, frozen=True, eq=False):
    """A component of a SEQUENCE or an alternative of a CHOICE."""

    name: str
    attribute: str
    use: Use
    optional: bool
    by: int = -1
    """ANY whose type an earlier field tells: place of that field."""
    types: dict[Any, Use] = {}
    """Types of such an ANY by the value of that field."""

    def told(self, value: object) -> Use:
        """Give the type where the field that tells it has ``value``."""
        return self.types.get(value, self.use)


def identifier(class_bits: int, constructed: int, number: int) -> bytes:
    """Write identifier octets (X.690 8.1.2)."""
    if number < 31:
        return bytes((class_bits | constructed | number,))
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes((class_bits | constructed | 0x1F, *reversed(groups)))


# The order matters: pyasn1 derives NULL, ANY and the character strings from OCTET STRING,
# ENUMERATED and BOOLEAN from INTEGER, CHOICE from SET.
_KINDS: Final[tuple[tuple[type[base.Asn1Type], Kind], ...]] = (
    (univ.Choice, Kind.CHOICE),
    (univ.Set, Kind.SET),
    (univ.Sequence, Kind.SEQUENCE),
    (univ.SequenceOf, Kind.SEQUENCE_OF),
    (univ.SetOf, Kind.SEQUENCE_OF),
    (univ.Null, Kind.NULL),
    (univ.Any, Kind.ANY),
    (useful.GeneralizedTime, Kind.TIME),
    (useful.UTCTime, Kind.TIME),
    (char.AbstractCharacterString, Kind.TEXT),
    (univ.OctetString, Kind.OCTETS),
    (univ.Enumerated, Kind.ENUMERATED),
    (univ.Boolean, Kind.BOOLEAN),
    (univ.Integer, Kind.INTEGER),
    (univ.BitString, Kind.BITS),
    (univ.ObjectIdentifier, Kind.OID),
)


def _kind(cls: type[base.Asn1Type]) -> Kind:
    for candidate, kind in _KINDS:
        if issubclass(cls, candidate):
            if issubclass(cls, char.BMPString | char.UniversalString):
                break
            return kind
    raise SchemaError(f"{cls.__name__}: {cls.__mro__[1].__name__} has no codec")


class Schema:
    """All types of some schema modules, each after the types that it refers to."""

    def __init__(self, sources: Iterable[ModuleType | type[base.Asn1Type]]) -> None:
        self.definitions: dict[str, Definition] = {}
        """By class name, dependencies first; types of pyasn1 itself are not listed."""
        self.roots: dict[str, Use] = {}
        """The classes of ``sources``, by name."""
        self._classes: dict[str, type[base.Asn1Type]] = {}
        self._open: list[str] = []
        for cls in _classes(sources):
            use = self.use(cls())
            if use.definition.named:
                self.roots[use.definition.name] = use

    def use(self, asn1: base.Asn1Type) -> Use:
        """Describe a pyasn1 object."""
        own: Any = asn1
        definition = self._definition(asn1)
        tags = tuple(
            identifier(one.tagClass, one.tagFormat, one.tagId)
            for one in reversed(own.tagSet.superTags)
        )
        kind = definition.kind
        if kind not in (Kind.CHOICE, Kind.ANY) and not tags:
            raise SchemaError(f"{definition.name} has no tag")
        firsts: frozenset[bytes] | None
        if tags:
            firsts = frozenset(tags[:1])
        elif kind is Kind.ANY:
            firsts = None
        else:
            firsts = _union(definition)
        return Use(definition, tags, firsts, asn1)

    def _definition(self, asn1: base.Asn1Type) -> Definition:
        cls = type(asn1)
        name = naming.class_name(cls.__name__)
        named = not cls.__module__.startswith("pyasn1.")
        known = self._classes.get(name)
        if known is cls:
            return self.definitions[name]
        if known is not None and named:
            raise SchemaError(f"two classes with the name {name}")
        if name in self._open:
            raise SchemaError(f"{name} contains itself")
        self._open.append(name)
        definition = self._describe(asn1, name, named=named)
        self._open.pop()
        if named:
            self._classes[name] = cls
            self.definitions[name] = definition
        return definition

    def _describe(self, asn1: base.Asn1Type, name: str, *, named: bool) -> Definition:
        own: Any = asn1
        cls = type(asn1)
        kind = _kind(cls)
        fields: tuple[Field, ...] = ()
        names: dict[str, int] = {}
        if kind in (Kind.SEQUENCE, Kind.SET, Kind.CHOICE):
            if not named:
                raise SchemaError(f"{kind.value} without a class of its own")
            fields = tuple(self._field(one) for one in own.componentType.namedTypes)
            for label, (by, types) in getattr(cls, "open_types", {}).items():
                fields = self._open_type(name, fields, label, by, types)
        elif kind is Kind.SEQUENCE_OF:
            fields = (Field("element", "element", self.use(own.componentType), optional=False),)
        elif kind is Kind.ENUMERATED:
            names = {str(label): int(number) for label, number in own.namedValues.items()}
            if not named or len({naming.member(label) for label in names}) != len(names):
                raise SchemaError(f"{name}: ENUMERATED needs a class and distinct names")
        definition = Definition(
            kind=kind,
            name=name,
            doc=(cls.__dict__.get("__doc__") or "") if named else "",
            clause=cls.__dict__.get("clause", "") if named else "",
            extensible=bool(getattr(cls, "extensible", False)),
            fields=fields,
            names=names,
            named=named,
            utf8=issubclass(cls, char.UTF8String),
            utc=issubclass(cls, useful.UTCTime),
            bare=getattr(cls, "bare", ""),
        )
        _check(definition)
        return definition

    def _open_type(
        self,
        name: str,
        fields: tuple[Field, ...],
        label: str,
        by: str,
        types: dict[Any, type[base.Asn1Type]],
    ) -> tuple[Field, ...]:
        labels = [field.name for field in fields]
        if by not in labels or label not in labels[labels.index(by) + 1 :]:
            raise SchemaError(f"{name}.{label}: no field {by} before it")
        place, at = labels.index(by), labels.index(label)
        field = fields[at]
        if field.use.definition.kind is not Kind.ANY or field.use.tags or field.optional:
            raise SchemaError(f"{name}.{label}: not a mandatory ANY without tags")
        if fields[place].optional:
            raise SchemaError(f"{name}.{by}: tells a type and is optional")
        uses = {value: self.use(kind()) for value, kind in types.items()}
        told = msgspec.structs.replace(field, by=place, types=uses)
        return (*fields[:at], told, *fields[at + 1 :])

    def _field(self, named_type: namedtype.NamedType) -> Field:
        one: Any = named_type
        optional = bool(one.isOptional or one.isDefaulted)
        return Field(one.name, naming.attribute(one.name), self.use(one.asn1Object), optional)


def _classes(
    sources: Iterable[ModuleType | type[base.Asn1Type]],
) -> Iterator[type[base.Asn1Type]]:
    for source in sources:
        if isinstance(source, ModuleType):
            for value in vars(source).values():
                if isinstance(value, type) and issubclass(value, base.Asn1Type):
                    yield value
        else:
            yield source


def _union(definition: Definition) -> frozenset[bytes] | None:
    result: set[bytes] = set()
    for field in definition.fields:
        if field.use.firsts is None:
            return None
        result |= field.use.firsts
    return frozenset(result)


def _check(definition: Definition) -> None:
    """Refuse tags among which a decoder can not choose (X.680 25.5, 29.3)."""
    if len({field.attribute for field in definition.fields}) != len(definition.fields):
        raise SchemaError(f"{definition.name}: two fields with one attribute")
    grows = definition.extensible or definition.kind in (Kind.SEQUENCE, Kind.SET)
    if grows and any(field.name == "unknown" for field in definition.fields):
        raise SchemaError(f"{definition.name}: the name 'unknown' is taken")
    if definition.bare and all(field.name != definition.bare for field in definition.fields):
        raise SchemaError(f"{definition.name}: no alternative {definition.bare}")
    seen: set[bytes] = set()
    choice = definition.kind is Kind.CHOICE
    for field in definition.fields:
        firsts = field.use.firsts
        # An ANY takes what the fields before it do not.
        for first in firsts or ():
            if first in seen:
                raise SchemaError(
                    f"{definition.name}.{field.name}: ambiguous tag {first.hex()}"
                )
        if choice and firsts is None and field is not definition.fields[-1]:
            raise SchemaError(f"{definition.name}.{field.name}: ANY has to come last")
        seen |= firsts or set()
        if not choice and not field.optional and definition.kind is not Kind.SET:
            seen.clear()
