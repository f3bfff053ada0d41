"""A live driver and hand-made messages of a link, for scripted conversations."""

from typing import Any

from cti import driver as dr
from cti import facts as f
from cti.driver import NativeTarget
from cti.model.commands import VERBS, Command, Result
from cti.model.states import LinkState
from drivers.meridian import MeridianDriver
from protocols.meridian import _codec_meridian as c
from protocols.meridian import values as v
from protocols.meridian.codec import Codec, Message, place
from protocols.meridian.profile import Profile
from protocols.meridian.values import Kind, MessageType, Reason, Role

ASSOCIATION = 7


class Link:
    """A live driver, the timers it runs, and what it did last."""

    def __init__(
        self, profile: Profile, text: str, *, open_it: bool = True, **config: Any
    ) -> None:
        self.codec = Codec(profile, Role.LINK)
        config.setdefault("devices", ["201", "202", "203"])
        self.driver = MeridianDriver({"profile": text, **config})
        self.actions: list[dr.Action] = []
        self.timers: dict[Any, float] = {}
        self._token = 0
        if open_it:
            self.open()

    def give(self, event: dr.Event) -> "Link":
        self.actions = self.driver.handle(event)
        for action in self.actions:
            match action:
                case dr.StartTimer(timer, seconds):
                    self.timers[timer] = seconds
                case dr.StopTimer(timer):
                    self.timers.pop(timer, None)
        return self

    def hear(self, body: c.Body, reference: int = 0, association: int = ASSOCIATION) -> "Link":
        octets = self.codec.encode(Message(body, association, reference, 0))
        return self.give(dr.PduReceived(octets))

    def expire(self, timer: Any) -> "Link":
        del self.timers[timer]
        return self.give(dr.TimerExpired(timer))

    def open(self) -> "Link":
        self.give(dr.LinkUp())
        self.answer()
        while any(isinstance(one.body, c.DNRegister) for one in self.sent):
            self.answer()
        return self

    def answer(self, body: c.Body | None = None) -> "Link":
        """Answer what was sent last, by acknowledgements where no body is given."""
        asked, actions = self.sent, []
        for message in asked:
            _, kind = place(message.body)
            if kind is Kind.REQ:
                self.hear(body or acknowledged(message.body), message.reference)
                actions += self.actions
        self.actions = actions
        return self

    def refuse(self, reason: Reason, element: int | None = None) -> "Link":
        (asked,) = self.sent
        type_, _ = place(asked.body)
        return self.hear(c.Nak(type_, v.Cause(reason, element)), asked.reference)

    @property
    def sent(self) -> list[Message]:
        return [self.codec.decode(one.pdu) for one in self.of(dr.SendPdu)]

    @property
    def bodies(self) -> list[c.Body]:
        return [one.body for one in self.sent]

    def of(self, kind: type[Any]) -> list[Any]:
        return [one for one in self.actions if isinstance(one, kind)]

    @property
    def facts(self) -> list[Any]:
        return [one.fact for one in self.of(dr.Report)]

    @property
    def states(self) -> list[tuple[LinkState, str]]:
        return [(one.state, one.reason) for one in self.of(dr.StateChanged)]

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """Facts about connections in short: what, who, which call, and how it is known."""
        return [short(one) for one in self.facts if not isinstance(one, f.DeviceFact)]

    def command(self, verb: str, native: dict[str, str] | None = None, **args: Any) -> "Link":
        self._token += 1
        known = VERBS[verb](**args)
        command = Command(
            command_id=str(self._token), verb=verb, switch_id="hq", args=known, requester="t"
        )
        target = NativeTarget(**(native or {}))
        return self.give(dr.CommandRequested(self._token, command, target))

    @property
    def result(self) -> Result:
        (outcome,) = self.of(dr.Outcome)
        assert outcome.token == self._token
        told: Result = outcome.result
        return told

    def status(self, event: str, device: str | None, call: int | None, **more: Any) -> "Link":
        body = c.StatusChange(v.StatusEvent(event), device_dn=device, call_id=call, **more)
        return self.hear(body)


def acknowledged(body: c.Body) -> c.Body:
    match body:
        case c.AppRegister():
            return c.AppRegisterAck()
        case c.DNRegister(device_dn=dn, device_tn=tn, acd_dn=acd):
            return c.DNRegisterAck(device_dn=dn, device_tn=tn, acd_dn=acd)
        case c.AppRelease():
            return c.AppReleaseAck()
        case c.MakeCall():
            return c.MakeCallAck()
        case c.OpenSession():
            return c.OpenSessionAck(1)
        case c.InitiateTransfer():
            return c.InitiateTransferAck()
        case c.InitiateConference():
            return c.InitiateConferenceAck()
        case c.QueueStatus():
            return c.QueueStatusAck(0, 0)
        case _:
            return c.Ack(place(body)[0])


def short(fact: Any) -> tuple[Any, ...]:
    name, origin = type(fact).__name__, fact.origin.value
    match fact:
        case f.Merged(primary=primary, secondary=secondary, controller=who, other=other):
            keys = tuple(None if one is None else one.key for one in (who, other))
            return (name, fact.kind.value, *keys, primary, secondary, origin)
        case f.Diverted(device=device, to=to, call=call):
            return (name, device.key, None if to is None else to.key, call, origin)
        case f.ConnectionFact(device=device, call=call):
            return (name, device.key, call, origin)
        case _:
            return (name, origin)


def request(body: c.Body) -> MessageType:
    return place(body)[0]
