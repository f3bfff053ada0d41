"""Records of every packet, as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from cti.mqtt import packets as p
from cti.mqtt.reasons import Reason

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.text(_CHARACTERS, max_size=12)
TOPIC = st.text(
    st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1, max_size=12
)
FILTER = st.sampled_from(["a", "a/b", "a/#", "#", "+", "+/b/+", "/", "$share/g/a/+", "é/x"])
IDS = st.integers(1, 65535)
SECONDS = st.integers(0, 0xFFFFFFFF)
OCTETS = st.binary(max_size=20)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
_QOS = st.integers(0, 2)


def _maybe(strategy):
    return st.none() | strategy


def _codes(*values):
    return st.sampled_from([Reason(value) for value in values])


WILL = st.builds(
    p.Will,
    topic=TOPIC,
    payload=OCTETS,
    qos=_QOS,
    retain=st.booleans(),
    will_delay_interval=SECONDS,
    payload_format_indicator=st.integers(0, 1),
    message_expiry_interval=_maybe(SECONDS),
    content_type=_maybe(TEXT),
    response_topic=_maybe(TOPIC),
    correlation_data=_maybe(OCTETS),
    user_properties=PAIRS,
)
CONNECT = st.builds(
    p.Connect,
    client_id=TEXT,
    clean_start=st.booleans(),
    keep_alive=st.integers(0, 65535),
    session_expiry_interval=SECONDS,
    username=_maybe(TEXT),
    password=_maybe(st.builds(p.Secret, OCTETS)),
    will=_maybe(WILL),
    receive_maximum=IDS,
    maximum_packet_size=_maybe(st.integers(1, 0xFFFFFFFF)),
    topic_alias_maximum=st.integers(0, 65535),
    request_response_information=st.booleans(),
    request_problem_information=st.booleans(),
    user_properties=PAIRS,
)
CONNACK = st.builds(
    p.ConnAck,
    session_present=st.booleans(),
    reason=_codes(0, 0x80, 0x84, 0x86, 0x87, 0x88, 0x89, 0x97, 0x9B, 0x9C, 0x9F),
    session_expiry_interval=_maybe(SECONDS),
    receive_maximum=IDS,
    maximum_qos=_QOS,
    retain_available=st.booleans(),
    maximum_packet_size=_maybe(st.integers(1, 0xFFFFFFFF)),
    assigned_client_identifier=_maybe(TEXT),
    topic_alias_maximum=st.integers(0, 65535),
    reason_string=_maybe(TEXT),
    wildcard_subscription_available=st.booleans(),
    subscription_identifiers_available=st.booleans(),
    shared_subscription_available=st.booleans(),
    server_keep_alive=_maybe(st.integers(0, 65535)),
    response_information=_maybe(TEXT),
    server_reference=_maybe(TEXT),
    user_properties=PAIRS,
)
_PUBLISH_FIELDS = {
    "topic": TOPIC,
    "payload": OCTETS,
    "retain": st.booleans(),
    "payload_format_indicator": st.integers(0, 1),
    "message_expiry_interval": _maybe(SECONDS),
    "topic_alias": _maybe(IDS),
    "response_topic": _maybe(TOPIC),
    "correlation_data": _maybe(OCTETS),
    "content_type": _maybe(TEXT),
    "subscription_identifiers": st.lists(st.integers(1, 268_435_455), max_size=2).map(tuple),
    "user_properties": PAIRS,
}
PUBLISH = st.builds(p.Publish, **_PUBLISH_FIELDS) | st.builds(
    p.Publish, **_PUBLISH_FIELDS, qos=st.integers(1, 2), dup=st.booleans(), packet_id=IDS
)
_ACKED = _codes(0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99)
_RELEASED = _codes(0, 0x92)


def _acknowledgement(record, codes):
    return st.builds(
        record, packet_id=IDS, reason=codes, reason_string=_maybe(TEXT), user_properties=PAIRS
    )


SUBSCRIPTION = st.builds(
    p.Subscription,
    topic_filter=FILTER,
    qos=_QOS,
    retain_as_published=st.booleans(),
    retain_handling=st.integers(0, 2),
)
SUBSCRIBE = st.builds(
    p.Subscribe,
    packet_id=IDS,
    subscriptions=st.lists(SUBSCRIPTION, min_size=1, max_size=3).map(tuple),
    subscription_identifier=_maybe(st.integers(1, 268_435_455)),
    user_properties=PAIRS,
)
UNSUBSCRIBE = st.builds(
    p.Unsubscribe,
    packet_id=IDS,
    topic_filters=st.lists(FILTER, min_size=1, max_size=3).map(tuple),
    user_properties=PAIRS,
)


def _answers(record, codes):
    return st.builds(
        record,
        packet_id=IDS,
        reasons=st.lists(codes, min_size=1, max_size=3).map(tuple),
        reason_string=_maybe(TEXT),
        user_properties=PAIRS,
    )


DISCONNECT = st.builds(
    p.Disconnect,
    reason=_codes(0, 4, 0x81, 0x82, 0x8B, 0x8D, 0x8E, 0x93, 0x94, 0x95, 0x9C),
    session_expiry_interval=_maybe(SECONDS),
    server_reference=_maybe(TEXT),
    reason_string=_maybe(TEXT),
    user_properties=PAIRS,
)
AUTH = st.builds(
    p.Auth,
    reason=_codes(0, 0x18, 0x19),
    authentication_method=TEXT,
    authentication_data=_maybe(OCTETS),
    reason_string=_maybe(TEXT),
    user_properties=PAIRS,
)
PACKET = st.one_of(
    CONNECT,
    CONNACK,
    PUBLISH,
    _acknowledgement(p.PubAck, _ACKED),
    _acknowledgement(p.PubRec, _ACKED),
    _acknowledgement(p.PubRel, _RELEASED),
    _acknowledgement(p.PubComp, _RELEASED),
    SUBSCRIBE,
    _answers(p.SubAck, _codes(0, 1, 2, 0x80, 0x87, 0x8F, 0x9E, 0xA2)),
    UNSUBSCRIBE,
    _answers(p.UnsubAck, _codes(0, 0x11, 0x80, 0x87)),
    st.just(p.PingReq()),
    st.just(p.PingResp()),
    DISCONNECT,
    AUTH,
)
