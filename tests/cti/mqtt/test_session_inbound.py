"""The session machine, sentence by sentence of OASIS MQTT 5.0: receiving, subscribing."""

from __future__ import annotations

import pytest

from cti.mqtt import events as e
from cti.mqtt import packets as p
from cti.mqtt.reasons import Reason, Retry
from cti.mqtt.session import Session
from tests.cti.mqtt.talk import (
    PARAMS,
    connected,
    message,
    of,
    packets,
    publish,
    receive,
    reconnect,
)

# Receiving (3.3, 4.3, 4.6, 4.9).


def inbound(session, packet_id, **more):
    actions = receive(session, p.Publish("c", b"", qos=1, packet_id=packet_id, **more))
    return of(e.MessageReceived, actions)[0].receipt


def test_puback_waits_until_the_owner_has_the_message():  # [MQTT-4.3.2-4]
    session = connected()
    actions = receive(session, p.Publish("c", b"1", qos=1, packet_id=7))
    assert packets(actions) == []
    receipt = actions[0].receipt
    assert packets(session.handle(e.AckInbound(receipt))) == [p.PubAck(7)]
    assert of(e.Ignored, session.handle(e.AckInbound(receipt)))


def test_pubacks_leave_in_the_order_of_the_messages():  # [MQTT-4.6.0-2]
    session = connected()
    one, two, three = (inbound(session, n) for n in (7, 8, 9))
    assert session.handle(e.AckInbound(two)) == []
    assert session.handle(e.AckInbound(three, Reason.QUOTA_EXCEEDED)) == []
    assert packets(session.handle(e.AckInbound(one))) == [
        p.PubAck(7),
        p.PubAck(8),
        p.PubAck(9, Reason.QUOTA_EXCEEDED),
    ]


def test_a_code_that_puback_cannot_carry_becomes_the_general_one():  # table 3-4
    session = connected()
    actions = session.handle(e.AckInbound(inbound(session, 7), Reason.SERVER_BUSY))
    assert packets(actions) == [p.PubAck(7, Reason.UNSPECIFIED_ERROR)]


def test_an_answer_from_before_the_cut_acknowledges_nothing_new():
    session = connected()
    old = inbound(session, 7)
    reconnect(session, session_present=True)
    new = inbound(session, 7, dup=True)
    assert of(e.Ignored, session.handle(e.AckInbound(old)))
    assert packets(session.handle(e.AckInbound(new))) == [p.PubAck(7)]


def test_qos_0_needs_no_answer():
    session = connected()
    assert receive(session, p.Publish("c")) == [e.MessageReceived(p.Publish("c"), 0)]


def test_messages_beyond_receive_maximum_are_refused_then_the_connection_ends():
    session = connected()  # receive maximum 3; [MQTT-3.3.4-9]
    receipts = [inbound(session, n) for n in (1, 2, 3)]
    for n in (4, 5, 6):
        actions = receive(session, p.Publish("c", qos=1, packet_id=n))
        assert not of(e.MessageReceived, actions)
    answers = [packets(session.handle(e.AckInbound(r))) for r in receipts]
    assert answers[2] == [
        p.PubAck(3),
        *(p.PubAck(n, Reason.QUOTA_EXCEEDED) for n in (4, 5, 6)),
    ]
    for n in range(1, 7):
        receive(session, p.Publish("c", qos=1, packet_id=n))
    actions = receive(session, p.Publish("c", qos=1, packet_id=7))
    assert packets(actions) == [p.Disconnect(Reason.RECEIVE_MAXIMUM_EXCEEDED)]


def test_qos_2_is_refused_and_the_connection_goes_on():  # 4.3.3
    session = connected()
    actions = receive(session, p.Publish("c", qos=2, packet_id=5))
    assert packets(actions) == [p.PubRec(5, Reason.IMPLEMENTATION_SPECIFIC_ERROR)]
    assert not of(e.MessageReceived, actions)
    assert packets(receive(session, p.PubRel(5))) == [
        p.PubComp(5, Reason.PACKET_IDENTIFIER_NOT_FOUND)
    ]
    assert session.state is e.State.CONNECTED


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (p.Publish("", topic_alias=1), Reason.TOPIC_ALIAS_INVALID),  # [MQTT-3.3.2-9]
        (p.PubRec(1), Reason.PROTOCOL_ERROR),
        (p.PubComp(1), Reason.PROTOCOL_ERROR),
        (p.Auth(authentication_method="x"), Reason.PROTOCOL_ERROR),  # 4.12
        (p.SubAck(9, (Reason.SUCCESS,)), Reason.PROTOCOL_ERROR),  # [MQTT-3.8.4-2]
        (p.UnsubAck(9, (Reason.SUCCESS,)), Reason.PROTOCOL_ERROR),
        (p.PingReq(), Reason.PROTOCOL_ERROR),
        (p.Connect(), Reason.PROTOCOL_ERROR),
        (p.Subscribe(1, (p.Subscription("a"),)), Reason.PROTOCOL_ERROR),
        (p.Unsubscribe(1, ("a",)), Reason.PROTOCOL_ERROR),
    ],
)
def test_what_a_server_may_not_send_ends_the_connection(packet, reason):  # 4.13
    session = connected()
    actions = receive(session, packet)
    assert packets(actions) == [p.Disconnect(reason)]
    assert of(e.DropTransport, actions)[0].retry is Retry.SOON


