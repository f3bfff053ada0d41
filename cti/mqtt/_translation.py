"""The table between our packet records and those of the ``mqtt5`` codec, both ways.

Nothing is decided here: field by field, one function per packet and direction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import mqtt5

from cti.mqtt import packets as p
from cti.mqtt.reasons import Reason

QOS: Final = (mqtt5.QoS.AT_MOST_ONCE, mqtt5.QoS.AT_LEAST_ONCE, mqtt5.QoS.EXACTLY_ONCE)
_RETAIN_HANDLING: Final = (
    mqtt5.RetainHandling.SEND_ALWAYS,
    mqtt5.RetainHandling.SEND_IF_SUBSCRIPTION_NOT_EXISTS,
    mqtt5.RetainHandling.SEND_NEVER,
)
_REASON: Final = {int(reason): reason for reason in Reason}


def _codes(enumeration: Any) -> dict[int, Any]:
    """Give the members of one of the codec's enumerations by value."""
    members = [getattr(enumeration, name) for name in dir(enumeration) if name.isupper()]
    return {int(member): member for member in members}


_CONNACK_CODES: Final = _codes(mqtt5.ConnAckReasonCode)
_SUBACK_CODES: Final = _codes(mqtt5.SubAckReasonCode)
_UNSUBACK_CODES: Final = _codes(mqtt5.UnsubAckReasonCode)
_DISCONNECT_CODES: Final = _codes(mqtt5.DisconnectReasonCode)
_AUTH_CODES: Final = _codes(mqtt5.AuthReasonCode)


def _code(codes: dict[int, Any], reason: Reason) -> Any:
    if (code := codes.get(reason)) is None:
        raise ValueError(f"{reason.words} has no place in this packet")
    return code


def _pairs(properties: list[tuple[str, str]]) -> p.UserProperties:
    return tuple(properties)


# To the codec.


def _connect(packet: p.Connect) -> mqtt5.ConnectPacket:
    will = packet.will
    return mqtt5.ConnectPacket(
        packet.client_id,
        username=packet.username,
        password=packet.password.reveal() if packet.password is not None else None,
        clean_start=packet.clean_start,
        will=None
        if will is None
        else mqtt5.Will(
            will.topic,
            payload=will.payload,
            qos=QOS[will.qos],
            retain=will.retain,
            payload_format_indicator=will.payload_format_indicator,
            message_expiry_interval=will.message_expiry_interval,
            content_type=will.content_type,
            response_topic=will.response_topic,
            correlation_data=will.correlation_data,
            will_delay_interval=will.will_delay_interval,
            user_properties=list(will.user_properties),
        ),
        keep_alive=packet.keep_alive,
        session_expiry_interval=packet.session_expiry_interval,
        authentication_method=packet.authentication_method,
        authentication_data=packet.authentication_data,
        request_problem_info=packet.request_problem_information,
        request_response_info=packet.request_response_information,
        receive_max=packet.receive_maximum,
        topic_alias_max=packet.topic_alias_maximum,
        max_packet_size=packet.maximum_packet_size,
        user_properties=list(packet.user_properties),
    )


def _connack(packet: p.ConnAck) -> mqtt5.ConnAckPacket:
    return mqtt5.ConnAckPacket(
        session_present=packet.session_present,
        reason_code=_code(_CONNACK_CODES, packet.reason),
        session_expiry_interval=packet.session_expiry_interval,
        assigned_client_id=packet.assigned_client_identifier,
        server_keep_alive=packet.server_keep_alive,
        authentication_method=packet.authentication_method,
        authentication_data=packet.authentication_data,
        response_info=packet.response_information,
        server_reference=packet.server_reference,
        reason_str=packet.reason_string,
        receive_max=packet.receive_maximum,
        topic_alias_max=packet.topic_alias_maximum,
        max_qos=QOS[packet.maximum_qos],
        retain_available=packet.retain_available,
        max_packet_size=packet.maximum_packet_size,
        wildcard_subscription_available=packet.wildcard_subscription_available,
        subscription_id_available=packet.subscription_identifiers_available,
        shared_subscription_available=packet.shared_subscription_available,
        user_properties=list(packet.user_properties),
    )


def publish(packet: p.Publish, packet_id: int) -> mqtt5.PublishPacket:
    """Give the codec's PUBLISH of ``packet`` under ``packet_id``, 0 for none."""
    return mqtt5.PublishPacket(
        packet.topic,
        packet.payload,
        qos=QOS[packet.qos],
        retain=packet.retain,
        packet_id=packet_id or None,
        duplicate=packet.dup,
        payload_format_indicator=packet.payload_format_indicator,
        message_expiry_interval=packet.message_expiry_interval,
        content_type=packet.content_type,
        response_topic=packet.response_topic,
        correlation_data=packet.correlation_data,
        subscription_ids=list(packet.subscription_identifiers),
        topic_alias=packet.topic_alias,
        user_properties=list(packet.user_properties),
    )


