"""Messages as JSON, for the commands that show and make octets.

``{"message": "SETUP", "reference": 1, "elements": [{"element": "cause", "value": 16}]}``:
fields that have their usual value are left out, octets are in hexadecimal, and messages
without a name are told by their number. An element in another form than ours has its
``contents`` too, which hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec

from protocols.errors import EncodeError
from protocols.q931.messages import (
    CallReference,
    Element,
    Invalid,
    Message,
    MessageType,
    Raw,
    Shift,
    Verbatim,
    decode,
    encode,
)
from protocols.q931.values import Value


def word_of(cls: type[Any]) -> str:
    """Give the name of an element's type as it is shown."""
    return re.sub("(?<!^)[A-Z]", lambda found: f"_{found[0]}", cls.__name__).lower()


_CLASSES: Final[dict[str, type[Any]]] = {
    word_of(cls): cls for cls in (*get_args(Value), Shift, Raw, Invalid)
}
_NAMES: Final = {cls: name for name, cls in _CLASSES.items()}
_HEAD: Final = {"message", "reference", "flag", "length", "discriminator", "national"}


def to_json(message: Message) -> dict[str, Any]:
    """Show a message."""
    kind = message.kind
    named = isinstance(kind, MessageType)
    shown: dict[str, Any] = {"message": MessageType(kind).name if named else int(kind)}
    reference = message.call_reference
    if not reference.dummy:
        shown["reference"] = reference.value
    if reference.flag:
        shown["flag"] = True
    if reference.length != 1:
        shown["length"] = reference.length
    if message.discriminator != Message(0).discriminator:
        shown["discriminator"] = message.discriminator
    if message.national is not None:
        shown["national"] = message.national
    if message.elements:
        shown["elements"] = [_show(element) for element in message.elements]
    return shown


def _show(element: Element) -> dict[str, Any]:
    if isinstance(element, Verbatim):
        return {**_show(element.value), "contents": element.contents.hex()}
    return {"element": _NAMES[type(element)], **show_fields(element)}


def show_fields(element: msgspec.Struct) -> dict[str, Any]:
    """Show the fields of an element that have not their usual value."""
    shown: dict[str, Any] = {}
    for field in msgspec.structs.fields(element):
        value = getattr(element, field.name)
        if field.required or value != field.default:
            shown[field.encode_name] = value.hex() if isinstance(value, bytes) else value
    return shown


def from_json(obj: object) -> Message:
    """Make a message; raise ``EncodeError`` with the JSON path of what does not fit."""
    if not isinstance(obj, dict):
        raise EncodeError('$: {"message": name, "elements": [...]} is expected')
    for key in obj.keys() - _HEAD - {"elements"}:
        raise EncodeError(f"$.{key}: no such field")
    told = obj.get("elements", [])
    if not isinstance(told, list):
        raise EncodeError("$.elements: a list is expected")
    length = number(obj.get("length", 1), "$.length")
    reference = CallReference(
        number(obj.get("reference", 0), "$.reference"), bool(obj.get("flag", False)), length
    )
    national = None if "national" not in obj else number(obj["national"], "$.national")
    return Message(
        _kind(obj.get("message")),
        reference,
        tuple(_element(one, f"$.elements[{at}]") for at, one in enumerate(told)),
        number(obj.get("discriminator", Message(0).discriminator), "$.discriminator"),
        national,
    )


def number(value: object, path: str) -> int:
    """Take a number; raise ``EncodeError``."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodeError(f"{path}: a number is expected")
    return value


def _kind(told: object) -> int:
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    if isinstance(told, str):
        name = told.upper().replace(" ", "_")
        if name in MessageType.__members__:
            return MessageType[name]
    raise EncodeError(f"$.message: {str(told)[:60]!r} is no message type")


def _element(obj: object, path: str) -> Element:
    name = obj.get("element") if isinstance(obj, dict) else None
    if not isinstance(obj, dict) or not isinstance(name, str) or name not in _CLASSES:
        raise EncodeError(f"{path}.element: {str(name)[:60]!r} is no element")
    cls = _CLASSES[name]
    given = {key: value for key, value in obj.items() if key != "element"}
    own = any(field.encode_name == "contents" for field in msgspec.structs.fields(cls))
    contents = None
    if not own and "contents" in given:
        contents = octets(given.pop("contents"), f"{path}.contents")
    made: Element = make(cls, given, path)
    if contents is None:
        return made
    if isinstance(made, Shift | Raw | Invalid) or not msgspec.structs.fields(cls):
        raise EncodeError(f"{path}.contents: no such field of {name}")
    verbatim: Any = Verbatim
    kept: Verbatim = verbatim(made, contents)
    return kept


def make(cls: type[Any], given: Mapping[str, Any], path: str) -> Any:
    """Make an element of what its fields are; raise ``EncodeError``."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(cls)}
    told: dict[str, Any] = {}
    for key, value in given.items():
        if key not in fields:
            raise EncodeError(f"{path}.{key}: no such field of {word_of(cls)}")
        hexadecimal = fields[key].type in (bytes, bytes | None) and value is not None
        told[key] = octets(value, f"{path}.{key}") if hexadecimal else value
    try:
        return msgspec.convert(told, cls, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise EncodeError(f"{path}: {error}") from None


def octets(value: object, path: str) -> bytes:
    """Take octets in hexadecimal; raise ``EncodeError``."""
    try:
        return bytes.fromhex(value if isinstance(value, str) else "x")
    except ValueError:
        raise EncodeError(f"{path}: octets in hexadecimal are expected") from None


class _Q931:
    """Messages for ``cti decode`` and ``cti encode``."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one message; raise ``DecodeError``."""
        return to_json(decode(octets))

    def from_json(self, obj: object) -> bytes:
        """Make one message; raise ``EncodeError``."""
        return encode(from_json(obj))


Q931: Final = _Q931()
"""Q.931 and Q.932."""
