"""Transfer and conference: two calls become one (identity rules of docs/model.md).

The primary call's ``call_id`` survives, whatever native identifier the switch uses
afterwards. The secondary call ends with ``call.merged``; its parties appear on the primary.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET

from cti import facts as f
from cti import moment
from cti.calldata import joined
from cti.calls import HANDLE, PARTIES, Call, Leg
from cti.facts import MergeKind
from cti.model import events as ev
from cti.model.causes import Cause
from cti.model.data import CallData
from cti.model.objects import Moved
from cti.model.states import CallState, ConnectionState
from cti.tracker.beginnings import Beginnings
from cti.tracker.book import Book
from cti.tracker.connections import Connections
from cti.tracker.endings import Endings
from cti.tracker.trunks import Trunks

_S = ConnectionState

_MEANS: Final[dict[object, type[ev.ConnectionEvent]]] = {
    _S.ALERTING: ev.ConnectionAlerting,
    _S.CONNECTED: ev.ConnectionConnected,
    _S.FAILED: ev.ConnectionFailed,
    _S.HELD: ev.ConnectionHeld,
}
"""Event that tells the state of a connection whose merge did not."""


def _both(one: CallData | None, other: CallData) -> CallData:
    """Put two changes together; the later one wins."""
    if one is None:
        return other
    told = {name: getattr(other, name) for name in CallData.__struct_fields__}
    return msgspec.structs.replace(
        one, **{name: value for name, value in told.items() if value is not UNSET}
    )


class Merging:
    """Procedures of transfer and conference."""

    def __init__(
        self,
        book: Book,
        beginnings: Beginnings,
        connections: Connections,
        trunks: Trunks,
        endings: Endings,
    ) -> None:
        self._book = book
        self._beginnings = beginnings
        self._connections = connections
        self._trunks = trunks
        self._endings = endings

    def merged(self, fact: f.Merged) -> None:
        """Take one report of a transfer or conference."""
        book = self._book
        signature = _signature(fact)
        result = fact.moved[0].call if fact.moved else fact.primary
        known = self._told_before(fact, signature, result)
        if known is not None:
            book.counters["collapsed"] += 1
            if known.state is CallState.ACTIVE:
                book.hear(known)
                self._told_again(known, fact)
            return
        fact = self._ranked(fact)
        survivor = book.calls.live(fact.primary)
        if survivor is None:
            survivor = self._beginnings.create(fact.primary, partial=True)
            self._remember(survivor, fact)
        else:
            book.hear(survivor)
        absorbed = self._absorbed(fact, survivor)
        self._recognise(fact, survivor, absorbed)
        self._learn(survivor, absorbed, fact)
        if absorbed is not None:
            book.emit_call(ev.CallMerged, absorbed, into=survivor.call_id)
        other = book.calls.live(result)
        if other is not None and other not in (survivor, absorbed):
            self._endings.lose(other, "identifier used again")
        moved = self._move(fact, survivor, absorbed)
        self._told_state(survivor, fact)
        self._rebind(fact, survivor, absorbed, result)
        survivor.merge = signature
        controller = self._device_id(survivor, fact.controller)
        members: dict[str, Any] = {
            "controller": controller or "",
            "merged": () if absorbed is None else (absorbed.call_id,),
            "moved": moved,
            "native_id": survivor.native,
        }
        to = self._device_id(survivor, fact.other)
        if fact.kind is MergeKind.CONFERENCE:
            self._stay(survivor, controller, fact)
            parties = survivor.parties()
            book.emit_call(ev.CallConferenced, survivor, added=to, parties=parties, **members)
        else:
            kind = "single_step" if fact.secondary is None else "consult"
            parties = survivor.parties()
            book.emit_call(
                ev.CallTransferred, survivor, to=to, kind=kind, parties=parties, **members
            )
            self._leave(survivor, controller)
        for leg in survivor.live:
            self._trunks.seized(survivor, leg)
        if absorbed is not None:
            self._endings.end(absorbed, book.derived)
        self._endings.settle(survivor)

    # Which calls.

    def _told_before(
        self, fact: f.Merged, signature: tuple[str, ...], result: str
    ) -> Call | None:
        """Find the call that went through this very merge.

        Its identifier may have gone over to the result, and the call may have ended with the
        merge. A merge that brings back who had left was not told before.
        """
        calls, at = self._book.calls, self._book.at
        for native in (fact.primary, fact.secondary, result):
            call = None if native is None else calls.live(native) or calls.ended(native, at)
            if call is not None and call.merge == signature:
                if call.state is not CallState.ACTIVE:
                    return call
                other = self._device_id(call, fact.other)
                leg = None if other is None else call.leg(other)
                if leg is None or leg.live:
                    return call
        return None

    def _ranked(self, fact: f.Merged) -> f.Merged:
        """Name the primary call where the switch does not.

        It is the one with a party outside; if both or none have one, the older.
        """
        if fact.named or fact.secondary is None:
            return fact
        calls = self._book.calls
        first, second = calls.live(fact.primary), calls.live(fact.secondary)
        if second is None or (first is not None and _rank(first) <= _rank(second)):
            return fact
        return msgspec.structs.replace(fact, primary=fact.secondary, secondary=fact.primary)

    def _absorbed(self, fact: f.Merged, survivor: Call) -> Call | None:
        if fact.secondary is None:
            return None
        call = self._book.calls.live(fact.secondary)
        return call if call is not survivor else None

    def _device_id(self, survivor: Call, device: f.NativeDevice | None) -> str | None:
        return None if device is None else survivor.device_id(device, self._book.inside)

    def _remember(self, survivor: Call, fact: f.Merged) -> None:
        """Put who transfers or conferences on a call that nothing was told of before."""
        if fact.controller is not None and fact.controller.key in self._book.inside:
            self._set(self._book.join(survivor, fact.controller.key), _S.UNKNOWN, fact)

    # The state of the device that the report is for.

    def _here(self, survivor: Call, fact: f.Merged) -> Leg | None:
        """Give the connection that the report is for, if its state is not known yet."""
        device_id = self._device_id(survivor, fact.here)
        leg = None if device_id is None else survivor.leg(device_id)
        told = fact.state in _MEANS
        return leg if told and leg is not None and leg.state is _S.UNKNOWN else None

    def _told_state(self, survivor: Call, fact: f.Merged) -> None:
        leg = self._here(survivor, fact)
        if leg is not None and fact.state is not UNSET:
            self._set(leg, fact.state, fact)

    def _told_again(self, survivor: Call, fact: f.Merged) -> None:
        """Take from a further report the state of the device that it is for."""
        leg = self._here(survivor, fact)
        if leg is not None and fact.state is not UNSET:
            why = _cause(fact)
            self._connections.move(survivor, leg, fact.state, _MEANS[fact.state], why)

    def _set(self, leg: Leg, state: ConnectionState, fact: f.Merged) -> None:
        leg.state, leg.since, leg.cause = state, self._book.at, _cause(fact)
        leg.sure = True

    # What is known of both.

    def _learn(self, survivor: Call, absorbed: Call | None, fact: f.Merged) -> None:
        """Join data and stories; the survivor's own data wins."""
        news: dict[str, Any] = {}
        delta: CallData | None = None
        if absorbed is not None:
            learned = joined(survivor.data, absorbed.data, absorbed.call_id)
            delta = survivor.learn_data(learned)
            news |= self._beginnings.join(survivor, absorbed, tell=False)
        if (told := survivor.learn_data(fact.data)) is not None:
            delta = _both(delta, told)
        if delta is not None:
            news["delta"] = delta
        if fact.global_ref not in (UNSET, survivor.global_ref):
            news |= self._beginnings.refer(survivor, str(fact.global_ref))
        if news:
            self._book.emit_call(ev.CallDataChanged, survivor, **news)

    # Who is on it.

    def _recognise(self, fact: f.Merged, survivor: Call, absorbed: Call | None) -> None:
        """Know the parties outside that are named here for the first time, one for one.

        Of callers who withhold their number, and of parties behind a trunk, a merge may be
        the first report that says how the switch calls them.
        """
        for call in (survivor, absorbed):
            if call is not None:
                named = [
                    told.old_device or told.device
                    for told in fact.moved
                    if (told.old_call or survivor.native) in call.natives
                ]
                self._same_party(call, [device for device in named if device is not None])
        if absorbed is not None and fact.other is not None:
            self._same_party(absorbed, [fact.other])

    def _same_party(self, call: Call, named: list[f.NativeDevice]) -> None:
        """Take the one name that is new for that of the one party outside without it."""
        inside = self._book.inside
        names = {call.known(device, inside) for device in named}
        for device in named:
            known = call.known(device, inside)
            if known is not None and known != device.key:
                call.name(device.key, known)  # not by its number only
        new = {
            one.key
            for one in named
            if one.key not in inside
            and (one.number is None or one.number.raw not in inside)
            and call.known(one, inside) is None
        }
        unnamed = [leg for leg in call.live if leg.outside and leg.device_id not in names]
        if len(new) == len(unnamed) == 1:
            call.name(new.pop(), unnamed[0].device_id)

    def _move(self, fact: f.Merged, survivor: Call, absorbed: Call | None) -> tuple[Moved, ...]:
        """Bring everybody whom the switch lists or the absorbed call had onto the survivor."""
        book = self._book
        controller = self._device_id(survivor, fact.controller)
        moved: list[Moved] = []
        before = {} if absorbed is None else {leg.device_id: leg for leg in absorbed.live}
        for told in fact.moved:
            if told.device is not None:
                old = self._old_name(survivor, absorbed, told, told.device)
                device_id = survivor.device_id(told.device, book.inside)
                if old is None and not device_id.startswith(HANDLE):  # handles are per call
                    old = device_id
                leg = None if old is None else before.pop(old, None)
                self._arrive(fact, survivor, absorbed, device_id, leg, moved)
        for device_id, leg in before.items():
            if device_id != controller and absorbed is not None:
                name = self._carry(survivor, absorbed, leg)
                self._arrive(fact, survivor, absorbed, name, leg, moved)
        if absorbed is not None and absorbed.bound_for is not None:
            survivor.bound_for = absorbed.bound_for
        other = self._device_id(survivor, fact.other)
        there = None if other is None else survivor.leg(other)
        if other is None or other == controller or (there is not None and there.live):
            pass
        elif other in book.inside:
            survivor.bound_for = other  # it may be sent on before it gets there
        elif fact.kind is MergeKind.TRANSFER and fact.secondary is None:
            survivor.went_on = True  # whoever is still there tells how it gets there
        elif not fact.moved:
            self._arrive(fact, survivor, None, other, None, moved)
        return tuple(moved)

    def _old_name(
        self,
        survivor: Call,
        absorbed: Call | None,
        told: f.MovedLeg,
        device: f.NativeDevice,
    ) -> str | None:
        """Give the name that a listed party had on the absorbed call, if it was there.

        One that was on the survivor keeps the name it had there.
        """
        old, inside = told.old_device or device, self._book.inside
        if absorbed is not None and told.old_call in (None, *absorbed.natives):
            known = absorbed.known(old, inside)
            leg = None if known is None else absorbed.leg(known)
            stays = told.old_call is None and survivor.known(device, inside) is not None
            if leg is not None and leg.live and not stays:
                if leg.outside and survivor.known(device, inside) is None:
                    survivor.aliases[device.key] = self._carry(survivor, absorbed, leg)
                return known
        if old.key != device.key and (known := survivor.known(old, inside)) is not None:
            survivor.name(device.key, known)
        return None

    def _carry(self, survivor: Call, absorbed: Call, leg: Leg) -> str:
        """Give the name of a party of the absorbed call on the survivor, with its aliases."""
        device_id = survivor.handle() if leg.outside else leg.device_id
        for key, known in absorbed.aliases.items():
            if known == leg.device_id:
                survivor.aliases.setdefault(key, device_id)
        return device_id

    def _arrive(
        self,
        fact: f.Merged,
        survivor: Call,
        absorbed: Call | None,
        device_id: str,
        before: Leg | None,
        moved: list[Moved],
    ) -> None:
        """Put one party onto the survivor, in the state it had."""
        book = self._book
        here = survivor.leg(device_id)
        if here is not None and here.live:
            return
        if len(survivor.legs) >= PARTIES:
            book.counters["refused"] += 1
            return
        leg = book.join(survivor, device_id)
        self._set(leg, _S.UNKNOWN, fact)
        if before is None or absorbed is None:
            return
        leg.state, leg.since, leg.sure = before.state, before.since, before.sure
        leg.agent_id, leg.number, leg.trunk = before.agent_id, before.number, before.trunk
        leg.queue_id = before.queue_id
        leg.moved_from = absorbed.call_id
        since = None if leg.since is None else moment.text(leg.since)
        old = None if before.device_id == device_id else before.device_id
        moved.append(Moved(device_id, absorbed.call_id, leg.state, leg.leg, since, old))

    def _rebind(
        self, fact: f.Merged, survivor: Call, absorbed: Call | None, result: str
    ) -> None:
        """Let the surviving call go on under the native identifier the switch now uses."""
        calls = self._book.calls
        if absorbed is not None:
            absorbed.state = CallState.MERGED
            for leg in absorbed.live:
                leg.state = _S.NULL
            for native in absorbed.natives:
                calls.unbind(native, absorbed)
        if result != fact.primary:
            calls.unbind(fact.primary, survivor)
        calls.bind(result, survivor)

    def _stay(self, survivor: Call, controller: str | None, fact: f.Merged) -> None:
        """Bring the controller of a conference back from hold."""
        leg = None if controller is None else survivor.leg(controller)
        if leg is not None and leg.state is _S.HELD:
            self._set(leg, _S.CONNECTED, fact)

    def _leave(self, survivor: Call, controller: str | None) -> None:
        """Take the controller of a transfer off the call."""
        leg = None if controller is None else survivor.leg(controller)
        if leg is not None and leg.live:
            self._connections.move(
                survivor, leg, _S.NULL, ev.ConnectionCleared, origin=self._book.derived
            )


def _signature(fact: f.Merged) -> tuple[str, ...]:
    """Give what the reports of one merge have in common."""
    calls = (fact.primary, fact.secondary or "")
    return (
        *(calls if fact.named else sorted(calls)),
        "" if fact.controller is None else fact.controller.key,
        "" if fact.other is None else fact.other.key,
        *(leg.call for leg in fact.moved),
    )


def _rank(call: Call) -> tuple[bool, int, int]:
    """Give what orders two calls of which either may survive."""
    return (not any(leg.outside for leg in call.live), call.created_at, call.serial)


def _cause(fact: f.Merged) -> Cause | None:
    return None if fact.cause is UNSET else fact.cause
