"""The face: one CTI link of the exchange as a core (ECMA-269/285, switching function's side).

``handle`` is total: whatever octets arrive, it answers, rejects, closes or stays silent. All
invokes of a link, events included, are numbered by one counter.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from protocols.csta.phase3 import _codec_phase3 as csta
from protocols.csta.phase3 import codec
from protocols.csta.phase3._codec_phase3 import (
    PerformanceManagementErrors,
    SubscribedResourceAvailabilityErrors,
    SystemResourceAvailabilityErrors,
    SystemStatus,
)
from protocols.csta.phase3.codec import Invoke, Operation, Reject, ReturnError, ReturnResult
from protocols.errors import DecodeError, EncodeError
from sim.csta import association, ports, queries, services
from sim.csta.association import Login
from sim.csta.beats import beat
from sim.csta.causes import failure
from sim.csta.dialects import Dialect, Phase
from sim.csta.events import Reporter
from sim.csta.features import report
from sim.csta.monitors import Monitors
from sim.csta.numbers import Numbers
from sim.csta.ports import Action, Close, Note, SendPdu, Serve, StartTimer, StopTimer
from sim.csta.queries import Queries
from sim.csta.requests import Failure, result_of
from sim.csta.routes import Routes
from sim.csta.wires import Declined, Wire
from sim.exchange import facts
from sim.exchange.facts import Accepted, CallFact, Fact, Refused
from sim.exchange.verbs import RouteSelect, Verb
from sim.exchange.views import Sight
from sim.exchange.words import Reason
from sim.plan import ExchangePlan

STATUS: Final = "status"
BEAT: Final = "beat"
_LAST_INVOKE: Final = 0x7FFF
_FAILED_STATUS: Final[dict[int, Failure]] = {
    SystemStatus.INITIALIZING: (
        "systemResourceAvailability",
        SystemResourceAvailabilityErrors.RESOURCE_OUT_OF_SERVICE,
    ),
    SystemStatus.DISABLED: (
        "systemResourceAvailability",
        SystemResourceAvailabilityErrors.RESOURCE_OUT_OF_SERVICE,
    ),
    SystemStatus.OVERLOAD_REACHED: (
        "performanceManagement",
        PerformanceManagementErrors.PERFORMANCE_LIMIT_EXCEEDED,
    ),
}
"""Statuses in which no request is carried out, and the failure that answers it."""
_REFUSED: Final[dict[ports.Refusal, Failure]] = {
    ports.Refusal.BUSY: (
        "systemResourceAvailability",
        SystemResourceAvailabilityErrors.RESOURCE_BUSY,
    ),
    ports.Refusal.TOO_MANY: (
        "subscribedResourceAvailability",
        SubscribedResourceAvailabilityErrors.OUTSTANDING_REQ_LIMIT_EXCEEDED,
    ),
}
_UNRECOGNIZED_OPERATION: Final = ("invoke", 1)
_UNRECOGNIZED_APDU: Final = ("general", 0)
_MISTYPED_ARGUMENT: Final = ("invoke", 2)
_UNRECOGNIZED_RESULT: Final = ("returnResult", 0)
_PROTOCOL_ERROR: Final = 2
_REJECT: Final = 0xA4


class State(Enum):
    """Where the link is."""

    DOWN = "down"
    WAITING = "waiting for an association"
    ASSOCIATED = "associated"


class Face:
    """One link."""

    def __init__(
        self,
        dialect: Dialect,
        plan: ExchangePlan,
        login: Login | None = None,
        last_invoke: int = 0,
        wire: Wire = codec.CODEC,
    ) -> None:
        self.dialect = dialect
        self.wire = wire
        """What the line speaks."""
        self.numbers = Numbers(dialect, plan)
        self.monitors = Monitors(dialect, plan.link.monitors)
        self.reporter = Reporter(dialect, self.numbers, self.monitors)
        self.routes = Routes(dialect, self.numbers)
        segment = plan.link.segment if dialect.phase is Phase.III else 0
        self.queries = Queries(dialect, self.numbers, segment)
        self.state = State.DOWN
        self.last_invoke = last_invoke
        """Number of the invoke sent last; goes on at the next link where the switch does so."""
        self.status: int = SystemStatus.NORMAL
        self._login = login or Login()
        self._room = True
        self._refusing = False
        self._refusal: ports.Refusal | None = None
        self.full: frozenset[str] = frozenset()
        """Route points for which nobody more may register."""
        self._unanswered: list[int] = []
        """SystemStatus invokes without a result, oldest first."""
        self._period = 0
        self._tokens = 0
        self._asked: dict[str, tuple[int, int, Verb]] = {}
        self._looking: dict[str, tuple[int, Any]] = {}

    def handle(self, event: ports.Event, at: str = "") -> list[Action]:
        """Take one event; ``at`` is the time as yyyymmddhhmmss, for what carries it."""
        match event:
            case ports.PduReceived(octets, room, refusal, full):
                self._room, self.full = room, full
                self._refusal = refusal or (ports.Refusal.BUSY if self._refusing else None)
                return [] if self.state is State.DOWN else self._received(octets, at)
            case ports.Told(fact):
                return self._told(fact, at) if self.state is State.ASSOCIATED else []
            case ports.Answered(answer, told):
                return self._answered(answer, told)
            case ports.Seen(token, sight):
                return self._seen(token, sight)
            case ports.RouteOffered(fact):
                if self.state is not State.ASSOCIATED:
                    return []
                offer = self.routes.offer(fact, self.reporter.linkage(fact.call))
                return [self.invoke(Operation.ROUTE_REQUEST, offer)]
            case ports.TimerExpired(timer):
                return self._expired(timer, at) if self.state is State.ASSOCIATED else []
            case ports.StatusSet(status):
                self.status = status
                return [self._report_status()] if self.state is State.ASSOCIATED else []
            case ports.LoadReported(status):
                return [self._report_status(status)] if self.state is State.ASSOCIATED else []
            case ports.Restarted():
                return self._restarted()
            case ports.RefusalSet(on):
                self._refusing = on
                return []
            case ports.LinkUp(view):
                self.state = State.WAITING if self.dialect.associates else State.ASSOCIATED
                self.reporter.hooks.begin(view)
                return []
            case ports.LinkDown():
                ended = self._end()
                self.state = State.DOWN
                return ended

    # Sending.

    def invoke(self, operation: int, argument: Any) -> SendPdu:
        """Send an invoke under the next number."""
        self.last_invoke = self.last_invoke % _LAST_INVOKE + 1
        return SendPdu(self.wire.encode(Invoke(self.last_invoke, operation, argument)))

    def result(self, invoke_id: int, operation: int, result: Any) -> SendPdu:
        """Answer a request that was carried out."""
        return SendPdu(self.wire.encode(ReturnResult(invoke_id, operation, result)))

    def error(self, invoke_id: int, failed: Failure) -> SendPdu:
        """Answer a request that was not carried out."""
        return SendPdu(self.wire.encode(ReturnError(invoke_id, 1, failed)))

    def reject(self, invoke_id: int | None, problem: Any) -> SendPdu:
        """Answer what could not be handled."""
        return SendPdu(self.wire.encode(Reject(invoke_id, problem)))

    def ask(self, invoke_id: int, operation: int, verb: Verb) -> ports.Ask:
        """Give the exchange a request; its answer answers the invoke."""
        self._tokens += 1
        token = str(self._tokens)
        self._asked[token] = (invoke_id, operation, verb)
        return ports.Ask(token, verb)

    def look(self, invoke_id: int, argument: Any) -> ports.Look:
        """Ask to see what a question is about, to answer it from."""
        self._tokens += 1
        token = str(self._tokens)
        self._looking[token] = (invoke_id, argument)
        device, call = self.queries.about(argument)
        return ports.Look(token, device, call)

    # Octets.

    def _received(self, octets: bytes, at: str) -> list[Action]:
        try:
            pdu = self.wire.decode(octets)
        except codec.ApduError as error:
            return self._undecodable(octets, error)
        except DecodeError as error:  # what begins like an association APDU and is none
            return [Note("undecodable", str(error)), *self._abort("protocol error")]
        match pdu:
            case codec.Aarq():
                return self._associate(pdu)
            case codec.Abrt() | codec.Aare() | codec.Rlre():
                return [*self._end(), Close("aborted by the computing function")]
            case codec.Rlrq():
                release = SendPdu(self.wire.encode(codec.Rlre(reason=0)))
                return [release, *self._end(), Close("released")]
            case _ if self.state is not State.ASSOCIATED:
                return [Note("early", "an operation before the association"), *self._abort("")]
            case Invoke():
                return self._request(pdu, at)
            case ReturnResult() | ReturnError():
                return self._response(pdu)
            case Reject():
                self._settle(pdu.invoke_id)
                return [Note("rejected", f"invoke {pdu.invoke_id}: {pdu.problem}")]

    def _undecodable(self, octets: bytes, error: codec.ApduError) -> list[Action]:
        note = Note("undecodable", str(error))
        if self.state is not State.ASSOCIATED:
            return [note, *self._abort("")]
        if octets[:1] == bytes((_REJECT,)):  # a reject is never rejected
            return [note]
        if self.dialect.anonymous_rejects:
            return [note, self.reject(None, _UNRECOGNIZED_APDU)]
        return [note, self.reject(error.invoke_id, error.problem)]

    def _associate(self, aarq: codec.Aarq) -> list[Action]:
        if self.state is State.ASSOCIATED:
            return [Note("associated", "a second AARQ"), *self._abort("second AARQ")]
        answer, refused = association.answer(aarq, self.dialect, self._login, room=self._room)
        sent = SendPdu(self.wire.encode(answer))
        if refused:
            return [sent, Note("refused", refused), Close(f"refused: {refused}")]
        self.state = State.ASSOCIATED
        return [sent, self._report_status(), *self._next_status()]

    def _abort(self, reason: str) -> list[Action]:
        abort = codec.Abrt(abort_source=1, abort_diagnostic=_PROTOCOL_ERROR)
        return [
            SendPdu(self.wire.encode(abort)),
            *self._end(),
            Close(reason or "protocol error"),
        ]

    def _end(self) -> list[Action]:
        """End the association: no monitors, no registrations, no timers."""
        ended: list[Action] = []
        if self.state is State.ASSOCIATED:
            ended += [Serve(device, on=False) for device in self.routes.clear()]
            ended += [StopTimer(STATUS), StopTimer(BEAT)]
        self.monitors.clear()
        self._unanswered.clear()
        self._asked.clear()
        self._looking.clear()
        self._period = 0
        if self.state is not State.DOWN:
            self.state = State.WAITING
        return ended

    def _restarted(self) -> list[Action]:
        """Forget what the computing function had set up, and say that we begin anew."""
        self.status = SystemStatus.INITIALIZING
        if self.state is not State.ASSOCIATED:
            return []
        ended: list[Action] = [Serve(device, on=False) for device in self.routes.clear()]
        self.monitors.clear()
        self._asked.clear()
        self._looking.clear()
        self.reporter.hooks.clear()
        return [*ended, self._report_status()]

    # Requests.

    def _request(self, invoke: Invoke, at: str) -> list[Action]:
        operation = invoke.operation
        known = isinstance(operation, Operation) and operation in services.SERVED
        if not known or operation in self.dialect.unsupported:
            return [self.reject(invoke.invoke_id, _UNRECOGNIZED_OPERATION)]
        if isinstance(invoke.argument, bytes | type(None)):
            return [self.reject(invoke.invoke_id, _MISTYPED_ARGUMENT)]
        if isinstance(invoke.argument, Declined):
            return [self.error(invoke.invoke_id, invoke.argument.failure)]
        if operation not in services.ALWAYS:
            failed = _FAILED_STATUS.get(self.status)
            if self._refusal is not None:
                failed = _REFUSED[self._refusal]
            if failed is not None:
                return [self.error(invoke.invoke_id, failed)]
        try:
            return services.serve(self, invoke, at)
        except EncodeError as error:
            # A name from the client that no answer can carry.
            refusal = failure(operation, Reason.INVALID_VALUE)
            return [Note("unanswerable", str(error)), self.error(invoke.invoke_id, refusal)]

    def beats(self, seconds: int) -> list[Action]:
        """Send a beat every so many seconds; 0 ends it."""
        self._period = seconds
        return [StartTimer(BEAT, seconds)] if seconds else [StopTimer(BEAT)]

    # Results.

    def _response(self, pdu: ReturnResult | ReturnError) -> list[Action]:
        if self._settle(pdu.invoke_id) or isinstance(pdu, ReturnError):
            return []
        note = Note("unexpected result", f"no invoke {pdu.invoke_id} waits for one")
        if not self.dialect.rejects_unknown_results:
            return [note]
        return [note, self.reject(pdu.invoke_id, _UNRECOGNIZED_RESULT)]

    def _settle(self, invoke_id: int | None) -> bool:
        """Take an answer to one of our SystemStatus invokes."""
        if invoke_id not in self._unanswered:
            return False
        self._unanswered.clear()  # an answer to a late one shows that the other side lives
        return True

    def _report_status(self, status: int | None = None) -> SendPdu:
        wanted = SystemStatus(self.status if status is None else status)
        argument = csta.SystemStatusArg(system_status=wanted)
        if self.dialect.counter_goes_on:
            self._unanswered.append(1)
            return SendPdu(self.wire.encode(Invoke(1, Operation.SYSTEM_STATUS, argument)))
        sent = self.invoke(Operation.SYSTEM_STATUS, argument)
        self._unanswered.append(self.last_invoke)
        return sent

    def _next_status(self) -> list[Action]:
        seconds = self.dialect.status_every
        return [StartTimer(STATUS, seconds)] if seconds else []

    def _expired(self, timer: str, at: str) -> list[Action]:
        if timer == BEAT:
            if not self._period:
                return []
            argument = csta.EscapeArgument(private_data=beat(at))
            sent = self.invoke(Operation.ESCAPE, argument)
            return [sent, StartTimer(BEAT, self._period)]
        misses = self.dialect.status_misses
        if misses and len(self._unanswered) >= misses:
            note = Note("silent", f"{misses} SystemStatus reports without an answer")
            return [note, *self._end(), Close("no answer to SystemStatus")]
        return [self._report_status(), *self._next_status()]

    # The exchange.

    def _told(self, fact: Fact, at: str) -> list[Action]:
        sent: list[Action] = []
        if isinstance(fact, CallFact):
            reports = self.reporter.report(fact, at)
        elif isinstance(fact, facts.RouteEnded):
            return [self.invoke(*one) for one in self.routes.ended(fact)]
        else:
            reports = report(fact, self.numbers, self.monitors, self.reporter.extensions(at))
        for monitor, info in reports:
            argument = csta.CSTAEventReportArgument(monitor.cross_reference, info)
            try:
                sent.append(self.invoke(Operation.CSTA_EVENT_REPORT, argument))
            except EncodeError as error:  # a number from outside that no string can carry
                sent.append(Note("unsendable", str(error)))
        return sent

    def _answered(self, answer: Accepted | Refused, told: tuple[Fact, ...]) -> list[Action]:
        waiting = self._asked.pop(answer.token, None)
        if waiting is None or self.state is not State.ASSOCIATED:
            return []
        invoke_id, operation, verb = waiting
        if isinstance(answer, Refused):
            if isinstance(verb, RouteSelect):
                return services.route_refused(self, invoke_id, verb, answer.reason)
            return [self.error(invoke_id, failure(operation, answer.reason))]
        if operation in services.UNANSWERED:
            return []
        result = result_of(verb, answer, told, self.numbers)
        return [self.result(invoke_id, operation, result)]

    def _seen(self, token: str, sight: Sight) -> list[Action]:
        waiting = self._looking.pop(token, None)
        if waiting is None:
            return []
        invoke_id, argument = waiting
        if isinstance(argument, csta.MonitorStartArgument):
            return services.monitor_call(self, invoke_id, argument, sight)
        if isinstance(argument, csta.DialDigitsArgument):
            return services.dial(self, invoke_id, argument, sight)
        match self.queries.answer(argument, sight):
            case queries.Parts(operation, result, further, parts):
                first = self.result(invoke_id, operation, result)
                return [first, *(self.invoke(further, part) for part in parts)]
            case (int(operation), result):
                return [self.result(invoke_id, operation, result)]
            case None:
                return []
            case failed:
                return [self.error(invoke_id, failed)]
