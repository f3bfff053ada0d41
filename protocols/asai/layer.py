"""All associations of one ASAI link, its start and its heartbeats (S1 2, 4-5; S2 11).

Whoever starts the link sends RESTart, waits for its acknowledgement under T316, and sends a
heartbeat; when that is answered the link is established. A RESTart ends every association.
A strict profile without the code of the heartbeat goes without it, and takes a REGister
without parameters for one: no other message that the switch begins an association with has
that form.

Total: no event raises, and a mistake of the other side ends one association at most.
"""

from __future__ import annotations

from typing import Final

from protocols.asai import primitives as p
from protocols.asai.association import Association
from protocols.asai.capabilities import Kind, Role
from protocols.asai.causes import cause_of
from protocols.asai.messages import Codec, Message, MessageType, every, first
from protocols.asai.names import ManagementName, Operation, VersionName
from protocols.asai.primitives import Action, Params, Timer
from protocols.asai.values import Element, ManagementInformation, Version
from protocols.errors import DecodeError, EncodeError
from protocols.q931 import values as q
from protocols.q931.causes import CauseValue

_M = MessageType
_ALL_INTERFACES: Final = q.RestartIndicator(7)
_OfAssociation = p.Ask | p.Reply | p.Refuse | p.Release | p.Abort
_BEAT: Final = Timer.ANSWER
"""Token of our own heartbeats."""


