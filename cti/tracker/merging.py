"""Transfer and conference: two calls become one (identity rules of docs/model.md).

The primary call's ``call_id`` survives, whatever native identifier the switch uses
afterwards. The secondary call ends with ``call.merged``; its parties appear on the primary.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET

from cti import facts as f
from cti.calldata import joined
from cti.calls import Call, Leg
from cti.facts import MergeKind
from cti.model import events as ev
from cti.model.data import CallData
from cti.model.objects import Moved
from cti.model.states import CallState, ConnectionState, Origin
from cti.tracker.book import Book
from cti.tracker.connections import Connections

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

    def __init__(self, book: Book, connections: Connections) -> None:
        self._book = book
        self._connections = connections

    def merged(self, fact: f.Merged) -> None:
        """Take one report of a transfer or conference."""
        book = self._book
        signature = (
            fact.primary,
            fact.secondary or "",
            "" if fact.controller is None else fact.controller.key,
            "" if fact.other is None else fact.other.key,
            *(leg.call for leg in fact.moved),
        )
        survivor = book.calls.live(fact.primary)
        result = self._result(fact)
        if survivor is None and (known := book.calls.live(result)) and known.merge == signature:
            survivor = known  # a repeat: the primary's identifier has gone over to the result
        if survivor is not None and self._repeats(survivor, signature, fact):
            book.counters["collapsed"] += 1
            self._told_again(survivor, fact)
            return
        if survivor is None:
            survivor = self._connections.create(fact.primary, partial=True)
        survivor.heard_at = book.at
        absorbed = self._absorbed(fact, survivor)
        self._learn(survivor, absorbed, fact)
        if absorbed is not None:
            book.emit_call(ev.CallMerged, absorbed, into=survivor.call_id)
        moved = self._move(fact, survivor, absorbed)
        if (leg := self._here(survivor, fact)) is not None and fact.state is not UNSET:
            leg.state = fact.state
        self._rebind(fact, survivor, absorbed, result)
        survivor.merge = signature
        controller = (
            None
            if fact.controller is None
            else survivor.device_id(fact.controller, book.monitored)
        )
        other = None if fact.other is None else survivor.device_id(fact.other, book.monitored)
        merged = () if absorbed is None else (absorbed.call_id,)
        if fact.kind is MergeKind.CONFERENCE:
            self._stay(survivor, controller)
            book.emit_call(
                ev.CallConferenced,
                survivor,
                controller=controller or "",
                added=other,
                merged=merged,
                moved=moved,
                parties=survivor.parties(),
            )
        else:
            book.emit_call(
                ev.CallTransferred,
                survivor,
                controller=controller or "",
                to=other,
                kind="single_step" if fact.secondary is None else "consult",
                merged=merged,
                moved=moved,
                parties=survivor.parties(),
            )
            self._leave(survivor, controller)
        if absorbed is not None:
            self._connections.end(absorbed, Origin.DERIVED)
        self._connections.settle(survivor)

    def _repeats(self, survivor: Call, signature: tuple[str, ...], fact: f.Merged) -> bool:
        """Whether this merge was told before; one that brings back who had left was not."""
        other = self._device_id(survivor, fact.other)
        leg = None if other is None else survivor.leg(other)
        return survivor.merge == signature and (leg is None or leg.live)

    def _here(self, survivor: Call, fact: f.Merged) -> Leg | None:
        """Give the connection that the report is for, if its state is not known yet."""
        device_id = self._device_id(survivor, fact.here)
        leg = None if device_id is None else survivor.leg(device_id)
        told = fact.state in _MEANS
        return leg if told and leg is not None and leg.state is _S.UNKNOWN else None

    def _told_again(self, survivor: Call, fact: f.Merged) -> None:
        """Take from a further report the state of the device that it is for."""
        leg = self._here(survivor, fact)
        if leg is not None and fact.state is not UNSET:
            leg.state, leg.since = fact.state, self._book.at
            self._book.emit_leg(_MEANS[fact.state], survivor, leg, previous=_S.UNKNOWN)

    def _device_id(self, survivor: Call, device: f.NativeDevice | None) -> str | None:
        return None if device is None else survivor.device_id(device, self._book.monitored)

    def _result(self, fact: f.Merged) -> str:
        """Give the native identifier after the merge: the primary's if nothing else is told."""
        return fact.moved[0].call if fact.moved else fact.primary

    def _absorbed(self, fact: f.Merged, survivor: Call) -> Call | None:
        if fact.secondary is None:
            return None
        call = self._book.calls.live(fact.secondary)
        return call if call is not survivor else None

    def _learn(self, survivor: Call, absorbed: Call | None, fact: f.Merged) -> None:
        """Join data and stories; the survivor's own data wins."""
        news: dict[str, Any] = {}
        if absorbed is not None:
            if (delta := self._data(survivor, absorbed)) is not None:
                news["delta"] = delta
            older, other = sorted((survivor, absorbed), key=lambda call: call.created_at)
            if older.thread_id != other.thread_id:
                survivor.thread_aliases += [other.thread_id, *absorbed.thread_aliases]
                absorbed.thread_id = survivor.thread_id = older.thread_id
                news["thread_aliases"] = tuple(survivor.thread_aliases)
        if (told := survivor.learn_data(fact.data)) is not None:
            news["delta"] = _both(news.get("delta"), told)
        if fact.global_ref not in (UNSET, survivor.global_ref):
            survivor.global_ref = news["global_ref"] = fact.global_ref
        if news:
            self._book.emit_call(ev.CallDataChanged, survivor, **news)

    def _data(self, survivor: Call, absorbed: Call) -> CallData | None:
        """Add the absorbed call's data; the survivor's own wins."""
        return survivor.learn_data(joined(survivor.data, absorbed.data, absorbed.call_id))

    def _move(self, fact: f.Merged, survivor: Call, absorbed: Call | None) -> tuple[Moved, ...]:
        """Bring everybody whom the switch lists or the absorbed call had onto the survivor."""
        book = self._book
        controller = (
            None
            if fact.controller is None
            else survivor.device_id(fact.controller, book.monitored)
        )
        states: dict[str, Leg] = {}
        moved: dict[str, Moved] = {}
        if absorbed is not None:
            states = {leg.device_id: leg for leg in absorbed.live}
        for told in fact.moved:
            if told.device is None:
                continue
            device_id = self._place(survivor, absorbed, told, told.device)
            before = states.pop(device_id, None)
            self._arrive(survivor, absorbed, device_id, before, moved)
        for device_id, before in states.items():
            if device_id != controller:
                self._arrive(survivor, absorbed, device_id, before, moved)
        if fact.other is not None:
            device_id = survivor.device_id(fact.other, book.monitored)
            there = survivor.leg(device_id)
            if (there is not None and there.live) or device_id == controller:
                pass
            elif device_id in book.monitored:
                survivor.bound_for = device_id  # it may be sent on before it gets there
            else:
                survivor.add(device_id, book.agent_at.get(device_id)).state = _S.UNKNOWN
        return tuple(moved.values())

    def _place(
        self,
        survivor: Call,
        absorbed: Call | None,
        told: f.MovedLeg,
        device: f.NativeDevice,
    ) -> str:
        """Give the ``device_id`` of a party on the survivor, by its old name if it had one."""
        if told.old_device is not None and told.old_device.key != device.key:
            owner = survivor
            if absorbed is not None and told.old_call in absorbed.natives:
                owner = absorbed
            if owner is survivor and owner.leg(owner.device_id(told.old_device)) is not None:
                survivor.aliases[device.key] = owner.device_id(told.old_device)
        return survivor.device_id(device, self._book.monitored)

    def _arrive(
        self,
        survivor: Call,
        absorbed: Call | None,
        device_id: str,
        before: Leg | None,
        moved: dict[str, Moved],
    ) -> None:
        """Put one party onto the survivor, in the state it had."""
        here = survivor.leg(device_id)
        if here is not None and here.live:
            return
        leg = survivor.add(device_id, self._book.agent_at.get(device_id))
        leg.state = _S.UNKNOWN
        leg.since = self._book.at
        if before is not None and absorbed is not None:
            leg.state = before.state
            leg.since = before.since
            leg.agent_id, leg.number, leg.trunk = before.agent_id, before.number, before.trunk
            leg.moved_from = absorbed.call_id
            moved[device_id] = Moved(device_id, absorbed.call_id, leg.state, leg.leg)

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

    def _stay(self, survivor: Call, controller: str | None) -> None:
        """Bring the controller of a conference back from hold."""
        leg = None if controller is None else survivor.leg(controller)
        if leg is not None and leg.state is _S.HELD:
            leg.state = _S.CONNECTED
            leg.since = self._book.at

    def _leave(self, survivor: Call, controller: str | None) -> None:
        """Take the controller of a transfer off the call."""
        leg = None if controller is None else survivor.leg(controller)
        if leg is not None and leg.live:
            previous, leg.state = leg.state, _S.NULL
            leg.since = self._book.at
            self._book.emit_leg(
                ev.ConnectionCleared, survivor, leg, previous=previous, origin=Origin.DERIVED
            )
