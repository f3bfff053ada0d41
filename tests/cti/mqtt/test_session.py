"""The session machine, sentence by sentence of OASIS MQTT 5.0: connecting and sending."""

from __future__ import annotations

import pytest

from cti.mqtt import events as e
from cti.mqtt import packets as p
from cti.mqtt.outbound import Publication
from cti.mqtt.params import Params
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

# Connection (3.1, 3.2).


def test_connect_is_the_first_packet():  # [MQTT-3.1.0-1]
    will = p.Will("s", b"lost", qos=1, retain=True, will_delay_interval=5)
    actions = Session(PARAMS).handle(e.TransportUp(will))
    assert packets(actions) == [
        p.Connect(
            "d1",
            clean_start=False,
            keep_alive=15,
            session_expiry_interval=3600,
            username="u",
            password=p.Secret(b"s"),
            will=will,
            receive_maximum=3,
            maximum_packet_size=20480,
        )
    ]
    assert of(e.StartTimer, actions) == [e.StartTimer(e.Timer.CONNACK, 10.0)]


def test_clean_start_is_asked_for_once():  # 3.1.2.4
    session = Session(Params("d1", clean_start=True))
    assert packets(session.handle(e.TransportUp()))[0].clean_start
    receive(session, p.ConnAck())
    session.handle(e.TransportDown())
    assert not packets(session.handle(e.TransportUp()))[0].clean_start


def test_session_present_after_clean_start_ends_the_connection():  # [MQTT-3.2.2-2]
    session = Session(Params("d1", clean_start=True))
    session.handle(e.TransportUp())
    actions = receive(session, p.ConnAck(session_present=True))
    assert packets(actions) == [p.Disconnect(Reason.PROTOCOL_ERROR)]
    assert of(e.DropTransport, actions)[0].flush


def test_a_packet_before_connack_ends_the_connection():  # [MQTT-3.2.0-1]
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    actions = receive(session, p.Publish("a"))
    assert packets(actions) == [p.Disconnect(Reason.PROTOCOL_ERROR)]
    assert session.state is e.State.DISCONNECTING


def test_a_second_connack_ends_the_connection():  # 3.2
    session = connected()
    assert packets(receive(session, p.ConnAck())) == [p.Disconnect(Reason.PROTOCOL_ERROR)]


def test_a_server_that_does_not_answer_connect_is_left():
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    [drop] = of(e.DropTransport, session.handle(e.TimerExpired(e.Timer.CONNACK)))
    assert "MQTT 5" in drop.reason


@pytest.mark.parametrize(
    ("reason", "retry"),
    [
        (Reason.BAD_USER_NAME_OR_PASSWORD, Retry.LATER),
        (Reason.NOT_AUTHORIZED, Retry.LATER),
        (Reason.UNSUPPORTED_PROTOCOL_VERSION, Retry.LATER),
        (Reason.SERVER_BUSY, Retry.SOON),
        (Reason.SERVER_UNAVAILABLE, Retry.SOON),
        (Reason.USE_ANOTHER_SERVER, Retry.ELSEWHERE),
        (Reason.SERVER_MOVED, Retry.ELSEWHERE),
    ],
)
def test_a_refused_connection_says_when_to_try_again(reason, retry):  # 3.2.2.2
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    connack = p.ConnAck(reason=reason, reason_string="no", server_reference="b:1883")
    [drop] = of(e.DropTransport, receive(session, connack))
    assert (drop.retry, drop.server_reference) == (retry, "b:1883")
    assert reason.words in drop.reason


def test_an_assigned_client_identifier_is_kept():  # [MQTT-3.2.2-16]
    session = connected(Params(""), assigned_client_identifier="srv-7")
    session.handle(e.TransportDown())
    assert packets(session.handle(e.TransportUp()))[0].client_id == "srv-7"


def test_maximum_qos_0_is_a_clear_error():  # [MQTT-3.2.2-11]
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    [drop] = of(e.DropTransport, receive(session, p.ConnAck(maximum_qos=0)))
    assert drop.retry is Retry.LATER
    assert "QoS 1" in drop.reason


def test_maximum_qos_1_is_enough():
    assert connected(maximum_qos=1).state is e.State.CONNECTED


# Sending (3.3, 3.4, 4.3, 4.9).


