"""The live side of the driver: one ASAI link as adjunct.

Order of a life: restart, heartbeat, domain controls and notifications with their snapshots,
what else can be asked, up. What one association does wrong ends that association; only a link
that does not start, or does not answer its heartbeat, goes down.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from cti import driver as dr
from cti import facts as f
from cti.model.capabilities import Capabilities
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from drivers.asai import learning, watching
from drivers.asai.calls import Calls
from drivers.asai.capabilities import Known
from drivers.asai.commands import CallCommands
from drivers.asai.devices import DeviceCommands
from drivers.asai.events import Report
from drivers.asai.learning import Learning
from drivers.asai.outcomes import rejected
from drivers.asai.port import Port, RequestTimer, WhitherTimer
from drivers.asai.routes import Routes, RouteTimer
from drivers.asai.settings import Settings
from drivers.asai.verbs import Verbs
from drivers.asai.watching import Watching
from protocols.asai import primitives as p
from protocols.asai.capabilities import Kind
from protocols.asai.messages import first
from protocols.asai.names import Operation
from protocols.q931 import values as q

_OP = Operation


class Client:
    """One live link."""

    def __init__(self, settings: Settings) -> None:
        self._port: Final = Port(settings)
        self._known: Final = Known(settings)
        self._calls: Final = Calls(settings.extension_digits)
        self._learning: Final = Learning(self._port, self._calls)
        self._watching: Final = Watching(self._port, self._learning.acknowledged)
        commands = CallCommands(self._port, self._calls, self._watching, self._learning)
        devices = DeviceCommands(self._port, commands, self._learning)
        self._routes: Final = Routes(self._port, self._calls, commands)
        self._verbs: Final = Verbs(
            *(self._port, self._known, self._watching, commands, devices, self._routes)
        )
        self._running: set[Hashable] = set()
        """Timers that run."""
        self._told: tuple[LinkState, str] = (LinkState.DOWN, "")
        self._connected = False
        self._established = False
        self._alarms = False
        """Whether the switch suspended its alarms."""

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do, as far as is known now."""
        return self._known.document

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        match event:
            case dr.LinkUp():
                self._up()
            case dr.LinkDown(reason):
                if self._connected:
                    self._down(LinkState.DOWN, reason)
            case dr.PduReceived(octets):
                self._received(octets)
            case dr.PduSent():
                pass  # only an observer is told
            case dr.CommandRequested():
                self._commanded(event)
            case dr.TimerExpired(timer):
                if timer in self._running:
                    self._running.discard(timer)
                    self._expired(timer)
            case dr.StopRequested():
                self._down(LinkState.DOWN, "stopped")
            case dr.ResyncRequested(reason):
                if self._established:
                    self._learning.request(reason or "asked")
        self._settle()
        return self._taken()

    def _taken(self) -> list[dr.Action]:
        """Give what is to be done, and keep book of the timers."""
        done: list[dr.Action] = []
        for action in self._port.out:
            match action:
                case dr.Report(fact):
                    self._learning.heard(fact)
                case dr.StartTimer(timer):
                    self._running.add(timer)
                case dr.StopTimer(timer):
                    if timer not in self._running:
                        continue
                    self._running.discard(timer)
                case _:
                    pass
            done.append(action)
        self._port.out = []
        return done

    def _settle(self) -> None:
        """Take what the layer told, go on with what is wanted, tell how the link is."""
        while True:
            while self._port.heard:
                self._take(self._port.heard.popleft())
            if not self._established:
                return
            before = len(self._port.out)
            self._watching.pump()
            self._learning.pump(self._watching)
            if not self._port.heard and len(self._port.out) == before:
                break
        problems = (self._learning.problem(), self._watching.problem(), self._suspended())
        reason = "; ".join(problem for problem in problems if problem)
        state = LinkState.DEGRADED if reason else LinkState.UP
        if self._learning.synced and (state, reason) != self._told:
            self._tell(state, reason)

    def _suspended(self) -> str:
        return "the switch suspended its alarms" if self._alarms else ""

    # The link.

    def _tell(self, state: LinkState, reason: str) -> None:
        self._told = (state, reason)
        self._port.do(dr.StateChanged(state, reason))

    def _up(self) -> None:
        if self._connected:
            self._down(LinkState.DOWN, "a new connection begins")
        self._connected = True
        self._tell(LinkState.OPENING, "")
        self._port.tell(p.LinkUp())

    def _down(self, state: LinkState, reason: str) -> None:
        """End everything: what waits gets its end, no timer runs on."""
        self._port.tell(p.LinkDown())
        self._forget()
        while self._port.heard:
            self._take(self._port.heard.popleft())
        self._connected = False
        running = self._running | {
            one.timer for one in self._port.out if isinstance(one, dr.StartTimer)
        }
        for timer in sorted(running, key=repr):
            self._port.do(dr.StopTimer(timer))
        self._tell(state, reason)

    def _forget(self) -> None:
        self._established = self._alarms = False
        self._watching.forget()
        self._learning.forget()
        self._routes.forget()
        self._calls.forget()

    def _started(self, told: p.Started) -> None:
        """Take that the link is established."""
        self._established = True
        self._known.started(told.version)
        self._tell(LinkState.SYNCING, "")
        self._port.do(dr.CapabilitiesChanged(self._known.document))
        self._learning.begin("connected")
        self._watching.begin()

    # What the layer tells.

    def _received(self, octets: bytes) -> None:
        if not self._connected:
            self._port.odd("a message outside any link")
            return
        self._port.tell(p.MessageReceived(octets))

    def _take(self, told: p.Action) -> None:
        match told:
            case p.Opened(association, token):
                self._port.opened(token, association)
            case p.Answered(_, token, outcome):
                self._port.answered(token, outcome)
            case p.Invoked():
                self._invoked(told)
            case p.Ended(association, reason, cause):
                self._ended(association, reason, cause)
            case p.Restarting():
                self._restarting()
            case p.Started():
                self._started(told)
            case p.Failed(reason, lasting):
                self._down(LinkState.BLOCKED if lasting else LinkState.DOWN, reason)
            case p.AlarmsTold(suspended):
                self._alarms = suspended
            case p.Send() | p.StartTimer() | p.StopTimer() | p.Fault():
                pass  # the port has done these

    def _restarting(self) -> None:
        """Take that the link begins anew: every association is gone."""
        if self._established:
            self._forget()
            self._tell(LinkState.SYNCING, "the link is being restarted")

    def _invoked(self, told: p.Invoked) -> None:
        match told.operation:
            case _OP.EVENT_REPORT:
                self._event(told)
            case _OP.ROUTE if self._established:
                self._routes.asked(told.association, told.elements)
            case _OP.ROUTE:
                self._port.tell(p.Release(told.association))  # nobody could answer yet
            case _OP.VALUE_QUERY_RESPONSE:
                self._port.part(told.association, told.elements)
            case _OP.ROUTE_END:
                self._routes.over(told.association, first(told.elements, q.Cause))
            case _OP.CALL_ENDED | _OP.EVENT_NOTIFICATION_ENDED:
                pass  # the end of the association follows
            case _:
                self._port.odd(f"{told.operation} from the switch")

    def _event(self, told: p.Invoked) -> None:
        domain = self._watching.domain_of(told.association)
        if told.kind is not Kind.CALL_CONTROL and domain is None:
            self._port.odd("an event report of what is not monitored")
            return
        self._port.reported(Report(told.elements, domain, self._calls))

    def _ended(self, association: int, reason: str, cause: q.Cause | None) -> None:
        if self._watching.ended(association, reason):
            return
        if self._routes.over(association, cause):
            return
        call = self._calls.released(association)
        if call is not None:
            self._calls.ended(call)
            report = Report(() if cause is None else (cause,), None, self._calls)
            fact = f.CallEnded(call=call, **report.common())
            self._port.report(fact, str(_OP.CALL_ENDED))

    # Timers and commands.

    def _expired(self, timer: Hashable) -> None:
        match timer:
            case p.Timer():
                self._port.tell(p.TimerExpired(timer))
                if timer is p.Timer.T316:
                    told = (
                        "no answer to RESTart with call reference length "
                        f"{self._port.settings.crv_octets}"
                    )
                    self._tell(LinkState.OPENING, told)
            case RequestTimer(token):
                self._port.expired(token)
            case WhitherTimer(call):
                self._port.nowhere(call, self._calls)
            case RouteTimer(association):
                self._routes.expired(association)
            case learning.POLL:
                self._learning.poll()
            case watching.RETRY:
                self._watching.retry()
            case _:
                pass

    def _commanded(self, asked: dr.CommandRequested) -> None:
        if self._established and self._learning.synced:
            self._verbs.take(asked)
            return
        state = self._told[0].value
        detail = f"{asked.command.verb}: the link is {state}, not up"
        self._port.do(rejected(asked.token, Error(ErrorClass.LINK_DOWN, detail)))
