"""The client on Twisted, over the daemon's own session."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Final, TypeVar

from twisted.internet.defer import Deferred
from typing_extensions import override

from cti.client import actions as a
from cti.client._verbs import TwistedVerbs
from cti.client.address import DEFAULT, Broker
from cti.client.errors import ClientError
from cti.client.face import Face, Way
from cti.client.lease import Timer
from cti.client.mirror import Mirror
from cti.client.stream import ROOM
from cti.model.commands import Args
from cti.model.results import Done
from cti.mqtt import packets as p
from cti.mqtt.addresses import Address, Server, Tls, servers_for
from cti.mqtt.application import Application
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService
from cti.mqtt.status import Status

R = TypeVar("R", bound=Done)

_LARGEST: Final = 1 << 20
"""Octets of the largest message that the broker may send."""
_WAITING: Final = (1_000, 16_000_000)
"""Messages and octets that wait to be sent."""


class _Wait:
    """A Deferred as the core sees it."""

    def __init__(self) -> None:
        self.deferred: Deferred[Any] = Deferred(self._cancel)
        self.cancelled: Callable[[], object] = lambda: None

    @property
    def awaitable(self) -> Awaitable[Any]:
        """What is awaited."""
        return self.deferred

    def _cancel(self, _deferred: Deferred[Any]) -> None:
        self.cancelled()

    def succeed(self, value: object) -> None:
        """End the wait."""
        if not self.deferred.called:
            self.deferred.callback(value)

    def fail(self, error: Exception) -> None:
        """End the wait by raising."""
        if not self.deferred.called:
            self.deferred.errback(error)


class Client(Face[_Wait], TwistedVerbs):
    """An application's way to the bridge, on Twisted.

    ::

        client = Client(reactor, "mqtt://broker", client="crm", switch="hq")
        await client.start()
        await client.make_call(device="201", to="0301234567")

    Commands give Deferreds; events are read with ``async for`` in coroutines.
    """

    def __init__(
        self,
        reactor: Any,
        broker: str | Broker | None = None,
        *,
        client: str | None = None,
        switch: str | None = None,
        base: str = "cti",
        password: str | None = None,
        tls: Tls | None = None,
        session_expiry: int = 300,
        room: int = ROOM,
        servers: Sequence[Server] | None = None,
    ) -> None:
        """As the asyncio client; ``servers`` are endpoints to use instead of the broker's."""
        where = Broker.of(broker or DEFAULT)
        name = client or where.username or "application"
        super().__init__(client=name, switch=switch, base=base, room=room)
        self._reactor = reactor
        self._outbox = MemoryOutbox(*_WAITING)
        secret = None if password is None else p.Secret(password.encode())
        address = Address(where.host, where.port, tls=where.tls)
        self._service = MqttService(
            Params(
                f"{name}-{self.instance}",
                username=where.username,
                password=secret,
                clean_start=True,
                session_expiry_interval=session_expiry,
                maximum_packet_size=_LARGEST,
            ),
            servers or servers_for(reactor, [address], tls),
            self._outbox,
            reactor,
            random.random,
            _Session(self),
        )
        self._up = False
        self._starting: list[Deferred[None]] = []

    # Beginning and end.

    def start(self) -> Deferred[None]:
        """Connect, and go on until it succeeds; fires when it does."""
        started: Deferred[None] = Deferred()
        if self._up:
            started.callback(None)
        else:
            self._starting.append(started)
            self._service.start()
        return started

    def stop(self) -> Deferred[None]:
        """Disconnect; everybody who waits is let go."""
        self._end(ClientError("the client is closed"))
        return self._service.stop()

    # States.

    def mirror(self) -> Deferred[Mirror]:
        """Give the states of devices, agents, queues and links; they stay current."""
        mirror, waiter = self._show()
        ready: Deferred[Any] = waiter.deferred
        return ready.addCallback(lambda _: mirror)

    # Commands.

    @override
    def _ask(
        self,
        result: type[R],
        args: Args,
        way: Way,
    ) -> Deferred[R]:
        name, waiter = self._give(args, way)
        waiter.cancelled = lambda: self._withdraw(name)
        return waiter.deferred

    # The session.

    def connected(self) -> None:
        """Take that the session is there."""
        self._up = True
        starting, self._starting = self._starting, []
        for started in starting:
            started.callback(None)
        self._feed(a.Connected())

    def disconnected(self) -> None:
        """Take that the session is lost."""
        if self._up:
            self._up = False
            self._feed(a.Disconnected())

    def message_received(self, message: p.Publish, receipt: int) -> None:
        """Take a message."""
        self._feed(a.Arrived(message.topic, message.payload))
        if receipt:
            self._service.acknowledge(receipt)

    def subscribed(self, topic: str, reason: Reason) -> None:
        """Take the broker's answer for one filter."""
        self._feed(a.Subscribed((topic,), (topic,) if reason.is_failure else ()))

    # What the core wants done.

    @override
    def _waiter(self) -> _Wait:
        return _Wait()

    @override
    def _later(self, seconds: float, call: Callable[[], object]) -> Timer:
        timer: Timer = self._reactor.callLater(seconds, call)
        return timer

    @override
    def _subscribe(self, topics: tuple[str, ...]) -> None:
        for topic in topics:
            self._service.subscribe(topic, p.Subscription(topic, qos=1))

    @override
    def _unsubscribe(self, topics: tuple[str, ...]) -> None:
        if self._up:
            for topic in topics:
                self._service.unsubscribe(topic, topic)

    @override
    def _publish(self, message: a.Send) -> None:
        if not self._up:
            return
        self._outbox.put(
            p.Publish(
                message.topic,
                message.payload,
                qos=message.qos,
                response_topic=message.response_topic,
                message_expiry_interval=message.expiry_s,
                content_type="application/json",
            )
        )
        self._service.wake()


class _Session(Application):
    """What the session tells, given on."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @override
    def state_changed(self, status: Status) -> None:
        if status.state == "connected":
            self._client.connected()
        else:
            self._client.disconnected()

    @override
    def message_received(self, message: p.Publish, receipt: int) -> None:
        self._client.message_received(message, receipt)

    @override
    def subscribed(self, token: Hashable, reasons: Sequence[Reason]) -> None:
        for reason in reasons[:1]:
            self._client.subscribed(str(token), reason)
