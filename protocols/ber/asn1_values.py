"""Copies between pyasn1 values and records: for the slow path and for differential tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import base, char

from protocols.ber import tlv
from protocols.ber.model import Definition, Kind, Use
from protocols.ber.reader import member, text, text_octets
from protocols.errors import DecodeError

_ANY: Final = Definition(Kind.ANY, "ANY")


def from_asn1(use: Use, value: base.Asn1Item, classes: Mapping[str, type[Any]]) -> Any:
    """Copy a decoded pyasn1 value into the records of ``classes``.

    Raise ``DecodeError`` for an ANY that is not one element of definite length.
    """
    own: Any = value
    definition = use.definition
    match definition.kind:
        case Kind.CHOICE:
            name = own.getName()
            for field in definition.fields:
                if field.name == name:
                    return name, from_asn1(field.use, own.getComponent(), classes)
            raise AssertionError(name)
        case Kind.SEQUENCE | Kind.SET:
            values: list[Any] = []
            for field in definition.fields:
                # Reading a component in the ordinary way would make an absent one appear.
                one = own.getComponentByName(field.name, default=None, instantiate=False)
                absent = one is None or not one.isValue
                if not absent and field.by >= 0:
                    values.append(_told(field.told(values[field.by]), one, classes))
                    continue
                values.append(None if absent else from_asn1(field.use, one, classes))
            return classes[definition.name](*values)
        case Kind.SEQUENCE_OF:
            return tuple(from_asn1(definition.element, one, classes) for one in own)
        case _:
            return _leaf(definition, own, classes)


def _told(use: Use, value: Any, classes: Mapping[str, type[Any]]) -> Any:
    """Read what stands in an ANY whose type is told elsewhere."""
    # Of an ANY of indefinite length pyasn1 drops the ends: that is refused.
    octets = _leaf(_ANY, value, classes)
    if use.definition.kind is Kind.ANY:
        return octets
    inner, _ = decoder.decode(octets, asn1Spec=use.asn1)
    return from_asn1(use, inner, classes)


def _leaf(definition: Definition, own: Any, classes: Mapping[str, type[Any]]) -> Any:
    match definition.kind:
        case Kind.INTEGER:
            return int(own)
        case Kind.ENUMERATED:
            return member(classes[definition.name], int(own))
        case Kind.BOOLEAN:
            return bool(own)
        case Kind.OCTETS:
            return bytes(own)
        case Kind.TEXT | Kind.TIME:
            return text(own.asOctets(), definition)
        case Kind.BITS:
            return own.asBinary().rjust(len(own), "0") if len(own) else ""
        case Kind.OID:
            return ".".join(map(str, own.asTuple()))
        case Kind.NULL:
            return None
        case Kind.ANY:
            octets = bytes(own)
            if tlv.read(octets, 0, len(octets)).end != len(octets):
                raise DecodeError("ANY of indefinite length: not decodable", offset=0)
            return octets
        case _:
            raise AssertionError(definition.kind)


def to_asn1(use: Use, value: Any) -> base.Asn1Item:
    """Copy a record without unknown elements into a pyasn1 value.

    The result is what pyasn1's own encoder takes; ``value`` has to fit the type.
    """
    definition = use.definition
    own: Any = use.asn1
    match definition.kind:
        case Kind.CHOICE:
            choice = own.clone()
            name, chosen = value
            field = next(one for one in definition.fields if one.name == name)
            choice.setComponentByName(name, to_asn1(field.use, chosen))
            return _typed(choice)
        case Kind.SEQUENCE | Kind.SET:
            sequence = own.clone()
            # An empty SEQUENCE is a value only after this call.
            sequence.clear()
            for field in definition.fields:
                component = getattr(value, field.attribute)
                if field.by >= 0:
                    told = field.told(getattr(value, definition.fields[field.by].attribute))
                    if told.definition.kind is not Kind.ANY:
                        component = encoder.encode(to_asn1(told, component))
                if component is not None or not field.optional:
                    sequence.setComponentByName(field.name, to_asn1(field.use, component))
            return _typed(sequence)
        case Kind.SEQUENCE_OF:
            elements = own.clone()
            elements.clear()
            elements.extend(to_asn1(definition.element, one) for one in value)
            return _typed(elements)
        case Kind.NULL:
            return _typed(own.clone(""))
        case Kind.BITS:
            return _typed(own.clone(binValue=value))
        case Kind.TEXT | Kind.TIME:
            octets = text_octets(value, definition)
            return _typed(
                own.clone(octets if issubclass(type(own), char.UTF8String) else value)
            )
        case _:
            return _typed(own.clone(value))


def _typed(value: Any) -> base.Asn1Item:
    result: base.Asn1Item = value
    return result
