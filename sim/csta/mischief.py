"""Faults of messages as data: what a switch in trouble sends, and what it leaves out.

They act on whole APDUs between face and framing, and count per kind of APDU from 1, so that a
play is the same each time. Faults of the octets below stand in ``sim.faults``.
"""

from __future__ import annotations

import tomllib
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3 import codec
from protocols.csta.phase3.codec import Invoke, Operation, Reject, ReturnError, ReturnResult
from protocols.errors import DecodeError


class PduKind(Enum):
    """What goes wrong."""

    LOSE = "lose"
    """It is not sent."""
    LATE = "late"
    """It is sent ``seconds`` later, and what follows does not wait."""
    REPEAT = "repeat"
    """It is sent twice."""
    WRONG_INVOKE_ID = "wrong invoke id"
    """It carries an invoke id that is higher by 1000."""
    UNKNOWN_EVENT = "unknown event"
    """An event that no edition of the standard has is sent before it."""
    TRAILING = "trailing element"
    """An element that no edition has ends its body."""
    INDEFINITE = "indefinite length"
    """Its constructed elements are of indefinite length."""
    REFUSE = "refuse"
    """A request of the client is not carried out; ``of`` means nothing, requests count."""
    MESSAGES_LOST = "messages lost"
    """It is not sent, and a SystemStatus says so at the end of the same moment."""
    SWAP = "swap"
    """This event changes places with the next of the moment, if another monitor's."""
    OTHER_ORDER = "other order"
    """Events of one moment come by monitor, the last monitor first."""
    OVERLOAD = "overload"
    """A SystemStatus overloadImminent is sent before it."""


class Of(Enum):
    """Which APDUs a fault counts."""

    ANSWERS = "answers"
    """Results, failures and rejects."""
    EVENTS = "events"
    STATUS = "status"
    """SystemStatus invokes."""
    ANY = "any"


