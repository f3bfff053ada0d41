"""Commands that have things told again: paced, fair, bounded, and ended in order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from cti.desk import Reply, rejected, succeeded
from cti.model.commands import Command, Replay, Result
from cti.model.errors import Error, ErrorClass
from cti.mqtt.outbound import Publication
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.northbound.pages import PAGE, Done, Page
from cti.northbound.replies import Route
from cti.northbound.retelling import AT_ONCE, PER_CLIENT, Retellings


class Book:
    """Pages of a book, read when the test says so."""

    def __init__(self, name: str, pages: int, per_page: int = PAGE) -> None:
        self.name = name
        self.left = pages
        self.per_page = per_page
        self.read_ = 0
        self.asked: list[Done] = []

    def read(self, done: Done) -> None:
        self.asked.append(done)

    def cut(self) -> Result:
        return succeeded({"cut": self.read_})

    def turn(self) -> None:
        """Give the page that was asked for."""
        done = self.asked.pop()
        self.left -= 1
        numbers = range(self.read_, self.read_ + self.per_page)
        self.read_ += self.per_page
        told = [Publish("", f"{self.name}{number}".encode()) for number in numbers]
        done(Page(told, None if self.left else succeeded({})))


class Desk:
    """Retellings, with a broker that takes over what the test says."""

    def __init__(self) -> None:
        self.clock: Any = Clock()
        self.ended: list[Reply] = []
        self.woken = 0
        self.again = Retellings(self.clock, self._wake, self._ended)
        self.books: dict[str, Book] = {}
        self.out: list[Publication] = []
        self.told: list[str] = []

    def _wake(self) -> None:
        self.woken += 1

    def _ended(self, switch_id: str, reply: Reply) -> list[Publish]:
        self.ended.append(reply)
        return [Publish("reply", b"end " + reply.command_id.encode(), qos=1)]

    def begin(
        self, name: str, pages: int = 3, client: str = "app", to: int = 9, **more: Any
    ) -> Error | None:
        book = Book(name, pages, **more)

        def opened() -> Book:
            self.books[name] = book
            return book

        command = Command(
            command_id=name,
            verb="replay",
            switch_id="hq",
            args=Replay(from_=1, to=to),
            requester=client,
        )
        route = Route(f"to/{client}", 1, b"c", self.clock.seconds())
        return self.again.begin(command, route, opened)

    def turn(self) -> None:
        """Read every page that is asked for."""
        self.clock.advance(0)
        for book in self.books.values():
            if book.asked:
                book.turn()

    def take(self, most: int = 1000) -> list[str]:
        batch = self.again.next_batch(most)
        self.out += batch
        told = [one.message.payload.decode() for one in batch]
        self.told += told
        return told

    def acknowledge(self, most: int = 1000) -> None:
        going, self.out = self.out[:most], self.out[most:]
        for one in going:
            self.again.acknowledged(one.token)

    def run(self) -> None:
        for _ in range(1000):
            if self.again.idle:
                return
            self.turn()
            self.take()
            self.acknowledge()
        raise AssertionError("no end")


def test_everything_is_told_in_order_and_the_reply_comes_last() -> None:
    desk = Desk()
    desk.begin("a", 3)
    desk.run()
    assert desk.told == [*(f"a{number}" for number in range(3 * PAGE)), "end a"]
    assert [one.result for one in desk.ended] == [succeeded({})]
    assert len(desk.again) == 0


def test_messages_go_where_the_command_says() -> None:
    desk = Desk()
    desk.begin("a", 1, per_page=1)
    desk.turn()
    message = desk.again.next_batch(1)[0].message
    assert (message.topic, message.qos, message.correlation_data) == ("to/app", 1, b"c")
    assert not message.retain


def test_a_page_is_read_when_the_broker_has_half_of_the_last_one() -> None:
    desk = Desk()
    desk.begin("a", 9)
    desk.turn()
    assert len(desk.take()) == PAGE
    desk.acknowledge(PAGE // 2 - 1)
    desk.clock.advance(0)
    assert not desk.books["a"].asked
    desk.acknowledge(1)
    desk.clock.advance(0)
    assert len(desk.books["a"].asked) == 1


@given(
    st.lists(st.sampled_from(["begin", "turn", "take", "acknowledge"]), max_size=60),
    st.integers(1, 40),
)
def test_no_more_than_two_pages_of_each_are_in_memory(steps: list[str], size: int) -> None:
    desk = Desk()
    names = iter(range(1000))
    for step in steps:
        match step:
            case "begin":
                desk.begin(f"x{next(names)}.", 5)
            case "turn":
                desk.turn()
            case "take":
                desk.take(size)
            case _:
                desk.acknowledge(size)
        assert len(desk.again) <= len(desk.again._going) * (2 * PAGE + 1)
        assert all(one.out <= PAGE for one in desk.again._going.values())
    desk.run()
    for name, book in desk.books.items():
        told = [one for one in desk.told if one.startswith(name)]
        assert told == [f"{name}{number}" for number in range(book.read_)]
        assert desk.told.count(f"end {name}") == 1


def test_clients_take_turns() -> None:
    desk = Desk()
    desk.begin("a", 3, client="ann")
    desk.begin("b", 3, client="ben")
    desk.turn()
    assert desk.take(6) == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_client_has_few_under_way_and_leaves_room_for_others() -> None:
    desk = Desk()
    for number in range(PER_CLIENT):
        assert desk.begin(f"a{number}") is None
    error = desk.begin("more")
    assert error is not None
    assert error.kind is ErrorClass.RESOURCE_BUSY
    assert error.retry_after_ms
    assert "more" not in desk.books
    for number in range(1000):
        desk.begin(f"b{number}", client=f"c{number}")
    assert len(desk.books) == AT_ONCE
    desk.run()
    assert desk.begin("more") is None


def test_the_same_id_is_the_same_command_while_it_is_under_way() -> None:
    desk = Desk()
    assert desk.begin("a", 1) is None
    assert desk.begin("a", 1) is None
    other = desk.begin("a", 1, to=77)
    assert other is not None
    assert other.kind is ErrorClass.ID_REUSED
    desk.run()
    assert desk.told.count("end a") == 1
    assert desk.begin("a", 1, to=77) is None


def test_the_same_id_of_another_client_is_another_command() -> None:
    desk = Desk()
    assert desk.begin("a", 1) is None
    desk.run()
    assert desk.begin("a", 1, client="ben", to=77) is None
    desk.run()
    assert desk.told.count("end a") == 2


def test_the_deadline_ends_it_with_what_was_told() -> None:
    desk = Desk()
    desk.begin("a", 9)
    desk.turn()
    desk.take()
    desk.clock.advance(11)
    desk.acknowledge()
    desk.clock.advance(0)
    assert desk.take() == ["end a"]
    assert desk.ended[0].result == succeeded({"cut": PAGE})
    desk.acknowledge()
    assert desk.again.idle


def test_an_interruption_sends_nothing_more_but_the_reply() -> None:
    desk = Desk()
    desk.begin("a", 9)
    desk.begin("b", 1, client="ben")
    desk.turn()
    desk.take(4)
    error = Error(ErrorClass.RESOURCE_BUSY, "changed", retry_after_ms=1)
    desk.again.interrupt(error)
    assert desk.take() == ["end a", "end b"]
    assert [one.result for one in desk.ended] == [rejected(error)] * 2
    desk.acknowledge()
    assert desk.again.idle


def test_a_page_that_comes_after_the_end_is_for_nobody() -> None:
    desk = Desk()
    desk.begin("a", 9)
    desk.clock.advance(0)
    desk.again.interrupt(Error(ErrorClass.RESOURCE_BUSY, "changed"))
    desk.books["a"].turn()
    assert desk.take() == ["end a"]
    desk.again.close()
    assert desk.again.idle
    desk.acknowledge()


def test_a_broker_that_refuses_ends_it() -> None:
    desk = Desk()
    desk.begin("a", 9)
    desk.turn()
    desk.take(2)
    first, second = desk.out
    desk.again.refused(first.token, Reason.NOT_AUTHORIZED)
    assert desk.take() == []
    assert len(desk.again) == 1
    desk.again.acknowledged(second.token)
    assert desk.again.idle
    assert not desk.ended
