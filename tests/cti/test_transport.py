"""Transports: every way to fail, waits, back-pressure, and the truth about each."""

from __future__ import annotations

import errno
import socket
import ssl
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as some
from OpenSSL import SSL
from twisted.internet import error
from twisted.internet.address import IPv4Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint
from twisted.internet.interfaces import IHandshakeListener
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure
from typing_extensions import override

from cti.config.sections import Link, Reconnect, Tls
from cti.transport import Cause, Loss, Settings, Transport, endpoint_for, loss_of, stream_for


class Wire(StringTransport):
    """An in-memory transport that ends as sockets do: a turn later."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.protocol: Any = None
        self.ends: list[type[Exception]] = []
        self.tuned: dict[str, bool] = {}

    def setTcpNoDelay(self, enabled: bool) -> None:  # noqa: N802
        self.tuned["nodelay"] = enabled

    def setTcpKeepAlive(self, enabled: bool) -> None:  # noqa: N802
        self.tuned["keepalive"] = enabled

    def end(self, kind: type[Exception]) -> None:
        if not self.ends:
            self.ends.append(kind)
            self.clock.callLater(0, self.lose, kind())

    def lose(self, why: Exception) -> None:
        self.protocol.connectionLost(Failure(why))

    @override
    def abortConnection(self) -> None:
        self.end(error.ConnectionAborted)

    @override
    def loseConnection(self) -> None:
        if self.producer is None:
            self.end(error.ConnectionDone)


class Endpoint:
    """An endpoint whose attempts end as the test says."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.attempts: list[tuple[float, Any, Deferred[Any]]] = []
        self.wire: Any = None

    def connect(self, factory: Any) -> Deferred[Any]:
        attempt: Deferred[Any] = Deferred()
        self.attempts.append((self.clock.seconds(), factory, attempt))
        return attempt

    def accept(self) -> Any:
        _, factory, attempt = self.attempts[-1]
        self.wire = wire = Wire(self.clock)
        wire.protocol = factory.buildProtocol(IPv4Address("TCP", "192.0.2.1", 1))
        wire.protocol.makeConnection(wire)
        attempt.callback(wire.protocol)
        return wire

    def refuse(self, why: Exception) -> None:
        self.attempts[-1][2].errback(Failure(why))

    @property
    def times(self) -> list[float]:
        return [at for at, _, _ in self.attempts]


