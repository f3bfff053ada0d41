"""Codes of ASAI by name: one profile, each code with a mark that says how it is known.

Many codes are not public. Those stand here with numbers that this project assigned, so that
both ends of a laboratory agree; no real switch knows them. A profile that is *strict* has no
number for them: it refuses to write them, by name, and reads none of them out of what a real
switch sent. Whoever knows a number, from a licensed manual or from a trace, gives it to
``Profile.with_codes``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from protocols.asai.names import (
    KINDS,
    CallOptionName,
    DomainType,
    ElementName,
    FeatureName,
    Name,
    Operation,
)
from protocols.errors import EncodeError

N = TypeVar("N", bound=Name)


class Mark(StrEnum):
    """How a code is known."""

    CONFIRMED = "confirmed"
    """A public document says it, or a trace shows it with its name."""
    INFERRED = "inferred"
    """It follows from public documents; none says it."""
    ASSIGNED = "assigned"
    """This project chose the number: a placeholder."""


class Code(msgspec.Struct, frozen=True, gc=False):
    """One code."""

    name: Name
    value: int
    mark: Mark
    evidence: str = ""
    """Document and page; empty for an assigned code."""


class AssignedCodeError(EncodeError):
    """A strict profile has no number for a name."""

    def __init__(self, name: Name) -> None:
        super().__init__(f"{kind_of(name)} {name}: its code is not public, and none is given")
        self.name = name


def kind_of(name: Name) -> str:
    """Give the kind of a name in words, as configuration and messages have it."""
    return next(kind for kind, names in KINDS.items() if isinstance(name, names))


_C, _I = Mark.CONFIRMED, Mark.INFERRED

_KNOWN: Final = (
    Code(Operation.RECONNECT, 0x86, _C, "S1 5-47"),
    Code(Operation.MERGE, 0x89, _C, "S1 5-87"),
    Code(Operation.VALUE_QUERY, 0x8C, _C, "S1 5-157"),
    Code(Operation.REQUEST_FEATURE, 0x8F, _C, "S1 5-127"),
    Code(Operation.EVENT_REPORT, 0x95, _C, "S1 5-6"),
    Code(Operation.TAKE_CONTROL, 0xB6, _C, "S1 5-57"),
    Code(Operation.ABORT, 0xBE, _C, "S1 5-97"),
    Code(Operation.DOMAIN_CONTROL, 0xC4, _I, "S7 8-200, value without its name"),
    Code(Operation.AUTO_DIAL, 0xC6, _C, "S1 5-77"),
    Code(DomainType.EXTENSION, 0x83, _I, "S7 8-200, value without its name"),
    Code(DomainType.TRUNK_ACCESS_CODE, 0x89, _C, "S1 5-77"),
    Code(FeatureName.CANCEL_SEND_ALL_CALLS, 0x8D, _C, "S1 5-127"),
    Code(CallOptionName.PRIORITY, 0x83, _C, "S1 5-77"),
    Code(CallOptionName.RETURN_ACKNOWLEDGEMENT, 0x8C, _C, "S1 5-77"),
    Code(ElementName.USER_ENTERED_CODE, 0x02, _C, "S1 4-76"),
    Code(ElementName.RESOURCE_STATUS, 0x03, _C, "S1 ch. 4"),
    Code(ElementName.VERSION, 0x1B, _C, "S1 5-187"),
    Code(ElementName.FACILITY, 0x1C, _C, "S1 4-40"),
    Code(ElementName.PARTY_IDENTIFIER, 0x44, _C, "S1 5-47"),
    Code(ElementName.SPECIFIC_EVENT, 0x47, _C, "S1 5-27"),
    Code(ElementName.FEATURE, 0x48, _C, "S1 5-127"),
    Code(ElementName.DOMAIN, 0x49, _C, "S1 ch. 4"),
    Code(ElementName.CALL_OPTION, 0x4B, _C, "S1 5-77"),
    Code(ElementName.ITEM, 0x4D, _C, "S1 4-56"),
    Code(ElementName.SERVICE_CIRCUIT, 0x4E, _C, "S1 4-67"),
    Code(ElementName.MESSAGE_WAITING_STATUS, 0x4F, _C, "S1 5-157"),
    Code(ElementName.GENERIC_BILLING_DATA, 0x56, _C, "S1 ch. 4"),
)
"""What is public."""

_FIRST: Final[Mapping[type[Name], int]] = {
    Operation: 0xD0,
    ElementName: 0x30,  # the old party comes before the party, 44 (S1 5-87)
}
"""First assigned number of a kind, away from the known ones; 0xA1 for any other."""


def _assigned() -> list[Code]:
    """Give numbers to the names that have no public code, in their order."""
    known = {code.name for code in _KNOWN}
    codes: list[Code] = []
    for names in KINDS.values():
        unknown = (name for name in names if name not in known)
        first = _FIRST.get(names, 0xA1)
        codes += [
            Code(name, value, Mark.ASSIGNED) for value, name in enumerate(unknown, start=first)
        ]
    return codes


class Profile:
    """The codes that one end uses."""

    def __init__(self, codes: Iterable[Code], *, strict: bool = False) -> None:
        """Take the codes; raise ``ValueError`` where two of a kind have one number."""
        self.strict: Final = strict
        self.codes: Final = tuple(codes)
        usable = [code for code in self.codes if not (strict and code.mark is Mark.ASSIGNED)]
        self._values: Final = {code.name: code.value for code in usable}
        self._names: Final[dict[tuple[str, int], Name]] = {}
        for code in usable:
            key = kind_of(code.name), code.value
            if not 0 <= code.value <= 0xFF:
                raise ValueError(f"{key[0]} {code.name}: {code.value} is no octet")
            if (other := self._names.setdefault(key, code.name)) is not code.name:
                raise ValueError(f"{key[0]} {code.name}, {other}: both {code.value:#04x}")

    def has(self, name: Name) -> bool:
        """Tell whether a name has a number here."""
        return name in self._values

    def number(self, name: Name | int) -> int:
        """Give the number of a name, or a number as it is; raise ``AssignedCodeError``."""
        if not isinstance(name, Name):
            return name
        try:
            return self._values[name]
        except KeyError:
            raise AssignedCodeError(name) from None

    def name(self, kind: type[N], number: int) -> N | int:
        """Give the name of a number, or the number where it has none."""
        found = self._names.get((_KIND_NAMES[kind], number))
        return found if isinstance(found, kind) else number

    def counts(self) -> dict[Mark, int]:
        """Count the codes by their marks."""
        counted = Counter(code.mark for code in self.codes)
        return {mark: counted[mark] for mark in Mark}

    def with_codes(
        self, given: Mapping[str, Mapping[str, int]], *, strict: bool | None = None
    ) -> Profile:
        """Give a profile with numbers that somebody knows: kind to name to number.

        Such a number counts as confirmed. One that an assigned code has moves that code
        away. Raise ``ValueError`` for a kind or name that there is not, or a wrong number.
        """
        told: dict[Name, int] = {}
        for kind, numbers in given.items():
            if kind not in KINDS:
                raise ValueError(f"{kind}: no such kind; there are {', '.join(KINDS)}")
            for word, number in numbers.items():
                if word not in {str(name) for name in KINDS[kind]}:
                    raise ValueError(f"{kind}.{word}: no such name")
                told[KINDS[kind](word)] = number
        codes = [
            Code(code.name, told[code.name], Mark.CONFIRMED, "site")
            if code.name in told
            else code
            for code in self.codes
        ]
        return Profile(_apart(codes), strict=self.strict if strict is None else strict)


def _apart(codes: list[Code]) -> list[Code]:
    """Move assigned codes away from numbers that others of their kind have."""
    taken: dict[str, set[int]] = {}
    for code in codes:
        if code.mark is not Mark.ASSIGNED:
            taken.setdefault(kind_of(code.name), set()).add(code.value)
    apart: list[Code] = []
    for code in codes:
        numbers = taken.setdefault(kind_of(code.name), set())
        value = code.value
        if code.mark is Mark.ASSIGNED:
            last = 0x7F if isinstance(code.name, ElementName) else 0xFF
            while value in numbers:
                value = value % last + 1
            numbers.add(value)
        apart.append(msgspec.structs.replace(code, value=value))
    return apart


_KIND_NAMES: Final[dict[type[Name], str]] = {names: kind for kind, names in KINDS.items()}

LABORATORY: Final = Profile((*_KNOWN, *_assigned()))
"""Every code: for simulators, demonstrations and tests, never for a real switch."""
STRICT: Final = LABORATORY.with_codes({}, strict=True)
"""The public codes alone: for a real switch."""
