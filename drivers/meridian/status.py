"""StatusChange in the terms of facts: what an event says, and what follows from it (section 6).

Nothing here waits for an event that may not come: each is read by what is known so far, and
a call leg that ends without a word is ended by whatever tells of it next.
"""

from __future__ import annotations

from typing import Any

from cti import facts as f
from cti.facts import NativeDevice
from cti.model.causes import Cause
from cti.model.states import Answer, ConnectionState, Origin
from drivers.meridian import mapping, merging
from drivers.meridian.scene import ConsultTimer, Scene, UnringTimer
from protocols.meridian._codec_meridian import StatusChange
from protocols.meridian.values import CallType, StatusEvent

_S = ConnectionState
_E = StatusEvent


def status(scene: Scene, body: StatusChange) -> None:
    """Read one status event."""
    device = scene.device(body)
    if body.call_id is None and body.status_event not in (_E.ON_HOOK, _E.OFF_HOOK):
        scene.odd("no call is named")
        return
    if device is None:
        _trunk(scene, body)
        return
    match body.status_event:
        case _E.ON_HOOK:
            _on_hook(scene, body, device)
        case _E.OFF_HOOK:
            _off_hook(scene, body, device)
        case _E.RINGING:
            _ringing(scene, body, device)
        case _E.ACTIVE:
            _active(scene, body, device)
        case _E.DISCONNECTED:
            _disconnected(scene, body, device)
        case _E.UNRINGING:
            _unringing(scene, body, device)
        case _E.RETRIEVE:
            scene.tell(f.Retrieved(device=device, **mapping.common(body)))
            scene.pictures.put(str(body.call_id), device, _S.CONNECTED)
        case _E.ID_CHANGE:
            _id_change(scene, body, device)
        case _E.TRANSFER_COMPLETED_TO:
            merging.transferred_to(scene, body, device)
        case _E.CONFERENCE_COMPLETED_TO:
            merging.conferenced_to(scene, body, device)
        case _E.CONFERENCE_TO_SIMPLE:
            _simple(scene, body)
        case _E.HOLD:
            _hold(scene, body, device)
        case _E.TRANSFER_INITIATION | _E.CONFERENCE_INITIATION:
            _initiation(scene, body, device)


# The hook.


