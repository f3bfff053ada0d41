"""Any facts in any order: events that add up, and never an exception."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cti import facts as f
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData, Forwarding, ForwardingKind
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import (
    AgentState,
    ConnectionState,
    DeviceType,
    Direction,
    LinkState,
    Origin,
)
from tests.support.consumer import Consumer
from tests.support.switchboard import Board, device, shown

CALLS = st.sampled_from(["1", "2", "3"])
DEVICES = st.sampled_from(
    ["201", "202", "300", "500", "~x:030", "~y:031", "~z", "~w:202", "=T1"]
).map(device)
CAUSES = st.sampled_from([Cause.NEW_CALL, Cause.CONSULTATION, Cause.NORMAL])
DATA = st.sampled_from([CallData(), CallData(uui=b"a"), CallData(network={"ani": "1"})])
REFS = st.sampled_from([UNSET, UNSET, UNSET, "u1", "u2"])
AGENTS = st.none() | st.sampled_from("78")
GROUPS = st.none() | st.sampled_from(["300", "301"]).map(device)
FLAGS = st.sampled_from([UNSET, True, False])
NUMBERS = st.sampled_from([CallNumbers(), CallNumbers(calling=Number(raw="030"))])

SIMPLE = [f.Initiated, f.Originated, f.Offered, f.Alerting, f.Connected, f.Held, f.Retrieved]
SIMPLE += [f.Failed, f.Cleared, f.Bridged]


def connection(kind):
    return st.builds(
        kind,
        call=CALLS,
        device=DEVICES,
        calling=st.none() | DEVICES,
        cause=CAUSES,
        numbers=NUMBERS,
        data=DATA,
        global_ref=REFS,
    )


LEGS = st.builds(
    f.MovedLeg,
    call=CALLS,
    device=st.none() | DEVICES,
    old_call=st.none() | CALLS,
    old_device=st.none() | DEVICES,
)
FACTS = st.one_of(
    *(connection(kind) for kind in SIMPLE),
    st.builds(
        f.Queued,
        call=CALLS,
        device=DEVICES,
        queue=DEVICES,
        waiting=st.just(UNSET) | st.integers(0, 3),
    ),
    st.builds(f.Diverted, call=CALLS, device=DEVICES, to=st.none() | DEVICES),
    st.builds(f.NetworkReached, call=CALLS, device=DEVICES, trunk=st.just("T1")),
    st.builds(f.CallEnded, call=CALLS),
    st.builds(
        f.CallInformed,
        call=CALLS,
        numbers=NUMBERS,
        data=DATA,
        device=st.none() | DEVICES,
        global_ref=REFS,
        direction=st.just(UNSET) | st.sampled_from(Direction),
    ),
    st.builds(
        f.Merged,
        kind=st.sampled_from(f.MergeKind),
        primary=CALLS,
        secondary=st.none() | CALLS,
        controller=st.none() | DEVICES,
        other=st.none() | DEVICES,
        moved=st.lists(LEGS, max_size=4).map(tuple),
        here=st.none() | DEVICES,
        state=st.just(UNSET) | st.sampled_from(ConnectionState),
        data=DATA,
        global_ref=REFS,
        named=st.booleans(),
    ),
    st.builds(f.AgentLoggedOn, agent=AGENTS, device=DEVICES, group=GROUPS),
    st.builds(f.AgentLoggedOff, agent=AGENTS, device=DEVICES, group=GROUPS),
    st.builds(
        f.AgentStateTold,
        agent=AGENTS,
        device=DEVICES,
        group=GROUPS,
        state=st.sampled_from(AgentState),
        pending=st.just(UNSET) | st.sampled_from(AgentState),
        reason=st.sampled_from([UNSET, "lunch"]),
        origin=st.sampled_from([Origin.REPORTED, Origin.SNAPSHOT]),
    ),
    st.builds(
        f.DeviceFact,
        device=DEVICES,
        on_hook=FLAGS,
        dnd=FLAGS,
        mwi=FLAGS,
        in_service=FLAGS,
        type=st.just(UNSET) | st.sampled_from(DeviceType),
        forwarding=st.just(UNSET)
        | st.builds(Forwarding, kind=st.sampled_from(ForwardingKind), active=st.booleans()),
        capabilities_changed=st.booleans(),
    ),
    st.builds(f.CallMade, call=CALLS),
    st.builds(f.DigitsTold, call=CALLS, device=st.none() | DEVICES, digits=st.just("1")),
    st.builds(f.ChargeTold, call=CALLS, device=st.none(), charge=st.just({"units": 1})),
    st.builds(f.MonitorStarted, monitor=st.sampled_from("ab"), device=st.none() | DEVICES),
    st.builds(f.MonitorStopped, monitor=st.sampled_from("ab")),
)
SEEN_LEGS = st.lists(
    st.builds(f.SeenLeg, call=CALLS, device=DEVICES, state=st.sampled_from(ConnectionState)),
    max_size=4,
).map(tuple)
SEEN = st.one_of(
    st.builds(f.ResyncBegun, reason=st.just("asked")),
    st.builds(f.ResyncEnded, complete=st.booleans()),
    st.builds(f.DeviceSeen, device=DEVICES, legs=SEEN_LEGS),
    st.builds(f.DeviceSeen, device=DEVICES, legs=SEEN_LEGS),
    st.builds(
        f.CallSeen, call=CALLS, legs=SEEN_LEGS, numbers=NUMBERS, data=DATA, global_ref=REFS
    ),
    st.builds(
        f.NotSeen, device=st.none() | DEVICES, call=st.none() | CALLS, error=st.just("x")
    ),
)
STEPS = st.one_of(
    FACTS,
    FACTS,
    FACTS,
    SEEN,
    SEEN,
    st.sampled_from([1.0, 100.0, 1000.0, 4000.0, 50_000.0]),
    st.sampled_from(LinkState),
    st.sampled_from(["hq-1", "hq-2"]),
    st.sampled_from([("attach", {"a": 1}), ("attach", {"a": None}), ("attach", {"b": 2})]),
    st.just(("forget", None)),
)


def play(board: Board, step: Any) -> None:
    calls = board.tracker.calls
    match step:
        case LinkState():
            board.link(step)
        case float():
            board.look(step)
        case str():
            board.by = step
        case ("attach", delta) if calls:
            call = calls[-1]
            stamp = board.stamp(call.link_id)
            board.take(board.tracker.attach(stamp, call.call_id, "crm", delta))
        case ("forget", _) if calls:
            call = calls[0]
            stamp = board.stamp(call.link_id)
            board.take(board.tracker.forget(stamp, call.call_id, "forgotten by ops"))
        case tuple():
            pass
        case _:
            board.tell(step)


@given(st.lists(STEPS, max_size=60))
def test_t1_events_add_up_whatever_is_told(steps) -> None:
    board = Board()
    board.tracker.verifies("hq-1", able=True)
    for step in steps:
        play(board, step)  # the board compares after every step


@given(st.lists(STEPS, max_size=30), st.lists(STEPS, max_size=30))
def test_t1_pictures_and_the_events_after_them_add_up(before, after) -> None:
    board = Board()
    for step in before:
        play(board, step)
    board.consumer = Consumer(shown(board.tracker))
    for step in after:
        play(board, step)


@given(st.lists(STEPS, max_size=60))
def test_t2_every_call_begins_once_and_ends_once(steps) -> None:
    board = Board()
    for step in steps:
        play(board, step)
    names: dict[str, list[ev.CallEvent]] = {}
    for event in board.events:
        if isinstance(event, ev.CallEvent):
            names.setdefault(event.call_id, []).append(event)
    live = {call.call_id for call in board.tracker.calls}
    for call_id, events in names.items():
        assert isinstance(events[0], ev.CallCreated)
        ends = [place for place, one in enumerate(events) if isinstance(one, ev.CallCleared)]
        assert len(ends) == (call_id not in live)
        assert all(one.late for place in ends for one in events[place + 1 :])


@given(st.lists(STEPS, max_size=60))
def test_t5_a_link_that_is_down_tells_nothing(steps) -> None:
    board = Board()
    for step in steps:
        down = board.tracker.book.lost(board.by)
        before = len(board.events)
        play(board, step)
        if down and not isinstance(step, (LinkState, float, str, tuple)):
            assert len(board.events) == before


@given(st.lists(STEPS, max_size=60))
def test_r1_every_beginning_has_an_end_or_the_link_is_lost(steps) -> None:
    board = Board()
    for step in steps:
        play(board, step)
    for link_id in board.epochs:
        running = False
        for event in board.events:
            if event.link_id != link_id:
                continue
            match event:
                case ev.SnapshotBegin():
                    running = True
                case ev.SnapshotEnd():
                    assert running
                    running = False
                case ev.LinkStateChanged(state=LinkState.DOWN | LinkState.BLOCKED):
                    running = False
        assert running == (link_id in board.tracker.book.runs)


@given(st.lists(STEPS, max_size=30))
def test_k2_the_same_facts_give_the_same_events(steps) -> None:
    first, second = Board(), Board()
    for step in steps:
        play(first, step)
        play(second, step)
    assert first.events == second.events
    assert first.tracker.due == second.tracker.due


@given(st.lists(STEPS, max_size=60))
def test_when_every_call_has_ended_nothing_is_due_and_nothing_is_kept(steps) -> None:
    board = Board()
    for step in steps:
        play(board, step)
    for call in board.tracker.calls:
        stamp = board.stamp(call.link_id)
        board.take(board.tracker.forget(stamp, call.call_id, "forgotten by ops"))
    assert board.tracker.due is None
    assert not list(board.tracker.book.calls)
    assert not board.tracker.book.calls.at("201")
