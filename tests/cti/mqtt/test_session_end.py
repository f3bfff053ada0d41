"""The session machine, sentence by sentence of OASIS MQTT 5.0: keep alive and the end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.mqtt import events as e
from cti.mqtt import packets as p
from cti.mqtt.codec import Decoder
from cti.mqtt.outbound import Publication
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason, Retry
from cti.mqtt.session import Session
from tests.cti.mqtt.strategies import PACKET
from tests.cti.mqtt.talk import (
    PARAMS,
    connected,
    message,
    of,
    packets,
    publish,
    receive,
)

# Keep Alive (3.1.2.10, 3.12).


def test_pingreq_goes_out_within_the_keep_alive():  # [MQTT-3.1.2-20]
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    actions = receive(session, p.ConnAck())
    assert of(e.StartTimer, actions) == [e.StartTimer(e.Timer.KEEP_ALIVE, 13.5)]
    actions = session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    assert packets(actions) == [p.PingReq()]
    assert of(e.StartTimer, actions) == [
        e.StartTimer(e.Timer.PING_RESPONSE, 7.0),
        e.StartTimer(e.Timer.KEEP_ALIVE, 13.5),
    ]


def test_the_servers_keep_alive_counts():  # [MQTT-3.2.2-21]
    session = Session(PARAMS)
    session.handle(e.TransportUp())
    actions = receive(session, p.ConnAck(server_keep_alive=5))
    assert of(e.StartTimer, actions) == [e.StartTimer(e.Timer.KEEP_ALIVE, 4.5)]


def test_a_server_that_is_silent_after_pingreq_is_dead():  # 3.1.2.10
    session = connected()
    session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    [drop] = of(e.DropTransport, session.handle(e.TimerExpired(e.Timer.PING_RESPONSE)))
    assert (drop.flush, drop.retry) == (False, Retry.SOON)


@pytest.mark.parametrize("packet", [p.PingResp(), p.Publish("c")])
def test_any_packet_after_pingreq_is_a_sign_of_life(packet):
    session = connected()
    session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    receive(session, packet)
    assert session.handle(e.TimerExpired(e.Timer.PING_RESPONSE)) == []
    session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    assert of(e.DropTransport, session.handle(e.TimerExpired(e.Timer.PING_RESPONSE)))


def test_a_pingreq_during_the_wait_does_not_prolong_it():
    session = connected(server_keep_alive=1)
    session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    actions = session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    assert [timer.timer for timer in of(e.StartTimer, actions)] == [e.Timer.KEEP_ALIVE]


# The end (3.14).


@pytest.mark.parametrize(
    ("reason", "retry"),
    [
        (Reason.SERVER_SHUTTING_DOWN, Retry.SOON),
        (Reason.SESSION_TAKEN_OVER, Retry.LATER),
        (Reason.USE_ANOTHER_SERVER, Retry.ELSEWHERE),
        (Reason.KEEP_ALIVE_TIMEOUT, Retry.SOON),
    ],
)
def test_a_disconnect_of_the_server_says_when_to_try_again(reason, retry):
    session = connected()
    actions = receive(session, p.Disconnect(reason, server_reference="b"))
    assert packets(actions) == []
    [drop] = of(e.DropTransport, actions)
    assert (drop.retry, drop.server_reference) == (retry, "b")


def test_nothing_is_sent_after_disconnect():  # [MQTT-3.14.4-1]
    session = connected()
    publish(session, message())
    actions = session.handle(e.DisconnectRequest(end_session=True))
    assert packets(actions) == [p.Disconnect(session_expiry_interval=0)]
    assert of(e.DropTransport, actions) == [
        e.DropTransport("asked to end", Retry.NEVER, flush=True)
    ]
    for event in (e.PacketReceived(p.Publish("c")), e.Resumed(), e.AckInbound(1)):
        assert not of(e.Send, session.handle(event))


def test_the_will_can_be_asked_for_at_the_end():  # 3.14.2.1
    session = connected()
    request = e.DisconnectRequest(Reason.DISCONNECT_WITH_WILL_MESSAGE)
    assert packets(session.handle(request)) == [
        p.Disconnect(Reason.DISCONNECT_WITH_WILL_MESSAGE)
    ]


def test_timers_stop_with_the_connection():
    session = connected()
    session.handle(e.TimerExpired(e.Timer.KEEP_ALIVE))
    stopped = of(e.StopTimer, session.handle(e.TransportDown()))
    assert {timer.timer for timer in stopped} == {e.Timer.KEEP_ALIVE, e.Timer.PING_RESPONSE}


EVENTS = st.one_of(
    st.builds(e.TransportUp, st.none() | st.just(p.Will("#"))),
    st.builds(e.TransportDown),
    st.builds(e.PacketReceived, PACKET),
    st.just(e.PacketReceived(p.ConnAck())),
    st.builds(e.PacketMalformed, st.sampled_from(Reason), st.just("x")),
    st.builds(
        e.PublishRequest,
        st.lists(st.builds(Publication, st.integers(), st.builds(p.Publish, topic=st.text()))),
    ),
    st.just(e.PublishRequest([Publication("t", p.Publish("t", qos=1))])),
    st.builds(
        e.SubscribeRequest,
        st.integers(),
        st.tuples(st.builds(p.Subscription, topic_filter=st.text(), qos=st.integers(0, 2))),
    ),
    st.builds(e.UnsubscribeRequest, st.integers(), st.tuples(st.text())),
    st.builds(e.AckInbound, st.integers(0, 5), st.sampled_from(Reason)),
    st.builds(e.TimerExpired, st.sampled_from(e.Timer)),
    st.builds(e.Paused),
    st.builds(e.Resumed),
    st.builds(e.DisconnectRequest, st.sampled_from(Reason), st.booleans()),
)


@given(st.lists(EVENTS, max_size=30))
def test_no_event_raises_and_nobody_waits_without_a_timer(events):
    session = Session(PARAMS)
    running = set()
    for event in events:
        if isinstance(event, e.TimerExpired):
            running.discard(event.timer)
        for action in session.handle(event):
            match action:
                case e.StartTimer(timer, seconds):
                    assert seconds > 0
                    running.add(timer)
                case e.StopTimer(timer):
                    running.discard(timer)
                case e.Send(octets):
                    assert Decoder().feed(octets)
                case _:
                    pass
        assert session.unacknowledged <= session.window
        match session.state:
            case e.State.CONNECTING:
                assert running == {e.Timer.CONNACK} or event == e.TimerExpired(e.Timer.CONNACK)
            case e.State.CONNECTED:
                assert e.Timer.CONNACK not in running
                assert e.Timer.KEEP_ALIVE in running
            case e.State.DISCONNECTED | e.State.DISCONNECTING:
                assert not running


def test_params_name_what_is_wrong():
    wrongs: tuple[dict[str, Any], ...] = (
        {"keep_alive": 0},
        {"keep_alive": 30},
        {"receive_maximum": 0},
        {"window": 0},
        {"window": 65535},
        {"session_expiry_interval": -1},
        {"maximum_packet_size": 5},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=next(iter(wrong)).split("_")[0]):
            Params("d1", **wrong)
