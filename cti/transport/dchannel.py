"""Attachments of an ISDN D channel: each datagram of a socket is one frame of LAPD.

A frame goes from its address to the end of its information field; flags, bit stuffing and FCS
belong to the card and its driver. ``misdn:`` is a card of Linux' mISDN, raw and without its
own layer 2; ``udp:`` and ``unixgram:`` are for laboratory and simulator.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import socket
import stat
import struct
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final, Protocol

from twisted.internet import abstract
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from typing_extensions import override
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

from cti.clock import Delayed
from cti.config.words import Misdn, Udp, Unixgram
from cti.transport.hdlc import Frames
from cti.transport.loss import LineError, failure_of

# include/linux/mISDNif.h, which no distribution exports.
_AF_ISDN: Final = 34
_PROTOCOLS: Final = {("s0", "te"): 1, ("s0", "nt"): 2, ("e1", "te"): 3, ("e1", "nt"): 4}
_HEAD: Final = struct.Struct("=II")
_ANY: Final = 0xFFFF
_PH_ACTIVATE_REQ: Final = 0x0101
_PH_DATA_REQ: Final = 0x2001
_PH_DATA_IND: Final = 0x2002
_ACTIVE: Final = (0x0102, 0x4102, 0x0502)
"""PH-ACTIVATE indication and confirm, MPH-ACTIVATE indication."""
_INACTIVE: Final = (0x0202, 0x4202, 0x0602)
_LARGEST: Final = 4096


class Device(Protocol):
    """What ``Frames`` needs of a socket."""

    def fileno(self) -> int:
        """Give the descriptor."""

    def recvfrom(self, size: int) -> tuple[bytes, object]:
        """Take a frame; raise ``BlockingIOError`` if there is none."""

    def send(self, octets: bytes) -> int:
        """Send a frame."""

    def close(self) -> None:
        """Close."""


class Datagrams:
    """A connected socket of datagrams."""

    def __init__(self, opened: socket.socket, path: str | None = None) -> None:
        self._socket = opened
        self._path = path

    def fileno(self) -> int:
        """Give the descriptor."""
        return self._socket.fileno()

    def recvfrom(self, size: int) -> tuple[bytes, None]:
        """Take a datagram."""
        return self._socket.recv(size), None

    def send(self, octets: bytes) -> int:
        """Send a datagram."""
        return self._socket.send(octets)

    def close(self) -> None:
        """Close, and take the name of a UNIX socket away."""
        self._socket.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._path)


class Lan(Datagrams):
    """A UDP socket without a connection: a far end that is not there yet is no error."""

    def __init__(self, opened: socket.socket, far: tuple[str, int]) -> None:
        super().__init__(opened)
        self._far = far

    @override
    def recvfrom(self, size: int) -> tuple[bytes, None]:
        """Take a datagram of the far end; those of others are thrown away."""
        while True:
            octets, source = self._socket.recvfrom(size)
            if source[:2] == self._far:
                return octets, None

    @override
    def send(self, octets: bytes) -> int:
        """Send a datagram."""
        return self._socket.sendto(octets, self._far)


class Card:
    """The D channel of a card as mISDN has it: a header before each frame."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened

    def fileno(self) -> int:
        """Give the descriptor."""
        return self._socket.fileno()

    def activate(self) -> None:
        """Ask for layer 1."""
        self._socket.send(_HEAD.pack(_PH_ACTIVATE_REQ, _ANY))

    def active(self) -> bool:
        """Read until layer 1 is said to be active; what comes before that is no frame yet."""
        while True:
            try:
                octets = self._socket.recv(_LARGEST)
            except BlockingIOError:
                return False
            if len(octets) >= _HEAD.size and _HEAD.unpack_from(octets)[0] in _ACTIVE:
                return True

    def recvfrom(self, size: int) -> tuple[bytes, None]:
        """Take a frame; raise ``OSError`` when layer 1 goes down."""
        while True:
            octets = self._socket.recv(size)
            if len(octets) < _HEAD.size:
                continue
            primitive = _HEAD.unpack_from(octets)[0]
            if primitive == _PH_DATA_IND:
                return octets[_HEAD.size :], None
            if primitive in _INACTIVE:
                raise OSError(errno.ENETDOWN, "layer 1 is down")

    def send(self, octets: bytes) -> int:
        """Send a frame."""
        return self._socket.send(_HEAD.pack(_PH_DATA_REQ, _ANY) + octets)

    def close(self) -> None:
        """Close."""
        self._socket.close()


