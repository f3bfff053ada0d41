"""MQTT 5 control packets as records (OASIS MQTT 5.0, chapter 3).

Field names are the standard's. ``None`` stands for an absent property where absence means
something of its own; otherwise the default of the standard stands. A Packet Identifier of 0
means that there is none.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from typing_extensions import override

from cti.mqtt.reasons import Reason

UserProperties: TypeAlias = tuple[tuple[str, str], ...]
"""Name and value pairs in the order of the packet (3.1.2.11.8 and others)."""


class Secret:
    """Octets that no log, error text or repr shows."""

    __slots__ = ("_octets",)

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def reveal(self) -> bytes:
        """Give the octets, for the packet that carries them."""
        return self._octets

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._octets == other._octets

    @override
    def __hash__(self) -> int:
        return hash(self._octets)

    @override
    def __repr__(self) -> str:
        return "Secret(...)"


class Will(msgspec.Struct, frozen=True, gc=False):
    """The Will Message of a connection (3.1.2.5, 3.1.3.2)."""

    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False
    will_delay_interval: int = 0
    """Seconds between the loss of the connection and the publication."""
    payload_format_indicator: int = 0
    message_expiry_interval: int | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user_properties: UserProperties = ()


class Connect(msgspec.Struct, frozen=True, gc=False):
    """CONNECT (3.1)."""

    client_id: str = ""
    clean_start: bool = False
    keep_alive: int = 0
    """Seconds; 0 turns it off."""
    session_expiry_interval: int = 0
    """Seconds; 0xFFFFFFFF means never."""
    username: str | None = None
    password: Secret | None = None
    will: Will | None = None
    receive_maximum: int = 65535
    maximum_packet_size: int | None = None
    topic_alias_maximum: int = 0
    request_response_information: bool = False
    request_problem_information: bool = True
    authentication_method: str | None = None
    authentication_data: bytes | None = None
    user_properties: UserProperties = ()


class ConnAck(msgspec.Struct, frozen=True, gc=False):
    """CONNACK (3.2)."""

    session_present: bool = False
    reason: Reason = Reason.SUCCESS
    session_expiry_interval: int | None = None
    receive_maximum: int = 65535
    maximum_qos: int = 2
    retain_available: bool = True
    maximum_packet_size: int | None = None
    assigned_client_identifier: str | None = None
    topic_alias_maximum: int = 0
    reason_string: str | None = None
    wildcard_subscription_available: bool = True
    subscription_identifiers_available: bool = True
    shared_subscription_available: bool = True
    server_keep_alive: int | None = None
    response_information: str | None = None
    server_reference: str | None = None
    authentication_method: str | None = None
    authentication_data: bytes | None = None
    user_properties: UserProperties = ()


class Publish(msgspec.Struct, frozen=True, gc=False):
    """PUBLISH (3.3), and without Packet Identifier the Application Message itself."""

    topic: str
    payload: bytes = b""
    qos: int = 0
    retain: bool = False
    dup: bool = False
    packet_id: int = 0
    payload_format_indicator: int = 0
    message_expiry_interval: int | None = None
    """Seconds."""
    topic_alias: int | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    content_type: str | None = None
    subscription_identifiers: tuple[int, ...] = ()
    user_properties: UserProperties = ()


class PubAck(msgspec.Struct, frozen=True, gc=False):
    """PUBACK (3.4)."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    reason_string: str | None = None
    user_properties: UserProperties = ()


class PubRec(msgspec.Struct, frozen=True, gc=False):
    """PUBREC (3.5)."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    reason_string: str | None = None
    user_properties: UserProperties = ()


class PubRel(msgspec.Struct, frozen=True, gc=False):
    """PUBREL (3.6)."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    reason_string: str | None = None
    user_properties: UserProperties = ()


class PubComp(msgspec.Struct, frozen=True, gc=False):
    """PUBCOMP (3.7)."""

    packet_id: int
    reason: Reason = Reason.SUCCESS
    reason_string: str | None = None
    user_properties: UserProperties = ()


class Subscription(msgspec.Struct, frozen=True, gc=False):
    """One Topic Filter of a SUBSCRIBE with its options (3.8.3)."""

    topic_filter: str
    qos: int = 1
    """Maximum QoS."""
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0
    """0 send retained messages, 1 only for a new subscription, 2 never."""


class Subscribe(msgspec.Struct, frozen=True, gc=False):
    """SUBSCRIBE (3.8)."""

    packet_id: int
    subscriptions: tuple[Subscription, ...]
    subscription_identifier: int | None = None
    user_properties: UserProperties = ()


class SubAck(msgspec.Struct, frozen=True, gc=False):
    """SUBACK (3.9)."""

    packet_id: int
    reasons: tuple[Reason, ...]
    reason_string: str | None = None
    user_properties: UserProperties = ()


class Unsubscribe(msgspec.Struct, frozen=True, gc=False):
    """UNSUBSCRIBE (3.10)."""

    packet_id: int
    topic_filters: tuple[str, ...]
    user_properties: UserProperties = ()


class UnsubAck(msgspec.Struct, frozen=True, gc=False):
    """UNSUBACK (3.11)."""

    packet_id: int
    reasons: tuple[Reason, ...]
    reason_string: str | None = None
    user_properties: UserProperties = ()


class PingReq(msgspec.Struct, frozen=True, gc=False):
    """PINGREQ (3.12)."""


class PingResp(msgspec.Struct, frozen=True, gc=False):
    """PINGRESP (3.13)."""


class Disconnect(msgspec.Struct, frozen=True, gc=False):
    """DISCONNECT (3.14)."""

    reason: Reason = Reason.SUCCESS
    session_expiry_interval: int | None = None
    server_reference: str | None = None
    reason_string: str | None = None
    user_properties: UserProperties = ()


class Auth(msgspec.Struct, frozen=True, gc=False):
    """AUTH (3.15)."""

    reason: Reason = Reason.SUCCESS
    authentication_method: str | None = None
    authentication_data: bytes | None = None
    reason_string: str | None = None
    user_properties: UserProperties = ()


Packet: TypeAlias = (
    Connect
    | ConnAck
    | Publish
    | PubAck
    | PubRec
    | PubRel
    | PubComp
    | Subscribe
    | SubAck
    | Unsubscribe
    | UnsubAck
    | PingReq
    | PingResp
    | Disconnect
    | Auth
)
