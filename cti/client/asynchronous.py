"""The client on asyncio, over aiomqtt."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions
from typing_extensions import override

from cti.client import actions as a
from cti.client._verbs import AsyncioVerbs
from cti.client.address import DEFAULT, Broker
from cti.client.errors import BrokerUnreachable, ClientError
from cti.client.face import Face, Way
from cti.client.lease import Timer
from cti.client.mirror import Mirror
from cti.client.stream import ROOM
from cti.model.commands import Args
from cti.model.results import Done

R = TypeVar("R", bound=Done)

_FIRST_WAIT: Final = 0.1
_LONGEST_WAIT: Final = 10.0
"""Seconds between two attempts to reach the broker; the time between is drawn."""
_LARGEST: Final = 1 << 20
"""Octets of the largest message that the broker may send."""
_REFUSED: Final = 0x80
"""Reason codes from here on are refusals (MQTT 5.0, 2.4)."""
_NO_DELAY: Final = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
_QUICK_ACK: Final = getattr(socket, "TCP_QUICKACK", None)


class _Wait:
    """A future as the core sees it."""

    def __init__(self, future: asyncio.Future[Any]) -> None:
        self.awaitable: Final = future

    def succeed(self, value: object) -> None:
        """End the wait."""
        if not self.awaitable.done():
            self.awaitable.set_result(value)

    def fail(self, error: Exception) -> None:
        """End the wait by raising."""
        if not self.awaitable.done():
            self.awaitable.set_exception(error)


class Client(Face[_Wait], AsyncioVerbs):
    """An application's way to the bridge, on asyncio.

    ::

        async with Client("mqtt://broker", client="crm", switch="hq") as client:
            await client.make_call(device="201", to="0301234567")

    ``client`` is the name that the broker's rules let us write commands under.
    """

    def __init__(
        self,
        broker: str | Broker | None = None,
        *,
        client: str | None = None,
        switch: str | None = None,
        base: str = "cti",
        password: str | None = None,
        tls: ssl.SSLContext | None = None,
        session_expiry: int = 300,
        room: int = ROOM,
    ) -> None:
        """``broker`` is ``mqtt://[user@]host[:port]`` or ``mqtts://...``; else ``CTI_BROKER``.

        ``client`` is the user's name unless it is given. ``session_expiry`` is how many
        seconds the broker keeps our messages while we are not there, ``room`` how many events
        wait for a slow reader.
        """
        self._broker = Broker.of(broker or DEFAULT)
        name = client or self._broker.username or "application"
        super().__init__(client=name, switch=switch, base=base, room=room)
        self._password = password
        self._tls = tls or (ssl.create_default_context() if self._broker.tls else None)
        self._expiry = session_expiry
        self._identifier = f"{name}-{self.instance}"
        self._runner: asyncio.Task[None] | None = None
        self._writes: asyncio.Queue[a.Action] | None = None
        self._mqtt: aiomqtt.Client | None = None

    # Beginning and end.

    async def __aenter__(self) -> Self:
        """Connect; raise ``BrokerUnreachable`` if that fails."""
        if self._runner is not None:
            raise RuntimeError("a client is entered once")
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runner = asyncio.create_task(self._run(first), name="cti.client")
        try:
            await first
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner
        self._end(ClientError("the client is closed"))

    # States.

    async def mirror(self) -> Mirror:
        """Give the states of devices, agents, queues and links; they stay current."""
        mirror, waiter = self._show()
        await waiter.awaitable
        return mirror

    # Commands.

    @override
    async def _ask(
        self,
        result: type[R],
        args: Args,
        way: Way,
    ) -> R:
        name, waiter = self._give(args, way)
        try:
            found: R = await waiter.awaitable
        finally:
            self._withdraw(name)
        return found

    # The session.

    async def _run(self, first: asyncio.Future[None]) -> None:
        """Keep a connection up; tell ``first`` how the first attempt went."""
        wait = _FIRST_WAIT
        clean = True
        while True:
            held = False
            try:
                async with self._connection(clean=clean) as mqtt:
                    held, clean, wait = True, False, _FIRST_WAIT
                    if not first.done():
                        first.set_result(None)
                    await self._serve(mqtt)
            except (aiomqtt.MqttError, OSError) as error:
                if not first.done():
                    where = self._broker.text
                    first.set_exception(BrokerUnreachable(f"broker {where}: {error}"))
                    return
                self.log.warning("broker lost" if held else "broker away", reason=str(error))
            await asyncio.sleep(random.uniform(0.05, wait))  # noqa: S311 - spreads attempts
            wait = min(2 * wait, _LONGEST_WAIT)

    def _connection(self, *, clean: bool) -> aiomqtt.Client:
        make: Any = Properties  # paho has no types
        properties = make(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = self._expiry
        properties.MaximumPacketSize = _LARGEST
        return aiomqtt.Client(
            self._broker.host,
            port=self._broker.port,
            username=self._broker.username,
            password=self._password,
            identifier=self._identifier,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=clean,
            properties=properties,
            tls_context=self._tls,
            keepalive=15,
            socket_options=_NO_DELAY,
            queue_type=self._inbox(),
        )

    def _inbox(self) -> type[asyncio.Queue[aiomqtt.Message]]:
        """Make a queue that hands each message on at once.

        A queue that is read by a task loses what is in it when the connection goes, though
        the broker has it acknowledged.
        """
        arrived = self._arrived

        class Inbox(asyncio.Queue[aiomqtt.Message]):
            @override
            def put_nowait(self, item: aiomqtt.Message) -> None:
                arrived(item)

        return Inbox

    def _arrived(self, message: aiomqtt.Message) -> None:
        payload: Any = message.payload
        self._feed(a.Arrived(str(message.topic), bytes(payload or b"")))
        self._quick()

    def _quick(self) -> None:
        """Have the kernel acknowledge at once: a broker without TCP_NODELAY waits for it."""
        if _QUICK_ACK is None or self._mqtt is None:
            return
        found: Any = self._mqtt._client.socket()  # noqa: SLF001 - aiomqtt shows it nowhere
        if found is not None:
            with suppress(OSError, AttributeError):
                found.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)

    async def _serve(self, mqtt: aiomqtt.Client) -> None:
        self._writes = asyncio.Queue()
        self._mqtt = mqtt
        self._quick()
        writer = asyncio.create_task(self._write(mqtt, self._writes), name="cti.client.write")
        reader = asyncio.create_task(self._watch(mqtt), name="cti.client.watch")
        try:
            self._feed(a.Connected())
            done, _ = await asyncio.wait((writer, reader), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._mqtt = self._writes = None
            for task in (writer, reader):
                task.cancel()
            await asyncio.gather(writer, reader, return_exceptions=True)
            self._feed(a.Disconnected())

    async def _watch(self, mqtt: aiomqtt.Client) -> None:
        """Raise when the connection is lost; messages go another way."""
        async for message in mqtt.messages:
            self._arrived(message)

    async def _write(self, mqtt: aiomqtt.Client, writes: asyncio.Queue[a.Action]) -> None:
        while True:
            match await writes.get():
                case a.Subscribe(topics):
                    asked = [(topic, SubscribeOptions(qos=1)) for topic in topics]
                    codes: Any = await mqtt.subscribe(asked)
                    refused = tuple(
                        topic
                        for topic, code in zip(topics, codes, strict=True)
                        if getattr(code, "value", code) >= _REFUSED
                    )
                    self._feed(a.Subscribed(topics, refused))
                case a.Unsubscribe(topics):
                    await mqtt.unsubscribe(list(topics))
                case a.Send() as message:
                    await self._send(mqtt, message)
                case _:
                    pass

    async def _send(self, mqtt: aiomqtt.Client, message: a.Send) -> None:
        make: Any = Properties  # paho has no types
        properties = make(PacketTypes.PUBLISH)
        properties.ContentType = "application/json"
        if message.response_topic is not None:
            properties.ResponseTopic = message.response_topic
        if message.expiry_s is not None:
            properties.MessageExpiryInterval = message.expiry_s
        await mqtt.publish(
            message.topic, message.payload, qos=message.qos, properties=properties
        )

    # What the core wants done.

    @override
    def _waiter(self) -> _Wait:
        return _Wait(asyncio.get_running_loop().create_future())

    @override
    def _later(self, seconds: float, call: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, call)

    @override
    def _subscribe(self, topics: tuple[str, ...]) -> None:
        self._put(a.Subscribe(topics))

    @override
    def _unsubscribe(self, topics: tuple[str, ...]) -> None:
        self._put(a.Unsubscribe(topics))

    @override
    def _publish(self, message: a.Send) -> None:
        self._put(message)

    def _put(self, action: a.Action) -> None:
        if self._writes is not None:
            self._writes.put_nowait(action)
