"""Components of the Facility element: remote operations in the form of ASAI (S1 4-40 to 4-47).

They look like X.229 and are not quite BER: an operation is an octet without a sign, the
parameters are one field of information elements (tag 40), and a reject without an invoke id
has ``02 00`` in its place.
"""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.asai.names import Operation
from protocols.asai.values import Element
from protocols.ber import tlv
from protocols.errors import DecodeError, EncodeError

Problem = tuple[str, int]
"""Why a component was rejected: ("general" | "invoke" | "return_result" | "return_error",
number); the numbers are those of X.229."""

UNRECOGNIZED_COMPONENT: Final[Problem] = ("general", 0)
MISTYPED_COMPONENT: Final[Problem] = ("general", 1)
BADLY_STRUCTURED_COMPONENT: Final[Problem] = ("general", 2)
DUPLICATE_INVOCATION: Final[Problem] = ("invoke", 0)
UNRECOGNIZED_OPERATION: Final[Problem] = ("invoke", 1)
MISTYPED_ARGUMENT: Final[Problem] = ("invoke", 2)
RESOURCE_LIMITATION: Final[Problem] = ("invoke", 3)
UNRECOGNIZED_RESULT: Final[Problem] = ("return_result", 0)
MISTYPED_RESULT: Final[Problem] = ("return_result", 2)
UNRECOGNIZED_ERROR: Final[Problem] = ("return_error", 0)

_PROBLEMS: Final = {
    "general": 0x80,
    "invoke": 0x81,
    "return_result": 0x82,
    "return_error": 0x83,
}
_PROBLEM_NAMES: Final = {tag: name for name, tag in _PROBLEMS.items()}
PROFILE: Final = b"\x91"
"""Before the component: supplementary service application."""
INVOKE, RESULT, ERROR, REJECT = 0xA1, 0xA2, 0xA3, 0xA4
_NUMBER, _SEQUENCE, _FIELD = b"\x02", b"\x30", b"\x40"
_CLAUSE: Final = "S1 4-45"


class Component(msgspec.Struct, frozen=True, gc=False):
    """What all components have: their elements."""

    invoke_id: int | None
    """0 to 255; odd from the adjunct, even from the switch. ``None`` in a reject of what had
    none."""


class WithElements(Component, frozen=True, gc=False):
    """A component with an operation and its parameters."""

    operation: Operation | int | None
    elements: tuple[Element, ...] = ()


class Invoke(WithElements, frozen=True, gc=False):
    """Ask for an operation, or report an event."""


class ReturnResult(WithElements, frozen=True, gc=False):
    """An operation succeeded; without an operation nothing at all is returned."""

    operation: Operation | int | None = None


class ReturnError(WithElements, frozen=True, gc=False):
    """An operation was refused; the elements have the cause. Order and tag are inferred."""


class Reject(Component, frozen=True, gc=False):
    """A component could not be handled."""

    problem: Problem


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """Contents of a Facility element that are no component, kept as they are."""

    octets: bytes
    invoke_id: int | None
    """The invocation, where its id could be read."""
    problem: Problem
    """What a reject of it says."""
    detail: str = ""
    """What is wrong, for people."""


Facility = Invoke | ReturnResult | ReturnError | Reject | Unreadable
"""What a Facility element carries."""


class Parts(msgspec.Struct, frozen=True, gc=False):
    """A component by its parts."""

    tag: int
    invoke_id: int | None = None
    operation: int | None = None
    field: bytes | None = None
    """The Q.931 IEs."""
    problem: Problem | None = None


class ComponentError(DecodeError):
    """Octets are no component; says how a reject would put it."""

    def __init__(
        self, message: str, *, offset: int, problem: Problem, invoke_id: int | None = None
    ) -> None:
        super().__init__(message, offset=offset, clause=_CLAUSE)
        self.problem = problem
        self.invoke_id = invoke_id
        """The invocation, where its id could be read."""


def read(octets: bytes) -> Parts:
    """Read the contents of a Facility element; raise ``ComponentError``."""
    return _Reader(octets).run()


