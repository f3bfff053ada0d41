"""Framing of ASN.1 CSTA over TCP: a length before each APDU.

Two headers are in use. Most switches send the length of the APDU in two octets, most
significant first. The Siemens HiPath 3000 family sends 0x26 and then the length with its top
bit set. The length never counts the header. A frame has no relation to segment borders.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any, Final

from typing_extensions import override

from protocols.errors import EncodeError
from protocols.stacks.primitives import (
    Action,
    Established,
    Event,
    Fault,
    OctetsReceived,
    Received,
    Release,
    Released,
    Send,
    Stack,
    TimerExpired,
    Transmit,
    TransportDown,
    TransportUp,
    no_options,
)


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


_MARK: Final = 0x26
_TOP: Final = 0x8000


class Framer:
    """Split a stream into APDUs. Never holds more than one frame and the last read."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._chunks: list[bytes] = []
        self._held = 0
        self._wanted = header.size

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
        start, end, size = 0, len(buffer), self._header.size
        wrong: str | None = None
        self._wanted = size
        while end - start >= size:
            body = start + size
            if self._header is Header.HIPATH:
                if buffer[start] != _MARK:
                    wrong = f"frame begins with {buffer[start]:#04x} instead of 0x26"
                    break
                length = buffer[start + 1] << 8 | buffer[start + 2]
                if not length & _TOP:
                    wrong = f"length {length:#06x} without its top bit"
                    break
                length ^= _TOP
            else:
                length = buffer[start] << 8 | buffer[start + 1]
            if end - body < length:
                self._wanted = size + length
                break
            frames.append(buffer[body : body + length])
            start = body + length
        self._chunks = [buffer[start:]]
        self._held = end - start
        return frames, wrong


def frame(header: Header, pdu: bytes) -> bytes:
    """Put the header before one APDU; raise ``EncodeError`` if it is too long."""
    length = len(pdu)
    if length > header.longest:
        raise EncodeError(f"APDU of {length} octets, at most {header.longest} fit the header")
    if header is Header.LENGTH16:
        return length.to_bytes(2, "big") + pdu
    return bytes((_MARK,)) + (length | _TOP).to_bytes(2, "big") + pdu


class FramingStack(Stack):
    """Message link that only frames: one transport connection, PDUs with a length."""

    def __init__(self, header: Header) -> None:
        self._header = header
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
                    return [Transmit(frame(self._header, pdu))]
                except EncodeError as error:
                    return [Fault("unsent", str(error))]
            case TransportUp():
                self._framer = Framer(self._header)
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
