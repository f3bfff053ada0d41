"""Careful decoder: a type's description and octets into a record, with exact errors.

It reads what a generated decoder has refused. It keeps elements that the schema does not
know, and leaves the indefinite form and segmented strings to the slow path.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from protocols.ber import runtime, tlv
from protocols.ber.model import STRINGS, Definition, Kind, Use
from protocols.errors import DecodeError


class NotPlain(Exception):  # noqa: N818 - not an error: another decoder knows the form
    """Legal BER that this decoder leaves to the slow path."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class Reader:
    """Decoder of one message."""

    def __init__(self, octets: bytes, classes: Mapping[str, type[Any]]) -> None:
        self._octets = octets
        self._classes = classes

    def message(self, use: Use) -> Any:
        """Read one value that fills all octets."""
        value, end = self.value(use, 0, len(self._octets))
        if end != len(self._octets):
            raise DecodeError(
                f"{len(self._octets) - end} octets after the end of {use.definition.name}",
                offset=end,
                clause=use.definition.clause,
            )
        return value

    def value(self, use: Use, at: int, limit: int) -> tuple[Any, int]:
        """Read the TLV at ``at``; give its value and the position after it."""
        definition = use.definition
        wrappers = use.tags
        leaf = definition.kind not in (Kind.CHOICE, Kind.ANY)
        ends: list[int] = []
        for number, tag in enumerate(wrappers):
            header = self._header(at, limit)
            if header.identifier != tag:
                own = leaf and number == len(wrappers) - 1
                if own and definition.kind in STRINGS and _segmented(header.identifier, tag):
                    raise NotPlain("string in segments", at)
                raise _unexpected(definition, header.identifier, at)
            at, limit = header.start, self._end(header)
            ends.append(limit)
        if leaf:
            result, at = self._contents(definition, at, limit), limit
        elif definition.kind is Kind.CHOICE:
            result, at = self._choice(definition, at, limit)
        else:
            result, at = self._raw(at, limit)
        # Tags around one another end together, and with what they hold.
        for end in reversed(ends):
            if at != end:
                raise _left_over(definition, at)
        return result, at

    def _header(self, at: int, limit: int) -> tlv.Tlv:
        header = tlv.read(self._octets, at, limit)
        if header.identifier == b"\x00":
            raise DecodeError(
                "end-of-contents octets in a definite length", offset=at, clause="X.690 8.1.5"
            )
        return header

    def _end(self, header: tlv.Tlv) -> int:
        if header.end is None:
            raise NotPlain("indefinite length", header.start - 1)
        return header.end

    def _raw(self, at: int, limit: int) -> tuple[bytes, int]:
        end = self._end(self._header(at, limit))
        return self._octets[at:end], end

    def _choice(self, definition: Definition, at: int, limit: int) -> tuple[Any, int]:
        header = self._header(at, limit)
        for field in definition.fields:
            if field.use.begins(header.identifier):
                value, end = self.value(field.use, at, limit)
                return (field.name, value), end
            if _segment_of(field.use, header.identifier):
                raise NotPlain("string in segments", at)
        if definition.extensible:
            octets, end = self._raw(at, limit)
            return ("unknown", octets), end
        raise _unexpected(definition, header.identifier, at)

    def _contents(self, definition: Definition, at: int, end: int) -> Any:
        match definition.kind:
            case Kind.SEQUENCE | Kind.SET:
                return self._components(definition, at, end)
            case Kind.SEQUENCE_OF:
                values = []
                element = definition.element
                while at < end:
                    value, at = self.value(element, at, end)
                    values.append(value)
                return tuple(values)
            case _:
                return _primitive(definition, self._octets[at:end], at, self._classes)

    def _components(self, definition: Definition, at: int, end: int) -> Any:
        """Read the components of a SEQUENCE; what fits nowhere is kept where it stood."""
        fields = definition.fields
        values: list[Any] = [None] * len(fields)
        found: set[int] = set()
        unknown: list[runtime.Unknown] = []
        strays: dict[int, tuple[int, bytes]] = {}
        place = 0
        while at < end:
            header = self._header(at, end)
            index = _component(definition, header.identifier, place, found)
            if index is None:
                strays.setdefault(place, (at, header.identifier))
                octets, at = self._raw(at, end)
                # A SET has no places: what is unknown is written after what is known.
                last = definition.kind is Kind.SET
                unknown.append((len(fields) if last else place, octets))
                continue
            use = fields[index].use
            if fields[index].by >= 0:
                use = fields[index].told(values[fields[index].by])
            values[index], at = self.value(use, at, end)
            found.add(index)
            if definition.kind is Kind.SEQUENCE:
                place = index + 1
        for index, field in enumerate(fields):
            if index in found or field.optional:
                continue
            where, stray = next(
                (stray for key, stray in strays.items() if key <= index), (end, b"")
            )
            instead = f", element {stray.hex()} stands there" if stray else ""
            raise DecodeError(
                f"{definition.name}: no {field.name}{instead}",
                offset=where,
                clause=definition.clause,
            )
        return self._classes[definition.name](*values, tuple(unknown))