def _acknowledgement(packet_class: Any, code_class: Any) -> Callable[[Any], Any]:
    """Make the writer of PUBACK, PUBREC, PUBREL or PUBCOMP, which have one shape."""
    codes = _codes(code_class)

    def build(packet: Any) -> Any:
        return packet_class(
            packet.packet_id,
            reason_code=_code(codes, packet.reason),
            reason_str=packet.reason_string,
            user_properties=list(packet.user_properties),
        )

    return build


def _subscribe(packet: p.Subscribe) -> mqtt5.SubscribePacket:
    return mqtt5.SubscribePacket(
        packet.packet_id,
        [
            mqtt5.TopicFilter(
                subscription.topic_filter,
                max_qos=QOS[subscription.qos],
                no_local=subscription.no_local,
                retain_as_published=subscription.retain_as_published,
                retain_handling=_RETAIN_HANDLING[subscription.retain_handling],
            )
            for subscription in packet.subscriptions
        ],
        subscription_id=packet.subscription_identifier,
        user_properties=list(packet.user_properties),
    )


def _suback(packet: p.SubAck) -> mqtt5.SubAckPacket:
    return mqtt5.SubAckPacket(
        packet.packet_id,
        [_code(_SUBACK_CODES, reason) for reason in packet.reasons],
        reason_str=packet.reason_string,
        user_properties=list(packet.user_properties),
    )


def _unsubscribe(packet: p.Unsubscribe) -> mqtt5.UnsubscribePacket:
    return mqtt5.UnsubscribePacket(
        packet.packet_id,
        list(packet.topic_filters),
        user_properties=list(packet.user_properties),
    )


def _unsuback(packet: p.UnsubAck) -> mqtt5.UnsubAckPacket:
    return mqtt5.UnsubAckPacket(
        packet.packet_id,
        [_code(_UNSUBACK_CODES, reason) for reason in packet.reasons],
        reason_str=packet.reason_string,
        user_properties=list(packet.user_properties),
    )


def _disconnect(packet: p.Disconnect) -> mqtt5.DisconnectPacket:
    return mqtt5.DisconnectPacket(
        reason_code=_code(_DISCONNECT_CODES, packet.reason),
        session_expiry_interval=packet.session_expiry_interval,
        server_reference=packet.server_reference,
        reason_str=packet.reason_string,
        user_properties=list(packet.user_properties),
    )


def _auth(packet: p.Auth) -> mqtt5.AuthPacket:
    return mqtt5.AuthPacket(
        reason_code=_code(_AUTH_CODES, packet.reason),
        authentication_method=packet.authentication_method,
        authentication_data=packet.authentication_data,
        reason_str=packet.reason_string,
        user_properties=list(packet.user_properties),
    )


TO_CODEC: Final[dict[type[Any], Callable[[Any], Any]]] = {
    p.Connect: _connect,
    p.ConnAck: _connack,
    p.PubAck: _acknowledgement(mqtt5.PubAckPacket, mqtt5.PubAckReasonCode),
    p.PubRec: _acknowledgement(mqtt5.PubRecPacket, mqtt5.PubRecReasonCode),
    p.PubRel: _acknowledgement(mqtt5.PubRelPacket, mqtt5.PubRelReasonCode),
    p.PubComp: _acknowledgement(mqtt5.PubCompPacket, mqtt5.PubCompReasonCode),
    p.Subscribe: _subscribe,
    p.SubAck: _suback,
    p.Unsubscribe: _unsubscribe,
    p.UnsubAck: _unsuback,
    p.PingReq: lambda _: mqtt5.PingReqPacket(),
    p.PingResp: lambda _: mqtt5.PingRespPacket(),
    p.Disconnect: _disconnect,
    p.Auth: _auth,
}

# From the codec.


def _from_connect(c: mqtt5.ConnectPacket) -> p.Connect:
    return p.Connect(
        client_id=c.client_id,
        clean_start=c.clean_start,
        keep_alive=c.keep_alive,
        session_expiry_interval=c.session_expiry_interval,
        username=c.username,
        password=None if c.password is None else p.Secret(c.password),
        will=None if c.will is None else _from_will(c.will),
        receive_maximum=c.receive_max,
        maximum_packet_size=c.max_packet_size,
        topic_alias_maximum=c.topic_alias_max,
        request_response_information=c.request_response_info,
        request_problem_information=c.request_problem_info,
        authentication_method=c.authentication_method,
        authentication_data=c.authentication_data,
        user_properties=_pairs(c.user_properties),
    )


def _from_will(w: mqtt5.Will) -> p.Will:
    return p.Will(
        topic=w.topic,
        payload=w.payload or b"",
        qos=int(w.qos),
        retain=w.retain,
        will_delay_interval=w.will_delay_interval,
        payload_format_indicator=w.payload_format_indicator,
        message_expiry_interval=w.message_expiry_interval,
        content_type=w.content_type,
        response_topic=w.response_topic,
        correlation_data=w.correlation_data,
        user_properties=_pairs(w.user_properties),
    )