class Ear:
    """A listener that notes."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def connecting(self) -> None:
        self.heard.append("connecting")

    def up(self) -> None:
        self.heard.append("up")

    def received(self, octets: bytes) -> None:
        self.heard.append(octets)

    def down(self, loss: Loss) -> None:
        self.heard.append(loss)


class Bench:
    def __init__(self, random: float = 1.0, *, tls: bool = False, **settings: Any) -> None:
        self.clock: Any = Clock()  # its own types are too narrow for a test
        self.endpoint = Endpoint(self.clock)
        self.ear = Ear()
        self.random = random
        self.transport: Any = Transport(
            self.endpoint,
            self.ear,
            self.clock,
            lambda: self.random,
            Settings(**settings),
            tls=tls,
        )

    def up(self) -> Any:
        self.transport.start()
        return self.endpoint.accept()


REFUSED = Loss(Cause.REFUSED, "connection refused")


def test_up_octets_and_closed_by_the_peer():
    bench = Bench()
    wire = bench.up()
    assert wire.tuned == {"nodelay": True, "keepalive": True}
    assert bench.transport.connected
    wire.protocol.dataReceived(b"\x00\x01")
    assert bench.transport.send(b"abc")
    assert wire.value() == b"abc"
    wire.lose(error.ConnectionDone())
    closed = Loss(Cause.CLOSED, "closed by the peer")
    assert bench.ear.heard == ["connecting", "up", b"\x00\x01", closed]
    assert not bench.transport.connected
    assert not bench.transport.send(b"more")


def test_waits_double_up_to_the_ceiling_and_are_never_below_the_minimum():
    bench = Bench(random=1.0, maximum=60.0)
    bench.transport.start()
    waits = []
    for _ in range(7):
        bench.endpoint.refuse(error.ConnectionRefusedError())
        (call,) = bench.clock.getDelayedCalls()
        waits.append(call.getTime() - bench.clock.seconds())
        bench.clock.advance(waits[-1])
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert bench.ear.heard == ["connecting", REFUSED] * 7 + ["connecting"]
    bench = Bench(random=0.0)
    bench.transport.start()
    bench.endpoint.refuse(error.ConnectionRefusedError())
    bench.clock.advance(0.99)
    assert len(bench.endpoint.attempts) == 1
    bench.clock.advance(0.02)
    assert len(bench.endpoint.attempts) == 2


@given(some.lists(some.floats(0, 1, exclude_max=True), min_size=1, max_size=12))
def test_every_wait_is_a_share_of_its_ceiling(shares):
    bench = Bench()
    bench.transport.start()
    for number, share in enumerate(shares, 1):
        bench.random = share
        before = len(bench.endpoint.attempts)
        bench.endpoint.refuse(error.ConnectionRefusedError())
        (call,) = bench.clock.getDelayedCalls()
        wait = call.getTime() - bench.clock.seconds()
        assert wait == pytest.approx(max(1.0, share * min(60.0, 2.0**number)))
        bench.clock.advance(wait)
        assert len(bench.endpoint.attempts) == before + 1


def test_a_connection_that_held_begins_the_waits_anew_a_short_one_does_not():
    bench = Bench()
    bench.transport.start()
    for _ in range(5):
        bench.endpoint.refuse(error.ConnectionRefusedError())
        bench.clock.advance(60)
    wire = bench.endpoint.accept()
    bench.clock.advance(9.9)
    wire.lose(error.ConnectionDone())
    assert bench.transport.failures == 6
    bench.clock.advance(60)
    wire = bench.endpoint.accept()
    bench.clock.advance(10.1)
    wire.lose(error.ConnectionDone())
    assert bench.transport.failures == 0
    bench.clock.advance(1.0)
    assert bench.ear.heard[-1] == "connecting"


def test_abort_tells_our_reason_and_connects_again():
    bench = Bench()
    wire = bench.up()
    bench.transport.abort("association ended")
    bench.transport.abort("another reason")
    wire.protocol.dataReceived(b"too late")
    bench.clock.advance(0)
    assert bench.ear.heard[-1] == Loss(Cause.OURS, "association ended")
    assert b"too late" not in bench.ear.heard
    bench.clock.advance(2)
    assert bench.ear.heard[-1] == "connecting"
    bench.endpoint.accept().lose(error.ConnectionDone())
    assert bench.ear.heard[-1] == Loss(Cause.CLOSED, "closed by the peer")


def test_block_waits_long_and_start_ends_it():
    bench = Bench()
    bench.up()
    bench.transport.block("refused by the switch")
    bench.clock.advance(0)
    assert bench.ear.heard[-1] == Loss(Cause.OURS, "refused by the switch")
    bench.clock.advance(299)
    assert len(bench.endpoint.attempts) == 1
    bench.clock.advance(1)
    assert len(bench.endpoint.attempts) == 2
    bench.endpoint.accept()
    bench.transport.block("again")
    bench.clock.advance(0)
    bench.transport.start()
    assert len(bench.endpoint.attempts) == 3
    assert not [call for call in bench.clock.getDelayedCalls() if call.getTime() > 301]


def test_block_between_two_attempts():
    bench = Bench()
    bench.transport.start()
    bench.endpoint.refuse(error.ConnectionRefusedError())
    bench.transport.block("three faults")
    bench.clock.advance(299)
    assert len(bench.endpoint.attempts) == 1
    bench.clock.advance(1)
    assert len(bench.endpoint.attempts) == 2


def test_stop_lets_octets_leave():
    bench = Bench()
    wire = bench.up()
    done = bench.transport.stop()
    assert not done.called
    bench.clock.advance(0)
    assert done.called
    assert wire.ends == [error.ConnectionDone]
    assert bench.ear.heard[-1] == Loss(Cause.OURS, "stopped")
    bench.clock.advance(100)
    assert len(bench.endpoint.attempts) == 1
    assert bench.clock.getDelayedCalls() == []


def test_stop_cuts_a_peer_that_does_not_read():
    bench = Bench()
    wire = bench.up()
    wire.loseConnection = lambda: None  # something is still to be written
    done = bench.transport.stop()
    bench.clock.advance(0.9)
    assert not done.called
    bench.clock.advance(0.1)
    bench.clock.advance(0)
    assert done.called
    assert wire.ends == [error.ConnectionAborted]


@pytest.mark.parametrize("when", ["before", "connecting", "waiting", "blocked"])
def test_stop_in_every_state(when):
    bench = Bench()
    if when != "before":
        bench.transport.start()
    if when == "waiting":
        bench.endpoint.refuse(error.ConnectionRefusedError())
    if when == "blocked":
        bench.endpoint.accept()
        bench.transport.block("x")
        bench.clock.advance(0)
    done = bench.transport.stop()
    bench.clock.advance(0)
    assert done.called
    bench.clock.advance(1000)
    assert len(bench.endpoint.attempts) == (when != "before")
    if when == "connecting":
        assert bench.ear.heard == ["connecting", Loss(Cause.OURS, "stopped")]
    bench.transport.start()
    assert bench.ear.heard[-1] == "connecting"


def test_peer_that_does_not_read_is_given_up_after_octets_or_time():
    bench = Bench(waiting=10, stall=30.0)
    wire = bench.up()
    wire.producer.pauseProducing()
    assert bench.transport.congested
    assert bench.transport.send(b"1234567890")
    assert not bench.transport.send(b"1")
    bench.clock.advance(0)
    assert bench.ear.heard[-1] == Loss(
        Cause.OURS, "peer does not read: more than 10 octets wait"
    )
    bench.clock.advance(2)
    wire = bench.endpoint.accept()
    assert not bench.transport.congested
    wire.producer.pauseProducing()
    bench.clock.advance(29)
    wire.producer.resumeProducing()
    bench.clock.advance(29)
    assert bench.transport.connected
    wire.producer.pauseProducing()
    bench.clock.advance(30)
    bench.clock.advance(0)
    assert bench.ear.heard[-1] == Loss(Cause.OURS, "peer read nothing for 30 s")


def test_pause_holds_over_a_new_connection():
    bench = Bench()
    wire = bench.up()
    bench.transport.pause()
    assert wire.producerState == "paused"
    wire.lose(error.ConnectionDone())
    bench.clock.advance(2)
    wire = bench.endpoint.accept()
    assert wire.producerState == "paused"
    bench.transport.resume()
    assert wire.producerState == "producing"


def test_tls_is_up_after_its_handshake():
    bench = Bench(tls=True)
    wire = bench.up()
    assert IHandshakeListener.providedBy(wire.protocol)
    assert not bench.transport.connected
    assert not bench.transport.send(b"too early")
    wire.protocol.handshakeCompleted()
    assert bench.ear.heard == ["connecting", "up"]
    bench.clock.advance(11)
    assert bench.transport.connected


def test_tls_handshake_has_its_time():
    bench = Bench(tls=True)
    bench.up()
    bench.clock.advance(10)
    bench.clock.advance(0)
    assert bench.ear.heard == [
        "connecting",
        Loss(Cause.OURS, "timed out in the TLS handshake"),
    ]


@pytest.mark.parametrize(
    ("value", "cause", "words"),
    [
        (error.ConnectionRefusedError(errno.ECONNREFUSED, "x"), Cause.REFUSED, "refused"),
        (error.ConnectionRefusedError(), Cause.REFUSED, "refused"),
        (error.ConnectError(errno.ENOENT, "x"), Cause.REFUSED, "no such socket"),
        (error.NoRouteError(errno.ENETUNREACH, "x"), Cause.UNREACHABLE, "network unreachable"),
        (error.ConnectError(errno.EHOSTUNREACH, "x"), Cause.UNREACHABLE, "host unreachable"),
        (error.TimeoutError(), Cause.TIMED_OUT, "timed out"),
        (error.TCPTimedOutError(errno.ETIMEDOUT, "x"), Cause.TIMED_OUT, "timed out"),
        (error.DNSLookupError("no results"), Cause.UNKNOWN_HOST, "host name not found"),
        (error.ConnectionDone(), Cause.CLOSED, "closed by the peer"),
        (
            error.ConnectionLost(OSError(errno.ECONNRESET, "x")),
            Cause.RESET,
            "reset by the peer",
        ),
        (error.ConnectionLost(OSError(errno.ETIMEDOUT, "x")), Cause.TIMED_OUT, "timed out"),
        (error.ConnectionLost(), Cause.RESET, "no longer answers"),
        (error.ConnectionAborted(), Cause.OURS, "given up"),
        (CancelledError(), Cause.OURS, "given up"),
        (
            SSL.Error([("SSL routines", "", "certificate verify failed")]),
            Cause.TLS,
            "TLS: certificate verify failed",
        ),
        (SSL.Error(), Cause.TLS, "TLS: protocol error"),
        (error.ConnectError(errno.EACCES, "x"), Cause.OTHER, "permission denied"),
        (ValueError("odd"), Cause.OTHER, "odd"),
    ],
)
def test_reasons_in_plain_words(value, cause, words):
    loss = loss_of(Failure(value))
    assert loss.cause is cause
    assert words in loss.reason


def test_endpoints():
    reactor = MemoryReactorClock()
    assert isinstance(endpoint_for(reactor, "tcp:pbx.example:33333", None, 3), HostnameEndpoint)
    unix = endpoint_for(reactor, "unix:/run/pbx", None, 3)
    assert isinstance(unix, UNIXClientEndpoint)
    wrapped = endpoint_for(reactor, "tcp:pbx.example:33333", Tls(), 3)
    assert not isinstance(wrapped, HostnameEndpoint)
    with pytest.raises(ValueError, match="begins with none of"):
        endpoint_for(reactor, "sctp:x:1", None, 3)
    with pytest.raises(ValueError, match="ca_file"):
        endpoint_for(reactor, "tcp:x:1", Tls(ca_file="/nowhere"), 3)


def test_a_configured_link():
    reactor: Any = MemoryReactorClock()
    link = Link(
        driver="x",
        address="unix:/run/pbx",
        connect_timeout=3.0,
        reconnect=Reconnect(minimum=2.0, maximum=4.0, blocked=60.0),
    )
    ear = Ear()
    transport = stream_for(reactor, link, lambda: 1.0)(ear)
    assert transport.settings == Settings(3.0, 2.0, 4.0, 60.0)
    transport.start()
    ((path, _, timeout, _),) = reactor.unixClients
    assert (path, timeout) == ("/run/pbx", 3.0)
    assert ear.heard == ["connecting"]


SCRIPT = """
import sys
from twisted.internet import reactor
from cti.config.sections import Link, Tls
from cti.transport import stream_for

