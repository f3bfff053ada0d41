"""Messages as JSON, for the commands that show and make octets.

``{"message": "AnswerCall", "kind": "REQ", "reference": 5, "body": {"call_id": 7, ...}}`` in the
names of the code, under the profile of this package. What is not given is left out.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from protocols.errors import EncodeError
from protocols.meridian._codec_meridian import FORMS, Ack, Body, Nak
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.profile import DEFAULT
from protocols.meridian.table import EXCHANGES
from protocols.meridian.values import Cause, Kind, MessageType

_CODEC: Final = Codec(DEFAULT)
_RECORDS: Final = {place: record for record, place in FORMS.items()}


class _Shown(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A message in JSON."""

    message: MessageType
    kind: Kind
    association: int = 0
    reference: int = 0
    customer: int | None = None
    body: dict[str, Any] = {}


def to_json(message: Message) -> dict[str, Any]:
    """Show a message."""
    type_, kind = place(message.body)
    shown: dict[str, Any] = msgspec.to_builtins(
        _Shown(
            *(type_, kind, message.association, message.reference, message.customer),
            _elements(message.body),
        )
    )
    return shown


def _elements(body: Body) -> dict[str, Any]:
    match body:
        case Ack():
            return {}
        case Nak(_, cause):
            return {"cause": msgspec.to_builtins(cause)}
        case _:
            elements: dict[str, Any] = msgspec.to_builtins(body)
            return elements


def from_json(obj: object) -> Message:
    """Make a message; raise ``EncodeError`` with the JSON path of what does not fit."""
    try:
        shown = msgspec.convert(obj, _Shown)
        body = _body(shown)
    except msgspec.ValidationError as error:
        raise EncodeError(str(error)) from None
    return Message(body, shown.association, shown.reference, shown.customer)


def _body(shown: _Shown) -> Body:
    if shown.kind not in EXCHANGES[shown.message].forms:
        raise EncodeError(f"$.kind: {shown.message} is no {shown.kind}")
    record = _RECORDS.get((shown.message, shown.kind))
    if record is not None:
        unknown = shown.body.keys() - set(record.__struct_fields__)
        if unknown:
            raise EncodeError(f"$.body.{min(unknown)}: no such element of {record.__name__}")
        made: Body = msgspec.convert(shown.body, record)
        return made
    if shown.kind is Kind.NAK:
        return Nak(shown.message, msgspec.convert(shown.body.get("cause"), Cause))
    return Ack(shown.message)


class _Meridian:
    """Messages for ``cti decode`` and ``cti encode``."""

    def to_json(self, octets: bytes) -> dict[str, Any]:
        """Show one message; raise ``DecodeError``."""
        return to_json(_CODEC.decode(octets))

    def from_json(self, obj: object) -> bytes:
        """Make one message; raise ``EncodeError``."""
        return _CODEC.encode(from_json(obj))


MERIDIAN: Final = _Meridian()
"""The Meridian Link style, in octets that this project assigned."""
