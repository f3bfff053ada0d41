"""Random values of a declared type, as records."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from protocols.ber import tlv
from protocols.ber.model import Kind, Use
from protocols.ber.reader import member
from protocols.ber.runtime import headers_of


def random_value(
    use: Use, draw: random.Random, classes: Mapping[str, Any], *, texts: str = "az09*# "
) -> Any:
    """Make a value that pyasn1 and our codec both can carry."""
    definition = use.definition

    def inner(other: Use) -> Any:
        return random_value(other, draw, classes, texts=texts)

    match definition.kind:
        case Kind.SEQUENCE | Kind.SET:
            likely = draw.choice((0.1, 0.5, 0.9))
            values: list[Any] = []
            tells = {field.by: field for field in definition.fields if field.by >= 0}
            for place, field in enumerate(definition.fields):
                if field.optional and draw.random() > likely:
                    values.append(None)
                elif place in tells and draw.random() < 0.9:
                    values.append(draw.choice([*tells[place].types]))
                else:
                    values.append(
                        inner(field.told(values[field.by]) if field.by >= 0 else field.use)
                    )
            return classes[definition.name](*values)
        case Kind.CHOICE:
            field = draw.choice(definition.fields)
            return field.name, inner(field.use)
        case Kind.SEQUENCE_OF:
            return tuple(inner(definition.element) for _ in range(draw.choice((0, 1, 2, 3, 7))))
        case Kind.INTEGER:
            bits = draw.choice((1, 7, 8, 9, 15, 16, 31, 63, 64, 200))
            return draw.getrandbits(bits) * draw.choice((1, -1))
        case Kind.ENUMERATED:
            number = draw.choice((*definition.names.values(), draw.randint(-300, 300)))
            return member(classes[definition.name], number)
        case Kind.BOOLEAN:
            return draw.random() < 0.5
        case Kind.OCTETS:
            return draw.randbytes(draw.choice((0, 1, 2, 4, 8, 130, 300)))
        case Kind.TEXT:
            return "".join(draw.choices(texts, k=draw.choice((0, 1, 4, 20, 140))))
        case Kind.TIME:
            return f"2024050607{draw.randint(1000, 5959)}"
        case Kind.BITS:
            return "".join(draw.choices("01", k=draw.choice((0, 1, 7, 8, 9, 18, 70))))
        case Kind.OID:
            arcs = [draw.getrandbits(draw.choice((1, 7, 8, 30, 120))) for _ in range(3)]
            return ".".join(map(str, (draw.randint(0, 2), draw.randint(0, 39), *arcs)))
        case Kind.NULL:
            return None
        case Kind.ANY:
            # A tag that no alternative before an ANY has.
            contents = draw.randbytes(draw.choice((0, 3, 130)))
            return headers_of((b"\xdd",), len(contents)) + contents


def indefinite(octets: bytes) -> bytes:
    """Write every constructed element with the indefinite length (X.690 8.1.3.6)."""
    out = b""
    at = 0
    while at < len(octets):
        one = tlv.read(octets, at, len(octets))
        end = one.end or len(octets)
        if one.identifier[0] & 0x20:
            out += one.identifier + b"\x80" + indefinite(octets[one.start : end]) + b"\0\0"
        else:
            out += octets[at:end]
        at = end
    return out
