"""The server: a play with sockets, one for CTI clients and one for the operator.

Everything that decides anything stands in ``sim.play``; this file carries octets and time.
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
from twisted.internet import protocol
from twisted.internet.endpoints import TCP4ServerEndpoint, UNIXServerEndpoint
from twisted.protocols.basic import LineReceiver
from typing_extensions import override

from cti.clock import Delayed
from cti.config.words import Serial, link_address, serial_line
from cti.transport.dchannel import DChannelEndpoint
from cti.transport.loss import LineError
from cti.transport.serial import open_line
from protocols.stacks import dchannel, x25_serial, xot
from protocols.stacks import primitives as st
from protocols.xot.framer import PORT as XOT_PORT
from sim.outputs import Noted, Reset, Shut, Transmit
from sim.play import Play
from sim.words import operate

_LONGEST_WAIT: Final = 3600.0
_LINE_AGAIN: Final = 1.0
"""Seconds before a line that was closed is opened again."""
_LINE_UP: Final = 10.0
"""Seconds for layer 1 of a card to come up."""
_MOST_UNSENT: Final = 16 * 1024 * 1024
"""Octets that wait for a client that does not read; beyond that its link is cut."""


def control_path(port: str) -> Path:
    """Give the place of the operator's socket of a server."""
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(folder) / f"cti-sim-{port}.sock"


