"""Messages as JSON, for the commands that show and make octets.

``{"message": "REGISTER", "crv": 4, "invoke": 3, "operation": "domain_control", "elements":
[{"element": "domain", "kind": "extension", "digits": "1004"}]}``: one of ``invoke``,
``result``, ``error`` and ``reject`` holds the invoke id; ``beside`` are elements outside the
component. Fields with their usual value are left out; octets are in hexadecimal; codes are
names where the laboratory profile has one, numbers where not.
"""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import Name, Operation
from protocols.errors import EncodeError
from protocols.q931.messages import Raw
from protocols.q931.text import make, number, octets, show_fields, word_of
from protocols.q931.values import Value

_CODEC: Final = Codec(LABORATORY)
_COMPONENTS: Final[dict[str, Any]] = {
    "invoke": c.Invoke,
    "result": c.ReturnResult,
    "error": c.ReturnError,
}
_NAMES: Final[dict[type[c.Component], str]] = {cls: word for word, cls in _COMPONENTS.items()}
_KEYS: Final = frozenset(
    {"message", "crv", "flag", "length", "operation", "elements", "problem", "beside"}
    | {"reject", "unreadable", *_COMPONENTS}
)


_CLASSES: Final[dict[str, type[Any]]] = {
    word_of(cls): cls for cls in (*get_args(Value), *get_args(v.Own), Raw, v.Invalid)
}
"""Elements by name; where Q.931 and ASAI have the same one, ASAI's."""


def to_json(message: Message) -> dict[str, Any]:
    """Show a message."""
    kind = message.kind
    named = isinstance(kind, MessageType)
    shown: dict[str, Any] = {"message": MessageType(kind).name if named else int(kind)}
    shown["crv"] = message.crv
    if message.flag:
        shown["flag"] = True
    if message.crv_length != 1:
        shown["length"] = message.crv_length
    match message.facility:
        case None:
            pass
        case c.Unreadable(contents):
            shown["unreadable"] = contents.hex()
        case c.Reject(invoke_id, problem):
            shown |= {"reject": invoke_id, "problem": list(problem)}
        case told:
            shown[_NAMES[type(told)]] = told.invoke_id
            if told.operation is not None:
                shown["operation"] = _code(told.operation)
            if told.elements:
                shown["elements"] = [_show(element) for element in told.elements]
    if message.elements:
        shown["beside"] = [_show(element) for element in message.elements]
    return shown


def _code(value: Any) -> Any:
    return str(value) if isinstance(value, Name) else value


def _show(element: v.Element) -> dict[str, Any]:
    fields = {name: _code(value) for name, value in show_fields(element).items()}
    return {"element": word_of(type(element)), **fields}


def from_json(obj: object) -> Message:
    """Make a message; raise ``EncodeError`` with the JSON path of what does not fit."""
    if not isinstance(obj, dict):
        raise EncodeError('$: {"message": name, "crv": number, ...} is expected')
    for key in obj.keys() - _KEYS:
        raise EncodeError(f"$.{key}: no such field")
    return Message(
        _kind(obj.get("message")),
        number(obj.get("crv", 0), "$.crv"),
        bool(obj.get("flag", False)),
        _facility(obj),
        _elements(obj, "beside"),
        number(obj.get("length", 1), "$.length"),
    )


def _kind(told: object) -> int:
    if isinstance(told, str) and told.upper() in MessageType.__members__:
        return MessageType[told.upper()]
    return number(told, "$.message")


def _facility(obj: dict[str, Any]) -> c.Facility | None:
    told = [word for word in ("reject", "unreadable", *_COMPONENTS) if word in obj]
    if not told:
        return None
    if len(told) > 1:
        raise EncodeError(f"$.{told[1]}: there is a component already, {told[0]}")
    (word,) = told
    if word == "unreadable":
        return c.Unreadable(octets(obj[word], f"$.{word}"), None, c.UNRECOGNIZED_COMPONENT)
    invoke_id = None if obj[word] is None else number(obj[word], f"$.{word}")
    if word == "reject":
        try:
            problem = msgspec.convert(obj.get("problem"), tuple[str, int])
        except msgspec.ValidationError as error:
            raise EncodeError(f"$.problem: {error}") from None
        return c.Reject(invoke_id, problem)
    made: c.Facility = _COMPONENTS[word](
        invoke_id, _operation(obj.get("operation")), _elements(obj, "elements")
    )
    return made


def _operation(told: object) -> Operation | int | None:
    if told is None:
        return None
    if not isinstance(told, str):
        return number(told, "$.operation")
    try:
        return Operation(told)
    except ValueError:
        raise EncodeError(f"$.operation: {told[:60]!r} is no operation") from None


def _elements(obj: dict[str, Any], key: str) -> tuple[v.Element, ...]:
    told = obj.get(key, [])
    if not isinstance(told, list):
        raise EncodeError(f"$.{key}: a list is expected")
    return tuple(_element(one, f"$.{key}[{at}]") for at, one in enumerate(told))


def _element(obj: object, path: str) -> v.Element:
    word = obj.get("element") if isinstance(obj, dict) else None
    if not isinstance(obj, dict) or not isinstance(word, str) or word not in _CLASSES:
        raise EncodeError(f"{path}.element: {str(word)[:60]!r} is no element")
    given = {key: value for key, value in obj.items() if key != "element"}
    made: v.Element = make(_CLASSES[word], given, path)
    return made


class _Asai:
    """Messages for ``cti decode`` and ``cti encode``, by the laboratory profile."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one message; raise ``DecodeError``."""
        return to_json(_CODEC.decode(octets))

    def from_json(self, obj: object) -> bytes:
        """Make one message; raise ``EncodeError``."""
        return _CODEC.encode(from_json(obj))


ASAI: Final = _Asai()
"""ASAI."""
