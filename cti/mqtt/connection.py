"""One TCP connection to a server: octets in, events out, and the socket's settings."""

from __future__ import annotations

import contextlib
import socket
from typing import Any, Protocol

from twisted.internet import protocol
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from typing_extensions import override
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

from cti.mqtt.codec import Decoder
from cti.mqtt.errors import MalformedPacketError
from cti.mqtt.events import (
    Event,
    PacketMalformed,
    PacketReceived,
    Paused,
    Resumed,
    TransportDown,
)
from cti.transport.loss import loss_of

# Linux only: acknowledge segments at once, or a server without TCP_NODELAY waits 40 ms for us.
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class Owner(Protocol):
    """Who runs a connection."""

    def connection_up(self, connection: Connection) -> None:
        """Take a connection into use."""

    def feed(self, connection: Connection, events: list[Event]) -> None:
        """Take what happened on a connection, in order."""

    def connection_down(self, connection: Connection, event: TransportDown) -> None:
        """Let go of a connection."""


@implementer(IPushProducer)
class Connection(protocol.Protocol):
    """The Twisted protocol; it decides nothing."""

    def __init__(self, owner: Owner, maximum_packet_size: int) -> None:
        self._owner = owner
        self._decoder = Decoder(maximum_packet_size)
        self._socket: socket.socket | None = None

    @override
    def connectionMade(self) -> None:
        transport: Any = self.transport
        transport.setTcpNoDelay(True)
        self._socket = _socket_of(transport)
        transport.registerProducer(self, streaming=True)
        self._owner.connection_up(self)

    @override
    def dataReceived(self, data: bytes) -> None:
        if self._socket is not None and _QUICKACK is not None:
            with contextlib.suppress(OSError):  # the other end may be gone already
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        events: list[Event]
        try:
            events = [PacketReceived(packet) for packet in self._decoder.feed(data)]
        except MalformedPacketError as error:
            events = [PacketReceived(packet) for packet in error.before]
            events.append(PacketMalformed(error.reason, error.message))
        self._owner.feed(self, events)

    @override
    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:
        self._socket = None
        self._owner.connection_down(self, TransportDown(loss_of(reason).reason))

    def send(self, octets: bytes) -> None:
        """Write octets."""
        transport: Any = self.transport
        transport.write(octets)

    def close(self, *, flush: bool) -> None:
        """Close after what is written if ``flush``, else at once."""
        transport: Any = self.transport
        transport.unregisterProducer()
        if flush:
            transport.loseConnection()
        else:
            transport.abortConnection()

    def abort(self) -> None:
        """Close at once, also when a close is under way."""
        transport: Any = self.transport
        transport.abortConnection()

    def pauseProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Note that the transport is full."""
        self._owner.feed(self, [Paused()])

    def resumeProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Note that the transport has room."""
        self._owner.feed(self, [Resumed()])

    def stopProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Do nothing: the loss of the connection is told elsewhere."""


def _socket_of(transport: Any) -> socket.socket | None:
    """Find the TCP socket under a transport, also through TLS; none in a test."""
    while (inner := getattr(transport, "transport", None)) is not None:
        transport = inner
    handle = transport.getHandle() if hasattr(transport, "getHandle") else None
    return handle if isinstance(handle, socket.socket) else None
