"""What every procedure of the driver has of the link: requests, reports, and jobs.

A *job* is one procedure as a generator: it yields a ``Want``, is continued with the ``Got``
that answers it, and ends by itself. Every ``Want`` has exactly one ``Got``: an answer, a
refusal, or silence after the time for a request. So a procedure of several steps reads from
top to bottom, and nothing in it waits or looks at a clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Hashable
from typing import Final

from msgspec import Struct

from cti import driver as dr
from cti.facts import Facts
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass, NativeError
from drivers.asai.calls import Calls
from drivers.asai.causes import refusal
from drivers.asai.events import Report, read
from drivers.asai.settings import Settings
from protocols.asai import primitives as p
from protocols.asai.causes import cause_of
from protocols.asai.components import UNRECOGNIZED_OPERATION
from protocols.asai.layer import Layer
from protocols.asai.messages import Codec
from protocols.asai.names import EventName, Operation
from protocols.asai.values import Element
from protocols.q931 import values as q
from protocols.q931.causes import CauseValue

_K = ErrorClass
_URGENT: Final = frozenset(
    {
        Operation.ROUTE_SELECT,
        Operation.ROUTE_END,
        Operation.SELECTIVE_DROP,
        Operation.CLEAR_CALL,
    }
)
_ANOMALIES: Final = {
    "ignored": dr.AnomalyKind.UNDECODABLE,
    "unreadable": dr.AnomalyKind.UNDECODABLE,
    "rejected": dr.AnomalyKind.REJECTED,
}


class Want(Struct, frozen=True, gc=False):
    """A request."""

    operation: Operation
    elements: tuple[Element, ...] = ()
    association: int | None = None
    """``None`` opens one."""


class Silent(Struct, frozen=True, gc=False):
    """No answer came in time."""

    seconds: float


class Got(Struct, frozen=True, gc=False):
    """What became of a request."""

    outcome: p.Outcome | Silent
    association: int | None
    """The association it was on, or that it opened, as long as that goes on."""
    elements: tuple[Element, ...] = ()
    """Of the result, behind those of partial answers."""

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return isinstance(self.outcome, p.Result)

    @property
    def cause(self) -> q.Cause | None:
        """Why it was refused."""
        return self.outcome.cause if isinstance(self.outcome, p.Refused) else None

    def end(self, where: str, protocol: str) -> Result:
        """Make the end of a command whose request was not carried out."""
        match self.outcome:
            case p.Result():
                return Result(EndState.SUCCEEDED, result={})
            case p.Refused(cause):
                return Result(EndState.FAILED, error=refusal(where, cause, protocol))
            case p.Rejected((kind, number) as problem):
                words = f"the switch rejects the request: {kind.replace('_', ' ')} {number}"
                native = NativeError(protocol, f"reject {kind}", number)
                unknown = problem == UNRECOGNIZED_OPERATION
                error = _K.UNSUPPORTED if unknown else _K.PROTOCOL
                told = Error(error, f"{where}: {words}", native=native)
                return Result(EndState.FAILED, error=told)
            case p.Unreadable(detail):
                told = Error(_K.PROTOCOL, f"{where}: the answer cannot be read: {detail}")
                return Result(EndState.UNKNOWN, error=told)
            case Silent(seconds):
                told = Error(_K.TIMEOUT, f"{where}: no answer within {seconds:g} s")
                return Result(EndState.UNKNOWN, error=told)
            case p.Lost():
                told = Error(_K.LINK_DOWN, f"{where}: the link was lost before the answer")
                return Result(EndState.UNKNOWN, error=told)
            case p.Unsent(detail, missing, full):
                kind_ = _K.UNSUPPORTED if missing is not None else _K.INVALID_ARGUMENT
                told = Error(_K.RESOURCE_LIMIT if full else kind_, f"{where}: {detail}")
                return Result(EndState.REJECTED, error=told)


Job = Generator[Want, Got, None]


class RequestTimer(Struct, frozen=True, gc=False):
    """Timer of one request."""

    token: int


class WhitherTimer(Struct, frozen=True, gc=False):
    """Timer of one call that was taken away from where it was, until it is told whither."""

    call: str


class _Step(Struct, gc=False):
    """A request that waits, and the job that goes on with its answer."""

    job: Job
    opens: bool
    association: int | None
    parts: tuple[Element, ...] = ()


class Port:
    """The link as procedures see it."""

    def __init__(self, settings: Settings) -> None:
        self.settings: Final = settings
        params = p.Params(versions=settings.dialect.versions, crv_length=settings.crv_octets)
        self.layer: Final = Layer(Codec(settings.profile), params)
        self.out: list[dr.Action] = []
        """What is to be done; taken away after each event."""
        self.heard: deque[p.Action] = deque()
        """What the layer told and nobody took yet."""
        self._steps: dict[int, _Step] = {}
        self._token = 0
        self._urgent = False

    # Outwards.

    def do(self, action: dr.Action) -> None:
        """Have something done."""
        self.out.append(action)

    def report(self, fact: Facts, message: str) -> None:
        """Report a fact."""
        self.out.append(dr.Report(fact, message))

    def reported(self, report: Report) -> None:
        """Report what an event report means, and count what it does not say."""
        calls, call = report.calls, report.call
        waited = call is not None and bool(calls.redirected(call))
        meaning = read(report)
        for fact in meaning.facts:
            self.report(fact, report.message)
        if call is not None and waited is not bool(calls.redirected(call)):
            timer = WhitherTimer(call)
            seconds = self.settings.timers.whither
            self.do(dr.StopTimer(timer) if waited else dr.StartTimer(timer, seconds))
        for words in meaning.unmapped:
            self.odd(words, dr.AnomalyKind.UNMAPPED)

    def nowhere(self, call: str, calls: Calls) -> None:
        """Report that a call was taken away, as nothing says whither."""
        for fact in calls.nowhere(call):
            self.report(fact, f"eventReport {EventName.CALL_REDIRECTED}")

    def odd(self, detail: str, kind: dr.AnomalyKind = dr.AnomalyKind.UNEXPECTED) -> None:
        """Count something odd."""
        self.out.append(dr.Anomaly(kind, detail))

    def tell(self, event: p.Event) -> None:
        """Tell the layer something, and do what it wants done."""
        for action in self.layer.handle(event):
            match action:
                case p.Send(octets):
                    self.do(dr.SendPdu(octets, self._urgent))
                case p.StartTimer(timer):
                    self.do(dr.StartTimer(timer, self.settings.seconds[timer]))
                case p.StopTimer(timer):
                    self.do(dr.StopTimer(timer))
                case p.Fault(kind, detail, offset, clause):
                    known = _ANOMALIES.get(kind, dr.AnomalyKind.UNEXPECTED)
                    self.do(dr.Anomaly(known, detail, offset, clause))
                case _:
                    self.heard.append(action)

    # Jobs.

    def run(self, job: Job) -> None:
        """Begin a procedure."""
        self._go_on(job, None)

    def _go_on(self, job: Job, got: Got | None) -> None:
        try:
            want = next(job) if got is None else job.send(got)
        except StopIteration:
            return
        self._token += 1
        token = self._token
        opens = want.association is None
        self._steps[token] = _Step(job, opens, want.association)
        seconds = self.settings.timers.request
        self.do(dr.StartTimer(RequestTimer(token), seconds))
        self._urgent = want.operation in _URGENT
        if want.association is None:
            self.tell(p.Open(token, want.operation, want.elements))
        else:
            self.tell(p.Ask(want.association, token, want.operation, want.elements))
        self._urgent = False

    def opened(self, token: Hashable, association: int) -> None:
        """Take the number of the association that a request opened."""
        step = self._steps.get(token) if isinstance(token, int) else None
        if step is not None:
            step.association = association

    def part(self, association: int, elements: tuple[Element, ...]) -> None:
        """Take one part of an answer in several messages: a sign that more comes."""
        for token, step in self._steps.items():
            if step.association == association:
                step.parts += elements
                seconds = self.settings.timers.request
                self.do(dr.StartTimer(RequestTimer(token), seconds))

    def answered(self, token: Hashable, outcome: p.Outcome) -> None:
        """Take the end of a request, and go on with its job."""
        step = self._steps.pop(token, None) if isinstance(token, int) else None
        if step is None or not isinstance(token, int):
            return
        self.do(dr.StopTimer(RequestTimer(token)))
        elements = step.parts
        if isinstance(outcome, p.Result):
            elements += outcome.elements
        association = step.association
        if association is not None and not self.layer.has(association):
            association = None
        self._go_on(step.job, Got(outcome, association, elements))

    def expired(self, token: int) -> None:
        """Take that no answer came; an association that was to be opened is given up."""
        step = self._steps.pop(token, None)
        if step is None:
            return
        association = step.association
        if step.opens and association is not None:
            cause = cause_of(CauseValue.RECOVERY_ON_TIMER_EXPIRY, switch=False)
            self.tell(p.Release(association, cause))
            association = None
        silent = Silent(self.settings.timers.request)
        self._go_on(step.job, Got(silent, association, step.parts))