class PduFault(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One disturbance of messages to the host."""

    kind: PduKind
    at: int = 1
    """Which APDU, from 1."""
    of: Of = Of.ANY
    count: int = 1
    """How many in a row."""
    seconds: float = 0.0


class PduFaultError(ValueError):
    """A list of faults is not one."""


def read_pdu_faults(text: str) -> tuple[PduFault, ...]:
    """Read ``[[message_fault]]`` tables from TOML; raise ``PduFaultError``."""
    try:
        tables = tomllib.loads(text)
        faults = msgspec.convert(tables.get("message_fault", []), tuple[PduFault, ...])
    except ValueError as error:
        raise PduFaultError(str(error)) from error
    for fault in faults:
        if fault.at < 1 or fault.count < 1 or fault.seconds < 0:
            raise PduFaultError(f"{fault.kind.value} at {fault.at}: a number out of range")
    return faults


_EXTRA_ID: Final = 0x7FFF
"""Invoke id of APDUs that a fault adds; the face gets there only after all the others."""
_UNKNOWN_ELEMENT: Final = bytes.fromhex("bf8a36020500")


class Mischief:
    """Put faults on the APDUs of one link."""

    def __init__(self, faults: tuple[PduFault, ...]) -> None:
        self._faults = faults
        self._counts = dict.fromkeys(Of, 0)
        self._requests = 0
        self._first: bytes | None = None
        """Event that waits for the one it changes places with."""
        self._held: list[bytes] = []
        """Events that come in another order."""
        self._lost = False

    def strike_next(self, kind: PduKind, count: int) -> None:
        """Put a fault on the next events."""
        at = self._counts[Of.EVENTS] + 1
        self._faults = (*self._faults, PduFault(kind, at, Of.EVENTS, count))

    def refuses(self, octets: bytes) -> bool:
        """Take an APDU of the client; say whether it is a request to be refused."""
        if not self._faults:
            return False
        try:
            pdu = codec.decode(octets)
        except DecodeError:
            return False
        self._requests += isinstance(pdu, Invoke)
        return isinstance(pdu, Invoke) and any(
            fault.kind is PduKind.REFUSE and _strikes(fault, self._requests)
            for fault in self._faults
        )

    def take(self, octets: bytes) -> list[tuple[float, bytes]]:
        """Take an APDU to be sent; give what is sent in its place, each with its delay."""
        if not self._faults:
            return [(0.0, octets)]
        pdu = codec.decode(octets)
        kinds = (_kind(pdu), Of.ANY)
        for kind in kinds:
            if kind is not None:
                self._counts[kind] += 1
        struck = [
            fault
            for fault in self._faults
            if fault.of in kinds and fault.at <= self._counts[fault.of] < fault.at + fault.count
        ]
        sent = [(0.0, octets)]
        for fault in struck:
            sent = [new for one in sent for new in self._strike(fault, *one)]
        if self._first is None or self._first == octets:
            return [one for one in sent if one[1] != self._first]
        first, self._first = self._first, None
        alone = len(sent) == 1 and sent[0][0] == 0.0
        if alone and _monitor(octets) not in (b"", _monitor(first)):
            return [(0.0, one) for one in _renumbered([sent[0][1], first])]
        return [(0.0, first), *sent]

    def flush(self) -> list[bytes]:
        """Give what was kept back until the end of the moment."""
        sent = [] if self._first is None else [self._first]
        self._first = None
        if self._held:
            by_monitor: dict[bytes, list[bytes]] = {}
            for one in self._held:
                by_monitor.setdefault(_monitor(one), []).append(one)
            sent += _renumbered([one for line in reversed(by_monitor.values()) for one in line])
            self._held = []
        if self._lost:
            sent.append(_status(csta.SystemStatus.MESSAGES_LOST))
            self._lost = False
        return sent

    def _strike(
        self, fault: PduFault, delay: float, octets: bytes
    ) -> list[tuple[float, bytes]]:
        """Do what concerns other APDUs of the moment too; leave the rest to the APDU alone."""
        match fault.kind:
            case PduKind.MESSAGES_LOST:
                self._lost = True
                return []
            case PduKind.SWAP if _monitor(octets) and self._first is None:
                self._first = octets
                return [(delay, octets)]
            case PduKind.OTHER_ORDER if _monitor(octets):
                self._held.append(octets)
                return []
            case _:
                return _strike(fault, delay, octets)


def _monitor(octets: bytes) -> bytes:
    """Give the cross reference of an event report; empty for any other APDU."""
    match codec.decode(octets):
        case Invoke(argument=csta.CSTAEventReportArgument(reference)):
            return reference
        case _:
            return b""


def _renumbered(sent: list[bytes]) -> list[bytes]:
    """Give invokes their invoke ids anew, so that they rise as they are sent."""
    pdus: list[Any] = [codec.decode(octets) for octets in sent]
    ids = sorted(pdu.invoke_id for pdu in pdus)
    return [
        codec.encode(msgspec.structs.replace(pdu, invoke_id=invoke_id))
        for pdu, invoke_id in zip(pdus, ids, strict=True)
    ]


def _strikes(fault: PduFault, number: int) -> bool:
    return fault.at <= number < fault.at + fault.count


def _kind(pdu: codec.Pdu) -> Of | None:
    match pdu:
        case ReturnResult() | ReturnError() | Reject():
            return Of.ANSWERS
        case Invoke(operation=Operation.CSTA_EVENT_REPORT):
            return Of.EVENTS
        case Invoke(operation=Operation.SYSTEM_STATUS):
            return Of.STATUS
        case _:
            return None


def _strike(fault: PduFault, delay: float, octets: bytes) -> list[tuple[float, bytes]]:
    match fault.kind:
        case PduKind.LOSE:
            return []
        case PduKind.LATE:
            return [(delay + fault.seconds, octets)]
        case PduKind.REPEAT:
            return [(delay, octets), (delay, octets)]
        case PduKind.INDEFINITE:
            return [(delay, indefinite(octets))]
        case PduKind.OVERLOAD:
            return [(delay, _status(csta.SystemStatus.OVERLOAD_IMMINENT)), (delay, octets)]
        case _:
            return _altered(fault.kind, delay, octets)


def _altered(kind: PduKind, delay: float, octets: bytes) -> list[tuple[float, bytes]]:
    """Strike by changing values; what has no such value stays as it is."""
    pdu: Any = codec.decode(octets)
    match kind, pdu:
        case (PduKind.WRONG_INVOKE_ID, Invoke() | ReturnResult() | ReturnError()):
            wrong = msgspec.structs.replace(pdu, invoke_id=pdu.invoke_id + 1000)
            return [(delay, codec.encode(wrong))]
        case (PduKind.UNKNOWN_EVENT, Invoke(argument=csta.CSTAEventReportArgument() as told)):
            info: Any = ("callControlEvents", ("unknown", _UNKNOWN_ELEMENT))
            strange = csta.CSTAEventReportArgument(told.cross_ref_identifier, info)
            added = Invoke(_EXTRA_ID, Operation.CSTA_EVENT_REPORT, strange)
            return [(delay, codec.encode(added)), (delay, octets)]
        case (PduKind.TRAILING, Invoke(argument=csta.CSTAEventReportArgument() as told)):
            event: Any = told.event_specific_info
            group, (name, body) = event
            last = len(body.__struct_fields__) - 1
            more = msgspec.structs.replace(body, unknown=((last, _UNKNOWN_ELEMENT),))
            info = (group, (name, more))
            argument = msgspec.structs.replace(told, event_specific_info=info)
            longer = msgspec.structs.replace(pdu, argument=argument)
            return [(delay, codec.encode(longer))]
        case _:
            return [(delay, octets)]


def _status(status: csta.SystemStatus) -> bytes:
    argument = csta.SystemStatusArg(system_status=status)
    return codec.encode(Invoke(_EXTRA_ID, Operation.SYSTEM_STATUS, argument))


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
