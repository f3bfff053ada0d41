"""One stream to one peer that is kept up.

``ClientService`` connects and connects again; this module says how soon, tells its listener
the truth about every attempt and every loss, and bounds what may wait in either direction.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final, Protocol

from msgspec import Struct
from twisted.application.internet import ClientService
from twisted.internet import protocol
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import (
    IHandshakeListener,
    IPushProducer,
    IStreamClientEndpoint,
)
from twisted.python.failure import Failure
from typing_extensions import override
from zope.interface import implementer  # type: ignore[import-untyped] # has no stubs

from cti.clock import Clock, Delayed
from cti.transport.loss import Cause, Loss, loss_of


class Settings(Struct, frozen=True, gc=False):
    """Times in seconds, and bounds."""

    connect_timeout: float = 10.0
    minimum: float = 1.0
    maximum: float = 60.0
    blocked: float = 300.0
    stable: float = 10.0
    """A connection that lasts as long counts as one that held."""
    stall: float = 30.0
    """A peer that reads nothing for as long is given up."""
    waiting: int = 1_000_000
    """Octets that may wait for a peer that reads nothing."""


class Listener(Protocol):
    """Who is told of a stream. Every ``connecting`` is followed by one ``down``."""

    def connecting(self) -> None:
        """Learn that an attempt begins."""

    def up(self) -> None:
        """Learn that octets can pass."""

    def received(self, octets: bytes) -> None:
        """Take octets."""

    def down(self, loss: Loss) -> None:
        """Learn that the attempt failed, or that the connection is gone."""


class Transport:
    """One stream to one peer, kept up from ``start`` to ``stop``.

    ``random`` gives 0 up to 1. Waits have full jitter: a random share of a ceiling that
    doubles with each failure in a row, never less than the minimum.
    """

    def __init__(
        self,
        endpoint: Any,
        listener: Listener,
        clock: Clock,
        random: Callable[[], float],
        settings: Settings | None = None,
        *,
        tls: bool = False,
    ) -> None:
        self.settings: Final = settings or Settings()
        self.failures = 0
        """Attempts and short connections since one that held."""
        self.again: float | None = None
        """Seconds from the last loss to the next attempt; None when none follows."""
        self._listener = listener
        self._clock = clock
        self._random = random
        self._tls = tls
        factory = protocol.Factory.forProtocol(lambda: _Connection(self))
        factory.noisy = False
        service: Any = ClientService
        self._service: Any = service(
            _Attempts(endpoint, self._begun, self._failed),
            factory,
            retryPolicy=self._delay,
            clock=clock,
        )
        self._connection: _Connection | None = None
        self._up_at: float | None = None
        self._why: str | None = None
        self._reading = True
        self._full = False
        self._waiting = 0
        self._timer: Delayed | None = None
        """What bounds the TLS handshake first, a peer that does not read later."""
        self._again: Delayed | None = None
        """The end of a block."""
        self._wait = self.settings.minimum

    # For the runner.

    @property
    def connected(self) -> bool:
        """True between ``up`` and ``down``."""
        return self._up_at is not None

    @property
    def congested(self) -> bool:
        """True while the peer does not read as fast as we write."""
        return self._full

    def start(self) -> None:
        """Connect, and connect again whenever the connection is lost. Ends a block."""
        _cancel(self._again)
        self._again = None
        if not self._service.running:
            self._why = None
            self._service.startService()

    def stop(self, reason: str = "stopped", *, flush: float = 1.0) -> Deferred[None]:
        """Close, and connect no more; fires when nothing is left of the connection.

        What was sent has ``flush`` seconds to leave.
        """
        _cancel(self._again)
        self.again = self._again = None
        if not self._service.running:
            return succeed(None)
        self._why = self._why or reason
        cut = self._clock.callLater(flush, self._abort)
        if self._connection is not None:
            self._connection.unregister()
        done: Deferred[None] = self._service.stopService()

        def stopped(result: Any) -> Any:
            _cancel(cut)
            return result

        return done.addBoth(stopped)

    def send(self, octets: bytes) -> bool:
        """Give octets to the peer; False, and nothing done, without a connection."""
        connection = self._connection
        if connection is None or self._up_at is None:
            return False
        if self._full:
            self._waiting += len(octets)
            if self._waiting > self.settings.waiting:
                self.abort(f"peer does not read: more than {self.settings.waiting} octets wait")
                return False
        connection.write(octets)
        return True

    def abort(self, reason: str) -> None:
        """Cut the connection at once; the next attempt follows after its wait."""
        if self._connection is not None:
            self._why = self._why or reason
            self._connection.abort()

    def block(self, reason: str) -> None:
        """Cut the connection, and try again only after ``settings.blocked``."""
        if not self._service.running:
            return
        self._why = self._why or reason
        self._abort()
        self._service.stopService()
        self.again = self.settings.blocked
        self._again = self._clock.callLater(self.settings.blocked, self._unblock)

    def pause(self) -> None:
        """Read no more, on this connection and the next, until ``resume``."""
        self._reading = False
        if self._connection is not None:
            self._connection.read(on=False)

    def resume(self) -> None:
        """Read again."""
        self._reading = True
        if self._connection is not None:
            self._connection.read(on=True)

    def _unblock(self) -> None:
        self._again = None
        self.start()

    def _abort(self) -> None:
        if self._connection is not None:
            self._connection.abort()

    def _delay(self, _attempt: int) -> float:
        return self._wait

    def _draw(self) -> None:
        """Choose the wait for the next attempt, before anybody is told of the loss."""
        if not self._service.running:
            return
        ceiling = min(
            self.settings.maximum, self.settings.minimum * 2.0 ** min(self.failures, 16)
        )
        self.again = self._wait = max(self.settings.minimum, self._random() * ceiling)

    # From the endpoint and the connection.

    def _begun(self) -> None:
        self._why = None
        self._listener.connecting()

    def _failed(self, failure: Failure) -> None:
        self.failures += 1
        self._draw()
        self._listener.down(self._loss(failure))

    def _loss(self, failure: Failure) -> Loss:
        why, self._why = self._why, None
        return Loss(Cause.OURS, why) if why is not None else loss_of(failure)

    def opened(self, connection: _Connection) -> None:
        """Take a connection; with TLS it is of use only after the handshake."""
        self._connection = connection
        if self._tls:
            self._timer = self._clock.callLater(
                self.settings.connect_timeout, self.abort, "timed out in the TLS handshake"
            )
        else:
            self.usable()

    def usable(self) -> None:
        """Let octets pass."""
        connection = self._connection
        if connection is None:
            return
        _cancel(self._timer)
        self._up_at = self._clock.seconds()
        self._full, self._waiting = False, 0
        if not self._reading:
            connection.read(on=False)
        self._listener.up()

    def received(self, octets: bytes) -> None:
        """Pass octets on, unless the connection is being cut."""
        if self._up_at is not None and self._why is None:
            self._listener.received(octets)

    def full(self, *, full: bool) -> None:
        """Learn whether the peer reads too slowly."""
        self._full, self._waiting = full, 0
        if self._up_at is None:
            return
        _cancel(self._timer)
        if full:
            stall = self.settings.stall
            self._timer = self._clock.callLater(
                stall, self.abort, f"peer read nothing for {stall:g} s"
            )

    def closed(self, failure: Failure) -> None:
        """Let go of a connection."""
        _cancel(self._timer)
        up_at, self._up_at = self._up_at, None
        self._connection, self._full = None, False
        held = up_at is not None and self._clock.seconds() - up_at >= self.settings.stable
        self.failures = 0 if held else self.failures + 1
        self._draw()
        self._listener.down(self._loss(failure))


def _cancel(call: Delayed | None) -> None:
    if call is not None and call.active():
        call.cancel()


@implementer(IStreamClientEndpoint)
class _Attempts:
    """An endpoint that tells of every attempt."""

    def __init__(
        self, endpoint: Any, begun: Callable[[], None], failed: Callable[[Failure], None]
    ) -> None:
        self._endpoint = endpoint
        self._begun = begun
        self._note = failed

    def connect(self, protocolFactory: Any) -> Deferred[Any]:  # noqa: N803 # Twisted's name
        """Connect once."""
        self._begun()
        attempt: Deferred[Any] = self._endpoint.connect(protocolFactory)
        return attempt.addErrback(self._failed)

    def _failed(self, failure: Failure) -> Failure:
        self._note(failure)
        return failure


@implementer(IPushProducer, IHandshakeListener)
class _Connection(protocol.Protocol):
    """The Twisted protocol; it decides nothing."""

    def __init__(self, owner: Transport) -> None:
        self._owner = owner

    @override
    def connectionMade(self) -> None:
        transport: Any = self.transport
        tune(transport)
        transport.registerProducer(self, True)  # noqa: FBT003 # Twisted's order
        self._owner.opened(self)

    def handshakeCompleted(self) -> None:  # noqa: N802 # Twisted's name
        """Note that TLS is there and the peer's name was checked."""
        self._owner.usable()

    @override
    def dataReceived(self, data: bytes) -> None:
        self._owner.received(data)

    @override
    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:
        self._owner.closed(reason)

    def write(self, octets: bytes) -> None:
        """Write octets."""
        transport: Any = self.transport
        transport.write(octets)

    def abort(self) -> None:
        """Close at once."""
        transport: Any = self.transport
        transport.abortConnection()

    def unregister(self) -> None:
        """Let the transport close after what is written."""
        transport: Any = self.transport
        transport.unregisterProducer()

    def read(self, *, on: bool) -> None:
        """Read or do not."""
        transport: Any = self.transport
        if on:
            transport.resumeProducing()
        else:
            transport.pauseProducing()

    def pauseProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Note that the transport is full."""
        self._owner.full(full=True)

    def resumeProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Note that the transport has room."""
        self._owner.full(full=False)

    def stopProducing(self) -> None:  # noqa: N802 # Twisted's name
        """Do nothing: the loss of the connection is told elsewhere."""


_PROBES: Final = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
"""A peer that is gone without a word is noticed after a minute."""
_UNACKNOWLEDGED_MS: Final = 60_000


def tune(transport: Any) -> None:
    """Send at once, and notice a peer that is gone; does nothing to other than TCP."""
    if not hasattr(transport, "setTcpNoDelay"):
        return
    with contextlib.suppress(OSError):  # the other end may be gone already
        transport.setTcpNoDelay(True)
        transport.setTcpKeepAlive(True)
        while (inner := getattr(transport, "transport", None)) is not None:
            transport = inner  # through TLS
        handle = transport.getHandle() if hasattr(transport, "getHandle") else None
        if isinstance(handle, socket.socket):
            for name, value in (*_PROBES, ("TCP_USER_TIMEOUT", _UNACKNOWLEDGED_MS)):
                if (option := getattr(socket, name, None)) is not None:
                    handle.setsockopt(socket.IPPROTO_TCP, option, value)
