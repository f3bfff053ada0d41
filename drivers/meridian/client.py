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
from cti.model.capabilities import Capabilities
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState, SystemStatus
from drivers.meridian import devices
from drivers.meridian.capabilities import Known
from drivers.meridian.errors import PERMANENT, words
from drivers.meridian.outcomes import rejected
from drivers.meridian.reactions import reaction
from drivers.meridian.requests import Asked, Requests, ResponseTimer
from drivers.meridian.scene import ConsultTimer, TransferTimer, UnringTimer
from drivers.meridian.session import Session, not_up
from drivers.meridian.settings import Settings
from protocols.errors import EncodeError
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message, MessageError, Wrong, place
from protocols.meridian.values import Kind, MessageType, Reason, Role

_OUT_OF_REACH: Final = "the switch is out of the module's reach"
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
        self._session = Session(settings, self._requests)
        self._known = Known(settings)
        self._phase = Phase.IDLE
        self._running: set[Hashable] = set()
        self._out: list[dr.Action] = []
        self._told: tuple[LinkState, str] = (LinkState.DOWN, "")
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
                    self._do(self._session.learn(reason or "asked"))
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
        self._do(self._session.begin())

    def _stop(self) -> None:
        if self._phase in (Phase.REGISTERED, Phase.NOSWITCH):
            self._phase = Phase.RELEASING
            for asked in self._requests.discard():
                self._do([dr.StopTimer(ResponseTimer(asked.reference))])
                self._do(self._session.unsent(asked, "the link is being released, not sent"))
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
        self._do(self._session.end())
        self._do([dr.StopTimer(timer) for timer in sorted(self._running, key=repr)])
        self._phase = Phase.OVER
        self._tell(state, reason)

    def _tell(self, state: LinkState, reason: str) -> None:
        self._told = (state, reason)
        self._do([dr.StateChanged(state, reason)])

    def _settle(self) -> None:
        """Ask for what is still wanted, and tell how the link is."""
        if self._phase is not Phase.REGISTERED:
            return
        self._do(self._session.pump())
        if not self._session.settled:
            return
        reason = self._session.problem()
        state = LinkState.DEGRADED if reason else LinkState.UP
        if (state, reason) != self._told:
            self._tell(state, reason)

    # The link between module and switch.

    def _aml(self, state: v.LinkState) -> None:
        down = state is v.LinkState.AML_DOWN
        if down is (self._phase is Phase.NOSWITCH) or self._phase is Phase.RELEASING:
            return
        self._phase = Phase.NOSWITCH if down else Phase.REGISTERED
        self._do(self._session.outage(down=down))
        if down:
            self._tell(LinkState.DEGRADED, _OUT_OF_REACH)

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
                self._do(self._session.told(body, reference))
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
        match asked.message:
            case MessageType.APP_REGISTER:
                self._accepted(message.association, message.body)
            case MessageType.APP_RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _:  # of a poll it is all that it was heard
                self._do(self._session.accepted(asked, message.body))

    def _refused(self, asked: Asked, cause: v.Cause) -> None:
        self._do([dr.StopTimer(ResponseTimer(asked.reference))])
        match asked.message:
            case MessageType.APP_REGISTER:
                state = LinkState.BLOCKED if cause.reason in PERMANENT else LinkState.DOWN
                why = words(cause, self._settings.profile)
                self._end(state, f"registration refused: {why}")
            case MessageType.APP_RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case MessageType.LINK_POLL if cause.reason is Reason.NOT_REGISTERED:
                self._end(LinkState.DOWN, "the link knows no association")
            case _:  # a poll that is refused was heard all the same
                self._do(self._session.refused(asked, cause))

    def _unanswered_request(self, asked: Asked, kind: ErrorClass, why: str) -> None:
        self._do([dr.StopTimer(ResponseTimer(asked.reference))])
        if asked.message is MessageType.APP_REGISTER:
            self._end(LinkState.DOWN, f"registration: {why}")
        else:  # polls are counted by themselves
            self._do(self._session.unanswered(asked, kind, why))

    # Timers and commands.

    def _timed_out(self, reference: int) -> None:
        """Give up a request; one that the link did not let us send was never sent."""
        unsent = self._requests.unsent(reference)
        asked = self._requests.ended(reference)
        if asked is None:
            return
        seconds = f"{self._settings.timers.response:g} s"
        if unsent:
            why = f"the switch took no requests for {seconds}, not sent"
            self._do(self._session.unsent(asked, why))
        else:
            why = f"no answer within {seconds}"
            self._unanswered_request(asked, ErrorClass.TIMEOUT, why)

    def _expired(self, timer: Hashable) -> None:
        match timer:
            case ResponseTimer(reference):
                self._timed_out(reference)
            case UnringTimer() | ConsultTimer() | TransferTimer():
                self._do(self._session.expired(timer))
            case _ if timer == _POLL:
                self._quiet()
            case _ if timer == _FLOW:
                self._do(self._requests.resume())
            case _ if timer == _RELEASE:
                self._end(LinkState.DOWN, "stopped")
            case _ if timer == devices.RETRY:
                self._session.retry()
            case _:
                pass

    def _commanded(self, asked: dr.CommandRequested) -> None:
        verb = asked.command.verb
        if not self._known.serves(verb):
            detail = f"{verb} is not supported by this link"
            told = Error(ErrorClass.UNSUPPORTED, detail, "verb")
            self._do([rejected(asked.token, told)])
        elif self._phase is Phase.REGISTERED:
            self._do(self._session.command(asked))
        elif self._phase is Phase.NOSWITCH:
            self._do([not_up(asked, _OUT_OF_REACH)])
        else:
            state = LinkState.DOWN if self._phase is Phase.IDLE else self._told[0]
            self._do([not_up(asked, f"the link is {state.value}, not up")])
