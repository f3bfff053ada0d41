"""Q.931 messages (ITU-T Q.931 (05/98) clause 4, Q.932 (05/98) clause 8).

A message is a header and its elements in their order, shifts among them, so that
``encode(decode(octets)) == octets`` for every message that ``decode`` returns, whatever its
elements, and ``decode(encode(message)) == message`` for every message that ``encode`` takes
and whose elements are in the form that ``decode`` gives them: a known element by its value; one
whose octets are not those of its value's only form as ``Verbatim``; one without a known
meaning as ``Raw``; one whose contents are wrong as ``Invalid``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Any, Final, TypeVar, get_args

import msgspec

from protocols.errors import DecodeError, EncodeError, TruncatedError
from protocols.q931 import table
from protocols.q931.values import Single, Value, Variable

Q931: Final = 0x08
"""Protocol discriminator of call control messages."""
MAINTENANCE: Final = 0x03
"""Protocol discriminator of maintenance messages of some networks."""


class MessageType(IntEnum):
    """Message types of Q.931 (table 4-2) and Q.932 (8.1)."""

    ALERTING = 0x01
    CALL_PROCEEDING = 0x02
    PROGRESS = 0x03
    SETUP = 0x05
    CONNECT = 0x07
    SETUP_ACKNOWLEDGE = 0x0D
    CONNECT_ACKNOWLEDGE = 0x0F
    USER_INFORMATION = 0x20
    SUSPEND_REJECT = 0x21
    RESUME_REJECT = 0x22
    HOLD = 0x24
    SUSPEND = 0x25
    RESUME = 0x26
    HOLD_ACKNOWLEDGE = 0x28
    SUSPEND_ACKNOWLEDGE = 0x2D
    RESUME_ACKNOWLEDGE = 0x2E
    HOLD_REJECT = 0x30
    RETRIEVE = 0x31
    RETRIEVE_ACKNOWLEDGE = 0x33
    RETRIEVE_REJECT = 0x37
    DISCONNECT = 0x45
    RESTART = 0x46
    RELEASE = 0x4D
    RESTART_ACKNOWLEDGE = 0x4E
    RELEASE_COMPLETE = 0x5A
    SEGMENT = 0x60
    FACILITY = 0x62
    REGISTER = 0x64
    NOTIFY = 0x6E
    STATUS_ENQUIRY = 0x75
    CONGESTION_CONTROL = 0x79
    INFORMATION = 0x7B
    STATUS = 0x7D


class CallReference(msgspec.Struct, frozen=True, gc=False):
    """Call reference (4.3)."""

    value: int = 0
    """0 is the global reference, of the interface as a whole."""
    flag: bool = False
    """False from the side that made the reference, True to it."""
    length: int = 1
    """Octets, 0 to 15; 0 is the dummy reference, without value and flag."""

    @property
    def dummy(self) -> bool:
        """Whether the message belongs to no call at all."""
        return not self.length

    @property
    def is_global(self) -> bool:
        """Whether the message is of the interface as a whole."""
        return self.length > 0 and not self.value

    def answer(self) -> CallReference:
        """Give the reference that an answer carries."""
        return self if self.dummy else CallReference(self.value, not self.flag, self.length)


class Shift(msgspec.Struct, frozen=True, gc=False):
    """Shift: what codeset the following elements, or the next one, are of (4.5.2 to 4.5.4)."""

    codeset: int
    locking: bool = True


class Raw(msgspec.Struct, frozen=True, gc=False):
    """An element without a known meaning, kept as it is."""

    identifier: int
    """Of an element of one octet the whole octet."""
    contents: bytes = b""
    """Empty for an element of one octet."""
    codeset: int = 0


class Verbatim(msgspec.Struct, frozen=True, gc=False):
    """A known element in octets that are right, and not those that ``encode`` would write."""

    value: Variable
    contents: bytes


class Invalid(msgspec.Struct, frozen=True, gc=False):
    """A known element whose contents are wrong, kept as it is."""

    identifier: int
    contents: bytes
    problem: str = msgspec.field(default="")
    """What is wrong, for people."""


Element = Value | Shift | Raw | Verbatim | Invalid
V = TypeVar("V")


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message."""

    kind: int
    """A ``MessageType``, or another number of 0 to 255."""
    call_reference: CallReference = CallReference()
    elements: tuple[Element, ...] = ()
    discriminator: int = Q931
    national: int | None = None
    """Message type after the escape 00."""

    def first(self, kind: type[V]) -> V | None:
        """Give the first element of a type by its value; ``None`` if there is none."""
        return next(self.all(kind), None)

    def all(self, kind: type[V]) -> Iterator[V]:
        """Give all elements of a type by their values, in their order."""
        for element in self.elements:
            value = element.value if isinstance(element, Verbatim) else element
            if isinstance(value, kind):
                yield value

    def of_codeset(self, codeset: int) -> list[Raw]:
        """Give the elements of a codeset that is not 0."""
        return [
            element
            for element in self.elements
            if isinstance(element, Raw) and element.codeset == codeset
        ]


