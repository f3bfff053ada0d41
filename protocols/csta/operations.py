"""Tables of operations: what the schemas of all phases declare, and codecs are made of."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pyasn1.type import base

from protocols.ber import naming
from protocols.rose.codec import Rose


class OperationSpec(NamedTuple):
    """One operation: its code on the line, its name, and what it carries.

    ``argument`` and ``result`` are the declared types, None where nothing is carried.
    ``clause`` names the module of the standard that defines the operation.
    """

    code: int
    name: str
    argument: type[base.Asn1Type] | None
    result: type[base.Asn1Type] | None
    clause: str


def rose_of(
    generated: Any,
    operations: Iterable[OperationSpec],
    errors: Mapping[int, type[base.Asn1Type]],
    members: type[enum.IntEnum],
) -> Rose:
    """Make the codec of the remote operations of one phase from its generated module.

    ``members`` has a member for each operation.
    """
    rose = Rose(generated.CODEC, generated.READERS, generated.WRITERS)
    for one in operations:
        rose.operation(
            members(one.code),
            one.name,
            one.argument.__name__ if one.argument else None,
            one.result.__name__ if one.result else None,
        )
    for code, parameter in errors.items():
        rose.error(code, naming.class_name(parameter.__name__))
    return rose
