"""Answers of the switch, and answers that do not come, given to whoever asked.

Only an answer to a request that waits changes anything; every other one is odd and counted.
"""

from __future__ import annotations

from cti import driver as dr
from drivers.csta.commands import Commands
from drivers.csta.exchange import (
    Answer,
    Asked,
    Exchange,
    Failed,
    ForBeat,
    ForCommand,
    ForQuestion,
    ForRegistration,
    ForStart,
    ForStop,
    Rejected,
    Told,
    Unanswered,
    Unreadable,
)
from drivers.csta.heartbeat import Heartbeat
from drivers.csta.incoming import Incoming
from drivers.csta.parts import Data, Parts
from drivers.csta.pdus import name_of, operation_name
from drivers.csta.registrations import Registrations
from drivers.csta.resync import Resync
from drivers.csta.watching import Watching
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Invoke, Reject, ReturnError, ReturnResult


class Answers:
    """The answers on one link."""

    def __init__(
        self,
        exchange: Exchange,
        commands: Commands,
        watching: Watching,
        heartbeat: Heartbeat,
        incoming: Incoming,
        resync: Resync,
        registrations: Registrations,
    ) -> None:
        self._exchange = exchange
        self._commands = commands
        self._watching = watching
        self._heartbeat = heartbeat
        self._incoming = incoming
        self._resync = resync
        self._registrations = registrations
        self._parts = Parts()

    def forget(self) -> None:
        """Drop what belongs to an association."""
        self._parts.forget()

    def result(self, pdu: ReturnResult) -> list[dr.Action]:
        """Take a result."""
        asked = self._exchange.waiting(pdu.invoke_id)
        name = operation_name(pdu.operation)
        if asked is None:
            late = _odd(f"result of {name or 'a request'} that does not wait")
            match pdu.result:
                case c.MonitorStartResult(cross_ref_identifier=reference):
                    return late + self._watching.stray(reference)
                case _:
                    return late
        if pdu.operation is not None and pdu.operation != asked.operation:
            return _odd(f"result of {name} for {operation_name(asked.operation)}")
        if self._parts.expect(asked.invoke_id, pdu.result):
            return self._exchange.go_on(asked)
        return self._give(asked, Told(pdu.result))

    def part(self, pdu: Invoke, data: Data) -> list[dr.Action]:
        """Take a part of a result that comes in parts."""
        asked = self._exchange.waiting(self._parts.whose(data))
        if asked is None:
            return _odd(f"{name_of(pdu)} that nobody waits for")
        whole = self._parts.take(data)
        return self._exchange.go_on(asked) if whole is None else self._give(asked, whole)

    def error(self, pdu: ReturnError) -> list[dr.Action]:
        """Take an error."""
        asked = self._exchange.waiting(pdu.invoke_id)
        if asked is None:
            return _odd("error for a request that does not wait")
        return self._give(asked, Failed(pdu.parameter))

    def reject(self, pdu: Reject) -> list[dr.Action]:
        """Take a reject: of a request, or of one of our answers."""
        category, number = pdu.problem
        # A reject of one of our answers names an invoke of the switch, not one of ours.
        ours = category in ("general", "invoke")
        asked = self._exchange.waiting(pdu.invoke_id) if ours else None
        what = "a message" if asked is None else operation_name(asked.operation)
        detail = f"{what} rejected: {category} problem {number}"
        actions: list[dr.Action] = [dr.Anomaly(dr.AnomalyKind.REJECTED, detail)]
        return actions if asked is None else actions + self._give(asked, Rejected(pdu.problem))

    def unreadable(self, invoke_id: int | None) -> list[dr.Action]:
        """Take an answer that cannot be read, but for its id."""
        asked = self._exchange.waiting(invoke_id)
        return [] if asked is None else self._give(asked, Unreadable())

    def expired(self, invoke_id: int) -> list[dr.Action]:
        """Take that no answer came in time."""
        asked = self._exchange.waiting(invoke_id)
        return [] if asked is None else self._give(asked, Unanswered())

    def _give(self, asked: Asked, answer: Answer) -> list[dr.Action]:
        self._parts.end(asked.invoke_id)
        match asked.purpose:
            case ForCommand() as purpose:
                return self._commands.answered(asked, purpose, answer)
            case ForStart() as purpose:
                return self._watching.started(asked, purpose, answer)
            case ForStop() as purpose:
                return self._watching.stopped(asked, purpose)
            case ForQuestion() as purpose:
                return self._resync.answered(asked, purpose, answer)
            case ForRegistration() as purpose:
                return self._registrations.answered(asked, purpose, answer)
            case ForBeat() as purpose:
                actions = self._heartbeat.answered(asked, purpose, answer)
                return actions + self._incoming.beat(answer)


def _odd(detail: str) -> list[dr.Action]:
    return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, detail)]
