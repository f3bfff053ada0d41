"""Answers of the switch, and answers that do not come, given to whoever asked.

Only an answer to a request that waits changes anything; every other one is odd and counted.
"""

from __future__ import annotations

from cti import driver as dr
from cti import facts as f
from cti.model.states import SystemStatus
from drivers.csta import requests
from drivers.csta.commands import Commands
from drivers.csta.exchange import Exchange, ForBeat, ForCommand, ForStart, ForStop
from drivers.csta.health import Health
from drivers.csta.heartbeat import Heartbeat
from drivers.csta.incoming import Incoming
from drivers.csta.pdus import operation_name
from drivers.csta.watching import Watching
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import Operation, Reject, ReturnError, ReturnResult


class Answers:
    """The answers on one link."""

    def __init__(
        self,
        exchange: Exchange,
        commands: Commands,
        watching: Watching,
        heartbeat: Heartbeat,
        incoming: Incoming,
        health: Health,
    ) -> None:
        self._exchange = exchange
        self._commands = commands
        self._watching = watching
        self._heartbeat = heartbeat
        self._incoming = incoming
        self._health = health

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
        match asked.purpose:
            case ForCommand() as purpose:
                return self._commands.result(asked, purpose, pdu)
            case ForStart() as purpose:
                return self._watching.started(asked, purpose, pdu)
            case ForStop() as purpose:
                return self._watching.stopped(asked, purpose)
            case ForBeat() as purpose:
                actions = self._heartbeat.answered(asked, purpose, refused=False)
                return actions + self._status(pdu)

    def _status(self, pdu: ReturnResult) -> list[dr.Action]:
        """Take a status that was asked for; it is news only when it is another one."""
        match pdu.result:
            case c.RequestSysStatRes(system_status=told):
                status = requests.SYSTEM_STATUS.get(told, SystemStatus.UNKNOWN)
            case _:
                return []
        if status is self._health.last:
            return []
        self._incoming.status(status)
        name = operation_name(Operation.REQUEST_SYSTEM_STATUS)
        return [dr.Report(f.SystemStatusTold(status=status), name)]

    def error(self, pdu: ReturnError) -> list[dr.Action]:
        """Take an error."""
        asked = self._exchange.waiting(pdu.invoke_id)
        if asked is None:
            return _odd("error for a request that does not wait")
        match asked.purpose:
            case ForCommand() as purpose:
                return self._commands.failed(asked, purpose, pdu.parameter)
            case ForStart() as purpose:
                return self._watching.failed(asked, purpose, pdu.parameter)
            case ForStop() as purpose:
                return self._watching.stopped(asked, purpose)
            case ForBeat() as purpose:
                return self._heartbeat.answered(asked, purpose, refused=True)

    def reject(self, pdu: Reject) -> list[dr.Action]:
        """Take a reject: of a request, or of one of our answers."""
        category, number = pdu.problem
        # A reject of one of our answers names an invoke of the switch, not one of ours.
        ours = category in ("general", "invoke")
        asked = self._exchange.waiting(pdu.invoke_id) if ours else None
        what = "a message" if asked is None else operation_name(asked.operation)
        detail = f"{what} rejected: {category} problem {number}"
        actions: list[dr.Action] = [dr.Anomaly(dr.AnomalyKind.REJECTED, detail)]
        if asked is None:
            return actions
        match asked.purpose:
            case ForCommand() as purpose:
                return actions + self._commands.rejected(asked, purpose, pdu.problem)
            case ForStart() as purpose:
                return actions + self._watching.rejected(asked, purpose, pdu.problem)
            case ForStop() as purpose:
                return actions + self._watching.stopped(asked, purpose)
            case ForBeat() as purpose:
                return actions + self._heartbeat.answered(asked, purpose, refused=True)

    def unreadable(self, invoke_id: int | None) -> list[dr.Action]:
        """Take an answer that cannot be read, but for its id."""
        asked = self._exchange.waiting(invoke_id)
        if asked is None:
            return []
        match asked.purpose:
            case ForCommand() as purpose:
                return self._commands.undecodable(asked, purpose)
            case ForStart() as purpose:
                return self._watching.unreadable(asked, purpose)
            case ForStop() as purpose:
                return self._watching.stopped(asked, purpose)
            case ForBeat() as purpose:
                return self._heartbeat.answered(asked, purpose, refused=True)

    def expired(self, invoke_id: int) -> list[dr.Action]:
        """Take that no answer came in time."""
        asked = self._exchange.waiting(invoke_id)
        if asked is None:
            return []
        match asked.purpose:
            case ForCommand() as purpose:
                return self._commands.expired(asked, purpose)
            case ForStart() as purpose:
                return self._watching.expired(asked, purpose)
            case ForStop() as purpose:
                return self._watching.stopped(asked, purpose)
            case ForBeat() as purpose:
                return self._heartbeat.expired(asked, purpose)


def _odd(detail: str) -> list[dr.Action]:
    return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, detail)]
