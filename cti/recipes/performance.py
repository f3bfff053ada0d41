"""One composed command on its way: steps asked for one after the other, or taken back.

A step is done when the switch said yes and what it is to lead to was seen. When a step cannot
be done, when time runs out or the command is withdrawn, the steps before it are taken back
from the last one on. There is exactly one end, and it tells what is left.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import UNSET, structs

from cti.model.causes import Cause
from cti.model.commands import Args, EndState, Result
from cti.model.errors import Error, ErrorClass, Partial
from cti.recipes.occasions import (
    Action,
    Answered,
    Ask,
    Begin,
    Event,
    Heard,
    Late,
    LinkLost,
    Over,
    TimeOver,
    Told,
    Withdrawn,
)
from cti.recipes.reasons import gone
from cti.recipes.sight import Sight
from cti.recipes.steps import Plan, Step


class State(Enum):
    """What a performance does."""

    READY = "ready"
    ASKING = "asking"
    """A step was given to the switch."""
    WAITING = "waiting"
    """The switch said yes, and what follows is not seen yet."""
    UNDOING = "undoing"
    """What takes a step back was given to the switch."""
    SETTLING = "settling"
    """The switch said yes to that, and it is not seen yet."""
    OVER = "over"


class Performance:
    """One command that is carried out by several, or waited for."""

    def __init__(self, verb: str, plan: Plan, sight: Sight) -> None:
        self.state = State.READY
        self._verb = verb
        self._plan = plan
        self._steps = list(plan.steps)
        self._sight = sight
        self._next = 0
        self._made: tuple[str, ...] = ()
        self._before: list[str] = []
        """Calls at the device of a step that makes one, before it was asked for."""
        self._told: dict[str, Any] = {}
        """What the switch said to the last step."""
        self._done: list[Step] = []
        self._undoing: list[Step] = []
        self._undone: list[str] = []
        self._left = False
        """Whether something is left that should have been taken back."""
        self._refused: Error | None = None
        """Why a step failed that is not needed."""
        self._error: Error | None = None
        """Why the command fails."""
        self._withdrawn: Withdrawn | None = None
        self._late = False

    def handle(self, event: Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order. Total."""
        match self.state:
            case State.READY:
                return self._ready(event)
            case State.ASKING:
                return self._asking(event)
            case State.WAITING:
                return self._waiting(event)
            case State.UNDOING:
                return self._taking_back(event)
            case State.SETTLING:
                return self._settling(event)
            case State.OVER:
                return []

    def _ready(self, event: Event) -> list[Action]:
        match event:
            case Begin():
                return self._ask()
            case Withdrawn() | LinkLost() | Late() | TimeOver():
                return self._end(EndState.CANCELLED)
            case Answered() | Heard():
                return []

    def _asking(self, event: Event) -> list[Action]:
        match event:
            case Answered(result):
                return self._answered(result)
            case Withdrawn():
                self._withdrawn = event
            case Late():
                self._late = True
            case TimeOver() | LinkLost():
                return self._lost(event)
            case Begin() | Heard():
                pass
        return []

    def _waiting(self, event: Event) -> list[Action]:
        match event:
            case Heard():
                return self._look()
            case Withdrawn() if self._bound:
                return []  # too late: it is done, and only to be seen yet
            case Withdrawn():
                self._withdrawn = event
                return self._stop()
            case Late():
                self._late = True
                return self._stop()
            case TimeOver() | LinkLost():
                return self._lost(event)
            case Begin() | Answered():
                return []

    def _taking_back(self, event: Event) -> list[Action]:
        match event:
            case Answered(result):
                back = self._undoing[0]
                quicker = _seen(back, self._sight, self._made)
                if quicker or result.status is EndState.SUCCEEDED:
                    self.state = State.SETTLING
                    return self._settle()
                del self._undoing[0]
                self._left = True
                return self._undo()
            case TimeOver() | LinkLost():
                return self._lost(event)
            case Begin() | Heard() | Late() | Withdrawn():
                return []

    def _settling(self, event: Event) -> list[Action]:
        match event:
            case Heard():
                return self._settle()
            case TimeOver() | LinkLost():
                return self._lost(event)
            case Begin() | Answered() | Late() | Withdrawn():
                return []

    # Forth.

    def _ask(self) -> list[Action]:
        """Ask for the next step, or look whether all is as it should be."""
        if self._next == len(self._steps):
            self.state = State.WAITING
            return self._look()
        step = self._steps[self._next]
        if (args := self._args(step)) is None:
            detail = f"{self._verb}: the switch does not say which call was made"
            return self._fail(Error(ErrorClass.UNKNOWN, detail))
        self.state = State.ASKING
        if step.makes:
            self._before = self._sight.calls(step.makes)
        return [Ask(step.verb, args)]

    def _answered(self, result: Result) -> list[Action]:
        step = self._steps[self._next]
        match result.status:
            case EndState.SUCCEEDED:
                return self._take(step, {} if result.result is UNSET else result.result)
            case EndState.UNKNOWN:
                return self._doubted(step, result)
            case EndState.FAILED | EndState.REJECTED | EndState.CANCELLED:
                if _seen(step, self._sight, self._made):  # somebody else was quicker
                    return self._take(step, {})
                error = _error(result)
                unknown = error.kind is ErrorClass.UNSUPPORTED
                if unknown and step.instead and not self._stopped:
                    self._steps[self._next : self._next + 1] = step.instead
                    return self._ask()
                if step.skips and not self._stopped:
                    self._refused = error
                    self._next += 1
                    return self._ask()
                if not self._done and result.status is EndState.REJECTED:
                    return self._end(EndState.REJECTED, error)
                if self._withdrawn is not None:
                    return self._stop()
                return self._fail(structs.replace(error, detail=self._words(error.detail)))

    def _doubted(self, step: Step, result: Result) -> list[Action]:
        """Take that nobody knows what became of a step, unless what it leads to is seen."""
        if _seen(step, self._sight, self._made):
            return self._take(step, {})
        error = _error(result)
        return self._end(
            EndState.UNKNOWN, structs.replace(error, detail=self._words(error.detail))
        )

    def _take(self, step: Step, told: dict[str, Any]) -> list[Action]:
        """Take that a step was carried out; what it leads to may still have to come."""
        self._told = told
        self._done.append(step)
        self.state = State.WAITING
        return self._look()

    def _look(self) -> list[Action]:
        """Go on when what was waited for is seen."""
        steps = self._steps
        if self._next == len(steps):
            return self._arrive()
        step = steps[self._next]
        self._find(step)
        seen = True if step.until is None else step.until(self._sight, self._made)
        if isinstance(seen, Cause):
            return self._fail(gone(self._verb, seen))
        last = self._next == len(steps) - 1 and self._plan.goal is None
        if not seen:
            return self._stop() if self._stopped else []
        self._next += 1
        told: list[Action] = [] if len(steps) == 1 and last else [Told(step.verb)]
        if self._stopped and not last and not self._bound:
            return [*told, *self._stop()]
        return [*told, *self._ask()]

    def _arrive(self) -> list[Action]:
        self._find(self._steps[-1])
        goal = self._plan.goal
        seen = True if goal is None else goal(self._sight, self._made)
        if seen is True:
            return self._end(EndState.SUCCEEDED)
        if isinstance(seen, Cause):
            return self._fail(gone(self._verb, seen))
        return self._stop() if self._stopped else []

    def _find(self, step: Step) -> None:
        """Know the call that a step made: the switch names it, or it is the only new one."""
        if not step.makes or sum(bool(one.makes) for one in self._done) <= len(self._made):
            return
        named = self._told.get("call")
        new = [one for one in self._sight.calls(step.makes) if one not in self._before]
        if isinstance(named, str):
            self._made += (named,)
        elif len(new) == 1:
            self._made += (new[0],)

    # Back.

    @property
    def _stopped(self) -> bool:
        """Whether it must not go on."""
        return self._late or self._withdrawn is not None

    @property
    def _bound(self) -> bool:
        """Whether all is done, and the last step cannot be taken back."""
        ended = self._next == len(self._steps)
        return ended and not (self._done and self._done[-1].undo)

    def _took_effect(self) -> bool:
        """Tell whether the last step may be taken back: it is seen that it was done."""
        step = self._done[-1] if self._done else None
        effect = None if step is None or not step.undo else step.effect or step.until
        return effect is None or effect(self._sight, self._made) is not False

    def _stop(self) -> list[Action]:
        """Take back what can be: it took too long, or nobody wants it any more.

        A step whose effect is not seen yet would seem to be taken back already.
        """
        if self.state is State.WAITING and not self._took_effect():
            return []
        if self._refused is not None:
            return self._fail(self._refused)
        if self._withdrawn is not None:
            told = self._withdrawn.error
            withdrawn = Error(ErrorClass.WITHDRAWN, f"{self._verb}: withdrawn")
            return self._fail(withdrawn if told is None else told)
        step = self._steps[min(self._next, len(self._steps) - 1)]
        detail = f"{self._verb}: nothing came of {step.verb} in time"
        return self._fail(Error(ErrorClass.TIMEOUT, detail))

    def _fail(self, error: Error) -> list[Action]:
        self._error = error
        if not self._bound:
            back = reversed(self._done)
            self._undoing = [one for done in back for one in done.undo]
        return self._undo()

    def _undo(self) -> list[Action]:
        """Take the next step back, unless it is so already."""
        while self._undoing:
            step = self._undoing[0]
            args = self._args(step)
            if args is not None and not _seen(step, self._sight, self._made):
                self.state = State.UNDOING
                return [Ask(step.verb, args, undo=True)]
            self._left |= args is None
            del self._undoing[0]
        return self._end(self._failure())

    def _args(self, step: Step) -> Args | None:
        """Give what to ask; None where the call is not known that it is about."""
        try:
            return step.ask(self._made)
        except IndexError:
            return None

    def _settle(self) -> list[Action]:
        step = self._undoing[0]
        if step.until is not None and step.until(self._sight, self._made) is False:
            return []
        del self._undoing[0]
        self._undone.append(step.verb)
        return [Told(step.verb), *self._undo()]

    # The end.

    def _failure(self) -> EndState:
        """Tell how it ends when it does not succeed."""
        whole = not self._left and all(done.undo for done in self._done)
        if whole and self._withdrawn is not None and self._withdrawn.error is None:
            return EndState.CANCELLED
        if not whole and self._error is not None and self._error.kind is ErrorClass.TIMEOUT:
            return EndState.UNKNOWN
        return EndState.FAILED

    def _lost(self, event: TimeOver | LinkLost) -> list[Action]:
        doing = "taking it back" if self._error is not None else "it was not finished"
        if isinstance(event, LinkLost):
            error = Error(ErrorClass.LINK_DOWN, f"{self._verb}: link lost, {doing}")
        else:
            error = Error(ErrorClass.TIMEOUT, f"{self._verb}: time is over, {doing}")
        return self._end(EndState.UNKNOWN, error)

    def _end(self, status: EndState, error: Error | None = None) -> list[Action]:
        self.state = State.OVER
        done = tuple(step.verb for step in self._done)
        several = len(self._steps) > 1 or bool(self._undone)
        if status is EndState.SUCCEEDED:
            return [Over(Result(status, result=self._result(done if several else ())))]
        error = error or self._error
        if error is None:
            error = Error(ErrorClass.WITHDRAWN, f"{self._verb}: withdrawn")
        if done:
            calls = dict.fromkeys((*self._plan.calls, *self._made))
            now = self._sight.now(self._plan.device, tuple(calls))
            left = Partial(done, tuple(self._undone), now)
            error = structs.replace(error, partial=left)
        return [Over(Result(status, error=error))]

    def _result(self, done: tuple[str, ...]) -> dict[str, Any]:
        told = {key: value for key, value in self._told.items() if not done or key != "already"}
        call = self._plan.call
        if isinstance(call, int):
            call = self._made[call] if call < len(self._made) else None
        if call is not None:
            told |= {"call": call}
        if self._plan.goal is not None:
            told |= {"confirmed": True}
        return told | ({"steps": list(done)} if done else {})

    def _words(self, detail: str) -> str:
        return detail if detail.startswith(self._verb) else f"{self._verb}: {detail}"


def _seen(step: Step, sight: Sight, made: tuple[str, ...]) -> bool:
    """Tell whether what a step leads to is so."""
    return step.until is not None and step.until(sight, made) is True


def _error(result: Result) -> Error:
    if isinstance(result.error, Error):
        return result.error
    return Error(ErrorClass.UNKNOWN, "not done")