def _on_hook(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a set is available: it is off the calls on which it was active.

    Releases before 17 tell of no disconnection; a call that rings or is held stays.
    """
    scene.off_hook.discard(device.key)
    scene.making.pop(device.key, None)
    scene.hold_over(device.key)
    for call in scene.pictures.calls(device.key, _S.INITIATED, _S.CONNECTED):
        told = str(body.call_id) == call
        members = mapping.common(body) if told else {"call": call}
        origin = Origin.REPORTED if told else Origin.DERIVED
        scene.tell(f.Cleared(device=device, cause=Cause.NORMAL, **members, origin=origin))
        scene.gone(call, device.key)
    scene.tell(f.DeviceFact(device=device, on_hook=True, ts_switch=mapping.moment_of(body)))


def _off_hook(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a set is busy: from idle it begins a call, inferred; else it answers one."""
    told = f.DeviceFact(device=device, on_hook=False, ts_switch=mapping.moment_of(body))
    scene.tell(told)
    key = device.key
    if scene.pictures.calls(key, _S.ALERTING):
        return
    made = scene.making.pop(key, None)
    call = made if body.call_id is None else str(body.call_id)
    if call is None:
        scene.off_hook.add(key)
    elif not scene.pictures.parties(call):  # else it takes a call that rings elsewhere
        scene.begin(call, device, {"ts_switch": mapping.moment_of(body)})
        if (dialled := scene.dialled.pop(call, None)) is not None:
            scene.originate(call, device, dialled, {})


# Ringing.


def _ringing(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    call, members = str(body.call_id), mapping.common(body)
    caller = scene.caller(call, body)
    merging.rings_elsewhere(scene, call, device, caller)
    before = scene.pictures.state(call, device.key)
    if caller is not None and caller.key != device.key:
        _calls(scene, call, caller, body)
    passed = scene.caught(call, device, Cause.FORWARD_NO_ANSWER)
    why = Cause.FORWARD_NO_ANSWER if passed else Cause.NEW_CALL
    if scene.leave_queue(call, device):
        why = Cause.DISTRIBUTION
    scene.tell(f.Alerting(device=device, calling=caller, cause=why, **members))
    if before is None:
        scene.off_hook.discard(device.key)
    scene.pictures.put(call, device, _S.ALERTING)


def _calls(scene: Scene, call: str, caller: NativeDevice, body: Any) -> None:
    """Take who calls, who may have been known to be off-hook only."""
    if caller.form is f.DeviceForm.STATIC:
        dialled = scene.dialled.pop(call, None) or getattr(body, "called_dn", None)
        members = {"ts_switch": mapping.moment_of(body)}
        scene.originate(call, caller, dialled, members)
    elif scene.pictures.state(call, caller.key) is None:
        scene.pictures.put(call, caller, _S.CONNECTED)


def _unringing(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a set rings no more: passed over, picked up elsewhere, or abandoned.

    Which of them shows where the call is, or turns up within the window.
    """
    call, key = str(body.call_id), device.key
    mine = next((one for one in scene.pictures.parties(call) if one.device.key == key), None)
    if mine is not None:
        later = [
            one
            for one in scene.pictures.others(call, key)
            if one.inside
            and one.order > mine.order
            and one.state in (_S.ALERTING, _S.CONNECTED)
        ]
        if later:
            to = later[-1]
            why = Cause.FORWARD_NO_ANSWER if to.state is _S.ALERTING else Cause.PICKUP
            scene.divert(call, device, to.device, why, Origin.INFERRED)
            scene.gone(call, key)
            return
    scene.unringing.setdefault(call, {})[key] = device
    alone = body.other_dn is None and body.other_tn is None
    if mine is not None and alone and not any(scene.pictures.others(call, key)):
        scene.abandoned(call, key)  # nobody is left who could be connected elsewhere
        return
    scene.start(UnringTimer(call, key), scene.settings.timers.unring)


# Talking.


def _active(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a connection is established: at who answered, and at who called."""
    call, members = str(body.call_id), mapping.common(body)
    state = scene.pictures.state(call, device.key)
    if scene.caught(call, device, Cause.PICKUP):
        members["cause"] = Cause.PICKUP
    if state is _S.HELD:  # before release 21 nothing else tells it
        scene.tell(f.Retrieved(device=device, **members, origin=Origin.INFERRED))
    elif state in (_S.INITIATED, _S.CONNECTED) or _is(scene, body.calling_dn, device):
        _far_end(scene, body, device, members)
        return
    else:
        caller = scene.caller(call, body)
        if caller is not None and caller.key != device.key:
            _calls(scene, call, caller, body)
        scene.leave_queue(call, device)
        scene.tell(f.Connected(device=device, calling=caller, **members))
    scene.off_hook.discard(device.key)
    scene.pictures.put(call, device, _S.CONNECTED)


def _is(scene: Scene, dn: str | None, device: NativeDevice) -> bool:
    return dn is not None and scene.own(dn).key == device.key


def _far_end(
    scene: Scene, body: StatusChange, device: NativeDevice, members: dict[str, Any]
) -> None:
    """Take from the caller's report that the other end is there."""
    call = str(body.call_id)
    dialled = scene.dialled.pop(call, None) or body.called_dn
    scene.originate(call, device, dialled, {"ts_switch": members["ts_switch"]})
    far = scene.callee(call, body)
    if far is None or far.key == device.key:
        return
    if scene.pictures.state(call, far.key) is _S.CONNECTED:
        return
    if far.form is not f.DeviceForm.STATIC:
        # The set is connected to a trunk; only the trunk could tell that somebody answered.
        members["answer"], members["origin"] = Answer.ASSUMED, Origin.INFERRED
    scene.tell(f.Connected(device=far, calling=device, **members))
    scene.pictures.put(call, far, _S.CONNECTED)


def _disconnected(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a set left a call, be it because it had completed a transfer."""
    call = str(body.call_id)
    if body.call_type is CallType.TRANSFER_COMPLETE:
        merging.left_by_transfer(scene, body, device)
        return
    members = mapping.common(body)
    scene.tell(f.Cleared(device=device, cause=Cause.NORMAL, **members))
    scene.gone(call, device.key)


def _id_change(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    scene.tell(f.CallInformed(device=device, **mapping.common(body)))


def _simple(scene: Scene, body: StatusChange) -> None:
    """Take the two who remain of a conference: any other set has left, told or not."""
    call = str(body.call_id)
    stay = {scene.own(party.dn).key for party in body.party if party.dn}
    if len(body.party) != 2 or not stay:
        return
    for party in scene.pictures.parties(call):
        if party.inside and party.device.key not in stay:
            members = {"call": call, "ts_switch": mapping.moment_of(body)}
            told = f.Cleared(device=party.device, origin=Origin.INFERRED, **members)
            scene.tell(told)
            scene.gone(call, party.device.key)


# Holding and asking somebody else.


def _hold(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take a hold; a set that flashes its hook says no more when it begins a consultation."""
    scene.tell(f.Held(device=device, **mapping.common(body)))
    _held(scene, str(body.call_id), device)
    scene.start(ConsultTimer(device.key), scene.settings.timers.consult)


def _held(scene: Scene, call: str, device: NativeDevice) -> None:
    scene.pictures.put(call, device, _S.HELD)
    scene.consulting[device.key] = call


def _initiation(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Take that a set holds its call to ask somebody, with or without the new call's name."""
    call, key = str(body.call_id), device.key
    active = scene.pictures.calls(key, _S.CONNECTED)
    new = scene.pictures.state(call, key) is None and bool(active)
    held = active[-1] if new else call
    members = mapping.common(body)
    if new:
        members = {"call": held, "ts_switch": members["ts_switch"]}
    hold_to_consult(scene, held, device, members)
    if new:
        scene.begin(call, device, {"ts_switch": mapping.moment_of(body)})


def hold_to_consult(
    scene: Scene, call: str, device: NativeDevice, members: dict[str, Any]
) -> None:
    """Infer that a set holds its call to ask somebody, where that is news."""
    if scene.pictures.state(call, device.key) is not _S.HELD:
        why: dict[str, Any] = {"cause": Cause.CONSULTATION, "origin": Origin.INFERRED}
        scene.tell(f.Held(device=device, **members, **why))
    _held(scene, call, device)


# Trunks.


def _trunk(scene: Scene, body: StatusChange) -> None:
    """Take what a supervised trunk tells of the far end (section 5.8)."""
    profile = scene.settings.profile
    call, members = str(body.call_id), mapping.common(body)
    number = body.other_dn or body.called_dn
    far = scene.outside(call, body.route_member, number)
    if not scene.pictures.parties(call):
        return  # a call that no set has told of, such as one at a controlled DN
    if body.status_event is profile.event(profile.trunk_far_end_answer_event):
        for party in scene.pictures.parties(call):
            if party.state is _S.INITIATED:  # what it dialled was not told before
                scene.originate(call, party.device, number, {"ts_switch": members["ts_switch"]})
        scene.tell(f.Connected(device=far, answer=Answer.REPORTED, **members))
        scene.pictures.put(call, far, _S.CONNECTED)
    elif body.status_event is profile.event(profile.trunk_far_end_disconnect_event):
        scene.tell(f.Cleared(device=far, cause=Cause.NORMAL, **members))
        scene.gone(call, far.key)
    elif body.status_event is _E.RINGING:
        scene.tell(f.Alerting(device=far, far_end=True, **members))
        scene.pictures.put(call, far, _S.ALERTING)
    else:
        scene.odd(f"{body.status_event} of a trunk")
