"""The bounded outbox in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason


def message(size=1):
    return Publish("t", b"x" * (size - 1))


def tokens(publications):
    return [publication.token for publication in publications]


def test_messages_are_handed_out_in_order_and_once():
    outbox = MemoryOutbox(10, 100)
    for _ in range(4):
        outbox.put(message())
    assert tokens(outbox.next_batch(3)) == [1, 2, 3]
    assert tokens(outbox.next_batch(3)) == [4]
    assert outbox.next_batch(3) == []
    for token in (2, 1, 4, 3, 99):
        outbox.acknowledged(token)
    assert (len(outbox), outbox.octets) == (0, 0)


def test_the_oldest_go_when_there_are_too_many():
    lost = []
    outbox = MemoryOutbox(3, 100, dropped=lambda gone: lost.append(tokens(gone)))
    for _ in range(5):
        outbox.put(message())
    assert lost == [[1], [2]]
    assert tokens(outbox.next_batch(9)) == [3, 4, 5]
    assert outbox.dropped == 2


def test_the_oldest_go_when_they_are_too_large():
    lost = []
    outbox = MemoryOutbox(100, 10, dropped=lambda gone: lost.append(tokens(gone)))
    for size in (4, 4, 9):
        outbox.put(message(size))
    assert lost == [[1, 2]]
    assert outbox.octets == 9


def test_what_is_handed_out_is_never_dropped():
    lost = []
    outbox = MemoryOutbox(2, 100, dropped=lambda gone: lost.append(tokens(gone)))
    outbox.put(message())
    outbox.put(message())
    outbox.next_batch(2)
    outbox.put(message())
    assert lost == [[3]]
    assert len(outbox) == 2


def test_a_gap_published_from_the_call_back_does_not_recurse():
    lost = []

    def dropped(gone):
        lost.append(tokens(gone))
        outbox.put(message())

    outbox = MemoryOutbox(2, 100, dropped=dropped)
    for _ in range(3):
        outbox.put(message())
    assert lost == [[1]]
    assert tokens(outbox.next_batch(9)) == [3, 4]
    outbox.acknowledged(3)
    outbox.put(message())
    assert lost == [[1], [2]]  # what the gap itself displaced


def test_refused_messages_wait_aside_and_come_back_in_order():
    told = []
    outbox = MemoryOutbox(
        9, 100, refused=lambda publication, reason: told.append((publication.token, reason))
    )
    for _ in range(4):
        outbox.put(message())
    outbox.next_batch(3)
    outbox.refused(3, Reason.QUOTA_EXCEEDED)
    outbox.refused(1, Reason.NOT_AUTHORIZED)
    outbox.refused(77, Reason.NOT_AUTHORIZED)
    assert told == [(3, Reason.QUOTA_EXCEEDED), (1, Reason.NOT_AUTHORIZED)]
    assert tokens(outbox.next_batch(9)) == [4]
    assert outbox.held == 2
    assert outbox.retry_refused() == 2
    assert tokens(outbox.next_batch(9)) == [1, 3]


def test_messages_refused_at_different_times_come_back_in_order():
    outbox = MemoryOutbox(9, 100)
    outbox.put(message())
    outbox.put(message())
    outbox.next_batch(2)
    for token in (1, 2):
        outbox.refused(token, Reason.QUOTA_EXCEEDED)
        outbox.retry_refused()
    assert tokens(outbox.next_batch(9)) == [1, 2]


def test_refused_messages_go_first_when_room_is_needed():
    lost = []
    outbox = MemoryOutbox(2, 100, dropped=lambda gone: lost.append(tokens(gone)))
    outbox.put(message())
    outbox.put(message())
    outbox.next_batch(1)
    outbox.refused(1, Reason.QUOTA_EXCEEDED)
    outbox.put(message())
    assert lost == [[1]]


@pytest.mark.parametrize("limits", [(0, 1), (1, 0)])
def test_an_outbox_without_room_is_an_error(limits):
    with pytest.raises(ValueError, match="at least one"):
        MemoryOutbox(*limits)


STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(1, 12)),
    st.tuples(st.just("take"), st.integers(1, 5)),
    st.tuples(st.just("acknowledge"), st.integers(0, 20)),
    st.tuples(st.just("refuse"), st.integers(0, 20)),
    st.tuples(st.just("retry"), st.just(0)),
)


@given(st.lists(STEPS, max_size=60))
def test_limits_hold_and_every_message_is_somewhere(steps):
    lost: list[int] = []
    outbox = MemoryOutbox(8, 40, dropped=lambda gone: lost.extend(tokens(gone)))
    out: list[int] = []
    done: list[int] = []
    last = 0
    for what, how in steps:
        match what:
            case "put":
                last = outbox.put(message(how))
            case "take":
                batch = tokens(outbox.next_batch(how))
                assert batch == sorted(batch)
                out += batch
            case "acknowledge" if out:
                done.append(out.pop(how % len(out)))
                outbox.acknowledged(done[-1])
            case "refuse" if out:
                outbox.refused(out.pop(how % len(out)), Reason.QUOTA_EXCEEDED)
            case "retry":
                outbox.retry_refused()
                assert outbox.held == 0
            case _:
                pass
        assert len(outbox) <= 8
        assert outbox.octets <= 40
    outbox.retry_refused()
    everything = lost + out + done + tokens(outbox.next_batch(99))
    assert sorted(everything) == list(range(1, last + 1))
