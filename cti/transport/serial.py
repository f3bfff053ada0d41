"""Serial lines: an endpoint that opens a device, so that a lost line is opened again."""

from __future__ import annotations

import errno
import grp
import os
import termios
from typing import Any, Final

import serial
from twisted.internet import protocol
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionAborted
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.internet.serialport import SerialPort
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure
from typing_extensions import override
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

from cti.config.words import Serial
from cti.transport.loss import LineError, failure_of

_PARITIES: Final = {
    "none": serial.PARITY_NONE,
    "even": serial.PARITY_EVEN,
    "odd": serial.PARITY_ODD,
}
_CARRIER_SECONDS: Final = 1.0
"""Between two looks at the carrier."""


class _Exclusive(serial.Serial):
    """A line that one process has: another that opens it is told so."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        port: Any = super()
        port.__init__(*arguments, exclusive=True, **more)


class _Port(SerialPort):
    """A serial port as a transport that can be given up."""

    _serialFactory = _Exclusive  # noqa: N815 # Twisted's name

    def __init__(self, line: Serial, made: Any, reactor: Any) -> None:
        self._line = line
        self._clock = reactor
        self._watch: Any = None
        self._aborting = False
        port: Any = super()
        port.__init__(
            made,
            line.device,
            reactor,
            baudrate=line.speed,
            parity=_PARITIES[line.parity],
            stopbits=line.stop,
            rtscts=line.rtscts,
        )
        if line.carrier and not self.disconnected:
            self._watch = LoopingCall(self._look)
            self._watch.clock = reactor
            self._watch.start(_CARRIER_SECONDS, now=False)

    @override
    def startReading(self) -> None:
        if not self.disconnected:  # whoever was told of the connection may have ended it
            port: Any = super()
            port.startReading()

    @override
    def connectionLost(self, reason: Failure) -> None:
        if self.disconnected:
            return
        if self._watch is not None and self._watch.running:
            self._watch.stop()
        ours = self.disconnecting or isinstance(reason.value, ConnectionAborted)
        if not ours and not isinstance(reason.value, LineError):  # even an orderly end is none
            reason = failure_of(LineError(f"{self._line.device} is gone"))
        port: Any = super()
        port.connectionLost(reason)

    def abortConnection(self) -> None:  # noqa: N802 # Twisted's name
        """Close; what fits the device's buffer still goes out."""
        if not self.disconnected and not self._aborting:
            self._aborting = True
            port: Any = self
            port.stopReading()
            if port.dataBuffer or port._tempDataBuffer:  # noqa: SLF001 # Twisted has no other
                port.doWrite()
            port.stopWriting()
            # In a turn of its own, as sockets do: whoever calls may still be connecting.
            self._clock.callLater(0, self.connectionLost, failure_of(ConnectionAborted()))

    def _look(self) -> None:
        """Give the line up when the modem has lost its carrier."""
        try:
            carrier = self._serial.cd
        except OSError as problem:
            carrier, why = False, f"has no carrier line: {_words(problem)}"
        else:
            why = "shows no carrier"
        if not carrier:
            port: Any = self
            port.stopReading()
            port.stopWriting()
            self.connectionLost(failure_of(LineError(f"{self._line.device} {why}")))


def open_line(made: protocol.Protocol, line: Serial, reactor: Any) -> None:
    """Open a line for a protocol; raise ``LineError`` that says why it cannot be."""
    try:
        _Port(line, made, reactor)
    except (OSError, ValueError, termios.error) as problem:
        raise LineError(f"{line.device}: {_why(line.device, problem)}") from None


def _why(device: str, problem: BaseException) -> str:
    number = getattr(problem, "errno", None)
    if number == errno.ENOENT:
        return "no such device"
    if number in (errno.EACCES, errno.EPERM):
        return f"permission denied{_group(device)}"
    if number == errno.EAGAIN:
        return "in use by another process"
    if number in (errno.ENXIO, errno.ENODEV, errno.EIO):
        return "no hardware behind the device"
    if number == errno.ENOTTY or "Could not configure" in str(problem):
        return "no serial line"
    return _words(problem)


def _group(device: str) -> str:
    """Say whose members may open a device."""
    try:
        name = grp.getgrgid(os.stat(device).st_gid).gr_name
    except (OSError, KeyError):
        return ""
    return f"; the members of group {name} may open it"


def _words(problem: BaseException) -> str:
    number = getattr(problem, "errno", None)
    return os.strerror(number).lower() if isinstance(number, int) else str(problem)


@implementer(IStreamClientEndpoint)
class SerialEndpoint:
    """Opens one serial line."""

    def __init__(self, reactor: Any, line: Serial) -> None:
        self._reactor: IReactorTime = reactor
        self._line = line

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 # Twisted's name
        """Open the line once."""
        made = protocolFactory.buildProtocol(None)
        try:
            open_line(made, self._line, self._reactor)
        except LineError:
            return fail()
        return succeed(made)
