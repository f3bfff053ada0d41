"""Faults of messages as data: what a switch in trouble sends, and what it leaves out.

They act on whole messages between face and framing, and count per kind of message from 1, so
that a play is the same each time. Faults of the octets below stand in ``sim.faults``. What a
message is and how it is spoilt is a matter of its protocol (``Letters``).
"""

from __future__ import annotations

import tomllib
from enum import Enum
from typing import Final, Protocol

import msgspec
from msgspec import Struct


class PduKind(Enum):
    """What goes wrong."""

    LOSE = "lose"
    """It is not sent."""
    LATE = "late"
    """It is sent ``seconds`` later, and what follows does not wait."""
    REPEAT = "repeat"
    """It is sent twice."""
    WRONG_INVOKE_ID = "wrong invoke id"
    """It carries a number of a request that is higher by 1000."""
    UNKNOWN_EVENT = "unknown event"
    """An event that no edition of the protocol has is sent before it."""
    TRAILING = "trailing element"
    """An element that no edition has ends its body."""
    INDEFINITE = "indefinite length"
    """Its constructed elements are of indefinite length, where the protocol has such."""
    REFUSE = "refuse"
    """A request of the client is not carried out; ``of`` means nothing, requests count."""
    MESSAGES_LOST = "messages lost"
    """It is not sent, and the switch says so at the end of the same moment, if it can."""
    SWAP = "swap"
    """This event changes places with the next of the moment, if another monitor's."""
    OTHER_ORDER = "other order"
    """This and the further events of the moment come by monitor, the last monitor first."""
    OVERLOAD = "overload"
    """A report of overload is sent before it."""


class Of(Enum):
    """Which messages a fault counts."""

    ANSWERS = "answers"
    """Results, failures and rejects."""
    EVENTS = "events"
    STATUS = "status"
    """Reports of how the switch itself is."""
    ANY = "any"


class PduFault(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One disturbance of messages to the host."""

    kind: PduKind
    at: int = 1
    """Which message, from 1."""
    of: Of = Of.ANY
    count: int = 1
    """How many in a row."""
    seconds: float = 0.0

    def strikes(self, number: int) -> bool:
        """Tell whether it strikes a message of this number."""
        return self.at <= number < self.at + self.count


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


class Letters(Protocol):
    """What faults must know of the messages of a protocol."""

    def is_request(self, octets: bytes) -> bool:
        """Tell whether a message of the client is a request."""

    def kind(self, octets: bytes) -> Of | None:
        """Tell what is counted with a message to the client."""

    def monitor(self, octets: bytes) -> bytes:
        """Give whose event a message is; empty for any other message."""

    def renumbered(self, sent: list[bytes]) -> list[bytes]:
        """Give messages their numbers anew, so that these rise as they are sent."""

    def altered(self, kind: PduKind, octets: bytes) -> list[bytes]:
        """Give what is sent in place of a message; as it is if this has no such fault."""

    def messages_lost(self) -> list[bytes]:
        """Give how the switch says that messages were lost; nothing if it cannot."""


_ORDERS: Final = (PduKind.SWAP, PduKind.OTHER_ORDER)
_IN_TURN: Final = PduFault(PduKind.OTHER_ORDER)
"""What happens to the rest of a moment of which an event comes in another order."""


class Mischief:
    """Put faults on the messages of one link."""

    def __init__(self, faults: tuple[PduFault, ...], letters: Letters) -> None:
        self._faults = faults
        self._letters = letters
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

    def end(self) -> None:
        """Let everything go right from now on."""
        self._faults = ()

    def refuses(self, octets: bytes) -> bool:
        """Take a message of the client; say whether it is a request to be refused."""
        if not self._faults or not self._letters.is_request(octets):
            return False
        self._requests += 1
        return any(
            fault.kind is PduKind.REFUSE and fault.strikes(self._requests)
            for fault in self._faults
        )

    def take(self, octets: bytes) -> list[tuple[float, bytes]]:
        """Take a message to be sent; give what is sent in its place, each with its delay."""
        if not self._faults:
            return [(0.0, octets)]
        kinds = (self._letters.kind(octets), Of.ANY)
        for kind in kinds:
            if kind is not None:
                self._counts[kind] += 1
        struck = [
            fault
            for fault in self._faults
            if fault.of in kinds and fault.strikes(self._counts[fault.of])
        ]
        if self._held:  # each monitor's events keep their order
            struck = [fault for fault in struck if fault.kind not in _ORDERS] + [_IN_TURN]
        sent = [(0.0, octets)]
        for fault in struck:
            sent = [new for one in sent for new in self._strike(fault, *one)]
        if self._first is None or self._first == octets:
            return [one for one in sent if one[1] != self._first]
        first, self._first = self._first, None
        monitor = self._letters.monitor
        alone = len(sent) == 1 and sent[0][0] == 0.0
        if alone and monitor(octets) not in (b"", monitor(first)):
            swapped = self._letters.renumbered([sent[0][1], first])
            return [(0.0, one) for one in swapped]
        return [(0.0, first), *sent]

    def flush(self) -> list[bytes]:
        """Give what was kept back until the end of the moment."""
        sent = [] if self._first is None else [self._first]
        self._first = None
        if self._held:
            by_monitor: dict[bytes, list[bytes]] = {}
            for one in self._held:
                by_monitor.setdefault(self._letters.monitor(one), []).append(one)
            lines = reversed(by_monitor.values())
            sent += self._letters.renumbered([one for line in lines for one in line])
            self._held = []
        if self._lost:
            sent += self._letters.messages_lost()
            self._lost = False
        return sent

    def _strike(
        self, fault: PduFault, delay: float, octets: bytes
    ) -> list[tuple[float, bytes]]:
        match fault.kind:
            case PduKind.MESSAGES_LOST:
                self._lost = True
                return []
            case PduKind.SWAP if self._letters.monitor(octets) and self._first is None:
                self._first = octets
                return [(delay, octets)]
            case PduKind.OTHER_ORDER if self._letters.monitor(octets):
                self._held.append(octets)
                return []
            case PduKind.LOSE:
                return []
            case PduKind.LATE:
                return [(delay + fault.seconds, octets)]
            case PduKind.REPEAT:
                return [(delay, octets), (delay, octets)]
            case _:
                return [(delay, one) for one in self._letters.altered(fault.kind, octets)]
