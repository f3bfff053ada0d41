"""The Twisted face over the daemon's own session, with a server and a clock in memory."""

from __future__ import annotations

import gc
import json
from collections.abc import Coroutine
from typing import Any

import msgspec
import pytest
from twisted.internet.defer import CancelledError, Deferred, ensureDeferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from cti.client import ClientError, CommandRejected
from cti.client.twisted import Client
from cti.model.errors import Error, ErrorClass
from cti.model.events import DeviceHookChanged
from cti.model.results import CallMade
from cti.mqtt import packets as p
from cti.mqtt.addresses import Server
from cti.northbound import envelope
from cti.northbound.documents import ReplyBody, ReplyStatus
from tests.cti.client.world import TOPICS, hook
from tests.cti.mqtt.support import Broker, Network


class Site:
    """A client, and the server that it is connected to."""

    def __init__(self) -> None:
        self.clock: Any = Clock()
        self.network = Network(self.clock)
        self.broker = Broker()
        self.client = Client(
            self.clock, client="app", switch="hq", servers=[Server("b:1883", self.network)]
        )
        self.client.log = self.client._service._log = _Silence()
        self.sent: list[p.Publish] = []

    def turn(self, seconds: float = 0) -> None:
        """Let octets flow both ways until none are left."""
        self.clock.advance(seconds)
        while True:
            self.clock.advance(0)
            transport = self.network.transport
            octets = transport.take()
            before = len(self.broker.received)
            if octets:
                self.broker.feed(octets)
            new = self.broker.received[before:]
            self.sent += [one for one in new if isinstance(one, p.Publish)]
            back, self.broker.to_client = self.broker.to_client, b""
            if back:
                transport.deliver(back)
            if not octets and not back:
                return

    def start(self) -> None:
        started = self.client.start()
        self.broker.connection()
        self.turn()
        assert started.called

    def send(self, topic: str, payload: bytes) -> None:
        self.broker.send(p.Publish(topic, payload))
        self.turn()

    def reply(self, body: ReplyBody) -> None:
        topic = self.sent[-1].response_topic
        assert topic is not None
        self.send(topic, msgspec.json.encode(body))

    @property
    def command_id(self) -> str:
        told: str = json.loads(self.sent[-1].payload)["command_id"]
        return told


class _Silence:
    def __getattr__(self, _level: str) -> Any:
        return lambda *_, **__: None


@pytest.fixture
def site() -> Site:
    site = Site()
    site.start()
    return site


def results(deferred: Deferred[Any]) -> list[Any]:
    found: list[Any] = []
    deferred.addBoth(found.append)
    return found


def background(work: Coroutine[Any, Any, Any]) -> list[Any]:
    return results(ensureDeferred(work))


def test_a_command_gives_a_deferred_of_its_result(site: Site) -> None:
    found = results(site.client.make_call(device="201", to="202"))
    site.turn()
    assert site.sent[-1].topic == "cti/v1/hq/command/app/make_call"
    made = {"call": "c1", "device": "201"}
    site.reply(ReplyBody(site.command_id, "make_call", ReplyStatus.SUCCEEDED, result=made))
    assert found == [CallMade(call="c1", device="201")]


def test_a_refusal_is_a_failure(site: Site) -> None:
    found = results(site.client.hold(device="201"))
    site.turn()
    problem = Error(ErrorClass.STATE_CONFLICT, "no").problem(site.command_id)
    site.reply(ReplyBody(site.command_id, "hold", ReplyStatus.REJECTED, error=problem))
    (failure,) = found
    assert isinstance(failure, Failure)
    assert failure.check(CommandRejected)


def test_a_command_that_is_cancelled_is_not_sent_again(site: Site) -> None:
    asked = site.client.hold(device="201")
    found = results(asked)
    site.turn()
    asked.cancel()
    assert found[0].check(CancelledError)
    count = len(site.sent)
    site.turn(5)
    assert len(site.sent) == count


def test_silence_is_answered_by_the_same_command_again(site: Site) -> None:
    results(site.client.hold(device="201"))
    site.turn()
    site.turn(1)
    assert [one.payload for one in site.sent] == [site.sent[0].payload] * 2


def test_events_are_read_in_a_coroutine(site: Site) -> None:
    seen = []

    async def read() -> None:
        async with site.client.events(DeviceHookChanged, device="201") as events:
            seen.append((await anext(events)).seq)
            seen.append((await anext(events)).seq)

    background(read())
    site.turn()
    gc.collect()  # nothing but its own wait holds the reader
    for number in (1, 1, 2):
        message = envelope.publication(TOPICS, hook(number), number)
        site.send(message.topic, message.payload)
    assert seen == [1, 2]


def test_a_lost_connection_is_made_again_with_its_subscriptions(site: Site) -> None:
    stream = site.client.events()
    site.turn()
    site.network.transport.cut()
    site.broker.session = False
    site.broker.connection()
    site.clock.advance(15)
    site.turn()
    filters = {
        one.topic_filter
        for packet in site.broker.received
        if isinstance(packet, p.Subscribe)
        for one in packet.subscriptions
    }
    assert "cti/v1/hq/event/#" in filters
    stream.close()


def test_who_waits_is_let_go_at_the_end(site: Site) -> None:
    asked = results(site.client.hold(device="201"))
    read = background(anext(site.client.events()))
    site.turn()
    site.client.stop()
    site.turn(10)
    assert asked[0].check(ClientError)
    assert read[0].check(StopAsyncIteration)
    assert not site.clock.getDelayedCalls()
