"""Transfers and conferences, which the link tells from one end only.

The destination is told that it has received a call, the set that leaves that it has left
because of a transfer. Whose calls were joined is inferred from who was on which call.
"""

from __future__ import annotations

from cti import facts as f
from cti.facts import MergeKind, NativeDevice
from cti.model.causes import Cause
from cti.model.states import ConnectionState, Origin
from drivers.meridian import mapping
from drivers.meridian.scene import Arrival, Joined, Scene
from protocols.meridian._codec_meridian import StatusChange

_S = ConnectionState


def transferred_to(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read "transfer completed to": the device is the destination.

    Where several sets can have sent the call there, or none that held one, the set that
    leaves tells which it was, in the same moment if at all.
    """
    result = str(body.call_id)
    if result in scene.transfers and scene.transfers[result] is None:
        return  # told already, by who left or who asked for it
    far = scene.own(body.other_dn).key if body.other_dn else None
    found = [one for one in _found(scene, device, result) if one.controller.key != far]
    if len(found) == 1:
        join(scene, MergeKind.TRANSFER, found[0], device, result)
        return
    if found or not _only_arrived(scene, body, device, MergeKind.TRANSFER):
        scene.await_transfer(result, Arrival(device, tuple(found)))


def conferenced_to(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read "conference completed to": the device is the party that was added."""
    result = str(body.call_id)
    found = _found(scene, device, result)
    if found:
        join(scene, MergeKind.CONFERENCE, found[0], device, result)
    else:
        _only_arrived(scene, body, device, MergeKind.CONFERENCE)


def rings_elsewhere(
    scene: Scene, call: str, device: NativeDevice, caller: NativeDevice | None
) -> None:
    """Infer that a call that was established and rings elsewhere was transferred there.

    Who sent it is the one set on it that is not the caller; where that could be several
    nothing is inferred, and the set that leaves tells it.
    """
    if scene.pictures.state(call, device.key) is None:
        _sent_by(scene, call, device, None if caller is None else caller.key)


def _sent_by(scene: Scene, call: str, device: NativeDevice, far: str | None) -> bool:
    """Tell of a single-step transfer where it can only have been one set's."""
    others = scene.pictures.others(call, device.key)
    talking = [party for party in others if party.state is _S.CONNECTED]
    sets = [party.device for party in talking if party.inside and party.device.key != far]
    if len(talking) != 2 or len(sets) != 1:
        return False
    merge(scene, MergeKind.TRANSFER, sets[0], call, None, device, call)
    return True


def _found(scene: Scene, device: NativeDevice, result: str) -> list[Joined]:
    """Find who may have joined two calls for a destination, and the held and the other call.

    A call that is known afterwards was one of the two; another is a new name of both. Who
    holds the call with the destination, and not the other one, has joined nothing. The
    call that reached the destination last comes first.
    """
    pictures, found = scene.pictures, list[Joined]()
    known = bool(pictures.parties(result))
    for asked in reversed(pictures.calls(device.key)):
        for party in pictures.others(asked, device.key):
            if not party.inside or party.state is _S.ALERTING:
                continue
            key = party.device.key
            others = [call for call in _taken(scene, key) if call != asked]
            if known and asked != result:
                others = [call for call in others if call == result]
            held = [call for call in others if pictures.state(call, key) is _S.HELD]
            if not held and party.state is _S.HELD:
                continue
            if held or others:
                found.append(Joined(party.device, (held or others)[-1], asked))
    return found


def _taken(scene: Scene, key: str) -> list[str]:
    """Give the calls of a set that do not just ring there: those it can join."""
    calls = scene.pictures.calls(key)
    return [call for call in calls if scene.pictures.state(call, key) is not _S.ALERTING]


def _only_arrived(
    scene: Scene, body: StatusChange, device: NativeDevice, kind: MergeKind
) -> bool:
    """Take a destination of whose arrival nothing else is known; tell whether that says all.

    One that comes to a call that is known still tells whether it rings or is connected.
    """
    why = Cause.TRANSFER if kind is MergeKind.TRANSFER else Cause.CONFERENCE
    call, members = str(body.call_id), mapping.common(body)
    number = body.other_dn or body.calling_dn
    far = scene.own(number).key if number else None
    if scene.pictures.state(call, device.key) is not None:
        return kind is MergeKind.TRANSFER and _sent_by(scene, call, device, far)
    if scene.pictures.parties(call):
        return False
    scene.tell(f.Connected(device=device, cause=why, origin=Origin.INFERRED, **members))
    scene.pictures.put(call, device, _S.CONNECTED)
    return True


def nobody_left(scene: Scene, call: str) -> None:
    """Take that nobody tells who left for a destination: the best guess has to do."""
    if (arrival := scene.transfers.pop(call, None)) is None:
        return
    fits = [one for one in arrival.found if _still(scene, one, arrival.device)]
    if fits:
        join(scene, MergeKind.TRANSFER, fits[0], arrival.device, call)


def _still(scene: Scene, one: Joined, device: NativeDevice) -> bool:
    """Tell whether two calls can still be joined so."""
    state = scene.pictures.state
    legs = [(one.primary, one.controller), (one.secondary, one.controller)]
    return all(state(call, who.key) for call, who in [*legs, (one.secondary, device)])


def join(scene: Scene, kind: MergeKind, one: Joined, device: NativeDevice, result: str) -> None:
    """Tell that two calls became one for a destination."""
    merge(scene, kind, one.controller, one.primary, one.secondary, device, result)


def merge(
    scene: Scene,
    kind: MergeKind,
    controller: NativeDevice,
    primary: str,
    secondary: str | None,
    other: NativeDevice | None,
    result: str,
) -> None:
    """Tell that calls became one, and believe it."""
    why = Cause.TRANSFER if kind is MergeKind.TRANSFER else Cause.CONFERENCE
    moved = (f.MovedLeg(result, other, secondary),) if secondary else ()
    told = f.Merged(
        kind=kind,
        primary=primary,
        secondary=secondary,
        controller=controller,
        other=other,
        moved=moved,
        cause=why,
        origin=Origin.INFERRED,
    )
    scene.tell(told)
    scene.hold_over(controller.key)
    if secondary is not None:
        scene.pictures.join(primary, secondary, result)
    elif other is not None and scene.pictures.state(result, other.key) is None:
        scene.pictures.put(result, other, _S.UNKNOWN)
    if kind is MergeKind.TRANSFER:
        scene.await_transfer(result, None)
        scene.gone(result, controller.key)
    else:
        scene.pictures.put(result, controller, _S.CONNECTED)


def left_by_transfer(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read that a set left because it completed a transfer.

    The destination may have told of it before; then its calls are one already, or it waits
    for this. Who leaves an active call for a destination that was not on it has sent that
    call there in a single step; else two calls were joined.
    """
    call, key = str(body.call_id), device.key
    pictures = scene.pictures
    if (state := pictures.state(call, key)) is None:
        return
    waiting = {result: one for result, one in scene.transfers.items() if one is not None}
    for result, arrival in waiting.items():
        for one in arrival.found:
            if one.controller.key == key and call in (one.primary, one.secondary):
                join(scene, MergeKind.TRANSFER, one, arrival.device, result)
                return
    reached = waiting[call].device if call in waiting else None
    if state is not _S.HELD and reached and pictures.state(call, reached.key) is None:
        merge(scene, MergeKind.TRANSFER, device, call, None, reached, call)
        return
    others = [one for one in _taken(scene, key) if one != call]
    if not others:
        _single_step(scene, body, device)
        return
    active = [one for one in others if pictures.state(one, key) is not _S.HELD]
    holding = [one for one in others if one not in active]
    if state is not _S.HELD and holding:
        held, asked = holding[-1], call
    else:
        held, asked = call, (active or others)[-1]
    there = [party.device for party in pictures.others(asked, key)]
    merge(
        *(scene, MergeKind.TRANSFER, device, held, asked),
        *(there[0] if there else None, held),
    )


def _single_step(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read that a set left its only call; where to is known by name, or by who came last."""
    call = str(body.call_id)
    others = list(scene.pictures.others(call, device.key))
    last = others[-1].device if len(others) > 1 and others[-1].inside else None
    to = scene.own(body.other_dn) if body.other_dn else last
    merge(scene, MergeKind.TRANSFER, device, call, None, to, call)
