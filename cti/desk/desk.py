"""The life of a command from its arrival to its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cti.desk.actions import (
    Action,
    Out,
    Reply,
    StartTimer,
    StopTimer,
    rejected,
    send,
    succeeded,
)
from cti.desk.admission import Admission, Aim
from cti.desk.immediate import at_once
from cti.desk.performing import Ended, Performing
from cti.desk.planning import Planning
from cti.desk.turns import Pace, Turn, Turns
from cti.desk.wishes import LEASES, REGISTER, Wishes, own
from cti.lending import OURSELVES
from cti.model import commands as cm
from cti.model.commands import Command, EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.numbering import Numbering
from cti.recipes import composed
from cti.remembered import Known, Remembered, digest, interrupted, result_of
from cti.targets import Already, Refusal
from cti.tracker.book import Book

PACE: Final = -2
"""Token of the timer of those who wait for time only."""


class Desk:
    """Commands of one switch."""

    def __init__(
        self,
        book: Book,
        kept: Iterable[str] = (),
        registered: Iterable[str] = (),
        numbering: Numbering | None = None,
        pace: Pace | None = None,
    ) -> None:
        """``kept`` are the devices that the configuration has monitored.

        ``registered`` are the route points that it has registered in any case; with
        ``numbering`` what is to be dialled may be a number with a plus sign. ``pace`` is how
        fast commands are sent.
        """
        self.admission: Final = Admission(book, numbering)
        self.links: Final = self.admission.links
        """Links by their id, kept current by the Engine."""
        self._planning = Planning(book, self.admission)
        self._turns = Turns(self.admission.limits, pace or Pace())
        self._performing = Performing(
            self.admission, self._turns, self._planning.sight, self._token
        )
        self.wishes: Final = Wishes(self.admission, self._turns, self._ask, kept, registered)
        """What is wanted for a time."""
        self.remembered: Final = Remembered()
        self._out: dict[int, Out] = {}
        self._paced: int | None = None
        self._tokens = 0

    @property
    def outstanding(self) -> int:
        """Commands that have not ended."""
        return len(self._out)

    def knows(self, requester: str, command_id: str, at: int) -> bool:
        """Tell whether a command was taken before, so that its id is not carried out again."""
        return self.remembered.knows(requester, command_id, at)

    # Arrival.

    def arrive(self, command: Command, at: int) -> list[Action]:
        """Take a command that was allowed to its requester."""
        if (known := self.remembered.again(command, at)) is not None:
            return self._again(command, known)
        try:
            match command.args:
                case cm.AttachData() | cm.ForgetCall() | cm.Resync():
                    action, result = at_once(command, self.admission, at)
                    return [action, self._end(command, result)]
                case cm.Cancel() as cancel:
                    return self._cancel(command, cancel, at)
                case _:
                    return self._take(command, at)
        except Refusal as refusal:
            return [*self.wishes.timer(), self._end(command, rejected(refusal.error))]
        except Already:
            return [self._end(command, succeeded({"already": True}))]

    def _again(self, command: Command, known: Known) -> list[Action]:
        """Take an id that was used before."""
        if digest(command) != known.digest:
            detail = f"command_id {command.command_id!r} was used for another command"
            error = Error(ErrorClass.ID_REUSED, detail, "command_id")
            return [_reply(command, rejected(error))]
        result = result_of(known)
        return [] if result is None else [_reply(command, result)]

    def _take(self, command: Command, at: int) -> list[Action]:
        """Take a command for the switch; it may begin or end something for a time."""
        if (error := self.wishes.lending.refused(command)) is not None:
            raise Refusal(error)
        released, ended = self.wishes.lending.released(command)
        if ended is not None:
            return [*self.wishes.timer(), self._end(command, ended)]
        try:
            aim = self.admission.check(command)
            planned = self._planning.plan(command, aim) is not None
        except Refusal:
            if released:
                self.wishes.lending.postpone(command, at)
            raise
        admitted = self._admit(command, aim, at, planned=planned, released=released)
        return [*self.wishes.timer(), *admitted]

    def _admit(
        self,
        command: Command,
        aim: Aim,
        at: int,
        *,
        planned: bool = False,
        released: bool = False,
    ) -> list[Action]:
        """Send a command that may be sent, or let it wait."""
        out = Out(self._token(), command, at)
        out.released |= released
        self._out[out.token] = out
        turn = Turn(
            *(out.token, command.requester, command.verb, aim.link_id, aim.objects),
            counts=not planned,
        )
        self._turns.enter(turn)
        actions: list[Action] = [StartTimer(out.token, out.due), *self._next(at)]
        if out.token not in self._out or out.sent:
            return actions
        if (error := self._turns.crowded(turn)) is not None:
            return actions + self._finish(out, rejected(error), at)
        return actions + out.progress("queued")

    def _token(self) -> int:
        self._tokens += 1
        return self._tokens

    def _cancel(self, command: Command, args: cm.Cancel, at: int) -> list[Action]:
        """Withdraw a command that waits, or have taken back what was done of it."""
        whose, command_id = command.requester, args.command
        theirs = (one for one in self._out.values() if one.command.requester == whose)
        out = next((one for one in theirs if one.command.command_id == command_id), None)
        if out is None and self.knows(whose, command_id, at):
            detail = f"command {command_id!r} has ended"
            raise Refusal(Error(ErrorClass.STATE_CONFLICT, detail, "args.command"))
        if out is None:
            detail = f"no command {command_id!r} of yours"
            raise Refusal(Error(ErrorClass.INVALID_OBJECT, detail, "args.command"))
        if not out.sent:
            gone = Error(ErrorClass.WITHDRAWN, f"{out.command.verb}: withdrawn, not sent")
            actions = self._finish(out, Result(EndState.CANCELLED, error=gone), at)
        elif out.token in self._performing:
            actions = self._ends(self._performing.withdrawn(out.token, None, at), at)
        elif (plan := self._planning.withdrawal(out)) is not None:
            actions = self._ends(self._performing.withdraw(out, plan, at), at)
        else:
            detail = f"{out.command.verb} was sent: it is up to the switch now"
            raise Refusal(Error(ErrorClass.STATE_CONFLICT, detail, "args.command"))
        done = succeeded({"ended": out.token not in self._out})
        return [*actions, self._end(command, done), *self._next(at)]

    # On its way.

    def _next(self, at: int) -> list[Action]:
        """Send what waited and can go now."""
        actions: list[Action] = []
        while going := self._turns.ready(at):
            for token in going:
                actions += self._go(token, at)
        if self._turns.due != self._paced:
            self._paced = due = self._turns.due
            actions.append(StopTimer(PACE) if due is None else StartTimer(PACE, due))
        return actions

    def _go(self, token: int, at: int) -> list[Action]:
        """Send a command; what it aims at is looked up now, since it may have waited."""
        if self._performing.step(token):
            return self._ends(self._performing.send(token, at), at)
        if (out := self._out.get(token)) is None:
            return []
        try:
            aim = self.admission.check(out.command)
            plan = self._planning.plan(out.command, aim)
        except Refusal as refusal:
            return self._finish(out, rejected(refusal.error), at)
        except Already:
            return self._finish(out, succeeded({"already": True}), at)
        needless = self.wishes.lending.needless(out.command, aim.support.support)
        if needless is not None:
            return self._finish(out, needless, at)
        out.go(aim)
        if plan is None:
            return [*out.progress("sent"), send(token, out.command, aim)]
        return self._ends(self._performing.begin(out, plan, at), at)

    def _ends(self, actions: list[Action | Ended], at: int) -> list[Action]:
        """End the composed commands among actions that have come to their end."""
        told: list[Action] = []
        for action in actions:
            if isinstance(action, Ended):
                told += self._finish(action.out, action.result, at)
            else:
                told.append(action)
        return told

    def heard(self, at: int) -> list[Action]:
        """Take that the switch told something: a composed command may go on by it."""
        if not self._performing:
            return []
        return [*self._ends(self._performing.heard(at), at), *self._next(at)]

    def rights_changed(self, at: int) -> list[Action]:
        """End what its requester may not do any more: commands that wait, and leases.

        What was sent is the switch's business; what is composed is taken back.
        """
        actions: list[Action] = []
        for out in list(self._out.values()):
            error = self.admission.forbidden(out.command)
            if error is None:
                continue
            if out.token in self._performing:
                actions += self._ends(self._performing.withdrawn(out.token, error, at), at)
            elif not out.sent:
                actions += self._finish(out, rejected(error), at)
        self.wishes.lending.withdraw(self.admission.permits, at)
        return [*actions, *self.wishes.timer(), *self._next(at)]

    # The end.

    def ended(self, token: int, result: Result, at: int) -> list[Action]:
        """Take what became of a command that was sent, or of its step."""
        if self._performing.step(token):
            played = self._performing.answered(token, result, at)
            return [*self._ends(played, at), *self._next(at)]
        out = self._out.get(token)
        if out is None or not out.sent or token in self._performing:
            return []
        if self._crossed(out, result):
            result = succeeded({"already": True})
        if (begun := self._compose(out, result, at)) is not None:
            return [*begun, *self._next(at)]
        result = self.wishes.lending.answered(out.command, out.link_id, result)
        return [*self._finish(out, result, at), *self._next(at)]

    def _compose(self, out: Out, result: Result, at: int) -> list[Action] | None:
        """Carry out by steps what the switch, as it says now, does not have."""
        error = result.error
        if not isinstance(error, Error) or error.kind is not ErrorClass.UNSUPPORTED:
            return None
        try:
            aim = self.admission.check(out.command)
            plan = self._planning.plan(out.command, aim)
        except (Refusal, Already):
            return None
        if plan is None or not composed(aim.support):
            return None
        return self._ends(self._performing.begin(out, plan, at), at)

    def _crossed(self, out: Out, result: Result) -> bool:
        """Tell whether a clear was refused because somebody else was quicker with it."""
        clears = isinstance(out.command.args, cm.ClearConnection | cm.ClearCall)
        if not clears or result.status is not EndState.FAILED:
            return False
        kind = result.error.kind if isinstance(result.error, Error) else None
        gone = kind in (ErrorClass.INVALID_OBJECT, ErrorClass.STATE_CONFLICT)
        return gone and self.admission.targets.is_clear(out.command, out.target)

    def expired(self, token: int, at: int) -> list[Action]:
        """Take the deadline of a command, or a timer of the desk's own."""
        if token in (LEASES, REGISTER):
            return self.wishes.expired(token)
        if token == PACE:
            self._paced = None
            return self._next(at)
        return self._deadline(token, at)

    def _deadline(self, token: int, at: int) -> list[Action]:
        if token in self._performing:
            played = self._performing.expired(token, at)
            return [*self._ends(played, at), *self._next(at)]
        out = self._out.get(token)
        if out is None:
            return []
        seconds = out.command.deadline_ms / 1000
        if out.sent:
            detail = f"{out.command.verb}: sent, no answer within {seconds:g} s"
            result = Result(EndState.UNKNOWN, error=Error(ErrorClass.TIMEOUT, detail))
        else:
            detail = f"{out.command.verb}: still waiting after {seconds:g} s, not sent"
            result = rejected(Error(ErrorClass.TIMEOUT, detail))
        return [*self._finish(out, result, at), *self._next(at)]

    def link_lost(self, link_id: str, at: int) -> list[Action]:
        """End what is out on a link that was lost."""
        actions: list[Action] = []
        self.wishes.lending.lost(link_id)
        for out in list(self._out.values()):
            if not out.sent or out.link_id != link_id:
                continue
            if out.token in self._performing:
                actions += self._ends(self._performing.lost(out.token, at), at)
            else:
                detail = f"{out.command.verb}: link lost before the answer"
                error = Error(ErrorClass.LINK_DOWN, detail)
                actions += self._finish(out, Result(EndState.UNKNOWN, error=error), at)
        return [*actions, *self._next(at)]

    def interrupted(self) -> list[Reply]:
        """End the commands that an earlier life of the bridge took and did not end."""
        replies = []
        for client, command_id, verb in list(self.remembered.unended()):
            result = interrupted(verb)
            self.remembered.ended(client, command_id, result)
            replies.append(Reply(client, command_id, verb, result))
        return replies

    def _finish(self, out: Out, result: Result, at: int) -> list[Action]:
        del self._out[out.token]
        self._turns.leave(out.token, at)
        actions: list[Action] = [StopTimer(out.token), *self.wishes.lease(out, result)]
        if out.command.requester != OURSELVES:
            actions.append(self._end(out.command, result))
        return actions

    def _end(self, command: Command, result: Result) -> Reply:
        self.remembered.ended(command.requester, command.command_id, result)
        return _reply(command, result)

    # What the bridge asks itself.

    def _ask(self, command: Command, at: int) -> list[Action]:
        """Give a command of the bridge's own; raise ``Refusal`` if that cannot be done now."""
        return self._admit(command, self.admission.check(command), at)

    def verify(self, link_id: str, call_id: str, at: int) -> list[Action]:
        """Ask the switch whether a call is still there; nobody is told how that ended."""
        if not self.admission.usable(link_id):
            return []
        try:
            return self._ask(own("snapshot_call", cm.SnapshotCall(call=call_id)), at)
        except Refusal:
            return []


def _reply(command: Command, result: Result) -> Reply:
    return Reply(command.requester, command.command_id, command.verb, result)
