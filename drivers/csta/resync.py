"""Learning the whole state of the switch by asking (ECMA-269 clauses 16, 21 and 22).

When the monitors have their answers: every monitored device, every call that was seen there
and has not ended meanwhile, then agents, then features. An answer is the truth at its place
in the stream; events that come in between are told as always. One resynchronisation runs at
a time, and one more may wait for its end and for a pause.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from cti import driver as dr
from cti import facts as f
from cti.model.errors import ErrorClass
from cti.model.states import Origin
from drivers.csta.capabilities import Known
from drivers.csta.connections import Connections, device_id
from drivers.csta.exchange import (
    Answer,
    Asked,
    Exchange,
    ForQuestion,
    Full,
    Kind,
    Told,
    Unanswered,
    unsupported,
)
from drivers.csta.findings import found, message_of, reason_of
from drivers.csta.pace import TIMER as PACE
from drivers.csta.pace import Pace
from drivers.csta.questions import SERVICES, Questions
from drivers.csta.reports import native_device
from drivers.csta.settings import Settings
from drivers.csta.watching import Watching
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.errors import EncodeError

GAP: Final = "resync_gap"
SILENT: Final = 30
"""Questions of one kind in a row without an answer; then no more of that kind are asked."""

_NO_MATTER: Final = frozenset(
    {
        ErrorClass.INVALID_OBJECT.value,
        ErrorClass.INVALID_ARGUMENT.value,
        ErrorClass.STATE_CONFLICT.value,
        ErrorClass.UNSUPPORTED.value,
    }
)
"""Refusals of a query that say that the device has no agent, or no such feature."""


class Resync:
    """The resynchronisations of one link."""

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        watching: Watching,
        connections: Connections,
        known: Known,
    ) -> None:
        self._settings = settings
        self._dialect = settings.dialect
        self._exchange = exchange
        self._watching = watching
        self._connections = connections
        self._known = known
        self._pace = Pace(settings.resync.rate)
        self._questions = Questions()
        self._open: Counter[Kind] = Counter()
        """Questions without an answer."""
        self._silent: Counter[Kind] = Counter()
        """Questions in a row that were not answered in time."""
        self._wanted = ""
        """Why the next one is wanted; empty when none is."""
        self._reason = ""
        """Why the present one runs; empty when none does."""
        self._resting = False
        """Whether the next one waits for a pause after the one before."""
        self._complete = True
        self.synced = False
        """Whether one has ended in this association."""

    # Wishes.

    def request(self, reason: str) -> None:
        """Ask the switch for everything, after the resynchronisation that runs."""
        self._wanted = self._wanted or reason

    def forget(self) -> None:
        """Know nothing: the association is gone, or not yet there."""
        self._drop()
        self._open.clear()
        self._pace.forget()
        self._resting = self.synced = False

    def stop(self) -> list[dr.Action]:
        """Ask no more: the association is to end."""
        self._drop()
        return [dr.StopTimer(PACE), dr.StopTimer(GAP)]

    def _drop(self) -> None:
        self._wanted = self._reason = ""
        self._questions = Questions()

    def tick(self) -> None:
        """Take the time for further requests."""
        self._pace.tick()

    def rested(self) -> None:
        """Take the end of the pause between two."""
        self._resting = False

    def problem(self) -> str:
        """Say that the state of the switch is being learned; empty when it is known."""
        reason = self._reason or self._wanted
        return f"resynchronising: {reason}" if reason else ""

    def heard(self, fact: f.Facts) -> None:
        """Take what is told meanwhile."""
        if self._reason:
            self._questions.heard(fact)

    # Work.

    def pump(self) -> list[dr.Action]:
        """Begin, ask and end, as far as it goes now."""
        actions: list[dr.Action] = []
        idle = not self._reason and not self._resting
        if self._wanted and idle and self._watching.quiet:
            actions += self._begin()
        while self._reason:
            if not self._questions:
                if not self._open.total():
                    actions += self._end()
                break
            if not self._room():
                break
            question = self._questions.next(self._open)
            if question is None:
                break
            actions += self._ask(*question)
        return actions

    def _room(self) -> bool:
        limits = self._settings
        waiting, own = len(self._exchange), self._open.total()
        room = own < limits.outstanding_resync and waiting < limits.outstanding
        return room and self._pace.free

    def _begin(self) -> list[dr.Action]:
        self._reason, self._wanted = self._wanted, ""
        self._silent.clear()
        self._complete = True
        kinds = self._settings.resync.kinds
        self._questions = Questions(self._watching.running, kinds)
        self._resting = bool(self._questions)
        begun = f.ResyncBegun(reason=self._reason, origin=Origin.SYNTHETIC)
        actions: list[dr.Action] = [dr.Report(begun, "")]
        for device, error in self._watching.missing:
            actions += self._unasked(Kind.DEVICE, device, error)
        return actions

    def _end(self) -> list[dr.Action]:
        self._reason = ""
        self.synced = True
        ended = f.ResyncEnded(complete=self._complete, origin=Origin.SYNTHETIC)
        actions: list[dr.Action] = [dr.Report(ended, "")]
        if self._resting:
            actions.append(dr.StartTimer(GAP, self._settings.resync.gap))
        return actions

    def _ask(self, kind: Kind, key: str, device: str | None) -> list[dr.Action]:
        if kind not in self._settings.resync.kinds:
            return self._unasked(kind, key, "not asked")
        if not self._known.serves(kind.value):
            return self._unasked(kind, key, ErrorClass.UNSUPPORTED.value)
        if self._silent[kind] >= SILENT:
            return self._unasked(kind, key, ErrorClass.TIMEOUT.value)
        operation, argument = SERVICES[kind]
        try:
            if kind is Kind.CALL:
                about: object = self._connections.of(key, device)
            else:
                about = device_id(key, self._dialect)
            sent = self._exchange.ask(operation, argument(about), ForQuestion(kind, key))
        except (EncodeError, Full, ValueError):
            return self._unasked(kind, key, ErrorClass.INVALID_ARGUMENT.value)
        self._open[kind] += 1
        return sent + self._pace.spend()

    def _unasked(self, kind: Kind, key: str, error: str) -> list[dr.Action]:
        """Tell about what is not asked; for an agent or a feature there is nothing to tell."""
        if error != ErrorClass.UNSUPPORTED.value:
            self._complete = False
        if kind is Kind.CALL:
            fact = f.NotSeen(call=key, error=error, origin=Origin.SNAPSHOT)
        elif kind is Kind.DEVICE:
            device = native_device(key, self._dialect)
            fact = f.NotSeen(device=device, error=error, origin=Origin.SNAPSHOT)
        else:
            return []
        return [dr.Report(fact, "")]

    # Answers.

    def answered(self, asked: Asked, purpose: ForQuestion, answer: Answer) -> list[dr.Action]:
        """Take whatever answers a question."""
        actions = self._exchange.end(asked)
        kind = purpose.kind
        self._open[kind] -= 1
        if not self._reason:
            return actions
        self._silent[kind] = self._silent[kind] + 1 if isinstance(answer, Unanswered) else 0
        self._learn(answer)
        device = native_device(purpose.key, self._dialect)
        facts = found(kind, answer, purpose.key, device, self._dialect)
        for fact in facts:
            if isinstance(fact, f.DeviceSeen) and not self._questions.seen(fact):
                self._complete = False
            actions.append(dr.Report(fact, message_of(asked, answer)))
        if _unsettled(answer, facts):
            self._complete = False
        return actions + self._taught(kind, answer)

    def _learn(self, answer: Answer) -> None:
        """Remember the connections of a snapshot: the switch gets them back as it told them."""
        match answer:
            case Told(c.SnapshotDeviceResult(snapshot_data=entries)):
                pass
            case Told(c.SnapshotCallResult(snapshot_data=entries)):
                pass
            case _:
                return
        for entry in entries or ():
            self._connections.learn(entry)

    def _taught(self, kind: Kind, answer: Answer) -> list[dr.Action]:
        """Take what the answer says about the switch."""
        verb = kind.value
        if unsupported(answer):
            news = self._known.refused(verb)
        else:
            news = isinstance(answer, Told) and self._known.worked(verb)
        return [dr.CapabilitiesChanged(self._known.document)] if news else []


def _unsettled(answer: Answer, facts: list[f.Facts]) -> bool:
    """Tell whether something that the link can tell was not told."""
    missing = [fact.error for fact in facts if isinstance(fact, f.NotSeen)]
    if facts or (isinstance(answer, Told) and answer.result is not None):
        return bool(missing) and missing[0] != ErrorClass.UNSUPPORTED.value
    return reason_of(answer) not in _NO_MATTER
