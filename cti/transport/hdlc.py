"""Synchronous HDLC interfaces of Linux: one packet of an AF_PACKET socket is one frame.

The interface is set up by the system (``sethdlc hdlc0 hdlc nrz crc16-itu``); flags, stuffing
and FCS are the card's and its driver's.
"""

from __future__ import annotations

import errno
import os
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from twisted.internet import abstract
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from typing_extensions import override
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

from cti.transport.loss import LineError, failure_of

_ALL: Final = 0x0003  # ETH_P_ALL
_RAW_HDLC: Final = 518  # ARPHRD_RAWHDLC
_OUTGOING: Final = 4  # PACKET_OUTGOING: our own frame, shown once more
_LARGEST: Final = 65536
_READS: Final = 64
"""Frames that are taken in one turn of the reactor."""
_MOST_WAITING: Final = 512
"""Frames that wait for the interface; LAPB sends again what is thrown away beyond."""


def open_interface(interface: str) -> socket.socket:
    """Open an interface; raise ``LineError`` that says why it cannot be."""
    try:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
    except PermissionError:
        raise LineError(f"{interface}: frames need the right CAP_NET_RAW") from None
    except (OSError, AttributeError) as problem:
        raise LineError(f"{interface}: no packet sockets here: {problem}") from None
    try:
        opened.bind((interface, _ALL))
        kind = opened.getsockname()[3]
    except OSError as problem:
        opened.close()
        if problem.errno == errno.ENODEV:
            raise LineError(f"{interface}: no such interface") from None
        raise LineError(f"{interface}: {_words(problem)}") from None
    if kind != _RAW_HDLC:
        opened.close()
        raise LineError(
            f"{interface}: no raw HDLC interface (its type is {kind}, {_RAW_HDLC} is wanted); "
            "see sethdlc"
        )
    opened.settimeout(0)
    return opened


def _words(problem: OSError) -> str:
    return os.strerror(problem.errno).lower() if problem.errno else str(problem)


class Frames(abstract.FileDescriptor):
    """A socket of datagrams as a transport: one write is one frame, one frame one read."""

    connected = 1

    def __init__(self, opened: socket.socket, made: Any, reactor: Any, name: str) -> None:
        base: Any = super()
        base.__init__(reactor)
        self._socket = opened
        self._made = made
        self._name = name
        self._clock = reactor
        self._waiting: deque[bytes] = deque()
        made.makeConnection(self)
        if not self.disconnected:
            self.startReading()  # type: ignore[no-untyped-call]

    @override
    def fileno(self) -> int:
        return self._socket.fileno()

    @override
    def doRead(self) -> None:
        for _ in range(_READS):
            if self.disconnected:
                return
            try:
                octets, address = self._socket.recvfrom(_LARGEST)
            except BlockingIOError:
                return
            except OSError as problem:
                self._lose(LineError(f"{self._name}: {_words(problem)}"))
                return
            if not (isinstance(address, tuple) and address[2] == _OUTGOING):
                self._made.dataReceived(octets)

    @override
    def write(self, data: bytes) -> None:
        if self.disconnected or self.disconnecting or len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting.append(data)
        self.startWriting()  # type: ignore[no-untyped-call]

    @override
    def doWrite(self) -> None:
        while self._waiting:
            try:
                self._socket.send(self._waiting[0])
            except BlockingIOError:
                return
            except OSError as problem:
                if problem.errno != errno.ENOBUFS:
                    self._lose(LineError(f"{self._name}: {_words(problem)}"))
                    return
            self._waiting.popleft()
        self.stopWriting()  # type: ignore[no-untyped-call]
        if self.disconnecting:
            self._lose(ConnectionDone())

    @override
    def loseConnection(self, *_: object) -> None:
        if self._waiting:
            self.disconnecting = 1
        else:
            self._lose(ConnectionDone())

    def abortConnection(self) -> None:  # noqa: N802 # Twisted's name
        """Close in the next turn of the reactor, as sockets do."""
        self.stopReading()  # type: ignore[no-untyped-call]
        self.stopWriting()  # type: ignore[no-untyped-call]
        self._clock.callLater(0, self._lose, ConnectionAborted())

    @override
    def connectionLost(self, reason: Failure) -> None:
        self._lose(LineError(f"{self._name} is gone"))

    def _lose(self, why: Exception) -> None:
        if self.disconnected:
            return
        self.stopReading()  # type: ignore[no-untyped-call]
        self.stopWriting()  # type: ignore[no-untyped-call]
        reason = failure_of(why)
        base: Any = super()
        base.connectionLost(reason)
        self._socket.close()
        self._made.connectionLost(reason)


@implementer(IStreamClientEndpoint)
class HdlcEndpoint:
    """Opens one synchronous interface."""

    def __init__(
        self,
        reactor: Any,
        interface: str,
        opens: Callable[[str], socket.socket] = open_interface,
    ) -> None:
        self._reactor = reactor
        self._interface = interface
        self._opens = opens

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 # Twisted's name
        """Open the interface once."""
        try:
            opened = self._opens(self._interface)
        except LineError:
            return fail()
        made = protocolFactory.buildProtocol(None)
        Frames(opened, made, self._reactor, self._interface)
        return succeed(made)
