"""The service on a clock that stands still and a network in memory."""

from __future__ import annotations

import random
import socket
import textwrap
from typing import Any

import pytest

import cti.mqtt
from cti.mqtt import addresses, application, outbox, service
from cti.mqtt import packets as p
from cti.mqtt.addresses import Server
from cti.mqtt.connection import _socket_of
from cti.mqtt.outbound import Publication
from cti.mqtt.params import Params
from cti.mqtt.reasons import Reason
from tests.cti.mqtt.support import World


@pytest.fixture
def world():
    return World().connect()


def published(world):
    return [packet for packet in world.sent() if isinstance(packet, p.Publish)]


def connack(world, **fields):
    """Answer the CONNECT of the present connection by hand."""
    world.turn()
    world.transport.take()
    world.broker.send(p.ConnAck(**fields))
    octets, world.broker.to_client = world.broker.to_client, b""
    world.transport.deliver(octets)


def from_server(world, *packets):
    world.broker.send(*packets)
    octets, world.broker.to_client = world.broker.to_client, b""
    world.transport.deliver(octets)


def stopping(world, **how):
    """Ask for the end and give a list that holds None once it has come."""
    fired: list[object] = []
    world.service.stop(**how).addCallback(fired.append)
    return fired


def delay_of(world):
    """Give the seconds until the only call that is waiting."""
    waiting: list[Any] = world.clock.getDelayedCalls()
    [call] = waiting
    return call.getTime() - world.clock.seconds()


# Publishing.


def test_one_write_per_turn(world):
    world.put(*(b"%d" % n for n in range(5)))
    assert world.transport.written == []
    world.turn()
    assert len(world.transport.written) == 1
    assert [packet.payload for packet in published(world)] == [b"0", b"1", b"2", b"3", b"4"]


def test_acknowledgements_make_room_within_the_same_read():
    world = World(params=Params("d1", window=2)).connect()
    world.put(b"1", b"2", b"3", b"4")
    world.turn()
    world.broker.feed(world.transport.take())
    world.broker.answer(2)
    octets, world.broker.to_client = world.broker.to_client, b""
    world.transport.deliver(octets)
    assert len(world.transport.written) == 1
    assert [packet.payload for packet in published(world)] == [b"3", b"4"]


def test_a_message_leaves_the_outbox_at_its_puback(world):
    world.put(b"1")
    world.exchange()
    assert len(world.outbox) == 1
    world.settle()
    assert len(world.outbox) == 0
    counters = world.service.counters
    assert (counters.published, counters.acknowledged) == (1, 1)


def test_a_refused_message_stays_and_is_not_tried_again(world):
    world.put(b"1", b"2")
    world.exchange()
    world.broker.answer(1, Reason.NOT_AUTHORIZED)
    world.settle()
    assert (world.outbox.held, len(world.outbox)) == (1, 1)
    assert len(world.broker.arrived) == 2
    assert world.service.counters.refused == 1
    assert world.outbox.retry_refused() == 1
    world.service.wake()
    world.settle()
    assert len(world.outbox) == 0


def test_a_source_that_insists_does_not_hold_the_reactor():
    class Insisting:
        asked = 0

        def next_batch(self, n):
            self.asked += 1
            return [Publication(1, p.Publish("#", qos=1))]

        def acknowledged(self, token):
            raise AssertionError

        def refused(self, token, reason):
            pass

    source = Insisting()
    world = World(source=source)
    world.service.start()
    connack(world)
    assert source.asked <= 10
    assert world.clock.getDelayedCalls()  # and it gets its next turn


def test_a_source_that_fails_ends_nothing(world):
    def broken(_n):
        raise RuntimeError("disk")

    world.outbox.next_batch = broken
    world.service.wake()
    world.turn()
    assert world.service.status.state == "connected"
    assert world.service.counters.faults == 1
    assert ("exception", "mqtt.fault") in [line[:2] for line in world.log.lines]


def test_a_full_transport_pauses_messages(world):
    world.transport.producer.pauseProducing()
    world.put(b"1")
    world.turn()
    assert published(world) == []
    world.transport.producer.resumeProducing()
    assert len(published(world)) == 1


def test_what_a_lost_session_held_goes_before_what_waited_for_it():
    world = World(params=Params("d1", window=4), receive_maximum=4).connect()
    world.put(*(b"%d" % n for n in range(8)))
    world.exchange()  # 0 to 3 are out
    for _ in range(2):  # two sessions are lost, the second in the midst of repeating
        world.transport.cut()
        world.broker.session, world.broker.receive_maximum = False, 2
        world.turn(10)
        world.broker.connection()
        world.exchange()
    world.broker.arrived.clear()
    world.settle()
    assert [payload for _, payload in world.broker.arrived] == [
        b"2",
        b"3",
        *(b"%d" % n for n in range(4, 8)),
    ]