def test_qos_1_keeps_its_identifier_until_puback():  # [MQTT-4.3.2-2]
    session = connected()
    one, two = message("1"), message("2")
    sent = packets(publish(session, one, two))
    assert [packet.packet_id for packet in sent] == [1, 2]
    assert receive(session, p.PubAck(1)) == [e.Delivered(one.token, Reason.SUCCESS)]
    assert [packet.packet_id for packet in packets(publish(session, message("3")))] == [3]


def test_identifiers_in_use_are_skipped():  # [MQTT-2.2.1-3]
    session = connected(Params("d1", window=10))
    first = message()
    publish(session, first)
    seen = set()
    for _ in range(65534):
        one = message()
        [packet] = packets(publish(session, one))
        seen.add(packet.packet_id)
        receive(session, p.PubAck(packet.packet_id))
    assert seen == set(range(2, 65536))
    assert packets(publish(session, message()))[0].packet_id == 2


def test_one_write_carries_a_whole_batch():
    session = connected()
    actions = publish(session, *(message() for _ in range(4)))
    assert len(actions) == 1


def test_the_window_is_the_smaller_of_both():  # [MQTT-3.3.4-9]
    assert connected().free == 4
    session = connected(receive_maximum=2)
    three = [message() for _ in range(3)]
    actions = publish(session, *three)
    assert len(packets(actions)) == 2
    assert of(e.Postponed, actions) == [e.Postponed((three[2],))]
    assert session.free == 0


def test_no_matching_subscribers_is_success():  # 3.4.2.1
    session = connected()
    one = message()
    publish(session, one)
    answer = p.PubAck(1, Reason.NO_MATCHING_SUBSCRIBERS)
    assert receive(session, answer) == [e.Delivered(one.token, Reason.NO_MATCHING_SUBSCRIBERS)]


@pytest.mark.parametrize(
    "reason", [Reason.NOT_AUTHORIZED, Reason.QUOTA_EXCEEDED, Reason.PAYLOAD_FORMAT_INVALID]
)
def test_a_negative_puback_gives_the_message_back(reason):  # 3.4.2.1
    session = connected()
    one = message()
    publish(session, one)
    answer = p.PubAck(1, reason, "because")
    assert receive(session, answer) == [e.Refused(one.token, reason, "because")]
    assert session.free == 4
    assert packets(reconnect(session, session_present=True)) == []


@pytest.mark.parametrize("packet_id", [1, 2, 65535])
def test_a_puback_for_nothing_changes_nothing(packet_id):
    session = connected()
    one = message()
    publish(session, one)
    receive(session, p.PubAck(1))
    assert of(e.Ignored, receive(session, p.PubAck(packet_id)))
    assert session.state is e.State.CONNECTED


def test_qos_0_is_sent_and_forgotten():  # 4.3.1
    session = connected()
    one = message(qos=0)
    actions = publish(session, one)
    assert packets(actions) == [one.message]
    assert of(e.Sent, actions) == [e.Sent(one.token)]
    assert packets(reconnect(session, session_present=True)) == []


def test_a_retained_message_is_refused_where_nothing_is_retained():  # [MQTT-3.2.2-14]
    session = connected(retain_available=False)
    one = message(retain=True)
    [refused] = publish(session, one)
    assert (refused.token, refused.reason) == (one.token, Reason.RETAIN_NOT_SUPPORTED)


def test_a_packet_above_the_servers_maximum_is_refused():  # [MQTT-3.2.2-15]
    session = connected(maximum_packet_size=100)
    large, small = message("x" * 100), message("y")
    actions = publish(session, large, small)
    assert of(e.Refused, actions)[0].reason is Reason.PACKET_TOO_LARGE
    assert [packet.payload for packet in packets(actions)] == [b"y"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (p.Publish("a/#", qos=1), Reason.TOPIC_NAME_INVALID),
        (p.Publish("a", qos=2), Reason.QOS_NOT_SUPPORTED),
        (p.Publish("a", qos=1, topic_alias=3), Reason.TOPIC_ALIAS_INVALID),
        (p.Publish("a", qos=1, subscription_identifiers=(1,)), Reason.PROTOCOL_ERROR),
        (p.Publish("a", qos=1, content_type="\0"), Reason.MALFORMED_PACKET),
    ],
)
def test_one_message_that_cannot_be_sent_does_not_stop_the_next(wrong, reason):
    session = connected()
    actions = publish(session, Publication("w", wrong), message("y"))
    [refused] = of(e.Refused, actions)
    assert (refused.token, refused.reason) == ("w", reason)
    assert [packet.payload for packet in packets(actions)] == [b"y"]


