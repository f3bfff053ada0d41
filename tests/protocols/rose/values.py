"""Values of pyasn1 types in the form of the shared vectors, both ways.

SEQUENCE is a dict of the fields present, SEQUENCE OF a list, a chosen alternative
``{"choice": name, "value": ..}``, octets ``{"octets": hex}``, bits ``{"bits": "01"}``, a time
``{"time": text}``, an ENUMERATED its name, or its number where it has no name.

pyasn1 0.6.5 fills in an absent OPTIONAL SEQUENCE whose fields are all optional when the
decoded object is encoded again, and encodes -128, -32768 ... one octet too long. Encoding
from the plain form avoids the first; the second cannot be avoided, no message holds one.
It also writes TRUE as 1 where every switch writes FF: the encoder here writes FF.
"""

from __future__ import annotations

from typing import Any

from pyasn1.codec.ber import decoder
from pyasn1.codec.ber import encoder as ber
from pyasn1.codec.cer import encoder as cer
from pyasn1.type import char, univ, useful


class _SingleItemEncoder(ber.SingleItemEncoder):
    TAG_MAP = {**ber.TAG_MAP, univ.Boolean.tagSet: cer.BooleanEncoder()}  # noqa: RUF012
    TYPE_MAP = {**ber.TYPE_MAP, univ.Boolean.typeId: cer.BooleanEncoder()}  # noqa: RUF012


class _Encoder(ber.Encoder):
    SINGLE_ITEM_ENCODER = _SingleItemEncoder


_encoder: Any = _Encoder()


def decode(octets: bytes, spec: Any) -> Any:
    """Read one value; every octet must be used."""
    value, rest = decoder.decode(octets, asn1Spec=spec)
    assert rest == b""
    return plain(value)


def encode(value: Any, spec: Any) -> bytes:
    """Write one value."""
    octets: bytes = _encoder(_for_pyasn1(value, spec), asn1Spec=spec)
    return octets


def plain(value: Any) -> Any:
    """Turn a decoded pyasn1 value into the form of the vectors."""
    if isinstance(value, univ.Choice):
        return {"choice": value.getName(), "value": plain(value.getComponent())}
    if isinstance(value, univ.Sequence):
        fields = {
            name: value.getComponentByName(name, default=None, instantiate=False)
            for name in value.componentType
        }
        return {name: plain(field) for name, field in fields.items() if field is not None}
    if isinstance(value, univ.SequenceOf):
        return [plain(element) for element in value]
    if isinstance(value, univ.Null):
        return None
    if isinstance(value, univ.BitString):
        return {"bits": value.asBinary() if len(value) else ""}
    if isinstance(value, useful.GeneralizedTime):
        return {"time": str(value)}
    if isinstance(value, char.AbstractCharacterString | univ.ObjectIdentifier):
        return str(value)
    if isinstance(value, univ.OctetString):
        return {"octets": bytes(value).hex()}
    if isinstance(value, univ.Enumerated):
        return value.namedValues.getName(value) or int(value)
    if isinstance(value, univ.Boolean):
        return bool(value)
    assert isinstance(value, univ.Integer)
    return int(value)


class _Fields(dict[str, Any]):
    """The fields of a SEQUENCE; pyasn1 asks for a field before it asks whether it is there."""

    def __missing__(self, name: str) -> None:
        return None


def _for_pyasn1(value: Any, spec: Any) -> Any:
    if isinstance(spec, univ.Choice):
        name = value["choice"]
        return {name: _for_pyasn1(value["value"], spec.componentType[name].asn1Object)}
    if isinstance(spec, univ.Sequence):
        return _Fields(
            (name, _for_pyasn1(field, spec.componentType[name].asn1Object))
            for name, field in value.items()
        )
    if isinstance(spec, univ.SequenceOf):
        return [_for_pyasn1(element, spec.componentType) for element in value]
    if isinstance(spec, univ.Null):
        return ""
    if isinstance(spec, univ.BitString):
        return f"'{value['bits']}'B"
    if isinstance(spec, useful.GeneralizedTime):
        return value["time"]
    if isinstance(spec, univ.OctetString) and isinstance(value, dict):
        return bytes.fromhex(value["octets"])
    if isinstance(spec, univ.Enumerated) and isinstance(value, str):
        return spec.namedValues[value]
    return value


def sample(spec: Any, *, full: bool) -> Any:
    """Make one value: with every optional field, or with none. A CHOICE takes its last form."""
    if isinstance(spec, univ.Choice):
        last = spec.componentType.namedTypes[-1]
        return {"choice": last.name, "value": sample(last.asn1Object, full=full)}
    if isinstance(spec, univ.Sequence):
        return {
            field.name: sample(field.asn1Object, full=full)
            for field in spec.componentType.namedTypes
            if full or not field.isOptional
        }
    if isinstance(spec, univ.SequenceOf):
        return [sample(spec.componentType, full=full)] * (2 if full else 0)
    if isinstance(spec, univ.Enumerated):
        return next(iter(spec.namedValues), 1)
    simple: dict[type, Any] = {
        univ.Null: None,
        univ.BitString: {"bits": "0100001"},
        useful.GeneralizedTime: {"time": "20240506070809"},
        char.AbstractCharacterString: "201",
        univ.ObjectIdentifier: "1.3.12.0.285",
        univ.Any: {"octets": "0500"},
        univ.OctetString: {"octets": "002a"},
        univ.Boolean: True,
        univ.Integer: 211,
    }
    return next(value for kind, value in simple.items() if isinstance(spec, kind))


def reachable(*specs: Any) -> dict[str, Any]:
    """Collect every type that the given ones are made of, themselves included, by class name.

    Two types of one name are an error: a record is named after its class.
    """
    found: dict[str, Any] = {}
    waiting = list(specs)
    while waiting:
        spec = waiting.pop()
        kind = type(spec)
        if found.setdefault(kind.__name__, kind) is not kind:
            raise AssertionError(f"two types are named {kind.__name__}")
        if isinstance(spec, univ.SequenceOf):
            parts = [spec.componentType]
        elif isinstance(spec, univ.Choice | univ.Sequence):
            parts = [field.asn1Object for field in spec.componentType.namedTypes]
        else:
            continue
        waiting += [part for part in parts if found.get(type(part).__name__) is not type(part)]
    return found


def first_tags(spec: Any) -> set[tuple[int, int]]:
    """Tell the tags (class, number) that a value can begin with."""
    if len(spec.tagSet):
        outer = spec.tagSet.superTags[-1]
        return {(outer.tagClass, outer.tagId)}
    if isinstance(spec, univ.Any):
        return set()
    return set().union(
        *(first_tags(field.asn1Object) for field in spec.componentType.namedTypes)
    )


def ambiguous_fields(spec: Any) -> list[str]:
    """Name the optional fields whose tag a later field of the same run also carries.

    A run ends with the next mandatory field: the tag alone tells which field comes next if
    no two fields of a run share one.
    """
    fields = spec.componentType.namedTypes
    clashes = []
    for position, field in enumerate(fields):
        if not field.isOptional:
            continue
        own = first_tags(field.asn1Object)
        for later in fields[position + 1 :]:
            if own & first_tags(later.asn1Object):
                clashes.append(f"{field.name}/{later.name}")
            if not later.isOptional:
                break
    return clashes