# Birth, will, farewell.


def test_birth_is_first_on_every_connection_and_made_anew():
    world = World()
    world.application.births = [p.Publish("s", b"online", qos=1, retain=True)]
    world.application.last_will = p.Will("s", b"lost", qos=1, retain=True)
    world.put(b"1")
    world.connect()
    assert [payload for _, payload in world.broker.arrived] == [b"online", b"1"]
    assert world.broker.received[0].will == world.application.last_will
    world.transport.cut()
    world.broker.session = False
    world.application.births = [p.Publish("s", b"again", qos=1, retain=True)]
    world.application.last_will = p.Will("s", b"lost 2", qos=1, retain=True)
    world.turn(10)
    world.broker.connection()
    world.exchange()
    assert world.broker.received[0].will == world.application.last_will
    assert [payload for _, payload in world.broker.arrived[2:]] == [b"again", b"1"]


def test_a_resumed_session_repeats_before_the_birth():
    world = World()
    world.application.births = [p.Publish("s", b"online", qos=1)]
    world.connect()
    world.settle()
    world.put(b"1")
    world.exchange()
    world.transport.cut()
    world.turn(10)
    world.broker.connection()
    world.exchange()
    again = [packet for packet in world.broker.received if isinstance(packet, p.Publish)]
    assert [(packet.payload, packet.dup) for packet in again] == [
        (b"1", True),
        (b"online", False),
    ]
    assert world.service.counters.resent == 1


def test_stop_says_farewell_then_disconnects_then_closes(world):
    world.application.farewells = [p.Publish("s", b"offline", qos=1, retain=True)]
    fired = stopping(world)
    world.put(b"too late")
    world.exchange()
    assert [payload for _, payload in world.broker.arrived] == [b"offline"]
    assert fired == []
    world.broker.answer(1)
    world.exchange()
    assert world.broker.received[-1] == p.Disconnect(session_expiry_interval=0)
    assert world.transport.closing == "flush"
    assert fired == [None]
    assert len(world.outbox) == 1
    assert world.clock.getDelayedCalls() == []
    assert world.service.status.state == "stopped"


def test_stop_waits_so_long_and_then_asks_for_the_will(world):
    world.application.farewells = [p.Publish("s", b"offline", qos=1)]
    fired = stopping(world, end_session=False)
    world.exchange()
    world.turn(5)
    assert world.sent() == [p.Disconnect(Reason.DISCONNECT_WITH_WILL_MESSAGE)]
    world.turn()
    assert fired == [None]
    assert world.clock.getDelayedCalls() == []


def test_stop_without_a_connection_is_immediate():
    world = World()
    world.networks[0].mode = "refuse"
    world.service.start()
    fired = stopping(world)
    world.turn()
    assert fired == [None]
    assert world.clock.getDelayedCalls() == []


def test_stop_while_connecting_gives_the_attempt_up():
    for mode in ("hang", "accept"):
        world = World()
        world.networks[0].mode = mode
        world.service.start()
        first, second = stopping(world), stopping(world)
        world.turn()
        world.turn()
        assert first == second == [None]
        assert world.clock.getDelayedCalls() == []


def test_a_cut_during_the_farewell_ends_the_stop(world):
    world.application.farewells = [p.Publish("s", b"offline", qos=1)]
    fired = stopping(world)
    world.exchange()
    world.transport.cut()
    world.turn()
    assert fired == [None]
    assert world.networks[0].attempts == 1
    assert world.clock.getDelayedCalls() == []


def test_a_stopped_service_can_start_again(world):
    world.put(b"1")
    world.exchange()
    world.service.stop()
    world.exchange()
    world.broker.session = False
    world.connect()
    world.settle()
    assert [payload for _, payload in world.broker.arrived] == [b"1", b"1"]
    assert len(world.outbox) == 0


# Receiving.


def test_messages_reach_the_application_and_wait_for_it(world):
    from_server(world, p.Publish("c", b"1", qos=1, packet_id=5), p.Publish("c", b"2"))
    [(first, receipt), (second, none)] = world.application.messages
    assert (first.payload, second.payload, none) == (b"1", b"2", 0)
    assert world.sent() == []
    world.service.acknowledge(receipt)
    world.turn()
    assert world.sent() == [p.PubAck(5)]
    assert world.service.counters.received == 2