class Fault(IntEnum):
    """What is wrong with an element."""

    TRUNCATED = 1
    """It is longer than the message."""
    UNKNOWN = 2
    """Its identifier has no row."""
    CONTENTS = 3
    """Its contents, or their length, are wrong."""
    ORDER = 4
    """It comes after one with a higher identifier."""
    SHIFT = 5
    """A shift goes down, is followed by nothing, or by another shift."""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """Something wrong with an element of a message."""

    fault: Fault
    codeset: int
    identifier: int
    offset: int
    """Octets of the message before the element."""
    detail: str = ""


class Parsed(msgspec.Struct, frozen=True, gc=False):
    """A message as far as it can be read, and what is wrong with it."""

    message: Message
    """Without an element that is longer than the message."""
    findings: tuple[Finding, ...] = ()


_SINGLE: Final = get_args(Single)
_VARIABLE: Final = get_args(Variable)
_TYPES: Final[dict[int, int]] = {kind.value: kind for kind in MessageType}
_SHIFT: Final = 0x90


def decode(octets: bytes) -> Message:
    """Read one message; raise ``DecodeError`` if there is none, or if its last is cut off."""
    parsed = parse(octets)
    for finding in parsed.findings:
        if finding.fault is Fault.TRUNCATED:
            raise TruncatedError(finding.detail, offset=finding.offset, clause="Q.931 4.5.1")
    return parsed.message


def parse(octets: bytes) -> Parsed:
    """Read one message as far as it goes; raise ``DecodeError`` if there is no header.

    A receiver ignores what has none (5.8.1 to 5.8.3.1).
    """
    if len(octets) < 3:
        raise TruncatedError(
            "message ends inside its header", offset=len(octets), clause="Q.931 5.8.2"
        )
    if octets[0] not in (Q931, MAINTENANCE):
        raise DecodeError(
            f"protocol discriminator {octets[0]:#04x}", offset=0, clause="Q.931 5.8.1"
        )
    length = octets[1]
    if length > 15:
        raise DecodeError(
            f"call reference length octet {length:#04x}", offset=1, clause="Q.931 5.8.3.1"
        )
    at = 2 + length
    if len(octets) <= at:
        raise TruncatedError(
            "message ends inside its header", offset=len(octets), clause="Q.931 5.8.2"
        )
    kind, at, national = octets[at], at + 1, None
    if not kind and at < len(octets):
        national, at = octets[at], at + 1
    elements, findings = read_elements(octets, at)
    reference = _reference(octets[2 : 2 + length])
    message = Message(_TYPES.get(kind, kind), reference, elements, octets[0], national)
    return Parsed(message, findings)


def read_elements(
    octets: bytes, at: int = 0
) -> tuple[tuple[Element, ...], tuple[Finding, ...]]:
    """Read elements from ``at`` to the end, beginning in codeset 0, as far as it goes."""
    return _Walk(octets, at).run()


def _reference(octets: bytes) -> CallReference:
    if not octets:
        return CallReference(length=0)
    flag = octets[0] >= 0x80
    value = int.from_bytes(bytes((octets[0] & 0x7F,)) + octets[1:], "big")
    return CallReference(value, flag, len(octets))


