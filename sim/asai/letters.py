"""What faults must know of ASAI messages: which are events, and how to spoil one."""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.asai import components as c
from protocols.asai import messages as m
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Codec, Message, MessageType
from protocols.asai.names import Operation
from protocols.errors import DecodeError
from protocols.q931.messages import Raw
from sim.mischief import Of, PduKind

_CODEC: Final = Codec(LABORATORY)
_UNKNOWN_ELEMENT: Final = Raw(0x5E, b"\x01\x02", 6)
_UNKNOWN_EVENT: Final = 0x01
_STATUS: Final = (
    MessageType.RESTART,
    MessageType.RESTART_ACKNOWLEDGE,
    MessageType.MANAGEMENT_INFORMATION,
)
_TRANSFERS: Final = (
    c.Invoke,
    c.ReturnResult,
    c.ReturnError,
)


class AsaiLetters:
    """ASAI messages as faults see them."""

    def is_request(self, octets: bytes) -> bool:
        """Tell whether a message of the adjunct has an invoke."""
        try:
            told = _CODEC.decode(octets).facility
        except DecodeError:
            return False
        return isinstance(told, c.Invoke) and told.operation is not Operation.HEARTBEAT

    def kind(self, octets: bytes) -> Of | None:
        """Tell what is counted with a message."""
        message = _CODEC.decode(octets)
        match message.facility:
            case c.Invoke(operation=Operation.EVENT_REPORT):
                return Of.EVENTS
            case c.Invoke(operation=Operation.PROCEED):
                return Of.ANSWERS
            case c.Invoke(operation=Operation.HEARTBEAT):
                return Of.STATUS
            case c.ReturnResult() | c.ReturnError() | c.Reject():
                return Of.ANSWERS
            case _:
                return Of.STATUS if message.kind in _STATUS else None

    def monitor(self, octets: bytes) -> bytes:
        """Give the association of an event report."""
        message = _CODEC.decode(octets)
        event = self.kind(octets) is Of.EVENTS
        return f"{message.crv} {message.flag}".encode() if event else b""

    def renumbered(self, sent: list[bytes]) -> list[bytes]:
        """Give them as they are: each association counts its invokes for itself."""
        return sent

    def altered(self, kind: PduKind, octets: bytes) -> list[bytes]:
        """Spoil one message."""
        message = _CODEC.decode(octets)
        told = message.facility
        if kind is PduKind.WRONG_INVOKE_ID and isinstance(told, _TRANSFERS):
            wrong = ((told.invoke_id or 0) + 100) % 0x100
            return [_with(message, msgspec.structs.replace(told, invoke_id=wrong))]
        event = self.kind(octets) is Of.EVENTS
        if not event or not isinstance(told, c.Invoke):
            return [octets]
        if kind is PduKind.TRAILING:
            elements = (*told.elements, _UNKNOWN_ELEMENT)
            return [_with(message, msgspec.structs.replace(told, elements=elements))]
        if kind is PduKind.UNKNOWN_EVENT:
            call = m.first(told.elements, v.CallIdentity)
            elements = (*(() if call is None else (call,)), v.SpecificEvent(_UNKNOWN_EVENT))
            return [_with(message, msgspec.structs.replace(told, elements=elements)), octets]
        return [octets]

    def messages_lost(self) -> list[bytes]:
        """Say nothing: ASAI has no message for it."""
        return []


def _with(message: Message, told: c.Facility) -> bytes:
    return _CODEC.encode(msgspec.structs.replace(message, facility=told))
