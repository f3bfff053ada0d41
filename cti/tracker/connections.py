"""What happens to the connections of a call (normalized states and legal transitions).

Every procedure finds or makes the call, takes repeats of the same report together, makes the
step and writes its event. The switch is right: a step that the table of legal transitions
does not have is made too, and marked.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from cti import calldata
from cti import facts as f
from cti.calldata import Promise
from cti.calls import PARTIES, Call, Leg
from cti.facts import DeviceForm
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.numbers import Number
from cti.model.states import (
    LEGAL_TRANSITIONS,
    CallState,
    ConnectionState,
    Direction,
    Origin,
    Outcome,
)
from cti.tracker.beginnings import Beginnings
from cti.tracker.book import UNTOLD, Book
from cti.tracker.endings import Endings
from cti.tracker.queues import Queues
from cti.tracker.trunks import Trunks

_FROM_NULL: Final = (
    f.Initiated,
    f.Offered,
    f.Queued,
    f.Alerting,
    f.Connected,
    f.Failed,
    f.NetworkReached,
)
"""Facts a connection can begin with."""

_S = ConnectionState

_OUTCOMES: Final[dict[type[ev.ConnectionEvent], Outcome]] = {
    ev.ConnectionAlerting: Outcome.ALERTING,
    ev.ConnectionConnected: Outcome.CONNECTED,
    ev.ConnectionDiverted: Outcome.DIVERTED,
    ev.ConnectionCleared: Outcome.ABANDONED,
}
"""How a connection left its queue, by the event that tells it; any other is OTHER."""


class Connections:
    """Procedures of connections and of the calls they make up."""

    def __init__(
        self,
        book: Book,
        beginnings: Beginnings,
        queues: Queues,
        trunks: Trunks,
        endings: Endings,
    ) -> None:
        self._book = book
        self._beginnings = beginnings
        self._queues = queues
        self._trunks = trunks
        self._endings = endings

    def made(self, native: str) -> Call:
        """Find or make the call that the answer to a command names."""
        call = self._book.calls.live(native)
        if call is None:
            return self._beginnings.create(native, partial=False)
        self._book.hear(call)
        return call

    def attach(self, call: Call, namespace: str, delta: dict[str, Any]) -> None:
        """Attach application data; a key with None is taken away."""
        self._book.calls.touch(call)
        app = calldata.attached(call.data, namespace, delta)
        if call.learn_data(CallData(app=app)) is not None:
            told = CallData(app={namespace: delta})
            late = call.ended_at is not None
            self._book.emit_call(
                ev.CallDataChanged, call, delta=told, late=late, origin=Origin.DERIVED
            )

    def keep_promise(self, call: Call, promise: Promise) -> None:
        """Give a call the data that a command promised to it."""
        delta = {key: value for key, value in promise.data.items() if value is not None}
        promise.call_id = call.call_id
        promise.taken_back = calldata.before(call.data, promise.namespace, delta)
        if delta:
            self.attach(call, promise.namespace, delta)

    def break_promise(self, promise: Promise) -> None:
        """Take the data back from a call that it was not meant for."""
        calls = self._book.calls
        call_id = promise.call_id or ""
        call = calls.by_id(call_id) or calls.lately(call_id, self._book.at)
        promise.call_id = None
        if call is None or call.data.app is UNSET:
            return
        stands = call.data.app.get(promise.namespace, {})
        delta = {
            key: value
            for key, value in promise.taken_back.items()
            if stands.get(key) == promise.data.get(key)
        }
        if delta:
            self.attach(call, promise.namespace, delta)

    def _promised(self, call: Call, fact: f.ConnectionFacts) -> None:
        """Look whether a fact shows that data was promised to its call."""
        promises = self._book.promises
        if not len(promises):
            return
        dialled = {
            number.raw
            for number in (fact.numbers.called, fact.numbers.dialled)
            if number is not UNSET and number.raw
        }
        if isinstance(fact, (f.Alerting, f.Queued)):
            dialled.add(fact.device.key)
        callers = {call.caller}
        if fact.calling is not None and fact.calling.form is DeviceForm.STATIC:
            callers.add(fact.calling.key)  # a set that nobody monitors has a handle only
        promise = promises.of(call.native, callers, dialled, call.created_at)
        if promise is not None:
            self.keep_promise(call, promise)

    def _leg(self, call: Call, fact: f.ConnectionFact) -> Leg | None:
        """Find the connection of a fact's device, or begin one; None when there is no room."""
        book = self._book
        device_id = call.device_id(fact.device, book.inside)
        leg = call.leg(device_id)
        if call.bound_for == device_id:
            call.bound_for = None
        if leg is None or (not leg.live and isinstance(fact, _FROM_NULL)):
            if len(call.legs) >= PARTIES:
                book.counters["refused"] += 1
                return None
            leg = book.join(call, device_id)
            call.bound_for = None  # it has got somewhere, be it further than it was sent
            if not isinstance(fact, _FROM_NULL):
                leg.state = _S.UNKNOWN
        return leg

    def _name(self, call: Call, leg: Leg, fact: f.ConnectionFact) -> dict[str, Any]:
        """Take number and trunk of a party; return what was not known."""
        news: dict[str, Any] = {}
        if _better(leg.number, fact.device.number):
            leg.number = news["number"] = fact.device.number
        trunk = fact.trunk if isinstance(fact, f.NetworkReached) else None
        if fact.device.form is DeviceForm.TRUNK:
            trunk = fact.device.key
        if trunk is not None and leg.trunk != trunk:
            before, leg.trunk = leg.trunk, trunk
            news["trunk"] = trunk
            self._trunks.freed(call, before)
        return news

    def _repeat(
        self,
        call: Call,
        fact: f.CallFact,
        leg: Leg | None = None,
        direction: Direction | None = None,
    ) -> None:
        """Take a further report of the same fact: only what it adds is told."""
        book = self._book
        book.counters["collapsed"] += 1
        late = call.state is not CallState.ACTIVE
        if news := self._beginnings.learn(call, fact, direction):
            book.emit_call(ev.CallDataChanged, call, late=late, **news)
        if leg is None or not leg.live:
            return
        leg.sure = True
        if isinstance(fact, f.ConnectionFact) and (news := self._name(call, leg, fact)):
            book.emit_call(
                ev.CallPartyChanged, call, device_id=leg.device_id, leg=leg.leg, **news
            )
            self._trunks.seized(call, leg)

    def _step(
        self,
        call: Call,
        leg: Leg,
        fact: f.ConnectionFact,
        state: ConnectionState,
        kind: type[ev.ConnectionEvent],
        **members: Any,
    ) -> None:
        """Bring a connection into a state and write the event."""
        book = self._book
        previous = leg.state
        news = self._beginnings.learn(call, fact)
        if "thread_aliases" in news:
            aliases = news["thread_aliases"]
            book.emit_call(ev.CallDataChanged, call, thread_aliases=aliases)
        if leg.sure and previous is not _S.UNKNOWN and state not in LEGAL_TRANSITIONS[previous]:
            book.counters["anomaly.unexpected_transition"] += 1
            members["anomaly"] = "unexpected_transition"
        if fact.device.number is not None:
            leg.number = fact.device.number
        self._name(call, leg, fact)
        self.move(
            call,
            leg,
            state,
            kind,
            None if fact.cause is UNSET else fact.cause,
            **members,
        )

    def move(
        self,
        call: Call,
        leg: Leg,
        state: ConnectionState,
        kind: type[ev.ConnectionEvent],
        why: Cause | None = None,
        **members: Any,
    ) -> None:
        """Bring a connection into a state, with its event and those that follow from it."""
        book = self._book
        previous = leg.state
        leaves = previous is _S.QUEUED is not state
        if leaves:
            self._queues.leaves(call, leg, _OUTCOMES.get(kind, Outcome.OTHER))
        leg.state, leg.since, leg.cause = state, book.since, why
        leg.sure = True
        self._note(call)
        if book.since is None:
            call.asked = True
        book.emit_leg(kind, call, leg, previous=previous, **members)
        if leaves:
            self._queues.left(leg)
        if leg.live:
            self._trunks.seized(call, leg)
        else:
            self._trunks.freed(call, leg.trunk)

    def _note(self, call: Call) -> None:
        """Take what follows from who is on the call."""
        live = call.live
        talking = sum(1 for leg in live if leg.state in (_S.CONNECTED, _S.HELD))
        if talking > 1 and call.connected_at is None:
            call.connected_at = self._book.at
        if call.direction is Direction.UNKNOWN:
            inside = {leg.device_id for leg in live if leg.device_id in self._book.inside}
            if len(inside) > 1 and len(inside) == len(live):
                call.direction = Direction.INTERNAL

    # One procedure per fact.

    def connection(self, fact: f.ConnectionFacts) -> None:
        """Take one fact about a connection."""
        call = self._beginnings.find(fact)
        if call is None:
            return
        if not isinstance(fact, _FROM_NULL):
            call.recognise(fact.device, self._book.inside)
        if isinstance(fact, (f.Cleared, f.Diverted)) and self._gone(call, fact):
            self._repeat(call, fact)
            return
        self._meet_caller(call, fact)
        self._promised(call, fact)
        leg = self._leg(call, fact)
        if leg is None:
            return
        match fact:
            case f.Initiated():
                self._begin(call, leg, fact, _S.INITIATED, ev.ConnectionInitiated)
            case f.Offered():
                self._begin(call, leg, fact, _S.INITIATED, ev.ConnectionOffered)
            case f.Originated():
                if leg.state in (_S.INITIATED, _S.UNKNOWN, _S.NULL):
                    self._join_story(call, fact)
                    self._step(call, leg, fact, _S.CONNECTED, ev.ConnectionOriginated)
                else:
                    self._repeat(call, fact, leg)
            case f.Queued():
                self._queued(call, leg, fact)
            case f.Alerting():
                far_end = fact.far_end or leg.trunk is not None
                self._once(call, leg, fact, _S.ALERTING, ev.ConnectionAlerting, far_end=far_end)
            case f.Connected():
                self._once(
                    call, leg, fact, _S.CONNECTED, ev.ConnectionConnected, answer=fact.answer
                )
            case f.Held():
                self._once(call, leg, fact, _S.HELD, ev.ConnectionHeld)
            case f.Retrieved():
                self._once(call, leg, fact, _S.CONNECTED, ev.ConnectionRetrieved)
            case f.NetworkReached():
                self._network_reached(call, leg, fact)
            case f.Failed():
                call.bound_for = None  # it gets no further
                self._once(call, leg, fact, _S.FAILED, ev.ConnectionFailed)
            case f.Bridged():
                self._once(call, leg, fact, _S.HELD, ev.ConnectionBridged)
            case f.Diverted():
                self._diverted(call, leg, fact)
            case f.Cleared():
                self._cleared(call, leg, fact)
        self._endings.settle(call)

    def _meet_caller(self, call: Call, fact: f.ConnectionFacts) -> None:
        """Put the caller on the call when somebody else's report is the first to name it."""
        book = self._book
        if call.caller is not None:
            return
        if isinstance(fact, (f.Initiated, f.Originated)):
            call.caller = call.device_id(fact.device, book.inside)
            return
        if fact.calling is None or fact.calling.key == fact.device.key:
            return
        self._recognise_caller(call, fact.calling)
        device_id = call.caller_id(fact.calling, book.inside)
        call.caller = device_id
        if call.leg(device_id) is not None or isinstance(fact, f.Cleared):
            return
        if len(call.legs) >= PARTIES:
            book.counters["refused"] += 1
            return
        leg = book.join(call, device_id)
        leg.number = fact.calling.number
        if fact.calling.form is DeviceForm.TRUNK:
            leg.trunk = fact.calling.key
            call.direction = Direction.INBOUND
        call.learn_numbers(fact.numbers)
        self.move(
            call,
            leg,
            _S.CONNECTED,
            ev.ConnectionOriginated,
            **{"origin": Origin.DERIVED, **UNTOLD},
        )

    def _recognise_caller(self, call: Call, calling: f.NativeDevice) -> None:
        """Take the one party outside of a call that began unseen for its caller.

        When the parties were asked for, nobody said which of them called.
        """
        everybody = [leg for leg in call.legs.values() if leg.outside]
        outside = [leg for leg in everybody if leg.live] or everybody
        named = calling.key in call.aliases or calling.key in self._book.inside
        if call.partial and len(outside) == 1 and not named:
            call.name(calling.key, outside[0].device_id)

    def _network_reached(self, call: Call, leg: Leg, fact: f.NetworkReached) -> None:
        """Take a call that left the switch; how the far party is doing is not known yet."""
        if leg.state in (_S.NULL, _S.UNKNOWN) and leg.since is None:
            if call.direction is Direction.UNKNOWN:
                call.direction = Direction.OUTBOUND
            self._step(call, leg, fact, _S.UNKNOWN, ev.ConnectionNetworkReached)
        else:
            self._repeat(call, fact, leg, Direction.OUTBOUND)

    def _gone(self, call: Call, fact: f.ConnectionFact) -> bool:
        """Whether the device of a fact has left the call before."""
        leg = call.leg(call.device_id(fact.device, self._book.inside))
        return leg is not None and not leg.live

    def _once(
        self,
        call: Call,
        leg: Leg,
        fact: f.ConnectionFact,
        state: ConnectionState,
        kind: type[ev.ConnectionEvent],
        **members: Any,
    ) -> None:
        """Make a step unless the connection is there already."""
        if leg.state is state:
            self._repeat(call, fact, leg)
        else:
            self._step(call, leg, fact, state, kind, **members)

    def _begin(
        self,
        call: Call,
        leg: Leg,
        fact: f.ConnectionFact,
        state: ConnectionState,
        kind: type[ev.ConnectionEvent],
    ) -> None:
        if leg.live:
            self._repeat(call, fact, leg)
            return
        self._join_story(call, fact)
        self._step(call, leg, fact, state, kind)

    def _join_story(self, call: Call, fact: f.ConnectionFact) -> None:
        """Let a consultation belong to the story of the call that the device holds."""
        held = self._beginnings.held_by(fact)
        if (
            held is not None
            and held is not call
            and (news := self._beginnings.join(call, held))
        ):
            self._book.emit_call(
                ev.CallDataChanged, call, **{"origin": self._book.derived, **UNTOLD, **news}
            )

    def _queued(self, call: Call, leg: Leg, fact: f.Queued) -> None:
        waiting = None if fact.waiting is UNSET else fact.waiting
        queue_id = call.device_id(fact.queue, self._book.inside)
        if leg.state is _S.QUEUED and leg.queue_id == queue_id:
            self._repeat(call, fact, leg)
            if waiting is not None:
                self._queues.told(queue_id, waiting)
            return
        if leg.state is _S.QUEUED:  # at a further queue
            self._queues.leaves(call, leg, Outcome.DIVERTED)
            self._queues.left(leg)
        leg.queue_id = queue_id
        self._step(
            call,
            leg,
            fact,
            _S.QUEUED,
            ev.ConnectionQueued,
            queue_id=queue_id,
            position=fact.position,
            waiting=fact.waiting,
        )
        self._queues.entered(queue_id, waiting)

    def _diverted(self, call: Call, leg: Leg, fact: f.Diverted) -> None:
        inside = self._book.inside
        to = None if fact.to is None else call.device_id(fact.to, inside)
        call.went_on = to is None or to not in inside
        if not call.went_on:
            there = call.leg(to or "")
            call.bound_for = None if there is not None and there.live else to
        self._step(call, leg, fact, _S.NULL, ev.ConnectionDiverted, to=to)

    def _cleared(self, call: Call, leg: Leg, fact: f.Cleared) -> None:
        released: str | UnsetType | None
        if isinstance(fact.released_by, f.NativeDevice):
            released = call.device_id(fact.released_by, self._book.inside)
        else:
            released = fact.released_by
        self._step(call, leg, fact, _S.NULL, ev.ConnectionCleared, released_by=released)

    def ended(self, fact: f.CallEnded) -> None:
        """Take the end of a whole call."""
        call = self._beginnings.find(fact)
        if call is None:
            return
        if news := self._beginnings.learn(call, fact):
            self._book.emit_call(ev.CallDataChanged, call, **news)
        self._endings.clear_rest(call, self._book.derived)
        self._endings.end(call, fact.origin)

    def informed(self, fact: f.CallInformed) -> None:
        """Take numbers and data of a call."""
        call = self._beginnings.find(fact)
        if call is None:
            return
        late = call.state is not CallState.ACTIVE
        if news := self._beginnings.learn(call, fact):
            self._book.emit_call(ev.CallDataChanged, call, late=late, **news)
        known = None if fact.device is None else call.known(fact.device, self._book.inside)
        leg = None if known is None or late else call.leg(known)
        if fact.device is None or leg is None or not leg.live:
            return
        if fact.device.number is not None and fact.device.number != leg.number:
            leg.number = fact.device.number
            self._book.emit_call(
                ev.CallPartyChanged,
                call,
                device_id=leg.device_id,
                leg=leg.leg,
                number=leg.number,
            )

    def digits(self, fact: f.DigitsTold) -> None:
        """Take digits that a party dialled or generated."""
        self._on_call(ev.CallDigits, fact, fact.device, digits=fact.digits)

    def charged(self, fact: f.ChargeTold) -> None:
        """Take advice of charge."""
        self._on_call(ev.CallCharged, fact, fact.device, charge=fact.charge)

    def _on_call(
        self,
        kind: type[ev.CallEvent],
        fact: f.CallFact,
        device: f.NativeDevice | None,
        **members: Any,
    ) -> None:
        """Tell something that happened on a call and changes nothing else of it."""
        call = self._beginnings.find(fact)
        if call is None:
            return
        late = call.state is not CallState.ACTIVE
        if news := self._beginnings.learn(call, fact):
            self._book.emit_call(ev.CallDataChanged, call, late=late, **news)
        device_id = None
        if device is not None:
            call.recognise(device, self._book.inside)  # who does it was there before
            device_id = call.device_id(device, self._book.inside)
        self._book.emit_call(kind, call, late=late, device_id=device_id, **members)


def _better(known: Number | None, told: Number | None) -> bool:
    """Whether a number tells more of a party than the known one."""
    if told is None or known is None:
        return told is not None
    return (not known.raw and bool(told.raw)) or (known.name is None and told.name is not None)
