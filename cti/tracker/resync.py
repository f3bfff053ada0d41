"""What the switch tells when it is asked for its state (docs/decisions/0005).

An answer is the truth at its place in the link's ordered stream: what is believed and not
listed is gone, what is listed and not believed has come. While a whole link is asked for, a
call that one device does not list any more may have been taken over by another, or its
identifier by another call; that is decided when the call itself was asked for, or at the end.
"""

from __future__ import annotations

from typing import Any, Final

from cti import facts as f
from cti import moment
from cti.calls import PARTIES, Call, Leg
from cti.facts import DeviceForm
from cti.model import events as ev
from cti.model.states import Answer, ConnectionState, Origin
from cti.tracker.beginnings import Beginnings
from cti.tracker.book import UNTOLD, Book
from cti.tracker.connections import Connections
from cti.tracker.endings import Endings
from cti.tracker.queues import Queues
from cti.tracker.verdicts import Newcomer, Run, Verdict

_S = ConnectionState

_TELLS: Final[dict[ConnectionState, type[ev.ConnectionEvent]]] = {
    _S.INITIATED: ev.ConnectionInitiated,
    _S.ALERTING: ev.ConnectionAlerting,
    _S.CONNECTED: ev.ConnectionConnected,
    _S.HELD: ev.ConnectionHeld,
    _S.QUEUED: ev.ConnectionQueued,
    _S.FAILED: ev.ConnectionFailed,
    _S.UNKNOWN: ev.ConnectionFound,
}
"""Event that tells a state, whatever was before."""

_Listed = tuple[str | None, f.SeenLeg]
"""A listed connection, with its device where that is what was asked for."""
GONE: Final = "not there any more when the switch was asked"