class Ear:
    def connecting(self): print("connecting", flush=True)
    def up(self):
        print("up", flush=True)
        transport.send(b"hello")
    def received(self, octets): print(octets.hex(), flush=True)
    def down(self, loss):
        print(loss.cause, loss.reason, flush=True)
        transport.stop().addCallback(lambda _: reactor.callLater(0, reactor.stop))

address, *ca_file = sys.argv[1:]
tls = Tls(ca_file=ca_file[0]) if ca_file else None
link = Link(driver="x", address=address, tls=tls, connect_timeout=2.0)
transport = stream_for(reactor, link, lambda: 0.5)(Ear())
reactor.callWhenRunning(transport.start)
reactor.callLater(8, reactor.stop)
reactor.run()
"""


def run(address: str, *more: str) -> Any:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, address, *more], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("end", ["close", "reset", "refuse"])
def test_real_sockets(end):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        address = f"tcp:127.0.0.1:{server.getsockname()[1]}"
        if end != "refuse":
            server.listen()
            server.settimeout(8)
        with run(address) as process:
            if end != "refuse":
                peer, _ = server.accept()
                peer.sendall(b"\x01\x02")
                lines = [process.stdout.readline() for _ in range(3)]
                assert lines == ["connecting\n", "up\n", "0102\n"]
                assert peer.recv(5) == b"hello"
                if end == "reset":
                    linger = struct.pack("ii", 1, 0)
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                peer.close()
            rest = process.communicate(timeout=10)[0]
    wanted = {
        "close": "closed closed by the peer\n",
        "reset": "reset reset by the peer, or it no longer answers\n",
        "refuse": "connecting\nrefused connection refused\n",
    }
    assert rest == wanted[end]


@pytest.mark.slow
def test_real_unix_socket_that_is_not_there(tmp_path):
    with run(f"unix:{tmp_path}/nothing") as process:
        rest = process.communicate(timeout=10)[0]
    assert rest == "connecting\nrefused no such socket\n"


def certificate(folder: Path, name: str) -> tuple[str, str]:
    """Make a certificate that trusts itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


@pytest.mark.slow
@pytest.mark.parametrize("case", ["good", "name", "trust"])
def test_real_tls(tmp_path, case):
    """Up only after the handshake, and only with the peer that was meant."""
    pem, key = certificate(tmp_path, "other.example" if case == "name" else "localhost")
    (tmp_path / "elsewhere").mkdir()
    trusted = certificate(tmp_path / "elsewhere", "localhost")[0] if case == "trust" else pem
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(8)
        with run(f"tcp:localhost:{server.getsockname()[1]}", trusted) as process:
            raw, _ = server.accept()
            raw.settimeout(8)
            try:
                with context.wrap_socket(raw, server_side=True) as peer:
                    assert peer.recv(5) == b"hello"
            except (ssl.SSLError, ConnectionError):
                assert case != "good"
            rest = process.communicate(timeout=10)[0]
    lines = rest.splitlines()
    if case == "good":
        assert lines[:2] == ["connecting", "up"]
    else:
        wanted = {
            "name": "tls TLS: certificate is for another name",
            "trust": "tls TLS: certificate verify failed",
        }
        assert lines == ["connecting", wanted[case]]
