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
from drivers.meridian.scene import Scene
from protocols.meridian._codec_meridian import StatusChange

_S = ConnectionState


def transferred_to(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read "transfer completed to": the device is the destination."""
    _completed(scene, body, device, MergeKind.TRANSFER)


def conferenced_to(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read "conference completed to": the device is the party that was added."""
    _completed(scene, body, device, MergeKind.CONFERENCE)


def _completed(scene: Scene, body: StatusChange, device: NativeDevice, kind: MergeKind) -> None:
    result = str(body.call_id)
    found = _controller(scene, device, result)
    if found is None:
        _only_arrived(scene, body, device, kind)
        return
    controller, primary, secondary = found
    merge(scene, kind, controller, primary, secondary, device, result)


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


def _controller(
    scene: Scene, device: NativeDevice, result: str
) -> tuple[NativeDevice, str, str] | None:
    """Find who joined two calls for a destination, and the held and the other call."""
    pictures = scene.pictures
    for secondary in pictures.calls(device.key):
        for party in pictures.others(secondary, device.key):
            if not party.inside:
                continue
            key = party.device.key
            others = [call for call in pictures.calls(key) if call != secondary]
            held = [call for call in others if pictures.state(call, key) is _S.HELD]
            if result in others:
                return party.device, result, secondary
            if held or others:
                return party.device, (held or others)[-1], secondary
    return None


def _only_arrived(
    scene: Scene, body: StatusChange, device: NativeDevice, kind: MergeKind
) -> None:
    """Take a destination of which nothing else is known: it is on the call now.

    One that comes to a call that is known still tells whether it rings or is connected.
    """
    why = Cause.TRANSFER if kind is MergeKind.TRANSFER else Cause.CONFERENCE
    call, members = str(body.call_id), mapping.common(body)
    number = body.other_dn or body.calling_dn
    far = scene.own(number).key if number else None
    if scene.pictures.state(call, device.key) is not None:
        if kind is MergeKind.TRANSFER:
            _sent_by(scene, call, device, far)
        return
    if scene.pictures.parties(call):
        return
    scene.tell(f.Connected(device=device, cause=why, origin=Origin.INFERRED, **members))
    scene.pictures.put(call, device, _S.CONNECTED)


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
        scene.gone(result, controller.key)
    else:
        scene.pictures.put(result, controller, _S.CONNECTED)


def left_by_transfer(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    """Read that a set left because it completed a transfer.

    The destination may have told of it before; then its calls are one already.
    """
    call, key = str(body.call_id), device.key
    pictures = scene.pictures
    if pictures.state(call, key) is None:
        return
    others = [one for one in pictures.calls(key) if one != call]
    if not others:
        _single_step(scene, body, device)
        return
    other = others[-1]
    held = other if pictures.state(other, key) is _S.HELD else call
    asked = call if held == other else other
    there = [party.device for party in pictures.others(asked, key)]
    merge(
        *(scene, MergeKind.TRANSFER, device, held, asked),
        *(there[0] if there else None, held),
    )


def _single_step(scene: Scene, body: StatusChange, device: NativeDevice) -> None:
    call = str(body.call_id)
    inside = [party.device for party in scene.pictures.others(call, device.key) if party.inside]
    to = scene.own(body.other_dn) if body.other_dn else (inside[-1] if inside else None)
    merge(scene, MergeKind.TRANSFER, device, call, None, to, call)
