"""What the broker retains below our topics is what we know, or it is cleared."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.task import Clock

from cti.mqtt.packets import Publish, Subscription
from cti.northbound.retained import MOST, QUIET, REPEAT, ROUNDS, TOKEN, OwnStatus, Sweep


class Broker:
    """Retains messages; sends so many of them as it has room for."""

    def __init__(self, room: int = 100_000) -> None:
        self.clock: Any = Clock()
        self.room = room
        self.retained = {f"s/{name}": b"x" for name in ("info", "201", "202")}
        self.subscribed: dict[Any, tuple[str, ...]] = {}
        self.looks = 0
        self.sweep = Sweep(lambda: ["s/#"], lambda: {"s/201", "s/info"}, self.put, self.clock)

    def subscribe(self, token: Any, *subscriptions: Subscription) -> None:
        self.looks += 1
        self.subscribed[token] = tuple(one.topic_filter for one in subscriptions)
        self.sweep.subscribed(refused=False)
        for topic, payload in list(self.retained.items())[: self.room]:
            self.sweep.take(Publish(topic, payload, retain=True))

    def unsubscribe(self, token: Any, *filters: str) -> None:
        assert self.subscribed.pop(token) == filters

    def put(self, message: Publish) -> None:
        assert message.retain
        assert not message.payload
        del self.retained[message.topic]

    def run(self) -> None:
        self.sweep.begin(self)
        for _ in range(2 * ROUNDS + 1):
            self.clock.advance(QUIET)
        assert not self.subscribed
        assert not self.clock.getDelayedCalls()


def test_a9_what_is_not_ours_is_cleared() -> None:
    broker = Broker()
    broker.run()
    assert set(broker.retained) == {"s/info", "s/201"}
    assert broker.looks == 2


@pytest.mark.parametrize("room", [1_000, 100_000])
def test_a9_ten_thousand_poisoned_topics_are_cleared(room: int) -> None:
    broker = Broker(room)
    broker.retained |= {f"s/x{number}": b"x" for number in range(10_000)}
    broker.run()
    assert set(broker.retained) == {"s/info", "s/201"}


def test_a9_who_poisons_without_end_does_not_keep_us_busy_without_end() -> None:
    broker = Broker()
    put = broker.put

    def poison(message: Publish) -> None:
        put(message)
        broker.retained[message.topic + "x"] = b"x"

    broker.sweep = Sweep(lambda: ["s/#"], lambda: {"s/201", "s/info"}, poison, broker.clock)
    broker.run()
    assert broker.looks == ROUNDS


def test_no_more_is_remembered_than_is_cleared_at_once() -> None:
    broker = Broker()
    broker.sweep.begin(broker)
    for number in range(2 * MOST):
        broker.sweep.take(Publish(f"s/y{number}", b"x", retain=True))
    assert len(broker.sweep._found) == MOST


def test_what_is_published_meanwhile_is_not_what_was_retained() -> None:
    broker = Broker()
    broker.retained.clear()
    broker.sweep.begin(broker)
    broker.sweep.take(Publish("s/new", b"x"))
    broker.sweep.take(Publish("s/cleared", b"", retain=True))
    broker.clock.advance(QUIET)
    assert not broker.subscribed


def test_a_broker_that_lets_us_read_nothing_costs_nothing() -> None:
    broker = Broker()
    broker.sweep.begin(broker)
    broker.sweep.subscribed(refused=True)
    broker.sweep.stop()
    assert list(broker.subscribed) == [TOKEN]
    assert not broker.clock.getDelayedCalls()


def test_a9_a_status_that_is_not_ours_is_put_right_once_a_second() -> None:
    clock: Any = Clock()
    put: list[Publish] = []
    mine = Publish("status", b"online", retain=True)
    own = OwnStatus(lambda: mine, put.append, clock)
    own.take(mine)
    clock.advance(REPEAT)
    assert put == []
    for _ in range(100):
        own.take(Publish("status", b"lost"))
    clock.advance(REPEAT)
    assert put == [mine]
    own.take(Publish("status", b"lost"))
    own.take(mine)  # somebody else was quicker
    clock.advance(REPEAT)
    assert put == [mine]
    own.take(Publish("status", b"lost"))
    own.stop()
    clock.advance(REPEAT)
    assert put == [mine]
