"""Faults of a wire as data, and the wire that puts them on what it carries.

A ``Wire`` is a core: octets sent go in, octets that arrive come out, in two directions. It
stands between two transports or, given whole messages, between a stack and a face. Faults
count what is sent per direction, from 1, or connections from 1; they draw nothing at random.
"""

from __future__ import annotations

import tomllib
from collections import deque
from enum import Enum

import msgspec
from msgspec import Struct


class Direction(Enum):
    """Which way octets go."""

    TO_SWITCH = "to switch"
    TO_HOST = "to host"


class Kind(Enum):
    """What goes wrong."""

    DROP = "drop"
    DELAY = "delay"
    """Comes ``seconds`` late, and what follows waits behind it."""
    OVERTAKE = "overtake"
    """Comes ``seconds`` late, and what follows does not wait."""
    DUPLICATE = "duplicate"
    CORRUPT = "corrupt"
    """The octet at ``octet`` arrives with its lowest bit turned."""
    CHUNK = "chunk"
    """Arrives in pieces of ``octet`` octets."""
    CUT = "cut"
    """The connection ends after ``octet`` octets of it; no other stands for ``seconds``."""
    GARBAGE = "garbage"
    """``hex`` arrives in front of it."""
    STALL = "stall"
    """Nothing arrives for ``seconds`` from here on; for ever when 0."""
    REFUSE = "refuse"
    """A connection is refused; ``at`` counts attempts and ``direction`` means nothing."""