def open_card(address: Misdn) -> Card:
    """Open a card's D channel; raise ``LineError`` that says why it cannot be."""
    name = name_of(address)
    protocol = _PROTOCOLS[address.line, address.side]
    try:
        opened = socket.socket(_AF_ISDN, socket.SOCK_DGRAM, protocol)
    except OSError as problem:
        if problem.errno in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT):
            raise LineError(f"{name}: mISDN is not loaded: modprobe mISDN_core") from None
        raise LineError(f"{name}: {_words(problem)}") from None
    # Python's own bind knows no such family.
    place = struct.pack("=HBBBB", _AF_ISDN, address.device, 0, 0, 0)
    bind: Any = ctypes.CDLL(None, use_errno=True).bind
    if bind(opened.fileno(), place, len(place)) != 0:
        number = ctypes.get_errno()
        opened.close()
        raise LineError(f"{name}: {_BIND.get(number, os.strerror(number).lower())}")
    opened.settimeout(0)
    return Card(opened)


_BIND: Final = {
    errno.ENODEV: "no such device; misdn_info lists what there is",
    errno.EBUSY: "in use by another process",
    errno.EPERM: "permission denied; the right CAP_NET_ADMIN or a rule of udev is needed",
    errno.EACCES: "permission denied; the right CAP_NET_ADMIN or a rule of udev is needed",
    errno.EPROTONOSUPPORT: "the card has no such side or line",
    errno.EINVAL: "the card has no such side or line",
}


def open_datagrams(address: Udp | Unixgram) -> Datagrams:
    """Open a socket of datagrams; raise ``LineError`` that says why it cannot be."""
    made: Datagrams
    if isinstance(address, Unixgram):
        _forget(address.path)
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        made = Datagrams(opened, address.path)
    else:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_DGRAM)
        made = Lan(opened, (str(ip_address(address.host)), address.remote))
    try:
        if isinstance(address, Unixgram):
            opened.bind(address.path)
            opened.connect(address.remote)
        else:
            opened.bind(("", address.port))
    except OSError as problem:
        made.close()
        raise LineError(f"{name_of(address)}: {_words(problem)}") from None
    opened.settimeout(0)
    return made


def _forget(path: str) -> None:
    """Take away the socket that an end before this one left behind."""
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)


def name_of(address: Misdn | Udp | Unixgram) -> str:
    """Give an address as it is written."""
    match address:
        case Misdn(device):
            return f"misdn:{device}"
        case Udp(port, host, remote):
            return f"udp:{port}:{host}:{remote}"
        case Unixgram(local, far):
            return f"unixgram:{local}:{far}"


def _words(problem: OSError) -> str:
    return os.strerror(problem.errno).lower() if problem.errno else str(problem)


class _Activation(abstract.FileDescriptor):
    """Waits until layer 1 of a card is active."""

    def __init__(self, card: Card, name: str, reactor: Any, seconds: float) -> None:
        base: Any = super()
        base.__init__(reactor)
        self._card = card
        self._name = name
        self.done: Deferred[None] = Deferred(self._cancelled)
        reason = f"{name}: layer 1 did not come up in {seconds:g} s"
        self._late: Delayed = reactor.callLater(seconds, self._failed, LineError(reason))
        try:
            card.activate()
        except OSError as problem:
            self._failed(LineError(f"{name}: {_words(problem)}"))
        else:
            self.startReading()  # type: ignore[no-untyped-call]

    @override
    def fileno(self) -> int:
        return self._card.fileno()

    @override
    def doRead(self) -> None:
        try:
            active = self._card.active()
        except OSError as problem:
            self._failed(LineError(f"{self._name}: {_words(problem)}"))
            return
        if active:
            self._end()
            self.done.callback(None)

    @override
    def connectionLost(self, reason: Failure) -> None:
        self._failed(LineError(f"{self._name} is gone"))

    def _cancelled(self, _: Deferred[None]) -> None:
        """Give up; whoever cancelled is told by the Deferred itself."""
        self._end()
        self._card.close()

    def _failed(self, why: LineError) -> None:
        if not self.disconnected:
            self._end()
            self._card.close()
            self.done.errback(failure_of(why))

    def _end(self) -> None:
        self.disconnected = 1
        self.stopReading()  # type: ignore[no-untyped-call]
        if self._late.active():
            self._late.cancel()


@implementer(IStreamClientEndpoint)
class DChannelEndpoint:
    """Opens one D channel."""

    def __init__(
        self,
        reactor: Any,
        address: Misdn | Udp | Unixgram,
        timeout: float,
        *,
        card: Callable[[Misdn], Card] = open_card,
    ) -> None:
        self._reactor = reactor
        self._address = address
        self._timeout = timeout
        self._card = card

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 # Twisted's name
        """Open it once; of a card, layer 1 has to be active within the time-out."""
        try:
            if not isinstance(self._address, Misdn):
                return succeed(self._made(open_datagrams(self._address), protocolFactory))
            card = self._card(self._address)
        except LineError:
            return fail()
        name = name_of(self._address)
        waiting = _Activation(card, name, self._reactor, self._timeout)
        made: Any = waiting.done
        made.addCallback(lambda _: self._made(card, protocolFactory))
        result: Deferred[Any] = made
        return result

    def _made(self, device: Device, factory: Any) -> Any:
        made = factory.buildProtocol(None)
        opened: Any = device
        Frames(opened, made, self._reactor, name_of(self._address))
        return made