class _Reader:
    """A way through the contents of one Facility element."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0
        self._end = len(octets)
        self._invoke_id: int | None = None

    def run(self) -> Parts:
        if self._octets[:1] != PROFILE:
            raise self._wrong("no supplementary service application", UNRECOGNIZED_COMPONENT)
        self._at = 1
        tag = self._octets[1] if self._end > 1 else 0
        if tag not in (INVOKE, RESULT, ERROR, REJECT):
            raise self._wrong(f"component {tag:#04x}", UNRECOGNIZED_COMPONENT)
        if self._enter(bytes((tag,))) != self._end:
            raise self._wrong("octets behind the component", BADLY_STRUCTURED_COMPONENT)
        number = self._contents(_NUMBER)
        if len(number) > 1 or not (number or tag == REJECT):
            raise self._wrong(f"invoke id of {len(number)} octets", MISTYPED_COMPONENT)
        self._invoke_id = number[0] if number else None
        match tag:
            case _ if tag == REJECT:
                parts = Parts(tag, self._invoke_id, problem=self._problem())
            case _ if tag == RESULT and self._at == self._end:
                parts = Parts(tag, self._invoke_id)
            case _ if tag == RESULT:
                if self._enter(_SEQUENCE) != self._end:
                    raise self._wrong("octets behind the result", BADLY_STRUCTURED_COMPONENT)
                parts = self._operation(tag)
            case _:
                parts = self._operation(tag)
        if self._at != self._end:
            raise self._wrong("octets behind the last part", BADLY_STRUCTURED_COMPONENT)
        return parts

    def _operation(self, tag: int) -> Parts:
        number = self._contents(_NUMBER)
        if len(number) != 1:
            raise self._wrong(f"operation of {len(number)} octets", MISTYPED_COMPONENT)
        field = self._contents(_FIELD) if self._at < self._end else None
        return Parts(tag, self._invoke_id, number[0], field)

    def _problem(self) -> Problem:
        for tag, name in _PROBLEM_NAMES.items():
            if self._octets[self._at : self._at + 1] == bytes((tag,)):
                number = self._contents(bytes((tag,)))
                if len(number) == 1:
                    return name, number[0]
        raise self._wrong("no problem of a reject", MISTYPED_COMPONENT)

    def _enter(self, tag: bytes) -> int:
        """Step into a part; give the place where it ends."""
        try:
            part = tlv.read(self._octets, self._at, self._end)
        except DecodeError as error:
            raise self._wrong(error.message, BADLY_STRUCTURED_COMPONENT) from None
        if part.identifier != tag or part.end is None:
            found = part.identifier.hex()
            raise self._wrong(f"{found} where {tag.hex()} is wanted", MISTYPED_COMPONENT)
        self._at = part.start
        return part.end

    def _contents(self, tag: bytes) -> bytes:
        """Take a whole part."""
        end = self._enter(tag)
        contents, self._at = self._octets[self._at : end], end
        return contents

    def _wrong(self, message: str, problem: Problem) -> ComponentError:
        return ComponentError(
            message, offset=self._at, problem=problem, invoke_id=self._invoke_id
        )


def write(parts: Parts) -> bytes:
    """Give the contents of a Facility element; raise ``EncodeError``."""
    number = b"" if parts.invoke_id is None else _octet(parts.invoke_id, "invoke id")
    inside = _part(_NUMBER, number)
    if parts.problem is not None:
        name, problem = parts.problem
        if name not in _PROBLEMS:
            raise EncodeError(f"{name!r} is no kind of problem")
        inside += _part(bytes((_PROBLEMS[name],)), _octet(problem, "problem"))
    elif parts.invoke_id is None:
        raise EncodeError("only a reject has no invoke id")
    if parts.operation is not None:
        told = _part(_NUMBER, _octet(parts.operation, "operation"))
        if parts.field is not None:
            told += _part(_FIELD, parts.field)
        inside += _part(_SEQUENCE, told) if parts.tag == RESULT else told
    return PROFILE + _part(bytes((parts.tag,)), inside)


def _octet(value: int, what: str) -> bytes:
    if not 0 <= value <= 0xFF:
        raise EncodeError(f"{what} {value} is no octet")
    return bytes((value,))


def _part(tag: bytes, contents: bytes) -> bytes:
    length = len(contents)
    if length > 0xFF:
        raise EncodeError(f"part of {length} octets: 255 at most")
    return tag + (b"\x81" if length > 0x7F else b"") + bytes((length,)) + contents