class Fault(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One disturbance."""

    kind: Kind
    at: int
    """Which sending of the direction, or which attempt to connect, from 1."""
    direction: Direction = Direction.TO_SWITCH
    count: int = 1
    """How many in a row."""
    seconds: float = 0.0
    octet: int = 0
    """Offset, length or piece, as the kind says."""
    hex: str = ""


class FaultError(ValueError):
    """A list of faults is not one."""


def read_faults(text: str) -> tuple[Fault, ...]:
    """Read ``[[fault]]`` tables from TOML; raise ``FaultError`` when they are not faults."""
    try:
        tables = tomllib.loads(text)
        faults = msgspec.convert(tables.get("fault", []), tuple[Fault, ...])
        for fault in faults:
            bytes.fromhex(fault.hex)
    except ValueError as error:
        raise FaultError(str(error)) from error
    for fault in faults:
        numbers = (fault.octet, fault.count - 1, fault.at - 1, fault.seconds)
        if min(numbers) < 0 or (fault.kind is Kind.CHUNK and not fault.octet):
            raise FaultError(f"{fault.kind.value} at {fault.at}: a number out of range")
    return faults


class Connect(Struct, frozen=True, gc=False):
    """The host tries to connect."""


class Sent(Struct, frozen=True, gc=False):
    """One end sends octets, or one message."""

    direction: Direction
    octets: bytes


class Closed(Struct, frozen=True, gc=False):
    """One end closes the connection."""


class WireTimerExpired(Struct, frozen=True, gc=False):
    """A timer of the wire ran out."""

    timer: int


class Connected(Struct, frozen=True, gc=False):
    """The connection stands."""


class ConnectionRefused(Struct, frozen=True, gc=False):
    """The connection does not come about."""


class Arrived(Struct, frozen=True, gc=False):
    """Octets come out at the other end."""

    direction: Direction
    octets: bytes


class ConnectionLost(Struct, frozen=True, gc=False):
    """The connection ends for both ends; what was under way is lost."""

    seconds: float = 0.0
    """For how long no other comes about."""


class StartWireTimer(Struct, frozen=True, gc=False):
    """Return ``WireTimerExpired(timer)`` after so many seconds."""

    timer: int
    seconds: float


class StopWireTimer(Struct, frozen=True, gc=False):
    """The timer is of no more use."""

    timer: int


WireEvent = Connect | Sent | Closed | WireTimerExpired
WireAction = (
    Connected | ConnectionRefused | Arrived | ConnectionLost | StartWireTimer | StopWireTimer
)


class _Way:
    """One direction of a wire."""

    def __init__(self) -> None:
        self.sent = 0
        self.waiting: deque[bytes | None] = deque()
        """What waits behind a delay, in order; ``None`` is a cut."""
        self.away = 0.0
        """Seconds for which the cut lets no other connection stand."""
        self.stopped_by: int | None = None
        """Timer that lets it go on; 0 when it never does."""


class Wire:
    """Carry octets between two ends, with faults."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = faults
        self._attempts = 0
        self._serial = 0
        self.up = False
        """Whether the connection stands."""
        self._ways = {direction: _Way() for direction in Direction}
        self._late: dict[int, tuple[Direction, bytes]] = {}

    def handle(self, event: WireEvent) -> list[WireAction]:
        """Take one event and return what comes of it, in order."""
        match event:
            case Connect():
                self._attempts += 1
                if self.up or self._struck(Kind.REFUSE, self._attempts, None):
                    return [ConnectionRefused()]
                self.up = True
                return [Connected()]
            case Sent(direction, octets):
                return self._send(direction, octets) if self.up else []
            case Closed():
                return self._lose() if self.up else []
            case WireTimerExpired(timer):
                return self._go_on(timer)

    def _send(self, direction: Direction, octets: bytes) -> list[WireAction]:
        way = self._ways[direction]
        way.sent += 1
        actions: list[WireAction] = []
        pieces: list[bytes | None] = [octets]
        for fault in self._faults:
            if not self._struck_by(fault, way.sent, direction):
                continue
            match fault.kind:
                case Kind.DROP:
                    pieces = []
                case Kind.DUPLICATE:
                    pieces = pieces + pieces
                case Kind.CORRUPT:
                    pieces = [_corrupted(piece, fault.octet) for piece in pieces]
                case Kind.CHUNK:
                    pieces = [part for piece in pieces for part in _parts(piece, fault.octet)]
                case Kind.CUT:
                    pieces = [octets[: fault.octet], None]
                    way.away = fault.seconds
                case Kind.GARBAGE:
                    pieces = [bytes.fromhex(fault.hex), *pieces]
                case Kind.OVERTAKE:
                    for piece in pieces:
                        if piece:
                            self._late[self._start(fault.seconds, actions)] = (direction, piece)
                    pieces = []
                case Kind.DELAY | Kind.STALL:
                    if way.stopped_by is None:
                        lasting = fault.kind is Kind.STALL and not fault.seconds
                        way.stopped_by = 0 if lasting else self._start(fault.seconds, actions)
                case Kind.REFUSE:
                    pass
        way.waiting += pieces
        return actions + (self._flow(direction) if way.stopped_by is None else [])

    def _go_on(self, timer: int) -> list[WireAction]:
        late = self._late.pop(timer, None)
        if late is not None:
            return [Arrived(*late)]
        for direction, way in self._ways.items():
            if way.stopped_by == timer:
                way.stopped_by = None
                return self._flow(direction)
        return []

    def _flow(self, direction: Direction) -> list[WireAction]:
        """Let out what waits, up to a cut."""
        way = self._ways[direction]
        actions: list[WireAction] = []
        while way.waiting:
            piece = way.waiting.popleft()
            if piece is None:
                return actions + self._lose(way.away)
            if piece:
                actions.append(Arrived(direction, piece))
        return actions

    def _lose(self, seconds: float = 0.0) -> list[WireAction]:
        """End the connection; counts go on, so a fault strikes once in a life."""
        self.up = False
        timers = list(self._late)
        self._late.clear()
        for way in self._ways.values():
            way.waiting.clear()
            if way.stopped_by:
                timers.append(way.stopped_by)
            way.stopped_by = None
        return [*(StopWireTimer(timer) for timer in sorted(timers)), ConnectionLost(seconds)]

    def _start(self, seconds: float, actions: list[WireAction]) -> int:
        self._serial += 1
        actions.append(StartWireTimer(self._serial, seconds))
        return self._serial

    def _struck(self, kind: Kind, number: int, direction: Direction | None) -> bool:
        return any(
            fault.kind is kind and self._struck_by(fault, number, direction)
            for fault in self._faults
        )

    @staticmethod
    def _struck_by(fault: Fault, number: int, direction: Direction | None) -> bool:
        right_way = direction is None or fault.direction is direction
        return right_way and fault.at <= number < fault.at + fault.count


def _corrupted(octets: bytes | None, offset: int) -> bytes | None:
    """Turn one bit; octets too short for the offset pass unchanged."""
    if octets is None or offset >= len(octets):
        return octets
    return octets[:offset] + bytes((octets[offset] ^ 0x01,)) + octets[offset + 1 :]


def _parts(octets: bytes | None, size: int) -> list[bytes | None]:
    if octets is None:
        return [None]
    return [octets[start : start + size] for start in range(0, len(octets), size)]
