"""Messages of a store: places and offsets, what stays, what goes, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.kept import Changes, KeptMessage, Mark
from cti.moment import SECOND
from cti.store import Store
from cti.store.messages import Gone, Limits, Outbox, Trimmed
from tests.support.disk import Disk

ROOMY = Limits(1 << 40, 1e9, 1 << 40, 1 << 40, 1e9)


def gap(first: int, last: int, at: int) -> bytes:
    return b"gap %d %d" % (first, last)


def batch(*messages: KeptMessage, at: int = 0, mark: Mark | None = None) -> Changes:
    return Changes(at, 0, {}, {}, (), (), messages=messages, mark=mark)


def event(offset: int, size: int = 8, place: int | None = None) -> KeptMessage:
    body = f"event {offset}".encode().ljust(size, b".")
    return KeptMessage(offset if place is None else place, offset, body)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store("hq", "hq", Disk().connect)
    yield store
    store.close()


def filled(store: Store, events: int, size: int = 8, step: int = SECOND) -> None:
    for number in range(1, events + 1):
        store.write(batch(event(number, size), at=number * step))


def offsets(messages: list[KeptMessage]) -> list[int | None]:
    return [one.offset for one in messages]


def test_a_new_store_has_nothing(store: Store) -> None:
    assert store.outbox() == Outbox(0, 0, Mark())
    assert store.ahead(0, 10) == []
    assert store.events(1, 100, 10) == []


def test_messages_are_read_in_their_order_and_survive() -> None:
    disk = Disk()
    store = Store("hq", "hq", disk.connect)
    reply = KeptMessage(2, None, b"reply")
    store.write(batch(event(1), reply, event(2, place=3)))
    store.write(batch(event(3, place=4)))
    store.close()
    store = Store("hq", "hq", disk.connect)
    assert store.outbox() == Outbox(4, 3, Mark())
    assert store.ahead(0, 3) == [event(1), reply, event(2, place=3)]
    assert store.ahead(3, 3) == [event(3, place=4)]
    assert store.summary().messages == 4
    store.close()


def test_the_same_messages_again_change_nothing(store: Store) -> None:
    for _ in range(3):
        store.write(batch(event(1), event(2)))
    assert store.ahead(0, 9) == [event(1), event(2)]
    assert store.summary().messages == 2


def test_a_mark_never_goes_back(store: Store) -> None:
    filled(store, 5)
    store.settle(Mark(3, (2,)))
    store.settle(Mark(1))
    assert store.outbox().mark == Mark(3, (2,))
    assert store.held(store.outbox().mark) == [event(2)]
    store.write(batch(event(6), mark=Mark(5)))
    assert store.outbox() == Outbox(6, 6, Mark(5), 5)


def test_numbers_are_not_given_again_when_everything_has_gone(store: Store) -> None:
    filled(store, 5)
    store.settle(Mark(5))
    gone = store.trim(msgspec.structs.replace(ROOMY, taken_age=0.0), 100 * SECOND, 5, gap)
    assert gone.taken == 5
    assert store.outbox() == Outbox(5, 5, Mark(5), 5)
    assert store.summary().messages == 0
    with pytest.raises(Gone) as caught:
        store.events(2, 4, 10)
    assert caught.value.first == 6


# What goes.


def test_what_the_broker_has_goes_by_its_age_and_the_rest_stays(store: Store) -> None:
    filled(store, 10)
    store.settle(Mark(6, (2,)))
    limits = msgspec.structs.replace(ROOMY, taken_age=6.0)
    assert store.trim(limits, 11 * SECOND, 6, gap) == Trimmed(taken=3)
    assert offsets(store.ahead(0, 99)) == [2, 5, 6, 7, 8, 9, 10]


def test_what_the_broker_has_goes_first_when_the_file_is_full(store: Store) -> None:
    filled(store, 60, size=4000)
    store.settle(Mark(30))
    limits = msgspec.structs.replace(ROOMY, octets=store.octets // 2, taken_octets=1 << 40)
    limits = msgspec.structs.replace(limits, taken_octets=store.octets // 2)
    gone = store.trim(limits, 0, 30, gap)
    assert gone.lost == 0
    assert 20 <= gone.taken <= 30
    assert store.events(31, 99, 99)[0] == event(31, 4000)


def test_the_oldest_that_nobody_has_go_and_a_gap_takes_their_place(store: Store) -> None:
    filled(store, 100, size=4000)
    limits = msgspec.structs.replace(ROOMY, octets=store.octets // 2)
    told: list[Trimmed] = []
    while not told or told[-1].more or store.octets > limits.octets:
        told.append(store.trim(limits, 0, 10, gap))
        assert told[-1] != Trimmed()
    left = store.ahead(0, 999)
    assert left[:10] == [event(number, 4000) for number in range(1, 11)]  # in memory
    last = told[-1].last
    assert left[10] == KeptMessage(last, last, b"gap 11 %d" % last)
    assert left[11:] == [event(number, 4000) for number in range(last + 1, 101)]
    assert sum(one.lost for one in told) == last - 10
    assert store.summary().messages == len(left)


def test_what_is_too_old_for_the_broker_goes_too(store: Store) -> None:
    filled(store, 10)
    limits = msgspec.structs.replace(ROOMY, age=4.0)
    assert store.trim(limits, 11 * SECOND, 0, gap) == Trimmed(0, 6, 0, 1, 6)
    assert [one.body for one in store.events(1, 7, 9)] == [b"gap 1 6", event(7).body]
    assert store.trim(limits, 11 * SECOND, 0, gap) == Trimmed()
    gone = store.trim(limits, 13 * SECOND, 0, gap)
    assert (gone.first, gone.last, gone.lost) == (1, 8, 2)
    assert store.ahead(0, 1)[0].body == b"gap 1 8"


def test_other_messages_go_without_a_gap(store: Store) -> None:
    store.write(batch(KeptMessage(1, None, b"reply"), at=0))
    store.write(batch(event(1, place=2), at=9 * SECOND))
    limits = msgspec.structs.replace(ROOMY, age=4.0)
    assert store.trim(limits, 10 * SECOND, 0, gap) == Trimmed(others=1)
    assert store.ahead(0, 9) == [event(1, place=2)]


def test_what_was_read_ahead_is_not_lost(store: Store) -> None:
    filled(store, 10)
    store.ahead(0, 4)
    limits = msgspec.structs.replace(ROOMY, messages=2)
    gone = store.trim(limits, 0, 0, gap)
    assert gone.first == 5


# Replay.


def test_a_range_is_given_as_far_as_there_is_no_hole(store: Store) -> None:
    filled(store, 10)
    store.settle(Mark(8, (3,)))
    store.trim(msgspec.structs.replace(ROOMY, taken_age=5.0), 11 * SECOND, 8, gap)
    assert offsets(store.ahead(0, 99)) == [3, 6, 7, 8, 9, 10]
    assert offsets(store.events(6, 8, 99)) == [6, 7, 8]
    assert offsets(store.events(7, 99, 2)) == [7, 8]
    assert offsets(store.events(3, 9, 99)) == [3]
    assert store.events(11, 12, 9) == []
    for first in (1, 4, 5):
        with pytest.raises(Gone) as caught:
            store.events(first, 9, 99)
        assert caught.value.first == (3 if first == 1 else 6)


def test_lost_events_are_told_by_the_message_that_stands_for_them(store: Store) -> None:
    filled(store, 10)
    store.trim(msgspec.structs.replace(ROOMY, age=4.0), 11 * SECOND, 2, gap)
    bodies = [one.body for one in store.events(1, 8, 99)]
    assert bodies == [event(1).body, event(2).body, b"gap 3 6", event(7).body, event(8).body]
    assert [one.body for one in store.events(5, 7, 99)] == [b"gap 3 6", event(7).body]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["event", "event", "note", "settle", "trim", "read"]),
        st.integers(1, 12),
    ),
    max_size=40,
)


@given(STEPS)
def test_lost_offsets_are_those_that_gaps_name(steps) -> None:
    """Whoever reads in order sees each offset once, in an event or in a gap."""
    store = Store("hq", "hq", Disk().connect)
    place = offset = read = at = 0
    seen: list[tuple[int, int]] = []
    try:
        for kind, number in [*steps, ("read", 1000)]:
            at += SECOND
            match kind:
                case "event":
                    offset += 1
                    place += 1
                    store.write(batch(event(offset, place=place), at=at))
                case "note":
                    place += 1
                    store.write(batch(KeptMessage(place, None, b"note"), at=at))
                case "settle":
                    store.settle(Mark(min(read, number)))
                case "trim":
                    limits = msgspec.structs.replace(
                        ROOMY, messages=number, taken_age=float(number)
                    )
                    store.trim(limits, at, read, gap)
                case _:
                    for one in store.ahead(read, number):
                        read = one.place
                        if one.body.startswith(b"gap"):
                            first, last = map(int, one.body.split()[1:])
                            assert last == one.offset
                            seen.append((first, last))
                        elif one.offset is not None:
                            seen.append((one.offset, one.offset))
        assert store.summary().messages == len(store.ahead(0, 1000))
        expected = 1
        for first, last in seen:
            assert first == expected
            expected = last + 1
        assert expected == offset + 1
    finally:
        store.close()