def test_a_message_that_the_application_chokes_on_is_refused(world):
    def choke(message, receipt):
        raise RuntimeError

    world.application.message_received = choke
    from_server(world, p.Publish("c", b"1", qos=1, packet_id=5))
    assert world.sent() == [p.PubAck(5, Reason.IMPLEMENTATION_SPECIFIC_ERROR)]
    assert world.service.counters.faults == 1


def test_subscriptions_are_kept_up(world):
    world.service.subscribe("s", p.Subscription("a/#"))
    world.exchange()
    assert world.application.answers == [("s", (Reason.GRANTED_QOS_1,))]
    world.transport.cut()
    world.broker.session = False
    world.turn(10)
    world.broker.connection()
    world.exchange()
    assert any(isinstance(packet, p.Subscribe) for packet in world.broker.received)
    world.service.unsubscribe("u", "a/#")
    world.exchange()
    assert isinstance(world.broker.received[-1], p.Unsubscribe)
    world.service.subscribe("bad", p.Subscription("a/#/b"))
    assert world.application.answers[-1] == ("bad", (Reason.TOPIC_FILTER_INVALID,))


# Connections.


def test_attempts_back_off_with_full_jitter():
    world = World(random=lambda: 0.5)
    world.networks[0].mode = "refuse"
    world.service.start()
    delays = []
    for _ in range(9):
        delays.append(round(delay_of(world), 6))
        world.turn(delay_of(world))
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]


def test_a_connection_that_held_begins_the_back_off_anew(world):
    for _ in range(3):
        world.transport.cut()
        world.turn(10)
        world.broker.connection()
        world.exchange()
    for held, delay in ((9.0, 1.6), (10.0, 0.2)):
        world.turn(held)
        world.broker.feed(world.transport.take())
        world.transport.cut()
        assert delay_of(world) == pytest.approx(delay)
        world.turn(delay)
        world.broker.connection()
        world.exchange()
    assert world.service.counters.reconnects == 5


def test_addresses_are_tried_in_turn():
    world = World(servers=3)
    for network in world.networks[:2]:
        network.mode = "refuse"
    world.service.start()
    world.turn(1)
    world.turn(1)
    assert [network.attempts for network in world.networks] == [1, 1, 1]
    assert world.service.status.address == "b2:1883"
    assert "refused" in world.service.status.reason


def test_a_lost_connection_is_tried_again_at_the_same_address():
    world = World(servers=2).connect()
    world.transport.cut()
    world.turn(1)
    assert [network.attempts for network in world.networks] == [2, 0]


def test_a_server_reference_is_followed_only_if_listed():
    for reference, attempts in (("b2:1883", [1, 0, 1]), ("evil:1883", [1, 1, 0])):
        world = World(servers=3)
        world.service.start()
        connack(world, reason=Reason.USE_ANOTHER_SERVER, server_reference=reference)
        world.turn()
        world.turn(1)
        assert [network.attempts for network in world.networks] == attempts


def test_a_refused_login_is_not_repeated_every_second():
    world = World(random=lambda: 0.0)
    world.service.start()
    connack(world, reason=Reason.BAD_USER_NAME_OR_PASSWORD, reason_string="who are you")
    world.turn()
    status = world.service.status
    assert status.state == "waiting"
    assert "bad user name or password" in status.reason
    assert "who are you" in status.reason
    world.turn(14.9)
    assert world.networks[0].attempts == 1
    world.turn(0.1)
    assert world.networks[0].attempts == 2


def test_a_silent_server_is_found_dead_within_22_seconds(world):
    """Silence from the moment of the last octet, whenever that is between two PINGREQs."""
    for pause in (0.0, 5.0, 13.4):
        world.turn(pause)
        from_server(world, p.Publish("c"))
        silent_since = world.clock.seconds()
        while world.service.status.state == "connected":
            world.turn(0.5)
        assert world.clock.seconds() - silent_since <= 22.0
        assert "dead" in world.service.status.reason
        assert world.transport.closing == "abort"
        world.turn(10)
        world.broker.connection()
        world.exchange()


def test_a_server_that_answers_pings_stays_connected(world):
    for _ in range(200):
        world.turn(1)
        world.exchange()
    assert world.networks[0].attempts == 1


