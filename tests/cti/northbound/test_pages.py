"""What ``replay`` and ``snapshot`` send: what was published, as far as one may see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given

from cti.config.rights import Data, Read, Right
from cti.kept import Changes, Mark
from cti.model import events as ev
from cti.model.commands import EndState, Replay, Result
from cti.model.data import CallData
from cti.model.errors import ErrorClass
from cti.model.states import DeviceType, Origin
from cti.mqtt.packets import Publish
from cti.northbound import envelope
from cti.northbound.acl import rules
from cti.northbound.pages import MOST, Page, ReplayPages
from cti.northbound.topics import Topics
from cti.rights import Rights
from cti.store import Store
from cti.store.messages import Limits
from cti.store.stream import Stream
from tests.cti.northbound.test_acl import DEVICES, RIGHTS, SITE, matches
from tests.support.disk import Disk
from tests.support.every import events
from tests.support.shelf import Direct

TOPICS = Topics("cti", "d1")
OPEN = 2**53 - 1
ALL = Right(acts=("*",), agents=("*",), queues=("*",), route_points=("*",))
EVERYTHING = msgspec.structs.replace(ALL, data=Data(read=("*",)))


def hook(number: int, device: str = "201") -> ev.Event:
    return ev.DeviceHookChanged(
        **made(number), device_id=device, version=1, type=DeviceType.STATION, on_hook=True
    )


def made(number: int) -> dict[str, Any]:
    """Members that every event has."""
    return {
        "switch_id": "hq",
        "link_id": "main",
        "epoch": 1,
        "seq": number,
        "sub": 0,
        "id": f"main:1:{number}:0",
        "ts_received": "2026-01-01T00:00:00Z",
        "origin": Origin.REPORTED,
    }


class Desk:
    """A stream with a store behind it."""

    def __init__(self) -> None:
        self.store = Store("hq", "hq", Disk().connect)
        self.shelf = Direct(self.store)
        self.published: list[Publish] = []
        self.right: Right | None = EVERYTHING
        self._open()

    def _open(self) -> None:
        outbox = self.store.outbox()
        self.stream = Stream("hq", outbox, self.shelf, self.store.held(outbox.mark))

    def restart(self) -> None:
        self.store.settle(self.stream.mark() or Mark())
        self._open()

    def publish(self, event: ev.Event, *, handed: bool = True) -> None:
        entry = self.stream.event(lambda offset: envelope.publication(TOPICS, event, offset))
        self.store.write(Changes(0, 0, {}, {}, (), (), messages=(entry.kept,)))
        self.stream.release(entry)
        self.published.append(entry.message)
        if handed:
            for publication in self.stream.next_batch(100):
                self.stream.acknowledged(publication.token)

    def forget(self, through: int) -> None:
        """Let events go that the broker has."""
        self.store.settle(Mark(through))
        limits = Limits(taken_age=0.0)
        while self.store.trim(limits, 1, through, lambda *_: b"").more:
            pass

    def reader(self) -> Any:
        return Rights({} if self.right is None else {"app": self.right}).reader("app")

    def pages(self, first: int, last: int = OPEN) -> ReplayPages:
        return ReplayPages(Replay(from_=first, to=last), self.stream, self.reader)

    def replay(self, first: int, last: int = OPEN) -> tuple[list[Publish], Result]:
        pages, told = self.pages(first, last), []
        while True:
            got: list[Page] = []
            pages.read(got.append)
            told += got[0].messages
            if got[0].result is not None:
                return told, got[0].result


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.store.close()


def filled(desk: Desk, count: int) -> None:
    for number in range(1, count + 1):
        desk.publish(hook(number))


def payloads(messages: list[Publish]) -> list[bytes]:
    return [one.payload for one in messages]


def test_a_range_is_told_octet_by_octet(desk: Desk) -> None:
    filled(desk, 10)
    told, result = desk.replay(3, 7)
    assert payloads(told) == payloads(desk.published[2:7])
    assert [one.user_properties for one in told] == [
        one.user_properties for one in desk.published[2:7]
    ]
    assert result.result == {"from": 3, "to": 7, "events": 5, "newest": 10}


def test_an_open_range_ends_with_what_was_handed_to_the_broker(desk: Desk) -> None:
    filled(desk, 4)
    desk.publish(hook(5), handed=False)
    told, result = desk.replay(0)
    assert payloads(told) == payloads(desk.published[:4])
    assert result.result == {"from": 1, "to": 4, "events": 4, "newest": 4}


def test_it_is_known_over_a_restart_what_was_handed_to_the_broker(desk: Desk) -> None:
    filled(desk, 4)
    desk.publish(hook(5), handed=False)
    desk.restart()
    assert len(desk.replay(1)[0]) == 4
    desk.stream.start()
    assert len(desk.stream.next_batch(100)) == 1
    assert len(desk.replay(1)[0]) == 5


def test_what_is_newer_than_everything_is_nothing(desk: Desk) -> None:
    filled(desk, 3)
    told, result = desk.replay(4)
    assert told == []
    assert result.status is EndState.SUCCEEDED
    assert result.result == {"from": 4, "to": 3, "events": 0, "newest": 3}


def test_of_many_some_are_told_and_one_asks_on(desk: Desk) -> None:
    filled(desk, MOST + 50)
    told, result = desk.replay(1)
    assert len(told) == MOST
    assert result.result == {"from": 1, "to": MOST, "events": MOST, "newest": MOST + 50}
    told, result = desk.replay(MOST + 1)
    assert len(told) == 50


@pytest.mark.parametrize("last", [2, 4, 8, OPEN])
def test_what_has_gone_is_told_with_the_first_that_is_there(desk: Desk, last: int) -> None:
    filled(desk, 9)
    desk.forget(4)
    told, result = desk.replay(2, last)
    assert told == []
    assert result.status is EndState.REJECTED
    assert isinstance(result.error, msgspec.Struct)
    assert (result.error.kind, result.error.first_offset) == (ErrorClass.GONE, 5)
    assert len(desk.replay(5)[0]) == 5


def test_when_everything_has_gone_the_next_one_is_named(desk: Desk) -> None:
    filled(desk, 9)
    desk.forget(9)
    (_, result) = desk.replay(2)
    assert isinstance(result.error, msgspec.Struct)
    assert result.error.first_offset == 10
    assert desk.replay(10)[1].status is EndState.SUCCEEDED


def test_what_goes_while_it_is_told_ends_it_early(desk: Desk) -> None:
    filled(desk, 250)
    pages, got = desk.pages(1), list[Page]()
    pages.read(got.append)
    desk.forget(200)
    pages.read(got.append)
    assert got[1].result is not None
    assert got[1].result.result == {"from": 1, "to": 100, "events": 100, "newest": 250}


def test_a_disk_that_cannot_be_read_is_asked_again_later(desk: Desk) -> None:
    filled(desk, 3)
    desk.shelf.fails = True
    _, result = desk.replay(1)
    assert isinstance(result.error, msgspec.Struct)
    assert result.error.kind is ErrorClass.RESOURCE_BUSY
    assert result.error.retry_after_ms


def test_the_deadline_gives_what_was_read(desk: Desk) -> None:
    filled(desk, 250)
    pages, got = desk.pages(1), list[Page]()
    assert pages.cut().status is EndState.REJECTED
    pages.read(got.append)
    assert pages.cut().result == {"from": 1, "to": 100, "events": 100, "newest": 250}


# A6: the same filter for what is live and what is told again.


def test_a6_who_sees_nothing_is_told_nothing(desk: Desk) -> None:
    filled(desk, 3)
    desk.right = None
    told, result = desk.replay(1)
    assert told == []
    assert result.result == {"from": 1, "to": 3, "events": 0, "newest": 3}


def test_a6_a_client_is_told_of_what_it_may_see(desk: Desk) -> None:
    for number, device in enumerate(("201", "202", "301", "201"), 1):
        desk.publish(hook(number, device))
    desk.right = Right(acts=("201",), read=Read(devices=("30?",)))
    told, _ = desk.replay(1)
    assert payloads(told) == payloads([desk.published[place] for place in (0, 2, 3)])


def test_a6_rights_count_as_they_are_at_each_page(desk: Desk) -> None:
    filled(desk, 250)
    pages, got = desk.pages(1), list[Page]()
    pages.read(got.append)
    desk.right = None
    pages.read(got.append)
    assert [len(page.messages) for page in got] == [100, 0]


def test_a6_name_spaces_that_a_client_may_not_see_are_left_away(desk: Desk) -> None:
    data = CallData(app={"crm": {"secret": 1}, "app": {"own": 2}, "ivr": {"x": 3}})
    desk.publish(
        ev.CallDataChanged(**made(1), call_id="c", thread_id="t", call_version=1, delta=data)
    )
    desk.right = msgspec.structs.replace(ALL, data=Data(read=("i*",)))
    ((message,), _) = desk.replay(1)
    shown = json.loads(message.payload)
    published = json.loads(desk.published[0].payload)
    assert shown["data"]["delta"]["app"] == {"app": {"own": 2}, "ivr": {"x": 3}}
    del shown["data"]["delta"], published["data"]["delta"]
    assert shown == published
    desk.right = EVERYTHING
    assert payloads(desk.replay(1)[0]) == payloads(desk.published)


@given(RIGHTS)
def test_a6_a_replay_is_a_part_of_what_was_live(right: Right) -> None:
    desk = Desk()
    desk.right = right
    for name in DEVICES:
        for event in events(name):
            desk.publish(event)
    (made,) = (one for one in rules(SITE, {"app": right}) if one.user == "app")
    told: list[Publish] = []
    first = 1
    while first <= len(desk.published):
        some, result = desk.replay(first)
        told += some
        assert isinstance(result.result, dict)
        first = result.result["to"] + 1
    for one in told:
        if (made.unsaid and "/agent/" in one.topic) or "/queue/" in one.topic:
            continue  # a pattern cannot be said in topics
        assert any(matches(rule, one.topic) for rule in made.reads), one.topic
    assert len({one.payload for one in told}) == len(told)
    desk.store.close()