class _Walk:
    """A way through the elements of one message."""

    def __init__(self, octets: bytes, at: int) -> None:
        self._octets = octets
        self._at = at
        self._locked = 0
        """Codeset of the last locking shift."""
        self._next: int | None = None
        """Codeset of the next element alone."""
        self._highest = -1
        """Identifier of the last element of the locked codeset."""
        self._elements: list[Element] = []
        self._findings: list[Finding] = []

    def run(self) -> tuple[tuple[Element, ...], tuple[Finding, ...]]:
        """Read all elements."""
        while self._at < len(self._octets):
            octet = self._octets[self._at]
            if octet & 0xF0 == _SHIFT:
                self._shift(octet)
            elif octet & 0x80:
                self._one(octet)
            elif not self._variable(octet):
                break
        if self._next is not None:
            self._find(Fault.SHIFT, self._next, _SHIFT, "nothing follows a shift")
        return tuple(self._elements), tuple(self._findings)

    def _find(self, fault: Fault, codeset: int, identifier: int, detail: str) -> None:
        self._findings.append(Finding(fault, codeset, identifier, self._at, detail))

    def _codeset(self) -> int:
        """Give the codeset of the element that follows."""
        codeset, self._next = self._next, None
        return self._locked if codeset is None else codeset

    def _shift(self, octet: int) -> None:
        codeset, locking = octet & 0x07, not octet & 0x08
        if self._next is not None:
            self._find(Fault.SHIFT, self._next, octet, "a shift follows a shift")
        if locking and codeset < self._locked:  # 4.5.3: it is not obeyed
            self._find(Fault.SHIFT, codeset, octet, "a locking shift goes down")
        elif locking:
            self._next = None
            if codeset != self._locked:
                self._locked, self._highest = codeset, -1
        else:
            self._next = codeset
        self._elements.append(Shift(codeset, locking))
        self._at += 1

    def _one(self, octet: int) -> None:
        codeset = self._codeset()
        value = table.read_single(octet) if not codeset else None
        if value is None and not codeset:
            self._find(Fault.UNKNOWN, 0, octet, "")
        self._elements.append(Raw(octet, b"", codeset) if value is None else value)
        self._at += 1

    def _variable(self, identifier: int) -> bool:
        """Read an element with a length; tell whether it is whole."""
        start = self._at + 2
        end = start + self._octets[self._at + 1] if start <= len(self._octets) else start
        if end > len(self._octets):
            left = max(len(self._octets) - start, 0)
            detail = f"element {identifier:#04x} has {left} octets of {end - start}"
            self._find(Fault.TRUNCATED, self._codeset(), identifier, detail)
            return False
        alone = self._next is not None
        codeset = self._codeset()
        if not alone:
            if identifier < self._highest:
                self._find(Fault.ORDER, codeset, identifier, "")
            self._highest = identifier
        contents = self._octets[start:end]
        element = (
            Raw(identifier, contents, codeset) if codeset else self._read(identifier, contents)
        )
        self._elements.append(element)
        self._at = end
        return True

    def _read(self, identifier: int, contents: bytes) -> Element:
        """Read an element of codeset 0."""
        spec = table.BY_IDENTIFIER.get(identifier)
        if spec is None:
            self._find(Fault.UNKNOWN, 0, identifier, "")
            return Raw(identifier, contents)
        if spec.value is None:
            return Raw(identifier, contents)
        try:
            value, usual = table.read_contents(spec, contents)
        except DecodeError as error:
            self._find(Fault.CONTENTS, 0, identifier, f"{spec.name}: {error}")
            return Invalid(identifier, contents, str(error))
        return value if usual else Verbatim(value, contents)


def encode(message: Message) -> bytes:
    """Give the octets of a message; raise ``EncodeError`` for a value without octets."""
    reference = _write_reference(message.call_reference)
    if message.discriminator not in (Q931, MAINTENANCE):
        raise EncodeError(f"protocol discriminator {message.discriminator:#04x}")
    if not 0 <= message.kind <= 0xFF:
        raise EncodeError(f"message type {message.kind}")
    octets = bytearray((message.discriminator,)) + reference
    octets.append(message.kind)
    if message.national is not None:
        if message.kind or not 0 <= message.national <= 0xFF:
            raise EncodeError(f"national message type {message.national}")
        octets.append(message.national)
    elif not message.kind and message.elements:
        raise EncodeError("message type 0 is an escape, and a national type follows it")
    return bytes(octets) + write_elements(message.elements)


