"""Steps forth and back: one end, whatever comes, and it tells what is left."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cti.model import commands as cm
from cti.model.causes import Cause
from cti.model.commands import EndState, Result
from cti.model.errors import CallNow, Error, ErrorClass, Partial
from cti.model.states import ConnectionState
from cti.recipes import occasions as oc
from cti.recipes.performance import Performance, State
from cti.recipes.sight import Sight
from cti.recipes.steps import Plan, Step

YES = Result(EndState.SUCCEEDED, result={})
NO = Result(EndState.FAILED, error=Error(ErrorClass.RESOURCE_BUSY, "busy"))
NEVER_SENT = Result(EndState.REJECTED, error=Error(ErrorClass.STATE_CONFLICT, "not now"))
NOBODY_KNOWS = Result(EndState.UNKNOWN, error=Error(ErrorClass.TIMEOUT, "no answer"))
LACKING = Result(EndState.FAILED, error=Error(ErrorClass.UNSUPPORTED, "no such verb"))
ARGS = cm.Hold(device="201")


class Window(Sight):
    """What is seen: by name, True, False or a cause."""

    def __init__(self) -> None:
        self.seen: dict[str, bool | Cause] = {}

    def calls(self, device: str) -> list[str]:
        return []

    def now(self, device: str, calls: tuple[str, ...]) -> tuple[CallNow, ...]:
        return tuple(CallNow(one, device, ConnectionState.HELD) for one in calls)

    def until(self, name: str) -> Any:
        return lambda _, __: self.seen.get(name, False)


def made(
    window: Window, verb: str, *, waits: bool = False, undo: bool = True, **more: Any
) -> Step:
    back = Step(f"un{verb}", lambda _: ARGS, window.until(f"un{verb}"))
    until = window.until(verb) if waits else None
    effect = window.until(f"{verb} effect") if verb in "ac" else lambda *_: True
    return Step(verb, lambda _: ARGS, until, effect, (back,) if undo else (), **more)


class Stage:
    """A performance of three steps, a goal, and those who watch it."""

    def __init__(self, *steps: Step, goal: bool = False, window: Window | None = None) -> None:
        self.window = window or Window()
        steps = steps or tuple(made(self.window, name, waits=True) for name in "abc")
        goal_ = self.window.until("goal") if goal else None
        plan = Plan("201", ("c1",), steps, goal_)
        self.performance = Performance("verb", plan, self.window)
        self.asked: oc.Ask | None = None
        self.forth: list[str] = []
        """Steps that the switch said yes to."""
        self.back: list[str] = []
        self.told: list[str] = []
        self.end: Result | None = None
        self.stopped = False

    def feed(self, event: oc.Event) -> None:
        answers = isinstance(event, oc.Answered)
        if answers and self.asked is None:
            return
        for action in self.performance.handle(event):
            match action:
                case oc.Ask():
                    assert self.end is None
                    assert self.asked is None or answers
                    assert action.undo or not self.stopped, "forth after it had to stop"
                    self.asked, answers = action, False
                case oc.Told(step):
                    self.told.append(step)
                case oc.Over(result):
                    assert self.end is None, "ended twice"
                    self.end, self.asked, answers = result, None, False
        if answers:
            self.asked = None

    def answer(self, result: Result) -> None:
        if self.asked is None:
            return
        if result is YES:
            (self.back if self.asked.undo else self.forth).append(self.asked.verb)
        self.feed(oc.Answered(result))

    def see(self, name: str, told: bool | Cause = True) -> None:
        self.window.seen[name] = told
        self.feed(oc.Heard())

    def go(self, name: str) -> None:
        assert self.asked is not None
        assert self.asked.verb == name
        self.answer(YES)
        self.window.seen[f"{name} effect"] = True
        self.see(name)

    @property
    def result(self) -> Result:
        assert self.end is not None
        return self.end

    @property
    def left(self) -> Partial:
        assert isinstance(self.result.error, Error)
        assert isinstance(self.result.error.partial, Partial)
        return self.result.error.partial


def begun(**more: Any) -> Stage:
    stage = Stage(**more)
    stage.feed(oc.Begin())
    return stage


def test_steps_follow_each_other_when_they_are_seen() -> None:
    stage = begun()
    stage.go("a")
    stage.answer(YES)
    assert stage.asked is None, "the second one is not seen yet"
    stage.see("b")
    stage.go("c")
    assert stage.result == Result(EndState.SUCCEEDED, result={"steps": ["a", "b", "c"]})
    assert stage.told == ["a", "b", "c"]


def test_what_was_seen_before_the_answer_counts() -> None:
    stage = begun()
    stage.see("a")
    stage.answer(YES)
    assert stage.asked is not None
    assert stage.asked.verb == "b"


def test_a_refusal_is_taken_back_from_the_last_step_on() -> None:
    stage = begun()
    stage.go("a")
    stage.go("b")
    stage.answer(NO)
    stage.go("unb")
    stage.go("una")
    assert stage.result.status is EndState.FAILED
    assert isinstance(stage.result.error, Error)
    assert stage.result.error.kind is ErrorClass.RESOURCE_BUSY
    assert stage.left.done == ("a", "b")
    assert stage.left.undone == ("unb", "una")
    assert [one.call for one in stage.left.calls] == ["c1"]


def test_a_first_step_that_is_never_sent_rejects_the_whole() -> None:
    stage = begun()
    stage.answer(NEVER_SENT)
    assert stage.result == NEVER_SENT


def test_what_does_not_come_about_is_taken_back_with_its_cause() -> None:
    stage = begun()
    stage.go("a")
    stage.answer(YES)
    stage.see("b", Cause.BUSY)
    stage.go("unb")
    stage.go("una")
    error = stage.result.error
    assert isinstance(error, Error)
    assert (error.kind, error.cause) == (ErrorClass.RESOURCE_BUSY, Cause.BUSY)


def test_a_step_that_cannot_be_taken_back_is_left_and_told() -> None:
    stage = begun()
    stage.go("a")
    stage.answer(NO)
    stage.answer(NO)
    assert stage.result.status is EndState.FAILED
    assert (stage.left.done, stage.left.undone) == (("a",), ())


def test_nobody_knows_is_the_end_without_a_step_back() -> None:
    stage = begun()
    stage.go("a")
    stage.answer(NOBODY_KNOWS)
    assert stage.result.status is EndState.UNKNOWN
    assert stage.left.done == ("a",)


def test_nobody_knows_but_it_is_seen() -> None:
    stage = begun()
    stage.see("a")
    stage.answer(NOBODY_KNOWS)
    assert stage.asked is not None
    assert stage.asked.verb == "b"


def test_little_time_is_for_the_way_back() -> None:
    stage = begun()
    stage.go("a")
    stage.answer(YES)
    stage.feed(oc.Late())
    stage.go("unb")
    stage.go("una")
    assert stage.result.status is EndState.FAILED
    assert isinstance(stage.result.error, Error)
    assert stage.result.error.kind is ErrorClass.TIMEOUT


def test_a_withdrawn_command_goes_back_and_is_cancelled() -> None:
    stage = begun()
    stage.go("a")
    stage.feed(oc.Withdrawn())
    stage.answer(NO)  # the second step was out
    stage.go("una")
    assert stage.result.status is EndState.CANCELLED
    assert isinstance(stage.result.error, Error)
    assert stage.result.error.kind is ErrorClass.WITHDRAWN
    stage = begun()
    stage.go("a")
    stage.feed(oc.Withdrawn())
    stage.go("b")
    stage.go("unb")
    stage.go("una")
    assert stage.result.status is EndState.CANCELLED
    assert stage.left.undone == ("unb", "una")


def test_a_withdrawal_comes_too_late_for_the_last_step() -> None:
    stage = begun()
    stage.go("a")
    stage.go("b")
    stage.feed(oc.Withdrawn())
    stage.window.seen["c"] = True
    stage.answer(YES)
    assert stage.result.status is EndState.SUCCEEDED


def test_nothing_is_taken_back_before_it_is_seen_that_it_was_done() -> None:
    stage = begun()
    stage.answer(YES)
    stage.feed(oc.Withdrawn())
    assert stage.asked is None
    stage.see("a effect")
    stage.go("una")
    assert stage.result.status is EndState.CANCELLED
    stage = begun()
    stage.answer(YES)
    stage.feed(oc.Late())
    stage.feed(oc.TimeOver())
    assert stage.result.status is EndState.UNKNOWN
    assert (stage.left.done, stage.left.undone) == (("a",), ())


def test_a_lost_link_ends_it_at_every_step() -> None:
    for steps in range(4):
        stage = begun(goal=True)
        for name in "abc"[:steps]:
            stage.go(name)
        stage.feed(oc.LinkLost())
        assert stage.result.status is EndState.UNKNOWN
        assert isinstance(stage.result.error, Error)
        assert stage.result.error.kind is ErrorClass.LINK_DOWN
        if steps:
            assert stage.left.done == tuple("abc"[:steps])


def test_a_goal_that_cannot_be_taken_back_is_unknown_when_time_is_over() -> None:
    window = Window()
    stage = Stage(made(window, "a", undo=False), goal=True, window=window)
    stage.feed(oc.Begin())
    stage.answer(YES)
    stage.feed(oc.Withdrawn())
    assert stage.end is None, "it is done, and cannot be withdrawn"
    stage.feed(oc.Late())
    assert stage.result.status is EndState.UNKNOWN


def test_a_verb_that_turns_out_to_be_missing_is_done_by_others() -> None:
    window = Window()
    others = (made(window, "x"), made(window, "y"))
    first = made(window, "a", instead=others)
    stage = Stage(first, made(window, "z"), window=window)
    stage.feed(oc.Begin())
    stage.answer(LACKING)
    for name in "xyz":
        stage.go(name)
    assert stage.result == Result(EndState.SUCCEEDED, result={"steps": ["x", "y", "z"]})


def test_a_call_that_nobody_knows_is_no_reason_to_stumble() -> None:
    window = Window()
    first = made(window, "a", makes="201")
    back = Step("unb", lambda calls: cm.ClearConnection(device="201", call=calls[0]))
    second = Step("b", lambda calls: cm.ClearConnection(device="201", call=calls[0]))
    stage = Stage(Step("a", first.ask, undo=(back,), makes="201"), second, window=window)
    stage.feed(oc.Begin())
    stage.answer(YES)
    assert stage.result.status is EndState.FAILED
    assert (stage.left.done, stage.left.undone) == (("a",), ())


EVENTS = st.one_of(
    st.sampled_from([YES, YES, YES, NO, NEVER_SENT, NOBODY_KNOWS, LACKING]),
    st.tuples(
        st.sampled_from(
            ["a", "b", "c", "una", "unb", "unc", "goal", "a effect", "c effect", "unx"]
        ),
        st.sampled_from([True, True, True, False, Cause.BUSY]),
    ),
    st.sampled_from([oc.Late(), oc.Withdrawn(), oc.LinkLost(), oc.TimeOver(), oc.Heard()]),
    st.just(oc.Withdrawn(Error(ErrorClass.NOT_PERMITTED, "no more"))),
)


@given(
    st.lists(EVENTS, max_size=30),
    st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=3),
    st.booleans(),
)
def test_there_is_one_end_and_it_tells_what_is_left(
    events: list[Any], shapes: list[tuple[bool, ...]], goal: bool
) -> None:
    window = Window()
    steps = tuple(
        made(
            *(window, name),
            waits=waits,
            undo=undo,
            skips=skips,
            instead=(made(window, "x"), made(window, "y")) if other else (),
        )
        for name, (waits, undo, skips, other) in zip("abc", shapes, strict=False)
    )
    stage = Stage(*steps, goal=goal, window=window)
    stage.feed(oc.Begin())
    for event in events:
        match event:
            case Result():
                stage.answer(event)
            case (str(name), told):
                stage.see(name, told)
            case _:
                stage.feed(event)
                stage.stopped |= isinstance(event, oc.Late | oc.Withdrawn)
    stage.feed(oc.TimeOver())
    result = stage.result
    assert stage.performance.state is State.OVER
    stage.feed(oc.TimeOver())
    lasting = {step.verb for step in steps if not step.undo}
    match result.status:
        case EndState.SUCCEEDED:
            assert not stage.back
            assert set(stage.forth) <= {*(step.verb for step in steps), "x", "y"}
        case EndState.CANCELLED:
            assert lasting.isdisjoint(stage.forth), "cancelled is: nothing is left"
        case EndState.REJECTED:
            assert not stage.forth, "rejected is: never sent"
        case EndState.FAILED | EndState.UNKNOWN:
            pass
    if result.status is not EndState.SUCCEEDED:
        error = result.error
        assert isinstance(error, Error)
        if stage.forth:
            assert isinstance(error.partial, Partial)
            assert set(stage.forth) <= set(error.partial.done)
            assert set(error.partial.undone) <= set(stage.back) | {
                f"un{one}" for one in error.partial.done
            }