def test_a_server_without_connack_is_left_after_10_seconds():
    world = World(random=lambda: 0.0)
    world.service.start()
    world.turn(10)
    assert world.transport.closing == "abort"
    world.turn()
    assert world.service.status.state == "waiting"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_malformed_octets_end_the_connection_with_their_code(world):
    world.put(b"1")
    world.turn()
    world.broker.feed(world.transport.take())
    world.broker.answer(1)
    octets, world.broker.to_client = world.broker.to_client, b""
    world.transport.deliver(octets + bytes.fromhex("30 05 0001 ff 00 78"))
    assert world.sent() == [p.Disconnect(Reason.MALFORMED_PACKET)]
    assert len(world.outbox) == 0  # what came before the bad octets counts
    assert world.service.counters.malformed == 1
    world.turn()
    assert world.service.status.state == "waiting"


def test_a_closing_that_does_not_end_is_cut(world):
    transport = world.transport
    transport.stuck = True  # what was written does not leave
    from_server(world, p.Connect())
    assert transport.closing == "flush"
    assert transport.producer is None
    world.turn(0.9)
    assert transport.open
    world.turn(0.1)
    world.turn()
    assert not transport.open
    assert world.service.status.state == "waiting"


def test_the_socket_gets_nodelay(world):
    assert world.transport.no_delay


def test_the_socket_is_found_below_tls():
    class Layer:
        def __init__(self, inner=None):
            if isinstance(inner, socket.socket):
                self.getHandle = lambda: inner
            else:
                self.transport = inner

    with socket.socket() as tcp:
        assert _socket_of(Layer(tcp)) is tcp
        assert _socket_of(Layer(Layer(tcp))) is tcp
    assert _socket_of(Layer()) is None


def test_a_server_of_an_older_version_is_named_as_such():
    for octets in ("20 02 00 01", ""):  # the refusal of MQTT 3.1.1, and a silent end
        world = World()
        world.service.start()
        world.turn()
        world.transport.deliver(bytes.fromhex(octets))
        world.turn()
        world.transport.cut()
        assert world.service.status.state == "waiting"
        assert "is it an MQTT 5 server?" in world.service.status.reason
        assert world.service.counters.malformed == bool(octets)


def test_the_example_in_the_documentation_works():
    world = World()
    names = {
        name: getattr(module, name)
        for module, names in (
            (application, ["Application"]),
            (outbox, ["MemoryOutbox"]),
            (p, ["Publish", "Subscription", "Will"]),
            (addresses, ["Address"]),
            (service, ["MqttService"]),
        )
        for name in names
    }
    names |= {"Params": Params, "random": random, "reactor": world.clock}
    names["servers_for"] = lambda reactor, wanted: [Server(wanted[0].text, world.networks[0])]
    example = textwrap.dedent(cti.mqtt.__doc__.partition("::\n")[2])
    exec(compile(example, "example", "exec"), names)  # noqa: S102
    world.exchange()
    assert world.broker.arrived == [
        ("cti/v1/daemon/d1/status", b"online"),
        ("cti/v1/hq/event/call/7/created", b"{}"),
    ]
    from_server(world, p.Publish("cti/v1/hq/command/x", qos=1, packet_id=1))
    assert world.sent() == [p.PubAck(1)]


# Status and log.


def test_status_tells_what_is(world):
    status = world.service.status
    assert (status.state, status.reason, status.window) == ("connected", "new session", 10)
    world.turn(3)
    world.transport.cut()
    status = world.service.status
    assert (status.state, status.since) == ("waiting", 3.0)
    assert status.reason
    assert world.application.states == ["connecting", "connecting", "connected", "waiting"][1:]


def test_features_that_the_server_lacks_are_told():
    world = World()
    world.service.start()
    connack(world, retain_available=False, shared_subscription_available=False)
    assert world.service.status.missing == ("retained messages", "shared subscriptions")


def test_each_change_of_state_is_one_line_without_secrets():
    world = World(params=Params("d1", username="u", password=p.Secret(b"hunter2")))
    world.connect()
    world.transport.cut()
    states = [line for line in world.log.lines if line[1] == "mqtt.state"]
    assert [line[2]["state"] for line in states] == ["connecting", "connected", "waiting"]
    assert states[-1][0] == "warning"
    assert "hunter2" not in repr(world.log.lines)
    assert "hunter2" not in repr(world.service.status)
    assert b"hunter2" not in repr(world.service._params).encode()


def test_a_refused_birth_is_told(world):
    world.application.births = [p.Publish("s", b"online", qos=1)]
    world.transport.cut()
    world.turn(10)
    world.broker.connection()
    world.exchange()
    world.broker.answer(1, Reason.NOT_AUTHORIZED)
    world.exchange()
    assert [line[2]["topic"] for line in world.log.lines if line[1] == "mqtt.refused"] == ["s"]
    assert world.outbox.held == 0