class _Client(protocol.Protocol):
    """One CTI client."""

    packets = False
    """Whether what passes is whole PDUs, not a stream."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.number: int | None = None

    @override
    def connectionMade(self) -> None:
        self._server.opened(self)

    @override
    def dataReceived(self, data: bytes) -> None:
        self._server.received(self, data)

    @override
    def connectionLost(self, reason: Any = None) -> None:
        self._server.lost(self)

    def write(self, octets: bytes) -> None:
        """Send octets, unless the client has not read for too long."""
        transport: Any = self.transport
        # Twisted tells nobody how much it still holds; these are its two buffers.
        unsent = len(getattr(transport, "dataBuffer", b""))
        unsent += getattr(transport, "_tempDataLen", 0)
        if unsent > _MOST_UNSENT:
            transport.abortConnection()
        else:
            transport.write(octets)

    def reset(self, reason: str) -> None:
        """Reset the circuit; a stream has none, and is closed where that is meant."""

    def end(self) -> None:
        """Close after what was written."""
        transport: Any = self.transport
        transport.loseConnection()


class _LinkClient(_Client):
    """One CTI client whose PDUs come over a message link, such as XOT."""

    packets = True

    def __init__(
        self, server: Server, stack: st.Stack, closed: Callable[[], None] | None = None
    ) -> None:
        super().__init__(server)
        self._closed = closed
        self._stack = stack
        self._timers: dict[Hashable, Delayed] = {}

    @override
    def connectionMade(self) -> None:
        self._handle(st.TransportUp())

    @override
    def dataReceived(self, data: bytes) -> None:
        self._handle(st.OctetsReceived(data))

    @override
    def connectionLost(self, reason: Any = None) -> None:
        self._handle(st.TransportDown("closed"))
        if self._closed is not None:
            self._closed()

    @override
    def write(self, octets: bytes) -> None:
        self._handle(st.Send(octets))

    @override
    def reset(self, reason: str) -> None:
        self._handle(st.Reset(reason))

    @override
    def end(self) -> None:
        self._handle(st.Release())
        super().end()

    def _handle(self, event: st.Event) -> None:
        transport: Any = self.transport
        for action in self._stack.handle(event):
            match action:
                case st.Transmit(octets):
                    super().write(octets)
                case st.StartTimer(timer):
                    self._stop(timer)
                    seconds = self._stack.timers[timer]
                    expire = st.TimerExpired(timer)
                    self._timers[timer] = self._server.later(seconds, self._handle, expire)
                case st.StopTimer(timer):
                    self._stop(timer)
                case st.Established():
                    self._server.opened(self)
                case st.Released():
                    self._server.lost(self)
                case st.Received(pdu):
                    self._server.received(self, pdu)
                case st.Fault(kind, detail, fatal):
                    sys.stderr.write(f"message link: {kind}: {detail}\n")
                    if fatal:
                        transport.loseConnection()  # behind what says why

    def _stop(self, timer: Hashable) -> None:
        running = self._timers.pop(timer, None)
        if running is not None and running.active():
            running.cancel()


class _Operator(LineReceiver):
    """One operator: a line of words or a JSON list of words in, a line of JSON out."""

    delimiter = b"\n"
    MAX_LENGTH = 65536

    def __init__(self, server: Server) -> None:
        self._server = server

    @override
    def lineReceived(self, line: bytes) -> None:
        answer = self._server.operate(line)
        self.sendLine(msgspec.json.encode(answer))  # type: ignore[no-untyped-call]
        if answer.get("quit"):
            self._server.stop()


class _Factory(protocol.Factory):
    """Make a protocol by the address of who connects."""

    def __init__(self, make: Callable[[Any], protocol.Protocol]) -> None:
        self._make = make

    @override
    def buildProtocol(self, addr: Any) -> protocol.Protocol:
        return self._make(addr)


class Server:
    """A play on a reactor."""

    def __init__(
        self,
        play: Play,
        reactor: Any,
        *,
        truth: Path | None = None,
        say: Callable[[str], None],
        lasts: float = 0.0,
        gateway: Callable[[str], st.Stack] | None = None,
    ) -> None:
        """Take a play; ``gateway`` makes the message link of a client on TCP by its address."""
        self.play = play
        self._reactor = reactor
        self._truth = truth
        self._say = say
        self._lasts = lasts
        self._gateway = gateway
        self._began = float(reactor.seconds())
        self._clients: dict[int, _Client] = {}
        self._wake: Delayed | None = None
        self._told_over = play.over

    def listen(self, where: str, control: Path | None, options: Mapping[str, Any]) -> None:
        """Open both sockets and say where they are.

        ``options`` are the keys of the message link of an ``xot:``, ``serial:`` or D channel
        place. Raise ``ValueError`` or ``OSError`` for a place or a key that cannot be.
        """
        kind, _, rest = where.partition(":")
        if kind in ("udp", "unixgram", "misdn"):
            address: Any = link_address(where)
            dchannel({"role": "network", **options})  # tells what is wrong
            self._open_dchannel(address, options)
            self._opened(where, str(os.getpid()), control)
            return
        if kind == "serial":
            line = serial_line(rest)
            self._open_line(line, options)
            self._opened(line.device, str(os.getpid()), control)
            return
        make = self._client
        if kind == "xot":
            keys = {"role": "answering", **options}
            xot(keys)  # tells what is wrong
            make = partial(self._circuit, keys)
            where = f"tcp:{rest}" if ":" in rest else f"tcp:{rest}:{XOT_PORT}"
        opening = _endpoint(self._reactor, where).listen(_Factory(make))
        opening.addCallback(self._listening, control)
        opening.addErrback(self._failed)

    def _client(self, peer: Any) -> _Client:
        """Make a client that came by a stream."""
        if self._gateway is None:
            return _Client(self)
        return _LinkClient(self, self._gateway(getattr(peer, "host", "local")))

    def _circuit(self, keys: Mapping[str, Any], _: Any) -> _Client:
        """Make a client that came by XOT."""
        return _LinkClient(self, xot(keys))

    def _open_line(self, line: Serial, options: Mapping[str, Any]) -> None:
        """Open a serial line, and again whenever it is closed; raise ``LineError``."""

        def again() -> None:
            try:
                self._open_line(line, options)
            except LineError as error:
                self._say(str(error))
                self.later(_LINE_AGAIN, again)

        def closed() -> None:
            self.later(_LINE_AGAIN, again)

        stack = x25_serial({"role": "answering", **options})
        open_line(_LinkClient(self, stack, closed), line, self._reactor)

    def _open_dchannel(self, address: Any, options: Mapping[str, Any]) -> None:
        """Open a D channel, and again whenever it is closed."""

        def again() -> None:
            self.later(_LINE_AGAIN, self._open_dchannel, address, options)

        def failed(failure: Any) -> None:
            self._say(failure.getErrorMessage())
            again()

        client = _LinkClient(self, dchannel({"role": "network", **options}), again)
        endpoint = DChannelEndpoint(self._reactor, address, _LINE_UP)
        endpoint.connect(_Factory(lambda _: client)).addErrback(failed)

    def _listening(self, port: Any, control: Path | None) -> None:
        host = port.getHost()
        name = getattr(host, "name", None)
        at = name.decode() if name is not None else f"{host.host}:{host.port}"
        self._opened(at, str(getattr(host, "port", os.getpid())), control)

    def _opened(self, at: str, number: str, control: Path | None) -> None:
        path = control or control_path(number)
        path.unlink(missing_ok=True)
        operators = _Factory(lambda _: _Operator(self))
        self._reactor.listenUNIX(str(path), operators, mode=0o600)
        self._reactor.addSystemEventTrigger("before", "shutdown", self.finish)
        self._say(f"listening on {at}")
        self._say(f"control at {path}")
        if self._lasts:
            self._reactor.callLater(self._lasts, self.stop)
        self._go_on()

    def _failed(self, failure: Any) -> None:
        sys.stderr.write(f"cannot listen: {failure.getErrorMessage()}\n")
        self.stop()

    def stop(self) -> None:
        """End the process once answers are on their way."""
        self._reactor.callLater(0.05, self._reactor.stop)

    def finish(self) -> None:
        """Write the true calls."""
        if self._truth is not None:
            lines = [msgspec.json.encode(record) + b"\n" for record in self.play.ledger.lines()]
            self._truth.write_bytes(b"".join(lines))

    # Clients.

    def opened(self, client: _Client) -> None:
        """Take a new client, or close it at once."""
        self._advance()
        client.number, outputs = self.play.hub.connect(packets=client.packets)
        if client.number is None:
            transport: Any = client.transport
            transport.abortConnection()
            return
        self._clients[client.number] = client
        self.play.put(outputs)
        self._go_on()

    def received(self, client: _Client, octets: bytes) -> None:
        """Take what a client sent."""
        self._advance()
        if client.number is not None:
            self.play.put(self.play.hub.receive(client.number, octets))
        self._go_on()

    def lost(self, client: _Client) -> None:
        """Forget a client that is gone."""
        self._advance()
        if client.number is not None and self._clients.pop(client.number, None) is not None:
            self.play.put(self.play.hub.disconnect(client.number))
        self._go_on()

    # The operator.

    def operate(self, line: bytes) -> dict[str, Any]:
        """Act on a line of an operator."""
        self._advance()
        text = line.decode("utf-8", "replace").strip()
        try:
            words = (
                msgspec.json.decode(text, type=list[str])
                if text.startswith("[")
                else shlex.split(text)
            )
        except (ValueError, msgspec.MsgspecError) as error:
            return {"ok": False, "error": str(error)}
        answer = operate(self.play, words)
        self._go_on()
        return answer

    # Time.

    def later(self, seconds: float, call: Callable[..., object], *given: object) -> Delayed:
        """Call something later."""
        delayed: Delayed = self._reactor.callLater(seconds, call, *given)
        return delayed

    def _advance(self) -> None:
        if self.play.still:
            return
        self.play.advance(float(self._reactor.seconds()) - self._began)

    def _woken(self) -> None:
        self._wake = None
        self._advance()
        self._go_on()

    def _go_on(self) -> None:
        """Carry out what came of the last event, and wake when the next one is due."""
        for output in self.play.take():
            match output:
                case Transmit(number, octets) if number in self._clients:
                    self._clients[number].write(octets)
                case Reset(number, reason) if number in self._clients:
                    self._clients[number].reset(reason)
                case Shut(number, _) if number in self._clients:
                    self._clients.pop(number).end()
                case Noted(number, kind, detail) if number:  # 0 is the exchange itself
                    sys.stderr.write(f"link {number}: {kind}: {detail}\n")
                case _:
                    pass
        if self.play.over and not self._told_over:
            self._told_over = True
            self.finish()
            self._say(f"load is over: {len(self.play.ledger)} calls")
        if self._wake is not None and self._wake.active():
            self._wake.cancel()
        if self.play.still:
            return
        due = self.play.next_due()
        wait = _LONGEST_WAIT if due is None else max(0.0, due - self.play.now)
        wake: Delayed = self._reactor.callLater(min(wait, _LONGEST_WAIT), self._woken)
        self._wake = wake


def _endpoint(reactor: Any, where: str) -> Any:
    """Make an endpoint of ``tcp:HOST:PORT`` or ``unix:PATH``; raise ``ValueError``."""
    kind, _, rest = where.partition(":")
    host, _, port = rest.rpartition(":")
    tcp: Any = TCP4ServerEndpoint
    unix: Any = UNIXServerEndpoint
    if kind == "unix" and rest:
        return unix(reactor, rest)
    if kind == "tcp" and port.isdecimal():
        return tcp(reactor, int(port), interface=host or "127.0.0.1")
    raise ValueError(
        f"{where}: tcp:HOST:PORT, unix:PATH, xot:HOST or serial:DEVICE is expected"
    )
