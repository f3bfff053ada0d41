"""Messages as JSON, for the commands that show and make octets.

``{"message": "SETUP", "reference": 1, "elements": [{"element": "cause", "value": 16}]}``:
fields that have their usual value are left out, octets are in hexadecimal, and messages
without a name are told by their number. An element in another form than ours has its
``contents`` too, which hold.
"""

from __future__ import annotations

import re
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


def _name(cls: type[Any]) -> str:
    return re.sub("(?<!^)[A-Z]", lambda found: f"_{found[0]}", cls.__name__).lower()


_CLASSES: Final[dict[str, type[Any]]] = {
    _name(cls): cls for cls in (*get_args(Value), Shift, Raw, Invalid)
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
    shown: dict[str, Any] = {"element": _NAMES[type(element)]}
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
    length = _number(obj, "length", 1)
    reference = CallReference(
        _number(obj, "reference", 0), bool(obj.get("flag", False)), length
    )
    national = None if "national" not in obj else _number(obj, "national", 0)
    return Message(
        _kind(obj.get("message")),
        reference,
        tuple(_element(one, f"$.elements[{at}]") for at, one in enumerate(told)),
        _number(obj, "discriminator", Message(0).discriminator),
        national,
    )


def _number(obj: dict[str, Any], key: str, usual: int) -> int:
    value = obj.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodeError(f"$.{key}: a number is expected")
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
    fields = {field.encode_name: field for field in msgspec.structs.fields(cls)}
    given: dict[str, Any] = {}
    contents = None
    for key, value in obj.items():
        if key == "element":
            continue
        if key == "contents" and key not in fields:
            contents = _octets(value, f"{path}.contents")
        elif key not in fields:
            raise EncodeError(f"{path}.{key}: no such field of {name}")
        else:
            octets = fields[key].type in (bytes, bytes | None)
            given[key] = (
                _octets(value, f"{path}.{key}") if octets and value is not None else value
            )
    try:
        made: Element = msgspec.convert(given, cls, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise EncodeError(f"{path}: {error}") from None
    if contents is None:
        return made
    if isinstance(made, Shift | Raw | Invalid) or not fields:
        raise EncodeError(f"{path}.contents: no such field of {name}")
    verbatim: Any = Verbatim
    kept: Verbatim = verbatim(made, contents)
    return kept


def _octets(value: object, path: str) -> bytes:
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
