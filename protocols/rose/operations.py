"""What the operations of one protocol carry, by operation code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from protocols.ber.codec import Codec
from protocols.ber.model import Kind
from protocols.ber.writer import raw


class Carried(msgspec.Struct, frozen=True):
    """How one operation's argument, result or parameter is read and written."""

    code: int
    """Member of the protocol's enumeration."""
    name: str
    """Name of the type."""
    read: Callable[[bytes, int, int], Any]
    write: Callable[[Any], bytes]
    absent: object
    """What stands for no value: ``UNSET`` where ``None`` is a value."""


class Operations:
    """The operations and errors of one protocol."""

    def __init__(
        self,
        codec: Codec,
        readers: Mapping[str, Callable[[bytes, int, int], Any]],
        writers: Mapping[str, Callable[[Any], bytes]],
    ) -> None:
        self.codec = codec
        self._readers = readers
        self._writers = writers
        self.arguments: dict[int, Carried] = {}
        """By operation code, as ``results`` and ``names``."""
        self.results: dict[int, Carried] = {}
        self.errors: dict[int, Carried] = {}
        """By error code."""
        self.codes: dict[int, int] = {}
        """Members of the protocol's enumeration by operation code."""
        self.names: dict[int, str] = {}

    def operation(self, code: int, name: str, argument: str | None, result: str | None) -> None:
        """Make an operation known: ``code`` is its member, the others are names of types."""
        self.codes[code] = code
        self.names[code] = name
        if argument is not None:
            self.arguments[code] = self._carried(code, argument)
        if result is not None:
            self.results[code] = self._carried(code, result)

    def error(self, code: int, parameter: str) -> None:
        """Make an error known by the name of its parameter's type."""
        self.errors[code] = self._carried(code, parameter)

    def _carried(self, code: int, name: str) -> Carried:
        null = self.codec.use(name).definition.kind is Kind.NULL
        absent = UNSET if null else None
        return Carried(code, name, self._readers[name], self._writers[name], absent)

    def element(self, table: dict[int, Carried], code: int, value: Any) -> bytes | None:
        """Write what an APDU carries the careful way; ``None`` if it carries nothing."""
        carried = table.get(code)
        if value is (None if carried is None else carried.absent):
            return None
        if carried is None:
            return raw(value, "value")
        return self.codec.encode(carried.name, value)
