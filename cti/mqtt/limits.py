"""What a server said in its CONNACK that it does not take (OASIS MQTT 5.0, 3.2.2.3)."""

from __future__ import annotations

from cti.mqtt.errors import InvalidPacketError
from cti.mqtt.packets import ConnAck, Publish, Subscribe
from cti.mqtt.reasons import Reason
from cti.mqtt.topics import has_wildcard, is_shared


def check_size(octets: bytes, limits: ConnAck) -> None:
    """Raise ``InvalidPacketError`` for a packet that the server calls too large."""
    largest = limits.maximum_packet_size
    if largest is not None and len(octets) > largest:  # [MQTT-3.2.2-15]
        raise InvalidPacketError(
            Reason.PACKET_TOO_LARGE, f"{len(octets)} octets, the server takes {largest}"
        )


def check_publish(message: Publish, octets: bytes, limits: ConnAck) -> None:
    """Raise ``InvalidPacketError`` for a message that may not go to this server."""
    if message.qos > 1:
        raise InvalidPacketError(Reason.QOS_NOT_SUPPORTED, "this session has no QoS 2")
    if message.retain and not limits.retain_available:  # [MQTT-3.2.2-14]
        raise InvalidPacketError(Reason.RETAIN_NOT_SUPPORTED, "the server retains nothing")
    if message.topic_alias is not None:
        raise InvalidPacketError(Reason.TOPIC_ALIAS_INVALID, "aliases are not used")
    if message.subscription_identifiers:  # [MQTT-3.3.4-6]
        raise InvalidPacketError(
            Reason.PROTOCOL_ERROR, "a client sends no Subscription Identifier"
        )
    check_size(octets, limits)


def check_subscribe(packet: Subscribe, limits: ConnAck) -> None:
    """Raise ``InvalidPacketError`` for a kind of filter that the server lacks."""
    for subscription in packet.subscriptions:
        topic_filter = subscription.topic_filter
        if is_shared(topic_filter) and not limits.shared_subscription_available:
            raise InvalidPacketError(  # 3.2.2.3.13
                Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                "the server has no shared subscriptions",
            )
        if has_wildcard(topic_filter) and not limits.wildcard_subscription_available:
            raise InvalidPacketError(  # 3.2.2.3.11
                Reason.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                "the server has no wildcard subscriptions",
            )
