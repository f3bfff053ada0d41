"""Any facts in any order: events that add up, and never an exception."""

from hypothesis import given
from hypothesis import strategies as st

from cti import facts as f
from cti.model.causes import Cause
from cti.model.numbers import Number
from cti.model.objects import CallNumbers
from cti.model.states import AgentState, LinkState
from tests.support.switchboard import Board, device

CALLS = st.sampled_from(["1", "2", "3"])
DEVICES = st.sampled_from(["201", "202", "300", "500", "~x:030", "~y:031", "~z"]).map(device)
CAUSES = st.sampled_from([Cause.NEW_CALL, Cause.CONSULTATION, Cause.NORMAL])
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
    st.builds(f.Queued, call=CALLS, device=DEVICES, queue=DEVICES, waiting=st.integers(0, 3)),
    st.builds(f.Diverted, call=CALLS, device=DEVICES, to=st.none() | DEVICES),
    st.builds(f.NetworkReached, call=CALLS, device=DEVICES, trunk=st.just("T1")),
    st.builds(f.CallEnded, call=CALLS),
    st.builds(f.CallInformed, call=CALLS, numbers=NUMBERS),
    st.builds(
        f.Merged,
        kind=st.sampled_from(f.MergeKind),
        primary=CALLS,
        secondary=st.none() | CALLS,
        controller=st.none() | DEVICES,
        other=st.none() | DEVICES,
        moved=st.lists(LEGS, max_size=4).map(tuple),
    ),
    st.builds(f.AgentLoggedOn, agent=st.none() | st.just("7"), device=DEVICES, group=st.none()),
    st.builds(f.AgentLoggedOff, agent=st.none() | st.just("7"), device=DEVICES),
    st.builds(
        f.AgentStateTold,
        agent=st.none() | st.just("7"),
        device=DEVICES,
        state=st.sampled_from(AgentState),
    ),
    st.builds(f.MonitorStarted, monitor=st.sampled_from("ab"), device=st.none() | DEVICES),
    st.builds(f.MonitorStopped, monitor=st.sampled_from("ab")),
)
STEPS = st.one_of(
    FACTS,
    FACTS,
    FACTS,
    st.sampled_from([1.0, 100.0, 1000.0, 4000.0]),
    st.sampled_from([LinkState.UP, LinkState.DOWN, LinkState.OPENING]),
)


@given(st.lists(STEPS, max_size=60))
def test_events_add_up_whatever_is_told(steps) -> None:
    board = Board()
    for step in steps:
        match step:
            case LinkState():
                board.link(step)
            case float():
                board.wait(step)
                board.take(board.tracker.grace_over(board.stamp()))
            case _:
                board.tell(step)
        pictures = {call.call_id: call for call in board.tracker.calls}
        assert pictures.keys() == board.fold.calls.keys()
        for call_id, picture in pictures.items():
            told = {(leg.device_id, leg.leg): leg.state.value for leg in picture.connections}
            folded = board.fold.calls[call_id]
            assert told == {place: state for place, state in folded.items() if state != "null"}
            assert picture.version == board.fold.versions["call", call_id]


@given(st.lists(FACTS, max_size=30))
def test_the_same_facts_give_the_same_events(facts) -> None:
    first, second = Board(), Board()
    for fact in facts:
        first.tell(fact)
        second.tell(fact)
    assert first.events == second.events
