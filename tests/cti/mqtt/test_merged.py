"""Several sources as one: fair, each in its order, tokens back to whose they are."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.mqtt.merged import MergedOutbox
from cti.mqtt.outbound import Publication
from cti.mqtt.outbox import MemoryOutbox
from cti.mqtt.packets import Publish
from cti.mqtt.reasons import Reason
from cti.store.stream import Stream


def publish(name: str, offset: int) -> Publish:
    return Publish(f"{name}/{offset}", qos=1)


def merged(**events: int) -> MergedOutbox:
    """Make an outbox of streams with so many events each."""
    outbox = MergedOutbox(MemoryOutbox(100, 10_000))
    for name, count in events.items():
        stream = Stream(name)
        for _ in range(count):
            stream.release(stream.event(partial(publish, name)))
        outbox.add(stream)
    return outbox


def topics(batch: list[Publication]) -> list[str]:
    return [publication.message.topic for publication in batch]


def test_what_is_in_memory_only_goes_first() -> None:
    outbox = merged(hq=2)
    outbox.own.put(Publish("own", b""))
    assert topics(outbox.next_batch(2)) == ["own", "hq/1"]


def test_a_long_backlog_of_one_switch_does_not_hold_up_the_others() -> None:
    outbox = merged(a=1000, b=5, c=0)
    told = Counter(topic[0] for topic in topics(outbox.next_batch(12)))
    assert told == {"a": 7, "b": 5}
    assert len(outbox.next_batch(100)) == 100


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 30)), st.integers(1, 20))
def test_each_keeps_its_order_and_all_come(counts, n) -> None:
    outbox = merged(**counts)
    told: list[str] = []
    while batch := outbox.next_batch(n):
        assert len(batch) <= n
        told += topics(batch)
        for publication in batch:
            outbox.acknowledged(publication.token)
    for name, count in counts.items():
        mine = [topic for topic in told if topic.startswith(name)]
        assert mine == [f"{name}/{number}" for number in range(1, count + 1)]
    assert len(told) == sum(counts.values())
    assert outbox.idle
    assert len(outbox) == 0


def test_tokens_find_whose_they_are() -> None:
    outbox = merged(a=1, b=1)
    outbox.own.put(Publish("own", b"", qos=1))
    settled: list[None] = []
    outbox.settled = lambda: settled.append(None)
    for publication in outbox.next_batch(9):
        outbox.refused(publication.token, Reason.QUOTA_EXCEEDED)
    assert outbox.next_batch(9) == []
    assert outbox.retry_refused() == 3
    for publication in outbox.next_batch(9):
        outbox.acknowledged(publication.token)
    assert outbox.idle
    assert len(settled) == 6


def test_what_a_source_handed_out_that_is_gone_is_nobodys() -> None:
    outbox = merged(a=1)
    (publication,) = outbox.next_batch(9)
    outbox.remove("a")
    outbox.acknowledged(publication.token)
    assert outbox.idle


def test_two_sources_with_one_name_are_refused() -> None:
    outbox = merged(a=0)
    with pytest.raises(ValueError, match="'a'"):
        outbox.add(Stream("a"))