def test_an_identifier_in_use_is_not_sent_again_on_one_connection():  # [MQTT-4.4.0-1]
    session = connected()
    inbound(session, 7)
    actions = receive(session, p.Publish("c", qos=1, packet_id=7, dup=True))
    assert packets(actions) == [p.Disconnect(Reason.PROTOCOL_ERROR)]


def test_malformed_octets_are_answered_with_their_code():  # 4.13.1
    session = connected()
    actions = session.handle(e.PacketMalformed(Reason.PACKET_TOO_LARGE, "too large"))
    assert packets(actions) == [p.Disconnect(Reason.PACKET_TOO_LARGE)]


# Subscriptions (3.8 to 3.11).


def test_subscriptions_are_asked_for_and_answered():  # [MQTT-3.8.4-6]
    session = connected()
    wanted = (p.Subscription("a/#"), p.Subscription("b"))
    [subscribe] = packets(session.handle(e.SubscribeRequest("s", wanted)))
    assert subscribe.subscriptions == wanted
    answer = p.SubAck(subscribe.packet_id, (Reason.GRANTED_QOS_1, Reason.NOT_AUTHORIZED))
    assert receive(session, answer) == [e.Subscribed("s", answer.reasons)]


def test_a_suback_has_a_code_for_each_filter():  # [MQTT-3.8.4-6]
    session = connected()
    wanted = (p.Subscription("a/#"), p.Subscription("b"))
    [subscribe] = packets(session.handle(e.SubscribeRequest("s", wanted)))
    actions = receive(session, p.SubAck(subscribe.packet_id, (Reason.SUCCESS,)))
    assert packets(actions) == [p.Disconnect(Reason.PROTOCOL_ERROR)]


def test_subscriptions_come_back_on_a_new_session_only():
    session = Session(PARAMS)
    session.handle(e.SubscribeRequest("s", (p.Subscription("a/#"),)))
    session.handle(e.TransportUp())
    [subscribe] = packets(receive(session, p.ConnAck()))
    receive(session, p.SubAck(subscribe.packet_id, (Reason.GRANTED_QOS_1,)))
    assert packets(reconnect(session, session_present=True)) == []
    [again] = packets(reconnect(session, session_present=False))
    assert again.subscriptions == subscribe.subscriptions


def test_a_subscribe_without_suback_is_made_again():
    session = connected()
    session.handle(e.SubscribeRequest("s", (p.Subscription("a/#"),)))
    [again] = packets(reconnect(session, session_present=True))
    assert again.subscriptions == (p.Subscription("a/#"),)


def test_unsubscribing_while_away_is_made_up_for():
    session = connected()
    [subscribe] = packets(session.handle(e.SubscribeRequest("s", (p.Subscription("a/#"),))))
    receive(session, p.SubAck(subscribe.packet_id, (Reason.GRANTED_QOS_1,)))
    session.handle(e.TransportDown())
    session.handle(e.UnsubscribeRequest("u", ("a/#",)))
    session.handle(e.TransportUp())
    [unsubscribe] = packets(receive(session, p.ConnAck(session_present=True)))
    assert unsubscribe.topic_filters == ("a/#",)
    answer = p.UnsubAck(unsubscribe.packet_id, (Reason.SUCCESS,))
    assert receive(session, answer) == [e.Unsubscribed("u", answer.reasons)]
    assert packets(reconnect(session, session_present=False)) == []


def test_a_lost_session_answers_an_unsubscribe():
    session = connected()
    session.handle(e.TransportDown())
    session.handle(e.UnsubscribeRequest("u", ("a/#",)))
    session.handle(e.TransportUp())
    actions = receive(session, p.ConnAck(session_present=False))
    assert of(e.Unsubscribed, actions) == [e.Unsubscribed("u", (Reason.SUCCESS,))]
    assert packets(actions) == []


@pytest.mark.parametrize(
    ("topic_filter", "limit", "reason"),
    [
        (
            "$share/g/a",
            {"shared_subscription_available": False},
            Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
        ),
        (
            "a/+",
            {"wildcard_subscription_available": False},
            Reason.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
        ),
        ("a" * 100, {"maximum_packet_size": 100}, Reason.PACKET_TOO_LARGE),
        ("a/#/b", {}, Reason.TOPIC_FILTER_INVALID),
    ],
)
def test_a_filter_that_this_server_does_not_take_is_refused(topic_filter, limit, reason):
    session = connected(**limit)
    [refused] = session.handle(e.SubscribeRequest("s", (p.Subscription(topic_filter),)))
    assert (refused.token, refused.reason) == ("s", reason)


def test_qos_2_is_not_asked_for():
    [refused] = connected().handle(e.SubscribeRequest("s", (p.Subscription("a", qos=2),)))
    assert refused.reason is Reason.QOS_NOT_SUPPORTED


def test_subscribe_and_publish_share_identifiers():  # 2.2.1
    session = connected()
    [subscribe] = packets(session.handle(e.SubscribeRequest("s", (p.Subscription("a"),))))
    [sent] = packets(publish(session, message()))
    assert subscribe.packet_id != sent.packet_id
