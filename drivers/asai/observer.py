"""Observing a recorded ASAI link: what both sides said, and what the switch told by it.

An observer sends nothing. It takes associations and what they are for from what it sees; of
one that was open before, only the events can be read.
"""

from __future__ import annotations

from typing import Final

from cti import driver as dr
from cti import facts as f
from cti.facts import NativeDevice
from cti.model.capabilities import Capabilities
from cti.model.commands import EndState, Result
from cti.model.errors import Error, ErrorClass
from cti.model.states import LinkState
from drivers.asai.calls import Calls
from drivers.asai.capabilities import observed
from drivers.asai.commands import CallCommands
from drivers.asai.events import Report
from drivers.asai.learning import Learning
from drivers.asai.port import Got, Port, WhitherTimer
from drivers.asai.routes import Routes
from drivers.asai.settings import Settings
from drivers.asai.watching import Watching
from protocols.asai import components as c
from protocols.asai import primitives as p
from protocols.asai import values as v
from protocols.asai.messages import Message, MessageType, first
from protocols.asai.names import DomainType, ItemName, Operation
from protocols.errors import DecodeError
from protocols.q931 import values as q

_OP = Operation
ASSOCIATIONS: Final = 20_000
"""Associations that are remembered; beyond that the oldest go."""
_MONITORS: Final = (_OP.DOMAIN_CONTROL, _OP.EVENT_NOTIFICATION_REQUEST)


