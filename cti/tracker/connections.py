"""What happens to the connections of a call (normalized states and legal transitions).

Every procedure finds or makes the call, takes repeats of the same report together, makes the
step and writes its event. The switch is right: a step that the table of legal transitions
does not have is made too, and marked.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from cti import calldata, moment
from cti import facts as f
from cti.calldata import Promise
from cti.calls import PARTIES, Call, Leg
from cti.facts import DeviceForm
from cti.identity import thread_of
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.objects import Summary
from cti.model.states import (
    LEGAL_TRANSITIONS,
    Basis,
    CallState,
    ConnectionState,
    Direction,
    Origin,
    Outcome,
)
from cti.tracker.book import UNTOLD, Book, QueueRecord

REUSE_GUARD: Final = 3600 * moment.SECOND
"""A call silent for longer gives way to a new call under the same native identifier."""

ECHO: Final = 2 * moment.SECOND
"""Within this time several monitors report one fact."""

_BEGINNINGS: Final = (f.Initiated, f.Originated, f.Offered, f.Queued, f.Alerting)
"""Facts a call can begin with; a call first heard of by another is partial."""
_LATE: Final = (f.Cleared, f.Failed, f.Diverted, f.CallEnded, f.DigitsTold, f.ChargeTold)
"""Facts that say nothing new of a call that has ended."""
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


class Connections:
    """Procedures of connections and of the calls they make up."""

    def __init__(self, book: Book) -> None:
        self._book = book

    # Finding and making calls.

    def call(self, fact: f.CallFact) -> Call | None:
        """Find the call of a fact, or make it; None when the fact is a late repeat."""
        book = self._book
        call = book.calls.live(fact.call)
        beginning = isinstance(fact, _BEGINNINGS)
        if call is not None and beginning and book.at - call.heard_at > REUSE_GUARD:
            self.lose(call, "identifier used again")
            call = None
        if call is None:
            ended = book.calls.ended(fact.call, book.at)
            if ended is not None and isinstance(fact, f.CallInformed):
                return ended
            if ended is not None and self._late(ended, fact):
                book.counters["collapsed"] += 1
                return None
            call = self.create(fact.call, partial=not beginning, told=fact)
        elif call.stale:
            call.stale_since = None
            book.emit_call(
                ev.CallRecovered, call, origin=Origin.DERIVED, parties=call.parties(), **UNTOLD
            )
        call.heard_at = book.at
        return call

    def _late(self, ended: Call, fact: f.CallFact) -> bool:
        """Whether a fact says nothing new of a call that ended just now.

        A failure may also be the first that is heard of a new call under an identifier that
        is used again: what others report of the old one comes at once.
        """
        if isinstance(fact, f.Failed) and ended.ended_at is not None:
            return self._book.at - ended.ended_at <= ECHO
        return isinstance(fact, _LATE)

    def create(self, native: str, *, partial: bool, told: f.CallFact | None = None) -> Call:
        """Make a new call, with its event."""
        book = self._book
        call_id = book.identities.begin(native)
        call = Call(call_id, thread_of(call_id), native, book.at)
        call.partial = partial
        book.calls.add(call)
        members: dict[str, Any] = {}
        if told is not None:
            call.learn_numbers(told.numbers)
            if told.direction is not UNSET:
                call.direction = told.direction
            if told.global_ref is not UNSET:
                call.global_ref = members["global_ref"] = told.global_ref
        book.emit_call(
            ev.CallCreated,
            call,
            origin=Origin.DERIVED,
            direction=call.direction,
            partial=partial,
            numbers=call.numbers,
            native_id=native,
            **members,
        )
        return call

    def made(self, native: str) -> Call:
        """Find or make the call that the answer to a command names."""
        call = self._book.calls.live(native)
        if call is None:
            call = self.create(native, partial=False)
        call.heard_at = self._book.at
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

    def _learn(self, call: Call, fact: f.CallFact) -> dict[str, Any]:
        """Take what a fact tells of its call; return the members of a change event, if any."""
        news: dict[str, Any] = {}
        if call.learn_numbers(fact.numbers):
            news["numbers"] = call.numbers
        if (delta := call.learn_data(fact.data)) is not None:
            news["delta"] = delta
        if fact.global_ref is not UNSET and call.global_ref != fact.global_ref:
            call.global_ref = news["global_ref"] = fact.global_ref
        if fact.direction is not UNSET and call.direction is Direction.UNKNOWN:
            call.direction = fact.direction
        return news

    def _leg(self, call: Call, fact: f.ConnectionFact) -> Leg | None:
        """Find the connection of a fact's device, or begin one; None when there is no room."""
        book = self._book
        device_id = call.device_id(fact.device, book.monitored)
        leg = call.leg(device_id)
        if call.bound_for == device_id:
            call.bound_for = None
        if leg is None or (not leg.live and isinstance(fact, _FROM_NULL)):
            if len(call.legs) >= PARTIES:
                book.counters["refused"] += 1
                return None
            leg = call.add(device_id, book.agent_at.get(device_id))
            call.bound_for = None  # it has got somewhere, be it further than it was sent
            if not isinstance(fact, _FROM_NULL):
                leg.state = _S.UNKNOWN
        if fact.device.number is not None:
            leg.number = fact.device.number
        if fact.device.form is DeviceForm.TRUNK:
            leg.trunk = fact.device.key
        return leg

    def _repeat(self, call: Call, fact: f.CallFact) -> None:
        """Take a further report of the same fact: only what it adds is told."""
        self._book.counters["collapsed"] += 1
        if news := self._learn(call, fact):
            self._book.emit_call(ev.CallDataChanged, call, **news)

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
        if state not in LEGAL_TRANSITIONS[previous]:
            book.counters["anomaly.unexpected_transition"] += 1
            members["anomaly"] = "unexpected_transition"
        self._learn(call, fact)
        leg.state = state
        leg.since = book.at
        leg.cause = None if fact.cause is UNSET else fact.cause
        self._note(call)
        book.emit_leg(kind, call, leg, previous=previous, **members)

    def _note(self, call: Call) -> None:
        """Take what follows from who is on the call."""
        live = call.live
        talking = sum(1 for leg in live if leg.state in (_S.CONNECTED, _S.HELD))
        if talking > 1 and call.connected_at is None:
            call.connected_at = self._book.at
        if call.direction is Direction.UNKNOWN:
            inside = {leg.device_id for leg in live if leg.device_id in self._book.monitored}
            if len(inside) > 1 and len(inside) == len(live):
                call.direction = Direction.INTERNAL

    # One procedure per fact.

    def connection(self, fact: f.ConnectionFacts) -> None:
        """Take one fact about a connection."""
        call = self.call(fact)
        if call is None:
            return
        if not isinstance(fact, _FROM_NULL):
            call.recognise(fact.device, self._book.monitored)
        if isinstance(fact, (f.Cleared, f.Diverted)) and (gone := self._gone(call, fact)):
            self._repeat(call, gone)
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
                    self._join_story(call, leg, fact)
                    self._step(call, leg, fact, _S.CONNECTED, ev.ConnectionOriginated)
                else:
                    self._repeat(call, fact)
            case f.Queued():
                self._queued(call, leg, fact)
            case f.Alerting():
                far_end = fact.far_end or leg.trunk is not None
                self._once(call, leg, fact, _S.ALERTING, ev.ConnectionAlerting, far_end=far_end)
            case f.Connected():
                if leg.state is _S.QUEUED:
                    self._dequeued(call, leg, Outcome.CONNECTED)
                self._once(
                    call, leg, fact, _S.CONNECTED, ev.ConnectionConnected, answer=fact.answer
                )
            case f.Held():
                self._once(call, leg, fact, _S.HELD, ev.ConnectionHeld)
            case f.Retrieved():
                self._once(call, leg, fact, _S.CONNECTED, ev.ConnectionRetrieved)
            case f.NetworkReached():
                leg.trunk = fact.trunk
                if call.direction is Direction.UNKNOWN:
                    call.direction = Direction.OUTBOUND
                self._network_reached(call, leg, fact)
            case f.Failed():
                self._once(call, leg, fact, _S.FAILED, ev.ConnectionFailed)
            case f.Bridged():
                self._once(call, leg, fact, _S.HELD, ev.ConnectionBridged)
            case f.Diverted():
                self._diverted(call, leg, fact)
            case f.Cleared():
                self._cleared(call, leg, fact)
        self.settle(call)

    def _meet_caller(self, call: Call, fact: f.ConnectionFacts) -> None:
        """Put the caller on the call when somebody else's report is the first to name it."""
        book = self._book
        if call.caller is not None:
            return
        if isinstance(fact, (f.Initiated, f.Originated)):
            call.caller = call.device_id(fact.device, book.monitored)
            return
        if fact.calling is None or fact.calling.key == fact.device.key:
            return
        device_id = call.caller_id(fact.calling, book.monitored)
        call.caller = device_id
        if call.leg(device_id) is not None or isinstance(fact, f.Cleared):
            return
        leg = call.add(device_id, book.agent_at.get(device_id))
        leg.number = fact.calling.number
        if fact.calling.form is DeviceForm.TRUNK:
            leg.trunk = fact.calling.key
            call.direction = Direction.INBOUND
        leg.state, leg.since = _S.CONNECTED, book.at
        call.learn_numbers(fact.numbers)
        book.emit_leg(
            ev.ConnectionOriginated,
            call,
            leg,
            previous=_S.NULL,
            origin=Origin.DERIVED,
            **UNTOLD,
        )

    def _network_reached(self, call: Call, leg: Leg, fact: f.NetworkReached) -> None:
        """Take a call that left the switch; how the far party is doing is not known yet."""
        if leg.state in (_S.NULL, _S.UNKNOWN) and leg.since is None:
            self._step(call, leg, fact, _S.UNKNOWN, ev.ConnectionNetworkReached)
        else:
            self._repeat(call, fact)

    def _gone(self, call: Call, fact: f.ConnectionFact) -> f.ConnectionFact | None:
        """Return the fact if its device has left the call before."""
        leg = call.leg(call.device_id(fact.device, self._book.monitored))
        return fact if leg is not None and not leg.live else None

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
            self._repeat(call, fact)
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
            self._repeat(call, fact)
            return
        self._join_story(call, leg, fact)
        self._step(call, leg, fact, state, kind)

    def _join_story(self, call: Call, leg: Leg, fact: f.ConnectionFact) -> None:
        """Let a consultation belong to the story of the call that the device holds."""
        if fact.cause is not Cause.CONSULTATION:
            return
        for other in self._book.calls:
            held = other.leg(leg.device_id)
            if other is not call and held is not None and held.state is _S.HELD:
                call.thread_id = other.thread_id

    def _queued(self, call: Call, leg: Leg, fact: f.Queued) -> None:
        book = self._book
        queue_id = call.device_id(fact.queue, book.monitored)
        if leg.state is _S.QUEUED:
            self._repeat(call, fact)
        else:
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
        if fact.waiting is not UNSET:
            queue = book.queues.setdefault(queue_id, QueueRecord())
            if queue.waiting != fact.waiting:
                queue.waiting, queue.basis = fact.waiting, Basis.REPORTED
                queue.version += 1
                book.emit(
                    ev.QueueUpdated,
                    queue_id=queue_id,
                    version=queue.version,
                    waiting=queue.waiting,
                    basis=queue.basis,
                    **UNTOLD,
                )

    def _dequeued(self, call: Call, leg: Leg, outcome: Outcome) -> None:
        self._book.emit_leg(
            ev.ConnectionDequeued,
            call,
            leg,
            previous=leg.state,
            queue_id=leg.device_id,
            outcome=outcome,
            origin=Origin.DERIVED,
        )

    def _diverted(self, call: Call, leg: Leg, fact: f.Diverted) -> None:
        to = None if fact.to is None else call.device_id(fact.to, self._book.monitored)
        if leg.state is _S.QUEUED:
            self._dequeued(call, leg, Outcome.DIVERTED)
        call.went_on = to is None or to not in self._book.monitored
        if not call.went_on:
            there = call.leg(to or "")
            call.bound_for = None if there is not None and there.live else to
        self._step(call, leg, fact, _S.NULL, ev.ConnectionDiverted, to=to)

    def _cleared(self, call: Call, leg: Leg, fact: f.Cleared) -> None:
        if leg.state is _S.QUEUED:
            self._dequeued(call, leg, Outcome.ABANDONED)
        released: str | UnsetType | None
        if isinstance(fact.released_by, f.NativeDevice):
            released = call.device_id(fact.released_by)
        else:
            released = fact.released_by
        self._step(
            call,
            leg,
            fact,
            _S.NULL,
            ev.ConnectionCleared,
            released_by=released,
        )

    def ended(self, fact: f.CallEnded) -> None:
        """Take the end of a whole call."""
        call = self.call(fact)
        if call is None:
            return
        self._learn(call, fact)
        self._clear_rest(call, Origin.DERIVED)
        self.end(call, fact.origin)

    def informed(self, fact: f.CallInformed) -> None:
        """Take numbers and data of a call."""
        call = self.call(fact)
        if call is not None and (news := self._learn(call, fact)):
            late = call.state is not CallState.ACTIVE
            self._book.emit_call(ev.CallDataChanged, call, late=late, **news)

    def digits(self, fact: f.DigitsTold) -> None:
        """Take digits that a party dialled or generated."""
        call = self.call(fact)
        if call is not None:
            device_id = None if fact.device is None else call.device_id(fact.device)
            self._book.emit_call(ev.CallDigits, call, device_id=device_id, digits=fact.digits)

    def charged(self, fact: f.ChargeTold) -> None:
        """Take advice of charge."""
        call = self.call(fact)
        if call is not None:
            device_id = None if fact.device is None else call.device_id(fact.device)
            self._book.emit_call(ev.CallCharged, call, device_id=device_id, charge=fact.charge)

    # Ends.

    def settle(self, call: Call) -> None:
        """End a call that nobody is on, or that nobody can tell of any more.

        Reports come from monitored devices only. When the last of them has left, at most one
        other party being left means that the call is over; with more of them it goes on out
        of sight.
        """
        if call.state is not CallState.ACTIVE or call.bound_for is not None:
            return
        live = call.live
        if not live and call.went_on:
            self.lose(call, "went on where no device is monitored")
            return
        if not live:
            self.end(call, Origin.DERIVED)
            return
        monitored = self._book.monitored
        if any(leg.device_id in monitored for leg in live):
            call.went_on = False
        elif any(leg.device_id in monitored for leg in call.legs.values()):
            if call.went_on or len(live) > 1:
                self.lose(call, "went on where no device is monitored")
            else:
                self._clear_rest(call, Origin.INFERRED)
                self.end(call, Origin.INFERRED)

    def _clear_rest(self, call: Call, origin: Origin) -> None:
        for leg in call.live:
            previous, leg.state = leg.state, _S.NULL
            leg.since = self._book.at
            self._book.emit_leg(
                ev.ConnectionCleared, call, leg, previous=previous, origin=origin, **UNTOLD
            )

    def lose(self, call: Call, reason: str, origin: Origin = Origin.INFERRED) -> None:
        """Give up a call that nobody can tell of any more."""
        call.state = CallState.LOST
        self._book.emit_call(ev.CallLost, call, reason=reason, origin=origin, **UNTOLD)
        for leg in call.live:
            leg.state = _S.NULL
        self.end(call, origin, told_cause=False)

    def end(self, call: Call, origin: Origin, *, told_cause: bool = True) -> None:
        """Write the last event of a call and take it out of the live ones."""
        book = self._book
        exact = not call.partial and not call.stale and call.state is CallState.ACTIVE
        if call.state is CallState.ACTIVE:
            call.state = CallState.ENDED
        call.ended_at = book.at
        connected = None
        if call.connected_at is not None:
            connected = (book.at - call.connected_at) / moment.SECOND
        devices = dict.fromkeys(leg.device_id for leg in call.legs.values())
        summary = Summary(
            created_at=moment.text(call.created_at),
            ended_at=moment.text(book.at),
            duration=(book.at - call.created_at) / moment.SECOND,
            connected=connected,
            exact=exact and origin is not Origin.INFERRED,
            direction=call.direction,
            numbers=call.numbers,
            parties=tuple(devices),
            data=call.data,
            thread_aliases=tuple(call.thread_aliases),
        )
        untold = {} if told_cause and origin is not Origin.INFERRED else UNTOLD
        book.emit_call(ev.CallCleared, call, origin=origin, summary=summary, **untold)
        book.calls.end(call)
