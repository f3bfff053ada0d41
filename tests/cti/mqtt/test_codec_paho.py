"""Our codec against paho's, each reading what the other wrote."""

from __future__ import annotations

import io
import struct
from typing import Any

import paho.mqtt.client as paho
from hypothesis import given
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from cti.mqtt import packets as p
from cti.mqtt.codec import Decoder, encode
from tests.cti.mqtt.strategies import CONNACK, CONNECT, PUBLISH, SUBSCRIBE


def _client() -> Any:
    library: Any = paho  # untyped where this test reaches into it
    version = library.CallbackAPIVersion.VERSION2
    client = library.Client(version, client_id="x", protocol=paho.MQTTv5)
    client._sock, client._thread = io.BytesIO(), object()  # so that it only queues
    return client


def _written(client: Any) -> bytes:
    return bytes(client._out_packet[-1]["packet"])


def _set(properties, **values):
    for name, value in values.items():
        if value not in (None, (), []):
            setattr(properties, name, value)
    return properties


def _message_properties(kind, packet):
    return _set(
        Properties(kind),
        PayloadFormatIndicator=packet.payload_format_indicator or None,
        MessageExpiryInterval=packet.message_expiry_interval,
        ContentType=packet.content_type,
        ResponseTopic=packet.response_topic,
        CorrelationData=packet.correlation_data,
        UserProperty=list(packet.user_properties),
    )


@given(PUBLISH)
def test_we_read_the_publish_that_paho_writes(packet):
    client = _client()
    properties = _message_properties(PacketTypes.PUBLISH, packet)
    _set(properties, TopicAlias=packet.topic_alias)
    client._send_publish(
        packet.packet_id,
        packet.topic.encode(),
        packet.payload,
        packet.qos,
        packet.retain,
        packet.dup,
        None,
        properties,
    )
    [read] = Decoder().feed(_written(client))
    # A client sends no Subscription Identifier, and paho refuses to.
    assert read == p.Publish(
        packet.topic,
        packet.payload,
        packet.qos,
        packet.retain,
        packet.dup,
        packet.packet_id,
        packet.payload_format_indicator,
        packet.message_expiry_interval,
        packet.topic_alias,
        packet.response_topic,
        packet.correlation_data,
        packet.content_type,
        (),
        packet.user_properties,
    )


@given(PUBLISH.filter(lambda packet: packet.qos < 2 and packet.topic_alias is None))
def test_paho_reads_the_publish_that_we_write(packet):
    client, got = _client(), []
    client.on_message = lambda _client, _data, message: got.append(message)
    wire = encode(packet)
    assert wire[1] < 0x80 or wire[2] < 0x80
    header = 2 if wire[1] < 0x80 else 3
    client._in_packet.update(
        command=wire[0], packet=wire[header:], remaining_length=len(wire) - header
    )
    client._handle_publish()
    [message] = got
    assert (message.topic, message.payload, message.qos, message.retain, message.dup) == (
        packet.topic,
        packet.payload,
        packet.qos,
        packet.retain,
        packet.dup,
    )
    assert message.mid == packet.packet_id
    given_, properties = packet, message.properties
    for theirs, ours in (
        ("ContentType", given_.content_type),
        ("ResponseTopic", given_.response_topic),
        ("CorrelationData", given_.correlation_data),
        ("MessageExpiryInterval", given_.message_expiry_interval),
        ("UserProperty", list(given_.user_properties) or None),
        ("SubscriptionIdentifier", list(given_.subscription_identifiers) or None),
    ):
        assert getattr(properties, theirs, None) == ours


def _paho_can_say(packet: p.Connect) -> bool:
    """Tell whether paho writes this: its limits are narrower than the standard's."""
    return (packet.username is not None or packet.password is None) and (
        packet.maximum_packet_size or 0
    ) <= 268_435_455


@given(CONNECT.filter(_paho_can_say))
def test_we_read_the_connect_that_paho_writes(packet):
    client = _client()
    client._client_id = packet.client_id.encode()
    client._clean_start = packet.clean_start
    if packet.username is not None:
        secret = packet.password.reveal() if packet.password else None
        client._username = packet.username.encode()
        client._password = secret
    if packet.will is not None:
        properties = _message_properties(PacketTypes.WILLMESSAGE, packet.will)
        _set(properties, WillDelayInterval=packet.will.will_delay_interval)
        client._will = True
        client._will_topic = packet.will.topic.encode()
        client._will_payload = packet.will.payload
        client._will_qos, client._will_retain = packet.will.qos, packet.will.retain
        client._will_properties = properties
    client._connect_properties = _set(
        Properties(PacketTypes.CONNECT),
        SessionExpiryInterval=packet.session_expiry_interval,
        ReceiveMaximum=packet.receive_maximum,
        MaximumPacketSize=packet.maximum_packet_size,
        TopicAliasMaximum=packet.topic_alias_maximum,
        RequestResponseInformation=int(packet.request_response_information),
        RequestProblemInformation=int(packet.request_problem_information),
        UserProperty=list(packet.user_properties),
    )
    client._send_connect(packet.keep_alive)
    assert Decoder().feed(_written(client)) == [packet]


@given(SUBSCRIBE.filter(lambda packet: packet.subscription_identifier is None))
def test_we_read_the_subscribe_that_paho_writes(packet):
    client = _client()
    topics = [
        (
            subscription.topic_filter.encode(),
            SubscribeOptions(
                qos=subscription.qos,
                retainAsPublished=subscription.retain_as_published,
                retainHandling=subscription.retain_handling,
            ),
        )
        for subscription in packet.subscriptions
    ]
    client._send_subscribe(False, topics, Properties(PacketTypes.SUBSCRIBE))
    read: Any
    [read] = Decoder().feed(_written(client))
    assert read.subscriptions == packet.subscriptions


@given(CONNACK.filter(lambda packet: (packet.maximum_packet_size or 0) <= 268_435_455))
def test_paho_reads_the_properties_of_the_connack_that_we_write(packet):
    wire = encode(packet)
    header = 2 if wire[1] < 0x80 else 3
    flags, code = struct.unpack_from("!BB", wire, header)
    properties = Properties(PacketTypes.CONNACK)
    properties.unpack(wire[header + 2 :])
    assert (flags, code) == (int(packet.session_present), packet.reason)
    for theirs, ours, default in (
        ("SessionExpiryInterval", packet.session_expiry_interval, None),
        ("ReceiveMaximum", packet.receive_maximum, 65535),
        ("MaximumQoS", packet.maximum_qos, 2),
        ("RetainAvailable", int(packet.retain_available), 1),
        ("MaximumPacketSize", packet.maximum_packet_size, None),
        ("AssignedClientIdentifier", packet.assigned_client_identifier, None),
        ("TopicAliasMaximum", packet.topic_alias_maximum, 0),
        ("ReasonString", packet.reason_string, None),
        ("ServerKeepAlive", packet.server_keep_alive, None),
        ("ServerReference", packet.server_reference, None),
        ("UserProperty", list(packet.user_properties) or None, None),
    ):
        assert getattr(properties, theirs, default) == ours
