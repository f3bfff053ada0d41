"""The careful half of a generated codec module: errors, tolerance, slow path, JSON form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

from pyasn1.type import base

from protocols.ber import slow
from protocols.ber.model import Schema, Use
from protocols.ber.reader import NotPlain, Reader
from protocols.ber.slow import SlowPath
from protocols.ber.writer import Writer


class Codec:
    """Decoder and encoder of all types of some schema modules, by name of the type.

    Slow and exact: generated functions come here with what they have refused.
    """

    def __init__(
        self,
        sources: Iterable[ModuleType | type[base.Asn1Type]],
        classes: Mapping[str, Any],
    ) -> None:
        self._sources = tuple(sources)
        self.classes = classes
        """Records and enumerations by name; other names may stand there too."""

    @cached_property
    def schema(self) -> Schema:
        """The description of the types, made at the first need."""
        return Schema(self._sources)

    def use(self, name: str) -> Use:
        """Give the description of a type."""
        return self.schema.roots[name]

    def decode(self, name: str, octets: bytes, slow_path: SlowPath | None = None) -> Any:
        """Read one value of the type; raise ``DecodeError`` with the place of the fault.

        ``slow_path`` counts the message if pyasn1 has to read it.
        """
        use = self.use(name)
        try:
            return Reader(octets, self.classes).message(use)
        except NotPlain as why:
            if slow_path is not None:
                slow_path.count += 1
            return slow.decode(use, octets, why, self.classes)

    def encode(self, name: str, value: Any) -> bytes:
        """Write one value of the type; raise ``EncodeError`` for one that does not fit."""
        return Writer(self.classes).value(self.use(name), value, name)
