"""The stream of a switch: one order, few in memory, nothing lost and nothing renumbered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.kept import KeptMessage, Mark
from cti.mqtt.outbound import Publication
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.store.messages import Outbox
from cti.store.stream import REFUSED, Entry, Stream


class Shelf:
    """Stored messages, read when the test says so."""

    def __init__(self) -> None:
        self.stored: list[KeptMessage] = []
        self.asked: list[Callable[[], object]] = []
        self.fails = False

    def ahead(self, after: int, most: int, done: Callable[[Any], object]) -> None:
        def read() -> None:
            if self.fails:
                done(OSError("planted"))
                return
            done([one for one in self.stored if one.place > after][:most])

        self.asked.append(read)

    def events(self, first: int, last: int, most: int, done: Callable[[Any], object]) -> None:
        found = [one for one in self.stored if first <= (one.offset or 0) <= last]
        self.asked.append(lambda: done(found[:most]))

    def run(self) -> None:
        while self.asked:
            self.asked.pop(0)()


def event(offset: int) -> Publish:
    return Publish(f"e/{offset}", b"x", qos=1)


def make(stream: Stream, shelf: Shelf | None = None) -> Entry:
    entry = stream.event(event)
    if shelf is not None:
        shelf.stored.append(entry.kept)
    stream.release(entry)
    return entry


def state(stream: Stream, name: str, word: str = "") -> None:
    stream.state(Publish(f"s/{name}", word.encode(), qos=1, retain=True))


def topics(batch: list[Publication]) -> list[str]:
    return [publication.message.topic for publication in batch]


def acknowledge(stream: Stream, batch: list[Publication]) -> None:
    for publication in batch:
        stream.acknowledged(publication.token)


def test_places_and_offsets_grow_by_one_from_where_an_earlier_life_came_to() -> None:
    stream = Stream("hq", Outbox(17, 5, Mark(17)))
    first = stream.event(event)
    note = stream.note(Publish("r/1", qos=1))
    passing = stream.note(Publish("r/2", qos=0))
    second = stream.event(event)
    assert [(one.place, one.offset) for one in (first, note, passing, second)] == [
        (18, 6),
        (19, None),
        (0, None),
        (20, 7),
    ]
    assert second.message.topic == "e/7"


def test_an_event_that_cannot_be_made_uses_no_offset() -> None:
    stream = Stream("hq")

    def fails(offset: int) -> Publish:
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        stream.event(fails)
    assert stream.event(event).offset == 1


def test_what_passes_by_is_given_on_at_once() -> None:
    stream = Stream("hq")
    passed: list[Publish] = []
    stream.passing = passed.append
    stream.release(stream.note(Publish("r/2", qos=0)))
    assert [one.topic for one in passed] == ["r/2"]
    assert stream.next_batch(9) == []


def test_messages_are_handed_out_once_and_in_order() -> None:
    stream = Stream("hq")
    for _ in range(5):
        make(stream)
    assert topics(stream.next_batch(3)) == ["e/1", "e/2", "e/3"]
    assert topics(stream.next_batch(3)) == ["e/4", "e/5"]
    assert stream.next_batch(3) == []
    assert len(stream) == 5


def test_only_a_window_is_in_memory_and_the_rest_is_read_when_its_turn_comes() -> None:
    shelf = Shelf()
    stream = Stream("hq", shelf=shelf, window=4)
    for _ in range(20):
        make(stream, shelf)
    assert shelf.asked == []
    assert len(stream) == 20
    told: list[str] = []
    while batch := stream.next_batch(3):
        told += topics(batch)
        acknowledge(stream, batch)
        assert len(stream._waiting) <= 4
        shelf.run()
    assert told == [f"e/{number}" for number in range(1, 21)]
    assert stream.idle
    make(stream, shelf)
    assert topics(stream.next_batch(9)) == ["e/21"]
    assert shelf.asked == []  # there is no need to read what has just been stored


def test_a_stream_begins_with_what_the_broker_had_not() -> None:
    shelf = Shelf()
    before = Stream("hq", shelf=shelf)
    for _ in range(6):
        make(before, shelf)
    held = [shelf.stored[1]]
    stream = Stream("hq", Outbox(6, 6, Mark(4, (2,))), shelf, held)
    stream.start()
    shelf.run()
    assert topics(stream.next_batch(9)) == ["e/2", "e/5", "e/6"]


def test_reading_that_fails_is_tried_again() -> None:
    shelf = Shelf()
    before = Stream("hq", shelf=shelf)
    make(before, shelf)
    stream = Stream("hq", Outbox(1, 1), shelf)
    shelf.fails = True
    stream.start()
    shelf.run()
    assert stream.next_batch(9) == []
    shelf.fails = False
    stream.start()
    shelf.run()
    assert topics(stream.next_batch(9)) == ["e/1"]


def test_a_message_that_cannot_be_read_is_left_out_and_counted() -> None:
    shelf = Shelf()
    shelf.stored = [KeptMessage(1, 1, b"\xc1"), Stream("hq").event(event).kept]
    stream = Stream("hq", Outbox(2, 2), shelf)
    stream.start()
    shelf.stored[1] = KeptMessage(2, 2, shelf.stored[1].body)
    shelf.run()
    assert topics(stream.next_batch(9)) == ["e/1"]
    assert stream.unreadable == 1


# Marks.


def test_the_mark_is_what_all_before_is_taken() -> None:
    stream = Stream("hq")
    for _ in range(4):
        make(stream)
    assert stream.mark() is None
    one, two, three, four = stream.next_batch(4)
    assert stream.mark() is None
    stream.acknowledged(two.token)
    assert stream.mark() is None
    stream.acknowledged(one.token)
    assert stream.mark() == Mark(2)
    stream.marked(Mark(2))
    assert stream.mark() is None
    stream.acknowledged(four.token)
    stream.acknowledged(three.token)
    assert stream.mark() == Mark(4)


def test_what_is_refused_is_held_until_it_is_taken() -> None:
    stream = Stream("hq")
    told: list[str] = []
    stream.refusing = lambda publication, _: told.append(publication.message.topic)
    for _ in range(3):
        make(stream)
    one, two, three = stream.next_batch(9)
    stream.refused(one.token, Reason.QUOTA_EXCEEDED)
    acknowledge(stream, [two, three])
    assert told == ["e/1"]
    assert stream.mark() == Mark(3, (1,))
    make(stream)
    assert stream.retry_refused() == 1
    again = stream.next_batch(9)
    assert topics(again) == ["e/1", "e/4"]
    assert stream.mark() == Mark(3, (1,))
    acknowledge(stream, again)
    assert stream.mark() == Mark(4)
    assert stream.idle


def test_nothing_more_goes_out_while_very_much_is_refused() -> None:
    stream = Stream("hq")
    for _ in range(REFUSED + 10):
        make(stream)
    for publication in stream.next_batch(REFUSED):
        stream.refused(publication.token, Reason.NOT_AUTHORIZED)
    assert stream.next_batch(9) == []
    stream.retry_refused()
    assert len(stream.next_batch(REFUSED * 2)) == REFUSED + 10


# States.


def test_a_state_is_handed_out_behind_all_that_was_stored_before_it() -> None:
    shelf = Shelf()
    stream = Stream("hq", shelf=shelf, window=2)
    for _ in range(3):
        make(stream, shelf)
    state(stream, "201")
    make(stream, shelf)
    told: list[str] = []
    while batch := stream.next_batch(1):
        told += topics(batch)
        shelf.run()
    assert told == ["e/1", "e/2", "e/3", "s/201", "e/4"]


def test_only_the_last_state_of_a_topic_is_handed_out() -> None:
    stream = Stream("hq")
    state(stream, "201", "old")
    state(stream, "202")
    make(stream)
    state(stream, "201", "new")
    batch = stream.next_batch(9)
    assert topics(batch) == ["s/202", "e/1", "s/201"]
    assert batch[-1].message.payload == b"new"
    acknowledge(stream, batch)
    assert stream.mark() == Mark(1)


def test_a_state_that_is_refused_is_offered_again_unless_a_newer_one_is() -> None:
    stream = Stream("hq")
    for name in ("201", "202"):
        state(stream, name, "old")
    for publication in stream.next_batch(9):
        stream.refused(publication.token, Reason.QUOTA_EXCEEDED)
    state(stream, "202", "new")
    stream.retry_refused()
    told = {one.message.topic: one.message.payload for one in stream.next_batch(9)}
    assert told == {"s/201": b"old", "s/202": b"new"}


STEPS = st.lists(
    st.sampled_from(
        [
            *("event", "event", "event", "state", "give", "give", "take"),
            *("refuse", "retry", "read", "read", "mark", "crash"),
        ]
    ),
    max_size=80,
)


@given(STEPS)
def test_whatever_happens_each_event_comes_in_order_and_none_is_lost(steps) -> None:
    """A broker, a store and a process that may die: a model of what is told."""
    shelf = Shelf()
    stream = Stream("hq", shelf=shelf, window=3)
    stored = Mark()
    made = states = 0
    out: list[Publication] = []
    first: list[int] = []
    taken: set[int] = set()

    def give(n: int) -> None:
        for publication in stream.next_batch(n):
            out.append(publication)
            kind, _, number = publication.message.topic.partition("/")
            if kind == "s":
                assert int(publication.message.payload) <= max(first, default=0)
            elif int(number) not in first:
                first.append(int(number))

    def settle() -> None:
        publication = out.pop(0)
        stream.acknowledged(publication.token)
        if publication.message.topic.startswith("e/"):
            taken.add(int(publication.message.topic[2:]))

    for step in steps:
        match step:
            case "event":
                made = make(stream, shelf).offset or 0
            case "state":
                states += 1
                state(stream, str(states % 2), str(made))
            case "give":
                give(2)
            case "take" if out:
                settle()
            case "refuse" if out:
                stream.refused(out.pop(0).token, Reason.QUOTA_EXCEEDED)
            case "retry":
                stream.retry_refused()
            case "read" if shelf.asked:
                shelf.asked.pop(0)()
            case "mark":
                if (mark := stream.mark()) is not None:
                    assert mark.through >= stored.through
                    missing = set(range(1, mark.through + 1)) - taken
                    assert missing == set(mark.held)
                    stream.marked(mark)
                    stored = mark
            case "crash":
                out.clear()
                shelf.asked.clear()
                held = [one for one in shelf.stored if one.place in stored.held]
                start = Outbox(len(shelf.stored), made, stored)
                stream = Stream("hq", start, shelf, held, window=3)
                stream.start()
            case _:
                pass
    for _ in range(200):
        stream.retry_refused()
        shelf.run()
        give(5)
        while out:
            settle()
    assert first == list(range(1, made + 1))
    assert taken == set(first)
    assert stream.idle
