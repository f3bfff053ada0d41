"""Two links on a bad wire: nothing lost, doubled or reordered, and nobody waits for ever."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from protocols.lapb.frames import Modulo
from protocols.lapb.link import Link
from protocols.lapb.primitives import (
    BusyRequest,
    EstablishRequest,
    Event,
    LineDown,
    LineUp,
    Params,
    ReadyRequest,
    ReleaseRequest,
    Role,
    State,
    Timer,
)
from tests.protocols.lapb.test_statetable import EVENTS
from tests.protocols.lapb.wire import Wire

REQUESTS: dict[str, Event] = {
    "establish": EstablishRequest(),
    "release": ReleaseRequest(),
    "busy": BusyRequest(),
    "ready": ReadyRequest(),
    "line up": LineUp(),
    "line down": LineDown(),
}
TRAFFIC = ["carry", "carry", "carry", "send", "send", "lose", "twice", "T1", "T2"]
STEPS = st.lists(
    st.tuples(st.sampled_from([*TRAFFIC, "T4", "busy", "ready"]), st.integers(0, 1)),
    max_size=80,
)
ROUGH = st.lists(
    st.tuples(st.sampled_from([*TRAFFIC, "T3", "T4", *REQUESTS]), st.integers(0, 1)),
    max_size=80,
)
WINDOWS = st.integers(1, 7)


def wire(k: tuple[int, int], modulo: Modulo, n2: int = 3) -> Wire:
    return Wire(
        Params(role=Role.DTE, k=k[0], n2=n2, modulo=modulo, t3=True),
        Params(role=Role.DCE, k=k[1], n2=n2, modulo=modulo, t2=False),
    )


def perform(pair: Wire, step: str, which: int, *, late: bool = False) -> None:
    end = pair.ends[which]
    if step in REQUESTS:
        if not late and step not in ("busy", "ready"):
            pair.drain()
        end.handle(REQUESTS[step])
    elif step == "send":
        end.send()
    elif step in Timer.__members__:
        pair.expire(which, Timer[step], late=late)
    else:
        pair.carry(which, lose=step == "lose", copies=2 if step == "twice" else 1)


def finish(pair: Wire) -> None:
    """Heal the wire; then both ends agree, and their users know."""
    for end in pair.ends:
        end.handle(ReadyRequest())
    pair.settle()
    states = {end.link.state for end in pair.ends}
    assert states in ({State.CONNECTED}, {State.DISCONNECTED})
    for end in pair.ends:
        assert end.up == (end.link.state is State.CONNECTED)


@given(STEPS, st.tuples(WINDOWS, WINDOWS), st.sampled_from(Modulo))
def test_all_that_is_sent_arrives(
    steps: list[tuple[str, int]], k: tuple[int, int], modulo: Modulo
) -> None:
    pair = wire(k, modulo)
    pair.ends[0].handle(EstablishRequest())
    pair.drain()
    for step, which in steps:
        perform(pair, step, which)
    finish(pair)
    pair.check_received()


@given(ROUGH, st.tuples(WINDOWS, WINDOWS), st.sampled_from(Modulo), st.integers(1, 3))
def test_both_ends_agree_after_any_requests(
    steps: list[tuple[str, int]], k: tuple[int, int], modulo: Modulo, n2: int
) -> None:
    pair = wire(k, modulo, n2)
    for step, which in steps:
        perform(pair, step, which)
    finish(pair)
    pair.check_received()


@given(st.lists(st.sampled_from(EVENTS), max_size=40), st.sampled_from(Modulo))
def test_any_events_in_any_order_are_taken(events: list[Event], modulo: Modulo) -> None:
    link = Link(Params(k=2, n2=2, n1=80, modulo=modulo, t3=True))
    for event in events:
        link.handle(event)
        assert (link.vs - link.va) % modulo.value <= 2


def rough_run(dice: Random, modulo: Modulo, *, requests: bool, late: bool) -> Wire:
    """Three hundred steps in a weather of their own: some faults often, others hardly ever."""
    pair = wire((dice.randint(1, 7), dice.randint(1, 7)), modulo, dice.randint(1, 8))
    pair.ends[0].handle(EstablishRequest())
    pair.drain()
    steps = ["carry", "send", "lose", "twice", "T1", "T2", "T4", "busy", "ready"]
    steps += REQUESTS if requests else []
    weights = [2.0, 1.0, *(dice.random() ** 4 for _ in steps[2:])]
    for step in dice.choices(steps, weights, k=300):
        perform(pair, step, dice.randint(0, 1), late=late)
    finish(pair)
    return pair


@given(st.integers(0, 2**32), st.sampled_from(Modulo), st.booleans())
def test_nothing_is_lost_in_long_runs(seed: int, modulo: Modulo, requests: bool) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    rough_run(dice, modulo, requests=requests, late=False).check_received()


@given(st.integers(0, 2**32), st.sampled_from(Modulo), st.booleans())
def test_frames_later_than_t1_leave_nobody_stuck(
    seed: int, modulo: Modulo, requests: bool
) -> None:
    dice = Random(seed)  # noqa: S311 - any sequence that can be had again will do
    rough_run(dice, modulo, requests=requests, late=True)


def test_sequence_numbers_wrap() -> None:
    for modulo in Modulo:
        pair = wire((7, 3), modulo)
        pair.ends[1].handle(EstablishRequest())
        pair.drain()
        for _ in range(2 * modulo.value + 3):
            for end in pair.ends:
                end.send()
            pair.settle()
        count = 2 * modulo.value + 3
        assert pair.ends[0].received == pair.ends[1].received == [(1, n) for n in range(count)]
