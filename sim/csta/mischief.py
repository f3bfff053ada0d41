"""The APDUs of CSTA as faults of messages see and spoil them (``sim.mischief``)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from protocols.csta.codec import Codec
from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3.codec import (
    CODEC,
    Invoke,
    Operation,
    Reject,
    ReturnError,
    ReturnResult,
)
from protocols.errors import DecodeError
from sim.mischief import Of, PduKind

EXTRA_ID: Final = 0x7FFF
"""Invoke id of APDUs that a fault adds; the face gets there only after all the others."""
UNKNOWN_ELEMENT: Final = bytes.fromhex("bf8a36020500")


class Apdus:
    """What faults must know of APDUs."""

    codec: Codec = CODEC
    status_operation: int = Operation.SYSTEM_STATUS

    def is_request(self, octets: bytes) -> bool:
        """Tell whether an APDU of the client is an invoke."""
        try:
            return isinstance(self.codec.decode(octets), Invoke)
        except DecodeError:
            return False

    def kind(self, octets: bytes) -> Of | None:
        """Tell what is counted with an APDU."""
        match self.codec.decode(octets):
            case ReturnResult() | ReturnError() | Reject():
                return Of.ANSWERS
            case Invoke(operation=Operation.CSTA_EVENT_REPORT):
                return Of.EVENTS
            case Invoke(operation=self.status_operation):
                return Of.STATUS
            case _:
                return None

    def monitor(self, octets: bytes) -> bytes:
        """Give the cross reference of an event report; empty for any other APDU."""
        match self.codec.decode(octets):
            case Invoke(operation=Operation.CSTA_EVENT_REPORT, argument=told):
                reference: bytes = getattr(told, "cross_ref_identifier", b"")
                return reference
            case _:
                return b""

    def renumbered(self, sent: list[bytes]) -> list[bytes]:
        """Give invokes their invoke ids anew, so that they rise as they are sent."""
        pdus: list[Any] = [self.codec.decode(octets) for octets in sent]
        ids = sorted(pdu.invoke_id for pdu in pdus)
        return [
            self.codec.encode(msgspec.structs.replace(pdu, invoke_id=invoke_id))
            for pdu, invoke_id in zip(pdus, ids, strict=True)
        ]

    def messages_lost(self) -> list[bytes]:
        """Say by a SystemStatus that messages were lost."""
        return [self._status(csta.SystemStatus.MESSAGES_LOST)]

    def altered(self, kind: PduKind, octets: bytes) -> list[bytes]:
        """Strike by changing values; what has no such value stays as it is."""
        pdu: Any = self.codec.decode(octets)
        match kind, pdu:
            case PduKind.INDEFINITE, _:
                return [indefinite(octets)]
            case PduKind.OVERLOAD, _:
                return [self._status(csta.SystemStatus.OVERLOAD_IMMINENT), octets]
            case (PduKind.WRONG_INVOKE_ID, Invoke() | ReturnResult() | ReturnError()):
                wrong = msgspec.structs.replace(pdu, invoke_id=pdu.invoke_id + 1000)
                return [self.codec.encode(wrong)]
            case PduKind.UNKNOWN_EVENT, Invoke(operation=Operation.CSTA_EVENT_REPORT):
                strange = self._strange(pdu.argument)
                added = Invoke(EXTRA_ID, Operation.CSTA_EVENT_REPORT, strange)
                return [self.codec.encode(added), octets]
            case PduKind.TRAILING, Invoke(operation=Operation.CSTA_EVENT_REPORT):
                argument = self._longer(pdu.argument)
                return [self.codec.encode(msgspec.structs.replace(pdu, argument=argument))]
            case _:
                return [octets]

    def _status(self, status: int) -> bytes:
        argument = csta.SystemStatusArg(system_status=csta.SystemStatus(status))
        return self.codec.encode(Invoke(EXTRA_ID, Operation.SYSTEM_STATUS, argument))

    def _strange(self, told: Any) -> Any:
        """Report an event that no edition has."""
        info: Any = ("callControlEvents", ("unknown", UNKNOWN_ELEMENT))
        return csta.CSTAEventReportArgument(told.cross_ref_identifier, info)

    def _longer(self, told: Any) -> Any:
        """End the body of an event with an element that no edition has."""
        group, (name, body) = told.event_specific_info
        last = len(body.__struct_fields__) - 1
        more = msgspec.structs.replace(body, unknown=((last, UNKNOWN_ELEMENT),))
        info: Any = (group, (name, more))
        return msgspec.structs.replace(told, event_specific_info=info)


def indefinite(octets: bytes) -> bytes:
    """Write BER again with every constructed element of indefinite length (X.690 8.1.3.6)."""
    written = b""
    start = 0
    while start < len(octets):
        at = start + 1
        if octets[start] & 0x1F == 0x1F:
            while octets[at] & 0x80:
                at += 1
            at += 1
        tag = octets[start:at]
        length = octets[at]
        at += 1
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(octets[at : at + size], "big")
            at += size
        content = octets[at : at + length]
        if tag[0] & 0x20:
            written += tag + b"\x80" + indefinite(content) + b"\0\0"
        else:
            written += octets[start : at + length]
        start = at + length
    return written
