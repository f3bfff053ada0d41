"""Careful encoder: a record into octets by its type's description, with exact errors.

It writes what a generated encoder has refused: records with unknown elements, values of an
unusual form, and the error for a value that does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocols.ber import runtime, tlv
from protocols.ber.model import Definition, Kind, Use
from protocols.ber.reader import text_octets
from protocols.ber.runtime import headers_of, integer_contents
from protocols.errors import DecodeError, EncodeError


class Writer:
    """Encoder of one message."""

    def __init__(self, classes: Mapping[str, type[Any]]) -> None:
        self._classes = classes

    def value(self, use: Use, value: Any, path: str) -> bytes:
        """Write one value; ``path`` is where it stands, for the error."""
        definition = use.definition
        if definition.kind is Kind.CHOICE:
            contents = self._choice(definition, value, path)
        elif definition.kind is Kind.ANY:
            contents = raw(value, path)
        else:
            contents = self._contents(definition, value, path)
        return headers_of(use.tags, len(contents)) + contents

    def _choice(self, definition: Definition, value: Any, path: str) -> bytes:
        if not (isinstance(value, tuple) and len(value) == 2):
            raise _wrong(definition, value, path)
        name, chosen = value
        for field in definition.fields:
            if field.name == name:
                return self.value(field.use, chosen, f"{path}.{name}")
        if definition.extensible and name == "unknown":
            return raw(chosen, f"{path}.unknown")
        raise EncodeError(f"{path}: {definition.name} has no alternative {name!r}")

    def _contents(self, definition: Definition, value: Any, path: str) -> bytes:
        match definition.kind:
            case Kind.SEQUENCE | Kind.SET:
                return self._components(definition, value, path)
            case Kind.SEQUENCE_OF:
                if not isinstance(value, tuple | list):
                    raise _wrong(definition, value, path)
                element = definition.element
                return b"".join(
                    self.value(element, one, f"{path}[{index}]")
                    for index, one in enumerate(value)
                )
            case _:
                return primitive(definition, value, path)

    def _components(self, definition: Definition, value: Any, path: str) -> bytes:
        if not isinstance(value, self._classes[definition.name]):
            raise _wrong(definition, value, path)
        own: Any = value
        places: dict[int, list[bytes]] = {}
        try:
            for place, octets in own.unknown:
                if not 0 <= place <= len(definition.fields):
                    raise EncodeError(f"{path}.unknown: no place {place}")
                places.setdefault(place, []).append(raw(octets, f"{path}.unknown"))
        except (TypeError, ValueError):
            raise EncodeError(f"{path}.unknown: not pairs of place and octets") from None
        parts: list[bytes] = []
        for index, field in enumerate(definition.fields):
            parts += places.get(index, ())
            component = getattr(own, field.attribute)
            use = field.use
            if field.by >= 0:
                use = field.told(getattr(own, definition.fields[field.by].attribute))
            if component is None and (field.optional or use.definition.kind is not Kind.NULL):
                if field.optional:
                    continue
                raise EncodeError(f"{path}.{field.name}: missing")
            parts.append(self.value(use, component, f"{path}.{field.name}"))
        parts += places.get(len(definition.fields), ())
        return b"".join(parts)


def primitive(definition: Definition, value: Any, path: str) -> bytes:
    """Write the contents of a primitive type."""
    try:
        match definition.kind, value:
            case (Kind.INTEGER | Kind.ENUMERATED, int()):
                return integer_contents(value)
            case Kind.BOOLEAN, bool() | 0 | 1:
                return b"\xff" if value else b"\x00"
            case Kind.OCTETS, bytes():
                return value
            case (Kind.TEXT | Kind.TIME, str()):
                return text_octets(value, definition)
            case Kind.BITS, str():
                return runtime.bits_contents(value)
            case Kind.OID, str():
                return runtime.oid_contents(value)
            case Kind.NULL, None:
                return b""
            case _:
                raise _wrong(definition, value, path)
    except (runtime.Retry, UnicodeEncodeError):
        raise EncodeError(f"{path}: {_shown(value)} is no {definition.kind.value}") from None


def raw(octets: Any, path: str) -> bytes:
    """Check octets that are written as they are: they have to be exactly one element."""
    if not isinstance(octets, bytes):
        raise EncodeError(f"{path}: {_shown(octets)} is not octets")
    try:
        header = tlv.read(octets, 0, len(octets))
    except DecodeError as error:
        raise EncodeError(f"{path}: {error}") from None
    if header.identifier == b"\x00" or header.end != len(octets):
        raise EncodeError(f"{path}: octets are not one element of definite length")
    return octets


def _shown(value: object) -> str:
    # A long integer has no decimal text within Python's limits.
    if isinstance(value, str | bytes) or (isinstance(value, int) and abs(value) < 1 << 64):
        return f"{value[:60] if isinstance(value, str | bytes) else value!r}"
    return type(value).__name__


def _wrong(definition: Definition, value: object, path: str) -> EncodeError:
    return EncodeError(f"{path}: {_shown(value)} is no {definition.name}")