def write_elements(elements: Iterable[Element]) -> bytes:
    """Give the octets of elements, beginning in codeset 0; raise ``EncodeError``."""
    octets = bytearray()
    locked, alone = 0, None
    for element in elements:
        if isinstance(element, Shift):
            if not 0 <= element.codeset <= 7:
                raise EncodeError(f"codeset {element.codeset}")
            octets.append(_SHIFT | (not element.locking) << 3 | element.codeset)
            if element.locking and element.codeset >= locked:
                locked, alone = element.codeset, None
            elif not element.locking:
                alone = element.codeset
            continue
        codeset = locked if alone is None else alone
        alone = None
        own = element.codeset if isinstance(element, Raw) else 0
        if own != codeset:
            raise EncodeError(f"{type(element).__name__} of codeset {own} in codeset {codeset}")
        octets += _write(element)
    return bytes(octets)


def _write_reference(reference: CallReference) -> bytes:
    if not 0 <= reference.length <= 15:
        raise EncodeError(f"call reference of {reference.length} octets")
    if not reference.length:
        if reference.value or reference.flag:
            raise EncodeError("the dummy call reference has neither value nor flag")
        return b"\x00"
    if not 0 <= reference.value < 1 << 8 * reference.length - 1:
        raise EncodeError(
            f"call reference {reference.value} does not fit {reference.length} octets"
        )
    flag = reference.flag << 8 * reference.length - 1
    return bytes((reference.length,)) + (reference.value | flag).to_bytes(
        reference.length, "big"
    )


def _write(element: Value | Raw | Verbatim | Invalid) -> bytes:
    match element:
        case Raw(identifier, contents):
            if 0x80 <= identifier <= 0xFF:
                if contents or identifier & 0xF0 == _SHIFT:
                    raise EncodeError(f"element {identifier:#04x} is one octet, and no shift")
                return bytes((identifier,))
            return _variable(identifier, contents)
        case Invalid(identifier, contents):
            return _variable(identifier, contents)
        case Verbatim(value, contents):
            return _variable(table.BY_VALUE[type(value)].identifier, contents)
        case _ if isinstance(element, _SINGLE):
            return bytes((table.write_single(element),))
        case _:
            return write_value(element)


def write_value(value: Any) -> bytes:
    """Give the octets of one element with its identifier; raise ``EncodeError``."""
    if not isinstance(value, _VARIABLE):
        raise EncodeError(f"{type(value).__name__} is no element")
    spec, contents = table.write_contents(value)
    return _variable(spec.identifier, contents)


def _variable(identifier: int, contents: bytes) -> bytes:
    if not 0 <= identifier < 0x80 or len(contents) > 0xFF:
        raise EncodeError(f"element {identifier:#04x} of {len(contents)} octets")
    return bytes((identifier, len(contents))) + contents


def identifier_of(element: Element) -> int:
    """Give the identifier of an element; of one octet its octet."""
    match element:
        case Raw(identifier) | Invalid(identifier):
            return identifier
        case Verbatim(value):
            return table.BY_VALUE[type(value)].identifier
        case Shift(codeset, locking):
            return _SHIFT | (not locking) << 3 | codeset
        case _ if isinstance(element, _SINGLE):
            return table.write_single(element)
        case _:
            return table.BY_VALUE[type(element)].identifier


def arrange(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Put elements in the order of the Recommendation, with a locking shift to each codeset.

    Those of one octet come first in codeset 0, as in 4.5.1 they may stand anywhere; equal
    ones stay in the order given; shifts among them are dropped.
    """

    def place(element: Element) -> tuple[int, int]:
        identifier = identifier_of(element)
        codeset = element.codeset if isinstance(element, Raw) else 0
        return codeset, identifier if identifier < 0x80 else -1

    arranged: list[Element] = []
    active = 0
    for element in sorted((one for one in elements if not isinstance(one, Shift)), key=place):
        codeset = place(element)[0]
        if codeset != active:
            arranged.append(Shift(codeset))
            active = codeset
        arranged.append(element)
    return tuple(arranged)
