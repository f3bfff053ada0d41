"""The broker: whether it is reached, lets us in, has what is needed, and answers at once."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from statistics import median
from typing import Final

from cti import parts
from cti.config import words
from cti.config.sections import Config, Tls
from cti.doctor.findings import Fault, Finding
from cti.doctor.reach import PATIENCE, UnreachableError, presented, secured, tcp
from cti.mqtt import events as e
from cti.mqtt.codec import Decoder
from cti.mqtt.errors import MalformedPacketError
from cti.mqtt.outbound import Publication
from cti.mqtt.packets import Publish, Subscription
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason
from cti.mqtt.session import Session
from cti.northbound.topics import Topics

ECHOES: Final = 11
"""Messages whose way there and back is measured."""
_TRAPS: Final = ((0.030, 0.060), (0.170, 0.260))
"""Seconds of delayed acknowledgements: Linux waits 40 ms, others 200 ms."""

_LOGIN: Final = {
    Reason.BAD_USER_NAME_OR_PASSWORD: "look at mqtt.username and at its password file",
    Reason.NOT_AUTHORIZED: "look at mqtt.username and its password, and at the broker's rules",
    Reason.UNSUPPORTED_PROTOCOL_VERSION: "the bridge needs a broker of MQTT 5",
    Reason.CLIENT_IDENTIFIER_NOT_VALID: "the broker does not take this mqtt.client_id",
    Reason.BANNED: "the broker has banned us",
}


class Talk:
    """One session with a broker over a socket that blocks."""

    def __init__(self, sock: socket.socket, params: Params) -> None:
        self.session = Session(params)
        self._sock = sock
        self._decoder = Decoder(params.maximum_packet_size)
        self.reason = ""
        self.code: Reason | None = None
        """Of the CONNACK."""

    def feed(self, event: e.Event) -> list[e.Action]:
        """Give the session an event, send what it wants sent, and give the rest."""
        rest: list[e.Action] = []
        for action in self.session.handle(event):
            match action:
                case e.Send(octets):
                    self._sock.sendall(octets)
                case e.StateChanged(_, reason):
                    self.reason = reason or self.reason
                case _:
                    rest.append(action)
        return rest

    def hear(self, deadline: float) -> list[e.Action]:
        """Wait for packets and give what they lead to; raise ``TimeoutError``, ``OSError``."""
        wait = deadline - time.monotonic()
        if wait <= 0:
            raise TimeoutError
        self._sock.settimeout(wait)
        octets = self._sock.recv(4096)
        if not octets:
            raise ConnectionResetError("closed by the broker")
        actions: list[e.Action] = []
        try:
            packets = self._decoder.feed(octets)
        except MalformedPacketError as error:
            return self.feed(e.PacketMalformed(error.reason, error.message))
        for packet in packets:
            actions += self.feed(e.PacketReceived(packet))
        return actions

    def until(self, kind: type[e.Action], also: type[e.Action] | None = None) -> bool:
        """Wait until the session did something of a kind, and of another one."""
        wanted = {kind, also} - {None}
        deadline = time.monotonic() + PATIENCE
        while wanted:
            for action in self.hear(deadline):
                if isinstance(action, e.DropTransport):
                    self.reason = action.reason or self.reason
                    return False
                wanted.discard(type(action))
        return True


def brokers(config: Config) -> Iterator[Finding]:
    """Look at every broker of the configuration."""
    for text in config.mqtt.brokers:
        yield from _broker(config, text)


def _broker(config: Config, text: str) -> Iterator[Finding]:
    address = words.broker(text)
    about = f"broker {text}"
    try:
        sock = tcp(about, address.host, address.port, Fault.BROKER)
        if address.tls:
            tls = config.mqtt.tls or Tls()
            safe = secured(about, sock, address.host, tls, Fault.BROKER)
            yield from presented(about, safe)
            sock = safe
    except UnreachableError as error:
        yield error.finding
        return
    with sock:
        try:
            yield from _session(config, about, sock)
        except TimeoutError:
            cure = "is it an MQTT 5 broker, and has this port TLS or not?"
            yield Finding(about, "MQTT: no answer", Fault.BROKER, cure)
        except OSError as error:
            cure = "is it an MQTT 5 broker, and has this port TLS or not?"
            told = f"MQTT: {error.strerror or error}"
            yield Finding(about, told, Fault.BROKER, cure)


def _session(config: Config, about: str, sock: socket.socket) -> Iterator[Finding]:
    from msgspec.structs import replace

    own = parts.session(config.mqtt, config.daemon.name)
    params = replace(
        own,
        client_id=f"{own.client_id}-doctor",
        clean_start=True,
        session_expiry_interval=0,
    )
    talk = Talk(sock, params)
    talk.feed(e.TransportUp())
    if not talk.until(e.Connected):
        yield Finding(about, f"MQTT: refused: {talk.reason}", Fault.BROKER, _login(talk.reason))
        return
    yield Finding(about, "reached, and lets us in")
    limits = talk.session.limits
    lacks = [
        name
        for name, there in (
            ("retained messages", limits.retain_available),
            ("wildcard subscriptions", limits.wildcard_subscription_available),
        )
        if not there
    ]
    if limits.maximum_qos < 1:
        lacks.append("QoS 1")
    if lacks:
        cure = "the bridge cannot do without: another broker, or other settings of it"
        yield Finding(about, f"lacks {', '.join(lacks)}", Fault.BROKER, cure)
        return
    yield from _echo(config, about, talk)
    talk.feed(e.DisconnectRequest())


def _login(reason: str) -> str:
    for code, cure in _LOGIN.items():
        if code.words.lower() in reason.lower():
            return cure
    return "the broker's own log says more"


def _echo(config: Config, about: str, talk: Talk) -> Iterator[Finding]:
    """Measure how long a message takes there and back."""
    topics = Topics(config.mqtt.base, config.daemon.name)
    topic = f"{topics.status.removesuffix('status')}doctor/{secrets.token_hex(4)}"
    talk.feed(e.SubscribeRequest("doctor", (Subscription(topic, qos=1),)))
    if not talk.until(e.Subscribed):
        yield Finding(about, f"MQTT: {talk.reason}", Fault.BROKER)
        return
    taken: list[float] = []
    for number in range(ECHOES):
        begun = time.monotonic()
        talk.feed(e.PublishRequest((Publication(number, Publish(topic, b"{}", qos=1)),)))
        try:
            if not talk.until(e.MessageReceived, e.Delivered):
                break
        except TimeoutError:
            cure = f"may this user publish and subscribe below {topics.status}?"
            yield Finding(about, "MQTT: a message does not come back", Fault.BROKER, cure)
            return
        taken.append(time.monotonic() - begun)
    if not taken:
        yield Finding(about, f"MQTT: {talk.reason}", Fault.BROKER)
        return
    typical = median(taken)
    told = f"a message is back after {typical * 1000:.1f} ms"
    if any(low <= typical <= high for low, high in _TRAPS):
        cure = (
            "the broker waits for delayed acknowledgements (Nagle's algorithm): with "
            "Mosquitto, set_tcp_nodelay true"
        )
        yield Finding(about, told, Fault.BROKER, cure)
    else:
        yield Finding(about, told)
