"""A server, a network and a clock in memory, for tests of the whole service."""

from __future__ import annotations

from collections import deque
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionLost, ConnectionRefusedError
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from cti.mqtt import packets as p
from cti.mqtt.addresses import Server
from cti.mqtt.application import Application
from cti.mqtt.codec import Decoder, encode
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason
from cti.mqtt.service import MqttService


class Transport:
    """One connection as Twisted would give it to the protocol; nothing moves by itself."""

    def __init__(self, network, protocol):
        self.network, self.protocol = network, protocol
        self.written: list[bytes] = []
        self.producer = None
        self.no_delay = False
        self.closing = ""
        self.open = True
        self.stuck = False

    def write(self, octets):
        assert self.open
        if not self.closing:
            self.written.append(octets)

    def take(self, count=None):
        """Give what the client wrote, at most ``count`` octets of it."""
        octets = b"".join(self.written)
        count = len(octets) if count is None else count
        self.written = [octets[count:]] if octets[count:] else []
        return octets[:count]

    def deliver(self, octets):
        if self.open and not self.closing:
            self.protocol.dataReceived(octets)

    def cut(self):
        """Lose the connection now."""
        if self.open:
            self.open = False
            self.protocol.connectionLost(Failure(ConnectionLost()))

    def loseConnection(self):  # noqa: N802
        if not self.closing:
            self.closing = "flush"
            if not self.stuck:
                self.network.clock.callLater(0, self.cut)

    def abortConnection(self):  # noqa: N802
        self.closing = self.closing or "abort"
        self.network.clock.callLater(0, self.cut)

    def setTcpNoDelay(self, enabled):  # noqa: N802
        self.no_delay = enabled

    def registerProducer(self, producer, streaming):  # noqa: N802
        assert streaming
        self.producer = producer

    def unregisterProducer(self):  # noqa: N802
        self.producer = None


class Network:
    """An endpoint that connects, refuses or leaves one waiting."""

    def __init__(self, clock):
        self.clock = clock
        self.mode = "accept"
        self.transports: list[Transport] = []
        self.attempts = 0

    def connect(self, factory):
        self.attempts += 1
        if self.mode == "refuse":
            return fail(ConnectionRefusedError())
        if self.mode == "hang":
            return Deferred(lambda attempt: None)
        protocol = factory.buildProtocol(None)
        transport = Transport(self, protocol)
        self.transports.append(transport)
        protocol.makeConnection(transport)
        return succeed(protocol)

    @property
    def transport(self):
        return self.transports[-1]


class Broker:
    """A server with one session, that acknowledges when it is told to."""

    def __init__(self, receive_maximum=10):
        self.receive_maximum = receive_maximum
        self.session = False
        self.arrived: list[tuple[str, bytes]] = []
        self.acknowledged: set[bytes] = set()
        self.unanswered: deque[p.Publish] = deque()
        self.received: list[Any] = []
        self.decoder = Decoder()
        self.to_client = b""

    def connection(self):
        """Begin a connection: what was on its way is gone."""
        self.decoder, self.to_client = Decoder(), b""
        self.unanswered.clear()
        self.received = []

    def feed(self, octets):
        for packet in self.decoder.feed(octets):
            self.received.append(packet)
            match packet:
                case p.Connect():
                    self.send(
                        p.ConnAck(
                            session_present=self.session, receive_maximum=self.receive_maximum
                        )
                    )
                    self.session = True
                case p.Publish(topic, payload, 1):
                    self.arrived.append((topic, payload))
                    self.unanswered.append(packet)
                case p.Subscribe(packet_id, subscriptions):
                    granted = tuple(Reason.GRANTED_QOS_1 for _ in subscriptions)
                    self.send(p.SubAck(packet_id, granted))
                case p.Unsubscribe(packet_id, filters):
                    self.send(p.UnsubAck(packet_id, tuple(Reason.SUCCESS for _ in filters)))
                case p.PingReq():
                    self.send(p.PingResp())
                case _:
                    pass

    def answer(self, count, reason=Reason.SUCCESS):
        """Acknowledge the oldest messages, in order [MQTT-4.6.0-2]."""
        for _ in range(min(count, len(self.unanswered))):
            publish = self.unanswered.popleft()
            if not reason.is_failure:
                self.acknowledged.add(publish.payload)
            self.send(p.PubAck(publish.packet_id, reason))

    def send(self, *packets):
        self.to_client += b"".join(encode(packet) for packet in packets)


class Log:
    """A logger that keeps its lines."""

    def __init__(self):
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def __getattr__(self, level):
        return lambda event, **fields: self.lines.append((level, event, fields))


class Recorder(Application):
    """An application that writes down what it is told."""

    def __init__(self):
        self.states: list[str] = []
        self.messages: list[tuple[p.Publish, int]] = []
        self.answers: list[tuple[Any, Any]] = []
        self.births: list[p.Publish] = []
        self.farewells: list[p.Publish] = []
        self.last_will: p.Will | None = None

    def will(self):
        return self.last_will

    def birth(self, *, session_present):
        return self.births

    def farewell(self):
        return self.farewells

    def message_received(self, message, receipt):
        self.messages.append((message, receipt))

    def subscribed(self, token, reasons):
        self.answers.append((token, reasons))

    def state_changed(self, status):
        self.states.append(status.state)


class World:
    """A service with everything around it."""

    def __init__(self, *, servers=1, params=None, source=None, random=lambda: 1.0, **broker):
        self.clock = Clock()
        self.networks = [Network(self.clock) for _ in range(servers)]
        self.broker = Broker(**broker)
        self.application = Recorder()
        self.outbox: Any = MemoryOutbox(100_000, 10**9) if source is None else source
        self.log = Log()
        self.service = MqttService(
            params or Params("d1", window=20),
            [Server(f"b{n}:1883", network) for n, network in enumerate(self.networks)],
            self.outbox,
            self.clock,
            random,
            self.application,
            wall_clock=self.clock.seconds,
            log=self.log,
        )

    @property
    def transport(self):
        return self.networks[0].transport

    def put(self, *payloads, topic="t", qos=1):
        for payload in payloads:
            self.outbox.put(p.Publish(topic, payload, qos=qos))
        self.service.wake()

    def turn(self, seconds=0):
        self.clock.advance(seconds)

    def exchange(self):
        """Let octets flow both ways, without acknowledging messages, until none are left."""
        while True:
            self.turn()
            transport = self.transport
            octets = transport.take()
            if octets:
                self.broker.feed(octets)
            back, self.broker.to_client = self.broker.to_client, b""
            if back:
                transport.deliver(back)
            if not octets and not back:
                return

    def connect(self):
        """Start the service and bring it to ``connected``."""
        self.service.start()
        self.broker.connection()
        self.exchange()
        return self

    def settle(self):
        """Let everything flow and be acknowledged."""
        while True:
            self.exchange()
            if not self.broker.unanswered:
                return
            self.broker.answer(1000)

    def sent(self):
        """Give the packets that the client has written since the last look."""
        return Decoder().feed(self.transport.take())
