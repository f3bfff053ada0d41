"""How the contents of each element are read and written under one profile."""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from protocols.errors import EncodeError
from protocols.meridian.formats import LONGEST
from protocols.meridian.profile import Profile
from protocols.meridian.table import ELEMENTS, Element
from protocols.meridian.values import Cause

Read = Callable[[bytes], Any]
"""Contents to value; raises ``ValueError``."""
Write = Callable[[Any], bytes]
"""Value to the whole element; raises ``EncodeError``."""


class Coding:
    """Readers and writers of all elements, and what their numbers stand for."""

    def __init__(self, profile: Profile) -> None:
        self.ids = profile.numbers()
        """Number of each element."""
        self.meanings: dict[str, dict[int, Any]] = {}
        """What the number of an element stands for, by the element's name."""
        self.readers: dict[str, Read] = {}
        self.writers: dict[str, Write] = {}
        for name, element in ELEMENTS.items():
            numbers = _numbers(element, profile)
            self.meanings[name] = {number: value for value, number in numbers.items()}
            self.readers[name] = _reader(element, self.meanings[name])
            self.writers[name] = _writer(element, self.ids[name], numbers)


def _numbers(element: Element, profile: Profile) -> dict[Any, int]:
    if element.meaning is None:
        return {}
    if issubclass(element.meaning, StrEnum):
        return dict(profile.codes(element.meaning))
    return {False: 0, True: 1}


def _reader(element: Element, meanings: dict[int, Any]) -> Read:
    read = element.coding.read
    match element.format:
        case _ if element.meaning is None:
            return read
        case "cause":
            return lambda octets: _cause(read(octets), meanings)
        case "list_u8":
            return lambda octets: tuple(meanings.get(one, one) for one in octets)
        case _:
            return lambda octets: _meaning(read(octets), meanings)


def _cause(told: tuple[int, int | None], meanings: dict[int, Any]) -> Cause:
    reason, element = told
    return Cause(meanings.get(reason, reason), element)


def _meaning(number: int, meanings: dict[int, Any]) -> Any:
    if number not in meanings:
        raise ValueError(f"{number} has no meaning")
    return meanings[number]


def _writer(element: Element, number: int, numbers: dict[Any, int]) -> Write:
    contents = _contents(element, numbers)

    def write(value: Any) -> bytes:
        try:
            octets = contents(value)
        except (ValueError, TypeError, AttributeError, KeyError, struct.error) as error:
            raise EncodeError(f"{element.name}: {value!r} has no octets: {error}") from None
        if len(octets) > LONGEST:
            raise EncodeError(f"{element.name}: {len(octets)} octets, at most {LONGEST}")
        return bytes((number, len(octets))) + octets

    return write


def _contents(element: Element, numbers: dict[Any, int]) -> Write:
    write = element.coding.write

    def code(value: Any) -> int:
        return value if element.open and not isinstance(value, StrEnum) else numbers[value]

    match element.format:
        case _ if element.meaning is None:
            return write
        case "cause":
            return lambda cause: write((code(cause.reason), cause.element))
        case "list_u8":
            return lambda values: write([code(one) for one in values])
        case _:
            return lambda value: write(code(value))
