"""ASAI messages: Q.931 messages whose Facility element is of codeset 6 (S1 chapters 4 and 5).

``decode(encode(message)) == message`` for every message whose elements are in the order of
their identifiers, codeset 0 before codeset 6. ``encode(decode(octets)) == octets`` for octets
in the form that the manual prints; others are read too, and written back in that form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, TypeVar

import msgspec

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import Profile
from protocols.asai.elements import BY_VALUE, LONGEST_NUMBER, ROWS, is_number
from protocols.asai.names import ElementName, Operation
from protocols.errors import DecodeError, EncodeError
from protocols.q931 import messages as q931
from protocols.q931 import values as q

E = TypeVar("E")

SHORTEST: Final = 3
LONGEST: Final = 260
"""Octets of a message; a receiver ignores others (S1 2-55)."""
LONGEST_UUI: Final = 96
"""Octets of user-user data; 32 before link version 4."""
_ESCAPED: Final = 0x100
"""Added to a message type that stands behind the escape 00."""
_FACILITY: Final = (6, 0x1C)


class MessageType(IntEnum):
    """Message types (S1 4-5)."""

    RESTART = 0x46
    RESTART_ACKNOWLEDGE = 0x4E
    RELEASE_COMPLETE = 0x5A
    FACILITY = 0x62
    REGISTER = 0x64
    STATUS = 0x7D
    MANAGEMENT_INFORMATION = 0x1F7
    """F7 behind the escape 00. Whether 08 comes before it is not public."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message."""

    kind: int
    """A ``MessageType``, or another number of 0 to 255; 0x100 and more behind the escape."""
    crv: int = 0
    """Call reference value; 0 is the link as a whole."""
    flag: bool = False
    """False from the side that opened the association, True to it."""
    facility: c.Facility | None = None
    elements: tuple[v.Element, ...] = ()
    """Elements beside the Facility element, such as a cause without one."""
    crv_length: int = 1
    """Octets of the call reference value, 1 or 2 by administration of the link."""


def first(elements: Iterable[v.Element], kind: type[E]) -> E | None:
    """Give the first element of a type; ``None`` if there is none."""
    return next(every(elements, kind), None)


def every(elements: Iterable[v.Element], kind: type[E]) -> Iterator[E]:
    """Give all elements of a type, in their order."""
    return (element for element in elements if isinstance(element, kind))