@pytest.mark.parametrize("state", ["disconnected", "connecting", "disconnecting"])
def test_without_a_connection_messages_stay_with_their_owner(state):
    session = Session(PARAMS)
    if state != "disconnected":
        session.handle(e.TransportUp())
    if state == "disconnecting":
        session.handle(e.TimerExpired(e.Timer.CONNACK))
    assert session.state.value == state
    one = message()
    assert publish(session, one) == [e.Postponed((one,))]
    assert session.free == 0


def test_a_full_transport_stops_messages_and_not_acknowledgements():
    session = connected()
    session.handle(e.Paused())
    assert session.free == 0
    [received] = of(e.MessageReceived, receive(session, p.Publish("c", qos=1, packet_id=9)))
    assert packets(session.handle(e.AckInbound(received.receipt))) == [p.PubAck(9)]
    assert packets(session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))) == [p.PingReq()]
    session.handle(e.Resumed())
    assert session.free == 4


# Session State (4.1, 4.4).


def test_a_resumed_session_resends_in_order_with_dup():  # [MQTT-4.4.0-1], [MQTT-4.6.0-1]
    session = connected()
    publish(session, *(message(str(n)) for n in range(4)))
    receive(session, p.PubAck(2))
    actions = reconnect(session, session_present=True)
    again = packets(actions)
    assert [(packet.packet_id, packet.payload) for packet in again] == [
        (1, b"0"),
        (3, b"2"),
        (4, b"3"),
    ]
    assert all(packet.dup for packet in again)
    assert of(e.Resent, actions) == [e.Resent(3)]


def test_without_a_connection_nothing_is_out():
    session = connected()
    publish(session, message())
    assert (session.unacknowledged, session.window) == (1, 4)
    session.handle(e.TransportDown())
    assert (session.unacknowledged, session.window) == (0, 0)


def test_resending_keeps_to_a_smaller_window_and_goes_before_what_is_new():  # 4.9
    session = connected()
    publish(session, *(message(str(n)) for n in range(4)))
    actions = reconnect(session, session_present=True, receive_maximum=2)
    assert [packet.packet_id for packet in packets(actions)] == [1, 2]
    assert session.free == 0
    assert of(e.Ignored, receive(session, p.PubAck(3)))  # not sent on this connection
    assert [packet.packet_id for packet in packets(receive(session, p.PubAck(1)))] == [3]
    assert [packet.packet_id for packet in packets(receive(session, p.PubAck(2)))] == [4]
    assert session.free == 0
    receive(session, p.PubAck(3))
    assert session.free == 1


def test_a_lost_session_gives_back_what_was_not_acknowledged():  # 3.2.2.1.1
    session = connected()
    sent = [message(str(n)) for n in range(4)]
    publish(session, *sent)
    receive(session, p.PubAck(2))
    actions = reconnect(session, session_present=False)
    assert packets(actions) == []
    assert of(e.PublishAgain, actions) == [e.PublishAgain([sent[0], sent[2], sent[3]])]
    assert session.free == 4


def test_a_resent_message_that_the_next_server_does_not_take_is_refused():
    session = connected()
    large, small = message("x" * 200), message("y")
    publish(session, large, small)
    actions = reconnect(session, session_present=True, maximum_packet_size=100)
    assert of(e.Refused, actions)[0].token == large.token
    assert [packet.payload for packet in packets(actions)] == [b"y"]
    receive(session, p.PubAck(2))
    assert session.unacknowledged == 0


def test_resending_waits_for_a_full_transport():
    session = connected()
    publish(session, message())
    session.handle(e.TransportDown())
    session.handle(e.TransportUp())
    session.handle(e.Paused())
    assert packets(receive(session, p.ConnAck(session_present=True))) == []
    assert [packet.dup for packet in packets(session.handle(e.Resumed()))] == [True]