class Resync:
    """Procedures of answers to snapshots, and of the asking for a whole link."""

    def __init__(
        self,
        book: Book,
        beginnings: Beginnings,
        connections: Connections,
        queues: Queues,
        endings: Endings,
    ) -> None:
        self._book = book
        self._beginnings = beginnings
        self._connections = connections
        self._queues = queues
        self._endings = endings

    # From begin to end.

    def begun(self, fact: f.ResyncBegun) -> None:
        """Take that a link is asked for everything; one that is asked already begins anew."""
        book = self._book
        before = book.runs.get(book.link_id)
        begun_at = book.at if before is None else before.begun_at
        book.runs[book.link_id] = Run(begun_at, {call.call_id for call in book.calls})
        for call in book.calls:
            if call.link_id == book.link_id:
                call.doubt()
                book.calls.touch(call)
        if before is not None:
            return  # the end of this one is the end of both
        book.emit(ev.SnapshotBegin, reason=fact.reason, origin=Origin.SYNTHETIC)

    def ended(self, fact: f.ResyncEnded) -> None:
        """Take that everything was asked, and decide about what nobody listed."""
        book = self._book
        run = book.runs.get(book.link_id)
        if run is None:
            book.counters["refused"] += 1
            return
        for call_id in run.open():
            call = book.calls.by_id(call_id)
            if call is not None:
                self._decide(run, call)
        for device_id in sorted(run.uncounted):
            self._count(device_id)
        del book.runs[book.link_id]
        for call in book.calls:
            if call.stale and call.link_id == book.link_id:
                call.unverified, call.given_until = True, None
                book.calls.touch(call)
                run.not_verified(call)
                book.agenda.watch(call)
        book.emit(
            ev.SnapshotEnd,
            **run.counts(),
            duration=(book.at - run.begun_at) / moment.SECOND,
            complete=fact.complete,
            origin=Origin.SYNTHETIC,
        )

    def not_seen(self, fact: f.NotSeen) -> None:
        """Take that the switch did not tell about a device or a call."""
        run = self._book.runs.get(self._book.link_id)
        self._book.counters["not_seen"] += 1
        if run is None:
            return
        if fact.device is not None:
            for call, _ in self._book.calls.at(fact.device.key):
                run.judge(call, Verdict.UNVERIFIABLE)
        named = None if fact.call is None else self._book.calls.live(fact.call)
        if named is not None:
            run.judge(named, Verdict.UNVERIFIABLE)

    def _decide(self, run: Run, call: Call) -> None:
        """Decide about a call that was not asked for itself."""
        gone, came = run.take(call)
        missing = [leg for leg in gone if leg.live and not leg.sure]
        newcomers = [one for one in came if call.leg(one.device_id) is one.before]
        left = [leg for leg in call.live if leg not in missing]
        if missing and not any(leg.device_id in self._book.inside for leg in left):
            if newcomers:
                self._replace(call, [(one.device_id, one.seen) for one in newcomers], None)
            else:
                self._lose(call)
            return
        if newcomers:
            self._book.hear(call)
        for leg in missing:
            self._clear(call, leg)
        for one in newcomers:
            self._place(call, one.device_id, one.seen)
        if missing or newcomers:
            run.judge(call, Verdict.CORRECTED)
            self._endings.settle(call)

    # One device.

    def device_seen(self, fact: f.DeviceSeen) -> None:
        """Take all connections of a device."""
        book = self._book
        run = book.runs.get(book.link_id)
        device_id = fact.device.key
        there: dict[str, list[f.SeenLeg]] = {}
        for seen in fact.legs:
            if seen.state is not _S.NULL:
                there.setdefault(seen.call, []).append(seen)
        believed: dict[str, list[Leg]] = {}
        calls: dict[str, Call] = {}
        for call, leg in book.calls.at(device_id):
            calls[call.call_id] = call
            believed.setdefault(call.call_id, []).append(leg)
        for native, legs in there.items():
            known = book.calls.live(native)
            if known is None:
                self._discover(native, [(device_id, seen) for seen in legs], None)
            else:
                mine = believed.pop(known.call_id, [])
                self._listed(run, known, device_id, mine, legs)
        for call_id, rest in believed.items():
            self._missed(run, calls[call_id], rest)
        states = [seen.state for seen in fact.legs]
        if run is not None and _S.UNKNOWN in states:
            run.uncounted.add(device_id)  # the calls themselves will tell
        elif _S.QUEUED in states or device_id in book.queues:
            self._queues.counted(device_id, states.count(_S.QUEUED))

    def _count(self, device_id: str) -> None:
        """Count who waits at a device whose own answer did not tell it."""
        states = [leg.state for _, leg in self._book.calls.at(device_id)]
        if _S.UNKNOWN not in states and (_S.QUEUED in states or device_id in self._book.queues):
            self._queues.counted(device_id, states.count(_S.QUEUED))

    def _listed(
        self,
        run: Run | None,
        call: Call,
        device_id: str,
        mine: list[Leg],
        there: list[f.SeenLeg],
    ) -> None:
        """Compare what is believed and what is listed of a device on one call."""
        _call_it(call, device_id, there)
        pairs, missing, more = _paired(mine, there)
        if run is not None and not mine and run.doubts(call):
            for seen in more:  # its identifier may be another call's by now
                run.came(call, Newcomer(seen, device_id, call.leg(device_id)))
            return
        self._hear(run, call)
        changed = [self._compare(call, leg, seen.state) for leg, seen in pairs]
        changed += [self._place(call, device_id, seen) for seen in more]
        if missing:
            self._missed(run, call, missing)
        if run is not None:
            run.judge(call, Verdict.CORRECTED if any(changed) else Verdict.CONFIRMED)

    def _missed(self, run: Run | None, call: Call, legs: list[Leg]) -> None:
        """Take that a device is not on a call any more."""
        self._book.calls.touch(call)
        for leg in legs:
            leg.sure = False
            if leg.queue_id == leg.device_id:
                leg.queue_id = None  # the queue is counted without it
        if run is not None:
            run.gone(call, legs)
            return
        for leg in legs:
            self._clear(call, leg)
        self._endings.settle(call)

    # One call.

    def call_seen(self, fact: f.CallSeen) -> None:
        """Take all parties of a call."""
        book = self._book
        run = book.runs.get(book.link_id)
        call = book.calls.live(fact.call)
        there = [seen for seen in fact.legs if seen.state is not _S.NULL]
        if call is None:
            if there:
                self._discover(fact.call, [(None, seen) for seen in there], fact)
            else:
                book.counters["collapsed"] += 1
            return
        if run is not None:
            run.take(call)
        if not there:
            self._lose(call)
        elif call.live and not self._common(call, there):
            self._replace(call, [(None, seen) for seen in there], fact)
        else:
            self._hear(run, call)
            changed = self._correct(call, there, fact)
            if run is not None:
                run.judge(call, Verdict.CORRECTED if changed else Verdict.CONFIRMED)
            if _arrived(call):
                call.bound_for = None
            self._endings.settle(call)

    def _common(self, call: Call, there: list[f.SeenLeg]) -> bool:
        """Whether somebody who is believed to be on the call is listed."""
        believed = {leg.device_id for leg in call.live}
        return any(call.known(seen.device, self._book.inside) in believed for seen in there)

    def _correct(self, call: Call, there: list[f.SeenLeg], fact: f.CallSeen) -> bool:
        """Bring a call to what is listed; return whether anything was different."""
        book = self._book
        if news := self._beginnings.learn(call, fact):
            book.emit_call(ev.CallDataChanged, call, **{**UNTOLD, **news})
        believed: dict[str, list[Leg]] = {}
        for leg in call.live:
            believed.setdefault(leg.device_id, []).append(leg)
        listed: dict[str | None, list[f.SeenLeg]] = {}
        for seen in there:
            known = call.known(seen.device, book.inside)
            if known not in (None, seen.device.key):
                call.name(seen.device.key, known)  # not by its number only
            listed.setdefault(known, []).append(seen)
        pairs: list[tuple[Leg, f.SeenLeg]] = []
        missing: list[Leg] = []
        more: list[f.SeenLeg] = []
        for device_id in dict.fromkeys([*believed, *listed]):
            both, gone, came = _paired(
                believed.get(device_id or "", []), listed.get(device_id, [])
            )
            pairs, missing, more = pairs + both, missing + gone, more + came
        self._same_party(call, missing, more, pairs)
        for leg in missing:
            self._clear(call, leg)
        moved = [self._compare(call, leg, seen.state) for leg, seen in pairs]
        placed = [self._place(call, None, seen) for seen in more]
        return bool(news or missing) or any(moved) or any(placed)

    def _same_party(
        self,
        call: Call,
        missing: list[Leg],
        more: list[f.SeenLeg],
        pairs: list[tuple[Leg, f.SeenLeg]],
    ) -> None:
        """Take the one party outside that is left on both sides for the same one."""
        gone = [leg for leg in missing if leg.outside]
        came = [seen for seen in more if seen.device.form is not DeviceForm.STATIC]
        if len(gone) == len(came) == 1:
            call.name(came[0].device.key, gone[0].device_id)
            missing.remove(gone[0])
            more.remove(came[0])
            pairs.append((gone[0], came[0]))

    # Steps.

    def _hear(self, run: Run | None, call: Call) -> None:
        if run is not None:
            run.found(call)
        self._book.hear(call)

    def _compare(self, call: Call, leg: Leg, state: ConnectionState) -> bool:
        """Bring a connection to the state that is listed; return whether it was another."""
        sure, leg.sure = leg.sure, True
        if state in (leg.state, _S.UNKNOWN):
            return False
        if sure and _proceeds(leg) and state is _S.CONNECTED:
            return False  # its trunk is; nobody told that the far party answered
        self._move(call, leg, state)
        return True

    def _place(self, call: Call, device_id: str | None, seen: f.SeenLeg) -> bool:
        """Put a listed party on a call; return whether there was room."""
        book = self._book
        if len(call.legs) >= PARTIES:
            book.counters["refused"] += 1
            return False
        leg = book.join(call, device_id or call.device_id(seen.device, book.inside))
        leg.number = seen.device.number
        if seen.device.form is DeviceForm.TRUNK:
            leg.trunk = seen.device.key
        self._move(call, leg, seen.state)
        return True

    def _move(self, call: Call, leg: Leg, state: ConnectionState) -> None:
        kind = _TELLS[state]
        members: dict[str, Any] = dict(UNTOLD)
        if state is _S.CONNECTED and leg.state is _S.HELD:
            kind = ev.ConnectionRetrieved
        elif state is _S.CONNECTED and leg.state is _S.INITIATED:
            kind = ev.ConnectionOriginated
        if kind is ev.ConnectionConnected:
            members["answer"] = Answer.UNKNOWN
        elif kind is ev.ConnectionQueued:
            self._queues.find(leg.device_id)
            leg.queue_id = members["queue_id"] = leg.device_id
        self._connections.move(call, leg, state, kind, **members)

    def _clear(self, call: Call, leg: Leg) -> None:
        self._connections.move(call, leg, _S.NULL, ev.ConnectionCleared, **UNTOLD)

    def _discover(self, native: str, there: list[_Listed], told: f.CallSeen | None) -> None:
        """Make a call that was not known, if anybody is on it who tells of it further on."""
        if not any(self._monitored(device_id, seen) for device_id, seen in there):
            self._book.counters["collapsed"] += 1
            return
        call = self._beginnings.create(native, partial=True, told=told)
        run = self._book.runs.get(self._book.link_id)
        if run is not None:
            run.discovered(call)
        if told is not None and (news := self._beginnings.learn(call, told)):
            self._book.emit_call(ev.CallDataChanged, call, **{**UNTOLD, **news})
        for device_id, seen in there:
            if device_id is not None:
                _call_it(call, device_id, [seen])
            self._place(call, device_id, seen)

    def _monitored(self, device_id: str | None, seen: f.SeenLeg) -> bool:
        device, inside = seen.device, self._book.inside
        if device_id is not None or device.form is DeviceForm.STATIC:
            return (device_id or device.key) in inside
        return device.number is not None and device.number.raw in inside

    def _replace(self, call: Call, there: list[_Listed], told: f.CallSeen | None) -> None:
        """Take that an identifier belongs to another call by now."""
        native = call.native
        self._lose(call)
        self._discover(native, there, told)

    def _lose(self, call: Call) -> None:
        run = self._book.runs.get(self._book.link_id)
        if run is not None:
            run.judge(call, Verdict.LOST)
        self._endings.lose(call, GONE, Origin.SNAPSHOT)


