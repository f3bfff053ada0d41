"""What carries frames in the laboratory: a datagram each, a serial line, or XOT.

An attachment tells its owner ``opened``, ``received(octets)`` for each frame, and ``lost``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final, Protocol

from twisted.internet import protocol
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from typing_extensions import override

from protocols.hdlc import octets as hdlc
from protocols.hdlc.received import Frame
from protocols.x25.packets import PacketType
from protocols.xot import framer as xot

LOOPBACK: Final = "127.0.0.1"


class Owner(Protocol):
    """Who is told of an attachment."""

    def listening(self, port: int) -> None:
        """Learn where another may connect."""

    def opened(self) -> None:
        """Learn that frames can pass."""

    def received(self, octets: bytes) -> None:
        """Take a frame."""

    def lost(self, reason: str) -> None:
        """Learn that frames pass no more."""


class Attachment(Protocol):
    """Something that carries frames."""

    def open(self, reactor: Any, owner: Owner) -> None:
        """Begin; raise ``OSError`` or ``ValueError`` if that cannot be."""

    def send(self, octets: bytes) -> None:
        """Send a frame."""


class Udp(protocol.DatagramProtocol):
    """One datagram on loopback is one frame, without flags and FCS."""

    def __init__(self, text: str) -> None:
        local, _, remote = text.partition(":")
        if not (local.isdecimal() and remote.isdecimal()):
            raise ValueError(f"--udp {text}: LOCAL:REMOTE, two port numbers, are expected")
        self._local, self._remote = int(local), int(remote)
        self._owner: Owner

    def open(self, reactor: Any, owner: Owner) -> None:
        """Bind the local port."""
        self._owner = owner
        reactor.listenUDP(self._local, self, interface=LOOPBACK, maxPacketSize=65536)
        owner.opened()

    def send(self, octets: bytes) -> None:
        """Send a datagram."""
        transport: Any = self.transport
        transport.write(octets, (LOOPBACK, self._remote))

    @override
    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        if addr[1] == self._remote:
            self._owner.received(datagram)

    @override
    def connectionRefused(self) -> None:
        """Do nothing: the other end may come later."""


class _Stream(protocol.Protocol):
    """A stream with its framing."""

    def __init__(self, take: Callable[[bytes], None], owner: Owner) -> None:
        self._take = take
        self._owner = owner

    @override
    def connectionMade(self) -> None:
        self._owner.opened()

    @override
    def dataReceived(self, data: bytes) -> None:
        self._take(data)

    @override
    def connectionLost(self, reason: Any = None) -> None:
        self._owner.lost(reason.getErrorMessage())


class Serial:
    """An asynchronous line with octet-stuffed HDLC: ``DEVICE[?speed=19200...]``."""

    def __init__(self, text: str) -> None:
        from cti.config.words import serial_line

        self._line = serial_line(text)
        self._framer = hdlc.OctetFramer()
        self._stream: _Stream
        self._owner: Owner

    def open(self, reactor: Any, owner: Owner) -> None:
        """Open the device."""
        from cti.transport.serial import open_line

        self._owner = owner
        self._stream = _Stream(self._take, owner)
        open_line(self._stream, self._line, reactor)

    def send(self, octets: bytes) -> None:
        """Send a frame between flags."""
        transport: Any = self._stream.transport
        transport.write(hdlc.encode(octets))

    def _take(self, octets: bytes) -> None:
        for found in self._framer.feed(octets):
            if isinstance(found, Frame):
                self._owner.received(found.octets)


class Xot:
    """Packets over TCP: ``HOST:PORT``, or ``listen:HOST:PORT`` for one caller.

    XOT carries no restart, so a restart is confirmed here, as a router does it.
    """

    def __init__(self, text: str) -> None:
        self._listen = text.startswith("listen:")
        host, _, port = text.removeprefix("listen:").rpartition(":")
        if not host:
            host, port = port, str(xot.PORT)
        if not (host and port.isdecimal()):
            raise ValueError(f"--xot {text}: [listen:]HOST[:PORT] is expected")
        self._host, self._port = host, int(port)
        self._framer = xot.XotFramer()
        self._lcn = 1
        self._stream: _Stream | None = None
        self._reactor: Any = None
        self._owner: Owner

    def open(self, reactor: Any, owner: Owner) -> None:
        """Connect or listen."""
        self._owner, self._reactor = owner, reactor
        factory = protocol.Factory.forProtocol(self._build)
        factory.noisy = False
        if self._listen:
            server: Any = TCP4ServerEndpoint
            opening = server(reactor, self._port, interface=self._host).listen(factory)
            opening.addCallback(lambda port: owner.listening(port.getHost().port))
        else:
            client: Any = TCP4ClientEndpoint
            opening = client(reactor, self._host, self._port).connect(factory)
        opening.addErrback(lambda failure: owner.lost(failure.getErrorMessage()))

    def _build(self) -> _Stream:
        self._framer = xot.XotFramer()
        self._stream = _Stream(self._take, self._owner)
        return self._stream

    def send(self, octets: bytes) -> None:
        """Send a packet, if XOT carries it."""
        if octets[2:3] == bytes((PacketType.RESTART,)):
            confirmation = bytes((octets[0] & 0x30, 0, PacketType.RESTART_CONFIRMATION))
            self._reactor.callLater(0, self._owner.received, confirmation)
        elif xot.carries(octets) and self._stream is not None:
            self._lcn = (octets[0] & 0x0F) << 8 | octets[1]
            transport: Any = self._stream.transport
            transport.write(xot.encode(octets))

    def _take(self, octets: bytes) -> None:
        for found in self._framer.feed(octets):
            if isinstance(found, xot.BadHeader):
                transport: Any = self._stream and self._stream.transport
                transport.abortConnection()
            elif xot.carries(found):
                self._owner.received(xot.relabel(found, self._lcn))


def attachment(options: argparse.Namespace) -> Attachment:
    """Make what the command line names; raise ``ValueError``."""
    if options.udp is not None:
        return Udp(options.udp)
    if options.serial is not None:
        return Serial(options.serial)
    if options.layer != "plp":
        raise ValueError("--xot carries packets, not frames: it is for plp")
    return Xot(options.xot)