class _Seen:
    """One association, as far as it was seen."""

    __slots__ = ("asked", "call", "domain", "monitors", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.domain: v.Domain | None = None
        self.monitors = False
        self.asked: dict[int, c.Invoke] = {}
        """Invokes of the client without their answers."""
        self.call: str | None = None
        """Call that it controls."""


class Observer:
    """One recorded link."""

    def __init__(self, settings: Settings) -> None:
        self.capabilities: Capabilities = observed(settings)
        self._port: Final = Port(settings)
        self._calls: Final = Calls(settings.extension_digits)
        self._learning: Final = Learning(self._port, self._calls)
        watching = Watching(self._port, self._learning.acknowledged)
        commands = CallCommands(self._port, self._calls, watching, self._learning)
        self._routes: Final = Routes(self._port, self._calls, commands)
        self._seen: dict[tuple[int, bool], _Seen] = {}
        """By value, and whether the client opened it."""
        self._number = 0
        self._up = False

    def handle(self, event: dr.Event) -> list[dr.Action]:
        """Take one event and return what is to be done about it, in order."""
        match event:
            case dr.PduReceived(octets):
                self._octets(octets, sent=False)
            case dr.PduSent(octets):
                self._octets(octets, sent=True)
            case dr.LinkUp():
                self._forget()
                self._up = False
                self._port.do(dr.StateChanged(LinkState.OPENING))
            case dr.LinkDown():
                self._forget()
            case dr.CommandRequested(token, command):
                detail = f"{command.verb}: the link is only observed"
                error = Error(ErrorClass.UNSUPPORTED, detail)
                self._port.do(dr.Outcome(token, Result(EndState.REJECTED, error=error)))
            case dr.TimerExpired(WhitherTimer(call)):
                self._port.nowhere(call, self._calls)
            case dr.TimerExpired() | dr.StopRequested() | dr.ResyncRequested():
                pass
        out, self._port.out = self._port.out, []
        return out

    def _forget(self) -> None:
        self._seen.clear()
        self._calls.forget()
        self._learning.forget()
        self._routes.forget()

    def _octets(self, octets: bytes, *, sent: bool) -> None:
        try:
            message = self._port.layer.codec.decode(octets)
        except DecodeError as error:
            kind = dr.AnomalyKind.UNDECODABLE
            self._port.do(dr.Anomaly(kind, error.message, error.offset, error.clause))
            return
        if not self._up:
            self._up = True
            self._port.do(dr.StateChanged(LinkState.UP))
        if message.kind == MessageType.RESTART:
            self._forget()
        elif message.crv:
            self._message(message, sent=sent)

    def _message(self, message: Message, *, sent: bool) -> None:
        key = message.crv, message.flag is not sent
        seen = self._seen.get(key)
        facility = message.facility
        opens = message.kind == MessageType.REGISTER and isinstance(facility, c.Invoke)
        if seen is None or opens:
            self._number += 1
            seen = self._seen[key] = _Seen(self._number)
            if len(self._seen) > ASSOCIATIONS:
                del self._seen[next(iter(self._seen))]
        match facility:
            case c.Invoke() if sent:
                self._asked(seen, facility)
            case c.Invoke():
                self._told(seen, facility)
            case c.ReturnResult(invoke_id, _, elements) if not sent:
                asked = seen.asked.pop(invoke_id or 0, None)
                if asked is not None:
                    self._answered(seen, asked, Got(p.Result(), None, elements))
            case c.Unreadable(detail=detail):
                self._port.odd(detail, dr.AnomalyKind.UNDECODABLE)
            case c.Reject(invoke_id, (kind, number)):
                words = f"invoke {invoke_id} rejected: {kind} problem {number}"
                self._port.odd(words, dr.AnomalyKind.REJECTED)
            case _:
                pass
        if message.kind == MessageType.RELEASE_COMPLETE:
            del self._seen[key]
            self._ended(seen, message)

    def _asked(self, seen: _Seen, invoke: c.Invoke) -> None:
        """Take what the client asks."""
        seen.asked[invoke.invoke_id or 0] = invoke
        if invoke.operation in _MONITORS:
            seen.domain = first(invoke.elements, v.Domain)
        elif invoke.operation is _OP.ROUTE_SELECT:
            to = first(invoke.elements, q.CalledPartyNumber)
            self._routes.chosen(seen.number, "" if to is None else to.digits)

    def _told(self, seen: _Seen, invoke: c.Invoke) -> None:
        """Take what the switch tells."""
        match invoke.operation:
            case _OP.EVENT_REPORT:
                domain = None if seen.domain is None else NativeDevice(seen.domain.digits)
                self._port.reported(Report(invoke.elements, domain, self._calls))
            case _OP.ROUTE:
                self._routes.asked(seen.number, invoke.elements)
            case _OP.ROUTE_END:
                self._routes.over(seen.number, first(invoke.elements, q.Cause))
            case _OP.PROCEED:
                seen.call = self._made(invoke.elements, _OP.PROCEED)
            case Operation():
                pass
            case number:
                self._port.odd(f"operation {number or 0:#04x}", dr.AnomalyKind.UNMAPPED)

    def _answered(self, seen: _Seen, asked: c.Invoke, got: Got) -> None:
        """Take the answer of the switch to the client."""
        match asked.operation:
            case _OP.DOMAIN_CONTROL | _OP.EVENT_NOTIFICATION_REQUEST if seen.domain is not None:
                device = NativeDevice(seen.domain.digits)
                seen.monitors = True
                started = f.MonitorStarted(monitor=str(seen.number), device=device)
                self._port.report(started, str(asked.operation))
                station = seen.domain.kind is DomainType.EXTENSION
                if station and asked.operation is _OP.DOMAIN_CONTROL:
                    self._learning.device_seen(device, got.elements)
            case _OP.AUTO_DIAL:
                self._made(got.elements, _OP.AUTO_DIAL)
            case _OP.TAKE_CONTROL:
                call = first(asked.elements, v.CallIdentity)
                if call is not None:
                    seen.call = str(call.call_id)
                    self._calls.listed(seen.call, got.elements)
            case _OP.VALUE_QUERY:
                self._queried(asked, got)
            case _:
                pass

    def _made(self, elements: tuple[v.Element, ...], operation: Operation) -> str | None:
        identity = first(elements, v.CallIdentity)
        if identity is None:
            return None
        call = str(identity.call_id)
        self._calls.listed(call, elements)
        self._port.report(f.CallMade(call=call), str(operation))
        return call

    def _queried(self, asked: c.Invoke, got: Got) -> None:
        item = first(asked.elements, v.Item)
        domain = first(asked.elements, v.Domain)
        call = first(asked.elements, v.CallIdentity)
        match None if item is None else item.item:
            case ItemName.CALL_INFORMATION if domain is not None:
                self._learning.device_seen(NativeDevice(domain.digits), got.elements)
            case ItemName.PARTY_IDENTIFICATION if call is not None:
                self._learning.call_seen(str(call.call_id), got)
            case _:
                pass

    def _ended(self, seen: _Seen, message: Message) -> None:
        """Take the end of an association."""
        facility = message.facility
        told = facility.elements if isinstance(facility, c.WithElements) else ()
        cause = first((*told, *message.elements), q.Cause)
        if self._routes.over(seen.number, cause):
            return
        if seen.monitors:
            self._port.report(f.MonitorStopped(monitor=str(seen.number)), "")
        if seen.call is not None:
            self._calls.ended(seen.call)
            common = Report(() if cause is None else (cause,), None, self._calls).common()
            self._port.report(f.CallEnded(call=seen.call, **common), str(_OP.CALL_ENDED))