def _from_connack(c: mqtt5.ConnAckPacket) -> p.ConnAck:
    return p.ConnAck(
        session_present=c.session_present,
        reason=_REASON[int(c.reason_code)],
        session_expiry_interval=c.session_expiry_interval,
        receive_maximum=c.receive_max,
        maximum_qos=int(c.max_qos),
        retain_available=c.retain_available,
        maximum_packet_size=c.max_packet_size,
        assigned_client_identifier=c.assigned_client_id,
        topic_alias_maximum=c.topic_alias_max,
        reason_string=c.reason_str,
        wildcard_subscription_available=c.wildcard_subscription_available,
        subscription_identifiers_available=c.subscription_id_available,
        shared_subscription_available=c.shared_subscription_available,
        server_keep_alive=c.server_keep_alive,
        response_information=c.response_info,
        server_reference=c.server_reference,
        authentication_method=c.authentication_method,
        authentication_data=c.authentication_data,
        user_properties=_pairs(c.user_properties),
    )


def _from_publish(c: mqtt5.PublishPacket) -> p.Publish:
    return p.Publish(
        topic=c.topic,
        payload=c.payload,
        qos=int(c.qos),
        retain=c.retain,
        dup=c.duplicate,
        packet_id=c.packet_id or 0,
        payload_format_indicator=c.payload_format_indicator,
        message_expiry_interval=c.message_expiry_interval,
        topic_alias=c.topic_alias,
        response_topic=c.response_topic,
        correlation_data=c.correlation_data,
        content_type=c.content_type,
        subscription_identifiers=tuple(c.subscription_ids),
        user_properties=_pairs(c.user_properties),
    )


def _from_acknowledgement(record: Any) -> Callable[[Any], Any]:
    def translate(c: Any) -> Any:
        return record(
            c.packet_id, _REASON[int(c.reason_code)], c.reason_str, _pairs(c.user_properties)
        )

    return translate


def _from_subscribe(c: mqtt5.SubscribePacket) -> p.Subscribe:
    subscriptions = tuple(
        p.Subscription(
            topic_filter=t.pattern,
            qos=int(t.max_qos),
            no_local=t.no_local,
            retain_as_published=t.retain_as_published,
            retain_handling=int(t.retain_handling),
        )
        for t in c.topic_filters
    )
    return p.Subscribe(c.packet_id, subscriptions, c.subscription_id, _pairs(c.user_properties))


def _from_codes(record: Any) -> Callable[[Any], Any]:
    """Make the reader of SUBACK or UNSUBACK, which have one shape."""

    def translate(c: Any) -> Any:
        reasons = tuple(_REASON[int(code)] for code in c.reason_codes)
        return record(c.packet_id, reasons, c.reason_str, _pairs(c.user_properties))

    return translate


def _from_unsubscribe(c: mqtt5.UnsubscribePacket) -> p.Unsubscribe:
    return p.Unsubscribe(c.packet_id, tuple(c.patterns), _pairs(c.user_properties))


def _from_disconnect(c: mqtt5.DisconnectPacket) -> p.Disconnect:
    return p.Disconnect(
        reason=_REASON[int(c.reason_code)],
        session_expiry_interval=c.session_expiry_interval,
        server_reference=c.server_reference,
        reason_string=c.reason_str,
        user_properties=_pairs(c.user_properties),
    )


def _from_auth(c: mqtt5.AuthPacket) -> p.Auth:
    return p.Auth(
        reason=_REASON[int(c.reason_code)],
        authentication_method=c.authentication_method,
        authentication_data=c.authentication_data,
        reason_string=c.reason_str,
        user_properties=_pairs(c.user_properties),
    )


FROM_CODEC: Final[dict[type[Any], Callable[[Any], p.Packet]]] = {
    mqtt5.ConnectPacket: _from_connect,
    mqtt5.ConnAckPacket: _from_connack,
    mqtt5.PublishPacket: _from_publish,
    mqtt5.PubAckPacket: _from_acknowledgement(p.PubAck),
    mqtt5.PubRecPacket: _from_acknowledgement(p.PubRec),
    mqtt5.PubRelPacket: _from_acknowledgement(p.PubRel),
    mqtt5.PubCompPacket: _from_acknowledgement(p.PubComp),
    mqtt5.SubscribePacket: _from_subscribe,
    mqtt5.SubAckPacket: _from_codes(p.SubAck),
    mqtt5.UnsubscribePacket: _from_unsubscribe,
    mqtt5.UnsubAckPacket: _from_codes(p.UnsubAck),
    mqtt5.PingReqPacket: lambda _: p.PingReq(),
    mqtt5.PingRespPacket: lambda _: p.PingResp(),
    mqtt5.DisconnectPacket: _from_disconnect,
    mqtt5.AuthPacket: _from_auth,
}