class Codec:
    """Messages and octets, by the codes of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile: Final = profile
        self._rows: Final = {
            (row.codeset, self._number(row.identifier)): row
            for row in ROWS
            if isinstance(row.identifier, int) or profile.has(row.identifier)
        }

    def _number(self, identifier: int | ElementName) -> int:
        return self.profile.number(identifier)

    # Reading.

    def decode(self, octets: bytes) -> Message:
        """Read one message; raise ``DecodeError`` for what a receiver ignores.

        A Facility element that is no component is ``Unreadable`` in the message.
        """
        if not SHORTEST <= len(octets) <= LONGEST:
            raise DecodeError(f"message of {len(octets)} octets", offset=0, clause="S1 2-55")
        parsed = q931.parse(octets)
        told, reference = parsed.message, parsed.message.call_reference
        if reference.length not in (1, 2):
            raise DecodeError(
                f"call reference value of {reference.length} octets", offset=1, clause="S3 706"
            )
        if told.discriminator != q931.Q931 and told.national is None:
            raise DecodeError(
                f"protocol discriminator {told.discriminator:#04x}", offset=0, clause="S1 2-55"
            )
        kind = told.kind if told.national is None else _ESCAPED | told.national
        facility, elements = None, []
        for element in self._read(told.elements, parsed.findings, octets):
            if facility is None and isinstance(element, q931.Raw) and _is_facility(element):
                facility = self._facility(element.contents)
            elif facility is None and isinstance(element, v.Invalid) and _is_facility(element):
                problem = c.BADLY_STRUCTURED_COMPONENT
                facility = c.Unreadable(element.contents, None, problem, element.problem)
            else:
                elements.append(element)
        return Message(
            MessageType(kind) if kind in _TYPES else kind,
            reference.value,
            reference.flag,
            facility,
            tuple(elements),
            reference.length,
        )

    def _facility(self, contents: bytes) -> c.Facility:
        try:
            parts = c.read(contents)
            elements = self.read_field(parts.field or b"")
        except c.ComponentError as error:
            return c.Unreadable(contents, error.invoke_id, error.problem, str(error))
        operation = (
            None if parts.operation is None else self.profile.name(Operation, parts.operation)
        )
        invoke_id = parts.invoke_id
        if parts.problem is not None:
            return c.Reject(invoke_id, parts.problem)
        match parts.tag:
            case c.RESULT:
                return c.ReturnResult(invoke_id, operation, elements)
            case c.ERROR:
                return c.ReturnError(invoke_id, operation, elements)
            case _:
                return c.Invoke(invoke_id, operation, elements)

    def read_field(self, octets: bytes) -> tuple[v.Element, ...]:
        """Read the parameters of an operation."""
        return tuple(self._read(*q931.read_elements(octets), octets))

    def _read(
        self,
        elements: Iterable[q931.Element],
        findings: Iterable[q931.Finding],
        octets: bytes,
    ) -> Iterator[v.Element]:
        for element in elements:
            match element:
                case q931.Shift():
                    pass
                case q931.Verbatim(value):  # spare bits: nothing is rejected for them
                    yield _taken(value)
                case q931.Invalid(identifier, contents, problem):
                    yield v.Invalid(identifier, contents, 0, problem)
                case q931.Raw(identifier, contents, codeset):
                    yield self._own(codeset, identifier, contents) or element
                case q.CallIdentity(identity):
                    yield self._own(0, 0x10, identity) or element
                case _:
                    yield _taken(element)
        for finding in findings:
            if finding.fault is q931.Fault.TRUNCATED:
                rest = octets[finding.offset + 2 :]
                yield v.Invalid(finding.identifier, rest, finding.codeset, finding.detail)

    def _own(self, codeset: int, identifier: int, contents: bytes) -> v.Element | None:
        """Read an element of ASAI; ``None`` if it is not known."""
        row = self._rows.get((codeset, identifier))
        if row is None:
            return None
        try:
            value: v.Element = row.read(contents, self.profile)
            self._write(value)  # digits and lengths that ASAI does not take are as wrong
        except (DecodeError, EncodeError) as error:
            problem = f"{row.value.__name__}: {error}"
            return v.Invalid(identifier, contents, codeset, problem)
        return value

    # Writing.

    def encode(self, message: Message) -> bytes:
        """Give the octets of a message; raise ``EncodeError``.

        An ``AssignedCodeError``, which is one, says which code a strict profile lacks.
        """
        if message.crv_length not in (1, 2):
            raise EncodeError(f"call reference value of {message.crv_length} octets")
        elements = [self._write(element) for element in message.elements]
        if message.facility is not None:
            codeset, identifier = _FACILITY
            contents = self._contents(message.facility)
            elements.insert(0, q931.Raw(identifier, contents, codeset))
        escaped = message.kind & _ESCAPED
        octets = q931.encode(
            q931.Message(
                0 if escaped else message.kind,
                q931.CallReference(message.crv, message.flag, message.crv_length),
                q931.arrange(elements),
                national=message.kind ^ _ESCAPED if escaped else None,
            )
        )
        if len(octets) > LONGEST:
            raise EncodeError(f"message of {len(octets)} octets: {LONGEST} at most")
        return octets

    def _contents(self, facility: c.Facility) -> bytes:
        match facility:
            case c.Unreadable(octets):
                return octets
            case c.Reject(invoke_id, problem):
                return c.write(c.Parts(c.REJECT, invoke_id, problem=problem))
            case c.Invoke(invoke_id, operation, elements):
                return self._component(c.INVOKE, invoke_id, operation, elements)
            case c.ReturnResult(invoke_id, operation, elements):
                return self._component(c.RESULT, invoke_id, operation, elements)
            case c.ReturnError(invoke_id, operation, elements):
                return self._component(c.ERROR, invoke_id, operation, elements)

    def _component(
        self,
        tag: int,
        invoke_id: int | None,
        operation: Operation | int | None,
        elements: tuple[v.Element, ...],
    ) -> bytes:
        if operation is None:
            if tag != c.RESULT or elements:
                raise EncodeError("parameters have an operation")
            return c.write(c.Parts(tag, invoke_id))
        number = self.profile.number(operation)
        field = self.write_field(elements)
        told = field or (b"" if tag == c.RESULT else None)  # S1 4-47: there it is complete
        return c.write(c.Parts(tag, invoke_id, number, told))

    def write_field(self, elements: Iterable[v.Element]) -> bytes:
        """Give the octets of the parameters of an operation; raise ``EncodeError``."""
        arranged = q931.arrange(self._write(element) for element in elements)
        return q931.write_elements(arranged)

    def _write(self, element: v.Element) -> q931.Element:
        if isinstance(element, v.Invalid):
            return q931.Raw(element.identifier, element.contents, element.codeset)
        if (problem := _problem(element)) is not None:
            raise EncodeError(problem)
        row = BY_VALUE.get(type(element))
        if row is None:
            other: Any = element
            kept: q931.Element = other
            return kept
        contents = row.write(element, self.profile)
        return q931.Raw(self._number(row.identifier), contents, row.codeset)


_TYPES: Final = frozenset(int(kind) for kind in MessageType)


def _taken(element: q931.Element) -> v.Element:
    """Give an element of Q.931 as it is, or as invalid if ASAI does not take it."""
    if (problem := _problem(element)) is not None:
        octets = q931.write_elements([element])
        return v.Invalid(octets[0], octets[2:], 0, problem)
    kept: Any = element
    taken: v.Element = kept
    return taken


def _problem(element: object) -> str | None:
    """Tell what ASAI does not take in an element of Q.931; ``None`` if it takes it."""
    match element:
        case q.Number(digits=told) if not is_number(told):
            return f"number {told!r}: {LONGEST_NUMBER} of 0-9, # and * at most"
        case q.UserUser(data=data) if len(data) > LONGEST_UUI:
            return f"user-user data of {len(data)} octets: {LONGEST_UUI} at most"
        case _:
            return None


def _is_facility(element: q931.Raw | v.Invalid) -> bool:
    return (element.codeset, element.identifier) == _FACILITY
