"""What the switch asks of the computing function: reports, status, routes, and what is odd."""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from cti import facts as f
from cti.model.errors import Error, ErrorClass
from cti.model.states import SystemStatus
from drivers.csta import requests
from drivers.csta.commands import Commands
from drivers.csta.connections import Connections
from drivers.csta.dialects import Dialect
from drivers.csta.errors import describe
from drivers.csta.exchange import Answer, Told
from drivers.csta.health import After, Health
from drivers.csta.monitors import Monitors
from drivers.csta.pdus import name_of, operation_name
from drivers.csta.registrations import Registrations
from drivers.csta.reports import Reports
from drivers.csta.resync import Resync
from drivers.csta.routes import Routes
from drivers.csta.watching import Watching
from drivers.csta.wire import Wire
from protocols.csta.phase3 import _codec_phase3 as c
from protocols.csta.phase3.codec import (
    Invoke,
    Operation,
    Reject,
    ReturnError,
    ReturnResult,
)
from protocols.errors import EncodeError
from protocols.rose.apdus import MISTYPED_ARGUMENT, Problem

_UNRECOGNIZED: Final[Problem] = ("invoke", 1)
_NO_DATA: Final[c.Acknowledgement] = ("noData", None)
_INVALID_REFERENCE: Final[c.UniversalFailure] = (
    "operation",
    c.OperationErrors.INVALID_MONITOR_CROSS_REF_ID,
)
_TAKEN: Final = frozenset(
    {
        Operation.CSTA_EVENT_REPORT,
        Operation.ESCAPE,
        Operation.MONITOR_STOP,
        Operation.REQUEST_SYSTEM_STATUS,
        Operation.RE_ROUTE_REQUEST,
        Operation.ROUTE_END_REQUEST,
        Operation.ROUTE_REGISTER_ABORT,
        Operation.ROUTE_REQUEST,
        Operation.ROUTE_USED_REQUEST,
        Operation.SNAPSHOT_CALL_DATA,
        Operation.SNAPSHOT_DEVICE_DATA,
        Operation.SWITCHING_FUNCTION_DEVICES,
        Operation.SYSTEM_STATUS,
    }
)
"""Operations that a switching function may ask of a computing function."""


