"""The driver port: what a switch driver is told and what it answers.

A driver is a core: ``handle(event) -> list[Action]``, pure and total. It knows one protocol
and one family of switches; it meets no Twisted, no MQTT, no clock and no ``call_id``. What
it learns it reports as facts (``cti.facts``), in the switch's own identifiers.

A driver is found by its name in the entry point group ``cti.drivers``; ``load`` imports that
one only.

A driver can also *observe* somebody else's client: it is told what that client sent
(``PduSent``), sends nothing itself, starts no request, and reports what it never saw as
unknown.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final

from msgspec import Struct

from cti import installed
from cti.facts import Facts
from cti.model.capabilities import Capabilities
from cti.model.commands import Command, Result
from cti.model.states import LinkState

# Events: what a driver is told.


class LinkUp(Struct, frozen=True, gc=False):
    """PDUs can pass from now on."""


class LinkDown(Struct, frozen=True, gc=False):
    """PDUs pass no more."""

    reason: str


class PduReceived(Struct, frozen=True, gc=False):
    """The switch sent a PDU."""

    pdu: bytes


class PduSent(Struct, frozen=True, gc=False):
    """The client that is being observed sent a PDU."""

    pdu: bytes


class CommandRequested(Struct, frozen=True, gc=False):
    """Carry out a command; native identifiers stand in ``native``."""

    token: int
    command: Command
    native: NativeTarget


class TimerExpired(Struct, frozen=True, gc=False):
    """A timer that this driver started ran out."""

    timer: Hashable


class StopRequested(Struct, frozen=True, gc=False):
    """Release the association in order; ``StateChanged(DOWN)`` says when it is done."""


class ResyncRequested(Struct, frozen=True, gc=False):
    """Messages were lost below, or somebody asks: learn the whole state again."""

    reason: str


class NativeTarget(Struct, frozen=True, gc=False):
    """What a command aims at, in the switch's own identifiers."""

    device: str | None = None
    call: str | None = None
    held: str | None = None
    active: str | None = None
    route: str | None = None


Event = (
    LinkUp
    | LinkDown
    | PduReceived
    | PduSent
    | CommandRequested
    | TimerExpired
    | StopRequested
    | ResyncRequested
)


class Secret(Struct, frozen=True, gc=False):
    """Octets that a driver sends and nobody else may read."""

    before: bytes
    """What stands right before them: tag and length."""
    octets: bytes


# Actions: what a driver wants done, in this order.


class SendPdu(Struct, frozen=True, gc=False):
    """Send a PDU to the switch."""

    pdu: bytes
    urgent: bool = False


class ResetLink(Struct, frozen=True, gc=False):
    """No border between PDUs can be trusted: the message link begins anew where it can.

    A circuit is reset, and PDUs of both sides may be lost; a stream is closed.
    """

    reason: str


class Report(Struct, frozen=True, gc=False):
    """The switch told something."""

    fact: Facts
    message: str
    """Name of the message behind it; empty when no message says it."""


class Outcome(Struct, frozen=True, gc=False):
    """What became of a command.

    A member ``native`` of the result, at any depth, is ``{"call": ..., "device": ...}`` in the
    switch's identifiers; the Engine puts the model's in its place. A call that the command
    made is reported before, as ``CallMade``.
    """

    token: int
    result: Result


class StateChanged(Struct, frozen=True, gc=False):
    """The association changed its state."""

    state: LinkState
    reason: str = ""


class CapabilitiesChanged(Struct, frozen=True, gc=False):
    """What this link can do is known better."""

    capabilities: Capabilities


class StartTimer(Struct, frozen=True, gc=False):
    """Start a timer, or start it again."""

    timer: Hashable
    seconds: float
    """From the driver's configuration; the driver never learns the time."""


class StopTimer(Struct, frozen=True, gc=False):
    """Stop a timer; it may not be running."""

    timer: Hashable


class AnomalyKind(StrEnum):
    """What to count an anomaly under."""

    UNDECODABLE = "undecodable"
    """Octets that are no PDU."""
    UNMAPPED = "unmapped"
    """A message, event or cause that the mapping does not know."""
    UNEXPECTED = "unexpected"
    """A PDU that does not fit the moment: an answer nobody asked for, an unknown reference."""
    SLOW_PATH = "slow_path"
    """A legal encoding that takes the slow decoder."""
    REJECTED = "rejected"
    """The peer rejected one of our PDUs."""


class Anomaly(Struct, frozen=True, gc=False):
    """Something is odd; it is counted and logged and changes nothing else."""

    kind: AnomalyKind
    detail: str
    offset: int | None = None
    """Octet in the PDU where decoding stopped."""
    clause: str = ""


Action = (
    SendPdu
    | ResetLink
    | Report
    | Outcome
    | StateChanged
    | CapabilitiesChanged
    | StartTimer
    | StopTimer
    | Anomaly
)


class DriverError(Exception):
    """A driver cannot be used as asked; says why."""


class SwitchDriver(ABC):
    """One link to one switch."""

    stack: str
    """Name of the message link that this configuration runs on (group ``cti.stacks``)."""
    protocol: str
    """Protocol and encoding, such as ``csta3-ber``."""
    remarks: ClassVar[tuple[str, ...]] = ()
    """What whoever chooses this driver has to know, in sentences; ``cti drivers`` shows it."""

    @abstractmethod
    def __init__(self, config: Mapping[str, Any], *, observing: bool = False) -> None:
        """Check ``config``; raise ``DriverError`` that names the wrong key."""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What this link can do, as far as is known now. Every verb has an entry."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Passwords of the association, as they stand in the PDUs that are sent."""
        return ()

    @abstractmethod
    def begins_connection(self, pdu: bytes, *, sent: bool) -> bool:
        """Tell whether this PDU begins a connection, in a trace that does not mark them.

        ``sent`` is true for the observed client's PDUs.
        """

    @abstractmethod
    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order.

        Total: no event raises, whatever the state.
        """


GROUP: Final = "cti.drivers"
"""Entry point group of the drivers."""


def load(name: str) -> type[SwitchDriver]:
    """Import the driver called ``name``; raise ``DriverError`` if there is none."""
    driver: type[SwitchDriver] | None = installed.find(GROUP, name)
    if driver is None:
        known = ", ".join(installed.names(GROUP)) or "none"
        raise DriverError(f"no driver {name!r}; installed: {known}")
    return driver
