"""The live side of the driver: keeping an association with the link (section 4).

Order of a life: AppRegister, a DNRegister for each device, up; AppRelease at the end. An
outage of the link between module and switch leaves the association standing: nothing is
known of calls any more, and devices are registered again when it is over.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import Enum, auto
from typing import Final

from msgspec import Struct

from cti import driver as dr
from cti import facts as f
from cti.model import commands as cm
from cti.model.capabilities import Capabilities
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState, Origin, SystemStatus
from drivers.meridian import devices, mapping
from drivers.meridian.capabilities import Known
from drivers.meridian.commands import Commands, ForCommand
from drivers.meridian.devices import Devices, ForDevice
from drivers.meridian.errors import PERMANENT, words
from drivers.meridian.outcomes import rejected
from drivers.meridian.reactions import reaction
from drivers.meridian.reading import Reading
from drivers.meridian.requests import Asked, Requests, ResponseTimer
from drivers.meridian.scene import ConsultTimer, UnringTimer
from drivers.meridian.settings import Settings
from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message, MessageError, Wrong, place
from protocols.meridian.values import Kind, MessageType, Reason, Role

_POLL: Final = "poll"
_FLOW: Final = "flow"
_RELEASE: Final = "release"


class Phase(Enum):
    """Where the association is."""

    IDLE = auto()
    REGISTERING = auto()
    REGISTERED = auto()
    NOSWITCH = auto()
    """Registered, but the link between module and switch is down."""
    RELEASING = auto()
    OVER = auto()
    """Down was told; the transport is not gone yet."""


class ForSession(Struct, frozen=True, gc=False):
    """AppRegister, AppRelease or LinkPoll."""


class Client:
    """One live link."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._codec = Codec(settings.profile, Role.HOST, longest=settings.longest)
        times = settings.timers
        self._requests = Requests(self._codec, settings.customer, times.response)
        self._reading = Reading(settings)
        self._devices = Devices(settings, self._requests)
        self._commands = Commands(settings, self._requests, self._reading)
        self._known = Known(settings)
        self._phase = Phase.IDLE
        self._running: set[Hashable] = set()
        self._out: list[dr.Action] = []
        self._told: tuple[LinkState, str] = (LinkState.DOWN, "")
        self._learning = False
        """Whether a resynchronisation was begun and not ended."""
        self._poll = times.poll
        self._unanswered = 0
        """Polls since anything was heard."""

    @property
    def capabilities(self) -> Capabilities:
        """What this link can do, as far as is known now."""
        return self._known.document

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        self._out = []
        match event:
            case dr.LinkUp():
                self._begin()
            case dr.LinkDown(reason):
                self._lost(reason)
            case dr.PduReceived(octets):
                self._octets(octets)
            case dr.PduSent():
                pass  # only an observer is told
            case dr.CommandRequested():
                self._commanded(event)
            case dr.TimerExpired(timer):
                if timer in self._running:
                    self._running.discard(timer)
                    self._expired(timer)
            case dr.StopRequested():
                self._stop()
            case dr.ResyncRequested(reason):
                if self._phase is Phase.REGISTERED:
                    self._learn(reason or "asked")
        self._settle()
        return self._out

    def _do(self, actions: Iterable[dr.Action]) -> None:
        """Add actions, and keep book of the timers."""
        for action in actions:
            match action:
                case dr.StartTimer(timer):
                    self._running.add(timer)
                case dr.StopTimer(timer):
                    if timer not in self._running:
                        continue
                    self._running.discard(timer)
                case _:
                    pass
            self._out.append(action)

    def _ask(self, body: c.Body, purpose: object) -> None:
        self._do(self._requests.ask(body, purpose))

    def _answer(self, body: c.Body, reference: int = 0) -> None:
        """Send what passes even while the link stopped us."""
        self._do([dr.SendPdu(self._requests.message(body, reference))])

    def _odd(self, detail: str, kind: dr.AnomalyKind = dr.AnomalyKind.UNEXPECTED) -> None:
        self._do([dr.Anomaly(kind, detail)])

    @property
    def _registered(self) -> bool:
        return self._phase in (Phase.REGISTERED, Phase.NOSWITCH, Phase.RELEASING)

    # The life of the association.

    def _begin(self) -> None:
        if self._phase not in (Phase.IDLE, Phase.OVER):
            self._end(LinkState.DOWN, "a new connection begins")
        settings = self._settings
        self._phase = Phase.REGISTERING
        self._requests.forget()
        self._poll, self._unanswered = settings.timers.poll, 0
        self._do([dr.StateChanged(LinkState.OPENING)])
        register = c.AppRegister(
            machine_name=settings.machine,
            application_name=settings.application,
            service_list=settings.services,
            host_name=settings.host or None,
            password=settings.password or None,
            poll_interval=round(self._poll),
        )
        try:
            self._ask(register, ForSession())
        except EncodeError as error:
            self._end(LinkState.BLOCKED, str(error))

    def _accepted(self, association: int, answer: c.Body) -> None:
        """Take that the association stands; the link may name itself and its poll interval."""
        self._phase = Phase.REGISTERED
        self._requests.association = association
        news = False
        if isinstance(answer, c.AppRegisterAck):
            self._poll = float(answer.poll_interval or self._poll)
            news = answer.machine_name is not None and self._known.named(answer.machine_name)
        self._heard()
        self._tell(LinkState.SYNCING, "")
        if news:
            self._do([dr.CapabilitiesChanged(self._known.document)])
        self._devices.begin()
        self._learn("connected")

    def _stop(self) -> None:
        if self._phase in (Phase.REGISTERED, Phase.NOSWITCH):
            self._phase = Phase.RELEASING
            self._do(self._requests.resume())
            self._ask(c.AppRelease(), ForSession())
            self._do([dr.StartTimer(_RELEASE, self._settings.timers.release)])
        elif self._phase is not Phase.RELEASING:
            self._end(LinkState.DOWN, "stopped")

    def _lost(self, reason: str) -> None:
        if self._phase not in (Phase.IDLE, Phase.OVER):
            self._end(LinkState.DOWN, reason)
        self._phase = Phase.IDLE

    def _end(self, state: LinkState, reason: str) -> None:
        """End the association: everything that waits gets its end, no timer runs on."""
        self._drain("link lost before the answer")
        self._reading.forget()
        self._do([dr.StopTimer(timer) for timer in sorted(self._running, key=repr)])
        self._learning = False
        self._phase = Phase.OVER
        self._tell(state, reason)

    def _drain(self, why: str) -> None:
        """Fail what is open."""
        for asked in self._requests.drain():
            self._do([dr.StopTimer(ResponseTimer(asked.reference))])
            if isinstance(asked.purpose, ForCommand):
                lost = self._commands.unanswered(asked.purpose, ErrorClass.LINK_DOWN, why)
                self._do(lost)
        self._do(self._devices.forget(why))

    def _tell(self, state: LinkState, reason: str) -> None:
        self._told = (state, reason)
        self._do([dr.StateChanged(state, reason)])

    def _learn(self, reason: str) -> None:
        """Say that the state is not known; the link has no answer to most questions."""
        self._learning = True
        begun = f.ResyncBegun(reason=reason, origin=Origin.SYNTHETIC)
        self._do([dr.Report(begun, "")])

    def _settle(self) -> None:
        """Ask for what is still wanted, and tell how the link is."""
        if self._phase is not Phase.REGISTERED:
            return
        self._do(self._devices.pump())
        if not self._devices.settled:
            return
        if self._learning:
            self._learned()
        reason = "stopped by the switch" if self._requests.held else self._devices.problem()
        state = LinkState.DEGRADED if reason else LinkState.UP
        if (state, reason) != self._told:
            self._tell(state, reason)

    def _learned(self) -> None:
        """Say that nothing more can be asked: no device tells its calls on this link."""
        self._learning = False
        for key in self._devices.running:
            error = ErrorClass.UNSUPPORTED.value
            device = mapping.device(key)
            seen = f.NotSeen(device=device, error=error, origin=Origin.SNAPSHOT)
            self._do([dr.Report(seen, "")])
        ended = f.ResyncEnded(complete=True, origin=Origin.SYNTHETIC)
        self._do([dr.Report(ended, "")])

    # The link between module and switch.

    def _aml(self, state: v.LinkState) -> None:
        down = state is v.LinkState.AML_DOWN
        if down is (self._phase is Phase.NOSWITCH) or self._phase is Phase.RELEASING:
            return
        status = SystemStatus.DISABLED if down else SystemStatus.NORMAL
        if down:
            self._drain("the switch is out of the module's reach")
            self._reading.forget()
            self._phase = Phase.NOSWITCH
            self._learn("AML down")
        else:
            self._phase = Phase.REGISTERED
            self._reading.forget()
            self._devices.begin()
        told = f.SystemStatusTold(status=status)
        self._do([dr.Report(told, "LinkStatus")])
        if down:
            self._tell(LinkState.DEGRADED, "the switch is out of the module's reach")

    def _flow(self, state: v.FlowState) -> None:
        status = SystemStatus.OVERLOAD_RELIEVED
        if state is v.FlowState.STOP:
            status = SystemStatus.OVERLOAD_REACHED
            self._requests.stop()
            self._do([dr.StartTimer(_FLOW, self._settings.timers.flow)])
        else:
            self._do([dr.StopTimer(_FLOW), *self._requests.resume()])
        self._do([dr.Report(f.SystemStatusTold(status=status), "FlowControl")])

    def _heard(self) -> None:
        """Take any message as a sign of life."""
        self._unanswered = 0
        self._do([dr.StartTimer(_POLL, self._poll)])

    def _quiet(self) -> None:
        """Poll a link that says nothing; give up one that does not answer."""
        most = self._settings.profile.timers_s.n_poll
        if self._unanswered >= most:
            self._end(LinkState.DOWN, f"{most} polls without an answer")
            return
        self._unanswered += 1
        self._ask(c.LinkPoll(), ForSession())
        self._do([dr.StartTimer(_POLL, self._poll)])

    # What the link says.

    def _octets(self, octets: bytes) -> None:
        if self._phase in (Phase.IDLE, Phase.OVER):
            self._odd("a message outside any association")
            return
        try:
            message = self._codec.decode(octets)
        except MessageError as error:
            self._unreadable(error)
            return
        if self._registered:
            self._heard()
        self._received(message)

    def _unreadable(self, error: MessageError) -> None:
        kind = dr.AnomalyKind.UNDECODABLE
        self._do([dr.Anomaly(kind, error.message, error.offset, error.clause)])
        if error.wrong is Wrong.LENGTH:
            self._do([dr.ResetLink(error.message)])
            return
        answer = reaction(error, registered=self._registered)
        if answer is not None:
            reference = 0 if error.header is None else error.header.reference
            self._answer(answer, reference if isinstance(answer, c.Nak) else 0)
        if error.kind in (Kind.ACK, Kind.NAK) and error.header is not None:
            asked = self._requests.waiting(error.header.reference)
            if asked is not None and asked.message is error.message_type:
                self._requests.ended(asked.reference)
                self._unanswered_request(asked, ErrorClass.PROTOCOL, "the answer is no message")

    def _received(self, message: Message) -> None:
        body = message.body
        type_, kind = place(body)
        if kind in (Kind.ACK, Kind.NAK):
            self._response(message)
        elif isinstance(body, c.InvalidMessageReceived):
            self._invalid(body)
        elif not self._registered or message.association != self._requests.association:
            self._odd(f"{type_.value} outside the association")
            if kind is Kind.REQ:
                refused = c.Nak(type_, v.Cause(Reason.NOT_REGISTERED))
                self._answer(refused, message.reference)
        else:
            self._told_by_link(body, message.reference)

    def _told_by_link(self, body: c.Body, reference: int) -> None:
        match body:
            case c.LinkPoll():
                self._answer(c.Ack(MessageType.LINK_POLL), reference)
            case c.FlowControl(flow_state=state):
                self._flow(state)
            case c.LinkStatus(link_state=state):
                self._aml(state)
            case _ if self._phase is Phase.REGISTERED:
                self._do(self._reading.read(body, reference))
            case _:
                pass  # nothing is believed while the switch is out of reach

    def _invalid(self, body: c.InvalidMessageReceived) -> None:
        """Take that the link did not understand us; it is never answered."""
        why = words(body.cause, self._settings.profile)
        self._odd(f"the link did not understand a message: {why}", dr.AnomalyKind.REJECTED)
        asked = self._requests.ended(body.reference_echo) if body.reference_echo else None
        if asked is not None:
            self._refused(asked, body.cause)

    # Answers.

    def _response(self, message: Message) -> None:
        asked = self._requests.answered(message.reference, message.body)
        if asked is None:
            type_, kind = place(message.body)
            self._odd(f"{kind.value} of {type_.value} without an open request")
            return
        self._do([dr.StopTimer(ResponseTimer(asked.reference))])
        if isinstance(message.body, c.Nak):
            self._refused(asked, message.body.cause)
            return
        match asked.purpose:
            case ForCommand():
                self._do(self._commands.accepted(asked, asked.purpose, message.body))
            case ForDevice():
                self._do(self._devices.accepted(asked.purpose))
                self._reading.scene.learn(message.body)
            case _ if asked.message is MessageType.APP_REGISTER:
                self._accepted(message.association, message.body)
            case _ if asked.message is MessageType.APP_RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _:
                pass  # a poll: that it was heard is all

    def _refused(self, asked: Asked, cause: v.Cause) -> None:
        self._do([dr.StopTimer(ResponseTimer(asked.reference))])
        match asked.purpose:
            case ForCommand():
                self._do(self._commands.refused(asked, asked.purpose, cause))
            case ForDevice():
                self._do(self._devices.refused(asked.purpose, cause))
            case _ if asked.message is MessageType.APP_REGISTER:
                state = LinkState.BLOCKED if cause.reason in PERMANENT else LinkState.DOWN
                why = words(cause, self._settings.profile)
                self._end(state, f"registration refused: {why}")
            case _ if asked.message is MessageType.APP_RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _ if cause.reason is Reason.NOT_REGISTERED:
                self._end(LinkState.DOWN, "the link knows no association")
            case _:
                pass  # a refused poll is an answer

    def _unanswered_request(self, asked: Asked, kind: ErrorClass, why: str) -> None:
        self._do([dr.StopTimer(ResponseTimer(asked.reference))])
        match asked.purpose:
            case ForCommand():
                self._do(self._commands.unanswered(asked.purpose, kind, why))
            case ForDevice():
                self._do(self._devices.refused(asked.purpose, None))
            case _ if asked.message is MessageType.APP_REGISTER:
                self._end(LinkState.DOWN, f"registration: {why}")
            case _:
                pass  # polls are counted by themselves

    # Timers and commands.

    def _timed_out(self, reference: int) -> None:
        """Give up a request; one that the link did not let us send was never sent."""
        unsent = self._requests.unsent(reference)
        asked = self._requests.ended(reference)
        if asked is None:
            return
        seconds = f"{self._settings.timers.response:g} s"
        if unsent and isinstance(asked.purpose, ForCommand):
            detail = f"the switch took no requests for {seconds}, not sent"
            self._do(self._commands.unsent(asked.purpose, detail))
        else:
            why = f"no answer within {seconds}"
            self._unanswered_request(asked, ErrorClass.TIMEOUT, why)

    def _expired(self, timer: Hashable) -> None:
        match timer:
            case ResponseTimer(reference):
                self._timed_out(reference)
            case UnringTimer() | ConsultTimer():
                self._do(self._reading.expired(timer))
            case _ if timer == _POLL:
                self._quiet()
            case _ if timer == _FLOW:
                self._do(self._requests.resume())
            case _ if timer == _RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _ if timer == devices.RETRY:
                self._devices.retry()
            case _:
                pass

    def _commanded(self, asked: dr.CommandRequested) -> None:
        verb, args, native = asked.command.verb, asked.command.args, asked.native
        if not self._known.serves(verb):
            detail = f"{verb} is not supported by this link"
            told = Error(ErrorClass.UNSUPPORTED, detail, "verb")
            self._do([rejected(asked.token, told)])
            return
        if self._phase is not Phase.REGISTERED:
            state = LinkState.DOWN if self._phase is Phase.IDLE else self._told[0]
            detail = f"{verb}: the link is {state.value}, not up"
            if self._phase is Phase.NOSWITCH:
                detail = f"{verb}: the switch is out of the module's reach"
            self._do([rejected(asked.token, Error(ErrorClass.LINK_DOWN, detail))])
            return
        match args:
            case cm.MonitorStart(device=key):
                self._do(self._devices.wanted(asked.token, native.device or key, acd=False))
            case cm.MonitorStop(device=key) | cm.RouteUnregister(route_point=key):
                self._do(self._devices.unwanted(asked.token, native.device or key))
            case cm.RouteRegister(route_point=key):
                self._do(self._devices.wanted(asked.token, native.device or key, acd=True))
            case _:
                self._do(self._commands.requested(asked))