def _segmented(identifier: bytes, tag: bytes) -> bool:
    """Tell whether ``identifier`` is the constructed form of the primitive ``tag``."""
    return identifier[0] == tag[0] | 0x20 and identifier[1:] == tag[1:]


def _segment_of(use: Use, identifier: bytes) -> bool:
    return (
        use.definition.kind in STRINGS
        and len(use.tags) == 1
        and _segmented(identifier, use.tags[0])
    )


def _component(
    definition: Definition, identifier: bytes, place: int, found: set[int]
) -> int | None:
    """Find the component from ``place`` on that an element is."""
    fields = definition.fields
    if definition.kind is Kind.SET:
        for index, field in enumerate(fields):
            if index not in found and (
                field.use.begins(identifier) or _segment_of(field.use, identifier)
            ):
                return index
        return None
    for index in range(place, len(fields)):
        field = fields[index]
        if field.use.begins(identifier) or _segment_of(field.use, identifier):
            return index
        if not field.optional:
            # A mandatory CHOICE that may grow takes what nothing behind it knows.
            rest = fields[index + 1 :]
            if (
                field.use.definition.extensible
                and not field.use.tags
                and not any(other.use.begins(identifier) for other in rest)
            ):
                return index
            return None
    return None


def _unexpected(definition: Definition, identifier: bytes, at: int) -> DecodeError:
    return DecodeError(
        f"{definition.name or definition.kind.value}: element {identifier.hex()} not expected",
        offset=at,
        clause=definition.clause,
    )


def _left_over(definition: Definition, at: int) -> DecodeError:
    return DecodeError(
        f"octets after {definition.name} inside its explicit tag",
        offset=at,
        clause="X.690 8.14.2",
    )


def _bad(what: str, at: int, clause: str) -> DecodeError:
    return DecodeError(what, offset=at, clause=f"X.690 {clause}")


def _primitive(
    definition: Definition, octets: bytes, at: int, classes: Mapping[str, type[Any]]
) -> Any:
    """Read the contents of a primitive type."""
    match definition.kind:
        case Kind.INTEGER | Kind.ENUMERATED:
            if not octets:
                raise _bad(f"{definition.kind.value} without contents", at, "8.3.1")
            number = int.from_bytes(octets, "big", signed=True)
            if definition.kind is Kind.ENUMERATED:
                return member(classes[definition.name], number)
            return number
        case Kind.BOOLEAN:
            if len(octets) != 1:
                raise _bad(f"BOOLEAN of {len(octets)} octets", at, "8.2.1")
            return octets != b"\x00"
        case Kind.OCTETS:
            return octets
        case Kind.TEXT | Kind.TIME:
            return text(octets, definition)
        case Kind.BITS:
            if not octets:
                raise _bad("BIT STRING without contents", at, "8.6.2.3")
            if octets[0] > 7 or (octets[0] and len(octets) == 1):
                what = f"{octets[0]} unused bits in {len(octets) - 1} octets"
                raise _bad(what, at, "8.6.2.2")
            return runtime.bits(octets)
        case Kind.OID:
            try:
                return runtime.oid(octets)
            except runtime.Retry:
                raise _bad("octets are no OBJECT IDENTIFIER", at, "8.19.2") from None
        case Kind.NULL:
            if octets:
                raise _bad("NULL with contents", at, "8.8.2")
            return None
        case _:
            raise AssertionError(definition.kind)


def member(listed: type[enum.IntEnum], number: int) -> int:
    """Give the ready member of an ENUMERATED, or the number where none is listed."""
    try:
        return listed(number)
    except (ValueError, TypeError):
        # TypeError: the enumeration has no members at all.
        return number


def text(octets: bytes, definition: Definition) -> str:
    """Read a character string: the octets are kept, whatever the type allows.

    Switches put octets above 0x7F into IA5String; they are read as ISO 8859-1.
    """
    if definition.utf8:
        return octets.decode("utf-8", "surrogateescape")
    return octets.decode("latin-1")


def text_octets(value: str, definition: Definition) -> bytes:
    """Undo ``text``; raise ``UnicodeEncodeError`` for a character that has no octet."""
    if definition.utf8:
        return value.encode("utf-8", "surrogateescape")
    return value.encode("latin-1")