class Incoming:
    """The invokes of the switch on one link."""

    def __init__(
        self,
        dialect: Dialect,
        reports: Reports,
        commands: Commands,
        monitors: Monitors,
        watching: Watching,
        health: Health,
        connections: Connections,
        resync: Resync,
        routes: Routes,
        registrations: Registrations,
        wire: Wire,
    ) -> None:
        self._dialect = dialect
        self._reports = reports
        self._commands = commands
        self._monitors = monitors
        self._watching = watching
        self._health = health
        self._connections = connections
        self._resync = resync
        self._routes = routes
        self._registrations = registrations
        self._wire = wire

    def take(self, pdu: Invoke) -> list[dr.Action]:
        """Take one invoke of the switch and answer it where the standard wants an answer."""
        match pdu.argument:
            case c.CSTAEventReportArgument() as report:
                return self._reports.take(pdu, report)
            case c.SystemStatusArg(system_status=status):
                word = requests.SYSTEM_STATUS.get(status, SystemStatus.UNKNOWN)
                return [*self._acknowledged(pdu), *self._fact(pdu), *self._status(word)]
            case c.EscapeArgument():
                return self._acknowledged(pdu) if self._dialect.answers_escape else []
            case c.MonitorStopArgument(cross_ref_identifier=reference):
                return self._monitor_ended(pdu, reference)
            case _:
                pass
        if pdu.operation == Operation.REQUEST_SYSTEM_STATUS:
            own = c.RequestSysStatRes(c.SystemStatus.NORMAL)
            return self._send(ReturnResult(pdu.invoke_id, pdu.operation, own))
        return self._route(pdu)

    def _route(self, pdu: Invoke) -> list[dr.Action]:
        commands = self._commands
        match pdu.argument:
            case c.RouteRequestArgument() as request:
                return [dr.Report(self._routes.asked(request), name_of(pdu))]
            case c.ReRouteRequestArgument(cross_ref_identifier=reference) as request:
                error = Error(
                    ErrorClass.INVALID_ARGUMENT, "the switch asks for another route", "args.to"
                )
                refused = commands.route_told(reference, error=error)
                fact = self._routes.asked_again(request)
                return [*refused, dr.Report(fact, name_of(pdu))]
            case c.RouteRegisterAbortArgument(route_register_req_id=registration):
                ended = self._registrations.ended_by_switch(registration)
                if ended is None:
                    return _odd(f"end of the unknown registration {registration.hex()[:64]}")
                return ended
            case c.RouteUsedRequestArgument(cross_ref_identifier=reference):
                return self._fact(pdu) + commands.route_told(reference)
            case c.RouteEndRequestArgument(cross_ref_identifier=reference, error_value=failure):
                told: Error | None = None
                if failure is not None:
                    kind, words = describe(failure)
                    told = Error(kind, f"the switch answers {words}")
                return self._fact(pdu) + commands.route_told(reference, over=True, error=told)
            case _:
                return self._other(pdu)

    def _other(self, pdu: Invoke) -> list[dr.Action]:
        """Take what the mapping has no use for, and reject what is no service of ours."""
        if pdu.operation not in _TAKEN:
            detail = f"operation {name_of(pdu)}"
            return [
                *self._send(Reject(pdu.invoke_id, _UNRECOGNIZED)),
                dr.Anomaly(dr.AnomalyKind.UNMAPPED, detail),
            ]
        if pdu.operation in requests.NOT_NORMALIZED and pdu.argument is not None:
            return []
        return [
            *self._send(Reject(pdu.invoke_id, MISTYPED_ARGUMENT)),
            dr.Anomaly(dr.AnomalyKind.UNDECODABLE, f"{name_of(pdu)} without its argument"),
        ]

    def beat(self, answer: Answer) -> list[dr.Action]:
        """Take the status that was asked for; it is news only when it is another one."""
        match answer:
            case Told(c.RequestSysStatRes(system_status=told)):
                status = requests.SYSTEM_STATUS.get(told, SystemStatus.UNKNOWN)
            case _:
                return []
        if status is self._health.last:
            return []
        name = operation_name(Operation.REQUEST_SYSTEM_STATUS)
        told_: list[dr.Action] = [dr.Report(f.SystemStatusTold(status=status), name)]
        return told_ + self._status(status)

    def _status(self, status: SystemStatus) -> list[dr.Action]:
        """Do what follows from a system status."""
        match self._health.told(status):
            case After.NOTHING:
                pass
            case After.LOST:
                self._resync.request("messages lost")
            case After.RESUMED:
                self._monitors.restart()
                self._resync.request("the switch is back")
            case After.RESTARTED:
                self._connections.forget()
                self._registrations.restarted()
                self._resync.request("the switch has restarted")
                return self._watching.restarted()
        return []

    def _monitor_ended(self, pdu: Invoke, reference: bytes) -> list[dr.Action]:
        told = self._watching.ended_by_switch(reference)
        if told is None:
            detail = f"monitorStop of the unknown cross reference {reference.hex()[:64]}"
            refused = self._send(ReturnError(pdu.invoke_id, 1, _INVALID_REFERENCE))
            return [*refused, *_odd(detail)]
        return self._acknowledged(pdu) + told

    def _fact(self, pdu: Invoke) -> list[dr.Action]:
        fact = requests.fact_of(pdu, self._dialect)
        return [] if fact is None else [dr.Report(fact, name_of(pdu))]

    def _acknowledged(self, pdu: Invoke) -> list[dr.Action]:
        return self._send(ReturnResult(pdu.invoke_id, pdu.operation, _NO_DATA))

    def _send(self, pdu: ReturnResult | ReturnError | Reject) -> list[dr.Action]:
        return send(pdu, self._wire)


def send(pdu: ReturnResult | ReturnError | Reject, wire: Wire) -> list[dr.Action]:
    """Send an answer; an invoke id that cannot be written back gets none."""
    try:
        return [dr.SendPdu(wire.encode(pdu))]
    except EncodeError as error:
        return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, f"no answer can be written: {error}")]


def _odd(detail: str) -> list[dr.Action]:
    return [dr.Anomaly(dr.AnomalyKind.UNEXPECTED, detail)]