def _arrived(call: Call) -> bool:
    """Whether those who are on a call have met somebody, or failed to."""
    return len(call.live) > 1 or any(leg.state is _S.FAILED for leg in call.live)


def _proceeds(leg: Leg) -> bool:
    """Whether a call left over a trunk for a party of whom nothing else was told."""
    return leg.state is _S.UNKNOWN and leg.outside and leg.trunk is not None


def _call_it(call: Call, device_id: str, there: list[f.SeenLeg]) -> None:
    """Know a device by the names that the switch has for it on a call."""
    for seen in there:
        if seen.device.key != device_id:
            call.name(seen.device.key, device_id)


def _paired(
    mine: list[Leg], there: list[f.SeenLeg]
) -> tuple[list[tuple[Leg, f.SeenLeg]], list[Leg], list[f.SeenLeg]]:
    """Match the connections of one device on one call; return pairs and what is left over.

    Connections in the same state belong together first: a device may be there twice.
    """
    pairs: list[tuple[Leg, f.SeenLeg]] = []
    rest, open_ = list(there), []
    for leg in mine:
        same = next((seen for seen in rest if seen.state is leg.state), None)
        if same is None:
            open_.append(leg)
        else:
            rest.remove(same)
            pairs.append((leg, same))
    pairs += zip(open_, rest, strict=False)
    return pairs, open_[len(rest) :], rest[len(open_) :]
