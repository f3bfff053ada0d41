"""An independent compiler as judge: types in ASN.1's own notation, and values in its terms.

Its grammar is written from the declarations, so it judges octets and not whether a type is
declared as the standard has it; for that there are the vectors. An ENUMERATED is an INTEGER
to it and a time a string, both under their own tags: so it takes any number and text.
"""

from __future__ import annotations

from typing import Any, Final

import asn1tools

from protocols.ber.model import Definition, Kind, Schema, Use
from protocols.ber.runtime import bits_contents

_CLASSES: Final = {0x00: "UNIVERSAL ", 0x40: "APPLICATION ", 0x80: "", 0xC0: "PRIVATE "}
_LEAVES: Final = {
    Kind.INTEGER: ("INTEGER", 0x02),
    Kind.ENUMERATED: ("INTEGER", 0x02),
    Kind.BOOLEAN: ("BOOLEAN", 0x01),
    Kind.OCTETS: ("OCTET STRING", 0x04),
    Kind.TEXT: ("IA5String", 0x16),
    Kind.TIME: ("VisibleString", 0x1A),
    Kind.BITS: ("BIT STRING", 0x03),
    Kind.OID: ("OBJECT IDENTIFIER", 0x06),
    Kind.NULL: ("NULL", 0x05),
    Kind.ANY: ("ANY", 0),
}
_CONSTRUCTED: Final = {Kind.SEQUENCE: 0x30, Kind.SEQUENCE_OF: 0x30, Kind.SET: 0x31}


class _Grammar:
    """The types of one schema in ASN.1's own notation."""

    def __init__(self, schema: Schema) -> None:
        self._lines: list[str] = []
        self._extra = 0
        for definition in schema.definitions.values():
            if definition.kind not in _LEAVES:
                self._lines.append(f"{definition.name} ::= {self._body(definition)}")
        for name, use in schema.roots.items():
            self._lines.append(f"Whole-{_text(name)} ::= {self._use(use)}")
        text = "\n".join(self._lines)
        self.text: Final = f"Judge DEFINITIONS EXPLICIT TAGS ::= BEGIN\n{text}\nEND\n"

    def _body(self, definition: Definition) -> str:
        if definition.kind is Kind.SEQUENCE_OF:
            return f"SEQUENCE OF {self._use(definition.element)}"
        fields = ", ".join(
            f"{field.name} {self._use(field.use)}{' OPTIONAL' if field.optional else ''}"
            for field in definition.fields
        )
        return f"{definition.kind.value} {{ {fields} }}"

    def _use(self, use: Use) -> str:
        definition = use.definition
        base, own = definition.name, _CONSTRUCTED.get(definition.kind, 0)
        if definition.kind in _LEAVES:
            base, own = _LEAVES[definition.kind]
        elif not definition.named:
            base = self._body(definition)
        tags = list(use.tags)
        if own:
            # The innermost tag takes the place of the type's own.
            innermost = tags.pop()
            if innermost != bytes((own,)):
                base = self._named(f"{_tag(innermost)} IMPLICIT {base}", needed=bool(tags))
        for number, tag in enumerate(reversed(tags), 1):
            base = self._named(f"{_tag(tag)} EXPLICIT {base}", needed=number < len(tags))
        return base

    def _named(self, text: str, *, needed: bool) -> str:
        """Give a type a name, since the judge takes one tag at a time."""
        if not needed:
            return text
        self._extra += 1
        self._lines.append(f"Tagged-{self._extra} ::= {text}")
        return f"Tagged-{self._extra}"


def grammar(schema: Schema) -> str:
    """Write the types of a schema as one ASN.1 module; roots are called ``Whole-NAME``."""
    return _Grammar(schema).text


class Judge:
    """Codec of the types of one schema, by another hand."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._compiled: Any = asn1tools.compile_string(grammar(schema), "ber")

    def encode(self, name: str, value: Any) -> bytes:
        """Write a value of the type."""
        return self._encoded(
            f"Whole-{_text(name)}", self.terms(self._schema.roots[name], value)
        )

    def _encoded(self, name: str, terms: Any) -> bytes:
        octets: bytes = bytes(self._compiled.encode(name, terms))
        return octets

    def decode(self, name: str, octets: bytes) -> Any:
        """Read a value of the type, in the judge's terms."""
        return self._compiled.decode(f"Whole-{_text(name)}", octets)

    def terms(self, use: Use, value: Any) -> Any:
        """Say a value in the judge's terms."""
        definition = use.definition
        match definition.kind:
            case Kind.SEQUENCE | Kind.SET:
                return self._record(definition, value)
            case Kind.CHOICE:
                name, chosen = value
                field = next(one for one in definition.fields if one.name == name)
                return name, self.terms(field.use, chosen)
            case Kind.SEQUENCE_OF:
                return [self.terms(definition.element, one) for one in value]
            case Kind.BITS:
                return bits_contents(value)[1:], len(value)
            case Kind.ENUMERATED:
                return int(value)
            case _:
                return value

    def _record(self, definition: Definition, value: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for field in definition.fields:
            component = getattr(value, field.attribute)
            if component is None and field.optional:
                continue
            use = field.use
            if field.by >= 0:
                use = field.told(getattr(value, definition.fields[field.by].attribute))
            shown[field.name] = self.terms(use, component)
            if field.by >= 0 and use.definition.kind is not Kind.ANY:
                whole = f"Whole-{_text(use.definition.name)}"
                shown[field.name] = self._encoded(whole, shown[field.name])
        return shown


def _tag(identifier: bytes) -> str:
    number = identifier[0] & 0x1F
    if number == 0x1F:
        number = 0
        for octet in identifier[1:]:
            number = number << 7 | octet & 0x7F
    return f"[{_CLASSES[identifier[0] & 0xC0]}{number}]"


def _text(name: str) -> str:
    return name.replace("_", "-")
