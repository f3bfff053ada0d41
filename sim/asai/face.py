"""The face: one ASAI link of the exchange as a core, the switch's side.

``handle`` is total: whatever octets arrive, it answers, rejects, ends an association or stays
silent, as S1 2-55 says. What is wrong on one association leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from protocols.asai import components as c
from protocols.asai import values as v
from protocols.asai.codes import LABORATORY
from protocols.asai.messages import Codec, Message, MessageType, every
from protocols.asai.names import ManagementName, Operation, VersionName
from protocols.errors import DecodeError, EncodeError
from protocols.q931 import values as q
from protocols.q931.values import Cause
from sim.asai import causes, openings, ports, routing, serving
from sim.asai import start as st
from sim.asai.associations import Administration, Association, Associations, Kind
from sim.asai.audience import hears
from sim.asai.dialects import Dialect, longest_user_data
from sim.asai.events import Report, Reporter
from sim.asai.parties import Calls, Plan
from sim.asai.requests import Done, Request
from sim.exchange import facts
from sim.exchange.facts import Accepted, CallFact, Fact
from sim.exchange.verbs import RouteEnd, Verb
from sim.exchange.views import Sight
from sim.exchange.words import Reason
from sim.plan import ExchangePlan
from sim.ports import (
    Action,
    Answered,
    Ask,
    LinkDown,
    LinkUp,
    Look,
    Note,
    Seen,
    SendPdu,
    Serve,
    TimerExpired,
)

_ALL_INTERFACES: Final = 7
_REJECT: Final = 0xA4
_CONGESTED: Final = "congested"


class Face:
    """One link."""

    def __init__(
        self, dialect: Dialect, plan: ExchangePlan, administration: Administration
    ) -> None:
        self.dialect = dialect
        self.administration = administration
        self.exchange = plan
        self.plan = Plan(plan)
        self.calls = Calls(self.plan)
        self.reporter = Reporter(dialect, self.plan, self.calls)
        self.associations = Associations(dialect.crv_length)
        self.start = st.Start(dialect)
        self.suspended = False
        """Whether the adjunct asked to suspend alarms."""
        self.at = ""
        """Time of day as yymmddhhmmss."""
        self._codec = Codec(LABORATORY)
        self._congested = False
        self._heartbeat: Association | None = None
        """The heartbeat of ours that has no answer yet."""
        self._tokens = 0
        self._asked: dict[str, tuple[Done, Callable[[Reason], None]]] = {}
        self._looking: dict[str, Callable[[Sight], None]] = {}
        self._out: list[Action] = []

    @property
    def longest_user_data(self) -> int:
        """Octets of user-user data that the link carries."""
        return longest_user_data(self.start.version)

    def handle(self, event: ports.Event, at: str = "") -> list[Action]:
        """Take one event; ``at`` is the time of day as yymmddhhmmss."""
        self.at = at
        self._take(event)
        taken, self._out = self._out, []
        return taken

    def _take(self, event: ports.Event) -> None:
        match event:
            case ports.PduReceived(octets, refused):
                if self.start.state is not st.State.DOWN:
                    self._received(octets, congested=refused or self._congested)
            case ports.Told(fact, routes):
                self._told(fact, routes=routes)
            case Answered(answer, told):
                self._answered(answer, told)
            case Seen(token, sight):
                then = self._looking.pop(token, None)
                if then is not None:
                    then(sight)
            case TimerExpired(timer):
                self._begin(st.Expired(timer))
            case LinkUp(view):
                self.calls.begin(view)
                self.reporter.begin(view)
                self._begin(st.Up())
            case LinkDown():
                self._begin(st.Down())
            case ports.CongestionSet(on):
                self._congested = on
            case ports.NotificationEnded(number):
                for one in self.administration.holders(Kind.NOTIFICATION, number).copy():
                    if self.associations.find(one.crv, ours=one.ours) is one:
                        self.end(one, Operation.EVENT_NOTIFICATION_ENDED, causes.INVALID)
            case ports.AlarmsSet(suspended):
                self._tell_alarms(suspended=suspended)
            case ports.Aborted():
                for one in self.associations:
                    self.end(one, Operation.ABORT, causes.cs0(111))
            case ports.Restarted():
                self._begin(st.Up())

    # Sending.

    def act(self, action: Action) -> None:
        """Have something done beside what messages say."""
        self._out.append(action)

    def _send(self, message: Message) -> None:
        try:
            self.act(SendPdu(self._codec.encode(message)))
        except EncodeError as error:  # a number or name that no message can carry
            self.act(Note("unsendable", str(error)))

    def _send_on(
        self,
        kind: MessageType,
        association: Association,
        component: c.Facility | None,
        elements: tuple[v.Element, ...] = (),
    ) -> None:
        crv, flag = association.crv, not association.ours
        length = self.dialect.crv_length
        self._send(Message(kind, crv, flag, component, elements, length))

    def _send_global(
        self, kind: MessageType, elements: tuple[v.Element, ...], *, flag: bool = False
    ) -> None:
        self._send(Message(kind, 0, flag, None, elements, self.dialect.crv_length))

    def _tell_alarms(self, *, suspended: bool) -> None:
        on, off = ManagementName.SUSPEND_ALARMS, ManagementName.RESUME_ALARMS
        told = v.ManagementInformation(on if suspended else off)
        self._send_global(MessageType.MANAGEMENT_INFORMATION, (told,))

    def invoke(
        self,
        association: Association,
        operation: Operation,
        elements: tuple[v.Element, ...] = (),
        kind: MessageType = MessageType.FACILITY,
    ) -> None:
        """Send an invoke under the next number."""
        told = c.Invoke(association.next_invoke(), operation, elements)
        self._send_on(kind, association, told)

    def end(self, association: Association, operation: Operation, cause: Cause) -> None:
        """End an association with an invoke that says why."""
        self.invoke(association, operation, (cause,), MessageType.RELEASE_COMPLETE)
        self.forget(association)

    def answer(
        self, association: Association, told: c.Facility, *, opening: bool, ends: bool
    ) -> None:
        """Answer a request that was carried out, opening its association if it asked so."""
        if ends or association.kind is Kind.ONCE:
            self._send_on(MessageType.RELEASE_COMPLETE, association, told)
            self.forget(association)
            return
        if opening:
            self.associations.put(association)
        self._send_on(MessageType.FACILITY, association, told)

    def refuse(
        self, association: Association, told: c.Facility, cause: Cause, *, opening: bool
    ) -> None:
        """Answer a request that was not carried out; an open association stays open."""
        if not opening:
            self._send_on(MessageType.FACILITY, association, told)
        elif self.dialect.bare_refusal:
            self._release(association, cause)
        else:
            self._send_on(MessageType.RELEASE_COMPLETE, association, told)
            self.forget(association)

    def _release(self, association: Association, cause: Cause) -> None:
        """End an association with a bare cause."""
        self._send_on(MessageType.RELEASE_COMPLETE, association, None, (cause,))
        self.forget(association)

    def forget(self, association: Association) -> None:
        """Note that an association is over."""
        self.associations.remove(association)
        self.administration.give_back(association)

    # The exchange.

    def ask(self, verb: Verb, then: Done, refused: Callable[[Reason], None]) -> None:
        """Give the exchange a request; one of the two hears what came of it."""
        self._tokens += 1
        self._asked[str(self._tokens)] = then, refused
        self.act(Ask(str(self._tokens), verb))

    def look(self, device: str, then: Callable[[Sight], None]) -> None:
        """Look at a device."""
        self._tokens += 1
        self._looking[str(self._tokens)] = then
        self.act(Look(str(self._tokens), device, 0))

    def _answered(self, answer: Accepted | facts.Refused, told: tuple[Fact, ...]) -> None:
        waiting = self._asked.pop(answer.token, None)
        if waiting is None:
            return
        then, refused = waiting
        if isinstance(answer, Accepted):
            then(answer, told)
        else:
            refused(answer.reason)

    def _told(self, fact: Fact, *, routes: bool) -> None:
        if isinstance(fact, CallFact):
            if isinstance(fact, facts.Merged):
                serving.follow(self, fact)
            for report in self.reporter.of_call(fact):
                self._report(report)
            self.calls.note(fact)
            if isinstance(fact, facts.CallCleared):
                serving.cleared(self, fact)
            if isinstance(fact, facts.RouteRequested) and routes:
                routing.offer(self, fact)
        elif isinstance(fact, facts.RouteEnded):
            routing.ended(self, fact)
        elif isinstance(fact, facts.Restarted):
            self.calls.clear()
            self.reporter.clear()
        else:
            for report in self.reporter.of_agent(fact):
                self._report(report)

    def _report(self, report: Report) -> None:
        for one in self.associations:
            heard = hears(one, report, self.administration)
            if heard is None:
                continue
            if one.merging and report.event in serving.MERGES:
                one.merging = False  # the answer to the request says it
                continue
            elements = (*heard.elements, v.SpecificEvent(heard.event))
            self.invoke(one, Operation.EVENT_REPORT, elements)

    # Link start.

    def _begin(self, event: st.Event) -> None:
        for action in self.start.handle(event):
            match action:
                case st.SendRestart(versions):
                    self._send_restart(MessageType.RESTART, versions)
                case st.SendAcknowledge(version):
                    told = () if version is None else (version,)
                    self._send_restart(MessageType.RESTART_ACKNOWLEDGE, told)
                case st.SendHeartbeat():
                    self._beat()
                case st.EndAssociations():
                    self._end_all()
                case st.Established(version):
                    self.reporter.longest_user_data = longest_user_data(version)
                    self.reporter.tells_originated = version is not VersionName.V1
                    self._serve(on=True)
                case st.Lost():
                    self._serve(on=False)
                case _:
                    self.act(action)

    def _send_restart(self, kind: MessageType, versions: tuple[VersionName, ...]) -> None:
        told: list[v.Element] = [q.RestartIndicator(_ALL_INTERFACES)]
        told += [v.Version(version) for version in versions]
        acknowledges = kind is MessageType.RESTART_ACKNOWLEDGE
        self._send_global(kind, tuple(told), flag=acknowledges)

    def _beat(self) -> None:
        self._heartbeat = self.associations.open(Kind.ONCE)
        if self._heartbeat is not None:
            self.invoke(self._heartbeat, Operation.HEARTBEAT, kind=MessageType.REGISTER)

    def _end_all(self) -> None:
        self._heartbeat = None
        self._asked.clear()
        self._looking.clear()
        for one in self.associations.clear():
            self.administration.give_back(one)
            if one.kind is Kind.ROUTE:
                self.act(Ask("", RouteEnd(one.route)))

    def _serve(self, *, on: bool) -> None:
        for number in self.plan.vdns:
            self.act(Serve(number, on))

    # Octets.

    def _received(self, octets: bytes, *, congested: bool) -> None:
        try:
            message = self._codec.decode(octets)
        except DecodeError as error:
            self.act(Note("ignored", str(error)))
            return
        if message.crv_length != self.dialect.crv_length:
            length = message.crv_length
            self.act(Note("ignored", f"call reference value of {length} octets"))
        elif not message.crv:
            self._global(message)
        else:
            self._on_association(message, congested=congested)

    def _global(self, message: Message) -> None:
        versions = tuple(one.version for one in every(message.elements, v.Version))
        match message.kind:
            case MessageType.RESTART if not message.flag:
                self._begin(st.RestartReceived(versions))
            case MessageType.RESTART_ACKNOWLEDGE if message.flag:
                self._begin(st.AcknowledgeReceived(versions))
            case MessageType.MANAGEMENT_INFORMATION:
                for told in every(message.elements, v.ManagementInformation):
                    self.suspended = told.information is ManagementName.SUSPEND_ALARMS
            case MessageType.RESTART | MessageType.RESTART_ACKNOWLEDGE | MessageType.STATUS:
                self.act(Note("ignored", f"message {message.kind:#04x}, flag {message.flag}"))
            case _:  # Q.931 5.8.3.2
                told_status = (causes.OUTSIDE_ASSOCIATION, q.CallState(0))
                self._send_global(MessageType.STATUS, told_status, flag=not message.flag)

    def _on_association(self, message: Message, *, congested: bool) -> None:
        here = self.associations.find(message.crv, ours=message.flag)
        kind, unknown = message.kind, here is None
        # What is not there is answered as if it were, once.
        one = here or Association(Kind.ONCE, message.crv, ours=message.flag)
        match kind:
            case MessageType.REGISTER if unknown and not message.flag:
                self._open(message, congested=congested)
            case MessageType.RELEASE_COMPLETE:
                if unknown:
                    self.act(Note("ignored", f"no association {message.crv} to release"))
                else:
                    self._released(one, message)
            case MessageType.REGISTER | MessageType.FACILITY if unknown:
                self._release(one, causes.OUTSIDE_ASSOCIATION)
            case MessageType.REGISTER if isinstance(message.facility, c.Invoke):
                self.act(Note("ignored", f"association {message.crv} is open already"))
            case MessageType.REGISTER | MessageType.FACILITY:
                self._component(one, message.facility, congested=congested)
            case MessageType.STATUS:
                self.act(Note("status", f"association {message.crv}"))
            case MessageType():
                self._break_off(one, causes.WRONG_STATE)
            case _:
                self._break_off(one, causes.UNKNOWN_TYPE)

    def _open(self, message: Message, *, congested: bool) -> None:
        """Take the message that opens an association; S1 chapter 5 says what may."""
        one = Association(Kind.ONCE, message.crv, ours=False)
        told = message.facility
        if not isinstance(told, c.Invoke):
            if told is None:
                self._release(one, causes.MISSING)
            elif isinstance(told, c.Reject):
                self._release(one, causes.OUTSIDE_ASSOCIATION)
            else:
                rejected = self._rejection(one, told)
                self._send_on(MessageType.RELEASE_COMPLETE, one, rejected)
            return
        problem = _wrong_invoke(told)
        if problem is not None:
            rejected = c.Reject(told.invoke_id, problem)
            self._send_on(MessageType.RELEASE_COMPLETE, one, rejected)
            return
        request = Request(self, one, told, opening=True)
        started = self.start.state is st.State.ESTABLISHED
        if request.operation not in openings.SERVED:
            request.refuse(causes.OUTSIDE_ASSOCIATION)
        elif request.operation is Operation.HEARTBEAT:
            request.accept()
            self._begin(st.HeartbeatReceived())
        elif congested:
            self._release(one, causes.CONGESTION)
        elif not started:
            request.refuse(causes.WRONG_STATE)
        else:
            request.perform(lambda: openings.serve(request))

    def _component(self, one: Association, told: c.Facility | None, *, congested: bool) -> None:
        match told:
            case None:
                status = (causes.MISSING, q.CallState(0))
                self._send_on(MessageType.STATUS, one, None, status)
            case c.Reject():  # S1 2-55; a reject that cannot be read is none the less one
                self._break_off(one, causes.cs0(111))
            case c.Unreadable(octets) if octets[1:2] == bytes((_REJECT,)):
                self._break_off(one, causes.cs0(111))
            case c.Invoke():
                self._request(one, told, congested=congested)
            case c.ReturnResult() | c.ReturnError() if one is self._heartbeat:
                self._heartbeat_answered(one)
            case _:
                self._send_on(MessageType.FACILITY, one, self._rejection(one, told))

    def _request(self, one: Association, told: c.Invoke, *, congested: bool) -> None:
        problem = _wrong_invoke(told)
        if problem is not None:
            rejected = c.Reject(told.invoke_id, problem)
            self._send_on(MessageType.FACILITY, one, rejected)
            return
        request = Request(self, one, told, opening=False)
        if request.operation is Operation.ABORT:
            self._ended(one)
        elif request.operation not in serving.SERVED[one.kind]:
            request.refuse(causes.OUTSIDE_ASSOCIATION)
        elif congested:
            request.refuse(causes.CONGESTION)
        else:
            request.perform(lambda: serving.serve(request))

    def _released(self, one: Association, message: Message) -> None:
        """Take the end of an association, with whatever it carries."""
        told = message.facility
        if one is self._heartbeat:
            self._heartbeat_answered(one)
        elif isinstance(told, c.Invoke) and told.operation is Operation.CLEAR_CALL:
            serving.clear(self, one)
        self._ended(one)

    def _ended(self, one: Association) -> None:
        """Forget an association that the adjunct ended; a call that it routes goes on."""
        self.forget(one)
        if one.kind is Kind.ROUTE:
            self.act(Ask("", RouteEnd(one.route)))

    def _break_off(self, one: Association, cause: Cause) -> None:
        """End an association because of what was received on it."""
        self._release(one, cause)
        if one.kind is Kind.ROUTE:
            self.act(Ask("", RouteEnd(one.route)))

    def _heartbeat_answered(self, one: Association) -> None:
        self._heartbeat = None
        self.forget(one)
        self._begin(st.HeartbeatAnswered())

    def _rejection(self, one: Association, told: c.Facility) -> c.Reject:
        """Say what is wrong with a component that is no invoke and no reject."""
        match told:
            case c.Unreadable(_, invoke_id, problem):
                return c.Reject(invoke_id, problem)
            case c.ReturnError(invoke_id):
                return c.Reject(invoke_id, ("return_error", _unexpected(one, invoke_id)))
            case _:
                invoke_id = told.invoke_id
                return c.Reject(invoke_id, ("return_result", _unexpected(one, invoke_id)))


def _unexpected(one: Association, invoke_id: int | None) -> int:
    """Give the problem of an answer: 0 to nothing of ours, 1 to what has no answer."""
    sent = invoke_id is not None and not invoke_id % 2 and 0 < invoke_id <= one.last
    return int(sent)


def _wrong_invoke(told: c.Invoke) -> c.Problem | None:
    """Say why an invoke is none that an adjunct can send."""
    if not isinstance(told.operation, Operation):
        return c.UNRECOGNIZED_OPERATION
    if told.invoke_id is None or not told.invoke_id % 2:
        return c.MISTYPED_COMPONENT  # an adjunct's are odd (S1 ch. 4)
    return None