class Layer:
    """The associations of one link."""

    def __init__(self, codec: Codec, params: Params | None = None) -> None:
        self.codec: Final = codec
        self.params: Final = params or Params()
        self.up = False
        self.congested = False
        self._switch: Final = self.params.role is Role.SWITCH
        self._associations: dict[tuple[int, bool], Association] = {}
        """By value, and whether this side opened it."""
        self._by_number: dict[int, Association] = {}
        self._number = 0
        self._crv = self.params.lowest_crv - 1
        self._version: VersionName | None = None
        self._beating = False
        """Whether a heartbeat of ours waits for its answer."""
        self._established = False
        self._restarting = False
        """Whether a restart of ours waits for its acknowledgement."""

    @property
    def associations(self) -> int:
        """How many associations there are."""
        return len(self._associations)

    def has(self, association: int) -> bool:
        """Tell whether an association goes on."""
        return association in self._by_number

    def handle(self, event: p.Event) -> list[Action]:
        """Take one event and return what is to be done about it, in order. Total."""
        match event:
            case p.MessageReceived(octets):
                return self._octets(octets) if self.up else []
            case p.LinkUp():
                return self._link_up()
            case p.LinkDown():
                return self._link_down()
            case p.TimerExpired(timer):
                return self._expired(timer) if self.up else []
            case p.Congestion(on):
                self.congested = on
                return []
            case p.Open(token):
                return self._open(event) if self.up else [p.Answered(None, token, p.Lost())]
            case p.Alarms(suspended):
                return self._alarms(suspended=suspended) if self.up else []
            case p.Restart():
                return self._restart() if self.up else []
            case _:
                return self._of_association(event)

    # The link.

    def _link_up(self) -> list[Action]:
        ended = self._link_down() if self.up else []
        self.up = True
        return [*ended, *(self._restart() if self.params.starts else [])]

    def _link_down(self) -> list[Action]:
        self.up = self._restarting = False
        return [*self._forget(), p.StopTimer(Timer.T316)]

    def _forget(self) -> list[Action]:
        """End every association without a word."""
        actions: list[Action] = []
        if self._established or self._beating:
            actions += [p.StopTimer(Timer.PERIOD), p.StopTimer(Timer.ANSWER)]
        self._established = self._beating = False
        gone = list(self._associations.values())
        self._associations.clear()
        self._by_number.clear()
        for association in gone:
            actions += self._seen(association, association.lost())
        return actions

    def _restart(self) -> list[Action]:
        ended = self._forget()
        self._restarting = True
        versions: tuple[Element, ...] = tuple(
            Version(version)
            for version in self.params.versions
            if self.codec.profile.has(version)
        )
        sent = self._global(_M.RESTART, (_ALL_INTERFACES, *versions))
        return [p.Restarting(), *ended, *sent, p.StartTimer(Timer.T316)]

    def _global(
        self, kind: MessageType, elements: tuple[Element, ...], *, flag: bool = False
    ) -> list[Action]:
        """Say something that is of the link as a whole."""
        length = self.params.crv_length
        try:
            octets = self.codec.encode(Message(kind, 0, flag, None, elements, length))
        except EncodeError as error:
            return [p.Fault("unsent", str(error))]
        return [p.Send(octets)]

    def _alarms(self, *, suspended: bool) -> list[Action]:
        name = ManagementName.SUSPEND_ALARMS if suspended else ManagementName.RESUME_ALARMS
        return self._global(_M.MANAGEMENT_INFORMATION, (ManagementInformation(name),))

    def _expired(self, timer: Timer) -> list[Action]:
        match timer:
            case Timer.T316:
                return [p.Fault("unexpected", "no answer to the restart"), *self._restart()]
            case Timer.ANSWER:
                self._established = self._beating = False
                return [p.Failed("no answer to the heartbeat")]
            case Timer.PERIOD:
                return self._beat()

    def _beat(self) -> list[Action]:
        if self._beating or self._restarting:
            return []
        if not self.codec.profile.has(Operation.HEARTBEAT):
            return self._beaten()
        self._beating = True
        opened = self._open(p.Open(_BEAT, Operation.HEARTBEAT))
        return [*opened, p.StartTimer(Timer.ANSWER)] if self._beating else opened

    def _beaten(self) -> list[Action]:
        """Take that the other side lives."""
        actions: list[Action] = [p.StartTimer(Timer.PERIOD)] if self.params.beats else []
        if not self._established:
            self._established = True
            actions.append(p.Started(self._version))
        return actions

    # Messages.

    def _octets(self, octets: bytes) -> list[Action]:
        try:
            message = self.codec.decode(octets)
        except DecodeError as error:
            return [p.Fault("ignored", error.message, error.offset, error.clause)]
        if message.crv_length != self.params.crv_length:
            return self._other_length(message)
        again: list[Action] = []
        if self._established and self.params.beats and not self._beating:
            again = [p.StartTimer(Timer.PERIOD)]
        if not message.crv:
            return [*again, *self._of_link(message)]
        return [*again, *self._of_reference(message)]

    def _other_length(self, message: Message) -> list[Action]:
        """Ignore a message whose reference has another length; so no link can start."""
        told = f"call reference length {message.crv_length}, not {self.params.crv_length}"
        starts = message.kind in (_M.RESTART, _M.RESTART_ACKNOWLEDGE) and not message.crv
        if self._established or self._associations or not starts:
            return [p.Fault("ignored", told, 1, "S3 706")]
        stop = [p.StopTimer(Timer.T316)] if self._restarting else []
        self._restarting = False
        return [*stop, p.Failed(f"the other side has {told}", lasting=True)]

    def _of_link(self, message: Message) -> list[Action]:
        versions = [one.version for one in every(message.elements, Version)]
        match message.kind:
            case _M.RESTART:
                return self._restarted(versions)
            case _M.RESTART_ACKNOWLEDGE:
                return self._acknowledged(versions)
            case _M.MANAGEMENT_INFORMATION:
                told = first(message.elements, ManagementInformation)
                if told is not None and isinstance(told.information, ManagementName):
                    suspends = told.information is ManagementName.SUSPEND_ALARMS
                    return [p.AlarmsTold(suspends)]
                return [_odd("management information without a meaning")]
            case _:
                return [_odd(f"message type {message.kind:#04x} with the global reference")]

    def _restarted(self, versions: list[VersionName | int]) -> list[Action]:
        """Acknowledge a restart of the other side; its heartbeat follows."""
        common = [one for one in self.params.versions if one in versions]
        self._version = common[-1] if common else None
        ended = self._forget()
        named = () if self._version is None else (Version(self._version),)
        sent = self._global(_M.RESTART_ACKNOWLEDGE, (_ALL_INTERFACES, *named), flag=True)
        return [p.Restarting(), *ended, *sent]

    def _acknowledged(self, versions: list[VersionName | int]) -> list[Action]:
        if not self._restarting:
            return [_odd("acknowledgement of no restart")]
        self._restarting = False
        stop = p.StopTimer(Timer.T316)
        offered = self.params.versions  # none: version 1, whose number is not public
        if offered and versions and versions[0] not in offered:
            return [stop, p.Failed(f"version {versions[0]} was not offered", lasting=True)]
        told = versions[0] if versions else None
        self._version = told if isinstance(told, VersionName) else None
        crossed = self._forget()  # what the other side began before it heard of the restart
        return [stop, *crossed, *self._beat()]

    def _of_reference(self, message: Message) -> list[Action]:
        """Take a message of one association (S1 2-55; Q.931 5.8.3.2 for the rest)."""
        kind = message.kind
        key = message.crv, message.flag
        association = self._associations.get(key)
        if kind == _M.STATUS:
            return [_odd(f"STATUS for reference {message.crv}")]
        if kind not in (_M.REGISTER, _M.FACILITY, _M.RELEASE_COMPLETE):
            known = kind in (_M.RESTART, _M.RESTART_ACKNOWLEDGE, _M.MANAGEMENT_INFORMATION)
            value = CauseValue.MESSAGE_NOT_COMPATIBLE_OR_UNKNOWN
            return self._refuse(message, value if known else CauseValue.MESSAGE_TYPE_UNKNOWN)
        if association is not None:
            if kind == _M.REGISTER and not message.flag:
                return [_odd(f"REGister for reference {message.crv}, which is in use")]
            return self._seen(association, association.received(message))
        if kind == _M.RELEASE_COMPLETE:
            return [_odd(f"RELease COMplete for no association, reference {message.crv}")]
        if kind == _M.FACILITY:
            return self._refuse(message, CauseValue.INVALID_CALL_REFERENCE)
        if message.flag:
            return [_odd("REGister that answers none")]
        if self.congested:
            return self._refuse(message, CauseValue.CONGESTION)
        association = self._make(message.crv, ours=False)
        return self._seen(association, association.received(message))

    def _refuse(self, message: Message, value: int) -> list[Action]:
        """End what a message is of by a RELease COMplete with a cause alone."""
        cause = cause_of(value, switch=self._switch)
        association = self._associations.get((message.crv, message.flag))
        odd = _odd(f"message type {message.kind:#04x}, reference {message.crv}: cause {value}")
        if association is not None:
            released = self._seen(association, association.release(cause))
            return [*released, odd, p.Ended(association.number, odd.detail, cause)]
        length = self.params.crv_length
        answer = Message(
            *(_M.RELEASE_COMPLETE, message.crv, not message.flag, None, (cause,), length)
        )
        try:
            return [p.Send(self.codec.encode(answer)), odd]
        except EncodeError:  # the value is longer than this link's
            return [odd]

    # Associations.

    def _open(self, event: p.Open) -> list[Action]:
        if self._restarting:
            return self._not_opened(event, p.Unsent("the link is being restarted"))
        crv = self._free()
        if crv is None:
            why = p.Unsent("all call references are in use", full=True)
            return self._not_opened(event, why)
        association = self._make(crv, ours=True)
        done = association.invoke(event.token, event.operation, event.elements)
        if association.kind is None:
            self._drop(association)
            return done
        self._crv = crv
        opened = p.Opened(association.number, event.token)
        return self._seen(association, [opened, *done])

    def _not_opened(self, event: p.Open, why: p.Unsent) -> list[Action]:
        if event.token == _BEAT:
            return self._beat_answered(why)
        return [p.Answered(None, event.token, why)]

    def _free(self) -> int | None:
        """Give the next call reference value that is not in use."""
        low, high = self.params.lowest_crv, (1 << 8 * self.params.crv_length - 1) - 1
        span = high - low + 1
        for step in range(1, span + 1):
            crv = low + (self._crv - low + step) % span
            if (crv, True) not in self._associations:
                return crv
        return None

    def _make(self, crv: int, *, ours: bool) -> Association:
        self._number += 1
        association = Association(
            self._number,
            crv,
            ours=ours,
            role=self.params.role,
            codec=self.codec,
            crv_length=self.params.crv_length,
        )
        self._associations[crv, ours] = association
        self._by_number[association.number] = association
        return association

    def _drop(self, association: Association) -> None:
        self._associations.pop((association.crv, association.ours), None)
        self._by_number.pop(association.number, None)

    def _of_association(self, event: _OfAssociation) -> list[Action]:
        association = self._by_number.get(event.association)
        if association is None:
            if isinstance(event, p.Ask):
                return [p.Answered(None, event.token, p.Lost())]
            return [_odd(f"there is no association {event.association} any more")]
        return self._seen(association, _wanted(association, event))

    def _seen(self, association: Association, actions: list[Action]) -> list[Action]:
        """Take out what is of the heartbeats, and forget an association that is over."""
        if association.over:
            self._drop(association)
        if association.kind is not Kind.HEARTBEAT:
            return actions
        told: list[Action] = []
        for action in actions:
            match action:
                case p.Answered(token=token, outcome=outcome) if token == _BEAT:
                    told += self._beat_answered(outcome)
                case p.Invoked(invoke_id=invoke_id):
                    told += self._seen(
                        association, association.reply(invoke_id, None, ends=True)
                    )
                    told += self._beaten()
                case p.Send() | p.Fault() | p.Answered():
                    told.append(action)
                case _:
                    pass
        return told

    def _beat_answered(self, outcome: p.Outcome) -> list[Action]:
        self._beating = False
        match outcome:
            case p.Lost():
                return []
            case p.Unsent(detail):
                return [p.StopTimer(Timer.ANSWER), p.Fault("unsent", detail), *self._beaten()]
            case _:  # any answer is a sign of life
                return [p.StopTimer(Timer.ANSWER), *self._beaten()]


def _wanted(association: Association, event: _OfAssociation) -> list[Action]:
    match event:
        case p.Ask(_, token, operation, elements):
            return association.invoke(token, operation, elements)
        case p.Reply(_, invoke_id, told, ends):
            return association.reply(invoke_id, told, ends=ends)
        case p.Refuse(_, invoke_id, cause):
            return association.refuse(invoke_id, cause)
        case p.Release(_, why):
            return association.release(why)
        case p.Abort(_, why):
            return association.abort(why)


def _odd(detail: str) -> p.Fault:
    return p.Fault("unexpected", detail)
