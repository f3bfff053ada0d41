"""The face: one host link of a Meridian 1 as a core (sections 4, 5 and 7, the link's side).

``handle`` is total: whatever octets arrive, it answers, resets, closes or stays silent, in
exactly the order of section 7.4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

import msgspec

from protocols.meridian import _codec_meridian as m
from protocols.meridian.codec import Codec, Message, MessageError, Wrong, place
from protocols.meridian.profile import Profile
from protocols.meridian.values import (
    FlowState,
    Kind,
    LinkState,
    Role,
    TimeStamp,
)
from protocols.meridian.values import Reason as Why
from sim.exchange import facts
from sim.exchange.facts import CallFact, Fact, Refused
from sim.exchange.verbs import Verb
from sim.exchange.views import Sight
from sim.exchange.words import LegState
from sim.meridian import errors, features, ports, requests
from sim.meridian.office import Office
from sim.meridian.outbox import Outbox
from sim.meridian.reports import Note, Reporter
from sim.meridian.routes import Routes
from sim.meridian.subscription import Subscription
from sim.meridian.voice import TIMER as DIGITS
from sim.meridian.voice import Step, Voice
from sim.plan import ExchangePlan
from sim.ports import Action, Ask, Close, Look, Reset, Serve, StartTimer, StopTimer
from sim.ports import Note as Odd

_POLL: Final = "poll"
_FLOW: Final = "flow"
_LINK: Final = (m.AppRegister, m.AppRelease, m.LinkPoll)
"""Requests about the link itself, which are served whatever the switch does."""


class State(Enum):
    """Where the link is."""

    DOWN = "down"
    WAITING = "waiting for a registration"
    REGISTERED = "registered"


class Face:
    """One host link."""

    def __init__(
        self,
        office: Office,
        plan: ExchangePlan,
        profile: Profile,
        association: int,
        *,
        packets: bool = False,
    ) -> None:
        limits = profile.limits
        longest = limits.max_message_x25 if packets else limits.max_message_tcp
        self.office = office
        self.state = State.DOWN
        self.subscription = Subscription(office, profile)
        self.aml_up = True
        self._packets = packets
        self._profile = profile
        self._codec = Codec(profile, Role.LINK, longest=longest)
        self._association = association
        self._out = Outbox(self._codec, office.options.customer)
        self._reporter = Reporter(plan, office, profile)
        self._features = features.Notifications(office)
        self._routes = Routes(office)
        self._voice = Voice()
        self._stopped = False
        """Whether the host was told to send nothing."""
        self._polls: list[int] = []
        """References of polls that wait for an answer."""
        self._poll_every = 0.0
        self._reference = 0
        self._tokens = 0
        self._asked: dict[str, tuple[Message, str]] = {}
        self._at = datetime.min.replace(tzinfo=UTC)

    def handle(self, event: ports.Event, at: datetime) -> list[Action]:
        """Take one event at a time of day."""
        self._at = at
        match event:
            case ports.PduReceived(octets, refused):
                return [] if self.state is State.DOWN else self._received(octets, refused)
            case ports.Told(told):
                return self._told(told)
            case ports.RouteOffered(fact):
                return self._offer(fact)
            case ports.Answered(answer, _):
                return self._answered(answer)
            case ports.Seen(token, sight):
                return self._seen(token, sight)
            case ports.TimerExpired(timer):
                return self._expired(timer)
            case ports.AmlSet(up):
                return self._aml(up)
            case ports.FlowSet(stop):
                return self._flow(stop)
            case ports.LinkUp(view):
                self.state = State.WAITING
                self._reporter.begin(view)
                return []
            case ports.LinkDown():
                ended = self._end()
                self.state = State.DOWN
                return ended

    # Octets (7.4).

    def _received(self, octets: bytes, refused: bool) -> list[Action]:  # noqa: FBT001
        quiet = self._rest()
        try:
            message = self._codec.decode(octets)
        except MessageError as error:
            return [*quiet, Odd("undecodable", str(error)), *self._undecodable(error)]
        kind = place(message.body)[1]
        if isinstance(message.body, m.InvalidMessageReceived):
            return [*quiet, Odd("invalid", str(message.body))]
        if not self._knows(message):
            return [
                *quiet,
                *(self._out.nak(message, Why.NOT_REGISTERED) if kind is Kind.REQ else []),
            ]
        if kind in (Kind.ACK, Kind.NAK):
            return [*quiet, *self._response(message.reference)]
        if isinstance(message.body, m.FlowControl):
            return [*quiet, *self._flow_asked(message.body.flow_state)]
        return [*quiet, *self._request(message, refused=refused)]

    def _undecodable(self, error: MessageError) -> list[Action]:
        if error.wrong is Wrong.LENGTH:
            return [Reset(str(error)) if self._packets else Close(str(error))]
        head = error.header
        known = (
            self.state is State.REGISTERED
            and head is not None
            and head.association == self._association
        )
        body = errors.answer(error, registered=known)
        if body is None or head is None:
            return []
        reference = head.reference if isinstance(body, m.Nak) else 0
        return self._out.echo(body, reference)

    def _knows(self, message: Message) -> bool:
        """Tell whether a message may be taken: before the registration only that may."""
        if isinstance(message.body, m.AppRegister):
            return True
        mine = message.association == self._association
        return self.state is State.REGISTERED and mine

    def _rest(self) -> list[Action]:
        """Begin to wait for the next silence."""
        if self.state is not State.REGISTERED:
            return []
        return [StartTimer(_POLL, self._poll_every)]

    def _response(self, reference: int) -> list[Action]:
        """Take an answer to one of our polls, which are the only requests of a link."""
        if reference not in self._polls:
            return [Odd("stray", f"an answer to no request: {reference}")]
        self._polls.clear()
        return []

    # Requests.

    def _request(self, asked: Message, *, refused: bool) -> list[Action]:
        body = asked.body
        wrong = None if isinstance(body, _LINK) else self._not_served(body, refused=refused)
        if wrong is not None:
            return self._out.nak(asked, wrong)
        match body:
            case m.AppRegister():
                return self._register(asked, body)
            case m.AppRelease():
                acknowledged = self._out.reply(asked, m.AppReleaseAck())
                return [*acknowledged, *self._end()]
            case m.LinkPoll():
                return self._out.ack(asked)
            case m.DNRegister():
                return self._register_device(asked, body)
            case m.DNRelease():
                return self._release_device(asked, body)
            case m.RouteCall() | m.GiveRingback() | m.GiveSilence() | m.GiveMusic():
                found = self._routes.wanted(body)
                if isinstance(found, Why):
                    return self._out.nak(asked, found, requests.at_fault(body, found))
                return self._ask(asked, found)
            case m.OpenSession(call):
                return [self._look(asked, "", call)]
            case m.PlayPrompt() | m.CollectDigits() | m.CloseSession():
                steps = self._voice.serve(body)
                if isinstance(steps, Why):
                    return self._out.nak(asked, steps, "SessionId")
                return [*self._out.ack(asked), *self._steps(steps)]
            case m.QueueStatus():
                return self._aim(asked, body, None)
            case _:
                return self._aim(asked, body, self.subscription.devices.keys())

    def _not_served(self, body: Any, *, refused: bool) -> Why | None:
        """Say why no request, or none of this bundle (5.2), is served now."""
        if refused:
            return Why.RESOURCE_UNAVAILABLE
        if self._stopped:
            return Why.FLOW_STOPPED
        if not self.aml_up:
            return Why.LINK_DOWN
        return None if self.subscription.allows(body) else Why.SERVICE_NOT_ALLOWED

    def _aim(self, asked: Message, body: Any, registered: Any) -> list[Action]:
        """Find what a request is for, and look at its calls."""
        found = requests.target(self.office, body, asked.customer, registered)
        if isinstance(found, Why):
            return self._out.nak(asked, found, requests.at_fault(body, found))
        return [self._look(asked, found.device, getattr(body, "call_id", None) or 0)]

    def _look(self, asked: Message, device: str, call: int) -> Look:
        return Look(self._token(asked, device), device, call)

    def _ask(self, asked: Message, verb: Verb, device: str = "") -> list[Action]:
        return [Ask(self._token(asked, device), verb)]

    def _token(self, asked: Message, device: str) -> str:
        self._tokens += 1
        self._asked[str(self._tokens)] = (asked, device)
        return str(self._tokens)

    def _seen(self, token: str, sight: Sight) -> list[Action]:
        asked, device = self._asked.pop(token)
        match asked.body:
            case m.OpenSession(call):
                opened = self._voice.open(call, sight)
                if isinstance(opened, Why):
                    return self._out.nak(asked, opened)
                return self._out.reply(asked, opened)
            case m.QueueStatus():
                waiting = [
                    call
                    for call in sight.calls
                    for one in call.parties
                    if one.device == device and one.state is LegState.QUEUED
                ]
                return self._out.reply(asked, m.QueueStatusAck(len(waiting), len(sight.agents)))
            case m.SetFeature() as body:
                steps = features.wanted(self.office, body, device, sight)
                if isinstance(steps, Why):
                    return self._out.nak(asked, steps)
                first, *more = steps
                return [*self._ask(asked, first, device), *(Ask("", verb) for verb in more)]
            case body if isinstance(body, requests.Control):
                wrong = requests.state(self.office, body, device, sight)
                if wrong is not None:
                    return self._out.nak(asked, wrong, requests.at_fault(body, wrong))
                verb = requests.verb(self.office, body, device, sight)
                if verb is None:
                    return [
                        *self._out.ack(asked),
                        Odd("tone", f"to the originator at {device}"),
                    ]
                return self._ask(asked, verb, device)
            case _:
                return []

    def _answered(self, answer: facts.Accepted | Refused) -> list[Action]:
        asked, _ = self._asked.pop(answer.token, (None, ""))
        if asked is None or self.state is not State.REGISTERED:
            return []
        body = asked.body
        if isinstance(answer, Refused):
            return self._out.nak(asked, *requests.refusal(answer.reason))
        match body:
            case m.MakeCall():
                return self._out.reply(asked, m.MakeCallAck(answer.call))
            case m.InitiateTransfer():
                return self._out.reply(asked, m.InitiateTransferAck(answer.call))
            case m.InitiateConference():
                return self._out.reply(asked, m.InitiateConferenceAck(answer.call))
            case _:
                return self._out.ack(asked)

    # The association.

    def _register(self, asked: Message, body: m.AppRegister) -> list[Action]:
        options = self.office.options
        refusal = self.subscription.begin(body)
        if refusal is not None:
            return self._out.nak(asked, refusal)
        self.state = State.REGISTERED
        self._out.association = self._association
        self._polls.clear()
        every = options.poll or self._profile.timers_s.t_poll
        self._poll_every = float(body.poll_interval or every)
        told = m.AppRegisterAck(round(self._poll_every), options.machine_name)
        news = [] if self.aml_up else self._out.send(m.LinkStatus(LinkState.AML_DOWN))
        news += self._out.send(m.FlowControl(FlowState.STOP)) if self._stopped else []
        return [*self._out.reply(asked, told), *self._rest(), *news]

    def _register_device(self, asked: Message, body: m.DNRegister) -> list[Action]:
        found = requests.target(self.office, body, asked.customer, None)
        if isinstance(found, Why):
            return self._out.nak(asked, found, requests.at_fault(body, found))
        new = found.device not in self.subscription.devices
        group = self.subscription.add(found.device, body.event_group)
        if group is None:
            return self._out.nak(asked, Why.BAD_IE, "EventGroup")
        ack = m.DNRegisterAck(body.device_dn, body.device_tn, body.acd_dn, group)
        controls = new and self.subscription.controls(found.device)
        serve = [Serve(found.device, on=True)] if controls else []
        return [*self._out.reply(asked, ack), *serve]

    def _release_device(self, asked: Message, body: m.DNRelease) -> list[Action]:
        registered = self.subscription.devices.keys()
        found = requests.target(self.office, body, asked.customer, registered)
        if isinstance(found, Why):
            return self._out.nak(asked, found, requests.at_fault(body, found))
        return [*self._out.ack(asked), *self._forget([found.device])]

    def _forget(self, devices: list[str]) -> list[Action]:
        """Monitor devices no more, and give up those CDNs."""
        for device in devices:
            del self.subscription.devices[device]
        return [Serve(one, on=False) for one in devices if self.subscription.controls(one)]

    def _end(self) -> list[Action]:
        """End the association."""
        ended: list[Action] = []
        if self.state is State.REGISTERED:
            ended = [StopTimer(_POLL), StopTimer(_FLOW), *self._let_go()]
        self.subscription.end()
        self._out.forget()
        self._asked.clear()
        if self.state is not State.DOWN:
            self.state = State.WAITING
        return ended

    def _let_go(self) -> list[Action]:
        """Drop all that belongs to calls and devices."""
        self._routes.clear()
        sessions = self._steps(self._voice.clear())
        return [*self._forget(list(self.subscription.devices)), *sessions]

    def _aml(self, up: bool) -> list[Action]:  # noqa: FBT001
        """Take the news of link 0: nothing of the calls is known to the module any more."""
        changed, self.aml_up = self.aml_up != up, up
        if not changed or self.state is not State.REGISTERED:
            return []
        told = self._out.send(m.LinkStatus(LinkState.AML_UP if up else LinkState.AML_DOWN))
        return told if up else [*told, *self._let_go()]

    # Flow control and polls.

    def _flow(self, stop: bool) -> list[Action]:  # noqa: FBT001
        changed, self._stopped = self._stopped != stop, stop
        if not changed or self.state is not State.REGISTERED:
            return []
        return self._out.send(m.FlowControl(FlowState.STOP if stop else FlowState.RESUME))

    def _flow_asked(self, state: FlowState) -> list[Action]:
        match state:
            case FlowState.STOP:
                self._out.stop()
                return [StartTimer(_FLOW, self._profile.timers_s.t_flow)]
            case FlowState.RESUME:
                return [StopTimer(_FLOW), *self._out.resume()]

    def _expired(self, timer: str) -> list[Action]:
        if timer.startswith(DIGITS):
            return self._steps(self._voice.expired(timer))
        if self.state is not State.REGISTERED:
            return []
        if timer == _FLOW:
            return self._out.resume()
        if len(self._polls) >= self._profile.timers_s.n_poll:
            return [*self._end(), Close(f"{len(self._polls)} polls without an answer")]
        self._reference = self._reference % 0xFFFF + 1
        self._polls.append(self._reference)
        return [*self._out.send(m.LinkPoll(), self._reference), *self._rest()]

    # What the exchange tells.

    def _told(self, told: tuple[Fact, ...]) -> list[Action]:
        """Tell the host; what happens while link 0 is down is dropped, not kept."""
        notes = self._reporter.report(told)
        notes += [one for fact in told if (one := self._features.note(fact)) is not None]
        silent = self.state is not State.REGISTERED or not self.aml_up
        actions: list[Action] = []
        for fact in told:
            if isinstance(fact, facts.RouteEnded):
                body = self._routes.ended(fact)
                actions += self._out.send(body) if body is not None and not silent else []
            elif isinstance(fact, CallFact):
                actions += self._steps(self._voice.take(fact))
        if silent:
            return []
        sent = [
            one for note in notes if self.subscription.hears(note) for one in self._tell(note)
        ]
        return sent + actions

    def _tell(self, note: Note) -> list[Action]:
        body = note.body
        if not self.office.options.mls_mode:
            stamp = TimeStamp(int(self._at.timestamp()), self._at.microsecond // 1000)
            body = msgspec.structs.replace(body, time_stamp=stamp)
        return self._out.send(body)

    def _offer(self, fact: facts.RouteRequested) -> list[Action]:
        caller = self._reporter.caller(fact)
        reference, body = self._routes.offer(fact, caller)
        return self._out.send(body, reference)

    def _steps(self, steps: list[Step]) -> list[Action]:
        actions: list[Action] = []
        for step in steps:
            if isinstance(step, StartTimer | StopTimer):
                actions.append(step)
            elif self.state is State.REGISTERED:
                actions += self._out.send(step)
        return actions
