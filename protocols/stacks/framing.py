"""Framing over TCP: a length before each APDU, or in the header of each message.

Two headers are in use for ASN.1 CSTA. Most switches send the length of the APDU in two octets,
most significant first. The Siemens HiPath 3000 family sends 0x26 and then the length with its
top bit set. The length never counts the header. Messages of the Meridian Link style begin with
their own length, which counts all of them. A frame has no relation to segment borders.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any, Final, Protocol

from typing_extensions import override

from protocols.errors import EncodeError
from protocols.meridian import header
from protocols.stacks.options import Meridian, read
from protocols.stacks.primitives import (
    Action,
    Established,
    Event,
    Fault,
    OctetsReceived,
    Received,
    Release,
    Released,
    Reset,
    Send,
    Stack,
    TimerExpired,
    Transmit,
    TransportDown,
    TransportUp,
    no_options,
)


class Borders(Protocol):
    """How PDUs are told apart in a stream."""

    @property
    def size(self) -> int:
        """Octets that say where a frame ends."""

    def find(self, octets: bytes, at: int) -> tuple[int, int]:
        """Give begin and end of the PDU whose frame begins at ``at``.

        Raise ``ValueError`` where no frame can begin.
        """

    def frame(self, pdu: bytes) -> bytes:
        """Write the frame of a PDU; raise ``EncodeError`` if it has none."""


class Header(Enum):
    """Form of the header before each APDU."""

    LENGTH16 = "length16"
    """Two octets of length."""
    HIPATH = "hipath"
    """0x26, then two octets of length with the top bit set."""

    @property
    def size(self) -> int:
        """Octets of the header."""
        return 2 if self is Header.LENGTH16 else 3

    @property
    def longest(self) -> int:
        """Octets of the longest APDU that the header can announce."""
        return 0xFFFF if self is Header.LENGTH16 else 0x7FFF

    def find(self, octets: bytes, at: int) -> tuple[int, int]:
        """Give begin and end of the APDU whose header begins at ``at``."""
        begin = at + self.size
        length = octets[begin - 2] << 8 | octets[begin - 1]
        if self is Header.HIPATH:
            if octets[at] != _MARK:
                raise ValueError(f"frame begins with {octets[at]:#04x} instead of 0x26")
            if not length & _TOP:
                raise ValueError(f"length {length:#06x} without its top bit")
            length ^= _TOP
        return begin, begin + length

    def frame(self, pdu: bytes) -> bytes:
        """Put the header before one APDU; raise ``EncodeError`` if it is too long."""
        length = len(pdu)
        if length > self.longest:
            raise EncodeError(f"APDU of {length} octets, at most {self.longest} fit the header")
        if self is Header.LENGTH16:
            return length.to_bytes(2, "big") + pdu
        return bytes((_MARK,)) + (length | _TOP).to_bytes(2, "big") + pdu


class OwnLength:
    """Messages that begin with their own length, in the layout of ``meridian.header``."""

    size = header.LENGTH_SIZE

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def find(self, octets: bytes, at: int) -> tuple[int, int]:
        """Give begin and end of the message that begins at ``at``."""
        length = header.total(octets, at)
        self._check(length, ValueError)
        return at, at + length

    def frame(self, pdu: bytes) -> bytes:
        """Check that a message is its own frame; raise ``EncodeError``."""
        self._check(len(pdu), EncodeError)
        return pdu

    def _check(self, length: int, error: type[Exception]) -> None:
        if not header.SIZE <= length <= self.longest:
            limits = f"{header.SIZE} to {self.longest}"
            raise error(f"message of {length} octets: {limits} are possible")


_MARK: Final = 0x26
_TOP: Final = 0x8000


class Framer:
    """Split a stream into APDUs. Never holds more than one frame and the last read."""

    def __init__(self, borders: Borders) -> None:
        self._borders = borders
        self._chunks: list[bytes] = []
        self._held = 0
        self._wanted = borders.size

    @property
    def held(self) -> int:
        """Octets that wait for the rest of their frame."""
        return self._held

    def feed(self, octets: bytes) -> tuple[list[bytes], str | None]:
        """Take what was read; return the APDUs that are complete, and what is wrong if any.

        After an error the borders in the stream are lost and this framer is of no more use.
        """
        self._chunks.append(octets)
        self._held += len(octets)
        if self._held < self._wanted:  # joined only when a frame can be whole: linear work
            return [], None
        buffer = b"".join(self._chunks)
        frames: list[bytes] = []
        start, end, size = 0, len(buffer), self._borders.size
        wrong: str | None = None
        self._wanted = size
        while end - start >= size:
            try:
                begin, after = self._borders.find(buffer, start)
            except ValueError as error:
                wrong = str(error)
                break
            if after > end:
                self._wanted = after - start
                break
            frames.append(buffer[begin:after])
            start = after
        self._chunks = [buffer[start:]]
        self._held = end - start
        return frames, wrong


def frame(borders: Borders, pdu: bytes) -> bytes:
    """Write the frame of one PDU; raise ``EncodeError`` if it has none."""
    return borders.frame(pdu)


class FramingStack(Stack):
    """Message link that only frames: one transport connection, PDUs with a length."""

    def __init__(self, borders: Borders) -> None:
        self._borders = borders
        self._framer: Framer | None = None

    @property
    @override
    def timers(self) -> Mapping[Hashable, float]:
        return {}

    @override
    def handle(self, event: Event) -> list[Action]:
        match event:
            case OctetsReceived(octets):
                if self._framer is None:
                    return [Fault("late", f"{len(octets)} octets without a connection")]
                frames, wrong = self._framer.feed(octets)
                actions: list[Action] = [Received(pdu) for pdu in frames]
                if wrong is not None:
                    self._framer = None
                    actions += [Fault("framing", wrong, fatal=True), Released("framing lost")]
                return actions
            case Send(pdu):
                if self._framer is None:
                    return [Fault("unsent", "no connection to send on")]
                try:
                    return [Transmit(self._borders.frame(pdu))]
                except EncodeError as error:
                    return [Fault("unsent", str(error))]
            case TransportUp():
                self._framer = Framer(self._borders)
                return [Established()]
            case TransportDown(reason):
                if self._framer is None:
                    return []
                held = self._framer.held
                self._framer = None
                if held:
                    return [
                        Fault("cut", f"connection ended inside a frame, {held} octets lost"),
                        Released(reason),
                    ]
                return [Released(reason)]
            case Reset(reason):  # a stream cannot be found into again
                if self._framer is None:
                    return []
                self._framer = None
                return [Fault("reset", reason, fatal=True), Released(reason)]
            case TimerExpired() | Release():  # it starts none; there is no end to agree on
                return []


def length16(options: Mapping[str, Any] = {}, *, observing: bool = False) -> Stack:  # noqa: ARG001
    """Make a message link with two octets of length before each APDU."""
    no_options(options)
    return FramingStack(Header.LENGTH16)


def hipath(options: Mapping[str, Any] = {}, *, observing: bool = False) -> Stack:  # noqa: ARG001
    """Make a message link with the header of the HiPath 3000 family."""
    no_options(options)
    return FramingStack(Header.HIPATH)


def meridian(options: Mapping[str, Any] = {}, *, observing: bool = False) -> Stack:  # noqa: ARG001
    """Make a message link of messages that begin with their own length."""
    keys: Meridian = read(options, Meridian)
    return FramingStack(OwnLength(keys.longest))
